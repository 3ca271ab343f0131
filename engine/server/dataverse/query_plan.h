// A ReadRequest as Dataverse is asked it: FetchXML, or a plain OData read where nothing is
// filtered.
#pragma once

#include <string>
#include <vector>

#include "engine/server/crm_server.h"
#include "engine/server/page_cursor.h"
#include "engine/server/row_layout.h"
#include "policy/model/filter.h"

namespace satchel::dataverse {

struct QueryPlan : PlanDetail {
  RowLayout layout = {};
  std::string set_name = {};
  Query query = {};                             // Dates frozen, `top` taken out.
  std::int64_t top = 0;                         // To stop at, ties included; 0: read everything.
  std::vector<std::size_t> order_columns = {};  // Of the layout; with `top`.
  std::vector<std::string> attributes = {};     // Logical names, for FetchXML.
  std::string fetch_options = {};               // ' distinct="true"'.
  std::string plain_target = {};                // The OData read; empty: FetchXML is used.
  int page_size = 5000;
  std::string prefer = {};
  std::string as = {};  // Lower-case user id, or empty.
};

[[nodiscard]] Result<ReadPlan> MakePlan(const ReadRequest& request, const Schema& schema);
// The target of a page, relative to the service root or absolute.
[[nodiscard]] std::string TargetOf(const QueryPlan& plan, const PageCursor& cursor);

}  // namespace satchel::dataverse
