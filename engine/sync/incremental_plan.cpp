#include "engine/sync/incremental_plan.h"

#include <algorithm>

#include "engine/filter/server_query.h"
#include "engine/filter/sql.h"
#include "engine/filter/window.h"
#include "engine/store/outbox.h"
#include "engine/sync/filter_reach.h"
#include "engine/sync/tuning.h"

namespace satchel {

namespace {

using incremental::Read;

std::optional<Condition> Since(const EntitySchema& entity, const HighWater& mark) {
  if (mark.kind == HighWater::Kind::kVersion && !entity.version.empty()) {
    return Condition{
        .field = entity.version, .op = Operator::kGe, .values = {std::to_string(mark.version)}};
  }
  if (mark.kind == HighWater::Kind::kTime && !entity.modified.empty()) {
    const FieldSchema* field = entity.Find(entity.modified);
    if (!field) return std::nullopt;
    const std::int64_t from = mark.time.ticks - kTimeOverlapTicks;
    // A day's date cannot be asked for by the minute: from the day before on.
    const bool day = field->type == FieldType::kDateOnly;
    return Condition{.field = entity.modified,
                     .op = Operator::kGe,
                     .values = {day ? Calendar::PrintLiteral(from / kTicksPerDay - 1, field->type)
                                    : Calendar::PrintLiteral(from, FieldType::kDateTime)}};
  }
  return std::nullopt;
}

// The query's filter AND one more condition; neither order nor cut.
Query Narrowed(Query query, Condition condition) {
  Group both;
  both.nodes.push_back({std::move(condition)});
  if (!query.filter.empty()) both.nodes.push_back({std::move(query.filter)});
  query.filter = std::move(both);
  query.order.clear();
  query.top = 0;
  return query;
}

// What one record's own fields decide.
bool DeviceCanDecide(const Query& query, const FullSyncRequest& request) {
  const auto frozen = FreezeDates(query, request.schema, request.context);
  if (!frozen || !frozen->left.empty()) return false;  // The server's calendar may be another.
  return CompileSql(query, request.schema, request.context).has_value();
}

Result<LocalTable> TableWith(const EntitySchema& schema, std::vector<std::string> fields,
                             const Query& query, const Schema& all, bool filter) {
  for (const OrderItem& item : query.order) {
    if (item.entity.empty()) fields.push_back(item.field);
  }
  if (filter) {
    for (const NeededFields& needed : FieldsNeeded(query, all)) {
      if (needed.entity != schema.name) continue;
      fields.insert(fields.end(), needed.fields.begin(), needed.fields.end());
    }
  }
  return PlanTable(schema, fields);
}

}  // namespace

Result<IncrementalPlan> PlanIncremental(const FullSyncRequest& request, const std::string& rights,
                                        bool sweep, const Entity& entity,
                                        std::optional<SyncCursor> cursor, CrmServer& server) {
  auto read = PlanEntity(request, entity, server);
  if (!read) return Fail(read.error());
  IncrementalPlan plan = {.entity = &entity, .schema = request.schema.Find(entity.name)};
  const EntitySchema& schema = *plan.schema;
  const LocalTable& table = read->staged.table;
  const Query& query = read->staged.query;
  plan.cursor = std::move(cursor);
  plan.identity = read->staged.identity;
  plan.frozen = FrozenHash(query, request.schema, request.context);
  plan.rights = rights;
  plan.reached = EntitiesReached(query, request.schema);
  plan.server_cut = read->server_cut;

  const IncrementalOverride& own = entity.incremental;
  incremental::Facts facts = {
      .entity = entity.name,
      .cursor = plan.cursor,
      .identity = plan.identity,
      .frozen = plan.frozen,
      .rights = plan.rights,
      .now = request.context.now,
      .changes = own.changes.value_or(request.policy.sync.incremental.changes),
      .reconcile = own.reconcile.value_or(request.policy.sync.incremental.reconcile),
      .always_full = entity.always_full,
      .capped = query.top > 0,
      .sweep = sweep,
      .intersect = schema.intersect,
      .filtered = !query.filter.empty() || !query.links.empty(),
      .linked = !plan.reached.empty(),
      .exact = !read->staged.finish};
  facts.here_exact = !facts.linked && DeviceCanDecide(query, request);
  facts.tracked = server.capabilities().change_tracking && schema.change_tracking &&
                  !facts.filtered && !facts.capped;
  plan.choice = incremental::Choose(facts);
  // Whoever was refused a delta link is asked again once his rights have changed.
  plan.tracked = facts.tracked && plan.cursor &&
                 (!plan.cursor->untracked || plan.cursor->rights != plan.rights);

  plan.merge.table = table;
  plan.merge.raw = table;
  plan.merge.query = query;
  plan.merge.decide = plan.choice.decide || (facts.filtered && !facts.exact && facts.here_exact);
  plan.merge.decide_sweep = facts.filtered && !facts.exact;
  plan.merge.cut_sweep = facts.capped;  // A server that cuts sends all that tie with the last.
  if (plan.merge.decide) {
    auto raw = TableWith(schema, table.FieldsWithoutKey(), query, request.schema, true);
    if (!raw) return Fail(raw.error());
    plan.merge.raw = std::move(*raw);
  }
  const bool kept =
      std::find(table.fields.begin(), table.fields.end(), schema.modified) != table.fields.end();
  if (!server.capabilities().row_versions && kept) plan.merge.modified = schema.modified;
  std::vector<std::string> beside;
  if (!plan.merge.modified.empty()) beside.push_back(plan.merge.modified);
  const bool here = plan.merge.decide_sweep || plan.merge.cut_sweep;
  auto swept = TableWith(schema, std::move(beside), here ? query : Query{.entity = entity.name},
                         request.schema, plan.merge.decide_sweep);
  if (!swept) return Fail(swept.error());
  plan.merge.swept = std::move(*swept);
  return plan;
}

Result<ReadPlan> PlanRead(const IncrementalPlan& plan, Read read, std::span<const Value> ids,
                          const FullSyncRequest& request, CrmServer& server) {
  const EntitySchema& schema = *plan.schema;
  const Query everything = {.entity = schema.name};
  ReadRequest ask = {.query = everything,
                     .context = request.context,
                     .as = request.as,
                     .page_size = request.policy.sync.page_size};
  const auto since = Since(schema, plan.choice.start.mark);
  switch (read) {
    case Read::kDelta:
      break;
    case Read::kIds:
    case Read::kChanges:
      if (!since) {
        return Fail(ErrorCode::kUnsupported,
                    schema.name + ": the server has no field that tells what changed");
      }
      ask.query = read == Read::kChanges && plan.choice.matching
                      ? Narrowed(plan.merge.query, *since)
                      : Narrowed(everything, *since);
      if (read == Read::kIds) break;
      ask.fields = plan.merge.raw.FieldsWithoutKey();
      ask.labels = request.policy.sync.include_labels;
      break;
    case Read::kSweep:
      ask.query = plan.merge.query;
      if (!plan.server_cut) ask.query.top = 0, ask.query.order.clear();
      ask.fields = plan.merge.swept.FieldsWithoutKey();
      break;
    case Read::kMissing: {
      Condition among = {.field = schema.key, .op = Operator::kIn};
      for (const Value& id : ids) among.values.push_back(IdText(id));
      ask.query = Narrowed(plan.merge.query, std::move(among));
      ask.fields = plan.merge.raw.FieldsWithoutKey();
      ask.labels = request.policy.sync.include_labels;
      break;
    }
  }
  auto planned = server.Plan(ask, request.schema);
  if (!planned) return Fail(planned.error().While(schema.name));
  return planned;
}

std::optional<Query> ChangedSince(const EntitySchema& entity, const HighWater& mark) {
  auto since = Since(entity, mark);
  if (!since) return std::nullopt;
  return Narrowed({.entity = entity.name}, std::move(*since));
}

Result<ReadPlan> PlanOne(const Query& query, const FullSyncRequest& request, CrmServer& server) {
  Query one = query;
  one.top = 1;
  return server.Plan(
      {.query = std::move(one), .context = request.context, .as = request.as, .page_size = 1},
      request.schema);
}

}  // namespace satchel
