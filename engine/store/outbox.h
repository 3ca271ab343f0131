// The outbox: what was changed on the device and the server does not have yet.
//
// A local edit and its entry are one transaction (local_edit.h). Of one record there is at most one
// entry that is being sent, and at most one after it that is not: an edit goes into the latter,
// never into the former (docs/store.md). What becomes of entries is in outbox_settle.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/instant.h"
#include "engine/record/value.h"
#include "engine/server/write.h"
#include "engine/store/database.h"
#include "policy/support/result.h"

namespace satchel {

using ChangeKind = WriteOperation::Kind;

enum class EntryState : std::uint8_t {
  kWaiting = 0,   // To be sent.
  kSending = 1,   // A request with it left, or was about to: uncertain until that is settled.
  kConflict = 2,  // The user decides.
  kError = 3,     // The server refused it for good; the user decides.
  kDropped = 4,  // The server's version won. Kept only to be looked at; the table does not show it.
};
[[nodiscard]] std::string_view Name(EntryState state);  // "waiting" …
[[nodiscard]] std::string_view Name(ChangeKind kind);   // "create" …

// Why a change is in conflict, where the server has the record.
inline constexpr const char* kChangedThere = "the record was changed on the server since";

struct FieldChange {
  std::string field = {};  // Or TypeColumn(field).
  Value mine = {};
  Value base = {};    // What the server last said.
  Value theirs = {};  // What the server had when the conflict was met.
  Value before = {};  // What the user saw when starting to change it. No download moves it.
  friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

struct OutboxEntry {
  std::int64_t seq = 0;
  std::string entity = {};
  Value id = {};
  ChangeKind kind = ChangeKind::kUpdate;
  // Version the change is based on; empty: none known. Of a create: empty, or what a record
  // had that was deleted on the server and is made again.
  std::string version = {};
  EntryState state = EntryState::kWaiting;
  int attempts = 0;           // Sent to a server that answered, without being settled.
  std::int64_t revision = 0;  // Grows whenever the change itself does.
  Instant made_at = {};       // By the device's clock, for people only.
  std::string message = {};   // Why it is in conflict, in error or dropped.
  std::string their_version = {};
  bool theirs_gone = false;  // In conflict with a deletion on the server.
  // Of a record made here that the server had not shown yet: where it was null before, the server
  // may have filled it in. A create that has it may have arrived as it was when it was given up.
  bool unread = false;
  // Of a delete: the whole row as base, to be able to bring it back.
  std::vector<FieldChange> changes = {};  // By field name.
  friend bool operator==(const OutboxEntry&, const OutboxEntry&) = default;
};

// The server may have a record of this id with other values than these, though it was made here.
[[nodiscard]] inline bool MayBeThere(const OutboxEntry& create) {
  return create.unread || !create.version.empty();
}

// A create of a record of which nobody else can have made one of the same id.
[[nodiscard]] inline bool IsOnlyOurs(const OutboxEntry& entry) {
  return entry.kind == ChangeKind::kCreate && !MayBeThere(entry) &&
         std::holds_alternative<Guid>(entry.id);
}

// Of two records, not of the values of one.
[[nodiscard]] inline bool IsLink(const OutboxEntry& entry) {
  return entry.kind == ChangeKind::kAssociate || entry.kind == ChangeKind::kDisassociate;
}

struct OutboxCounts {
  std::int64_t waiting = 0;
  std::int64_t sending = 0;
  std::int64_t conflicts = 0;
  std::int64_t errors = 0;
  std::int64_t dropped = 0;
  // What an upload still has to do.
  [[nodiscard]] std::int64_t to_send() const { return waiting + sending; }
};

// How servers and people write an id.
[[nodiscard]] std::string IdText(const Value& id);

// In the order they were made, with their changes.
[[nodiscard]] Result<std::vector<OutboxEntry>> ReadOutbox(Database& database);
[[nodiscard]] Result<std::vector<OutboxEntry>> ReadOutbox(Database& database, EntryState state);
[[nodiscard]] Result<std::optional<OutboxEntry>> ReadEntry(Database& database, std::int64_t seq);
// Of one record, without dropped ones.
[[nodiscard]] Result<std::vector<OutboxEntry>> EntriesOf(Database& database,
                                                         const std::string& entity,
                                                         const Value& id);
// The association or disassociation of two records that is pending, by its `mine` values.
[[nodiscard]] Result<std::optional<OutboxEntry>> PendingLink(Database& database,
                                                             const std::string& intersect,
                                                             ChangeKind kind,
                                                             const std::vector<FieldValue>& ends);
// Those of `seqs` that are there, in order.
[[nodiscard]] Result<std::vector<OutboxEntry>> ReadEntries(Database& database,
                                                           const std::vector<std::int64_t>& seqs);
[[nodiscard]] Result<OutboxCounts> CountOutbox(Database& database);

// Inside the caller's transaction. Put gives a new entry its seq, or replaces the one that has it,
// and counts the revision up.
[[nodiscard]] Result<> PutEntry(Database& database, OutboxEntry& entry);
// Only what the server is known to have (base, theirs, their_version), and the message that says
// so. The revision stays.
[[nodiscard]] Result<> PutServerSide(Database& database, const OutboxEntry& entry);
[[nodiscard]] Result<> RemoveEntry(Database& database, std::int64_t seq);

}  // namespace satchel
