// Which project a user gets: of those whose roles they have, the one with the highest priority.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/check/finding.h"
#include "policy/model/policy.h"

namespace satchel {

// Where one project stands for one user.
struct ProjectStanding {
  enum class Kind : std::uint8_t {
    kChosen,     // The user gets it.
    kTied,       // It would be the user's, but another has the same priority.
    kOutranked,  // The user has its roles, but another project comes first.
    kNotTheirs,  // The user has none of its roles.
  };
  Kind kind = Kind::kNotTheirs;
  std::size_t project = 0;  // Its place in what was asked about.
  std::string reason = {};  // "has the role Technician; priority 10 is the highest"
  friend bool operator==(const ProjectStanding&, const ProjectStanding&) = default;
};

struct Resolution {
  // Absent: no project is for the user, or several tie.
  std::optional<std::size_t> chosen = {};
  // Every project: the user's by falling priority, then the others; equal ones in the order given.
  std::vector<ProjectStanding> standings = {};
  std::vector<Finding> findings = {};  // "priority-tie", "no-project", "duplicate-project".
};
// `roles` are the user's security roles; names compare case-blind. Projects without roles are
// everybody's.
[[nodiscard]] Resolution ResolveProject(const std::vector<Project>& projects,
                                        const std::vector<std::string>& roles);

// Whether some user may have both and neither comes first: the same priority, and a role in common
// or no roles at all.
[[nodiscard]] bool MayTie(const Project& a, const Project& b);

}  // namespace satchel
