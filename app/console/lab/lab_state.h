// What the device lab knows: the phone's life and the last look into it.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/console/lab/phone_view.h"
#include "app/console/lab/told.h"

namespace satchel {

struct LabState {
  enum class Phone : std::uint8_t { kNone, kMaking, kReady };
  Phone phone = Phone::kNone;
  std::string error = {};  // Why there is none, or what went wrong with it.
  std::string host = {};
  std::string owner = {};              // Whose phone it is.
  std::set<std::string> allowed = {};  // Hosts that phones may write to.
  PhoneLife life = {};
  Instant now = {};            // By the phone's clock.
  bool draft_differs = false;  // From what the phone was given.
  PhoneView view = {};
  std::string view_error = {};

  std::string entity = {};  // Of the list on the phone and of the local table.
  std::string search = {};
  PhoneRows list = {};  // On the phone.
  std::string list_error = {};
  bool listing = false;

  std::optional<PhoneRecord> record = {};
  std::uint64_t record_serial = 0;  // Grows whenever another record is opened, or it anew.
  std::string record_error = {};
  Told told = {};  // What came of the last save of the record.
  bool saving = false;
  // The open record as it is on the server, once somebody asked.
  std::optional<PhoneRecord> on_server = {};
  bool reading_server = false;
  std::string server_error = {};
  std::vector<PhoneTarget> targets = {};
  std::string targets_text = {};
  std::int64_t open_change = 0;  // The one that is being settled.
};

}  // namespace satchel
