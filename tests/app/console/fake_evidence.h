// What comparing, explaining and checking answer in tests: plain numbers about the demo company.
#pragma once

#include <optional>
#include <vector>

#include "preview/compare/compare.h"
#include "preview/compare/compared_records.h"
#include "preview/compare/drift.h"
#include "preview/explain/explain.h"
#include "preview/fleet/check.h"

namespace satchel {

struct FakeEvidence {
  std::vector<CompareRequest> compared = {};
  std::vector<ExplainRequest> explained = {};
  std::vector<DriftRequest> drifted = {};
  std::vector<std::pair<std::string, bool>> followed = {};  // Entity; against another policy.
  std::optional<Error> refuse = {};
};

[[nodiscard]] Comparison FakeComparison(const CompareRequest& request, PreviewResult after);
[[nodiscard]] Explanation FakeExplanation(const ExplainRequest& request);
// 14 contacts and 9 notes leave with the record, if anything does, and 3 cases stay without it.
[[nodiscard]] std::vector<KnockOn> FakeKnockOns(bool compared);
[[nodiscard]] DriftResult FakeDrift();
[[nodiscard]] CheckResult FakeCheck(const CheckRequest& request);
[[nodiscard]] Result<MeasuredUser> FakeMeasure(const Policy& policy, const PreviewResult& preview,
                                               const UserInfo* user);

// 86 accounts came, 402 went; every third row of the table is one of those that came.
class FakeComparedRecords : public ComparedRecords {
 public:
  Result<std::int64_t> Count(std::string_view entity, RecordChange change) override;
  Result<std::vector<ComparedRecord>> Rows(std::string_view entity, RecordChange change,
                                           std::int64_t offset, std::int64_t limit) override;
  Result<> WriteJsonLines(std::string_view, RecordChange, const std::filesystem::path&) override {
    return {};
  }
};

}  // namespace satchel
