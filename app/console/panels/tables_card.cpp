#include <algorithm>
#include <cmath>

#include "app/console/panels/device_panel.h"
#include "app/console/panels/device_words.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

constexpr float kTableRow = 30;
constexpr float kLegend = 28;

}  // namespace

void TablesCard::Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card) {
  const Theme& t = ui.theme;
  const PhoneView& view = state.lab.view;
  ui.Card(card);
  ui.Middle(ui.fonts.title, t.text, card.x0 + 16, card.y0 + 24, "Local database");
  ui.Right(ui.fonts.small, t.text2, card.x1 - 16, card.y0 + 24,
           HumanCount(view.records) + (view.records == 1 ? " record, " : " records, ") +
               HumanSize(view.bytes));
  // The whole as one bar, a piece per table.
  const Rect bar = {card.x0 + 16, card.y0 + 44, card.x1 - 16, card.y0 + 54};
  ui.Fill(bar, t.bar_track, 4);
  float x = bar.x0;
  std::vector<const PhoneTable*> tables;
  for (const PhoneTable& table : view.tables) {
    if (!table.offline) continue;
    tables.push_back(&table);
    if (view.records <= 0 || table.records <= 0) continue;
    const float width = bar.width() * static_cast<float>(static_cast<double>(table.records) /
                                                         static_cast<double>(view.records));
    if (width >= 2) {
      ui.Fill({x, bar.y0, std::min(bar.x1, x + width - 1), bar.y1}, t.Hue(LookOf(table.entity).hue),
              2);
    }
    x += width;
  }
  // Which table is shown below: the legend is the choice.
  const int columns = card.width() > 620 ? 3 : 2;
  const auto rows = static_cast<float>((std::ssize(tables) + columns - 1) / columns);
  const float most =
      std::max(kLegend, std::floor((card.height() - 64) * 0.38F / kLegend) * kLegend);
  const float tall = std::min(rows * kLegend, most);
  const Rect legend = At(card.x0 + 10, card.y0 + 62, card.width() - 14, tall);
  const Point origin = ui.BeginScroll("tables/legend", legend);
  const float width = std::floor((legend.width() - 14) / static_cast<float>(columns));
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const PhoneTable& table = *tables[i];
    const auto place = static_cast<int>(i);
    const Rect r =
        At(origin.x + static_cast<float>(place % columns) * width,
           origin.y + static_cast<float>(place / columns) * kLegend, width - 6, kLegend - 2);
    const Press press = ui.Hit("tables/" + table.entity, r, 7);
    const bool on = table.entity == state.lab.entity;
    if (on || press.hovered) ui.Fill(r, on ? t.accent_soft : t.hover, 7);
    if (press.clicked) commands.Push(LabCommand{lab::ShowTable{table.entity}});
    ui.Dot({r.x0 + 12, r.cy()}, 4, t.Hue(LookOf(table.entity).hue));
    const std::string count = HumanCount(table.records);
    const float number = Ui::Width(ui.fonts.small_medium, count);
    ui.Fit(on ? ui.fonts.small_medium : ui.fonts.small, on ? t.accent : t.text, r.x0 + 24, r.cy(),
           r.width() - 44 - number, EntityWords(state, table.entity));
    ui.Right(ui.fonts.small_medium, on ? t.accent : t.text, r.x1 - 10, r.cy(), count);
  }
  ui.EndScroll(origin.y + rows * kLegend);
  DrawRows(ui, state, commands, {card.x0 + 1, legend.y1 + 8, card.x1 - 1, card.y1 - 6});
}

void TablesCard::DrawRows(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area) {
  const Theme& t = ui.theme;
  const PhoneRows& rows = state.lab.view.local;
  Rect body = area;
  const Rect head = body.CutTop(28);
  ui.Fill(head, t.sunken);
  const float state_x = area.x1 - 132;
  const float version_x = area.x1 - std::clamp(area.width() * 0.42F, 220.0F, 330.0F);
  ui.Middle(ui.fonts.caption, t.text3, head.x0 + 16, head.cy(), "Name");
  ui.Middle(ui.fonts.caption, t.text3, version_x, head.cy(), "Version");
  ui.Middle(ui.fonts.caption, t.text3, state_x, head.cy(), "State");
  if (rows.rows.empty()) {
    const bool online = std::any_of(state.lab.view.tables.begin(), state.lab.view.tables.end(),
                                    [&](const PhoneTable& table) {
                                      return table.entity == state.lab.entity && !table.offline;
                                    });
    const std::string text =
        online ? EntityWords(state, state.lab.entity) + " is read live; nothing of it is kept here."
        : state.lab.search.empty() ? "No records in this table."
                                   : "Nothing in this table matches.";
    ui.Centre(ui.fonts.small, t.text2, {body.cx(), body.y0 + std::min(36.0F, body.height() / 2)},
              Shortened(ui.fonts.small, text, body.width() - 32));
    return;
  }
  const Point origin =
      ui.BeginScroll("tables/rows/" + rows.entity, {body.x0, body.y0, body.x1 - 3, body.y1});
  const float scrolled = body.y0 - origin.y;
  const auto first = static_cast<std::int64_t>(std::max(0.0F, scrolled / kTableRow));
  const auto visible = static_cast<std::int64_t>(body.height() / kTableRow) + 2;
  const std::int64_t loaded = rows.first + std::ssize(rows.rows);
  // The rows around what is on screen are asked for before they are needed.
  const bool missing = first < rows.first || (first + visible > loaded && loaded < rows.count);
  if (missing) {
    commands.Push(LabCommand{lab::WantRows{std::max<std::int64_t>(0, first - 15)}});
  }
  for (std::int64_t i = first; i < std::min(first + visible, rows.count); ++i) {
    const Rect r =
        At(origin.x, origin.y + static_cast<float>(i) * kTableRow, body.width() - 12, kTableRow);
    ui.LineH(r.x0 + 16, r.x1 - 4, r.y1 - 1, t.border);
    if (i < rows.first || i >= loaded) continue;
    const PhoneRow& row = rows.rows[static_cast<std::size_t>(i - rows.first)];
    // A record that nobody has named yet goes by its id.
    const bool named = !row.name.empty();
    ui.Fit(ui.fonts.small, named ? t.text : t.text3, r.x0 + 16, r.cy(), version_x - r.x0 - 32,
           named ? row.name : row.id);
    const std::string version = row.version.empty() ? "none yet" : row.version;
    ui.Fit(ui.fonts.small, row.version.empty() ? t.text3 : t.text2, version_x, r.cy(),
           state_x - version_x - 12, version);
    const StateLook look = LookOf(row.state, t);
    ui.Pill({state_x - 8, r.cy() - 11}, look.words, *look.tone, nullptr, true);
  }
  ui.EndScroll(origin.y + static_cast<float>(rows.count) * kTableRow);
}

}  // namespace satchel
