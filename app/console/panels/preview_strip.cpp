// The strip on top of the Preview screen: against which server, as whom, compared with what, and
// how the device synchronises.
#include <cmath>

#include "app/console/panels/preview_panel.h"
#include "app/console/panels/user_choice.h"
#include "app/console/selectors.h"
#include "app/console/settings.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

using State = PreviewState::State;

constexpr const char* kNothing = "nothing";

}  // namespace

void PreviewPanel::DrawStrip(Ui& ui, const AppState& state, CommandQueue& commands,
                             const Rect& strip) {
  ui.Card(strip);
  const bool wide = strip.width() >= 860;
  // What runs needs 170 at the right; the two small fields 130 and more.
  const float sync = strip.width() >= 960 ? 158.0F : 122.0F;
  const float choices = strip.width() - 176 - (wide ? 138.0F + sync : 0.0F);
  const float choice = std::clamp(choices / 2, 160.0F, 290.0F);
  Rect rest = strip;
  rest.CutLeft(6);
  DrawServer(ui, state, commands, rest.CutLeft(choice));
  ui.LineV(rest.x0 + 6, strip.y0 + 14, strip.y1 - 14, ui.theme.border);
  rest.CutLeft(13);
  DrawUser(ui, state, commands, rest.CutLeft(choice));
  if (wide) {
    ui.LineV(rest.x0 + 6, strip.y0 + 14, strip.y1 - 14, ui.theme.border);
    rest.CutLeft(12);
    DrawCounterpart(ui, state, commands, rest.CutLeft(126));
    DrawStyle(ui, state, commands, rest.CutLeft(sync));
  }
  DrawRun(ui, state, commands, rest);
}

void PreviewPanel::DrawServer(Ui& ui, const AppState& state, CommandQueue& commands,
                              const Rect& r) {
  const Theme& t = ui.theme;
  const bool running = state.preview.state == State::kRunning;
  const Rect server = r.Inset(0, 6);
  const Press press = ui.Hit("preview/server", server);
  if (press.hovered) ui.Fill(server, t.hover, 8);
  if (press.clicked && !running) server_.Open();
  ui.Tile({server.x0 + 10, server.cy() - 18}, 36, icon::kDns, t.Hue(1), 9);
  const std::string host =
      state.connection.host.empty() ? "Choose a server" : state.connection.host;
  const float room = server.width() - 56 - 30;
  ui.Fit(ui.fonts.semibold, t.text, server.x0 + 56, server.cy() - 9, room, host);
  std::string words = "Profile or address";
  if (state.connection.state == ServerConnection::State::kConnecting) words = "Connecting";
  if (Connected(state)) {
    const std::string& who = state.connection.identity.user_name;
    words = "Signed in as " + who;
    if (Ui::Width(ui.fonts.small, words) > room) words = "As " + who;
  }
  if (state.connection.state == ServerConnection::State::kFailed) words = "Not connected";
  ui.Fit(ui.fonts.small, t.text2, server.x0 + 56, server.cy() + 10, room, words);
  ui.Icon(ui.fonts.icon20, t.text3, {server.x1 - 16, server.cy()}, icon::kUnfoldMore);
  if (!server_.IsOpen("server-picker")) return;
  std::vector<PickerItem> servers;
  for (const std::string& name : state.servers) {
    servers.push_back({name, name, "Connection profile", "", icon::kDns, -1});
  }
  if (const auto chosen =
          server_.Draw(ui, "server-picker", {server.x0, server.y1 + 6}, 400,
                       "Profile name, or https://…/api/data/v9.2/", servers,
                       "Type an address, or add a profile: satchel server add", "Connect to ")) {
    commands.Push(ConnectTo{*chosen});
  }
}

void PreviewPanel::DrawUser(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& r) {
  const Theme& t = ui.theme;
  const bool running = state.preview.state == State::kRunning;
  const Rect user = r.Inset(0, 6);
  const Press press = ui.Hit("preview/user", user);
  if (press.hovered) ui.Fill(user, t.hover, 8);
  if (press.clicked && !running) user_.Open();
  const std::string who = UserWords(state);
  const bool unnamed = who == "the signed-in user";
  if (unnamed) {
    ui.Tile({user.x0 + 10, user.cy() - 18}, 36, icon::kPerson, t.Hue(4), 18);
  } else {
    ui.Avatar({user.x0 + 28, user.cy()}, 18, who, t.Hue(4));
  }
  std::string detail = state.user.empty() ? "The signed-in user" : state.user;
  for (const UserInfo& info : state.connection.users) {
    if (info.name != who) continue;
    detail = info.business_unit;
    if (!info.roles.empty()) detail = info.roles[0] + (detail.empty() ? "" : ", " + detail);
  }
  const float room = user.width() - 56 - 30;
  ui.Fit(ui.fonts.semibold, t.text, user.x0 + 56, user.cy() - 9, room,
         unnamed ? "Signed-in user" : who);
  ui.Fit(ui.fonts.small, t.text2, user.x0 + 56, user.cy() + 10, room,
         unnamed ? "Choose whose device" : detail);
  ui.Icon(ui.fonts.icon20, t.text3, {user.x1 - 16, user.cy()}, icon::kUnfoldMore);
  if (!user_.IsOpen("user-picker")) return;
  const bool lists = state.connection.capabilities.users;
  if (const auto chosen = user_.Draw(ui, "user-picker", {user.x0, user.y1 + 6}, 420,
                                     "Name, e-mail or business unit", UserItems(state),
                                     NoUserWords(state), lists ? nullptr : "Preview as ")) {
    commands.Push(ChooseUser{*chosen});
  }
}

// A caption with what is chosen below it. True when it was pressed.
bool PreviewPanel::DrawSmall(Ui& ui, const char* id, const Rect& r, const char* caption,
                             const std::string& words, bool enabled) {
  const Theme& t = ui.theme;
  const Rect box = r.Inset(0, 6);
  const Press press = ui.Hit(id, box, 8, enabled);
  if (press.hovered && enabled) ui.Fill(box, t.hover, 8);
  ui.Fit(ui.fonts.caption, t.text3, box.x0 + 10, box.cy() - 9, box.width() - 14, caption);
  ui.Fit(ui.fonts.small_medium, enabled ? t.text : t.text3, box.x0 + 10, box.cy() + 10,
         box.width() - 34, words);
  ui.Icon(ui.fonts.icon18, t.text3, {box.x1 - 13, box.cy() + 10}, icon::kExpandMore);
  return press.clicked && enabled;
}

void PreviewPanel::DrawCounterpart(Ui& ui, const AppState& state, CommandQueue& commands,
                                   const Rect& r) {
  const bool running = state.preview.state == State::kRunning || state.comparison.running;
  const int with = state.compare_with;
  const std::string words = with < 0    ? "Nothing"
                            : with == 0 ? "The saved file"
                                        : "Version " + std::to_string(with);
  if (DrawSmall(ui, "preview/compare", r, "Compare with", words, !running)) {
    const PublishState& publish = state.publish;
    if (!publish.view && !publish.folder.empty()) commands.Push(CompareWithPublished{});
    menu_.Open("preview/compare-list");
  }
  const auto items = [&] {
    std::vector<PickerItem> list = {{kNothing, "Nothing", "", "", icon::kClose, -1},
                                    {"0", "The saved file", "", "", icon::kSave, -1}};
    if (!state.publish.view) return list;
    for (const PublishedVersion& version : state.publish.view->history) {
      if (!version.problem.empty()) continue;
      const int number = version.version;
      list.push_back({std::to_string(number), "Version " + std::to_string(number), "",
                      version.current ? "published" : "", icon::kHistory, -1});
    }
    return list;
  };
  if (const auto chosen =
          menu_.Draw(ui, "preview/compare-list", {r.x0, r.y1 + 2}, 300, items, "Search versions")) {
    commands.Push(CompareWith{*chosen == kNothing ? -1 : std::stoi(*chosen)});
  }
}

void PreviewPanel::DrawStyle(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& r) {
  constexpr const char* kFull = "full";
  constexpr const char* kLab = "lab";
  const bool running = state.preview.state == State::kRunning;
  const LabState& lab = state.lab;
  if (DrawSmall(
          ui, "preview/style", r, "Sync",
          state.since.empty()
              ? "Full (first)"
              : "Next, " + (OfTheLab(state, state.since) ? "lab" : DeviceWords(state, state.since)),
          !running)) {
    menu_.Open("preview/style-list");
  }
  const auto items = [&] {
    std::vector<PickerItem> list = {{kFull, "Full: a new device's first sync",
                                     "Everything that the policy puts there", "", icon::kSync, -1}};
    const auto offer = [&](const std::filesystem::path& database, const std::string& detail) {
      list.push_back({database.string(),
                      "The next incremental sync of " + DeviceWords(state, database), detail, "",
                      icon::kSync, -1});
    };
    // Before its first sync there is nothing to go on from.
    const bool carries = lab.view.records > 0;
    if (carries) offer(lab.view.file, "In the Device lab, of " + lab.owner);
    if (!state.since.empty() && !OfTheLab(state, state.since)) {
      offer(state.since, state.since.string());
    }
    if (!carries) {
      list.push_back({kLab, "An incremental sync needs a device that synced",
                      "Go to the Device lab and let its phone sync", "", icon::kSmartphone, -1});
    }
    return list;
  };
  const auto chosen =
      menu_.Draw(ui, "preview/style-list", {r.x0 - 200, r.y1 + 2}, 440, items,
                 "Or type the path of a device's database", "The next incremental sync of ");
  if (!chosen) return;
  if (*chosen == kLab) {
    commands.Push(ShowScreen{Screen::kDevice});
  } else {
    commands.Push(SetSince{*chosen == kFull ? std::filesystem::path() : ExpandHome(*chosen)});
  }
}

// Run, or cancel and how far it is.
void PreviewPanel::DrawRun(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& r) {
  const Theme& t = ui.theme;
  const PreviewState& preview = state.preview;
  const float y = r.cy() - kButton / 2;
  if (preview.state == State::kRunning) {
    const float w = ui.ButtonWidth("Cancel", true);
    if (ui.Button("preview/cancel", {r.x1 - 16 - w, y}, "Cancel", icon::kStop)) {
      commands.Push(CancelPreview{});
    }
    const float x1 = r.x1 - 32 - w;
    const float bar = std::min(150.0F, x1 - r.x0 - 12);
    const std::size_t done = EntitiesDone(preview);
    const std::size_t all = preview.entities.size();
    if (bar > 40) {
      const std::string text = std::to_string(done) + " of " + std::to_string(all);
      ui.Right(ui.fonts.small_medium, t.text, x1, r.cy() - 10,
               bar > 110 ? text + " entities" : text);
      ui.Bar(At(x1 - bar, r.cy() + 7, bar, 6),
             all == 0 ? 0 : static_cast<double>(done) / static_cast<double>(all), t.accent_fill);
    }
    return;
  }
  const char* words = preview.result ? "Run again" : "Run preview";
  const float w = ui.ButtonWidth(words, true);
  if (ui.Button("preview/run", {r.x1 - 16 - w, y}, words, icon::kPlayArrow, ButtonStyle::kPrimary,
                0, Connected(state), Connected(state) ? "Ctrl R" : "Choose a server first")) {
    commands.Push(StartPreview{});
  }
}

}  // namespace satchel
