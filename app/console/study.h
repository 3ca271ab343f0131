// What can be said about a draft: findings, changes, names and sentences.
#pragma once

#include "app/console/workbench.h"

namespace satchel {

[[nodiscard]] Study ExaminePolicy(const Policy& draft, const Policy& saved, const Schema* schema);

}  // namespace satchel
