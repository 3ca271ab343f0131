#include "engine/device/settlement.h"

#include "engine/device/event_log.h"
#include "engine/store/known_names.h"
#include "engine/store/local_meta.h"
#include "engine/store/outbox.h"

namespace satchel {

namespace {

Result<> Decide(Database& database, const Settlement& settlement) {
  switch (settlement.kind) {
    case Settlement::Kind::kMine:
      return ResolveConflict(database, settlement.seq, Keep::kMine);
    case Settlement::Kind::kTheirs:
      return ResolveConflict(database, settlement.seq, Keep::kTheirs);
    case Settlement::Kind::kFields:
      return ResolveConflict(database, settlement.seq, settlement.fields, settlement.rest);
    case Settlement::Kind::kRetry:
      return RetryEntry(database, settlement.seq);
    case Settlement::Kind::kDiscard:
      break;
  }
  return DiscardEntry(database, settlement.seq);
}

const char* Words(Settlement::Kind kind) {
  switch (kind) {
    case Settlement::Kind::kMine:
      return "the user's version is kept and sent again";
    case Settlement::Kind::kTheirs:
      return "the server's version is kept";
    case Settlement::Kind::kFields:
      return "each field as the user chose, and sent again";
    case Settlement::Kind::kRetry:
      return "the change is sent again";
    case Settlement::Kind::kDiscard:
      break;
  }
  return "the change is given up";
}

struct Record {
  std::string entity = {};
  std::string name = {};  // The id where it has none, or none any more.
};

Record RecordOf(Database& database, std::int64_t seq) {
  const auto entries = ReadOutbox(database);
  const auto description = ReadDescription(database);
  if (!entries || !description) return {};
  for (const OutboxEntry& entry : *entries) {
    if (entry.seq != seq) continue;
    const std::string name = KnownNames(database, *description).OfRecord(entry.entity, entry.id);
    return {entry.entity, name.empty() ? IdText(entry.id) : name};
  }
  return {};
}

}  // namespace

Result<> Settle(Database& database, const Settlement& settlement, Instant now) {
  const Record record = RecordOf(database, settlement.seq);
  if (auto done = Decide(database, settlement); !done) return done;
  // The decision holds, whether or not its line can be written.
  (void)LogEvent(
      database, {.at = now,
                 .kind = DeviceEvent::Kind::kSettled,
                 .text = record.entity + ": " + Words(settlement.kind) + " (" + record.name + ")"});
  return {};
}

}  // namespace satchel
