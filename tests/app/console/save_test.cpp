// Writing the policy's file: what somebody else wrote into it meanwhile, and its comments.
#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

class Saving : public HeadlessConsole {
 protected:
  // An edit that is not saved, and somebody else's file under it.
  void Meet(const std::string& theirs) {
    Open();
    app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
    Settle();
    Write("field-service.yaml", theirs);
    Key(Key::kS, true);
  }
  [[nodiscard]] std::string Mine() { return bench_->Print(state().draft.current()); }
  // The copies that were put aside, by what they say.
  [[nodiscard]] bool KeptAside(const std::string& whose, const std::string& text) const {
    for (const auto& file : std::filesystem::directory_iterator(folder_ / "settings/drafts")) {
      if (file.path().filename().string().find("." + whose + "-") == std::string::npos) continue;
      if (ReadWholeFile(file.path()).value_or("") == text) return true;
    }
    return false;
  }
};

TEST_F(Saving, AsksBeforeItWritesOverWhatSomebodyElseWrote) {
  Meet("shorter\n");
  ASSERT_TRUE(state().changed_file);
  EXPECT_EQ(Read("field-service.yaml"), "shorter\n");
  EXPECT_TRUE(Says("field-service.yaml was changed since your draft began"));
  EXPECT_TRUE(Says("contact online"));   // What differs, line by line: mine …
  EXPECT_TRUE(Says("contact offline"));  // … and theirs.
  Press("changed-file/cancel");
  EXPECT_FALSE(state().changed_file);
  EXPECT_EQ(Read("field-service.yaml"), "shorter\n");
  EXPECT_TRUE(Unsaved(state()));
  Key(Key::kS, true);
  Key(Key::kEscape);
  EXPECT_FALSE(state().changed_file);
  EXPECT_EQ(Read("field-service.yaml"), "shorter\n");
}

TEST_F(Saving, KeepsMineAndACopyOfTheirs) {
  Meet("shorter\nby petr\n");
  Press("changed-file/mine");
  EXPECT_EQ(Read("field-service.yaml"), Mine());
  EXPECT_TRUE(KeptAside("theirs", "shorter\nby petr\n"));
  EXPECT_FALSE(Unsaved(state()));
  ASSERT_FALSE(state().toasts.empty());
  EXPECT_EQ(state().toasts.back().until, 0);  // Somebody must have read where the copy is.
  app_->controller().Apply(Undo{});
  Settle();
  Key(Key::kS, true);  // Nobody wrote since.
  EXPECT_FALSE(state().changed_file);
  EXPECT_EQ(Read("field-service.yaml"), Mine());
}

TEST_F(Saving, LoadsTheirsAndKeepsMineOneStepBack) {
  Meet("shorter\n");
  const std::string mine = Mine();
  Press("changed-file/theirs");
  EXPECT_EQ(state().draft.current().Find("list"), nullptr);
  EXPECT_EQ(state().draft.current().Find("contact")->mode, DeviceMode::kOffline);
  EXPECT_FALSE(Unsaved(state()));
  EXPECT_TRUE(KeptAside("mine", mine));
  Press("toast/" + std::to_string(state().toasts.back().id) + "/action");
  EXPECT_EQ(Mine(), mine);
  Key(Key::kS, true);  // Theirs still stands in the file.
  ASSERT_TRUE(state().changed_file);
  EXPECT_EQ(Read("field-service.yaml"), "shorter\n");
}

TEST_F(Saving, GoesOnFromTheirsWithoutAsking) {
  Meet("shorter\n");
  Press("changed-file/theirs");
  app_->controller().Apply(SetMode{"account", EntityMode::kOnline});
  Settle();
  Key(Key::kS, true);
  EXPECT_FALSE(state().changed_file);
  EXPECT_EQ(Read("field-service.yaml"), Mine());
}

TEST_F(Saving, CannotLoadWhatCannotBeRead) {
  Meet("broken\n");
  EXPECT_TRUE(Says("It cannot be read now (3:7: unknown key 'x')"));
  const std::string mine = Mine();
  Press("changed-file/theirs");
  app_->controller().Apply(LoadTheirs{});  // A greyed-out button is a courtesy, not a guard.
  Settle();
  ASSERT_TRUE(state().changed_file);
  EXPECT_EQ(Mine(), mine);
  Press("changed-file/mine");
  EXPECT_EQ(Read("field-service.yaml"), mine);
  EXPECT_TRUE(KeptAside("theirs", "broken\n"));
}

TEST_F(Saving, AsksAgainWhenTheFileChangedWhileItAsked) {
  Meet("shorter\n");
  Write("field-service.yaml", "shorter\nonce more\n");
  Press("changed-file/mine");
  ASSERT_TRUE(state().changed_file);
  EXPECT_EQ(Read("field-service.yaml"), "shorter\nonce more\n");
  Press("changed-file/mine");
  EXPECT_EQ(Read("field-service.yaml"), Mine());
  EXPECT_TRUE(KeptAside("theirs", "shorter\nonce more\n"));
}

TEST_F(Saving, AsksForADraftThatCameBackFromBeforeTheChangeEvenAfterTwoCrashes) {
  Open();
  app_->controller().Apply(SetMode{"list", EntityMode::kExcluded});
  Settle();
  Write("field-service.yaml", "demo\nby petr\n");
  Restart();
  Open();
  app_->controller().Apply(SelectEntity{"contact"});
  app_->controller().Apply(RemoveEntities{{"invoice"}});  // Keeps the draft anew.
  Settle();
  Restart();
  Open();
  ASSERT_EQ(state().toasts.size(), 1U);
  EXPECT_EQ(state().toasts[0].severity, Severity::kWarning);
  Key(Key::kS, true);
  ASSERT_TRUE(state().changed_file);
  EXPECT_EQ(Read("field-service.yaml"), "demo\nby petr\n");
  Press("changed-file/cancel");
  app_->controller().Apply(DiscardDraft{});
  app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
  Settle();
  Key(Key::kS, true);  // What is discarded no longer matters.
  EXPECT_FALSE(state().changed_file);
  EXPECT_EQ(Read("field-service.yaml"), Mine());
}

TEST_F(Saving, WritesAFileThatIsGoneOnceMore) {
  Open();
  app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
  Settle();
  std::filesystem::remove(folder_ / "field-service.yaml");
  Key(Key::kS, true);
  EXPECT_FALSE(state().changed_file);
  EXPECT_EQ(Read("field-service.yaml"), Mine());
}

TEST_F(Saving, WritesOverNothingThatItCannotRead) {
  Open();
  app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
  Settle();
  std::filesystem::remove(folder_ / "field-service.yaml");
  std::filesystem::create_directory(folder_ / "field-service.yaml");
  Key(Key::kS, true);
  EXPECT_TRUE(Unsaved(state()));
  ASSERT_FALSE(state().toasts.empty());
  EXPECT_NE(state().toasts.back().text.find("it is a folder"), std::string::npos);
}

TEST_F(Saving, SaysWhichCommentsOnlyTheCopyWillHave) {
  Meet("shorter comments\n");
  EXPECT_TRUE(Says("The file has 2 comments"));
  Press("changed-file/mine");
  EXPECT_FALSE(state().dialog);
  EXPECT_EQ(Read("field-service.yaml"), Mine());
  EXPECT_TRUE(KeptAside("theirs", "shorter comments\n"));
}

TEST_F(Saving, AsksAboutTheCommentsOfAFileWhoseDraftCameBack) {
  Write("field-service.yaml", "demo comments\n");
  Open();
  app_->controller().Apply(SetMode{"list", EntityMode::kExcluded});
  Settle();
  Restart();
  Open();
  ASSERT_TRUE(Unsaved(state()));
  Key(Key::kS, true);
  ASSERT_TRUE(state().dialog);
  EXPECT_EQ(Read("field-service.yaml"), "demo comments\n");
}

TEST_F(Saving, AsksAboutTheCommentsOfTheirsOnceTheyAreLoaded) {
  Meet("shorter comments\n");
  Press("changed-file/theirs");
  app_->controller().Apply(SetMode{"account", EntityMode::kOnline});
  Settle();
  Key(Key::kS, true);
  ASSERT_TRUE(state().dialog);
  EXPECT_EQ(Read("field-service.yaml"), "shorter comments\n");
}

TEST_F(Saving, AnExportOntoTheFileItselfAsksAboutItsComments) {
  Write("field-service.yaml", "demo comments\n");
  Open();
  app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
  app_->controller().Apply(ExportDraft{PathFor::kExportYaml, folder_ / "field-service.yaml"});
  Settle();
  ASSERT_TRUE(state().dialog);
  EXPECT_EQ(state().dialog->title, "Save and lose 2 comments?");
  EXPECT_EQ(Read("field-service.yaml"), "demo comments\n");
}

TEST_F(Saving, AnExportOntoAnotherFileSaysThatItsCommentsGo) {
  Write("copy.yaml", "demo comments\n");
  Open();
  app_->controller().Apply(ExportDraft{PathFor::kExportYaml, folder_ / "copy.yaml"});
  Settle();
  ASSERT_TRUE(state().dialog);
  EXPECT_NE(state().dialog->text.find("its 2 comments too"), std::string::npos);
  EXPECT_EQ(Read("copy.yaml"), "demo comments\n");
}

TEST_F(Saving, ADuplicateAsksBeforeItLeavesCommentsOut) {
  const std::string other = "# For the pilot\nsatchel: 1\nproject: {name: other}\nentities: {}\n";
  Write("other.yaml", other);
  Open();
  app_->controller().Apply(DuplicateProject{folder_ / "other.yaml", "copy"});
  Settle();
  ASSERT_TRUE(state().dialog);
  EXPECT_EQ(state().dialog->title, "Duplicate without 1 comment?");
  EXPECT_EQ(Read("copy.yaml"), "");
  Press("dialog/confirm");
  EXPECT_NE(Read("copy.yaml"), "");
  EXPECT_EQ(Read("other.yaml"), other);
  // The open project, whose comments are known.
  Write("commented.yaml", "comments\n");
  Open("commented.yaml");
  app_->controller().Apply(DuplicateProject{folder_ / "commented.yaml", "again"});
  Settle();
  ASSERT_TRUE(state().dialog);
  EXPECT_EQ(state().dialog->title, "Duplicate without 2 comments?");
}

TEST_F(Saving, PublishingOntoTheOpenFileSaysThatItsCommentsGo) {
  const std::string project = DemoPolicy().project.name;
  std::filesystem::create_directories(folder_ / "published" / project);
  Write("published/" + project + "/current.yaml", "demo comments\n");
  Open("published/" + project + "/current.yaml");
  app_->controller().Apply(SetPublishFolder{folder_ / "published"});
  app_->controller().Apply(ShowScreen{Screen::kPublish});
  app_->controller().Apply(Acknowledge{"no-order", "Any will do"});
  Settle();
  app_->controller().Apply(PublishDraft{});
  Settle();
  ASSERT_TRUE(state().dialog);
  EXPECT_NE(state().dialog->text.find("its 2 comments go"), std::string::npos)
      << state().dialog->text;
}

}  // namespace
}  // namespace satchel
