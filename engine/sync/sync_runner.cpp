#include "engine/sync/sync_runner.h"

#include <algorithm>
#include <filesystem>

#include "engine/record/mutant.h"
#include "engine/store/attachment_files.h"
#include "engine/store/sync_cursor.h"

namespace satchel {

namespace {

// A first download of everything is read and written side by side; its result is told in the words
// of an incremental one.
Result<std::vector<EntityChange>> DownloadAll(const SyncRequest& request, CrmServer& server,
                                              Database& database, const SyncSink& sink,
                                              std::stop_token stop) {
  const auto full = RunFullSync(request.what, server, database, sink, std::move(stop));
  if (!full) return Fail(full.error());
  std::vector<EntityChange> changes;
  for (const EntityOutcome& entity : full->entities) {
    changes.push_back({.name = entity.name,
                       .full = true,
                       .why = request.full ? "everything is read again, as asked"
                                           : "nothing has been downloaded before",
                       .swept = true,
                       .sweep_why = "a full read is one",
                       .received = entity.records,
                       .added = entity.records,
                       .kept = entity.records,
                       .requests = entity.requests,
                       .bytes = entity.bytes,
                       .seconds = entity.seconds,
                       .warnings = entity.unexpressed});
  }
  return changes;
}

Result<bool> FirstDownload(const Policy& policy, Database& database) {
  for (const Entity& entity : policy.entities) {
    if (entity.mode != DeviceMode::kOffline) continue;
    const auto cursor = ReadSyncCursor(database, entity.name);
    if (!cursor) return Fail(cursor.error());
    if (*cursor) return false;
  }
  return true;
}

// After the rows are published: a file that is missing is fetched by the next sync.
Result<AttachmentOutcome> FetchFiles(const SyncRequest& request, CrmServer& server,
                                     Database& database, std::stop_token stop) {
  const Policy& policy = request.what.policy;
  const bool any = std::any_of(policy.entities.begin(), policy.entities.end(), [](const Entity& e) {
    return e.mode == DeviceMode::kOffline && e.attachments.has_value();
  });
  if (database.file().empty()) return AttachmentOutcome{};
  if (!any && !std::filesystem::exists(AttachmentFiles::FolderOf(database.file()))) {
    return AttachmentOutcome{};
  }
  const auto files = AttachmentFiles::Open(database.file());
  if (!files) return Fail(files.error());
  return FetchAttachments(policy, request.what.schema, request.what.as, server, database, *files,
                          std::move(stop));
}

}  // namespace

void RunUploadPart(const SyncRequest& request, CrmServer& server, Database& database,
                   const SyncSink& sink, std::stop_token stop, SyncOutcome& outcome) {
  outcome.upload = RunUpload({.policy = request.what.policy,
                              .schema = request.what.schema,
                              .identity = request.identity,
                              .context = request.what.context,
                              .as = request.what.as},
                             server, database, sink, stop);
  for (const std::string& warning : outcome.upload.warnings) outcome.warnings.push_back(warning);
  if (outcome.upload.stopped) outcome.error = outcome.upload.stopped->While("upload");
}

void RunDownloadPart(const SyncRequest& request, CrmServer& server, Database& database,
                     const SyncSink& sink, std::stop_token stop, SyncOutcome& outcome) {
  const auto first = FirstDownload(request.what.policy, database);
  if (!first) {
    outcome.error = first.error();
    return;
  }
  Result<std::vector<EntityChange>> changes;
  if (request.full || *first) {
    changes = DownloadAll(request, server, database, sink, stop);
  } else {
    auto incremental = RunIncremental(
        {.what = request.what, .sweep = request.sweep, .just_written = outcome.upload.written},
        server, database, sink, stop);
    if (incremental) {
      changes = std::move(incremental->entities);
    } else {
      changes = Fail(incremental.error());
    }
  }
  if (!changes) {
    const bool told = outcome.error || Planted(Mutant::kB47DoneThoughItFailed);
    if (!told) outcome.error = changes.error().While("download");
    return;
  }
  outcome.entities = *std::move(changes);
  for (const EntityChange& entity : outcome.entities) {
    for (const std::string& warning : entity.warnings) {
      outcome.warnings.push_back(entity.name + ": " + warning);
    }
  }
  auto files = FetchFiles(request, server, database, stop);
  if (!files) {
    if (!outcome.error) outcome.error = files.error().While("attachments");
    return;
  }
  outcome.attachments = *std::move(files);
  for (const std::string& warning : outcome.attachments.warnings) {
    outcome.warnings.push_back(warning);
  }
}

SyncOutcome RunSync(const SyncRequest& request, CrmServer& server, Database& database,
                    const SyncSink& sink, std::stop_token stop) {
  SyncOutcome outcome;
  RunUploadPart(request, server, database, sink, stop, outcome);
  const auto& stopped = outcome.upload.stopped;
  const bool over =
      stopped && (stopped->code == ErrorCode::kCancelled || stopped->code == ErrorCode::kOffline ||
                  stopped->code == ErrorCode::kDenied);
  if (!over) RunDownloadPart(request, server, database, sink, stop, outcome);
  return outcome;
}

}  // namespace satchel
