#include "engine/server/odata/csdl.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "engine/http/limits.h"
#include "policy/model/name.h"
#include "policy/support/text.h"

namespace satchel::odata {

namespace {

constexpr int kMostBaseTypes = 32;

// "edm:Schema" → "Schema".
std::string_view LocalName(const char* name) {
  const std::string_view full = name;
  const std::size_t colon = full.find(':');
  return colon == std::string_view::npos ? full : full.substr(colon + 1);
}

bool Is(const pugi::xml_node& node, std::string_view name) {
  return node.type() == pugi::node_element && LocalName(node.name()) == name;
}

std::string Value(const pugi::xml_node& node, const char* attribute) {
  return node.attribute(attribute).value();
}

// Nesting of the tags, counted before the parser builds anything.
bool TooDeep(std::string_view xml) {
  std::size_t depth = 0;
  for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    if (xml.compare(at, 4, "<!--") == 0) {
      at = xml.find("-->", at);
      if (at == std::string_view::npos) return false;
      continue;
    }
    const std::size_t end = xml.find('>', at);
    if (end == std::string_view::npos || at + 1 >= xml.size()) return false;
    const char next = xml[at + 1];
    if (next == '/') {
      if (depth > 0) --depth;
    } else if (next != '?' && next != '!' && xml[end - 1] != '/') {
      if (++depth > kMaxXmlDepth) return true;
    }
  }
  return false;
}

std::optional<FieldType> TypeOf(std::string_view edm) {
  constexpr std::array<std::pair<std::string_view, FieldType>, 13> kTypes = {{
      {"Edm.String", FieldType::kString},
      {"Edm.Guid", FieldType::kUniqueIdentifier},
      {"Edm.Boolean", FieldType::kBoolean},
      {"Edm.Byte", FieldType::kInteger},
      {"Edm.SByte", FieldType::kInteger},
      {"Edm.Int16", FieldType::kInteger},
      {"Edm.Int32", FieldType::kInteger},
      {"Edm.Int64", FieldType::kBigInt},
      {"Edm.Decimal", FieldType::kDecimal},
      {"Edm.Double", FieldType::kDouble},
      {"Edm.Single", FieldType::kDouble},
      {"Edm.Date", FieldType::kDateOnly},
      {"Edm.DateTimeOffset", FieldType::kDateTime},
  }};
  for (const auto& [name, type] : kTypes) {
    if (name == edm) return type;
  }
  return std::nullopt;
}

int Number(const std::string& text, int otherwise) {
  if (text.empty() || text.size() > 6 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return otherwise;
  }
  return std::stoi(text);
}

struct Documents {
  // Types by qualified name, under namespace and alias.
  std::map<std::string, pugi::xml_node, std::less<>> entity_types;
  std::map<std::string, pugi::xml_node, std::less<>> enum_types;
  std::map<std::string, std::string, std::less<>> type_definitions;  // → Edm type.
  std::map<std::string, pugi::xml_node, std::less<>> sets;           // Set name → EntitySet.
  std::map<std::string, std::string, std::less<>> full_names;        // Alias form → full form.
};

void Index(const pugi::xml_node& schema, Documents& documents) {
  const std::string name_space = Value(schema, "Namespace");
  const std::string alias = Value(schema, "Alias");
  for (const pugi::xml_node node : schema.children()) {
    const std::string name = Value(node, "Name");
    for (const std::string& prefix : {name_space, alias}) {
      if (prefix.empty()) continue;
      const std::string full = prefix + "." + name;
      if (Is(node, "EntityType")) documents.entity_types[full] = node;
      if (Is(node, "EnumType")) documents.enum_types[full] = node;
      if (Is(node, "TypeDefinition")) {
        documents.type_definitions[full] = Value(node, "UnderlyingType");
      }
      documents.full_names[full] = name_space + "." + name;
    }
    if (Is(node, "EntityContainer")) {
      for (const pugi::xml_node set : node.children()) {
        const std::string set_name = Value(set, "Name");
        if (Is(set, "EntitySet") && IsName(set_name)) documents.sets[set_name] = set;
      }
    }
  }
}

// The type and its bases, the root first.
std::vector<pugi::xml_node> Chain(const Documents& documents, std::string type) {
  std::vector<pugi::xml_node> chain;
  for (int i = 0; i < kMostBaseTypes && !type.empty(); ++i) {
    const auto at = documents.entity_types.find(type);
    if (at == documents.entity_types.end()) break;
    chain.insert(chain.begin(), at->second);
    type = Value(at->second, "BaseType");
  }
  return chain;
}

std::string FullName(const Documents& documents, const std::string& type) {
  const auto at = documents.full_names.find(type);
  return at == documents.full_names.end() ? type : at->second;
}

void AddProperty(const pugi::xml_node& node, const Documents& documents, EntitySchema& entity) {
  FieldSchema field;
  field.name = Value(node, "Name");
  std::string type = Value(node, "Type");
  const auto definition = documents.type_definitions.find(type);
  if (definition != documents.type_definitions.end()) type = definition->second;
  auto found = TypeOf(type);
  if (!found && documents.enum_types.count(type) != 0) found = FieldType::kString;
  // A property that no policy could name is not there; so no name needs escaping in a URL.
  if (!found || !IsName(field.name)) return;
  field.type = *found;
  field.required = Value(node, "Nullable") == "false" && !node.attribute("DefaultValue");
  if (field.type == FieldType::kDecimal) {
    // "Variable" and "floating" say nothing; an absent Scale means 0 by the standard, but services
    // that leave both out mean any.
    const std::string scale = Value(node, "Scale");
    if (!scale.empty()) {
      field.precision = Number(scale, -1);
    } else if (!Value(node, "Precision").empty()) {
      field.precision = 0;
    }
  }
  field.max_length = Number(Value(node, "MaxLength"), 0);
  std::string name = field.name;
  entity.fields.emplace(std::move(name), std::move(field));
}

EntitySchema EntityFrom(const std::string& set_name, const pugi::xml_node& set,
                        const Documents& documents) {
  EntitySchema entity;
  entity.name = entity.set_name = set_name;
  std::vector<std::string> keys;
  for (const pugi::xml_node type : Chain(documents, Value(set, "EntityType"))) {
    for (const pugi::xml_node child : type.children()) {
      if (Is(child, "Property")) AddProperty(child, documents, entity);
      if (!Is(child, "Key")) continue;
      for (const pugi::xml_node reference : child.children()) {
        if (Is(reference, "PropertyRef")) keys.push_back(Value(reference, "Name"));
      }
    }
  }
  if (keys.size() == 1 && entity.Find(keys.front())) entity.key = keys.front();
  const auto moment = [&](std::initializer_list<const char*> names) -> std::string {
    for (const char* name : names) {
      const FieldSchema* field = entity.Find(name);
      if (field && field->type == FieldType::kDateTime) return name;
    }
    return {};
  };
  entity.created = moment({"createdAt", "createdon", "createdDateTime", "CreatedDate"});
  entity.modified = moment({"modifiedAt", "modifiedon", "lastModifiedDateTime", "ModifiedDate"});
  for (const char* name : {"name", "Name", "title", "displayName"}) {
    if (entity.Find(name)) {
      entity.primary_name = name;
      break;
    }
  }
  return entity;
}

// The set a navigation property of `set` leads to.
std::string TargetSet(const pugi::xml_node& set, const std::string& navigation,
                      const std::string& type, const Documents& documents) {
  for (const pugi::xml_node binding : set.children()) {
    if (Is(binding, "NavigationPropertyBinding") && Value(binding, "Path") == navigation) {
      std::string target = Value(binding, "Target");
      const std::size_t slash = target.rfind('/');
      return slash == std::string::npos ? target : target.substr(slash + 1);
    }
  }
  std::string only;
  for (const auto& [name, other] : documents.sets) {
    if (FullName(documents, Value(other, "EntityType")) != FullName(documents, type)) continue;
    if (!only.empty()) return "";  // Several sets of that type: no telling.
    only = name;
  }
  return only;
}

struct Reference {
  std::string navigation = {};
  std::string field = {};  // The foreign key.
};

// The foreign key of a to-one navigation property: what the service says, else "account_ID" or
// "accountId" beside "account", as services name theirs.
std::optional<Reference> ReferenceOf(const pugi::xml_node& navigation, const EntitySchema& entity,
                                     const EntitySchema& target) {
  const std::string name = Value(navigation, "Name");
  std::vector<std::string> constrained;
  for (const pugi::xml_node constraint : navigation.children()) {
    if (Is(constraint, "ReferentialConstraint") &&
        Value(constraint, "ReferencedProperty") == target.key) {
      constrained.push_back(Value(constraint, "Property"));
    }
  }
  if (constrained.empty()) constrained = {name + "_" + target.key, name + "Id", name + "ID"};
  for (const std::string& field : constrained) {
    if (entity.Find(field)) return Reference{name, field};
  }
  return std::nullopt;
}

void AddNavigation(const std::string& set_name, const pugi::xml_node& set,
                   const Documents& documents, Schema& schema) {
  EntitySchema& entity = schema.entities.at(set_name);
  for (const pugi::xml_node type : Chain(documents, Value(set, "EntityType"))) {
    for (const pugi::xml_node node : type.children()) {
      if (!Is(node, "NavigationProperty")) continue;
      const std::string declared = Value(node, "Type");
      const bool many = declared.compare(0, 11, "Collection(") == 0;
      const std::string target_type = many ? declared.substr(11, declared.size() - 12) : declared;
      const std::string name = Value(node, "Name");
      const auto target = schema.entities.find(TargetSet(set, name, target_type, documents));
      if (target == schema.entities.end() || target->second.key.empty()) continue;
      if (!many) {
        const auto reference = ReferenceOf(node, entity, target->second);
        if (!reference) continue;
        FieldSchema& field = entity.fields.at(reference->field);
        if (field.type == FieldType::kUniqueIdentifier) field.type = FieldType::kLookup;
        field.targets = {target->first};
        field.navigation = reference->navigation;
        if (target->first == set_name && entity.hierarchy.empty()) entity.hierarchy = field.name;
        continue;
      }
      // The lookup behind a collection is that of its partner.
      const std::string partner = Value(node, "Partner");
      const auto other = documents.sets.find(target->first);
      for (const pugi::xml_node base : Chain(documents, Value(other->second, "EntityType"))) {
        for (const pugi::xml_node back : base.children()) {
          if (!Is(back, "NavigationProperty") || Value(back, "Name") != partner) continue;
          const auto reference = ReferenceOf(back, target->second, entity);
          if (reference) entity.collections.push_back({name, target->first, reference->field});
        }
      }
    }
  }
}

}  // namespace

Result<Schema> ParseCsdl(std::string_view xml) {
  const auto corrupt = [](const std::string& what) {
    return Fail(ErrorCode::kCorrupt, "the service's $metadata " + what);
  };
  if (xml.size() > kMaxXmlBytes)
    return corrupt("is larger than any service's (check the address of the service)");
  const std::string lower = LowerAscii(xml.substr(0, std::min<std::size_t>(xml.size(), 1 << 16)));
  if (xml.find("<!DOCTYPE") != std::string_view::npos ||
      lower.find("<!doctype") != std::string::npos ||
      xml.find("<!ENTITY") != std::string_view::npos) {
    if (lower.find("<html") != std::string::npos) {
      return corrupt("is a web page (check the address of the service)");
    }
    return corrupt("has a DOCTYPE, which no service needs (ask whoever runs it to leave it out)");
  }
  if (TooDeep(xml))
    return corrupt("is nested deeper than any service's (check the address of the service)");
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size(), pugi::parse_default)) {
    return corrupt("cannot be read as XML (check the address of the service)");
  }
  Documents documents;
  const auto edmx = document.find_child([](const pugi::xml_node& n) { return Is(n, "Edmx"); });
  const auto services =
      edmx.find_child([](const pugi::xml_node& n) { return Is(n, "DataServices"); });
  for (const pugi::xml_node schema : services.children()) {
    if (Is(schema, "Schema")) Index(schema, documents);
  }
  if (documents.sets.empty()) {
    return corrupt(
        "names no entity set (check the address: it must be the root of an OData v4 "
        "service)");
  }
  Schema schema;
  for (const auto& [name, set] : documents.sets) {
    EntitySchema entity = EntityFrom(name, set, documents);
    if (!entity.fields.empty()) schema.entities.emplace(name, std::move(entity));
  }
  for (const auto& [name, set] : documents.sets) {
    if (schema.Find(name)) AddNavigation(name, set, documents, schema);
  }
  return schema;
}

}  // namespace satchel::odata
