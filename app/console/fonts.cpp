#include "app/console/fonts.h"

#include <imgui.h>

#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <vector>

#include "app/console/icons.h"

namespace satchel {
namespace {

// Latin, Greek, Cyrillic, punctuation, currency, arrows, mathematics, boxes. The atlas keeps the
// pointer, so the arrays are static.
constexpr ImWchar kText[] = {0x20,   0x24F,  0x2B0,  0x2FF,  0x370,  0x3FF,  0x400,
                             0x52F,  0x1E00, 0x1EFF, 0x2000, 0x206F, 0x20A0, 0x20BF,
                             0x2190, 0x2199, 0x2200, 0x22FF, 0x25A0, 0x25A1, 0};
// Headings hold names too, but seldom mathematics.
constexpr ImWchar kHeadings[] = {0x20,   0x24F,  0x370,  0x3FF,  0x400,  0x52F,  0x1E00, 0x1EFF,
                                 0x2000, 0x206F, 0x20A0, 0x20BF, 0x2212, 0x2212, 0};
constexpr ImWchar kNumbers[] = {0x20, 0x7E, 0xA0, 0xFF, 0x2000, 0x206F, 0x2212, 0x2212, 0};
constexpr ImWchar kMissing = 0x25A1;  // A box for what no font has.

const ImWchar* IconRanges() {
  static const ImVector<ImWchar> ranges = [] {
    ImFontGlyphRangesBuilder builder;
    builder.AddText(icon::kAll);
    ImVector<ImWchar> built;
    builder.BuildRanges(&built);
    return built;
  }();
  return ranges.Data;
}

// The first of the places that exists. SATCHEL_FONTS (a folder) comes before all.
std::string Find(const char* file, std::initializer_list<const char*> folders) {
  std::error_code ignored;
  if (const char* own = std::getenv("SATCHEL_FONTS")) {
    const auto path = std::filesystem::path(own) / file;
    if (std::filesystem::exists(path, ignored)) return path.string();
  }
  for (const char* folder : folders) {
    const auto path = std::filesystem::path(folder) / file;
    if (std::filesystem::exists(path, ignored)) return path.string();
  }
  return {};
}

std::string FindInter(const char* file) {
  return Find(file, {"/usr/share/fonts/opentype/inter", "/usr/share/fonts/inter",
                     "/usr/local/share/fonts/inter", "/usr/share/fonts/truetype/inter"});
}

// Any sans-serif face with Latin, Greek and Cyrillic.
std::string FindPlain() {
  const std::string dejavu =
      Find("DejaVuSans.ttf", {"/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu"});
  if (!dejavu.empty()) return dejavu;
  return Find("LiberationSans-Regular.ttf",
              {"/usr/share/fonts/truetype/liberation", "/usr/share/fonts/truetype/liberation2"});
}

class Loader {
 public:
  explicit Loader(float scale) : scale_(scale) {}

  Font Text(const std::string& path, float size, const ImWchar* ranges) {
    ImFontConfig config;
    config.OversampleH = scale_ > 1.3F ? 2 : 3;
    config.OversampleV = 1;
    config.PixelSnapH = false;
    auto* atlas = ImGui::GetIO().Fonts;
    ImFont* face = nullptr;
    if (!path.empty()) {
      face = atlas->AddFontFromFileTTF(path.c_str(), Snapped(size), &config, ranges);
    }
    if (face == nullptr) face = atlas->AddFontDefault();
    face->FallbackChar = kMissing;
    return {face, size};
  }

  Font Icons(const std::string& path, float size) {
    ImFontConfig config;
    config.OversampleH = 2;
    config.OversampleV = 2;
    return {ImGui::GetIO().Fonts->AddFontFromFileTTF(path.c_str(), Snapped(size), &config,
                                                     IconRanges()),
            size};
  }

 private:
  [[nodiscard]] float Snapped(float size) const { return size * scale_; }
  float scale_;
};

}  // namespace

Fonts LoadFonts(float scale) {
  auto* atlas = ImGui::GetIO().Fonts;
  atlas->Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
  atlas->TexDesiredWidth = scale > 1.3F ? 4096 : 2048;

  Fonts fonts;
  std::string regular = FindInter("Inter-Regular.otf");
  std::string medium = FindInter("Inter-Medium.otf");
  std::string semibold = FindInter("Inter-SemiBold.otf");
  std::string display = FindInter("InterDisplay-SemiBold.otf");
  if (regular.empty()) {
    regular = FindPlain();
    fonts.note = "The Inter typeface is missing: install the package fonts-inter.";
  }
  if (medium.empty()) medium = regular;
  if (semibold.empty()) semibold = medium;
  if (display.empty()) display = semibold;
  std::string mono = Find("JetBrainsMono-Regular.ttf", {"/usr/share/fonts/truetype/jetbrains-mono",
                                                        "/usr/share/fonts/jetbrains-mono"});
  if (mono.empty()) mono = regular;
  const std::string icons =
      Find("MaterialIcons-Regular.ttf", {"/usr/share/fonts/truetype/material-design-icons-iconfont",
                                         "/usr/share/fonts/material-design-icons-iconfont"});

  Loader load(scale);
  fonts.body = load.Text(regular, 16, kText);  // First: the default of stock widgets.
  fonts.small = load.Text(regular, 15, kText);
  fonts.small_medium = load.Text(medium, 15, kText);
  fonts.caption = load.Text(medium, 13.5F, kText);
  fonts.medium = load.Text(medium, 16, kHeadings);
  fonts.semibold = load.Text(semibold, 16, kText);
  fonts.title = load.Text(semibold, 18, kHeadings);
  fonts.heading = load.Text(display, 21, kHeadings);
  fonts.display = load.Text(display, 28, kHeadings);
  fonts.number = load.Text(display, 32, kNumbers);
  fonts.mono = load.Text(mono, 17, kHeadings);
  if (icons.empty()) {
    fonts.icons = false;
    fonts.note = "Icons are missing: install the package fonts-material-design-icons-iconfont.";
    fonts.icon14 = fonts.icon16 = fonts.icon18 = fonts.icon20 = fonts.icon28 = fonts.small;
  } else {
    fonts.icon14 = load.Icons(icons, 14);
    fonts.icon16 = load.Icons(icons, 16);
    fonts.icon18 = load.Icons(icons, 18);
    fonts.icon20 = load.Icons(icons, 20);
    fonts.icon28 = load.Icons(icons, 28);
  }
  return fonts;
}

}  // namespace satchel
