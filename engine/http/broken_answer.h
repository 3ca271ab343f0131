// What a server sent that no honest and whole server sends.
#pragma once

#include <string>

#include "policy/support/result.h"

namespace satchel {

// kCorrupt: `what` happened ("the answer is broken gzip"), with what to do about it.
[[nodiscard]] tl::unexpected<Error> BrokenAnswer(const std::string& what);

}  // namespace satchel
