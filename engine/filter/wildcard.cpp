#include "engine/filter/wildcard.h"

#include "engine/record/text_order.h"

namespace satchel {

namespace {

// Folded code points, blanks at the end included: FoldText would drop them, so a guard stands
// behind.
std::u32string Folded(std::string_view text) {
  std::string guarded(text);
  guarded += '\x01';
  std::u32string characters;
  for (const char c : FoldText(guarded)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) {
      characters += static_cast<char32_t>(byte < 0x80   ? byte
                                          : byte < 0xE0 ? byte & 0x1F
                                          : byte < 0xF0 ? byte & 0x0F
                                                        : byte & 0x07);
    } else {
      characters.back() = characters.back() << 6 | (byte & 0x3F);
    }
  }
  characters.pop_back();
  return characters;
}

}  // namespace

Wildcard::Wildcard(std::string_view pattern) {
  const std::u32string source = Folded(pattern);
  for (std::size_t at = 0; at < source.size(); ++at) {
    Element& element = elements_.emplace_back();
    const char32_t c = source[at];
    const std::size_t end = c == U'[' ? source.find(U']', at) : std::u32string::npos;
    if (c == U'%') {
      element.run = true;
    } else if (c == U'_') {
      element.inverted = true;
    } else if (end == std::u32string::npos) {
      element.ranges.emplace_back(c, c);
    } else {
      ++at;
      if (at < end && source[at] == U'^') {
        element.inverted = true;
        ++at;
      }
      while (at < end) {
        const bool range = at + 2 < end && source[at + 1] == U'-';
        element.ranges.emplace_back(source[at], source[range ? at + 2 : at]);
        at += range ? 3 : 1;
      }
    }
  }
}

bool Wildcard::Fits(const Element& element, char32_t character) {
  for (const auto& [first, last] : element.ranges) {
    if (first <= character && character <= last) return !element.inverted;
  }
  return element.inverted;
}

bool Wildcard::Matches(std::string_view text) const {
  const std::u32string characters = Folded(text);
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t element = 0;
  std::size_t at = 0;
  std::size_t run = kNone;  // The last %, and the first character after what it has taken.
  std::size_t taken = 0;
  while (at < characters.size()) {
    if (element < elements_.size() && elements_[element].run) {
      run = element++;
      taken = at;
    } else if (element < elements_.size() && Fits(elements_[element], characters[at])) {
      ++element;
      ++at;
    } else if (run != kNone) {
      element = run + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  while (element < elements_.size() && elements_[element].run) ++element;
  return element == elements_.size();
}

}  // namespace satchel
