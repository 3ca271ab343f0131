// The user's clock: what it shows at a moment, and which moment a reading of it was.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/record/instant.h"
#include "policy/support/result.h"

namespace date {
class time_zone;
}

namespace satchel {

// Rounds towards the past where division rounds towards zero; `by` is positive.
[[nodiscard]] constexpr std::int64_t FloorDivide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

// The day a reading shows: rounds towards the past, also before 1970.
[[nodiscard]] Day DayOf(std::int64_t reading);

// Not for several threads at once: it remembers the offsets it has met.
class UserClock {
 public:
  // Fails for a zone that the system's time-zone database does not have.
  [[nodiscard]] static Result<UserClock> In(const std::string& zone);

  // Ticks of the reading, as if it were UTC.
  [[nodiscard]] std::int64_t Show(Instant moment) const;
  // A reading that was skipped counts with the offset before the change, one that was shown twice
  // as the first.
  [[nodiscard]] Instant When(std::int64_t reading) const;

 private:
  struct Span {
    std::int64_t from = 0;  // Ticks of UTC.
    std::int64_t to = 0;
    std::int64_t offset = 0;
  };
  explicit UserClock(const date::time_zone* zone) : zone_(zone) {}

  const date::time_zone* zone_;
  mutable std::vector<Span> spans_;
  mutable std::size_t last_ = 0;
};

}  // namespace satchel
