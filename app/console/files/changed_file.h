// A policy's file that somebody else wrote after the draft began: what it says now, and how the
// draft differs from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/console/publish_view.h"
#include "app/console/workbench.h"

namespace satchel {

struct ChangedFile {
  std::string text = {};
  std::string hash = {};
  std::optional<Policy> policy = {};  // None: it cannot be read …
  std::string problem = {};           // … and why.
  int comments = 0;
  PublishView difference = {};  // From the file to the draft: lines, as Publish shows them.
  std::int64_t shown = 0;       // Grows with every question: what is laid out for one is kept.
};

[[nodiscard]] ChangedFile CompareWithFile(Workbench& workbench, std::string text,
                                          const Policy& draft);

}  // namespace satchel
