#include "preview/run/preview.h"

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "engine/filter/data_set.h"
#include "engine/store/database.h"
#include "engine/store/staging.h"
#include "engine/sync/full_sync.h"
#include "policy/support/sha256.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/yaml/write_policy.h"
#include "preview/run/record_text.h"

namespace satchel {

namespace {

constexpr const char* kScratchPrefix = "satchel-preview-";

Instant Present() {
  using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, kTicksPerSecond>>;
  return {std::chrono::duration_cast<Ticks>(std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

// A private folder (0700): SQLite may put files of its own beside the database.
Result<std::filesystem::path> MakeScratch() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  std::error_code error;
  std::filesystem::path base = runtime != nullptr && std::filesystem::is_directory(runtime, error)
                                   ? std::filesystem::path(runtime)
                                   : std::filesystem::temp_directory_path(error);
  std::string folder = (base / (std::string(kScratchPrefix) + "XXXXXX")).string();
  if (::mkdtemp(folder.data()) == nullptr) {
    return Fail(
        ErrorCode::kIo,
        base.string() + ": no scratch folder can be made there (free some space, or set TMPDIR)");
  }
  return std::filesystem::path(folder) / "preview.db";
}

void CollectEntities(const std::vector<Link>& links, std::vector<std::string>& names);
void CollectEntities(const Group& group, std::vector<std::string>& names) {
  for (const Node& node : group.nodes) {
    if (const auto* inner = std::get_if<Group>(&node.item)) CollectEntities(*inner, names);
    if (const auto* link = std::get_if<Link>(&node.item)) CollectEntities({*link}, names);
  }
}
void CollectEntities(const std::vector<Link>& links, std::vector<std::string>& names) {
  for (const Link& link : links) {
    names.push_back(link.entity);
    CollectEntities(link.filter, names);
    CollectEntities(link.links, names);
  }
}

std::vector<std::string> EntitiesNamed(const Policy& policy) {
  std::vector<std::string> names;
  for (const Entity& entity : policy.entities) {
    names.push_back(entity.name);
    CollectEntities(entity.filter, names);
    CollectEntities(entity.links, names);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

struct Subject {
  std::string id = {};
  std::string name = {};
  std::string as = {};  // What to impersonate; empty: the signed-in user.
};

Result<Subject> FindSubject(CrmServer& server, const std::string& as, std::stop_token stop) {
  const auto me = server.WhoAmI(stop);
  if (!me) return Fail(me.error());
  if (as.empty() || LowerAscii(as) == LowerAscii(me->user_id))
    return Subject{me->user_id, me->user_name, ""};
  if (!server.capabilities().impersonation) {
    return Fail(ErrorCode::kUnsupported,
                "this server cannot read as another user, so " + Quoted(as) +
                    " cannot be previewed here (sign in as them, and leave --as away)");
  }
  const auto user = server.FindUser(as, stop);
  if (!user) return Fail(user.error());
  const bool myself = LowerAscii(user->id) == LowerAscii(me->user_id);
  return Subject{user->id, user->name, myself ? "" : user->id};
}

// Pages of the database that hold each entity: its table and its indexes.
Result<std::map<std::string, std::int64_t>> BytesByTable(Database& database) {
  auto statement = database.Prepare(
      "SELECT m.tbl_name, sum(d.pgsize) FROM dbstat('main', 1) d JOIN sqlite_schema m ON m.name = "
      "d.name GROUP BY m.tbl_name");
  if (!statement) return Fail(statement.error());
  std::map<std::string, std::int64_t> bytes;
  for (;;) {
    const auto row = statement->Step();
    if (!row) return Fail(row.error());
    if (!*row) return bytes;
    bytes[std::string(statement->Text(0))] = statement->Integer(1);
  }
}

Result<std::string> HashOfIds(Database& database, const EntitySchema& schema) {
  auto statement =
      database.Prepare("SELECT " + SqlName(schema.key) + " FROM " + SqlName(schema.name));
  if (!statement) return Fail(statement.error());
  std::vector<std::string> ids;
  for (;;) {
    const auto row = statement->Step();
    if (!row) return Fail(row.error());
    if (!*row) break;
    ids.push_back(LowerAscii(IdText(statement->At(0))));
  }
  std::sort(ids.begin(), ids.end());
  Sha256 hash;
  for (const std::string& id : ids) hash.Update(id + "\n");
  return hash.Hex();
}

// What the browser of records needs to know of the columns travels with the database.
Result<> KeepSchema(Database& database, const Policy& policy, const Schema& schema) {
  Schema kept;
  for (const Entity& entity : policy.entities) {
    const EntitySchema* found = schema.Find(entity.name);
    if (found != nullptr) kept.entities.emplace(entity.name, *found);
  }
  if (auto made = database.Execute("CREATE TABLE IF NOT EXISTS \"@property\" (name TEXT PRIMARY "
                                   "KEY, value TEXT NOT NULL) WITHOUT ROWID");
      !made) {
    return made;
  }
  return RunSql(database, {"INSERT OR REPLACE INTO \"@property\" VALUES ('schema', ?1)",
                           {PrintSchema(kept)}});
}

void AddFindings(const SyncedEntity& synced, std::int64_t cap, std::vector<Finding>& findings) {
  for (const std::string& sentence : synced.unexpressed) {
    findings.push_back({.severity = Severity::kInfo,
                        .rule = "filtered-on-device",
                        .entity = synced.name,
                        .message = synced.name + ": filtered on the device: " + sentence});
  }
  if (synced.matched > synced.records) {
    findings.push_back({.severity = Severity::kWarning,
                        .rule = "cut-by-max-records",
                        .entity = synced.name,
                        .message = synced.name + ": " + HumanCount(synced.matched) +
                                   " records match, max_records keeps " + HumanCount(cap)});
  }
}

class Preview {
 public:
  Preview(const PreviewRequest& request, CrmServer& server, const PreviewSink& sink,
          std::stop_token stop)
      : request_(request), server_(server), sink_(sink), stop_(std::move(stop)) {}

  Result<PreviewResult> Run(const std::filesystem::path& file) {
    const auto start = std::chrono::steady_clock::now();
    const auto subject = FindSubject(server_, request_.as, stop_);
    if (!subject) return Fail(subject.error());
    auto context = server_.ContextOf(subject->id, stop_);
    if (!context) return Fail(context.error());
    context->now = request_.now.value_or(Present());
    const auto schema = server_.ReadSchema(EntitiesNamed(request_.policy), stop_);
    if (!schema) return Fail(schema.error());

    PreviewResult result;
    result.policy_name = request_.policy.project.name;
    result.content_hash = ContentHash(request_.policy);
    result.server = server_.base_url();
    result.as_id = subject->id;
    result.as_name = subject->name;
    result.now = context->now;
    if (!subject->as.empty()) {
      const auto why = server_.WhyNotExact(subject->as, EntitiesNamed(request_.policy), stop_);
      if (!why) return Fail(why.error());
      result.exact = why->empty();
      if (!why->empty()) {
        result.findings.push_back(
            {.severity = Severity::kWarning, .rule = "not-exact", .message = *why});
      }
    }
    auto database = Database::Open(file, Database::Use::kScratch);
    if (!database) return Fail(database.error());
    const FullSyncRequest sync{request_.policy, *schema, *context, subject->as};
    const auto synced = RunFullSync(
        sync, server_, *database,
        [&](const SyncProgress& at) {
          if (sink_)
            sink_({at.entity, at.index, at.count, at.step, at.records, at.total_records, at.bytes,
                   at.entity_done});
        },
        stop_);
    if (!synced) return Fail(synced.error());
    if (auto kept = KeepSchema(*database, request_.policy, *schema); !kept)
      return Fail(kept.error());
    if (auto filled = Fill(*synced, *schema, *database, result); !filled)
      return Fail(filled.error());
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result.database = file;
    return result;
  }

 private:
  Result<> Fill(const std::vector<SyncedEntity>& synced, const Schema& schema, Database& database,
                PreviewResult& result) {
    const auto bytes = BytesByTable(database);
    if (!bytes) return Fail(bytes.error());
    for (const Entity& entity : request_.policy.entities) {
      EntityPreview row{.name = entity.name, .mode = entity.mode};
      const auto at = std::find_if(synced.begin(), synced.end(), [&](const SyncedEntity& each) {
        return each.name == entity.name;
      });
      if (at != synced.end()) {
        row.records = at->records;
        row.matched = at->matched;
        row.cut_by_max_records = at->matched - at->records;
        row.bytes_downloaded = at->bytes_downloaded;
        row.filtered_on_device = at->filtered_on_device;
        row.requests = at->requests;
        row.seconds = at->seconds;
        const auto size = bytes->find(entity.name);
        row.bytes_on_device = size == bytes->end() ? 0 : size->second;
        auto hash = HashOfIds(database, *schema.Find(entity.name));
        if (!hash) return Fail(hash.error());
        row.ids_sha256 = *std::move(hash);
        AddFindings(*at, entity.max_records.value_or(0), result.findings);
      }
      result.records += row.records;
      result.bytes_on_device += row.bytes_on_device;
      result.bytes_downloaded += row.bytes_downloaded;
      result.requests += row.requests;
      result.entities.push_back(std::move(row));
    }
    return {};
  }

  const PreviewRequest& request_;
  CrmServer& server_;
  const PreviewSink& sink_;
  std::stop_token stop_;
};

}  // namespace

Result<PreviewResult> RunPreview(const PreviewRequest& request, CrmServer& server,
                                 const PreviewSink& sink, std::stop_token stop) {
  std::filesystem::path file = request.database;
  if (file.empty()) {
    auto scratch = MakeScratch();
    if (!scratch) return Fail(scratch.error());
    file = *std::move(scratch);
  } else if (std::filesystem::exists(file)) {
    return Fail(ErrorCode::kConflict,
                file.string() + " exists already (choose another name for the database)");
  }
  auto result = Preview(request, server, sink, stop).Run(file);
  if (!result) RemoveScratch(file);
  return result;
}

void RemoveScratch(const std::filesystem::path& database) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(database.string() + suffix, ignored);
  }
  const std::filesystem::path folder = database.parent_path();
  if (folder.filename().string().starts_with(kScratchPrefix))
    std::filesystem::remove(folder, ignored);
}

}  // namespace satchel
