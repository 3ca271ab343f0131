#include "app/console/widgets/record_grid.h"

#include <cmath>

#include "engine/record/instant.h"
#include "policy/schema/field_type.h"
#include "preview/run/record_text.h"

namespace satchel {
namespace {

constexpr float kRow = 30;
constexpr float kHeader = 30;
constexpr float kPad = 12;
constexpr float kEdge = 24;       // Of a column, to drag: as wide as everything one has to hit.
constexpr std::size_t kDay = 10;  // Letters of "2026-03-03".
constexpr float kNarrowest = 56;
constexpr float kLeastText = 44;  // Of a column half out of sight: less room says nothing.
constexpr float kGutter = 28;     // At the left, for the + and − of a comparison.
constexpr float kMarkWidth = 96;  // The column at the right that says what a comparison found.

float WishedWidth(FieldType type) {
  if (kNumberTypes.Has(type)) return 116;
  if (type == FieldType::kBoolean) return 90;
  if (type == FieldType::kDateOnly) return 116;
  if (kDateTypes.Has(type)) return 168;
  if (type == FieldType::kUniqueIdentifier) return 296;
  if (kLookupTypes.Has(type)) return 180;
  if (kChoiceTypes.Has(type)) return 130;
  return 190;
}

}  // namespace

void RecordGrid::Layout(const RecordsState& records, float room) {
  const std::string key = records.entity + "|" + std::to_string(records.columns.size()) + "|" +
                          std::to_string(static_cast<int>(room)) + "|" +
                          std::to_string(records.shown.size());
  if (key == laid_out_) return;
  laid_out_ = key;
  if (entity_ != records.entity) left_ = 0;
  entity_ = records.entity;
  widths_.clear();
  width_ = 0;
  bool dragged = false;
  for (std::size_t place = 0; place < records.shown.size(); ++place) {
    const RecordColumn& column = records.columns[records.shown[place]];
    float width = place == 0 && kTextTypes.Has(column.type) ? 240 : WishedWidth(column.type);
    if (const auto at = dragged_.find(records.entity + "/" + column.field); at != dragged_.end()) {
      width = at->second;
      dragged = true;
    }
    widths_.push_back(width);
    width_ += width;
  }
  // Spare room goes to all, in proportion; a little too wide is made to fit. Not once somebody has
  // said how wide a column shall be.
  if (!dragged && width_ * 0.78F < room && width_ > 0) {
    for (float& width : widths_) width = std::floor(width * room / width_);
    width_ = room;
    return;
  }
  if (dragged) return;
  // A column of which too little is in sight to say anything leaves its place to those before it.
  float before = 0;
  for (std::size_t place = 0; place < widths_.size(); ++place) {
    const float left = room - before;
    before += widths_[place];
    if (before <= room) continue;
    const bool number = kNumberTypes.Has(records.columns[records.shown[place]].type);
    if (place == 0 || (!number && left >= kLeastText + kPad + 4)) return;
    for (std::size_t i = 0; i < place; ++i) {
      widths_[i] += std::floor(left / static_cast<float>(place));
      width_ += std::floor(left / static_cast<float>(place));
    }
    return;
  }
}

void RecordGrid::DrawHeader(Ui& ui, const RecordsState& records, CommandQueue& commands,
                            const Rect& whole) {
  const Theme& t = ui.theme;
  ui.Fill(whole, t.sunken);
  const Rect header = {sight_x0_ - 4, whole.y0, sight_x1_, whole.y1};
  if (marked_) {
    ui.Middle(ui.fonts.caption, t.text3, sight_x1_ + kPad, whole.cy(), "On device");
    ui.LineV(sight_x1_, whole.y0 + 8, whole.y1 - 8, t.border2);
  }
  ImGui::PushClipRect({header.x0, header.y0}, {header.x1, header.y1}, true);
  float x = sight_x0_ - left_;
  for (std::size_t i = 0; i < records.shown.size(); ++i) {
    const RecordColumn& column = records.columns[records.shown[i]];
    const Rect cell = At(x, header.y0, widths_[i], kHeader);
    x += widths_[i];
    if (cell.x1 < header.x0 || cell.x0 > header.x1) continue;
    DrawEdge(ui, records, i, cell, header);
    const bool sorted = records.order.field == column.field;
    const Rect title =
        Rect{cell.x0 + (i > 0 ? kEdge / 2 : 0), cell.y0, cell.x1 - kEdge / 2, cell.y1}.Clip(header);
    // Too little of it is in sight to be hit.
    if (title.width() < kMinTarget) continue;
    const Press press =
        ui.Hit("records/sort/" + column.field, title.Inset(0, 1), 4, cell.x0 >= header.x0);
    if (press.hovered) ui.Fill(cell.Clip(header), t.hover);
    if (press.clicked) {
      // Up, down, and back to the natural order.
      if (!sorted) {
        commands.Push(SortRecords{column.field, false});
      } else if (!records.order.descending) {
        commands.Push(SortRecords{column.field, true});
      } else {
        commands.Push(SortRecords{});
      }
      top_ = 0;
    }
    const std::string& label = column.label.empty() ? column.field : column.label;
    const bool number = kNumberTypes.Has(column.type) && cell.x1 - kPad <= header.x1;
    const float end = std::min(cell.x1 - kPad, header.x1 - 4);
    const float room = end - cell.x0 - kPad - (sorted ? 16 : 0);
    if (room < kLeastText) continue;
    const Color ink = sorted ? t.text2 : t.text3;
    const std::string shown = Shortened(ui.fonts.caption, label, room);
    const float width = Ui::Width(ui.fonts.caption, shown);
    const float at = number ? cell.x1 - kPad - width : cell.x0 + kPad;
    ui.Middle(ui.fonts.caption, ink, at, cell.cy(), shown);
    if (sorted) {
      ui.Icon(ui.fonts.icon16, t.accent, {number ? at - 10 : at + width + 10, cell.cy()},
              records.order.descending ? icon::kArrowDownward : icon::kArrowUpward);
    }
    if (press.hovered && shown != label) ui.Tooltip(label);
  }
  ImGui::PopClipRect();
  ui.LineH(whole.x0, whole.x1, whole.y1 - 1, t.border);
}

// The right edge of a column: dragging it makes the column wider, twice clicked all are as before.
void RecordGrid::DrawEdge(Ui& ui, const RecordsState& records, std::size_t place, const Rect& cell,
                          const Rect& header) {
  const Rect grip = At(cell.x1 - kEdge / 2, cell.y0, kEdge, kHeader);
  if (grip.x0 < header.x0 || grip.x1 > header.x1) return;
  const std::string& field = records.columns[records.shown[place]].field;
  const std::string key = records.entity + "/" + field;
  const Press press = ui.Hit("records/resize/" + field, grip, 4, false);
  if (press.hovered || press.held) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    ui.Fill({cell.x1 - 1, header.y0 + 4, cell.x1 + 1, header.y1 - 4}, ui.theme.accent_fill);
  } else {
    ui.LineV(cell.x1 - 1, header.y0 + 8, header.y1 - 8, ui.theme.border2);
  }
  if (press.held && ImGui::GetIO().MouseDelta.x != 0) {
    // From now on every column is as wide as it is: the others do not move.
    for (std::size_t i = 0; i < records.shown.size(); ++i) {
      dragged_.try_emplace(records.entity + "/" + records.columns[records.shown[i]].field,
                           widths_[i]);
    }
    dragged_[key] = std::max(kNarrowest, std::floor(ImGui::GetIO().MousePos.x - cell.x0));
    laid_out_.clear();
  }
  if (press.hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    std::erase_if(dragged_,
                  [&](const auto& item) { return item.first.starts_with(records.entity + "/"); });
    laid_out_.clear();
  }
}

void RecordGrid::Scroll(Ui& ui, const RecordsState& records, CommandQueue& commands,
                        const Rect& body, double visible) {
  const auto count = static_cast<double>(records.count);
  const ImGuiIO& io = ImGui::GetIO();
  const bool hovered = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) &&
                       body.Contains({io.MousePos.x, io.MousePos.y});
  if (hovered && io.MouseWheel != 0) {
    if (compat::Shift()) {
      left_ -= io.MouseWheel * 60;
    } else {
      top_ -= static_cast<double>(io.MouseWheel) * 3;
    }
  }
  if (hovered && io.MouseWheelH != 0) left_ -= io.MouseWheelH * 60;

  if (!io.WantTextInput && ImGui::IsWindowFocused()) {
    using compat::Key;
    const auto page = std::max(1.0, std::floor(visible) - 1);
    std::int64_t to = records.selected;
    if (compat::Pressed(Key::kPageDown, true)) top_ += page;
    if (compat::Pressed(Key::kPageUp, true)) top_ -= page;
    if (compat::Pressed(Key::kHome)) top_ = 0;
    if (compat::Pressed(Key::kEnd)) top_ = count;
    if (records.selected >= 0) {
      if (compat::Pressed(Key::kDown, true)) ++to;
      if (compat::Pressed(Key::kUp, true)) --to;
      if (to != records.selected && to >= 0 && to < records.count) {
        commands.Push(SelectRecord{to});
        const auto row = static_cast<double>(to);
        if (row < top_) top_ = row;
        if (row + 1 > top_ + visible) top_ = row + 1 - visible;
      }
    }
  }

  // The bar at the right, over the whole table.
  const Rect track = {body.x1 - 12, body.y0 + 2, body.x1 - 2, body.y1 - 2};
  const double hidden = count - visible;
  if (hidden > 0) {
    const float thumb = std::max(28.0F, track.height() * static_cast<float>(visible / count));
    const Press press =
        ui.Hit("records/scroll", At(track.x1 - 24, track.y0, 24, track.height()), 4, false);
    const float room = track.height() - thumb;
    float y = track.y0 + room * static_cast<float>(std::clamp(top_ / hidden, 0.0, 1.0));
    if (press.held) {
      if (!dragging_)
        grab_ = io.MousePos.y >= y && io.MousePos.y <= y + thumb ? io.MousePos.y - y : thumb / 2;
      dragging_ = true;
      y = std::clamp(io.MousePos.y - grab_, track.y0, track.y0 + room);
      top_ = hidden * static_cast<double>((y - track.y0) / room);
    } else {
      dragging_ = false;
    }
    ui.Fill(At(track.x0 + 1, y, 8, thumb),
            Fade(ui.theme.text3, press.held      ? 0.8F
                                 : press.hovered ? 0.6F
                                                 : 0.35F),
            4);
  }
  top_ = std::clamp(top_, 0.0, std::max(0.0, hidden));
  const float room = sight_x1_ - sight_x0_;
  const float beyond = width_ - room;
  left_ = std::clamp(left_, 0.0F, std::max(0.0F, beyond));
  if (beyond > 0) {
    const float thumb = std::max(40.0F, room * room / width_);
    const float x = sight_x0_ + (room - thumb) * left_ / beyond;
    const Rect bar = At(sight_x0_, body.y1 - 24, room, 24);
    const Press press = ui.Hit("records/scroll-x", bar, 4, false);
    if (press.held) left_ = std::clamp(left_ + io.MouseDelta.x * width_ / room, 0.0F, beyond);
    ui.Fill(At(x, body.y1 - 9, thumb, 7), Fade(ui.theme.text3, press.hovered ? 0.7F : 0.4F), 3.5F);
  }
}

// + or − at the left, the word at the right: never by colour alone.
void RecordGrid::DrawMark(Ui& ui, RecordMark mark, const Rect& row) {
  const Theme& t = ui.theme;
  const Tone& tone = mark == RecordMark::kAdded     ? t.ok
                     : mark == RecordMark::kRemoved ? t.err
                                                    : t.neutral;
  if (mark != RecordMark::kKept) {
    ui.Centre(ui.fonts.semibold, tone.fg, {row.x0 + 18, row.cy()},
              mark == RecordMark::kAdded ? "+" : "−");
  }
  const char* words = mark == RecordMark::kAdded     ? "Added"
                      : mark == RecordMark::kRemoved ? "Removed"
                                                     : "Kept";
  ui.Pill({sight_x1_ + kPad - 4, row.cy() - 11}, words, tone);
}

void RecordGrid::Draw(Ui& ui, const RecordsState& records, const RecordMarks& marks,
                      CommandQueue& commands, const Rect& area) {
  const Theme& t = ui.theme;
  ImGui::SetCursorScreenPos({area.x0, area.y0});
  compat::BeginChild("records/grid", {area.width(), area.height()},
                     ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollbar |
                         ImGuiWindowFlags_NoScrollWithMouse);
  marked_ = marks.shown;
  sight_x0_ = area.x0 + 4 + (marked_ ? kGutter : 0.0F);
  sight_x1_ = area.x1 - 20 - (marked_ ? kMarkWidth : 0.0F);
  Layout(records, sight_x1_ - sight_x0_);
  Rect body = area;
  const Rect header = body.CutTop(kHeader);
  const bool sideways = width_ > sight_x1_ - sight_x0_;
  const Rect rows_area = {body.x0, body.y0, body.x1, body.y1 - (sideways ? 12.0F : 0.0F)};
  const double visible = static_cast<double>(rows_area.height() / kRow);
  const auto count = static_cast<double>(records.count);
  top_ = std::clamp(top_, 0.0, std::max(0.0, count - visible));

  const auto first = static_cast<std::int64_t>(top_);
  const auto on_screen = static_cast<std::int64_t>(std::ceil(visible)) + 1;
  if (records.window.Missing(first, std::min(on_screen, records.count - first))) {
    commands.Push(WantRows{first, on_screen});
  }
  ImGui::PushClipRect({rows_area.x0, rows_area.y0}, {rows_area.x1, rows_area.y1}, true);
  for (std::int64_t i = first; i < std::min(first + on_screen, records.count); ++i) {
    const float y = Snap(rows_area.y0 + static_cast<float>(static_cast<double>(i) - top_) * kRow);
    const Rect r = {area.x0, y, area.x1 - 14, y + kRow};
    const Rect target = r.Clip(rows_area);
    const RecordRow* row = records.window.Row(i);
    if (!target.empty() && target.height() >= 8) {
      const Press press = ui.Hit("records/row/" + std::to_string(i), target, 4, false);
      if (press.clicked && row != nullptr) commands.Push(SelectRecord{i});
      if (i == records.selected) {
        ui.Fill(r, t.accent_soft);
      } else if (press.hovered) {
        ui.Fill(r, t.hover);
      }
    }
    ui.LineH(r.x0, r.x1, r.y1 - 1, t.border);
    if (marked_ && row != nullptr) DrawMark(ui, marks.Of(*row), r);
    ImGui::PushClipRect({sight_x0_ - 4, r.y0}, {sight_x1_, r.y1}, true);
    float x = sight_x0_ - left_;
    for (std::size_t place = 0; place < records.shown.size(); ++place) {
      const std::size_t c = records.shown[place];
      const Rect cell = At(x, r.y0, widths_[place], kRow);
      x += widths_[place];
      if (cell.x1 < sight_x0_ || cell.x0 > sight_x1_) continue;
      if (row == nullptr) {
        // Not read yet: a quiet stripe, no invented text.
        ui.Fill(At(cell.x0 + kPad, cell.cy() - 4, cell.width() * 0.5F, 8), t.bar_track, 4);
        continue;
      }
      if (c >= row->cells.size()) continue;
      // To the minute, as people write it: the inspector has all of it.
      const std::string& whole = row->cells[c];
      const bool dated = kDateTypes.Has(records.columns[c].type) && whole.size() > kDay;
      const auto moment = dated ? ParseInstant(whole) : std::nullopt;
      const std::string text = moment ? MinuteText(*moment) : whole;
      const Font& font = place == 0 ? ui.fonts.small_medium : ui.fonts.small;
      const Color ink = place == 0 ? t.text : t.text2;
      if (kNumberTypes.Has(records.columns[c].type)) {
        // Half a number is another number: one that is not in sight as a whole is not drawn.
        if (cell.x1 - kPad > sight_x1_) continue;
        ui.Right(font, ink, cell.x1 - kPad, cell.cy(),
                 Shortened(font, text, cell.width() - 2 * kPad));
        continue;
      }
      const float room = std::min(cell.x1 - kPad, sight_x1_ - 4) - cell.x0 - kPad;
      if (room >= kLeastText) ui.Fit(font, ink, cell.x0 + kPad, cell.cy(), room, text);
    }
    ImGui::PopClipRect();
  }
  ImGui::PopClipRect();
  DrawHeader(ui, records, commands, header);
  Scroll(ui, records, commands, body, visible);
  ImGui::SetCursorScreenPos({area.x0, area.y0});
  ImGui::EndChild();
}

}  // namespace satchel
