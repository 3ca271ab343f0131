// A query as the server is asked for it.
#pragma once

#include <string>
#include <vector>

#include "engine/filter/context.h"
#include "policy/model/filter.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

// Relative dates replaced by absolute windows of the captured now, zone and fiscal calendar, so
// that server and device answer for the same moment (docs/sync.md). What has no absolute form is
// left as it is and named in `left`.
struct FrozenQuery {
  Query query = {};
  std::vector<std::string> left = {};
};
[[nodiscard]] Result<FrozenQuery> FreezeDates(const Query& query, const Schema& schema,
                                              const FilterContext& context);

// An OData $filter for the query: exact, or a superset that the device finishes.
struct ODataFilter {
  std::string filter = {};  // Unescaped text of $filter; empty: every row.
  bool exact = true;
  std::vector<std::string> unexpressed = {};  // What the device must finish, one sentence each.
};

// What an OData service understands beyond the minimum.
struct ODataDialect {
  bool tolower = true;  // String functions; text compares case-sensitively without.
  bool lambda = true;   // any/all over collections.
  bool in_operator = false;
  bool dataverse_functions =
      false;  // Microsoft.Dynamics.CRM.* query functions; text is case-blind.
};
[[nodiscard]] Result<ODataFilter> CompileOData(const Query& query, const Schema& schema,
                                               const FilterContext& context,
                                               const ODataDialect& dialect);

// Every field of every entity that deciding the query needs, the query's own entity included:
// what must be downloaded besides the policy's fields to finish a superset on the device.
struct NeededFields {
  std::string entity = {};
  std::vector<std::string> fields = {};  // Sorted.
};
[[nodiscard]] std::vector<NeededFields> FieldsNeeded(const Query& query, const Schema& schema);

}  // namespace satchel
