#include "app/console/theme.h"

#include <algorithm>
#include <cmath>

namespace satchel {
namespace {

int Channel(Color color, int shift) {
  return static_cast<int>((color >> shift) & 255U);
}

Color Pack(float r, float g, float b, float a) {
  const auto byte = [](float v) {
    return static_cast<std::uint32_t>(std::clamp(v + 0.5F, 0.0F, 255.0F));
  };
  return byte(r) | (byte(g) << 8) | (byte(b) << 16) | (byte(a) << 24);
}

double Linear(int channel) {
  const double v = channel / 255.0;
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

double Luminance(Color color) {
  return 0.2126 * Linear(Channel(color, 0)) + 0.7152 * Linear(Channel(color, 8)) +
         0.0722 * Linear(Channel(color, 16));
}

Theme Light() {
  Theme t;
  t.name = ThemeName::kLight;
  t.bg = Hex(0xF4F5F8);
  t.rail = Hex(0xFAFBFC);
  t.surface = Hex(0xFFFFFF);
  t.raised = Hex(0xFFFFFF);
  t.sunken = Hex(0xF1F3F7);
  t.hover = Hex(0xF5F7FB);
  t.border = Hex(0xE3E6EC);
  t.border2 = Hex(0xCDD3DD);
  t.segment_track = Hex(0xE9ECF1);
  t.segment_thumb = Hex(0xFFFFFF);
  t.bar_track = Hex(0xE9ECF2);
  t.toggle_off = Hex(0x8B94A4);
  t.text = Hex(0x181C25);
  t.text2 = Hex(0x545D6E);
  t.text3 = Hex(0x636D7E);
  t.accent = Hex(0x3550CC);
  t.accent_fill = Hex(0x3F5BDB);
  t.accent_soft = Hex(0xEAEEFD);
  t.on_accent = Hex(0xFFFFFF);
  t.shadow = Hex(0x1A2340);
  t.dim = Hex(0x0A0D14, 0.32F);
  t.ok = {Hex(0x12734A), Hex(0xE2F4EB), Hex(0x2BA36E)};
  t.warn = {Hex(0x8A5300), Hex(0xFDF1D9), Hex(0xC4820E)};
  t.err = {Hex(0xB52A2F), Hex(0xFCE9E9), Hex(0xD9484D)};
  t.info = {Hex(0x0F6694), Hex(0xE2F1FA), Hex(0x2E96CC)};
  t.neutral = {Hex(0x545D6E), Hex(0xEDEFF3), Hex(0x8B94A4)};
  t.violet = {Hex(0x6A3FB5), Hex(0xF0EAFB), Hex(0x8A63D2)};
  t.accents = {t.accent, t.accent_soft, t.accent_fill};
  t.hues = {Hex(0x3F5BDB), Hex(0x2E96CC), Hex(0x2BA36E), Hex(0xE0A020), Hex(0x8A63D2),
            Hex(0xD9648C), Hex(0x4FA7A0), Hex(0x8B94A4), Hex(0xA9744F), Hex(0x5E7CA8)};
  return t;
}

Theme Dark() {
  Theme t;
  t.name = ThemeName::kDark;
  t.dark = true;
  t.bg = Hex(0x0F1217);
  t.rail = Hex(0x12161C);
  t.surface = Hex(0x171B23);
  t.raised = Hex(0x1E232D);
  t.sunken = Hex(0x12161D);
  t.hover = Hex(0x1D222C);
  t.border = Hex(0x272D39);
  t.border2 = Hex(0x3A4252);
  t.segment_track = Hex(0x12161D);
  t.segment_thumb = Hex(0x2C3442);
  t.bar_track = Hex(0x262C38);
  t.toggle_off = Hex(0x5A6374);
  t.text = Hex(0xE8EBF1);
  t.text2 = Hex(0xA3ACBB);
  t.text3 = Hex(0x919AAA);
  t.accent = Hex(0x93A7FF);
  t.accent_fill = Hex(0x4B66E3);
  t.accent_soft = Hex(0x222C50);
  t.on_accent = Hex(0xFFFFFF);
  t.shadow = Hex(0x000000);
  t.dim = Hex(0x0A0D14, 0.58F);
  t.ok = {Hex(0x5CCB98), Hex(0x16322A), Hex(0x35A877)};
  t.warn = {Hex(0xE8B85A), Hex(0x362B16), Hex(0xCF9A2E)};
  t.err = {Hex(0xF58A8D), Hex(0x3C1F24), Hex(0xD9555B)};
  t.info = {Hex(0x6FC1EC), Hex(0x152E3E), Hex(0x3A9BCF)};
  t.neutral = {Hex(0xA3ACBB), Hex(0x252B36), Hex(0x6C7585)};
  t.violet = {Hex(0xBDA2F2), Hex(0x2B2344), Hex(0x8F6BDA)};
  t.accents = {t.accent, t.accent_soft, t.accent_fill};
  t.hues = {Hex(0x6A82F5), Hex(0x3A9BCF), Hex(0x35A877), Hex(0xCF9A2E), Hex(0x9B7BE0),
            Hex(0xD0698F), Hex(0x4FA7A0), Hex(0x6C7585), Hex(0xB98560), Hex(0x6F8FBF)};
  return t;
}

// Light, with borders and captions that hold 4.5:1 even for tired eyes.
Theme HighContrast() {
  Theme t = Light();
  t.name = ThemeName::kContrast;
  t.bg = Hex(0xFFFFFF);
  t.rail = Hex(0xFFFFFF);
  t.sunken = Hex(0xF2F4F8);
  t.hover = Hex(0xE8EDFB);
  t.border = Hex(0x8790A0);
  t.border2 = Hex(0x5B6474);
  t.segment_track = Hex(0xE1E5EC);
  t.bar_track = Hex(0xD3D9E4);
  t.toggle_off = Hex(0x5B6474);
  t.text = Hex(0x000000);
  t.text2 = Hex(0x232935);
  t.text3 = Hex(0x3A4352);
  t.accent = Hex(0x1B33A6);
  t.accent_fill = Hex(0x2440C2);
  t.accent_soft = Hex(0xDFE6FF);
  t.ok = {Hex(0x06502F), Hex(0xDCF3E7), Hex(0x14794C)};
  t.warn = {Hex(0x663C00), Hex(0xFCEDCB), Hex(0x96600A)};
  t.err = {Hex(0x8F1519), Hex(0xFBE2E2), Hex(0xB92A2F)};
  t.info = {Hex(0x064A6E), Hex(0xD9EDF9), Hex(0x14709F)};
  t.neutral = {Hex(0x232935), Hex(0xE5E8EE), Hex(0x5B6474)};
  t.violet = {Hex(0x4C2594), Hex(0xEBE2FB), Hex(0x6A43B2)};
  t.accents = {t.accent, t.accent_soft, t.accent_fill};
  return t;
}

}  // namespace

Color Fade(Color color, float alpha) {
  const auto a = static_cast<std::uint32_t>(static_cast<float>(color >> 24) * alpha + 0.5F);
  return (color & 0x00FFFFFFU) | (a << 24);
}

Color Mix(Color a, Color b, float t) {
  const auto mixed = [&](int shift) {
    const auto x = static_cast<float>(Channel(a, shift));
    return x + (static_cast<float>(Channel(b, shift)) - x) * t;
  };
  return Pack(mixed(0), mixed(8), mixed(16), mixed(24));
}

double Contrast(Color a, Color b) {
  const double x = Luminance(a) + 0.05;
  const double y = Luminance(b) + 0.05;
  return x > y ? x / y : y / x;
}

std::string_view Name(ThemeName name) {
  switch (name) {
    case ThemeName::kLight:
      return "light";
    case ThemeName::kDark:
      return "dark";
    case ThemeName::kContrast:
      return "contrast";
  }
  return "light";
}

std::optional<ThemeName> FindTheme(std::string_view name) {
  for (const ThemeName theme : {ThemeName::kLight, ThemeName::kDark, ThemeName::kContrast}) {
    if (Name(theme) == name) return theme;
  }
  return std::nullopt;
}

const Theme& ThemeOf(ThemeName name) {
  static const Theme light = Light();
  static const Theme dark = Dark();
  static const Theme contrast = HighContrast();
  return name == ThemeName::kDark ? dark : name == ThemeName::kContrast ? contrast : light;
}

}  // namespace satchel
