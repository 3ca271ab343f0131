// The typefaces: read from the system's font packages, with a fallback that says so.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

struct ImFont;

namespace satchel {

// A face and the size it is drawn at, in logical pixels (Dear ImGui sizes: line height).
struct Font {
  ImFont* face = nullptr;
  float size = 0;
};

struct Fonts {
  Font caption, small, small_medium, body, medium, semibold, title, heading, display, number, mono;
  Font icon14, icon16, icon18, icon20, icon28;
  bool icons = true;      // False: the icon font is missing and nothing is drawn for icons.
  std::string note = {};  // For the status bar: what is missing and which package has it.
  // What the atlas reads when it is built: contents of font files, ranges of characters.
  std::vector<std::shared_ptr<const void>> sources = {};
};

// Characters that texts use and the chosen typefaces lack: they are looked up in whatever other
// fonts the machine has.
using Characters = std::set<unsigned>;

// Fills the current context's atlas for `scale` device pixels per logical pixel; call again after
// Fonts->Clear() when the scale or `extra` changes. The caller uploads the texture.
[[nodiscard]] Fonts LoadFonts(float scale, const Characters& extra = {});

}  // namespace satchel
