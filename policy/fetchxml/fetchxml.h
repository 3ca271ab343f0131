// Filters to and from FetchXML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/model/filter.h"
#include "policy/support/mark.h"
#include "policy/support/result.h"
#include "policy/yaml/source_map.h"

namespace satchel {

struct FetchDocument {
  Query query = {};
  std::vector<std::string> attributes =
      {};  // Of the entity; empty with all_attributes or none named.
  bool all_attributes = false;
  std::vector<std::string> dropped =
      {};                // What was left out because it does not decide which rows match.
  SourceMap marks = {};  // Where each part of the query stands, by the paths of CheckQuery.
};

struct FetchError {
  Mark mark = {};
  std::string message = {};
};

// Reads one fetch document. Refused: DOCTYPE, entities beyond the five of XML, unknown elements,
// attributes and operators, aggregates, datasource, over-long or over-deep documents, more than 15
// links or 500 conditions and links, NUL, bad UTF-8. Several filters under one entity are ANDed.
[[nodiscard]] tl::expected<FetchDocument, FetchError> ParseFetch(std::string_view xml);

struct FetchOptions {
  std::vector<std::string> attributes = {};  // Of the entity; empty: all-attributes left out too.
  bool pretty = true;                        // Two-space indented lines; else one line.
  int count = 0;                             // Page size; 0: none.
  int page = 0;                              // 0: none.
  std::string paging_cookie = {};
};
// Well-formed FetchXML; every value is escaped. ParseFetch(PrintFetch(q)).query == q.
[[nodiscard]] std::string PrintFetch(const Query& query, const FetchOptions& options = {});

}  // namespace satchel
