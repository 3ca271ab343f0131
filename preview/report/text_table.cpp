#include "preview/report/text_table.h"

#include <algorithm>
#include <cstdlib>

#include "policy/support/units.h"

namespace satchel {

namespace {

constexpr std::string_view kMinus = "−";

}  // namespace

std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string Padded(const std::string& text, std::size_t width, Align align) {
  const std::string blanks(width - std::min(width, Width(text)), ' ');
  return align == Align::kRight ? blanks + text : text + blanks;
}

std::string TextTable(const std::vector<Align>& columns,
                      const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Align align = i < columns.size() ? columns[i] : Align::kRight;
      line += (i > 0 ? "  " : "") + Padded(row[i], widths[i], align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string SignedCount(std::int64_t difference) {
  if (difference == 0) return {};
  return (difference > 0 ? "+" : std::string(kMinus)) + HumanCount(std::abs(difference));
}

std::string SignedSize(std::int64_t bytes) {
  if (bytes == 0) return {};
  return (bytes > 0 ? "+" : std::string(kMinus)) + HumanSize(std::abs(bytes));
}

}  // namespace satchel
