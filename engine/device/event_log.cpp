#include "engine/device/event_log.h"

#include <algorithm>
#include <array>

namespace satchel {

namespace {

constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS \"@event\"(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, "
    "kind INTEGER NOT NULL, trigger TEXT NOT NULL, text TEXT NOT NULL)";
constexpr std::array<std::string_view, 11> kKinds = {"started",    "sync",    "synced", "failed",
                                                     "suppressed", "policy",  "mode",   "conflict",
                                                     "connection", "stopped", "settled"};

}  // namespace

std::string_view Name(DeviceEvent::Kind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

Result<> LogEvent(Database& database, const DeviceEvent& event) {
  if (auto made = database.Execute(kTable); !made) return made;
  auto transaction = Transaction::Begin(database);
  if (!transaction) return Fail(transaction.error());
  auto put = database.Prepare(
      "INSERT INTO \"@event\"(seq,at,kind,trigger,text) VALUES("
      "(SELECT coalesce(max(seq),0)+1 FROM \"@event\"),?1,?2,?3,?4)");
  auto trim =
      database.Prepare("DELETE FROM \"@event\" WHERE seq<=(SELECT max(seq) FROM \"@event\")-?1");
  if (!put) return Fail(put.error());
  if (!trim) return Fail(trim.error());
  put->Bind(1, event.at.ticks);
  put->Bind(2, static_cast<std::int64_t>(event.kind));
  put->Bind(3, std::string_view(event.trigger));
  put->Bind(4, std::string_view(event.text));
  if (auto done = put->Run(); !done) return done;
  trim->Bind(1, kMostDeviceEvents);
  if (auto done = trim->Run(); !done) return done;
  return transaction->Commit();
}

Result<std::vector<DeviceEvent>> ReadEvents(Database& database, std::int64_t most) {
  auto there = database.Prepare("SELECT 1 FROM sqlite_master WHERE name='@event'");
  if (!there) return Fail(there.error());
  const auto found = there->Step();
  if (!found) return Fail(found.error());
  std::vector<DeviceEvent> events;
  if (!*found) return events;
  auto read = database.Prepare(
      "SELECT seq,at,kind,trigger,text FROM \"@event\" ORDER BY seq DESC LIMIT ?1");
  if (!read) return Fail(read.error());
  read->Bind(1, most);
  Result<bool> row = true;
  while ((row = read->Step()) && *row) {
    const std::int64_t kind =
        std::clamp<std::int64_t>(read->Integer(2), 0, static_cast<std::int64_t>(kKinds.size()) - 1);
    events.push_back({.seq = read->Integer(0),
                      .at = {read->Integer(1)},
                      .kind = static_cast<DeviceEvent::Kind>(kind),
                      .trigger = std::string(read->Text(3)),
                      .text = std::string(read->Text(4))});
  }
  if (!row) return Fail(row.error());
  std::reverse(events.begin(), events.end());
  return events;
}

}  // namespace satchel
