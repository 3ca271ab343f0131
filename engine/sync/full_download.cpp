#include "engine/sync/full_download.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "engine/record/mutant.h"
#include "engine/store/local_meta.h"
#include "engine/sync/drive.h"
#include "engine/sync/filter_reach.h"
#include "engine/sync/full_sync.h"
#include "engine/sync/id_set.h"
#include "engine/sync/page_writer.h"
#include "engine/sync/tuning.h"

namespace satchel {

namespace {

using Clock = std::chrono::steady_clock;  // For durations only.

struct EntityRun {
  EntityRead read = {};
  RowKeys keys = {};
  IdSet ids = {};
  std::int64_t rows = 0;  // Received, an earlier run's included.
  std::string mark = {};
  std::map<std::string, std::string> linked = {};  // Marks of what the filter looks at.
  Clock::time_point started = {};
  EntityOutcome outcome = {};
};

// The moment an interrupted run had captured, if it is recent enough to go on with.
Result<Instant> MomentOf(Database& database, Instant now) {
  auto left = database.Prepare("SELECT 1 FROM \"@staging\"");
  if (!left) return Fail(left.error());
  const auto any = left->Step();
  if (!any) return Fail(any.error());
  left->Reset();
  const auto stored = ReadMeta(database, "staging_now");
  if (!stored) return Fail(stored.error());
  const auto before = ParseInstant(*stored);
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(kMaxResumeAge).count();
  if (*any && before && before->ticks <= now.ticks &&
      now.ticks - before->ticks <= age * kTicksPerSecond) {
    return *before;
  }
  if (auto fresh = database.Execute("DELETE FROM \"@staging\""); !fresh) return Fail(fresh.error());
  if (auto put = WriteMeta(database, "staging_now", ToString(now)); !put) return Fail(put.error());
  return now;
}

class Runner {
 public:
  Runner(const FullSyncRequest& request, const std::vector<std::string>& only, MarkBook& marks,
         CrmServer& server, Database& database, const SyncSink& sink, std::stop_token stop)
      : request_(request),
        only_(only),
        marks_(marks),
        server_(server),
        database_(database),
        sink_(sink),
        user_stop_(stop) {}

  Result<StagedDownload> Run(bool& resumed);

 private:
  Result<std::vector<full_sync::Start>> Prepare(Staging& staging, bool& resumed);
  // What comes of an action: the next event, or nothing.
  using Answer = std::vector<full_sync::Event>;
  Answer Do(const full_sync::NoteMark& action);
  Answer Do(const full_sync::Plan& action);
  Answer Do(const full_sync::Prepare& action);
  Answer Do(const full_sync::Fetch& action);
  Answer Do(const full_sync::Stage& action);
  Answer Do(const full_sync::PlanHelper& action);
  Answer Do(const full_sync::Complete& action);
  Answer Do(const full_sync::Publish& action);
  Answer Do(const full_sync::Finish& action);

  Answer Push(PageWriter::Job job);
  Answer Failure(Error error) const;
  Result<> CountCut(EntityRun& run);
  void ReportDone();
  void Report(SyncProgress::Step step, std::string notice = {});
  [[nodiscard]] std::stop_token stop() const { return failed_.get_token(); }

  const FullSyncRequest& request_;
  const std::vector<std::string>& only_;
  MarkBook& marks_;
  CrmServer& server_;
  Database& database_;
  const SyncSink& sink_;
  std::stop_token user_stop_;
  std::stop_source failed_ = {};  // The user stopped it, or the writer failed.
  std::vector<std::unique_ptr<EntityRun>> runs_ = {};
  std::unique_ptr<PageWriter> writer_ = {};
  std::size_t current_ = 0;  // Entity being read.
  std::size_t helper_ = 0;
  IdSet helper_ids_ = {};
  Page page_ = {};  // Received, to be staged.
  std::int64_t total_records_ = 0;
  std::int64_t bytes_ = 0;
  Result<> result_ = {};
};

Result<std::vector<full_sync::Start>> Runner::Prepare(Staging& staging, bool& resumed) {
  std::vector<full_sync::Start> starts;
  for (const Entity& entity : request_.policy.entities) {
    if (entity.mode != DeviceMode::kOffline) continue;
    if (std::find(only_.begin(), only_.end(), entity.name) == only_.end()) continue;
    auto run = std::make_unique<EntityRun>();
    auto read = PlanEntity(request_, entity, server_);
    if (!read) return Fail(read.error());
    run->read = std::move(*read);
    run->keys = MakeRowKeys(run->read.staged.table, staging.folder());
    run->outcome.name = entity.name;
    run->outcome.filtered_on_device = run->read.staged.finish;
    run->outcome.unexpressed = run->read.plan.unexpressed;
    for (const LocalTable& helper : run->read.staged.helpers) {
      run->outcome.helpers.push_back(helper.entity);
    }
    run->outcome.table = run->read.staged.table;

    full_sync::Start start = {.entity = entity.name};
    const auto earlier = staging.Find(entity.name, run->read.staged.identity);
    if (!earlier) return Fail(earlier.error());
    if (*earlier && ((*earlier)->complete || !(*earlier)->cursor.empty())) {
      const StagedState& state = **earlier;
      resumed = true;
      start.complete = state.complete;
      start.cursor = state.cursor;
      run->mark = state.mark;
      run->rows = state.rows;
      run->outcome.records = state.records;
      run->outcome.matched = state.matched;
      run->outcome.bytes = state.bytes;
      run->outcome.requests = state.requests;
      total_records_ += state.rows;
      bytes_ += state.bytes;
      if (!state.complete) {
        auto read_back = staging.ReadBack(run->read.staged, run->keys,
                                          [&](const Cell& id) { run->ids.Insert(id); });
        if (!read_back) return Fail(read_back.error());
      }
    }
    starts.push_back(std::move(start));
    runs_.push_back(std::move(run));
  }
  return starts;
}

Result<StagedDownload> Runner::Run(bool& resumed) {
  Staging staging(database_, request_.schema, request_.context, request_.background,
                  request_.copied_rows);
  auto starts = Prepare(staging, resumed);
  if (!starts) return Fail(starts.error());

  {
    // Either stop ends both halves: a fetch by the token, a statement by an interrupt.
    const std::stop_callback user(user_stop_, [this] { failed_.request_stop(); });
    const std::stop_callback interrupt(failed_.get_token(), [this] { database_.Interrupt(); });
    server_.OnNotice(
        [this](const std::string& notice) { Report(SyncProgress::Step::kNotice, notice); });
    writer_ = std::make_unique<PageWriter>(staging, failed_, request_.one_thread);
    full_sync::Session session;
    Drive<full_sync::Failed>(session, Answer{full_sync::Begun{std::move(*starts)}},
                             [this](const full_sync::Action& action) {
                               return std::visit([this](const auto& a) { return Do(a); }, action);
                             });
    // What came before the network went away is worth writing.
    while (!failed_.stop_requested() && !writer_->Wait()) ReportDone();
    writer_.reset();
    server_.OnNotice({});
  }
  if (!result_) {
    (void)staging.Commit();  // What is staged is worth keeping; the next run goes on from it.
    return Fail(result_.error());
  }
  StagedDownload download = {.resumed = resumed, .total_records = total_records_, .bytes = bytes_};
  // What is older than this sync is swept by the next one.
  const std::string rights = resumed ? std::string() : RightsHash(request_);
  for (const auto& run : runs_) {
    const StagedEntity& staged = run->read.staged;
    SyncCursor cursor = {.entity = run->outcome.name,
                         .identity = staged.identity,
                         .mark = run->mark,
                         .swept = request_.context.now,
                         .frozen = FrozenHash(staged.query, request_.schema, request_.context),
                         .rights = rights,
                         .linked = run->linked};
    download.staged.push_back({staged.table, std::move(cursor)});
    download.outcome.entities.push_back(run->outcome);
  }
  return download;
}

Runner::Answer Runner::Failure(Error error) const {
  // The writer's reason comes first: the fetch only noticed that it should stop.
  if (user_stop_.stop_requested()) return {full_sync::Failed{Cancelled()}};
  if (const auto cause = writer_->error()) return {full_sync::Failed{*cause}};
  return {full_sync::Failed{std::move(error)}};
}

Runner::Answer Runner::Push(PageWriter::Job job) {
  if (writer_->Push(std::move(job))) return {};
  return Failure(Cancelled());
}

Runner::Answer Runner::Do(const full_sync::NoteMark& action) {
  EntityRun& run = *runs_[action.entity];
  run.started = Clock::now();
  if (!request_.note_marks) return {};
  const auto mark = marks_.Note(run.outcome.name, run.outcome.requests, run.outcome.bytes, stop());
  if (!mark) return Failure(mark.error());
  run.mark = Print(*mark);
  for (const std::string& entity : EntitiesReached(run.read.staged.query, request_.schema)) {
    const auto linked = marks_.Note(entity, run.outcome.requests, run.outcome.bytes, stop());
    // What the user may not read cannot have been looked at; the next sync asks again.
    if (!linked && linked.error().code == ErrorCode::kDenied) continue;
    if (!linked) return Failure(linked.error());
    run.linked[entity] = Print(*linked);
  }
  return {};
}

Runner::Answer Runner::Do(const full_sync::Plan& action) {
  current_ = action.entity;
  helper_ = 0;
  EntityRun& run = *runs_[current_];
  run.started = Clock::now();
  Report(SyncProgress::Step::kDownloading);
  return {full_sync::Planned{run.read.plan.first_cursor, run.outcome.helpers}};
}

Runner::Answer Runner::Do(const full_sync::Prepare& action) {
  return Push(PageWriter::Prepare{&runs_[action.entity]->read.staged, runs_[action.entity]->mark});
}

Runner::Answer Runner::Do(const full_sync::PlanHelper& action) {
  helper_ = action.helper;
  helper_ids_ = {};
  return {
      full_sync::HelperPlanned{runs_[action.entity]->read.helpers[action.helper - 1].first_cursor}};
}

Runner::Answer Runner::Do(const full_sync::Fetch& action) {
  EntityRun& run = *runs_[current_];
  const ReadPlan& plan = helper_ ? run.read.helpers[helper_ - 1] : run.read.plan;
  auto page = server_.ReadPage(plan, action.cursor, stop());
  if (!page && run.rows > 0 && Planted(Mutant::kB45MissingIsNormal)) page = Page{};
  if (!page) return Failure(page.error());
  page_ = std::move(*page);
  full_sync::Received received = {.rows = static_cast<std::int64_t>(page_.rows.rows()),
                                  .next_cursor = page_.next_cursor};
  const LocalTable& table = helper_ ? run.read.staged.helpers[helper_ - 1] : run.read.staged.table;
  const auto key = page_.rows.Find(table.key);
  for (std::size_t row = 0; row < page_.rows.rows(); ++row) {
    if (!key || page_.rows.cell(row, *key).null()) {
      return Failure(
          {ErrorCode::kCorrupt, table.entity + ": the server sent a record without its " +
                                    table.key + " (report it to whoever runs the server)"});
    }
    IdSet& ids = helper_ ? helper_ids_ : run.ids;
    if (ids.Insert(page_.rows.cell(row, *key))) ++received.new_rows;
  }
  if (!helper_) {
    if (auto added = AddKeys(run.keys, page_.rows, run.rows + 1); !added) {
      return Failure(added.error());
    }
    run.rows += received.rows;
    total_records_ += received.rows;
  }
  bytes_ += page_.bytes_received;
  run.outcome.bytes += page_.bytes_received;
  run.outcome.requests += page_.requests;
  ReportDone();
  Report(SyncProgress::Step::kDownloading);
  return {std::move(received)};
}

Runner::Answer Runner::Do(const full_sync::Stage& action) {
  const StagedEntity& staged = runs_[action.entity]->read.staged;
  return Push(PageWriter::Write{
      &staged, action.helper ? &staged.helpers[action.helper - 1] : nullptr, std::move(page_)});
}

Result<> Runner::CountCut(EntityRun& run) {
  Query query = run.read.staged.query;
  const std::int64_t top = std::exchange(query.top, 0);
  if (!request_.count_cut || !run.read.server_cut || run.rows < top) return {};
  query.order.clear();
  const auto plan = server_.Plan({.query = query, .context = request_.context, .as = request_.as},
                                 request_.schema);
  if (!plan) return Fail(plan.error());
  IdSet ids;
  std::int64_t matched = 0;
  std::string cursor = plan->first_cursor;
  for (int pages = 0; pages < kMaxPagesOfARead; ++pages) {
    const auto page = server_.ReadPage(*plan, cursor, stop());
    if (!page) return Fail(page.error());
    const std::int64_t before = matched;
    const auto key = page->rows.Find(run.read.staged.table.key);
    if (!key) break;
    for (std::size_t row = 0; row < page->rows.rows(); ++row) {
      matched += ids.Insert(page->rows.cell(row, *key));
    }
    if (page->next_cursor.empty() || page->next_cursor == cursor || matched == before) break;
    cursor = page->next_cursor;
  }
  run.outcome.matched = matched;
  return {};
}

Runner::Answer Runner::Do(const full_sync::Complete& action) {
  EntityRun& run = *runs_[action.entity];
  if (auto counted = CountCut(run); !counted) return Failure(counted.error());
  Report(SyncProgress::Step::kIndexing);
  return Push(PageWriter::Complete{&run.read.staged, action.entity, std::move(run.keys)});
}

// Whoever asked for the download publishes it.
Runner::Answer Runner::Do(const full_sync::Publish&) {
  while (!writer_->Wait()) ReportDone();
  ReportDone();
  if (writer_->error() || failed_.stop_requested()) return Failure({ErrorCode::kCancelled, ""});
  return {full_sync::Published{}};
}

Runner::Answer Runner::Do(const full_sync::Finish& action) {
  if (action.error) result_ = Fail(*action.error);
  return {};
}

void Runner::ReportDone() {
  for (const PageWriter::Done& done : writer_->TakeDone()) {
    EntityRun& run = *runs_[done.index];
    run.outcome.records = done.state.records;
    // What a server cut nobody saw, unless CountCut did.
    const bool seen = !run.read.server_cut;
    run.outcome.matched =
        std::max(run.outcome.matched, seen ? done.state.matched : done.state.records);
    run.outcome.seconds = std::chrono::duration<double>(Clock::now() - run.started).count();
    if (!sink_) continue;
    sink_({.step = SyncProgress::Step::kIndexing,
           .entity = run.outcome.name,
           .index = done.index,
           .count = runs_.size(),
           .records = done.state.records,
           .total_records = total_records_,
           .bytes = bytes_,
           .entity_done = true});
  }
}

void Runner::Report(SyncProgress::Step step, std::string notice) {
  if (!sink_) return;
  const bool none = runs_.empty();
  sink_({.step = step,
         .entity = none ? std::string() : runs_[current_]->outcome.name,
         .index = current_,
         .count = runs_.size(),
         .records = none ? 0 : runs_[current_]->rows,
         .total_records = total_records_,
         .bytes = bytes_,
         .notice = std::move(notice)});
}

}  // namespace

Result<StagedDownload> DownloadInFull(const FullSyncRequest& request,
                                      const std::vector<std::string>& only, MarkBook& marks,
                                      CrmServer& server, Database& database, const SyncSink& sink,
                                      std::stop_token stop) {
  FullSyncRequest captured = request;
  for (bool again = true;; again = false) {
    const auto now = MomentOf(database, request.context.now);
    if (!now) return Fail(now.error());
    captured.context.now = *now;
    bool resumed = now->ticks != request.context.now.ticks;
    auto download = Runner(captured, only, marks, server, database, sink, stop).Run(resumed);
    // The server no longer honours its own link, of an earlier run or this one: start over, once.
    if (download || download.error().code != ErrorCode::kExpired || !again) return download;
    if (auto fresh = database.Execute("DELETE FROM \"@staging\""); !fresh)
      return Fail(fresh.error());
  }
}

}  // namespace satchel
