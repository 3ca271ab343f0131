#include "app/sandbox/company/metadata_objects.h"

#include <limits>

namespace satchel::sandbox {

namespace {

constexpr int kBaseLanguage = 1033;
constexpr int kCompanionLength = 100;  // Of the names that accompany lookups.

struct TypeNames {
  std::string_view type;       // AttributeType.
  std::string_view type_name;  // AttributeTypeName.Value.
  std::string_view metadata;   // The class, without "AttributeMetadata".
};

TypeNames NamesOf(const Attribute& attribute) {
  if (attribute.entity_name) return {"EntityName", "EntityNameType", "EntityName"};
  switch (attribute.type) {
    case FieldType::kString:
      return {"String", "StringType", "String"};
    case FieldType::kMemo:
      return {"Memo", "MemoType", "Memo"};
    case FieldType::kInteger:
      return {"Integer", "IntegerType", "Integer"};
    case FieldType::kBigInt:
      return {"BigInt", "BigIntType", "BigInt"};
    case FieldType::kDecimal:
      return {"Decimal", "DecimalType", "Decimal"};
    case FieldType::kMoney:
      return {"Money", "MoneyType", "Money"};
    case FieldType::kDouble:
      return {"Double", "DoubleType", "Double"};
    case FieldType::kBoolean:
      return {"Boolean", "BooleanType", "Boolean"};
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi:
    case FieldType::kDateOnly:
      return {"DateTime", "DateTimeType", "DateTime"};
    case FieldType::kPicklist:
      return {"Picklist", "PicklistType", "Picklist"};
    case FieldType::kState:
      return {"State", "StateType", "State"};
    case FieldType::kStatus:
      return {"Status", "StatusType", "Status"};
    case FieldType::kMultiSelect:
      return {"Virtual", "MultiSelectPicklistType", "MultiSelectPicklist"};
    case FieldType::kLookup:
      return {"Lookup", "LookupType", "Lookup"};
    case FieldType::kOwner:
      return {"Owner", "OwnerType", "Lookup"};
    case FieldType::kCustomer:
      return {"Customer", "CustomerType", "Lookup"};
    case FieldType::kUniqueIdentifier:
      return {"Uniqueidentifier", "UniqueidentifierType", "UniqueIdentifier"};
  }
  return {"Virtual", "VirtualType", ""};
}

JsonObject Label(std::string_view text, std::string_view path) {
  JsonObject label = {{"LocalizedLabels", JsonObject::array()}, {"UserLocalizedLabel", nullptr}};
  if (text.empty()) return label;
  const JsonObject localized = {{"Label", text},
                                {"LanguageCode", kBaseLanguage},
                                {"IsManaged", true},
                                {"MetadataId", ToString(MetadataId(std::string(path) + "#label"))},
                                {"HasChanged", nullptr}};
  label["LocalizedLabels"].push_back(localized);
  label["UserLocalizedLabel"] = localized;
  return label;
}

JsonObject Managed(bool value, std::string_view property) {
  return {{"Value", value}, {"CanBeChanged", true}, {"ManagedPropertyLogicalName", property}};
}

std::string_view Name(Ownership ownership) {
  switch (ownership) {
    case Ownership::kNone:
      return "None";
    case Ownership::kUser:
      return "UserOwned";
    case Ownership::kBusinessUnit:
      return "BusinessOwned";
    case Ownership::kOrganization:
      return "OrganizationOwned";
  }
  return "None";
}

std::string_view Name(Requirement requirement) {
  switch (requirement) {
    case Requirement::kNone:
      return "None";
    case Requirement::kSystem:
      return "SystemRequired";
    case Requirement::kApplication:
      return "ApplicationRequired";
    case Requirement::kRecommended:
      return "Recommended";
  }
  return "None";
}

std::string_view Name(Cascade cascade) {
  switch (cascade) {
    case Cascade::kNone:
      return "NoCascade";
    case Cascade::kAll:
      return "Cascade";
    case Cascade::kActive:
      return "Active";
    case Cascade::kUserOwned:
      return "UserOwned";
    case Cascade::kRemoveLink:
      return "RemoveLink";
    case Cascade::kRestrict:
      return "Restrict";
  }
  return "NoCascade";
}

std::string_view DateBehaviour(FieldType type) {
  if (type == FieldType::kDateOnly) return "DateOnly";
  return type == FieldType::kDateTimeTzi ? "TimeZoneIndependent" : "UserLocal";
}

// What only columns of this class have.
void AddClassFacts(const Attribute& attribute, JsonObject& object) {
  switch (attribute.type) {
    case FieldType::kString:
      if (attribute.entity_name) {
        object["IsEntityReferenceStored"] = true;
        return;
      }
      object["MaxLength"] = attribute.max_length;
      object["Format"] = attribute.format;
      object["FormatName"] = {{"Value", attribute.format}};
      object["ImeMode"] = "Auto";
      object["DatabaseLength"] = attribute.max_length * 2;
      object["IsLocalizable"] = false;
      return;
    case FieldType::kMemo:
      object["MaxLength"] = attribute.max_length;
      object["Format"] = attribute.format;
      object["ImeMode"] = "Auto";
      object["IsLocalizable"] = false;
      return;
    case FieldType::kInteger:
      object["MinValue"] = attribute.min;
      object["MaxValue"] = attribute.max;
      object["Format"] = attribute.format;
      return;
    case FieldType::kBigInt:
      object["MinValue"] = std::numeric_limits<std::int64_t>::min();
      object["MaxValue"] = std::numeric_limits<std::int64_t>::max();
      return;
    case FieldType::kDecimal:
    case FieldType::kDouble:
    case FieldType::kMoney:
      object["MinValue"] = attribute.min;
      object["MaxValue"] = attribute.max;
      object["Precision"] = attribute.precision;
      if (attribute.type == FieldType::kMoney) {
        object["PrecisionSource"] = 0;  // The column's own Precision.
        object["IsBaseCurrency"] = false;
        object["CalculationOf"] = nullptr;
      }
      return;
    case FieldType::kBoolean:
      object["DefaultValue"] = false;
      return;
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi:
    case FieldType::kDateOnly:
      object["MinSupportedValue"] = "1753-01-01T00:00:00Z";
      object["MaxSupportedValue"] = "9999-12-30T23:59:59Z";
      object["Format"] = attribute.format;
      object["DateTimeBehavior"] = {{"Value", DateBehaviour(attribute.type)}};
      return;
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus:
    case FieldType::kMultiSelect:
      object["DefaultFormValue"] = -1;
      return;
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kCustomer:
      object["Targets"] = attribute.targets;
      object["Format"] = "None";
      return;
    case FieldType::kUniqueIdentifier:
      return;
  }
}

JsonObject OptionObject(const OptionSet& set, const Option& option, FieldType type) {
  const std::string path = set.name + "/" + std::to_string(option.value);
  JsonObject object = {{"Value", option.value},
                       {"Color", nullptr},
                       {"IsManaged", true},
                       {"ExternalValue", nullptr},
                       {"ParentValues", JsonObject::array()},
                       {"Tag", nullptr},
                       {"IsHidden", false},
                       {"MetadataId", nullptr},
                       {"HasChanged", nullptr},
                       {"Label", Label(option.label, path)},
                       {"Description", Label("", path)}};
  if (type == FieldType::kStatus) {
    object["State"] = option.state;
    object["TransitionData"] = nullptr;
  }
  if (type == FieldType::kState) object["InvariantName"] = option.label;
  return object;
}

std::string_view OptionSetType(FieldType type) {
  switch (type) {
    case FieldType::kBoolean:
      return "Boolean";
    case FieldType::kState:
      return "State";
    case FieldType::kStatus:
      return "Status";
    default:
      return "Picklist";
  }
}

}  // namespace

JsonObject EntityObject(const Table& table) {
  const std::string& name = table.name;
  return {
      {"MetadataId", ToString(MetadataId(name))},
      {"HasChanged", nullptr},
      {"LogicalName", name},
      {"SchemaName", table.schema_name},
      {"EntitySetName", table.set_name},
      {"LogicalCollectionName", table.set_name},
      {"CollectionSchemaName", table.schema_name + "s"},
      {"DisplayName", Label(table.label, name)},
      {"DisplayCollectionName", Label(table.plural_label, name + "#plural")},
      {"Description", Label("", name)},
      {"ObjectTypeCode", table.object_type_code},
      {"OwnershipType", Name(table.ownership)},
      {"PrimaryIdAttribute", table.primary_id},
      {"PrimaryNameAttribute",
       table.primary_name.empty() ? JsonObject(nullptr) : JsonObject(table.primary_name)},
      {"ChangeTrackingEnabled", table.change_tracking},
      {"CanChangeTrackingBeEnabled", Managed(table.change_tracking, "canchangetrackingbeenabled")},
      {"IsAvailableOffline", table.available_offline},
      {"IsOptimisticConcurrencyEnabled", table.optimistic_concurrency},
      {"IsIntersect", table.intersect},
      {"IsActivity", table.activity},
      {"IsCustomEntity", table.custom},
      {"IsManaged", true},
      {"IsPrivate", false},
      {"IsLogicalEntity", false},
      {"IsValidForAdvancedFind", !table.intersect},
      {"IsVisibleInMobile", Managed(true, "isvisibleinmobile")},
      {"IsVisibleInMobileClient", Managed(true, "isvisibleinmobileclient")},
      {"IsCustomizable", Managed(true, "iscustomizable")},
      {"TableType", "Standard"}};
}

bool HasOptions(const Attribute& attribute) {
  return kChoiceTypes.Has(attribute.type) || attribute.type == FieldType::kMultiSelect ||
         attribute.type == FieldType::kBoolean;
}

std::string AttributeClass(const Attribute& attribute) {
  return std::string(NamesOf(attribute).metadata) + "AttributeMetadata";
}

JsonObject PlainAttributeObject(const Table& table, const Attribute& attribute) {
  const TypeNames names = NamesOf(attribute);
  const std::string path = table.name + "/" + attribute.name;
  JsonObject required = {{"Value", Name(attribute.required)},
                         {"CanBeChanged", attribute.required != Requirement::kSystem},
                         {"ManagedPropertyLogicalName", "canmodifyrequirementlevelsettings"}};
  return {{"@odata.type", "#" + std::string(kCrmNamespace) + AttributeClass(attribute)},
          {"MetadataId", ToString(MetadataId(path))},
          {"HasChanged", nullptr},
          {"LogicalName", attribute.name},
          {"SchemaName", attribute.schema_name},
          {"EntityLogicalName", table.name},
          {"DisplayName", Label(attribute.label, path)},
          {"Description", Label("", path)},
          {"AttributeType", names.type},
          {"AttributeTypeName", {{"Value", names.type_name}}},
          {"AttributeOf", nullptr},
          {"IsPrimaryId", attribute.name == table.primary_id},
          {"IsPrimaryName", attribute.name == table.primary_name},
          {"IsValidForRead", attribute.valid_for_read},
          {"IsValidForCreate", attribute.valid_for_create},
          {"IsValidForUpdate", attribute.valid_for_update},
          {"IsValidODataAttribute", true},
          {"IsLogical", attribute.logical},
          {"IsFilterable", true},
          {"IsSearchable", attribute.name == table.primary_name},
          {"IsRetrievable", attribute.valid_for_read},
          {"IsSecured", false},
          {"IsManaged", true},
          {"IsCustomAttribute", attribute.custom},
          {"SourceType", attribute.stored() ? 0 : 1},
          {"RequiredLevel", std::move(required)},
          {"IsCustomizable", Managed(true, "iscustomizable")},
          {"IsValidForAdvancedFind", Managed(true, "canmodifysearchsettings")}};
}

JsonObject AttributeObject(const Table& table, const Attribute& attribute) {
  JsonObject object = PlainAttributeObject(table, attribute);
  AddClassFacts(attribute, object);
  return object;
}

std::vector<JsonObject> CompanionObjects(const Table& table, const Attribute& attribute) {
  std::vector<JsonObject> companions;
  const auto add = [&](std::string_view suffix, bool entity_name) -> JsonObject* {
    Attribute companion;
    companion.name = attribute.name + std::string(suffix);
    companion.schema_name = attribute.schema_name + std::string(suffix);
    if (table.Find(companion.name) != nullptr) return nullptr;
    companion.entity_name = entity_name;
    companion.max_length = kCompanionLength;
    companion.format = "Text";
    companion.logical = true;
    companion.valid_for_create = companion.valid_for_update = false;
    companions.push_back(AttributeObject(table, companion));
    companions.back()["AttributeOf"] = attribute.name;
    return &companions.back();
  };
  if (attribute.is_lookup()) {
    add("name", false);
    if (attribute.polymorphic()) add("type", true);
  } else if (HasOptions(attribute)) {
    if (JsonObject* name = add("name", false)) {
      *name = PlainAttributeObject(table, Attribute{.name = attribute.name + "name",
                                                    .schema_name = attribute.schema_name + "name",
                                                    .valid_for_create = false,
                                                    .valid_for_update = false,
                                                    .logical = true});
      (*name)["@odata.type"] = "#Microsoft.Dynamics.CRM.AttributeMetadata";
      (*name)["AttributeType"] = "Virtual";
      (*name)["AttributeTypeName"]["Value"] = "VirtualType";
      (*name)["AttributeOf"] = attribute.name;
    }
  }
  return companions;
}

JsonObject OneToManyObject(const Relationship& relationship) {
  return {{"@odata.type", "#Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata"},
          {"MetadataId",
           ToString(MetadataId(relationship.schema_name + "/" + relationship.referenced_entity))},
          {"HasChanged", nullptr},
          {"SchemaName", relationship.schema_name},
          {"RelationshipType", "OneToManyRelationship"},
          {"ReferencedEntity", relationship.referenced_entity},
          {"ReferencedAttribute", relationship.referenced_attribute},
          {"ReferencingEntity", relationship.referencing_entity},
          {"ReferencingAttribute", relationship.referencing_attribute},
          {"ReferencingEntityNavigationPropertyName", relationship.referencing_navigation},
          {"ReferencedEntityNavigationPropertyName", relationship.referenced_navigation},
          {"IsHierarchical", relationship.hierarchical},
          {"IsCustomRelationship", relationship.schema_name.find("contoso_") == 0},
          {"IsManaged", true},
          {"IsValidForAdvancedFind", true},
          {"SecurityTypes", "Append"},
          {"CascadeConfiguration",
           {{"Assign", Name(relationship.on_assign)},
            {"Delete", Name(relationship.on_delete)},
            {"Merge", "NoCascade"},
            {"Reparent", Name(relationship.on_assign)},
            {"Share", Name(relationship.on_assign)},
            {"Unshare", Name(relationship.on_assign)},
            {"RollupView", "NoCascade"}}}};
}

JsonObject ManyToManyObject(const ManyToManyRelationship& relationship) {
  return {{"@odata.type", "#Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata"},
          {"MetadataId", ToString(MetadataId(relationship.schema_name))},
          {"HasChanged", nullptr},
          {"SchemaName", relationship.schema_name},
          {"RelationshipType", "ManyToManyRelationship"},
          {"IntersectEntityName", relationship.intersect_entity},
          {"Entity1LogicalName", relationship.entity1},
          {"Entity1IntersectAttribute", relationship.entity1_attribute},
          {"Entity1NavigationPropertyName", relationship.entity1_navigation},
          {"Entity2LogicalName", relationship.entity2},
          {"Entity2IntersectAttribute", relationship.entity2_attribute},
          {"Entity2NavigationPropertyName", relationship.entity2_navigation},
          {"IsCustomRelationship", false},
          {"IsManaged", true},
          {"IsValidForAdvancedFind", true},
          {"SecurityTypes", "None"}};
}

JsonObject KeyObject(const Table& table, const AlternateKey& key) {
  const std::string path = table.name + "/key/" + key.name;
  return {{"MetadataId", ToString(MetadataId(path))},
          {"HasChanged", nullptr},
          {"LogicalName", key.name},
          {"SchemaName", key.schema_name},
          {"EntityLogicalName", table.name},
          {"DisplayName", Label(key.label, path)},
          {"KeyAttributes", key.attributes},
          {"EntityKeyIndexStatus", "Active"},
          {"IsManaged", true}};
}

JsonObject OptionSetObject(const OptionSet& set, FieldType type) {
  JsonObject object = {{"MetadataId", ToString(MetadataId("optionset/" + set.name))},
                       {"HasChanged", nullptr},
                       {"Name", set.name},
                       {"DisplayName", Label(set.label, "optionset/" + set.name)},
                       {"Description", Label("", set.name)},
                       {"IsGlobal", set.global},
                       {"IsCustomOptionSet", set.global},
                       {"IsManaged", true},
                       {"OptionSetType", OptionSetType(type)}};
  if (type == FieldType::kBoolean) {
    const Option* no = set.options.empty() ? nullptr : &set.options.front();
    const Option* yes = set.options.size() < 2 ? nullptr : &set.options[1];
    object["TrueOption"] = yes ? OptionObject(set, *yes, type) : JsonObject(nullptr);
    object["FalseOption"] = no ? OptionObject(set, *no, type) : JsonObject(nullptr);
    return object;
  }
  object["Options"] = JsonObject::array();
  for (const Option& option : set.options)
    object["Options"].push_back(OptionObject(set, option, type));
  return object;
}

}  // namespace satchel::sandbox
