#include "app/console/panels/triggers_panel.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/console/panels/description.h"
#include "app/console/panels/duration_text.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

void Push(CommandQueue& commands, Policy next, std::string name, std::string merge = {}) {
  commands.Push(EditPolicy{std::move(next), std::move(name), std::move(merge)});
}

using MaybeSeconds = std::optional<Seconds>;

// Nothing typed is nothing set.
Result<MaybeSeconds> ParseMaybe(const std::string& text) {
  if (Trim(text).empty()) return MaybeSeconds{};
  auto duration = ReadDuration(text);
  if (!duration) return Fail(duration.error());
  return MaybeSeconds{*duration};
}

Result<Seconds> ParseInterval(const std::string& text) {
  auto duration = ReadDuration(text);
  if (!duration) return Fail(duration.error());
  if (*duration < Seconds(60))
    return Fail(ErrorCode::kInvalid, "At least 1 min between two syncs.");
  return *duration;
}

std::string Print(const MaybeSeconds& duration) {
  return duration ? SpokenDuration(*duration) : "";
}

}  // namespace

bool TriggersScreen::Head(Ui& ui, const Rect& card, const char* id, const char* glyph, int hue,
                          const char* title, const char* text, bool on) {
  const Theme& t = ui.theme;
  ui.Card(card);
  ui.Tile({card.x0 + 16, card.y0 + 16}, 40, glyph, on ? t.Hue(hue) : t.neutral.fill, 10);
  ui.Fit(ui.fonts.title, t.text, card.x0 + 68, card.y0 + 26, card.width() - 130, title);
  ui.Fit(ui.fonts.small, t.text2, card.x0 + 68, card.y0 + 48, card.width() - 84, text);
  ui.LineH(card.x0 + 16, card.x1 - 16, card.y0 + 74, t.border);
  return Toggle(ui, id, {card.x1 - 52, card.y0 + 18}, on, on ? "Switch off" : "Switch on");
}

bool TriggersScreen::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details) {
  bool wants_details = false;
  const Theme& t = ui.theme;
  const Policy& draft = state.draft.current();
  area = {area.x0 + kPage, area.y0 + 20, area.x1 - kPage, area.y1};
  const Rect head = area.CutTop(56);
  ui.Text(ui.fonts.display, t.text, {head.x0, head.y0}, "Triggers");
  ui.Fit(ui.fonts.body, t.text2, head.x0, head.y0 + 41, head.width() - 60,
         "When the app synchronises by itself, and what happens when the mode changes");
  if (details) {
    wants_details = ui.IconButton("triggers/details", {head.x1 - 36, head.y0 + 8},
                                  icon::kViewSidebar, "What this means");
  }
  area.y0 += 16;
  const Rect view = {area.x0 - 6, area.y0, area.x1 + 16, area.y1};
  const Point origin = ui.BeginScroll("triggers/scroll", view);
  const float x0 = origin.x + 6;
  const float x1 = x0 + area.width();
  float y = origin.y;
  ui.Text(ui.fonts.caption, t.text3, {x0, y + 2}, "AUTOMATIC SYNC");
  y += 26;
  const float half = std::floor((x1 - x0 - kGap) / 2);
  constexpr float kTall = 168;
  DrawStart(ui, commands, draft, At(x0, y, half, kTall));
  DrawChange(ui, state, commands, draft, At(x0 + half + kGap, y, half, kTall));
  y += kTall + kGap;
  DrawSave(ui, commands, draft, At(x0, y, half, 136));
  DrawSchedule(ui, commands, draft, At(x0 + half + kGap, y, half, 136));
  y += 136 + kGap;
  y = DrawCommon(ui, commands, draft, x0, x1, y);
  y = DrawModes(ui, commands, draft, x0, x1, y + 12);
  const Rect banner = At(x0, y + kGap, x1 - x0, 62);
  ui.Fill(banner, t.info.soft, kCardRadius);
  ui.Icon(ui.fonts.icon20, t.info.fill, {banner.x0 + 24, banner.cy()}, icon::kInfo);
  ui.Fit(ui.fonts.semibold, t.info.fg, banner.x0 + 46, banner.y0 + 21, banner.width() - 60,
         "A structural change always brings a foreground sync");
  ui.Fit(ui.fonts.small, t.text, banner.x0 + 46, banner.y0 + 41, banner.width() - 60,
         "After an entity or a field was added or removed, nobody can edit until that sync ends. "
         "This cannot be turned off.");
  ui.EndScroll(banner.y1 + 16);
  return wants_details;
}

void TriggersScreen::DrawStart(Ui& ui, CommandQueue& commands, const Policy& draft,
                               const Rect& card) {
  const Theme& t = ui.theme;
  const auto& now = draft.triggers.on_start;
  if (Head(ui, card, "triggers/start", icon::kLogin, 0, "When the app starts",
           "Once, after the user signed in", now.has_value())) {
    Policy next = draft;
    next.triggers.on_start.reset();
    if (!now) next.triggers.on_start = OnStart{};
    Push(commands, std::move(next), now ? "No sync on start" : "Sync on start");
  }
  const float y = card.y0 + 86;
  if (!now) {
    ui.Middle(ui.fonts.small, t.text3, card.x0 + 16, y + 16,
              "Off. The app starts with what it has.");
    return;
  }
  const int style = !now->style ? 0 : *now->style == SyncStyle::kBackground ? 1 : 2;
  const int chosen = ui.Segments("triggers/start/style", {card.x0 + 16, y},
                                 {"As the others", "Background", "Foreground"}, style);
  if (chosen != style) {
    Policy next = draft;
    auto& to = next.triggers.on_start->style;
    to.reset();
    if (chosen == 1) to = SyncStyle::kBackground;
    if (chosen == 2) to = SyncStyle::kForeground;
    Push(commands, std::move(next), "Change the style of the sync on start");
  }
  const float cy = y + 56;
  const float w = ui.Middle(ui.fonts.small, t.text2, card.x0 + 16, cy, "Skip if synced within");
  const std::function<Result<MaybeSeconds>(const std::string&)> parse = ParseMaybe;
  if (const auto within = EditParsed<MaybeSeconds>(
          ui, typing_, "triggers/start/skip", At(card.x0 + 28 + w, cy - 16, 110, 32),
          Print(now->skip_if_synced_within), parse, {.hint = "Never, or 15 min"})) {
    Policy next = draft;
    next.triggers.on_start->skip_if_synced_within = *within;
    Push(commands, std::move(next), "Change when a start needs no sync", "triggers/start/skip");
  }
}

void TriggersScreen::DrawChange(Ui& ui, const AppState& state, CommandQueue& commands,
                                const Policy& draft, const Rect& card) {
  const Theme& t = ui.theme;
  const auto& now = draft.triggers.on_change;
  if (Head(ui, card, "triggers/change", icon::kNotifications, 1, "When records change",
           "On the server while online, on the device, or both", now.has_value())) {
    Policy next = draft;
    next.triggers.on_change.reset();
    if (!now) next.triggers.on_change = OnChange{};
    Push(commands, std::move(next), now ? "No sync on changes" : "Sync on changes");
  }
  float y = card.y0 + 86;
  if (!now) {
    ui.Fit(ui.fonts.small, t.text3, card.x0 + 16, y + 16, card.width() - 32,
           "Off. Changes arrive with the next sync.");
    return;
  }
  float x = card.x0 + 16;
  x += ui.Middle(ui.fonts.small, t.text2, x, y + 16, "Watch") + 10;
  const float width = std::min(170.0F, card.width() * 0.36F);
  if (const auto chosen =
          menu_.Choose(ui, "triggers/change/watch", At(x, y, width, 32),
                       WordsOf(Watches(), now->watch), [] { return ItemsOf(Watches()); })) {
    Policy next = draft;
    next.triggers.on_change->watch = FromItem<Watch>(*chosen);
    Push(commands, std::move(next), "Change what is watched");
  }
  x += width + 14;
  if (now->watch != Watch::kDevice && card.x1 - x > 170) {
    x += ui.Middle(ui.fonts.small, t.text2, x, y + 16, "look every") + 8;
    const std::function<Result<MaybeSeconds>(const std::string&)> parse = ParseMaybe;
    if (const auto poll = EditParsed<MaybeSeconds>(ui, typing_, "triggers/change/poll",
                                                   {x, y, std::min(x + 90, card.x1 - 16), y + 32},
                                                   Print(now->poll), parse, {.hint = "60 s"})) {
      Policy next = draft;
      next.triggers.on_change->poll = *poll;
      Push(commands, std::move(next), "Change how often changes are looked for",
           "triggers/change/poll");
    }
  }
  // Which entities: all, or some as chips.
  y += 44;
  x = card.x0 + 16;
  const std::vector<std::string>& entities = now->entities;
  if (entities.empty()) {
    x += ui.Middle(ui.fonts.small, t.text2, x, y + 12, "All entities") + 8;
  }
  for (std::size_t i = 0; i < entities.size(); ++i) {
    const std::string words = EntityWords(state, entities[i]);
    constexpr float kMost = 220;
    const float chip = std::min(ChipWidth(words, ui), kMost);
    if (x + chip > card.x1 - 84) {
      x += ui.Middle(ui.fonts.small_medium, t.text2, x, y + 12,
                     "+" + HumanCount(static_cast<std::int64_t>(entities.size() - i))) +
           6;
      break;
    }
    bool removed = false;
    x += Chip(ui, "triggers/change/entity/" + entities[i], {x, y}, words, removed, kMost) + 6;
    if (removed) {
      Policy next = draft;
      next.triggers.on_change->entities = WithoutItem(entities, entities[i]);
      Push(commands, std::move(next), "Watch " + words + " no more");
      break;
    }
  }
  if (ui.IconButton("triggers/change/add", {x, y - 2}, icon::kAdd, "Watch an entity", 28)) {
    menu_.Open("triggers/change/add");
  }
  const auto items = [&] {
    std::vector<PickerItem> list;
    for (const Entity& entity : draft.entities) {
      if (HasItem(entities, entity.name)) continue;
      list.push_back({entity.name, EntityWords(state, entity.name), entity.name, "",
                      LookOf(entity.name).icon, -1});
    }
    return list;
  };
  if (const auto chosen =
          menu_.Draw(ui, "triggers/change/add", {x, y + 30}, 320, items, "Search entities")) {
    Policy next = draft;
    next.triggers.on_change->entities = WithItem(entities, *chosen);
    Push(commands, std::move(next), "Watch " + EntityWords(state, *chosen));
  }
}

void TriggersScreen::DrawSave(Ui& ui, CommandQueue& commands, const Policy& draft,
                              const Rect& card) {
  const Theme& t = ui.theme;
  const auto& now = draft.triggers.on_save;
  if (Head(ui, card, "triggers/save", icon::kSave, 2, "After saving a change",
           "Uploads soon after the user saved", now.has_value())) {
    Policy next = draft;
    next.triggers.on_save.reset();
    if (!now) next.triggers.on_save = OnSave{};
    Push(commands, std::move(next), now ? "No sync after saving" : "Sync after saving");
  }
  const float cy = card.y0 + 106;
  if (!now) {
    ui.Middle(ui.fonts.small, t.text3, card.x0 + 16, cy, "Off. Changes upload with the next sync.");
    return;
  }
  float x = card.x0 + 16;
  x += ui.Middle(ui.fonts.small, t.text2, x, cy, "Wait") + 10;
  const std::function<Result<MaybeSeconds>(const std::string&)> parse = ParseMaybe;
  if (const auto delay =
          EditParsed<MaybeSeconds>(ui, typing_, "triggers/save/delay", At(x, cy - 16, 90, 32),
                                   Print(now->delay), parse, {.hint = "No, or 5 s"})) {
    Policy next = draft;
    next.triggers.on_save->delay = *delay;
    Push(commands, std::move(next), "Change the wait after saving", "triggers/save/delay");
  }
  ui.Fit(ui.fonts.small, t.text2, x + 100, cy, card.x1 - 16 - x - 100,
         "so that several saves are one sync");
}

void TriggersScreen::DrawSchedule(Ui& ui, CommandQueue& commands, const Policy& draft,
                                  const Rect& card) {
  const Theme& t = ui.theme;
  const Triggers& now = draft.triggers;
  if (Head(ui, card, "triggers/every", icon::kTimer, 4, "On a schedule",
           "Counted from the end of the sync before", now.every.has_value())) {
    Policy next = draft;
    next.triggers.every.reset();
    if (!now.every) next.triggers.every = Seconds(15 * 60);
    Push(commands, std::move(next), now.every ? "No schedule" : "Sync every 15 min");
  }
  const float cy = card.y0 + 106;
  if (!now.every) {
    ui.Middle(ui.fonts.small, t.text3, card.x0 + 16, cy, "Off. Nothing runs by the clock.");
    return;
  }
  float x = card.x0 + 16;
  x += ui.Middle(ui.fonts.small, t.text2, x, cy, "Every") + 10;
  const std::function<Result<Seconds>(const std::string&)> parse = ParseInterval;
  if (const auto every =
          EditParsed<Seconds>(ui, typing_, "triggers/every/interval", At(x, cy - 16, 80, 32),
                              SpokenDuration(*now.every), parse, {.hint = "15 min"})) {
    Policy next = draft;
    next.triggers.every = *every;
    Push(commands, std::move(next), "Sync every " + SpokenDuration(*every),
         "triggers/every/interval");
  }
  x += 96;
  if (Check(ui, "triggers/every/retry", {x, cy - 14}, card.x1 - 12 - x, now.retry_on_reconnect,
            "If missed, once on reconnect")) {
    Policy next = draft;
    next.triggers.retry_on_reconnect = !now.retry_on_reconnect;
    Push(commands, std::move(next),
         now.retry_on_reconnect ? "Do not make up for missed syncs" : "Make up for missed syncs");
  }
}

float TriggersScreen::DrawCommon(Ui& ui, CommandQueue& commands, const Policy& draft, float x0,
                                 float x1, float y) {
  const Theme& t = ui.theme;
  const Triggers& now = draft.triggers;
  const Rect card = {x0, y, x1, y + 60};
  ui.Card(card);
  float x = card.x0 + 16;
  x += ui.Middle(ui.fonts.small, t.text2, x, card.cy(), "Automatic syncs run in the") + 10;
  const int style = now.style == SyncStyle::kBackground ? 0 : 1;
  const std::vector<std::string> styles = {"Background", "Foreground"};
  const int chosen = ui.Segments("triggers/style", {x, card.cy() - 16}, styles, style);
  if (chosen != style) {
    Policy next = draft;
    next.triggers.style = chosen == 0 ? SyncStyle::kBackground : SyncStyle::kForeground;
    Push(commands, std::move(next),
         "Run automatic syncs in the " + LowerAscii(styles[static_cast<std::size_t>(chosen)]));
  }
  x += ui.SegmentsWidth(styles) + 24;
  const float left = card.x1 - x;
  if (left > 320) x += ui.Middle(ui.fonts.small, t.text2, x, card.cy(), "over") + 10;
  const int network = now.network == Network::kAny ? 0 : 1;
  const int picked = ui.Segments("triggers/network", {x, card.cy() - 16},
                                 {"Any network", "Unmetered only"}, network);
  if (picked != network) {
    Policy next = draft;
    next.triggers.network = picked == 0 ? Network::kAny : Network::kUnmetered;
    Push(commands, std::move(next),
         picked == 0 ? "Sync over any network" : "Sync over unmetered networks only");
  }
  return card.y1;
}

float TriggersScreen::DrawModes(Ui& ui, CommandQueue& commands, const Policy& draft, float x0,
                                float x1, float y) {
  const Theme& t = ui.theme;
  const Modes& now = draft.modes;
  ui.Text(ui.fonts.caption, t.text3, {x0, y + 4}, "WHEN THE MODE CHANGES");
  y += 28;
  constexpr float kLine = 96;
  const Rect card = {x0, y, x1, y + 2 * kLine + 68};
  ui.Card(card);
  const auto row = [&](float top, bool to_offline, SwitchRule Modes::*which, const char* id,
                       const std::array<const char*, 3>& words) {
    const float cy = top + kLine / 2;
    float x = card.x0 + 18;
    const auto pill = [&](bool online) {
      x += ui.Pill({x, cy - 11}, online ? "Online" : "Offline", online ? t.ok : t.neutral,
                   online ? icon::kWifi : icon::kWifiOff);
    };
    pill(to_offline);
    ui.Icon(ui.fonts.icon18, t.text2, {x + 13, cy}, icon::kArrowForward);
    x += 26;
    pill(!to_offline);
    const float cards_x = std::max(x + 16, card.x0 + 226);
    const float width = std::floor((card.x1 - 14 - cards_x - 20) / 3);
    constexpr std::array kRules = {SwitchRule::kNothing, SwitchRule::kInform, SwitchRule::kForce};
    constexpr std::array kTitles = {"Do nothing", "Inform", "Force sync"};
    constexpr std::array kIcons = {icon::kDoNotDisturbOn, icon::kInfo, icon::kSync};
    for (std::size_t i = 0; i < kRules.size(); ++i) {
      const Rect r = At(cards_x + static_cast<float>(i) * (width + 10), top + 8, width, kLine - 16);
      if (RadioCard(ui, std::string(id) + "/" + std::to_string(i), r, now.*which == kRules[i],
                    kTitles[i], words[i], kIcons[i])) {
        Policy next = draft;
        next.modes.*which = kRules[i];
        Push(commands, std::move(next),
             std::string(kTitles[i]) +
                 (to_offline ? " before going offline" : " before going online"));
      }
    }
  };
  row(card.y0 + 4, true, &Modes::before_offline, "modes/offline",
      {"Switch at once. Local data may be old.", "Ask to sync first. The user may skip.",
       "Sync in the foreground, then switch."});
  ui.LineH(card.x0 + 16, card.x1 - 16, card.y0 + 4 + kLine, t.border);
  row(card.y0 + 6 + kLine, false, &Modes::before_online, "modes/online",
      {"Pending changes wait for the next sync.", "Show pending changes. The user may skip.",
       "Upload pending changes, then switch."});
  const float foot = card.y1 - 56;
  ui.LineH(card.x0 + 16, card.x1 - 16, foot - 1, t.border);
  float x = card.x0 + 18;
  x += ui.Middle(ui.fonts.small, t.text2, x, foot + 28, "The app starts") + 10;
  const std::vector<std::string> starts = {"Offline", "Online"};
  const int start = now.start_in == DeviceMode::kOffline ? 0 : 1;
  const int chosen = ui.Segments("modes/start", {x, foot + 12}, starts, start);
  if (chosen != start) {
    Policy next = draft;
    next.modes.start_in = chosen == 0 ? DeviceMode::kOffline : DeviceMode::kOnline;
    Push(commands, std::move(next), chosen == 0 ? "Start offline" : "Start online");
  }
  x += ui.SegmentsWidth(starts) + 24;
  if (Check(ui, "modes/switch", {x, foot + 14}, card.x1 - 16 - x, now.user_may_switch,
            "The user may switch the mode")) {
    Policy next = draft;
    next.modes.user_may_switch = !now.user_may_switch;
    Push(commands, std::move(next),
         now.user_may_switch ? "Do not let users switch the mode" : "Let users switch the mode");
  }
  return card.y1;
}

void TriggersScreen::DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands,
                                   Rect area) {
  const Rect parts = At(area.x0 + 20, area.y0 + 16, area.width() - 40, 34);
  inspector_ = ui.Segments("triggers/inspector", {parts.x0, parts.y0},
                           {"A typical day", "What this means"}, inspector_, parts.width(), 34);
  area.y0 = parts.y1;
  if (inspector_ == 0) {
    day_.Draw(ui, state, commands, {parts.x0, area.y0 + 12, parts.x1, area.y1 - 8});
    return;
  }
  DrawDescription(ui, state, area, "What this means", {"Synchronisation", "Modes"},
                  {"triggers", "modes", "sync"});
}

}  // namespace satchel
