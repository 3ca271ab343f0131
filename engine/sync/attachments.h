// Attachments of the records on a device: which ones the policy's limits keep, and their download.
//
// The records themselves are rows like all others; the content of an entity with `attachments:` is
// no column of the table but a file beside the database (engine/store/attachment_files.h).
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/record/value.h"
#include "engine/server/crm_server.h"
#include "engine/store/attachment_files.h"
#include "engine/store/database.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct Attachment {
  Value id = {};
  Value version = {};     // Of its record.
  std::int64_t size = 0;  // As the server says.
};

// What the limits make of one entity's records: the newest first, each that still fits.
struct AttachmentChoice {
  std::vector<Attachment> kept = {};
  std::int64_t kept_bytes = 0;
  std::int64_t too_large = 0;     // Over max_size.
  std::int64_t other_type = 0;    // Not among types.
  std::int64_t beyond_total = 0;  // Did not fit into total any more.
  std::int64_t left_out_bytes = 0;
  [[nodiscard]] std::int64_t left_out() const { return too_large + other_type + beyond_total; }
};
// "annotation: 37 attachments (1.2 MB) are kept; 5 are left out: 2 larger than 64 KB, …"
[[nodiscard]] std::string LeftOutSentence(const Entity& entity, const AttachmentChoice& choice);

// From the published table of `entity`, which has limits. kUnsupported: its records carry no file
// whose name and size the server tells.
[[nodiscard]] Result<AttachmentChoice> ChooseAttachments(Database& database, const Entity& entity,
                                                         const EntitySchema& schema);

struct AttachmentOutcome {
  std::int64_t kept = 0;     // On the device afterwards.
  std::int64_t fetched = 0;  // New, or their record had changed.
  std::int64_t removed = 0;
  std::int64_t left_out = 0;  // By the limits.
  std::int64_t failed = 0;    // Not there yet: the next sync tries again.
  std::int64_t bytes = 0;     // Fetched.
  std::vector<std::string> warnings = {};
};

// Makes the files of every entity with limits what they should be, after a sync has published its
// rows: fetches what is missing or whose record changed, removes what left. Nothing is open in
// `database` during a download. An Error: the connection or the disk failed, or it was stopped;
// what was fetched before stays.
[[nodiscard]] Result<AttachmentOutcome> FetchAttachments(const Policy& policy, const Schema& schema,
                                                         const std::string& as, CrmServer& server,
                                                         Database& database,
                                                         const AttachmentFiles& files,
                                                         std::stop_token stop);

}  // namespace satchel
