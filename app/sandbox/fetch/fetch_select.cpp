#include "app/sandbox/fetch/fetch_select.h"

#include <map>

#include "app/sandbox/odata/filter.h"
#include "app/sandbox/query/visible.h"
#include "engine/filter/sql_functions.h"
#include "engine/record/cell.h"
#include "policy/model/operators.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

struct Level {
  const Table* table = nullptr;
  std::string sql = {};  // Its alias in the SQL: t0, t1 …
  bool first_only = false;
};

bool IsJoin(const Link& link) {
  return link.type == LinkType::kInner || link.type == LinkType::kOuter ||
         link.type == LinkType::kMatchFirst;
}

bool HasJoin(const std::vector<Link>& links) {
  for (const Link& link : links) {
    if (IsJoin(link) || HasJoin(link.links)) return true;
  }
  return false;
}

bool SpeaksOfAlias(const Condition& condition) {
  return !condition.entity.empty() || condition.value_of.find('.') != std::string::npos;
}

// Whether a group can be decided by looking at one entity's rows.
bool IsOwn(const Group& group) {
  for (const Node& node : group.nodes) {
    if (const auto* condition = std::get_if<Condition>(&node.item)) {
      if (SpeaksOfAlias(*condition)) return false;
    } else if (const auto* inner = std::get_if<Group>(&node.item)) {
      if (!IsOwn(*inner)) return false;
    }
  }
  return true;
}

int ScaleOfAttribute(const Attribute& attribute) {
  if (attribute.type != FieldType::kDecimal && attribute.type != FieldType::kMoney) return 0;
  FieldSchema field;
  field.type = attribute.type;
  field.precision = attribute.precision;
  return ScaleOf(field);
}

class Compiler {
 public:
  Compiler(Call& call, const Table& table, const FetchRequest& request)
      : call_(call),
        request_(request),
        visible_(call.security(), call.actor),
        joined_(HasJoin(request.query.links)) {
    levels_[""] = {&table, "t0", false};
  }

  Answer<FetchSelect> Run() {
    const Table& table = *levels_[""].table;
    const auto reach = call_.security().Reach(call_.actor, table.name, Right::kRead, "t0");
    if (!reach) return Refuse(reach.error());
    Select& select = out_.select;
    if (auto from = From(); !from) return Refuse(from.error());
    select.distinct = request_.distinct;
    select.keyset = !joined_ && !request_.distinct && !request_.aggregate;
    if (auto done = request_.aggregate ? Aggregates() : Columns(); !done) {
      return Refuse(done.error());
    }
    if (auto done = Orders(); !done) return Refuse(done.error());
    if (!request_.distinct && !request_.aggregate) {
      select.key_sql = Qualified("t0", table.primary_id);
      select.version_sql = Qualified("t0", kVersionColumn);
    }
    select.with = visible_.With();
    out_.context = table.set_name + "(" + Join(shown_, ",") + ")";
    return std::move(out_);
  }

 private:
  Answer<SqlText> Compile(const Query& query, const std::string& selected) {
    SqlOptions options;
    options.select = selected;
    options.ordered = false;
    options.table = [this](std::string_view entity) { return visible_.PlainName(entity); };
    auto compiled = CompileSql(query, call_.crm.schema(), call_.context, options);
    if (!compiled) return Refuse(compiled.error());
    return std::move(*compiled);
  }

  Answer<> From() {
    Sql& from = out_.select.from;
    const Query& query = request_.query;
    if (!joined_) {
      auto compiled = Compile(query, "t0.*");
      if (!compiled) return Refuse(compiled.error());
      from.Add("(").Add(*compiled).Add(") AS t0");
      return {};
    }
    // The compiler's checks hold here too: fields, aliases, kinds that join.
    if (const auto checked = Compile(query, ""); !checked) return Refuse(checked.error());
    from.Add(visible_.Name(query.entity) + " AS t0");
    for (const Link& link : query.links) {
      if (auto named = NameLevels(link); !named) return named;
    }
    for (const Link& link : query.links) {
      if (auto added = AddLink(from, out_.select.where, link, levels_[""]); !added) return added;
    }
    return AddGroup(out_.select.where, query.filter, "");
  }

  Answer<> NameLevels(const Link& link) {
    if (!IsJoin(link)) return {};
    const Table* table = call_.metadata().Find(link.entity);
    if (table == nullptr) return BadQuery("The entity " + Quoted(link.entity) + " is unknown.");
    levels_[link.alias] = {table, "t" + std::to_string(levels_.size()),
                           link.type == LinkType::kMatchFirst};
    for (const Link& below : link.links) {
      if (auto named = NameLevels(below); !named) return named;
    }
    return {};
  }

  Answer<std::string> JoinOn(const Link& link, const Level& parent, const std::string& alias) {
    const Table* table = call_.metadata().Find(link.entity);
    const Attribute* from = table == nullptr ? nullptr : table->Find(link.from);
    const Attribute* to = parent.table->Find(link.to);
    if (from == nullptr) {
      return BadQuery("'" + link.entity + "' entity doesn't contain attribute with Name = '" +
                      link.from + "'.");
    }
    if (to == nullptr) {
      return BadQuery("'" + parent.table->name +
                      "' entity doesn't contain attribute with Name = '" + link.to + "'.");
    }
    std::string on = Qualified(alias, link.from);
    if (kTextTypes.Has(from->type)) {
      return ComparedText(on) + " = " + ComparedText(Qualified(parent.sql, link.to));
    }
    return on + " = " + Qualified(parent.sql, link.to);
  }

  // Joins go to `from`, tests to `where` (of an outer link: its ON).
  Answer<> AddLink(Sql& from, Sql& where, const Link& link, const Level& parent) {
    if (!IsJoin(link)) {
      Query query;
      query.entity = parent.table->name;
      query.links.push_back(link);
      return AddMembers(where, query, parent);
    }
    const Level& level = levels_[link.alias];
    if (link.type == LinkType::kMatchFirst) return AddFirst(from, where, link, parent, level);
    const auto join_on = JoinOn(link, parent, level.sql);
    if (!join_on) return Refuse(join_on.error());
    Sql on;
    on.Add(*join_on);
    Sql below;
    for (const Link& inner : link.links) {
      if (auto added = AddLink(below, on, inner, level); !added) return added;
    }
    if (auto added = AddGroup(on, link.filter, link.alias); !added) return added;
    const bool outer = link.type == LinkType::kOuter;
    const std::string source = visible_.Name(link.entity) + " AS " + level.sql;
    if (outer && !below.text().empty()) {
      // What is nested in an outer link belongs to it.
      from.Add(" LEFT JOIN (" + source).Add(below).Add(") ON ").Add(on);
    } else {
      from.Add(outer ? " LEFT JOIN " : " JOIN ").Add(source).Add(" ON ").Add(on).Add(below);
    }
    return {};
  }

  Answer<> AddFirst(Sql& from, Sql& where, const Link& link, const Level& parent,
                    const Level& level) {
    Query query;
    query.entity = link.entity;
    query.filter = link.filter;
    query.links = link.links;
    auto rows = Compile(query, "t0.\"@rid\"");
    if (!rows) return Refuse(rows.error());
    const auto on = JoinOn(link, parent, "candidate");
    if (!on) return Refuse(on.error());
    from.Add(" JOIN " + visible_.Name(link.entity) + " AS " + level.sql + " ON " + level.sql +
             ".\"@rid\" = (SELECT candidate.\"@rid\" FROM " + visible_.Name(link.entity) +
             " AS candidate WHERE " + *on + " AND candidate.\"@rid\" IN (");
    from.Add(*rows).Add(") ORDER BY ");
    for (const OrderItem& item : link.order) {
      const Attribute* attribute = level.table->Find(item.field);
      if (attribute == nullptr) return NoSuchProperty(*level.table, item.field);
      from.Add(SortByValue(*attribute, "candidate", false).sql +
               (item.descending ? " DESC, " : ", "));
    }
    from.Add(Qualified("candidate", level.table->primary_id) + " LIMIT 1)");
    // Whether the row has what is nested in it was asked above; here it gets a name.
    for (const Link& inner : link.links) {
      if (!IsJoin(inner)) continue;
      if (auto added = AddLink(from, where, inner, level); !added) return added;
    }
    return IsOwn(link.filter) ? Answer<>() : AddGroup(where, link.filter, link.alias);
  }

  static void And(Sql& where) {
    if (!where.text().empty()) where.Add(" AND ");
  }

  // "the level's row is among the query's rows"
  Answer<> AddMembers(Sql& where, const Query& query, const Level& level,
                      bool joined_by_and = true) {
    auto compiled = Compile(query, "t0.\"@rid\"");
    if (!compiled) return Refuse(compiled.error());
    if (joined_by_and) And(where);
    where.Add(level.sql + ".\"@rid\" IN (").Add(*compiled).Add(")");
    return {};
  }

  Answer<> AddGroup(Sql& where, const Group& group, const std::string& alias) {
    if (group.nodes.empty()) return {};
    And(where);
    return WriteGroup(where, group, alias);
  }

  Answer<> WriteGroup(Sql& where, const Group& group, const std::string& alias) {
    const Level& level = levels_[alias];
    if (IsOwn(group)) {
      Query query;
      query.entity = level.table->name;
      query.filter = group;
      return AddMembers(where, query, level, false);
    }
    where.Add("(");
    bool first = true;
    for (const Node& node : group.nodes) {
      if (!first) where.Add(group.conjunction == Conjunction::kOr ? " OR " : " AND ");
      first = false;
      Answer<> written;
      if (const auto* inner = std::get_if<Group>(&node.item)) {
        written = inner->nodes.empty() ? Answer<>() : WriteGroup(where, *inner, alias);
        if (inner->nodes.empty()) where.Add("1");
      } else if (const auto* condition = std::get_if<Condition>(&node.item)) {
        written = WriteCondition(where, *condition, alias);
      } else {
        Query query;
        query.entity = level.table->name;
        query.filter.nodes.push_back(node);
        written = AddMembers(where, query, level, false);
      }
      if (!written) return written;
    }
    where.Add(")");
    return {};
  }

  Answer<const Level*> LevelOf(const std::string& alias) {
    const auto at = levels_.find(alias);
    if (at == levels_.end()) {
      return BadQuery("The alias " + Quoted(alias) + " is not defined by a link-entity.");
    }
    return &at->second;
  }

  Answer<> WriteCondition(Sql& where, const Condition& condition, const std::string& own) {
    const std::string& alias = condition.entity.empty() ? own : condition.entity;
    const auto level = LevelOf(alias);
    if (!level) return Refuse(level.error());
    if (condition.value_of.find('.') != std::string::npos) {
      return WriteComparison(where, condition, **level);
    }
    Query query;
    query.entity = (*level)->table->name;
    Condition plain = condition;
    plain.entity.clear();
    query.filter.nodes.push_back(Node{std::move(plain)});
    // An outer link without a row has only nulls.
    const bool null_passes = Info(condition.op).negated || condition.op == Operator::kNull;
    if (null_passes) where.Add("(" + (*level)->sql + ".\"@rid\" IS NULL OR ");
    if (auto added = AddMembers(where, query, **level, false); !added) return added;
    if (null_passes) where.Add(")");
    return {};
  }

  Answer<> WriteComparison(Sql& where, const Condition& condition, const Level& left) {
    const std::size_t dot = condition.value_of.find('.');
    const auto right = LevelOf(condition.value_of.substr(0, dot));
    if (!right) return Refuse(right.error());
    const Attribute* a = left.table->Find(condition.field);
    const Attribute* b = (*right)->table->Find(condition.value_of.substr(dot + 1));
    if (a == nullptr) return NoSuchProperty(*left.table, condition.field);
    if (b == nullptr) return NoSuchProperty(*(*right)->table, condition.value_of.substr(dot + 1));
    const int scale = std::max(ScaleOfAttribute(*a), ScaleOfAttribute(*b));
    const auto operand = [&](const Attribute& attribute, const std::string& alias) {
      std::string sql = Qualified(alias, attribute.name);
      if (kTextTypes.Has(attribute.type)) return ComparedText(sql);
      const int missing = scale - ScaleOfAttribute(attribute);
      if (missing > 0)
        sql = "(" + sql + " * 1" + std::string(static_cast<std::size_t>(missing), '0') + ")";
      return sql;
    };
    const std::string l = operand(*a, left.sql);
    const std::string r = operand(*b, (*right)->sql);
    switch (condition.op) {
      case Operator::kEq:
        where.Add("(" + l + " = " + r + ")");
        return {};
      case Operator::kNe:
        where.Add("((" + l + " = " + r + ") IS NOT 1)");
        return {};
      case Operator::kGt:
        where.Add("(" + l + " > " + r + ")");
        return {};
      case Operator::kGe:
        where.Add("(" + l + " >= " + r + ")");
        return {};
      case Operator::kLt:
        where.Add("(" + l + " < " + r + ")");
        return {};
      case Operator::kLe:
        where.Add("(" + l + " <= " + r + ")");
        return {};
      default:
        return BadQuery("valueof takes eq, ne, gt, ge, lt or le.");
    }
  }

  static std::string JsonKey(const FetchLevel& fetched, const Level& level,
                             const Attribute& attribute, const std::string& alias) {
    if (!alias.empty()) return alias;
    if (fetched.alias.empty()) return attribute.wire_name();
    if (level.first_only) return attribute.schema_name;
    return fetched.alias + "." + attribute.name;
  }

  void AddColumn(const FetchLevel& fetched, const Level& level, const Attribute& attribute,
                 const std::string& alias) {
    std::string key = JsonKey(fetched, level, attribute, alias);
    for (const Column& column : out_.select.columns) {
      if (column.key == key) return;
    }
    out_.select.columns.push_back(MakeColumn(call_.metadata(), *level.table, attribute, level.sql,
                                             call_.prefer, std::move(key)));
  }

  Answer<> Columns() {
    bool money = false;
    for (const FetchLevel& fetched : request_.levels) {
      const auto at = levels_.find(fetched.alias);
      if (at == levels_.end()) continue;  // exists and in give no columns.
      const Level& level = at->second;
      if (fetched.all_attributes) {
        for (const Attribute& attribute : level.table->attributes) {
          if (attribute.valid_for_read) AddColumn(fetched, level, attribute, "");
        }
      }
      for (const FetchAttribute& wanted : fetched.attributes) {
        const Attribute* attribute = level.table->Find(wanted.name);
        if (attribute == nullptr) {
          return BadQuery("'" + level.table->schema_name +
                          "' entity doesn't contain attribute with Name = '" + wanted.name + "'.");
        }
        AddColumn(fetched, level, *attribute, wanted.alias);
        if (fetched.alias.empty()) {
          shown_.push_back(attribute->wire_name());
          money = money || attribute->type == FieldType::kMoney;
        }
      }
    }
    const Table& table = *levels_[""].table;
    if (request_.distinct) return {};
    const Attribute* currency = table.Find("transactioncurrencyid");
    if (money && currency != nullptr) AddColumn({}, levels_[""], *currency, "");
    if (const Attribute* key = table.Find(table.primary_id)) AddColumn({}, levels_[""], *key, "");
    return {};
  }

  static std::string GroupedBy(const Attribute& attribute, const std::string& value,
                               DateGroup group) {
    std::string seconds = value + " / 10000000";
    if (attribute.type == FieldType::kDateOnly) seconds = value + " * 86400";
    const auto part = [&](const char* format) {
      return "CAST(strftime('" + std::string(format) + "', " + seconds +
             ", 'unixepoch') AS INTEGER)";
    };
    switch (group) {
      case DateGroup::kDay:
        return part("%d");
      case DateGroup::kWeek:
        return part("%W");
      case DateGroup::kMonth:
        return part("%m");
      case DateGroup::kQuarter:
        return "((" + part("%m") + " + 2) / 3)";
      case DateGroup::kYear:
        return part("%Y");
      case DateGroup::kNone:
        break;
    }
    return value;
  }

  Answer<> Aggregates() {
    Select& select = out_.select;
    for (const FetchLevel& fetched : request_.levels) {
      const auto at = levels_.find(fetched.alias);
      if (at == levels_.end()) continue;
      const Level& level = at->second;
      for (const FetchAttribute& wanted : fetched.attributes) {
        const Attribute* attribute = level.table->Find(wanted.name);
        if (attribute == nullptr) {
          return BadQuery("'" + level.table->schema_name +
                          "' entity doesn't contain attribute with Name = '" + wanted.name + "'.");
        }
        Column column = MakeColumn(call_.metadata(), *level.table, *attribute, level.sql,
                                   call_.prefer, wanted.alias);
        const std::string value = column.value_sql;
        column.label_sql.clear();
        if (wanted.group_by) {
          column.value_sql = GroupedBy(*attribute, value, wanted.date_group);
          if (wanted.date_group != DateGroup::kNone) column.attribute = nullptr;
          column.type_sql.clear();
          select.group_by += (select.group_by.empty() ? "" : ", ") + column.value_sql;
        } else {
          column.type_sql.clear();
          SetAggregate(column, wanted, value);
        }
        shown_.push_back(wanted.alias);
        select.columns.push_back(std::move(column));
      }
    }
    return {};
  }

  static void SetAggregate(Column& column, const FetchAttribute& wanted, const std::string& value) {
    const bool whole = column.attribute->type != FieldType::kDouble;
    switch (wanted.aggregate) {
      case Aggregate::kCount:
        column.value_sql = "count(*)";
        column.attribute = nullptr;
        break;
      case Aggregate::kCountColumn:
        column.value_sql =
            std::string("count(") + (wanted.distinct ? "DISTINCT " : "") + value + ")";
        column.attribute = nullptr;
        break;
      case Aggregate::kSum:
        column.value_sql = "sum(" + value + ")";
        break;
      case Aggregate::kAvg:
        // Decimals are kept as scaled integers: the mean stays one.
        column.value_sql =
            whole ? "CAST(round(avg(" + value + ")) AS INTEGER)" : "avg(" + value + ")";
        break;
      case Aggregate::kMin:
        column.value_sql = "min(" + value + ")";
        break;
      case Aggregate::kMax:
        column.value_sql = "max(" + value + ")";
        break;
      case Aggregate::kNone:
        break;
    }
  }

  Answer<SortTerm> Term(const Level& level, const FetchOrder& order) {
    const Attribute* attribute = level.table->Find(order.attribute);
    if (attribute == nullptr) {
      return BadQuery("'" + level.table->schema_name +
                      "' entity doesn't contain attribute with Name = '" + order.attribute + "'.");
    }
    SortTerm term = SortByValue(*attribute, level.sql, order.descending);
    // The server sorts choices by label and lookups by name.
    std::string text;
    if (attribute->is_lookup()) text = TargetNameSql(call_.metadata(), *attribute, level.sql);
    if (!request_.user_raw_order_by && kChoiceTypes.Has(attribute->type)) {
      text = ChoiceLabelSql(*attribute, level.sql);
    }
    if (!text.empty() &&
        !(kChoiceTypes.Has(attribute->type) && attribute->options.options.empty())) {
      term.sql = text + " COLLATE " + kTextCollation;
      term.type = FieldType::kString;
    }
    return term;
  }

  Answer<> Orders() {
    Select& select = out_.select;
    for (const FetchLevel& fetched : request_.levels) {
      for (const FetchOrder& order : fetched.order) {
        if (!order.alias.empty()) {
          // The alias of an aggregate; quoted, it is never spliced as SQL.
          bool known = false;
          for (const Column& column : select.columns) {
            if (column.key != order.alias) continue;
            known = true;
            select.order.push_back(
                {column.value_sql, order.alias, FieldType::kInteger, order.descending});
          }
          if (!known) return BadQuery("The alias " + Quoted(order.alias) + " is not defined.");
          continue;
        }
        const auto level = LevelOf(order.entity.empty() ? fetched.alias : order.entity);
        if (!level) return Refuse(level.error());
        auto term = Term(**level, order);
        if (!term) return Refuse(term.error());
        select.order.push_back(std::move(*term));
      }
    }
    if (request_.aggregate || request_.distinct) return {};
    const Table& table = *levels_[""].table;
    if (const Attribute* key = table.Find(table.primary_id)) {
      select.order.push_back(SortByValue(*key, "t0", false));
    }
    for (const auto& [alias, level] : levels_) {
      if (!alias.empty()) {
        select.order.push_back({level.sql + ".\"@rid\"", alias, FieldType::kBigInt, false});
      }
    }
    return {};
  }

  Call& call_;
  const FetchRequest& request_;
  Visible visible_;
  const bool joined_;
  std::map<std::string, Level, std::less<>> levels_;
  std::vector<std::string> shown_;
  FetchSelect out_;
};

}  // namespace

Answer<FetchSelect> CompileFetch(Call& call, const Table& table, const FetchRequest& request) {
  return Compiler(call, table, request).Run();
}

}  // namespace satchel::sandbox
