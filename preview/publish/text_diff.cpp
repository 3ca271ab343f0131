#include "preview/publish/text_diff.h"

#include <algorithm>

#include "policy/support/text.h"

namespace satchel {
namespace {

using Lines = std::vector<std::string_view>;

// Beyond so many differing lines nobody reads the fewest: all is removed and added.
constexpr int kMostEdits = 1200;

Lines LinesOf(std::string_view text) {
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (text.empty()) return {};
  return Split(text, '\n');
}

struct Edit {
  bool added = false;
  int line = 0;  // In the text it is of, from 0.
};

// Myers' shortest edit script, in the order of the texts.
std::vector<Edit> ShortestEdits(const Lines& a, const Lines& b) {
  const int n = static_cast<int>(a.size());
  const int m = static_cast<int>(b.size());
  const int most = std::min(n + m, kMostEdits);
  std::vector<std::vector<int>> trace;
  std::vector<int> furthest(static_cast<std::size_t>(2 * most + 3), 0);
  const auto at = [&](std::vector<int>& v, int k) -> int& {
    return v[static_cast<std::size_t>(k + most + 1)];
  };
  const auto same = [&](int x, int y) {
    return a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(y)];
  };
  for (int d = 0; d <= most; ++d) {
    trace.push_back(furthest);
    for (int k = -d; k <= d; k += 2) {
      const bool down = k == -d || (k != d && at(furthest, k - 1) < at(furthest, k + 1));
      int x = down ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
      int y = x - k;
      while (x < n && y < m && same(x, y)) {
        ++x;
        ++y;
      }
      at(furthest, k) = x;
      if (x < n || y < m) continue;
      // Found: back to the start.
      std::vector<Edit> edits;
      for (int step = d; step > 0; --step) {
        std::vector<int>& v = trace[static_cast<std::size_t>(step)];
        const int here = x - y;
        const bool inserted = here == -step || (here != step && at(v, here - 1) < at(v, here + 1));
        const int from = inserted ? here + 1 : here - 1;
        const int from_x = at(v, from);
        const int from_y = from_x - from;
        edits.push_back({inserted, inserted ? from_y : from_x});
        x = from_x;
        y = from_y;
      }
      std::reverse(edits.begin(), edits.end());
      return edits;
    }
  }
  std::vector<Edit> all;
  for (int i = 0; i < n; ++i) all.push_back({false, i});
  for (int i = 0; i < m; ++i) all.push_back({true, i});
  return all;
}

// "30m" that becomes "15m" differs as a whole: what two lines have in common ends between words.
void ToWholeWords(const std::string& x, const std::string& y, std::size_t& head,
                  std::size_t& tail) {
  const auto word = [](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80U;
  };
  const auto within = [&](const std::string& text) {
    const std::size_t end = text.size() - tail;
    return head < end && word(text[head]);
  };
  while (head > 0 && word(x[head - 1]) && (within(x) || within(y))) --head;
  const auto until = [&](const std::string& text) {
    const std::size_t end = text.size() - tail;
    return end > head && word(text[end - 1]);
  };
  while (tail > 0 && word(x[x.size() - tail]) && (until(x) || until(y))) --tail;
}

// A removed line followed by an added one is one line changed: which part of it.
void MarkWords(std::vector<DiffLine>& lines) {
  using Kind = DiffLine::Kind;
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t removed = i;
    while (removed < lines.size() && lines[removed].kind == Kind::kRemoved) ++removed;
    std::size_t added = removed;
    while (added < lines.size() && lines[added].kind == Kind::kAdded) ++added;
    const std::size_t pairs = std::min(removed - i, added - removed);
    for (std::size_t p = 0; p < pairs; ++p) {
      DiffLine& before = lines[i + p];
      DiffLine& after = lines[removed + p];
      const std::string& x = before.text;
      const std::string& y = after.text;
      std::size_t head = 0;
      while (head < std::min(x.size(), y.size()) && x[head] == y[head]) ++head;
      std::size_t tail = 0;
      while (tail < std::min(x.size(), y.size()) - head &&
             x[x.size() - 1 - tail] == y[y.size() - 1 - tail]) {
        ++tail;
      }
      // Never through the middle of a character.
      const auto inside = [](const std::string& text, std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
      };
      while (head > 0 && (inside(x, head) || inside(y, head))) --head;
      while (tail > 0 && (inside(x, x.size() - tail) || inside(y, y.size() - tail))) --tail;
      const bool alike = head + tail > std::min(x.size(), y.size()) / 3;
      if (!alike) continue;
      ToWholeWords(x, y, head, tail);
      before.changed = {head, x.size() - tail};
      after.changed = {head, y.size() - tail};
    }
    i = std::max(added, i + 1);
  }
}

}  // namespace

std::vector<DiffLine> DiffLines(std::string_view before, std::string_view after) {
  using Kind = DiffLine::Kind;
  const Lines a = LinesOf(before);
  const Lines b = LinesOf(after);
  std::vector<DiffLine> lines;
  std::size_t x = 0;
  std::size_t y = 0;
  const auto same_until = [&](std::size_t to_x, std::size_t to_y) {
    while (x < to_x && y < to_y) {
      lines.push_back(
          {Kind::kSame, static_cast<int>(x) + 1, static_cast<int>(y) + 1, std::string(a[x]), {}});
      ++x;
      ++y;
    }
  };
  for (const Edit& edit : ShortestEdits(a, b)) {
    const auto line = static_cast<std::size_t>(edit.line);
    if (edit.added) {
      while (y < line && x < a.size()) same_until(x + 1, y + 1);
      lines.push_back({Kind::kAdded, 0, edit.line + 1, std::string(b[line]), {}});
      ++y;
    } else {
      while (x < line && y < b.size()) same_until(x + 1, y + 1);
      lines.push_back({Kind::kRemoved, edit.line + 1, 0, std::string(a[line]), {}});
      ++x;
    }
  }
  same_until(a.size(), b.size());
  MarkWords(lines);
  return lines;
}

}  // namespace satchel
