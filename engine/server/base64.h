// Base64 that comes piece by piece: pieces may end anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/support/result.h"

namespace satchel {

class Base64Decoder {
 public:
  // Appends what `piece` adds to `bytes`. Line breaks are skipped. kCorrupt: it is no base64.
  [[nodiscard]] Result<> Decode(std::string_view piece, std::string& bytes);
  // Nothing more comes. kCorrupt: it ended in the middle.
  [[nodiscard]] Result<> Finish() const;

 private:
  std::uint32_t bits_ = 0;
  int count_ = 0;    // Characters of the group so far.
  int padding_ = 0;  // "=" seen at the end.
};

}  // namespace satchel
