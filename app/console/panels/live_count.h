// The live count of a filter beside the builder: how many records it keeps, how each condition
// narrows them, a few of those that stay.
#pragma once

#include <optional>
#include <string>

#include "app/console/selectors.h"
#include "app/console/widgets/fields.h"

namespace satchel {

class LiveCountView {
 public:
  // Between x0 and x1, from y down; returns where it ends. The path of a step that was clicked is
  // put in `show`.
  float Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity, float x0,
             float x1, float y, std::optional<std::string>& show);

 private:
  float DrawOffer(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                  float x0, float x1, float y);
  float DrawFunnel(Ui& ui, const AppState& state, const Entity& entity, float x0, float x1, float y,
                   std::optional<std::string>& show);
  float DrawAge(Ui& ui, const AppState& state, CommandQueue& commands, float x0, float x1, float y);

  Menu menu_;
};

// The count of the entity's filter as it stands, or the one before while the next is made; null
// when there is none.
[[nodiscard]] const FilterCount* LiveCountOf(const AppState& state, const Entity& entity);
// It is about the filter as it stands.
[[nodiscard]] bool LiveCountFresh(const AppState& state, const Entity& entity);

// The card below the builder; its height for so many rows that fit into `room`, 0: none.
[[nodiscard]] float SampleHeight(const AppState& state, const Entity& entity, float room);
void DrawSample(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                const Rect& card);

}  // namespace satchel
