// The collation and the functions that CompileSql's SQL calls, given to a connection.
#pragma once

struct sqlite3;

namespace satchel {

// An SQLite result code.
[[nodiscard]] int RegisterTextFunctions(sqlite3* handle);

}  // namespace satchel
