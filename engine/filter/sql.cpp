#include "engine/filter/sql.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/filter/query_tree.h"
#include "engine/filter/sql_condition.h"
#include "engine/record/cell.h"

namespace satchel {

namespace {

constexpr std::size_t kMostBinds = 32766;  // SQLITE_MAX_VARIABLE_NUMBER
constexpr int kMostTables = 60;            // SQLite joins at most 64 tables.

constexpr int kMostGroups = 48;  // What SQLite's parser takes, with room to spare.

// The SQL alias of every source that can be named at a place.
using Frame = std::map<const Source*, std::string>;

// What a source and the links below it add to a SELECT.
struct Rows {
  std::string joins = {};
  std::vector<Expression> conditions = {};
  std::vector<const Source*> joined = {};  // In the order of the joins.
};

bool FromKey(const Source& source) {
  return source.from->name == source.entity->key;
}

// Whether a row of `source` can come more than once through the links joined below it.
bool Multiplies(const Source& source) {
  return std::any_of(source.joins.begin(), source.joins.end(), [](const auto& child) {
    if (!child->named) return false;
    const bool many = child->link->type != LinkType::kMatchFirst && !FromKey(*child);
    return many || Multiplies(*child);
  });
}

// An outer link must be matched as a whole when what is nested in it decides whether it matches.
bool Tight(const Source& source) {
  return source.names_below ||
         std::any_of(source.joins.begin(), source.joins.end(), [](const auto& child) {
           return child->named && child->link->type != LinkType::kOuter;
         });
}

class Compiler {
 public:
  Compiler(const Query& query, const Schema& schema, const FilterContext& context,
           const SqlOptions& options, const QueryTree& tree)
      : query_(query),
        schema_(schema),
        options_(options),
        tree_(tree),
        condition_(schema, context, options, binds_) {}

  Result<SqlText> Compile() {
    const Source& root = tree_.root();
    const bool multiplies = Multiplies(root);
    Frame frame{{&root, multiplies ? NextAlias() : "t0"}};
    auto rows = RowsOf(root, frame);
    if (!rows) return Fail(rows.error());

    const std::vector<Key> keys = options_.ordered ? KeysOf(root, frame) : std::vector<Key>{};
    const std::string select = options_.select.empty() ? "t0.\"@rid\"" : options_.select;
    const std::string table = condition_.Table(root.entity->name) + " AS ";
    const std::string from = table + frame.at(&root) + rows->joins;
    const std::string where = Where(rows->conditions);

    std::string sql = "SELECT " + select + " FROM ";
    if (!multiplies) {
      sql += from + where;
    } else if (std::any_of(keys.begin(), keys.end(), [](const Key& key) { return key.of_link; })) {
      sql += table + "t0 JOIN (" + FirstCombinations(root, frame, keys, from + where) +
             ") AS o ON o.r = t0.\"@rid\"";
    } else {
      const std::string rid = frame.at(&root) + ".\"@rid\"";
      sql += table + "t0 WHERE t0.\"@rid\" IN (SELECT " + rid + " FROM " + from + where + ")";
    }
    if (options_.ordered) {
      sql += OrderBy(root, keys, multiplies);
      if (query_.top > 0) sql += " LIMIT " + binds_.Add(query_.top);
    }
    if (binds_.size() > kMostBinds) {
      return Fail(ErrorCode::kInvalid, "the filter of " + root.entity->name +
                                           " holds more than 32766 values; shorten its lists");
    }
    return SqlText{std::move(sql), binds_.Take()};
  }

 private:
  // One term of ORDER BY.
  struct Key {
    const FieldSchema* field = nullptr;
    std::string column = {};
    bool descending = false;
    bool of_link = false;
  };

  std::string NextAlias() { return "t" + std::to_string(++aliases_); }

  static std::string Column(const Frame& frame, const Source& source, const FieldSchema& field) {
    return frame.at(&source) + "." + SqlName(field.name);
  }
  static std::string RowId(const Frame& frame, const Source& source) {
    return frame.at(&source) + "." + SqlName(kRowIdColumn);
  }
  static std::string Where(std::vector<Expression> conditions) {
    return conditions.empty() ? "" : " WHERE " + Combine(std::move(conditions), " AND ");
  }

  std::string MatchColumns(const Frame& frame, const Source& source) const {
    return condition_
        .CompareColumns(Operator::kEq, *source.from, Column(frame, source, *source.from),
                        *source.to, Column(frame, *source.parent, *source.to))
        .sql;
  }

  // The conditions of a source's own filter and of all links under it.
  Result<Rows> RowsOf(const Source& source, Frame& frame) {
    Rows rows;
    for (const auto& child : source.joins) {
      if (auto added = AddJoin(*child, frame, rows); !added) return Fail(added.error());
    }
    for (const auto& test : source.tests) {
      if (!IsBeside(*test)) continue;
      auto sql = TestSql(*test, frame);
      if (!sql) return Fail(sql.error());
      rows.conditions.push_back(std::move(*sql));
    }
    auto filter = GroupSql(source, source.link ? source.link->filter : query_.filter, frame, true);
    if (!filter) return Fail(filter.error());
    for (Expression& part : *filter) rows.conditions.push_back(std::move(part));
    return rows;
  }

  // Whether a test link stands directly under its entity, not in the filter.
  bool IsBeside(const Source& test) const {
    const auto& links = test.parent->link ? test.parent->link->links : query_.links;
    return std::any_of(links.begin(), links.end(),
                       [&](const Link& link) { return &link == test.link; });
  }

  // The parts of a group. `flat`: the caller joins them with AND, so an AND group is taken apart.
  Result<std::vector<Expression>> GroupSql(const Source& place, const Group& group,
                                           const Frame& frame, bool flat) {
    std::vector<Expression> parts;
    for (const Node& node : group.nodes) {
      auto part = NodeSql(place, node, frame);
      if (!part) return Fail(part.error());
      if (!part->sql.empty()) {
        parts.push_back(std::move(*part));
      } else if (group.conjunction == Conjunction::kOr) {
        return std::vector<Expression>{};  // An empty group keeps everything, and so does this.
      }
    }
    if (parts.size() < 2 || (flat && group.conjunction == Conjunction::kAnd)) return parts;
    Expression whole;
    for (const Expression& part : parts) {
      whole.cost = std::max(whole.cost, part.cost);
      whole.depth = std::max(whole.depth, part.depth + 1);
    }
    if (whole.depth > kMostGroups) {
      return Fail(ErrorCode::kInvalid, "the filter of " + place.entity->name +
                                           " is nested deeper than " + std::to_string(kMostGroups) +
                                           " groups; simplify it");
    }
    const char* conjunction = group.conjunction == Conjunction::kAnd ? " AND " : " OR ";
    whole.sql = "(" + Combine(std::move(parts), conjunction) + ")";
    return std::vector<Expression>{std::move(whole)};
  }

  Result<Expression> NodeSql(const Source& place, const Node& node, const Frame& frame) {
    if (const auto* condition = std::get_if<Condition>(&node.item)) {
      return ConditionAt(place, *condition, frame);
    }
    if (const auto* link = std::get_if<Link>(&node.item)) {
      return TestSql(*place.TestOf(*link), frame);
    }
    auto parts = GroupSql(place, std::get<Group>(node.item), frame, false);
    if (!parts) return Fail(parts.error());
    return parts->empty() ? Expression{} : std::move(parts->front());
  }

  Result<Expression> ConditionAt(const Source& place, const Condition& condition,
                                 const Frame& frame) {
    const NamedField& named = tree_.FieldOf(condition);
    const NamedField other = condition.value_of.empty() ? NamedField{} : tree_.OtherOf(condition);
    auto compiled = condition_.Compile(
        condition, named, Column(frame, *named.source, *named.field), other.field,
        other.field ? Column(frame, *other.source, *other.field) : std::string());
    if (!compiled) {
      return Fail(compiled.error().While(Describe(condition, place.entity->name)));
    }
    return compiled;
  }

  Result<> AddJoin(const Source& child, Frame& frame, Rows& rows) {
    const LinkType type = child.link->type;
    if (!child.named) {
      // Nobody asks which row matched, only whether one does.
      const std::size_t binds = binds_.size();
      const std::size_t hoisted = hoisted_.size();
      auto kept = Semijoin(child, frame, false, true);
      if (!kept) return Fail(kept.error());
      if (type == LinkType::kOuter) {
        binds_.CutTo(binds);  // Compiled for its errors; it keeps every parent.
        hoisted_.resize(hoisted);
      } else {
        rows.conditions.push_back(std::move(*kept));
      }
      return {};
    }
    if (++tables_ > kMostTables) {
      return Fail(ErrorCode::kInvalid, "the query names the aliases of more than " +
                                           std::to_string(kMostTables) + " links; use fewer");
    }
    if (type == LinkType::kMatchFirst || (type == LinkType::kOuter && Tight(child))) {
      return AddWhole(child, frame, rows);
    }
    frame[&child] = NextAlias();
    rows.joined.push_back(&child);
    std::string join = (type == LinkType::kOuter ? " LEFT JOIN " : " JOIN ") +
                       condition_.Table(child.entity->name) + " AS " + frame.at(&child) + " ON " +
                       MatchColumns(frame, child);
    auto inside = RowsOf(child, frame);
    if (!inside) return Fail(inside.error());
    if (type == LinkType::kOuter) {
      if (!inside->conditions.empty()) {
        join += " AND " + Combine(std::move(inside->conditions), " AND ");
      }
    } else {
      for (Expression& part : inside->conditions) rows.conditions.push_back(std::move(part));
    }
    rows.joins += join + inside->joins;
    rows.joined.insert(rows.joined.end(), inside->joined.begin(), inside->joined.end());
    return {};
  }

  // The sources around `inside` that its part of the query names, and its parent, outermost first,
  // with everything between them.
  static std::vector<const Source*> Chain(const Source& inside) {
    std::vector<const Source*> chain;
    std::size_t needed = 0;
    for (const Source* at = inside.parent; at; at = at->parent) {
      chain.push_back(at);
      if (std::find(inside.outside.begin(), inside.outside.end(), at) != inside.outside.end()) {
        needed = chain.size();
      }
    }
    chain.resize(std::max<std::size_t>(needed, 1));
    std::reverse(chain.begin(), chain.end());
    return chain;
  }

  // Those of the chain that must be the same row inside and outside.
  static std::vector<const Source*> Shared(const Source& inside) {
    std::vector<const Source*> shared{inside.parent};
    for (const Source* source : inside.outside) {
      if (source != inside.parent) shared.push_back(source);
    }
    return shared;
  }

  // FROM of a copy of the chain, so that a subquery needs nothing from the query around it: SQLite
  // would run a correlated subquery once per row, by reading the whole table where it has no index.
  std::string ChainFrom(const Source& inside, Frame& frame) {
    std::string from;
    for (const Source* source : Chain(inside)) {
      const bool first = frame.empty();
      frame[source] = NextAlias();
      from += (first ? "" : " JOIN ") + condition_.Table(source->entity->name) + " AS " +
              frame.at(source);
      if (!first) from += " ON " + MatchColumns(frame, *source);
    }
    return from;
  }

  bool StandsAlone(const Source& source) const {
    return source.outside.empty() && StoredAlike(*source.from, *source.to, schema_);
  }

  // Whether the parent has a linked row (`with_inside`: that meets the link's part of the query).
  Result<Expression> Semijoin(const Source& source, const Frame& frame, bool negative,
                              bool with_inside) {
    Frame inner;
    const bool outermost = !hoisting_;
    hoisting_ = true;
    const bool alone = source.outside.empty() || !with_inside;
    const bool by_value = alone && StoredAlike(*source.from, *source.to, schema_);
    std::string from;
    if (!by_value) {
      // Without its inside a link shares nothing but its parent.
      Source bare;
      bare.parent = source.parent;
      from = ChainFrom(with_inside ? source : bare, inner) + " JOIN ";
    }
    inner[&source] = NextAlias();
    from += condition_.Table(source.entity->name) + " AS " + inner.at(&source);
    if (!by_value) from += " ON " + MatchColumns(inner, source);

    Rows rows;
    if (with_inside) {
      const int tables = std::exchange(tables_, 0);
      auto inside = RowsOf(source, inner);
      tables_ = tables;
      if (!inside) return Fail(inside.error());
      rows = std::move(*inside);
    }
    if (outermost) hoisting_ = false;
    if (by_value) {
      const std::string column = Column(inner, source, *source.from);
      // A null in the list would make NOT IN unknown for every row.
      if (negative) rows.conditions.push_back({column + " IS NOT NULL"});
      const std::string left = Column(frame, *source.parent, *source.to);
      std::string select =
          "SELECT " + column + " FROM " + from + rows.joins + Where(std::move(rows.conditions));
      // Who groups sorts; an ORDER BY would be dropped from a set. A lookup has few values.
      if (options_.sorted_keys && source.from->name == source.entity->key) {
        select += " GROUP BY " + column;
      }
      std::string sql =
          condition_.Compared(*source.to, left) + " IN " + Subquery(std::move(select), outermost);
      if (negative) sql = "(" + left + " IS NULL OR NOT " + sql + ")";
      return Expression{std::move(sql), Cost::kSubquery};
    }
    std::string here;
    std::string there;
    const std::vector<const Source*> shared =
        with_inside ? Shared(source) : std::vector<const Source*>{source.parent};
    for (const Source* same : shared) {
      here += (here.empty() ? "" : ", ") + RowId(frame, *same);
      there += (there.empty() ? "" : ", ") + RowId(inner, *same);
    }
    if (shared.size() > 1) here = "(" + here + ")";
    std::string sql = here + " IN " +
                      Subquery("SELECT " + there + " FROM " + from + rows.joins +
                                   Where(std::move(rows.conditions)),
                               outermost);
    if (negative) sql = "NOT " + sql;  // Row ids are never null where a filter is asked.
    return Expression{std::move(sql), Cost::kSubquery};
  }

  // "(SELECT …)". No subquery needs anything from around it, so those inside another one stand
  // beside each other in its WITH: SQLite's parser would not take many inside each other.
  std::string Subquery(std::string select, bool outermost) {
    if (!outermost) {
      const std::string name = "\"@q" + std::to_string(++hoisted_count_) + "\"";
      hoisted_ += (hoisted_.empty() ? "" : ", ") + name + " AS (" + select + ")";
      return "(SELECT * FROM " + name + ")";
    }
    if (!hoisted_.empty()) {
      select.insert(0, "WITH " + std::exchange(hoisted_, std::string()) + " ");
    }
    return "(" + select + ")";
  }

  Result<Expression> TestSql(const Source& test, const Frame& frame) {
    const LinkType type = test.link->type;
    const bool negative = type == LinkType::kNotAny || type == LinkType::kAll;
    auto kept = Semijoin(test, frame, negative, true);
    if (!kept || type != LinkType::kAll) return kept;
    auto any = Semijoin(test, frame, false, false);
    if (!any) return any;
    return Expression{"(" + any->sql + " AND " + kept->sql + ")", Cost::kSubquery};
  }

  // A link whose rows are found in a subquery of their own: where the nested links decide with it
  // whether it matches, and where only the first row counts.
  Result<> AddWhole(const Source& child, Frame& frame, Rows& rows) {
    const bool first_only = child.link->type == LinkType::kMatchFirst;
    const bool alone = StandsAlone(child);
    Frame inner;
    std::string from;
    if (!alone) from = ChainFrom(child, inner) + " JOIN ";
    inner[&child] = NextAlias();
    from += condition_.Table(child.entity->name) + " AS " + inner.at(&child);
    if (!alone) from += " ON " + MatchColumns(inner, child);
    auto inside = RowsOf(child, inner);
    if (!inside) return Fail(inside.error());

    const std::string group = NextAlias();
    const std::string key = Column(inner, child, *child.from);
    std::string select;
    std::string on;
    std::string partition;
    if (alone) {
      select = key + " AS k";
      on = condition_
               .CompareColumns(Operator::kEq, *child.from, group + ".k", *child.to,
                               Column(frame, *child.parent, *child.to))
               .sql;
      partition = condition_.Collated(*child.from, key);
    } else {
      int number = 0;
      for (const Source* same : Shared(child)) {
        const std::string name = "s" + std::to_string(number++);
        select += (select.empty() ? "" : ", ") + RowId(inner, *same) + " AS " + name;
        on += (on.empty() ? "" : " AND ") + group + "." + name + " = " + RowId(frame, *same);
        partition += (partition.empty() ? "" : ", ") + RowId(inner, *same);
      }
    }
    std::vector<const Source*> members{&child};
    members.insert(members.end(), inside->joined.begin(), inside->joined.end());
    for (std::size_t i = 0; i < members.size(); ++i) {
      select += ", " + RowId(inner, *members[i]) + " AS r" + std::to_string(i);
    }
    if (first_only) {
      select += ", DENSE_RANK() OVER (PARTITION BY " + partition + " ORDER BY " +
                RankOf(child, inner) + ") AS n";
      on += " AND " + group + ".n = 1";
    }
    const char* join = first_only ? " JOIN " : " LEFT JOIN ";
    rows.joins += join + ("(SELECT " + select + " FROM " + from + inside->joins) +
                  Where(std::move(inside->conditions)) + ") AS " + group + " ON " + on;
    for (std::size_t i = 0; i < members.size(); ++i) {
      frame[members[i]] = NextAlias();
      rows.joined.push_back(members[i]);
      // A nested outer link may have matched nothing.
      rows.joins += (i == 0 ? join : " LEFT JOIN ") + condition_.Table(members[i]->entity->name) +
                    " AS " + frame.at(members[i]) + " ON " + RowId(frame, *members[i]) + " = " +
                    group + ".r" + std::to_string(i);
    }
    return {};
  }

  std::string Term(const FieldSchema& field, const std::string& column, bool descending) const {
    return condition_.Collated(field, column) + (descending ? " DESC" : "");
  }

  // A link's own order, then its key.
  std::string RankOf(const Source& child, const Frame& frame) const {
    std::string order;
    for (const OrderItem& item : child.link->order) {
      const NamedField& named = tree_.FieldOf(item);
      const auto at = frame.find(named.source);
      if (at == frame.end()) continue;  // Around the link: the same for all of its rows.
      order +=
          Term(*named.field, Column(frame, *named.source, *named.field), item.descending) + ", ";
    }
    if (const FieldSchema* key = child.entity->Find(child.entity->key)) {
      order += Term(*key, Column(frame, child, *key), false) + ", ";
    }
    return order + RowId(frame, child);
  }

  std::vector<Key> KeysOf(const Source& root, const Frame& frame) const {
    std::vector<Key> keys;
    AddKeys(query_.order, frame, root, keys);
    AddLinkKeys(root, frame, root, keys);
    return keys;
  }
  void AddLinkKeys(const Source& source, const Frame& frame, const Source& root,
                   std::vector<Key>& keys) const {
    for (const auto& child : source.joins) {
      if (!child->named) continue;
      AddKeys(child->link->order, frame, root, keys);
      AddLinkKeys(*child, frame, root, keys);
    }
  }
  void AddKeys(const std::vector<OrderItem>& order, const Frame& frame, const Source& root,
               std::vector<Key>& keys) const {
    for (const OrderItem& item : order) {
      const NamedField& named = tree_.FieldOf(item);
      keys.push_back({named.field, Column(frame, *named.source, *named.field), item.descending,
                      named.source != &root});
    }
  }

  // Of every row the place of its first combination: "SELECT r, k0, k1, …".
  std::string FirstCombinations(const Source& root, const Frame& frame,
                                const std::vector<Key>& keys, const std::string& from) const {
    std::string names;
    std::string columns;
    std::string order;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::string name = "k" + std::to_string(i);
      names += ", " + name;
      columns += ", " + keys[i].column + " AS " + name;
      order += (i == 0 ? "" : ", ") + Term(*keys[i].field, keys[i].column, keys[i].descending);
    }
    const std::string rid = RowId(frame, root);
    return "SELECT r" + names + " FROM (SELECT " + rid + " AS r" + columns +
           ", ROW_NUMBER() OVER (PARTITION BY " + rid + " ORDER BY " + order + ") AS n FROM " +
           from + ") WHERE n = 1";
  }

  std::string OrderBy(const Source& root, const std::vector<Key>& keys, bool multiplies) const {
    const bool ranked = multiplies && std::any_of(keys.begin(), keys.end(),
                                                  [](const Key& key) { return key.of_link; });
    std::string order;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      std::string column = keys[i].column;
      if (ranked) {
        column = "o.k" + std::to_string(i);
      } else if (multiplies) {
        column = "t0." + SqlName(keys[i].field->name);
      }
      order += Term(*keys[i].field, column, keys[i].descending) + ", ";
    }
    if (const FieldSchema* key = root.entity->Find(root.entity->key)) {
      order += Term(*key, "t0." + SqlName(key->name), false) + ", ";
    }
    return " ORDER BY " + order + "t0." + SqlName(kRowIdColumn);
  }

  const Query& query_;
  const Schema& schema_;
  const SqlOptions& options_;
  const QueryTree& tree_;
  Binds binds_;
  ConditionSql condition_;
  int aliases_ = 0;
  int tables_ = 0;
  bool hoisting_ = false;     // Inside a subquery.
  std::string hoisted_ = {};  // The subqueries inside it.
  int hoisted_count_ = 0;
};

}  // namespace

Result<SqlText> CompileSql(const Query& query, const Schema& schema, const FilterContext& context,
                           const SqlOptions& options) {
  const auto tree = QueryTree::Make(query, schema, options.ordered);
  if (!tree) return Fail(tree.error());
  return Compiler(query, schema, context, options, *tree).Compile();
}

}  // namespace satchel
