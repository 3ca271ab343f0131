#include "app/cli/compare_json.h"

#include <algorithm>
#include <array>

namespace satchel {

namespace {

constexpr std::array<const char*, 4> kChangeKinds = {"added", "removed", "changed", "moved"};

const char* ModeOf(const std::optional<EntityPreview>& side) {
  if (!side) return "absent";
  return side->mode == DeviceMode::kOffline ? "offline" : "online";
}

Json SideJson(const std::optional<EntityPreview>& side) {
  return {{"mode", ModeOf(side)},
          {"records", side ? side->records : 0},
          {"bytes_on_device", side ? side->bytes_on_device : 0}};
}

Json PolicyJson(const ComparedSide& side) {
  return {{"name", side.name}, {"content_hash", side.content_hash}};
}

Json TotalsJson(const ComparedSide& side) {
  return {{"records", side.records}, {"bytes_on_device", side.bytes_on_device}};
}

Json RecordsJson(const ComparedUser& user, const std::string& entity, RecordChange change) {
  Json records = Json::array();
  for (const RecordList& list : user.lists) {
    if (list.entity != entity || list.change != change) continue;
    for (const ComparedRecord& record : list.first) {
      records.push_back({{"id", record.id}, {"name", record.name}});
    }
  }
  return records;
}

Json UserJson(const ComparedUser& user) {
  const Comparison& comparison = user.comparison;
  Json entities = Json::array();
  for (const EntityComparison& entity : comparison.entities) {
    entities.push_back(
        {{"name", entity.name},
         {"before", SideJson(entity.before)},
         {"after", SideJson(entity.after)},
         {"added", entity.added},
         {"removed", entity.removed},
         {"kept", entity.kept},
         {"bytes_difference", entity.bytes_difference()},
         {"fields_added", entity.fields_added},
         {"fields_removed", entity.fields_removed},
         {"read_once", entity.read_once},
         {"added_records", RecordsJson(user, entity.name, RecordChange::kAdded)},
         {"removed_records", RecordsJson(user, entity.name, RecordChange::kRemoved)}});
  }
  Json findings = Json::array();
  for (const Finding& finding : comparison.findings) {
    findings.push_back({{"severity", Name(finding.severity)},
                        {"rule", finding.rule},
                        {"entity", finding.entity},
                        {"message", finding.message}});
  }
  return {
      {"as", {{"id", comparison.as_id}, {"name", comparison.as_name}}},
      {"exact", comparison.exact},
      {"totals",
       {{"before", TotalsJson(comparison.before)},
        {"after", TotalsJson(comparison.after)},
        {"added", comparison.added},
        {"removed", comparison.removed},
        {"kept", comparison.kept},
        {"bytes_difference", comparison.after.bytes_on_device - comparison.before.bytes_on_device},
        {"requests", comparison.requests},
        {"seconds", comparison.seconds}}},
      {"entities", std::move(entities)},
      {"findings", std::move(findings)}};
}

}  // namespace

Json ToJson(const std::vector<Change>& changes) {
  Json list = Json::array();
  for (const Change& change : changes) {
    list.push_back({{"kind", kChangeKinds[static_cast<std::size_t>(change.kind)]},
                    {"path", change.path},
                    {"entity", change.entity},
                    {"structural", change.structural},
                    {"before", change.before},
                    {"after", change.after},
                    {"sentence", change.sentence}});
  }
  return list;
}

Json ToJson(const std::vector<ComparedUser>& users) {
  const Comparison& first = users.front().comparison;
  Json comparisons = Json::array();
  for (const ComparedUser& user : users) comparisons.push_back(UserJson(user));
  return {{"before", PolicyJson(first.before)},
          {"after", PolicyJson(first.after)},
          {"server", first.server},
          {"now", ToString(first.now)},
          {"different",
           std::any_of(users.begin(), users.end(),
                       [](const ComparedUser& user) { return user.comparison.different(); })},
          {"structural", IsStructural(first.changes)},
          {"changes", ToJson(first.changes)},
          {"comparisons", std::move(comparisons)}};
}

}  // namespace satchel
