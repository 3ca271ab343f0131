#include "app/console/fonts.h"

#include <imgui.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string_view>
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

// Fonts with many scripts, in the order they are asked: the first that has a character draws it.
// Debian's packages: fonts-noto-cjk, fonts-droid-fallback, fonts-wqy-…, fonts-noto-core,
// fonts-dejavu-core, fonts-freefont-ttf, fonts-unifont.
constexpr const char* kFallbacks[] = {
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/freefont/FreeSans.ttf",
    "/usr/share/fonts/opentype/unifont/unifont.otf",
    "/usr/share/fonts/truetype/unifont/unifont.ttf",
};
constexpr std::uintmax_t kMostFontBytes = 64U << 20;  // Larger is no font we would want in memory.

using FontFile = std::shared_ptr<const std::string>;

bool LooksLikeAFont(const std::string& bytes) {
  const std::string_view head = std::string_view(bytes).substr(0, 4);
  return head == "OTTO" || head == "ttcf" || head == "true" ||
         head == std::string_view("\0\1\0\0", 4);
}

// SATCHEL_FONTS/fallback.ttf comes before all.
std::vector<FontFile> ReadFallbacks() {
  std::vector<std::filesystem::path> paths;
  if (const char* own = std::getenv("SATCHEL_FONTS")) {
    paths.emplace_back(std::filesystem::path(own) / "fallback.ttf");
  }
  paths.insert(paths.end(), std::begin(kFallbacks), std::end(kFallbacks));
  std::vector<FontFile> files;
  for (const auto& path : paths) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error || size > kMostFontBytes) continue;
    std::ifstream in(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), {});
    if (LooksLikeAFont(bytes)) files.push_back(std::make_shared<std::string>(std::move(bytes)));
  }
  return files;
}

class Loader {
 public:
  Loader(float scale, const Characters& extra) : scale_(scale) {
    if (extra.empty()) return;
    ImFontGlyphRangesBuilder builder;
    for (const unsigned code : extra) {
      if (code <= IM_UNICODE_CODEPOINT_MAX) builder.AddChar(static_cast<ImWchar>(code));
    }
    builder.BuildRanges(extra_.get());
    fallbacks_ = ReadFallbacks();
  }
  // To be kept until the atlas is built.
  [[nodiscard]] std::vector<std::shared_ptr<const void>> Sources() const {
    std::vector<std::shared_ptr<const void>> sources(fallbacks_.begin(), fallbacks_.end());
    sources.emplace_back(extra_);
    return sources;
  }

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
    for (const FontFile& file : fallbacks_) {
      ImFontConfig merge = config;
      merge.MergeMode = true;
      merge.FontDataOwnedByAtlas = false;
      merge.OversampleH = 1;  // Large characters of many strokes: sharp enough, and a lot of them.
      // The atlas only reads it.
      atlas->AddFontFromMemoryTTF(const_cast<char*>(file->data()), static_cast<int>(file->size()),
                                  Snapped(size), &merge, extra_->Data);
    }
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
  std::shared_ptr<ImVector<ImWchar>> extra_ = std::make_shared<ImVector<ImWchar>>();
  std::vector<FontFile> fallbacks_;
};

}  // namespace

Fonts LoadFonts(float scale, const Characters& extra) {
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

  Loader load(scale, extra);
  fonts.sources = load.Sources();
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
