#include <algorithm>
#include <fstream>
#include <iterator>

#include "policy/check/check.h"
#include "policy/check/resolve.h"
#include "policy/support/text.h"
#include "policy/yaml/read_policy.h"
#include "preview/publish/publish.h"

namespace satchel {
namespace {

std::vector<Finding> Ties(const Policy& draft, const std::filesystem::path& folder) {
  std::vector<Finding> ties;
  for (const std::string& name : ProjectsIn(folder)) {
    if (name == draft.project.name) continue;
    std::ifstream in(folder / name / "current.yaml", std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    const ReadPolicy other = ParsePolicy(text);
    if (HasErrors(other.findings)) continue;
    const Project& project = other.policy.project;
    if (!MayTie(project, draft.project)) continue;
    ties.push_back({.severity = Severity::kError,
                    .rule = "priority-tie",
                    .path = "project.priority",
                    .message = "the project " + Quoted(name) + " has the priority " +
                               std::to_string(project.priority) +
                               " too, and some users would have both; give one of them a higher "
                               "priority"});
  }
  return ties;
}

}  // namespace

std::vector<GateItem> Gate(const Policy& draft, const Schema* schema,
                           const std::filesystem::path& folder,
                           const std::vector<Finding>& measured,
                           const std::map<std::string, std::string>& acknowledged) {
  std::vector<GateItem> gate;
  const auto add = [&](const Finding& finding, bool may_acknowledge) {
    if (finding.severity == Severity::kInfo) return;
    GateItem item{finding, may_acknowledge, {}};
    const auto reason = acknowledged.find(finding.rule);
    if (may_acknowledge && reason != acknowledged.end()) {
      item.reason = std::string(Trim(reason->second));
    }
    gate.push_back(std::move(item));
  };
  for (const Finding& finding : CheckPolicy(draft, schema)) {
    add(finding, finding.severity == Severity::kWarning);
  }
  for (const Finding& tie : Ties(draft, folder)) add(tie, false);
  for (const Finding& finding : measured) {
    add(finding, finding.severity == Severity::kWarning || finding.rule.starts_with("budget-"));
  }
  std::stable_sort(gate.begin(), gate.end(), [](const GateItem& a, const GateItem& b) {
    return !a.may_acknowledge && b.may_acknowledge;
  });
  return gate;
}

bool Blocks(const std::vector<GateItem>& gate) {
  return std::any_of(gate.begin(), gate.end(), [](const GateItem& item) { return item.blocks(); });
}

}  // namespace satchel
