#include <gtest/gtest.h>

#include "engine/filter/data_set.h"

namespace satchel {
namespace {

std::string ErrorOfSchema(std::string_view json) {
  const auto schema = ParseSchema(json);
  return schema ? "" : schema.error().message;
}

Schema Everything() {
  Schema schema;
  schema.version = "42";
  EntitySchema& account = schema.entities["account"];
  account = {.name = "account",
             .label = "Účet \"1\"",
             .plural_label = "Účty",
             .set_name = "accounts",
             .key = "accountid",
             .primary_name = "name",
             .hierarchy = "parentaccountid",
             .created = "createdon",
             .modified = "modifiedon",
             .version = "versionnumber",
             .intersect = true,
             .change_tracking = true,
             .user_owned = true};
  const auto add = [&](FieldSchema field) { account.fields[field.name] = field; };
  add({.name = "accountid", .type = FieldType::kUniqueIdentifier});
  add({.name = "name", .label = "Name", .max_length = 160, .required = true});
  for (const char* name : {"createdon", "modifiedon"}) {
    add({.name = name, .type = FieldType::kDateTime, .creatable = false, .updatable = false});
  }
  add({.name = "revenue", .type = FieldType::kMoney, .precision = 0});
  add({.name = "parentaccountid",
       .type = FieldType::kLookup,
       .targets = {"account"},
       .wire_name = "_parentaccountid_value",
       .navigation = "parentaccountid"});
  add({.name = "category",
       .type = FieldType::kPicklist,
       .choices = {{2, "Standard"}, {1, "Preferred"}, {-1, ""}}});
  account.collections = {{"contact_customer_accounts", "contact", "parentcustomerid"}};
  account.many_to_many = {{"leads", "accountleads", "lead"}};
  return schema;
}

TEST(SchemaJson, KeepsEverythingASchemaSays) {
  const auto read = ParseSchema(PrintSchema(Everything()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, Everything());
}

TEST(SchemaJson, PrintsWhatItReadByteForByte) {
  const std::string printed = PrintSchema(Everything());
  EXPECT_EQ(PrintSchema(*ParseSchema(printed)), printed);
}

TEST(SchemaJson, PrintsOneLineAField) {
  EXPECT_EQ(PrintSchema(*ParseSchema(R"({"account": {"key": "id", "fields": {
                "id": "uniqueidentifier", "rev": {"type": "money", "precision": 2}}}})")),
            R"({
  "schema": {
    "account": {
      "key": "id",
      "fields": {
        "id": "uniqueidentifier",
        "rev": {"type":"money","precision":2}
      }
    }
  }
}
)");
}

TEST(SchemaJson, ReadsTheInnerObjectAndADataSetToo) {
  const auto inner = ParseSchema(R"({"account": {"fields": {"a": "string"}}})");
  const auto outer =
      ParseSchema(R"({"rows": {}, "schema": {"account": {"fields": {"a": "string"}}}})");
  ASSERT_TRUE(inner);
  ASSERT_TRUE(outer);
  EXPECT_EQ(*inner, *outer);
}

TEST(SchemaJson, AnEntityMayBeCalledSchema) {
  const auto schema = ParseSchema(R"({"schema": {"schema": {"fields": {"a": "string"}}}})");
  ASSERT_TRUE(schema);
  EXPECT_TRUE(schema->Find("schema", "a"));
}

TEST(SchemaJson, NamesAllTypesWhenOneIsUnknown) {
  EXPECT_EQ(ErrorOfSchema(R"({"a": {"fields": {"x": "text"}}})"),
            "schema.a.fields.x: 'text' is not a type; the types are: string memo integer bigint "
            "decimal money double boolean datetime datetime_tzi dateonly picklist state status "
            "multiselectpicklist lookup owner customer uniqueidentifier");
}

TEST(SchemaJson, SaysWhereItIsWrong) {
  EXPECT_EQ(ErrorOfSchema(R"({"a": {"key": "id", "fields": {"x": "string"}}})"),
            "schema.a.key: 'id' is not among the fields");
  EXPECT_EQ(ErrorOfSchema(R"({"a": {"hierarchy": "x", "fields": {"x": "string"}}})"),
            "schema.a.hierarchy: 'x' is not a lookup");
  EXPECT_EQ(ErrorOfSchema(R"({"a": {"feilds": {}}})"), "schema.a: the entity has no \"fields\"");
  EXPECT_EQ(ErrorOfSchema(R"({"a": {"fields": {}, "kee": "x"}})"),
            "schema.a: the key 'kee' is not known here; did you mean 'key'?");
  EXPECT_EQ(ErrorOfSchema(R"({"a": {"fields": {"x": {"type": "money", "precision": 11}}}})"),
            "schema.a.fields.x.precision: a whole number from 0 to 10 is expected here");
  EXPECT_EQ(
      ErrorOfSchema(R"({"a": {"fields": {"x": {"type": "picklist", "options": {"one": "x"}}}}})"),
      "schema.a.fields.x.options: 'one' is not a whole number");
  EXPECT_EQ(ErrorOfSchema(R"({"a": {"fields": {"@rid": "string"}}})"),
            "schema.a.fields.@rid: '@rid' is not a field's name; write letters, digits and '_'");
  EXPECT_EQ(ErrorOfSchema(R"({"a\u0000": {"fields": {"x": "string"}}})")
                    .find("is not an entity's name") != std::string::npos,
            true);
  EXPECT_EQ(ErrorOfSchema(R"({"a": {"fields": {"x": "string", "x": "string"}}})"),
            "the key 'x' comes twice");
  EXPECT_EQ(ErrorOfSchema("{\"a\":\n  oops}"), "line 2, column 3: this is not valid JSON");
  EXPECT_EQ(ErrorOfSchema("[]"), "a schema is an object {…}");
  EXPECT_NE(ErrorOfSchema(""), "");
  EXPECT_NE(ErrorOfSchema("{\"a\": \"\xFF\"}"), "");
}

TEST(SchemaJson, RefusesDeepNestingInsteadOfRecursing) {
  const std::string deep = std::string(100'000, '[');
  EXPECT_EQ(ErrorOfSchema(deep), "it nests deeper than 64 levels");
}

TEST(User, IsReadWithTheFiscalCalendar) {
  FiscalCalendar fiscal;
  const auto user = ParseUser(
      R"({"id":"u","business_unit":"b","teams":["t"],"reports":["r"],"report_teams":["q"],
          "language":1029,"fiscal_year_start":"04-06","fiscal_period":"fourweek"})",
      fiscal);
  ASSERT_TRUE(user) << user.error().message;
  EXPECT_EQ(*user, (UserContext{"u", "b", {"t"}, {"r"}, {"q"}, 1029}));
  EXPECT_EQ(fiscal, (FiscalCalendar{4, 6, FiscalPeriod::kFourWeek}));
}

TEST(User, LeavesTheFiscalCalendarAloneWhenSilentOrWrong) {
  FiscalCalendar fiscal{7, 1, FiscalPeriod::kMonthly};
  ASSERT_TRUE(ParseUser(R"({"id":"u"})", fiscal));
  EXPECT_FALSE(ParseUser(R"({"fiscal_period":"annual","fiscal_year_start":"13-01"})", fiscal));
  EXPECT_FALSE(ParseUser(R"({"fiscal_period":"annual","fiscal_year_start":"02-30"})", fiscal));
  EXPECT_FALSE(ParseUser(R"({"fiscal_period":"weekly"})", fiscal));
  EXPECT_FALSE(ParseUser(R"({"teams":"t"})", fiscal));
  EXPECT_FALSE(ParseUser(R"({"teams":[1]})", fiscal));
  EXPECT_EQ(fiscal, (FiscalCalendar{7, 1, FiscalPeriod::kMonthly}));
}

}  // namespace
}  // namespace satchel
