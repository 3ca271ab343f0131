// The right card of the Preview screen: totals, what differs from another policy, and drift.
#include <cmath>

#include "app/console/panels/finding_words.h"
#include "app/console/panels/policy_words.h"
#include "app/console/panels/preview_panel.h"
#include "app/console/selectors.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

// What both cards show while they are at work, or could not do it. `y` is where the rest begins;
// true when there is no rest yet.
struct Work {
  bool running = false;
  JobId job = 0;
  const char* words = "";
  double fraction = -1;  // Below 0: not known.
  std::string error = {};
  Command again;
};

bool DrawWork(Ui& ui, CommandQueue& commands, const std::string& id, const Work& work,
              const Rect& card, float& y) {
  const Theme& t = ui.theme;
  const float x0 = card.x0 + 16;
  const float width = card.width() - 32;
  y = card.y0 + 50;
  if (work.running) {
    ui.Middle(ui.fonts.small_medium, t.text, x0, y + 12, work.words);
    if (work.fraction >= 0) {
      ui.Bar(At(x0, y + 30, width, 6), work.fraction, t.accent_fill);
      y += 16;
    }
    if (ui.Button(id + "/cancel", {x0, y + 34}, "Cancel", icon::kStop)) {
      commands.Push(CancelJob{work.job});
    }
    return true;
  }
  if (work.error.empty()) return false;
  ui.Icon(ui.fonts.icon20, t.err.fill, {x0 + 10, y + 12}, icon::kError);
  y += ui.Wrapped(ui.fonts.small, t.text, {x0 + 28, y + 3}, width - 28, work.error) + 16;
  if (ui.Button(id + "/again", {x0, y}, "Try again", nullptr)) commands.Push(work.again);
  return true;
}

std::string Signed(std::int64_t count) {
  if (count == 0) return "0";
  return (count < 0 ? "−" : "+") + HumanCount(count < 0 ? -count : count);
}

}  // namespace

void PreviewPanel::DrawRightCard(Ui& ui, const AppState& state, CommandQueue& commands,
                                 const Rect& card) {
  const bool running = state.preview.state == PreviewState::State::kRunning;
  const ComparisonState& comparison = state.comparison;
  const bool compares = comparison.running || comparison.result || !comparison.error.empty();
  const bool drifts = !state.since.empty();
  if (running || (!compares && !drifts)) {
    DrawTotals(ui, state, card, "In total");
    return;
  }
  // A comparison comes to the front: when it begins, when it came, when it failed.
  const bool begins = comparison.running && !comparing_;
  const bool failed = !comparison.error.empty() && error_ != comparison.error;
  if (compares && (begins || failed || seen_ != comparison.result.get())) side_ = Side::kCompared;
  comparing_ = comparison.running;
  seen_ = comparison.result.get();
  error_ = comparison.error;
  std::vector<std::string> items = {"In total"};
  std::vector<Side> sides = {Side::kTotal};
  if (compares) {
    items.emplace_back("Compared");
    sides.push_back(Side::kCompared);
  }
  if (drifts) {
    items.emplace_back("Drift");
    sides.push_back(Side::kDrift);
  }
  auto at = std::find(sides.begin(), sides.end(), side_) - sides.begin();
  if (at == static_cast<std::ptrdiff_t>(sides.size())) at = 0;
  switch (sides[static_cast<std::size_t>(at)]) {
    case Side::kTotal:
      DrawTotals(ui, state, card, "");
      break;
    case Side::kCompared:
      DrawCompared(ui, state, commands, card);
      break;
    case Side::kDrift:
      DrawDrift(ui, state, commands, card);
      break;
  }
  const int chosen =
      ui.Segments("preview/side", {card.x0 + 12, card.y0 + 9}, items, static_cast<int>(at), 0, 30);
  side_ = sides[static_cast<std::size_t>(chosen)];
}

void PreviewPanel::DrawCompared(Ui& ui, const AppState& state, CommandQueue& commands,
                                const Rect& card) {
  const Theme& t = ui.theme;
  const ComparisonState& comparison = state.comparison;
  ui.Card(card);
  const float x0 = card.x0 + 16;
  const float x1 = card.x1 - 16;
  float y = 0;
  const Work work = {.running = comparison.running,
                     .job = comparison.job,
                     .words = "Comparing",
                     .fraction = comparison.fraction,
                     .error = comparison.error.empty() ? "" : ErrorWords(state, comparison.error),
                     .again = CompareRecords{state.compare_with}};
  if (DrawWork(ui, commands, "compare", work, card, y) || !comparison.result) return;
  const Comparison& result = *comparison.result;
  const bool stale = !SameOnDevice(comparison.draft, state.draft.current());
  ui.Fit(ui.fonts.caption, stale ? t.warn.fg : t.text3, x0, y + 6, x1 - x0,
         stale ? "Out of date: the draft changed"
               : "Draft against " + comparison.with + ", as " + result.as_name);
  y += 20;
  const float half = (x1 - x0 - 10) / 2;
  const bool low = card.height() < 250;
  const float tile = low ? 40.0F : 56.0F;
  const auto count = [&](float x, std::int64_t records, const char* words, const Tone& changed) {
    const Tone& tone = records == 0 ? t.neutral : changed;
    const Rect box = At(x, y, half, tile);
    ui.Fill(box, tone.soft, 8);
    const float w = ui.Middle(ui.fonts.heading, tone.fg, box.x0 + 12, low ? box.cy() : box.y0 + 20,
                              Signed(records));
    ui.Fit(ui.fonts.caption, tone.fg, low ? box.x0 + 18 + w : box.x0 + 12,
           low ? box.cy() + 1 : box.y0 + 42, half - 20 - (low ? w : 0), words);
  };
  count(x0, result.added, "records added", t.ok);
  count(x0 + half + 10, -result.removed, "records removed", t.err);
  y += tile + 10;
  std::int64_t most = 1;
  std::vector<const EntityComparison*> lines;
  for (const EntityComparison& entity : result.entities) {
    if (!entity.different()) continue;
    lines.push_back(&entity);
    most = std::max({most, entity.added, entity.removed});
  }
  if (lines.empty()) {
    ui.Icon(ui.fonts.icon18, t.ok.fill, {x0 + 9, y + 12}, icon::kCheckCircle);
    ui.Fit(ui.fonts.small_medium, t.text, x0 + 26, y + 12, x1 - x0 - 26,
           "The device would hold the same " + HumanCount(result.kept) + " records");
    return;
  }
  constexpr float kRow = 28;
  const Rect body = {card.x0 + 6, y, card.x1 - 4, card.y1 - 8};
  const Point origin = ui.BeginScroll("preview/compared", body);
  const float name = std::min(120.0F, card.width() * 0.28F);
  const float middle = origin.x + 10 + name + (body.width() - 20 - name) / 2;
  const float side = (body.width() - 20 - name) / 2 - 56;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const EntityComparison& entity = *lines[i];
    const Rect r = At(origin.x, origin.y + static_cast<float>(i) * kRow, body.width() - 10, kRow);
    const Press press = ui.Hit("compare/entity/" + entity.name, r.Inset(0, 1), 6);
    if (press.hovered) ui.Fill(r.Inset(0, 1), t.hover, 6);
    if (press.clicked) commands.Push(ShowRecords{entity.name});
    if (press.hovered) {
      std::string tip = HumanCount(entity.kept) + " kept";
      if (entity.added > 0) tip += ", " + HumanCount(entity.added) + " added";
      if (entity.removed > 0) tip += ", " + HumanCount(entity.removed) + " removed";
      for (const std::string& field : entity.fields_added) tip += "\n+ " + entity.LabelOf(field);
      for (const std::string& field : entity.fields_removed) tip += "\n− " + entity.LabelOf(field);
      ui.Tooltip(tip);
    }
    ui.Fit(ui.fonts.small, t.text, r.x0 + 10, r.cy(), name - 8, EntityWords(state, entity.name));
    const auto bar = [&](std::int64_t records, bool added) {
      if (records == 0) return;
      const float w = std::max(3.0F, side * static_cast<float>(static_cast<double>(records) /
                                                               static_cast<double>(most)));
      const Rect box =
          added ? At(middle + 1, r.cy() - 6, w, 12) : At(middle - 1 - w, r.cy() - 6, w, 12);
      ui.Fill(box, added ? t.ok.fill : t.err.fill, 3);
      if (added) {
        ui.Middle(ui.fonts.caption, t.ok.fg, box.x1 + 5, r.cy(), Signed(records));
      } else {
        ui.Right(ui.fonts.caption, t.err.fg, box.x0 - 5, r.cy(), Signed(-records));
      }
    };
    bar(entity.removed, false);
    bar(entity.added, true);
    if (entity.added == 0 && entity.removed == 0) {
      const auto fields = entity.fields_added.size() + entity.fields_removed.size();
      ui.Middle(
          ui.fonts.caption, t.text3, middle + 6, r.cy(),
          HumanCount(static_cast<std::int64_t>(fields)) + (fields == 1 ? " field" : " fields"));
    }
    ui.LineV(middle, r.y0, r.y1, t.border2);
  }
  ui.EndScroll(origin.y + static_cast<float>(lines.size()) * kRow);
}

// A few of the records, each with what happened to it; pressed, it is explained.
float PreviewPanel::DrawDrifted(Ui& ui, CommandQueue& commands, const DriftResult& result,
                                const DriftTotal& total, Point at, float width) {
  constexpr int kShown = 3;
  constexpr float kLine = 24;
  const Theme& t = ui.theme;
  int shown = 0;
  for (const DriftRecord& record : result.records) {
    if (record.entity != total.entity || record.kind != total.kind || record.cause != total.cause) {
      continue;
    }
    if (++shown > kShown) break;
    const Rect r = At(at.x, at.y, width, kLine);
    const Press press = ui.Hit("drift/record/" + record.entity + "/" + record.id, r, 6);
    if (press.hovered) {
      ui.Fill(r, t.hover, 6);
      ui.Tooltip(Capitalised(record.sentence));
    }
    if (press.clicked) {
      commands.Push(ExplainRecord{"", record.entity + "/" + record.id});
      asked_ = true;
    }
    ui.Fit(ui.fonts.small, t.accent, r.x0 + 2, r.cy(), width - 4,
           record.name.empty() ? record.id : record.name);
    at.y = r.y1;
  }
  const std::int64_t more = total.records - std::min(shown, kShown);
  if (shown == 0 || more <= 0) return at.y;
  ui.Middle(ui.fonts.caption, t.text3, at.x + 2, at.y + 10, "and " + HumanCount(more) + " more");
  return at.y + 20;
}

void PreviewPanel::DrawDrift(Ui& ui, const AppState& state, CommandQueue& commands,
                             const Rect& card) {
  const Theme& t = ui.theme;
  const DriftState& drift = state.drift;
  ui.Card(card);
  const float x0 = card.x0 + 16;
  const float x1 = card.x1 - 16;
  float y = 0;
  const Work work = {.running = drift.running,
                     .job = drift.job,
                     .words = "Measuring",
                     .error = drift.error.empty() ? "" : ErrorWords(state, drift.error),
                     .again = FindDrift{}};
  if (DrawWork(ui, commands, "drift", work, card, y)) return;
  if (!drift.result) {
    y += ui.Wrapped(ui.fonts.small, t.text2, {x0, y}, x1 - x0,
                    "What an incremental sync of " + DeviceWords(state, state.since) +
                        " would miss, keep too long or download for nothing, and why.") +
         12;
    if (ui.Button("drift/measure", {x0, y}, "Measure drift", icon::kSync, ButtonStyle::kSecondary,
                  0, Connected(state))) {
      commands.Push(FindDrift{});
    }
    return;
  }
  const DriftResult& result = *drift.result;
  if (ui.IconButton("drift/again", {card.x1 - 44, card.y0 + 8}, icon::kRefresh, "Measure again")) {
    commands.Push(FindDrift{});
  }
  if (result.none()) {
    ui.Icon(ui.fonts.icon20, t.ok.fill, {x0 + 10, y + 12}, icon::kCheckCircle);
    ui.Fit(ui.fonts.small_medium, t.text, x0 + 28, y + 12, x1 - x0 - 28,
           "Nothing missed, nothing stale");
    y += 30;
    std::int64_t held = 0;
    for (const DriftEntity& entity : result.entities) held += entity.full;
    y += ui.Wrapped(ui.fonts.small, t.text2, {x0 + 28, y}, x1 - x0 - 28,
                    "The next incremental sync of " + DeviceWords(state, state.since) +
                        " leaves the same " + HumanCount(held) + " records as a full one, as " +
                        result.as_name + ".") +
         14;
  }
  const Rect body = {card.x0 + 6, y, card.x1 - 4, card.y1 - 8};
  const Point origin = ui.BeginScroll("preview/drift", body);
  y = origin.y;
  for (const DriftTotal& total : result.totals) {
    const Tone& tone = total.kind == DriftKind::kMissed  ? t.err
                       : total.kind == DriftKind::kStale ? t.warn
                                                         : t.neutral;
    const std::string kind = Capitalised(std::string(Name(total.kind)));
    const float pill = ui.Pill({origin.x + 10, y + 2}, kind, tone);
    ui.Fit(ui.fonts.small_medium, t.text, origin.x + 18 + pill, y + 13, body.width() - pill - 90,
           EntityWords(state, total.entity));
    ui.Right(ui.fonts.small_medium, t.text, origin.x + body.width() - 22, y + 13,
             HumanCount(total.records));
    y += 28;
    const float width = body.width() - 34;
    const std::string why =
        Capitalised(std::string(Words(total.cause))) + ". " + WordsOf(total) + ".";
    y += ui.Wrapped(ui.fonts.caption, t.text2, {origin.x + 10, y}, width, why) + 4;
    y = DrawDrifted(ui, commands, result, total, {origin.x + 10, y}, width) + 8;
  }
  ui.EndScroll(y);
}

}  // namespace satchel
