// Questions that the mouse asked, and the keyboard answers.
#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

class Questions : public HeadlessConsole {
 protected:
  void AskToPublish() {
    Write("small.yaml", "small\n");
    std::filesystem::create_directories(folder_ / "published");
    Open("small.yaml");
    Press("rail/Publish");
    Press("publish/beside");
    Press("publish/publish");
    ASSERT_TRUE(state().dialog);
  }
  void AskToDropComments() {
    Write("field-service.yaml", kCommented);
    Open();
    app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
    Settle();
    Press("top/save");
    ASSERT_TRUE(state().dialog);
  }
  // On the sentence, where nothing can be pressed.
  void ClickBesideTheAnswers() {
    const Rect r = app_->record().controls.at("dialog/confirm");
    compat::MoveMouse({r.cx(), r.y0 - 60});
    Frame();
    compat::PressMouse(true);
    Frame();
    compat::PressMouse(false);
    Settle();
    ASSERT_TRUE(state().dialog);
  }
  [[nodiscard]] bool IsPublished() const {
    return std::filesystem::exists(folder_ / "published/small/1.yaml");
  }
  static constexpr const char* kCommented = "demo with comments\n";
};

TEST_F(Questions, AreAnsweredByTheFirstEnter) {
  AskToPublish();
  EXPECT_FALSE(IsPublished());
  EXPECT_EQ(app_->record().focused, "dialog/confirm");  // What Enter does is to be seen.
  Key(Key::kEnter);
  EXPECT_TRUE(IsPublished());
}

TEST_F(Questions, AreAnsweredByTheFirstEnterAfterAClickBesideTheAnswers) {
  AskToPublish();
  ClickBesideTheAnswers();
  Key(Key::kEnter);
  EXPECT_TRUE(IsPublished());
}

TEST_F(Questions, AreAnsweredByWhatTheKeyboardWentTo) {
  AskToPublish();
  Key(Key::kTab);
  EXPECT_EQ(app_->record().focused, "dialog/cancel");
  Key(Key::kEnter);
  EXPECT_FALSE(state().dialog);
  EXPECT_FALSE(IsPublished());
}

TEST_F(Questions, AreClosedByEscape) {
  AskToPublish();
  Key(Key::kEscape);
  EXPECT_FALSE(state().dialog);
  EXPECT_FALSE(IsPublished());
}

TEST_F(Questions, OfWhatWouldBeLostAreNotAnsweredWithYesByAStrayEnter) {
  AskToDropComments();
  EXPECT_EQ(app_->record().focused, "dialog/cancel");
  Key(Key::kEnter);
  EXPECT_FALSE(state().dialog);
  EXPECT_EQ(Read("field-service.yaml"), kCommented);
  Press("top/save");
  ClickBesideTheAnswers();
  Key(Key::kEnter);
  EXPECT_FALSE(state().dialog);
  EXPECT_EQ(Read("field-service.yaml"), kCommented);
}

TEST_F(Questions, OfWhatWouldBeLostCanBeAnsweredByKeyboard) {
  AskToDropComments();
  Key(Key::kTab);
  EXPECT_EQ(app_->record().focused, "dialog/confirm");
  Key(Key::kSpace);
  EXPECT_NE(Read("field-service.yaml"), kCommented);
}

TEST_F(Questions, AboutAFileThatExistsAreNotAnsweredWithYesByAStrayEnter) {
  Write("there.yaml", "what it says\n");
  Open();
  app_->controller().Apply(ExportDraft{PathFor::kExportYaml, folder_ / "there.yaml"});
  Settle();
  ASSERT_TRUE(state().dialog);
  Key(Key::kEnter);
  EXPECT_FALSE(state().dialog);
  EXPECT_EQ(Read("there.yaml"), "what it says\n");
}

TEST_F(Questions, AboutSomebodyElsesVersionAreNotDecidedByAStrayEnter) {
  Open();
  app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
  Settle();
  Write("field-service.yaml", "shorter\n");
  Press("top/save");
  ASSERT_TRUE(state().changed_file);
  EXPECT_EQ(app_->record().focused, "changed-file/cancel");
  Key(Key::kEnter);
  EXPECT_FALSE(state().changed_file);
  EXPECT_EQ(Read("field-service.yaml"), "shorter\n");
}

}  // namespace
}  // namespace satchel
