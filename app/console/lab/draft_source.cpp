#include "app/console/lab/draft_source.h"

#include "policy/check/check.h"
#include "policy/support/sha256.h"
#include "policy/yaml/read_policy.h"

namespace satchel {

void DraftSource::Give(std::string yaml) {
  const std::lock_guard lock(mutex_);
  yaml_ = std::move(yaml);
}

std::string DraftSource::tag() const {
  const std::lock_guard lock(mutex_);
  return Sha256Hex(yaml_);
}

Result<std::optional<ArrivedPolicy>> DraftSource::Fetch(const std::string& known_tag,
                                                        std::stop_token) {
  std::string yaml;
  {
    const std::lock_guard lock(mutex_);
    yaml = yaml_;
  }
  std::string tag = Sha256Hex(yaml);
  if (tag == known_tag) return std::nullopt;
  ReadPolicy read = ParsePolicy(yaml);
  std::vector<Finding> findings = read.findings;
  for (Finding& finding : CheckPolicy(read.policy, nullptr, &read.marks)) {
    findings.push_back(std::move(finding));
  }
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::kError) continue;
    return Fail(ErrorCode::kInvalid,
                "the draft: " + finding.message + " (a device never follows a policy with errors)");
  }
  return ArrivedPolicy{std::move(yaml), std::move(read.policy), std::move(tag)};
}

}  // namespace satchel
