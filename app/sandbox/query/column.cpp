#include "app/sandbox/query/column.h"

#include "app/sandbox/query/sql.h"
#include "engine/record/cell.h"

namespace satchel::sandbox {

namespace {

std::string NameOf(const Table& target, const std::string& id_sql) {
  return "(SELECT target." + SqlName(target.primary_name) + " FROM " + SqlName(target.name) +
         " AS target WHERE target." + SqlName(target.primary_id) + " = " + id_sql + ")";
}

std::string CurrencySymbolSql(const Metadata& metadata, const Table& table,
                              std::string_view alias) {
  const Attribute* currency = table.Find("transactioncurrencyid");
  const Table* currencies = metadata.Find("transactioncurrency");
  if (currency == nullptr || currencies == nullptr ||
      currencies->Find("currencysymbol") == nullptr) {
    return {};
  }
  return "(SELECT target.\"currencysymbol\" FROM \"transactioncurrency\" AS target WHERE target." +
         SqlName(currencies->primary_id) + " = " + Qualified(alias, currency->name) + ")";
}

}  // namespace

std::string TargetNameSql(const Metadata& metadata, const Attribute& lookup,
                          std::string_view alias) {
  const std::string id = Qualified(alias, lookup.name);
  std::string cases;
  for (const std::string& name : lookup.targets) {
    const Table* target = metadata.Find(name);
    if (target == nullptr || target->primary_name.empty()) continue;
    if (!lookup.polymorphic()) return NameOf(*target, id);
    cases += " WHEN " + SqlLiteral(name) + " THEN " + NameOf(*target, id);
  }
  if (cases.empty()) return {};
  return "(CASE " + Qualified(alias, TypeColumn(lookup.name)) + cases + " END)";
}

std::string ChoiceLabelSql(const Attribute& choice, std::string_view alias) {
  if (choice.options.options.empty()) return Qualified(alias, choice.name);
  std::string sql = "(CASE " + Qualified(alias, choice.name);
  for (const Option& option : choice.options.options) {
    sql += " WHEN " + std::to_string(option.value) + " THEN " + SqlLiteral(option.label);
  }
  return sql + " END)";
}

Column MakeColumn(const Metadata& metadata, const Table& table, const Attribute& attribute,
                  std::string_view alias, const Preferences& prefer, std::string key) {
  Column column;
  column.table = &table;
  column.attribute = &attribute;
  column.key = key.empty() ? attribute.wire_name() : std::move(key);
  column.value_sql = Qualified(alias, attribute.name);
  if (attribute.polymorphic()) column.type_sql = Qualified(alias, TypeColumn(attribute.name));
  if (prefer.Wants(kFormattedValue)) {
    if (attribute.is_lookup()) column.label_sql = TargetNameSql(metadata, attribute, alias);
    if (attribute.type == FieldType::kMoney) {
      column.label_sql = CurrencySymbolSql(metadata, table, alias);
    }
  }
  return column;
}

}  // namespace satchel::sandbox
