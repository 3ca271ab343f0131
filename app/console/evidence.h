// What was found out about the draft beyond a preview: how it differs from another policy on the
// device, why one record is (not) there, what an incremental sync gets wrong, how budgets and
// expectations stand.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "app/console/jobs/job_queue.h"
#include "preview/compare/compare.h"
#include "preview/compare/compared_records.h"
#include "preview/compare/drift.h"
#include "preview/explain/explain.h"
#include "preview/fleet/check.h"

namespace satchel {

using RecordIds = std::unordered_set<std::string>;

struct ComparisonState {
  bool running = false;
  JobId job = 0;
  double fraction = 0;
  std::string error = {};
  // The last one that succeeded.
  std::shared_ptr<const Comparison> result = {};
  std::string with = {};  // "version 3", "the saved file".
  Policy draft = {};      // What was compared; the draft may have changed since.
  std::shared_ptr<ComparedRecords> records = {};  // Used on Lane::kRecords only.
  // Of the entity whose records are shown.
  std::string entity = {};
  std::shared_ptr<const RecordIds> added = {};
};

// Who has the id in the server's list; null: nobody.
[[nodiscard]] const UserInfo* PersonOf(const std::vector<UserInfo>& people, const std::string& id);
// Every id of a change, page by page.
[[nodiscard]] Result<std::shared_ptr<const RecordIds>> IdsOfChange(ComparedRecords& records,
                                                                   const std::string& entity,
                                                                   RecordChange change,
                                                                   const std::stop_token& stop);

struct ExplainState {
  std::string entity = {};  // What was asked; empty entity: whatever was pasted.
  std::string record = {};
  std::string user = {};     // As AppState::user then.
  std::int64_t serial = -1;  // The draft it was asked about: AppState::draft_serial.
  bool running = false;
  JobId job = 0;
  std::string doing = {};
  std::string error = {};
  std::optional<Explanation> result = {};
};

struct DriftState {
  bool running = false;
  JobId job = 0;
  std::string error = {};
  std::optional<DriftResult> result = {};
};

struct CheckState {
  bool running = false;
  JobId job = 0;
  std::string user = {};  // Who is being previewed.
  std::size_t index = 0;
  std::size_t count = 0;
  std::string error = {};
  std::vector<UncheckedUser> unchecked = {};
};

}  // namespace satchel
