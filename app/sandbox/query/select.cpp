#include "app/sandbox/query/select.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "engine/filter/sql_functions.h"
#include "engine/record/cell.h"
#include "engine/record/guid.h"

namespace satchel::sandbox {

namespace {

std::string CookieText(const Statement& row, int column) {
  const Cell cell = row.At(column);
  switch (cell.kind) {
    case Cell::Kind::kInteger:
      return std::to_string(cell.integer);
    case Cell::Kind::kReal: {
      std::array<char, 40> text = {};
      const auto* end = std::to_chars(text.data(), text.data() + text.size(), cell.real).ptr;
      return {text.data(), static_cast<std::size_t>(end - text.data())};
    }
    case Cell::Kind::kId: {
      std::string id = ToString(row.Id(column));
      for (char& c : id) {
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
      }
      return "{" + id + "}";
    }
    case Cell::Kind::kText:
    case Cell::Kind::kNull:
      break;
  }
  return std::string(cell.null() ? std::string_view() : cell.view());
}

std::optional<std::string> CookieValue(const Statement& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return CookieText(row, column);
}

std::optional<SqlValue> ParseCookieValue(const SortTerm& term, const std::string& text) {
  if (kIdTypes.Has(term.type)) {
    const auto id = ParseGuid(text);
    return id ? std::optional<SqlValue>(*id) : std::nullopt;
  }
  if (kTextTypes.Has(term.type) || term.type == FieldType::kMultiSelect) return SqlValue(text);
  if (term.type == FieldType::kDouble) return SqlValue(std::strtod(text.c_str(), nullptr));
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return SqlValue(number);
}

// Rows that come after the cookie's last row: greater in the first term that differs. Nulls are
// first ascending and last descending. False: the cookie is not of this query.
bool AddAfter(Sql& sql, const std::vector<SortTerm>& order, const PagingCookie& cookie) {
  if (cookie.columns.size() != order.size()) return false;
  std::vector<std::optional<SqlValue>> last;
  for (std::size_t at = 0; at < order.size(); ++at) {
    if (cookie.columns[at].name != order[at].name) return false;
    const std::optional<std::string>& text = cookie.columns[at].last;
    last.push_back(text ? ParseCookieValue(order[at], *text) : std::nullopt);
    if (text && !last.back()) return false;
  }
  std::string closing;
  for (std::size_t at = 0; at < order.size(); ++at) {
    const SortTerm& term = order[at];
    sql.Add("(");
    if (!last[at]) {
      sql.Add(term.descending ? "0" : term.sql + " IS NOT NULL");
    } else if (term.descending) {
      sql.Add("(" + term.sql + " < ").Value(*last[at]).Add(" OR " + term.sql + " IS NULL)");
    } else {
      sql.Add(term.sql + " > ").Value(*last[at]);
    }
    if (at + 1 < order.size()) {
      if (last[at]) {
        sql.Add(" OR (" + term.sql + " = ").Value(*last[at]).Add(" AND ");
      } else {
        sql.Add(" OR (" + term.sql + " IS NULL AND ");
      }
      closing += "))";
    } else {
      closing += ")";
    }
  }
  sql.Add(closing);
  return true;
}

// Writes the SELECT list and notes who stands where.
std::string SelectList(Select& select) {
  std::string list;
  int at = 0;
  const auto add = [&](const std::string& sql) {
    if (sql.empty()) return -1;
    list += (at > 0 ? ", " : "") + sql;
    return at++;
  };
  for (Column& column : select.columns) {
    column.value = add(column.value_sql);
    column.type = add(column.type_sql);
    column.label = add(column.label_sql);
  }
  select.key = add(select.key_sql);
  select.version = add(select.version_sql);
  return list;
}

std::string Tail(const Select& select) {
  std::string tail;
  if (!select.group_by.empty()) tail += " GROUP BY " + select.group_by;
  for (std::size_t at = 0; at < select.order.size(); ++at) {
    tail += (at == 0 ? " ORDER BY " : ", ") + select.order[at].sql +
            (select.order[at].descending ? " DESC" : "");
  }
  return tail;
}

}  // namespace

SortTerm SortByValue(const Attribute& attribute, std::string_view alias, bool descending) {
  SortTerm term{Qualified(alias, attribute.name), attribute.name, attribute.type, descending};
  if (kTextTypes.Has(attribute.type)) term.sql += std::string(" COLLATE ") + kTextCollation;
  return term;
}

void Select::AndWhere(std::string_view condition) {
  if (!where.text().empty()) where.Add(" AND ");
  where.Add(condition);
}

Answer<PageEnd> ReadPage(Database& database, Select& select, const PageAsk& ask,
                         const std::function<Answer<>(const Statement&)>& on_row) {
  Sql sql;
  std::string list = SelectList(select);
  const int sorts = [&] {
    int columns = select.version;
    for (const Column& column : select.columns) {
      columns = std::max({columns, column.value, column.type, column.label});
    }
    return std::max(columns, select.key) + 1;
  }();
  if (select.keyset) {
    for (const SortTerm& term : select.order) list += ", " + term.sql;
  }
  sql.Add(select.with + "SELECT " + (select.distinct ? "DISTINCT " : "") + list + " FROM ");
  sql.Add(select.from);
  Sql where = select.where;
  std::int64_t offset = (ask.page - 1) * ask.limit;
  if (select.keyset && ask.after) {
    Sql after;
    if (AddAfter(after, select.order, *ask.after)) {
      if (!where.text().empty()) where.Add(" AND ");
      where.Add(after);
      offset = 0;
    }
  }
  if (!where.text().empty()) sql.Add(" WHERE ").Add(where);
  sql.Add(Tail(select));
  sql.Add(" LIMIT ").Value(ask.limit + 1).Add(" OFFSET ").Value(offset);

  auto statement = database.Prepare(sql.text());
  if (!statement) return Refuse(statement.error().While("query"));
  statement->Bind(sql.binds());
  PageEnd end;
  end.cookie.page = ask.page;
  while (true) {
    const auto row = statement->Step();
    if (!row) return Refuse(row.error().While("query"));
    if (!*row) break;
    if (end.rows == ask.limit) {
      end.more = true;
      break;
    }
    if (select.keyset) {
      for (std::size_t at = 0; at < select.order.size(); ++at) {
        const int column = sorts + static_cast<int>(at);
        if (end.rows == 0) {
          end.cookie.columns.push_back(
              {select.order[at].name, CookieValue(*statement, column), {}});
        }
        if (end.rows + 1 == ask.limit) {
          end.cookie.columns[at].last = CookieValue(*statement, column);
        }
      }
    }
    if (auto written = on_row(*statement); !written) return Refuse(written.error());
    ++end.rows;
  }
  return end;
}

Answer<std::int64_t> CountRows(Database& database, const Select& select, std::int64_t limit) {
  Sql sql;
  std::string list = "1";
  if (select.distinct) {
    list = "DISTINCT ";
    for (const Column& column : select.columns) {
      list += (list.size() > 9 ? ", " : "") + column.value_sql;
    }
  }
  sql.Add(select.with + "SELECT count(*) FROM (SELECT " + list + " FROM ").Add(select.from);
  if (!select.where.text().empty()) sql.Add(" WHERE ").Add(select.where);
  if (!select.group_by.empty()) sql.Add(" GROUP BY " + select.group_by);
  sql.Add(" LIMIT ").Value(limit).Add(")");
  auto statement = database.Prepare(sql.text());
  if (!statement) return Refuse(statement.error().While("count"));
  statement->Bind(sql.binds());
  const auto row = statement->Step();
  if (!row) return Refuse(row.error().While("count"));
  return statement->Integer(0);
}

}  // namespace satchel::sandbox
