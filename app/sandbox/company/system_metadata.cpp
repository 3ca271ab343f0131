// The tables a server cannot do without.
#include "app/sandbox/company/metadata.h"
#include "app/sandbox/company/table_builder.h"
#include "engine/record/cell.h"

namespace satchel::sandbox {

namespace {

ManyToManyRelationship Association(std::string_view name, std::string_view intersect,
                                   std::string_view entity1, std::string_view entity2) {
  ManyToManyRelationship relationship;
  relationship.schema_name = name;
  relationship.intersect_entity = intersect;
  relationship.entity1 = entity1;
  relationship.entity1_attribute = std::string(entity1) + "id";
  relationship.entity1_navigation = name;
  relationship.entity2 = entity2;
  relationship.entity2_attribute = std::string(entity2) + "id";
  relationship.entity2_navigation = name;
  return relationship;
}

void AddOrganization(Metadata& metadata) {
  TableBuilder(metadata, "Organization", "organizations", "Organization", "Organizations", 1019,
               Ownership::kOrganization)
      .Text("Name", "Organization Name", 160)
      .Name()
      .Choice("WeekStartDayCode", "Week Start Day",
              {{0, "Sunday"},
               {1, "Monday"},
               {2, "Tuesday"},
               {3, "Wednesday"},
               {4, "Thursday"},
               {5, "Friday"},
               {6, "Saturday"}})
      .Date("FiscalCalendarStart", "Fiscal Calendar Start")
      .Integer("FiscalPeriodType", "Fiscal Period Type")
      .Integer("ExpireChangeTrackingInDays", "Days to keep deleted records", 0, 365);
}

void AddUnitsAndPeople(Metadata& metadata) {
  TableBuilder(metadata, "BusinessUnit", "businessunits", "Business Unit", "Business Units", 10,
               Ownership::kBusinessUnit)
      .Text("Name", "Name", 160)
      .Name()
      .Required(Requirement::kSystem)
      .Lookup("ParentBusinessUnitId", "Parent Business", {"businessunit"},
              {"business_unit_parent_business_unit"})
      .Hierarchy()
      .Boolean("IsDisabled", "Is Disabled");
  TableBuilder(metadata, "SystemUser", "systemusers", "User", "Users", 8, Ownership::kBusinessUnit)
      .Lookup("BusinessUnitId", "Business Unit", {"businessunit"}, {"business_unit_system_users"})
      .Required(Requirement::kSystem)
      .Text("FullName", "Full Name", 200)
      .Name()
      .Text("DomainName", "User Name", 1024)
      .Text("InternalEMailAddress", "Primary Email", 100, "Email")
      .Text("Title", "Title", 128)
      .Lookup("ParentSystemUserId", "Manager", {"systemuser"}, {"user_parent_user"})
      .Hierarchy()
      .Boolean("IsDisabled", "Status", "Enabled", "Disabled")
      .Id("AzureActiveDirectoryObjectId", "Azure AD Object ID")
      .Stamps()
      .Tracked();
  TableBuilder(metadata, "UserSettings", "usersettingscollection", "User Settings", "User Settings",
               150, Ownership::kBusinessUnit, "SystemUserId")
      .Lookup("BusinessUnitId", "Business Unit", {"businessunit"}, {"business_unit_user_settings"})
      .Integer("TimeZoneCode", "Time Zone Code", -1, 1500)
      .Integer("UILanguageId", "User Interface Language");
  TableBuilder(metadata, "Team", "teams", "Team", "Teams", 9, Ownership::kBusinessUnit)
      .Lookup("BusinessUnitId", "Business Unit", {"businessunit"}, {"business_unit_teams"})
      .Required(Requirement::kSystem)
      .Text("Name", "Team Name", 160)
      .Name()
      .Choice("TeamType", "Team Type", {{0, "Owner"}, {1, "Access"}})
      .Stamps()
      .Tracked();
  TableBuilder(metadata, "Role", "roles", "Security Role", "Security Roles", 1036,
               Ownership::kBusinessUnit)
      .Lookup("BusinessUnitId", "Business Unit", {"businessunit"}, {"business_unit_roles"})
      .Text("Name", "Name", 100)
      .Name();
}

void AddMemberships(Metadata& metadata) {
  TableBuilder(metadata, "TeamMembership", "teammemberships", "Team Membership", "Team Memberships",
               23, Ownership::kNone)
      .Id("SystemUserId", "User")
      .Id("TeamId", "Team")
      .Intersect();
  TableBuilder(metadata, "SystemUserRoles", "systemuserrolescollection", "User Role", "User Roles",
               1045, Ownership::kNone, "SystemUserRoleId")
      .Id("SystemUserId", "User")
      .Id("RoleId", "Role")
      .Intersect();
  TableBuilder(metadata, "TeamRoles", "teamrolescollection", "Team Role", "Team Roles", 40,
               Ownership::kNone, "TeamRoleId")
      .Id("TeamId", "Team")
      .Id("RoleId", "Role")
      .Intersect();
  metadata.many_to_many.push_back(
      Association("teammembership_association", "teammembership", "systemuser", "team"));
  metadata.many_to_many.push_back(
      Association("systemuserroles_association", "systemuserroles", "systemuser", "role"));
  metadata.many_to_many.push_back(
      Association("teamroles_association", "teamroles", "team", "role"));
  TableBuilder(metadata, "PrincipalObjectAccess", "principalobjectaccessset", "Field Sharing",
               "Shares", 11, Ownership::kNone)
      .Id("PrincipalId", "Principal")
      .EntityName("PrincipalTypeCode", "Principal Type")
      .Id("ObjectId", "Object")
      .EntityName("ObjectTypeCode", "Object Type")
      .Integer("AccessRightsMask", "Access Rights");
}

void AddSettings(Metadata& metadata) {
  TableBuilder(metadata, "TimeZoneDefinition", "timezonedefinitions", "Time Zone Definition",
               "Time Zone Definitions", 4810, Ownership::kOrganization)
      .Integer("TimeZoneCode", "Time Zone Code")
      .Text("StandardName", "Standard Name", 100)
      .Name()
      .Text("UserInterfaceName", "User Interface Name", 100)
      .Integer("Bias", "Bias", -1500, 1500);
  TableBuilder(metadata, "TransactionCurrency", "transactioncurrencies", "Currency", "Currencies",
               9105, Ownership::kOrganization)
      .Text("CurrencyName", "Currency Name", 100)
      .Name()
      .Text("ISOCurrencyCode", "Currency Code", 5)
      .Text("CurrencySymbol", "Currency Symbol", 10)
      .Integer("CurrencyPrecision", "Currency Precision", 0, 4)
      .Decimal("ExchangeRate", "Exchange Rate", 10, 0, 100'000'000'000);
  TableBuilder(metadata, "SavedQuery", "savedqueries", "View", "Views", 1039,
               Ownership::kOrganization)
      .Text("Name", "Name", 200)
      .Name()
      .EntityName("ReturnedTypeCode", "Entity Name")
      .Memo("FetchXml", "Fetch XML", 1'073'741'823)
      .Boolean("IsDefault", "Default View")
      .Integer("QueryType", "Query Type");
}

// A lookup of a hand-made schema becomes a relationship per target, so that navigation works.
void AddField(TableBuilder& builder, const FieldSchema& field) {
  switch (field.type) {
    case FieldType::kString:
      builder.Text(field.name, field.label, field.max_length > 0 ? field.max_length : 4000);
      break;
    case FieldType::kMemo:
      builder.Memo(field.name, field.label, field.max_length > 0 ? field.max_length : 100'000);
      break;
    case FieldType::kInteger:
      builder.Integer(field.name, field.label, -2'147'483'647 - 1);
      break;
    case FieldType::kDecimal:
      builder.Decimal(field.name, field.label, ScaleOf(field), -100'000'000'000, 100'000'000'000);
      break;
    case FieldType::kMoney:
      builder.Money(field.name, field.label, ScaleOf(field));
      break;
    case FieldType::kDouble:
      builder.Double(field.name, field.label, 5, -100'000'000'000, 100'000'000'000);
      break;
    case FieldType::kBoolean:
      builder.Boolean(field.name, field.label);
      break;
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi:
    case FieldType::kDateOnly:
      builder.Date(field.name, field.label, field.type);
      break;
    case FieldType::kLookup:
    case FieldType::kOwner:
      builder.Lookup(field.name, field.label, field.targets);
      break;
    case FieldType::kCustomer:
      builder.Customer(field.name, field.label, {});
      break;
    case FieldType::kUniqueIdentifier:
      builder.Id(field.name, field.label);
      break;
    case FieldType::kBigInt:
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus:
    case FieldType::kMultiSelect: {
      OptionSet options;
      options.name = field.name;
      options.label = field.label;
      for (const satchel::Choice& choice : field.choices)
        options.options.push_back({choice.value, choice.label});
      builder.Choice(field.name, field.label, options, field.type);
      break;
    }
  }
}

}  // namespace

Metadata SystemMetadata() {
  Metadata metadata;
  AddOrganization(metadata);
  AddUnitsAndPeople(metadata);
  AddMemberships(metadata);
  AddSettings(metadata);
  return metadata;
}

Metadata MetadataFrom(const Schema& schema) {
  Metadata metadata = SystemMetadata();
  int code = 10'000;  // Custom tables are numbered from here, as on a real server.
  for (const auto& [name, entity] : schema.entities) {
    if (metadata.Find(name) != nullptr) continue;
    TableBuilder builder(
        metadata, name, entity.set_name.empty() ? name + "s" : entity.set_name,
        entity.label.empty() ? name : entity.label, entity.label.empty() ? name : entity.label,
        ++code, entity.user_owned ? Ownership::kUser : Ownership::kOrganization, entity.key);
    for (const auto& [field_name, field] : entity.fields) {
      const Table& table = metadata.tables.at(name);
      if (table.Find(field_name) == nullptr) AddField(builder, field);
    }
    metadata.tables.at(name).primary_name = entity.primary_name;
    for (Relationship& relationship : metadata.relationships) {
      if (relationship.referencing_entity == name &&
          relationship.referencing_attribute == entity.hierarchy) {
        relationship.hierarchical = true;
      }
    }
  }
  // A hand-made key may have any name; a table named later may be the target of one named before.
  for (Relationship& relationship : metadata.relationships) {
    const Table* target = metadata.Find(relationship.referenced_entity);
    if (target != nullptr) relationship.referenced_attribute = target->primary_id;
  }
  return metadata;
}

}  // namespace satchel::sandbox
