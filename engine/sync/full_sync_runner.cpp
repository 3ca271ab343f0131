#include "engine/sync/full_sync_runner.h"

#include "engine/store/local_meta.h"
#include "engine/sync/full_download.h"
#include "engine/sync/incremental_runner.h"

namespace satchel {

namespace {

Result<FullSyncOutcome> DownloadAndPublish(const FullSyncRequest& request, CrmServer& server,
                                           Database& database, const SyncSink& sink,
                                           std::stop_token stop, bool& resumed) {
  std::vector<std::string> all;
  for (const Entity& entity : request.policy.entities) {
    if (entity.mode == DeviceMode::kOffline) all.push_back(entity.name);
  }
  MarkBook marks(request, server);
  auto download = DownloadInFull(request, all, marks, server, database, sink, stop);
  if (!download) return Fail(download.error());
  resumed = download->resumed;
  if (sink) {
    sink({.step = SyncProgress::Step::kPublishing,
          .entity = all.empty() ? std::string() : all.back(),
          .index = all.empty() ? 0 : all.size() - 1,
          .count = all.size(),
          .total_records = download->total_records,
          .bytes = download->bytes});
  }
  const std::stop_callback interrupt(stop, [&] { database.Interrupt(); });
  Publication publication = {
      .staged = std::move(download->staged), .order = all, .copied_rows = request.copied_rows};
  const auto published = PublishSync(database, request.schema, publication, stop);
  if (!published && stop.stop_requested()) return Fail(Cancelled());
  if (!published) return Fail(published.error());
  for (EntityOutcome& entity : download->outcome.entities) {
    const auto kept = published->kept.find(entity.name);
    if (kept != published->kept.end()) entity.records = kept->second;
  }
  return std::move(download->outcome);
}

}  // namespace

Result<FullSyncOutcome> RunFullSync(const FullSyncRequest& request, CrmServer& server,
                                    Database& database, const SyncSink& sink,
                                    std::stop_token stop) {
  if (auto made = CreateMeta(database); !made) return Fail(made.error());
  auto bound = BindOwner(database, server.base_url(), request.organization, request.user);
  if (!bound) return Fail(bound.error());
  if (!request.background) {
    if (auto ready = PrepareForLoad(database); !ready) return Fail(ready.error());
  }
  bool resumed = false;
  auto outcome = DownloadAndPublish(request, server, database, sink, stop, resumed);
  if (!request.background) {
    const auto ended = EndLoad(database);
    if (outcome && !ended) return Fail(ended.error());
  }
  // Part of it is as old as the run that was interrupted: what happened since is caught up with.
  if (!outcome || !resumed || !request.note_marks) return outcome;
  const auto caught_up =
      RunIncremental({.what = request, .sweep = true, .only_followed = true, .catches_up = true},
                     server, database, sink, stop);
  if (!caught_up && stop.stop_requested()) return Fail(caught_up.error());
  if (!caught_up) {
    outcome->behind = caught_up.error();
    return outcome;
  }
  for (EntityOutcome& entity : outcome->entities) {
    for (const EntityChange& change : caught_up->entities) {
      if (change.name != entity.name) continue;
      entity.records = change.kept;
      entity.requests += change.requests;
      entity.bytes += change.bytes;
    }
  }
  return outcome;
}

}  // namespace satchel
