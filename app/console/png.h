// Pictures in memory, and as PNG files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "policy/support/result.h"

namespace satchel {

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb = {};  // Three bytes a pixel, top row first.
};

[[nodiscard]] Result<> WritePng(const Picture& picture, const std::filesystem::path& file);

}  // namespace satchel
