// Colours and measures: every token of the look, once. docs/console.md names them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace satchel {

// 0xAABBGGRR, as the draw lists take it.
using Color = std::uint32_t;

[[nodiscard]] constexpr Color Hex(std::uint32_t rgb, float alpha = 1) {
  return ((rgb >> 16) & 255U) | (rgb & 0xFF00U) | ((rgb & 255U) << 16) |
         (static_cast<std::uint32_t>(alpha * 255 + 0.5F) << 24);
}
// The colour with its alpha multiplied.
[[nodiscard]] Color Fade(Color color, float alpha);
// Opaque mix: t = 0 is a, 1 is b.
[[nodiscard]] Color Mix(Color a, Color b, float t);
// WCAG 2 contrast ratio of two opaque colours.
[[nodiscard]] double Contrast(Color a, Color b);

enum class ThemeName : std::uint8_t { kLight, kDark, kContrast };
[[nodiscard]] std::string_view Name(ThemeName name);  // "light", "dark", "contrast"
[[nodiscard]] std::optional<ThemeName> FindTheme(std::string_view name);

// Text, tint and solid of one meaning.
struct Tone {
  Color fg = 0;
  Color soft = 0;
  Color fill = 0;
};

struct Theme {
  ThemeName name = ThemeName::kLight;
  bool dark = false;
  Color bg = 0, rail = 0, surface = 0, raised = 0, sunken = 0, hover = 0;
  Color border = 0;   // Cards, dividers.
  Color border2 = 0;  // Inputs, buttons.
  Color segment_track = 0, segment_thumb = 0, bar_track = 0, toggle_off = 0;
  Color text = 0, text2 = 0, text3 = 0;
  Color accent = 0, accent_fill = 0, accent_soft = 0, on_accent = 0;
  Color shadow = 0, dim = 0;
  Tone ok, warn, err, info, neutral, violet, accents;
  std::array<Color, 10> hues = {};  // Categories: tiles and bars.

  [[nodiscard]] Color Hue(int index) const {
    return hues[static_cast<std::size_t>(index) % hues.size()];
  }
};
[[nodiscard]] const Theme& ThemeOf(ThemeName name);

// Measures in logical pixels.
inline constexpr float kTopBar = 56;
inline constexpr float kStatusBar = 32;
inline constexpr float kButton = 32;
inline constexpr float kCardRadius = 10;
inline constexpr float kFieldRadius = 7;
inline constexpr float kGap = 16;
inline constexpr float kPage = 24;
inline constexpr float kMinWidth = 1024;
inline constexpr float kMinHeight = 700;
inline constexpr float kMinTarget = 24;  // Smallest thing one may have to click.

}  // namespace satchel
