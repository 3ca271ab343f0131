// The whole console without a window: clicks go to controls by their ids, pictures come from the
// software rasteriser.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "app/console/application.h"
#include "app/console/script.h"
#include "app/console/soft_raster.h"
#include "tests/app/console/fake_workbench.h"
#include "tests/app/console/shared_glyphs.h"

namespace satchel {

class HeadlessConsole : public testing::Test {
 protected:
  HeadlessConsole() {
    ::setenv("TZ", "UTC", 1);  // Pictures show clock times.
    ::unsetenv("SATCHEL_FONTS");
    const auto home = std::filesystem::temp_directory_path() /
                      ("satchel-console-test-" + std::to_string(::getpid()));
    ::setenv("HOME", home.c_str(), 1);  // Pictures show paths: "~/policies".
    folder_ = home / "policies";
    std::filesystem::create_directories(folder_);
    Write("field-service.yaml", "demo\n");
    ImGui::CreateContext(GlyphsAt(1).fonts_atlas.get());
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    Resize(1600, 1000);
    compat::SetUpWithoutWindow(size_);
    compat::TakeOverKeys();
    Rescale(1);
    Restart();
  }
  ~HeadlessConsole() override {
    app_.reset();
    ImGui::DestroyContext();
    std::filesystem::current_path(std::filesystem::temp_directory_path());
    std::filesystem::remove_all(folder_.parent_path());
  }

  void Restart() {
    app_.reset();
    Controller::Surroundings surroundings;
    surroundings.settings_folder = folder_ / "settings";
    surroundings.clock = [] { return WallTime(std::chrono::seconds(1'795'430'520)); };
    surroundings.copy = [this](const std::string& text) { copied_ = text; };
    app_ = std::make_unique<Application>(bench_, surroundings, [] {});
  }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string Read(const std::string& name) const {
    return ReadWholeFile(folder_ / name).value_or("");
  }
  void Resize(float width, float height) { size_ = {width, height}; }
  // As on a screen with that many pixels per logical one, or zoomed.
  void Rescale(float scale) {
    scale_ = scale;
    ImGui::GetIO().Fonts = GlyphsAt(scale).fonts_atlas.get();
    fonts_ = GlyphsAt(scale).fonts;
    atlas_ = GlyphsAt(scale).atlas;
  }
  void Frame() {
    now_ += 1.0 / 60;
    ImGui::GetIO().DeltaTime = 1.0F / 60;
    compat::SetDisplay(size_, scale_);
    ImGui::NewFrame();
    app_->Frame(now_, fonts_);
    ImGui::Render();
  }
  void Settle() {
    for (int quiet = 0; quiet < 4;) {
      Frame();
      if (app_->idle()) {
        ++quiet;
      } else {
        quiet = 0;
        app_->WaitForJobs();
      }
      app_->Deliver();
    }
  }
  void Open(const std::string& name = "field-service.yaml") {
    app_->controller().Apply(OpenFile{folder_ / name});
    Settle();
  }
  void Connect() {
    app_->controller().Apply(ConnectTo{"crm"});
    Settle();
  }
  void Preview() {
    app_->controller().Apply(ShowScreen{Screen::kPreview});
    app_->controller().Apply(StartPreview{});
    Settle();
  }
  void Press(const std::string& id) {
    ASSERT_TRUE(Click(id, *app_, [this] { Frame(); })) << "no control " << id;
    Settle();
  }
  void Type(const std::string& text) {
    ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
    Settle();
  }
  void Key(compat::Key key, bool ctrl = false, bool shift = false, bool alt = false) {
    TypeKey(
        key, ctrl, shift, [this] { Frame(); }, alt);
    Settle();
  }
  [[nodiscard]] bool Shown(const std::string& id) { return app_->record().controls.contains(id); }
  [[nodiscard]] bool Says(const std::string& text) {
    app_->record().keep_texts = true;
    Frame();
    for (const auto& drawn : app_->record().texts) {
      if (drawn.text.find(text) != std::string::npos) return true;
    }
    return false;
  }
  // What is written in a text field.
  [[nodiscard]] std::string Written(const std::string& id) {
    app_->record().keep_texts = true;
    Frame();
    return app_->record().fields[id];
  }
  [[nodiscard]] const AppState& state() const { return app_->state(); }
  [[nodiscard]] const Entity& account() const { return *state().draft.current().Find("account"); }

  std::filesystem::path folder_;
  std::shared_ptr<FakeWorkbench> bench_ = std::make_shared<FakeWorkbench>();
  std::unique_ptr<Application> app_;
  Fonts fonts_;
  compat::Atlas atlas_;
  Point size_;
  float scale_ = 1;
  double now_ = 0;
  std::string copied_;
};

}  // namespace satchel
