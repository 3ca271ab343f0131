#include <nlohmann/json.hpp>

#include "preview/report/preview_report.h"

namespace satchel {

namespace {

using Json = nlohmann::ordered_json;

std::string_view Name(DeviceMode mode) {
  return mode == DeviceMode::kOffline ? "offline" : "online";
}

Json ToJson(const EntityPreview& entity, bool incremental) {
  Json json = {{"name", entity.name},
               {"mode", Name(entity.mode)},
               {"records", entity.records},
               {"matched", entity.matched},
               {"cut_by_max_records", entity.cut_by_max_records},
               {"bytes_on_device", entity.bytes_on_device},
               {"bytes_downloaded", entity.bytes_downloaded},
               {"filtered_on_device", entity.filtered_on_device},
               {"requests", entity.requests},
               {"seconds", entity.seconds},
               {"ids_sha256", entity.ids_sha256}};
  if (incremental) {
    json["why"] = entity.why;
    json["received"] = entity.changes.received;
    json["added"] = entity.changes.added;
    json["updated"] = entity.changes.updated;
    json["removed"] = entity.changes.removed;
  }
  return json;
}

Json ToJson(const PreviewResult& result) {
  Json entities = Json::array();
  for (const EntityPreview& entity : result.entities)
    entities.push_back(ToJson(entity, result.incremental()));
  Json findings = Json::array();
  for (const Finding& finding : result.findings) {
    findings.push_back({{"severity", Name(finding.severity)},
                        {"rule", finding.rule},
                        {"entity", finding.entity},
                        {"message", finding.message}});
  }
  return {{"policy", {{"name", result.policy_name}, {"content_hash", result.content_hash}}},
          {"server", result.server},
          {"as", {{"id", result.as_id}, {"name", result.as_name}}},
          {"mode", result.mode},
          {"now", ToString(result.now)},
          {"exact", result.exact},
          {"totals",
           {{"records", result.records},
            {"bytes_on_device", result.bytes_on_device},
            {"bytes_downloaded", result.bytes_downloaded},
            {"requests", result.requests},
            {"seconds", result.seconds}}},
          {"entities", entities},
          {"findings", findings}};
}

}  // namespace

std::string PreviewJson(const std::vector<PreviewResult>& results) {
  Json document;
  if (results.size() == 1) {
    document = ToJson(results.front());
  } else {
    document["previews"] = Json::array();
    for (const PreviewResult& result : results) document["previews"].push_back(ToJson(result));
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace satchel
