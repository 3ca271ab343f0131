// Files with records in them: personal data, so nobody else may read them.
#pragma once

#include <cstdio>
#include <filesystem>
#include <functional>

#include "policy/support/result.h"

namespace satchel {

// What `write` puts into it becomes the file, with mode 0600, whole or not at all.
[[nodiscard]] Result<> WritePrivateFile(const std::filesystem::path& file,
                                        const std::function<Result<>(std::FILE*)>& write);

}  // namespace satchel
