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

// "path rule" of the errors of a policy, with a server that has two of everything.
std::vector<std::string> NamesByCase(const std::string& entities, bool with_schema) {
  Schema schema;
  for (const char* name : {"Orders", "orders"}) {
    EntitySchema& entity = schema.entities[name];
    entity.name = name;
    entity.key = "ID";
    for (const char* field : {"ID", "Name", "name"}) {
      entity.fields[field] = {.name = field, .type = FieldType::kString};
    }
  }
  const ReadPolicy read = ParsePolicy("satchel: 1\nproject: {name: p}\nentities:\n" + entities);
  EXPECT_TRUE(read.findings.empty()) << read.findings[0].message;
  std::vector<std::string> errors;
  for (const Finding& finding :
       CheckPolicy(read.policy, with_schema ? &schema : nullptr, &read.marks)) {
    if (finding.severity == Severity::kError) errors.push_back(finding.path + " " + finding.rule);
  }
  return errors;
}

TEST(Check, FindsNamesThatADeviceCannotTellApart) {
  const std::string both = "  Orders: {fields: [Name]}\n  orders: {fields: [Name]}\n";
  for (const bool with_schema : {false, true}) {
    EXPECT_EQ(NamesByCase(both, with_schema),
              std::vector<std::string>{"entities.orders names-by-case"});
    EXPECT_EQ(NamesByCase("  Orders: {fields: [Name, name]}\n", with_schema),
              std::vector<std::string>{"entities.Orders.fields[1] names-by-case"});
    // What is not stored needs no table.
    EXPECT_TRUE(
        NamesByCase("  Orders: {fields: [Name]}\n  orders: {mode: online, fields: [Name]}\n",
                    with_schema)
            .empty());
  }
  EXPECT_EQ(NamesByCase("  Orders: {fields: all}\n", true),
            std::vector<std::string>{"entities.Orders.fields names-by-case"});
  EXPECT_EQ(NamesByCase("  Orders: {fields: [ID, Name]}\n", true), std::vector<std::string>{});
}

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

TEST(Check, NamesAnOperatorAsPeopleAndAsTheFileDo) {
  const auto message = [](const std::string& condition) {
    const ReadPolicy read = ParsePolicy(
        "satchel: 1\nproject: {name: p}\nentities:\n  account:\n    fields: [name]\n    filter: "
        "{and: [" +
        condition + "]}\n");
    Schema schema = Server();
    schema.entities["account"].fields["createdon"].label = "Created on";
    const std::vector<Finding> findings = CheckPolicy(read.policy, &schema, &read.marks);
    return findings.empty() ? std::string() : findings[0].message;
  };
  EXPECT_EQ(message("{field: name, op: eq, values: ['a', 'b']}"),
            "'name': 'is' (eq) takes one value");
  EXPECT_EQ(message("{field: createdon, op: gt, values: ['2026-01-01', '2026-01-02']}"),
            "Created on: 'is after' (gt) takes one value");
  EXPECT_EQ(
      message("{field: createdon, op: between}"),
      "Created on has no value; give one or remove the condition ('is between' (between) takes "
      "two values)");
}

TEST(Check, SeesBoundsThatLeaveNothingBetweenThem) {
  const auto both = [](const std::string& a, const std::string& b) {
    return Conditions("{field: revenue, " + a + "}, {field: revenue, " + b + "}").size();
  };
  EXPECT_EQ(both("op: gt, value: 10", "op: lt, value: 5"), 1u);
  EXPECT_EQ(both("op: lt, value: 5", "op: ge, value: 5"), 1u);
  EXPECT_EQ(both("op: le, value: 5", "op: ge, value: 5"), 0u);
  EXPECT_EQ(both("op: eq, value: 3", "op: gt, value: 4"), 1u);
  EXPECT_EQ(both("op: gt, value: 5", "op: lt, value: 10"), 0u);
  EXPECT_EQ(Conditions("{field: createdon, op: ge, value: 2026-02-01}, {field: createdon, op: lt, "
                       "value: 2026-01-01}"),
            (Lines{"6:67 unreachable"}));
}

Link LinkTo(const std::string& entity, const std::string& alias, LinkType type = LinkType::kInner) {
  return {.entity = entity, .from = "accountid", .to = "accountid", .type = type, .alias = alias};
}

Entity Account() {
  return {.name = "account", .fields = {"name"}};
}

// One small mistake per rule: found under its own name, and nothing else is.
TEST(Check, ReportsEachRuleByItsName) {
  const auto rule_of = [](const Policy& policy) {
    const Schema schema = [] {
      Schema made = Server();
      made.entities["pair"] = {.name = "pair", .key = "pairid", .intersect = true};
      made.entities["pair"].fields["taskid"] = {
          .name = "taskid", .type = FieldType::kLookup, .targets = {"task"}};
      made.entities["SQLite_stat"] = made.entities["task"];
      made.entities["keyless"] = {.name = "keyless"};
      made.entities["keyless"].fields["name"] = {.name = "name"};
      return made;
    }();
    std::string rules;
    for (const Finding& finding : CheckPolicy(policy, &schema)) rules += finding.rule + " ";
    return rules;
  };
  const auto with = [&](auto change) {
    Policy policy;
    policy.entities = {Account()};
    change(policy, policy.entities[0]);
    return rule_of(policy);
  };
  EXPECT_EQ(with([](Policy&, Entity&) {}), "");
  EXPECT_EQ(with([](Policy& p, Entity&) { p.entities.clear(); }), "no-entities ");
  EXPECT_EQ(with([](Policy& p, Entity&) { p.entities.push_back(Account()); }), "duplicate-entity ");
  EXPECT_EQ(with([](Policy&, Entity& e) { e.fields.clear(); }), "no-fields ");
  EXPECT_EQ(with([](Policy&, Entity& e) { e.fields = {"name", "name"}; }), "duplicate-field ");
  EXPECT_EQ(with([](Policy& p, Entity&) { p.triggers.on_change = OnChange{.entities = {"x"}}; }),
            "trigger-entity ");
  EXPECT_EQ(with([](Policy& p, Entity&) { p.budgets.first_sync = Seconds(9); }), "budget-network ");
  EXPECT_EQ(with([](Policy& p, Entity&) { p.expect = {{.as = "a", .entity = "x", .exactly = 1}}; }),
            "expect-entity ");
  EXPECT_EQ(with([](Policy& p, Entity&) { p.expect = {{.as = "a", .includes = "account/"}}; }),
            "bad-value ");
  EXPECT_EQ(
      with([](Policy& p, Entity&) { p.expect = {{.as = "", .entity = "account", .at_most = 1}}; }),
      "bad-value ");
  EXPECT_EQ(with([](Policy& p, Entity&) { p.expect = {{.as = "a", .includes = "task/1"}}; }),
            "expect-entity ");
  EXPECT_EQ(with([](Policy& p, Entity&) {
              p.entities.push_back({.name = "keyless", .fields = {"name"}});
            }),
            "no-key ");
  EXPECT_EQ(with([](Policy& p, Entity&) {
              p.entities.push_back({.name = "SQLite_stat", .fields = {"subject"}});
            }),
            "reserved-name ");
  EXPECT_EQ(with([](Policy& p, Entity&) {
              p.entities.push_back(
                  {.name = "SQLite_stat", .mode = DeviceMode::kOnline, .fields = {"subject"}});
            }),
            "");
  EXPECT_EQ(with([](Policy&, Entity& e) { e.links = {LinkTo("SQLite_stat", "a")}; }),
            "reserved-name ");
  EXPECT_EQ(with([](Policy&, Entity& e) { e.links = {LinkTo("Account", "a")}; }),
            "unknown-entity names-by-case ");
  EXPECT_EQ(with([](Policy& p, Entity&) {
              p.entities.push_back({.name = "pair", .fields = {"taskid"}});
            }),
            "intersect-ends ");
  EXPECT_EQ(with([](Policy&, Entity& e) {
              e.links = {LinkTo("task", "a"), LinkTo("task", "a")};
            }),
            "duplicate-alias ");
  EXPECT_EQ(with([](Policy&, Entity& e) {
              e.links = {LinkTo("task", "a", LinkType::kExists)};
              e.order = {{.entity = "a", .field = "subject"}};
            }),
            "alias-not-joined ");
  EXPECT_EQ(with([](Policy&, Entity& e) { e.filter.nodes = {{LinkTo("task", "")}}; }),
            "join-in-filter ");
  EXPECT_EQ(with([](Policy&, Entity& e) { e.links.assign(16, LinkTo("task", "")); }),
            "too-many-links ");
  EXPECT_EQ(with([](Policy&, Entity& e) {
              for (int i = 0; i < 501; ++i) {
                e.filter.nodes.push_back({Condition{
                    .field = "name", .op = Operator::kEq, .values = {std::to_string(i) + "x"}}});
              }
            }),
            "too-many-conditions ");
  EXPECT_EQ(with([](Policy&, Entity& e) {
              Group deep;
              for (int i = 0; i < 14; ++i) {
                Group outer;
                outer.nodes.push_back({std::move(deep)});
                deep = std::move(outer);
              }
              e.filter = std::move(deep);
            }),
            "too-deep ");
  const auto condition = [&](Condition made) {
    return with([&](Policy&, Entity& e) {
      e.filter.nodes = {{made}, {Condition{made.entity, "revenue", Operator::kNotNull}}};
    });
  };
  EXPECT_EQ(condition({.field = "name", .op = Operator::kLike, .value_of = "name"}),
            "bad-valueof ");
  const Condition twice = {.field = "revenue", .op = Operator::kNotNull};
  EXPECT_EQ(condition(twice), "duplicate-condition ");
}

TEST(CheckQuery, NamesPlacesWithinTheQuery) {
  Query query = {.entity = "acount"};
  const Schema schema = Server();
  const std::vector<Finding> findings = CheckQuery(query, &schema);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].path, "entity");
  EXPECT_EQ(findings[0].message, "the server has no entity 'acount'; did you mean 'account'?");
  query.entity = "account";
  query.filter.nodes = {{Condition{.field = "nam", .op = Operator::kNull}}};
  EXPECT_EQ(CheckQuery(query, &schema)[0].path, "filter.and[0].field");
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
