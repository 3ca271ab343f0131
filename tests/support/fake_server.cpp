#include "tests/support/fake_server.h"

#include <charconv>
#include <optional>

namespace satchel {

namespace {

constexpr const char* kWhole = "all";  // A delta cursor that began with the whole table.

// "delta|SINCE|UNTIL|FROM": what changed after SINCE up to UNTIL, from the FROM-th on.
struct DeltaCursor {
  std::string since = {};
  std::int64_t until = 0;
  std::size_t from = 0;
};

std::string Print(const DeltaCursor& cursor) {
  return "delta|" + cursor.since + "|" + std::to_string(cursor.until) + "|" +
         std::to_string(cursor.from);
}

std::int64_t Number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<DeltaCursor> ParseDelta(const std::string& text) {
  const std::size_t one = text.find('|');
  const std::size_t two = text.find('|', one + 1);
  const std::size_t three = text.find('|', two + 1);
  if (text.substr(0, one) != "delta" || three == std::string::npos) return std::nullopt;
  return DeltaCursor{text.substr(one + 1, two - one - 1), Number(text.substr(two + 1)),
                     static_cast<std::size_t>(Number(text.substr(three + 1)))};
}

std::string TextOf(const Value& id) {
  if (const auto* guid = std::get_if<Guid>(&id)) return ToString(*guid);
  if (const auto* text = std::get_if<std::string>(&id)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&id)) return std::to_string(*number);
  return {};
}

// The id of a record as its key keeps it.
Value IdOf(const EntitySchema& entity, const std::string& text) {
  const FieldSchema* key = entity.Find(entity.key);
  if (key && kIdTypes.Has(key->type)) {
    const auto guid = ParseGuid(text);
    return guid ? Value(*guid) : Value();
  }
  if (key && kNumberTypes.Has(key->type)) return Number(text);
  return text;
}

WriteResult Said(WriteResult::Kind kind, const std::string& words) {
  return {.kind = kind, .error = {ErrorCode::kInvalid, words}};
}

}  // namespace

FakeServer::FakeServer(DataSet data) : schema_(data.schema()) {
  for (const auto& [name, entity] : schema_.entities) {
    Table& table = tables_[name];
    const RowBatch* rows = data.Rows(name);
    for (std::size_t row = 0; rows && row < rows->rows(); ++row) {
      Record record;
      Value id;
      for (std::size_t i = 0; i < rows->columns().size(); ++i) {
        const Cell& cell = rows->cell(row, i);
        if (cell.null()) continue;
        record.values[rows->columns()[i].name] = ToValue(cell);
        if (rows->columns()[i].name == entity.key) id = ToValue(cell);
      }
      const auto given = record.values.find(entity.version);
      record.version = given == record.values.end() ? ++version_ : std::get<1>(given->second);
      version_ = std::max(version_, record.version);
      if (entity.Find(entity.version)) record.values[entity.version] = record.version;
      table.records[id] = std::move(record);
    }
  }
}

RowBatch FakeServer::BatchOf(const std::string& entity) const {
  const EntitySchema& schema = *schema_.Find(entity);
  std::vector<RowBatch::Column> columns;
  for (const auto& [name, field] : schema.fields) {
    columns.push_back({name});
    if (field.polymorphic()) columns.push_back({TypeColumn(name)});
  }
  columns.push_back({std::string(kVersionColumn)});
  RowBatch batch(columns);
  for (const auto& [id, record] : tables_.at(entity).records) {
    if (readable && !readable(entity, id)) continue;
    Cell* cells = batch.AddRow();
    for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
      const auto at = record.values.find(columns[i].name);
      if (at == record.values.end()) continue;
      cells[i] = ToCell(at->second);
      if (cells[i].kind == Cell::Kind::kText || cells[i].kind == Cell::Kind::kId) {
        cells[i].bytes = batch.Keep(cells[i].view()).data();
      }
    }
    cells[columns.size() - 1] = Cell::Integer(record.version);
  }
  return batch;
}

const DataSet& FakeServer::Rows() {
  if (changed_ || readable) {  // What is readable may have changed as well.
    std::map<std::string, RowBatch, std::less<>> rows;
    for (const auto& [name, table] : tables_) rows.emplace(name, BatchOf(name));
    rows_ = DataSet(schema_, std::move(rows));
    changed_ = false;
  }
  return rows_;
}

std::vector<RowBatch::Column> FakeServer::ColumnsOf(const ReadRequest& request) const {
  const EntitySchema& schema = *schema_.Find(request.query.entity);
  std::vector<RowBatch::Column> columns = {{schema.key}};
  for (const std::string& name : request.fields) {
    columns.push_back({name});
    if (schema.Find(name)->polymorphic()) columns.push_back({TypeColumn(name)});
  }
  columns.push_back({std::string(kVersionColumn)});
  return columns;
}

void FakeServer::AddRow(const RowBatch& from, std::size_t row, RowBatch& to) const {
  Cell* cells = to.AddRow();
  for (std::size_t c = 0; c < to.columns().size(); ++c) {
    for (std::size_t k = 0; k < from.columns().size(); ++k) {
      if (from.columns()[k].name != to.columns()[c].name) continue;
      cells[c] = from.cell(row, k);
      if (cells[c].kind == Cell::Kind::kText || cells[c].kind == Cell::Kind::kId) {
        cells[c].bytes = to.Keep(cells[c].view()).data();
      }
    }
  }
}

Result<Page> FakeServer::ReadPage(const ReadPlan& plan, const std::string& cursor,
                                  std::stop_token stop) {
  if (on_call) on_call("ReadPage");
  ++pages_read;
  entities_read.push_back(plan.request.query.entity);
  if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
  if (notice_ && !notice_text.empty()) notice_(notice_text);
  if (before_page) {
    if (auto allowed = before_page(pages_read); !allowed) return Fail(allowed.error());
  }
  Query query = plan.request.query;
  if (!plan.exact) query.filter = {}, query.links = {};
  if (!plan.ordered_cut) query.top = 0, query.order.clear();
  const DataSet& data = Rows();
  const auto found = Evaluate(query, schema_, plan.request.context, data);
  if (!found) return Fail(found.error());

  auto from = static_cast<std::size_t>(Number(cursor));
  const auto size = static_cast<std::size_t>(page_size);
  const std::size_t page = from / size;
  if (same_page) from = 0;
  const std::size_t to = std::min(found->size(), from + size);
  if (page > 0) from -= std::min(from, static_cast<std::size_t>(repeat_last));

  const RowBatch& rows = *data.Rows(query.entity);
  Page answer;
  answer.rows = RowBatch(ColumnsOf(plan.request));
  for (std::size_t i = from; i < to; ++i) AddRow(rows, (*found)[i], answer.rows);
  const bool more = same_page || to < found->size();
  if (more) answer.next_cursor = std::to_string((page + 1) * size);
  if (!more && circles) answer.next_cursor = "0";
  if (plan.request.labels) answer.labels.push_back({"u1", "Jana"});
  answer.bytes_received = 100;
  return answer;
}

Result<HighWater> FakeServer::NoteHighWater(const std::string& entity, const Schema&,
                                            const std::string&, std::stop_token stop) {
  if (on_call) on_call("NoteHighWater");
  if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
  const EntitySchema* schema = schema_.Find(entity);
  if (!schema) return Fail(ErrorCode::kInvalid, "the server has no entity '" + entity + "'");
  if (!able.row_versions || schema->version.empty()) {
    if (schema->modified.empty()) return HighWater{};
    return HighWater{.kind = HighWater::Kind::kTime, .time = clock};
  }
  HighWater water = {.kind = HighWater::Kind::kVersion};
  for (const auto& [id, record] : tables_.at(entity).records) {
    if (!readable || readable(entity, id)) water.version = std::max(water.version, record.version);
  }
  return water;
}

Result<ChangePage> FakeServer::ReadChanges(const ReadPlan& plan, const std::string& cursor,
                                           std::stop_token stop) {
  if (on_call) on_call("ReadChanges");
  if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
  const std::string& entity = plan.request.query.entity;
  if (!able.change_tracking || !schema_.Find(entity)->change_tracking) {
    return CrmServer::ReadChanges(plan, cursor, stop);
  }
  if (!may_track) return Fail(ErrorCode::kDenied, entity + ": you may not read every record");
  const auto at = cursor.empty() ? DeltaCursor{.since = kWhole, .until = version_}
                                 : ParseDelta(cursor).value_or(DeltaCursor{.since = "?"});
  const bool whole = at.since == kWhole;
  const std::int64_t since = whole ? 0 : Number(at.since);
  if (at.since == "?" || (!whole && since < expired_before)) {
    return Fail(ErrorCode::kExpired, entity + ": the delta link is too old");
  }
  // A delta that begins takes its end now; the pages after it keep that end.
  const std::int64_t until = at.until == 0 ? version_ : at.until;

  const DataSet& data = Rows();
  const RowBatch& rows = *data.Rows(entity);
  const std::size_t version = rows.columns().size() - 1;
  std::vector<std::pair<std::int64_t, std::size_t>> changed;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const std::int64_t number = rows.cell(row, version).integer;
    if (number > since && number <= until) changed.emplace_back(number, row);
  }
  std::sort(changed.begin(), changed.end());
  std::vector<std::string> removed;
  for (const Buried& gone : tables_.at(entity).buried) {
    if (!whole && gone.version > since && gone.version <= until) removed.push_back(TextOf(gone.id));
  }
  ChangePage page;
  page.rows = RowBatch(ColumnsOf(plan.request));
  const std::size_t all = changed.size() + removed.size();
  const std::size_t to = std::min(all, at.from + static_cast<std::size_t>(page_size));
  for (std::size_t i = at.from; i < to; ++i) {
    if (i < changed.size()) {
      AddRow(rows, changed[i].second, page.rows);
    } else {
      page.removed.push_back(removed[i - changed.size()]);
    }
  }
  if (to < all) {
    page.next_cursor = Print({at.since, until, to});
  } else {
    page.delta_cursor = Print({std::to_string(until), 0, 0});
  }
  page.bytes_received = 100;
  return page;
}

WriteResult FakeServer::Store(const std::string& entity, const Value& id,
                              const std::vector<FieldValue>& values) {
  const EntitySchema& schema = *schema_.Find(entity);
  const auto [at, made] = tables_[entity].records.try_emplace(id);
  Record& record = at->second;
  record.values[schema.key] = id;
  if (made) {
    for (const FieldValue& value : fills_in) record.values[value.field] = value.value;
  }
  for (const FieldValue& value : values) {
    if (std::holds_alternative<std::monostate>(value.value)) {
      record.values.erase(value.field);
    } else {
      record.values[value.field] = value.value;
    }
  }
  record.version = ++version_;
  clock.ticks += kTicksPerSecond;
  if (schema.Find(schema.version)) record.values[schema.version] = record.version;
  if (made && schema.Find(schema.created)) record.values[schema.created] = clock.ticks;
  if (schema.Find(schema.modified)) record.values[schema.modified] = clock.ticks;
  changed_ = true;
  return {.version = tells_versions ? ETagOf(Cell::Integer(record.version)) : ""};
}

void FakeServer::Put(const std::string& entity, const Value& id,
                     const std::vector<FieldValue>& values) {
  (void)Store(entity, id, values);
}

void FakeServer::Remove(const std::string& entity, const Value& id) {
  Table& table = tables_[entity];
  if (table.records.erase(id) == 0) return;
  table.buried.push_back({id, ++version_});
  clock.ticks += kTicksPerSecond;
  changed_ = true;
}

const FakeServer::Record* FakeServer::Find(const std::string& entity, const Value& id) const {
  const auto& records = tables_.at(entity).records;
  const auto at = records.find(id);
  return at == records.end() ? nullptr : &at->second;
}

std::int64_t FakeServer::VersionOf(const std::string& entity, const Value& id) const {
  const Record* record = Find(entity, id);
  return record ? record->version : 0;
}

std::size_t FakeServer::Count(const std::string& entity) const {
  return tables_.at(entity).records.size();
}

// The id of the intersect row that joins the operation's two records.
const Value* FakeServer::Pair(const WriteOperation& operation) const {
  for (const auto& [id, record] : tables_.at(operation.entity).records) {
    const bool same = std::all_of(operation.values.begin(), operation.values.end(),
                                  [&record = record](const FieldValue& v) {
                                    const auto at = record.values.find(v.field);
                                    return at != record.values.end() && at->second == v.value;
                                  });
    if (same) return &id;
  }
  return nullptr;
}

WriteResult FakeServer::Carry(const WriteOperation& operation) {
  using Kind = WriteOperation::Kind;
  if (refuse) {
    if (const auto answer = refuse(operation)) return *answer;
  }
  const EntitySchema* schema = schema_.Find(operation.entity);
  if (!schema) return Said(WriteResult::Kind::kRejected, "no entity '" + operation.entity + "'");
  carried_out.push_back(operation);
  if (operation.kind == Kind::kAssociate || operation.kind == Kind::kDisassociate) {
    const Value* pair = Pair(operation);
    if (operation.kind == Kind::kAssociate && !pair) {
      Guid id;  // The server's own choice.
      for (std::size_t i = 0; i < 8; ++i)
        id.bytes[15 - i] = static_cast<std::uint8_t>(version_ >> (8 * i));
      return Store(operation.entity, id, operation.values);
    }
    if (operation.kind == Kind::kDisassociate && pair) Remove(operation.entity, Value(*pair));
    return {};
  }
  const bool numbered = operation.kind == Kind::kCreate && operation.id.empty();
  const std::string name = numbered ? std::to_string(100 + Count(operation.entity)) : operation.id;
  const Value id = IdOf(*schema, name);
  const Record* record = Find(operation.entity, id);
  WriteResult answer;
  if (operation.kind == Kind::kCreate) {
    answer = record ? Said(WriteResult::Kind::kConflict, "it already exists")
                    : Store(operation.entity, id, operation.values);
    if (numbered) answer.id = name;
  } else if (!record) {
    answer = Said(WriteResult::Kind::kGone, "it does not exist");
  } else if (!operation.if_match.empty() && !takes_preconditions) {
    answer = Said(WriteResult::Kind::kUnguarded, "optimistic concurrency is not enabled");
  } else if (!operation.if_match.empty() &&
             operation.if_match != ETagOf(Cell::Integer(record->version))) {
    answer = Said(WriteResult::Kind::kConflict, "the version does not match");
  } else if (operation.kind == Kind::kUpdate) {
    answer = Store(operation.entity, id, operation.values);
  } else {
    Remove(operation.entity, id);
  }
  if (answer.kind != WriteResult::Kind::kDone) carried_out.pop_back();
  return answer;
}

Result<std::vector<WriteResult>> FakeServer::Write(const WriteRequest& request, const Schema&,
                                                   std::stop_token stop) {
  if (on_call) on_call("Write");
  ++write_calls;
  if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
  const WriteFault fault = write_fault ? write_fault(write_calls) : WriteFault{};
  if (fault.kind == WriteFault::Kind::kAway) return Fail(ErrorCode::kOffline, "no connection");
  const bool lost = fault.kind != WriteFault::Kind::kNone;
  const std::size_t count = request.operations.size();
  const std::size_t answered = !lost ? count : request.together ? 0 : std::min(count, fault.after);
  const std::size_t carried = fault.kind == WriteFault::Kind::kLostBefore ? answered : count;

  const auto tables = tables_;
  const std::size_t before = carried_out.size();
  std::vector<WriteResult> results;
  for (std::size_t i = 0; i < carried; ++i) results.push_back(Carry(request.operations[i]));
  const auto failed = std::find_if(results.begin(), results.end(), [](const WriteResult& result) {
    return result.kind != WriteResult::Kind::kDone;
  });
  if (request.together && failed != results.end()) {
    const WriteResult why = *failed;
    tables_ = tables;
    changed_ = true;
    carried_out.resize(before);
    results.assign(count, why);
  }
  results.resize(answered);
  results.resize(count, {.kind = WriteResult::Kind::kUnknown,
                         .error = {ErrorCode::kOffline, "the answer was lost"}});
  return results;
}

Result<> FakeServer::ReadBody(const BodyRequest& request, const Schema&, const BodyPieces& sink,
                              std::stop_token stop) {
  if (on_call) on_call("ReadBody");
  ++bodies_read;
  if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
  const auto body = bodies.find(request.id);
  if (body == bodies.end()) return Fail(ErrorCode::kNotFound, "there is no body");
  if (static_cast<std::int64_t>(body->second.size()) > request.most) {
    return Fail(ErrorCode::kCorrupt, "it is larger than was said");
  }
  const std::string_view whole = body->second;
  if (auto taken = sink(whole.substr(0, whole.size() / 2)); !taken) return taken;
  if (body_fault) {
    if (auto fine = body_fault(bodies_read); !fine) return fine;
  }
  return sink(whole.substr(whole.size() / 2));
}

}  // namespace satchel
