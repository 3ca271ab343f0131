// What becomes of entries of the outbox when they are sent, and of the rows they changed.
//
// The functions of Settling work inside the caller's transaction. Whenever an entry stops being
// sent, what the user changed meanwhile is condensed into it, so that of a record at most one entry
// waits. While nobody knows whether the server has it, it does not stop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/store/database.h"
#include "engine/store/local_tables.h"
#include "engine/store/outbox.h"
#include "policy/support/result.h"

namespace satchel {

// An entry to send, as it was when the order was worked out.
struct ToSend {
  std::int64_t seq = 0;
  std::int64_t revision = 0;
  std::vector<std::string> later = {};  // Lookups left out, sent by an update of their own.
  bool unguarded = false;               // Without its version, which the entity does not take.
  friend bool operator==(const ToSend&, const ToSend&) = default;
};

// A record as the server has it now.
struct ServerRow {
  std::string version = {};
  std::vector<FieldValue> values = {};  // Of kept fields and their TypeColumns.
  // Whether nobody wrote it since it was made; nothing: the server does not tell.
  std::optional<bool> as_made = {};
};

// A record on the server beside an entry.
enum class Standing : std::uint8_t {
  kGone,    // It is not there, or not ours to read.
  kOurs,    // Everything the entry writes is there.
  kBase,    // As the entry is based on: by its version, where none is known by its values.
  kTheirs,  // Somebody else wrote it since.
};
[[nodiscard]] Standing Compare(const OutboxEntry& entry, const std::optional<ServerRow>& server,
                               const EntitySchema* schema);

class Settling {
 public:
  // A null `theirs` below means that the server has no such record.
  using Theirs = std::optional<ServerRow>;

  [[nodiscard]] static Result<Settling> Make(Database& database);

  // Commit it before the request leaves. Nothing for an entry that is not to be sent any more or
  // was changed since.
  [[nodiscard]] Result<std::vector<std::optional<OutboxEntry>>> MarkSending(
      const std::vector<ToSend>& parts);
  // The server has it; an empty `version` is one it did not tell.
  [[nodiscard]] Result<> Acknowledge(const OutboxEntry& entry, const std::string& version);
  // Likewise, and the server told the whole record, which others may have changed since.
  [[nodiscard]] Result<> AcknowledgeSeen(std::int64_t seq, const ServerRow& seen);
  // It was not carried out, or not even sent, and waits.
  [[nodiscard]] Result<> PutBack(std::int64_t seq, bool counts);
  // Nobody knows whether it was carried out. It stays as it was sent.
  [[nodiscard]] Result<> CountAttempt(std::int64_t seq);
  // What the user saw of the record is what the server has: the change is based on that version.
  [[nodiscard]] Result<> BaseOn(std::int64_t seq, const ServerRow& seen);
  // Refused for good, or given up where it is `uncertain` whether it was carried out. What the user
  // changed meanwhile may have mended it: then it waits once more.
  [[nodiscard]] Result<> Park(std::int64_t seq, const std::string& words, bool uncertain = false);
  // The next two return false where the user deleted meanwhile what is gone there: nothing is left
  // to decide, and the deletion waits.
  [[nodiscard]] Result<bool> ParkConflict(std::int64_t seq, const std::string& words,
                                          const Theirs& theirs);
  // The row shows the server's version; the change is kept as dropped.
  [[nodiscard]] Result<bool> TakeTheirs(std::int64_t seq, const std::string& words,
                                        const Theirs& theirs);
  // It waits on top of the server's version. `whole`: every field is written; a record that is gone
  // is made again.
  [[nodiscard]] Result<> Rebase(std::int64_t seq, bool whole, const Theirs& theirs);

  [[nodiscard]] LocalTables& tables() { return tables_; }

 private:
  struct Statements {
    Statement mark;
    Statement drop_entry;
    Statement drop_changes;
    Statement base_later;
    Statement written;
  };
  Settling(Database& database, LocalTables tables, Statements statements)
      : database_(database), tables_(std::move(tables)), statements_(std::move(statements)) {}

  // The entry with what came after it; nothing when together they change nothing (it is removed).
  [[nodiscard]] Result<std::optional<OutboxEntry>> TakeLater(std::int64_t seq, bool* later);
  [[nodiscard]] Result<> Split(OutboxEntry& entry, const std::vector<std::string>& later);
  [[nodiscard]] Result<> ShowServerRow(const std::string& entity, const Value& id,
                                       const Theirs& theirs);
  [[nodiscard]] Result<> Forget(const OutboxEntry& entry, const std::string& version,
                                const std::string& based_on, bool seen);
  [[nodiscard]] Result<> DeleteWhatIsGone(OutboxEntry& entry);
  [[nodiscard]] Result<> PutWhole(OutboxEntry& entry);

  Database& database_;
  LocalTables tables_;
  Statements statements_;
};

}  // namespace satchel
