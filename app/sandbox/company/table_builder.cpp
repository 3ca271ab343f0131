#include "app/sandbox/company/table_builder.h"

#include <utility>

#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

// The range Dataverse gives a money column.
constexpr std::int64_t kMoneyLimit = 922'337'203'685;

std::string OwnerCase(std::string_view kind) {
  return std::string("CASE \"ownerid@type\" WHEN '") + std::string(kind) + "' THEN \"ownerid\" END";
}

}  // namespace

TableBuilder::TableBuilder(Metadata& metadata, std::string_view schema_name,
                           std::string_view set_name, std::string_view label,
                           std::string_view plural, int object_type_code, Ownership ownership,
                           std::string_view key_schema_name)
    : metadata_(metadata), table_(&metadata.tables[LowerAscii(schema_name)]) {
  table_->name = LowerAscii(schema_name);
  table_->schema_name = schema_name;
  table_->set_name = set_name;
  table_->label = label;
  table_->plural_label = plural;
  table_->object_type_code = object_type_code;
  table_->ownership = ownership;
  const std::string key =
      key_schema_name.empty() ? std::string(schema_name) + "Id" : std::string(key_schema_name);
  table_->primary_id = LowerAscii(key);
  Add(key, label, FieldType::kUniqueIdentifier).required = Requirement::kSystem;
  last().valid_for_update = false;
  if (ownership == Ownership::kUser) {
    // First in the table: security reads them of every row.
    Add("OwnerId", "Owner", FieldType::kOwner).targets = {"systemuser", "team"};
    last().required = Requirement::kSystem;
    Relationship owner;
    owner.schema_name = "owner_" + table_->set_name;
    owner.referenced_entity = "owner";
    owner.referenced_attribute = "ownerid";
    owner.referencing_entity = table_->name;
    owner.referencing_attribute = "ownerid";
    owner.referencing_navigation = "ownerid";
    owner.referenced_navigation = owner.schema_name;
    owner.on_delete = Cascade::kRestrict;
    metadata_.relationships.push_back(owner);
    Lookup("OwningBusinessUnit", "Owning Business Unit", {"businessunit"},
           {"business_unit_" + table_->set_name});
    ReadOnly();
    Lookup("OwningUser", "Owning User", {"systemuser"}, {"user_" + table_->set_name});
    Computed(OwnerCase("systemuser"));
    Lookup("OwningTeam", "Owning Team", {"team"}, {"team_" + table_->set_name});
    Computed(OwnerCase("team"));
  }
}

Attribute& TableBuilder::Add(std::string_view schema_name, std::string_view label, FieldType type) {
  Attribute attribute;
  attribute.name = LowerAscii(schema_name);
  attribute.schema_name = schema_name;
  attribute.label = label;
  attribute.type = type;
  // A publisher's prefix marks what did not come with the base system.
  attribute.custom = schema_name.find('_') != std::string_view::npos &&
                     (schema_name.starts_with("msdyn_") || schema_name.starts_with("contoso_"));
  table_->attributes.push_back(std::move(attribute));
  return table_->attributes.back();
}

TableBuilder& TableBuilder::Text(std::string_view schema_name, std::string_view label,
                                 int max_length, std::string_view format) {
  Attribute& attribute = Add(schema_name, label, FieldType::kString);
  attribute.max_length = max_length;
  attribute.format = format;
  return *this;
}

TableBuilder& TableBuilder::Memo(std::string_view schema_name, std::string_view label,
                                 int max_length) {
  Attribute& attribute = Add(schema_name, label, FieldType::kMemo);
  attribute.max_length = max_length;
  attribute.format = "TextArea";
  return *this;
}

TableBuilder& TableBuilder::Integer(std::string_view schema_name, std::string_view label,
                                    std::int64_t min, std::int64_t max) {
  Attribute& attribute = Add(schema_name, label, FieldType::kInteger);
  attribute.format = "None";
  attribute.min = min;
  attribute.max = max;
  return *this;
}

TableBuilder& TableBuilder::Decimal(std::string_view schema_name, std::string_view label,
                                    int precision, std::int64_t min, std::int64_t max) {
  Attribute& attribute = Add(schema_name, label, FieldType::kDecimal);
  attribute.precision = precision;
  attribute.min = min;
  attribute.max = max;
  return *this;
}

TableBuilder& TableBuilder::Double(std::string_view schema_name, std::string_view label,
                                   int precision, std::int64_t min, std::int64_t max) {
  Attribute& attribute = Add(schema_name, label, FieldType::kDouble);
  attribute.precision = precision;
  attribute.min = min;
  attribute.max = max;
  return *this;
}

TableBuilder& TableBuilder::Money(std::string_view schema_name, std::string_view label,
                                  int precision) {
  Attribute& attribute = Add(schema_name, label, FieldType::kMoney);
  attribute.precision = precision;
  attribute.min = -kMoneyLimit;
  attribute.max = kMoneyLimit;
  return *this;
}

TableBuilder& TableBuilder::Boolean(std::string_view schema_name, std::string_view label,
                                    std::string_view no, std::string_view yes) {
  Attribute& attribute = Add(schema_name, label, FieldType::kBoolean);
  attribute.options.name = table_->name + "_" + attribute.name;
  attribute.options.label = label;
  attribute.options.options = {{0, std::string(no)}, {1, std::string(yes)}};
  return *this;
}

TableBuilder& TableBuilder::Date(std::string_view schema_name, std::string_view label,
                                 FieldType type) {
  Add(schema_name, label, type).format = type == FieldType::kDateOnly ? "DateOnly" : "DateAndTime";
  return *this;
}

TableBuilder& TableBuilder::Choice(std::string_view schema_name, std::string_view label,
                                   std::vector<Option> options) {
  Attribute& attribute = Add(schema_name, label, FieldType::kPicklist);
  attribute.options.name = table_->name + "_" + attribute.name;
  attribute.options.label = label;
  attribute.options.options = std::move(options);
  return *this;
}

TableBuilder& TableBuilder::Choice(std::string_view schema_name, std::string_view label,
                                   const OptionSet& set, FieldType type) {
  Add(schema_name, label, type).options = set;
  return *this;
}

TableBuilder& TableBuilder::States(std::vector<Option> states, std::vector<Option> statuses) {
  Attribute& state = Add("StateCode", "Status", FieldType::kState);
  state.required = Requirement::kSystem;
  state.valid_for_create = false;
  state.options.name = table_->name + "_statecode";
  state.options.label = "Status";
  state.options.options = std::move(states);
  Attribute& status = Add("StatusCode", "Status Reason", FieldType::kStatus);
  status.options.name = table_->name + "_statuscode";
  status.options.label = "Status Reason";
  status.options.options = std::move(statuses);
  return *this;
}

TableBuilder& TableBuilder::ActiveInactive() {
  return States({{0, "Active"}, {1, "Inactive"}}, {{1, "Active", 0}, {2, "Inactive", 1}});
}

TableBuilder& TableBuilder::Id(std::string_view schema_name, std::string_view label) {
  Add(schema_name, label, FieldType::kUniqueIdentifier);
  return *this;
}

TableBuilder& TableBuilder::EntityName(std::string_view schema_name, std::string_view label) {
  Attribute& attribute = Add(schema_name, label, FieldType::kString);
  attribute.entity_name = true;
  attribute.max_length = 64;
  return *this;
}

TableBuilder& TableBuilder::Lookup(std::string_view schema_name, std::string_view label,
                                   std::vector<std::string> targets,
                                   std::vector<std::string> relationships) {
  Attribute& attribute = Add(schema_name, label, FieldType::kLookup);
  attribute.targets = std::move(targets);
  for (std::size_t i = 0; i < attribute.targets.size(); ++i) {
    const std::string& target = attribute.targets[i];
    Relationship relationship;
    relationship.schema_name = i < relationships.size()
                                   ? relationships[i]
                                   : table_->name + "_" + target + "_" + attribute.name;
    relationship.referenced_entity = target;
    relationship.referenced_attribute = target + "id";
    relationship.referencing_entity = table_->name;
    relationship.referencing_attribute = attribute.name;
    relationship.referencing_navigation =
        attribute.targets.size() == 1 ? attribute.name : attribute.name + "_" + target;
    // Every activity has a regarding column; their navigation properties tell them apart.
    if (attribute.name == "regardingobjectid")
      relationship.referencing_navigation += "_" + table_->name;
    relationship.referenced_navigation = relationship.schema_name;
    metadata_.relationships.push_back(std::move(relationship));
  }
  return *this;
}

TableBuilder& TableBuilder::Customer(std::string_view schema_name, std::string_view label,
                                     std::vector<std::string> relationships) {
  Lookup(schema_name, label, {"account", "contact"}, std::move(relationships));
  last().type = FieldType::kCustomer;
  return *this;
}

TableBuilder& TableBuilder::Stamps() {
  const std::string base = "lk_" + table_->name + "base_";
  Date("CreatedOn", "Created On").ReadOnly();
  Lookup("CreatedBy", "Created By", {"systemuser"}, {base + "createdby"}).ReadOnly();
  OnDelete(Cascade::kNone);
  Date("ModifiedOn", "Modified On").ReadOnly();
  Lookup("ModifiedBy", "Modified By", {"systemuser"}, {base + "modifiedby"}).ReadOnly();
  OnDelete(Cascade::kNone);
  Add("VersionNumber", "Version Number", FieldType::kBigInt);
  return Computed("\"@version\"");
}

TableBuilder& TableBuilder::Currency() {
  Lookup("TransactionCurrencyId", "Currency", {"transactioncurrency"},
         {"transactioncurrency_" + table_->name})
      .OnDelete(Cascade::kRestrict);
  return Decimal("ExchangeRate", "Exchange Rate", 10, 0, 100'000'000'000).ReadOnly();
}

TableBuilder& TableBuilder::Name() {
  table_->primary_name = last().name;
  return *this;
}

TableBuilder& TableBuilder::Required(Requirement level) {
  last().required = level;
  return *this;
}

TableBuilder& TableBuilder::ReadOnly() {
  last().valid_for_create = last().valid_for_update = false;
  return *this;
}

TableBuilder& TableBuilder::CreateOnly() {
  last().valid_for_update = false;
  return *this;
}

TableBuilder& TableBuilder::Computed(std::string_view sql) {
  last().computed = sql;
  return ReadOnly();
}

std::vector<Relationship*> TableBuilder::LastRelationships() {
  std::vector<Relationship*> found;
  for (Relationship& relationship : metadata_.relationships) {
    if (relationship.referencing_entity == table_->name &&
        relationship.referencing_attribute == last().name)
      found.push_back(&relationship);
  }
  return found;
}

TableBuilder& TableBuilder::Hierarchy() {
  for (Relationship* relationship : LastRelationships()) relationship->hierarchical = true;
  return *this;
}

TableBuilder& TableBuilder::OnDelete(Cascade cascade) {
  for (Relationship* relationship : LastRelationships()) relationship->on_delete = cascade;
  return *this;
}

TableBuilder& TableBuilder::Key(std::string_view name, std::string_view label,
                                std::vector<std::string> attributes) {
  table_->keys.push_back(
      {LowerAscii(name), std::string(name), std::string(label), std::move(attributes)});
  return *this;
}

TableBuilder& TableBuilder::Tracked() {
  table_->change_tracking = table_->available_offline = table_->optimistic_concurrency = true;
  return *this;
}

TableBuilder& TableBuilder::Custom() {
  table_->custom = true;
  return *this;
}

TableBuilder& TableBuilder::Activity() {
  table_->activity = true;
  return *this;
}

TableBuilder& TableBuilder::Intersect() {
  table_->intersect = true;
  return *this;
}

}  // namespace satchel::sandbox
