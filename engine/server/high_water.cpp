#include "engine/server/high_water.h"

#include <charconv>

namespace satchel {

std::string Print(const HighWater& water) {
  switch (water.kind) {
    case HighWater::Kind::kNone:
      return {};
    case HighWater::Kind::kVersion:
      return "v:" + std::to_string(water.version);
    case HighWater::Kind::kTime:
      return "t:" + ToString(water.time);
  }
  return {};
}

std::optional<HighWater> ParseHighWater(std::string_view text) {
  if (text.empty()) return HighWater{};
  const std::string_view rest = text.substr(text.size() < 2 ? text.size() : 2);
  if (text.starts_with("v:")) {
    HighWater water = {.kind = HighWater::Kind::kVersion};
    const char* end = rest.data() + rest.size();
    const auto [at, error] = std::from_chars(rest.data(), end, water.version);
    if (error != std::errc() || at != end) return std::nullopt;
    return water;
  }
  if (text.starts_with("t:")) {
    const auto time = ParseInstant(rest);
    if (!time) return std::nullopt;
    return HighWater{.kind = HighWater::Kind::kTime, .time = *time};
  }
  return std::nullopt;
}

}  // namespace satchel
