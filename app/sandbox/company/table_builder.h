// Describes a table in few words; used by the metadata of the sandbox only.
//
// A column is named by its schema name; its logical name is the same in lower case, as everywhere
// in Dataverse. A word such as Required() speaks of the column named last.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "app/sandbox/company/metadata.h"

namespace satchel::sandbox {

class TableBuilder {
 public:
  // "Account", "accounts", "Account", "Accounts", 1. Adds the key and what the ownership needs.
  TableBuilder(Metadata& metadata, std::string_view schema_name, std::string_view set_name,
               std::string_view label, std::string_view plural, int object_type_code,
               Ownership ownership, std::string_view key_schema_name = {});

  TableBuilder& Text(std::string_view schema_name, std::string_view label, int max_length = 100,
                     std::string_view format = "Text");
  TableBuilder& Memo(std::string_view schema_name, std::string_view label, int max_length = 2000);
  TableBuilder& Integer(std::string_view schema_name, std::string_view label, std::int64_t min = 0,
                        std::int64_t max = 2'147'483'647);
  TableBuilder& Decimal(std::string_view schema_name, std::string_view label, int precision,
                        std::int64_t min, std::int64_t max);
  TableBuilder& Double(std::string_view schema_name, std::string_view label, int precision,
                       std::int64_t min, std::int64_t max);
  TableBuilder& Money(std::string_view schema_name, std::string_view label, int precision = 2);
  TableBuilder& Boolean(std::string_view schema_name, std::string_view label,
                        std::string_view no = "No", std::string_view yes = "Yes");
  // Of type kDateTime, kDateTimeTzi or kDateOnly.
  TableBuilder& Date(std::string_view schema_name, std::string_view label,
                     FieldType type = FieldType::kDateTime);
  TableBuilder& Choice(std::string_view schema_name, std::string_view label,
                       std::vector<Option> options);
  TableBuilder& Choice(std::string_view schema_name, std::string_view label, const OptionSet& set,
                       FieldType type = FieldType::kPicklist);
  // statecode and statuscode; every status names its state.
  TableBuilder& States(std::vector<Option> states, std::vector<Option> statuses);
  TableBuilder& ActiveInactive();
  TableBuilder& Id(std::string_view schema_name, std::string_view label);
  TableBuilder& EntityName(std::string_view schema_name, std::string_view label);
  // One relationship per target; `relationships` are their schema names in the same order, else
  // they are made up from the names of table and column.
  TableBuilder& Lookup(std::string_view schema_name, std::string_view label,
                       std::vector<std::string> targets,
                       std::vector<std::string> relationships = {});
  TableBuilder& Customer(std::string_view schema_name, std::string_view label,
                         std::vector<std::string> relationships);
  // createdon, createdby, modifiedon, modifiedby.
  TableBuilder& Stamps();
  // transactioncurrencyid and exchangerate, for tables with money.
  TableBuilder& Currency();

  TableBuilder& Name();  // The primary name.
  TableBuilder& Required(Requirement level = Requirement::kApplication);
  TableBuilder& ReadOnly();
  TableBuilder& CreateOnly();
  TableBuilder& Computed(std::string_view sql);  // Implies ReadOnly.
  TableBuilder& Hierarchy();                     // The lookup forms the table's hierarchy.
  TableBuilder& OnDelete(Cascade cascade);       // Of the lookup's relationships.

  TableBuilder& Key(std::string_view name, std::string_view label,
                    std::vector<std::string> attributes);
  TableBuilder& Tracked();  // Changes are tracked, rows versioned, usable offline.
  TableBuilder& Custom();
  TableBuilder& Activity();
  TableBuilder& Intersect();

 private:
  Attribute& Add(std::string_view schema_name, std::string_view label, FieldType type);
  Attribute& last() { return table_->attributes.back(); }
  std::vector<Relationship*> LastRelationships();

  Metadata& metadata_;
  Table* table_;
};

}  // namespace satchel::sandbox
