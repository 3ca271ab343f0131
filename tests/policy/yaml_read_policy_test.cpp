#include "policy/yaml/read_policy.h"

#include <gtest/gtest.h>

#include "policy/yaml/write_policy.h"

namespace satchel {
namespace {

// The example of the contract, every key of it.
constexpr std::string_view kExample = R"(satchel: 1                          # format version

project:
  name: field-service               # identity
  title: Field service technicians
  notes: ""
  roles: [Technician]
  priority: 10

sync:
  style: foreground
  incremental:
    changes: auto
    reconcile: auto
  conflict: server-wins
  page_size: 5000
  include_labels: true

triggers:
  on_start: true
  on_change: {watch: any, poll: 60s, entities: [incident]}
  on_save: true
  every: 15m
  retry_on_reconnect: true
  style: background
  network: any

modes:
  start_in: offline
  user_may_switch: true
  before_online: inform
  before_offline: force

budgets:
  records: 200000
  bytes: 1 GB
  first_sync: 15m
  network: {bandwidth: 10mbit, latency: 60ms}

entities:
  account:
    mode: offline
    fields: [name, accountnumber, primarycontactid, ownerid, city, revenue, statecode]
    allow: [create, update, delete]
    filter:
      and:
        - {field: statecode, op: eq, value: 0}
        - or:
            - {field: ownerid, op: eq-useroruserteams}
            - {field: modifiedon, op: last-x-days, value: 90}
        - link: {entity: opportunity, from: parentaccountid, to: accountid, type: any}
          and:
            - {field: statecode, op: eq, value: 0}
    links: []
    order: [{field: modifiedon, descending: true}]
    max_records: none
    always_full: false
    incremental: {}
    conflict: manual
    attachments: {max_size: 2 MB, types: [pdf, jpg, png], total: 200 MB}
  contact:
    fields: [fullname, emailaddress1, parentcustomerid, ownerid]
    links:
      - link: {entity: account, from: accountid, to: parentcustomerid, type: inner, alias: a}
        and:
          - {field: statecode, op: eq, value: 0}
        links: []

expect:
  - {as: jana@contoso.example, includes: account/6f1d0c7e-0000-0000-0000-000000000001}
  - {as: jana@contoso.example, excludes: account/aa020000-0000-0000-0000-000000000001}
  - {as: role/Technician, entity: contact, at_most: 2000}
)";

constexpr std::string_view kCanonical = R"(satchel: 1

project:
  name: field-service
  title: Field service technicians
  roles: [Technician]
  priority: 10

triggers:
  on_start: true
  on_change:
    poll: 1m
    entities: [incident]
  on_save: true
  every: 15m

modes:
  before_offline: force

budgets:
  records: 200000
  bytes: 1 GB
  first_sync: 15m
  network:
    bandwidth: 10mbit
    latency: 60ms

entities:
  account:
    fields: [name, accountnumber, primarycontactid, ownerid, city, revenue, statecode]
    filter:
      and:
        - {field: statecode, op: eq, value: "0"}
        - or:
            - {field: ownerid, op: eq-useroruserteams}
            - {field: modifiedon, op: last-x-days, value: "90"}
        - link: {entity: opportunity, from: parentaccountid, to: accountid, type: any}
          and:
            - {field: statecode, op: eq, value: "0"}
    order: [{field: modifiedon, descending: true}]
    conflict: manual
    attachments:
      max_size: 2 MB
      types: [pdf, jpg, png]
      total: 200 MB
  contact:
    fields: [fullname, emailaddress1, parentcustomerid, ownerid]
    links:
      - link: {entity: account, from: accountid, to: parentcustomerid, type: inner, alias: a}
        and:
          - {field: statecode, op: eq, value: "0"}

expect:
  - {as: jana@contoso.example, includes: account/6f1d0c7e-0000-0000-0000-000000000001}
  - {as: jana@contoso.example, excludes: account/aa020000-0000-0000-0000-000000000001}
  - {as: role/Technician, entity: contact, at_most: 2000}
)";

std::string With(std::string_view entity) {
  return "satchel: 1\nproject: {name: p}\nentities:\n  account:\n    fields: [name]\n" +
         std::string(entity);
}

// "line:column rule" of every finding.
std::vector<std::string> Findings(std::string_view text) {
  std::vector<std::string> lines;
  for (const Finding& finding : ParsePolicy(text).findings) {
    lines.push_back(ToString(finding.mark) + " " + finding.rule);
  }
  return lines;
}

std::string Message(std::string_view text) {
  const ReadPolicy read = ParsePolicy(text);
  return read.findings.empty() ? "" : read.findings[0].message;
}

using Lines = std::vector<std::string>;

TEST(PolicyFile, ReadsTheExampleOfTheContractAndPrintsItsCanonicalForm) {
  const ReadPolicy read = ParsePolicy(kExample);
  EXPECT_TRUE(read.findings.empty());
  EXPECT_EQ(read.comments, 2);
  EXPECT_EQ(PrintPolicy(read.policy), kCanonical);
  EXPECT_EQ(ParsePolicy(kCanonical).policy, read.policy);
  EXPECT_EQ(read.policy.modes.before_offline, SwitchRule::kForce);
  EXPECT_EQ(read.policy.triggers.every, Seconds(900));
  EXPECT_EQ(read.policy.budgets.bytes, std::int64_t{1} << 30);
  EXPECT_EQ(read.policy.Find("contact")->links[0].alias, "a");
}

TEST(PolicyFile, KnowsThePlaceOfEveryPart) {
  const ReadPolicy read = ParsePolicy(kCanonical);
  EXPECT_EQ(read.marks.Find("project.name"), (Mark{4, 9}));
  EXPECT_EQ(read.marks.Find("entities.account"), (Mark{29, 3}));
  EXPECT_EQ(read.marks.Find("entities.account.fields[2]"), (Mark{30, 35}));
  EXPECT_EQ(read.marks.Find("entities.account.filter.and[0].value"), (Mark{33, 45}));
  EXPECT_EQ(read.marks.Find("entities.account.filter.and[1].or[1].op"), (Mark{36, 39}));
  EXPECT_EQ(read.marks.Find("entities.account.filter.and[2].link.to"), (Mark{37, 66}));
  EXPECT_EQ(read.marks.Find("entities.account.filter.and[2].and[0].field"), (Mark{39, 23}));
  EXPECT_EQ(read.marks.Find("entities.contact.links[0].and[0].op"), (Mark{51, 36}));
  // What is not written has the place of what it would stand in.
  EXPECT_EQ(read.marks.Find("entities.account.filter.and[0].values[3]"), (Mark{33, 11}));
  EXPECT_EQ(read.marks.Find("entities.account.max_records"), (Mark{29, 3}));
  EXPECT_FALSE(read.marks.Find("nowhere").known());
}

TEST(PolicyFile, ReportsEveryMistakeInFileOrder) {
  EXPECT_EQ(Findings("satchel: 1\n"
                     "project: {name: Field Service, titel: x}\n"
                     "sync: {page_size: 6000, conflict: server}\n"
                     "triggers: {every: 30s, on_start: yes}\n"
                     "entities:\n"
                     "  account:\n"
                     "    feilds: [name]\n"
                     "    filter:\n"
                     "      and:\n"
                     "        - {field: name, op: eqq, value: x}\n"
                     "        - {op: eq}\n"),
            (Lines{"2:17 bad-value", "2:32 unknown-key", "3:19 bad-value", "3:35 bad-value",
                   "4:19 bad-value", "4:34 bad-value", "7:5 unknown-key", "7:5 missing-key",
                   "10:29 unknown-operator", "11:11 missing-key"}));
}

TEST(PolicyFile, SuggestsWhatWasMeant) {
  EXPECT_EQ(Message(With("    max_record: 5\n")),
            "'max_record' is not a key of an entity; did you mean 'max_records'?");
  EXPECT_EQ(Message(With("    mode: ofline\n")),
            "'ofline' is not one of the choices; did you mean 'offline'?");
  EXPECT_EQ(Message(With("    filter: {and: [{field: a, op: last-x-day, value: 3}]}\n")),
            "'last-x-day' is not a FetchXML operator; did you mean 'last-x-days'?");
  EXPECT_EQ(Message(With("    conflict: whoever\n")),
            "'whoever' is not one of the choices; write one of server-wins, device-wins, "
            "device-wins-full, manual");
}

TEST(PolicyFile, TakesNoValueForAnAnswer) {
  EXPECT_EQ(Findings(With("    filter:\n")), (Lines{"6:5 no-value"}));
  EXPECT_EQ(Findings(With("    filter: {and: [{field: a, op: eq, value: null}]}\n")),
            (Lines{"6:46 no-value"}));
  EXPECT_EQ(Findings(With("    filter: {and: [{field: a, op: eq, value: \"null\"}]}\n")), Lines{});
  EXPECT_EQ(Findings(""), (Lines{"1:1 no-value"}));
  EXPECT_EQ(Findings("# nothing\n"), (Lines{"1:1 no-value"}));
}

TEST(PolicyFile, RefusesTheWrongShape) {
  EXPECT_EQ(Findings("[1]\n"), (Lines{"1:1 wrong-type"}));
  EXPECT_EQ(Findings("satchel: 1\nproject: x\n"), (Lines{"2:10 wrong-type"}));
  EXPECT_EQ(Findings("satchel: 2\nproject: {name: x}\n"), (Lines{"1:10 format-version"}));
  // What a newer format has more is not called wrong.
  EXPECT_EQ(Findings("projects: [{name: x}]\nsatchel: 2\nentities: {account: {keep: all}}\n"),
            (Lines{"2:10 format-version"}));
  EXPECT_EQ(Findings("project: {name: x}\n"), (Lines{"1:1 missing-key"}));
  EXPECT_EQ(Findings(With("    filter: {and: [], or: []}\n")), (Lines{"6:13 bad-value"}));
  EXPECT_EQ(Findings(With("    filter: [a]\n")), (Lines{"6:13 wrong-type"}));
  EXPECT_EQ(
      Findings(With("    filter: {and: [{link: {entity: x, from: a, to: b, type: inner}}]}\n")),
      (Lines{"6:61 join-in-filter"}));
  EXPECT_EQ(Findings(With("    max_records: 0\n")), (Lines{"6:18 bad-value"}));
  EXPECT_EQ(Findings("satchel: 1\nproject: {name: p}\nexpect:\n  - {as: x}\n"),
            (Lines{"4:5 bad-value"}));
}

TEST(PolicyFile, TakesTheOperatorNullWithAndWithoutQuotes) {
  const ReadPolicy plain = ParsePolicy(With("    filter: {and: [{field: a, op: null}]}\n"));
  EXPECT_TRUE(plain.findings.empty());
  const ReadPolicy quoted = ParsePolicy(With("    filter: {and: [{field: a, op: \"null\"}]}\n"));
  EXPECT_EQ(plain.policy, quoted.policy);
  const auto& node = plain.policy.entities[0].filter.nodes[0];
  EXPECT_EQ(std::get<Condition>(node.item).op, Operator::kNull);
}

TEST(PolicyFile, CountsConditionsAndLinksPerEntity) {
  const auto conditions = [](int count) {
    std::string text = "    filter:\n      and:\n";
    for (int i = 0; i < count; ++i) text += "        - {field: a, op: null}\n";
    return With(text);
  };
  EXPECT_EQ(Findings(conditions(500)), Lines{});
  EXPECT_EQ(Findings(conditions(502)), (Lines{"508:11 too-many-conditions"}));
  const auto links = [](int in_filter, int beside) {
    std::string text = "    filter:\n      and:\n";
    for (int i = 0; i < in_filter; ++i) {
      text += "        - link: {entity: b, from: x, to: y, type: any}\n";
    }
    text += "    links:\n";
    for (int i = 0; i < beside; ++i)
      text += "      - link: {entity: b, from: x, to: y, type: in}\n";
    return With(text);
  };
  EXPECT_EQ(Findings(links(8, 7)), Lines{});
  EXPECT_EQ(Findings(links(8, 9)), (Lines{"24:9 too-many-links"}));
}

TEST(PolicyFile, ReadsAndPrintsThePublishedBlock) {
  Policy policy = ParsePolicy(kCanonical).policy;
  policy.published = {.version = 12,
                      .at = "2026-11-23T10:00:00Z",
                      .by = "eva@contoso.example",
                      .content_hash = ContentHash(policy),
                      .structure_hash = StructureHash(policy),
                      .note = "first, for all",
                      .acknowledged = {{"budget-records", "agreed with Jan"}}};
  const std::string printed = PrintPolicy(policy);
  EXPECT_TRUE(printed.starts_with(
      "satchel: 1\n\npublished: {version: 12, at: \"2026-11-23T10:00:00Z\", by: "
      "eva@contoso.example, content_hash: \"sha256:"));
  EXPECT_EQ(ParsePolicy(printed).policy, policy);
}

TEST(PolicyFile, DoesNotMultiplyAHostileNameByWhatStandsBelowIt) {
  // As paths these would take gigabytes; as operators, minutes of looking for what was meant.
  std::string text = "satchel: 1\nproject: {name: p}\nentities:\n  " + std::string(60000, 'x') +
                     ":\n    fields: [";
  for (int i = 0; i < 49000; ++i) text += "f,";
  EXPECT_EQ(Findings(text + "]\n"), (Lines{"4:3 bad-value"}));
  std::string operators = "    filter:\n      and:\n";
  for (int i = 0; i < 15; ++i) {
    operators += "        - {field: a, op: " + std::string(60000, 'e') + "}\n";
  }
  EXPECT_EQ(Findings(With(operators)).size(), 15u);
}

TEST(PolicyFile, ReadsWhatPeopleWriteByHand) {
  const ReadPolicy read = ParsePolicy(
      "# Our policy\r\nsatchel: 1\r\nproject:\r\n  name: p\r\n  notes: |\r\n    Two lines,\r\n"
      "    kept # as they are\r\nentities:\r\n  account:\r\n    fields:\r\n    - name   # shown\r\n"
      "    - city\r\n    filter:\r\n      or:\r\n      - field: name\r\n        op: not-null\r\n"
      "      - {\r\n          field: city, op: in,\r\n          values: [Brno,\r\n            "
      "'Ústí']\r\n"
      "        }\r\n");
  ASSERT_TRUE(read.findings.empty()) << read.findings[0].message;
  EXPECT_EQ(read.comments, 2);
  EXPECT_EQ(read.policy.project.notes, "Two lines,\nkept # as they are\n");
  const Entity& account = read.policy.entities[0];
  EXPECT_EQ(account.fields, (std::vector<std::string>{"name", "city"}));
  EXPECT_EQ(std::get<Condition>(account.filter.nodes[1].item).values,
            (std::vector<std::string>{"Brno", "Ústí"}));
}

TEST(ContentHash, ChangesWithEverythingButNotesAndThePublishedBlock) {
  const Policy policy = ParsePolicy(kCanonical).policy;
  const std::string hash = ContentHash(policy);
  EXPECT_EQ(hash.size(), std::string_view("sha256:").size() + 64);
  Policy other = policy;
  other.project.notes = "why";
  other.entities[0].notes = other.entities[0].filter.notes = "because";
  std::get<Condition>(other.entities[0].filter.nodes[0].item).notes = "only active ones";
  std::get<Link>(other.entities[0].filter.nodes[2].item).notes = "open deals";
  other.published = Published{.version = 3};
  EXPECT_EQ(ContentHash(other), hash);
  other.entities[0].max_records = 7;
  EXPECT_NE(ContentHash(other), hash);
}

TEST(StructureHash, ChangesWithEntitiesModesAndFieldsOnly) {
  const Policy policy = ParsePolicy(kCanonical).policy;
  const std::string hash = StructureHash(policy);
  Policy other = policy;
  std::swap(other.entities[0], other.entities[1]);
  std::swap(other.entities[0].fields[0], other.entities[0].fields[1]);
  other.entities[1].filter = {};
  other.sync.page_size = 1;
  EXPECT_EQ(StructureHash(other), hash);
  other.entities[0].mode = DeviceMode::kOnline;
  EXPECT_NE(StructureHash(other), hash);
  other = policy;
  other.entities[0].fields.pop_back();
  EXPECT_NE(StructureHash(other), hash);
  other = policy;
  other.entities.pop_back();
  EXPECT_NE(StructureHash(other), hash);
}

}  // namespace
}  // namespace satchel
