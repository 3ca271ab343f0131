// Publishing and restoring in the window, into a real folder.
#include "app/console/panels/palette.h"
#include "policy/yaml/read_policy.h"
#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

class PublishFlow : public HeadlessConsole {
 protected:
  PublishFlow() {
    out_ = folder_ / "published";
    std::filesystem::create_directories(out_);
    Write("small.yaml", "small\n");
  }
  void Begin() {
    Open("small.yaml");
    Press("rail/Publish");
    Press("publish/folder");
    Type(out_.string());
  }
  void PublishIt() {
    Press("publish/publish");
    ASSERT_TRUE(state().dialog);
    Press("dialog/confirm");
  }
  // The demo on the Publish screen, previewed as one user, its folder chosen.
  void OpenPreviewed() {
    Open();
    Connect();
    Preview();
    Press("rail/Publish");
    Press("publish/folder");
    Type(out_.string());
    Key(compat::Key::kEnter);
  }
  [[nodiscard]] std::string Published(const std::string& name) const {
    return ReadWholeFile(out_ / "small" / name).value_or("");
  }
  std::filesystem::path out_;
};

TEST_F(PublishFlow, WritesTheWholeNameOfWhoWasPreviewed) {
  Resize(1280, 800);
  OpenPreviewed();
  ASSERT_TRUE(Says("Eva Kováčová"));
  for (const auto& text : app_->record().texts) {
    EXPECT_FALSE(text.cut && text.rect.x0 > 1280 - 304 && text.text.starts_with("Eva"));
  }
}

TEST_F(PublishFlow, AsksForTheFolderOnThePageUntilItIsTyped) {
  Open("small.yaml");
  Press("rail/Publish");
  EXPECT_TRUE(Says("Choose where to publish to"));
  Press("publish/folder");
  const std::string path = out_.string();
  for (const char letter : path) Type(std::string(1, letter));
  EXPECT_EQ(state().publish.folder, out_);
  EXPECT_TRUE(Says("Choose where to publish to"));
  Key(compat::Key::kEnter);
  EXPECT_FALSE(Says("Choose where to publish to"));
  EXPECT_TRUE(Shown("publish/folder"));
}

TEST_F(PublishFlow, OffersAFolderBesideThePolicy) {
  Open("small.yaml");
  Press("rail/Publish");
  EXPECT_TRUE(Says("Use ~/policies/published"));
  EXPECT_FALSE(Says("Make and use"));
  Press("publish/beside");
  EXPECT_EQ(state().publish.folder, out_);
  EXPECT_TRUE(Shown("publish/publish"));
  EXPECT_FALSE(Shown("publish/beside"));
}

TEST_F(PublishFlow, MakesAndUsesTheFolderBesideThePolicyInOneStep) {
  std::filesystem::remove_all(out_);
  Open("small.yaml");
  Press("rail/Publish");
  EXPECT_TRUE(Says("Make and use ~/policies/published"));
  EXPECT_FALSE(std::filesystem::exists(out_)) << "nobody asked for it yet";
  Press("publish/beside");
  EXPECT_TRUE(std::filesystem::is_directory(out_));
  EXPECT_EQ(state().publish.folder, out_);
  EXPECT_TRUE(Says("this is version 1"));
}

TEST_F(PublishFlow, SaysWhenTheFolderBesideThePolicyCannotBeMade) {
  std::filesystem::remove_all(out_);
  Open("small.yaml");
  Press("rail/Publish");
  Write("published", "not a folder");
  Press("publish/beside");
  EXPECT_TRUE(Says("cannot be made"));
  EXPECT_TRUE(state().publish.folder.empty());
  // The same page still asks; what is typed instead is another attempt.
  EXPECT_TRUE(Says("Choose where to publish to"));
  Press("publish/folder");
  Type((folder_ / "elsewhere").string());
  EXPECT_FALSE(Says("cannot be made"));
}

TEST_F(PublishFlow, LooksForTheFolderBesideThePolicyWheneverItAsks) {
  std::filesystem::remove_all(out_);
  Open("small.yaml");
  Press("rail/Publish");
  Press("rail/Entities");
  std::filesystem::create_directories(out_);
  Press("rail/Publish");
  EXPECT_FALSE(Says("Make and use"));
  EXPECT_TRUE(Says("Use ~/policies/published"));
}

TEST_F(PublishFlow, SaysWhereNobodysDeviceWouldHoldAnything) {
  OpenPreviewed();
  const std::string words = "Their devices would hold no record";
  EXPECT_FALSE(Says(words));
  Policy policy = state().draft.current();
  for (Entity& entity : policy.entities) entity.mode = DeviceMode::kOnline;
  app_->controller().Apply(EditPolicy{policy, "Nothing offline", ""});
  Preview();
  // And there the next step is offered.
  Press("preview/other-user");
  EXPECT_TRUE(Shown("user-picker/item/u1"));
  Key(Key::kEscape);
  Press("rail/Publish");
  EXPECT_TRUE(Says(words));
}

TEST_F(PublishFlow, SpeaksOfEntitiesByTheirNamesAndLeadsToTheExpectation) {
  Open();
  Connect();
  Policy policy = state().draft.current();
  policy.expect = {{.as = "Jana Novák", .entity = "contact", .at_most = 10},
                   {.as = "", .entity = "contact", .at_most = 5}};
  app_->controller().Apply(EditPolicy{policy, "Expect", ""});
  app_->controller().Apply(ChooseUser{"u1"});
  Preview();
  Press("rail/Publish");
  Press("publish/folder");
  Type(out_.string());
  Key(Key::kEnter);
  EXPECT_TRUE(Says("records of Contact, the expectation is at most 10"));
  EXPECT_FALSE(Says("records of contact"));
  // What is about nobody yet is a finding of the policy, not something to be measured.
  for (const Verdict& verdict : state().publish.verdicts) EXPECT_NE(verdict.path, "expect[1]");
  EXPECT_FALSE(Says(", Contact: at most 5"));
  std::string fix;
  for (const auto& [id, rect] : app_->record().controls) {
    if (id.starts_with("publish/fix/")) fix = id;
  }
  Press(fix);
  EXPECT_EQ(state().screen, Screen::kProject);
}

TEST_F(PublishFlow, ABreakTypedInTheNoteStaysOneThroughUndoAndRedo) {
  Begin();
  Press("publish/note");
  // Long enough that the field breaks the line by itself just where Enter does.
  const std::string line = "What this version brings to everybody out there:";
  Type(line);
  Key(compat::Key::kEnter);
  Type("two");
  const std::string typed = line + "\ntwo";
  ASSERT_EQ(state().publish.note, typed);
  Key(compat::Key::kA, true);
  Key(compat::Key::kX, true);
  ASSERT_EQ(state().publish.note, "");
  Key(compat::Key::kZ, true);
  EXPECT_EQ(state().publish.note, typed);
  Key(compat::Key::kZ, true);  // … before "two", whole or letter by letter.
  Key(compat::Key::kY, true);
  EXPECT_EQ(state().publish.note, typed);
  Key(compat::Key::kY, true);
  EXPECT_EQ(state().publish.note, "");
  Key(compat::Key::kZ, true);
  EXPECT_EQ(state().publish.note, typed);
}

TEST_F(PublishFlow, PublishesComparesAndRestores) {
  Begin();
  ASSERT_TRUE(state().publish.view);
  EXPECT_TRUE(Says("Nothing was published yet: this is version 1"));
  Press("publish/note");
  Type("The beginning");
  PublishIt();
  ReadPolicy read = ParsePolicy(Published("current.yaml"));
  ASSERT_FALSE(HasErrors(read.findings));
  EXPECT_EQ(read.policy.published->version, 1);
  EXPECT_EQ(read.policy.published->note, "The beginning");
  EXPECT_TRUE(Says("Nothing has changed"));

  app_->controller().Apply(SetField{"account", "city", true});
  Settle();
  ASSERT_TRUE(state().publish.view);
  ASSERT_EQ(state().publish.view->changes.size(), 1U);
  EXPECT_EQ(state().publish.changes, 1U);
  EXPECT_TRUE(Says("1 structural"));
  EXPECT_TRUE(Says("Structural"));
  PublishIt();
  EXPECT_EQ(Published("2.yaml"), Published("current.yaml"));

  Press("rail/History");
  Press("history/version/1");
  Press("history/restore");
  ASSERT_TRUE(state().dialog);
  EXPECT_NE(state().dialog->text.find("1 change against version 2. The changes are structural"),
            std::string::npos)
      << state().dialog->text;
  Press("dialog/confirm");
  EXPECT_TRUE(state().toasts.back().action.empty()) << "History is where one is";
  EXPECT_EQ(state().publish.view->newest(), 3);
  read = ParsePolicy(Published("current.yaml"));
  EXPECT_EQ(read.policy.published->note, "Restores version 1");
  EXPECT_EQ(read.policy.entities[0].fields, std::vector<std::string>{"name"});
}

TEST_F(PublishFlow, CountsWhatIsNotPublishedYetOnEveryScreen) {
  Begin();
  PublishIt();
  Press("rail/Entities");
  EXPECT_EQ(state().publish.changes, 0U);
  app_->controller().Apply(SetField{"account", "city", true});
  Settle();
  EXPECT_EQ(state().publish.changes, 1U);
  app_->controller().Apply(Undo{});
  Settle();
  EXPECT_EQ(state().publish.changes, 0U);
}

TEST_F(PublishFlow, PublishesFromThePaletteToo) {
  const auto offers = [&](const std::string& title) {
    const auto all = NamedCommands(state());
    return std::any_of(all.begin(), all.end(), [&](const auto& c) { return c.title == title; });
  };
  Begin();
  EXPECT_TRUE(offers("Publish version 1…"));
  Key(compat::Key::kK, true);
  Type("publish version");
  Key(compat::Key::kEnter);
  ASSERT_TRUE(state().dialog);
  Press("dialog/confirm");
  EXPECT_FALSE(offers("Publish version 2…")) << "nothing has changed";
  EXPECT_FALSE(offers("Make a phone for the signed-in user")) << "there is no server";
  Connect();
  EXPECT_TRUE(offers("Make a phone for Eva Kováčová"));
}

TEST_F(PublishFlow, BreaksTheLinesOfALongNoteOnlyOnScreen) {
  Begin();
  Press("publish/note");
  const std::string note =
      "First version for everybody: accounts with open work orders, their contacts, two weeks back";
  Type(note);
  EXPECT_EQ(state().publish.note, note);
  // In the middle, behind a break that is only shown.
  for (int i = 0; i < 40; ++i) Key(Key::kLeft);
  Type("x");
  std::string longer = note;
  longer.insert(note.size() - 40, "x");
  EXPECT_EQ(state().publish.note, longer);
  Key(compat::Key::kBackspace);
  Key(compat::Key::kEnd);
  Key(compat::Key::kEnter);
  Type("new line");
  EXPECT_EQ(std::count(state().publish.note.begin(), state().publish.note.end(), '\n'), 1);
}

TEST_F(PublishFlow, AsksForAReasonOfAWarning) {
  Begin();
  Policy capped = state().draft.current();
  capped.entities[0].max_records = 10;
  app_->controller().Apply(EditPolicy{capped, "Cap", ""});
  Settle();
  EXPECT_TRUE(Says("Fix, or give a reason for, 1 finding"));
  app_->controller().Apply(PublishDraft{});
  EXPECT_FALSE(state().dialog);
  Press("publish/reason/order-missing");
  Type("any ten will do");
  PublishIt();
  EXPECT_NE(Published("1.yaml").find("any ten will do"), std::string::npos);
  EXPECT_TRUE(Says("Nothing has changed")) << "no reason is wanted for what is published already";
  EXPECT_FALSE(Says("Fix, or give a reason for"));
}

TEST_F(PublishFlow, DoesNotOverwriteWhatSomebodyElsePublished) {
  Begin();
  PublishIt();
  app_->controller().Apply(SetField{"account", "city", true});
  Settle();
  const std::string theirs = Published("1.yaml");
  std::ofstream(out_ / "small" / "2.yaml") << theirs;
  app_->controller().Apply(PublishDraft{.confirmed = true});
  Settle();
  EXPECT_EQ(Published("2.yaml"), theirs);
  ASSERT_FALSE(state().toasts.empty());
  EXPECT_EQ(state().toasts.back().severity, Severity::kError);
  EXPECT_NE(state().toasts.back().text.find("Somebody published in between"), std::string::npos);
  // The next attempt is against what is there now, and what was said of this one goes.
  app_->controller().Apply(PublishDraft{.confirmed = true});
  Settle();
  EXPECT_NE(Published("3.yaml"), "");
  for (const Toast& toast : state().toasts) EXPECT_NE(toast.severity, Severity::kError);
}

TEST_F(PublishFlow, OffersToMakeAFolderThatIsNotThere) {
  Begin();
  Key(compat::Key::kEnter);
  const auto far = folder_ / "not" / "there";
  app_->controller().Apply(SetPublishFolder{far});
  Settle();
  EXPECT_TRUE(Says("There is no such folder"));
  EXPECT_FALSE(std::filesystem::exists(far)) << "nobody asked for it yet";
  Press("publish/make-folder");
  EXPECT_TRUE(std::filesystem::is_directory(far));
  EXPECT_TRUE(Says("this is version 1"));
  EXPECT_FALSE(Shown("publish/make-folder"));
}

TEST_F(PublishFlow, SaysWhenTheFolderCannotBeMade) {
  Begin();
  Key(compat::Key::kEnter);
  Write("file", "not a folder");
  app_->controller().Apply(SetPublishFolder{folder_ / "file" / "below"});
  Settle();
  Press("publish/make-folder");
  EXPECT_TRUE(Says("cannot be made"));
  EXPECT_FALSE(state().publish.view);
}

TEST_F(PublishFlow, ListsWhatTheFirstVersionBrings) {
  Begin();
  Key(compat::Key::kEnter);
  EXPECT_TRUE(Says("all of this is new"));
  EXPECT_TRUE(Says(account().name));
}

TEST_F(PublishFlow, RemembersTheFolder) {
  Begin();
  Restart();
  EXPECT_EQ(state().publish.folder, out_);
}

TEST_F(PublishFlow, ShowsTheDifferenceInEveryForm) {
  Begin();
  PublishIt();
  app_->controller().Apply(SetField{"account", "city", true});
  Settle();
  Press("publish/form/1");
  EXPECT_TRUE(Says("@@ entities / account"));
  Press("publish/form/2");
  EXPECT_FALSE(Says("@@ entities / account"));
  Press("publish/form/0");
  Press("publish/change/0");
  EXPECT_TRUE(Says("@@ entities / account"));
}

}  // namespace
}  // namespace satchel
