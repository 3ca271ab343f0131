#include "app/console/panels/diff_view.h"

#include <algorithm>
#include <cmath>

namespace satchel {
namespace {

constexpr float kLinePitch = 24;
constexpr float kUnifiedText = 112;  // Where the text begins, behind the numbers.
constexpr float kSplitText = 56;

std::size_t Indent(std::string_view text) {
  const auto at = text.find_first_not_of(' ');
  return at == std::string_view::npos ? 0 : at;
}

bool InsideLetter(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

std::size_t LettersIn(float width, const Font& font) {
  const float letter = std::max(1.0F, Ui::Width(font, "m"));
  return static_cast<std::size_t>(std::max(24.0F, std::floor(width / letter)));
}

}  // namespace

std::vector<DiffPiece> BreakLine(std::string_view text, std::size_t letters) {
  std::vector<DiffPiece> pieces;
  const std::size_t indent = std::min(Indent(text) + kDiffIndent, letters / 2);
  std::size_t begin = 0;
  while (text.size() - begin > letters - (begin > 0 ? indent : 0)) {
    const std::size_t room = letters - (begin > 0 ? indent : 0);
    std::size_t end = begin + room;
    const auto comma = text.rfind(',', end - 1);
    const auto blank = text.rfind(' ', end - 1);
    const std::size_t least = begin + room / 3;
    if (comma != std::string_view::npos && comma > least) {
      end = comma + 1;
    } else if (blank != std::string_view::npos && blank > least) {
      end = blank + 1;
    } else {
      while (end > begin + 1 && InsideLetter(text, end)) --end;
    }
    pieces.push_back({begin, end});
    begin = end;
    while (begin < text.size() && text[begin] == ' ') ++begin;
  }
  if (begin < text.size() || pieces.empty()) pieces.push_back({begin, text.size()});
  return pieces;
}

bool DiffView::Stale(std::int64_t serial, std::size_t letters, bool split) {
  if (serial == serial_ && letters == letters_ && split == split_) return false;
  serial_ = serial;
  letters_ = letters;
  split_ = split;
  return true;
}

void DiffView::LayUnified(const PublishView& view, std::size_t letters) {
  pieces_.clear();
  lines_.clear();
  for (std::size_t row = 0; row < view.rows.size(); ++row) {
    // A pill stands at the end of what is structural.
    const std::size_t room = letters - (view.rows[row].structural ? 12 : 0);
    pieces_.push_back(BreakLine(view.rows[row].line.text, room));
    for (std::size_t piece = 0; piece < pieces_.back().size(); ++piece) {
      lines_.push_back({.row = row, .piece = piece});
    }
  }
}

void DiffView::LaySplit(const PublishView& view, std::size_t letters) {
  pieces_.clear();
  lines_.clear();
  for (const DiffRow& row : view.rows) pieces_.push_back(BreakLine(row.line.text, letters));
  const auto put = [&](int left, int right) {
    const auto count = [&](int row) {
      return row < 0 ? std::size_t{0} : pieces_[static_cast<std::size_t>(row)].size();
    };
    for (std::size_t piece = 0; piece < std::max(count(left), count(right)); ++piece) {
      lines_.push_back({.row = static_cast<std::size_t>(std::max(left, 0)),
                        .right = right,
                        .left = left >= 0,
                        .piece = piece});
    }
  };
  for (std::size_t i = 0; i < view.rows.size();) {
    const auto at = static_cast<int>(i);
    if (!view.rows[i].header.empty() || view.rows[i].line.kind == DiffLine::Kind::kSame) {
      put(at, at);
      ++i;
      continue;
    }
    std::vector<int> before;
    std::vector<int> after;
    for (; i < view.rows.size() && view.rows[i].header.empty() &&
           view.rows[i].line.kind != DiffLine::Kind::kSame;
         ++i) {
      (view.rows[i].line.kind == DiffLine::Kind::kRemoved ? before : after)
          .push_back(static_cast<int>(i));
    }
    for (std::size_t k = 0; k < std::max(before.size(), after.size()); ++k) {
      put(k < before.size() ? before[k] : -1, k < after.size() ? after[k] : -1);
    }
  }
}

// YAML in colours: keys blue, the rest as text; what differs within the line is marked.
void DiffView::DrawPiece(Ui& ui, const DiffLine& line, const DiffPiece& piece, bool first, float x,
                         float cy) {
  const Theme& t = ui.theme;
  const Font& font = ui.fonts.mono;
  const std::string_view text = line.text;
  if (!first) {
    x += Ui::Width(font, "m") *
         static_cast<float>(std::min(Indent(text) + kDiffIndent, letters_ / 2));
  }
  const std::size_t from = std::max(line.changed.first, piece.begin);
  const std::size_t to = std::min(line.changed.second, piece.end);
  if (from < to) {
    const float at = x + Ui::Width(font, text.substr(piece.begin, from - piece.begin));
    const float width = Ui::Width(font, text.substr(from, to - from));
    const Tone& tone = line.kind == DiffLine::Kind::kAdded ? t.ok : t.err;
    ui.Fill(At(at - 2, cy - 10, width + 4, 20), Fade(tone.fill, 0.34F), 4);
  }
  const auto colon = text.find(": ");
  const bool key_only = !text.empty() && text.back() == ':';
  std::size_t key = colon != std::string::npos ? colon + 1 : key_only ? text.size() : 0;
  if (text.find('{') < key) key = 0;
  const std::size_t split = std::clamp(key, piece.begin, piece.end);
  if (split > piece.begin) {
    x += ui.Middle(font, t.info.fg, x, cy, text.substr(piece.begin, split - piece.begin));
  }
  if (split < piece.end) ui.Middle(font, t.text, x, cy, text.substr(split, piece.end - split));
}

void DiffView::DrawUnified(Ui& ui, const PublishView& view, std::int64_t serial, const Rect& area) {
  const Theme& t = ui.theme;
  const Point origin = ui.BeginScroll("publish/diff", area);
  const float x0 = origin.x;
  const float x1 = origin.x + area.width() - 12;
  const std::size_t letters = LettersIn(x1 - x0 - kUnifiedText - 10, ui.fonts.mono);
  if (Stale(serial, letters, false)) LayUnified(view, letters);
  if (scroll_to_ >= 0) {
    const auto at = std::find_if(lines_.begin(), lines_.end(), [&](const Visual& line) {
      return line.row == static_cast<std::size_t>(scroll_to_);
    });
    ImGui::SetScrollY(static_cast<float>(at - lines_.begin()) * kLinePitch);
    scroll_to_ = -1;
  }
  const auto first = static_cast<std::size_t>(std::max(0.0F, ImGui::GetScrollY() / kLinePitch));
  const std::size_t last =
      std::min(lines_.size(), first + static_cast<std::size_t>(area.height() / kLinePitch) + 2);
  for (std::size_t i = first; i < last; ++i) {
    const Visual& at = lines_[i];
    const DiffRow& row = view.rows[at.row];
    const float y = origin.y + static_cast<float>(i) * kLinePitch;
    const float cy = y + kLinePitch / 2;
    if (!row.header.empty()) {
      ui.Fill({x0, y, x1, y + kLinePitch}, Mix(t.surface, t.accent_soft, 0.5F));
      ui.Middle(ui.fonts.mono, t.text3, x0 + kUnifiedText, cy, "@@ " + row.header);
      continue;
    }
    const DiffLine& line = row.line;
    const bool added = line.kind == DiffLine::Kind::kAdded;
    const bool removed = line.kind == DiffLine::Kind::kRemoved;
    if (added || removed) {
      const Tone& tone = added ? t.ok : t.err;
      ui.Fill({x0, y, x1, y + kLinePitch}, Mix(t.surface, tone.soft, 0.75F));
      ui.Fill({x0, y, x0 + 3, y + kLinePitch}, tone.fill);
      if (at.first()) ui.Middle(ui.fonts.mono, tone.fg, x0 + 90, cy, added ? "+" : "−");
    }
    if (at.first() && line.before > 0) {
      ui.Right(ui.fonts.mono, t.text3, x0 + 42, cy, std::to_string(line.before));
    }
    if (at.first() && line.after > 0) {
      ui.Right(ui.fonts.mono, t.text3, x0 + 80, cy, std::to_string(line.after));
    }
    DrawPiece(ui, line, pieces_[at.row][at.piece], at.first(), x0 + kUnifiedText, cy);
    if (row.structural && at.first()) {
      ui.Pill({x1 - ui.PillWidth("Structural", false, false) - 8, y + 1}, "Structural", t.violet);
    }
  }
  ui.EndScroll(origin.y + static_cast<float>(lines_.size()) * kLinePitch + 4);
}

void DiffView::DrawSplit(Ui& ui, const PublishView& view, std::int64_t serial, const Rect& area) {
  const Theme& t = ui.theme;
  const Point origin = ui.BeginScroll("publish/diff", area);
  const float half = std::floor((area.width() - 12) / 2);
  const std::size_t letters = LettersIn(half - kSplitText - 10, ui.fonts.mono);
  if (Stale(serial, letters, true)) LaySplit(view, letters);
  const auto side = [&](int row, std::size_t piece, float x0, float y, bool after) {
    const float x1 = x0 + half - 1;
    const float cy = y + kLinePitch / 2;
    if (row < 0) {
      ui.Fill({x0, y, x1, y + kLinePitch}, t.sunken);
      return;
    }
    const DiffLine& line = view.rows[static_cast<std::size_t>(row)].line;
    if (line.kind != DiffLine::Kind::kSame) {
      const Tone& tone = after ? t.ok : t.err;
      ui.Fill({x0, y, x1, y + kLinePitch}, Mix(t.surface, tone.soft, 0.75F));
      ui.Fill({x0, y, x0 + 3, y + kLinePitch}, tone.fill);
    }
    const auto& pieces = pieces_[static_cast<std::size_t>(row)];
    if (piece >= pieces.size()) return;
    if (piece == 0) {
      ui.Right(ui.fonts.mono, t.text3, x0 + 42, cy,
               std::to_string(after ? line.after : line.before));
    }
    DrawPiece(ui, line, pieces[piece], piece == 0, x0 + kSplitText, cy);
  };
  const auto first = static_cast<std::size_t>(std::max(0.0F, ImGui::GetScrollY() / kLinePitch));
  const std::size_t last =
      std::min(lines_.size(), first + static_cast<std::size_t>(area.height() / kLinePitch) + 2);
  for (std::size_t i = first; i < last; ++i) {
    const Visual& at = lines_[i];
    const float y = origin.y + static_cast<float>(i) * kLinePitch;
    const DiffRow& row = view.rows[at.row];
    if (at.left && !row.header.empty()) {
      ui.Fill({origin.x, y, origin.x + 2 * half, y + kLinePitch},
              Mix(t.surface, t.accent_soft, 0.5F));
      ui.Middle(ui.fonts.mono, t.text3, origin.x + kSplitText, y + kLinePitch / 2,
                "@@ " + row.header);
      continue;
    }
    side(at.left ? static_cast<int>(at.row) : -1, at.piece, origin.x, y, false);
    side(at.right, at.piece, origin.x + half, y, true);
  }
  const float bottom = origin.y + static_cast<float>(lines_.size()) * kLinePitch;
  ui.LineV(origin.x + half - 1, origin.y, bottom, t.border);
  ui.EndScroll(bottom + 4);
}

}  // namespace satchel
