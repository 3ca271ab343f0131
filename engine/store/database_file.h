// The file under a database: private to its owner before SQLite sees it.
#pragma once

#include <filesystem>

#include "policy/support/result.h"

namespace satchel {

// Makes sure that `file` is a regular file of this user, writable, no symbolic link; creates it
// empty with mode 0600 where it does not exist. An existing file is never opened here: closing it
// would drop the locks of every connection of this process. Returns the path to open, its folder
// resolved.
[[nodiscard]] Result<std::filesystem::path> PrepareDatabaseFile(const std::filesystem::path& file);
// For reading only: it must exist and be a regular file.
[[nodiscard]] Result<std::filesystem::path> FindDatabaseFile(const std::filesystem::path& file);

// A new folder for this user alone (0700) under XDG_RUNTIME_DIR, else TMPDIR, else /tmp, with an
// unpredictable name that starts with `prefix`.
[[nodiscard]] Result<std::filesystem::path> MakePrivateFolder(const std::string& prefix);

}  // namespace satchel
