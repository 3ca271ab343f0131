// What a draft policy puts on a user's device: the engine's own full sync, run into a scratch
// database through a transport that lets only reads through.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/record/instant.h"
#include "engine/server/crm_server.h"
#include "engine/store/scratch_folder.h"
#include "policy/check/finding.h"
#include "policy/model/policy.h"

namespace satchel {

// What an incremental sync brought.
struct PreviewChanges {
  std::int64_t received = 0;
  std::int64_t added = 0;
  std::int64_t updated = 0;
  std::int64_t removed = 0;
};

struct EntityPreview {
  std::string name = {};
  DeviceMode mode = DeviceMode::kOffline;
  std::int64_t records = 0;
  std::int64_t matched = 0;             // Before max_records.
  std::int64_t cut_by_max_records = 0;  // matched - records.
  std::int64_t bytes_on_device =
      0;  // Pages of the database that hold this entity, indexes included.
  std::int64_t bytes_downloaded = 0;  // On the wire.
  bool filtered_on_device = false;
  // Files the policy's limits keep; a preview counts them and fetches none.
  std::int64_t attachments = 0;
  std::int64_t attachment_bytes = 0;
  int requests = 0;
  double seconds = 0;
  std::string ids_sha256 = {};  // Over the sorted lower-case ids, each followed by \n.
  // Of an incremental preview.
  std::string why = {};  // Which way was taken, and why; and whether it swept.
  PreviewChanges changes = {};
};

struct PreviewResult {
  std::string policy_name = {};
  std::string content_hash = {};
  std::string server = {};
  std::string as_id = {};
  std::string as_name = {};
  std::string mode = "full";
  Instant now = {};
  bool exact = true;
  std::int64_t records = 0;
  std::int64_t bytes_on_device = 0;
  std::int64_t bytes_downloaded = 0;
  int requests = 0;
  double seconds = 0;
  std::vector<EntityPreview> entities = {};  // In the policy's order.
  std::vector<Finding> findings = {};
  std::filesystem::path database = {};  // Where the records can be browsed.
  // The folder of a scratch database; the last one to let go of it removes it.
  std::shared_ptr<const ScratchFolder> scratch = {};

  [[nodiscard]] bool incremental() const { return mode == "incremental"; }
  [[nodiscard]] PreviewChanges changes() const;  // Of all entities.
};

struct PreviewProgress {
  std::string entity = {};  // What is being worked on.
  std::size_t index = 0;    // 0-based, of `count` entities.
  std::size_t count = 0;
  std::string step = {};           // "downloading", "indexing", "publishing", or why we wait.
  std::int64_t records = 0;        // Of this entity so far.
  std::int64_t total_records = 0;  // Of the whole preview so far.
  std::int64_t bytes = 0;          // On the wire so far.
  bool entity_done = false;
  bool waiting = false;  // For the server; `step` is a sentence.
};
// Called on the thread that runs the preview.
using PreviewSink = std::function<void(const PreviewProgress&)>;

struct PreviewRequest {
  Policy policy = {};
  std::string as = {};              // User id, domain name or e-mail; empty: the signed-in user.
  std::optional<Instant> now = {};  // Absent: the present.
  std::filesystem::path database = {};  // Empty: a private scratch file (PreviewResult::scratch).
  // A device's database: what its next incremental sync would bring, on a copy of it. Its own
  // changes are not uploaded. Empty: a full sync.
  std::filesystem::path since = {};
  // What the server says of the policy's entities, where it was just asked. Null: it is asked.
  std::shared_ptr<const Schema> schema = {};
};

// Fails, leaving no file behind, with a sentence that names what to do.
[[nodiscard]] Result<PreviewResult> RunPreview(const PreviewRequest& request, CrmServer& server,
                                               const PreviewSink& sink, std::stop_token stop);
}  // namespace satchel
