// What an incremental sync brings, on its way into the local database: rows, ids and sweeps are set
// aside in temporary tables, which lock nobody out; then Apply changes the entity's table inside
// the caller's transaction, touching only what differs.
//
// Rules: of rows that came twice the newest stays; a row older than the one here is ignored; a
// record with a pending change is neither removed nor hidden; see docs/store.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/filter/context.h"
#include "engine/record/value.h"
#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "engine/store/local_schema.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"

namespace satchel {

struct MergeEntity {
  LocalTable table = {};  // What the device keeps.
  LocalTable raw = {};    // The same with columns only the filter needs; equal when there are none.
  Query query = {};       // The policy's.
  bool decide = false;    // Rows came whether they meet the filter or not: decide here.
  bool decide_sweep = false;  // Likewise swept ids, with raw's columns beside them.
};

struct MergeCounts {
  std::int64_t added = 0;
  std::int64_t updated = 0;
  std::int64_t removed = 0;
  std::int64_t kept = 0;
  std::int64_t pending = 0;
  bool as_swept = true;  // False: what is here now is not what the sweep said.
};

class EntityMerge {
 public:
  // `context` decides relative dates.
  EntityMerge(Database& database, const Schema& schema, FilterContext context, MergeEntity entity);
  ~EntityMerge();
  EntityMerge(EntityMerge&&) noexcept;

  // Drops what was set aside.
  [[nodiscard]] Result<> Clear();
  // Rows as they are on the server: kChanges and kMissing. Columns of raw.
  [[nodiscard]] Result<> AddRows(const Page& page);
  // Ids of what changed; those that do not come as rows too have left.
  [[nodiscard]] Result<> AddChangedIds(const RowBatch& rows);
  // Ids of what was deleted on the server, before the rows were read.
  [[nodiscard]] Result<> AddRemoved(const std::vector<std::string>& ids);
  // Ids and versions of what meets the filter now.
  [[nodiscard]] Result<> AddSweep(const RowBatch& rows);
  // Holds the sweep against what is here and set aside. The ids that must be fetched.
  [[nodiscard]] Result<std::vector<Value>> Compare(std::stop_token stop);

  // Inside the caller's transaction.
  [[nodiscard]] Result<MergeCounts> Apply(std::stop_token stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace satchel
