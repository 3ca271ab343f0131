#include "app/console/panels/record_boxes.h"

#include <algorithm>

#include "app/console/settings.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

// A popup below a button, its right edge under the button's. True while it is open: EndPopup then.
bool BeginBox(Ui& ui, const char* id, Point right_top, float width, float height, Rect& box) {
  if (!ImGui::IsPopupOpen(id)) return false;
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  box = At(std::clamp(right_top.x - width, 8.0F, display.x - width - 8),
           std::max(8.0F, std::min(right_top.y, display.y - height - 8)), width, height);
  ImGui::SetNextWindowPos({box.x0, box.y0});
  ImGui::SetNextWindowSize({width, height});
  if (!ImGui::BeginPopup(id, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoNavInputs)) return false;
  ui.PopupCard(box);
  return true;
}

}  // namespace

void ColumnsBox::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Point right_top) {
  constexpr const char* kId = "columns-box";
  constexpr float kRow = 32;
  if (opening_) {
    ImGui::OpenPopup(kId);
    typed_.clear();
    opening_ = false;
  }
  const RecordsState& records = state.records;
  const float rows = std::clamp(static_cast<float>(records.columns.size()), 3.0F, 11.0F);
  Rect box;
  if (!BeginBox(ui, kId, right_top, 320, 50 + rows * kRow + 54, box)) return;
  (void)ui.Input("columns/search", At(box.x0 + 8, box.y0 + 8, box.width() - 16, 34), &typed_,
                 "Search columns", icon::kSearch, ImGui::IsWindowAppearing());
  const auto at = state.hidden_columns.find(records.entity);
  std::set<std::string> hidden =
      at == state.hidden_columns.end() ? std::set<std::string>{} : at->second;
  bool changed = false;
  const Rect body = {box.x0 + 8, box.y0 + 50, box.x1 - 4, box.y1 - 54};
  const Point origin = ui.BeginScroll("columns/list", body);
  float y = origin.y;
  for (const RecordColumn& column : records.columns) {
    const std::string& label = column.label.empty() ? column.field : column.label;
    if (!Matches(typed_, {label, column.field})) continue;
    const bool on = !hidden.contains(column.field);
    // The last one stays: a table of nothing says nothing.
    const bool last = on && records.shown.size() <= 1;
    if (Check(ui, "columns/item/" + column.field, {origin.x + 4, y}, body.width() - 24, on, label,
              !last)) {
      if (on) {
        hidden.insert(column.field);
      } else {
        hidden.erase(column.field);
      }
      changed = true;
    }
    y += kRow;
  }
  ui.EndScroll(y);
  ui.LineH(box.x0 + 1, box.x1 - 1, box.y1 - 50, ui.theme.border);
  if (ui.Button("columns/all", {box.x0 + 12, box.y1 - 41}, "Show all", nullptr, ButtonStyle::kGhost,
                0, !hidden.empty())) {
    hidden.clear();
    changed = true;
  }
  if (changed) commands.Push(ChooseColumns{std::move(hidden)});
  if (compat::Pressed(compat::Key::kEscape)) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

void ExportBox::Open(const std::string& entity) {
  opening_ = true;
  path_ = "~/" + entity + ".csv";
}

void ExportBox::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Point right_top) {
  constexpr const char* kId = "export-box";
  if (opening_) {
    ImGui::OpenPopup(kId);
    opening_ = false;
  }
  Rect box;
  if (!BeginBox(ui, kId, right_top, 420, 168, box)) return;
  const Theme& t = ui.theme;
  const RecordsState& records = state.records;
  ui.Middle(ui.fonts.title, t.text, box.x0 + 16, box.y0 + 24, "Export as CSV");
  const auto columns = static_cast<std::int64_t>(records.shown.size());
  ui.Fit(ui.fonts.small, t.text2, box.x0 + 16, box.y0 + 50, box.width() - 32,
         HumanCount(std::max<std::int64_t>(records.count, 0)) +
             (records.count == 1 ? " record, " : " records, ") + HumanCount(columns) +
             (columns == 1 ? " column" : " columns") +
             ", as sorted and searched. Only you may read the file.");
  (void)ui.Input("export/path", At(box.x0 + 16, box.y0 + 72, box.width() - 32, 34), &path_,
                 "Path of the file", icon::kDescription, ImGui::IsWindowAppearing());
  const bool ready = !Trim(path_).empty();
  const float w = ui.ButtonWidth("Export", true);
  const bool enter = compat::Pressed(compat::Key::kEnter) && ready;
  if (ui.Button("export/write", {box.x1 - 16 - w, box.y1 - 46}, "Export", icon::kFileDownload,
                ButtonStyle::kPrimary, 0, ready) ||
      enter) {
    commands.Push(ExportRecords{ExpandHome(std::string(Trim(path_)))});
    ImGui::CloseCurrentPopup();
  }
  if (compat::Pressed(compat::Key::kEscape)) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

}  // namespace satchel
