#include <array>
#include <chrono>
#include <cstdio>

#include "app/console/widgets/fields.h"

namespace satchel {
namespace {

constexpr std::array<const char*, 12> kMonths = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};
constexpr std::array<const char*, 7> kDays = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};

int DaysOf(int year, int month) {
  using namespace std::chrono;
  const auto last = std::chrono::year{year} / std::chrono::month{static_cast<unsigned>(month)} /
                    std::chrono::last;
  return static_cast<int>(static_cast<unsigned>(year_month_day(last).day()));
}

// Of the first of the month; Monday is 0.
int FirstWeekday(int year, int month) {
  using namespace std::chrono;
  const year_month_day first{std::chrono::year{year},
                             std::chrono::month{static_cast<unsigned>(month)}, day{1}};
  return static_cast<int>(weekday(sys_days(first)).iso_encoding()) - 1;
}

}  // namespace

void DayPicker::Open(std::string_view id, const std::string& day) {
  using namespace std::chrono;
  id_ = std::string(id);
  opening_ = true;
  int y = 0;
  int m = 0;
  int d = 0;
  if (std::sscanf(day.c_str(), "%d-%d-%d", &y, &m, &d) == 3 && m >= 1 && m <= 12 && y > 1700 &&
      y < 3000) {
    year_ = y;
    month_ = m;
    day_ = d;
    return;
  }
  const year_month_day today(floor<days>(system_clock::now()));
  year_ = static_cast<int>(today.year());
  month_ = static_cast<int>(static_cast<unsigned>(today.month()));
  day_ = 0;
}

std::optional<std::string> DayPicker::Draw(Ui& ui, std::string_view id, Point at) {
  if (id_ != id) return std::nullopt;
  const Theme& t = ui.theme;
  const std::string name = std::string(id) + "/calendar";
  if (opening_) ImGui::OpenPopup(name.c_str());
  opening_ = false;
  if (!ImGui::IsPopupOpen(name.c_str())) {
    id_.clear();
    return std::nullopt;
  }
  constexpr float kCell = 34;
  constexpr float kWidth = 7 * kCell + 16;
  constexpr float kHeight = 44 + 24 + 6 * kCell + 8;
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const Point corner = {std::min(at.x, display.x - kWidth - 8),
                        std::max(8.0F, std::min(at.y, display.y - kHeight - 8))};
  ImGui::SetNextWindowPos({corner.x, corner.y});
  ImGui::SetNextWindowSize({kWidth, kHeight});
  if (!ImGui::BeginPopup(name.c_str(), ImGuiWindowFlags_NoMove)) return std::nullopt;
  std::optional<std::string> chosen;
  const Rect box = At(corner.x, corner.y, kWidth, kHeight);
  ui.PopupCard(box);
  ui.Centre(
      ui.fonts.semibold, t.text, {box.cx(), box.y0 + 24},
      std::string(kMonths[static_cast<std::size_t>(month_ - 1)]) + " " + std::to_string(year_));
  const auto turn = [&](int months) {
    const int whole = year_ * 12 + month_ - 1 + months;
    year_ = whole / 12;
    month_ = whole % 12 + 1;
    day_ = 0;
  };
  if (ui.IconButton(name + "/earlier", {box.x0 + 8, box.y0 + 10}, icon::kChevronLeft,
                    "Month before", 28)) {
    turn(-1);
  }
  if (ui.IconButton(name + "/later", {box.x1 - 36, box.y0 + 10}, icon::kChevronRight, "Month after",
                    28)) {
    turn(1);
  }
  const float top = box.y0 + 44;
  for (int i = 0; i < 7; ++i) {
    ui.Centre(ui.fonts.caption, t.text3,
              {box.x0 + 8 + (static_cast<float>(i) + 0.5F) * kCell, top + 10},
              kDays[static_cast<std::size_t>(i)]);
  }
  const int first = FirstWeekday(year_, month_);
  for (int day = 1; day <= DaysOf(year_, month_); ++day) {
    const int cell = first + day - 1;
    const Rect r = At(box.x0 + 8 + static_cast<float>(cell % 7) * kCell,
                      top + 24 + static_cast<float>(cell / 7) * kCell, kCell, kCell)
                       .Inset(2);
    char text[24] = {};
    (void)std::snprintf(text, sizeof text, "%04d-%02d-%02d", year_, month_, day);
    const Press press = ui.Hit(name + "/" + text, r, 8);
    if (day == day_) {
      ui.Fill(r, t.accent_fill, 7);
    } else if (press.hovered) {
      ui.Fill(r, t.hover, 7);
    }
    ui.Centre(ui.fonts.small, day == day_ ? t.on_accent : t.text, {r.cx(), r.cy()},
              std::to_string(day));
    if (press.clicked) chosen = text;
  }
  if (chosen || compat::Pressed(compat::Key::kEscape)) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
  return chosen;
}

}  // namespace satchel
