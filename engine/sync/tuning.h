// The numbers that shape a sync, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>

namespace satchel {

// Pages between the thread that fetches and the one that writes. Three keep both busy; each holds a
// body of a few megabytes.
inline constexpr std::size_t kPagesInFlight = 3;
// A read that has not ended by then never will: a thousand million records at the usual page size.
inline constexpr int kMaxPages = 200'000;
// Pages without any record in a row. Servers that check rights after paging send a few.
inline constexpr int kMaxEmptyPages = 1'000;
// A download left by a killed sync goes on if its captured moment is younger than this; its
// relative dates would be too old otherwise.
inline constexpr std::chrono::hours kMaxResumeAge{24};

}  // namespace satchel
