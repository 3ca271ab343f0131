#include "engine/device/records.h"

#include <algorithm>
#include <utility>

#include "engine/store/edit_check.h"
#include "engine/store/known_names.h"
#include "engine/store/local_edit.h"
#include "engine/store/local_schema.h"
#include "engine/store/outbox.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

Value ValueIn(const RowBatch& rows, std::size_t row, std::string_view column) {
  for (std::size_t i = 0; i < rows.columns().size(); ++i) {
    if (rows.columns()[i].name == column) return ToValue(rows.cell(row, i));
  }
  return {};
}

LocalRecord RecordAt(const RowBatch& rows, std::size_t row, const EntitySchema& schema,
                     const std::vector<std::string>& fields, KnownNames& names) {
  LocalRecord record = {.id = IdText(ValueIn(rows, row, schema.key))};
  const Value version = ValueIn(rows, row, kVersionColumn);
  record.version = ETagOf(ToCell(version));
  for (const std::string& name : fields) {
    const FieldSchema* field = schema.Find(name);
    if (!field) continue;
    record.values.push_back(
        {name, PrintValue(*field, ValueIn(rows, row, name), ValueIn(rows, row, TypeColumn(name)))});
    if (std::string shown = names.Of(*field, record.values.back().text); !shown.empty()) {
      record.names.push_back({name, std::move(shown)});
    }
  }
  return record;
}

Result<> Allowed(const Policy& policy, const std::string& entity, WriteOperation::Kind kind) {
  const Entity* kept = policy.Find(entity);
  const bool create = kind == WriteOperation::Kind::kCreate;
  const bool remove = kind == WriteOperation::Kind::kDelete;
  if (kept && (create ? kept->allow.create : remove ? kept->allow.remove : kept->allow.update)) {
    return {};
  }
  return Fail(ErrorCode::kDenied, entity + ": the policy does not allow to " +
                                      (create   ? "create"
                                       : remove ? "delete"
                                                : "edit") +
                                      " records of it (see 'allow' of the entity)");
}

}  // namespace

Result<DeviceRecords> DeviceRecords::Open(const Parts& parts) {
  auto state = ReadDeviceState(parts.database);
  if (!state) return Fail(state.error());
  if (!state->policy) {
    return Fail(ErrorCode::kNotFound, "this device follows no policy yet (bind it first)");
  }
  return DeviceRecords(parts, *std::move(state));
}

Result<bool> DeviceRecords::Live(const std::string& entity) const {
  const Entity* kept = state_.policy->Find(entity);
  if (!kept) {
    std::vector<std::string> names;
    for (const Entity& each : state_.policy->entities) names.push_back(each.name);
    const std::string near = Nearest(entity, names);
    return Fail(ErrorCode::kNotFound,
                Quoted(entity) + " is no entity of the policy" +
                    (near.empty() ? std::string() : " (did you mean " + Quoted(near) + "?)"));
  }
  return kept->mode == DeviceMode::kOnline || state_.mode == DeviceMode::kOnline;
}

Result<> DeviceRecords::MayEdit() const {
  if (!state_.foreground) return {};
  // The mark may be that of a process that died; then nobody holds the lock.
  const auto free = parts_.lock.TryLock();
  if (!free) return Fail(free.error());
  if (*free) {
    parts_.lock.Unlock();
    return {};
  }
  return Fail(ErrorCode::kConflict,
              "a foreground sync is running, and nobody can edit until it ends (try again then)");
}

Result<Schema> DeviceRecords::ServerSchema(const std::string& entity, std::stop_token stop) {
  auto schema = parts_.server.ReadSchema({entity}, std::move(stop));
  if (schema && !schema->Find(entity)) {
    return Fail(ErrorCode::kNotFound, "the server has no entity " + Quoted(entity));
  }
  return schema;
}

Result<std::vector<LocalRecord>> DeviceRecords::Read(const Query& query, const ListOptions& options,
                                                     const std::string& as, std::stop_token stop) {
  const auto schema = ServerSchema(query.entity, stop);
  if (!schema) return Fail(schema.error());
  const EntitySchema& entity = *schema->Find(query.entity);
  auto fields = ResolveFields(*state_.policy->Find(query.entity), entity);
  if (!fields) return Fail(fields.error());
  ReadRequest request = {
      .query = query, .fields = *fields, .as = as, .labels = state_.policy->sync.include_labels};
  request.page_size = static_cast<int>(
      std::clamp<std::int64_t>(options.limit + options.offset, 1, kDefaultPageSize));
  // The key is asked for by its literal, which needs no user and no moment.
  const auto plan = parts_.server.Plan(request, *schema);
  if (!plan) return Fail(plan.error());
  const auto description = ReadDescription(parts_.database);
  if (!description) return Fail(description.error());
  KnownNames names(parts_.database, *description);
  std::vector<LocalRecord> records;
  std::int64_t skip = options.offset;
  std::string cursor = plan->first_cursor;
  while (std::ssize(records) < options.limit) {
    const auto page = parts_.server.ReadPage(*plan, cursor, stop);
    if (!page) return Fail(page.error());
    names.Add(page->labels);
    for (std::size_t row = 0; row < page->rows.rows(); ++row) {
      if (skip-- > 0) continue;
      if (std::ssize(records) >= options.limit) break;
      records.push_back(RecordAt(page->rows, row, entity, *fields, names));
    }
    if (page->next_cursor.empty() || page->next_cursor == cursor) break;
    cursor = page->next_cursor;
  }
  return records;
}

Result<std::vector<LocalRecord>> DeviceRecords::List(const std::string& entity,
                                                     const ListOptions& options,
                                                     std::stop_token stop) {
  const auto live = Live(entity);
  if (!live) return Fail(live.error());
  if (*live) return Read({.entity = entity}, options, state_.as, std::move(stop));
  const auto description = ReadDescription(parts_.database);
  if (!description) return Fail(description.error());
  return ListRecords(parts_.database, *description, entity, options);
}

Result<LocalRecord> DeviceRecords::Show(const std::string& entity, const std::string& id,
                                        std::stop_token stop) {
  const auto live = Live(entity);
  if (!live) return Fail(live.error());
  if (!*live) {
    const auto description = ReadDescription(parts_.database);
    if (!description) return Fail(description.error());
    return ReadRecord(parts_.database, *description, entity, id);
  }
  return ReadOne(entity, id, state_.as, std::move(stop));
}

Result<LocalRecord> DeviceRecords::ShowOnServer(const std::string& entity, const std::string& id,
                                                std::stop_token stop) {
  if (const auto known = Live(entity); !known) return Fail(known.error());
  return ReadOne(entity, id, {}, std::move(stop));
}

Result<LocalRecord> DeviceRecords::ReadOne(const std::string& entity, const std::string& id,
                                           const std::string& as, std::stop_token stop) {
  const auto schema = ServerSchema(entity, stop);
  if (!schema) return Fail(schema.error());
  Query query = {.entity = entity};
  query.filter.nodes.push_back(
      {Condition{.field = schema->Find(entity)->key, .op = Operator::kEq, .values = {id}}});
  auto found = Read(query, {.limit = 1}, as, stop);
  if (!found) return Fail(found.error());
  if (found->empty()) {
    return Fail(ErrorCode::kNotFound,
                entity + "/" + id + ": the server shows this user no such record");
  }
  return std::move(found->front());
}

Result<bool> DeviceRecords::Pending(const std::string& entity, const std::string& id) const {
  const auto description = ReadDescription(parts_.database);
  if (!description) return Fail(description.error());
  const EntitySchema* schema = description->schema.Find(entity);
  if (!schema) return false;
  const auto key = ReadId(description->schema, *schema, id);
  if (!key) return Fail(key.error());
  const auto entries = EntriesOf(parts_.database, entity, *key);
  if (!entries) return Fail(entries.error());
  return !entries->empty();
}

Result<WriteResult> DeviceRecords::Send(WriteOperation operation, const Schema& schema,
                                        std::stop_token stop) {
  const std::string record =
      operation.entity + (operation.id.empty() ? ": a new record" : "/" + operation.id);
  WriteRequest request = {.as = state_.as};
  request.operations.push_back(std::move(operation));
  const auto unknown = [&](const Error& error) {
    return Fail(error.code, record +
                                ": the server did not answer, so it is not known whether it "
                                "was saved (look at the record before trying again): " +
                                error.message);
  };
  auto results = parts_.server.Write(request, schema, stop);
  if (results && results->front().kind == WriteResult::Kind::kUnguarded) {
    // The record was read just now, which is all that can be done.
    request.operations.front().if_match.clear();
    results = parts_.server.Write(request, schema, std::move(stop));
  }
  if (!results) return unknown(results.error());
  const WriteResult& result = results->front();
  switch (result.kind) {
    case WriteResult::Kind::kDone:
      return result;
    case WriteResult::Kind::kConflict:
      return Fail(ErrorCode::kConflict, record +
                                            ": somebody changed it at the same moment (look at "
                                            "it and try again)");
    case WriteResult::Kind::kGone:
      return Fail(ErrorCode::kNotFound, record + ": the server shows this user no such record");
    case WriteResult::Kind::kTryLater:
    case WriteResult::Kind::kNotSent:
      return Fail(ErrorCode::kOffline, record + ": " + result.error.message);
    case WriteResult::Kind::kUnknown:
      return unknown(result.error);
    case WriteResult::Kind::kUnguarded:
    case WriteResult::Kind::kRejected:
      break;
  }
  return Fail(result.error.While(record));
}

Result<std::string> DeviceRecords::Create(const std::string& entity,
                                          const std::vector<FieldText>& values,
                                          std::stop_token stop) {
  const auto live = Live(entity);
  if (!live) return Fail(live.error());
  if (!*live) {
    if (auto free = MayEdit(); !free) return Fail(free.error());
    return LocalEdits(
               parts_.database, *state_.policy,
               {[this] { return NewGuid(parts_.random); }, [this] { return parts_.clock.Now(); }})
        .Create(entity, values);
  }
  if (auto may = Allowed(*state_.policy, entity, WriteOperation::Kind::kCreate); !may) {
    return Fail(may.error());
  }
  const auto schema = ServerSchema(entity, stop);
  if (!schema) return Fail(schema.error());
  auto read = ReadEdit(*schema, *schema->Find(entity), EditKind::kCreate, values);
  if (!read) return Fail(read.error());
  const EntitySchema& subject = *schema->Find(entity);
  const auto given = std::find_if(read->begin(), read->end(), [&](const FieldValue& value) {
    return value.field == subject.key && !std::holds_alternative<std::monostate>(value.value);
  });
  std::string id;  // Stays empty where the server numbers its records.
  if (given != read->end()) {
    id = IdText(given->value);
  } else if (KeyKindOf(subject) == IdKind::kGuid) {
    id = ToString(NewGuid(parts_.random));
  } else if (KeyKindOf(subject) == IdKind::kText) {
    return Fail(ErrorCode::kInvalid, entity + "." + subject.key + ": a new record must have it");
  }
  auto sent = Send({.kind = WriteOperation::Kind::kCreate,
                    .entity = entity,
                    .id = id,
                    .values = *std::move(read)},
                   *schema, stop);
  if (!sent) return Fail(sent.error());
  return id.empty() ? sent->id : id;
}

Result<> DeviceRecords::Edit(const std::string& entity, const std::string& id,
                             const std::vector<FieldText>& values, std::stop_token stop) {
  const auto live = Live(entity);
  if (!live) return Fail(live.error());
  if (!*live) {
    if (auto free = MayEdit(); !free) return free;
    return LocalEdits(
               parts_.database, *state_.policy,
               {[this] { return NewGuid(parts_.random); }, [this] { return parts_.clock.Now(); }})
        .Edit(entity, id, values);
  }
  if (auto may = Allowed(*state_.policy, entity, WriteOperation::Kind::kUpdate); !may) return may;
  const auto schema = ServerSchema(entity, stop);
  if (!schema) return Fail(schema.error());
  auto read = ReadEdit(*schema, *schema->Find(entity), EditKind::kUpdate, values);
  if (!read) return Fail(read.error());
  const auto now = Show(entity, id, stop);
  if (!now) return Fail(now.error());
  const auto sent = Send({.kind = WriteOperation::Kind::kUpdate,
                          .entity = entity,
                          .id = now->id,
                          .values = *std::move(read),
                          .if_match = now->version},
                         *schema, stop);
  if (!sent) return Fail(sent.error());
  return {};
}

Result<> DeviceRecords::Delete(const std::string& entity, const std::string& id,
                               std::stop_token stop) {
  const auto live = Live(entity);
  if (!live) return Fail(live.error());
  if (!*live) {
    if (auto free = MayEdit(); !free) return free;
    return LocalEdits(
               parts_.database, *state_.policy,
               {[this] { return NewGuid(parts_.random); }, [this] { return parts_.clock.Now(); }})
        .Delete(entity, id);
  }
  if (auto may = Allowed(*state_.policy, entity, WriteOperation::Kind::kDelete); !may) return may;
  const auto schema = ServerSchema(entity, stop);
  if (!schema) return Fail(schema.error());
  const auto now = Show(entity, id, stop);
  if (!now) return Fail(now.error());
  const auto sent = Send({.kind = WriteOperation::Kind::kDelete,
                          .entity = entity,
                          .id = now->id,
                          .if_match = now->version},
                         *schema, stop);
  if (!sent) return Fail(sent.error());
  return {};
}

}  // namespace satchel
