// The controller's part that finds out more than a preview says: comparing with another policy, why
// a record is (not) there, drift, budgets and expectations.
#include <algorithm>
#include <chrono>

#include "app/console/controller.h"
#include "app/console/selectors.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

// Answers come often; the screen cannot show more than this.
class Pace {
 public:
  [[nodiscard]] bool Due() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(60)) return false;
    last_ = now;
    return true;
  }

 private:
  std::chrono::steady_clock::time_point last_ = {};
};

}  // namespace

const UserInfo* PersonOf(const std::vector<UserInfo>& people, const std::string& id) {
  const auto at = std::find_if(people.begin(), people.end(),
                               [&](const UserInfo& info) { return info.id == id; });
  return at == people.end() ? nullptr : &*at;
}

Result<std::shared_ptr<const RecordIds>> IdsOfChange(ComparedRecords& records,
                                                     const std::string& entity, RecordChange change,
                                                     const std::stop_token& stop) {
  constexpr std::int64_t kIdsPerRead = 20'000;
  auto ids = std::make_shared<RecordIds>();
  for (std::int64_t at = 0;; at += kIdsPerRead) {
    if (stop.stop_requested()) return Fail(Cancelled());
    const auto page = records.Rows(entity, change, at, kIdsPerRead);
    if (!page) return Fail(page.error());
    for (const ComparedRecord& record : *page) ids->insert(record.id);
    if (page->size() < static_cast<std::size_t>(kIdsPerRead)) return {std::move(ids)};
  }
}

// --- Comparing ---------------------------------------------------------------------------------

std::optional<Controller::Counterpart> Controller::CounterpartOf(int version) const {
  if (version == 0) {
    if (!state_.file) return std::nullopt;
    return Counterpart{state_.file->saved, "the saved file"};
  }
  if (!state_.publish.view) return std::nullopt;
  for (const PublishedVersion& published : state_.publish.view->history) {
    if (published.version != version || !published.problem.empty()) continue;
    return Counterpart{published.policy, "version " + std::to_string(version)};
  }
  return std::nullopt;
}

void Controller::Handle(const CompareRecords& c) {
  ComparisonState& comparison = state_.comparison;
  auto with = CounterpartOf(c.version);
  if (!with || comparison.running || state_.connection.state != ServerConnection::State::kOnline ||
      state_.preview.state == PreviewState::State::kRunning) {
    return;
  }
  comparison.running = true;
  comparison.error.clear();
  comparison.fraction = 0;
  CompareRequest request;
  request.before = std::move(with->policy);
  request.after = state_.draft.current();
  request.as = state_.user;
  // A full preview of this very draft as this user need not be run twice.
  const PreviewState& preview = state_.preview;
  if (preview.result && preview.result->mode == "full" && !PreviewStale(state_) &&
      preview.result_user == state_.user) {
    request.previewed = *preview.result;
  }
  struct Compared {
    std::shared_ptr<const Comparison> result = {};
    std::optional<MeasuredUser> measured = {};  // Where the draft had to be previewed for it.
  };
  comparison.job = AskServer(
      "Comparing with " + with->name, true,
      [this, link = state_.connection.link, bench = workbench_, people = state_.connection.users,
       request, name = with->name](JobContext& job) -> Result<Compared> {
        Pace pace;
        auto result = link->Compare(
            request,
            [&](const CompareProgress& at) {
              if (!pace.Due()) return;
              job.Report("Comparing with " + name + ": " + at.preview.entity,
                         static_cast<float>(at.fraction));
              job.Post([this, fraction = at.fraction] { state_.comparison.fraction = fraction; });
            },
            job.stop());
        if (!result) return Fail(result.error());
        Compared compared;
        if (!request.previewed) {
          auto measured =
              bench->Measure(request.after, result->after_preview, PersonOf(people, result->as_id));
          if (measured) compared.measured = std::move(*measured);
        }
        compared.result = std::make_shared<const Comparison>(std::move(*result));
        return compared;
      },
      [this, epoch = connection_epoch_, project = project_epoch_, draft = request.after,
       user = state_.user, reused = request.previewed.has_value(),
       name = with->name](Result<Compared> result) {
        if (epoch != connection_epoch_ || project != project_epoch_) return;
        ComparisonState& now = state_.comparison;
        now.running = false;
        now.job = 0;
        if (!result) {
          now.error = result.error().code == ErrorCode::kCancelled ? "" : result.error().message;
          return;
        }
        now.result = std::move(result->result);
        now.with = name;
        now.draft = draft;
        if (!reused) {  // It previewed the draft as well.
          TakePreview(now.result->after_preview, draft, user);
          if (result->measured) Remember(std::move(*result->measured), draft);
        }
        OpenComparison();
      });
}

void Controller::OpenComparison() {
  ComparisonState& comparison = state_.comparison;
  comparison.entity.clear();
  comparison.added.reset();
  jobs_.Submit(
      Lane::kRecords, "Opening the comparison", false,
      [bench = workbench_, of = comparison.result](JobContext&) {
        return bench->OpenComparedRecords(*of);
      },
      [this, of = comparison.result](Result<std::shared_ptr<ComparedRecords>> records) {
        ComparisonState& now = state_.comparison;
        if (now.result != of) return;
        if (!records) {
          now.error = records.error().message;
          return;
        }
        now.records = std::move(*records);
        MarkRecords();
        FindOthers();
      });
}

// Reads which of the shown entity's records are new, once.
void Controller::MarkRecords() {
  ComparisonState& comparison = state_.comparison;
  if (!comparison.records || state_.records.entity.empty() ||
      comparison.entity == state_.records.entity) {
    return;
  }
  comparison.entity = state_.records.entity;
  comparison.added.reset();
  jobs_.Submit(
      Lane::kRecords, "Marking records", false,
      [records = comparison.records, entity = comparison.entity](JobContext& job) {
        return IdsOfChange(*records, entity, RecordChange::kAdded, job.stop());
      },
      [this, entity = comparison.entity,
       of = comparison.result](Result<std::shared_ptr<const RecordIds>> ids) {
        ComparisonState& now = state_.comparison;
        if (now.result != of || now.entity != entity || !ids) return;
        now.added = std::move(*ids);
      });
}

void Controller::ForgetComparison() {
  ComparisonState& comparison = state_.comparison;
  if (comparison.job != 0) jobs_.Cancel(comparison.job);
  if (comparison.records || comparison.result) {
    // Its files go on the lane that reads them.
    jobs_.Submit(
        Lane::kRecords, "Removing the comparison", false,
        [records = std::move(comparison.records),
         result = std::move(comparison.result)](JobContext&) mutable {
          records.reset();
          result.reset();
          return true;
        },
        [](bool) {});
  }
  comparison = {};
}

// --- Why is this record (not) there? -----------------------------------------------------------

void Controller::Handle(const ExplainRecord& c) {
  ExplainState& explain = state_.explain;
  if (c.record.empty()) {
    if (explain.job != 0) jobs_.Cancel(explain.job);
    explain = {};
    return;
  }
  if (!state_.file || state_.connection.state != ServerConnection::State::kOnline) return;
  // Whoever asks about another record does not wait for the answer before.
  if (explain.job != 0) jobs_.Cancel(explain.job);
  explain = {};
  explain.entity = c.entity;
  explain.record = c.record;
  explain.serial = state_.draft_serial;
  explain.running = true;
  explain.user = state_.user;
  const ExplainRequest request{
      .policy = state_.draft.current(), .as = state_.user, .record = c.record, .entity = c.entity};
  const std::uint64_t serial = ++explain_serial_;
  explain.job = AskServer(
      "Explaining a record", false,
      [this, serial, link = state_.connection.link, request](JobContext& job) {
        return link->Explain(
            request,
            [&](const std::string& doing) {
              job.Post([this, serial, doing] {
                if (serial == explain_serial_) state_.explain.doing = doing;
              });
            },
            job.stop());
      },
      [this, serial, epoch = connection_epoch_](Result<Explanation> result) {
        ExplainState& now = state_.explain;
        if (serial != explain_serial_ || epoch != connection_epoch_) return;
        now.running = false;
        now.job = 0;
        if (result) {
          now.result = std::move(*result);
          FindOthers();
        } else if (result.error().code != ErrorCode::kCancelled) {
          now.error = result.error().message;
        }
      });
}

// What leaves with the record or stays without it: counted in the previews that are there, while
// they are about this very draft and user.
void Controller::FindOthers() {
  ExplainState& explain = state_.explain;
  const PreviewState& preview = state_.preview;
  if (!explain.result) return;
  explain.result->others.clear();
  if (explain.result->on_device || !preview.result || PreviewStale(state_) ||
      explain.serial != state_.draft_serial || preview.result_user != explain.user) {
    return;
  }
  const ComparisonState& comparison = state_.comparison;
  const bool compared = comparison.result && !comparison.running &&
                        comparison.result->as_id == preview.result->as_id &&
                        SameOnDevice(comparison.draft, state_.draft.current());
  // A comparison previews in full; what an incremental preview holds is another device.
  const PreviewResult after = compared ? comparison.result->after_preview : *preview.result;
  const KnockOnSubject subject = {explain.result->entity, explain.result->id,
                                  state_.draft.current()};
  jobs_.Submit(
      Lane::kRecords, "Looking at what points at the record", false,
      [bench = workbench_, subject, after, against = compared ? comparison.result : nullptr](
          JobContext&) { return bench->FindKnockOns(subject, after, against.get()); },
      [this, serial = ++others_serial_,
       explained = explain_serial_](Result<std::vector<KnockOn>> others) {
        ExplainState& now = state_.explain;
        // Files that went meanwhile have nothing to say; what takes their place asks again.
        if (serial != others_serial_ || explained != explain_serial_ || !now.result || !others) {
          return;
        }
        NameKnockOns(*others, state_.connection.schema ? &*state_.connection.schema : nullptr);
        now.result->others = std::move(*others);
      });
}

// --- Drift -------------------------------------------------------------------------------------

void Controller::Handle(const FindDrift&) {
  DriftState& drift = state_.drift;
  if (!state_.file || drift.running || state_.since.empty() ||
      state_.connection.state != ServerConnection::State::kOnline) {
    return;
  }
  drift.running = true;
  drift.error.clear();
  const DriftRequest request{
      .policy = state_.draft.current(), .as = state_.user, .since = state_.since};
  drift.job = AskServer(
      "Measuring drift", true,
      [link = state_.connection.link, request](JobContext& job) {
        Pace pace;
        return link->MeasureDrift(
            request,
            [&](const PreviewProgress& at) {
              if (pace.Due()) job.Report("Measuring drift: " + at.entity);
            },
            job.stop());
      },
      [this, epoch = connection_epoch_, project = project_epoch_](Result<DriftResult> result) {
        if (project != project_epoch_) return;
        DriftState& now = state_.drift;
        now.running = false;
        now.job = 0;
        if (epoch != connection_epoch_) return;
        if (result) {
          now.result = std::move(*result);
        } else if (result.error().code != ErrorCode::kCancelled) {
          now.error = result.error().message;
        }
      });
}

// --- Budgets and expectations ------------------------------------------------------------------

void Controller::Handle(const CheckExpectations&) {
  CheckState& check = state_.check;
  if (!state_.file || check.running ||
      state_.connection.state != ServerConnection::State::kOnline) {
    return;
  }
  check = {};
  check.running = true;
  CheckRequest request;
  request.policy = state_.draft.current();
  check.job = AskServer(
      "Checking budgets and expectations", true,
      [this, link = state_.connection.link, request](JobContext& job) {
        Pace pace;
        return link->Check(
            request,
            [&](const CheckProgress& at) {
              if (!at.user_done && !pace.Due()) return;
              job.Report(
                  "Checking as " + at.user + ", " + std::to_string(at.index + 1) + " of " +
                      std::to_string(at.count),
                  at.count == 0 ? -1 : static_cast<float>(at.index) / static_cast<float>(at.count));
              job.Post([this, at] {
                state_.check.user = at.user;
                state_.check.index = at.index;
                state_.check.count = at.count;
              });
            },
            job.stop());
      },
      [this, epoch = connection_epoch_, project = project_epoch_,
       draft = request.policy](Result<CheckResult> result) {
        if (project != project_epoch_) return;
        CheckState& now = state_.check;
        now.running = false;
        now.job = 0;
        if (epoch != connection_epoch_) return;
        if (!result) {
          if (result.error().code != ErrorCode::kCancelled) now.error = result.error().message;
          return;
        }
        now.unchecked = std::move(result->unchecked);
        for (MeasuredUser& user : result->users) Remember(std::move(user), draft);
        state_.publish.serial = -1;  // The checklist may say something else now.
      });
}

// What a preview measured, for budgets and expectations: the newest per user. Two people may have
// the same name.
void Controller::Remember(MeasuredUser measured, const Policy& policy) {
  std::erase_if(state_.previewed, [&](const PreviewedAs& before) {
    return before.measured ? before.measured->user.id == measured.user.id
                           : before.name == measured.user.name;
  });
  state_.previewed.push_back({.name = measured.user.name,
                              .records = measured.records,
                              .bytes = measured.bytes_on_device,
                              .policy = policy,
                              .measured = std::move(measured)});
  state_.measured = Measured();
}

std::vector<Verdict> Controller::Verdicts() const {
  std::vector<MeasuredUser> measured;
  for (const PreviewedAs& previewed : state_.previewed) {
    if (previewed.measured && SameMeasured(previewed.policy, state_.draft.current())) {
      measured.push_back(*previewed.measured);
    }
  }
  const bool listed = state_.connection.capabilities.users && !state_.connection.users.empty();
  // An expectation about nobody yet is a finding of the policy, and nothing to be measured.
  Policy policy = state_.draft.current();
  std::erase_if(policy.expect,
                [](const Expectation& expectation) { return expectation.as.empty(); });
  return Judge(policy, measured, listed ? &state_.connection.users : nullptr);
}

// --- The records as a file ---------------------------------------------------------------------

void Controller::Handle(const ExportRecords& c) {
  const RecordsState& records = state_.records;
  if (!records.records || records.entity.empty() || c.file.empty()) return;
  std::error_code ignored;
  std::vector<std::string> fields;
  for (const std::size_t column : records.shown) fields.push_back(records.columns[column].field);
  jobs_.Submit(
      Lane::kRecords, "Writing " + c.file.filename().string(), true,
      [open = records.records, entity = records.entity, order = records.order,
       search = records.search, fields,
       file = c.file](JobContext&) { return open->WriteCsv(entity, order, search, fields, file); },
      [this, file = c.file](const Result<std::int64_t>& written) {
        if (!written) {
          Show({.severity = Severity::kError,
                .title = "The records were not written",
                .text = written.error().message});
          return;
        }
        Show({.severity = Severity::kInfo,
              .title = HumanCount(*written) + (*written == 1 ? " record" : " records") + " written",
              .text = file.string(),
              .until = -1});
      });
}

void Controller::Handle(const ChooseColumns& c) {
  state_.hidden_columns[state_.records.entity] = c.hidden;
  if (!state_.records.columns.empty()) {
    state_.records.shown = ColumnOrder(state_, state_.records.entity, state_.records.columns);
  }
}

void Controller::Handle(const ShowChange& c) {
  if (state_.records.view == c.view || !state_.comparison.records) return;
  // A copy: the table it is of is made anew.
  OpenTable(std::string(state_.records.entity), c.view);
}

void Controller::Handle(const CompareWith& c) {
  state_.compare_with = c.version;
  if (c.version >= 0) {
    if (state_.preview.result) Handle(CompareRecords{c.version});
    return;
  }
  ForgetComparison();
  FindOthers();
  if (state_.records.view != RecordsView::kAll) {
    OpenTable(std::string(state_.records.entity), RecordsView::kAll);
  }
}

void Controller::Handle(const SetSince& c) {
  state_.since = c.database;
  state_.drift = {};
}

}  // namespace satchel
