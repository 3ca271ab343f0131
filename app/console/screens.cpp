#include "app/console/screens.h"

namespace satchel {

const std::vector<ScreenLook>& Screens() {
  static const std::vector<ScreenLook> screens = {
      {Screen::kProject, "project", "Project", icon::kSettings, "DESIGN", "Ctrl 1"},
      {Screen::kEntities, "entities", "Entities", icon::kTableRows, "DESIGN", "Ctrl 2"},
      {Screen::kFilters, "filters", "Filters", icon::kFilterAlt, "DESIGN", "Ctrl 3"},
      {Screen::kTriggers, "triggers", "Triggers", icon::kBolt, "DESIGN", "Ctrl 4"},
      {Screen::kPreview, "preview", "Preview", icon::kVisibility, "VERIFY", "Ctrl 5"},
      {Screen::kDevice, "device", "Device lab", icon::kSmartphone, "VERIFY", "Ctrl 6"},
      {Screen::kPublish, "publish", "Publish", icon::kRocketLaunch, "RELEASE", "Ctrl 7"},
      {Screen::kHistory, "history", "History", icon::kHistory, "RELEASE", "Ctrl 8"}};
  return screens;
}

std::optional<Screen> FindScreen(std::string_view id) {
  for (const ScreenLook& look : Screens()) {
    if (id == look.id) return look.screen;
  }
  if (id == "start") return Screen::kStart;  // Not in the rail: the logo leads there.
  return std::nullopt;
}

}  // namespace satchel
