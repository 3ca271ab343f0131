#include "engine/server/dataverse/dataverse_server.h"

#include <gtest/gtest.h>

#include <map>

#include "engine/http/batch.h"
#include "policy/fetchxml/fetchxml.h"
#include "tests/support/fake_transport.h"
#include "tests/support/fake_waiting.h"
#include "tests/support/no_sign_in.h"

namespace satchel {
namespace {

constexpr const char* kRoot = "https://org.example/api/data/v9.2/";
constexpr const char* kMe = "11111111-1111-1111-1111-111111111111";
constexpr const char* kAnn = "22222222-2222-2222-2222-222222222222";
constexpr const char* kBob = "33333333-3333-3333-3333-333333333333";
constexpr const char* kTeam = "44444444-4444-4444-4444-444444444444";
constexpr const char* kUnit = "55555555-5555-5555-5555-555555555555";

std::string List(const std::string& items) {
  return "{\"@odata.context\":\"x\",\"value\":[" + items + "]}";
}

// Answers by the beginning of the decoded target below the service root, longest match first;
// $batch parts are answered one by one.
class Script {
 public:
  void On(const std::string& target, HttpResponse answer) { answers_[target] = std::move(answer); }
  void On(const std::string& target, const std::string& json) { On(target, JsonAnswer(json)); }

  Result<HttpResponse> operator()(const HttpRequest& request) {
    const std::string root = kRoot;
    std::string target = request.url.substr(root.size());
    if (target == "$batch") return Batch(request);
    return One(target);
  }
  std::vector<std::string> asked;  // Decoded targets.

 private:
  HttpResponse One(const std::string& raw) {
    const std::string target = PercentDecode(raw);
    asked.push_back(target);
    for (auto at = answers_.rbegin(); at != answers_.rend(); ++at) {
      if (target.compare(0, at->first.size(), at->first) == 0) return at->second;
    }
    return JsonAnswer("{\"error\":{\"message\":\"not scripted: \"}}", 404);
  }
  HttpResponse Batch(const HttpRequest& request) {
    const auto parts = ReadBatchRequest(HeaderOf(request, "Content-Type"), request.body);
    EXPECT_TRUE(parts);
    HttpResponse answer = {.status = 200,
                           .headers = {{"Content-Type", "multipart/mixed; boundary=resp"}}};
    for (const BatchPart& part : *parts) {
      const HttpResponse inner = One(part.target);
      answer.body += "--resp\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 " +
                     std::to_string(inner.status) + " X\r\nContent-Type: application/json\r\n\r\n" +
                     inner.body + "\r\n";
    }
    answer.body += "--resp--\r\n";
    return answer;
  }

  std::map<std::string, HttpResponse> answers_;
};

struct Dataverse {
  Script script;
  FakeTransport transport{[this](const HttpRequest& request) { return script(request); }};
  std::unique_ptr<CrmServer> server = MakeDataverseServer(std::make_unique<Connection>(
      *ParseUrl(kRoot), transport, std::make_unique<FakeWaiting>(), std::make_unique<NoSignIn>()));

  Dataverse() {
    script.On("WhoAmI", std::string(R"({"UserId":")") + kMe + R"(","BusinessUnitId":")" + kUnit +
                            R"(","OrganizationId":"66666666-6666-6666-6666-666666666666"})");
    script.On(std::string("systemusers(") + kMe,
              std::string(R"({"fullname":"Me Myself","_businessunitid_value":")") + kUnit + "\"}");
  }
};

Schema Accounts() {
  Schema schema;
  EntitySchema& account = schema.entities["account"];
  account.name = "account";
  account.set_name = "accounts";
  account.key = "accountid";
  account.version = "versionnumber";
  const auto add = [&account](FieldSchema field) {
    std::string name = field.name;
    account.fields.emplace(std::move(name), std::move(field));
  };
  add({.name = "accountid", .type = FieldType::kUniqueIdentifier});
  add({.name = "name", .type = FieldType::kString});
  add({.name = "revenue", .type = FieldType::kMoney});
  add({.name = "statecode", .type = FieldType::kState});
  add({.name = "versionnumber", .type = FieldType::kBigInt});
  add({.name = "ownerid",
       .type = FieldType::kOwner,
       .targets = {"systemuser", "team"},
       .wire_name = "_ownerid_value"});
  EntitySchema& contact = schema.entities["contact"];
  contact = account;
  contact.name = "contact";
  contact.set_name = "contacts";
  return schema;
}

Query ActiveAccounts() {
  Query query;
  query.entity = "account";
  query.filter.nodes.push_back(
      {Condition{.field = "statecode", .op = Operator::kEq, .values = {"0"}}});
  return query;
}

std::string Id(int number) {
  std::string digits = std::to_string(number);
  return "00000000-0000-0000-0000-" + std::string(12 - digits.size(), '0') + digits;
}

std::string Row(int number) {
  return R"({"accountid":")" + Id(number) + R"(","name":"n","versionnumber":)" +
         std::to_string(number) + "}";
}

// The fetch of a decoded target.
std::string FetchOf(const std::string& target) {
  const std::size_t at = target.find("fetchXml=");
  return at == std::string::npos ? "" : target.substr(at + 9);
}

const char* const kCookie =
    R"(,"@Microsoft.Dynamics.CRM.morerecords":true,"@Microsoft.Dynamics.CRM.fetchxmlpagingcookie":)"
    R"("<cookie pagenumber=\"2\" pagingcookie=\"%253ccookie%2520page%253d%25221%2522%253e%253c)"
    R"(accountid%2520last%253d%2522%257b2%257d%2522%2520%252f%253e%253c%252fcookie%253e\" )"
    R"(istracking=\"False\" />")";

TEST(Dataverse, SaysWhoIsSignedIn) {
  Dataverse it;
  const auto me = it.server->WhoAmI({});
  ASSERT_TRUE(me) << me.error().message;
  EXPECT_EQ(me->user_id, kMe);
  EXPECT_EQ(me->user_name, "Me Myself");
  EXPECT_EQ(me->business_unit_id, kUnit);
}

TEST(Dataverse, ReadsAnUnfilteredEntityByNextLink) {
  Dataverse it;
  it.script.On("accounts?$select=accountid,name,versionnumber",
               R"({"value":[)" + Row(1) + "," + Row(2) + R"(],"@odata.nextLink":")" + kRoot +
                   R"(accounts?$skiptoken=%3Ccookie%20pagenumber=%222%22/%3E"})");
  it.script.On("accounts?$skiptoken", List(Row(3)));
  const auto plan = it.server->Plan(
      {.query = {.entity = "account"}, .fields = {"name"}, .page_size = 2}, Accounts());
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_TRUE(plan->exact);
  const auto first = it.server->ReadPage(*plan, plan->first_cursor, {});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->rows.rows(), 2u);
  EXPECT_EQ(first->rows.cell(1, 2).integer, 2);
  EXPECT_EQ(HeaderOf(it.transport.sent[0], "Prefer"), "odata.maxpagesize=2");
  const auto second = it.server->ReadPage(*plan, first->next_cursor, {});
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->rows.rows(), 1u);
  EXPECT_EQ(second->next_cursor, "");
  EXPECT_EQ(HeaderOf(it.transport.sent[1], "Prefer"), "odata.maxpagesize=2");
  // The link is followed to the letter.
  EXPECT_EQ(it.transport.sent[1].url,
            std::string(kRoot) + "accounts?$skiptoken=%3Ccookie%20pagenumber=%222%22/%3E");
}

TEST(Dataverse, ReadsAFilteredEntityByFetchXmlAndCookie) {
  Dataverse it;
  it.script.On("accounts?fetchXml=", R"({"value":[)" + Row(1) + "," + Row(2) + "]" + kCookie + "}");
  const auto plan = it.server->Plan(
      {.query = ActiveAccounts(), .fields = {"name", "ownerid"}, .page_size = 2}, Accounts());
  ASSERT_TRUE(plan) << plan.error().message;
  const auto first = it.server->ReadPage(*plan, plan->first_cursor, {});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->rows.rows(), 2u);
  ASSERT_NE(first->next_cursor, "");
  EXPECT_EQ(HeaderOf(it.transport.sent[0], "Prefer"),
            "odata.include-annotations=\"Microsoft.Dynamics.CRM.fetchxmlpagingcookie,"
            "Microsoft.Dynamics.CRM.morerecords,Microsoft.Dynamics.CRM.lookuplogicalname\"");
  const std::string fetch = FetchOf(it.script.asked[0]);
  const auto parsed = ParseFetch(fetch);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->query.filter, ActiveAccounts().filter);
  EXPECT_EQ(parsed->attributes,
            (std::vector<std::string>{"accountid", "name", "ownerid", "versionnumber"}));
  EXPECT_NE(fetch.find("page=\"1\""), std::string::npos) << fetch;
  EXPECT_NE(fetch.find("count=\"2\""), std::string::npos) << fetch;
  EXPECT_EQ(it.transport.sent[0].url.find('+'), std::string::npos);

  it.script.On("accounts?fetchXml=", List(Row(3)));
  const auto second = it.server->ReadPage(*plan, first->next_cursor, {});
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->next_cursor, "");
  const std::string next = FetchOf(it.script.asked[1]);
  EXPECT_NE(next.find("page=\"2\""), std::string::npos) << next;
  EXPECT_NE(next.find("&lt;cookie page=&quot;1&quot;&gt;&lt;accountid last=&quot;{2}&quot;"),
            std::string::npos)
      << next;
}

TEST(Dataverse, ResumesFromACursorInAnotherProcess) {
  Dataverse one;
  one.script.On("accounts?fetchXml=", R"({"value":[)" + Row(1) + "]" + kCookie + "}");
  const ReadRequest request = {.query = ActiveAccounts(), .fields = {"name"}};
  const auto plan = one.server->Plan(request, Accounts());
  const auto first = one.server->ReadPage(*plan, plan->first_cursor, {});
  ASSERT_TRUE(first) << first.error().message;
  Dataverse other;
  other.script.On("accounts?fetchXml=", List(Row(2)));
  const auto again = other.server->Plan(request, Accounts());
  const auto second = other.server->ReadPage(*again, first->next_cursor, {});
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_NE(FetchOf(other.script.asked[0]).find("page=\"2\""), std::string::npos);
  EXPECT_EQ(other.server->ReadPage(*again, "garbage", {}).error().code, ErrorCode::kExpired);
}

TEST(Dataverse, StopsWhenTheSameCookieComesBack) {
  Dataverse it;
  it.script.On("accounts?fetchXml=", R"({"value":[)" + Row(1) + "]" + kCookie + "}");
  const auto plan = it.server->Plan({.query = ActiveAccounts()}, Accounts());
  const auto first = it.server->ReadPage(*plan, plan->first_cursor, {});
  const auto second = it.server->ReadPage(*plan, first->next_cursor, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(second.error().message.substr(0, 7), "account");
}

TEST(Dataverse, B28SaysThatQueriesWithoutCookieEndAt50000Rows) {
  Dataverse it;
  it.script.On("accounts?fetchXml=",
               R"({"value":[)" + Row(1) + R"(],"@Microsoft.Dynamics.CRM.morerecords":true})");
  const auto plan = it.server->Plan({.query = ActiveAccounts()}, Accounts());
  std::string cursor = plan->first_cursor;
  for (int page = 1; page < 10; ++page) {
    const auto read = it.server->ReadPage(*plan, cursor, {});
    ASSERT_TRUE(read) << read.error().message;
    cursor = read->next_cursor;
  }
  const auto tenth = it.server->ReadPage(*plan, cursor, {});
  ASSERT_FALSE(tenth);
  EXPECT_EQ(tenth.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(tenth.error().message.find("50 000"), std::string::npos);
}

TEST(Dataverse, RefusesANextLinkToAnotherHost) {
  Dataverse it;
  it.script.On("accounts?$select",
               R"({"value":[],"@odata.nextLink":"https://evil.example/api/data/v9.2/accounts"})");
  const auto plan = it.server->Plan({.query = {.entity = "account"}}, Accounts());
  const auto page = it.server->ReadPage(*plan, plan->first_cursor, {});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(page.error().message.find("evil.example"), std::string::npos);
  EXPECT_EQ(it.transport.sent.size(), 1u);
}

TEST(Dataverse, ImpersonatesOthersButNotItself) {
  Dataverse it;
  it.script.On("accounts?$select", List(Row(1)));
  const auto as_ann = it.server->Plan({.query = {.entity = "account"}, .as = kAnn}, Accounts());
  const auto page = it.server->ReadPage(*as_ann, as_ann->first_cursor, {});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(HeaderOf(it.transport.sent.back(), "MSCRMCallerID"), kAnn);
  EXPECT_EQ(page->requests, 1);
  const auto as_me = it.server->Plan({.query = {.entity = "account"}, .as = kMe}, Accounts());
  ASSERT_TRUE(it.server->ReadPage(*as_me, as_me->first_cursor, {}));
  EXPECT_EQ(HeaderOf(it.transport.sent.back(), "MSCRMCallerID"), "");
  EXPECT_FALSE(it.server->Plan({.query = {.entity = "account"}, .as = "ann"}, Accounts()));
}

TEST(Dataverse, B28AsksForEachRowOnceWhereLinksMultiplyThem) {
  Dataverse it;
  it.script.On("accounts?fetchXml=", List(Row(1)));
  Query query = ActiveAccounts();
  query.links.push_back({.entity = "contact", .from = "ownerid", .to = "ownerid", .alias = "c"});
  const auto plan = it.server->Plan({.query = query}, Accounts());
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_TRUE(it.server->ReadPage(*plan, plan->first_cursor, {}));
  const std::string fetch = FetchOf(it.script.asked[0]);
  EXPECT_NE(fetch.find("distinct=\"true\""), std::string::npos) << fetch;
  EXPECT_NE(fetch.find("<order attribute=\"accountid\""), std::string::npos) << fetch;
}

// Number and state of a row; null where it has none.
std::string Row(int number, const std::string& state) {
  return R"({"accountid":")" + Id(number) + R"(","versionnumber":1,"statecode":)" + state + "}";
}

TEST(Dataverse, StopsAtTheTopOfAnOrderedQueryAndReadsTheTiesToTheEnd) {
  Dataverse it;
  // Ties come in an order of the server's own, over the end of a page.
  it.script.On("accounts?fetchXml=", R"({"value":[)" + Row(3, "1") + "," + Row(9, "0") + "," +
                                         Row(7, "0") + "]" + kCookie + "}");
  Query query = ActiveAccounts();
  query.order = {{.field = "statecode", .descending = true}};
  query.top = 2;
  const ReadRequest request = {.query = query, .fields = {"statecode"}, .page_size = 3};
  const auto plan = it.server->Plan(request, Accounts());
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_TRUE(plan->ordered_cut);
  const auto first = it.server->ReadPage(*plan, plan->first_cursor, {});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->rows.rows(), 3u);
  ASSERT_NE(first->next_cursor, "");
  EXPECT_NE(FetchOf(it.script.asked[0]).find("useraworderby=\"true\""), std::string::npos);
  EXPECT_EQ(FetchOf(it.script.asked[0]).find("top="), std::string::npos);
  it.script.On("accounts?fetchXml=",
               R"({"value":[)" + Row(5, "0") + "," + Row(1, "null") + "]" + kCookie + "}");
  const auto second = it.server->ReadPage(*plan, first->next_cursor, {});
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->rows.rows(), 1u);
  EXPECT_EQ(second->next_cursor, "");
}

TEST(Dataverse, LeavesTheCutToTheDeviceWhereItOrdersOtherwise) {
  Dataverse it;
  const auto cuts = [&](const char* field, std::vector<std::string> fields) {
    Schema schema = Accounts();
    schema.entities["account"].fields.emplace(
        "donotphone", FieldSchema{.name = "donotphone", .type = FieldType::kBoolean});
    Query query = ActiveAccounts();
    query.order = {{.field = field}};
    query.top = 2;
    const auto plan = it.server->Plan({.query = query, .fields = std::move(fields)}, schema);
    EXPECT_TRUE(plan) << plan.error().message;
    return plan && plan->ordered_cut;
  };
  EXPECT_TRUE(cuts("revenue", {"name", "revenue"}));
  EXPECT_FALSE(cuts("ownerid", {"ownerid"}));        // By a name.
  EXPECT_FALSE(cuts("name", {"name"}));              // By a collation of its own.
  EXPECT_FALSE(cuts("donotphone", {"donotphone"}));  // Nobody says how.
  EXPECT_FALSE(cuts("accountid", {}));               // SQL Server compares the last bytes first.
  EXPECT_FALSE(cuts("revenue", {"name"}));           // What was ordered by cannot be seen.
}

TEST(Dataverse, DropsAnOrderThatCutsNothing) {
  Dataverse it;
  it.script.On("accounts", List(Row(1)));
  Query query = ActiveAccounts();
  query.order = {{.entity = "c", .field = "name"}};
  query.links.push_back({.entity = "contact",
                         .from = "ownerid",
                         .to = "ownerid",
                         .alias = "c",
                         .order = {{.field = "name"}}});
  query.links.push_back({.entity = "contact",
                         .from = "accountid",
                         .to = "accountid",
                         .type = LinkType::kMatchFirst,
                         .alias = "m",
                         .order = {{.field = "revenue"}}});
  const auto plan = it.server->Plan({.query = query}, Accounts());
  ASSERT_TRUE(it.server->ReadPage(*plan, plan->first_cursor, {}));
  const std::string fetch = FetchOf(it.script.asked[0]);
  EXPECT_EQ(fetch.find("<order attribute=\"name\""), std::string::npos) << fetch;
  EXPECT_NE(fetch.find("<order attribute=\"revenue\""), std::string::npos) << fetch;
}

TEST(Dataverse, SendsALongQueryInABatch) {
  Dataverse it;
  it.script.On("accounts?fetchXml=", List(Row(1)));
  Query query = ActiveAccounts();
  Condition many = {.field = "name", .op = Operator::kIn};
  for (int i = 0; i < 400; ++i)
    many.values.push_back("a name that takes room " + std::to_string(i));
  query.filter.nodes.push_back({many});
  const auto plan = it.server->Plan({.query = query}, Accounts());
  const auto page = it.server->ReadPage(*plan, plan->first_cursor, {});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->rows.rows(), 1u);
  EXPECT_EQ(it.transport.sent[0].url, std::string(kRoot) + "$batch");
}

TEST(Dataverse, NamesTheEntityInEveryError) {
  for (const int status : {400, 401, 403, 404, 429, 500}) {
    Dataverse it;
    it.script.On("accounts", JsonAnswer(R"({"error":{"message":"reason"}})", status));
    const auto plan = it.server->Plan({.query = {.entity = "account"}}, Accounts());
    const auto page = it.server->ReadPage(*plan, plan->first_cursor, {});
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().message.substr(0, 9), "account: ") << page.error().message;
  }
  Dataverse it;
  EXPECT_FALSE(it.server->Plan({.query = {.entity = "nosuch"}}, Accounts()));
  EXPECT_FALSE(it.server->Plan({.query = {.entity = "account"}, .fields = {"no"}}, Accounts()));
  const auto plan = it.server->Plan({.query = {.entity = "account"}}, Accounts());
  ReadPlan foreign = *plan;
  foreign.detail = nullptr;
  EXPECT_EQ(it.server->ReadPage(foreign, plan->first_cursor, {}).error().code, ErrorCode::kInvalid);
}

TEST(Dataverse, ReadsItsSchemaInThreeRoundTrips) {
  Dataverse it;
  const std::string account = "EntityDefinitions(LogicalName='account')/";
  const std::string cast = account + "Attributes/Microsoft.Dynamics.CRM.";
  const auto attribute = [](const std::string& name, const std::string& type,
                            const std::string& more = "") {
    return R"({"LogicalName":")" + name + R"(","AttributeTypeName":{"Value":")" + type + R"("})" +
           more + "}";
  };
  it.script.On(
      "EntityDefinitions?",
      R"({"@Microsoft.Dynamics.CRM.globalmetadataversion":"812","value":[{"LogicalName":"account",)"
      R"("EntitySetName":"accounts","PrimaryIdAttribute":"accountid","PrimaryNameAttribute":"name",)"
      R"("OwnershipType":"UserOwned","ChangeTrackingEnabled":true,"IsIntersect":false,)"
      R"("DisplayName":{"UserLocalizedLabel":{"Label":"Account"}},)"
      R"("DisplayCollectionName":{"UserLocalizedLabel":{"Label":"Accounts"}}}]})");
  it.script.On(
      account + "Attributes?",
      List(attribute("accountid", "UniqueidentifierType") + "," +
           attribute("name", "StringType",
                     R"(,"RequiredLevel":{"Value":"ApplicationRequired"},"IsValidForUpdate":false,)"
                     R"("DisplayName":{"UserLocalizedLabel":{"Label":"Name"}})") +
           "," + attribute("revenue", "MoneyType") + "," + attribute("rate", "DecimalType") + "," +
           attribute("founded", "DateTimeType") + "," +
           attribute("tags", "MultiSelectPicklistType") + "," + attribute("ownerid", "OwnerType") +
           "," + attribute("parentid", "LookupType") + "," +
           attribute("parentidname", "StringType", R"(,"AttributeOf":"parentid")") + "," +
           attribute("logo", "ImageType") + "," + attribute("createdon", "DateTimeType") + "," +
           attribute("modifiedon", "DateTimeType") + "," +
           attribute("hidden", "StringType", R"(,"IsValidForRead":false)") + "," +
           attribute("versionnumber", "BigIntType")));
  it.script.On(
      account + "ManyToOneRelationships",
      List(R"({"ReferencingAttribute":"parentid","ReferencedEntity":"account",)"
           R"("ReferencingEntityNavigationPropertyName":"parentid","IsHierarchical":true},)"
           R"({"ReferencingAttribute":"ownerid","ReferencedEntity":"systemuser",)"
           R"("ReferencingEntityNavigationPropertyName":"owninguser"},)"
           R"({"ReferencingAttribute":"ownerid","ReferencedEntity":"team",)"
           R"("ReferencingEntityNavigationPropertyName":"owningteam"})"));
  it.script.On(account + "OneToManyRelationships",
               List(R"({"ReferencedEntityNavigationPropertyName":"contact_customer_accounts",)"
                    R"("ReferencingEntity":"contact","ReferencingAttribute":"parentcustomerid"})"));
  it.script.On(account + "ManyToManyRelationships",
               List(R"({"IntersectEntityName":"listmember","Entity1LogicalName":"list",)"
                    R"("Entity1NavigationPropertyName":"list_accounts","Entity2LogicalName":)"
                    R"("account","Entity2NavigationPropertyName":"account_lists"})"));
  it.script.On(cast + "String", List(R"({"LogicalName":"name","MaxLength":160})"));
  it.script.On(cast + "Decimal", List(R"({"LogicalName":"rate","Precision":2})"));
  it.script.On(cast + "DateTime",
               List(R"({"LogicalName":"founded","DateTimeBehavior":{"Value":"DateOnly"}},)"
                    R"({"LogicalName":"createdon","DateTimeBehavior":{"Value":"UserLocal"}},)"
                    R"({"LogicalName":"modifiedon","DateTimeBehavior":{"Value":"UserLocal"}})"));
  it.script.On(cast + "Lookup", List(R"({"LogicalName":"ownerid","Targets":["systemuser","team"]},)"
                                     R"({"LogicalName":"parentid","Targets":["account"]})"));
  it.script.On(cast + "MultiSelect",
               List(R"({"LogicalName":"tags","OptionSet":{"Options":[{"Value":1,"Label":)"
                    R"({"UserLocalizedLabel":{"Label":"Red"}}},{"Value":3,"Label":{}}]}})"));
  const auto schema = it.server->ReadSchema({"account", "no'such", "nosuch"}, {});
  ASSERT_TRUE(schema) << schema.error().message;
  EXPECT_EQ(it.transport.sent.size(), 3u);
  EXPECT_EQ(schema->version, "812");
  ASSERT_EQ(schema->entities.size(), 1u);
  const EntitySchema& entity = schema->entities.at("account");
  EXPECT_EQ(entity.label, "Account");
  EXPECT_EQ(entity.plural_label, "Accounts");
  EXPECT_EQ(entity.set_name, "accounts");
  EXPECT_EQ(entity.key, "accountid");
  EXPECT_EQ(entity.hierarchy, "parentid");
  EXPECT_EQ(entity.created, "createdon");
  EXPECT_EQ(entity.modified, "modifiedon");
  EXPECT_EQ(entity.version, "versionnumber");
  EXPECT_TRUE(entity.user_owned);
  EXPECT_TRUE(entity.change_tracking);
  EXPECT_EQ(entity.Find("name")->max_length, 160);
  EXPECT_TRUE(entity.Find("name")->required);
  EXPECT_FALSE(entity.Find("name")->updatable);
  EXPECT_EQ(entity.Find("rate")->precision, 2);
  EXPECT_EQ(ScaleOf(*entity.Find("revenue")), 4);
  EXPECT_EQ(entity.Find("founded")->type, FieldType::kDateOnly);
  EXPECT_EQ(entity.Find("modifiedon")->type, FieldType::kDateTime);
  EXPECT_EQ(entity.Find("tags")->choices, (std::vector<Choice>{{1, "Red"}, {3, ""}}));
  EXPECT_EQ(entity.Find("ownerid")->wire(), "_ownerid_value");
  EXPECT_TRUE(entity.Find("ownerid")->polymorphic());
  EXPECT_EQ(entity.Find("ownerid")->navigation, "");
  EXPECT_EQ(entity.Find("parentid")->navigation, "parentid");
  for (const char* absent : {"parentidname", "logo", "hidden"}) EXPECT_FALSE(entity.Find(absent));
  EXPECT_EQ(
      entity.collections,
      (std::vector<Collection>{{"contact_customer_accounts", "contact", "parentcustomerid"}}));
  EXPECT_EQ(entity.many_to_many,
            (std::vector<ManyToMany>{{"account_lists", "listmember", "list"}}));
}

// Ann leads Bob, who leads Ann: a cycle.
void AddPeople(Script& script) {
  const auto user = [](const char* id, const char* name, const char* mail) {
    return std::string(R"({"systemuserid":")") + id + R"(","fullname":")" + name +
           R"(","domainname":")" + mail + R"(","internalemailaddress":")" + mail +
           R"(","isdisabled":false,"_businessunitid_value":")" + kUnit + "\"}";
  };
  const std::string ann = user(kAnn, "Ann Lee", "ann@example.com");
  const std::string bob = user(kBob, "Bob O'Neill", "bob@example.com");
  const std::string select =
      "systemusers?$select=systemuserid,fullname,domainname,"
      "internalemailaddress,isdisabled,_businessunitid_value";
  script.On(select, List(ann + "," + bob));
  script.On(select + "&$filter=", List(""));
  script.On(select + "&$filter=domainname eq 'Ann Lee'", List(ann));
  script.On(select + "&$filter=domainname eq 'Bob O''Neill'", List(bob));
  script.On(select + "&$filter=domainname eq 'twins'", List(ann + "," + bob));
  script.On(std::string("systemusers(") + kAnn,
            std::string(R"({"_businessunitid_value":")") + kUnit + "\"}");
  script.On(
      std::string("systemusers?$select=systemuserid&$filter=_parentsystemuserid_value eq ") + kAnn,
      List(std::string(R"({"systemuserid":")") + kBob + "\"}"));
  script.On(
      std::string("systemusers?$select=systemuserid&$filter=_parentsystemuserid_value eq ") + kBob,
      List(std::string(R"({"systemuserid":")") + kAnn + "\"}"));
  script.On("businessunits",
            List(std::string(R"({"businessunitid":")") + kUnit + R"(","name":"North"})"));
  script.On("roles", List(R"({"roleid":"77777777-7777-7777-7777-777777777777","name":"Sales"})"));
  script.On("teams", List(std::string(R"({"teamid":")") + kTeam + R"(","name":"Field"})"));
  script.On("systemuserrolescollection",
            List(std::string(R"({"systemuserid":")") + kAnn +
                 R"(","roleid":"77777777-7777-7777-7777-777777777777"})"));
  script.On("teammemberships",
            List(std::string(R"({"systemuserid":")") + kAnn + R"(","teamid":")" + kTeam + "\"}"));
  script.On("usersettingscollection", R"({"timezonecode":110,"uilanguageid":1031})");
  script.On("timezonedefinitions",
            List(R"({"timezonecode":110,"standardname":"W. Europe Standard Time"})"));
  script.On("organizations", List(R"({"weekstartdaycode":1,"fiscalcalendarstart":)"
                                  R"("2024-04-01T00:00:00Z","fiscalperiodtype":2003})"));
}

TEST(Dataverse, SaysOfItsSchemaWhatWentWrongAndLeavesTheRestToWhoAsked) {
  Dataverse it;
  it.script.On("EntityDefinitions", JsonAnswer(R"({"error":{"message":"no privilege"}})", 403));
  for (const std::vector<std::string>& names : {std::vector<std::string>{}, {"account"}}) {
    const auto schema = it.server->ReadSchema(names, {});
    ASSERT_FALSE(schema);
    EXPECT_EQ(schema.error().code, ErrorCode::kDenied);
    EXPECT_EQ(schema.error().message.find("schema"), std::string::npos) << schema.error().message;
    EXPECT_NE(schema.error().message.find("no privilege"), std::string::npos);
  }
}

TEST(Dataverse, ListsUsersWithUnitRolesAndTeams) {
  Dataverse it;
  AddPeople(it.script);
  const auto users = it.server->Users({});
  ASSERT_TRUE(users) << users.error().message;
  ASSERT_EQ(users->size(), 2u);
  EXPECT_EQ((*users)[0].name, "Ann Lee");
  EXPECT_EQ((*users)[0].business_unit, "North");
  EXPECT_EQ((*users)[0].roles, std::vector<std::string>{"Sales"});
  EXPECT_EQ((*users)[0].teams, std::vector<std::string>{"Field"});
  EXPECT_TRUE((*users)[1].roles.empty());
}

TEST(Dataverse, FindsAUserAndSuggestsNearMisses) {
  Dataverse it;
  AddPeople(it.script);
  const auto ann = it.server->FindUser("Ann Lee", {});
  ASSERT_TRUE(ann) << ann.error().message;
  EXPECT_EQ(ann->id, kAnn);
  EXPECT_EQ(it.server->FindUser("Bob O'Neill", {})->id, kBob);
  const auto missing = it.server->FindUser("ann@exmple.com", {});
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_NE(missing.error().message.find("ann@example.com"), std::string::npos);
  EXPECT_EQ(it.server->FindUser("twins", {}).error().code, ErrorCode::kInvalid);
}

TEST(Dataverse, SpeaksOfAUserOnlyWhereTheServerIsThere) {
  Dataverse it;
  it.script.On("systemusers?", JsonAnswer(R"({"error":{"message":"no privilege"}})", 403));
  const std::string refused = it.server->FindUser(kAnn, {}).error().message;
  EXPECT_TRUE(refused.starts_with("look for the user")) << refused;
  it.script.On("systemusers?", JsonAnswer("{}", 503));
  const Error away = it.server->FindUser(kAnn, {}).error();
  EXPECT_EQ(away.code, ErrorCode::kOffline);
  EXPECT_EQ(away.message.find("user"), std::string::npos) << away.message;
}

TEST(Dataverse, KnowsTheContextOfAUser) {
  Dataverse it;
  AddPeople(it.script);
  const auto context = it.server->ContextOf(kAnn, {});
  ASSERT_TRUE(context) << context.error().message;
  EXPECT_EQ(context->zone, "Europe/Berlin");
  EXPECT_EQ(context->week_start, Weekday::kMonday);
  EXPECT_EQ(context->fiscal, (FiscalCalendar{4, 1, FiscalPeriod::kMonthly}));
  EXPECT_EQ(context->user.id, kAnn);
  EXPECT_EQ(context->user.business_unit, kUnit);
  EXPECT_EQ(context->user.teams, std::vector<std::string>{kTeam});
  EXPECT_EQ(context->user.reports, std::vector<std::string>{kBob});
  EXPECT_EQ(context->user.language, 1031);
}

TEST(Dataverse, SaysWhenImpersonationShowsLessThanTheUserSees) {
  Dataverse it;
  AddPeople(it.script);
  EXPECT_EQ(*it.server->WhyNotExact(kMe, {"account"}, {}), "");
  const std::string privileges =
      std::string("systemusers(") + kMe + ")/Microsoft.Dynamics.CRM.RetrieveUserPrivileges";
  it.script.On(privileges,
               R"({"RolePrivileges":[{"PrivilegeName":"prvReadAccount","Depth":"Global"},)"
               R"({"PrivilegeName":"prvReadContact","Depth":"Local"}]})");
  EXPECT_EQ(*it.server->WhyNotExact(kAnn, {"account"}, {}), "");
  const std::string why = *it.server->WhyNotExact(kAnn, {"account", "contact"}, {});
  EXPECT_NE(why.find("contact"), std::string::npos);
  EXPECT_EQ(why.find("account"), std::string::npos);
  it.script.On(privileges, JsonAnswer("{}", 404));
  EXPECT_NE(*it.server->WhyNotExact(kAnn, {"account"}, {}), "");
  it.script.On("roles", List(R"({"roleid":"77777777-7777-7777-7777-777777777777","name":"Admin",)"
                             R"("_roletemplateid_value":"627090FF-40a3-4053-8790-584edc5be201"})"));
  EXPECT_EQ(*it.server->WhyNotExact(kAnn, {"contact"}, {}), "");
}

TEST(Dataverse, ListsSavedViews) {
  Dataverse it;
  it.script.On("savedqueries", List(R"({"savedqueryid":"1","name":"Mine","fetchxml":"<fetch/>",)"
                                    R"("isdefault":true,"returnedtypecode":"account"})"));
  const auto views = it.server->Views("account", {});
  ASSERT_TRUE(views) << views.error().message;
  ASSERT_EQ(views->size(), 1u);
  EXPECT_EQ(views->front().fetchxml, "<fetch/>");
  EXPECT_TRUE(views->front().is_default);
}

TEST(Dataverse, NotesTheLargestVersionTheUserReads) {
  Dataverse it;
  it.script.On(
      "accounts?fetchXml=",
      List(R"({"accountid":"00000000-0000-0000-0000-000000000001","versionnumber":4711})"));
  const auto water = it.server->NoteHighWater("account", Accounts(), kAnn, {});
  ASSERT_TRUE(water) << water.error().message;
  EXPECT_EQ(*water, (HighWater{.kind = HighWater::Kind::kVersion, .version = 4711}));
  const std::string& asked = it.script.asked.back();
  EXPECT_NE(asked.find("<order attribute=\"versionnumber\" descending=\"true\""), std::string::npos)
      << asked;
  EXPECT_EQ(HeaderOf(it.transport.sent.back(), "MSCRMCallerID"), kAnn);
  EXPECT_EQ(it.server->TakeTraffic().requests, 3);  // WhoAmI is two.
  EXPECT_EQ(it.server->TakeTraffic().requests, 0);
}

TEST(Dataverse, NotesVersionZeroWhereThereIsNothingToRead) {
  Dataverse it;
  it.script.On("accounts?fetchXml=", List(""));
  const auto water = it.server->NoteHighWater("account", Accounts(), "", {});
  ASSERT_TRUE(water) << water.error().message;
  EXPECT_EQ(*water, HighWater{.kind = HighWater::Kind::kVersion});
}

TEST(Dataverse, NotesTheServersClockWhereRecordsHaveNoVersion) {
  Dataverse it;
  HttpResponse answer = JsonAnswer(List(""));
  answer.headers.push_back({"Date", "Sun, 06 Nov 1994 08:49:37 GMT"});
  it.script.On("accounts?$select=accountid&$top=1", answer);
  Schema schema = Accounts();
  schema.entities["account"].version.clear();
  schema.entities["account"].modified = "modifiedon";
  const auto water = it.server->NoteHighWater("account", schema, "", {});
  ASSERT_TRUE(water) << water.error().message;
  EXPECT_EQ(Print(*water), "t:1994-11-06T08:49:37Z");
  schema.entities["account"].modified.clear();
  EXPECT_EQ(Print(*it.server->NoteHighWater("account", schema, "", {})), "");
}

}  // namespace
}  // namespace satchel
