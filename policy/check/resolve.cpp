#include "policy/check/resolve.h"

#include <algorithm>
#include <map>

#include "policy/support/text.h"

namespace satchel {

namespace {

// The role the user has it by; nothing when it is not for them.
std::optional<std::string> RoleOf(const Project& project, const std::vector<std::string>& roles) {
  for (const std::string& wanted : project.roles) {
    for (const std::string& role : roles) {
      if (LowerAscii(wanted) == LowerAscii(role)) return role;
    }
  }
  return std::nullopt;
}

std::string WhyTheirs(const Project& project, const std::optional<std::string>& role) {
  const std::string whose =
      project.roles.empty() ? "is for everyone" : "is for the role " + Quoted(*role);
  return whose + ", priority " + std::to_string(project.priority);
}

std::string WhyNotTheirs(const Project& project) {
  std::vector<std::string> names;
  for (const std::string& role : project.roles) names.push_back(Quoted(role));
  return names.size() == 1
             ? "is for the role " + names[0] + ", which the user does not have"
             : "is for the roles " + Join(names, ", ") + ", none of which the user has";
}

std::vector<Finding> Duplicates(const std::vector<Project>& projects) {
  std::map<std::string, int> seen;
  for (const Project& project : projects) ++seen[project.name];
  std::vector<Finding> findings;
  for (const auto& [name, count] : seen) {
    if (count < 2) continue;
    findings.push_back({.severity = Severity::kError,
                        .rule = "duplicate-project",
                        .path = "project.name",
                        .message = std::to_string(count) + " files are the project " +
                                   Quoted(name) + "; keep one of them or rename the others"});
  }
  return findings;
}

}  // namespace

Resolution ResolveProject(const std::vector<Project>& projects,
                          const std::vector<std::string>& roles) {
  Resolution resolution;
  resolution.findings = Duplicates(projects);
  std::vector<std::size_t> theirs;
  std::vector<std::size_t> others;
  std::vector<std::optional<std::string>> by_role;
  for (std::size_t i = 0; i < projects.size(); ++i) {
    by_role.push_back(RoleOf(projects[i], roles));
    (projects[i].roles.empty() || by_role[i] ? theirs : others).push_back(i);
  }
  std::stable_sort(theirs.begin(), theirs.end(), [&](std::size_t a, std::size_t b) {
    return projects[a].priority > projects[b].priority;
  });

  std::vector<std::string> tied;
  for (const std::size_t i : theirs) {
    if (projects[i].priority == projects[theirs[0]].priority) {
      tied.push_back(Quoted(projects[i].name));
    }
  }
  for (const std::size_t i : theirs) {
    ProjectStanding standing{.project = i, .reason = WhyTheirs(projects[i], by_role[i])};
    if (projects[i].priority < projects[theirs[0]].priority) {
      standing.kind = ProjectStanding::Kind::kOutranked;
      standing.reason +=
          "; " + (tied.size() == 1 ? tied[0] + " comes" : Join(tied, " and ") + " come") + " first";
    } else if (tied.size() > 1) {
      standing.kind = ProjectStanding::Kind::kTied;
      standing.reason += "; another has the same priority";
    } else {
      standing.kind = ProjectStanding::Kind::kChosen;
      if (theirs.size() > 1) standing.reason += ", the highest";
      resolution.chosen = i;
    }
    resolution.standings.push_back(std::move(standing));
  }
  for (const std::size_t i : others) {
    resolution.standings.push_back({.kind = ProjectStanding::Kind::kNotTheirs,
                                    .project = i,
                                    .reason = WhyNotTheirs(projects[i])});
  }
  if (tied.size() > 1) {
    resolution.findings.push_back(
        {.severity = Severity::kError,
         .rule = "priority-tie",
         .path = "project.priority",
         .message = Join(tied, " and ") + " have the priority " +
                    std::to_string(projects[theirs[0]].priority) +
                    ", so it is chance which of them the user gets; give one of them a higher "
                    "priority"});
  } else if (theirs.empty()) {
    resolution.findings.push_back(
        {.severity = Severity::kWarning,
         .rule = "no-project",
         .path = "project.roles",
         .message = "no project is for the user, so their device holds nothing; give the user one "
                    "of the roles, or a project that is for everyone"});
  }
  return resolution;
}

bool MayTie(const Project& a, const Project& b) {
  if (a.priority != b.priority) return false;
  return a.roles.empty() || b.roles.empty() || RoleOf(a, b.roles).has_value();
}

}  // namespace satchel
