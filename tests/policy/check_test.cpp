#include "policy/check/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "policy/yaml/read_policy.h"

namespace satchel {
namespace {

Schema Server() {
  Schema schema;
  const auto add = [&](const std::string& name,
                       std::vector<std::pair<std::string, FieldType>> fields) {
    EntitySchema& entity = schema.entities[name];
    entity.name = name;
    entity.key = name + "id";
    fields.emplace_back(entity.key, FieldType::kUniqueIdentifier);
    for (const auto& [field, type] : fields) entity.fields[field] = {.name = field, .type = type};
  };
  add("account", {{"name", FieldType::kString},
                  {"statecode", FieldType::kState},
                  {"revenue", FieldType::kMoney},
                  {"ownerid", FieldType::kOwner},
                  {"createdon", FieldType::kDateTime},
                  {"vip", FieldType::kBoolean}});
  add("task", {{"accountid", FieldType::kLookup},
               {"subject", FieldType::kString},
               {"due", FieldType::kDateTime}});
  schema.entities["account"].fields["statecode"].choices = {{0, "Active"}, {1, "Inactive"}};
  return schema;
}

// "line:column rule" of the findings about an account with this block.
std::vector<std::string> Check(const std::string& block, bool with_schema = true) {
  const ReadPolicy read = ParsePolicy(
      "satchel: 1\nproject: {name: p}\nentities:\n  account:\n    fields: [name]\n" + block);
  EXPECT_TRUE(read.findings.empty()) << read.findings[0].message;
  const Schema schema = Server();
  std::vector<std::string> lines;
  for (const Finding& finding :
       CheckPolicy(read.policy, with_schema ? &schema : nullptr, &read.marks)) {
    lines.push_back(ToString(finding.mark) + " " + finding.rule);
  }
  return lines;
}

std::vector<std::string> Conditions(const std::string& conditions) {
  return Check("    filter: {and: [" + conditions + "]}\n");
}

using Lines = std::vector<std::string>;

TEST(Check, FindsNothingWrongWithAGoodPolicy) {
  EXPECT_EQ(
      Check("    filter: {and: [{field: statecode, op: eq, value: 0}, {field: ownerid, op: "
            "eq-userid}, {field: revenue, op: gt, value: 10.5}]}\n    order: [{field: name}]\n"
            "    max_records: 5\n"),
      Lines{});
}

TEST(Check, KnowsTheServersEntitiesFieldsAndTypes) {
  EXPECT_EQ(Conditions("{field: stat, op: eq, value: 0}"), (Lines{"6:28 unknown-field"}));
  EXPECT_EQ(Conditions("{field: name, op: today}"), (Lines{"6:38 operator-type"}));
  EXPECT_EQ(Conditions("{field: statecode, op: eq, value: 7}"), (Lines{"6:54 unknown-choice"}));
  EXPECT_EQ(Conditions("{field: name, op: eq, valueof: createdon}"), (Lines{"6:51 valueof-types"}));
  EXPECT_EQ(
      Conditions("{field: accountid, op: under, value: 6f1d0c7e-0000-0000-0000-000000000001}"),
      (Lines{"6:43 no-hierarchy"}));
  EXPECT_EQ(Check("    links: [{link: {entity: tusk, from: a, to: b, type: inner}}]\n"),
            (Lines{"6:29 unknown-entity"}));
  EXPECT_EQ(Check("    links: [{link: {entity: task, from: due, to: accountid, type: inner}}]\n"),
            (Lines{"6:14 link-types"}));
}

TEST(Check, ReadsEveryLiteralByItsType) {
  for (const char* bad :
       {"{field: revenue, op: gt, value: 1.000,5}", "{field: createdon, op: gt, value: 2026-02-30}",
        "{field: ownerid, op: eq, value: jana}", "{field: vip, op: eq, value: maybe}",
        "{field: statecode, op: eq, value: Active}",
        "{field: createdon, op: last-x-days, value: 0}",
        "{field: createdon, op: in-fiscal-year, value: next}"}) {
    std::string text = bad;
    text.replace(text.find("value: ") + 7, 0, "'").insert(text.size() - 1, "'");
    const Lines lines = Conditions(text);
    ASSERT_EQ(lines.size(), 1u) << bad;
    EXPECT_TRUE(lines[0].ends_with(" bad-literal")) << lines[0];
  }
  for (const char* good :
       {"{field: createdon, op: ge, value: '2024-02-29T23:59:59.5+02:00'}",
        "{field: vip, op: eq, value: 'true'}",
        "{field: ownerid, op: eq, value: '{6F1D0C7E-0000-0000-0000-000000000001}'}",
        "{field: revenue, op: eq, value: '-12.50'}"}) {
    EXPECT_EQ(Conditions(good), Lines{}) << good;
  }
}

TEST(Check, FindsWhatIsWrongWithoutAServerToo) {
  EXPECT_EQ(Check("    filter: {and: [{entity: x, field: a, op: null}]}\n", false),
            (Lines{"6:29 unknown-alias"}));
  EXPECT_EQ(Check("    max_records: 5\n", false), (Lines{"6:18 order-missing"}));
  EXPECT_EQ(Check("    mode: online\n    filter: {and: [{field: a, op: null}]}\n", false),
            (Lines{"7:5 online-filter"}));
  EXPECT_EQ(Conditions("{field: name, op: like, value: '%x'}"), (Lines{"6:51 slow-like"}));
  EXPECT_EQ(Conditions("{field: name, op: eq}"), (Lines{"6:20 wrong-arity"}));
  EXPECT_EQ(Conditions("{field: name, op: null}, {field: name, op: eq, value: x}"),
            (Lines{"6:45 unreachable"}));
  EXPECT_EQ(
      Conditions("{field: statecode, op: eq, value: 0}, {field: statecode, op: eq, value: 1}"),
      (Lines{"6:58 unreachable"}));
  EXPECT_EQ(Check("    filter: {or: [{field: name, op: null}, {field: name, op: not-null}]}\n"),
            (Lines{"6:44 always-true"}));
}

TEST(Rules, AreAllInTheDocumentAndNothingElseIs) {
  std::ifstream file(std::string(SATCHEL_SOURCE_DIR) + "/docs/rules.md");
  std::vector<std::string> documented;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| `")) documented.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  std::vector<std::string> rules;
  for (const Rule& rule : Rules()) rules.emplace_back(rule.name);
  EXPECT_EQ(documented, rules);
}

}  // namespace
}  // namespace satchel
