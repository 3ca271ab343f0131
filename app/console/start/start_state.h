// What the start screen shows beside recent files: profiles, the sandbox, a draft in the making;
// and the projects of a folder.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/server/profile.h"
#include "policy/model/policy.h"

namespace satchel {

class SandboxProcess;

struct KnownProfile {
  Profile profile = {};
  bool signs_in = true;      // A secret is there, or none is needed.
  std::string sign_in = {};  // In words.
};

struct ProfileTest {
  bool running = false;
  bool passed = false;
  std::string text = {};  // Who is signed in, or why not.
  std::optional<double> seconds = {};
  bool outdated = false;  // A later attempt to connect knows better.
};

struct StartState {
  std::set<std::filesystem::path> unsaved = {};  // Of the recent policies: there is a draft of it.
  std::vector<KnownProfile> profiles = {};
  std::string profiles_error = {};
  std::map<std::string, ProfileTest> tests = {};  // By profile.

  enum class Sandbox : std::uint8_t { kNone, kStarting, kRunning, kFailed };
  Sandbox sandbox = Sandbox::kNone;
  std::shared_ptr<SandboxProcess> process = {};
  std::string sandbox_url = {};
  std::string sandbox_error = {};

  bool creating = false;
  std::string create_error = {};
};

// A policy file of a folder.
struct FolderProject {
  std::filesystem::path file = {};
  std::string error = {};  // Why it cannot be read as a policy.
  Project project = {};
  int entities = 0;
  int offline = 0;
  int published = 0;          // Version in the publish folder; 0: none.
  bool is_published = false;  // It lies there published only: to be duplicated, not to be edited.
};

struct ProjectsState {
  std::filesystem::path folder = {};
  bool reading = false;
  bool read = false;
  std::string error = {};
  std::vector<FolderProject> files = {};  // By name.
};

}  // namespace satchel
