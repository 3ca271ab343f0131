// The Device lab screen: a phone on the real engine, what waits on it, what it holds, and what
// happened to it.
#pragma once

#include <map>
#include <string>

#include "app/console/panels/phone_panel.h"
#include "app/console/screens.h"
#include "app/console/widgets/fields.h"

namespace satchel {

// The outbox in the order of upload; one entry can be opened and settled.
class OutboxCard {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);

 private:
  void DrawRow(Ui& ui, const AppState& state, CommandQueue& commands, const PhoneChange& change,
               int place, const Rect& row);
  void DrawOpen(Ui& ui, CommandQueue& commands, const PhoneChange& change, const Rect& card);
  float DrawChoices(Ui& ui, const PhoneChange& change, Point at, float width);

  std::int64_t choosing_ = 0;                 // For which entry …
  std::map<std::string, Keep> choices_ = {};  // … these are.
};

// The local tables: how much each holds, and the rows of one.
class TablesCard {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);

 private:
  void DrawRows(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);
};

class DeviceTimeline {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area);

 private:
  int shown_ = 0;  // All, syncs, what led to none.
};

class DeviceScreen : public ScreenView {
 public:
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details) override;
  void DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) override {
    timeline_.Draw(ui, state, commands, area);
  }
  void FocusSearch() override { phone_.FocusSearch(); }

 private:
  void DrawEmpty(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);
  void DrawEvents(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);
  float DrawNotice(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);

  PhonePanel phone_;
  OutboxCard outbox_;
  TablesCard tables_;
  DeviceTimeline timeline_;
  Picker server_;
  Picker user_;
  Menu menu_;
};

}  // namespace satchel
