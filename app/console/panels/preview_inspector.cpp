#include <algorithm>

#include "app/console/panels/finding_words.h"
#include "app/console/panels/preview_panel.h"
#include "app/console/selectors.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {

void PreviewInspector::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) {
  area = {area.x0 + 20, area.y0 + 20, area.x1 - 8, area.y1 - 8};
  const Point origin = ui.BeginScroll("preview/inspector", area);
  const float x0 = origin.x;
  const float x1 = origin.x + area.width() - 14;
  float y = explain_.DrawField(ui, state, commands, x0, x1, origin.y);
  const RecordsState& records = state.records;
  const ExplainState& explain = state.explain;
  const bool pasted = !explain.record.empty() && explain.entity.empty();
  if (pasted) {
    if (explain.serial != state.draft_serial && Connected(state)) {
      commands.Push(ExplainRecord{"", explain.record});
    }
    y = explain_.Draw(ui, state, commands, x0, x1, y);
    if (ui.Button("explain/close", {x0, y}, "Back", icon::kChevronLeft, ButtonStyle::kGhost)) {
      commands.Push(ExplainRecord{});
    }
    ui.EndScroll(y + 44);
    return;
  }
  if (records.selected_row) {
    const int now = why_ ? 1 : 0;
    const int chosen = ui.Segments("record/side", {x0, y}, {"Fields", "Explanation"}, now, x1 - x0);
    why_ = chosen == 1;
    y += 48;
    const std::string& id = records.selected_row->id;
    // Asked anew for another record, and for another draft.
    const bool asked = explain.record == id && explain.entity == records.entity &&
                       explain.serial == state.draft_serial;
    if (why_ && !asked && Connected(state)) {
      commands.Push(ExplainRecord{records.entity, id});
    }
    y = why_ ? explain_.Draw(ui, state, commands, x0, x1, y)
             : DrawFields(ui, state, commands, x0, x1, y);
    y += 8;
    ui.LineH(x0, x1, y, ui.theme.border);
    y += 18;
  }
  ui.EndScroll(DrawFindings(ui, state, x0, x1, y));
}

float PreviewInspector::DrawFields(Ui& ui, const AppState& state, CommandQueue& commands, float x0,
                                   float x1, float y) {
  const Theme& t = ui.theme;
  const RecordsState& records = state.records;
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
  const auto field = [&](std::size_t i) {
    if (i >= row.cells.size()) return;
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
  };
  // Every field, those hidden in the table too.
  for (const std::size_t i : records.shown) field(i);
  for (std::size_t i = 0; i < records.columns.size(); ++i) {
    if (std::find(records.shown.begin(), records.shown.end(), i) == records.shown.end()) field(i);
  }
  return y;
}

float PreviewInspector::DrawGroup(Ui& ui, const AppState& state, const FindingGroup& group,
                                  float x0, float x1, float y) {
  constexpr std::size_t kNamed = 3;  // Of more, so many are named at first.
  const Theme& t = ui.theme;
  const Tone& tone = group.severity == Severity::kError     ? t.err
                     : group.severity == Severity::kWarning ? t.warn
                                                            : t.info;
  ui.Icon(ui.fonts.icon20, tone.fill, {x0 + 10, y + 10},
          group.severity == Severity::kError     ? icon::kError
          : group.severity == Severity::kWarning ? icon::kWarning
                                                 : icon::kInfo);
  const float text = x0 + 28;
  std::vector<std::string> names;
  for (const std::string& entity : group.entities) names.push_back(EntityWords(state, entity));
  const std::string key = group.rule + "/" + group.reason;
  const bool all = names.size() <= kNamed + 1 || opened_.contains(key);
  const std::size_t more = all ? 0 : names.size() - kNamed;
  names.resize(names.size() - more);
  std::string where = names.empty() ? "The whole preview" : Join(names, ", ");
  if (more > 0) where += " …";
  y += ui.Wrapped(ui.fonts.small_medium, t.text, {text, y + 1}, x1 - text, where) + 2;
  y += ui.Wrapped(ui.fonts.small, t.text2, {text, y}, x1 - text, Capitalised(group.reason)) + 2;
  if (group.entities.size() > kNamed + 1) {
    const std::string words =
        more > 0 ? "and " + Counted(more, "more entity", "more entities") : "fewer names";
    const Rect r = At(text - 8, y, Ui::Width(ui.fonts.caption, words) + 34, kMinTarget);
    const Press press = ui.Hit("preview/finding/" + key, r, 6);
    if (press.hovered) ui.Fill(r, t.hover, 6);
    const float w = ui.Middle(ui.fonts.caption, t.accent, text, r.cy(), words);
    ui.Icon(ui.fonts.icon16, t.accent, {text + w + 10, r.cy()},
            more > 0 ? icon::kExpandMore : icon::kExpandLess);
    if (press.clicked && more > 0) opened_.insert(key);
    if (press.clicked && more == 0) opened_.erase(key);
    y = r.y1;
  }
  return y + 12;
}

float PreviewInspector::DrawFindings(Ui& ui, const AppState& state, float x0, float x1, float y) {
  const Theme& t = ui.theme;
  ui.Text(ui.fonts.heading, t.text, {x0, y}, "Findings");
  y += 36;
  if (!state.preview.result) {
    return y + ui.Wrapped(ui.fonts.small, t.text2, {x0, y}, x1 - x0,
                          "Run a preview to see what it finds, and to browse the records.");
  }
  std::vector<Finding> findings = state.preview.result->findings;
  if (state.comparison.result) {
    const std::vector<Finding>& more = state.comparison.result->findings;
    findings.insert(findings.end(), more.begin(), more.end());
  }
  for (const Finding& finding : state.measured) findings.push_back(Labelled(state, finding));
  if (findings.empty()) {
    ui.Icon(ui.fonts.icon20, t.ok.fill, {x0 + 10, y + 10}, icon::kCheckCircle);
    ui.Middle(ui.fonts.small_medium, t.text, x0 + 28, y + 10, "Nothing to report");
    y += 30;
  }
  for (const FindingGroup& group : GroupFindings(findings)) {
    y = DrawGroup(ui, state, group, x0, x1, y);
  }
  if (!state.records.selected_row) {
    y += 4;
    ui.LineH(x0, x1, y, t.border);
    y += 16;
    y += ui.Wrapped(ui.fonts.small, t.text3, {x0, y}, x1 - x0,
                    "Select a record to see all its values, and why it is there.");
  }
  return y;
}

}  // namespace satchel
