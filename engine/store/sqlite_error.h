// What SQLite's result codes mean for people.
#pragma once

#include <string>

#include "policy/support/result.h"

struct sqlite3;

namespace satchel {

// The error of the last call on `handle`, which returned `code`. Null: the file was never opened.
[[nodiscard]] Error SqliteError(sqlite3* handle, int code);

}  // namespace satchel
