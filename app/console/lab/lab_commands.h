// What the operator can do with the phone of the device lab.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "app/console/lab/phone_view.h"

namespace satchel::lab {

struct MakePhone {
  bool allow_writes = false;  // To this server although it is not on this machine.
};
struct DropPhone {};
struct StartApp {};
struct CloseApp {};
struct ReturnToApp {};
struct SetReach {
  Reach reach = Reach::kUnmetered;
};
struct SwitchMode {
  DeviceMode to = DeviceMode::kOnline;
};
struct Answer {
  modes::Choice choice = modes::Choice::kStay;
};
struct SyncNow {
  SyncStyle style = SyncStyle::kForeground;
};
struct StopSync {};
struct Advance {
  Milliseconds span = {};
};
struct AdvanceToNext {};
struct GiveDraft {};  // The phone meets it at its next sync.
struct ShowTable {
  std::string entity = {};
};
struct Search {
  std::string text = {};
};
struct WantRows {  // Of the local table.
  std::int64_t first = 0;
};
struct OpenRecord {
  std::string id = {};  // Empty: a new one.
};
struct CloseRecord {};
struct ReadServer {};  // The open record, as it is on the server.
struct SaveRecord {
  std::vector<FieldText> values = {};
  bool elsewhere = false;  // On the server, by somebody else.
};
struct DeleteRecord {
  bool elsewhere = false;
};
struct FindTargets {
  std::vector<std::string> entities = {};
  std::string text = {};
};
struct OpenChange {
  std::int64_t seq = 0;  // 0: none.
};
struct Settle {
  Settlement settlement = {};
};

using Action = std::variant<MakePhone, DropPhone, StartApp, CloseApp, ReturnToApp, SetReach,
                            SwitchMode, Answer, SyncNow, StopSync, Advance, AdvanceToNext,
                            GiveDraft, ShowTable, Search, WantRows, OpenRecord, CloseRecord,
                            ReadServer, SaveRecord, DeleteRecord, FindTargets, OpenChange, Settle>;

}  // namespace satchel::lab

namespace satchel {

struct LabCommand {
  lab::Action action = lab::DropPhone{};
};

}  // namespace satchel
