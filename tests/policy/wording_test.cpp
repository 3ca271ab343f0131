#include <gtest/gtest.h>

#include <set>

#include "policy/support/text.h"
#include "policy/wording/link_wording.h"
#include "policy/wording/sentence.h"
#include "policy/yaml/read_policy.h"

namespace satchel {
namespace {

Query QueryFrom(const std::string& entity_block) {
  const ReadPolicy read = ParsePolicy(
      "satchel: 1\nproject: {name: p}\nentities:\n  account:\n    fields: [name]\n" + entity_block);
  EXPECT_TRUE(read.findings.empty()) << read.findings.front().message;
  return QueryOf(read.policy.entities.front());
}

std::string Said(const std::string& entity_block, const Schema* schema = nullptr) {
  return ToString(Describe(QueryFrom(entity_block), schema));
}

TEST(Wording, SaysThatAnEmptyFilterKeepsEverything) {
  EXPECT_EQ(Said(""), "All records");
}

TEST(Wording, JoinsConditionsAndBracketsInnerGroups) {
  EXPECT_EQ(
      Said(R"(    filter:
      and:
        - {field: statecode, op: eq, value: 0}
        - or:
            - {field: ownerid, op: eq-useroruserteams}
            - {field: modifiedon, op: last-x-days, value: 90}
)"),
      "Statecode is 0, and (Ownerid is the user or one of the user's teams or Modifiedon is in the "
      "last 90 days)");
}

TEST(Wording, GroupsNumbersButNoYearsAndNothingThatMayBeAText) {
  Schema schema;
  EntitySchema account{.name = "account"};
  account.fields["revenue"] = {.name = "revenue", .label = "Revenue", .type = FieldType::kMoney};
  account.fields["zip"] = {.name = "zip", .label = "ZIP", .type = FieldType::kString};
  account.fields["seen"] = {.name = "seen", .label = "Seen", .type = FieldType::kDateTime};
  schema.entities["account"] = account;
  const auto say = [&](const char* field, Operator op, std::vector<std::string> values,
                       bool known = true) {
    Query query{.entity = "account"};
    query.filter.nodes.push_back(
        Node{Condition{.field = field, .op = op, .values = std::move(values)}});
    return ToString(Describe(query, known ? &schema : nullptr));
  };
  const std::string space = "\xE2\x80\x89";
  EXPECT_NE(say("revenue", Operator::kGe, {"10000.50"}).find("10" + space + "000.50"),
            std::string::npos);
  EXPECT_NE(say("revenue", Operator::kBetween, {"-1000", "999"}).find("-1" + space + "000 and 999"),
            std::string::npos);
  EXPECT_NE(say("seen", Operator::kLastXDays, {"1000"}).find("1" + space + "000 days"),
            std::string::npos);
  EXPECT_NE(say("zip", Operator::kEq, {"10000"}).find("10000"), std::string::npos);
  EXPECT_NE(say("seen", Operator::kInFiscalYear, {"2026"}).find("2026"), std::string::npos);
  EXPECT_NE(say("revenue", Operator::kGe, {"10000"}, false).find("10000"), std::string::npos);
}

TEST(Wording, SaysOneDayWithoutAnS) {
  EXPECT_EQ(
      Said("    filter:\n      and:\n        - {field: modifiedon, op: last-x-days, value: 1}\n"),
      "Modifiedon is in the last 1 day");
}

TEST(Wording, UsesLabelsOfFieldsAndChoicesWhereTheServerGaveThem) {
  Schema schema;
  EntitySchema& account = schema.entities["account"];
  account.fields["statecode"] = {.name = "statecode",
                                 .label = "Status",
                                 .type = FieldType::kState,
                                 .choices = {{0, "Active"}, {1, "Inactive"}}};
  account.fields["donotphone"] = {
      .name = "donotphone", .label = "Do not phone", .type = FieldType::kBoolean};
  EXPECT_EQ(Said(R"(    filter:
      and:
        - {field: statecode, op: in, values: [0, 1]}
        - {field: donotphone, op: ne, value: 1}
)",
                 &schema),
            "Status is one of Active or Inactive, and Do not phone is not Yes");
}

TEST(Wording, ShortensLongLists) {
  EXPECT_EQ(Said("    filter:\n      and:\n        - {field: city, op: in, values: [a, b, c, d, e, "
                 "f, g]}\n"),
            "City is one of a, b, c, d or 3 more");
}

TEST(Wording, SaysWhatEachTestOfRelatedRowsMeans) {
  const auto with = [](const std::string& type) {
    return Said(
        "    filter:\n      and:\n        - link: {entity: opportunity, from: parentaccountid, to: "
        "accountid, type: " +
        type + "}\n          and:\n            - {field: statecode, op: eq, value: 0}\n");
  };
  EXPECT_EQ(with("any"), "Has at least one Opportunity (Parentaccountid) where Statecode is 0");
  EXPECT_EQ(with("not all"), "Has one or more Opportunity (Parentaccountid) where Statecode is 0");
  EXPECT_EQ(with("not any"), "Has no Opportunity (Parentaccountid) where Statecode is 0");
  EXPECT_EQ(with("all"), "Has an Opportunity (Parentaccountid), but none where Statecode is 0");
}

TEST(Wording, NoTwoTypesOfLinkReadAlike) {
  std::set<std::string> sentences;
  std::set<std::string_view> titles;
  std::set<std::string> with_subject;
  for (const bool with_condition : {true, false}) {
    sentences.clear();
    with_subject.clear();
    titles.clear();
    for (const LinkWording& wording : LinkWordings()) {
      Link link{.entity = "contact", .from = "parentid", .to = "accountid", .type = wording.type};
      if (with_condition) {
        link.filter.nodes.push_back({Condition{.field = "city", .op = Operator::kNotNull}});
      }
      Query query{.entity = "account"};
      if (IsTest(wording.type)) {
        query.filter.nodes.push_back({link});
      } else {
        query.links.push_back(link);
      }
      sentences.insert(ToString(Describe(query, nullptr)));
      with_subject.insert(ToString(DescribeRecords(query, nullptr)));
      titles.insert(wording.title);
    }
    EXPECT_EQ(titles.size(), 9U);
    EXPECT_EQ(with_subject.size(), 9U);
    EXPECT_EQ(sentences.size(), 9U)
        << Join(std::vector<std::string>(sentences.begin(), sentences.end()), "\n");
  }
  EXPECT_TRUE(sentences.contains("All records"));  // Of outer: it keeps every one.
  EXPECT_TRUE(sentences.contains("Has a Contact (Parentid), but none at all"));
}

std::string SaidOfRecords(const std::string& entity_block, const Schema* schema = nullptr) {
  return ToString(DescribeRecords(QueryFrom(entity_block), schema));
}

TEST(Wording, SaysWhatTheSentenceAboveAFilterSpeaksOf) {
  const std::string owner =
      "    filter:\n      and:\n        - {field: name, op: eq-useroruserteams}\n";
  Schema schema;
  schema.entities["account"] = {.name = "account", .label = "Account", .set_name = "accounts"};
  EXPECT_EQ(SaidOfRecords(owner, &schema),
            "Account records where Name is the user or one of the user's teams");
  schema.entities["account"].plural_label = "Accounts";
  EXPECT_EQ(SaidOfRecords(owner, &schema),
            "Accounts where Name is the user or one of the user's teams");
  EXPECT_EQ(SaidOfRecords("", &schema), "All Accounts");
  EXPECT_EQ(SaidOfRecords("    order: [{field: name}]\n    max_records: 500\n", &schema),
            "All Accounts; only the first 500 by Name");
}

TEST(Wording, CallsManyOnAnODataServiceByTheNameOfTheirSet) {
  Schema schema;
  schema.entities["Orders"] = {.name = "Orders", .set_name = "Orders"};
  EXPECT_EQ(EntitiesLabel("Orders", &schema), "Orders");
  EXPECT_EQ(EntitiesLabel("Orders", nullptr), "Orders records");
}

TEST(Wording, FitsLinksToTheirSubject) {
  const std::string task = "link: {entity: task, from: regardingobjectid, to: accountid, type: ";
  EXPECT_EQ(SaidOfRecords("    filter:\n      and:\n        - {field: name, op: eq, value: A}\n"
                          "        - " +
                          task + "any}\n"),
            "Account records where Name is A, and there is at least one Task (Regardingobjectid)");
  EXPECT_EQ(SaidOfRecords("    links:\n      - " + task + "inner}\n"),
            "Account records where there is a Task (Regardingobjectid)");
  EXPECT_EQ(SaidOfRecords("    links:\n      - " + task + "outer}\n"), "All Account records");
}

TEST(Wording, SaysNothingOfGroupsThatKeepEverything) {
  Query query{.entity = "account"};
  query.filter.nodes = {{Group{}}};
  EXPECT_EQ(ToString(Describe(query)), "All records");
  query.links.push_back({.entity = "task", .from = "regardingobjectid", .to = "accountid"});
  EXPECT_EQ(ToString(Describe(query)), "Has a Task (Regardingobjectid)");
}

TEST(Wording, BracketsWhatIsSaidOfRelatedRowsWhereMoreFollows) {
  const std::string tasks =
      "            - link: {entity: task, from: regardingobjectid, to: accountid, type: any}\n"
      "              and:\n                - {field: statecode, op: eq, value: 0}\n";
  EXPECT_EQ(Said("    filter:\n      and:\n        - or:\n" + tasks +
                 "            - {field: name, op: eq, value: A}\n"),
            "Has at least one Task (Regardingobjectid) where (Statecode is 0) or Name is A");
  EXPECT_EQ(Said("    filter:\n      and:\n        - or:\n"
                 "            - {field: name, op: eq, value: A}\n" +
                 tasks),
            "Name is A or has at least one Task (Regardingobjectid) where Statecode is 0");
}

TEST(Wording, NamesTheLinkedEntityOfAConditionOnAnAlias) {
  EXPECT_EQ(Said(R"(    filter:
      and:
        - {entity: c, field: contactid, op: "null"}
    links:
      - link: {entity: contact, from: parentcustomerid, to: accountid, type: outer, alias: c}
)"),
            "Contact › Contactid is empty");
}

TEST(Wording, SaysWhatACapKeeps) {
  EXPECT_EQ(Said("    order: [{field: modifiedon, descending: true}]\n    max_records: 500\n"),
            "All records; only the first 500 by Modifiedon descending");
}

TEST(Wording, ShowsWhatIsStillMissing) {
  const Query query{.entity = "account",
                    .filter = {.nodes = {{Condition{.field = "name", .op = Operator::kEq}}}}};
  const Sentence sentence = Describe(query);
  EXPECT_EQ(ToString(sentence), "Name is a value");
  EXPECT_EQ(sentence.back().kind, Phrase::Kind::kMissing);
}

TEST(Wording, MakesNamesReadableWithoutASchema) {
  EXPECT_EQ(EntityLabel("msdyn_workorder", nullptr), "Workorder");
  EXPECT_EQ(EntityLabel("account", nullptr), "Account");
  EXPECT_EQ(FieldLabel("x", "account_ID", nullptr), "Account ID");
}

TEST(Wording, DescribesAWholePolicy) {
  const ReadPolicy read = ParsePolicy(R"(satchel: 1
project:
  name: field-service
  title: Field service
  roles: [Technician]
triggers:
  on_start: true
  every: 15m
modes:
  before_offline: force
budgets:
  records: 200000
entities:
  account:
    fields: [name, city]
    allow: []
  contact:
    mode: online
    fields: all
expect:
  - {as: role/Technician, entity: account, at_most: 2000}
)");
  ASSERT_TRUE(read.findings.empty()) << read.findings.front().message;
  const std::string text = DescribePolicy(read.policy);
  for (const char* part : {"Field service\nFor the roles Technician.",
                           "Account (account)\n  All records.\n  2 fields; read only.",
                           "Read live from the server, never stored", "every 15 min",
                           "Before going offline a foreground sync must succeed first",
                           "Everybody with the role Technician has at most 2\xE2\x80\x89"
                           "000 records of Account"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  }
  EXPECT_EQ(text.find("  \n"), std::string::npos);
}

}  // namespace
}  // namespace satchel
