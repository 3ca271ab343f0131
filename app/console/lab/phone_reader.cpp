#include "app/console/lab/phone_reader.h"

#include <algorithm>

#include "engine/device/device_state.h"
#include "engine/filter/sql_functions.h"
#include "engine/store/known_names.h"
#include "engine/store/local_tables.h"
#include "engine/sync/upload_items.h"
#include "engine/sync/upload_order.h"
#include "policy/support/text.h"
#include "preview/run/record_text.h"

namespace satchel {
namespace {

constexpr std::int64_t kMostEvents = 200;

// Wildcards somebody types are meant as they stand.
std::string Containing(const std::string& text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '[') {
      pattern += std::string("[") + c + "]";
    } else {
      pattern += c;
    }
  }
  return pattern + "%";
}

// What a list shows below the name: the first other field that people can read, a text before a
// choice before a lookup.
const FieldSchema* DetailField(const EntitySchema& schema, const std::vector<std::string>& fields) {
  for (const FieldTypes wanted : {FieldTypes{FieldType::kString}, kChoiceTypes, kLookupTypes}) {
    for (const std::string& name : fields) {
      const FieldSchema* field = schema.Find(name);
      if (field == nullptr || name == schema.key || name == schema.primary_name) continue;
      if (wanted.Has(field->type)) return field;
    }
  }
  return nullptr;
}

RowState StateFor(const PhoneChange& change) {
  switch (change.state) {
    case EntryState::kConflict:
      return RowState::kConflict;
    case EntryState::kError:
      return RowState::kRefused;
    default:
      return change.kind == ChangeKind::kCreate ? RowState::kNew : RowState::kChanged;
  }
}

// The order in which an upload would send them.
std::vector<OutboxEntry> InUploadOrder(std::vector<OutboxEntry> entries, const Schema& schema) {
  std::vector<upload::Item> items;
  for (const OutboxEntry& entry : entries) items.push_back(upload::ItemOf(entry, schema));
  const upload::Order order = upload::WorkOutOrder(items);
  std::vector<bool> placed(entries.size(), false);
  std::vector<OutboxEntry> sorted;
  // Circles are cut by the order already, so that every round places something.
  for (bool progress = true; progress;) {
    progress = false;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (placed[i]) continue;
      const auto& before = order.before[i];
      if (!std::all_of(before.begin(), before.end(), [&](std::size_t b) { return placed[b]; })) {
        continue;
      }
      placed[i] = true;
      progress = true;
      sorted.push_back(entries[i]);
    }
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!placed[i]) sorted.push_back(entries[i]);
  }
  return sorted;
}

}  // namespace

Result<PhoneView> PhoneReader::Look(const PhoneQuestion& question) {
  // One moment for all of it: a sync publishes in one transaction.
  if (auto begun = database_.Execute("BEGIN"); !begun) return Fail(begun.error());
  const auto look = [&]() -> Result<PhoneView> {
    auto description = ReadDescription(database_);
    if (!description) return Fail(description.error());
    description_ = *std::move(description);
    PhoneView view = {.file = database_.file()};
    if (auto read = ReadChanges(view); !read) return Fail(read.error());
    if (auto read = ReadTables(view); !read) return Fail(read.error());
    auto events = ReadEvents(database_, kMostEvents);
    if (!events) return Fail(events.error());
    view.events = *std::move(events);
    std::reverse(view.events.begin(), view.events.end());
    PhoneQuestion wanted = question;
    const auto offline = [&](const std::string& entity) {
      return std::any_of(view.tables.begin(), view.tables.end(), [&](const PhoneTable& table) {
        return table.offline && table.entity == entity;
      });
    };
    if (!offline(wanted.entity)) return view;
    auto rows = ReadRows(wanted);
    if (!rows) return Fail(rows.error());
    view.local = *std::move(rows);
    return view;
  };
  auto view = look();
  (void)database_.Execute("COMMIT");
  return view;
}

Result<std::int64_t> PhoneReader::Number(const std::string& sql, const std::string& text) {
  auto statement = database_.Prepare(sql);
  if (!statement) return Fail(statement.error());
  if (!text.empty()) statement->Bind(1, std::string_view(text));
  const auto row = statement->Step();
  if (!row) return Fail(row.error());
  return *row ? statement->Integer(0) : 0;
}

Result<> PhoneReader::ReadTables(PhoneView& view) {
  const auto state = ReadDeviceState(database_);
  if (!state) return Fail(state.error());
  if (!state->policy) return {};
  for (const Entity& entity : state->policy->entities) {
    PhoneTable table = {.entity = entity.name,
                        .label = entity.name,
                        .offline = entity.mode == DeviceMode::kOffline};
    if (const EntitySchema* schema = description_.schema.Find(entity.name)) {
      if (!schema->label.empty()) table.label = schema->label;
    }
    if (table.offline) {
      const auto count = Number("SELECT count(*) FROM " + SqlName(entity.name));
      if (!count) return Fail(count.error());
      table.records = *count;
      view.records += *count;
    }
    view.tables.push_back(std::move(table));
  }
  const auto pages = Number("PRAGMA page_count");
  const auto size = Number("PRAGMA page_size");
  if (!pages || !size) return Fail(pages ? size.error() : pages.error());
  view.bytes = *pages * *size;
  return {};
}

Result<> PhoneReader::ReadChanges(PhoneView& view) {
  const auto entries = ReadOutbox(database_);
  if (!entries) return Fail(entries.error());
  std::vector<OutboxEntry> sent;
  std::vector<OutboxEntry> others;
  for (const OutboxEntry& entry : *entries) {
    const bool to_send = entry.state == EntryState::kWaiting || entry.state == EntryState::kSending;
    (to_send ? sent : others).push_back(entry);
  }
  states_.clear();
  sent = InUploadOrder(std::move(sent), description_.schema);
  sent.insert(sent.end(), others.begin(), others.end());
  for (const OutboxEntry& entry : sent) {
    PhoneChange change = ChangeOf(entry);
    if (entry.state != EntryState::kDropped) states_[{entry.entity, change.id}] = StateFor(change);
    view.changes.push_back(std::move(change));
  }
  return {};
}

PhoneChange PhoneReader::ChangeOf(const OutboxEntry& entry) {
  PhoneChange change = {.seq = entry.seq,
                        .entity = entry.entity,
                        .id = IdText(entry.id),
                        .kind = entry.kind,
                        .state = entry.state,
                        .made_at = entry.made_at,
                        .message = entry.message,
                        .theirs_gone = entry.theirs_gone};
  change.name = NameOf(entry.entity, entry.id, &entry);
  const EntitySchema* schema = description_.schema.Find(entry.entity);
  for (const FieldChange& field : entry.changes) {
    const FieldSchema* known = schema ? schema->Find(field.field) : nullptr;
    if (known == nullptr || known->name == schema->key) continue;  // Types of lookups, the id.
    if (entry.kind == ChangeKind::kDelete) continue;  // The whole row, kept to bring it back.
    if (field.mine == field.base && field.theirs == field.base) continue;
    change.fields.push_back({field.field, known->label.empty() ? known->name : known->label,
                             ShownOf(*known, field.mine), ShownOf(*known, field.before),
                             ShownOf(*known, field.theirs)});
  }
  return change;
}

std::string PhoneReader::NameOf(const std::string& entity, const Value& id,
                                const OutboxEntry* entry) {
  const EntitySchema* schema = description_.schema.Find(entity);
  if (schema == nullptr || schema->primary_name.empty()) return IdText(id);
  // A deleted row is only in its entry.
  for (std::size_t i = 0; entry != nullptr && i < entry->changes.size(); ++i) {
    const FieldChange& change = entry->changes[i];
    if (change.field != schema->primary_name) continue;
    const Value& known =
        std::holds_alternative<std::monostate>(change.mine) ? change.base : change.mine;
    if (const auto* text = std::get_if<std::string>(&known)) return *text;
  }
  const std::string name = KnownNames(database_, description_).OfRecord(entity, id);
  return name.empty() ? IdText(id) : name;
}

std::string PhoneReader::ShownOf(const FieldSchema& field, const Value& value) {
  if (!kLookupTypes.Has(field.type)) return PeopleText(field, ToCell(value));
  const std::string id = IdText(value);
  const std::string name = KnownNames(database_, description_).Of(field, id);
  return name.empty() ? id : name;
}

RowState PhoneReader::StateOf(const std::string& entity, const std::string& id) const {
  const auto at = states_.find({entity, id});
  return at == states_.end() ? RowState::kSynced : at->second;
}

Result<PhoneRows> PhoneReader::ReadRows(const PhoneQuestion& question) {
  PhoneRows rows = {.entity = question.entity, .search = question.search};
  const EntitySchema* schema = description_.schema.Find(question.entity);
  if (schema == nullptr) return rows;
  std::vector<std::string> fields;
  for (const auto& [name, kept] : description_.fields) {
    if (name == question.entity) fields = kept;
  }
  const bool named = schema->Find(schema->primary_name) != nullptr &&
                     std::find(fields.begin(), fields.end(), schema->primary_name) != fields.end();
  const std::string name = SqlName(named ? schema->primary_name : schema->key);
  const FieldSchema* detail = DetailField(*schema, fields);
  const bool search = !question.search.empty() && named;
  const std::string from =
      " FROM " + SqlName(question.entity) +
      (search ? " WHERE " + std::string(kLikeFunction) + "(" + name + ",?1)" : std::string());
  const auto count = Number("SELECT count(*)" + from, search ? Containing(question.search) : "");
  if (!count) return Fail(count.error());
  rows.count = *count;
  rows.first = std::clamp<std::int64_t>(question.first, 0, std::max<std::int64_t>(*count - 1, 0));
  auto statement = database_.Prepare(
      "SELECT " + SqlName(schema->key) + "," + name + "," + SqlName(kVersionColumn) + "," +
      (detail ? SqlName(detail->name) : std::string("NULL")) + from + " ORDER BY " + name +
      (named ? std::string(" COLLATE ") + kTextCollation : std::string()) + "," +
      SqlName(schema->key) + " LIMIT ?2 OFFSET ?3");
  if (!statement) return Fail(statement.error());
  const std::string pattern = Containing(question.search);
  if (search) statement->Bind(1, std::string_view(pattern));
  statement->Bind(2, question.count);
  statement->Bind(3, rows.first);
  Result<bool> more = true;
  while ((more = statement->Step()) && *more) {
    PhoneRow row;
    row.id = IdText(ToValue(statement->At(0)));
    const FieldSchema* of_name = schema->Find(named ? schema->primary_name : schema->key);
    row.name = PeopleText(*of_name, statement->At(1));
    const Cell version = statement->At(2);
    if (!version.null()) {
      row.version = version.kind == Cell::Kind::kInteger ? std::to_string(version.integer)
                                                         : std::string(version.view());
    }
    if (detail) row.detail = ShownOf(*detail, ToValue(statement->At(3)));
    row.state = StateOf(question.entity, row.id);
    rows.rows.push_back(std::move(row));
  }
  if (!more) return Fail(more.error());
  return rows;
}

Result<PhoneRows> PhoneReader::Rows(const EntitySchema& schema,
                                    const std::vector<LocalRecord>& records) {
  PhoneRows rows = {.entity = schema.name, .live = true};
  for (const LocalRecord& record : records) {
    PhoneRow row = {.id = record.id, .version = record.version};
    std::vector<std::string> fields;
    for (const FieldText& value : record.values) fields.push_back(value.field);
    const FieldSchema* detail = DetailField(schema, fields);
    for (const FieldText& value : record.values) {
      if (value.field == schema.primary_name) row.name = value.text;
      if (detail == nullptr || value.field != detail->name) continue;
      row.detail = record.Shown(value.field);
    }
    if (row.name.empty()) row.name = record.id;
    row.state = StateOf(schema.name, record.id);
    rows.rows.push_back(std::move(row));
  }
  rows.count = std::ssize(rows.rows);
  return rows;
}

Result<PhoneRecord> PhoneReader::Form(const EntitySchema& schema,
                                      const std::vector<std::string>& fields,
                                      const LocalRecord& record, bool is_new) {
  PhoneRecord form = {.entity = schema.name, .id = is_new ? "" : record.id};
  form.state = is_new ? RowState::kNew : StateOf(schema.name, record.id);
  for (const std::string& name : fields) {
    const FieldSchema* known = schema.Find(name);
    if (known == nullptr || name == schema.key) continue;
    const bool filled_in = form.state == RowState::kNew && FilledInByServer(known->type);
    PhoneField field = {.name = name,
                        .label = known->label.empty() ? name : known->label,
                        .type = known->type,
                        .required = known->required && !filled_in,
                        .filled_in = filled_in,
                        .choices = known->choices,
                        .targets = known->targets};
    if (!(is_new ? known->creatable : known->updatable)) field.locked = "The server sets it";
    for (const FieldText& value : record.values) {
      if (value.field == name) field.text = value.text;
    }
    field.shown = record.Shown(name);
    if (kDateTypes.Has(known->type) && known->type != FieldType::kDateOnly) {
      if (const auto moment = ParseInstant(field.text)) field.shown = MomentText(*moment) + " UTC";
    }
    if (kLookupTypes.Has(known->type) && field.shown == field.text) {
      field.shown.erase(0, field.text.find('/') + 1);  // The id alone.
    }
    if (name == schema.primary_name) form.name = field.text;
    form.fields.push_back(std::move(field));
  }
  if (form.name.empty()) form.name = record.id;
  return form;
}

Result<std::vector<PhoneTarget>> PhoneReader::Targets(const std::vector<std::string>& entities,
                                                      const std::string& text, std::int64_t most) {
  std::vector<PhoneTarget> found;
  for (const std::string& entity : entities) {
    if (description_.schema.Find(entity) == nullptr) continue;  // Not kept on the phone.
    const auto rows = ReadRows({.entity = entity, .search = text, .count = most});
    if (!rows) return Fail(rows.error());
    for (const PhoneRow& row : rows->rows) found.push_back({entity, row.id, row.name});
  }
  return found;
}

}  // namespace satchel
