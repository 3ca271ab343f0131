#include "app/console/widgets/soft_wrap.h"

#include <algorithm>
#include <optional>

namespace satchel {
namespace {

bool Blank(char c) {
  return c == ' ' || c == '\n';
}

// A space of the text may be shown as a break.
bool Same(char a, char b) {
  return a == b || (Blank(a) && Blank(b));
}

}  // namespace

std::string SoftWrap(std::string text, float width, const MeasureText& measure) {
  const float space_width = measure(" ");
  float line = 0;
  std::size_t word = 0;
  std::size_t space = std::string::npos;  // The last one of the line.
  for (std::size_t i = 0;; ++i) {
    if (i < text.size() && !Blank(text[i])) continue;
    const float more = measure(std::string_view(text).substr(word, i - word));
    if (space != std::string::npos && line + more > width) {
      text[space] = '\n';
      line = 0;
    }
    line += more;
    if (i == text.size()) return text;
    if (text[i] == '\n') {
      line = 0;
      space = std::string::npos;
    } else {
      line += space_width;
      space = i;
    }
    word = i + 1;
  }
}

namespace {

// How much of a word fits: a letter at least.
std::size_t Fitting(std::string_view word, float width, const MeasureText& measure) {
  std::size_t fits = 0;
  for (std::size_t end = 1; end <= word.size(); ++end) {
    const bool inside =
        end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0U) == 0x80U;
    if (inside) continue;
    if (fits > 0 && measure(word.substr(0, end)) > width) break;
    fits = end;
  }
  if (fits == word.size()) return fits;
  // A file's name stays whole where a line has room for it, however little stands above.
  const auto slash = word.rfind('/', fits - 1);
  if (slash != std::string_view::npos &&
      (slash > fits / 3 || (slash > 0 && measure(word.substr(slash + 1)) <= width))) {
    return slash + 1;
  }
  // Else it goes on behind a hyphen, or with what the dot begins: never within "yaml".
  const auto hyphen = word.find_last_of("-_", fits - 1);
  const auto dot = word.rfind('.', fits);
  const std::size_t best = std::max(hyphen == std::string_view::npos ? 0 : hyphen + 1,
                                    dot == std::string_view::npos ? 0 : dot);
  return best > fits / 3 ? best : fits;
}

}  // namespace

std::string WrapWords(std::string_view text, float width, const MeasureText& measure) {
  const std::string shown = SoftWrap(std::string(text), width, measure);
  std::string lines;
  for (std::size_t begin = 0; begin < shown.size();) {
    const std::size_t end = std::min(shown.find('\n', begin), shown.size());
    std::string_view line = std::string_view(shown).substr(begin, end - begin);
    // A line of several words fits: SoftWrap saw to it.
    while (line.find(' ') == std::string_view::npos && measure(line) > width) {
      const std::size_t fits = Fitting(line, width, measure);
      if (fits == line.size()) break;
      lines += std::string(line.substr(0, fits)) + '\n';
      line.remove_prefix(fits);
    }
    lines += line;
    if (end < shown.size()) lines += '\n';
    begin = end + 1;
  }
  return lines;
}

std::string TakeEdited(const std::string& text, const std::string& now, std::size_t cursor,
                       float width, const MeasureText& measure) {
  // What was typed or pasted ends at the cursor; where something else happened (a step back, say),
  // the end that is as it was is looked for.
  std::size_t end = now.size() - std::min(cursor, now.size());
  const auto ends_alike = [&](std::size_t length) {
    return length <= text.size() &&
           std::equal(text.end() - static_cast<std::ptrdiff_t>(length), text.end(),
                      now.end() - static_cast<std::ptrdiff_t>(length), Same);
  };
  const std::size_t least = std::min(text.size(), now.size());
  if (!ends_alike(end)) {
    end = 0;
    while (end < least && Same(text[text.size() - 1 - end], now[now.size() - 1 - end])) ++end;
  }
  std::size_t begin = 0;
  while (begin < least - end && Same(text[begin], now[begin])) ++begin;
  const std::string before = text.substr(0, begin);
  const std::string after = text.substr(text.size() - end);
  const std::string middle = now.substr(begin, now.size() - end - begin);
  if (middle.size() > 1) {
    // Text that was here before and comes back brings its shown breaks along.
    std::string spaces = middle;
    std::replace(spaces.begin(), spaces.end(), '\n', ' ');
    if (SoftWrap(before + spaces + after, width, measure) == now) return before + spaces + after;
  }
  return before + middle + after;
}

void TextSteps::Begin(std::string_view id, const std::string& text) {
  if (field == id && !texts.empty() && texts[at] == text) return;
  field = id;
  texts = {text};
  at = 0;
}

void TextSteps::Add(const std::string& text) {
  constexpr std::size_t kMost = 1000;  // As many steps as a field of Dear ImGui can go back.
  if (!texts.empty() && texts[at] == text) return;
  texts.resize(texts.empty() ? 0 : at + 1);
  texts.push_back(text);
  if (texts.size() > kMost) texts.erase(texts.begin());
  at = texts.size() - 1;
}

std::string TextSteps::Find(const std::string& now, bool forward, float width,
                            const MeasureText& measure) {
  const auto looks_so = [&](std::size_t i) { return SoftWrap(texts[i], width, measure) == now; };
  std::optional<std::size_t> found;
  const auto count = texts.size();
  for (std::size_t i = at + 1; forward && !found && i < count; ++i) {
    if (looks_so(i)) found = i;
  }
  for (std::size_t i = at; !forward && !found && i-- > 0;) {
    if (looks_so(i)) found = i;
  }
  for (std::size_t i = count; !found && i-- > 0;) {
    if (looks_so(i)) found = i;
  }
  if (found) {
    at = *found;
    return texts[at];
  }
  std::string text = now;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n') continue;
    text[i] = ' ';
    if (SoftWrap(text, width, measure)[i] != '\n') text[i] = '\n';
  }
  // A step between two that were seen, as when several letters came at once.
  if (forward && !texts.empty()) ++at;
  texts.insert(texts.begin() + static_cast<std::ptrdiff_t>(at), text);
  return text;
}

}  // namespace satchel
