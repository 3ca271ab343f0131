// The expectations of a project: who must have, or must not have, what.
#pragma once

#include "app/console/selectors.h"
#include "app/console/widgets/fields.h"

namespace satchel {

class ExpectationsCard {
 public:
  // From the top of `column` down. The bottom.
  float Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& column);

 private:
  void DrawRow(Ui& ui, const AppState& state, CommandQueue& commands, std::size_t index,
               const Rect& row);
  // How many records of an entity, or which one. The expectation as it shall be.
  std::optional<Expectation> DrawCount(Ui& ui, const AppState& state, const Expectation& now,
                                       const std::string& id, const Rect& r);
  std::optional<Expectation> DrawRecord(Ui& ui, const AppState& state, CommandQueue& commands,
                                        const Expectation& now, const std::string& id,
                                        const Rect& r);

  TextEdit typing_;
  Menu menu_;
};

}  // namespace satchel
