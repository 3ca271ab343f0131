#include "app/console/panels/day_panel.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/console/panels/device_words.h"
#include "app/console/panels/duration_text.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/capital.h"

namespace satchel {
namespace {

using DayKind = DayEvent::Kind;

struct KindWords {
  DayKind kind;
  const char* words;
  const char* icon;
};
constexpr std::array kKinds = {
    KindWords{DayKind::kStart, "The app starts", icon::kLogin},
    KindWords{DayKind::kStop, "The app is closed", icon::kLogout},
    KindWords{DayKind::kReturn, "The app comes back", icon::kRestore},
    KindWords{DayKind::kSave, "The user saves", icon::kSave},
    KindWords{DayKind::kOpenEdit, "A record is opened", icon::kEdit},
    KindWords{DayKind::kCloseEdit, "The record is closed", icon::kCheck},
    KindWords{DayKind::kServerChange, "The server changes", icon::kDns},
    KindWords{DayKind::kConnection, "Wi-Fi", icon::kWifi},
    KindWords{DayKind::kMetered, "Metered network", icon::kSignalCellularAlt},
    KindWords{DayKind::kNoConnection, "No network", icon::kWifiOff},
    KindWords{DayKind::kSync, "The sync button", icon::kSync},
    KindWords{DayKind::kGoOnline, "The user goes online", icon::kCloud},
    KindWords{DayKind::kGoOffline, "The user goes offline", icon::kCloudOff},
    KindWords{DayKind::kServerFails, "The server fails", icon::kError},
    KindWords{DayKind::kServerWorks, "The server works again", icon::kCheckCircle},
    KindWords{DayKind::kPublish, "A policy is published", icon::kRocketLaunch}};

const KindWords& WordsFor(DayKind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(),
                       [kind](const KindWords& words) { return words.kind == kind; });
}

std::string TimeWords(Milliseconds at) {
  std::string text = PrintTimeOfDay(at);
  return text.ends_with(":00") ? text.substr(0, 5) : text;
}

int Syncs(const DayTotals& totals) {
  return totals.foreground + totals.background;
}

// The scheduler knows entities by their logical names only.
std::string WithLabels(const AppState& state, const std::string& text) {
  const auto is_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_name(text[end])) ++end;
    const std::string word = text.substr(at, std::max<std::size_t>(end - at, 1));
    out += state.draft.current().Find(word) == nullptr ? word : EntityWords(state, word);
    at += word.size();
  }
  return out;
}

// Of a row that names entities: they stand behind a colon.
std::string NamesIn(const AppState& state, const std::string& text) {
  const auto colon = text.find(": ");
  if (colon == std::string::npos) return text;
  return text.substr(0, colon + 2) + WithLabels(state, text.substr(colon + 2));
}

struct RowLook {
  std::string title;
  const char* icon;
  const Tone* tone;
};

RowLook LookFor(const DayRow& row, const Theme& t) {
  const std::string because = TriggerWords(row.trigger);
  switch (row.kind) {
    case DayRow::Kind::kSync:
      return {row.style == SyncStyle::kForeground ? "Foreground sync: " + because
                                                  : "Background sync: " + because,
              icon::kSync, row.style == SyncStyle::kForeground ? &t.violet : &t.info};
    case DayRow::Kind::kSynced:
      return {"Finished", icon::kCheckCircle, &t.ok};
    case DayRow::Kind::kFailed:
      return {"Failed", icon::kSyncProblem, &t.err};
    case DayRow::Kind::kSuppressed:
      return {"No sync, despite " + because, icon::kSyncDisabled, &t.warn};
    case DayRow::Kind::kAsked:
      return {"The user is asked", icon::kNotifications, &t.info};
    case DayRow::Kind::kMode:
      return {"Mode", icon::kSwapHoriz, &t.neutral};
    case DayRow::Kind::kRefused:
      return {"Refused", icon::kDoNotDisturbOn, &t.err};
    case DayRow::Kind::kPolled:
      return {"Looked for changes", icon::kSearch, &t.neutral};
    case DayRow::Kind::kEvent:
      break;
  }
  return {row.text, icon::kSchedule, &t.neutral};
}

bool Belongs(const DayRow& row, int shown) {
  if (shown == 0) return true;
  if (shown == 2) return row.kind == DayRow::Kind::kSuppressed;
  return row.kind == DayRow::Kind::kSync || row.kind == DayRow::Kind::kFailed;
}

}  // namespace

void DayPanel::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) {
  const Theme& t = ui.theme;
  if (state.day.serial != state.draft_serial) commands.Push(WantDay{});
  const bool own = state.day.script.has_value();
  ui.Fit(ui.fonts.small, t.text2, area.x0, area.y0 + 8, area.width(),
         own ? "Your script, by the device's scheduler" : "A usual day, by the device's scheduler");
  area.y0 += 26;
  if (!state.day.day) return;
  const SimulatedDay& day = *state.day.day;
  float y = area.y0;
  const std::string syncs = HumanCount(Syncs(day.totals));
  const float w = ui.Middle(ui.fonts.number, t.text, area.x0, y + 16, syncs);
  ui.Middle(ui.fonts.small, t.text2, area.x0 + w + 8, y + 20,
            Syncs(day.totals) == 1 ? "sync on this day" : "syncs on this day");
  y += 44;
  y = DrawHours(ui, day, {area.x0, y}, area.width());
  y = DrawTotals(ui, day, {area.x0, y}, area.width());
  part_ = ui.Segments("day/part", {area.x0, y}, {"What happens", "Script"}, part_, area.width());
  area.y0 = y + 42;
  if (part_ == 0) {
    DrawRows(ui, state, day, area);
  } else {
    DrawScript(ui, state, commands, area);
  }
}

float DayPanel::DrawHours(Ui& ui, const SimulatedDay& day, Point at, float width) {
  const Theme& t = ui.theme;
  constexpr float kTall = 86;
  ui.Text(ui.fonts.caption, t.text3, at, "SYNCS PER HOUR");
  const float top = at.y + 28;
  const float base = top + kTall;
  int most = 1;
  for (const DayTotals& hour : day.hours) most = std::max(most, Syncs(hour));
  const float slot = width / 24;
  // A line for the whole, and one for the half where it is a number.
  for (int line = 1; line <= 2; ++line) {
    if (line == 1 && most % 2 != 0) continue;
    const float ly = base - kTall * static_cast<float>(line) / 2;
    ui.LineH(at.x, at.x + width, ly, t.border);
    ui.Right(ui.fonts.caption, t.text3, at.x + width, ly - 8, std::to_string(most * line / 2));
  }
  for (std::size_t i = 0; i < 24 && i < day.hours.size(); ++i) {
    const DayTotals& hour = day.hours[i];
    const float x = at.x + static_cast<float>(i) * slot;
    const Rect column = {x, top, x + slot, base};
    // Columns are narrower than a target has to be: the hour under the mouse is what counts.
    const bool hovered = ImGui::IsWindowHovered() &&
                         ImGui::IsMouseHoveringRect({column.x0, column.y0}, {column.x1, column.y1});
    const bool chosen = hour_ == static_cast<int>(i);
    if (chosen || hovered) ui.Fill(column, chosen ? t.accent_soft : t.hover);
    const float unit = kTall / static_cast<float>(most);
    float y = base;
    const auto piece = [&](int count, Color color) {
      if (count == 0) return;
      const float h = std::max(2.0F, unit * static_cast<float>(count));
      ui.Fill({std::floor(x) + 2, y - h, std::floor(x + slot) - 2, y}, color, 2);
      y -= h;
    };
    piece(hour.background, t.info.fill);
    piece(hour.foreground, t.violet.fill);
    if (hour.suppressed > 0) ui.Dot({x + slot / 2, y - 6}, 2.5F, t.warn.fill);
    if (hovered) {
      ui.Tooltip(TimeWords(std::chrono::hours(i)) + " to " + TimeWords(std::chrono::hours(i + 1)) +
                 ": " + HumanCount(hour.background) + " in the background, " +
                 HumanCount(hour.foreground) + " in the foreground, " +
                 HumanCount(hour.suppressed) + " skipped");
      if (ImGui::IsMouseClicked(0)) hour_ = chosen ? -1 : static_cast<int>(i);
    }
  }
  ui.LineH(at.x, at.x + width, base, t.border2);
  for (int hour = 0; hour <= 24; hour += 6) {
    const std::string words = (hour < 10 ? "0" : "") + std::to_string(hour);
    const float w = Ui::Width(ui.fonts.caption, words);
    const float x = at.x + static_cast<float>(hour) * slot;
    ui.Text(ui.fonts.caption, t.text3, {std::clamp(x - w / 2, at.x, at.x + width - w), base + 4},
            words);
  }
  float x = at.x;
  const float legend = base + 34;
  const auto key = [&](Color color, const char* words) {
    ui.Dot({x + 4, legend}, 4, color);
    x += 14 + ui.Middle(ui.fonts.small, t.text2, x + 14, legend, words) + 16;
  };
  key(t.info.fill, "Background");
  key(t.violet.fill, "Foreground");
  key(t.warn.fill, "Skipped");
  return legend + 20;
}

float DayPanel::DrawTotals(Ui& ui, const SimulatedDay& day, Point at, float width) {
  const Theme& t = ui.theme;
  float y = at.y;
  const auto pair = [&](const char* key, const std::string& value, Color ink) {
    ui.Middle(ui.fonts.small, t.text2, at.x, y + 10, key);
    ui.Right(ui.fonts.small_medium, ink, at.x + width, y + 10, value);
    y += 23;
  };
  ui.LineH(at.x, at.x + width, y, t.border);
  y += 8;
  pair("Nobody can edit for", HumanDuration(day.totals.blocked), t.text);
  pair("Syncs that failed", HumanCount(day.totals.failed),
       day.totals.failed > 0 ? t.err.fg : t.text);
  pair("Triggers that led to none", HumanCount(day.totals.suppressed), t.text);
  pair("Saves not sent in the evening", HumanCount(day.unsent),
       day.unsent > 0 ? t.warn.fg : t.text);
  return y + 8;
}

void DayPanel::DrawRows(Ui& ui, const AppState& state, const SimulatedDay& day, Rect area) {
  const Theme& t = ui.theme;
  shown_ = ui.Segments("day/show", {area.x0, area.y0}, {"All", "Syncs", "Skipped"}, shown_,
                       area.width());
  area.y0 += 40;
  if (hour_ >= 0) {
    const std::string words = "From " + TimeWords(std::chrono::hours(hour_)) + " to " +
                              TimeWords(std::chrono::hours(hour_ + 1));
    ui.Middle(ui.fonts.small_medium, t.text, area.x0, area.y0 + 13, words);
    const float width = WayWidth("Whole day", ui, false);
    if (WayText(ui, "day/all-hours", {area.x1 - width + 6, area.y0 - 1}, "Whole day", false)) {
      hour_ = -1;
    }
    area.y0 += 32;
  }
  const Point origin = ui.BeginScroll("day/rows", {area.x0, area.y0, area.x1 + 12, area.y1});
  const float width = area.width();
  float y = origin.y;
  bool any = false;
  for (const DayRow& row : day.rows) {
    if (!Belongs(row, shown_)) continue;
    if (hour_ >= 0 && std::chrono::floor<std::chrono::hours>(row.at).count() != hour_) continue;
    any = true;
    RowLook look = LookFor(row, t);
    look.title = NamesIn(state, Capital(look.title));
    const std::string text =
        row.kind == DayRow::Kind::kEvent ? "" : NamesIn(state, ReasonWords(row.text));
    const float title = Ui::WrappedHeight(ui.fonts.small_medium, look.title, width - 82);
    const float tall = text.empty() ? 0 : Ui::WrappedHeight(ui.fonts.small, text, width - 82) + 1;
    ui.Text(ui.fonts.caption, t.text3, {origin.x, y + 2}, TimeWords(row.at));
    ui.Icon(ui.fonts.icon16, look.tone->fill, {origin.x + 66, y + 9}, look.icon);
    ui.Wrapped(ui.fonts.small_medium, t.text, {origin.x + 82, y}, width - 82, look.title);
    if (!text.empty()) {
      ui.Wrapped(ui.fonts.small, t.text2, {origin.x + 82, y + title + 1}, width - 82, text);
    }
    y += title + tall + 11;
  }
  if (!any) {
    y += ui.Wrapped(ui.fonts.small, t.text2, {origin.x, y}, width,
                    shown_ == 2 ? "Every trigger led to a sync." : "Nothing of this kind happens.");
  }
  ui.EndScroll(y);
}

void DayPanel::DrawScript(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) {
  const Theme& t = ui.theme;
  const DayScript& script = state.day.simulated;
  const float add = ui.ButtonWidth("Add event", true);
  if (ui.Button("day/add", {area.x0, area.y0}, "Add event", icon::kAdd)) {
    DayScript next = script;
    DayEvent event = {.at = next.events.empty() ? Seconds(9 * 3600) : next.events.back().at,
                      .kind = DayKind::kSave};
    next.events.push_back(event);
    awaited_ = next.events.size();
    commands.Push(EditDay{std::move(next)});
  }
  if (state.day.script &&
      ui.Button("day/reset", {area.x0 + add + 8, area.y0}, "Usual day", icon::kRestore,
                ButtonStyle::kGhost, 0, true, "Drops your changes to the script")) {
    commands.Push(ResetDay{});
  }
  area.y0 += 42;
  const Point origin = ui.BeginScroll("day/script", {area.x0, area.y0, area.x1 + 12, area.y1});
  const float width = area.width();
  float y = origin.y;
  // How long a sync takes decides how long nobody can edit.
  const std::function<Result<Seconds>(const std::string&)> parse = ReadDuration;
  ui.Middle(ui.fonts.small, t.text2, origin.x, y + 16, "A sync takes");
  if (const auto takes =
          EditParsed<Seconds>(ui, typing_, "day/takes", At(origin.x + width - 110, y, 110, 32),
                              SpokenDuration(script.sync_takes), parse)) {
    DayScript next = script;
    next.sync_takes = *takes;
    commands.Push(EditDay{std::move(next)});
  }
  y += 44;
  for (std::size_t i = 0; i < script.events.size(); ++i) {
    y = DrawEvent(ui, state, commands, script, i, {origin.x, y}, width);
  }
  ui.EndScroll(y + 4);
}

float DayPanel::DrawEvent(Ui& ui, const AppState& state, CommandQueue& commands,
                          const DayScript& script, std::size_t index, Point at, float width) {
  const DayEvent& event = script.events[index];
  const std::string id = "day/event/" + std::to_string(index);
  const auto change = [&](auto edit) {
    DayScript next = script;
    edit(next.events[index]);
    std::stable_sort(next.events.begin(), next.events.end(),
                     [](const DayEvent& a, const DayEvent& b) { return a.at < b.at; });
    commands.Push(EditDay{std::move(next)});
  };
  const std::function<Result<Seconds>(const std::string&)> parse =
      [](const std::string& text) -> Result<Seconds> {
    const auto time = ParseTimeOfDay(Trim(text));
    if (!time) return Fail(ErrorCode::kInvalid, "Write a time of the day, as 07:30.");
    return *time;
  };
  // A time is taken over when it is finished: rows must not move under the typing hand.
  const std::string before = TimeWords(event.at);
  const bool mine = typing_.id == id + "/at";
  const std::string typed = mine ? typing_.text : before;
  const auto parsed = parse(typed);
  const bool wrong = mine && !parsed;
  const std::size_t controls = ui.ring.size();
  (void)EditText(ui, typing_, id + "/at", At(at.x, at.y, 74, 32), before, {.wrong = wrong});
  if (wrong) ui.Bubble({at.x, at.y + 36}, parsed.error().message);
  if (awaited_ == index + 1) {
    awaited_ = 0;
    ui.TakeFocusSince(controls);
  }
  const bool given_up = compat::Pressed(compat::Key::kEscape);
  if (mine && typing_.id.empty() && typed != before && !given_up) {
    if (parsed) change([&](DayEvent& edited) { edited.at = *parsed; });
  }
  const KindWords& words = WordsFor(event.kind);
  const auto kinds = [] {
    std::vector<PickerItem> items;
    for (const KindWords& each : kKinds) {
      items.push_back(
          {std::to_string(static_cast<int>(each.kind)), each.words, "", "", each.icon, -1});
    }
    return items;
  };
  if (const auto chosen = menu_.Choose(ui, id + "/kind", At(at.x + 80, at.y, width - 114, 32),
                                       words.words, kinds, {.icon = words.icon})) {
    change([&](DayEvent& edited) { edited.kind = static_cast<DayKind>(std::stoi(*chosen)); });
  }
  if (ui.IconButton(id + "/remove", {at.x + width - 30, at.y + 1}, icon::kClose, "Remove", 30)) {
    DayScript next = script;
    next.events.erase(next.events.begin() + static_cast<std::ptrdiff_t>(index));
    commands.Push(EditDay{std::move(next)});
  }
  float y = at.y + 38;
  if (event.kind == DayKind::kSave || event.kind == DayKind::kServerChange) {
    const Policy& draft = state.draft.current();
    const std::string entity =
        !event.entity.empty() || draft.entities.empty() ? event.entity : draft.entities[0].name;
    const auto items = [&] {
      std::vector<PickerItem> list;
      for (const Entity& each : draft.entities) {
        list.push_back(
            {each.name, EntityWords(state, each.name), "", "", LookOf(each.name).icon, -1});
      }
      return list;
    };
    if (const auto chosen =
            menu_.Choose(ui, id + "/entity", At(at.x + 80, y, width - 114, 32),
                         EntityWords(state, entity), items, {.hint = "Which entity"})) {
      change([&](DayEvent& edited) { edited.entity = *chosen; });
    }
    y += 38;
  }
  if (event.kind == DayKind::kGoOnline || event.kind == DayKind::kGoOffline) {
    const int now = static_cast<int>(event.answer);
    const int chosen =
        ui.Segments(id + "/answer", {at.x + 80, y}, {"Sync", "Skip", "Stay"}, now, width - 114);
    if (chosen != now) {
      change([&](DayEvent& edited) { edited.answer = static_cast<modes::Choice>(chosen); });
    }
    y += 38;
  }
  if (event.kind == DayKind::kPublish) {
    if (Check(ui, id + "/structural", {at.x + 80, y}, width - 114, event.structural,
              "It changes the structure")) {
      change([&](DayEvent& edited) { edited.structural = !edited.structural; });
    }
    y += 34;
  }
  return y;
}

}  // namespace satchel
