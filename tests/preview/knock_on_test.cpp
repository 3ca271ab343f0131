#include "preview/explain/knock_on.h"

#include <gtest/gtest.h>

#include "preview/compare/compare.h"
#include "tests/support/fake_server.h"

namespace satchel {
namespace {

constexpr const char* kAlfa = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr const char* kBeta = "aaaaaaaa-0000-4000-8000-000000000002";
constexpr const char* kClosed = "aaaaaaaa-0000-4000-8000-000000000003";

// Alfa has two contacts and a case, Beta and Closed have a contact each; one more case is Ann's.
DataSet CompanyWithContacts() {
  auto data = ParseDataSet(R"({"schema":{
   "account":{"key":"accountid","primary_name":"name","fields":{"accountid":"uniqueidentifier","name":"string",
     "statecode":{"type":"state","options":{"0":"Active","1":"Closed"}}}},
   "contact":{"label":"Contact","plural_label":"Contacts","key":"contactid","primary_name":"fullname","fields":{
     "contactid":"uniqueidentifier","fullname":"string","size":"integer",
     "parentid":{"type":"lookup","label":"Company Name","targets":["account"]}}},
   "incident":{"label":"Case","plural_label":"Cases","key":"incidentid","primary_name":"title","fields":{
     "incidentid":"uniqueidentifier","title":"string",
     "customerid":{"type":"customer","label":"Customer","targets":["account","contact"]}}}},
  "rows":{
   "account":[
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000001","name":"Alfa","statecode":0},
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000002","name":"Beta","statecode":0},
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000003","name":"Closed","statecode":1}],
   "contact":[
    {"contactid":"bbbbbbbb-0000-4000-8000-000000000001","fullname":"Ann","size":1,"parentid":"aaaaaaaa-0000-4000-8000-000000000001"},
    {"contactid":"bbbbbbbb-0000-4000-8000-000000000002","fullname":"Bob","size":2,"parentid":"aaaaaaaa-0000-4000-8000-000000000001"},
    {"contactid":"bbbbbbbb-0000-4000-8000-000000000003","fullname":"Cyd","size":1,"parentid":"aaaaaaaa-0000-4000-8000-000000000003"},
    {"contactid":"bbbbbbbb-0000-4000-8000-000000000004","fullname":"Dan","size":2,"parentid":"aaaaaaaa-0000-4000-8000-000000000002"}],
   "incident":[
    {"incidentid":"cccccccc-0000-4000-8000-000000000001","title":"Leak",
     "customerid":{"id":"aaaaaaaa-0000-4000-8000-000000000001","type":"account"}},
    {"incidentid":"cccccccc-0000-4000-8000-000000000002","title":"Noise",
     "customerid":{"id":"bbbbbbbb-0000-4000-8000-000000000001","type":"contact"}}]}})");
  EXPECT_TRUE(data) << data.error().message;
  return std::move(*data);
}

Condition Is(const char* field, const char* value) {
  return {.field = field, .op = Operator::kEq, .values = {value}};
}

class KnockOns : public testing::Test {
 protected:
  KnockOns() {
    before_.project.name = "p";
    before_.entities = {{.name = "account", .fields = {"name"}},
                        {.name = "contact", .fields = {"fullname", "parentid"}},
                        {.name = "incident", .fields = {"title", "customerid"}}};
    before_.entities[0].filter.nodes = {{Is("statecode", "0")}};
    after_ = before_;
    after_.entities[0].filter.nodes.push_back({Is("name", "Beta")});  // Alfa leaves.
  }

  void Compare() {
    auto comparison = RunComparison({.before = before_, .after = after_}, server_, {}, {});
    ASSERT_TRUE(comparison) << comparison.error().message;
    comparison_ = *std::move(comparison);
  }
  // "contact.parentid -2 =1": two leave, one stays.
  std::vector<std::string> Others(const std::string& entity, const std::string& id,
                                  bool against = true) {
    const auto others = FindKnockOns({entity, id, after_}, comparison_.after_preview,
                                     against ? &comparison_ : nullptr);
    EXPECT_TRUE(others) << others.error().message;
    std::vector<std::string> said;
    for (const KnockOn& other : *others) {
      said.push_back(other.entity + "." + other.field + " -" + std::to_string(other.leaves) + " =" +
                     std::to_string(other.stays) + (other.filter_asks ? " asks" : ""));
    }
    return said;
  }

  FakeServer server_{CompanyWithContacts()};
  Policy before_;
  Policy after_;
  Comparison comparison_;
};

TEST_F(KnockOns, CountWhatLeavesWithTheRecordAndWhatStaysWithoutIt) {
  after_.entities[1].filter.nodes = {{Is("size", "2")}};  // Ann leaves, Bob stays.
  Compare();
  EXPECT_EQ(Others("account", kAlfa),
            (std::vector<std::string>{"contact.parentid -1 =1", "incident.customerid -0 =1"}));
}

TEST_F(KnockOns, AreNoneOfARecordThatIsOnTheDevice) {
  after_.entities[1].filter.nodes = {{Is("size", "2")}};
  Compare();
  EXPECT_TRUE(Others("account", kBeta).empty());
}

TEST_F(KnockOns, DoNotLeaveWithARecordThatWasNeverThere) {
  after_.entities[1].filter.nodes = {{Is("size", "2")}};  // Cyd leaves, though not with Closed.
  Compare();
  EXPECT_TRUE(Others("account", kClosed).empty());
  after_.entities[1].filter.nodes.clear();
  Compare();
  EXPECT_EQ(Others("account", kClosed), std::vector<std::string>{"contact.parentid -0 =1"});
}

TEST_F(KnockOns, SayNothingOfLeavingWithoutAnotherPolicy) {
  after_.entities[1].filter.nodes = {{Is("size", "2")}};
  Compare();
  EXPECT_EQ(Others("account", kAlfa, false),
            (std::vector<std::string>{"contact.parentid -0 =1", "incident.customerid -0 =1"}));
}

TEST_F(KnockOns, LeaveAltogetherWhereTheirEntityDoes) {
  after_.entities.pop_back();
  after_.entities[1].mode = DeviceMode::kOnline;
  Compare();
  EXPECT_EQ(Others("account", kAlfa),
            (std::vector<std::string>{"contact.parentid -2 =0", "incident.customerid -1 =0"}));
}

TEST_F(KnockOns, StayWithoutARecordThatIsReadOnline) {
  after_.entities[0].mode = DeviceMode::kOnline;
  Compare();
  EXPECT_EQ(Others("account", kAlfa),
            (std::vector<std::string>{"contact.parentid -0 =2", "incident.customerid -0 =1"}));
}

// The id alone would do for GUIDs; where ids are numbers it would not.
TEST_F(KnockOns, TellAPolymorphicLookupsTargetsApart) {
  after_.entities[1].filter.nodes = {{Is("size", "2")}};
  Compare();
  EXPECT_EQ(Others("contact", "bbbbbbbb-0000-4000-8000-000000000001"),
            std::vector<std::string>{"incident.customerid -0 =1"});
  EXPECT_TRUE(Others("contact", kAlfa).empty());
}

TEST_F(KnockOns, SayWhereTheFilterLooksAtTheRecord) {
  Link link = {.entity = "account", .from = "accountid", .to = "parentid"};
  link.filter.nodes = {{Is("name", "Alfa")}};
  after_.entities[1].links = {link};
  Compare();
  EXPECT_EQ(Others("account", kAlfa).front(), "contact.parentid -0 =2 asks");
  link.type = LinkType::kAny;
  after_.entities[1].links.clear();
  Group inner;
  inner.nodes = {{link}};
  after_.entities[1].filter.nodes = {{inner}};
  Compare();
  EXPECT_EQ(Others("account", kAlfa).front(), "contact.parentid -0 =2 asks");
}

TEST_F(KnockOns, GoByTheNamesPeopleUse) {
  Compare();
  auto others = FindKnockOns({"account", kAlfa, after_}, comparison_.after_preview, nullptr);
  ASSERT_TRUE(others);
  const auto schema = server_.ReadSchema({"contact", "incident"}, {});
  NameKnockOns(*others, &*schema);
  EXPECT_EQ(others->front().words, "Contacts through Company Name");
  EXPECT_EQ(others->back().words, "Cases through Customer");
}

TEST_F(KnockOns, FailWhereThePreviewsFileIsGone) {
  Compare();
  PreviewResult gone = comparison_.after_preview;
  gone.database = "/nowhere/preview.db";
  EXPECT_FALSE(FindKnockOns({"account", kAlfa, after_}, gone, nullptr));
}

}  // namespace
}  // namespace satchel
