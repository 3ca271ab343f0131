// The controller's part that talks to servers: connecting, previews, records.
#include <algorithm>
#include <chrono>
#include <utility>

#include "app/console/controller.h"
#include "app/console/selectors.h"
#include "app/console/sorted_by.h"
#include "app/console/start/host_name.h"
#include "policy/support/text.h"
#include "preview/compare/compared_records.h"

namespace satchel {
namespace {

// The entities a policy speaks of: its own and those its filters link to.
void NamesIn(const Group& group, std::vector<std::string>& names);

void NamesIn(const Link& link, std::vector<std::string>& names) {
  names.push_back(link.entity);
  NamesIn(link.filter, names);
  for (const Link& inner : link.links) NamesIn(inner, names);
}

void NamesIn(const Group& group, std::vector<std::string>& names) {
  for (const Node& node : group.nodes) {
    if (const auto* inner = std::get_if<Group>(&node.item)) NamesIn(*inner, names);
    if (const auto* link = std::get_if<Link>(&node.item)) NamesIn(*link, names);
  }
}

std::vector<std::string> NamesIn(const Policy& policy) {
  std::vector<std::string> names;
  for (const Entity& entity : policy.entities) {
    names.push_back(entity.name);
    NamesIn(entity.filter, names);
    for (const Link& link : entity.links) NamesIn(link, names);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

// What was under way for the connection finds another epoch, and is dropped.
void Controller::Disconnect() {
  ++connection_epoch_;
  state_.connection = {};
  // Why a preview on the server before failed says nothing of the next one.
  if (state_.preview.state == PreviewState::State::kFailed) {
    state_.preview.state =
        state_.preview.result ? PreviewState::State::kDone : PreviewState::State::kNone;
    state_.preview.error.clear();
  }
  lab_.ConnectionChanged();
  state_.lookup = {};
  state_.translation = {};
  state_.views = {};
  DropWorkingSet();
}

void Controller::Handle(const ConnectTo& c) {
  Disconnect();
  const std::uint64_t epoch = connection_epoch_;
  ServerConnection& connection = state_.connection;
  connection.server = c.server;
  connection.asked_at = surroundings_.clock();
  if (const auto test = state_.start.tests.find(c.server); test != state_.start.tests.end()) {
    test->second.outdated = true;
  }
  auto link = workbench_->Connect(c.server);
  if (!link) {
    connection.state = ServerConnection::State::kFailed;
    connection.error = link.error().message;
    // Without its secret a profile still says which server it is.
    for (const KnownProfile& known : state_.start.profiles) {
      if (known.profile.name == c.server) connection.host = HostOf(known.profile.url);
    }
    if (!connection.host.empty()) FindKeptSchema();
    Restudy();
    return;
  }
  connection.state = ServerConnection::State::kConnecting;
  connection.link = *link;
  connection.host = (*link)->host();
  FindKeptSchema();
  Restudy();
  struct Signed {
    Identity identity;
    std::vector<EntityName> entities;
  };
  jobs_.Submit(
      Lane::kServer, "Connecting to " + connection.host, true,
      [link = *link](JobContext& job) -> Result<Signed> {
        auto identity = link->SignIn(job.stop());
        if (!identity) return Fail(identity.error());
        job.Report("Reading the list of entities");
        auto entities = link->Entities(job.stop());
        if (!entities) return Fail(entities.error());
        // By the names people know them by; a server may order them otherwise.
        const auto shown = [](const EntityName& entity) {
          return LowerAscii(entity.label.empty() ? entity.name : entity.label);
        };
        return Signed{std::move(*identity), SortedBy(std::move(*entities), shown)};
      },
      [this, epoch](Result<Signed> result) {
        if (epoch != connection_epoch_) return;
        ServerConnection& now = state_.connection;
        now.latency_seconds = now.link->latency_seconds();
        if (!result) {
          now.state = ServerConnection::State::kFailed;
          now.error = result.error().message;
          return;
        }
        now.state = ServerConnection::State::kOnline;
        now.identity = std::move(result->identity);
        now.entities = std::move(result->entities);
        now.capabilities = now.link->capabilities();
        ReadSchema();
        ReadUsers();
      });
}

// What came of a request says whether the server is there: it is when an answer came over the
// network, also one that says no. Some requests need none, and say nothing. One that is too busy,
// or fails, is there and does not do what was asked.
void Controller::Heard(std::uint64_t epoch, const Error* error) {
  ServerConnection& connection = state_.connection;
  if (epoch != connection_epoch_ || !connection.link) return;
  connection.latency_seconds = connection.link->latency_seconds();
  const std::uint64_t before = std::exchange(connection.answers, connection.link->answers());
  if (error != nullptr && error->code == ErrorCode::kOffline) {
    using Trouble = ServerConnection::Trouble;
    const int status = connection.link->last_status();
    const Trouble trouble = status == 0                      ? Trouble::kSilent
                            : status == 429 || status == 503 ? Trouble::kBusy
                                                             : Trouble::kFailing;
    if (!connection.trouble_since || connection.trouble != trouble) {
      connection.trouble_since = surroundings_.clock();
    }
    connection.trouble = trouble;
    connection.trouble_error = error->message;
  } else if (connection.answers > before) {
    connection.trouble_since.reset();
    connection.trouble_error.clear();
  }
}

void Controller::Handle(const TryServer&) {
  ServerConnection& connection = state_.connection;
  if (connection.state == ServerConnection::State::kFailed) {
    Handle(ConnectTo{std::string(connection.server)});
    return;
  }
  if (connection.state != ServerConnection::State::kOnline || connection.trying) return;
  connection.trying = true;
  AskServer(
      "Asking " + connection.host + " again", true,
      [link = connection.link](JobContext& job) { return link->Reach(job.stop()); },
      [this, epoch = connection_epoch_](const Result<>& reached) {
        if (epoch != connection_epoch_) return;
        ServerConnection& now = state_.connection;
        now.trying = false;
        if (!reached) return;
        // What was missed meanwhile.
        if (!now.schema_error.empty() || now.schema_kept) {
          ReadSchema();
        } else {
          ReadNewEntities();
        }
        if (!now.users_error.empty()) ReadUsers();
        state_.lookup.asked.clear();  // Records without a name are asked about once more.
        if (!state_.lookup.error.empty()) state_.lookup = {.names = std::move(state_.lookup.names)};
      });
}

void Controller::ReadSchema() {
  if (!state_.file || state_.connection.state != ServerConnection::State::kOnline) return;
  state_.connection.reading_schema = true;
  for (const std::string& name : NamesIn(state_.draft.current())) {
    state_.connection.asked.insert(name);
  }
  AskServer(
      "Reading metadata", true,
      [link = state_.connection.link, names = NamesIn(state_.draft.current())](JobContext& job) {
        return link->ReadSchema(names, job.stop());
      },
      [this, epoch = connection_epoch_](Result<Schema> schema) {
        if (epoch != connection_epoch_) return;
        ServerConnection& now = state_.connection;
        now.reading_schema = false;
        if (schema) {
          // What was read before stays: an undone edit may come back.
          if (now.schema) schema->entities.merge(now.schema->entities);
          now.schema = std::move(*schema);
          now.schema_at = surroundings_.clock();
          now.schema_error.clear();
          now.schema_kept = false;
          KeepSchema();
          Restudy();
          ReadNewEntities();  // The draft may have grown meanwhile.
        } else {
          now.schema_error = schema.error().message;
        }
      });
}

// An edit may speak of entities whose fields are not known yet.
void Controller::ReadNewEntities() {
  const ServerConnection& connection = state_.connection;
  if (!connection.schema || connection.reading_schema) return;
  for (const std::string& name : NamesIn(state_.draft.current())) {
    if (connection.asked.contains(name)) continue;
    ReadSchema();
    return;
  }
}

void Controller::ReadUsers() {
  if (!state_.connection.capabilities.users) return;
  state_.connection.reading_users = true;
  AskServer(
      "Reading users", true,
      [link = state_.connection.link](JobContext& job) { return link->Users(job.stop()); },
      [this, epoch = connection_epoch_](Result<std::vector<UserInfo>> users) {
        if (epoch != connection_epoch_) return;
        ServerConnection& now = state_.connection;
        now.reading_users = false;
        if (users) {
          now.users = std::move(*users);
          now.users_error.clear();
        } else {
          now.users_error = users.error().message;
        }
      });
}

void Controller::Handle(const ChooseUser& c) {
  state_.user = c.user;
}

void Controller::Handle(const StartPreview&) {
  state_.filling_in = {};
  PreviewState& preview = state_.preview;
  // A greyed-out button is a courtesy, not a guard.
  if (!state_.file || preview.state == PreviewState::State::kRunning) return;
  // The screen says that a server is to be chosen, or why it does not answer: no preview failed.
  if (state_.connection.state != ServerConnection::State::kOnline) return;
  preview.state = PreviewState::State::kRunning;
  preview.error.clear();
  preview.records = preview.bytes = 0;
  preview.entities.clear();
  const Policy& draft = state_.draft.current();
  for (const Entity& entity : draft.entities) {
    if (entity.mode == DeviceMode::kOffline) preview.entities.push_back(entity.name);
  }
  preview.progress.assign(preview.entities.size(), {});
  preview.as_name = UserWords(state_);

  PreviewRequest request;
  request.policy = draft;
  request.as = state_.user;
  request.since = state_.since;
  ForgetComparison();
  struct Done {
    PreviewResult result = {};
    std::optional<MeasuredUser> measured = {};
  };
  preview.job = AskServer(
      "Previewing as " + preview.as_name, true,
      [this, link = state_.connection.link, bench = workbench_, people = state_.connection.users,
       request, name = preview.as_name, project = project_epoch_](JobContext& job) -> Result<Done> {
        auto last = std::chrono::steady_clock::time_point{};
        const auto sink = [&](const PreviewProgress& p) {
          // The screen cannot show more than this; entity ends are never skipped.
          const auto now = std::chrono::steady_clock::now();
          if (!p.entity_done && now - last < std::chrono::milliseconds(60)) return;
          last = now;
          const auto done = p.index + (p.entity_done ? 1 : 0);
          job.Report("Previewing as " + name + ", " + std::to_string(done) + " of " +
                         std::to_string(p.count) + " entities",
                     p.count == 0 ? -1 : static_cast<float>(done) / static_cast<float>(p.count));
          // The update runs on the console thread while the controller lives: the queue is
          // destroyed, or drained for the last time, before it.
          job.Post([this, p, project] {
            if (project != project_epoch_) return;
            PreviewState& now_running = state_.preview;
            now_running.records = p.total_records;
            now_running.bytes = p.bytes;
            for (std::size_t i = 0; i < now_running.entities.size(); ++i) {
              if (now_running.entities[i] != p.entity) continue;
              EntityProgress& entity = now_running.progress[i];
              entity.state =
                  p.entity_done ? EntityProgress::State::kDone : EntityProgress::State::kRunning;
              entity.step = p.step;
              entity.records = p.records;
            }
          });
        };
        auto result = link->Preview(request, sink, job.stop());
        if (!result) return Fail(result.error());
        Done done{.result = std::move(*result)};
        if (!request.since.empty()) return done;  // Budgets are about the first sync.
        auto measured =
            bench->Measure(request.policy, done.result, PersonOf(people, done.result.as_id));
        if (measured) done.measured = std::move(*measured);
        return done;
      },
      [this, draft, user = state_.user, project = project_epoch_](Result<Done> done) {
        if (project != project_epoch_) return;
        PreviewState& now = state_.preview;
        now.job = 0;
        if (!done) {
          const bool cancelled = done.error().code == ErrorCode::kCancelled;
          now.state = cancelled ? PreviewState::State::kCancelled : PreviewState::State::kFailed;
          now.error = cancelled ? "" : done.error().message;
          now.refused = done.error().code == ErrorCode::kInvalid;
          return;
        }
        TakePreview(std::move(done->result), draft, user);
        if (done->measured) Remember(std::move(*done->measured), draft);
        if (state_.compare_with >= 0) Handle(CompareRecords{state_.compare_with});
      });
}

void Controller::RemovePreview() {
  if (!state_.preview.result) return;
  // The table still reads the old file on its own lane; it goes after that.
  jobs_.Submit(
      Lane::kRecords, "Removing the previous preview", false,
      [old = std::move(state_.records.records),
       scratch = std::move(state_.preview.result->scratch)](JobContext&) mutable {
        old.reset();
        scratch.reset();
        return true;
      },
      [](bool) {});
}

// What was found out so far is about another project.
void Controller::LeaveProject() {
  for (const JobId job :
       {state_.preview.job, state_.explain.job, state_.drift.job, state_.check.job}) {
    if (job != 0) jobs_.Cancel(job);
  }
  ++project_epoch_;
  ++explain_serial_;
  ForgetComparison();
  RemovePreview();
  state_.preview = {};
  state_.records = {};
  state_.explain = {};
  state_.drift = {};
  state_.check = {};
  state_.since.clear();
  state_.compare_with = -1;
  state_.previewed.clear();
  state_.toasts.clear();  // They were about it.
  PublishState& publish = state_.publish;
  publish = {.folder = publish.folder, .shown = publish.shown + 1, .busy = publish.busy};
}

// A preview of the draft that succeeded takes the place of the one before.
void Controller::TakePreview(PreviewResult result, const Policy& draft, const std::string& user) {
  PreviewState& now = state_.preview;
  RemovePreview();
  now.state = PreviewState::State::kDone;
  now.error.clear();
  now.result = std::move(result);
  now.result_policy = draft;
  now.result_user = user;
  now.result_at = surroundings_.clock();
  std::erase_if(state_.previewed, [&](const PreviewedAs& before) {
    return before.measured ? before.measured->user.id == now.result->as_id
                           : before.name == now.result->as_name;
  });
  state_.previewed.push_back(
      {now.result->as_name, now.result->records, now.result->bytes_on_device, draft, {}});
  state_.publish.serial = -1;  // Budgets may say something else now.
  OpenResult();
  FindOthers();
}

// --- Records -----------------------------------------------------------------------------------

void Controller::OpenResult() {
  const PreviewResult& result = *state_.preview.result;
  std::string entity = state_.records.entity;
  const auto has = [&](const std::string& name) {
    return std::any_of(result.entities.begin(), result.entities.end(), [&](const auto& e) {
      return e.name == name && e.mode == DeviceMode::kOffline;
    });
  };
  if (!has(entity)) entity.clear();
  for (const EntityPreview& candidate : result.entities) {
    if (entity.empty() && candidate.mode == DeviceMode::kOffline && candidate.records > 0) {
      entity = candidate.name;
    }
  }
  OpenTable(entity, RecordsView::kAll);
}

// The records of an entity from the preview's file, or of what a comparison says came or went.
void Controller::OpenTable(const std::string& entity, RecordsView view) {
  if (!state_.preview.result) return;
  state_.records = {};
  state_.records.view = view;
  state_.records.entity = entity;
  state_.records.loading = true;
  const ComparisonState& comparison = state_.comparison;
  std::filesystem::path file = state_.preview.result->database;
  if (view == RecordsView::kRemoved && comparison.result && comparison.result->before_preview) {
    file = comparison.result->before_preview->database;
  }
  const std::uint64_t epoch = ++records_epoch_;
  jobs_.Submit(
      Lane::kRecords, "Opening the records", false,
      [bench = workbench_, file, entity, view,
       compared = comparison.records](JobContext& job) -> Result<std::shared_ptr<Records>> {
        auto records = bench->OpenRecords(file);
        if (!records || view == RecordsView::kAll || !compared) return records;
        auto ids =
            IdsOfChange(*compared, entity,
                        view == RecordsView::kAdded ? RecordChange::kAdded : RecordChange::kRemoved,
                        job.stop());
        if (!ids) return Fail(ids.error());
        (*records)->Restrict(**ids);
        return records;
      },
      [this, epoch, entity](Result<std::shared_ptr<Records>> records) {
        if (epoch != records_epoch_) return;
        state_.records.loading = false;
        if (!records) {
          state_.records.error = records.error().message;
          return;
        }
        state_.records.records = std::move(*records);
        if (!entity.empty()) ReadTable();
      });
}

void Controller::Handle(const ShowRecords& c) {
  RecordsState& records = state_.records;
  if (!records.records) return;
  if (records.view != RecordsView::kAll) {
    OpenTable(c.entity, RecordsView::kAll);
    return;
  }
  std::shared_ptr<Records> open = std::move(records.records);
  records = {};
  records.records = std::move(open);
  records.entity = c.entity;
  ReadTable();
}

void Controller::ReadTable() {
  RecordsState& records = state_.records;
  const std::uint64_t epoch = ++records_epoch_;
  records.loading = true;
  MarkRecords();
  jobs_.Submit(
      Lane::kRecords, "Reading columns", false,
      [open = records.records, entity = records.entity](JobContext&) {
        return open->Columns(entity);
      },
      [this, epoch](Result<std::vector<RecordColumn>> columns) {
        if (epoch != records_epoch_) return;
        if (!columns) {
          state_.records.loading = false;
          state_.records.error = columns.error().message;
          return;
        }
        state_.records.columns = std::move(*columns);
        state_.records.shown = ColumnOrder(state_, state_.records.entity, state_.records.columns);
        CountRecords();
      });
}

void Controller::CountRecords() {
  RecordsState& records = state_.records;
  records.loading = true;
  records.window.Clear();
  records.selected = -1;
  records.selected_row.reset();
  const std::uint64_t epoch = ++records_epoch_;
  jobs_.Submit(
      Lane::kRecords, "Counting records", false,
      [open = records.records, entity = records.entity, search = records.search](JobContext&) {
        return open->Count(entity, search);
      },
      [this, epoch](const Result<std::int64_t>& count) {
        if (epoch != records_epoch_) return;
        state_.records.loading = false;
        state_.records.count = count ? *count : 0;
        state_.records.error = count ? "" : count.error().message;
        rows_job_ = 0;
        wanted_ = {0, 64};
        FetchRows();
      });
}

void Controller::Handle(const SortRecords& c) {
  state_.records.order = {c.field, c.descending};
  if (state_.records.records) CountRecords();
}

void Controller::Handle(const SearchRecords& c) {
  if (state_.records.search == c.text) return;
  state_.records.search = c.text;
  if (state_.records.records) CountRecords();
}

void Controller::Handle(const WantRows& c) {
  wanted_ = c;
  FetchRows();
}

// One page at a time, and always the page wanted now: scrolling fast leaves no queue behind.
void Controller::FetchRows() {
  RecordsState& records = state_.records;
  if (rows_job_ != 0 || !records.records || records.count <= 0) return;
  const std::int64_t first = std::clamp<std::int64_t>(wanted_.first, 0, records.count - 1);
  const std::int64_t count = std::min(wanted_.count, records.count - first);
  const auto page = records.window.Missing(first, count);
  if (!page) return;
  rows_job_ = jobs_.Submit(
      Lane::kRecords, "Reading records", false,
      [open = records.records, entity = records.entity, order = records.order,
       search = records.search, offset = *page * RecordWindow::kPage](JobContext&) {
        return open->Rows(entity, order, search, offset, RecordWindow::kPage);
      },
      [this, epoch = records_epoch_, page = *page](Result<std::vector<RecordRow>> rows) {
        if (epoch != records_epoch_) return;
        rows_job_ = 0;
        if (!rows) {
          state_.records.error = rows.error().message;
          return;
        }
        state_.records.window.Put(page, std::move(*rows));
        FetchRows();
      });
}

void Controller::Handle(const SelectRecord& c) {
  const RecordRow* row = c.row < 0 ? nullptr : state_.records.window.Row(c.row);
  state_.records.selected = row == nullptr ? -1 : c.row;
  state_.records.selected_row.reset();
  if (row != nullptr) state_.records.selected_row = *row;
}

}  // namespace satchel
