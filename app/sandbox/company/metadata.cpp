#include "app/sandbox/company/metadata.h"

#include <algorithm>

#include "policy/support/sha256.h"

namespace satchel::sandbox {

namespace {

FieldSchema ToField(const Metadata& metadata, const Table& table, const Attribute& attribute) {
  FieldSchema field;
  field.name = attribute.name;
  field.label = attribute.label;
  field.type = attribute.type;
  if (attribute.type == FieldType::kMoney || attribute.type == FieldType::kDecimal)
    field.precision = attribute.precision;
  field.max_length = attribute.max_length;
  field.targets = attribute.targets;
  for (const Option& option : attribute.options.options)
    field.choices.push_back({option.value, option.label});
  if (attribute.is_lookup()) {
    field.wire_name = attribute.wire_name();
    if (attribute.targets.size() == 1) {
      const Relationship* relationship =
          metadata.FindLookup(table.name, attribute.name, attribute.targets.front());
      if (relationship) field.navigation = relationship->referencing_navigation;
    }
  }
  field.required = attribute.required == Requirement::kSystem;
  field.creatable = attribute.valid_for_create;
  field.updatable = attribute.valid_for_update;
  return field;
}

}  // namespace

const Attribute* Table::Find(std::string_view attribute) const {
  const auto at = std::find_if(attributes.begin(), attributes.end(),
                               [&](const Attribute& a) { return a.name == attribute; });
  return at == attributes.end() ? nullptr : &*at;
}

const Table* Metadata::Find(std::string_view logical_name) const {
  const auto at = tables.find(logical_name);
  return at == tables.end() ? nullptr : &at->second;
}

const Table* Metadata::FindBySet(std::string_view set_name) const {
  for (const auto& [name, table] : tables) {
    if (table.set_name == set_name) return &table;
  }
  return nullptr;
}

const Attribute* Metadata::Find(std::string_view table, std::string_view attribute) const {
  const Table* found = Find(table);
  return found ? found->Find(attribute) : nullptr;
}

const Relationship* Metadata::FindLookup(std::string_view entity,
                                         std::string_view navigation) const {
  for (const Relationship& relationship : relationships) {
    if (relationship.referencing_entity == entity &&
        relationship.referencing_navigation == navigation)
      return &relationship;
  }
  return nullptr;
}

const Relationship* Metadata::FindLookup(std::string_view entity, std::string_view attribute,
                                         std::string_view target) const {
  for (const Relationship& relationship : relationships) {
    if (relationship.referencing_entity == entity &&
        relationship.referencing_attribute == attribute && relationship.referenced_entity == target)
      return &relationship;
  }
  return nullptr;
}

const Relationship* Metadata::FindCollection(std::string_view entity,
                                             std::string_view navigation) const {
  for (const Relationship& relationship : relationships) {
    if (relationship.referenced_entity == entity &&
        relationship.referenced_navigation == navigation)
      return &relationship;
  }
  return nullptr;
}

const ManyToManyRelationship* Metadata::FindManyToMany(std::string_view entity,
                                                       std::string_view navigation) const {
  for (const ManyToManyRelationship& relationship : many_to_many) {
    if ((relationship.entity1 == entity && relationship.entity1_navigation == navigation) ||
        (relationship.entity2 == entity && relationship.entity2_navigation == navigation))
      return &relationship;
  }
  return nullptr;
}

Schema ToSchema(const Metadata& metadata) {
  Schema schema;
  for (const auto& [name, table] : metadata.tables) {
    EntitySchema& entity = schema.entities[name];
    entity.name = name;
    entity.label = table.label;
    entity.set_name = table.set_name;
    entity.key = table.primary_id;
    entity.primary_name = table.primary_name;
    entity.intersect = table.intersect;
    entity.change_tracking = table.change_tracking;
    entity.user_owned = table.ownership == Ownership::kUser;
    if (table.Find("createdon")) entity.created = "createdon";
    if (table.Find("modifiedon")) entity.modified = "modifiedon";
    if (table.Find("versionnumber")) entity.version = "versionnumber";
    for (const Attribute& attribute : table.attributes) {
      if (attribute.valid_for_read)
        entity.fields.emplace(attribute.name, ToField(metadata, table, attribute));
    }
  }
  for (const Relationship& relationship : metadata.relationships) {
    const auto at = schema.entities.find(relationship.referenced_entity);
    if (at == schema.entities.end()) continue;
    at->second.collections.push_back({relationship.referenced_navigation,
                                      relationship.referencing_entity,
                                      relationship.referencing_attribute});
    if (relationship.hierarchical)
      schema.entities[relationship.referencing_entity].hierarchy =
          relationship.referencing_attribute;
  }
  for (const ManyToManyRelationship& relationship : metadata.many_to_many) {
    schema.entities[relationship.entity1].many_to_many.push_back(
        {relationship.entity1_navigation, relationship.intersect_entity, relationship.entity2});
    if (relationship.entity1 != relationship.entity2)
      schema.entities[relationship.entity2].many_to_many.push_back(
          {relationship.entity2_navigation, relationship.intersect_entity, relationship.entity1});
  }
  return schema;
}

Guid MetadataId(std::string_view path) {
  const std::string hash = Sha256Hex(path);
  // The version and variant digits of a name-based id.
  return ParseGuid(hash.substr(0, 8) + "-" + hash.substr(8, 4) + "-8" + hash.substr(13, 3) + "-a" +
                   hash.substr(17, 3) + "-" + hash.substr(20, 12))
      .value_or(Guid{});
}

}  // namespace satchel::sandbox
