#include "app/console/panels/phone_panel.h"

#include <cmath>

#include "app/console/panels/device_words.h"
#include "app/console/panels/finding_words.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

std::int64_t Waiting(const AppState& state, EntryState which) {
  std::int64_t count = 0;
  for (const PhoneChange& change : state.lab.view.changes) count += change.state == which ? 1 : 0;
  return count;
}

std::string CountedChanges(std::int64_t count) {
  return HumanCount(count) + (count == 1 ? " change" : " changes");
}

}  // namespace

void PhonePanel::Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  ui.Card(card);
  const Rect head = At(card.x0, card.y0, card.width(), 46);
  const bool online = lab.life.mode == DeviceMode::kOnline;
  const bool can = lab.life.app_runs && !lab.life.busy;
  if (Toggle(ui, "device/mode", {head.x1 - 52, head.cy() - 10}, online,
             !lab.life.app_runs ? "Start the app first"
             : online           ? "Go offline: the app works on its local records"
                                : "Go online: the app works on the server's records",
             can)) {
    commands.Push(LabCommand{lab::SwitchMode{online ? DeviceMode::kOffline : DeviceMode::kOnline}});
  }
  ui.Right(ui.fonts.small_medium, online ? t.ok.fg : t.text2, head.x1 - 62, head.cy(),
           online ? "Online" : "Offline");
  ui.Fit(ui.fonts.title, t.text, head.x0 + 16, head.cy(), head.width() - 150,
         lab.owner + "'s phone");
  ui.LineH(card.x0, card.x1, head.y1, t.border);

  // The phone, as large as the card lets it be.
  const Rect room = Rect{card.x0, head.y1, card.x1, card.y1}.Inset(20, 18);
  const float width = std::min(room.width(), 344.0F);
  const float height = std::min(room.height(), width * 2.1F);
  const Rect body =
      At(std::floor(room.cx() - width / 2), std::floor(room.cy() - height / 2), width, height);
  const float round = 40;
  ui.Shadow(body, round, 2.2F);
  ui.Fill(body, Hex(0x0A0C11), round);
  ui.Frame(body, t.dark ? t.border2 : Hex(0x2A2F3A), round, 1.6F);
  const Rect screen = body.Inset(8);
  ui.Fill(screen, t.dark ? t.bg : t.rail, round - 8);
  DrawScreen(ui, state, commands, screen);
}

void PhonePanel::DrawScreen(Ui& ui, const AppState& state, CommandQueue& commands, Rect screen) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  const PhoneLife& life = lab.life;
  // The phone's own status bar.
  const Rect top = At(screen.x0, screen.y0, screen.width(), 38);
  ui.Middle(ui.fonts.small_medium, t.text, top.x0 + 26, top.cy() + 1, ClockTime(lab.now));
  ui.Fill(At(top.cx() - 36, top.y0 + 9, 72, 20), Hex(0x0A0C11), 10);
  float x = top.x1 - 30;
  ui.Icon(ui.fonts.icon16, t.text, {x, top.cy()}, icon::kBatteryFull);
  x -= 18;
  const char* reach = life.reach == Reach::kNone      ? icon::kWifiOff
                      : life.reach == Reach::kMetered ? icon::kSignalCellularAlt
                                                      : icon::kWifi;
  ui.Icon(ui.fonts.icon16, life.reach == Reach::kNone ? t.text3 : t.text, {x, top.cy()}, reach);
  // The bar at the bottom, by which real phones are swiped.
  ui.Fill(At(screen.cx() - 48, screen.y1 - 9, 96, 4), Fade(t.text, 0.8F), 2);
  const Rect inner = {screen.x0, top.y1, screen.x1, screen.y1 - 14};
  if (!life.app_runs) {
    DrawClosed(ui, state, commands, inner);
    return;
  }
  Rect body = inner;
  body.y0 += DrawBanner(ui, state, body);
  const bool foreground = life.syncing == SyncStyle::kForeground;
  const bool asleep = foreground || life.question.has_value();
  if (!lab.record) form_.Close();
  if (lab.record && !asleep) {
    form_.Draw(ui, state, commands, body);
  } else {
    const Rect tabs = body.CutBottom(48);
    if (tab_ == Tab::kRecords) {
      DrawList(ui, state, commands, body, asleep);
    } else {
      DrawSync(ui, state, commands, body, asleep);
    }
    DrawTabs(ui, state, tabs, asleep);
  }
  if (life.question) {
    DrawQuestion(ui, state, commands, inner);
  } else if (foreground) {
    DrawForeground(ui, state, commands, inner);
  }
}

void PhonePanel::DrawClosed(Ui& ui, const AppState& state, CommandQueue& commands,
                            const Rect& screen) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  ui.Centre(ui.fonts.number, t.text, {screen.cx(), screen.y0 + 56}, ClockTime(lab.now));
  ui.Centre(ui.fonts.small, t.text2, {screen.cx(), screen.y0 + 86}, CalendarDay(lab.now));
  const Rect tile = At(screen.cx() - 34, screen.cy() - 46, 68, 68);
  const Press press = ui.Hit("phone/start", tile, 20);
  ui.Shadow(tile, 18, 1.2F);
  ui.Fill(tile, press.hovered ? Mix(t.accent_fill, Hex(0), 0.12F) : t.accent_fill, 18);
  ui.Icon(ui.fonts.icon28, t.on_accent, {tile.cx(), tile.cy()}, icon::kWork);
  ui.Centre(ui.fonts.small_medium, t.text, {tile.cx(), tile.y1 + 16}, "Start the app");
  if (press.hovered) ui.Tooltip("What the triggers say about the start of the app happens then");
  if (press.clicked) commands.Push(LabCommand{lab::StartApp{}});
  const std::int64_t waiting = Waiting(state, EntryState::kWaiting);
  if (waiting > 0) {
    ui.Centre(ui.fonts.caption, t.warn.fg, {tile.cx(), tile.y1 + 38},
              CountedChanges(waiting) + (waiting == 1 ? " waits" : " wait") + " for upload");
  }
}

// One line about connection, mode and what waits. Its height.
float PhonePanel::DrawBanner(Ui& ui, const AppState& state, const Rect& screen) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  const PhoneLife& life = lab.life;
  const std::int64_t conflicts = Waiting(state, EntryState::kConflict);
  const std::int64_t refused = Waiting(state, EntryState::kError);
  const std::int64_t waiting = Waiting(state, EntryState::kWaiting);
  const bool online = life.mode == DeviceMode::kOnline;
  const Tone* tone = &t.ok;
  const char* glyph = icon::kCloudDone;
  std::string text = online ? "Online, on the server's records" : "Offline, nothing to upload";
  if (waiting > 0) {
    tone = &t.warn;
    glyph = icon::kCloudUpload;
    text = CountedChanges(waiting) + (waiting == 1 ? " waits" : " wait") + " for upload";
  }
  if (refused > 0) {
    tone = &t.err;
    glyph = icon::kError;
    text = "The server refused " + CountedChanges(refused);
  }
  if (!lab.life.last_sync && !online) {
    tone = &t.neutral;
    glyph = icon::kCloudQueue;
    text = "Nothing has been synchronised yet";
  }
  if (conflicts > 0) {
    tone = &t.warn;
    glyph = icon::kCallSplit;
    text = HumanCount(conflicts) + (conflicts == 1 ? " conflict waits" : " conflicts wait") +
           " for you";
  }
  if (life.structure_pending) {
    tone = &t.violet;
    glyph = icon::kLayers;
    text = "A foreground sync is needed";
  }
  if (life.reach == Reach::kNone) {
    tone = &t.neutral;
    glyph = icon::kWifiOff;
    text = "No connection" + (waiting > 0 ? ", " + CountedChanges(waiting) : std::string());
  }
  if (life.syncing == SyncStyle::kBackground) {
    tone = &t.info;
    glyph = icon::kSync;
    text = life.step;
  }
  const Rect bar = At(screen.x0, screen.y0, screen.width(), 30);
  ui.Fill(bar, tone->soft);
  if (life.syncing == SyncStyle::kBackground && life.progress >= 0) {
    ui.Fill({bar.x0, bar.y1 - 2, bar.x0 + bar.width() * life.progress, bar.y1}, tone->fill);
  }
  ui.Icon(ui.fonts.icon16, tone->fill, {bar.x0 + 22, bar.cy()}, glyph);
  ui.Fit(ui.fonts.caption, tone->fg, bar.x0 + 36, bar.cy(), bar.width() - 50, text);
  return bar.height();
}

void PhonePanel::DrawList(Ui& ui, const AppState& state, CommandQueue& commands, Rect body,
                          bool asleep) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  if (searched_ != lab.entity) {
    searched_ = lab.entity;
    search_ = lab.search;
  }
  const Rect head = body.CutTop(44);
  const std::string title = EntityWords(state, lab.entity);
  const float title_width =
      std::min(Ui::Width(ui.fonts.heading, title), head.width() - 40 - 44 - 24);
  const Rect choose = At(head.x0 + 10, head.y0 + 7, title_width + 40, 34);
  if (!asleep) {
    const Press press = ui.Hit("phone/entity", choose, 8);
    if (press.hovered) {
      ui.Fill(choose, t.hover, 8);
      ui.Tooltip("Another entity");
    }
    if (press.clicked) menu_.Open("phone/entity");
    if (ui.IconButton("phone/add", {head.x1 - 48, head.y0 + 8}, icon::kAddCircle, "New record",
                      32)) {
      commands.Push(LabCommand{lab::OpenRecord{}});
    }
  }
  ui.Fit(ui.fonts.heading, t.text, choose.x0 + 8, choose.cy(), title_width + 1, title);
  ui.Icon(ui.fonts.icon18, t.text2, {choose.x0 + title_width + 20, choose.cy()}, icon::kExpandMore);
  if (const auto chosen = menu_.Draw(ui, "phone/entity", {choose.x0, choose.y1 + 4}, 300, [&] {
        std::vector<PickerItem> items;
        for (const PhoneTable& table : lab.view.tables) {
          items.push_back({table.entity, EntityWords(state, table.entity), table.entity,
                           table.offline ? HumanCount(table.records) : "online",
                           LookOf(table.entity).icon, -1});
        }
        return items;
      })) {
    commands.Push(LabCommand{lab::ShowTable{*chosen}});
  }
  const Rect search = At(body.x0 + 14, body.y0 + 2, body.width() - 28, 32);
  const std::string hint = lab.list.live ? std::string("The server's first records")
                                         : HumanCount(lab.list.count) + " on this phone";
  if (lab.list.live || asleep) {
    ui.Fill(search, t.segment_track, 8);
    ui.Icon(ui.fonts.icon18, t.text3, {search.x0 + 18, search.cy()},
            lab.list.live ? icon::kCloud : icon::kSearch);
    ui.Fit(ui.fonts.small, t.text3, search.x0 + 34, search.cy(), search.width() - 44, hint);
  } else if (ui.Input("phone/search", search, &search_, hint.c_str(), icon::kSearch,
                      std::exchange(focus_search_, false))) {
    commands.Push(LabCommand{lab::Search{search_}});
  }
  body.y0 = search.y1 + 8;
  DrawRows(ui, state, commands, body, asleep);
}

void PhonePanel::DrawRows(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& body,
                          bool asleep) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  const auto nothing = [&](const char* glyph, const std::string& title, const std::string& text) {
    const float y = body.y0 + std::min(body.height() * 0.25F, 90.0F);
    ui.Icon(ui.fonts.icon28, t.text3, {body.cx(), y}, glyph);
    ui.Centre(ui.fonts.semibold, t.text, {body.cx(), y + 32}, title);
    const float width = body.width() - 56;
    ui.WrappedCentre(ui.fonts.small, t.text2, {body.cx(), y + 46}, width, text);
  };
  if (!lab.list_error.empty()) {
    nothing(icon::kCloudOff, "The list is not there", ErrorWords(state, lab.list_error));
    return;
  }
  if (lab.list.rows.empty()) {
    if (lab.listing) return;
    if (!lab.search.empty()) {
      nothing(icon::kSearch, "Nothing found",
              "No record's name contains " + Quoted(lab.search, 24) + ".");
    } else if (!lab.life.last_sync) {
      nothing(icon::kCloudDownload, "No records yet", "The first sync brings them.");
    } else {
      nothing(icon::kInventory2, "No records",
              "Nothing matches the filter, or the user may read nothing that does.");
    }
    return;
  }
  constexpr float kRow = 46;
  const Point origin = ui.BeginScroll("phone/list", {body.x0, body.y0, body.x1 - 2, body.y1});
  float y = origin.y;
  for (const PhoneRow& row : lab.list.rows) {
    const Rect r = At(origin.x + 6, y, body.width() - 20, kRow);
    y += kRow;
    if (r.y1 < body.y0 || r.y0 > body.y1) {
      // Off the screen: nothing to draw, but the keyboard may walk there.
      if (!asleep && ui.Hit("phone/row/" + row.id, r, 8).clicked) {
        commands.Push(LabCommand{lab::OpenRecord{row.id}});
      }
      continue;
    }
    if (!asleep) {
      const Press press = ui.Hit("phone/row/" + row.id, r, 8);
      if (press.hovered) ui.Fill(r, t.hover, 8);
      if (press.clicked) commands.Push(LabCommand{lab::OpenRecord{row.id}});
    }
    const int hue = LookOf(lab.entity).hue;
    const std::string& name = row.name.empty() ? row.id : row.name;
    ui.Avatar({r.x0 + 24, r.cy()}, 15, name, t.Hue(hue));
    const StateLook look = LookOf(row.state, t);
    const bool pending = row.state != RowState::kSynced;
    const float room = r.width() - 50 - (pending ? 34.0F : 12.0F);
    const float cy = row.detail.empty() ? r.cy() : r.cy() - 8;
    ui.Fit(ui.fonts.small_medium, t.text, r.x0 + 48, cy, room, name);
    if (!row.detail.empty()) {
      ui.Fit(ui.fonts.caption, t.text3, r.x0 + 48, r.cy() + 10, room, row.detail);
    }
    if (pending) ui.Icon(ui.fonts.icon18, look.tone->fill, {r.x1 - 16, r.cy()}, look.icon);
    ui.LineH(r.x0 + 48, r.x1 - 4, r.y1 - 1, t.border);
  }
  if (lab.list.more || (!lab.list.live && lab.list.count > std::ssize(lab.list.rows))) {
    const std::string more = lab.list.live
                                 ? "The server has more"
                                 : HumanCount(lab.list.count - std::ssize(lab.list.rows)) +
                                       " more: search, or scroll the local table";
    ui.Centre(ui.fonts.caption, t.text3, {body.cx(), y + 18}, more);
    y += 36;
  }
  ui.EndScroll(y + 4);
}

void PhonePanel::DrawSync(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& body,
                          bool asleep) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  const PhoneLife& life = lab.life;
  float y = body.y0 + 12;
  ui.Middle(ui.fonts.heading, t.text, body.x0 + 18, y + 12, "Synchronisation");
  y += 40;
  const auto pair = [&](const char* key, const std::string& value, Color ink) {
    ui.Middle(ui.fonts.small, t.text2, body.x0 + 18, y + 14, key);
    ui.Right(ui.fonts.small_medium, ink, body.x1 - 18, y + 14,
             Shortened(ui.fonts.small_medium, value, body.width() - 150));
    y += 30;
    ui.LineH(body.x0 + 18, body.x1 - 18, y - 1, t.border);
  };
  pair("Last synchronised", life.last_sync ? ClockTime(*life.last_sync) : "never", t.text);
  pair("Mode", life.mode == DeviceMode::kOnline ? "Online" : "Offline", t.text);
  const std::int64_t waiting = Waiting(state, EntryState::kWaiting);
  const std::int64_t conflicts = Waiting(state, EntryState::kConflict);
  const std::int64_t refused = Waiting(state, EntryState::kError);
  pair("Waiting for upload", HumanCount(waiting), waiting > 0 ? t.warn.fg : t.text);
  pair("Conflicts", HumanCount(conflicts), conflicts > 0 ? t.warn.fg : t.text);
  pair("Refused by the server", HumanCount(refused), refused > 0 ? t.err.fg : t.text);
  pair("Records here", HumanCount(lab.view.records), t.text);
  y += 14;
  if (!asleep && ui.Button("phone/sync", {body.x0 + 18, y}, "Synchronise", icon::kSync,
                           ButtonStyle::kPrimary, body.width() - 36, !life.busy)) {
    commands.Push(LabCommand{lab::SyncNow{SyncStyle::kForeground}});
  }
  y += 44;
  if (life.told.empty()) return;
  const Tone& tone = life.refused ? t.err : t.neutral;
  const float width = body.width() - 36;
  const float tall = Ui::WrappedHeight(ui.fonts.small, life.told, width - 24);
  if (y + tall + 20 > body.y1) return;
  const Rect box = At(body.x0 + 18, y, width, tall + 20);
  ui.Fill(box, tone.soft, 8);
  ui.Wrapped(ui.fonts.small, tone.fg, {box.x0 + 12, box.y0 + 10}, width - 24, life.told);
}

void PhonePanel::DrawTabs(Ui& ui, const AppState& state, const Rect& bar, bool asleep) {
  const Theme& t = ui.theme;
  ui.LineH(bar.x0, bar.x1, bar.y0, t.border);
  const auto tab = [&](Tab which, const char* id, const char* glyph, const char* words, Rect r) {
    if (!asleep && ui.Hit(id, r.Inset(20, 4), 10).clicked) tab_ = which;
    const Color ink = tab_ == which ? t.accent : t.text2;
    ui.Icon(ui.fonts.icon20, ink, {r.cx(), r.y0 + 16}, glyph);
    ui.Centre(ui.fonts.caption, ink, {r.cx(), r.y0 + 35}, words);
  };
  Rect right = bar;
  const Rect left = right.CutLeft(std::floor(bar.width() / 2));
  tab(Tab::kRecords, "phone/tab/records", icon::kTableRows, "Records", left);
  tab(Tab::kSync, "phone/tab/sync", icon::kSync, "Sync", right);
  const std::int64_t open =
      Waiting(state, EntryState::kConflict) + Waiting(state, EntryState::kError);
  if (open > 0) {
    ui.Dot({right.cx() + 14, right.y0 + 11}, 8, t.err.fill);
    ui.Centre(ui.fonts.caption, Hex(0xFFFFFF), {right.cx() + 14, right.y0 + 11}, HumanCount(open));
  }
}

// A foreground sync has the phone to itself: nobody can edit until it ends.
void PhonePanel::DrawForeground(Ui& ui, const AppState& state, CommandQueue& commands,
                                const Rect& screen) {
  const Theme& t = ui.theme;
  const PhoneLife& life = state.lab.life;
  const Rect sheet = {screen.x0 + 14, screen.cy() - 96, screen.x1 - 14, screen.cy() + 96};
  (void)ui.BeginScroll("phone/foreground", screen);
  ++ui.layer;  // A sheet upon what the app shows.
  ui.Fill(screen, Fade(t.dim, 0.7F));
  ui.Shadow(sheet, 18, 2);
  ui.Fill(sheet, t.raised, 18);
  ui.Icon(ui.fonts.icon28, t.info.fill, {sheet.cx(), sheet.y0 + 36}, icon::kSync);
  ui.Centre(ui.fonts.semibold, t.text, {sheet.cx(), sheet.y0 + 70}, "Synchronising");
  const std::string step = Shortened(ui.fonts.caption, life.step, sheet.width() - 32);
  ui.Centre(ui.fonts.caption, t.text2, {sheet.cx(), sheet.y0 + 92}, step);
  ui.Bar({sheet.x0 + 24, sheet.y0 + 112, sheet.x1 - 24, sheet.y0 + 118},
         std::max(0.0F, life.progress), t.accent_fill);
  const float w = ui.ButtonWidth("Stop", false) + 24;
  if (ui.Button("phone/stop", {sheet.cx() - w / 2, sheet.y1 - 52}, "Stop", nullptr,
                ButtonStyle::kSecondary, w)) {
    commands.Push(LabCommand{lab::StopSync{}});
  }
  --ui.layer;
  ui.EndScroll(screen.y1 - 1);
}

void PhonePanel::DrawQuestion(Ui& ui, const AppState& state, CommandQueue& commands,
                              const Rect& screen) {
  const Theme& t = ui.theme;
  const modes::Ask& ask = *state.lab.life.question;
  const float width = screen.width() - 28;
  const bool online = ask.to == DeviceMode::kOnline;
  // The sheet's title says what the question begins with.
  const std::string title = online ? "Going online" : "Going offline";
  const std::string start = title + ". ";
  const std::string question =
      ask.question.starts_with(start) ? ask.question.substr(start.size()) : ask.question;
  const float text = Ui::WrappedHeight(ui.fonts.small, question, width - 40);
  const float height = 76 + text + 3 * 40 + 12;
  const Rect sheet = At(screen.x0 + 14, screen.y1 - height - 10, width, height);
  (void)ui.BeginScroll("phone/question", screen);
  ++ui.layer;  // A sheet upon what the app shows.
  ui.Fill(screen, Fade(t.dim, 0.7F));
  ui.Shadow(sheet, 18, 2);
  ui.Fill(sheet, t.raised, 18);
  ui.Icon(ui.fonts.icon20, t.accent, {sheet.x0 + 30, sheet.y0 + 30},
          online ? icon::kCloud : icon::kCloudOff);
  ui.Middle(ui.fonts.semibold, t.text, sheet.x0 + 48, sheet.y0 + 30, title);
  ui.Wrapped(ui.fonts.small, t.text2, {sheet.x0 + 20, sheet.y0 + 52}, width - 40, question);
  float y = sheet.y0 + 68 + text;
  const auto answer = [&](const char* id, const char* words, const char* glyph, ButtonStyle style,
                          modes::Choice choice) {
    if (ui.Button(id, {sheet.x0 + 20, y}, words, glyph, style, width - 40)) {
      commands.Push(LabCommand{lab::Answer{choice}});
    }
    y += 40;
  };
  answer("phone/answer/sync", "Synchronise first", icon::kSync, ButtonStyle::kPrimary,
         modes::Choice::kSync);
  answer("phone/answer/skip", online ? "Go online without it" : "Go offline without it", nullptr,
         ButtonStyle::kSecondary, modes::Choice::kSkip);
  answer("phone/answer/stay", online ? "Stay offline" : "Stay online", nullptr,
         ButtonStyle::kSecondary, modes::Choice::kStay);
  --ui.layer;
  ui.EndScroll(screen.y1 - 1);
}

}  // namespace satchel
