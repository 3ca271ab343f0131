// The Entities screen: what the project takes to a device.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "app/console/panels/add_entities_box.h"
#include "app/console/panels/entity_settings.h"
#include "app/console/screens.h"
#include "app/console/widgets/picker.h"
#include "app/console/widgets/ui.h"

namespace satchel {

class EntitiesPanel {
 public:
  // `details`: a button that opens the inspector, where it is not always there. True when pressed.
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details);
  void FocusSearch() { focus_search_ = true; }

 private:
  void DrawBulkMenu(
      Ui& ui, Point at,
      const std::function<void(const std::string&, const std::function<void(Entity&)>&)>& change);
  void DrawTiles(Ui& ui, const AppState& state, Rect row);
  void DrawTools(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& tools);
  void DrawTable(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);

  enum class Sort : std::uint8_t { kPolicy, kName, kFields, kRecords, kSize };
  void DrawSortTitle(Ui& ui, const char* id, Sort by, Point at, const char* text);
  void Arrange(std::vector<EntityRow>& rows) const;

  Sort sort_ = Sort::kPolicy;
  bool falling_ = false;
  enum class Show : int { kAll, kOffline, kOnline, kIssues };
  Show show_ = Show::kAll;
  std::string search_;
  bool focus_search_ = false;
  std::set<std::string> ticked_;  // For an edit of several at once.
  AddEntitiesBox add_;
  Menu bulk_;
};

// The inspector beside it: mode, filter and fields of the selected entity.
class EntityInspector {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area);
  void LookFor(const std::string& field) {
    tab_ = Tab::kFields;
    search_ = field;
  }

 private:
  void DrawFields(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                  const Rect& area);
  void DrawSelect(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                  Point right);

  enum class Tab : int { kFields, kSettings };
  Tab tab_ = Tab::kFields;
  std::string search_;
  Menu select_;
  EntitySettings settings_;
};

class EntitiesScreen : public ScreenView {
 public:
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details) override {
    return panel_.Draw(ui, state, commands, area, details);
  }
  void DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) override {
    inspector_.Draw(ui, state, commands, area);
  }
  void FocusSearch() override { panel_.FocusSearch(); }
  void LookFor(const std::string& what) override { inspector_.LookFor(what); }

 private:
  EntitiesPanel panel_;
  EntityInspector inspector_;
};

}  // namespace satchel
