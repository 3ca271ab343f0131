// The smallest change of a filter that lets one record in: found by trying, never by guessing.
#pragma once

#include <cstddef>

#include "preview/explain/explain.h"
#include "preview/explain/filter_trace.h"

namespace satchel {

// `root` is the record's trace and has failed. In this order: a wider span of time; a value more,
// or a limit that reaches it; the record given to the user; a condition or link taken out. Empty
// when no single change does it.
[[nodiscard]] ExplainFix NearestFix(const TraceSubject& subject, std::size_t row,
                                    const FilterPart& root);

}  // namespace satchel
