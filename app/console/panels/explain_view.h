// Why a record is, or is not, on the device: the verdict first, then every gate with what the
// record really holds.
#pragma once

#include <string>

#include "app/console/selectors.h"
#include "app/console/widgets/fields.h"

namespace satchel {

class ExplainView {
 public:
  // The field for any id. Between x0 and x1, from y down; returns where it ends.
  float DrawField(Ui& ui, const AppState& state, CommandQueue& commands, float x0, float x1,
                  float y);
  // The answer, or how far it is.
  float Draw(Ui& ui, const AppState& state, CommandQueue& commands, float x0, float x1, float y);

 private:
  float DrawGates(Ui& ui, const Explanation& why, float x0, float x1, float y);
  float DrawPart(Ui& ui, const FilterPart& part, bool root, bool counts, float x0, float x1,
                 float y);
  float DrawOthers(Ui& ui, const Explanation& why, const char* title, std::int64_t KnockOn::*count,
                   float x0, float x1, float y);
  float DrawFix(Ui& ui, const AppState& state, CommandQueue& commands, const Explanation& why,
                float x0, float x1, float y);

  std::string pasted_;
  bool writing_ = false;  // In that field, in the frame before.
};

}  // namespace satchel
