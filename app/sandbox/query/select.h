// A paged SELECT: sources, conditions, columns, order; pages follow each other by the values of the
// last row, so that what changes meanwhile is neither skipped nor repeated.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/sandbox/query/column.h"
#include "app/sandbox/query/cookie.h"
#include "app/sandbox/query/sql.h"
#include "app/sandbox/web/error.h"
#include "engine/store/database.h"

namespace satchel::sandbox {

struct SortTerm {
  std::string sql = {};   // With its collation.
  std::string name = {};  // In the paging cookie.
  FieldType type = FieldType::kString;
  bool descending = false;
};

// ORDER BY the stored value of a column.
[[nodiscard]] SortTerm SortByValue(const Attribute& attribute, std::string_view alias,
                                   bool descending);

struct Select {
  std::string with = {};  // Of Visible::With, set last.
  Sql from = {};
  Sql where = {};  // Empty: every row.
  std::vector<Column> columns = {};
  std::vector<SortTerm> order = {};
  // One row of the answer each: pages can go by the sort values, whose last is then unique.
  bool keyset = true;
  bool distinct = false;
  std::string key_sql = {};  // Empty: no key and no version (distinct rows, groups).
  std::string version_sql = {};
  std::string group_by = {};

  // Positions of key and version in the SELECT list, once it is written.
  int key = -1;
  int version = -1;

  void AndWhere(std::string_view condition);
};

struct PageAsk {
  std::int64_t limit = 5000;
  int page = 1;                            // From 1.
  std::optional<PagingCookie> after = {};  // Of the page before; without it pages are counted off.
};

struct PageEnd {
  std::int64_t rows = 0;
  bool more = false;
  PagingCookie cookie = {};  // Of this page, when Select::keyset.
};

// Runs it; `on_row` writes each row of the page.
[[nodiscard]] Answer<PageEnd> ReadPage(Database& database, Select& select, const PageAsk& ask,
                                       const std::function<Answer<>(const Statement&)>& on_row);
// How many rows there are, counting no further than `limit`.
[[nodiscard]] Answer<std::int64_t> CountRows(Database& database, const Select& select,
                                             std::int64_t limit);

}  // namespace satchel::sandbox
