// With the keyboard alone: it is always at a control that is there, that is seen, and that Tab
// reaches in the order in which people read.
#include <algorithm>
#include <array>

#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

class Keyboard : public HeadlessConsole {
 protected:
  using HeadlessConsole::Key;
  [[nodiscard]] std::string Focused() const { return app_->record().focused; }
  void TabTo(const std::string& id) {
    for (int i = 0; i < 150 && Focused() != id; ++i) Key(Key::kTab);
    ASSERT_EQ(Focused(), id);
  }
  void Enter(const std::string& id) {
    TabTo(id);
    Key(Key::kSpace);
  }
  void ShowFilters() {
    Open();
    Connect();
    Entity edited = account();
    for (const char* field : {"name", "telephone1", "address1_city"}) {
      edited.filter.nodes.push_back(Node{Condition{.field = field, .op = Operator::kNotNull}});
    }
    app_->controller().Apply(EditEntities{{edited}, "Fill the filter", ""});
    Key(Key::k3, true);
  }
  const std::string grip_ = "filter/row/entities.account.filter.and[0]";
};

TEST_F(Keyboard, BeginsWithWhatThePageIsAbout) {
  Settle();
  Key(Key::kTab);
  EXPECT_EQ(Focused(), "start/new");
  Open();
  Key(Key::kTab);
  EXPECT_EQ(Focused(), "entities/add");
  Key(Key::k5, true);
  EXPECT_EQ(Focused(), "");
  Key(Key::kTab);
  EXPECT_EQ(Focused(), "preview/server");
}

TEST_F(Keyboard, GoesOnInAPageThatItOpened) {
  Settle();
  Enter("start/new");
  EXPECT_EQ(Focused(), "new/server");
}

TEST_F(Keyboard, IsSeenWhereAListWasClosed) {
  ShowFilters();
  Enter(grip_);
  ASSERT_TRUE(Shown(grip_ + "/list/search"));
  Key(Key::kEscape);
  EXPECT_EQ(Focused(), grip_);
  const std::size_t before = account().filter.nodes.size();
  Key(Key::kDelete);  // And works there.
  EXPECT_EQ(account().filter.nodes.size(), before - 1);

  Enter("filters/entity");
  Type("contact");
  Key(Key::kEnter);
  EXPECT_EQ(state().selected_entity, "contact");
  EXPECT_EQ(Focused(), "filters/entity");
}

// Whatever opens a list, Enter does it as Space does: what comes first in it is not chosen yet.
TEST_F(Keyboard, OpensAListByEnterAndChoosesNothing) {
  ShowFilters();
  const std::size_t before = account().filter.nodes.size();
  const std::string add = "filter/add/entities.account.filter";
  for (const std::string& opens :
       {add + "/condition", add + "/link", add + "/join", std::string("filters/entity")}) {
    SCOPED_TRACE(opens);
    TabTo(opens);
    Key(Key::kEnter);
    EXPECT_TRUE(Shown(opens + "/list/search"));
    EXPECT_EQ(account().filter.nodes.size(), before);
    EXPECT_TRUE(account().links.empty());
    Key(Key::kEscape);
    EXPECT_EQ(Focused(), opens);
  }
}

TEST_F(Keyboard, IsSeenWhereAFieldWasLeftByEnter) {
  ShowFilters();
  Key(Key::k1, true);
  Press("project/title");
  Type("x");
  Key(Key::kEnter);
  EXPECT_EQ(Focused(), "project/title");
  app_->record().focused.clear();
  Key(Key::kTab);
  EXPECT_NE(Focused(), "");
}

TEST_F(Keyboard, GoesToTheNextRowWhenItsOwnIsRemoved) {
  ShowFilters();
  TabTo(grip_);
  for (std::size_t left = account().filter.nodes.size(); left > 1; --left) {
    Key(Key::kDelete);
    ASSERT_EQ(account().filter.nodes.size(), left - 1);
    ASSERT_TRUE(Focused().starts_with("filter/row/")) << Focused();
    TabTo(grip_);
  }
  Key(Key::kDelete);
  EXPECT_TRUE(account().filter.nodes.empty());
  EXPECT_TRUE(Focused().starts_with("filter/")) << Focused();  // In the tree, not beside it.
}

TEST_F(Keyboard, IsHiddenFromTheMouseAndGoesOnWhereItClicked) {
  ShowFilters();
  TabTo("filters/run");
  Press("filter/remove/entities.account.filter.and[2]");
  ASSERT_EQ(account().filter.nodes.size(), 2U);
  EXPECT_EQ(Focused(), "") << "the mouse is used now";
  Key(Key::kTab);
  // What it clicked is gone; the nearest to it is the same button one row up. Without that, Tab
  // would begin anew at the top of the page, or go on behind filters/run.
  EXPECT_EQ(Focused(), "filter/remove/entities.account.filter.and[1]");
}

// In a window a key is down for some frames, and on a slow machine for long.
TEST_F(Keyboard, GoesOnWhereANewConditionIsFilledInWhileEnterIsDown) {
  ShowFilters();
  Enter("filter/add/entities.account.filter/condition");
  Type("name");
  compat::PressKey(Key::kEnter, true, false, false);
  for (int i = 0; i < 60; ++i) Frame();
  compat::PressKey(Key::kEnter, false, false, false);
  Settle();
  EXPECT_EQ(Focused(), "filter/entities.account.filter.and[3]/value/0");
  Type("Contoso");
  EXPECT_EQ(std::get<Condition>(account().filter.nodes[3].item).values,
            std::vector<std::string>{"Contoso"});
}

TEST_F(Keyboard, GoesOnWhereANewConditionIsFilledIn) {
  ShowFilters();
  const auto add = [&](const std::string& field) {
    Enter("filter/add/entities.account.filter/condition");
    Type(field);
    Key(Key::kEnter);
  };
  const std::string row = "filter/entities.account.filter.and[";
  add("name");
  ASSERT_EQ(account().filter.nodes.size(), 4U);
  EXPECT_EQ(Focused(), row + "3]/value/0");
  Type("Contoso");
  EXPECT_EQ(std::get<Condition>(account().filter.nodes[3].item).values,
            std::vector<std::string>{"Contoso"});
  add("credit hold");
  EXPECT_EQ(Focused(), row + "4]/value");
  Key(Key::kSpace);
  EXPECT_TRUE(Shown(row + "4]/value/list/search"));
  Key(Key::kEscape);
  add("modified on");  // Its value stands before the button of a calendar, if it has one.
  EXPECT_EQ(Focused(), row + "5]/value/0");
  add("owner");  // "is the user or one of the user's teams" has no value.
  EXPECT_EQ(Focused(), row + "6]/op");
}

TEST_F(Keyboard, GoesOnWhereANewGroupIsFilledIn) {
  ShowFilters();
  Enter("filter/add/entities.account.filter/group");
  EXPECT_EQ(Focused(), "filter/add/entities.account.filter.and[3]/condition");
}

TEST_F(Keyboard, GoesOnInTheValueOfABeginning) {
  Open();
  Connect();
  Entity edited = account();
  edited.filter = {};
  edited.links.clear();
  app_->controller().Apply(EditEntities{{edited}, "Empty the filter", ""});
  Key(Key::k3, true);
  Enter("filter/begin/recent");
  EXPECT_EQ(Focused(), "filter/entities.account.filter.and[0]/value/0");
  Type("30");
  EXPECT_EQ(std::get<Condition>(account().filter.nodes[0].item).values,
            std::vector<std::string>{"30"});
}

// Whoever added it with the mouse types its value, too.
TEST_F(Keyboard, WritesTheValueOfAConditionThatTheMouseAdded) {
  ShowFilters();
  Press("filter/add/entities.account.filter/condition");
  Type("name");
  Press("filter/add/entities.account.filter/condition/list/item/name");
  ASSERT_EQ(account().filter.nodes.size(), 4U);
  Type("Contoso");
  EXPECT_EQ(std::get<Condition>(account().filter.nodes[3].item).values,
            std::vector<std::string>{"Contoso"});
}

// The entity list of Filters, opened by a key of its own.
TEST_F(Keyboard, IsAtTheEntityWhoseListCtrlFOpened) {
  ShowFilters();
  Key(Key::kF, true);
  ASSERT_TRUE(Shown("filters/entity/list/search"));
  Key(Key::kEscape);
  ASSERT_FALSE(Shown("filters/entity/list/search"));
  EXPECT_EQ(Focused(), "filters/entity");
  Key(Key::kF, true);
  Type("contact");
  Key(Key::kEnter);
  EXPECT_EQ(state().selected_entity, "contact");
  EXPECT_EQ(Focused(), "filters/entity");
}

// Only rows in view are drawn, so the next one has to be drawn before the keyboard is there.
TEST_F(Keyboard, WalksAListLongerThanItsViewBothWays) {
  Resize(1024, 700);
  Open();
  std::vector<std::string> rows;
  for (const Entity& entity : state().draft.current().entities) {
    rows.push_back("entities/tick/" + entity.name);
  }
  ASSERT_FALSE(Shown(rows.back())) << "all of it is in view";
  const auto walk = [&](bool back) {
    std::vector<std::string> seen;
    for (int i = 0; i < 100 && seen.size() < rows.size(); ++i) {
      if (Focused().starts_with("entities/tick/")) {
        if (seen.empty() || seen.back() != Focused()) seen.push_back(Focused());
      } else if (!seen.empty() && !Focused().starts_with("entities/row/")) {
        break;  // It left the list.
      }
      if (seen.size() < rows.size()) Key(Key::kTab, false, back);
    }
    return seen;
  };
  TabTo(rows.front());
  EXPECT_EQ(walk(false), rows);
  std::reverse(rows.begin(), rows.end());
  EXPECT_EQ(walk(true), rows);
}

// What is said below a row may be higher than what is drawn beyond the view.
TEST_F(Keyboard, GoesPastATallFindingToTheNextRow) {
  Resize(1280, 800);
  Open();
  Connect();
  std::string sentence = "Annual revenue: 'is' (eq) takes one value";
  for (int i = 0; i < 12; ++i) sentence += ", and this is said at great length so that it is tall";
  for (int tall = 2; tall < 7; ++tall) {  // One of these lies at the lower edge.
    bench_->finding = {Severity::kError,
                       "wrong-arity",
                       "account",
                       "entities.account.filter.and[" + std::to_string(tall) + "]",
                       {},
                       sentence};
    Entity edited = account();
    edited.filter.nodes.clear();
    edited.notes = std::to_string(tall);  // Another draft each time.
    for (int i = 0; i < 12; ++i) {
      edited.filter.nodes.push_back(Node{Condition{.field = "name", .op = Operator::kNotNull}});
    }
    app_->controller().Apply(EditEntities{{edited}, "Fill the filter", ""});
    Settle();
    Key(Key::k1, true);
    Key(Key::k3, true);
    for (const bool back : {false, true}) {
      std::vector<std::string> seen;
      for (int i = 0; i < 120 && seen.size() < 12; ++i) {
        Key(Key::kTab, false, back);
        const std::string at = Focused();
        if (at.starts_with("filter/row/") && at.ends_with("]")) seen.push_back(at);
      }
      ASSERT_EQ(seen.size(), 12U) << tall;
      if (back) std::reverse(seen.begin(), seen.end());
      // Backwards it begins somewhere in the tree.
      for (std::size_t i = 0; !back && i < 12; ++i) {
        EXPECT_EQ(seen[i], "filter/row/entities.account.filter.and[" + std::to_string(i) + "]")
            << "below row " << tall;
      }
    }
  }
}

TEST_F(Keyboard, GoesFromFieldToField) {
  Settle();
  Enter("start/new");
  TabTo("new/title");
  Type("First hour");
  Key(Key::kTab);
  EXPECT_EQ(Focused(), "new/name");
  ASSERT_TRUE(Shown("new/title/clear"));  // It is there, for the mouse.
}

TEST_F(Keyboard, WalksALineFromLeftToRight) {
  ShowFilters();
  const auto follow = [&](std::initializer_list<const char*> ids) {
    for (const char* id : ids) {
      EXPECT_EQ(Focused(), id);
      Key(Key::kTab);
    }
  };
  TabTo("top/search");
  follow({"top/search", "top/undo", "top/redo", "top/changes"});
  TabTo("filters/entity");
  follow({"filters/entity", "filters/views", "filters/run"});
}

TEST_F(Keyboard, TakesTheFolderAlongWhenItsFieldMoves) {
  Open();
  Key(Key::k7, true);
  TabTo("publish/folder");
  Type((folder_ / "published").string());
  Key(Key::kEnter);
  ASSERT_FALSE(Shown("publish/continue"));
  EXPECT_EQ(Focused(), "publish/folder");
  Key(Key::kTab);
  EXPECT_NE(Focused(), "");
}

TEST_F(Keyboard, DoesNotReachWhatTheInspectorCovers) {
  Resize(1024, 700);
  ShowFilters();
  Enter("filters/details");
  ASSERT_TRUE(Shown("inspector/close"));
  const float edge = 1024 - 304;
  for (int i = 0; i < 60; ++i) {
    Key(Key::kTab);
    const std::string at = Focused();
    const Rect rect = app_->record().controls.at(at);
    const bool page = at.starts_with("filter/") || at == "filters/run" || at == "filters/views" ||
                      at == "filters/copy" || at == "filters/paste";
    EXPECT_FALSE(page && rect.x1 > edge) << at;
  }
  TabTo("filters/entity");  // What is beside it can be.
}

// A field of many lines that is below what is seen is not drawn before it has been scrolled to.
TEST_F(Keyboard, WritesTheNoteThatLiesBelowALongChecklist) {
  Resize(1024, 700);
  std::filesystem::create_directories(folder_ / "published");
  Open();
  Policy policy = state().draft.current();
  for (Entity& entity : policy.entities) entity.max_records = 10;  // Each wants a reason.
  app_->controller().Apply(EditPolicy{policy, "Cap", ""});
  app_->controller().Apply(SetPublishFolder{folder_ / "published"});
  Settle();
  Key(Key::k7, true);
  Enter("publish/details");
  ASSERT_GT(app_->record().controls.at("publish/note").y0, 700) << "it is in view";
  TabTo("publish/note");
  Type("First");
  EXPECT_EQ(state().publish.note, "First");
  EXPECT_LE(app_->record().controls.at("publish/note").y1, 700);
  Key(Key::kTab);
  TabTo("publish/note");  // And once more round.
  Type("!");
  EXPECT_NE(state().publish.note.find('!'), std::string::npos);
}

// The smallest window at 200 %: what has the keyboard is seen whole, on every screen, with and
// without the inspector on top.
TEST_F(Keyboard, IsSeenOnEveryScreenAtTwiceTheSize) {
  Resize(1024, 700);
  Rescale(2);
  Open();
  Connect();
  Preview();
  app_->record().keep_views = true;
  int seen = 0;
  const auto walk = [&](const std::string& where) {
    std::string first;
    for (int i = 0; i < 150; ++i) {
      Key(Key::kTab);
      const std::string at = Focused();
      if (at.empty()) continue;
      if (first.empty()) {
        first = at;
      } else if (at == first) {
        break;  // Once round.
      }
      ++seen;
      const Rect rect = app_->record().controls.at(at);
      const Rect view = app_->record().views.at(at).Clip({0, 0, 1024, 700});
      const Rect shown = rect.Clip(view);
      EXPECT_GE(shown.height(), std::min(rect.height(), view.height()) - 1) << at << where;
      if (at.starts_with("records/")) continue;  // Wide tables scroll to their sides, too.
      EXPECT_GE(shown.width(), rect.width() - 1) << at << where;
    }
  };
  constexpr std::array kScreens = {Key::k1, Key::k2, Key::k3, Key::k4,
                                   Key::k5, Key::k6, Key::k7, Key::k8};
  for (const compat::Key screen : kScreens) {
    Key(screen, true);
    const std::string name = std::to_string(static_cast<int>(state().screen));
    walk(" on screen " + name);
    for (const char* details :
         {"project/details", "entities/details", "filters/details", "triggers/details",
          "preview/details", "device/details", "publish/details", "history/details"}) {
      if (!Shown(details)) continue;
      Press(details);
      walk(" beside the inspector of screen " + name);
      Key(Key::kEscape);
    }
  }
  EXPECT_GT(seen, 300);
}

TEST_F(Keyboard, PreviewsAsTwoUsersAndWritesTheNoteInTheSmallestWindow) {
  Resize(1024, 700);
  std::filesystem::create_directories(folder_ / "published");
  Open();
  Connect();
  for (const char* who : {"jana", "eva"}) {
    Key(Key::k5, true);
    TabTo("preview/user");  // The second time it is there already, and has to be seen.
    Key(Key::kSpace);
    ASSERT_TRUE(Shown("user-picker/search")) << who;
    Type(who);
    Key(Key::kEnter);
    ASSERT_EQ(Focused(), "preview/user") << who;
    Key(Key::kR, true);
  }
  Key(Key::k7, true);
  TabTo("publish/folder");
  Type((folder_ / "published").string());
  Key(Key::kEnter);
  Enter("publish/details");
  TabTo("publish/note");
  Type("First");
  const Rect note = app_->record().controls.at("publish/note");
  EXPECT_GE(note.y0, 0);
  EXPECT_LE(note.y1, 700);
  EXPECT_EQ(state().publish.note, "First");
}

}  // namespace
}  // namespace satchel
