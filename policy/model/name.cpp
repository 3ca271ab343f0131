#include "policy/model/name.h"

#include <algorithm>

#include "policy/model/limits.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool IsName(std::string_view text) {
  if (text.empty() || text.size() > kMaxName) return false;
  if (IsDigit(text[0]) || text[0] == '-' || text[0] == '/') return false;
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return IsLower(c) || IsDigit(c) || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80 || c == '_' || c == '-' || c == '/';
  });
  return plain && FirstInvalidUtf8(text) == std::string_view::npos && Shown(text) == text;
}

bool IsProjectName(std::string_view text) {
  if (text.empty() || text.size() > 63 || text[0] == '-') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; });
}

}  // namespace satchel
