#include "app/console/panels/start_panel.h"

#include <cmath>
#include <utility>

#include "app/console/panels/finding_words.h"
#include "app/console/settings.h"

namespace satchel {
namespace {

using Sandbox = StartState::Sandbox;

constexpr float kRecent = 60;  // A row.

// A way to begin: a card that is one large button. True when it was pressed.
bool Way(Ui& ui, const char* id, const Rect& r, const char* glyph, int hue, std::string_view title,
         std::string_view text, bool enabled = true) {
  const Theme& t = ui.theme;
  const Press press = ui.Hit(id, r, kCardRadius + 2);
  ui.Card(r);
  if (press.hovered && enabled) {
    ui.Fill(r, t.hover, kCardRadius);
    ui.Frame(r, t.accent_fill, kCardRadius, 1.4F);
  }
  ui.Tile({r.x0 + 16, r.y0 + 16}, 40, glyph, t.Hue(hue), 10);
  ui.Fit(ui.fonts.title, enabled ? t.text : t.text3, r.x0 + 16, r.y0 + 76, r.width() - 32, title);
  ui.Wrapped(ui.fonts.small, t.text2, {r.x0 + 16, r.y0 + 92}, r.width() - 28, text);
  return press.clicked && enabled;
}

float ComplaintHeight(const Ui& ui, float width, const std::string& words, float room = 0) {
  return std::max(44.0F, Ui::WrappedHeight(ui.fonts.small, words, width - 56 - room) + 24);
}

// What went wrong, on a red ground as high as the words take; what is at its right end has `room`.
Rect Complaint(Ui& ui, Point at, float width, const std::string& words, float room = 0) {
  const float text = width - 56 - room;
  const Rect box = At(at.x, at.y, width, ComplaintHeight(ui, width, words, room));
  ui.Fill(box, ui.theme.err.soft, 8);
  ui.Icon(ui.fonts.icon20, ui.theme.err.fill, {box.x0 + 22, box.y0 + 22}, icon::kError);
  ui.Wrapped(ui.fonts.small, ui.theme.text, {box.x0 + 42, box.y0 + 12}, text, words);
  return box;
}

}  // namespace

void StartPanel::Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area) {
  const Theme& t = ui.theme;
  const std::filesystem::path open = state.file ? state.file->path : std::filesystem::path();
  if (making_ && open != beside_) making_ = false;  // It was made, or another one was opened.
  if (making_) {
    if (page_.Draw(ui, state, commands, area)) making_ = false;
    return;
  }
  const Point origin = ui.BeginScroll("start/scroll", area);
  const float width = std::min(1080.0F, area.width() - 2 * kPage);
  const float x0 = std::floor(area.cx() - width / 2);
  float y = origin.y + std::max(28.0F, (area.height() - 720) * 0.4F);
  ui.Text(ui.fonts.display, t.text, {x0, y}, "Satchel");
  ui.Fit(ui.fonts.body, t.text2, x0, y + 44, width,
         "Decide what every phone and tablet carries offline, and see it before anybody gets it.");
  y += 76;
  const bool wide = width > 860;
  const float left = wide ? std::floor(width * 0.6F) - kGap / 2 : width;
  y = DrawWays(ui, state, commands, {x0, y}, width);
  const float top = y + 24;
  // Side by side they are equally high.
  float recent = PoliciesHeight(ui, state, left);
  float tall = profiles_.Height(state);
  if (wide) recent = tall = std::max(recent, tall);
  const Rect policies = At(x0, top, left, recent);
  DrawPolicies(ui, state, commands, policies);
  const Rect profiles = wide ? At(x0 + left + kGap, top, width - left - kGap, tall)
                             : At(x0, policies.y1 + kGap, width, tall);
  profiles_.Draw(ui, state, commands, profiles);
  ui.EndScroll(std::max(policies.y1, profiles.y1) + 24);
}

float StartPanel::DrawWays(Ui& ui, const AppState& state, CommandQueue& commands, Point at,
                           float width) {
  const StartState& start = state.start;
  const float each = std::floor((width - 2 * kGap) / 3);
  constexpr float kTall = 150;
  if (Way(ui, "start/new", At(at.x, at.y, each, kTall), icon::kAutoAwesome, 0, "New from a server…",
          "Choose entities of your CRM; each starts with the user's own "
          "active records.")) {
    making_ = true;
    beside_ = state.file ? state.file->path : std::filesystem::path();
    page_.Open();
  }
  if (Way(ui, "start/browse", At(at.x + each + kGap, at.y, each, kTall), icon::kFolderOpen, 3,
          "Open…", "A policy file (YAML), new or years old. Unsaved changes of it come back.")) {
    commands.Push(AskForPath{});
  }
  const bool starting = start.sandbox == Sandbox::kStarting;
  const bool running = start.sandbox == Sandbox::kRunning;
  const Rect third = At(at.x + 2 * (each + kGap), at.y, width - 2 * (each + kGap), kTall);
  if (Way(ui, "start/sandbox", third, icon::kScience, 2,
          starting  ? "Starting the sandbox"
          : running ? "The sandbox runs"
                    : "Try the sandbox",
          starting  ? "It makes up a company; that takes some seconds."
          : running ? "Choose New from a server… to make a policy of what it has, or open one."
                    : "A CRM server with a made-up company, on this machine. Ends with the window.",
          !starting)) {
    commands.Push(TrySandbox{});
  }
  if (running) {
    const float w = ui.ButtonWidth("Stop", true);
    if (ui.Button("start/sandbox-stop", {third.x1 - 14 - w, third.y0 + 20}, "Stop", icon::kStop)) {
      commands.Push(StopSandbox{});
    }
  }
  float y = at.y + kTall;
  if (start.sandbox == Sandbox::kFailed) {
    y = Complaint(ui, {at.x, y + 12}, width, Capitalised(start.sandbox_error)).y1;
  }
  return DrawUnreached(ui, state, commands, {at.x, y}, width);
}

// The server does not answer: why, what goes on without it, and once more.
float StartPanel::DrawUnreached(Ui& ui, const AppState& state, CommandQueue& commands, Point at,
                                float width) {
  const ServerConnection& connection = state.connection;
  const bool silent = Connected(state) && connection.trouble_since.has_value();
  const bool unread = Connected(state) && !connection.schema_error.empty();
  if (connection.state != ServerConnection::State::kFailed && !unread && !silent) return at.y;
  const std::string& name = connection.host.empty() ? connection.server : connection.host;
  std::string words =
      silent ? name + " is " + TroubleWords(connection) + ". " +
                   ErrorWords(state, connection.trouble_error) + "."
      : unread ? "The metadata of " + name + " could not be read. " +
                     ErrorWords(state, connection.schema_error) + "."
               : "Not connected to " + name + ". " + ErrorWords(state, connection.error) + ".";
  if (connection.schema_kept) {
    words += " Editing goes on with its metadata, which is " + AgeWords(state) + ".";
  } else if (silent && connection.schema) {
    words += " Editing goes on with what was read from it.";
  } else if (state.file) {
    words += " Editing goes on, without the server's fields and types.";
  }
  const float again = ui.ButtonWidth("Try again", false);
  const Rect box = Complaint(ui, {at.x, at.y + 12}, width, words, again + 16);
  if (ui.Button("start/retry", {box.x1 - 10 - again, box.cy() - 16}, "Try again", nullptr)) {
    if (silent) {
      commands.Push(TryServer{});
    } else {
      commands.Push(ConnectTo{connection.server});
    }
  }
  return box.y1;
}

float StartPanel::PoliciesHeight(const Ui& ui, const AppState& state, float width) {
  float height = 50 + 46;
  if (!state.open_error.empty()) {
    height += ComplaintHeight(ui, width - 32, Capitalised(state.open_error)) + 12;
  }
  return height +
         (state.recent.empty() ? 120.0F : kRecent * static_cast<float>(state.recent.size()) + 12);
}

// Those opened before, and any other by its path.
void StartPanel::DrawPolicies(Ui& ui, const AppState& state, CommandQueue& commands,
                              const Rect& card) {
  const Theme& t = ui.theme;
  ui.Card(card);
  ui.Middle(ui.fonts.title, t.text, card.x0 + 16, card.y0 + 25, "Recent policies");
  const float y = DrawOpen(ui, state, commands, {card.x0 + 16, card.y0 + 50}, card.width() - 32);
  if (!state.recent.empty()) {
    DrawRecent(ui, state, commands, {card.x0 + 8, y, card.x1 - 8, card.y1});
    return;
  }
  const float cy = (y + card.y1) / 2 - 28;
  ui.Icon(ui.fonts.icon28, t.text3, {card.cx(), cy}, icon::kDescription);
  ui.Centre(ui.fonts.semibold, t.text, {card.cx(), cy + 32}, "No policy was opened here yet");
  ui.Centre(
      ui.fonts.small, t.text2, {card.cx(), cy + 54},
      Shortened(ui.fonts.small, "Make one from a server, or open a file.", card.width() - 32));
}

float StartPanel::DrawOpen(Ui& ui, const AppState& state, CommandQueue& commands, Point at,
                           float width) {
  float y = at.y;
  // A path that was opened is among the recent ones now; one that cannot be is to be mended.
  if (std::exchange(asked_, false) && state.open_error.empty()) path_.clear();
  const float button = ui.ButtonWidth("Open", false);
  ui.Input("start/path", At(at.x, y, width - button - 8, 34), &path_, "Path of a policy file",
           icon::kDescription);
  // Enter ends the writing in the same frame: what counts is who wrote in the one before.
  const bool enter = writing_ && compat::Pressed(compat::Key::kEnter);
  writing_ = ui.record.focused == "start/path";
  const bool pressed = ui.Button("start/open", {at.x + width - button, y + 1}, "Open", nullptr,
                                 ButtonStyle::kPrimary, 0, !path_.empty(),
                                 path_.empty() ? "Type or paste a path first" : "");
  if (pressed || (enter && !path_.empty())) {
    commands.Push(OpenFile{ExpandHome(path_)});
    asked_ = true;
  }
  y += 46;
  if (state.open_error.empty()) return y;
  return Complaint(ui, {at.x, y}, width, Capitalised(state.open_error)).y1 + 12;
}

void StartPanel::DrawRecent(Ui& ui, const AppState& state, CommandQueue& commands,
                            const Rect& area) {
  const Theme& t = ui.theme;
  float y = area.y0;
  for (const auto& file : state.recent) {
    const Rect row = At(area.x0, y, area.width(), kRecent);
    const Press press = ui.Hit("start/recent/" + file.string(), row.Inset(0, 1), 8);
    if (press.hovered) ui.Fill(row.Inset(0, 1), t.hover, 8);
    if (y > area.y0) ui.LineH(row.x0 + 58, row.x1 - 8, row.y0, t.border);
    ui.Fill(At(row.x0 + 10, row.cy() - 18, 36, 36), t.accents.soft, 9);
    ui.Icon(ui.fonts.icon20, t.accents.fg, {row.x0 + 28, row.cy()}, icon::kDescription);
    const bool open = state.file && state.file->path == file;
    const bool unsaved = state.start.unsaved.contains(file);
    const float mine = unsaved ? ui.PillWidth("Unsaved changes", false, false) + 8 : 0;
    const float room = area.width() - 92 - (open ? 60.0F : 0.0F) - mine;
    ui.Fit(ui.fonts.small_medium, t.text, row.x0 + 58, row.cy() - 9, room,
           file.filename().string());
    ui.Fit(ui.fonts.caption, t.text3, row.x0 + 58, row.cy() + 10, room,
           ShortPath(file.parent_path()));
    if (open) {
      const float pill = ui.PillWidth("Open", false, true);
      ui.Pill({row.x1 - 36 - pill, row.cy() - 11}, "Open", t.accents, nullptr, true);
    }
    if (unsaved) {
      ui.Pill({row.x1 - 28 - (open ? 60.0F : 0.0F) - mine, row.cy() - 11}, "Unsaved changes",
              t.warn);
    }
    ui.Icon(ui.fonts.icon18, t.text3, {row.x1 - 20, row.cy()}, icon::kChevronRight);
    if (press.clicked) {
      if (open) {
        commands.Push(ShowScreen{Screen::kEntities});
      } else {
        commands.Push(OpenFile{file});
      }
    }
    y += kRecent;
  }
}

}  // namespace satchel
