#include "app/console/panels/shell.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "app/console/panels/finding_words.h"
#include "app/console/settings.h"
#include "app/console/widgets/answers.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

constexpr const char* kPublishWords = "Publish…";
// In a narrower bar the title and the search need the room; the rail leads there, too.
constexpr float kRoomForPublish = 1100;

}  // namespace

void Rail::Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area) {
  const Theme& t = ui.theme;
  const bool narrow = area.width() < 100;
  ui.Fill(area, t.rail);
  ui.LineV(area.x1 - 1, area.y0, area.y1, t.border);
  const Rect logo = At(area.x0 + (narrow ? 17.0F : 16.0F), 13, 30, 30);
  const Press home = ui.Hit("rail/start", logo.Inset(-1), 9);
  if (home.hovered) ui.Tooltip("Start: other policies, servers, the sandbox");
  if (home.clicked) commands.Push(ShowScreen{Screen::kStart});
  ui.Fill(logo, t.accent_fill, 8);
  ui.Icon(ui.fonts.icon20, t.on_accent, {logo.cx(), logo.cy()}, icon::kWork);
  if (!narrow) {
    ui.Text(ui.fonts.title, t.text, {area.x0 + 56, 10}, "Satchel");
    ui.Text(ui.fonts.caption, t.text3, {area.x0 + 56, 30}, "Offline sync policies");
  }

  const Counts counts = CountAll(state);
  float y = kTopBar + 20;
  std::string_view group;
  for (const ScreenLook& look : Screens()) {
    const bool first = group.empty();
    if (group != look.group) {
      group = look.group;
      if (!narrow) {
        if (!first) y += 14;
        ui.Text(ui.fonts.caption, t.text3, {area.x0 + 24, y}, look.group);
        y += 24;
      } else if (!first) {
        ui.LineH(area.x0 + 16, area.x1 - 16, y + 4, t.border);
        y += 14;
      }
    }
    const Rect item = {area.x0 + 12, y, area.x1 - 12, y + 36};
    if (!state.file) {  // Nothing works before a file is open.
      const Color ink = Fade(t.text3, 0.55F);
      ui.Icon(ui.fonts.icon20, ink, {item.x0 + (narrow ? 20.0F : 22.0F), item.cy()}, look.icon);
      if (!narrow) ui.Middle(ui.fonts.medium, ink, item.x0 + 42, item.cy(), look.name);
      if (ImGui::IsMouseHoveringRect({item.x0, item.y0}, {item.x1, item.y1}) &&
          ImGui::IsWindowHovered()) {
        ui.Tooltip(std::string(look.name) + ": open or make a policy first");
      }
      y += 40;
      continue;
    }
    const bool on = state.screen == look.screen;
    const Press press = ui.Hit(std::string("rail/") + look.name, item);
    if (press.clicked) commands.Push(ShowScreen{look.screen});
    if (on) {
      ui.Fill(item, t.accent_soft, 8);
      ui.Fill({item.x0, y + 9, item.x0 + 3, y + 27}, t.accent_fill, 2);
    } else if (press.hovered) {
      ui.Fill(item, t.dark ? t.raised : t.neutral.soft, 8);
    }
    ui.Icon(ui.fonts.icon20, on ? t.accent : t.text2,
            {item.x0 + (narrow ? 20.0F : 22.0F), item.cy()}, look.icon);
    const Issues issues = IssuesOn(state, look.screen);
    const Tone& tone = issues.errors > 0 ? t.err : t.warn;
    const int wrong = issues.errors > 0 ? issues.errors : issues.warnings;
    if (!narrow) {
      ui.Middle(on ? ui.fonts.semibold : ui.fonts.medium, on ? t.accent : t.text, item.x0 + 42,
                item.cy(), look.name);
      float right = item.x1 - 10;
      const auto badge = [&](std::int64_t count, const Tone& as) {
        const std::string words = HumanCount(count);
        const float w = std::max(24.0F, Ui::Width(ui.fonts.caption, words) + 14);
        const Rect pill = At(right - w, item.cy() - 10, w, 20);
        ui.Fill(pill, as.soft, 10);
        ui.Centre(ui.fonts.caption, as.fg, {pill.cx(), pill.cy()}, words);
        right = pill.x0 - 6;
      };
      if (look.screen == Screen::kPublish && state.publish.changes > 0) {
        badge(static_cast<std::int64_t>(state.publish.changes), t.accents);
      }
      if (look.screen == Screen::kEntities) badge(counts.entities, t.neutral);
      if (wrong > 0) badge(wrong, tone);
      if (press.hovered && wrong > 0) {
        ui.Tooltip(HumanCount(wrong) + (issues.errors > 0 ? " error" : " warning") +
                   (wrong == 1 ? "" : "s"));
      }
    } else {
      if (wrong > 0) {
        ui.Dot({item.x1 - 9, item.y0 + 9}, 4, tone.fill);
      } else if (look.screen == Screen::kPublish && state.publish.changes > 0) {
        ui.Dot({item.x1 - 9, item.y0 + 9}, 4, t.accents.fill);
      }
      if (press.hovered) ui.Tooltip(std::string(look.name) + "   " + look.key);
    }
    y += 40;
  }

  // The signed-in account and the theme.
  const float foot = area.y1 - kStatusBar - 56;
  const char* lamp = t.dark ? icon::kLightMode : icon::kDarkMode;
  const SetTheme flip{t.dark ? ThemeName::kLight : ThemeName::kDark};
  const std::string tip = t.dark ? "Light theme" : "Dark theme";
  const std::string& who = state.connection.identity.user_name;
  if (narrow) {
    if (ui.IconButton("rail/theme", {area.cx() - 16, foot + 12}, lamp, tip)) commands.Push(flip);
    if (!who.empty()) ui.Avatar({area.cx(), foot - 16}, 16, who, t.Hue(4));
    return;
  }
  if (!who.empty()) {
    ui.Avatar({area.x0 + 32, foot + 28}, 16, who, t.Hue(4));
    ui.Fit(ui.fonts.small_medium, t.text, area.x0 + 58, foot + 20, area.width() - 106, who);
    ui.Text(ui.fonts.caption, t.text3, {area.x0 + 58, foot + 30}, "Signed in");
  } else {
    ui.Middle(ui.fonts.caption, t.text3, area.x0 + 24, foot + 28, "Not signed in");
  }
  if (ui.IconButton("rail/theme", {area.x1 - 44, foot + 12}, lamp, tip)) commands.Push(flip);
}

bool TopBar::Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area) {
  const Theme& t = ui.theme;
  ui.Fill(area, t.rail);
  ui.LineH(area.x0, area.x1, area.y1 - 1, t.border);
  const float cy = area.cy();
  const bool narrow = area.width() < 1224;

  // From the right, so that the title gets what is left.
  float right = area.x1 - kPage;
  if (state.file) {
    // The next step from wherever one is, but where it is taken.
    const bool there = state.screen == Screen::kPublish || state.screen == Screen::kHistory;
    if (!there && state.screen != Screen::kStart && area.width() >= kRoomForPublish) {
      right -= ui.ButtonWidth(kPublishWords, true);
      if (ui.Button("top/publish", {right, 12}, kPublishWords, icon::kRocketLaunch,
                    ButtonStyle::kPrimary, 0, true,
                    "See what changes, check it, and publish   Ctrl 7")) {
        commands.Push(ShowScreen{Screen::kPublish});
      }
      right -= 8;
    }
    const bool unsaved = Unsaved(state) || state.file->comments > 0;
    const float save = ui.ButtonWidth("Save", true);
    right -= save;
    if (ui.Button("top/save", {right, 12}, "Save", icon::kSave, ButtonStyle::kSecondary, 0,
                  Unsaved(state), unsaved ? "Write the policy file   Ctrl S" : "Nothing to save")) {
      commands.Push(SaveFile{});
    }
    right -= 16;
    ui.LineV(right, 16, area.y1 - 16, t.border);
    right -= 12;
    const Counts counts = CountAll(state);
    // Each leads to what it counts.
    const auto count_pill = [&](const char* id, int count, const char* one, const char* many,
                                const Tone& tone, const char* glyph) {
      if (count == 0) return false;
      const std::string text = HumanCount(count) + " " + (count == 1 ? one : many);
      const float width = ui.PillWidth(text, glyph != nullptr, glyph == nullptr);
      right -= width;
      const Press press = ui.Hit(id, At(right, cy - 13, width, 26), 13);
      ui.Pill({right, cy - 11}, text, tone, glyph, glyph == nullptr);
      if (press.hovered) ui.Frame(At(right, cy - 11, width, 22), tone.fill, 11);
      right -= 8;
      return press.clicked;
    };
    const auto lead_to_first = [&](Severity severity) {
      for (const Finding& finding : state.study.findings) {
        if (finding.severity != severity) continue;
        if (!finding.entity.empty()) commands.Push(SelectEntity{finding.entity});
        commands.Push(ShowScreen{ScreenOf(finding)});
        return;
      }
    };
    if (count_pill("top/errors", counts.errors, "error", "errors", t.err, icon::kError)) {
      lead_to_first(Severity::kError);
    }
    if (count_pill("top/warnings", counts.warnings, "warning", "warnings", t.warn,
                   icon::kWarning)) {
      lead_to_first(Severity::kWarning);
    }
    if (count_pill("top/changes", counts.changes, "change", "changes", t.accents, nullptr)) {
      commands.Push(ShowScreen{Screen::kPublish});
    }
    right -= 34;
    const std::string redo = state.draft.redo_name();
    if (ui.IconButton("top/redo", {right, 12}, icon::kRedo,
                      redo.empty() ? "Nothing to redo" : "Redo: " + redo + "   Ctrl Y", 32,
                      state.draft.can_redo())) {
      commands.Push(Redo{});
    }
    right -= 36;
    const std::string undo = state.draft.undo_name();
    if (ui.IconButton("top/undo", {right, 12}, icon::kUndo,
                      undo.empty() ? "Nothing to undo" : "Undo: " + undo + "   Ctrl Z", 32,
                      state.draft.can_undo())) {
      commands.Push(Undo{});
    }
    right -= 12;
  }

  // The title and the file's name come first.
  float titled = 0;
  if (state.file) {
    titled = Ui::Width(ui.fonts.semibold, ProjectTitle(state)) + 10 +
             Ui::Width(ui.fonts.small, state.file->path.filename().string()) + 24;
  }
  const float spare = right - (area.x0 + kPage) - 16 - titled;
  const float width = narrow ? std::floor(std::clamp(spare, 220.0F, 300.0F)) : 340.0F;
  const float x0 = std::min(area.cx() - width / 2 - 20, right - width);
  const Rect search = At(x0, 12, width, 32);
  ui.Fill(search, t.dark ? t.sunken : t.surface, 8);
  const Press press = ui.Hit("top/search", search);
  ui.Frame(search, press.hovered ? t.text3 : t.border2, 8);
  ui.Icon(ui.fonts.icon20, t.text3, {search.x0 + 19, cy}, icon::kSearch);
  const float key = ui.Key(search.x1 - 8, cy, "Ctrl K");
  ui.Fit(ui.fonts.small, t.text3, search.x0 + 36, cy, search.width() - 52 - key,
         width < 260 ? "Search or run" : "Search or run a command");

  float x = area.x0 + kPage;
  const float room = search.x0 - 16 - x;
  if (state.file) {
    const std::string file = state.file->path.filename().string();
    const std::string title = ProjectTitle(state);
    const float title_width = std::min(Ui::Width(ui.fonts.semibold, title), room);
    ui.Fit(ui.fonts.semibold, t.text, x, cy, room, title);
    x += title_width + 10;
    const float left = search.x0 - 16 - x;
    if (left > 90) {
      const std::string shown = Shortened(ui.fonts.small, file, left - 14);
      ui.Middle(ui.fonts.small, t.text3, x, cy, shown);
      x += Ui::Width(ui.fonts.small, shown) + 8;
      if (Unsaved(state) && x + 6 < search.x0) ui.Dot({x + 3, cy + 1}, 3.5F, t.accent_fill);
    }
  } else {
    ui.Fit(ui.fonts.body, t.text2, x, cy, room, "No policy open");
  }
  return press.clicked;
}

void StatusBar::Draw(Ui& ui, const AppState& state, const std::vector<JobStatus>& jobs,
                     CommandQueue& commands, const Rect& area) {
  const Theme& t = ui.theme;
  const ServerConnection& connection = state.connection;
  ui.Fill(area, t.rail);
  ui.LineH(area.x0, area.x1, area.y0, t.border);
  const float cy = area.cy();

  // Right: saved, then the job.
  float right = area.x1 - 16;
  if (state.file) {
    const OpenedFile& file = *state.file;
    std::string text;
    const char* glyph = icon::kCheckCircle;
    Color ink = t.ok.fill;
    if (!file.draft_error.empty()) {
      text = "The draft is not kept";
      glyph = icon::kWarning;
      ink = t.warn.fill;
    } else if (Unsaved(state)) {
      text =
          file.draft_saved_at ? "Draft kept " + ClockTime(*file.draft_saved_at) : "Unsaved changes";
      glyph = icon::kEdit;
      ink = t.accent;
    } else {
      text = file.file_saved_at ? "Saved " + ClockTime(*file.file_saved_at) : "Saved";
    }
    right -= Ui::Width(ui.fonts.small, text);
    ui.Middle(ui.fonts.small, t.text3, right, cy, text);
    ui.Icon(ui.fonts.icon18, ink, {right - 14, cy}, glyph);
    if (!file.draft_error.empty() &&
        ImGui::IsMouseHoveringRect({right - 24, area.y0}, {area.x1, area.y1})) {
      ui.Tooltip(file.draft_error);
    }
    right -= 38;
  }
  const JobStatus* job = nullptr;
  for (const JobStatus& candidate : jobs) {
    if (candidate.shown && candidate.running && job == nullptr) job = &candidate;
  }
  if (job != nullptr) {
    ui.LineV(right, area.y0 + 9, area.y1 - 8, t.border);
    right -= 12;
    if (ui.IconButton("status/cancel", {right - 24, area.y0 + 4}, icon::kClose,
                      job->cancelling ? "Stopping" : "Cancel", 24, !job->cancelling)) {
      commands.Push(CancelJob{job->id});
    }
    right -= 32;
    if (job->progress >= 0) {
      const std::string percent =
          std::to_string(static_cast<int>(std::floor(job->progress * 100))) + " %";
      const float percent_width = Ui::Width(ui.fonts.small_medium, "100 %");
      ui.Right(ui.fonts.small_medium, t.text, right, cy, percent);
      right -= percent_width + 10;
      const float bar = area.width() < 1300 ? 96.0F : 168.0F;
      ui.Bar(At(right - bar, cy - 3, bar, 6), job->progress, t.accent_fill);
      right -= bar + 12;
    }
    const std::string text = Shortened(ui.fonts.small, job->cancelling ? "Stopping" : job->text,
                                       std::max(60.0F, right - area.cx() - 20));
    ui.Right(ui.fonts.small, t.text2, right, cy, text);
    right -= Ui::Width(ui.fonts.small, text) + 16;
  }

  // Left: the connection.
  float x = area.x0 + 20;
  Color lamp = t.neutral.fill;
  std::string text = "No server connected";
  switch (connection.state) {
    case ServerConnection::State::kNone:
      break;
    case ServerConnection::State::kConnecting:
      lamp = t.info.fill;
      text = "Connecting to " + connection.host;
      break;
    case ServerConnection::State::kOnline:
      lamp = connection.trouble_since ? t.warn.fill : t.ok.fill;
      text = connection.trouble_since
                 ? connection.host + " " + TroubleWords(connection) + ", editing goes on"
                 : "Connected to " + connection.host;
      break;
    case ServerConnection::State::kFailed:
      lamp = t.err.fill;
      text = "Not connected to " + (connection.host.empty() ? connection.server : connection.host);
      break;
  }
  x += 14;
  const bool lost =
      connection.trouble_since.has_value() || connection.state == ServerConnection::State::kFailed;
  const char* again = connection.trying ? "Trying" : "Try again";
  const float again_width = lost ? Ui::Width(ui.fonts.small_medium, again) + 28 : 0;
  const float room = std::max(80.0F, right - x - 8 - again_width);
  const float shown = std::min(Ui::Width(ui.fonts.small, text), room);
  const Rect who = {x - 22, area.y0 + 3, x + shown + 8, area.y1 - 3};
  const Press press = ui.Hit("status/connection", who, 6);
  if (press.hovered) ui.Fill(who, t.dark ? t.raised : t.neutral.soft, 6);
  ui.Dot({x - 14, cy}, 7, Mix(t.rail, lamp, 0.22F));
  ui.Dot({x - 14, cy}, 4, lamp);
  ui.Fit(ui.fonts.small, t.text2, x, cy, room, text);
  if (press.hovered) {
    ui.Tooltip(connection.state == ServerConnection::State::kFailed
                   ? ErrorWords(state, connection.error)
               : connection.trouble_since ? ErrorWords(state, connection.trouble_error)
                                          : "Choose a server");
  }
  if (press.clicked) commands.Push(ShowScreen{Screen::kStart});
  x += shown + 10;
  if (lost) {
    const Rect link = At(x, area.y0 + 4, again_width - 12, 24);
    const Press retry = ui.Hit("status/retry", link, 6, !connection.trying);
    if (retry.hovered) ui.Fill(link, t.dark ? t.raised : t.neutral.soft, 6);
    ui.Centre(ui.fonts.small_medium, connection.trying ? t.text3 : t.accent, {link.cx(), link.cy()},
              again);
    if (retry.clicked) commands.Push(TryServer{});
    x += again_width;
  }
  const auto extra = [&](const std::string& words, Color ink, bool rule) {
    const float w = Ui::Width(ui.fonts.small, words);
    if (x + w + 24 > right) return;
    if (rule) {
      ui.LineV(x + 2, area.y0 + 9, area.y1 - 8, t.border);
      x += 16;
    }
    x += ui.Middle(ui.fonts.small, ink, x, cy, words) + 10;
  };
  if (Connected(state) && !connection.trouble_since && connection.latency_seconds) {
    extra(HumanDuration(std::chrono::duration<double>(*connection.latency_seconds)), t.text3,
          false);
  }
  if (connection.schema_kept && connection.schema_at) {
    extra("Metadata kept from an earlier run, " + AgeWords(state), t.warn.fg, true);
  } else if (connection.schema_at) {
    extra("Metadata read " + ClockTime(*connection.schema_at), t.text2, true);
  }
  if (!connection.schema_error.empty()) {
    extra("Metadata could not be read", t.warn.fg, true);
  }
  if (!ui.fonts.note.empty()) extra(ui.fonts.note, t.warn.fg, true);
}

namespace {

constexpr float kToastWidth = 400;
constexpr float kToastGap = 12;

float ToastAction(const Ui& ui, const Toast& toast) {
  return toast.action.empty() ? 0 : Ui::Width(ui.fonts.small_medium, toast.action) + 28;
}

float ToastRoom(const Ui& ui, const Toast& toast) {
  return kToastWidth - 44 - 16 - ToastAction(ui, toast);
}

float ToastHeight(const Ui& ui, const Toast& toast) {
  const float text = toast.text.empty()
                         ? 0
                         : Ui::WrappedHeight(ui.fonts.small, toast.text, ToastRoom(ui, toast)) + 4;
  return 28 + 18 + text;
}

}  // namespace

namespace {

// From the bottom up: those that stay lie lowest, then the newest first.
std::vector<const Toast*> Upwards(const AppState& state) {
  std::vector<const Toast*> upwards;
  for (auto at = state.toasts.rbegin(); at != state.toasts.rend(); ++at) upwards.push_back(&*at);
  std::stable_partition(upwards.begin(), upwards.end(),
                        [](const Toast* toast) { return toast->until == 0; });
  return upwards;
}

}  // namespace

float RoomForToasts(const Ui& ui, const AppState& state, float most) {
  float room = 0;
  for (const Toast* toast : Upwards(state)) {
    const float more = ToastHeight(ui, *toast) + kToastGap;
    if (room + more > most) break;
    room += more;
  }
  return room;
}

void DrawToasts(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& screen) {
  const Theme& t = ui.theme;
  float bottom = screen.y1 - kStatusBar - kToastGap;
  // Beside the inspector: its buttons stay in reach.
  const float inspector = screen.width() < 1200 || !state.file ? 0
                          : screen.width() < 1440              ? 304
                                                               : 344;
  const float right = screen.x1 - inspector - 24;
  for (const Toast* each : Upwards(state)) {
    const Toast& toast = *each;
    const float action = ToastAction(ui, toast);
    const float text_width = ToastRoom(ui, toast);
    const float height = ToastHeight(ui, toast);
    const Rect box = At(right - kToastWidth, bottom - height, kToastWidth, height);
    const std::string name = "toast/" + std::to_string(toast.id);
    ImGui::SetNextWindowPos({box.x0 - 12, box.y0 - 12});
    ImGui::SetNextWindowSize({box.width() + 24, box.height() + 24});
    ImGui::Begin(name.c_str(), nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground |
                     ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoFocusOnAppearing);
    ui.Shadow(box, 10, 3);
    ui.Fill(box, t.raised, 10);
    ui.Frame(box, t.border2, 10);
    const Tone& tone = toast.severity == Severity::kError     ? t.err
                       : toast.severity == Severity::kWarning ? t.warn
                                                              : t.ok;
    const char* glyph = toast.severity == Severity::kError     ? icon::kError
                        : toast.severity == Severity::kWarning ? icon::kWarning
                                                               : icon::kCheckCircle;
    ui.Fill({box.x0, box.y0 + 10, box.x0 + 3, box.y1 - 10}, tone.fill, 2);
    ui.Icon(ui.fonts.icon20, tone.fill, {box.x0 + 25, box.y0 + 23}, glyph);
    ui.Fit(ui.fonts.semibold, t.text, box.x0 + 44, box.y0 + 22, kToastWidth - 84, toast.title);
    if (!toast.text.empty()) {
      ui.Wrapped(ui.fonts.small, t.text2, {box.x0 + 44, box.y0 + 36}, text_width, toast.text);
    }
    if (ui.IconButton(name + "/close", {box.x1 - 32, box.y0 + 8}, icon::kClose, "", 24)) {
      commands.Push(CloseToast{toast.id});
    }
    if (!toast.action.empty()) {
      const Rect link = {box.x1 - action, box.y1 - 36, box.x1 - 8, box.y1 - 8};
      const Press press = ui.Hit(name + "/action", link, 6);
      if (press.hovered) ui.Fill(link, t.hover, 6);
      ui.Centre(ui.fonts.small_medium, t.accent, {link.cx(), link.cy()}, toast.action);
      if (press.clicked) {
        commands.Push(toast.on_action);
        commands.Push(CloseToast{toast.id});
      }
    }
    ImGui::End();
    bottom -= height + kToastGap;
  }
}

void DrawDialog(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& screen) {
  const Theme& t = ui.theme;
  constexpr const char* kId = "dialog";
  if (!state.dialog) {
    if (ImGui::IsPopupOpen(kId) &&
        ImGui::BeginPopupModal(kId, nullptr, ImGuiWindowFlags_NoTitleBar)) {
      ImGui::CloseCurrentPopup();
      ImGui::EndPopup();
    }
    return;
  }
  if (!ImGui::IsPopupOpen(kId)) ImGui::OpenPopup(kId);
  constexpr float kWidth = 480;
  const float text = Ui::WrappedHeight(ui.fonts.body, state.dialog->text, kWidth - 48);
  const float height = 60 + text + 28 + 64;
  const Rect box = At(screen.cx() - kWidth / 2, screen.cy() - height / 2, kWidth, height);
  ImGui::SetNextWindowPos({box.x0, box.y0});
  ImGui::SetNextWindowSize({kWidth, height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 14);
  if (ImGui::BeginPopupModal(
          kId, nullptr,
          ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove)) {
    ui.PopupCard(box, 14);
    ui.Fit(ui.fonts.heading, t.text, box.x0 + 24, box.y0 + 34, kWidth - 48, state.dialog->title);
    ui.Wrapped(ui.fonts.body, t.text2, {box.x0 + 24, box.y0 + 60}, kWidth - 48, state.dialog->text);
    const bool grave = state.dialog->grave;
    const auto answer = DrawAnswers(ui, box,
                                    {{"dialog/confirm", state.dialog->confirm,
                                      grave ? ButtonStyle::kGrave : ButtonStyle::kPrimary},
                                     {"dialog/cancel", "Cancel"}},
                                    grave ? 1 : 0);
    if (answer == 0U) commands.Push(state.dialog->on_confirm);
    if (answer == 1U) commands.Push(CloseDialog{});
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
}

}  // namespace satchel
