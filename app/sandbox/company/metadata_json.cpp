#include "app/sandbox/company/metadata_json.h"

#include <algorithm>
#include <array>
#include <optional>

#include "app/sandbox/company/metadata_filter.h"
#include "app/sandbox/company/metadata_objects.h"
#include "app/sandbox/company/metadata_options.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr std::string_view kOneToManyClass = "OneToManyRelationshipMetadata";
constexpr std::string_view kManyToManyClass = "ManyToManyRelationshipMetadata";

// One metadata object and what its navigation properties lead to.
struct Item {
  JsonObject object = {};
  const Table* table = nullptr;          // Of an entity, a column or a key.
  const Attribute* attribute = nullptr;  // Of a column that is no companion.
};

// What a path or a navigation property names.
struct Found {
  std::vector<Item> items = {};
  bool collection = true;
  JsonObject sample = {};  // Has every property $select and $filter may name.
  std::string type = {};   // For messages: "EntityMetadata".
};

struct Segment {
  std::string name = {};
  std::string key = {};  // What stands in the brackets.
};

tl::unexpected<Error> NoSuchProperty(std::string_view name, const std::string& type) {
  return Fail(ErrorCode::kInvalid, "Could not find a property named '" + std::string(name) +
                                       "' on type '" + std::string(kCrmNamespace) + type + "'.");
}

Found Entities(const Metadata& metadata) {
  Found found;
  for (const auto& [name, table] : metadata.tables)
    found.items.push_back({EntityObject(table), &table});
  found.sample = EntityObject(Table{});
  found.type = "EntityMetadata";
  return found;
}

Found Attributes(const Table& table) {
  Found found;
  for (const Attribute& attribute : table.attributes) {
    found.items.push_back({AttributeObject(table, attribute), &table, &attribute});
    for (JsonObject& companion : CompanionObjects(table, attribute))
      found.items.push_back({std::move(companion), &table});
  }
  found.sample = PlainAttributeObject(table, Attribute{});
  found.type = "AttributeMetadata";
  return found;
}

Found Relationships(const Metadata& metadata, std::string Relationship::*side,
                    std::string_view entity) {
  Found found;
  for (const Relationship& relationship : metadata.relationships) {
    if (side == nullptr || relationship.*side == entity)
      found.items.push_back({OneToManyObject(relationship)});
  }
  found.sample = OneToManyObject(Relationship{});
  found.type = kOneToManyClass;
  return found;
}

// Of one entity, or all when it is empty.
Found ManyToMany(const Metadata& metadata, std::string_view entity) {
  Found found;
  for (const ManyToManyRelationship& relationship : metadata.many_to_many) {
    if (entity.empty() || relationship.entity1 == entity || relationship.entity2 == entity)
      found.items.push_back({ManyToManyObject(relationship)});
  }
  found.sample = ManyToManyObject(ManyToManyRelationship{});
  found.type = kManyToManyClass;
  return found;
}

Found AllRelationships(const Metadata& metadata) {
  Found found = Relationships(metadata, nullptr, {});
  Found others = ManyToMany(metadata, {});
  std::move(others.items.begin(), others.items.end(), std::back_inserter(found.items));
  JsonObject common = JsonObject::object();
  for (const auto& [name, value] : found.sample.items()) {
    if (others.sample.contains(name)) common[name] = value;
  }
  found.sample = std::move(common);
  found.type = "RelationshipMetadataBase";
  return found;
}

Found Keys(const Table& table) {
  Found found;
  for (const AlternateKey& key : table.keys) found.items.push_back({KeyObject(table, key), &table});
  found.sample = KeyObject(table, AlternateKey{});
  found.type = "EntityKeyMetadata";
  return found;
}

Found GlobalOptionSets(const Metadata& metadata) {
  Found found;
  for (const OptionSet& set : metadata.option_sets)
    found.items.push_back({OptionSetObject(set, FieldType::kPicklist)});
  found.sample = OptionSetObject(OptionSet{}, FieldType::kPicklist);
  found.type = "OptionSetMetadataBase";
  return found;
}

// The objects behind a navigation property; nothing when `item` has none of this name.
std::optional<Found> Navigate(const Metadata& metadata, const Item& item, std::string_view name) {
  if (item.attribute != nullptr) {
    if (!HasOptions(*item.attribute) || (name != "OptionSet" && name != "GlobalOptionSet"))
      return std::nullopt;
    Found found;
    found.collection = false;
    found.sample = OptionSetObject(OptionSet{}, item.attribute->type);
    found.type = "OptionSetMetadata";
    if (name == "OptionSet" || item.attribute->options.global)
      found.items.push_back({OptionSetObject(item.attribute->options, item.attribute->type)});
    return found;
  }
  if (item.table == nullptr || !item.object.contains("EntitySetName")) return std::nullopt;
  const Table& table = *item.table;
  if (name == "Attributes") return Attributes(table);
  if (name == "Keys") return Keys(table);
  if (name == "ManyToOneRelationships")
    return Relationships(metadata, &Relationship::referencing_entity, table.name);
  if (name == "OneToManyRelationships")
    return Relationships(metadata, &Relationship::referenced_entity, table.name);
  if (name == "ManyToManyRelationships") return ManyToMany(metadata, table.name);
  return std::nullopt;
}

// Keeps the objects of one class, which then need no @odata.type to be told apart.
Result<> Cast(Found& found, std::string_view name) {
  if (found.type == "AttributeMetadata") {
    static constexpr std::array kTypes = {
        FieldType::kString,   FieldType::kMemo,        FieldType::kInteger,
        FieldType::kBigInt,   FieldType::kDecimal,     FieldType::kMoney,
        FieldType::kDouble,   FieldType::kBoolean,     FieldType::kDateTime,
        FieldType::kPicklist, FieldType::kState,       FieldType::kStatus,
        FieldType::kLookup,   FieldType::kMultiSelect, FieldType::kUniqueIdentifier};
    Attribute prototype;
    prototype.entity_name = name == "EntityNameAttributeMetadata";
    const auto type = std::find_if(kTypes.begin(), kTypes.end(), [&](FieldType candidate) {
      prototype.type = candidate;
      return AttributeClass(prototype) == name;
    });
    if (type == kTypes.end())
      return Fail(ErrorCode::kInvalid, "The type '" + std::string(kCrmNamespace) +
                                           std::string(name) +
                                           "' is not a class of columns that can be cast to.");
    found.sample = AttributeObject(Table{}, prototype);
  } else if (found.type == "RelationshipMetadataBase") {
    if (name == kOneToManyClass) {
      found.sample = OneToManyObject(Relationship{});
    } else if (name == kManyToManyClass) {
      found.sample = ManyToManyObject(ManyToManyRelationship{});
    } else {
      return Fail(ErrorCode::kInvalid, "The type '" + std::string(kCrmNamespace) +
                                           std::string(name) +
                                           "' is not a class of relationships.");
    }
  } else if (name != found.type && name != "OptionSetMetadata") {
    return Fail(ErrorCode::kInvalid,
                "The type '" + std::string(name) + "' cannot be cast to here.");
  }
  const std::string wanted = "#" + std::string(kCrmNamespace) + std::string(name);
  const auto other = [&](const Item& item) {
    const auto type = item.object.find("@odata.type");
    return type != item.object.end() && *type != wanted;
  };
  if (!found.collection && !found.items.empty() && other(found.items.front()))
    return Fail(ErrorCode::kNotFound, "The object is not of the type '" + wanted.substr(1) + "'.");
  found.items.erase(std::remove_if(found.items.begin(), found.items.end(), other),
                    found.items.end());
  for (Item& item : found.items) item.object.erase("@odata.type");
  found.type = name;
  return {};
}

// Narrows a collection to the object with this key.
Result<> TakeKey(Found& found, std::string_view key) {
  std::string member = "MetadataId";
  std::string value(Trim(key));
  if (const std::size_t equals = value.find('='); equals != std::string::npos) {
    member = Trim(std::string_view(value).substr(0, equals));
    value = Trim(std::string_view(value).substr(equals + 1));
  }
  if (member != "MetadataId" && member != "LogicalName" && member != "SchemaName" &&
      member != "Name")
    return Fail(ErrorCode::kInvalid, "The key " + Quoted(key) +
                                         " is not valid for metadata; use LogicalName, SchemaName, "
                                         "Name or MetadataId.");
  if (value.size() >= 2 && value.front() == '\'' && value.back() == '\'')
    value = value.substr(1, value.size() - 2);
  const std::string wanted = LowerAscii(value);
  const auto at = std::find_if(found.items.begin(), found.items.end(), [&](const Item& item) {
    const auto name = item.object.find(member);
    return name != item.object.end() && name->is_string() &&
           LowerAscii(name->get_ref<const std::string&>()) == wanted;
  });
  if (at == found.items.end())
    return Fail(ErrorCode::kNotFound,
                "Could not find " + found.type + " with " + member + " " + Quoted(value) + ".");
  Item item = std::move(*at);
  found.items.clear();
  found.items.push_back(std::move(item));
  found.collection = false;
  return {};
}

Result<JsonObject> Shape(const Metadata& metadata, const Found& found, const Item& item,
                         const MetadataOptions& options);

Result<JsonObject> ShapeAll(const Metadata& metadata, Found& found,
                            const MetadataOptions& options) {
  for (const std::string& name : options.select) {
    if (!found.sample.contains(name)) return NoSuchProperty(name, found.type);
  }
  if (!Trim(options.filter).empty()) {
    std::vector<JsonObject> objects;
    for (const Item& item : found.items) objects.push_back(item.object);
    if (const auto kept = KeepMatching(objects, options.filter, found.sample); !kept)
      return Fail(kept.error());
    std::size_t next = 0;
    found.items.erase(
        std::remove_if(found.items.begin(), found.items.end(),
                       [&](const Item& item) {
                         if (next < objects.size() &&
                             objects[next].at("MetadataId") == item.object.at("MetadataId")) {
                           ++next;
                           return false;
                         }
                         return true;
                       }),
        found.items.end());
  }
  JsonObject shaped = JsonObject::array();
  for (const Item& item : found.items) {
    auto object = Shape(metadata, found, item, options);
    if (!object) return Fail(object.error());
    shaped.push_back(std::move(*object));
  }
  return shaped;
}

Result<JsonObject> Shape(const Metadata& metadata, const Found& found, const Item& item,
                         const MetadataOptions& options) {
  JsonObject shaped = JsonObject::object();
  if (options.select.empty()) {
    shaped = item.object;
  } else {
    if (item.object.contains("@odata.type")) shaped["@odata.type"] = item.object.at("@odata.type");
    for (const std::string& name : options.select) shaped[name] = item.object.at(name);
    shaped["MetadataId"] = item.object.at("MetadataId");
  }
  for (const MetadataExpand& expand : options.expand) {
    auto reached = Navigate(metadata, item, expand.navigation);
    if (!reached) return NoSuchProperty(expand.navigation, found.type);
    auto value = ShapeAll(metadata, *reached, expand.options);
    if (!value) return Fail(value.error());
    if (!reached->collection)
      *value = value->empty() ? JsonObject(nullptr) : JsonObject(value->front());
    shaped[expand.navigation] = std::move(*value);
  }
  return shaped;
}

std::vector<Segment> Segments(std::string_view path) {
  std::vector<Segment> segments;
  for (const std::string& text : SplitOutside(path, '/')) {
    if (text.empty()) continue;
    const std::size_t open = text.find('(');
    Segment segment{text.substr(0, open)};
    if (open != std::string::npos && text.back() == ')')
      segment.key = text.substr(open + 1, text.size() - open - 2);
    segments.push_back(std::move(segment));
  }
  return segments;
}

std::optional<Found> Root(const Metadata& metadata, std::string_view name) {
  if (name == "EntityDefinitions") return Entities(metadata);
  if (name == "RelationshipDefinitions") return AllRelationships(metadata);
  if (name == "GlobalOptionSetDefinitions") return GlobalOptionSets(metadata);
  return std::nullopt;
}

}  // namespace

bool IsMetadataPath(std::string_view path) {
  const std::vector<Segment> segments = Segments(path);
  return !segments.empty() && (segments[0].name == "EntityDefinitions" ||
                               segments[0].name == "RelationshipDefinitions" ||
                               segments[0].name == "GlobalOptionSetDefinitions");
}

Result<std::string> RenderMetadata(const Metadata& metadata, const MetadataRequest& request) {
  const auto options = ParseMetadataOptions(request.select, request.expand, request.filter);
  if (!options) return Fail(options.error());
  const std::vector<Segment> segments = Segments(request.path);
  std::optional<Found> found =
      segments.empty() ? std::nullopt : Root(metadata, segments.front().name);
  if (!found)
    return Fail(ErrorCode::kNotFound,
                "Resource not found for the segment " + Quoted(request.path) + ".");
  std::string context = request.base_url + "$metadata#" + segments.front().name;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    if (i > 0 && segment.name.starts_with(kCrmNamespace)) {
      const auto cast = Cast(*found, std::string_view(segment.name).substr(kCrmNamespace.size()));
      if (!cast) return Fail(cast.error());
      context += "/" + segment.name;
    } else if (i > 0) {
      auto next = found->collection || found->items.empty()
                      ? std::nullopt
                      : Navigate(metadata, found->items.front(), segment.name);
      if (!next)
        return Fail(ErrorCode::kNotFound,
                    "Resource not found for the segment " + Quoted(segment.name) + ".");
      context +=
          "(" + found->items.front().object["MetadataId"].get<std::string>() + ")/" + segment.name;
      found = std::move(next);
    }
    if (!segment.key.empty()) {
      if (!found->collection)
        return Fail(ErrorCode::kInvalid,
                    "The key " + Quoted(segment.key) + " follows a single object.");
      if (const auto taken = TakeKey(*found, segment.key); !taken) return Fail(taken.error());
    }
  }

  const bool single = !found->collection;
  if (single && found->items.empty())
    return Fail(ErrorCode::kNotFound, "There is no " + found->type + " at this address.");
  auto shaped = ShapeAll(metadata, *found, *options);
  if (!shaped) return Fail(shaped.error());
  JsonObject answer;
  answer["@odata.context"] = context + ContextSuffix(*options) + (single ? "/$entity" : "");
  if (!single) {
    answer["value"] = std::move(*shaped);
  } else {
    if (shaped->empty())
      return Fail(ErrorCode::kInvalid, "A single object cannot be filtered; leave out $filter.");
    for (auto& [name, value] : shaped->front().items()) answer[name] = std::move(value);
  }
  return answer.dump(-1, ' ', false, JsonObject::error_handler_t::replace);
}

}  // namespace satchel::sandbox
