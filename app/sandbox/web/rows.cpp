#include "app/sandbox/web/rows.h"

#include <algorithm>

#include "app/sandbox/odata/filter.h"
#include "engine/filter/sql.h"
#include "engine/record/cell.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr int kMaxExpandDepth = 5;

// FROM for a table, its $filter applied.
Answer<Sql> SourceOf(Call& call, const Table& table, const ReadOptions& options, Visible& visible) {
  Sql from;
  if (options.filter.empty()) {
    from.Add(visible.Name(table.name) + " AS t0");
    return from;
  }
  Query query;
  query.entity = table.name;
  if (auto added = AddFilter(query, options.filter, call.url, call.metadata(), table); !added) {
    return Refuse(added.error());
  }
  SqlOptions sql;
  sql.select = "t0.*";
  sql.ordered = false;
  sql.table = [&](std::string_view entity) { return visible.PlainName(entity); };
  auto compiled = CompileSql(query, call.crm.schema(), call.context, sql);
  if (!compiled) return Refuse(compiled.error());
  from.Add("(").Add(*compiled).Add(") AS t0");
  return from;
}

}  // namespace

std::string BelongsTo(const Metadata& metadata, const Table& table, const Relationship* one,
                      const ManyToManyRelationship* many, std::string_view navigation,
                      const Guid& id) {
  if (one != nullptr) {
    std::string where = Qualified("t0", one->referencing_attribute) + " = " + SqlLiteral(id);
    const Attribute* lookup = metadata.Find(one->referencing_entity, one->referencing_attribute);
    if (lookup != nullptr && lookup->polymorphic()) {
      where += " AND " + Qualified("t0", TypeColumn(lookup->name)) + " = " + SqlLiteral(table.name);
    }
    return where;
  }
  const bool forward = many->entity1 == table.name && many->entity1_navigation == navigation;
  const Table* related = metadata.Find(forward ? many->entity2 : many->entity1);
  const std::string& mine = forward ? many->entity1_attribute : many->entity2_attribute;
  const std::string& theirs = forward ? many->entity2_attribute : many->entity1_attribute;
  return Qualified("t0", related->primary_id) + " IN (SELECT " + SqlName(theirs) + " FROM " +
         SqlName(many->intersect_entity) + " WHERE " + SqlName(mine) + " = " + SqlLiteral(id) + ")";
}

Answer<Rows> Rows::Prepare(Call& call, const Table& table, const ReadOptions& options,
                           std::string_view where, int depth) {
  if (depth > kMaxExpandDepth) return BadQuery("$expand is nested more than 5 levels deep.");
  Rows rows(call);
  rows.table_ = &table;
  rows.depth_ = depth;
  rows.render_ = MakeRenderOptions(call.metadata(), call.prefer, call.context.zone);
  if (depth == 0) {
    const auto reach = call.security().Reach(call.actor, table.name, Right::kRead, "t0");
    if (!reach) return Refuse(reach.error());
  }
  Visible visible(call.security(), call.actor);
  auto from = SourceOf(call, table, options, visible);
  if (!from) return Refuse(from.error());
  rows.select_.from = std::move(*from);
  if (!where.empty()) rows.select_.AndWhere(where);
  rows.select_.key_sql = Qualified("t0", table.primary_id);
  rows.select_.version_sql = Qualified("t0", kVersionColumn);
  if (auto done = rows.SelectColumns(options); !done) return Refuse(done.error());
  if (auto done = rows.SetOrder(options); !done) return Refuse(done.error());
  if (auto done = rows.SetExpands(options); !done) return Refuse(done.error());
  rows.select_.with = visible.With();
  return rows;
}

void Rows::AddColumn(const Attribute& attribute) {
  for (const Column& column : select_.columns) {
    if (column.attribute == &attribute) return;
  }
  select_.columns.push_back(MakeColumn(call_->metadata(), *table_, attribute, "t0", call_->prefer));
}

Answer<> Rows::SelectColumns(const ReadOptions& options) {
  const std::vector<std::string> names = ParseNames(options.select);
  context_ = table_->set_name;
  if (names.empty() || std::find(names.begin(), names.end(), "*") != names.end()) {
    for (const Attribute& attribute : table_->attributes) {
      if (attribute.valid_for_read) AddColumn(attribute);
    }
  } else {
    std::vector<std::string> shown;
    bool money = false;
    for (const std::string& name : names) {
      const Attribute* attribute = FindProperty(*table_, name);
      if (attribute == nullptr) attribute = table_->Find(name);  // $select=primarycontactid
      if (attribute == nullptr || !attribute->valid_for_read) return NoSuchProperty(*table_, name);
      AddColumn(*attribute);
      money = money || attribute->type == FieldType::kMoney;
      shown.push_back(attribute->wire_name());
    }
    // The server adds the currency to money and the key to everything, unasked.
    const Attribute* currency = table_->Find("transactioncurrencyid");
    if (money && currency != nullptr) AddColumn(*currency);
    if (const Attribute* key = table_->Find(table_->primary_id)) AddColumn(*key);
    context_ += "(" + Join(shown, ",") + ")";
  }
  visible_columns_ = select_.columns.size();
  return {};
}

Answer<> Rows::SetOrder(const ReadOptions& options) {
  for (const std::string_view part : SplitOutside(options.order_by, ',')) {
    std::string_view text = Trim(part);
    if (text.empty()) continue;
    bool descending = false;
    if (const std::size_t blank = text.find(' '); blank != std::string_view::npos) {
      const std::string_view direction = Trim(text.substr(blank));
      if (direction != "asc" && direction != "desc") {
        return BadQuery("$orderby takes asc or desc, not " + Quoted(direction) + ".");
      }
      descending = direction == "desc";
      text = text.substr(0, blank);
    }
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
      const Attribute* attribute = FindProperty(*table_, text);
      if (attribute == nullptr) return NoSuchProperty(*table_, text);
      select_.order.push_back(SortByValue(*attribute, "t0", descending));
      continue;
    }
    const Relationship* step = call_->metadata().FindLookup(table_->name, text.substr(0, slash));
    if (step == nullptr) return NoSuchProperty(*table_, text.substr(0, slash));
    const Table* target = call_->metadata().Find(step->referenced_entity);
    if (target == nullptr) return LeadsToOwners(text.substr(0, slash));
    const Attribute* attribute = FindProperty(*target, text.substr(slash + 1));
    if (attribute == nullptr) return NoSuchProperty(*target, text.substr(slash + 1));
    SortTerm term = SortByValue(*attribute, "target", descending);
    const std::string value = Qualified("target", attribute->name);
    term.sql = "(SELECT " + value + " FROM " + SqlName(target->name) + " AS target WHERE " +
               Qualified("target", step->referenced_attribute) + " = " +
               Qualified("t0", step->referencing_attribute) + ")" + term.sql.substr(value.size());
    term.name = std::string(text.substr(0, slash)) + "." + attribute->name;
    select_.order.push_back(std::move(term));
  }
  if (const Attribute* key = table_->Find(table_->primary_id)) {
    select_.order.push_back(SortByValue(*key, "t0", false));
  }
  return {};
}

Answer<> Rows::SetExpands(const ReadOptions& options) {
  if (options.expand.empty()) return {};
  auto items = ParseExpand(options.expand);
  if (!items) return Refuse(items.error());
  const Metadata& metadata = call_->metadata();
  std::vector<std::string> shown;
  for (ExpandItem& item : *items) {
    Expand expand;
    expand.navigation = item.navigation;
    expand.options = std::move(item.options);
    if (const Relationship* lookup = metadata.FindLookup(table_->name, item.navigation)) {
      expand.one = lookup;
      expand.table = metadata.Find(lookup->referenced_entity);
      if (expand.table == nullptr) return LeadsToOwners(item.navigation);
      Column column =
          MakeColumn(metadata, *table_, *table_->Find(lookup->referencing_attribute), "t0", {});
      expand.lookup = static_cast<int>(select_.columns.size());
      select_.columns.push_back(std::move(column));
    } else if (const Relationship* one = metadata.FindCollection(table_->name, item.navigation)) {
      expand.one = one;
      expand.collection = true;
      expand.table = metadata.Find(one->referencing_entity);
    } else if (const ManyToManyRelationship* many =
                   metadata.FindManyToMany(table_->name, item.navigation)) {
      expand.many = many;
      expand.collection = true;
      const bool forward =
          many->entity1 == table_->name && many->entity1_navigation == item.navigation;
      expand.table = metadata.Find(forward ? many->entity2 : many->entity1);
    } else {
      return NoSuchProperty(*table_, item.navigation);
    }
    const std::vector<std::string> names = ParseNames(expand.options.select);
    shown.push_back(item.navigation + "(" + Join(names, ",") + ")");
    expands_.push_back(std::move(expand));
  }
  if (context_.back() == ')') {
    context_.pop_back();
    context_ += "," + Join(shown, ",") + ")";
  } else {
    context_ += "(" + Join(shown, ",") + ")";
  }
  return {};
}

Answer<> Rows::WriteMembers(JsonWriter& out, const Statement& row) {
  out.PlainKey("@odata.etag").String(ETagOf(row.Integer(select_.version)));
  for (std::size_t at = 0; at < visible_columns_; ++at) {
    RenderColumn(out, select_.columns[at], row, render_);
  }
  for (Expand& expand : expands_) {
    if (auto written = WriteExpand(out, expand, row); !written) return written;
  }
  return {};
}

Answer<> Rows::WriteExpand(JsonWriter& out, Expand& expand, const Statement& row) {
  if (expand.collection) return WriteCollection(out, expand, row);
  const Column& lookup = select_.columns[static_cast<std::size_t>(expand.lookup)];
  const bool other_target =
      lookup.type >= 0 && row.Text(lookup.type) != expand.one->referenced_entity;
  if (row.IsNull(lookup.value) || other_target) {
    out.Key(expand.navigation).Null();
    return {};
  }
  const Guid id = row.Id(lookup.value);
  auto written = expand.written.find(id);
  if (written == expand.written.end()) {
    const std::string where =
        Qualified("t0", expand.one->referenced_attribute) + " = " + SqlLiteral(id);
    auto rows = Prepare(*call_, *expand.table, expand.options, where, depth_ + 1);
    if (!rows) return Refuse(rows.error());
    JsonWriter target;
    const auto end = ReadPage(call_->database, rows->select(), PageAsk{1, 1, {}},
                              [&](const Statement& related) -> Answer<> {
                                target.BeginObject();
                                auto members = rows->WriteMembers(target, related);
                                target.EndObject();
                                return members;
                              });
    if (!end) return Refuse(end.error());
    // Null: the row it points at is not visible.
    written = expand.written.emplace(id, end->rows == 0 ? "null" : target.Take()).first;
  }
  out.Key(expand.navigation).Raw(written->second);
  return {};
}

Answer<> Rows::WriteCollection(JsonWriter& out, const Expand& expand, const Statement& row) const {
  const Guid id = row.Id(select_.key);
  auto rows =
      Prepare(*call_, *expand.table, expand.options,
              BelongsTo(call_->metadata(), *table_, expand.one, expand.many, expand.navigation, id),
              depth_ + 1);
  if (!rows) return Refuse(rows.error());
  PageAsk ask;
  if (expand.options.top > 0) ask.limit = std::min(expand.options.top, kMaxPageSize);
  if (expand.options.count) {
    const auto count = CountRows(call_->database, rows->select(), kCountLimit);
    if (!count) return Refuse(count.error());
    out.Key(expand.navigation + "@odata.count").Integer(*count);
  }
  out.Key(expand.navigation).BeginArray();
  const auto end =
      ReadPage(call_->database, rows->select(), ask, [&](const Statement& related) -> Answer<> {
        out.BeginObject();
        auto members = rows->WriteMembers(out, related);
        out.EndObject();
        return members;
      });
  if (!end) return Refuse(end.error());
  out.EndArray();
  if (!end->more || expand.options.top > 0) return {};
  std::string link =
      call_->base_url + table_->set_name + "(" + ToString(id) + ")/" + expand.navigation + "?";
  const std::pair<const char*, const std::string&> options[] = {
      {"$select=", expand.options.select},
      {"$filter=", expand.options.filter},
      {"$orderby=", expand.options.order_by}};
  for (const auto& [name, value] : options) {
    if (!value.empty()) link += name + Escape(value) + "&";
  }
  link += "$skiptoken=" + Escape(PrintSkipToken({2, PrintCookie(end->cookie), {}}));
  out.Key(expand.navigation + "@odata.nextLink").String(link);
  return {};
}

}  // namespace satchel::sandbox
