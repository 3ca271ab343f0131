// What an incremental sync brings of one entity, on its way into the local database: rows, ids and
// sweeps are set aside in temporary tables, which lock nobody out; then Apply changes the entity's
// table inside the caller's transaction, touching only what differs.
//
// Rules: of rows that came twice the newest stays; a row older than the one here is ignored; a
// record with a pending change is neither removed nor hidden; see docs/store.md.
//
// Temporary tables:
//   account@incoming ... rows as the server has them
//   account@gone ....... ids that leave, unless they are among the incoming
//   account@swept ...... swept ids with what deciding them here needs
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/filter/context.h"
#include "engine/record/value.h"
#include "engine/server/crm_server.h"
#include "engine/server/high_water.h"
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
  // The sweep's columns, where its filter, its order or its cut is left to the device.
  LocalTable swept = {};
  bool decide_sweep = false;
  bool cut_sweep = false;
  // Of a server without row versions: the field that tells whether a row changed; or empty.
  std::string modified = {};
  // It follows another read in the same sync.
  bool catches_up = false;
};

struct MergeCounts {
  std::int64_t added = 0;
  std::int64_t updated = 0;
  std::int64_t removed = 0;
  std::int64_t pending = 0;  // Stayed only because they are not uploaded yet.
  bool as_swept = true;      // False: what is here now is not what the sweep said.
};

class EntityMerge {
 public:
  // `context` decides relative dates. The schema outlives this.
  EntityMerge(Database& database, const Schema& schema, FilterContext context, MergeEntity entity);
  ~EntityMerge();
  EntityMerge(EntityMerge&&) noexcept;

  // Before anything else. The temporary tables are made when there is something to set aside.
  [[nodiscard]] Result<> Begin();
  // Rows as they are on the server, with the columns of raw, and names of what they point at.
  [[nodiscard]] Result<> AddRows(const RowBatch& rows, const std::vector<Label>& labels);
  // Ids of what changed; those that do not come as rows too have left.
  [[nodiscard]] Result<> AddChangedIds(const RowBatch& rows);
  // Ids of what was deleted on the server, read before the rows were.
  [[nodiscard]] Result<> AddRemoved(const std::vector<std::string>& ids);
  // Ids and versions of what meets the filter now, read after the rows.
  [[nodiscard]] Result<> AddSweep(const RowBatch& rows);

  struct Missing {
    std::vector<Value> ids = {};
    std::vector<Value> asked = {};  // Of those given to Ask before, what the sweep has.
    std::int64_t swept = 0;
  };
  // Holds the sweep against what is here and set aside: what has left is noted, what must be
  // fetched is told. Fetch it and AddRows it: what does not come has left.
  [[nodiscard]] Result<Missing> Compare(std::stop_token stop);
  // What was written here, not read back since and not set aside: to be asked for (Ask).
  [[nodiscard]] Result<std::vector<Value>> ToReadBack(bool every);
  // Other ids that are going to be fetched like that.
  [[nodiscard]] Result<> Ask(const std::vector<Value>& ids);

  // Inside the caller's transaction. `mark`: noted before the first page of this sync.
  [[nodiscard]] Result<MergeCounts> Apply(const HighWater& mark, std::stop_token stop);
  // Drops the temporary tables.
  [[nodiscard]] Result<> End();

  [[nodiscard]] const LocalTable& table() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace satchel
