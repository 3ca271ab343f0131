// What a folder holds that a policy can be read from: folders and YAML files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace satchel {

struct FolderList {
  struct Entry {
    std::string name = {};
    bool folder = false;
  };
  std::filesystem::path folder = {};
  std::vector<Entry> entries = {};  // Folders first, both by name.
  std::string error = {};           // Why it cannot be listed.
  bool reading = false;
};

// Hidden entries are left out, and so is what comes after the first thousand.
[[nodiscard]] FolderList ListFolderAt(const std::filesystem::path& folder);

}  // namespace satchel
