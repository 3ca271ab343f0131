// How large the window is when it opens.
#pragma once

#include <optional>

#include "app/console/options.h"

namespace satchel {

// What a screen has left for windows.
struct ScreenRoom {
  int width = 0;
  int height = 0;
};

struct FirstSize {
  int width = 0;
  int height = 0;
  bool fills_screen = false;
  friend bool operator==(const FirstSize&, const FirstSize&) = default;
};

// What was asked for, else the usual size; a screen too small for that is filled. Never less than
// the screens of the console are laid out for.
[[nodiscard]] FirstSize FirstSizeOf(const Options& options, const std::optional<ScreenRoom>& room);

}  // namespace satchel
