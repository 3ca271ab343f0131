#include <algorithm>
#include <chrono>

#include "engine/store/database.h"
#include "engine/sync/full_sync_runner.h"
#include "preview/run/subject.h"
#include "preview/working_set/filter_parts.h"
#include "preview/working_set/working_set.h"

namespace satchel {

namespace {

// Filters come to use these sooner or later; reading them at once saves a second reading.
constexpr const char* kCommonFields[] = {"ownerid", "statecode", "statuscode", "createdon",
                                         "modifiedon"};

void Add(std::vector<std::string>& sorted, const std::string& name) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), name);
  if (at == sorted.end() || *at != name) sorted.insert(at, name);
}

// A policy that keeps everything, up to the cap, in the order of the keys: what is left out then
// has nothing to do with what the records say.
Policy KeepEverything(const WorkingSetRequest& request, const Schema& schema) {
  Policy policy;
  policy.project.name = "working-set";
  for (const NeededFields& need : request.needs) {
    const EntitySchema* entity = schema.Find(need.entity);
    if (entity == nullptr) continue;
    Entity all;
    all.name = need.entity;
    for (const std::string& field : need.fields) {
      if (field != entity->key && entity->Find(field) != nullptr) all.fields.push_back(field);
    }
    all.order = {{.field = entity->key}};
    all.max_records = request.cap + 1;  // One more tells that there is more.
    policy.entities.push_back(std::move(all));
  }
  return policy;
}

}  // namespace

std::vector<NeededFields> WorkingNeeds(const Query& query, const Schema& schema) {
  std::vector<NeededFields> needs;
  const auto add = [&](const Query& part) {
    for (const NeededFields& more : FieldsNeeded(part, schema)) {
      auto at = std::find_if(needs.begin(), needs.end(),
                             [&](const NeededFields& need) { return need.entity == more.entity; });
      if (at == needs.end()) at = needs.insert(needs.end(), {more.entity, {}});
      for (const std::string& field : more.fields) Add(at->fields, field);
    }
  };
  // One by one: a condition that is not finished says nothing, the others still do.
  for (QueryPart& part : PartsOf(query)) {
    if (part.query.links.empty() && !PartsDecide(query)) part.query.links = query.links;
    add(part.query);
  }
  const EntitySchema* entity = schema.Find(query.entity);
  if (entity == nullptr) return needs;
  auto own = std::find_if(needs.begin(), needs.end(),
                          [&](const NeededFields& need) { return need.entity == query.entity; });
  if (own == needs.end()) own = needs.insert(needs.begin(), {query.entity, {}});
  if (!entity->primary_name.empty()) Add(own->fields, entity->primary_name);
  for (const char* field : kCommonFields) {
    if (entity->Find(field) != nullptr) Add(own->fields, field);
  }
  for (NeededFields& need : needs) {
    const EntitySchema* named = schema.Find(need.entity);
    if (named != nullptr && !named->key.empty()) Add(need.fields, named->key);
  }
  return needs;
}

std::vector<NeededFields> MissingFrom(const std::vector<WorkingEntity>& held,
                                      const std::vector<NeededFields>& needs) {
  std::vector<NeededFields> missing;
  for (const NeededFields& need : needs) {
    const auto have = std::find_if(held.begin(), held.end(), [&](const WorkingEntity& entity) {
      return entity.name == need.entity;
    });
    if (have != held.end() && std::includes(have->fields.begin(), have->fields.end(),
                                            need.fields.begin(), need.fields.end())) {
      continue;
    }
    NeededFields more = need;
    if (have != held.end()) {
      for (const std::string& field : have->fields) Add(more.fields, field);
    }
    missing.push_back(std::move(more));
  }
  return missing;
}

Result<WorkingRead> ReadWorkingSet(const WorkingSetRequest& request, CrmServer& server,
                                   const WorkingSink& sink, std::stop_token stop) {
  const auto start = std::chrono::steady_clock::now();
  const auto reader = FindSubject(server, request.as, stop);
  if (!reader) return Fail(reader.error());
  auto context = server.ContextOf(reader->id, stop);
  if (!context) return Fail(context.error());
  context->now = request.now.value_or(SystemNow());
  std::vector<std::string> names;
  for (const NeededFields& need : request.needs) names.push_back(need.entity);
  auto schema = server.ReadSchema(names, stop);
  if (!schema) return Fail(schema.error());

  WorkingRead read;
  read.as_id = reader->id;
  read.as_name = reader->name;
  if (!reader->as.empty()) {
    const auto why = server.WhyNotExact(reader->as, names, stop);
    if (!why) return Fail(why.error());
    read.why_not_exact = *why;
  }
  auto folder = ScratchFolder::Make("satchel-working-");
  if (!folder) return Fail(folder.error());
  read.scratch = std::make_shared<const ScratchFolder>(*std::move(folder));
  read.database = read.scratch->path() / "read.db";
  auto database = Database::Open(read.database, Database::Use::kScratch);
  if (!database) return Fail(database.error());
  const FullSyncRequest sync = {.policy = KeepEverything(request, *schema),
                                .schema = *schema,
                                .context = *context,
                                .as = reader->as,
                                .organization = reader->organization,
                                .user = reader->id,
                                .note_marks = false};
  const auto synced = RunFullSync(
      sync, server, *database,
      [&](const SyncProgress& at) {
        if (sink) sink({at.entity, at.total_records});
      },
      stop);
  if (!synced) return Fail(synced.error());
  for (const EntityOutcome& outcome : synced->entities) {
    WorkingEntity entity;
    entity.name = outcome.name;
    entity.fields = outcome.table.fields;
    std::sort(entity.fields.begin(), entity.fields.end());
    entity.capped = outcome.records > request.cap;
    entity.records = std::min(outcome.records, request.cap);
    entity.read_at = context->now;
    read.entities.push_back(std::move(entity));
    read.bytes += outcome.bytes;
    read.requests += outcome.requests;
  }
  read.context = std::move(*context);
  read.schema = std::move(*schema);
  read.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return read;
}

}  // namespace satchel
