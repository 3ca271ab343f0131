// The numbers that shape the working set, each with its reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace satchel {

// Records read of one entity at most: 40 pages of 5 000. Above it counts are estimates.
inline constexpr std::int64_t kWorkingSetCap = 200'000;
// Answers of single conditions kept: twice the most one filter may have. One is a bit per record.
inline constexpr std::size_t kAnswersKept = 1'000;
// Records shown as examples, and the fields of the filter shown of each.
inline constexpr std::size_t kSampleRecords = 5;
inline constexpr std::size_t kSampleFields = 4;

}  // namespace satchel
