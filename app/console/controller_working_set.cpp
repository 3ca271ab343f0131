// The controller's part that counts filters while they are edited, and starts them from views.
#include <algorithm>

#include "app/console/controller.h"
#include "app/console/selectors.h"
#include "policy/fetchxml/fetchxml.h"
#include "policy/support/units.h"
#include "policy/wording/sentence.h"

namespace satchel {
namespace {

// What the counting is about: order and cap decide which of the records stay, not how many match.
Query CountedQuery(const Entity& entity) {
  Query query = QueryOf(entity);
  query.order.clear();
  query.top = 0;
  return query;
}

Schema NarrowSchema(const Schema& schema, const Query& query) {
  Schema narrow;
  for (const std::string& name : EntitiesNamed(query)) {
    if (const EntitySchema* entity = schema.Find(name)) narrow.entities.emplace(name, *entity);
  }
  return narrow;
}

// "Owner is the user", of a step of the funnel.
std::string StepWords(const Query& query, const std::string& path, const Schema* schema) {
  Query one{.entity = query.entity};
  const auto bracket = path.rfind('[');
  const auto index = static_cast<std::size_t>(std::stoul(path.substr(bracket + 1)));
  if (path.rfind("links", 0) == 0 && index < query.links.size()) {
    one.links = {query.links[index]};
  } else if (index < query.filter.nodes.size()) {
    one.filter.nodes = {query.filter.nodes[index]};
    if (const auto* condition = std::get_if<Condition>(&one.filter.nodes[0].item);
        condition != nullptr && !condition->entity.empty()) {
      one.links = query.links;  // It speaks of one of them.
    }
  }
  return ToString(Describe(one, schema));
}

// Views join other records to show their columns; such a join decides nothing.
void DropShownOnly(Query& query) {
  const auto named = [&](const std::string& alias) {
    const std::string text = PrintFetch({.entity = query.entity, .filter = query.filter});
    return !alias.empty() && (text.find("entityname=\"" + alias + "\"") != std::string::npos ||
                              text.find("valueof=\"" + alias + ".") != std::string::npos);
  };
  std::erase_if(query.links, [&](const Link& link) {
    return link.type == LinkType::kOuter && !named(link.alias.empty() ? link.entity : link.alias);
  });
}

}  // namespace

void Controller::Handle(const CountWhileEditing& c) {
  LiveCountState& live = state_.live;
  live.on = c.on;
  live.error.clear();
  counted_ = {};
  if (c.on) return;
  if (working_job_ != 0) jobs_.Cancel(working_job_);
  if (count_job_ != 0) jobs_.Cancel(count_job_);
}

void Controller::Handle(const ReadAgain&) {
  DropWorkingSet();
}

void Controller::DropWorkingSet() {
  LiveCountState& live = state_.live;
  ++live_epoch_;
  if (working_job_ != 0) jobs_.Cancel(working_job_);
  if (count_job_ != 0) jobs_.Cancel(count_job_);
  working_job_ = count_job_ = 0;
  counted_ = {};
  const bool on = live.on;
  if (live.counter) {
    // Its file goes where it is used, not on the thread that draws.
    jobs_.Submit(
        Lane::kCounts, "Removing what was counted", false,
        [old = std::move(live.counter)](JobContext&) mutable {
          old.reset();
          return true;
        },
        [](bool) {});
  }
  live = {};
  live.on = on;
}

void Controller::FollowFilter() {
  LiveCountState& live = state_.live;
  if (!live.on || state_.screen != Screen::kFilters || schema() == nullptr ||
      state_.connection.state != ServerConnection::State::kOnline) {
    return;
  }
  if (live.user != state_.user) {
    DropWorkingSet();
    live.user = state_.user;
  }
  const Entity* entity = state_.draft.current().Find(state_.selected_entity);
  if (entity == nullptr || entity->mode != DeviceMode::kOffline || live.reading) return;
  if (counted_.serial == state_.draft_serial && counted_.entity == entity->name) return;
  counted_ = {state_.draft_serial, entity->name};
  const Query query = CountedQuery(*entity);
  if (live.result && live.error.empty() && !live.counting && live.of == query) return;
  const auto missing = MissingFrom(live.held, WorkingNeeds(query, *schema()));
  if (missing.empty()) {
    CountFilter(query);
  } else {
    ReadRecords(missing);
  }
}

void Controller::ReadRecords(const std::vector<NeededFields>& needs) {
  LiveCountState& live = state_.live;
  live.reading = true;
  live.error.clear();
  live.records_read = 0;
  live.reading_entity = needs.front().entity;
  const std::uint64_t epoch = live_epoch_;
  working_job_ = AskServer(
      "Reading records to count", true,
      [this, epoch, link = state_.connection.link, needs, as = state_.user](JobContext& job) {
        auto last = std::chrono::steady_clock::time_point{};
        return link->ReadWorkingSet(
            {.needs = needs, .as = as},
            [&](const WorkingProgress& at) {
              const auto now = std::chrono::steady_clock::now();
              if (now - last < std::chrono::milliseconds(60)) return;
              last = now;
              job.Report("Reading records to count: " + HumanCount(at.records));
              job.Post([this, epoch, at] {
                if (epoch != live_epoch_) return;
                state_.live.reading_entity = at.entity;
                state_.live.records_read = at.records;
              });
            },
            job.stop());
      },
      [this, epoch](Result<WorkingRead> read) {
        if (epoch != live_epoch_) return;
        working_job_ = 0;
        if (!read) {
          state_.live.reading = false;
          // Whoever stops it does not want it begun again at the next edit.
          if (read.error().code == ErrorCode::kCancelled) state_.live.on = false;
          if (read.error().code != ErrorCode::kCancelled) state_.live.error = read.error().message;
          return;
        }
        TakeRecords(std::make_shared<WorkingRead>(std::move(*read)));
      });
}

void Controller::TakeRecords(std::shared_ptr<WorkingRead> read) {
  using Counter = std::shared_ptr<FilterCounter>;
  jobs_.Submit(
      Lane::kCounts, "Keeping records to count", false,
      [counter = state_.live.counter, bench = workbench_, read](JobContext&) -> Result<Counter> {
        Counter into = counter;
        if (!into) {
          auto made = bench->MakeCounter();
          if (!made) return Fail(made.error());
          into = std::move(*made);
        }
        if (auto taken = into->Take(*read); !taken) return Fail(taken.error());
        read->scratch.reset();  // It is kept elsewhere now.
        return into;
      },
      [this, epoch = live_epoch_, read](Result<Counter> counter) {
        if (epoch != live_epoch_) return;
        LiveCountState& live = state_.live;
        live.reading = false;
        if (!counter) {
          live.error = counter.error().message;
          return;
        }
        live.counter = std::move(*counter);
        live.as_name = read->as_name;
        live.why_not_exact = read->why_not_exact;
        for (const WorkingEntity& entity : read->entities) {
          std::erase_if(live.held, [&](const WorkingEntity& e) { return e.name == entity.name; });
          live.held.push_back(entity);
          live.read_at[entity.name] = surroundings_.clock();
        }
        counted_ = {};
      });
}

void Controller::CountFilter(const Query& query) {
  LiveCountState& live = state_.live;
  // Whoever edits on does not wait for the count before.
  if (count_job_ != 0) jobs_.Cancel(count_job_);
  live.counting = true;
  live.error.clear();
  const std::uint64_t serial = ++count_serial_;
  count_job_ = jobs_.Submit(
      Lane::kCounts, "Counting", false,
      [counter = live.counter, query, schema = NarrowSchema(*schema(), query)](JobContext& job) {
        return counter->Count(query, schema, job.stop());
      },
      [this, epoch = live_epoch_, serial, query](Result<FilterCount> count) {
        LiveCountState& now = state_.live;
        if (epoch != live_epoch_ || serial != count_serial_) return;
        now.counting = false;
        count_job_ = 0;
        if (!count) {
          if (count.error().code != ErrorCode::kCancelled) now.error = count.error().message;
          return;
        }
        now.entity = query.entity;
        now.of = query;
        now.words.clear();
        for (const FunnelStep& step : count->funnel) {
          now.words.push_back(StepWords(query, step.path, schema()));
        }
        now.result = std::move(*count);
      });
}

// --- Saved views -------------------------------------------------------------------------------

void Controller::Handle(const ReadViews& c) {
  ViewsState& views = state_.views;
  if (state_.connection.state != ServerConnection::State::kOnline) return;
  if (views.entity == c.entity && views.error.empty()) return;  // They are there, or on their way.
  views = {};
  views.entity = c.entity;
  views.reading = true;
  AskServer(
      "Reading saved views", false,
      [link = state_.connection.link, entity = c.entity](JobContext& job) {
        return link->Views(entity, job.stop());
      },
      [this, epoch = connection_epoch_, entity = c.entity](Result<std::vector<ViewInfo>> read) {
        ViewsState& now = state_.views;
        if (epoch != connection_epoch_ || now.entity != entity) return;
        now.reading = false;
        if (!read) {
          now.error = read.error().message;
          return;
        }
        now.views = std::move(*read);
        std::stable_sort(
            now.views.begin(), now.views.end(),
            [](const ViewInfo& a, const ViewInfo& b) { return a.is_default && !b.is_default; });
        for (const ViewInfo& view : now.views) {
          auto parsed = ParseFetch(view.fetchxml);
          if (parsed) DropShownOnly(parsed->query);
          now.sentences.push_back(parsed ? ToString(Describe(parsed->query, schema()))
                                         : "Cannot be used: " + parsed.error().message);
        }
      });
}

void Controller::Handle(const StartFromView& c) {
  const ViewsState& views = state_.views;
  const Entity* entity = state_.draft.current().Find(views.entity);
  const auto view = std::find_if(views.views.begin(), views.views.end(),
                                 [&](const ViewInfo& info) { return info.id == c.view; });
  if (entity == nullptr || view == views.views.end()) return;
  auto parsed = ParseFetch(view->fetchxml);
  if (!parsed || parsed->query.entity != entity->name) {
    Show({.severity = Severity::kError,
          .title = "The view cannot be used",
          .text = view->name + ": " + (parsed ? "it lists another entity" : parsed.error().message),
          .until = -1});
    return;
  }
  DropShownOnly(parsed->query);
  // What a view sorts by is how it is shown, not what it is: order and cap of the entity stay.
  Entity next = *entity;
  next.filter = std::move(parsed->query.filter);
  next.links = std::move(parsed->query.links);
  Handle(EditEntities{{std::move(next)}, "Start from the view " + view->name, {}});
}

}  // namespace satchel
