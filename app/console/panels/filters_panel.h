// The Filters screen: which records of an entity belong on the device.
#pragma once

#include <string>

#include "app/console/panels/fetch_editor.h"
#include "app/console/panels/filter_builder.h"
#include "app/console/panels/live_count.h"
#include "app/console/screens.h"

namespace satchel {

class FiltersScreen : public ScreenView {
 public:
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details) override;
  void DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) override;
  void FocusSearch() override { choosing_ = true; }

 private:
  enum class Tab : int { kBuilder, kFetchXml, kSql, kOData };
  void DrawBuilder(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                   const Rect& area);
  void DrawHead(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                Rect head, bool details, bool& wants_details);
  void DrawViews(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                 float& right, float y, bool words);
  float DrawSentence(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                     const Rect& area);
  void DrawTranslation(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                       const Rect& area);

  Tab tab_ = Tab::kBuilder;
  FilterBuilder builder_;
  FetchEditor fetch_;
  LiveCountView live_;
  Picker views_;
  Menu menu_;
  bool choosing_ = false;  // Ctrl+F: another entity.
  std::string tree_of_;    // The entity whose tree was drawn last, and how high that was.
  float tree_ = 0;
};

}  // namespace satchel
