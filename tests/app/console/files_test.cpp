// Choosing paths, and exporting the draft.
#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

class Files : public HeadlessConsole {
 protected:
  [[nodiscard]] std::string Item(const std::string& name) const {
    return "path-box/item/" + (folder_ / name).string();
  }
};

TEST_F(Files, OpensAPolicyFoundInTheFolders) {
  std::filesystem::create_directories(folder_ / "sales");
  Write("sales/small.yaml", "small\n");
  Write("sales/readme.txt", "no policy\n");
  Open();
  Key(Key::kO, true);
  ASSERT_TRUE(Shown(Item("sales")));
  Press(Item("sales"));
  EXPECT_FALSE(Shown(Item("sales/readme.txt")));
  Press(Item("sales/small.yaml"));
  EXPECT_EQ(state().file->path, folder_ / "sales/small.yaml");
  EXPECT_EQ(state().draft.current().project.name, "small");
}

TEST_F(Files, FindsAPolicyByPartOfItsNameWithTheKeyboardAlone) {
  Write("small.yaml", "small\n");
  Open();
  Key(Key::kO, true);
  Type("sma");
  Key(Key::kEnter);
  EXPECT_EQ(state().file->path, folder_ / "small.yaml");
  Key(Key::kO, true);  // It is a recent one now: the arrows reach it first.
  Key(Key::kDown);
  Key(Key::kEnter);
  EXPECT_EQ(state().file->path, folder_ / "field-service.yaml");
}

TEST_F(Files, SaysWhatIsWrongWithAFolder) {
  Open();
  Key(Key::kO, true);
  Type("~/nowhere/");
  EXPECT_TRUE(Says("cannot be listed"));
  Key(Key::kEscape);
  EXPECT_FALSE(Shown("path-box/path"));
}

TEST_F(Files, ExportsTheDraftAndAsksBeforeItWritesOverAFile) {
  Open();
  app_->controller().Apply(ShowScreen{Screen::kPublish});
  Settle();
  Press("publish/export");
  Press("publish/export/list/item/yaml");
  EXPECT_TRUE(Written("path-box/path").ends_with("/field-service-copy.yaml"));
  Key(Key::kA, true);
  Type("~/policies/copy.yaml");
  Press("path-box/done");
  EXPECT_EQ(Read("copy.yaml"), bench_->Print(state().draft.current()));
  EXPECT_EQ(Read("field-service.yaml"), "demo\n");
  Write("copy.yaml", "mine\n");
  app_->controller().Apply(ExportDraft{PathFor::kExportYaml, folder_ / "copy.yaml"});
  Settle();
  EXPECT_EQ(Read("copy.yaml"), "mine\n");
  Press("dialog/confirm");
  EXPECT_EQ(Read("copy.yaml"), bench_->Print(state().draft.current()));
}

TEST_F(Files, ExportsAFilterForEveryOfflineEntity) {
  Open();
  app_->controller().Apply(ExportDraft{PathFor::kExportFetchXml, folder_ / "filters"});
  Settle();
  int files = 0;
  for (const Entity& entity : state().draft.current().entities) {
    const std::string text = Read("filters/" + entity.name + ".xml");
    if (entity.mode == DeviceMode::kOffline) {
      ++files;
      EXPECT_NE(text.find("<entity name=\"" + entity.name + "\""), std::string::npos);
    } else {
      EXPECT_EQ(text, "");
    }
  }
  EXPECT_GT(files, 3);
  EXPECT_EQ(state().toasts.back().title, std::to_string(files) + " filters exported as FetchXML");
}

}  // namespace
}  // namespace satchel
