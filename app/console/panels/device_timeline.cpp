#include <algorithm>

#include "app/console/panels/device_panel.h"
#include "app/console/panels/device_words.h"
#include "app/console/panels/finding_words.h"

namespace satchel {
namespace {

bool Belongs(DeviceEvent::Kind kind, int shown) {
  using Kind = DeviceEvent::Kind;
  if (shown == 0) return true;
  if (shown == 1) return kind == Kind::kSync || kind == Kind::kSynced || kind == Kind::kFailed;
  return kind == Kind::kSuppressed;
}

}  // namespace

void DeviceTimeline::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) {
  (void)commands;
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  area = {area.x0 + 20, area.y0 + 20, area.x1 - 8, area.y1 - 8};
  ui.Text(ui.fonts.heading, t.text, {area.x0, area.y0}, "What happened");
  area.y0 += 38;
  if (lab.phone != LabState::Phone::kReady) {
    ui.Wrapped(ui.fonts.small, t.text2, {area.x0, area.y0}, area.width() - 14,
               "Every sync, every trigger that led to none and why, conflicts, mode switches and "
               "policies of the phone are written down here as they happen.");
    return;
  }
  const float width = area.width() - 14;
  shown_ =
      ui.Segments("timeline/show", {area.x0, area.y0}, {"All", "Syncs", "Skipped"}, shown_, width);
  area.y0 += 44;
  const Point origin = ui.BeginScroll("timeline/list", area);
  const float x0 = origin.x;
  float y = origin.y;
  // What comes next by itself.
  if (shown_ == 0 && !lab.life.waits.empty()) {
    ui.Text(ui.fonts.caption, t.text3, {x0, y}, "THE PHONE WAITS FOR");
    y += 22;
    // What falls due comes first, in that order.
    std::vector<PhoneLife::Wait> waits = lab.life.waits;
    std::stable_sort(waits.begin(), waits.end(), [](const auto& a, const auto& b) {
      return a.due && (!b.due || a.due->ticks < b.due->ticks);
    });
    for (const PhoneLife::Wait& wait : waits) {
      ui.Icon(ui.fonts.icon16, wait.due ? t.accent : t.text3, {x0 + 9, y + 9},
              wait.due ? icon::kSchedule : icon::kHourglassEmpty);
      const std::string due = wait.due ? ClockTime(*wait.due) : "";
      const float right = due.empty() ? 0 : Ui::Width(ui.fonts.small, due) + 10;
      ui.Fit(ui.fonts.small, t.text, x0 + 26, y + 9, width - 26 - right, WaitWords(wait.what));
      ui.Right(ui.fonts.small, t.text2, x0 + width, y + 9, due);
      y += 24;
    }
    y += 8;
    ui.LineH(x0, x0 + width, y, t.border);
    y += 16;
  }
  std::string day;
  bool first = true;
  for (const DeviceEvent& event : lab.view.events) {
    if (!Belongs(event.kind, shown_)) continue;
    // A day of its own only where the clock was put past midnight.
    const std::string its_day = CalendarDay(event.at);
    if (its_day != day) {
      if (!day.empty() || its_day != CalendarDay(lab.now)) {
        ui.Text(ui.fonts.caption, t.text3, {x0, y}, its_day);
        y += 24;
        first = true;
      }
      day = its_day;
    }
    EventWords words = WordsOf(event, t);
    words.text = ErrorWords(state, words.text);  // Entities by the names people know.
    const float text =
        words.text.empty() ? 0 : Ui::WrappedHeight(ui.fonts.small, words.text, width - 44) + 2;
    if (!first) ui.LineV(x0 + 14, y - 12, y - 2, t.border2);
    first = false;
    ui.Fill(At(x0, y, 28, 28), words.tone->soft, 14);
    ui.Icon(ui.fonts.icon16, words.tone->fg, {x0 + 14, y + 14}, words.icon);
    const std::string time = ClockTime(event.at);
    const float right = Ui::Width(ui.fonts.caption, time) + 10;
    ui.Fit(ui.fonts.small_medium, t.text, x0 + 40, y + (words.text.empty() ? 14 : 8),
           width - 40 - right, words.title);
    ui.Right(ui.fonts.caption, t.text3, x0 + width, y + 8, time);
    if (!words.text.empty()) {
      ui.Wrapped(ui.fonts.small, t.text2, {x0 + 40, y + 18}, width - 44, words.text);
    }
    y += std::max(28.0F, 18 + text) + 14;
  }
  if (first) {
    y += ui.Wrapped(ui.fonts.small, t.text2, {x0, y}, width,
                    lab.view.events.empty() ? "Nothing yet. Start the app."
                                            : "Nothing of this kind has happened.");
  }
  ui.EndScroll(y);
}

}  // namespace satchel
