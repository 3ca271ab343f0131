// A FetchXML document as the server runs it: which rows match (the engine's Query), and what of
// them comes back: columns of every level, aliases, aggregates, paging.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/sandbox/web/error.h"
#include "policy/model/filter.h"

namespace satchel::sandbox {

enum class Aggregate : std::uint8_t { kNone, kCount, kCountColumn, kSum, kAvg, kMin, kMax };
enum class DateGroup : std::uint8_t { kNone, kDay, kWeek, kMonth, kQuarter, kYear };

struct FetchAttribute {
  std::string name = {};
  std::string alias = {};
  Aggregate aggregate = Aggregate::kNone;
  bool distinct = false;
  bool group_by = false;
  DateGroup date_group = DateGroup::kNone;
};

// An <order>: a column, or the alias of an aggregate.
struct FetchOrder {
  std::string entity = {};  // Alias of a link; empty: the level it stands on.
  std::string attribute = {};
  std::string alias = {};
  bool descending = false;
};

// What one <entity> or <link-entity> gives back. Levels below follow in document order.
struct FetchLevel {
  std::string alias = {};  // Empty: the entity itself.
  bool all_attributes = false;
  std::vector<FetchAttribute> attributes = {};
  std::vector<FetchOrder> order = {};
};

struct FetchRequest {
  Query query = {};  // Every link has an alias; `top` is left out, orders too.
  std::vector<FetchLevel> levels = {};
  std::int64_t top = 0;    // 0: not given.
  std::int64_t count = 0;  // Page size; 0: not given.
  int page = 1;
  std::string paging_cookie = {};
  bool distinct = false;
  bool aggregate = false;
  bool user_raw_order_by = false;
  bool return_total_record_count = false;
  std::int64_t aggregate_limit = 50'000;
};

// Refuses with the server's sentences; limits with their codes (15 links, 500 conditions).
[[nodiscard]] Answer<FetchRequest> ParseFetchRequest(std::string_view xml);

}  // namespace satchel::sandbox
