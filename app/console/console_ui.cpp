#include "app/console/console_ui.h"

#include <array>
#include <vector>

#include "app/console/panels/device_panel.h"
#include "app/console/panels/entities_panel.h"
#include "app/console/panels/filters_panel.h"
#include "app/console/panels/history_panel.h"
#include "app/console/panels/preview_panel.h"
#include "app/console/panels/project_panel.h"
#include "app/console/panels/publish_panel.h"
#include "app/console/panels/triggers_panel.h"

namespace satchel {
namespace {

constexpr float kWide = 1440;       // Rail with words.
constexpr float kInspector = 1200;  // The inspector stays.

}  // namespace

ConsoleUi::ConsoleUi() {
  MakeScreens();
}

// What somebody has half typed belongs to the file it was typed for.
void ConsoleUi::MakeScreens() {
  screens_[Screen::kProject] = std::make_unique<ProjectScreen>();
  screens_[Screen::kEntities] = std::make_unique<EntitiesScreen>();
  screens_[Screen::kFilters] = std::make_unique<FiltersScreen>();
  screens_[Screen::kTriggers] = std::make_unique<TriggersScreen>();
  screens_[Screen::kPreview] = std::make_unique<PreviewScreen>();
  screens_[Screen::kDevice] = std::make_unique<DeviceScreen>();
  screens_[Screen::kPublish] = std::make_unique<PublishScreen>();
  screens_[Screen::kHistory] = std::make_unique<HistoryScreen>();
}

void ConsoleUi::Draw(const AppState& state, const std::vector<JobStatus>& jobs, const Fonts& fonts,
                     FrameRecord& record, CommandQueue& commands) {
  const Theme& theme = ThemeOf(state.theme);
  if (styled_ != state.theme) {
    ApplyTheme(theme);
    styled_ = state.theme;
  }
  if (state.file && state.file->path != file_) {
    file_ = state.file->path;
    MakeScreens();
  }
  record.controls.clear();
  record.views.clear();
  record.focused.clear();
  record.texts.clear();
  record.fields.clear();
  record.cards.clear();
  record.missing.clear();
  Ui ui(theme, fonts, record);
  const bool at_start = !state.file || state.screen == Screen::kStart;
  focus_.Begin(at_start ? -1 - start_.page() : static_cast<int>(state.screen));
  ui.by_keyboard = focus_.by_keyboard();
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const Rect screen = {0, 0, display.x, display.y};
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(display);
  ImGui::Begin("console", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoScrollWithMouse);
  Rect content = screen;
  const Rect rail = content.CutLeft(display.x < kWide ? 64 : 216);
  const Rect top = content.CutTop(kTopBar);
  const Rect status = At(0, screen.y1 - kStatusBar, display.x, kStatusBar);
  content.y1 = status.y0;

  // In reading order: it is the order of the Tab key. F6 goes from pane to pane.
  rail_.Draw(ui, state, commands, rail);
  ui.pane = kTopPane;
  if (top_bar_.Draw(ui, state, commands, top)) palette_.Open();
  ui.pane = kContentPane;
  // Toasts hide nothing: the page ends above them, as far as a low window can spare the room.
  constexpr float kLeast = 500;
  content.y1 -= RoomForToasts(ui, state, content.height() - kLeast);
  if (at_start) {
    start_.Draw(ui, state, commands, content);
  } else {
    DrawScreen(ui, state, commands, content);
  }
  ui.pane = kStatusPane;
  status_bar_.Draw(ui, state, jobs, commands, status);
  Shortcuts(state, commands);
  if (const std::string field = palette_.Draw(ui, state, commands); !field.empty()) {
    screens_[Screen::kEntities]->LookFor(field);
    inspector_open_ = true;
  }
  if (asked_for_path_ != state.asked_for_path) path_box_.Open(state);
  asked_for_path_ = state.asked_for_path;
  path_box_.Draw(ui, state, commands);
  DrawDialog(ui, state, commands, screen);
  changed_file_.Draw(ui, state, commands, screen);
  ImGui::SetCursorScreenPos({0, 0});
  ImGui::End();
  DrawToasts(ui, state, commands, screen);
  focus_.End(ui.ring, ui.focus_taken);
}

void ConsoleUi::DrawScreen(Ui& ui, const AppState& state, CommandQueue& commands, Rect content) {
  const auto found = screens_.find(state.screen);
  if (found == screens_.end()) return;
  ScreenView& view = *found->second;
  const float display = ImGui::GetIO().DisplaySize.x;
  const bool stays = display >= kInspector;
  Rect inspector = content;
  inspector = inspector.CutRight(display < kWide ? 304 : 344);
  if (stays) {
    inspector.y1 = ImGui::GetIO().DisplaySize.y - kStatusBar;  // They lie beside it.
    content.x1 = inspector.x0;
    inspector_open_ = false;
  }
  const bool was_open = inspector_open_;
  if (view.Draw(ui, state, commands, content, !stays)) inspector_open_ = !inspector_open_;
  if (!stays && !inspector_open_) return;
  // What it covers is not to be reached before it is closed.
  if (!stays) {
    std::erase_if(ui.ring, [&](const compat::Focusable& item) {
      return item.pane == kContentPane && item.place.x1 > inspector.x0 &&
             item.place.y1 > inspector.y0 && item.place.y0 < inspector.y1;
    });
  }
  ui.pane = kInspectorPane;
  ImGui::SetCursorScreenPos({inspector.x0, inspector.y0});
  compat::BeginChild("inspector", {inspector.width(), inspector.height()},
                     ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollbar);
  if (!stays) {
    ui.layer = 1;
    ui.Shadow(inspector, 0, 3);
  }
  ui.Fill(inspector, ui.theme.rail);
  ui.LineV(inspector.x0, inspector.y0, inspector.y1, ui.theme.border);
  Rect inside = inspector;
  if (!stays) {
    constexpr float kHead = 36;  // For the button alone: what is below needs the whole width.
    const Rect head = inside.CutTop(kHead);
    inside.y0 -= 12;  // Every inspector begins with some air.
    if (ui.IconButton("inspector/close", {head.x1 - 38, head.y0 + 6}, icon::kClose, "Close", 28)) {
      inspector_open_ = false;
    }
    // The button that opened it lies below it now.
    if (!was_open && ui.by_keyboard) ui.TakeFocus();
  }
  view.DrawInspector(ui, state, commands, inside);
  ui.layer = 0;
  ImGui::SetCursorScreenPos({inspector.x0, inspector.y0});
  ImGui::EndChild();
}

void ConsoleUi::Shortcuts(const AppState& state, CommandQueue& commands) {
  using compat::Key;
  const auto pressed = [](Key key) { return compat::Ctrl() && compat::Pressed(key); };
  const bool popup =
      ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
  if (popup) return;
  if (pressed(Key::kK) || compat::Pressed(Key::kF1)) palette_.Open();
  if (pressed(Key::kS) && Unsaved(state)) commands.Push(SaveFile{});
  if (pressed(Key::kR) && state.file) {
    commands.Push(ShowScreen{Screen::kPreview});
    commands.Push(StartPreview{});
  }
  if (pressed(Key::kF)) {
    if (const auto view = screens_.find(state.screen); view != screens_.end()) {
      view->second->FocusSearch();
    }
  }
  if (pressed(Key::kO)) commands.Push(AskForPath{});
  if (pressed(Key::kEnter) && state.screen == Screen::kPublish) commands.Push(PublishDraft{});
  constexpr std::array kDigits = {Key::k1, Key::k2, Key::k3, Key::k4,
                                  Key::k5, Key::k6, Key::k7, Key::k8};
  for (std::size_t i = 0; state.file && i < std::min(kDigits.size(), Screens().size()); ++i) {
    if (pressed(kDigits[i])) commands.Push(ShowScreen{Screens()[i].screen});
  }
  if (pressed(Key::kEqual)) commands.Push(SetZoom{state.zoom + 25});
  if (pressed(Key::kMinus)) commands.Push(SetZoom{state.zoom - 25});
  if (pressed(Key::k0)) commands.Push(SetZoom{100});
  // While somebody types, these belong to the field.
  if (ImGui::GetIO().WantTextInput) return;
  if (pressed(Key::kZ)) {
    if (compat::Shift()) {
      commands.Push(Redo{});
    } else {
      commands.Push(Undo{});
    }
  }
  if (pressed(Key::kY)) commands.Push(Redo{});
  if (compat::Pressed(Key::kEscape)) {
    if (inspector_open_) {
      inspector_open_ = false;
    } else if (state.preview.state == PreviewState::State::kRunning) {
      commands.Push(CancelPreview{});
    } else if (state.records.selected >= 0) {
      commands.Push(SelectRecord{});
    }
  }
}

}  // namespace satchel
