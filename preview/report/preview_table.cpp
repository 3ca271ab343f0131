#include <algorithm>

#include "policy/support/text.h"
#include "policy/support/units.h"
#include "preview/report/finding_groups.h"
#include "preview/report/preview_report.h"
#include "preview/report/text_table.h"

namespace satchel {

namespace {

std::string Records(const EntityPreview& entity) {
  if (entity.mode == DeviceMode::kOnline) return "online";
  std::string text = HumanCount(entity.records);
  if (entity.cut_by_max_records > 0) text += " of " + HumanCount(entity.matched);
  return text;
}

std::string Who(const PreviewResult& result) {
  return result.as_name.empty() ? result.as_id : result.as_name;
}

using Row = std::vector<std::string>;

// What an incremental sync brought: in columns of their own.
void AddChanges(const PreviewChanges& changes, Row& row) {
  for (const std::int64_t count :
       {changes.received, changes.added, changes.updated, changes.removed}) {
    row.push_back(HumanCount(count));
  }
}

std::string One(const PreviewResult& result) {
  const bool incremental = result.incremental();
  std::vector<Row> rows = {{"Entity", "Records", "On the device"}};
  if (incremental) {
    rows[0].insert(rows[0].end(), {"Received", "Added", "Updated", "Removed"});
  }
  rows[0].insert(rows[0].end(), {"Downloaded", "Requests", "Time"});
  const auto wire = [](Row& row, std::int64_t bytes, int requests, double seconds) {
    row.insert(row.end(), {HumanSize(bytes), std::to_string(requests),
                           HumanDuration(std::chrono::duration<double>(seconds))});
  };
  for (const EntityPreview& entity : result.entities) {
    rows.push_back({entity.name, Records(entity)});
    if (entity.mode == DeviceMode::kOnline) continue;
    rows.back().push_back(HumanSize(entity.bytes_on_device));
    if (incremental) AddChanges(entity.changes, rows.back());
    wire(rows.back(), entity.bytes_downloaded, entity.requests, entity.seconds);
  }
  rows.push_back({"Total", HumanCount(result.records), HumanSize(result.bytes_on_device)});
  if (incremental) AddChanges(result.changes(), rows.back());
  wire(rows.back(), result.bytes_downloaded, result.requests, result.seconds);
  return result.policy_name + " as " + Who(result) + " on " + ToString(result.now) +
         (result.exact ? ", exact" : ", not exact") + "\n" + TextTable({Align::kLeft}, rows) +
         FindingLines(result.findings);
}

std::string Compared(const std::vector<PreviewResult>& results) {
  std::vector<std::string> header = {"Records"};
  for (const PreviewResult& result : results) header.push_back(Who(result));
  std::vector<std::vector<std::string>> rows = {header};
  for (std::size_t i = 0; i < results.front().entities.size(); ++i) {
    std::vector<std::string> row = {results.front().entities[i].name};
    for (const PreviewResult& result : results) row.push_back(Records(result.entities[i]));
    rows.push_back(row);
  }
  const auto total = [&](const std::string& name, const auto& of) {
    std::vector<std::string> row = {name};
    for (const PreviewResult& result : results) row.push_back(of(result));
    rows.push_back(row);
  };
  total("Total", [](const PreviewResult& r) { return HumanCount(r.records); });
  total("On the device", [](const PreviewResult& r) { return HumanSize(r.bytes_on_device); });
  total("Downloaded", [](const PreviewResult& r) { return HumanSize(r.bytes_downloaded); });
  total("Requests", [](const PreviewResult& r) { return std::to_string(r.requests); });
  total("Time", [](const PreviewResult& r) {
    return HumanDuration(std::chrono::duration<double>(r.seconds));
  });
  total("Exact", [](const PreviewResult& r) { return std::string(r.exact ? "yes" : "no"); });
  std::string text = results.front().policy_name + " on " + ToString(results.front().now) + "\n" +
                     TextTable({Align::kLeft}, rows);
  for (const PreviewResult& result : results) {
    if (!result.findings.empty()) text += Who(result) + ":\n" + FindingLines(result.findings);
  }
  return text;
}

}  // namespace

std::string PreviewTable(const std::vector<PreviewResult>& results) {
  return results.size() == 1 ? One(results.front()) : Compared(results);
}

}  // namespace satchel
