// The controller's part that simulates a typical day.
#include "app/console/controller.h"

namespace satchel {

void Controller::Handle(const EditDay& c) {
  state_.day.script = c.script;
  state_.day.serial = -1;
  Handle(WantDay{});
}

void Controller::Handle(const ResetDay&) {
  state_.day.script.reset();
  state_.day.serial = -1;
  Handle(WantDay{});
}

void Controller::Handle(const WantDay&) {
  DayState& day = state_.day;
  if (!state_.file || day.running || day.serial == state_.draft_serial) return;
  struct Done {
    DayScript script;
    SimulatedDay day;
  };
  day.running = true;
  day.serial = state_.draft_serial;
  jobs_.Submit(
      Lane::kDisk, "Simulating a day", false,
      [policy = state_.draft.current(), script = day.script](JobContext&) {
        Done done{script.value_or(UsualDay(policy)), {}};
        done.day = SimulateDay(policy, done.script);
        return done;
      },
      [this](Done done) {
        state_.day.running = false;
        state_.day.simulated = std::move(done.script);
        state_.day.day = std::move(done.day);
        // It was edited meanwhile; the screen asks again.
        if (state_.day.script && *state_.day.script != state_.day.simulated) state_.day.serial = -1;
      });
}

}  // namespace satchel
