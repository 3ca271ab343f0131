#include "app/cli/terminal.h"

#include <algorithm>
#include <cmath>
#include <istream>
#include <ostream>

#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr int kBarWidth = 24;

std::size_t Width(std::string_view text) {
  // Code points; wide characters are rare enough in names to live with a ragged column.
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

void Terminal::ClearLine() {
  if (bar_shown_) err_ << "\r\x1B[K";
  bar_shown_ = false;
}

void Terminal::Complain(std::string_view message) {
  ClearLine();
  err_ << "satchel: " << message << "\n";
}

void Terminal::Report(std::string_view file, const Finding& finding) {
  ClearLine();
  err_ << file << ":";
  if (finding.mark.known()) err_ << ToString(finding.mark) << ":";
  err_ << " " << Name(finding.severity) << ": " << finding.message;
  if (!finding.rule.empty()) err_ << " [" << finding.rule << "]";
  err_ << "\n";
}

void Terminal::Note(std::string_view message) {
  ClearLine();
  err_ << message << "\n";
}

void Terminal::Progress(double fraction, std::string_view text) {
  if (!live_) return;
  const int filled = static_cast<int>(std::lround(std::clamp(fraction, 0.0, 1.0) * kBarWidth));
  std::string bar;
  for (int i = 0; i < kBarWidth; ++i) bar += i < filled ? "█" : "░";
  err_ << "\r\x1B[K" << bar << " " << static_cast<int>(std::clamp(fraction, 0.0, 1.0) * 100)
       << " %  " << text << std::flush;
  bar_shown_ = true;
}

void Terminal::Milestone(std::string_view text) {
  if (!live_) err_ << text << "\n" << std::flush;
}

void Terminal::Status(std::string_view text) {
  if (!live_) return;
  err_ << "\r\x1B[K" << text << " …" << std::flush;
  bar_shown_ = true;
}

void Terminal::EndProgress() {
  ClearLine();
  err_ << std::flush;
}

std::string Clipped(std::string_view text, std::size_t most) {
  const std::string quoted = Quoted(text, most);
  return quoted.substr(1, quoted.size() - 2);
}

void PrintTable(std::ostream& out, const std::vector<TextColumn>& columns,
                const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const TextColumn& column : columns) widths.push_back(Width(column.title));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  const auto print = [&](const auto& cell_of) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string& cell = cell_of(i);
      const std::string padding(widths[i] - Width(cell), ' ');
      line += columns[i].right ? padding + cell : cell + padding;
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << "\n";
  };
  print([&](std::size_t i) -> const std::string& { return columns[i].title; });
  for (const auto& row : rows) {
    print([&](std::size_t i) -> const std::string& { return row[i]; });
  }
}

}  // namespace satchel
