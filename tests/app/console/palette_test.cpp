// The command palette: places and commands, found by typing.
#include <algorithm>

#include "app/console/panels/palette.h"
#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

class PaletteTest : public HeadlessConsole {
 protected:
  using HeadlessConsole::Key;
  void Ask(const std::string& typed = "") {
    Key(Key::kK, true);
    if (!typed.empty()) Type(typed);
  }
  // From the top of the window to its bottom.
  [[nodiscard]] float Top(const std::string& text) {
    app_->record().keep_texts = true;
    Frame();
    for (const auto& drawn : app_->record().texts) {
      if (drawn.layer > 0 && drawn.text == text) return drawn.rect.y0;
    }
    return -1;
  }
};

TEST_F(PaletteTest, BeginsWithWhatCanBeDoneAndSaysWhereElseOneCanGo) {
  Open();
  Connect();
  Ask();
  EXPECT_GT(Top("COMMANDS"), 0);
  const auto all = NamedCommands(state());
  const auto first = std::find_if(all.begin(), all.end(), [](const NamedCommand& c) {
    return c.kind == NamedCommand::Kind::kCommand;
  });
  EXPECT_EQ(first->title, "Run preview as Eva Kováčová");
  EXPECT_LT(Top("Set Account to online"), 0) << "one for every entity would be most of the list";
}

TEST_F(PaletteTest, PutsPlacesAboveCommandsThatAreNoBetter) {
  Open();
  Connect();
  Ask("account");
  ASSERT_GT(Top("PLACES"), 0);
  ASSERT_GT(Top("COMMANDS"), 0);
  EXPECT_LT(Top("PLACES"), Top("COMMANDS"));
  EXPECT_GT(Top("Entity, offline"), 0);
  Key(Key::kEnter);
  EXPECT_EQ(state().selected_entity, "account");
  EXPECT_EQ(state().screen, Screen::kEntities);
}

TEST_F(PaletteTest, PutsCommandsFirstThatAreBetter) {
  Open();
  Connect();
  Ask("online");
  ASSERT_GT(Top("PLACES"), 0);
  EXPECT_LT(Top("COMMANDS"), Top("PLACES"));
  Key(Key::kEnter);
  EXPECT_EQ(account().mode, DeviceMode::kOnline);
}

TEST_F(PaletteTest, FindsAScreenByWhatPeopleCallGoingThere) {
  Open();
  Ask("go to triggers");
  Key(Key::kEnter);
  EXPECT_EQ(state().screen, Screen::kTriggers);
}

TEST_F(PaletteTest, FindsAFieldAndShowsItInItsEntity) {
  Open();
  Connect();
  Ask("annual");
  ASSERT_GT(Top("Annual revenue"), 0);
  Key(Key::kEnter);
  EXPECT_EQ(state().screen, Screen::kEntities);
  EXPECT_EQ(Written("inspector/search"), "revenue");
  EXPECT_TRUE(Shown("inspector/field/revenue"));
}

TEST_F(PaletteTest, OpensTheInspectorForAFieldWhereItIsClosed) {
  Resize(1024, 700);
  Open();
  Connect();
  ASSERT_FALSE(Shown("inspector/field/revenue"));
  Ask("annual");
  Key(Key::kEnter);
  EXPECT_TRUE(Shown("inspector/field/revenue"));
}

TEST_F(PaletteTest, FollowsTheArrowsThroughAListLongerThanItsView) {
  Resize(1024, 700);
  Open();
  Connect();
  Ask();
  for (int i = 1; i <= 20; ++i) {
    Key(Key::kDown);
    const std::string row = "palette/item/" + std::to_string(i);
    ASSERT_TRUE(Shown(row)) << row;
    EXPECT_LE(app_->record().controls.at(row).y1, 700 - 24) << row;
  }
  for (int i = 0; i < 40; ++i) Key(Key::kDown);
  Key(Key::kEnter);  // The last of the list: an entity.
  EXPECT_EQ(state().screen, Screen::kEntities);
  EXPECT_EQ(state().selected_entity, state().draft.current().entities.back().name);
}

TEST_F(PaletteTest, SaysThatNothingMatchesAndClosesWithoutDoingAnything) {
  Open();
  Ask("qqqq");
  EXPECT_GT(Top("Nothing matches 'qqqq'"), 0);
  Key(Key::kEnter);
  Key(Key::kEscape);
  EXPECT_FALSE(Shown("palette/search"));
  EXPECT_FALSE(state().draft.can_undo());
}

}  // namespace
}  // namespace satchel
