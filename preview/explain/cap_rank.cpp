#include "preview/explain/cap_rank.h"

#include <algorithm>

#include "engine/filter/sql.h"
#include "engine/store/database.h"
#include "engine/store/scratch_folder.h"
#include "engine/sync/full_sync_runner.h"
#include "policy/support/units.h"
#include "policy/wording/sentence.h"
#include "preview/run/record_text.h"

namespace satchel {

namespace {}  // namespace

Result<CapRank> RankOf(const FullSyncRequest& sync, const Entity& entity, const std::string& id,
                       CrmServer& server, const ExplainSink& sink, std::stop_token stop) {
  const EntitySchema* schema = sync.schema.Find(entity.name);
  const bool ranked = std::all_of(entity.order.begin(), entity.order.end(),
                                  [](const OrderItem& item) { return item.entity.empty(); });
  Entity alone = entity;
  alone.all_fields = false;
  alone.fields.clear();
  alone.attachments.reset();
  FullSyncRequest one = sync;
  one.note_marks = false;
  one.count_cut = !ranked;
  if (ranked) {
    alone.max_records.reset();
    for (const OrderItem& item : entity.order) alone.fields.push_back(item.field);
    alone.order.clear();
  }
  one.policy.entities = {alone};

  const auto folder = ScratchFolder::Make("satchel-explain-");
  if (!folder) return Fail(folder.error());
  auto database = Database::Open(folder->path() / "rank.db", Database::Use::kScratch);
  if (!database) return Fail(database.error());
  const SyncSink told = [&](const SyncProgress& at) {
    if (sink) {
      sink("ranking " + EntityLabel(entity.name, &sync.schema) + ": " + HumanCount(at.records) +
           " read");
    }
  };
  const auto synced = RunFullSync(one, server, *database, told, stop);
  if (!synced) return Fail(synced.error());

  CapRank result{.matched = synced->entities.front().matched};
  Query all = {.entity = entity.name};
  if (ranked) all.order = entity.order;
  const auto sql = CompileSql(all, sync.schema, sync.context,
                              {.select = "t0." + SqlName(schema->key), .ordered = ranked});
  if (!sql) return Fail(sql.error());
  auto keys = database->Prepare(sql->text);
  if (!keys) return Fail(keys.error());
  keys->Bind(sql->binds);
  for (std::int64_t place = 1;; ++place) {
    const auto row = keys->Step();
    if (!row) return Fail(row.error());
    if (!*row) return result;
    if (IdText(keys->At(0)) != id) continue;
    result.rank = ranked ? place : 0;
    result.kept = !ranked || place <= entity.max_records.value_or(0);
    return result;
  }
}

}  // namespace satchel
