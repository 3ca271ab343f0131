// What the operator can do before a policy is open, and with the projects of a folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/server/profile.h"

namespace satchel {

struct TrySandbox {};  // Starts one of our own, and connects to it.
struct StopSandbox {};
struct AddProfile {
  Profile profile = {};
};
struct RemoveProfile {
  std::string name = {};
};
struct GiveSecret {  // Typed by somebody; never written anywhere.
  std::string profile = {};
  std::string secret = {};
};
struct TestProfile {
  std::string name = {};
};
// A draft from what the connected server has; the file must not be there yet.
struct NewPolicy {
  std::filesystem::path file = {};
  std::string name = {};
  std::string title = {};
  std::vector<std::string> entities = {};
};

struct ReadProjects {};  // Those beside the open file.
struct DuplicateProject {
  std::filesystem::path file = {};  // Of which.
  std::string name = {};            // Of the copy.
  bool drop_comments = false;       // A copy is written anew, and has none.
};

}  // namespace satchel
