#include "preview/report/finding_groups.h"

#include <algorithm>
#include <tuple>

#include "preview/report/text_table.h"

namespace satchel {

namespace {

constexpr std::size_t kNamesWidth = 100;  // Of a list of names, on a terminal.

// "a, b, c" in lines that begin with `start`.
std::string NamesBelow(const std::vector<std::string>& names, const std::string& start) {
  std::string text;
  std::string line;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = names[i] + (i + 1 < names.size() ? "," : "");
    if (!line.empty() && Width(start) + Width(line) + 1 + Width(name) > kNamesWidth) {
      text += start + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + name;
  }
  return text + start + line + "\n";
}

}  // namespace

std::vector<FindingGroup> GroupFindings(const std::vector<Finding>& findings) {
  std::vector<FindingGroup> groups;
  for (const Finding& finding : findings) {
    const std::string start = finding.entity + ": ";
    const bool named = !finding.entity.empty() && finding.message.starts_with(start);
    std::string reason = named ? finding.message.substr(start.size()) : finding.message;
    const auto alike = std::find_if(groups.begin(), groups.end(), [&](const FindingGroup& group) {
      return std::tie(group.severity, group.rule, group.reason) ==
                 std::tie(finding.severity, finding.rule, reason) &&
             group.entities.empty() == finding.entity.empty();
    });
    if (alike == groups.end()) {
      groups.push_back({finding.severity, finding.rule, {}, std::move(reason)});
      if (!finding.entity.empty()) groups.back().entities.push_back(finding.entity);
    } else if (std::count(alike->entities.begin(), alike->entities.end(), finding.entity) == 0 &&
               !finding.entity.empty()) {
      alike->entities.push_back(finding.entity);
    }
  }
  std::stable_sort(groups.begin(), groups.end(), [](const FindingGroup& a, const FindingGroup& b) {
    return std::pair(a.severity, a.entities.empty()) > std::pair(b.severity, b.entities.empty());
  });
  return groups;
}

std::string FindingLines(const std::vector<Finding>& findings) {
  std::string text;
  for (const FindingGroup& group : GroupFindings(findings)) {
    const std::string severity = std::string(Name(group.severity)) + ": ";
    const bool one = group.entities.size() == 1;
    text += severity + (one ? group.entities.front() + ": " : "") + group.reason + "\n";
    if (group.entities.size() > 1) {
      text += NamesBelow(group.entities, std::string(severity.size(), ' '));
    }
  }
  return text;
}

}  // namespace satchel
