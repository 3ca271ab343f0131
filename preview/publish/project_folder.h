// The projects of a folder: policy files lying in it, and what is published there.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "policy/model/policy.h"
#include "policy/support/mark.h"
#include "policy/support/result.h"

namespace satchel {

struct ProjectFile {
  std::filesystem::path file = {};
  Policy policy = {};        // Of a file without a problem.
  std::string problem = {};  // Why it cannot be used; empty: it can.
  Mark mark = {};            // Where in the file the problem is.
  bool published = false;    // The current version of a project that is published in the folder.
};

// FOLDER/*.yaml and *.yml, and FOLDER/PROJECT/current.yaml; of a folder that holds a current.yaml
// itself, only that. Sorted by path. Files of other kinds and YAML that is no policy at all (no key
// `satchel`) are left out. kNotFound: there is no such folder.
[[nodiscard]] Result<std::vector<ProjectFile>> ReadProjectFolder(
    const std::filesystem::path& folder);

}  // namespace satchel
