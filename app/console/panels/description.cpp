#include "app/console/panels/description.h"

#include <algorithm>

#include "app/console/panels/finding_words.h"
#include "policy/support/text.h"

namespace satchel {
namespace {

std::string Capitals(std::string_view line) {
  std::string capitals(line);
  for (char& c : capitals) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return capitals;
}

}  // namespace

void DrawDescription(Ui& ui, const AppState& state, Rect area, const char* title,
                     const std::vector<std::string>& paragraphs,
                     const std::vector<std::string>& paths) {
  const Theme& t = ui.theme;
  area = {area.x0 + 20, area.y0 + 20, area.x1 - 8, area.y1 - 8};
  const Point origin = ui.BeginScroll(std::string("description/") + title, area);
  const float x0 = origin.x;
  const float x1 = origin.x + area.width() - 14;
  float y = origin.y;
  ui.Text(ui.fonts.heading, t.text, {x0, y}, title);
  y += 38;
  bool take = false;
  bool first = true;
  for (const std::string_view line : Split(state.study.description, '\n')) {
    const bool opens = !line.empty() && line[0] != ' ';
    if (opens || first) {
      const bool named = !line.empty() &&
                         std::find(paragraphs.begin(), paragraphs.end(), line) != paragraphs.end();
      take = named ||
             (first && std::find(paragraphs.begin(), paragraphs.end(), "") != paragraphs.end());
      if (named) {
        y += 10;
        ui.Text(ui.fonts.caption, t.text3, {x0, y}, Capitals(line));
        y += 22;
        first = false;
        continue;
      }
    }
    if (line.empty()) {
      take = false;
      first = false;
      continue;
    }
    if (!take) continue;
    std::string_view text = Trim(line);
    const bool point = text.substr(0, 2) == "- ";
    if (point) {
      text.remove_prefix(2);
      ui.Dot({x0 + 6, y + 9}, 2.5F, t.accent_fill);
    }
    const float left = x0 + (point ? 18.0F : 0.0F);
    // What it is called stands out from what is said of it.
    const bool name = line.data() == state.study.description.data();
    y += ui.Wrapped(name ? ui.fonts.semibold : ui.fonts.small, t.text, {left, y}, x1 - left, text) +
         8;
  }
  y += 8;
  ui.LineH(x0, x1, y, t.border);
  y += 18;
  ui.Text(ui.fonts.caption, t.text3, {x0, y}, "CHECKS");
  y += 24;
  bool clean = true;
  std::vector<Finding> findings = state.study.findings;
  for (const Finding& finding : state.measured) findings.push_back(Labelled(state, finding));
  for (const Finding& finding : findings) {
    const bool mine = std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
      return finding.path.compare(0, path.size(), path) == 0;
    });
    if (!mine || finding.severity == Severity::kInfo) continue;
    clean = false;
    const Tone& tone = finding.severity == Severity::kError ? t.err : t.warn;
    ui.Icon(ui.fonts.icon20, tone.fill, {x0 + 10, y + 9},
            finding.severity == Severity::kError ? icon::kError : icon::kWarning);
    y += ui.Wrapped(ui.fonts.small, t.text, {x0 + 28, y}, x1 - x0 - 28, FindingWords(finding)) + 12;
  }
  if (clean) {
    ui.Icon(ui.fonts.icon20, t.ok.fill, {x0 + 10, y + 9}, icon::kCheckCircle);
    ui.Middle(ui.fonts.small_medium, t.text, x0 + 28, y + 9, "Nothing wrong here");
    y += 28;
  }
  ui.EndScroll(y);
}

}  // namespace satchel
