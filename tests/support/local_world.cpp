#include "tests/support/local_world.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "engine/filter/data_set.h"
#include "engine/store/local_meta.h"

namespace satchel {

namespace {

constexpr const char* kSchema = R"({"schema":{
  "account":{"key":"accountid","primary_name":"name","hierarchy":"parentaccountid",
    "created":"createdon","modified":"modifiedon","fields":{
    "accountid":"uniqueidentifier",
    "name":{"type":"string","label":"Name","max_length":20,"required":true},
    "revenue":{"type":"money","precision":2},
    "statecode":{"type":"state","options":{"0":"Active","1":"Inactive"}},
    "parentaccountid":{"type":"lookup","targets":["account"]},
    "primarycontactid":{"type":"lookup","targets":["contact"]},
    "ownerid":{"type":"owner","targets":["systemuser","team"],"required":true},
    "tags":{"type":"multiselectpicklist","options":{"1":"New","3":"Key"}},
    "founded":"dateonly",
    "createdon":{"type":"datetime","creatable":false,"updatable":false},
    "modifiedon":{"type":"datetime","creatable":false,"updatable":false}}},
  "contact":{"key":"contactid","primary_name":"fullname","fields":{
    "contactid":"uniqueidentifier",
    "fullname":"string",
    "age":"integer",
    "employed":"boolean",
    "parentcustomerid":{"type":"customer","targets":["account","contact"]}}},
  "campaign_account":{"key":"campaign_accountid","intersect":true,"fields":{
    "campaign_accountid":"uniqueidentifier","campaignid":"uniqueidentifier",
    "accountid":"uniqueidentifier"}},
  "currency":{"key":"code","fields":{"code":"string","name":"string"}}}})";

Database Opened(const std::filesystem::path& file) {
  auto database = Database::Open(file, Database::Use::kDevice);
  EXPECT_TRUE(database) << database.error().message;
  EXPECT_TRUE(database->Execute("PRAGMA synchronous=OFF"));
  return std::move(*database);
}

std::int64_t Count(Database& database, const std::string& sql) {
  auto statement = database.Prepare(sql);
  EXPECT_TRUE(statement) << (statement ? "" : statement.error().message);
  EXPECT_TRUE(statement->Step());
  return statement->Integer(0);
}

}  // namespace

const Schema& CompanySchema() {
  static const Schema kCompany = [] {
    auto schema = ParseSchema(kSchema);
    EXPECT_TRUE(schema) << (schema ? "" : schema.error().message);
    return *schema;
  }();
  return kCompany;
}

Policy CompanyPolicy() {
  Policy policy;
  policy.project.name = "test";
  for (const auto& [name, entity] : CompanySchema().entities) {
    policy.entities.push_back({.name = name, .all_fields = true});
  }
  policy.entities.push_back({.name = "report", .mode = DeviceMode::kOnline});
  return policy;
}

Guid IdOf(char family, int number) {
  return *ParseGuid(TextOf(family, number));
}

std::string TextOf(char family, int number) {
  char text[48];
  std::snprintf(text, sizeof text, "%s-0000-4000-8000-%012x", std::string(8, family).c_str(),
                static_cast<unsigned>(number));
  return text;
}

LocalWorld::LocalWorld()
    : database(Opened(folder / "local.db")),
      edits(database, policy,
            {.new_id = [this] { return IdOf('e', ++made); },
             .now = [] { return *ParseInstant("2026-05-31T12:00:00Z"); }}) {
  EXPECT_TRUE(CreateMeta(database));
  EXPECT_TRUE(BindOwner(database, "https://crm.example", "o1", "u1"));
  std::vector<std::pair<std::string, std::vector<std::string>>> described;
  for (const auto& [name, entity] : CompanySchema().entities) {
    std::vector<std::string> fields;
    for (const auto& [field, schema] : entity.fields) fields.push_back(field);
    const auto table = PlanTable(entity, fields);
    EXPECT_TRUE(table);
    EXPECT_TRUE(database.Execute(CreateTableSql(*table, name)));
    for (const std::string& field : table->key_fields) {
      EXPECT_TRUE(database.Execute(CreateKeyTableSql(name, field)));
    }
    EXPECT_TRUE(database.Execute(CreateKeyTriggersSql(*table)));
    described.emplace_back(name, table->fields);
  }
  EXPECT_TRUE(DescribeEntities(database, CompanySchema(), described));
}

void LocalWorld::Put(const std::string& entity, const Value& id, const std::string& version,
                     const std::vector<FieldValue>& values) {
  auto tables = LocalTables::Read(database);
  ASSERT_TRUE(tables);
  LocalRows* rows = tables->Rows(entity);
  ASSERT_NE(rows, nullptr);
  std::vector<FieldValue> row = values;
  row.push_back({rows->table().key, id});
  row.push_back({std::string(kVersionColumn), version});
  ASSERT_TRUE(rows->Insert(row));
}

std::optional<LocalRow> LocalWorld::Row(const std::string& entity, const Value& id) {
  auto tables = LocalTables::Read(database);
  EXPECT_TRUE(tables);
  auto row = tables->Rows(entity)->Find(id);
  EXPECT_TRUE(row);
  return std::move(*row);
}

Value LocalWorld::At(const std::string& entity, const Value& id, const std::string& field) {
  const auto row = Row(entity, id);
  const Value* value = row ? row->Find(field) : nullptr;
  return value ? *value : Value();
}

std::vector<OutboxEntry> LocalWorld::Outbox() {
  auto entries = ReadOutbox(database);
  EXPECT_TRUE(entries);
  return std::move(*entries);
}

OutboxEntry LocalWorld::Only() {
  const auto entries = Outbox();
  EXPECT_EQ(entries.size(), 1u);
  return entries.empty() ? OutboxEntry() : entries.front();
}

Database LocalWorld::Connect() {
  return Opened(folder / "local.db");
}

void LocalWorld::ExpectSound() {
  for (const auto& [name, entity] : CompanySchema().entities) {
    const std::string keys = "\"" + name + "@" + entity.key + "\"";
    EXPECT_EQ(Count(database, "SELECT count(*) FROM (SELECT " + entity.key + ",\"@rid\" FROM " +
                                  name + " EXCEPT SELECT key,row FROM " + keys + ")"),
              0);
    EXPECT_EQ(Count(database, "SELECT count(*) FROM " + keys),
              Count(database, "SELECT count(*) FROM " + name));
  }
  EXPECT_EQ(Count(database,
                  "SELECT count(*) FROM \"@change\" WHERE seq NOT IN (SELECT seq FROM "
                  "\"@outbox\")"),
            0);
  // At most one entry of a record is not on its way.
  EXPECT_EQ(Count(database,
                  "SELECT count(*) FROM (SELECT 1 FROM \"@outbox\" WHERE state NOT IN (1,4) GROUP "
                  "BY entity,id HAVING count(*)>1)"),
            0);
}

}  // namespace satchel
