// A high-water mark: up to where a server's changes of one entity are known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/record/instant.h"

namespace satchel {

struct HighWater {
  enum class Kind : std::uint8_t {
    kNone,     // The server has neither row versions nor a last-modified field.
    kVersion,  // Largest row version the user could read: `version`.
    kTime,     // The server's own clock, never the device's: `time`.
  };
  Kind kind = Kind::kNone;
  std::int64_t version = 0;
  Instant time = {};
  friend bool operator==(const HighWater&, const HighWater&) = default;
};

// "", "v:1234", "t:2026-11-25T10:00:00Z"; ParseHighWater(Print(m)) == m, nothing for other text.
[[nodiscard]] std::string Print(const HighWater& water);
[[nodiscard]] std::optional<HighWater> ParseHighWater(std::string_view text);

}  // namespace satchel
