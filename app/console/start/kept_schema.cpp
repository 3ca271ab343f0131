#include "app/console/start/kept_schema.h"

#include <nlohmann/json.hpp>

#include "app/console/settings.h"
#include "engine/filter/data_set.h"
#include "policy/support/sha256.h"

namespace satchel {

std::filesystem::path KeptSchemaFile(const std::filesystem::path& folder,
                                     const std::string& server) {
  return folder / "schemas" / (Sha256Hex(server).substr(0, 24) + ".json");
}

Result<> WriteKeptSchema(const std::filesystem::path& file, const KeptSchema& kept) {
  nlohmann::ordered_json json;
  json["read_at"] = kept.read_at;
  json["entities"] = nlohmann::ordered_json::array();
  for (const EntityName& entity : kept.entities) {
    json["entities"].push_back({{"name", entity.name}, {"label", entity.label}});
  }
  json["schema"] = PrintSchema(kept.schema);
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  return WriteAtomically(file,
                         json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

Result<KeptSchema> ReadKeptSchema(const std::filesystem::path& file) {
  const auto text = ReadWholeFile(file);
  if (!text) return Fail(text.error());
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  const auto broken = [&] {
    return Fail(ErrorCode::kCorrupt, file.string() + " is no kept schema (it can be deleted)");
  };
  if (!json.is_object() || !json.contains("read_at") || !json["read_at"].is_number_integer() ||
      !json.contains("schema") || !json["schema"].is_string()) {
    return broken();
  }
  KeptSchema kept;
  kept.read_at = json["read_at"].get<std::int64_t>();
  auto schema = ParseSchema(json["schema"].get<std::string>());
  if (!schema) return broken();
  kept.schema = std::move(*schema);
  const auto entities = json.find("entities");
  if (entities == json.end() || !entities->is_array()) return kept;
  for (const auto& entity : *entities) {
    if (!entity.is_object()) continue;
    kept.entities.push_back({entity.value("name", ""), entity.value("label", "")});
  }
  return kept;
}

}  // namespace satchel
