// Everything a filter's answer depends on besides the rows: captured once per sync.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/record/instant.h"

namespace satchel {

enum class Weekday : std::uint8_t {
  kSunday,
  kMonday,
  kTuesday,
  kWednesday,
  kThursday,
  kFriday,
  kSaturday,
};

enum class FiscalPeriod : std::uint8_t { kAnnual, kSemiannual, kQuarterly, kMonthly, kFourWeek };

struct FiscalCalendar {
  int start_month = 1;
  int start_day = 1;
  FiscalPeriod period = FiscalPeriod::kQuarterly;
  friend bool operator==(const FiscalCalendar&, const FiscalCalendar&) = default;
};

// Who asks. Ids are text as the server writes them; the field's type decides how they compare.
struct UserContext {
  std::string id = {};  // Empty: unknown; operators about the user are then an error.
  std::string business_unit = {};
  std::vector<std::string> teams = {};
  std::vector<std::string> reports = {};       // Everyone below in the reporting line.
  std::vector<std::string> report_teams = {};  // Their teams.
  int language = 1033;                         // LCID.
  friend bool operator==(const UserContext&, const UserContext&) = default;
};

struct FilterContext {
  Instant now = {};
  std::string zone = "UTC";  // IANA name.
  Weekday week_start = Weekday::kSunday;
  FiscalCalendar fiscal = {};
  UserContext user = {};
  friend bool operator==(const FilterContext&, const FilterContext&) = default;
};

}  // namespace satchel
