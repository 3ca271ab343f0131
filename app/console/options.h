// The command line of satchel-console (docs/command-line.md).
#pragma once

#include <optional>
#include <string>

#include "app/console/commands.h"

namespace satchel {

struct Options {
  std::string file = {};
  std::string server = {};
  std::string as = {};
  Screen screen = Screen::kEntities;
  bool screen_given = false;
  std::optional<ThemeName> theme = {};
  int width = 1600;
  int height = 1000;
  bool size_given = false;
  std::optional<float> scale = {};
  std::string shot = {};
  std::string script = {};
  std::string widgets = {};
};

struct ParsedOptions {
  Options options = {};
  std::optional<int> exit = {};  // Set: print `text` and leave with it.
  std::string text = {};
};
[[nodiscard]] ParsedOptions ParseOptions(int argc, const char* const* argv);

}  // namespace satchel
