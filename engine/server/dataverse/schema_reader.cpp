#include "engine/server/dataverse/schema_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "engine/http/broken_answer.h"
#include "policy/support/text.h"

namespace satchel::dataverse {

namespace {

constexpr const char* kEntitySelect =
    "$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,OwnershipType,"
    "ChangeTrackingEnabled,IsIntersect,DisplayName";
constexpr const char* kAttributeSelect =
    "$select=LogicalName,AttributeType,AttributeTypeName,AttributeOf,IsValidForRead,"
    "IsValidForCreate,IsValidForUpdate,RequiredLevel,DisplayName";
constexpr const char* kRelationSelect =
    "$select=ReferencingEntity,ReferencingAttribute,ReferencedEntity,"
    "ReferencingEntityNavigationPropertyName,ReferencedEntityNavigationPropertyName,IsHierarchical";
constexpr const char* kManyToManySelect =
    "$select=IntersectEntityName,Entity1LogicalName,Entity1NavigationPropertyName,"
    "Entity2LogicalName,Entity2NavigationPropertyName";
constexpr std::size_t kNamesPerRequest = 40;

// A cast of the Attributes collection and what to ask of it.
struct TypedRequest {
  std::string_view type_name;  // AttributeTypeName.Value of the attributes it is needed for.
  std::string_view cast;
  std::string_view options;
};
constexpr std::string_view kOptions = "$select=LogicalName&$expand=OptionSet($select=Options)";
constexpr std::array kTypedRequests = {
    TypedRequest{"StringType", "String", "$select=LogicalName,MaxLength"},
    TypedRequest{"MemoType", "Memo", "$select=LogicalName,MaxLength"},
    TypedRequest{"DecimalType", "Decimal", "$select=LogicalName,Precision"},
    TypedRequest{"DateTimeType", "DateTime", "$select=LogicalName,DateTimeBehavior"},
    TypedRequest{"LookupType", "Lookup", "$select=LogicalName,Targets"},
    TypedRequest{"PicklistType", "Picklist", kOptions},
    TypedRequest{"StateType", "State", kOptions},
    TypedRequest{"StatusType", "Status", kOptions},
    TypedRequest{"MultiSelectPicklistType", "MultiSelectPicklist", kOptions},
};

std::optional<FieldType> TypeOf(const std::string& type_name) {
  constexpr std::array<std::pair<std::string_view, FieldType>, 17> kTypes = {{
      {"StringType", FieldType::kString},
      {"MemoType", FieldType::kMemo},
      {"EntityNameType", FieldType::kString},
      {"IntegerType", FieldType::kInteger},
      {"BigIntType", FieldType::kBigInt},
      {"DecimalType", FieldType::kDecimal},
      {"MoneyType", FieldType::kMoney},
      {"DoubleType", FieldType::kDouble},
      {"BooleanType", FieldType::kBoolean},
      {"DateTimeType", FieldType::kDateTime},
      {"PicklistType", FieldType::kPicklist},
      {"StateType", FieldType::kState},
      {"StatusType", FieldType::kStatus},
      {"MultiSelectPicklistType", FieldType::kMultiSelect},
      {"LookupType", FieldType::kLookup},
      {"OwnerType", FieldType::kOwner},
      {"UniqueidentifierType", FieldType::kUniqueIdentifier},
  }};
  if (type_name == "CustomerType") return FieldType::kCustomer;
  for (const auto& [name, type] : kTypes) {
    if (name == type_name) return type;
  }
  return std::nullopt;  // Images, files, party lists …: no column of a row.
}

std::string LabelOf(const Json& owner, std::string_view member) {
  return owner[member]["UserLocalizedLabel"]["Label"].AsText();
}

std::string EntityPath(const std::string& name) {
  return "EntityDefinitions(LogicalName='" + name + "')";
}

// Logical names are letters, digits and underscores; anything else cannot exist and is not asked.
bool IsLogicalName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

EntitySchema EntityFrom(const Json& definition) {
  EntitySchema entity;
  entity.name = definition["LogicalName"].AsText();
  entity.label = LabelOf(definition, "DisplayName");
  entity.plural_label = LabelOf(definition, "DisplayCollectionName");
  entity.set_name = definition["EntitySetName"].AsText();
  entity.key = definition["PrimaryIdAttribute"].AsText();
  entity.primary_name = definition["PrimaryNameAttribute"].AsText();
  entity.intersect = definition["IsIntersect"].AsBoolean(false);
  entity.change_tracking = definition["ChangeTrackingEnabled"].AsBoolean(false);
  entity.user_owned = definition["OwnershipType"].AsText() == "UserOwned";
  return entity;
}

// Fills `entity.fields`; returns the type names that occur.
std::set<std::string> AddFields(const Json& attributes, EntitySchema& entity) {
  std::set<std::string> type_names;
  for (const Json& attribute : attributes["value"].items) {
    const std::string type_name = attribute["AttributeTypeName"]["Value"].AsText();
    const auto type = TypeOf(type_name);
    // Companions ("primarycontactidname") repeat what their column's annotations say.
    if (!type || !attribute["AttributeOf"].AsText().empty() ||
        !attribute["IsValidForRead"].AsBoolean(true)) {
      continue;
    }
    FieldSchema field;
    field.name = attribute["LogicalName"].AsText();
    if (!IsLogicalName(field.name)) continue;
    field.label = LabelOf(attribute, "DisplayName");
    field.type = *type;
    if (kLookupTypes.Has(*type)) field.wire_name = "_" + field.name + "_value";
    const std::string level = attribute["RequiredLevel"]["Value"].AsText();
    field.required = level == "SystemRequired" || level == "ApplicationRequired";
    field.creatable = attribute["IsValidForCreate"].AsBoolean(true);
    field.updatable = attribute["IsValidForUpdate"].AsBoolean(true);
    type_names.insert(kLookupTypes.Has(*type) ? "LookupType" : type_name);
    entity.fields.emplace(field.name, std::move(field));
  }
  if (entity.Find("createdon")) entity.created = "createdon";
  if (entity.Find("modifiedon")) entity.modified = "modifiedon";
  if (entity.Find("versionnumber")) entity.version = "versionnumber";
  return type_names;
}

void AddRelations(const Json& many_to_one, const Json& one_to_many, const Json& many_to_many,
                  EntitySchema& entity) {
  for (const Json& relation : many_to_one["value"].items) {
    const auto at = entity.fields.find(relation["ReferencingAttribute"].AsText());
    if (at == entity.fields.end()) continue;
    FieldSchema& field = at->second;
    // A second relationship on the same column means a polymorphic lookup: no single way.
    const std::string navigation = relation["ReferencingEntityNavigationPropertyName"].AsText();
    field.navigation = field.navigation.empty() ? navigation : "-";
    if (relation["IsHierarchical"].AsBoolean(false) &&
        relation["ReferencedEntity"].AsText() == entity.name) {
      entity.hierarchy = field.name;
    }
  }
  for (auto& [name, field] : entity.fields) {
    if (field.navigation == "-") field.navigation.clear();
  }
  for (const Json& relation : one_to_many["value"].items) {
    entity.collections.push_back({relation["ReferencedEntityNavigationPropertyName"].AsText(),
                                  relation["ReferencingEntity"].AsText(),
                                  relation["ReferencingAttribute"].AsText()});
  }
  for (const Json& relation : many_to_many["value"].items) {
    const bool first = relation["Entity1LogicalName"].AsText() == entity.name;
    entity.many_to_many.push_back(
        {relation[first ? "Entity1NavigationPropertyName" : "Entity2NavigationPropertyName"]
             .AsText(),
         relation["IntersectEntityName"].AsText(),
         relation[first ? "Entity2LogicalName" : "Entity1LogicalName"].AsText()});
  }
}

void AddTypedFacts(const Json& attributes, EntitySchema& entity) {
  for (const Json& attribute : attributes["value"].items) {
    const auto at = entity.fields.find(attribute["LogicalName"].AsText());
    if (at == entity.fields.end()) continue;
    FieldSchema& field = at->second;
    field.max_length = static_cast<int>(attribute["MaxLength"].AsInteger(field.max_length));
    // Money keeps four decimals whatever its Precision says: that is for display.
    if (field.type == FieldType::kDecimal) {
      field.precision = static_cast<int>(attribute["Precision"].AsInteger(field.precision));
    }
    const std::string behaviour = attribute["DateTimeBehavior"]["Value"].AsText();
    if (behaviour == "DateOnly") field.type = FieldType::kDateOnly;
    if (behaviour == "TimeZoneIndependent") field.type = FieldType::kDateTimeTzi;
    for (const Json& target : attribute["Targets"].items) field.targets.push_back(target.AsText());
    for (const Json& option : attribute["OptionSet"]["Options"].items) {
      field.choices.push_back({option["Value"].AsInteger(0), LabelOf(option, "Label")});
    }
  }
}

// The answers to several list requests; each must be a list.
Result<std::vector<Json>> ReadLists(Connection& connection, const std::vector<std::string>& targets,
                                    std::stop_token stop) {
  auto lists = connection.GetAll(targets, {}, stop);
  if (!lists) return lists;
  for (const Json& list : *lists) {
    if (!list["value"].Is(Json::Kind::kArray)) {
      return BrokenAnswer("the server answered a list without its value array");
    }
  }
  return lists;
}

Result<std::vector<Json>> ReadDefinitions(Connection& connection,
                                          const std::vector<std::string>& names,
                                          std::string& version, std::stop_token stop) {
  const std::vector<Header> headers = {
      {"Prefer", "odata.include-annotations=\"Microsoft.Dynamics.CRM.globalmetadataversion\""}};
  std::vector<std::string> targets;
  if (names.empty()) targets.push_back(std::string("EntityDefinitions?") + kEntitySelect);
  for (std::size_t from = 0; from < names.size(); from += kNamesPerRequest) {
    std::string filter;
    for (std::size_t i = from; i < std::min(names.size(), from + kNamesPerRequest); ++i) {
      if (!IsLogicalName(names[i])) continue;
      filter += (filter.empty() ? "" : " or ") + std::string("LogicalName eq '") + names[i] + "'";
    }
    if (filter.empty()) continue;
    targets.push_back(std::string("EntityDefinitions?") + kEntitySelect +
                      ",DisplayCollectionName&$filter=" + EncodeQuery(filter));
  }
  std::vector<Json> definitions;
  for (const std::string& target : targets) {
    auto answer = connection.GetJson(target, headers, stop);
    if (!answer) return Fail(answer.error());
    if (!(*answer)["value"].Is(Json::Kind::kArray)) {
      return Fail(ErrorCode::kCorrupt,
                  "the server answered EntityDefinitions without a value array "
                  "(check that the address is that of a Dataverse Web API)");
    }
    version = (*answer)["@Microsoft.Dynamics.CRM.globalmetadataversion"].AsText();
    for (const Json& definition : (*answer)["value"].items) definitions.push_back(definition);
  }
  return definitions;
}

}  // namespace

Result<std::vector<EntityName>> ReadEntityNames(Connection& connection, std::stop_token stop) {
  std::string version;
  const auto definitions = ReadDefinitions(connection, {}, version, stop);
  if (!definitions) return Fail(definitions.error().While("read the list of entities"));
  std::vector<EntityName> names;
  for (const Json& definition : *definitions) {
    if (definition["EntitySetName"].AsText().empty()) continue;  // Cannot be read.
    names.push_back({definition["LogicalName"].AsText(), LabelOf(definition, "DisplayName")});
  }
  std::sort(names.begin(), names.end(),
            [](const EntityName& a, const EntityName& b) { return a.name < b.name; });
  return names;
}

Result<Schema> ReadSchema(Connection& connection, const std::vector<std::string>& names,
                          std::stop_token stop) {
  Schema schema;
  const auto definitions = ReadDefinitions(connection, names, schema.version, stop);
  if (!definitions) return Fail(definitions.error());
  std::vector<EntitySchema> entities;
  std::vector<std::string> targets;
  for (const Json& definition : *definitions) {
    EntitySchema entity = EntityFrom(definition);
    if (!IsLogicalName(entity.name) || entity.set_name.empty()) continue;
    const std::string path = EntityPath(entity.name);
    targets.push_back(path + "/Attributes?" + kAttributeSelect);
    targets.push_back(path + "/ManyToOneRelationships?" + kRelationSelect);
    targets.push_back(path + "/OneToManyRelationships?" + kRelationSelect);
    targets.push_back(path + "/ManyToManyRelationships?" + kManyToManySelect);
    entities.push_back(std::move(entity));
  }
  const auto parts = ReadLists(connection, targets, stop);
  if (!parts) return Fail(parts.error());

  std::vector<std::string> typed;
  std::vector<std::size_t> typed_for;  // The entity each of `typed` is about.
  for (std::size_t i = 0; i < entities.size(); ++i) {
    const std::set<std::string> type_names = AddFields((*parts)[4 * i], entities[i]);
    AddRelations((*parts)[4 * i + 1], (*parts)[4 * i + 2], (*parts)[4 * i + 3], entities[i]);
    for (const TypedRequest& request : kTypedRequests) {
      if (type_names.count(std::string(request.type_name)) == 0) continue;
      typed.push_back(EntityPath(entities[i].name) + "/Attributes/Microsoft.Dynamics.CRM." +
                      std::string(request.cast) + "AttributeMetadata?" +
                      std::string(request.options));
      typed_for.push_back(i);
    }
  }
  const auto facts = ReadLists(connection, typed, stop);
  if (!facts) return Fail(facts.error());
  for (std::size_t i = 0; i < typed.size(); ++i) AddTypedFacts((*facts)[i], entities[typed_for[i]]);
  for (EntitySchema& entity : entities) {
    std::string name = entity.name;
    schema.entities.emplace(std::move(name), std::move(entity));
  }
  return schema;
}

}  // namespace satchel::dataverse
