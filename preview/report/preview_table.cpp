#include <algorithm>

#include "policy/support/text.h"
#include "policy/support/units.h"
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

std::string Findings(const PreviewResult& result) {
  std::string text;
  for (const Finding& finding : result.findings) {
    text += std::string(Name(finding.severity)) + ": " + finding.message + "\n";
  }
  return text;
}

std::string One(const PreviewResult& result) {
  std::vector<std::vector<std::string>> rows = {
      {"Entity", "Records", "On the device", "Downloaded", "Requests", "Time"}};
  for (const EntityPreview& entity : result.entities) {
    if (entity.mode == DeviceMode::kOnline) {
      rows.push_back({entity.name, Records(entity), "", "", "", ""});
      continue;
    }
    rows.push_back({entity.name, Records(entity), HumanSize(entity.bytes_on_device),
                    HumanSize(entity.bytes_downloaded), std::to_string(entity.requests),
                    HumanDuration(std::chrono::duration<double>(entity.seconds))});
  }
  rows.push_back({"Total", HumanCount(result.records), HumanSize(result.bytes_on_device),
                  HumanSize(result.bytes_downloaded), std::to_string(result.requests),
                  HumanDuration(std::chrono::duration<double>(result.seconds))});
  return result.policy_name + " as " + Who(result) + " on " + ToString(result.now) +
         (result.exact ? ", exact" : ", not exact") + "\n" + TextTable({Align::kLeft}, rows) +
         Findings(result);
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
    if (!result.findings.empty()) text += Who(result) + ":\n" + Findings(result);
  }
  return text;
}

}  // namespace

std::string PreviewTable(const std::vector<PreviewResult>& results) {
  return results.size() == 1 ? One(results.front()) : Compared(results);
}

}  // namespace satchel
