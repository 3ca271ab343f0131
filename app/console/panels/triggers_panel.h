// The Triggers screen: when the app synchronises by itself, and what happens when the mode changes.
#pragma once

#include "app/console/panels/day_panel.h"
#include "app/console/panels/policy_words.h"
#include "app/console/screens.h"
#include "app/console/widgets/fields.h"

namespace satchel {

class TriggersScreen : public ScreenView {
 public:
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details) override;
  void DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) override;

 private:
  // One trigger: its switch, and its options below a line. True when it was switched.
  [[nodiscard]] bool Head(Ui& ui, const Rect& card, const char* id, const char* icon, int hue,
                          const char* title, const char* text, bool on);
  void DrawStart(Ui& ui, CommandQueue& commands, const Policy& draft, const Rect& card);
  void DrawChange(Ui& ui, const AppState& state, CommandQueue& commands, const Policy& draft,
                  const Rect& card);
  void DrawSave(Ui& ui, CommandQueue& commands, const Policy& draft, const Rect& card);
  void DrawSchedule(Ui& ui, CommandQueue& commands, const Policy& draft, const Rect& card);
  float DrawCommon(Ui& ui, CommandQueue& commands, const Policy& draft, float x0, float x1,
                   float y);
  float DrawModes(Ui& ui, CommandQueue& commands, const Policy& draft, float x0, float x1,
                  float y);

  TextEdit typing_;
  Menu menu_;
  DayPanel day_;
  int inspector_ = 0;  // A typical day, what this means.
};

}  // namespace satchel
