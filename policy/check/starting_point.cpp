#include "policy/check/starting_point.h"

#include <algorithm>

namespace satchel {

Entity StartingPoint(const EntitySchema& schema) {
  Entity entity{.name = schema.name};
  const auto add = [&](const std::string& field) {
    const bool there =
        std::find(entity.fields.begin(), entity.fields.end(), field) != entity.fields.end();
    if (!field.empty() && schema.Find(field) != nullptr && !there) entity.fields.push_back(field);
  };
  add(schema.primary_name);
  for (const auto& [name, field] : schema.fields) {
    if (field.required && name != schema.key) add(name);
  }
  for (const auto& [name, field] : schema.fields) {
    if (field.type == FieldType::kOwner || field.type == FieldType::kState) add(name);
  }
  add(schema.modified);
  if (entity.fields.empty()) entity.fields.push_back(schema.key);
  for (const auto& [name, field] : schema.fields) {
    if (field.type == FieldType::kState) {
      entity.filter.nodes.push_back(
          {Condition{.field = name, .op = Operator::kEq, .values = {"0"}}});
    }
    if (field.type == FieldType::kOwner) {
      entity.filter.nodes.push_back({Condition{.field = name, .op = Operator::kEqUserOrUserTeams}});
    }
  }
  return entity;
}

}  // namespace satchel
