#include "app/console/panels/preview_panel.h"
#include "policy/support/units.h"

namespace satchel {

void PreviewInspector::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) {
  const Theme& t = ui.theme;
  area = {area.x0 + 20, area.y0 + 20, area.x1 - 8, area.y1 - 8};
  const Point origin = ui.BeginScroll("preview/inspector", area);
  const float x0 = origin.x;
  const float x1 = origin.x + area.width() - 14;
  float y = origin.y;
  const auto section = [&](const std::string& text) {
    ui.Text(ui.fonts.caption, t.text3, {x0, y}, text);
    y += 24;
  };

  const RecordsState& records = state.records;
  if (records.selected_row) {
    section("RECORD");
    const EntityLook look = LookOf(records.entity);
    ui.Tile({x0, y}, 36, look.icon, t.Hue(look.hue), 9);
    const RecordRow& row = *records.selected_row;
    const std::size_t name = records.shown.empty() ? 0 : records.shown[0];
    const bool named = name < row.cells.size() && !row.cells[name].empty();
    const std::string& title = named ? row.cells[name] : row.id;
    ui.Fit(ui.fonts.title, t.text, x0 + 46, y + 9, x1 - x0 - 78, title);
    ui.Fit(ui.fonts.caption, t.text3, x0 + 46, y + 28, x1 - x0 - 78, row.id);
    if (ui.IconButton("record/copy", {x1 - 30, y + 3}, icon::kContentCopy, "Copy the id", 30)) {
      commands.Push(CopyText{row.id});
    }
    y += 52;
    for (const std::size_t i : records.shown) {
      if (i >= row.cells.size()) continue;
      const RecordColumn& column = records.columns[i];
      const std::string& label = column.label.empty() ? column.field : column.label;
      ui.Fit(ui.fonts.caption, t.text3, x0, y + 7, x1 - x0, label);
      y += 17;
      if (row.cells[i].empty()) {
        ui.Middle(ui.fonts.small, t.text3, x0, y + 8, "—");
        y += 18;
      } else {
        y += ui.Wrapped(ui.fonts.small, t.text, {x0, y}, x1 - x0, row.cells[i]);
      }
      y += 9;
    }
    y += 8;
    ui.LineH(x0, x1, y, t.border);
    y += 18;
  }

  ui.Text(ui.fonts.heading, t.text, {x0, y}, "Findings");
  y += 36;
  if (!state.preview.result) {
    y += ui.Wrapped(ui.fonts.small, t.text2, {x0, y}, x1 - x0,
                    "Run a preview to see what it finds, and to browse the records.");
    ui.EndScroll(y);
    return;
  }
  const PreviewResult& result = *state.preview.result;
  if (result.findings.empty()) {
    ui.Icon(ui.fonts.icon20, t.ok.fill, {x0 + 10, y + 10}, icon::kCheckCircle);
    ui.Middle(ui.fonts.small_medium, t.text, x0 + 28, y + 10, "Nothing to report");
    y += 30;
  }
  for (const Finding& finding : result.findings) {
    const Tone& tone = finding.severity == Severity::kError     ? t.err
                       : finding.severity == Severity::kWarning ? t.warn
                                                                : t.info;
    ui.Icon(ui.fonts.icon20, tone.fill, {x0 + 10, y + 10},
            finding.severity == Severity::kError     ? icon::kError
            : finding.severity == Severity::kWarning ? icon::kWarning
                                                     : icon::kInfo);
    const std::string where =
        finding.entity.empty() ? "The whole preview" : EntityWords(state, finding.entity);
    ui.Fit(ui.fonts.small_medium, t.text, x0 + 28, y + 9, x1 - x0 - 28, where);
    y += 20;
    y += ui.Wrapped(ui.fonts.small, t.text2, {x0 + 28, y}, x1 - x0 - 28, finding.message) + 14;
  }
  if (!records.selected_row) {
    y += 4;
    ui.LineH(x0, x1, y, t.border);
    y += 16;
    y += ui.Wrapped(ui.fonts.small, t.text3, {x0, y}, x1 - x0,
                    "Select a record to see all its values.");
  }
  ui.EndScroll(y);
}

}  // namespace satchel
