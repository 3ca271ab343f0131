// The settings of an entity besides its mode and fields: what the app may do, how many records,
// conflicts, incremental sync, attachments, notes.
#pragma once

#include "app/console/selectors.h"
#include "app/console/widgets/fields.h"
#include "app/console/widgets/ui.h"

namespace satchel {

class EntitySettings {
 public:
  // From `y` down, between x0 and x1, in the current scrolling part. The bottom.
  float Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity, float x0,
             float x1, float y);

 private:
  float DrawCap(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                float x0, float x1, float y);
  float DrawIncremental(Ui& ui, CommandQueue& commands, const AppState& state, const Entity& entity,
                        float x0, float x1, float y);
  float DrawAttachments(Ui& ui, CommandQueue& commands, const Entity& entity, float x0, float x1,
                        float y);
  void Edit(CommandQueue& commands, Entity next, std::string name, std::string merge = {});

  std::string of_;  // Which entity was drawn last.
  TextEdit typing_;
  Menu menu_;
};

}  // namespace satchel
