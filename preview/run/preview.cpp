#include "preview/run/preview.h"

#include <algorithm>
#include <chrono>

#include "engine/device/device_sync.h"
#include "engine/store/database.h"
#include "engine/store/outbox.h"
#include "engine/sync/attachments.h"
#include "engine/sync/full_sync_runner.h"
#include "engine/sync/incremental_runner.h"
#include "policy/support/sha256.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/yaml/write_policy.h"
#include "preview/run/device_copy.h"
#include "preview/run/record_text.h"
#include "preview/run/subject.h"

namespace satchel {

namespace {

// Pages of the database that hold an entity: its table and its key tables.
Result<std::int64_t> BytesOf(Database& database, const LocalTable& table) {
  std::vector<std::string> names = {table.entity};
  for (const std::string& field : table.key_fields) {
    names.push_back(KeyTableName(table.entity, field));
  }
  auto statement = database.Prepare("SELECT sum(pgsize) FROM dbstat('main', 1) WHERE name = ?1");
  if (!statement) return Fail(statement.error());
  std::int64_t bytes = 0;
  for (const std::string& name : names) {
    statement->Bind(1, std::string_view(name));
    const auto row = statement->Step();
    if (!row) return Fail(row.error());
    bytes += statement->Integer(0);
    statement->Reset();
  }
  return bytes;
}

// The key table's order is that of the texts of GUIDs; other ids, which sort before them there, are
// sorted here.
Result<std::string> HashOfIds(Database& database, const LocalTable& table) {
  auto ids = database.Prepare("SELECT key FROM " + SqlName(KeyTableName(table.entity, table.key)) +
                              " ORDER BY key");
  if (!ids) return Fail(ids.error());
  Sha256 hash;
  std::vector<std::string> unsorted;
  for (;;) {
    const auto row = ids->Step();
    if (!row) return Fail(row.error());
    if (!*row) break;
    const Cell key = ids->At(0);
    const bool guid = key.kind == Cell::Kind::kId;
    std::string id = guid ? ToString(ids->Id(0)) : LowerAscii(IdText(ids->At(0)));
    id += '\n';
    if (guid && unsorted.empty()) {
      hash.Update(id);
    } else {
      unsorted.push_back(std::move(id));
    }
  }
  std::sort(unsorted.begin(), unsorted.end());
  for (const std::string& id : unsorted) hash.Update(id);
  return hash.Hex();
}

void AddFindings(const EntityOutcome& synced, std::int64_t cap, std::vector<Finding>& findings) {
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
                                   " records match, the limit keeps " + HumanCount(cap)});
  }
}

void RemoveDatabase(const std::filesystem::path& file) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(file.string() + suffix, ignored);
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
    context->now = request_.now.value_or(SystemNow());
    auto schema = request_.schema;
    if (!schema) {
      auto read = server_.ReadSchema(EntitiesNamed(request_.policy), stop_);
      if (!read) return Fail(read.error());
      schema = std::make_shared<const Schema>(*std::move(read));
    }

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
    // What is kept can be gone on from: by preview --mode incremental, by drift.
    FullSyncRequest sync = {.policy = request_.policy,
                            .schema = *schema,
                            .context = *context,
                            .as = subject->as,
                            .organization = subject->organization,
                            .user = subject->id,
                            .note_marks = !request_.database.empty(),
                            .count_cut = true};
    if (sync.note_marks || !request_.since.empty()) {
      sync.rights = RightsOf(server_, subject->id, stop_);
    }
    auto database = request_.since.empty() ? Database::Open(file, Database::Use::kScratch)
                                           : CopyDevice(request_.since, file, sync);
    if (!database) return Fail(database.error());
    if (request_.since.empty()) {
      const auto synced = RunFullSync(
          sync, server_, *database, [this](const SyncProgress& at) { Report(at); }, stop_);
      if (!synced) return Fail(synced.error());
      if (auto filled = Fill(synced->entities, *schema, *database, result); !filled)
        return Fail(filled.error());
    } else {
      sync.note_marks = true;
      sync.count_cut = false;
      if (auto done = GoOn(sync, *database, result); !done) return Fail(done.error());
    }
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result.database = file;
    return result;
  }

 private:
  // The device's next incremental sync, on the copy.
  Result<> GoOn(const FullSyncRequest& sync, Database& database, PreviewResult& result) {
    const auto counts = CountOutbox(database);
    if (!counts) return Fail(counts.error());
    if (counts->to_send() > 0) {
      result.findings.push_back({.severity = Severity::kInfo,
                                 .rule = "not-uploaded",
                                 .message = HumanCount(counts->to_send()) +
                                            " changes wait on the device; a preview does not send "
                                            "them"});
    }
    const auto done = RunIncremental(
        {.what = sync}, server_, database, [this](const SyncProgress& at) { Report(at); }, stop_);
    if (!done) return Fail(done.error());
    std::vector<EntityOutcome> outcomes;
    for (const EntityChange& change : done->entities) {
      if (change.error) return Fail(change.error->While(change.name));
      const EntitySchema* schema = sync.schema.Find(change.name);
      auto fields = ResolveFields(*request_.policy.Find(change.name), *schema);
      if (!fields) return Fail(fields.error());
      auto table = PlanTable(*schema, *fields);
      if (!table) return Fail(table.error());
      outcomes.push_back({.name = change.name,
                          .records = change.kept,
                          .matched = change.kept,
                          .bytes = change.bytes,
                          .requests = change.requests,
                          .seconds = change.seconds,
                          .table = *std::move(table)});
    }
    if (auto filled = Fill(outcomes, sync.schema, database, result); !filled) return filled;
    result.mode = "incremental";
    for (EntityPreview& entity : result.entities) {
      for (const EntityChange& change : done->entities) {
        if (change.name == entity.name) Describe(change, entity);
      }
    }
    AddWays(done->entities, result.findings);
    return {};
  }

  static void Describe(const EntityChange& change, EntityPreview& entity) {
    entity.why = change.why;
    if (!change.sweep_why.empty()) entity.why += "; " + change.sweep_why;
    entity.changes = {.received = change.received,
                      .added = change.added,
                      .updated = change.updated,
                      .removed = change.removed};
  }

  // Which way was taken and whether it swept are reasons of their own: many entities share them.
  static void AddWays(const std::vector<EntityChange>& changes, std::vector<Finding>& findings) {
    const auto add = [&](const EntityChange& change, const char* rule, const std::string& words) {
      findings.push_back({.severity = Severity::kInfo,
                          .rule = rule,
                          .entity = change.name,
                          .message = change.name + ": " + words});
    };
    for (const EntityChange& change : changes) {  // What costs most comes first.
      if (change.full) add(change, "read-in-full", "read in full, because " + change.why);
    }
    for (const EntityChange& change : changes) {
      if (!change.full) add(change, "asked-for", "asked for " + change.why);
    }
    for (const bool swept : {true, false}) {
      for (const EntityChange& change : changes) {
        if (change.full || change.swept != swept || change.sweep_why.empty()) continue;
        add(change, swept ? "swept" : "not-swept",
            (swept ? "looked through for records that moved in or out: "
                   : "not looked through for records that moved in or out: ") +
                change.sweep_why);
      }
    }
  }

  void Report(const SyncProgress& at) {
    if (!sink_) return;
    PreviewProgress progress = {.entity = at.entity,
                                .index = at.index,
                                .count = at.count,
                                .records = at.records,
                                .total_records = at.total_records,
                                .bytes = at.bytes,
                                .entity_done = at.entity_done};
    switch (at.step) {
      case SyncProgress::Step::kUploading:
        return;  // A preview never uploads.
      case SyncProgress::Step::kDownloading:
        progress.step = "downloading";
        break;
      case SyncProgress::Step::kIndexing:
        progress.step = at.entity_done ? "done" : "indexing";
        break;
      case SyncProgress::Step::kPublishing:
        progress.step = "publishing";
        break;
      case SyncProgress::Step::kNotice:
        progress.step = at.notice;
        progress.waiting = true;
        break;
    }
    sink_(progress);
  }

  Result<> Fill(const std::vector<EntityOutcome>& synced, const Schema& schema, Database& database,
                PreviewResult& result) {
    for (const Entity& entity : request_.policy.entities) {
      EntityPreview row{.name = entity.name, .mode = entity.mode};
      const auto at = std::find_if(synced.begin(), synced.end(), [&](const EntityOutcome& each) {
        return each.name == entity.name;
      });
      if (at != synced.end()) {
        row.records = at->records;
        row.matched = at->matched;
        row.cut_by_max_records = at->matched - at->records;
        row.bytes_downloaded = at->bytes;
        row.filtered_on_device = at->filtered_on_device;
        row.requests = at->requests;
        row.seconds = at->seconds;
        const auto size = BytesOf(database, at->table);
        if (!size) return Fail(size.error());
        row.bytes_on_device = *size;
        if (auto counted = AddAttachments(entity, *schema.Find(entity.name), database, row, result);
            !counted) {
          return counted;
        }
        auto hash = HashOfIds(database, at->table);
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

  // What the limits keep lies in files beside a device's database: counted here, not fetched.
  static Result<> AddAttachments(const Entity& entity, const EntitySchema& schema,
                                 Database& database, EntityPreview& row, PreviewResult& result) {
    if (!entity.attachments) return {};
    const auto choice = ChooseAttachments(database, entity, schema);
    if (!choice && choice.error().code != ErrorCode::kUnsupported) return Fail(choice.error());
    if (choice) {
      row.attachments = static_cast<std::int64_t>(choice->kept.size());
      row.attachment_bytes = choice->kept_bytes;
      row.bytes_on_device += choice->kept_bytes;
    }
    const bool whole = choice && choice->left_out() == 0;
    result.findings.push_back(
        {.severity = whole ? Severity::kInfo : Severity::kWarning,
         .rule = choice ? "attachments-kept" : "attachments-unknown",
         .entity = entity.name,
         .message = choice ? LeftOutSentence(entity, *choice) : choice.error().message});
    return {};
  }

  const PreviewRequest& request_;
  CrmServer& server_;
  const PreviewSink& sink_;
  std::stop_token stop_;
};

}  // namespace

PreviewChanges PreviewResult::changes() const {
  PreviewChanges all;
  for (const EntityPreview& entity : entities) {
    all.received += entity.changes.received;
    all.added += entity.changes.added;
    all.updated += entity.changes.updated;
    all.removed += entity.changes.removed;
  }
  return all;
}

Result<PreviewResult> RunPreview(const PreviewRequest& request, CrmServer& server,
                                 const PreviewSink& sink, std::stop_token stop) {
  std::filesystem::path file = request.database;
  std::shared_ptr<const ScratchFolder> scratch;
  if (file.empty()) {
    auto made = ScratchFolder::Make("satchel-preview-");
    if (!made) return Fail(made.error());
    scratch = std::make_shared<const ScratchFolder>(*std::move(made));
    file = scratch->path() / "preview.db";
  } else if (std::filesystem::exists(file)) {
    return Fail(ErrorCode::kConflict,
                file.string() + " exists already (choose another name for the database)");
  }
  auto result = Preview(request, server, sink, stop).Run(file);
  if (result) {
    result->scratch = std::move(scratch);
  } else if (!scratch) {
    RemoveDatabase(file);
  }
  return result;
}

}  // namespace satchel
