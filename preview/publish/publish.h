// Publishing a policy to a folder, and what was published there before.
//
// FOLDER/PROJECT/1.yaml, 2.yaml, … are never written twice; FOLDER/PROJECT/current.yaml is the
// newest of them. Both appear whole or not at all.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/check/finding.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

// What stands between a draft and its publication.
struct GateItem {
  Finding finding = {};
  bool may_acknowledge = false;  // A warning, or a budget: with a reason it no longer blocks.
  std::string reason = {};       // Given for its rule; empty: none.

  [[nodiscard]] bool blocks() const { return !may_acknowledge || reason.empty(); }
};

// The rules of the policy itself, a tie with another project in the folder, and `measured`: the
// budgets and expectations that previews of users failed (FindingsOf in preview/fleet/verdict.h). A
// budget may be acknowledged, an expectation may not. Infos are left out.
[[nodiscard]] std::vector<GateItem> Gate(const Policy& draft, const Schema* schema,
                                         const std::filesystem::path& folder,
                                         const std::vector<Finding>& measured,
                                         const std::map<std::string, std::string>& acknowledged);
[[nodiscard]] bool Blocks(const std::vector<GateItem>& gate);

struct PublishedVersion {
  int version = 0;
  Policy policy = {};    // Its published block says when, by whom and why.
  bool current = false;  // What current.yaml says.
  std::filesystem::path file = {};
  std::string problem = {};  // Why it cannot be used; empty: it can.
};
// Newest first; empty when nothing was published.
[[nodiscard]] Result<std::vector<PublishedVersion>> ReadHistory(const std::filesystem::path& folder,
                                                                const std::string& project);
// The names of the projects that were published to the folder.
[[nodiscard]] std::vector<std::string> ProjectsIn(const std::filesystem::path& folder);

// With what is missing above it.
[[nodiscard]] Result<> MakeFolder(const std::filesystem::path& folder);

struct PublishRequest {
  Policy draft = {};
  const Schema* schema = nullptr;  // Needed where an entity keeps all fields: they are listed.
  std::filesystem::path folder = {};
  std::string by = {};
  std::string at = {};  // ISO 8601, UTC.
  std::string note = {};
  std::map<std::string, std::string> acknowledged = {};  // rule → reason
  std::vector<Finding> measured = {};
  // The version the changes were looked at against (0: none). Another one in the folder is
  // somebody else's work: kConflict. Absent: whatever is there.
  std::optional<int> base = {};
};
// The version written. kInvalid when something blocks or nothing has changed.
[[nodiscard]] Result<PublishedVersion> Publish(const PublishRequest& request);

// An earlier version published once more, as the newest.
struct RestoreRequest {
  std::filesystem::path folder = {};
  std::string project = {};
  int version = 0;
  std::string by = {};
  std::string at = {};
  std::string note = {};  // Empty: "Restores version N".
  std::optional<int> base = {};
};
[[nodiscard]] Result<PublishedVersion> Restore(const RestoreRequest& request);

// "2026-11-23T10:00:00Z" of the present, and the name of whoever runs the program.
[[nodiscard]] std::string PresentMoment();
[[nodiscard]] std::string CurrentPerson();

}  // namespace satchel
