#include "app/console/widgets/picker.h"

#include <algorithm>
#include <array>

#include "engine/record/text_order.h"
#include "policy/support/text.h"

namespace satchel {

bool Matches(std::string_view query, std::initializer_list<std::string_view> texts) {
  if (query.empty()) return true;  // Asked of every line of a list, in every frame.
  const std::string folded = FoldText(query);
  for (const std::string_view word : Split(folded, ' ')) {
    if (word.empty()) continue;
    bool found = false;
    for (const std::string_view text : texts) {
      found = found || FoldText(text).find(word) != std::string::npos;
    }
    if (!found) return false;
  }
  return true;
}

namespace {

bool HasAll(std::string_view text, const std::vector<std::string_view>& words) {
  return std::all_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

// What Matches finds. What is typed in full comes first, then what begins with it, then what has it
// in its title. There may be thousands, in every frame: each text is folded once.
std::vector<const PickerItem*> Found(const std::vector<PickerItem>& items,
                                     const std::string& typed) {
  std::vector<const PickerItem*> found;
  found.reserve(items.size());
  const std::string whole = FoldText(typed);
  if (whole.empty()) {
    for (const PickerItem& item : items) found.push_back(&item);
    return found;
  }
  std::vector<std::string_view> words = Split(whole, ' ');
  std::erase_if(words, [](std::string_view word) { return word.empty(); });
  std::array<std::vector<const PickerItem*>, 4> ranked;
  for (const PickerItem& item : items) {
    const std::string title = FoldText(item.title);
    const std::string detail = FoldText(item.detail);
    const std::string right = FoldText(item.right);
    const bool has = std::all_of(words.begin(), words.end(), [&](std::string_view word) {
      return title.find(word) != std::string::npos || detail.find(word) != std::string::npos ||
             right.find(word) != std::string::npos;
    });
    if (!has) continue;
    const std::size_t rank = title == whole || right == whole ? 0
                             : title.starts_with(whole)       ? 1
                             : HasAll(title, words)           ? 2
                                                              : 3;
    ranked[rank].push_back(&item);
  }
  for (const auto& each : ranked) found.insert(found.end(), each.begin(), each.end());
  return found;
}

}  // namespace

std::optional<std::string> Picker::Draw(Ui& ui, const char* id, Point at, float width,
                                        const char* hint, const std::vector<PickerItem>& items,
                                        const std::string& empty, const char* offer_typed,
                                        const std::string& failure) {
  constexpr int kMostShown = 8;
  again_ = false;
  if (opening_) {
    ImGui::OpenPopup(id);
    typed_.clear();
    at_ = 0;
    round_ = 0;
    next_round_ = false;
    opening_ = false;
  }
  if (!ImGui::IsPopupOpen(id)) return std::nullopt;
  bool details = false;
  for (const PickerItem& item : items) details = details || !item.detail.empty();
  const float row_height = details ? 44.0F : 34.0F;
  const std::string typed(Trim(typed_));
  const std::vector<const PickerItem*> shown = Found(items, typed);
  const bool offer = offer_typed != nullptr && !typed.empty();
  const int rows = static_cast<int>(shown.size()) + (offer ? 1 : 0);
  const auto visible = static_cast<float>(std::clamp(rows, 1, kMostShown));

  std::optional<std::string> chosen;
  // A failure stands above what can be chosen all the same.
  const bool failed = !failure.empty();
  const float said = failed ? Ui::WrappedHeight(ui.fonts.small, failure, width - 66) : 0;
  const float complaint = failed ? said + 12 + 34 + 8 : 0;
  const float list = failed && rows == 0 ? 0 : visible * row_height;
  const float height = 8 + 34 + 8 + complaint + list + 8;
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  // Above what it belongs to where there is no room below; else as low as the window lets it.
  const float above = at.y - 4 - kButton - 4 - height;
  const bool fits = at.y + height + 8 <= display.y;
  const Point corner = {
      std::min(at.x, display.x - width - 8),
      fits || above < 8 ? std::max(8.0F, std::min(at.y, display.y - height - 8)) : above};
  ImGui::SetNextWindowPos({corner.x, corner.y});
  ImGui::SetNextWindowSize({width, height});
  if (!ImGui::BeginPopup(id, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoNavInputs)) {
    return std::nullopt;
  }
  const Rect box = At(corner.x, corner.y, width, height);
  ui.PopupCard(box);
  const std::string name(id);
  // Dear ImGui keeps its own copy of what somebody types in: an empty field is another one.
  ImGui::PushID(round_);
  if (ui.Input(name + "/search", At(box.x0 + 8, box.y0 + 8, width - 16, 34), &typed_, hint,
               icon::kSearch, ImGui::IsWindowAppearing() || next_round_)) {
    at_ = 0;
  }
  ImGui::PopID();
  next_round_ = false;
  const bool down = compat::Pressed(compat::Key::kDown, true);
  const bool up = compat::Pressed(compat::Key::kUp, true);
  if (down) ++at_;
  if (up) --at_;
  at_ = rows == 0 ? 0 : std::clamp(at_, 0, rows - 1);
  // The Enter that opened the list has chosen nothing in it.
  const bool pressed = compat::Pressed(compat::Key::kEnter) && !ImGui::IsWindowAppearing();
  const bool enter = pressed && rows > 0;

  if (failed) {
    const Point at_text = {box.x0 + 46, box.y0 + 54};
    ui.Icon(ui.fonts.icon20, ui.theme.err.fill, {box.x0 + 26, at_text.y + 9}, icon::kError);
    ui.Wrapped(ui.fonts.small, ui.theme.text, at_text, width - 66, failure);
    again_ = ui.Button(name + "/again", {at_text.x, at_text.y + said + 8}, "Search again",
                       icon::kRefresh) ||
             (rows == 0 && pressed);
  }
  const Rect body = {box.x0 + 8, box.y0 + 50 + complaint, box.x1 - 4, box.y1 - 8};
  const Point origin = ui.BeginScroll(name + "/list", body);
  if (rows == 0 && !failed) {
    const float room = body.width() - 24;
    const float left = std::max(0.0F, (room - Ui::Width(ui.fonts.small, empty)) / 2);
    ui.Fit(ui.fonts.small, ui.theme.text2, origin.x + 8 + left, origin.y + row_height / 2, room,
           empty);
  }
  for (int i = 0; i < rows; ++i) {
    const Rect row =
        At(origin.x, origin.y + static_cast<float>(i) * row_height, width - 20, row_height);
    const bool is_offer = offer && i == static_cast<int>(shown.size());
    const PickerItem made = {typed,
                             std::string(offer_typed == nullptr ? "" : offer_typed) + typed,
                             "",
                             "",
                             icon::kArrowForward,
                             -1};
    const PickerItem& item = is_offer ? made : *shown[static_cast<std::size_t>(i)];
    // Those out of sight are only known to be there; of thousands, not even that.
    const bool seen = i == at_ || (row.y1 >= body.y0 && row.y0 <= body.y1);
    if (!seen && rows > kMostNamed) continue;
    const std::string row_id = name + "/item/" + item.value;
    if (!seen) {
      ui.Note(row_id, row);
      continue;
    }
    const Press press = ui.Hit(row_id, row, 6, false);
    if (press.hovered && (ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0)) {
      at_ = i;
    }
    if (i == at_) {
      ui.Fill(row, ui.theme.accent_soft, 6);
      // The wheel may leave the line behind on which the arrows stand.
      if (!press.hovered && (down || up)) {
        const float top = origin.y + static_cast<float>(i) * row_height;
        if (top < body.y0 || top + row_height > body.y1)
          ImGui::SetScrollY(static_cast<float>(i) * row_height);
      }
    }
    float x = row.x0 + 10;
    if (item.hue >= 0) {
      ui.Avatar({x + 13, row.cy()}, 13, item.title, ui.theme.Hue(item.hue));
      x += 36;
    } else if (item.icon != nullptr) {
      ui.Icon(ui.fonts.icon20, ui.theme.text2, {x + 10, row.cy()}, item.icon);
      x += 30;
    }
    const float right = item.right.empty() ? 0 : Ui::Width(ui.fonts.caption, item.right) + 12;
    ui.Right(ui.fonts.caption, ui.theme.text3, row.x1 - 8, row.cy(), item.right);
    const float room = row.x1 - 12 - right - x;
    if (item.detail.empty()) {
      ui.Fit(ui.fonts.small_medium, ui.theme.text, x, row.cy(), room, item.title);
    } else {
      ui.Fit(ui.fonts.small_medium, ui.theme.text, x, row.cy() - 9, room, item.title);
      ui.Fit(ui.fonts.caption, ui.theme.text3, x, row.cy() + 9, room, item.detail);
    }
    if (press.clicked || (enter && i == at_)) chosen = item.value;
  }
  ui.EndScroll(origin.y + static_cast<float>(std::max(rows, 1)) * row_height);
  if (chosen && after_ == AfterChoice::kStay) {
    if (!typed_.empty()) at_ = 0;
    typed_.clear();
    ++round_;
    next_round_ = true;
  } else if (chosen || compat::Pressed(compat::Key::kEscape)) {
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
  return chosen;
}

}  // namespace satchel
