#include "engine/sync/upload_runner.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "engine/record/mutant.h"
#include "engine/record/row_version.h"
#include "engine/store/local_meta.h"
#include "engine/store/outbox_settle.h"
#include "engine/store/overlay.h"
#include "engine/sync/upload.h"
#include "engine/sync/upload_items.h"

namespace satchel {

namespace {

using upload::Actions;
using upload::Answer;
using upload::Event;

// A null one was looked for and not found.
using Seen = std::map<std::int64_t, std::optional<ServerRow>>;

ServerRow RowAt(const RowBatch& rows, std::size_t row) {
  ServerRow found;
  for (std::size_t column = 0; column < rows.columns().size(); ++column) {
    const std::string& name = rows.columns()[column].name;
    Value value = ToValue(rows.cell(row, column));
    if (name != kVersionColumn) {
      found.values.push_back({name, std::move(value)});
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      found.version = std::to_string(*number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      found.version = PlainVersion(*text);
    }
  }
  return found;
}

// What the row's stamps say; those that are not `kept` go.
void TakeStamps(const EntitySchema& schema, const std::vector<std::string>& kept, ServerRow& row) {
  const Value* created = ValueOf(row.values, schema.created);
  const Value* modified = ValueOf(row.values, schema.modified);
  const auto told = [](const Value* value) {
    return value && !std::holds_alternative<std::monostate>(*value);
  };
  if (told(created) && told(modified)) row.as_made = *created == *modified;
  std::erase_if(row.values, [&](const FieldValue& value) {
    const bool stamp = value.field == schema.created || value.field == schema.modified;
    return stamp && std::find(kept.begin(), kept.end(), value.field) == kept.end();
  });
}

class Runner {
 public:
  Runner(const UploadRequest& request, CrmServer& server, Database& database, const SyncSink& sink,
         std::stop_token stop, UploadOutcome& outcome)
      : request_(request),
        server_(server),
        database_(database),
        sink_(sink),
        stop_(std::move(stop)),
        outcome_(outcome) {}

  Result<> Run() {
    if (auto ours = CheckOwner(); !ours) return ours;
    const auto counts = CountOutbox(database_);
    if (!counts) return Fail(counts.error());
    to_send_ = counts->to_send();
    if (to_send_ == 0) return {};
    auto settling = Settling::Make(database_);
    if (!settling) return Fail(settling.error());
    settling_.emplace(std::move(*settling));

    upload::Rules rules = {.conflict = request_.policy.sync.conflict,
                           .none_conflicts = !server_.capabilities().row_versions};
    for (const Entity& entity : request_.policy.entities) {
      if (entity.conflict) rules.by_entity.emplace(entity.name, *entity.conflict);
    }
    upload::Session session(std::move(rules));
    const auto items = Items();
    if (!items) return Fail(items.error());
    Report();
    Actions actions = session.On(upload::Begun{*items});
    while (true) {
      auto next = CarryOut(actions);
      if (!next) {
        // The local database failed: what is being sent stays so, and is asked about next time.
        transaction_.reset();
        return Fail(next.error());
      }
      if (!*next) return finished_ ? Fail(*finished_) : Result<>();
      actions = session.On(**next);
    }
  }

 private:
  // An outbox is sent by the user who filled it, or not at all. A user may be nameless.
  Result<> CheckOwner() {
    for (const auto& [name, value] : {std::pair("organization", request_.identity.organization_id),
                                      std::pair("user", request_.identity.user_id)}) {
      const auto bound = ReadMeta(database_, name);
      if (!bound) return Fail(bound.error());
      const bool unbound = bound->empty() && name == std::string_view("organization");
      if (unbound || (*bound != value && !Planted(Mutant::kB62AnotherUsersQueue))) {
        return Fail(ErrorCode::kDenied,
                    std::string("the changes in the local database are another ") + name +
                        "'s; they were not sent (sign in as the one who made them)");
      }
    }
    return {};
  }

  // Changes whenever another connection wrote something, which is what users edit on.
  Result<std::int64_t> DataVersion() {
    auto statement = database_.Prepare("PRAGMA data_version");
    if (!statement) return Fail(statement.error());
    if (const auto row = statement->Step(); !row) return Fail(row.error());
    return statement->Integer(0);
  }

  Result<std::vector<upload::Item>> Items() {
    const auto version = DataVersion();
    if (!version) return Fail(version.error());
    data_version_ = *version;
    const auto entries = ReadOutbox(database_);
    if (!entries) return Fail(entries.error());
    std::vector<upload::Item> items;
    for (const OutboxEntry& entry : *entries) {
      if (entry.state == EntryState::kDropped) continue;
      upload::Item item = upload::ItemOf(entry, request_.schema);
      if (item.unread) {
        const auto comes = MayStillCome(database_, entry);
        if (!comes) return Fail(comes.error());
        item.unread = *comes;
      }
      items.push_back(std::move(item));
    }
    return items;
  }

  // Nothing: it is over.
  Result<std::optional<Event>> CarryOut(const Actions& actions) {
    for (const upload::Action& action : actions) {
      // What was decided is committed together with what is marked as being sent.
      if (const auto* send = std::get_if<upload::Send>(&action)) return Do(*send);
      if (const auto* look = std::get_if<upload::Look>(&action)) {
        if (auto done = Commit(); !done) return Fail(done.error());
        return Do(*look);
      }
      if (std::holds_alternative<upload::Reload>(action)) {
        if (auto done = Commit(); !done) return Fail(done.error());
        auto items = Items();
        if (!items) return Fail(items.error());
        return upload::Reloaded{std::move(*items)};
      }
      if (const auto* finish = std::get_if<upload::Finish>(&action)) {
        finished_ = finish->error;
        if (auto done = Commit(); !done) return Fail(done.error());
        return std::nullopt;
      }
      if (auto settled = Settle(action); !settled) return Fail(settled.error());
    }
    return Fail(ErrorCode::kInvalid, "the upload has nothing to do and no end");
  }

  Result<> Begin() {
    if (transaction_) return {};
    auto begun = Transaction::Begin(database_);
    if (!begun) return Fail(begun.error());
    transaction_.emplace(std::move(*begun));
    return {};
  }

  Result<> Commit() {
    if (!transaction_) return {};
    auto done = transaction_->Commit();
    transaction_.reset();
    if (!done) return done;
    sending_.clear();
    seen_.clear();
    Report();
    return {};
  }

  Result<std::optional<Event>> Do(const upload::Send& send) {
    if (stop_.stop_requested()) return Cancelled();
    if (auto begun = Begin(); !begun) return Fail(begun.error());
    auto marked = settling_->MarkSending(send.parts);
    if (!marked) return Fail(marked.error());
    if (auto done = Commit(); !done) return Fail(done.error());

    upload::Answered answered;
    answered.answers.resize(send.parts.size(), {.kind = Answer::Kind::kChanged});
    WriteRequest request = {.as = request_.as};
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < marked->size(); ++i) {
      std::optional<OutboxEntry>& entry = (*marked)[i];
      if (!entry) continue;
      if (std::string why = upload::WhyNotSendable(*entry, request_.schema); !why.empty()) {
        answered.answers[i] = {.kind = Answer::Kind::kRejected, .words = std::move(why)};
        continue;
      }
      request.operations.push_back(upload::OperationOf(*entry, send.parts[i].unguarded));
      places.push_back(i);
      sending_.emplace(entry->seq, std::move(*entry));
    }
    if (request.operations.empty()) return answered;
    ++outcome_.requests;
    const auto results = server_.Write(request, request_.schema, stop_);
    if (!results) return upload::Refused{results.error()};
    if (results->size() != places.size()) {
      return Fail(ErrorCode::kCorrupt, "the server answered " + std::to_string(results->size()) +
                                           " of " + std::to_string(places.size()) +
                                           " changes (try again)");
    }
    const auto version = DataVersion();
    if (!version) return Fail(version.error());
    answered.edited = *version != data_version_;
    const bool lost = std::any_of(results->begin(), results->end(), [](const WriteResult& result) {
      return result.kind == WriteResult::Kind::kUnknown;
    });
    for (std::size_t i = 0; i < places.size(); ++i) {
      const WriteResult& result = (*results)[i];
      answered.answers[places[i]] = AnswerOf(result);
      // After a lost answer the next request asks what became of it.
      if (result.kind == WriteResult::Kind::kNotSent && !lost) answered.halted = result.error;
    }
    return answered;
  }

  static Answer AnswerOf(const WriteResult& result) {
    Answer answer = {.version = PlainVersion(result.version), .words = result.error.message};
    switch (result.kind) {
      case WriteResult::Kind::kDone:
        answer.kind = Answer::Kind::kDone;
        break;
      case WriteResult::Kind::kConflict:
        answer.kind = Answer::Kind::kConflict;
        break;
      case WriteResult::Kind::kGone:
        answer.kind = Answer::Kind::kGone;
        break;
      case WriteResult::Kind::kRejected:
        answer.kind = Answer::Kind::kRejected;
        break;
      case WriteResult::Kind::kTryLater:
        answer.kind = Answer::Kind::kTryLater;
        break;
      case WriteResult::Kind::kNotSent:
        answer.kind = Answer::Kind::kNotSent;
        break;
      case WriteResult::Kind::kUnguarded:
        answer.kind = Answer::Kind::kUnguarded;
        break;
      case WriteResult::Kind::kUnknown:
        answer.kind = Answer::Kind::kUnknown;
        break;
    }
    return answer;
  }

  Result<std::optional<Event>> Do(const upload::Look& look) {
    if (stop_.stop_requested()) return Cancelled();
    const auto entries = ReadEntries(database_, look.seqs);
    if (!entries) return Fail(entries.error());
    std::map<std::string, std::vector<Value>> ids;
    for (const OutboxEntry& entry : *entries) ids[entry.entity].push_back(entry.id);
    std::map<std::string, std::map<Value, ServerRow>> rows;
    for (const auto& [entity, wanted] : ids) {
      auto read = Read(entity, wanted);
      if (!read) return upload::Failed{read.error()};
      rows.emplace(entity, std::move(*read));
    }

    // What is decided on it is stored in the transaction that compares.
    if (auto begun = Begin(); !begun) return Fail(begun.error());
    const auto now = ReadEntries(database_, look.seqs);
    if (!now) return Fail(now.error());
    std::unordered_map<std::int64_t, const OutboxEntry*> by_seq;
    for (const OutboxEntry& entry : *now) by_seq.emplace(entry.seq, &entry);
    upload::Looked looked;
    for (const std::int64_t seq : look.seqs) {
      const auto at = by_seq.find(seq);
      if (at == by_seq.end()) {
        looked.found.push_back({.settled = true});
        continue;
      }
      const OutboxEntry& entry = *at->second;
      std::optional<ServerRow> row;
      if (const auto found = rows[entry.entity].find(entry.id); found != rows[entry.entity].end()) {
        row = found->second;
      }
      looked.found.push_back({.standing = Compare(entry, row, request_.schema.Find(entry.entity)),
                              .versioned = row && !row->version.empty()});
      seen_.emplace(seq, std::move(row));
    }
    return looked;
  }

  // The records of `ids` that are there, whatever filter the policy has.
  Result<std::map<Value, ServerRow>> Read(const std::string& entity,
                                          const std::vector<Value>& ids) {
    std::map<Value, ServerRow> found;
    const EntitySchema* schema = request_.schema.Find(entity);
    LocalRows* rows = settling_->tables().Rows(entity);
    if (!schema || !rows) return found;
    ReadRequest request = {.query = {.entity = entity},
                           .context = request_.context,
                           .as = request_.as,
                           .page_size = static_cast<int>(kRecordsPerLook)};
    const std::vector<std::string>& kept = rows->table().fields;
    std::vector<std::string> fields = kept;
    for (const std::string& stamp : {schema->created, schema->modified}) {
      if (std::find(kept.begin(), kept.end(), stamp) == kept.end()) fields.push_back(stamp);
    }
    for (const std::string& field : fields) {
      if (field != schema->key && schema->Find(field)) request.fields.push_back(field);
    }
    Condition wanted = {.field = schema->key, .op = Operator::kIn};
    for (const Value& id : ids) wanted.values.push_back(IdText(id));
    request.query.filter.nodes = {{std::move(wanted)}};
    const auto plan = server_.Plan(request, request_.schema);
    if (!plan) return Fail(plan.error());
    std::string cursor = plan->first_cursor;
    while (true) {
      const auto page = server_.ReadPage(*plan, cursor, stop_);
      if (!page) return Fail(page.error());
      outcome_.requests += page->requests;
      for (std::size_t i = 0; i < page->rows.rows(); ++i) {
        ServerRow row = RowAt(page->rows, i);
        const auto key =
            std::find_if(row.values.begin(), row.values.end(),
                         [&](const FieldValue& value) { return value.field == schema->key; });
        if (key == row.values.end()) continue;
        Value id = key->value;
        TakeStamps(*schema, kept, row);
        found.insert_or_assign(std::move(id), std::move(row));
      }
      if (page->next_cursor.empty() || page->next_cursor == cursor) return found;
      cursor = page->next_cursor;
    }
  }

  [[nodiscard]] std::optional<Event> Cancelled() const {
    return upload::Failed{satchel::Cancelled()};
  }

  [[nodiscard]] std::optional<ServerRow> SeenOf(std::int64_t seq) const {
    const auto at = seen_.find(seq);
    return at == seen_.end() ? std::nullopt : at->second;
  }

  Result<> Settle(const upload::Acknowledge& done) {
    ++outcome_.sent;
    const auto sent = sending_.find(done.seq);
    const auto read = sent == sending_.end() ? ReadEntry(database_, done.seq)
                                             : Result<std::optional<OutboxEntry>>();
    if (!read) return Fail(read.error());
    const OutboxEntry* entry = sent != sending_.end() ? &sent->second : *read ? &**read : nullptr;
    if (!entry) return {};
    outcome_.written[entry->entity].insert(entry->id);
    if (const auto row = SeenOf(done.seq); done.seen && row) {
      return settling_->AcknowledgeSeen(done.seq, *row);
    }
    return settling_->Acknowledge(*entry, done.version);
  }

  Result<> Settle(const upload::Action& action) {
    if (auto begun = Begin(); !begun) return begun;
    if (const auto* done = std::get_if<upload::Acknowledge>(&action)) return Settle(*done);
    if (const auto* back = std::get_if<upload::PutBack>(&action)) {
      return settling_->PutBack(back->seq, back->counts);
    }
    if (const auto* count = std::get_if<upload::CountAttempt>(&action)) {
      return settling_->CountAttempt(count->seq);
    }
    if (const auto* base = std::get_if<upload::BaseOn>(&action)) {
      const auto row = SeenOf(base->seq);
      return row ? settling_->BaseOn(base->seq, *row) : Result<>();
    }
    if (const auto* park = std::get_if<upload::Park>(&action)) {
      ++outcome_.parked;
      return settling_->Park(park->seq, park->words, park->uncertain);
    }
    if (const auto* conflict = std::get_if<upload::ParkConflict>(&action)) {
      const auto met =
          settling_->ParkConflict(conflict->seq, conflict->words, SeenOf(conflict->seq));
      if (!met) return Fail(met.error());
      outcome_.conflicts += *met;
      return {};
    }
    if (const auto* theirs = std::get_if<upload::TakeTheirs>(&action)) {
      const auto dropped = settling_->TakeTheirs(theirs->seq, theirs->words, SeenOf(theirs->seq));
      if (!dropped) return Fail(dropped.error());
      outcome_.dropped += *dropped;
      return {};
    }
    if (const auto* rebase = std::get_if<upload::Rebase>(&action)) {
      return settling_->Rebase(rebase->seq, rebase->whole, SeenOf(rebase->seq));
    }
    return {};
  }

  void Report() {
    if (!sink_) return;
    sink_({.step = SyncProgress::Step::kUploading,
           .records = outcome_.sent + outcome_.parked + outcome_.conflicts + outcome_.dropped,
           .total_records = to_send_});
  }

  const UploadRequest& request_;
  CrmServer& server_;
  Database& database_;
  const SyncSink& sink_;
  std::stop_token stop_;
  UploadOutcome& outcome_;
  std::optional<Settling> settling_ = {};
  std::optional<Transaction> transaction_ = {};                 // Of one step's decisions.
  std::unordered_map<std::int64_t, OutboxEntry> sending_ = {};  // Of the last Send.
  Seen seen_ = {};                                              // Of the last Look.
  std::int64_t to_send_ = 0;
  std::int64_t data_version_ = 0;  // When the outbox was read.
  std::optional<Error> finished_ = {};
};

}  // namespace

UploadOutcome RunUpload(const UploadRequest& request, CrmServer& server, Database& database,
                        const SyncSink& sink, std::stop_token stop) {
  UploadOutcome outcome;
  Result<> done;
  {
    Runner runner(request, server, database, sink, std::move(stop), outcome);
    done = runner.Run();
  }
  if (!done) outcome.stopped = done.error();
  const auto counts = CountOutbox(database);
  if (counts) {
    outcome.waiting = counts->to_send();
  } else if (!outcome.stopped) {
    outcome.stopped = counts.error();
  }
  return outcome;
}

}  // namespace satchel
