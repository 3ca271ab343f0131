#include "preview/explain/rows_around.h"

#include <algorithm>
#include <utility>

#include "engine/filter/data_set.h"
#include "engine/filter/query_tree.h"
#include "engine/filter/server_query.h"
#include "engine/record/row_version.h"
#include "engine/record/text_order.h"
#include "policy/support/text.h"
#include "policy/wording/sentence.h"
#include "preview/run/record_text.h"

namespace satchel {

namespace {

constexpr std::size_t kValuesPerRequest = 100;  // As incremental syncs do: a URL stays short.
constexpr std::size_t kMostLinked = 5'000;      // Rows of one link; nobody reads more of a reason.
constexpr int kMostLevels = 100;                // Of a hierarchy; Dataverse allows fewer.

// The value as a condition's literal.
std::string LiteralOf(const FieldSchema& field, const Cell& cell) {
  return kIdTypes.Has(field.type) ? IdText(cell) : PlainText(field, cell);
}

// Equal values of the field have equal ones.
std::string Comparable(const FieldSchema& field, const std::string& literal) {
  return kTextTypes.Has(field.type) ? FoldText(literal) : literal;
}

Cell Kept(RowBatch& batch, const Cell& cell) {
  Cell copy = cell;
  if (cell.kind == Cell::Kind::kText || cell.kind == Cell::Kind::kId) {
    copy.bytes = batch.Keep(cell.view()).data();
  }
  return copy;
}

// Of what is refused for good: there is no use in giving up everything else for it.
bool Refused(const Error& error) {
  return error.code == ErrorCode::kDenied || error.code == ErrorCode::kNotFound ||
         error.code == ErrorCode::kUnsupported || error.code == ErrorCode::kInvalid;
}

void CollectAliases(const std::vector<Link>& links,
                    std::map<std::string, std::string, std::less<>>& aliases) {
  for (const Link& link : links) {
    if (!link.alias.empty()) aliases[link.alias] = link.entity;
    CollectAliases(link.links, aliases);
  }
}

}  // namespace

Result<RowsAround> RowsAround::Read(const Query& query, const std::vector<std::string>& ids,
                                    const std::vector<std::string>& beside,
                                    const RecordReader& reader) {
  RowsAround around(reader);
  if (auto made = around.MakeTables(query, beside); !made) return Fail(made.error());
  CollectAliases(query.links, around.aliases_);
  bool cut = false;
  const EntitySchema* entity = reader.schema.Find(query.entity);
  const auto rows = around.ReadWhere(query.entity, entity->key, ids, cut, reader);
  if (!rows) return Fail(rows.error());
  if (auto done = around.Follow(query.filter, query.entity, *rows, reader); !done) {
    return Fail(done.error());
  }
  for (const Link& link : query.links) {
    if (auto done = around.Follow(link, query.entity, *rows, reader); !done) {
      return Fail(done.error());
    }
  }
  return around;
}

Result<> RowsAround::MakeTables(const Query& query, const std::vector<std::string>& beside) {
  // Says in a sentence what is wrong with the query.
  if (const auto tree = QueryTree::Make(query, *schema_); !tree) return Fail(tree.error());
  std::vector<NeededFields> needed = FieldsNeeded(query, *schema_);
  for (const NeededFields& each : needed) {
    const EntitySchema* entity = schema_->Find(each.entity);
    if (!entity) {
      return Fail(ErrorCode::kNotFound,
                  "the server has no entity " + Quoted(each.entity) + ", which the filter needs");
    }
    Table table = {.schema = entity};
    const auto add = [&](const std::string& field) {
      const auto& fields = table.fields;
      if (field == entity->key || !entity->Find(field)) return;
      if (std::find(fields.begin(), fields.end(), field) == fields.end()) {
        table.fields.push_back(field);
      }
    };
    for (const std::string& field : each.fields) add(field);
    add(entity->primary_name);
    add(entity->modified);
    if (each.entity == query.entity) {
      for (const std::string& field : beside) add(field);
    }
    std::vector<RowBatch::Column> columns = {{entity->key}};
    for (const std::string& field : table.fields) columns.push_back({field});
    for (const std::string& field : table.fields) {
      if (entity->Find(field)->polymorphic()) columns.push_back({TypeColumn(field)});
    }
    columns.push_back({std::string(kVersionColumn)});
    table.rows = RowBatch(std::move(columns));
    tables_.emplace(each.entity, std::move(table));
  }
  return {};
}

const RowsAround::Table* RowsAround::Find(std::string_view entity) const {
  const auto at = tables_.find(entity);
  return at == tables_.end() ? nullptr : &at->second;
}

Result<RowsAround::RowList> RowsAround::ReadWhere(const std::string& entity,
                                                  const std::string& field,
                                                  const std::vector<std::string>& values, bool& cut,
                                                  const RecordReader& reader) {
  RowList found;
  const auto at = tables_.find(entity);
  if (at == tables_.end() || values.empty() || unreadable_.contains(entity)) return found;
  Table& table = at->second;
  const FieldSchema* asked = table.schema->Find(field);
  const auto column = table.rows.Find(field);
  if (!asked || !column) return found;
  const bool lists = Info(Operator::kIn).fields.Has(asked->type);
  const std::size_t step = lists ? kValuesPerRequest : 1;
  for (std::size_t from = 0; from < values.size() && !cut; from += step) {
    const std::size_t to = std::min(values.size(), from + step);
    Condition among = {.field = field, .op = to - from == 1 ? Operator::kEq : Operator::kIn};
    std::set<std::string> wanted;
    for (std::size_t i = from; i < to; ++i) {
      among.values.push_back(values[i]);
      wanted.insert(Comparable(*asked, values[i]));
    }
    ReadRequest ask = {.query = {.entity = entity},
                       .fields = table.fields,
                       .context = reader.context,
                       .as = reader.as,
                       .labels = true};
    ask.query.filter.nodes.push_back({std::move(among)});
    const auto plan = reader.server.Plan(ask, reader.schema);
    const auto read =
        plan ? ReadChunk(table, *plan, wanted, *column, found, reader) : Fail(plan.error());
    if (!read && Refused(read.error())) {
      unreadable_[entity] = read.error().message;
      return RowList();
    }
    if (!read) return Fail(read.error());
    cut = *read;
  }
  return found;
}

// Answers whether there is more than was read.
Result<bool> RowsAround::ReadChunk(Table& table, const ReadPlan& plan,
                                   const std::set<std::string>& wanted, std::size_t column,
                                   RowList& found, const RecordReader& reader) {
  std::string cursor = plan.first_cursor;
  const FieldSchema& field = *table.schema->Find(table.rows.columns()[column].name);
  std::set<std::string> cursors;
  while (cursors.insert(cursor).second) {
    const auto page = reader.server.ReadPage(plan, cursor, reader.stop);
    if (!page) return Fail(page.error());
    for (const Label& label : page->labels) labels_.emplace(LowerAscii(label.id), label.text);
    std::vector<std::optional<std::size_t>> from;
    for (const RowBatch::Column& each : table.rows.columns()) {
      from.push_back(page->rows.Find(each.name));
    }
    for (std::size_t row = 0; row < page->rows.rows(); ++row) {
      const auto cell = [&](std::size_t i) {
        return from[i] ? page->rows.cell(row, *from[i]) : Cell::Null();
      };
      // A server that cannot filter sends others, too.
      if (!wanted.contains(Comparable(field, LiteralOf(field, cell(column))))) continue;
      const auto [known, fresh] = table.by_id.emplace(IdText(cell(0)), table.rows.rows());
      found.push_back(known->second);
      if (!fresh) continue;
      std::vector<Cell> kept;
      for (std::size_t i = 0; i < from.size(); ++i) kept.push_back(Kept(table.rows, cell(i)));
      std::copy(kept.begin(), kept.end(), table.rows.AddRow());
    }
    if (page->next_cursor.empty()) return false;
    if (found.size() >= kMostLinked) return true;
    cursor = page->next_cursor;
  }
  return Fail(ErrorCode::kCorrupt, table.schema->name + ": the server's pages go round in circles");
}

Result<> RowsAround::Follow(const Group& group, const std::string& entity, const RowList& rows,
                            const RecordReader& reader) {
  for (const Node& node : group.nodes) {
    Result<> done;
    if (const auto* inner = std::get_if<Group>(&node.item)) {
      done = Follow(*inner, entity, rows, reader);
    } else if (const auto* link = std::get_if<Link>(&node.item)) {
      done = Follow(*link, entity, rows, reader);
    } else {
      const auto& condition = std::get<Condition>(node.item);
      if (Info(condition.op).operand == Operand::kId) {
        done = Climb(condition, entity, rows, reader);
      }
    }
    if (!done) return done;
  }
  return {};
}

Result<> RowsAround::Follow(const Link& link, const std::string& entity, const RowList& rows,
                            const RecordReader& reader) {
  const Table* parent = Find(entity);
  const FieldSchema* to = parent->schema->Find(link.to);
  std::set<std::string> values;
  for (const std::size_t row : rows) {
    const Cell cell = At(entity, row, link.to);
    if (!cell.null()) values.insert(LiteralOf(*to, cell));
  }
  values.erase("");
  if (reader.sink && !values.empty()) {
    reader.sink("looking at linked " + EntityLabel(link.entity, schema_));
  }
  bool cut = false;
  const auto found = ReadWhere(link.entity, link.from, {values.begin(), values.end()}, cut, reader);
  if (!found) return Fail(found.error());
  if (cut) cut_.insert(&link);
  if (auto done = Follow(link.filter, link.entity, *found, reader); !done) return done;
  for (const Link& inner : link.links) {
    if (auto done = Follow(inner, link.entity, *found, reader); !done) return done;
  }
  return {};
}

// A hierarchy is asked of its records upwards: enough to tell who is above whom.
Result<> RowsAround::Climb(const Condition& condition, const std::string& entity,
                           const RowList& rows, const RecordReader& reader) {
  std::string owner = entity;
  RowList asked = rows;
  if (!condition.entity.empty()) {
    const auto alias = aliases_.find(condition.entity);
    if (alias == aliases_.end()) return {};
    owner = alias->second;
    asked.clear();
    const Table* table = Find(owner);
    for (std::size_t i = 0; table && i < table->rows.rows(); ++i) asked.push_back(i);
  }
  const Table* table = Find(owner);
  const FieldSchema* field = table ? table->schema->Find(condition.field) : nullptr;
  if (!field) return {};
  std::string tree = owner;
  if (field->name != table->schema->key) {
    if (field->targets.size() != 1) return {};
    tree = field->targets.front();
  }
  const EntitySchema* of = schema_->Find(tree);
  if (!of || of->hierarchy.empty() || !Find(tree)) return {};
  std::set<std::string> open;
  for (const std::string& value : condition.values) {
    const auto guid = ParseGuid(value);
    open.insert(guid ? ToString(*guid) : value);
  }
  for (const std::size_t row : asked) open.insert(IdText(At(owner, row, condition.field)));
  std::set<std::string> seen = {""};
  for (int level = 0; level < kMostLevels; ++level) {
    std::vector<std::string> next;
    for (const std::string& id : open) {
      if (seen.insert(id).second) next.push_back(id);
    }
    if (next.empty()) return {};
    bool cut = false;
    const auto found = ReadWhere(tree, of->key, next, cut, reader);
    if (!found) return Fail(found.error());
    open.clear();
    for (const std::size_t row : *found) open.insert(IdText(At(tree, row, of->hierarchy)));
  }
  return {};
}

const RowBatch* RowsAround::Rows(std::string_view entity) const {
  const Table* table = Find(entity);
  return table ? &table->rows : nullptr;
}

std::optional<std::size_t> RowsAround::Find(std::string_view entity, std::string_view id) const {
  const Table* table = Find(entity);
  if (!table) return std::nullopt;
  const auto at = table->by_id.find(id);
  if (at == table->by_id.end()) return std::nullopt;
  return at->second;
}

Cell RowsAround::At(std::string_view entity, std::size_t row, std::string_view field) const {
  const Table* table = Find(entity);
  const auto column = table ? table->rows.Find(field) : std::nullopt;
  if (!column || row >= table->rows.rows()) return Cell::Null();
  return table->rows.cell(row, *column);
}

std::string RowsAround::IdOf(std::string_view entity, std::size_t row) const {
  const Table* table = Find(entity);
  return table ? IdText(table->rows.cell(row, 0)) : std::string();
}

std::string RowsAround::NameOf(std::string_view entity, std::size_t row) const {
  const Table* table = Find(entity);
  const FieldSchema* name = table ? table->schema->Find(table->schema->primary_name) : nullptr;
  return name ? PeopleText(*name, At(entity, row, name->name)) : std::string();
}

std::string RowsAround::VersionOf(std::string_view entity, std::size_t row) const {
  return PlainVersion(IdText(At(entity, row, kVersionColumn)));
}

std::string RowsAround::LabelOf(std::string_view id) const {
  const auto at = labels_.find(LowerAscii(id));
  return at == labels_.end() ? std::string() : at->second;
}

std::string RowsAround::Unreadable(std::string_view entity) const {
  const auto at = unreadable_.find(entity);
  return at == unreadable_.end() ? std::string() : at->second;
}

std::string WhyNoId(const EntitySchema& entity, const Schema& schema, const std::string& text) {
  const FieldSchema* key = entity.Find(entity.key);
  const std::string label = EntityLabel(entity.name, &schema);
  if (!key) return label + " has no single key field, so no record of it can be named by an id";
  switch (IdKindOf(schema, *key)) {
    case IdKind::kGuid:
      if (ParseGuid(text)) return {};
      return Quoted(text) + " is no id of " + label + ", whose ids are GUIDs (paste one)";
    case IdKind::kInteger:
      if (!text.empty() && text.find_first_not_of("-0123456789") == std::string::npos) return {};
      return Quoted(text) + " is no id of " + label + ", whose ids are whole numbers";
    case IdKind::kText:
      break;
  }
  return {};
}

}  // namespace satchel
