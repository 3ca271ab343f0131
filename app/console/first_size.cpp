#include "app/console/first_size.h"

#include <algorithm>

#include "app/console/screens.h"

namespace satchel {

FirstSize FirstSizeOf(const Options& options, const std::optional<ScreenRoom>& room) {
  FirstSize size = {options.width, options.height, false};
  if (options.size_given || !room) return size;
  if (room->width >= size.width && room->height >= size.height) return size;
  size.fills_screen = true;
  size.width = std::clamp(room->width, static_cast<int>(kMinWidth), size.width);
  size.height = std::clamp(room->height, static_cast<int>(kMinHeight), size.height);
  return size;
}

}  // namespace satchel
