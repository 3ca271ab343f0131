#include "preview/report/drift_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "policy/support/units.h"
#include "preview/report/finding_groups.h"
#include "preview/report/text_table.h"

namespace satchel {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostShown = 20;  // Records of one cause; the JSON has all of them.

// The first column is text, the last runs on, those between stand to the right.
std::string Table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line +=
          (i > 0 ? "  " : "") +
          (i + 1 == row.size() ? row[i]
                               : Padded(row[i], widths[i], i > 0 ? Align::kRight : Align::kLeft));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string Entities(const DriftResult& drift) {
  std::vector<std::vector<std::string>> rows = {
      {"Entity", "Base", "Now", "Missed", "Stale", "Wasted", ""}};
  for (const DriftEntity& entity : drift.entities) {
    const auto count = [&](std::int64_t number) {
      return entity.followed ? HumanCount(number) : std::string("-");
    };
    std::string note = entity.followed ? "" : "not followed: " + entity.why;
    if (entity.changed_meanwhile > 0) {
      note = HumanCount(entity.changed_meanwhile) + " changed meanwhile, not counted";
    }
    rows.push_back({entity.label, HumanCount(entity.base), HumanCount(entity.full),
                    count(entity.missed), count(entity.stale), count(entity.wasted), note});
  }
  return Table(rows);
}

std::string Causes(const DriftResult& drift) {
  std::string text;
  auto record = drift.records.begin();
  for (const DriftTotal& total : drift.totals) {
    std::string label = total.entity;
    for (const DriftEntity& entity : drift.entities) {
      if (entity.name == total.entity) label = entity.label;
    }
    text += "\n" + label + ": " + HumanCount(total.records) + " " + std::string(Name(total.kind)) +
            ", " + std::string(Words(total.cause)) + "\n  → " + Words(total) + "\n";
    std::vector<std::vector<std::string>> rows;
    for (std::int64_t i = 0; i < total.records && record != drift.records.end(); ++i, ++record) {
      if (rows.size() >= kMostShown) continue;
      rows.push_back({"  " + (record->name.empty() ? "(no name)" : record->name), record->id,
                      record->sentence});
    }
    text += Table(rows);
    const std::int64_t more = total.records - static_cast<std::int64_t>(rows.size());
    if (more > 0) text += "  and " + HumanCount(more) + " more (--json lists them)\n";
  }
  return text;
}

std::string Conclusion(const DriftResult& drift) {
  std::int64_t missed = 0;
  std::int64_t stale = 0;
  std::int64_t wasted = 0;
  std::int64_t unsettled = 0;
  for (const DriftEntity& entity : drift.entities) {
    missed += entity.missed;
    stale += entity.stale;
    wasted += entity.wasted;
    unsettled += entity.unsettled;
  }
  const std::string waste =
      wasted == 0 ? "" : " " + HumanCount(wasted) + " came only to be thrown away.";
  if (missed + stale == 0) {
    return "A sync that asks only for what changed gets everything right here." + waste;
  }
  return "A sync that asks only for what changed misses " + HumanCount(missed) + " and keeps " +
         HumanCount(stale) + " wrongly; as the policy reconciles, " +
         (unsettled == 0 ? "none is left" : HumanCount(unsettled) + " are left") +
         " after the next one." + waste;
}

}  // namespace

std::string DriftText(const DriftResult& drift) {
  std::string text = drift.policy_name + " for " + drift.as_name + ", " + ToString(drift.now) +
                     ", " + drift.server + (drift.exact ? "" : ", not exact") + "\n\n" +
                     Entities(drift) + Causes(drift);
  if (drift.not_listed > 0) {
    text += "\n" + HumanCount(drift.not_listed) + " more were counted, but not looked into.\n";
  }
  return text + FindingLines(drift.findings) + "\n" + Conclusion(drift) + "\n";
}

std::string DriftJson(const DriftResult& drift) {
  Json entities = Json::array();
  for (const DriftEntity& entity : drift.entities) {
    entities.push_back({{"name", entity.name},
                        {"followed", entity.followed},
                        {"why", entity.why},
                        {"since", entity.followed ? ToString(entity.since) : ""},
                        {"base", entity.base},
                        {"full", entity.full},
                        {"missed", entity.missed},
                        {"stale", entity.stale},
                        {"wasted", entity.wasted},
                        {"unsettled", entity.unsettled},
                        {"changed_meanwhile", entity.changed_meanwhile}});
  }
  Json totals = Json::array();
  for (const DriftTotal& total : drift.totals) {
    totals.push_back({{"entity", total.entity},
                      {"kind", Name(total.kind)},
                      {"cause", Name(total.cause)},
                      {"records", total.records},
                      {"fix", Words(total)}});
  }
  Json records = Json::array();
  for (const DriftRecord& record : drift.records) {
    records.push_back({{"entity", record.entity},
                       {"id", record.id},
                       {"name", record.name},
                       {"kind", Name(record.kind)},
                       {"cause", Name(record.cause)},
                       {"sentence", record.sentence},
                       {"settled", record.settled}});
  }
  Json findings = Json::array();
  for (const Finding& finding : drift.findings) {
    findings.push_back({{"severity", Name(finding.severity)},
                        {"rule", finding.rule},
                        {"entity", finding.entity},
                        {"message", finding.message}});
  }
  const Json document = {{"policy", drift.policy_name},
                         {"server", drift.server},
                         {"as", {{"id", drift.as_id}, {"name", drift.as_name}}},
                         {"now", ToString(drift.now)},
                         {"zone", drift.zone},
                         {"exact", drift.exact},
                         {"entities", entities},
                         {"totals", totals},
                         {"records", records},
                         {"not_listed", drift.not_listed},
                         {"findings", findings}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace satchel
