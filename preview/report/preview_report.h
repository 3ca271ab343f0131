// A preview for people and for programs: the same numbers in both.
#pragma once

#include <string>
#include <vector>

#include "preview/run/preview.h"

namespace satchel {

// The JSON of docs/command-line.md; several results become {"previews": […]}.
[[nodiscard]] std::string PreviewJson(const std::vector<PreviewResult>& results);
// One result: a table of its entities with totals, exactness and findings. Several: entities by
// users, records and size, so that users can be compared.
[[nodiscard]] std::string PreviewTable(const std::vector<PreviewResult>& results);

}  // namespace satchel
