#include "tests/support/golden_fetch.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "engine/record/instant.h"
#include "policy/fetchxml/fetchxml.h"

namespace satchel {

namespace {

using Json = nlohmann::ordered_json;

// 7 is 00000000-0000-0000-0000-000000000007.
std::string GuidText(const std::string& number) {
  char text[40];
  std::snprintf(text, sizeof text, "00000000-0000-0000-0000-%012lld", std::stoll(number));
  return text;
}

// id(7) inside a query.
std::string WithIds(std::string text) {
  for (std::size_t at = text.find("id("); at != std::string::npos; at = text.find("id(", at)) {
    const std::size_t end = text.find(')', at);
    text.replace(at, end - at + 1, GuidText(text.substr(at + 3, end - at - 3)));
  }
  return text;
}

Json SchemaJson(const YAML::Node& node) {
  if (node.IsMap()) {
    Json object = Json::object();
    for (const auto& pair : node) object[pair.first.as<std::string>()] = SchemaJson(pair.second);
    return object;
  }
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const auto& item : node) list.push_back(SchemaJson(item));
    return list;
  }
  const auto text = node.as<std::string>();
  const bool number =
      node.Tag() == "?" && text.find_first_not_of("0123456789") == std::string::npos;
  return number ? Json(std::stoll(text)) : Json(text);
}

Json RowJson(const YAML::Node& row, const EntitySchema& entity) {
  Json json = Json::object();
  for (const auto& pair : row) {
    const auto name = pair.first.as<std::string>();
    const FieldSchema* field = entity.Find(name);
    const auto text = pair.second.as<std::string>();
    if (field && kIdTypes.Has(field->type)) {
      json[name] = GuidText(text);
    } else if (field && field->type == FieldType::kBoolean) {
      json[name] = text == "true";
    } else {
      json[name] = text;  // Numbers are read from text too, so nothing is rounded on the way.
    }
  }
  return json;
}

FilterContext ReadContext(const YAML::Node& table, const YAML::Node& one) {
  const auto pick = [&](const char* key) { return one[key] ? one[key] : table[key]; };
  FilterContext context;
  if (const auto now = pick("now")) {
    const auto instant = ParseInstant(now.as<std::string>());
    if (!instant) throw YAML::Exception(now.Mark(), "not a moment");
    context.now = *instant;
  }
  if (const auto zone = pick("zone")) context.zone = zone.as<std::string>();
  if (const auto start = pick("week_start")) {
    if (start.as<std::string>() != "monday") throw YAML::Exception(start.Mark(), "not monday");
    context.week_start = Weekday::kMonday;
  }
  if (const auto user = pick("user")) {
    Json json = Json::object();
    for (const auto& pair : user) {
      const auto key = pair.first.as<std::string>();
      if (pair.second.IsSequence()) {
        for (const auto& id : pair.second) json[key].push_back(GuidText(id.as<std::string>()));
      } else if (key == "id" || key == "business_unit") {
        json[key] = GuidText(pair.second.as<std::string>());
      } else if (key == "language") {
        json[key] = pair.second.as<int>();
      } else {
        json[key] = pair.second.as<std::string>();
      }
    }
    const auto read = ParseUser(json.dump(), context.fiscal);
    if (!read) throw YAML::Exception(user.Mark(), read.error().message);
    context.user = *read;
  }
  return context;
}

// [1, 4-6] as ids.
std::vector<std::string> ReadKeeps(const YAML::Node& list) {
  std::vector<std::string> ids;
  for (const auto& item : list) {
    const auto text = item.as<std::string>();
    const std::size_t dash = text.find('-');
    const long long first = std::stoll(text.substr(0, dash));
    const long long last = dash == std::string::npos ? first : std::stoll(text.substr(dash + 1));
    for (long long id = first; id <= last; ++id) ids.push_back(GuidText(std::to_string(id)));
  }
  return ids;
}

std::string FetchOf(const YAML::Node& table, const YAML::Node& one) {
  if (one["fetch"]) return WithIds(one["fetch"].as<std::string>());
  const auto entity = (one["entity"] ? one["entity"] : table["entity"]).as<std::string>();
  std::string body = one["body"] ? one["body"].as<std::string>()
                                 : "<filter>" + one["where"].as<std::string>() + "</filter>";
  const std::string top = one["top"] ? " top=\"" + one["top"].as<std::string>() + "\"" : "";
  return "<fetch" + top + "><entity name=\"" + entity + "\">" + WithIds(std::move(body)) +
         "</entity></fetch>";
}

GoldenCase ReadCase(const YAML::Node& table, const YAML::Node& one, const std::string& file) {
  constexpr const char* kKeys[] = {"says", "cites", "where",      "body", "fetch", "top",  "entity",
                                   "now",  "zone",  "week_start", "user", "keeps", "error"};
  for (const auto& pair : one) {
    const auto key = pair.first.as<std::string>();
    if (std::find(std::begin(kKeys), std::end(kKeys), key) == std::end(kKeys)) {
      throw YAML::Exception(pair.first.Mark(), "unknown key " + key);
    }
  }
  if (!one["says"] || !one["cites"] || (!one["keeps"] && !one["error"])) {
    throw YAML::Exception(one.Mark(), "a case needs says, cites, and keeps or error");
  }
  GoldenCase golden;
  golden.name =
      file + ":" + std::to_string(one.Mark().line + 1) + " " + one["says"].as<std::string>();
  golden.cites = one["cites"].as<std::string>();
  golden.fetch = FetchOf(table, one);
  golden.context = ReadContext(table, one);
  if (one["keeps"]) golden.keeps = ReadKeeps(one["keeps"]);
  if (one["error"]) golden.error = one["error"].as<std::string>();
  const auto fetch = ParseFetch(golden.fetch);
  if (!fetch) throw YAML::Exception(one.Mark(), fetch.error().message + " in " + golden.fetch);
  golden.query = fetch->query;
  return golden;
}

GoldenTable ReadTable(const std::filesystem::path& path) {
  const YAML::Node yaml = YAML::LoadFile(path.string());
  GoldenTable table;
  table.file = path.filename().string();
  const Json schema_json = SchemaJson(yaml["schema"]);
  const auto schema = ParseSchema(schema_json.dump());
  if (!schema) throw YAML::Exception(yaml["schema"].Mark(), schema.error().message);
  Json rows = Json::object();
  for (const auto& pair : yaml["rows"]) {
    const auto name = pair.first.as<std::string>();
    const EntitySchema* entity = schema->Find(name);
    if (!entity) throw YAML::Exception(pair.first.Mark(), "no such entity");
    rows[name] = Json::array();
    for (const auto& row : pair.second) rows[name].push_back(RowJson(row, *entity));
  }
  table.data_json = Json{{"schema", schema_json}, {"rows", rows}}.dump();
  auto data = ParseDataSet(table.data_json);
  if (!data) throw YAML::Exception(yaml["rows"].Mark(), data.error().message);
  table.data = std::move(*data);
  for (const auto& one : yaml["cases"]) table.cases.push_back(ReadCase(yaml, one, table.file));
  return table;
}

}  // namespace

Result<std::deque<GoldenTable>> LoadGoldenTables(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) return Fail(ErrorCode::kNotFound, "no golden tables in " + folder.string());
  std::deque<GoldenTable> tables;
  for (const auto& file : files) {
    try {
      tables.push_back(ReadTable(file));
    } catch (
        const std::exception& exception) {  // yaml-cpp, nlohmann-json and std::stoll all throw.
      return Fail(ErrorCode::kInvalid, file.string() + ": " + exception.what());
    }
  }
  return tables;
}

}  // namespace satchel
