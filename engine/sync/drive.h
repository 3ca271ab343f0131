// How a pure session and whoever carries out its actions take turns.
#pragma once

#include <utility>
#include <variant>
#include <vector>

namespace satchel {

// Tells the session what happened, does what it asks for in its order, and tells it what came of
// that, until nothing comes of anything. `carry_out` takes an action and returns events, at most
// one of them a Failed, and that first: the actions that were to follow it have lost their ground.
template <class Failed, class Session, class Event, class CarryOut>
void Drive(Session& session, std::vector<Event> events, CarryOut carry_out) {
  while (!events.empty()) {
    std::vector<Event> answers;
    for (const Event& event : events) {
      for (const auto& action : session.On(event)) {
        std::vector<Event> answer = carry_out(action);
        const bool failed = !answer.empty() && std::holds_alternative<Failed>(answer.front());
        for (Event& next : answer) answers.push_back(std::move(next));
        if (failed) break;
      }
    }
    events = std::move(answers);
  }
}

}  // namespace satchel
