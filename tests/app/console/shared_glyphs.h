// Glyphs for tests: drawing an atlas of them costs more than most cases do, so the cases of a
// process share one per scale.
#pragma once

#include <imgui.h>

#include <map>
#include <memory>

#include "app/console/fonts.h"
#include "app/console/imgui_compat.h"

namespace satchel {

struct Glyphs {
  std::unique_ptr<ImFontAtlas> fonts_atlas = std::make_unique<ImFontAtlas>();
  Fonts fonts = {};
  compat::Atlas atlas = {};
};

// Of a single thread. Valid until the process ends.
inline const Glyphs& GlyphsAt(float scale) {
  static std::map<float, Glyphs> drawn;
  const auto [found, missing] = drawn.try_emplace(scale);
  Glyphs& glyphs = found->second;
  if (missing) {
    // Fonts are loaded into the current context's atlas.
    ImGuiContext* current = ImGui::GetCurrentContext();
    ImGuiContext* workshop = ImGui::CreateContext(glyphs.fonts_atlas.get());
    ImGui::SetCurrentContext(workshop);
    glyphs.fonts = LoadFonts(scale);
    glyphs.atlas = compat::BuildAtlas();
    ImGui::DestroyContext(workshop);
    ImGui::SetCurrentContext(current);
  }
  return glyphs;
}

}  // namespace satchel
