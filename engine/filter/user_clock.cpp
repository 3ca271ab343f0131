#include "engine/filter/user_clock.h"

#include <date/tz.h>

#include <stdexcept>

#include "policy/support/text.h"

namespace satchel {

namespace {

// Zone tables reach to the ends of time; ticks do not.
std::int64_t TicksOf(date::sys_seconds moment) {
  constexpr std::int64_t kMost = INT64_MAX / kTicksPerSecond;
  const std::int64_t seconds = moment.time_since_epoch().count();
  if (seconds >= kMost) return INT64_MAX;
  if (seconds <= -kMost) return INT64_MIN;
  return seconds * kTicksPerSecond;
}

}  // namespace

Day DayOf(std::int64_t reading) {
  return {FloorDivide(reading, kTicksPerDay)};
}

Result<UserClock> UserClock::In(const std::string& zone) {
  try {
    return UserClock(date::locate_zone(zone));
  } catch (const std::runtime_error&) {
    return Fail(ErrorCode::kInvalid, "the time zone " + Quoted(zone) +
                                         " is not known here (use an IANA name such as "
                                         "Europe/Prague, and check that tzdata is installed)");
  }
}

std::int64_t UserClock::Show(Instant moment) const {
  const auto holds = [&](const Span& span) {
    return span.from <= moment.ticks && moment.ticks < span.to;
  };
  if (last_ < spans_.size() && holds(spans_[last_])) return moment.ticks + spans_[last_].offset;
  for (last_ = 0; last_ < spans_.size(); ++last_) {
    if (holds(spans_[last_])) return moment.ticks + spans_[last_].offset;
  }
  const date::sys_seconds second{std::chrono::seconds(FloorDivide(moment.ticks, kTicksPerSecond))};
  const date::sys_info info = zone_->get_info(second);
  spans_.push_back({TicksOf(info.begin), TicksOf(info.end), info.offset.count() * kTicksPerSecond});
  return moment.ticks + spans_.back().offset;
}

Instant UserClock::When(std::int64_t reading) const {
  const date::local_seconds second{std::chrono::seconds(FloorDivide(reading, kTicksPerSecond))};
  return {reading - zone_->get_info(second).first.offset.count() * kTicksPerSecond};
}

}  // namespace satchel
