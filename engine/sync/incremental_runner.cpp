#include "engine/sync/incremental_runner.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <utility>

#include "engine/record/mutant.h"
#include "engine/store/labels.h"
#include "engine/store/local_meta.h"
#include "engine/store/local_tables.h"
#include "engine/store/overlay.h"
#include "engine/store/publish.h"
#include "engine/sync/drive.h"
#include "engine/sync/filter_reach.h"
#include "engine/sync/full_download.h"
#include "engine/sync/id_set.h"
#include "engine/sync/incremental.h"
#include "engine/sync/incremental_plan.h"
#include "engine/sync/mark_book.h"
#include "engine/sync/tuning.h"

namespace satchel {

namespace {

using Clock = std::chrono::steady_clock;  // For durations only.
using incremental::Read;

struct EntityRun {
  const Entity* entity = nullptr;
  IncrementalPlan plan = {};
  std::unique_ptr<EntityMerge> merge = {};
  SyncCursor next = {};  // To be published.
  std::vector<Value> missing = {};
  std::optional<Publication::Staged> staged = {};  // Read in full.
  int pages = 0;
  bool reads_changes = true;
  EntityChange change = {};
};

class Runner {
 public:
  Runner(const IncrementalRequest& request, CrmServer& server, Database& database,
         const SyncSink& sink, std::stop_token stop)
      : request_(request.what),
        sweep_(request.sweep),
        only_followed_(request.only_followed),
        catches_up_(request.catches_up),
        just_written_(request.just_written),
        server_(server),
        database_(database),
        sink_(sink),
        stop_(stop),
        marks_(request_, server) {}

  Result<IncrementalOutcome> Run();
  // Something read in full had been begun by an earlier sync.
  [[nodiscard]] bool resumed() const { return resumed_; }

 private:
  using Answer = std::vector<incremental::Event>;
  Result<std::vector<incremental::Start>> Prepare();
  Answer Do(const incremental::NoteMark& action);
  Answer Do(const incremental::AskMoved& action);
  Answer Do(const incremental::Plan& action);
  Answer Do(const incremental::Fetch& action);
  Answer Do(const incremental::Stage& action);
  Answer Do(const incremental::Compare& action);
  Answer Do(const incremental::ReadFull& action);
  Answer Do(const incremental::Skip& action);
  Answer Do(const incremental::Publish& action);
  Answer Do(const incremental::Finish& action);

  Answer Failure(Error error) const;
  Result<std::string> WhyMoved(EntityRun& run);
  Result<bool> Any(EntityRun& run, const Query& query);
  Result<> NoteLinked(EntityRun& run);
  Result<> ReadPages(const std::string& cursor);
  void TakePage(Page page);
  void TakeChanges(ChangePage page);
  Result<> ForgetIfWentBack(const EntityRun& run);
  Result<> NoteInterrupted();
  void Report(SyncProgress::Step step, std::string notice = {});
  void ListenForNotices();

  const FullSyncRequest& request_;
  bool sweep_;
  bool only_followed_;
  bool catches_up_;
  const IdsByEntity& just_written_;
  CrmServer& server_;
  Database& database_;
  const SyncSink& sink_;
  std::stop_token stop_;
  MarkBook marks_;
  std::vector<std::unique_ptr<EntityRun>> runs_ = {};
  std::vector<std::string> left_ = {};  // Entities this sync has nothing to do with.
  std::size_t current_ = 0;
  Read read_ = Read::kChanges;             // Under way.
  ReadPlan plan_ = {};                     // Its plan.
  bool tracking_ = false;                  // It goes through ReadChanges.
  IdSet ids_ = {};                         // It brought so far.
  Page page_ = {};                         // Received, to be staged.
  std::vector<std::string> removed_ = {};  // Likewise.
  bool resumed_ = false;
  std::int64_t total_records_ = 0;
  std::int64_t bytes_ = 0;
  Result<> result_ = {};
};

Result<std::vector<incremental::Start>> Runner::Prepare() {
  const std::string rights = RightsHash(request_);
  std::vector<incremental::Start> starts;
  for (const Entity& entity : request_.policy.entities) {
    if (entity.mode != DeviceMode::kOffline) continue;
    auto run = std::make_unique<EntityRun>();
    run->entity = &entity;
    run->change.name = entity.name;
    auto cursor = ReadSyncCursor(database_, entity.name);
    if (!cursor) return Fail(cursor.error());
    auto plan = PlanIncremental(request_, rights, sweep_, entity, std::move(*cursor), server_);
    if (!plan) return Fail(plan.error());
    run->plan = std::move(*plan);
    const IncrementalPlan& made = run->plan;
    if (only_followed_ && made.choice.start.full) {
      left_.push_back(entity.name);
      continue;
    }
    run->change.why = made.choice.why;
    run->change.sweep_why = made.choice.sweep_why;
    run->next = made.cursor.value_or(SyncCursor{.entity = entity.name});
    run->next.interrupted = 0;
    if (!made.choice.start.full) {
      MergeEntity merge = made.merge;
      merge.catches_up = catches_up_;
      run->merge = std::make_unique<EntityMerge>(database_, request_.schema, request_.context,
                                                 std::move(merge));
      if (auto begun = run->merge->Begin(); !begun) return Fail(begun.error());
    }
    run->reads_changes = made.choice.start.changes;
    starts.push_back(made.choice.start);
    runs_.push_back(std::move(run));
  }
  return starts;
}

Result<IncrementalOutcome> Runner::Run() {
  if (auto none = ForgetLabelsSetAside(database_); !none) return Fail(none.error());
  auto starts = Prepare();
  if (!starts) return Fail(starts.error());
  const std::stop_callback interrupt(stop_, [this] { database_.Interrupt(); });
  ListenForNotices();
  incremental::Session session;
  Drive<incremental::Failed>(session, Answer{incremental::Begun{std::move(*starts)}},
                             [this](const incremental::Action& action) {
                               return std::visit([this](const auto& a) { return Do(a); }, action);
                             });
  server_.OnNotice({});
  for (const auto& run : runs_) {
    if (!run->merge) continue;
    if (auto ended = run->merge->End(); !ended && result_) result_ = ended;
  }
  if (!result_) {
    (void)NoteInterrupted();
    return Fail(result_.error());
  }
  IncrementalOutcome outcome;
  for (const auto& run : runs_) outcome.entities.push_back(std::move(run->change));
  const bool none = !outcome.entities.empty() &&
                    std::all_of(outcome.entities.begin(), outcome.entities.end(),
                                [](const EntityChange& change) { return change.error; });
  if (none) return Fail(*outcome.entities.front().error);
  return outcome;
}

Runner::Answer Runner::Failure(Error error) const {
  if (stop_.stop_requested()) return {incremental::Failed{Cancelled()}};
  return {incremental::Failed{std::move(error)}};
}

Runner::Answer Runner::Do(const incremental::NoteMark& action) {
  current_ = action.entity;
  EntityRun& run = *runs_[current_];
  Report(SyncProgress::Step::kDownloading);
  const auto mark = marks_.Note(run.change.name, run.change.requests, run.change.bytes, stop_);
  if (!mark) return Failure(mark.error());
  run.next.mark = Print(*mark);
  return {incremental::Noted{*mark}};
}

Result<bool> Runner::Any(EntityRun& run, const Query& query) {
  const auto plan = PlanOne(query, request_, server_);
  if (!plan) return Fail(plan.error());
  if (!plan->exact) return true;  // It cannot be asked; it may be.
  const auto page = server_.ReadPage(*plan, plan->first_cursor, stop_);
  if (!page) return Fail(page.error());
  run.change.requests += page->requests;
  run.change.bytes += page->bytes_received;
  bytes_ += page->bytes_received;
  return page->rows.rows() > 0;
}

// Why records may have come into or left the filter without being changed; empty: they have not, as
// far as a request each can tell.
Result<std::string> Runner::WhyMoved(EntityRun& run) {
  const SyncCursor& before = *run.plan.cursor;
  for (const std::string& entity : run.plan.reached) {
    const auto noted = marks_.Note(entity, run.change.requests, run.change.bytes, stop_);
    if (!noted) return Fail(noted.error());
    const auto stored = before.linked.find(entity);
    const auto mark = stored == before.linked.end() ? std::nullopt : ParseHighWater(stored->second);
    const EntitySchema* schema = request_.schema.Find(entity);
    bool changed = !mark || !schema || mark->kind != noted->kind;
    if (!changed && noted->kind == HighWater::Kind::kVersion) changed = *mark != *noted;
    if (!changed && noted->kind != HighWater::Kind::kVersion) {
      const auto query = ChangedSince(*schema, *mark);
      const auto any = query ? Any(run, *query) : Result<bool>(true);
      if (!any) return Fail(any.error());
      changed = *any;
    }
    if (Planted(Mutant::kB05ParentUnnoticed)) changed = false;
    if (changed) return entity + ", which its filter looks at, changed";
  }
  if (before.frozen == run.plan.frozen) return std::string();
  FilterContext then = request_.context;
  then.now = before.swept;
  const auto queries = QueriesAcross(run.plan.merge.query, request_.schema, then, request_.context);
  if (!queries) return std::string("a date window moved");
  for (const Query& query : *queries) {
    const auto any = Any(run, query);
    if (!any) return Fail(any.error());
    if (*any) return std::string("a date window passed records");
  }
  return std::string();
}

Runner::Answer Runner::Do(const incremental::AskMoved& action) {
  EntityRun& run = *runs_[action.entity];
  const auto why = WhyMoved(run);
  if (!why) return Failure(why.error());
  run.change.sweep_why = why->empty() ? "nothing it depends on changed" : *why;
  return {incremental::Moved{!why->empty()}};
}

// Before a sweep begins: what it depends on is known to be at least as new.
Result<> Runner::NoteLinked(EntityRun& run) {
  run.next.linked.clear();
  for (const std::string& entity : run.plan.reached) {
    const auto mark = marks_.Note(entity, run.change.requests, run.change.bytes, stop_);
    if (!mark && mark.error().code == ErrorCode::kDenied) continue;
    if (!mark) return Fail(mark.error());
    run.next.linked[entity] = Print(*mark);
  }
  run.next.swept = request_.context.now;
  run.next.syncs = -1;  // Counted up below.
  run.next.frozen = run.plan.frozen;
  run.next.rights = run.plan.rights;
  return {};
}

Runner::Answer Runner::Do(const incremental::Plan& action) {
  EntityRun& run = *runs_[action.entity];
  read_ = action.read;
  ids_ = {};
  std::span<const Value> ids;
  if (read_ == Read::kMissing) {
    const std::size_t from = action.part * kIdsPerRequest;
    ids = std::span(run.missing).subspan(from, std::min(kIdsPerRequest, run.missing.size() - from));
  }
  if (read_ == Read::kSweep) {
    run.change.swept = true;
    if (auto noted = NoteLinked(run); !noted) return Failure(noted.error());
  }
  auto plan = PlanRead(run.plan, read_, ids, request_, server_);
  if (!plan) return Failure(plan.error());
  plan_ = std::move(*plan);
  tracking_ = read_ == Read::kDelta || (read_ == Read::kSweep && run.plan.tracked);
  if (read_ == Read::kDelta) return {incremental::Planned{run.plan.cursor->delta}};
  // A delta link that was granted before is replaced, and by nothing when it is granted no more.
  if (read_ == Read::kSweep) run.next.delta.clear();
  return {incremental::Planned{tracking_ ? std::string() : plan_.first_cursor}};
}

void Runner::TakePage(Page page) {
  page_ = std::move(page);
}

void Runner::TakeChanges(ChangePage page) {
  EntityRun& run = *runs_[current_];
  if (page.next_cursor.empty()) run.next.delta = page.delta_cursor;
  removed_ = std::move(page.removed);
  page_ = {.rows = std::move(page.rows),
           .next_cursor = std::move(page.next_cursor),
           .labels = std::move(page.labels),
           .bytes_received = page.bytes_received,
           .requests = page.requests};
}

Result<> Runner::ReadPages(const std::string& cursor) {
  EntityRun& run = *runs_[current_];
  removed_.clear();
  if (tracking_) {
    auto changes = server_.ReadChanges(plan_, cursor, stop_);
    if (changes) {
      TakeChanges(std::move(*changes));
      return {};
    }
    const ErrorCode code = changes.error().code;
    const bool refused = code == ErrorCode::kDenied || code == ErrorCode::kUnsupported;
    if (read_ == Read::kDelta || !refused || !cursor.empty()) return Fail(changes.error());
    // The user may not follow the whole table; the sweep goes the ordinary way.
    run.next.untracked = true;
    run.plan.tracked = tracking_ = false;
    auto page = server_.ReadPage(plan_, plan_.first_cursor, stop_);
    if (!page) return Fail(page.error());
    TakePage(std::move(*page));
    return {};
  }
  auto page = server_.ReadPage(plan_, cursor, stop_);
  if (!page) return Fail(page.error());
  TakePage(std::move(*page));
  return {};
}

Runner::Answer Runner::Do(const incremental::Fetch& action) {
  EntityRun& run = *runs_[current_];
  if (stop_.stop_requested()) return Failure({});
  if (auto read = ReadPages(action.cursor); !read) {
    if (read_ == Read::kDelta) run.next.delta.clear();
    return Failure(read.error());
  }
  incremental::Received received = {.rows = static_cast<std::int64_t>(page_.rows.rows()),
                                    .next_cursor = page_.next_cursor};
  const auto key = page_.rows.Find(run.plan.merge.table.key);
  for (std::size_t row = 0; key && row < page_.rows.rows(); ++row) {
    if (ids_.Insert(page_.rows.cell(row, *key))) ++received.new_rows;
  }
  if (read_ == Read::kChanges || read_ == Read::kMissing) {
    run.change.received += received.rows;
    total_records_ += received.rows;
  }
  ++run.pages;
  run.change.bytes += page_.bytes_received;
  run.change.requests += page_.requests;
  bytes_ += page_.bytes_received;
  Report(SyncProgress::Step::kDownloading);
  return {std::move(received)};
}

Runner::Answer Runner::Do(const incremental::Stage& action) {
  EntityMerge& merge = *runs_[action.entity]->merge;
  Result<> staged;
  switch (action.read) {
    case Read::kDelta:
      staged = merge.AddRemoved(removed_);
      break;
    case Read::kIds:
      staged = merge.AddChangedIds(page_.rows);
      break;
    case Read::kChanges:
    case Read::kMissing:
      staged = merge.AddRows(page_.rows, page_.labels);
      break;
    case Read::kSweep:
      staged = merge.AddSweep(page_.rows);
      break;
  }
  page_ = {};
  if (!staged) return Failure(staged.error());
  return {};
}

Runner::Answer Runner::Do(const incremental::Compare& action) {
  EntityRun& run = *runs_[action.entity];
  ++run.next.syncs;
  // By time a read side that is too far behind brings them never.
  const auto mark = ParseHighWater(run.next.mark);
  const bool counts = mark && mark->kind == HighWater::Kind::kVersion;
  auto back = run.merge->ToReadBack(!run.reads_changes || !counts);
  if (!back) return Failure(back.error());
  run.missing = std::move(*back);
  if (!run.missing.empty()) {
    if (auto asked = run.merge->Ask(run.missing); !asked) return Failure(asked.error());
  }
  if (run.change.swept) {
    auto compared = run.merge->Compare(stop_);
    // What the sweep does not have leaves, also when it was written here a moment ago.
    if (!compared) return Failure(compared.error());
    const auto count = static_cast<std::int64_t>(compared->ids.size());
    if (compared->ids.size() > kMostMissing && 2 * count > compared->swept) {
      return {incremental::Compared{.full = true}};
    }
    run.missing = std::move(compared->asked);
    const std::set<Value> asked(run.missing.begin(), run.missing.end());
    for (Value& id : compared->ids) {
      if (!asked.contains(id)) run.missing.push_back(std::move(id));
    }
  }
  return {incremental::Compared{(run.missing.size() + kIdsPerRequest - 1) / kIdsPerRequest}};
}

Runner::Answer Runner::Do(const incremental::ReadFull& action) {
  current_ = action.entity;
  EntityRun& run = *runs_[current_];
  run.change.full = true;
  if (action.why != incremental::Reread::kAsked) run.change.why = incremental::Why(action.why);
  // Seen from outside it is one of the entities of this sync.
  const SyncSink sink = [&](const SyncProgress& progress) {
    if (!sink_) return;
    SyncProgress told = progress;
    told.index = current_;
    told.count = runs_.size();
    told.total_records += total_records_;
    told.bytes += bytes_;
    sink_(told);
  };
  auto download =
      DownloadInFull(request_, {run.change.name}, marks_, server_, database_, sink, stop_);
  ListenForNotices();
  if (!download) return Failure(download.error());
  resumed_ = resumed_ || download->resumed;
  const EntityOutcome& outcome = download->outcome.entities.front();
  run.staged = std::move(download->staged.front());
  if (auto forgot = ForgetIfWentBack(run); !forgot) return Failure(forgot.error());
  run.change.received += outcome.matched;
  run.change.requests += outcome.requests;
  run.change.bytes += outcome.bytes;
  for (const std::string& sentence : outcome.unexpressed) run.change.warnings.push_back(sentence);
  total_records_ += outcome.matched;
  bytes_ += outcome.bytes;
  return {incremental::FullyRead{}};
}

// Also where the policy, a new identity or a dead link had it read in full.
Result<> Runner::ForgetIfWentBack(const EntityRun& run) {
  if (!run.plan.cursor) return {};
  const auto before = ParseHighWater(run.plan.cursor->mark);
  const auto now = ParseHighWater(run.staged->cursor.mark);
  if (!before || !now || !incremental::WentBack(*before, *now)) return {};
  return ForgetWritten(database_, run.change.name, just_written_);
}

Runner::Answer Runner::Do(const incremental::Skip& action) {
  runs_[action.entity]->change.error = action.error;
  return {};
}

Runner::Answer Runner::Do(const incremental::Publish&) {
  Report(SyncProgress::Step::kPublishing);
  Publication publication = {.copied_rows = request_.copied_rows};
  for (const Entity& entity : request_.policy.entities) {
    if (entity.mode == DeviceMode::kOffline) publication.order.push_back(entity.name);
  }
  std::vector<std::string> as_they_are = left_;
  for (const auto& run : runs_) {
    if (run->change.error) {
      as_they_are.push_back(run->change.name);
    } else if (run->staged) {
      publication.staged.push_back(*run->staged);
    } else {
      publication.merged.push_back({run->merge.get(), run->next});
    }
  }
  if (!as_they_are.empty()) {
    auto tables = LocalTables::Read(database_);
    if (!tables) return Failure(tables.error());
    for (const std::string& entity : as_they_are) {
      const LocalRows* rows = tables->Rows(entity);
      if (rows) publication.as_they_are.push_back(rows->table());
    }
  }
  const auto published = PublishSync(database_, request_.schema, publication, stop_);
  if (!published) return Failure(published.error());
  incremental::Mismatched mismatched;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    EntityRun& run = *runs_[i];
    const auto& names = published->mismatched;
    if (std::find(names.begin(), names.end(), run.change.name) != names.end()) {
      run.change.warnings.emplace_back(
          "what was stored was not what the sweep said; it was read in full (check the disk if "
          "this happens again)");
      mismatched.entities.push_back(i);
    }
  }
  if (!mismatched.entities.empty()) return {std::move(mismatched)};
  for (const auto& run : runs_) {
    const auto counts = published->entities.find(run->change.name);
    if (counts != published->entities.end()) {
      run->change.added = counts->second.added;
      run->change.updated = counts->second.updated;
      run->change.removed = counts->second.removed;
      run->change.pending = counts->second.pending;
    }
    const auto kept = published->kept.find(run->change.name);
    if (kept != published->kept.end()) run->change.kept = kept->second;
  }
  return {incremental::Published{}};
}

Runner::Answer Runner::Do(const incremental::Finish& action) {
  if (action.error) result_ = Fail(*action.error);
  return {};
}

// A read of changes that got somewhere and broke off begins anew next time; after some such times
// the entity is read in full, which goes on where it stopped.
Result<> Runner::NoteInterrupted() {
  for (const auto& run : runs_) {
    const auto& cursor = run->plan.cursor;
    if (!cursor || run->change.full || run->pages < 2 || stop_.stop_requested()) continue;
    SyncCursor counted = *cursor;
    ++counted.interrupted;
    if (auto put = WriteSyncCursor(database_, counted); !put) return put;
  }
  return {};
}

void Runner::ListenForNotices() {
  server_.OnNotice(
      [this](const std::string& notice) { Report(SyncProgress::Step::kNotice, notice); });
}

void Runner::Report(SyncProgress::Step step, std::string notice) {
  if (!sink_) return;
  const bool none = runs_.empty();
  sink_({.step = step,
         .entity = none ? std::string() : runs_[current_]->change.name,
         .index = current_,
         .count = runs_.size(),
         .records = none ? 0 : runs_[current_]->change.received,
         .total_records = total_records_,
         .bytes = bytes_,
         .notice = std::move(notice)});
}

Result<IncrementalOutcome> RunOnce(const IncrementalRequest& request, CrmServer& server,
                                   Database& database, const SyncSink& sink, std::stop_token stop,
                                   bool& resumed) {
  Runner runner(request, server, database, sink, stop);
  auto outcome = runner.Run();
  resumed = runner.resumed();
  return outcome;
}

}  // namespace

Result<IncrementalOutcome> RunIncremental(const IncrementalRequest& request, CrmServer& server,
                                          Database& database, const SyncSink& sink,
                                          std::stop_token stop) {
  if (auto made = CreateMeta(database); !made) return Fail(made.error());
  auto bound = BindOwner(database, server.base_url(), request.what.organization, request.what.user);
  if (!bound) return Fail(bound.error());
  bool resumed = false;
  auto outcome = RunOnce(request, server, database, sink, stop, resumed);
  if (!outcome || !resumed) return outcome;
  // Part of it is as old as the sync that was interrupted: what happened since is caught up with.
  IncrementalRequest again = request;
  again.sweep = again.only_followed = again.catches_up = true;
  auto caught_up = RunOnce(again, server, database, sink, stop, resumed);
  if (!caught_up) {
    if (stop.stop_requested()) return caught_up;
    // All the same it is a whole read: a link that keeps breaking must not hold it up for ever.
    for (EntityChange& change : outcome->entities) {
      if (!change.full) continue;
      change.warnings.push_back("what changed since its read began comes with the next sync: " +
                                caught_up.error().message);
    }
    return outcome;
  }
  for (const EntityChange& then : caught_up->entities) {
    const auto at = std::find_if(outcome->entities.begin(), outcome->entities.end(),
                                 [&](const EntityChange& e) { return e.name == then.name; });
    if (at == outcome->entities.end()) continue;
    EntityChange& first = *at;
    first.swept = then.swept;
    first.received += then.received;
    first.added += then.added;
    first.updated += then.updated;
    first.removed += then.removed;
    first.kept = then.kept;
    first.pending = then.pending;
    first.requests += then.requests;
    first.bytes += then.bytes;
    first.error = then.error;  // What could not be read before may have been read now.
  }
  return outcome;
}

}  // namespace satchel
