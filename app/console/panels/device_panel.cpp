#include "app/console/panels/device_panel.h"

#include <array>
#include <cmath>

#include "app/console/panels/device_words.h"
#include "app/console/panels/finding_words.h"
#include "app/console/panels/user_choice.h"
#include "app/console/selectors.h"
#include "policy/support/units.h"
#include "policy/wording/capital.h"

namespace satchel {
namespace {

using PhoneState = LabState::Phone;

std::string WithoutArticle(std::string words) {
  for (const char* start : {"The next ", "The ", "A "}) {
    const std::string_view article = start;
    if (words.starts_with(article)) return Capital(words.substr(article.size()));
  }
  return words;
}

std::vector<PickerItem> ServerItems(const AppState& state) {
  std::vector<PickerItem> items;
  for (const std::string& name : state.servers) {
    items.push_back({name, name, "Connection profile", "", icon::kDns, -1});
  }
  return items;
}

}  // namespace

bool DeviceScreen::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                        bool details) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  bool wants_details = false;
  area = {area.x0 + kPage, area.y0 + 20, area.x1 - kPage, area.y1 - 20};
  const Rect head = area.CutTop(56);
  ui.Text(ui.fonts.display, t.text, {head.x0, head.y0}, "Device lab");
  float right = head.x1;
  if (details) {
    right -= 36;
    wants_details = ui.IconButton("device/details", {right, head.y0 + 8}, icon::kViewSidebar,
                                  "What happened on the phone");
    right -= 8;
  }
  const bool ready = lab.phone == PhoneState::kReady;
  if (ready) {
    right -= ui.ButtonWidth("Another phone", true);
    if (ui.Button("device/drop", {right, head.y0 + 8}, "Another phone", icon::kRefresh,
                  ButtonStyle::kSecondary, 0, true,
                  "Removes this phone with its database. What it uploaded stays on the server.")) {
      commands.Push(LabCommand{lab::DropPhone{}});
    }
  }
  ui.Fit(ui.fonts.body, t.text2, head.x0, head.y0 + 41, right - head.x0 - 16,
         ready ? "The real sync engine on a database of its own. What you do on it reaches " +
                     lab.host + "."
               : "A phone that runs this draft, to try what a user would meet");
  area.y0 += 18;
  if (!ready) {
    DrawEmpty(ui, state, commands, area);
    return wants_details;
  }
  area.y0 += DrawNotice(ui, state, commands, area);
  const float phone = std::clamp(area.width() * 0.38F, 312.0F, 392.0F);
  const Rect left = area.CutLeft(phone);
  area.x0 += kGap;
  phone_.Draw(ui, state, commands, left);
  DrawEvents(ui, state, commands, area.CutTop(130));
  area.y0 += kGap;
  // As tall as what waits needs, within its share.
  const float rows = static_cast<float>(std::max<std::size_t>(lab.view.changes.size(), 2));
  const float open = lab.open_change != 0 ? 1.0F : 0.0F;
  const float wanted = open > 0 ? 330.0F : 62 + rows * 52;
  const float most = area.height() * (open > 0 ? 0.62F : 0.46F);
  outbox_.Draw(ui, state, commands, area.CutTop(std::floor(std::clamp(wanted, 120.0F, most))));
  area.y0 += kGap;
  tables_.Draw(ui, state, commands, area);
  return wants_details;
}

// What the operator should know about the phone as a whole.
float DeviceScreen::DrawNotice(Ui& ui, const AppState& state, CommandQueue& commands,
                               const Rect& area) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  std::string text = lab.error.empty() ? lab.view_error : lab.error;
  const bool wrong = !text.empty();
  if (wrong) text = ErrorWords(state, text);
  const bool differs = !wrong && lab.draft_differs;
  if (differs) text = "The draft has changed since the phone got its policy.";
  if (text.empty()) return 0;
  const Tone& tone = wrong ? t.err : t.info;
  const float button = differs ? ui.ButtonWidth("Give it the draft", true) + 24 : 0;
  const float room = area.width() - 60 - button;
  const float height = std::max(48.0F, Ui::WrappedHeight(ui.fonts.small, text, room) + 28);
  const Rect box = At(area.x0, area.y0, area.width(), height);
  ui.Fill(box, tone.soft, kCardRadius);
  ui.Icon(ui.fonts.icon20, tone.fill, {box.x0 + 24, box.cy()},
          wrong ? icon::kError : icon::kSystemUpdate);
  ui.Wrapped(ui.fonts.small, t.text,
             {box.x0 + 44, box.cy() - Ui::WrappedHeight(ui.fonts.small, text, room) / 2}, room,
             text);
  if (differs && ui.Button("device/give", {box.x1 - button + 8, box.cy() - 16}, "Give it the draft",
                           icon::kSystemUpdate, ButtonStyle::kSecondary, 0, true,
                           "As if it were published: the phone meets it at its next sync")) {
    commands.Push(LabCommand{lab::GiveDraft{}});
  }
  return height + kGap;
}

void DeviceScreen::DrawEmpty(Ui& ui, const AppState& state, CommandQueue& commands,
                             const Rect& area) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  const bool connected = Connected(state);
  const bool making = lab.phone == PhoneState::kMaking;
  const Point centre = {area.cx(), area.y0 + std::min(area.height() * 0.22F, 150.0F)};
  ui.Dot(centre, 44, t.accent_soft);
  ui.Icon(ui.fonts.icon28, t.accent, centre, icon::kSmartphone);
  const std::string title = making      ? "Making the phone"
                            : connected ? "Whose phone shall it be?"
                                        : "Choose a server for the phone";
  ui.Centre(ui.fonts.heading, t.text, {centre.x, centre.y + 74}, title);
  const float width = std::min(560.0F, area.width());
  const std::string about =
      making      ? "It signs in at " + lab.host + " and takes the draft as its policy."
      : connected ? "It follows this draft with the permissions of its user. Its database is "
                    "removed with it; what it uploads stays on the server."
                  : "A phone needs a server to synchronise with. Use the sandbox or a test "
                    "environment.";
  const float tall = Ui::WrappedHeight(ui.fonts.body, about, width);
  ui.WrappedCentre(ui.fonts.body, t.text2, {centre.x, centre.y + 96}, width, about);
  float y = centre.y + 96 + tall + 22;
  const float x0 = centre.x - width / 2;
  const std::string error = ErrorWords(
      state, state.connection.state == ServerConnection::State::kFailed ? state.connection.error
                                                                        : lab.error);
  if (!error.empty() && !making) {
    const float text = Ui::WrappedHeight(ui.fonts.small, error, width - 60);
    const Rect box = At(x0, y, width, text + 24);
    ui.Fill(box, t.err.soft, 8);
    ui.Icon(ui.fonts.icon20, t.err.fill, {box.x0 + 22, box.cy()}, icon::kError);
    ui.Wrapped(ui.fonts.small, t.text, {box.x0 + 42, box.y0 + 12}, width - 60, error);
    y = box.y1 + 16;
  }
  if (making) return;
  if (state.connection.state == ServerConnection::State::kConnecting) {
    ui.Centre(ui.fonts.small, t.text3, {centre.x, y + 12},
              "Connecting to " + state.connection.host);
    return;
  }
  if (!connected) {
    const float w = ui.ButtonWidth("Choose a server", true);
    const Point at = {centre.x - w / 2, y};
    if (ui.Button("device/server", at, "Choose a server", icon::kDns, ButtonStyle::kPrimary)) {
      server_.Open();
    }
    if (const auto chosen =
            server_.Draw(ui, "device-server", {at.x, at.y + 38}, 400,
                         "Profile name, or https://…/api/data/v9.2/", ServerItems(state),
                         "Type an address, or add a profile on the start screen", "Connect to ")) {
      commands.Push(ConnectTo{*chosen});
    }
    return;
  }
  // The user, and the button.
  const float make = ui.ButtonWidth("Make the phone", true);
  const Rect field = At(x0, y, width - make - 12, 52);
  const Press press = ui.Hit("device/user", field, 10);
  ui.Fill(field, press.hovered ? t.hover : t.surface, 10);
  ui.Frame(field, t.border2, 10);
  const std::string who =
      state.user.empty() ? state.connection.identity.user_name : UserWords(state);
  ui.Avatar({field.x0 + 30, field.cy()}, 16, who, t.Hue(4));
  ui.Fit(ui.fonts.small_medium, t.text, field.x0 + 56, field.cy() - 9, field.width() - 90, who);
  ui.Fit(ui.fonts.caption, t.text3, field.x0 + 56, field.cy() + 10, field.width() - 90,
         state.user.empty() ? "The signed-in user" : "As on the Preview screen");
  ui.Icon(ui.fonts.icon20, t.text3, {field.x1 - 18, field.cy()}, icon::kUnfoldMore);
  if (press.clicked) user_.Open();
  if (const auto chosen =
          user_.Draw(ui, "device-user", {field.x0, field.y1 + 6}, 420,
                     "Name, e-mail or business unit", UserItems(state), NoUserWords(state),
                     state.connection.capabilities.users ? nullptr : "As ")) {
    commands.Push(ChooseUser{*chosen});
  }
  if (ui.Button("device/make", {field.x1 + 12, field.cy() - 16}, "Make the phone",
                icon::kSmartphone, ButtonStyle::kPrimary)) {
    commands.Push(LabCommand{lab::MakePhone{}});
  }
}

// What can be made to happen, and what will happen by itself.
void DeviceScreen::DrawEvents(Ui& ui, const AppState& state, CommandQueue& commands,
                              const Rect& card) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  const PhoneLife& life = lab.life;
  ui.Card(card);
  ui.Middle(ui.fonts.small_medium, t.text2, card.x0 + 16, card.y0 + 20, "Make something happen");
  const float gap = 6;
  const float chevron = 28;
  const float width = std::floor((card.width() - 32 - 3 * gap) / 4);
  float x = card.x0 + 16;
  const float y = card.y0 + 38;
  // Words come first where there is no room for an icon beside them.
  const auto fitting = [&](const char* glyph) { return width - chevron < 106 ? nullptr : glyph; };
  if (!life.app_runs) {
    if (ui.Button("device/start", {x, y}, "Start app", icon::kPlayArrow, ButtonStyle::kPrimary,
                  width)) {
      commands.Push(LabCommand{lab::StartApp{}});
    }
  } else {
    if (ui.Button("device/close", {x, y}, "Close app", fitting(icon::kPowerSettingsNew),
                  ButtonStyle::kSecondary, width - chevron - 2)) {
      commands.Push(LabCommand{lab::CloseApp{}});
    }
    if (ui.IconButton("device/return", {x + width - chevron, y}, icon::kRestore,
                      "The app comes back from the background", chevron)) {
      commands.Push(LabCommand{lab::ReturnToApp{}});
    }
  }
  x += width + gap;
  const char* closed = "Start the app first";
  if (ui.Button("device/new", {x, y}, "New record", icon::kAdd, ButtonStyle::kSecondary, width,
                life.app_runs && !lab.entity.empty(), life.app_runs ? "" : closed)) {
    commands.Push(LabCommand{lab::OpenRecord{}});
  }
  x += width + gap;
  if (ui.Button("device/advance", {x, y}, "+15 min", fitting(icon::kTimer), ButtonStyle::kSecondary,
                width - chevron - 2, !life.busy, "What falls due until then happens at its time")) {
    commands.Push(LabCommand{lab::Advance{std::chrono::minutes(15)}});
  }
  if (ui.IconButton("device/advance-more", {x + width - chevron, y}, icon::kExpandMore,
                    "By how much", chevron, !life.busy)) {
    menu_.Open("device/advance-more");
  }
  constexpr std::array<std::pair<const char*, int>, 5> kSpans = {{{"10 seconds", 10},
                                                                  {"1 minute", 60},
                                                                  {"1 hour", 3600},
                                                                  {"8 hours", 28'800},
                                                                  {"1 day", 86'400}}};
  if (const auto chosen = menu_.Draw(ui, "device/advance-more", {x, y + 36}, 220, [&] {
        std::vector<PickerItem> items;
        for (const auto& [words, seconds] : kSpans) {
          items.push_back({std::to_string(seconds), words, "", "", icon::kTimer, -1});
        }
        return items;
      })) {
    commands.Push(LabCommand{lab::Advance{Seconds(std::stoi(*chosen))}});
  }
  x += width + gap;
  if (life.syncing) {
    if (ui.Button("device/stop", {x, y}, "Stop sync", icon::kStop, ButtonStyle::kSecondary,
                  width)) {
      commands.Push(LabCommand{lab::StopSync{}});
    }
  } else {
    if (ui.Button("device/sync", {x, y}, "Sync now", fitting(icon::kSync), ButtonStyle::kSecondary,
                  width - chevron - 2, life.app_runs && !life.busy,
                  life.app_runs ? "In the foreground: nobody can edit meanwhile" : closed)) {
      commands.Push(LabCommand{lab::SyncNow{SyncStyle::kForeground}});
    }
    if (ui.IconButton("device/sync-background", {x + width - chevron, y}, icon::kCloudSync,
                      "In the background: one can go on editing", chevron,
                      life.app_runs && !life.busy)) {
      commands.Push(LabCommand{lab::SyncNow{SyncStyle::kBackground}});
    }
  }
  // The network, and the next thing the scheduler does by itself.
  const float cy = card.y1 - 28;
  x = card.x0 + 16;
  const std::vector<std::string> networks = {"No network", "Metered", "Wi-Fi"};
  const int now = static_cast<int>(life.reach);
  const int chosen = ui.Segments("device/network", {x, cy - 16}, networks, now);
  if (chosen != now) commands.Push(LabCommand{lab::SetReach{static_cast<Reach>(chosen)}});
  x += ui.SegmentsWidth(networks) + 16;
  const PhoneLife::Wait* next = nullptr;
  for (const PhoneLife::Wait& wait : life.waits) {
    if (wait.due && (next == nullptr || wait.due->ticks < next->due->ticks)) next = &wait;
  }
  const float skip = ui.ButtonWidth("Skip to it", true);
  const float room = card.x1 - 16 - x;
  if (next == nullptr) {
    ui.Fit(ui.fonts.small, t.text3, x, cy, room,
           life.app_runs ? "Nothing is due by the clock" : "The app is closed: nothing is due");
    return;
  }
  const bool wide = room > skip + 120;
  const float words = room - (wide ? skip + 12 : 40);
  ui.Fit(ui.fonts.caption, t.text3, x, cy - 9, words, "Next, " + Until(*next->due, lab.now));
  // Of the schedule, how often it comes is what can be left out.
  std::string due = WithoutArticle(WaitWords(next->what));
  if (Ui::Width(ui.fonts.small, due) > words) due = due.substr(0, due.find(','));
  ui.Fit(ui.fonts.small, t.text2, x, cy + 8, words, due);
  if (wide ? ui.Button("device/skip", {card.x1 - 16 - skip, cy - 16}, "Skip to it", icon::kSkipNext,
                       ButtonStyle::kGhost, 0, !life.busy)
           : ui.IconButton("device/skip", {card.x1 - 48, cy - 16}, icon::kSkipNext, "Skip to it",
                           32, !life.busy)) {
    commands.Push(LabCommand{lab::AdvanceToNext{}});
  }
}

}  // namespace satchel
