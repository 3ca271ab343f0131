#include "tests/app/console/fake_counter.h"

#include <algorithm>
#include <thread>

#include "preview/working_set/filter_parts.h"

namespace satchel {
namespace {

constexpr std::int64_t kAll = 48'210;
constexpr const char* kSampleNames[] = {"Contoso Energy s.r.o.", "Łódzkie Zakłady Mięsne",
                                        "Ελληνική Ενέργεια ΑΕ", "Fabrikam Wind GmbH",
                                        "Žilinská teplárenská"};
constexpr const char* kValues[] = {"Jana Novák", "2026-11-21T10:42:07Z", "Yes", "Energy"};

// What it says decides, so that an edit shows in the count.
std::int64_t KeptBy(const QueryPart& part) {
  std::size_t size = part.path.size();
  for (const Node& node : part.query.filter.nodes) {
    if (const auto* condition = std::get_if<Condition>(&node.item)) {
      for (const std::string& value : condition->values) size += value.size();
    }
  }
  return kAll / static_cast<std::int64_t>(size % 7 + 3);
}

bool Unfinished(const QueryPart& part) {
  for (const Node& node : part.query.filter.nodes) {
    const auto* condition = std::get_if<Condition>(&node.item);
    if (condition != nullptr && condition->op == Operator::kEq && condition->values.empty()) {
      return true;
    }
  }
  return false;
}

}  // namespace

Result<WorkingRead> FakeCounting::Read(const WorkingSetRequest& request, const WorkingSink& sink,
                                       const std::stop_token& stop) {
  reads.push_back(request);
  if (refuse) return Fail(*refuse);
  if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
  WorkingRead read;
  read.as_name = request.as.empty() ? "Eva Kováčová" : "Jana Novák";
  for (const NeededFields& need : request.needs) {
    read.entities.push_back({.name = need.entity,
                             .fields = need.fields,
                             .records = need.entity == "account" ? kAll : 120,
                             .capped = capped});
    if (sink) sink({need.entity, read.entities.back().records});
  }
  return read;
}

Result<> FakeCounter::Take(const WorkingRead& read) {
  for (const WorkingEntity& entity : read.entities) {
    std::erase_if(held_, [&](const WorkingEntity& old) { return old.name == entity.name; });
    held_.push_back(entity);
  }
  return {};
}

Result<FilterCount> FakeCounter::Count(const Query& query, const Schema& schema,
                                       std::stop_token stop) {
  ++of_->counts;
  while (of_->hold_counts && !stop.stop_requested()) std::this_thread::yield();
  if (stop.stop_requested()) {
    ++of_->cancelled;
    return Fail(ErrorCode::kCancelled, "cancelled");
  }
  FilterCount count;
  count.all = count.matched = kAll;
  count.estimated = of_->capped;
  std::int64_t left = kAll;
  for (const QueryPart& part : PartsOf(query)) {
    if (Unfinished(part)) {
      ++count.left_out;
      continue;
    }
    count.alone[part.path] = KeptBy(part);
    if (std::count(part.path.begin(), part.path.end(), '[') > 1) continue;
    left = std::min(left * 3 / 5, KeptBy(part));
    count.funnel.push_back({part.path, KeptBy(part), left});
  }
  count.matched = left;
  const EntitySchema* entity = schema.Find(query.entity);
  if (entity == nullptr) return Fail(ErrorCode::kNotFound, "no schema");
  count.columns.push_back({"name", "Name", FieldType::kString});
  for (const char* field : {"ownerid", "modifiedon", "creditonhold"}) {
    count.columns.push_back({field, entity->Find(field)->label, entity->Find(field)->type});
  }
  for (const char* name : kSampleNames) {
    count.sample.push_back({name, {name, kValues[0], kValues[1], kValues[2]}});
  }
  return count;
}

}  // namespace satchel
