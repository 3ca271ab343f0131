#include "engine/record/text_order.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace satchel {

namespace {

std::string_view WithoutTrailingBlanks(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Walks the folded code points of a text.
class Folded {
 public:
  explicit Folded(std::string_view text)
      : bytes_(reinterpret_cast<const std::uint8_t*>(text.data())),
        size_(static_cast<std::int32_t>(text.size())) {}

  [[nodiscard]] bool done() const { return at_ >= size_; }
  UChar32 Next() {
    const std::uint8_t byte = bytes_[at_];
    if (byte < 0x80) {  // Nearly all text; no table look-up.
      ++at_;
      return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
    }
    UChar32 character = 0;
    U8_NEXT_OR_FFFD(bytes_, at_, size_, character);
    return u_foldCase(character, U_FOLD_CASE_DEFAULT);
  }

 private:
  const std::uint8_t* bytes_;
  std::int32_t size_;
  std::int32_t at_ = 0;
};

}  // namespace

int CompareText(std::string_view a, std::string_view b) {
  Folded left(WithoutTrailingBlanks(a));
  Folded right(WithoutTrailingBlanks(b));
  while (!left.done() && !right.done()) {
    const UChar32 l = left.Next();
    const UChar32 r = right.Next();
    if (l != r) return l < r ? -1 : 1;
  }
  if (left.done() && right.done()) return 0;
  return left.done() ? -1 : 1;
}

std::string FoldText(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (Folded walk(WithoutTrailingBlanks(text)); !walk.done();) {
    std::uint8_t bytes[U8_MAX_LENGTH];
    std::int32_t length = 0;
    const UChar32 character = walk.Next();
    U8_APPEND_UNSAFE(bytes, length, character);
    folded.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
  }
  return folded;
}

}  // namespace satchel
