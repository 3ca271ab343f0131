#include "app/console/application.h"

#include <cstdio>

#include "app/console/script.h"
#include "app/console/soft_raster.h"

namespace satchel {

Application::Application(std::shared_ptr<Workbench> workbench,
                         Controller::Surroundings surroundings, std::function<void()> wake)
    : jobs_(std::move(wake)), controller_(std::move(workbench), jobs_, std::move(surroundings)) {}

void Application::Start(const Options& options, bool run_preview) {
  if (!options.file.empty()) controller_.Apply(OpenFile{options.file});
  if (options.theme) controller_.Apply(SetTheme{*options.theme});
  const bool preview = !options.server.empty() && !options.as.empty();
  controller_.Apply(ShowScreen{options.screen_given ? options.screen
                               : preview            ? Screen::kPreview
                                                    : Screen::kEntities});
  if (!options.as.empty()) controller_.Apply(ChooseUser{options.as});
  if (!options.server.empty()) controller_.Apply(ConnectTo{options.server});
  preview_due_ = run_preview && !options.server.empty() && state().file;
}

bool Application::Deliver() {
  bool changed = jobs_.RunCompletions();
  const ServerConnection& connection = state().connection;
  if (preview_due_ && connection.state == ServerConnection::State::kFailed) preview_due_ = false;
  if (preview_due_ && connection.state == ServerConnection::State::kOnline &&
      !connection.reading_schema && !connection.reading_users) {
    preview_due_ = false;
    controller_.Apply(StartPreview{});
    changed = true;
  }
  return changed;
}

bool Application::busy() const {
  for (const JobStatus& job : jobs_.Status()) {
    if (job.shown) return true;
  }
  return false;
}

void Application::Frame(double now, const Fonts& fonts) {
  controller_.Tick(now);
  ui_.Draw(state(), jobs_.Status(), fonts, record_, commands_);
  for (const Command& command : commands_.Take()) controller_.Apply(command);
}

bool Application::WantsFonts() {
  // Enough for every name on a few screens; an atlas of all of Unicode would not fit a texture.
  constexpr std::size_t kMost = 4000;
  bool grown = false;
  for (const unsigned code : record_.missing) {
    if (characters_.size() < kMost && characters_.insert(code).second) {
      grown = true;
    } else {
      record_.unknown.insert(code);  // It was looked for already.
    }
  }
  return grown;
}

int TakeShot(const Options& options, std::shared_ptr<Workbench> workbench) {
  ImGui::CreateContext();
  const float scale = options.scale.value_or(1);
  compat::SetUpWithoutWindow(
      {static_cast<float>(options.width), static_cast<float>(options.height)});
  compat::TakeOverKeys();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui::GetIO().ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  Fonts fonts = LoadFonts(scale);
  compat::Atlas atlas = compat::BuildAtlas();
  ImGui::GetIO().Fonts->SetTexID(static_cast<ImTextureID>(nullptr));
  int exit = 0;
  {
    Application app(std::move(workbench), {}, [] {});
    double now = 0;
    const auto frame = [&] {
      now += 1.0 / 60;
      ImGui::GetIO().DeltaTime = 1.0F / 60;
      compat::SetDisplay({static_cast<float>(options.width), static_cast<float>(options.height)},
                         scale);
      ImGui::NewFrame();
      app.Frame(now, fonts);
      ImGui::Render();
      if (!app.WantsFonts()) return;
      ImGui::GetIO().Fonts->Clear();
      fonts = LoadFonts(scale, app.characters());
      atlas = compat::BuildAtlas();
    };
    // Frames ask for what they need (rows of a table), so: draw, wait, until nothing is left.
    const auto settle = [&] {
      for (int quiet = 0; quiet < 6;) {
        frame();
        if (app.idle()) {
          ++quiet;
        } else {
          quiet = 0;
          app.WaitForJobs();
        }
        app.Deliver();
      }
    };
    const auto shoot = [&](const std::string& file) {
      return WritePng(Rasterise(*ImGui::GetDrawData(), atlas), file);
    };
    app.Start(options, !options.server.empty() &&
                           (!options.as.empty() || options.screen == Screen::kPreview));
    settle();
    const AppState& state = app.state();
    std::string problem = state.open_error;
    if (problem.empty() && !options.script.empty()) {
      if (const auto played = PlayScript(options.script, app, frame, settle, shoot); !played) {
        problem = played.error().message;
      }
    }
    if (options.shot.empty()) {
      // The script makes its own pictures.
    } else if (const auto written = shoot(options.shot); !written) {
      std::fprintf(stderr, "satchel-console: %s\n", written.error().message.c_str());
      exit = 3;
    }
    if (problem.empty() && state.connection.state == ServerConnection::State::kFailed) {
      problem = state.connection.error;
    }
    if (problem.empty()) problem = state.preview.error;
    if (!problem.empty()) {
      std::fprintf(stderr, "satchel-console: %s\n", problem.c_str());
      exit = state.open_error.empty() ? 3 : 1;
    }
  }
  ImGui::DestroyContext();
  return exit;
}

}  // namespace satchel
