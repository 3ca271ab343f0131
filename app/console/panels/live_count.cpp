#include "app/console/panels/live_count.h"

#include <algorithm>
#include <cmath>

#include "app/console/panels/finding_words.h"
#include "app/console/panels/user_choice.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

constexpr float kStep = 40;
constexpr float kSampleHead = 44;
constexpr float kSampleRow = 28;

// What stays on the device: max_records cuts what matched.
std::int64_t Kept(const FilterCount& count, const Entity& entity) {
  return entity.max_records ? std::min(count.matched, *entity.max_records) : count.matched;
}

// "−18 %" against the last preview of this entity as the same user; empty: nothing to compare.
std::string Against(const AppState& state, const Entity& entity, std::int64_t kept) {
  if (!state.preview.result || state.preview.result->as_name != state.live.as_name) return {};
  for (const EntityPreview& before : state.preview.result->entities) {
    if (before.name != entity.name || before.records <= 0) continue;
    const double change =
        100.0 * static_cast<double>(kept - before.records) / static_cast<double>(before.records);
    const auto whole = static_cast<std::int64_t>(std::llround(change));
    if (kept == before.records) return "as previewed";
    if (whole == 0) return kept > before.records ? "+ <1 %" : "− <1 %";
    return (whole > 0 ? "+" : "−") + HumanCount(std::abs(whole)) + " %";
  }
  return {};
}

}  // namespace

const FilterCount* LiveCountOf(const AppState& state, const Entity& entity) {
  const LiveCountState& live = state.live;
  return live.on && live.result && live.entity == entity.name ? &*live.result : nullptr;
}

bool LiveCountFresh(const AppState& state, const Entity& entity) {
  const LiveCountState& live = state.live;
  return LiveCountOf(state, entity) != nullptr && !live.counting && !live.reading &&
         live.error.empty();
}

float LiveCountView::Draw(Ui& ui, const AppState& state, CommandQueue& commands,
                          const Entity& entity, float x0, float x1, float y,
                          std::optional<std::string>& show) {
  const Theme& t = ui.theme;
  const LiveCountState& live = state.live;
  const FilterCount* count = LiveCountOf(state, entity);
  const bool fresh = LiveCountFresh(state, entity);
  ui.Text(ui.fonts.heading, t.text, {x0, y}, "Live count");
  const bool connected = state.connection.state == ServerConnection::State::kOnline;
  const auto pill = [&](const char* words, const Tone& tone) {
    ui.Pill({x1 - ui.PillWidth(words, false, true), y + 1}, words, tone, nullptr, true);
  };
  const bool keeps = entity.mode == DeviceMode::kOffline;
  if (!live.on || !connected || !keeps) {
    pill("Off", t.neutral);
  } else if (live.reading) {
    pill("Reading", t.info);
  } else if (!live.error.empty()) {
    pill("Stopped", t.err);
  } else if (!fresh) {
    pill("Counting", t.info);
  } else if (count->estimated) {
    pill("Estimated", t.warn);
  } else {
    pill("Live", t.ok);
  }
  y += 34;
  if (!keeps) {
    y += ui.Wrapped(ui.fonts.small, t.text2, {x0, y}, x1 - x0,
                    "Read live: nothing of this entity is kept on the device.");
    return y + 6;
  }
  if (!connected) {
    y += ui.Wrapped(ui.fonts.small, t.text2, {x0, y}, x1 - x0,
                    "Connect to a server to count records while you edit.");
    return y + 6;
  }
  const std::string none = NoUserWords(state);
  if (const auto chosen = menu_.Choose(
          ui, "filters/user", At(x0, y, x1 - x0, 32), UserWords(state),
          [&] { return UserItems(state); }, {.icon = icon::kPerson},
          state.connection.capabilities.users ? nullptr : "Count as ")) {
    commands.Push(ChooseUser{*chosen});
  }
  y += 44;
  if (!live.on) return DrawOffer(ui, state, commands, entity, x0, x1, y);
  if (!live.error.empty()) {
    ui.Icon(ui.fonts.icon20, t.err.fill, {x0 + 10, y + 9}, icon::kError);
    y += ui.Wrapped(ui.fonts.small, t.text, {x0 + 28, y}, x1 - x0 - 28,
                    ErrorWords(state, live.error)) +
         10;
    if (ui.Button("filters/count-again", {x0, y}, "Try again", nullptr)) {
      commands.Push(CountWhileEditing{true});
    }
    y += 44;
  }
  if (count == nullptr && live.error.empty()) {
    ui.Middle(ui.fonts.number, t.text3, x0, y + 14, "…");
    y += 36;
  }
  if (live.reading) {
    const std::string words =
        "Reading " + EntityWords(state, live.reading_entity) +
        (live.records_read > 0 ? ", " + HumanCount(live.records_read) + " so far" : "");
    ui.Fit(ui.fonts.small, t.text2, x0, y + 6, x1 - x0, words);
    y += 24;
  }
  if (count == nullptr) return y;
  const std::int64_t kept = Kept(*count, entity);
  const std::string number = (count->estimated ? "≥ " : "") + HumanCount(kept);
  const float w = ui.Middle(ui.fonts.number, fresh ? t.text : t.text3, x0, y + 14, number);
  const std::string against = count->estimated ? "" : Against(state, entity, kept);
  const float against_w = Ui::Width(ui.fonts.small_medium, against);
  ui.Fit(ui.fonts.small, t.text2, x0 + w + 8, y + 19, x1 - x0 - w - against_w - 20,
         kept == 1 ? "record" : "records");
  if (fresh && !against.empty()) {
    ui.Right(ui.fonts.small_medium, against[0] == '+' ? t.warn.fg : t.ok.fg, x1, y + 19, against);
  }
  y += 38;
  if (entity.max_records && count->matched > *entity.max_records) {
    y += ui.Wrapped(ui.fonts.caption, t.warn.fg, {x0, y}, x1 - x0,
                    HumanCount(count->matched) + " match; the limit keeps " +
                        HumanCount(*entity.max_records)) +
         4;
  }
  if (count->left_out > 0) {
    // One that somebody is at is no error yet.
    const bool open = count->left_out > (state.filling_in.condition.empty() ? 0 : 1);
    y += ui.Wrapped(ui.fonts.caption, open ? t.err.fg : t.text3, {x0, y}, x1 - x0,
                    count->left_out == 1 ? "Counted without 1 condition that is not finished"
                                         : "Counted without " + HumanCount(count->left_out) +
                                               " conditions that are not finished") +
         4;
  }
  y = DrawFunnel(ui, state, entity, x0, x1, y + 10, show);
  return DrawAge(ui, state, commands, x0, x1, y);
}

float LiveCountView::DrawOffer(Ui& ui, const AppState& state, CommandQueue& commands,
                               const Entity& entity, float x0, float x1, float y) {
  const Theme& t = ui.theme;
  if (ui.Button("filters/count", {x0, y}, "Count while editing", icon::kFunctions,
                ButtonStyle::kSecondary, x1 - x0)) {
    commands.Push(CountWhileEditing{true});
  }
  y += 42;
  y += ui.Wrapped(ui.fonts.caption, t.text3, {x0, y}, x1 - x0,
                  "Reads the keys of all records this user may read, and the fields that the "
                  "filter uses, once, into a private file that goes away with the window.");
  y += 14;
  // Until then: what the last preview said.
  const std::vector<EntityRow> rows = EntityRows(state);
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const EntityRow& r) { return r.name == entity.name; });
  if (row == rows.end() || !row->records) return y;
  ui.Text(ui.fonts.caption, t.text3, {x0, y}, "LAST PREVIEW");
  y += 22;
  const float w = ui.Middle(ui.fonts.number, row->stale ? t.text3 : t.text, x0, y + 14,
                            HumanCount(*row->records));
  ui.Fit(ui.fonts.small, t.text2, x0 + w + 8, y + 19, x1 - x0 - w - 8,
         "records, " + HumanSize(*row->bytes));
  y += 40;
  const std::string as = "As " + state.preview.result->as_name;
  ui.Fit(ui.fonts.caption, row->stale ? t.warn.fg : t.text3, x0, y + 2, x1 - x0,
         row->stale ? "Out of date: the entity has changed since" : as);
  return y + 16;
}

float LiveCountView::DrawFunnel(Ui& ui, const AppState& state, const Entity& entity, float x0,
                                float x1, float y, std::optional<std::string>& show) {
  const Theme& t = ui.theme;
  const LiveCountState& live = state.live;
  const FilterCount& count = *live.result;
  const bool any = live.of.filter.conjunction == Conjunction::kOr && count.funnel.size() > 1;
  ui.Text(ui.fonts.caption, t.text3, {x0, y}, any ? "ANY OF" : "FUNNEL");
  y += 20;
  const double all = std::max(1.0, static_cast<double>(count.all));
  const auto step = [&](const std::string& id, const std::string& words, std::int64_t records,
                        Color color, const std::string& tip) {
    // A filter may have hundreds: those outside the view cost nothing.
    const float bottom = ImGui::GetWindowPos().y + ImGui::GetWindowHeight();
    if (y > bottom || y + kStep < ImGui::GetWindowPos().y) {
      y += kStep;
      return false;
    }
    const Rect r = {x0 - 6, y - 2, x1 + 4, y + kStep - 4};
    const Press press = id.empty() ? Press{} : ui.Hit(id, r, 6);
    if (press.hovered) ui.Fill(r, t.dark ? t.surface : t.neutral.soft, 6);
    if (press.hovered && !tip.empty()) ui.Tooltip(tip);
    const std::string number = HumanCount(records);
    ui.Right(ui.fonts.small_medium, t.text, x1, y + 9, number);
    ui.Fit(ui.fonts.small, t.text2, x0, y + 9, x1 - x0 - Ui::Width(ui.fonts.small, number) - 16,
           words);
    ui.Bar(At(x0, y + 23, x1 - x0, 6), static_cast<double>(records) / all, color);
    y += kStep;
    return press.clicked;
  };
  std::string everything = "All that " + live.as_name + " may read";
  if (count.estimated) everything = "The first that were read";
  (void)step({}, everything, count.all, t.neutral.fill, {});
  for (std::size_t i = 0; i < count.funnel.size(); ++i) {
    const FunnelStep& at = count.funnel[i];
    const bool link = at.path.rfind("links", 0) == 0;
    const std::string tip = any ? "Together with those above: " + HumanCount(at.so_far)
                                : "By itself it keeps " + HumanCount(at.alone);
    const std::string words = i < live.words.size() ? NamedRecords(state, live.words[i]) : at.path;
    if (step("filters/funnel/" + at.path, words, any && !link ? at.alone : at.so_far,
             any && !link ? t.violet.fill
             : link       ? t.ok.fill
                          : t.accent_fill,
             tip)) {
      show = "entities." + entity.name + "." + at.path;
    }
  }
  return y + 2;
}

float LiveCountView::DrawAge(Ui& ui, const AppState& state, CommandQueue& commands, float x0,
                             float x1, float y) {
  const Theme& t = ui.theme;
  const LiveCountState& live = state.live;
  const float text_x1 = x1 - 72;
  const float top = y;
  // Of the entities that this count looked at.
  for (const std::string& name : EntitiesNamed(live.of)) {
    const auto held = std::find_if(live.held.begin(), live.held.end(),
                                   [&](const WorkingEntity& e) { return e.name == name; });
    if (held == live.held.end()) continue;
    const auto at = live.read_at.find(name);
    std::string words = EntityWords(state, name) + ": " + HumanCount(held->records) + " read";
    if (at != live.read_at.end()) words += " at " + ClockTime(at->second);
    ui.Fit(ui.fonts.caption, held->capped ? t.warn.fg : t.text3, x0, y + 8, text_x1 - x0, words);
    y += 18;
    if (!held->capped) continue;
    y += ui.Wrapped(ui.fonts.caption, t.text3, {x0, y}, text_x1 - x0,
                    "The server has more: at most " + HumanCount(kWorkingSetCap) +
                        " are read, so counts are estimated.") +
         4;
  }
  if (!live.why_not_exact.empty()) {
    y += ui.Wrapped(ui.fonts.caption, t.warn.fg, {x0, y + 2}, text_x1 - x0, live.why_not_exact) + 4;
  }
  if (ui.IconButton("filters/read-again", {x1 - 68, top - 4}, icon::kRefresh,
                    "Read the records again", 32, !live.reading)) {
    commands.Push(ReadAgain{});
  }
  if (ui.IconButton("filters/count-off", {x1 - 32, top - 4}, icon::kClose, "Stop counting")) {
    commands.Push(CountWhileEditing{false});
  }
  return std::max(y, top + 30);
}

float SampleHeight(const AppState& state, const Entity& entity, float room) {
  const FilterCount* count = LiveCountOf(state, entity);
  if (count == nullptr || count->sample.empty()) return 0;
  const auto fit = static_cast<int>((room - kSampleHead - 8) / kSampleRow);
  const int rows = std::min<int>(fit, static_cast<int>(count->sample.size()));
  return rows < 1 ? 0 : kSampleHead + static_cast<float>(rows) * kSampleRow + 8;
}

void DrawSample(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                const Rect& card) {
  const Theme& t = ui.theme;
  const FilterCount& count = *LiveCountOf(state, entity);
  const bool fresh = LiveCountFresh(state, entity);
  ui.Card(card);
  const float x0 = card.x0 + 16;
  const float x1 = card.x1 - 16;
  const auto rows =
      static_cast<std::size_t>(std::floor((card.height() - kSampleHead - 8) / kSampleRow + 0.1F));
  const float w = ui.Middle(ui.fonts.title, t.text, x0, card.y0 + 22, "Sample matches");
  const std::string of =
      HumanCount(static_cast<std::int64_t>(std::min(rows, count.sample.size()))) + " of " +
      HumanCount(count.matched);
  ui.Middle(ui.fonts.small, t.text2, x0 + w + 10, card.y0 + 22, of);
  const float link = WayWidth("Open in Preview", ui);
  if (WayText(ui, "filters/open-preview", {x1 - link + 8, card.y0 + 8}, "Open in Preview", true,
              "All records of the last preview")) {
    commands.Push(SelectEntity{entity.name});
    commands.Push(ShowScreen{Screen::kPreview});
    commands.Push(ShowRecords{entity.name});
  }
  ui.LineH(card.x0, card.x1, card.y0 + kSampleHead - 4, t.border);
  // The name gets more than the rest.
  const std::size_t columns = std::max<std::size_t>(1, count.columns.size());
  const float unit = (x1 - x0) / (static_cast<float>(columns) + 0.8F);
  for (std::size_t row = 0; row < std::min(rows, count.sample.size()); ++row) {
    const float cy = card.y0 + kSampleHead + kSampleRow * (static_cast<float>(row) + 0.5F);
    float x = x0;
    for (std::size_t i = 0; i < count.columns.size(); ++i) {
      const float width = i == 0 ? unit * 1.8F : unit;
      std::string words = count.sample[row].cells[i];
      // The day will do to recognise a record by.
      constexpr std::size_t kDay = 10;
      if (kDateTypes.Has(count.columns[i].type)) words.resize(std::min(words.size(), kDay));
      if (words.empty()) words = "–";
      if (i == 0) {
        ui.Fit(ui.fonts.small_medium, fresh ? t.text : t.text3, x, cy, width - 12, words);
      } else {
        const std::string label = FieldWords(state, entity.name, count.columns[i].field);
        ui.Fit(ui.fonts.small, fresh ? t.text2 : t.text3, x, cy, width - 12, label + ": " + words);
      }
      x += width;
    }
  }
}

}  // namespace satchel
