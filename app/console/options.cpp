#include "app/console/options.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/console/screens.h"

namespace satchel {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  satchel-console field-service.yaml\n"
    "  satchel-console field-service.yaml --server http://127.0.0.1:8080/api/data/v9.2/ "
    "--as jana@contoso.example\n"
    "  satchel-console field-service.yaml --server crm --as jana@contoso.example --screen preview "
    "--shot preview.png\n";

std::string ScreenNames() {
  std::string names = "start, ";
  const auto& screens = Screens();
  for (std::size_t i = 0; i < screens.size(); ++i) {
    names += std::string(i == 0 ? "" : i + 1 == screens.size() ? " or " : ", ") + screens[i].id;
  }
  return names;
}

}  // namespace

ParsedOptions ParseOptions(int argc, const char* const* argv) {
  ParsedOptions parsed;
  Options& options = parsed.options;
  std::string screen;
  std::string theme;
  std::string size;
  float scale = 0;
  CLI::App app("The window in which a sync policy is edited and previewed.", "satchel-console");
  app.add_option("FILE", options.file, "Policy file to open");
  app.add_option("--server", options.server, "Connection profile or service URL")->type_name("S");
  app.add_option("--as", options.as, "User to preview as: id, domain name or e-mail")
      ->type_name("USER");
  app.add_option("--screen", screen, ScreenNames())->type_name("NAME");
  app.add_option("--theme", theme, "light, dark or contrast")->type_name("THEME");
  app.add_option("--size", size, "Size of the window or picture, at least 1024x700")
      ->type_name("WxH");
  app.add_option("--scale", scale, "Device pixels per logical pixel, 0.5 to 4")->type_name("S");
  app.add_option("--shot", options.shot, "Draw one picture without a display, and leave")
      ->type_name("FILE.png");
  app.add_option("--script", options.script,
                 "Play clicks and keys from a file, without a display (docs/console.md)")
      ->type_name("FILE");
  app.add_option("--widgets", options.widgets,
                 "Keep a file that says where each control of the window is (docs/console.md)")
      ->type_name("FILE");
  app.footer(kExamples);
  const auto wrong = [&](const std::string& message) {
    parsed.exit = 2;
    parsed.text = "satchel-console: " + message + "\n";
    return parsed;
  };
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    parsed.exit = 0;
    parsed.text = app.help();
    return parsed;
  } catch (const CLI::ParseError& error) {
    return wrong(std::string(error.what()) + " (see satchel-console --help)");
  }
  if (const auto found = FindScreen(screen)) {
    options.screen = *found;
    options.screen_given = true;
  } else if (!screen.empty()) {
    return wrong("--screen: there is no screen '" + screen + "' (" + ScreenNames() + ")");
  }
  if (!theme.empty()) {
    options.theme = FindTheme(theme);
    if (!options.theme) return wrong("--theme: '" + theme + "' is not light, dark or contrast");
  }
  options.size_given = !size.empty();
  if (options.size_given) {
    char rest = 0;
    if (std::sscanf(size.c_str(), "%dx%d%c", &options.width, &options.height, &rest) != 2 ||
        options.width < static_cast<int>(kMinWidth) ||
        options.height < static_cast<int>(kMinHeight) || options.width > 7680 ||
        options.height > 4320) {
      return wrong("--size: '" + size + "' is not WIDTHxHEIGHT from 1024x700 to 7680x4320");
    }
  }
  if (app.count("--scale") > 0) {
    if (!(scale >= 0.5F && scale <= 4)) return wrong("--scale: give a number from 0.5 to 4");
    options.scale = scale;
  }
  return parsed;
}

}  // namespace satchel
