// The pieces of JSON several commands print.
#pragma once

#include <nlohmann/json.hpp>

#include "policy/check/finding.h"

namespace satchel {

// Keys in the order they are added: documents read the same on every run.
using Json = nlohmann::ordered_json;

[[nodiscard]] inline Json ToJson(const Finding& finding) {
  Json json = {{"severity", Name(finding.severity)}, {"rule", finding.rule}};
  json["entity"] = finding.entity;
  json["path"] = finding.path;
  json["line"] = finding.mark.line;
  json["column"] = finding.mark.column;
  json["message"] = finding.message;
  return json;
}

[[nodiscard]] inline Json ToJson(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) list.push_back(ToJson(finding));
  return list;
}

// One document on one or many lines; bytes that are no UTF-8 become U+FFFD rather than an
// exception.
[[nodiscard]] inline std::string Print(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace satchel
