#include "engine/server/odata/odata_server.h"

#include <gtest/gtest.h>

#include "tests/support/fake_transport.h"
#include "tests/support/fake_waiting.h"
#include "tests/support/no_sign_in.h"

namespace satchel {
namespace {

struct OData {
  FakeTransport transport;
  std::unique_ptr<CrmServer> server;

  explicit OData(FakeTransport::Answer answer, const std::string& user = "")
      : transport(std::move(answer)),
        server(MakeODataServer(std::make_unique<Connection>(
                                   *ParseUrl("http://127.0.0.1:4004/odata/v4/crm/"), transport,
                                   std::make_unique<FakeWaiting>(), std::make_unique<NoSignIn>()),
                               user)) {}
};

std::string KeyOf(int number) {
  std::string digits = std::to_string(number);
  return "00000000-0000-0000-0000-" + std::string(12 - digits.size(), '0') + digits;
}

// A service that pages by offset at 3 rows whatever is asked, has accounts 1 to 8, and says numbers
// as strings, as CAP does.
HttpResponse Pages(const HttpRequest& request) {
  const std::string url = PercentDecode(request.url);
  int after = 0;
  const std::size_t at = url.find("ID gt ");
  if (at != std::string::npos) after = std::stoi(url.substr(at + 6 + 24, 12));
  std::string rows;
  int number = after + 1;
  for (int count = 0; number <= 8 && count < 3; ++number, ++count) {
    rows += (rows.empty() ? "" : ",") + std::string(R"({"revenue":"1000.50","ID":")") +
            KeyOf(number) + R"(","@odata.etag":"W/\")" + std::to_string(number) + "\\\"\"}";
  }
  const std::string link = number <= 8 ? R"("@odata.nextLink":"Accounts?%24skiptoken=3",)" : "";
  return JsonAnswer(R"({"@odata.context":"$metadata#Accounts",)" + link + R"("value":[)" + rows +
                    "]}");
}

Schema ODataAccounts(FieldType key = FieldType::kUniqueIdentifier) {
  Schema schema;
  EntitySchema& accounts = schema.entities["Accounts"];
  accounts.name = accounts.set_name = "Accounts";
  accounts.key = "ID";
  accounts.fields["ID"] = {.name = "ID", .type = key};
  accounts.fields["revenue"] = {.name = "revenue", .type = FieldType::kDecimal, .precision = 2};
  return schema;
}

TEST(OData, ReadsByKeyWhereTheServerPagesByOffset) {
  OData it(Pages);
  const auto plan =
      it.server->Plan({.query = {.entity = "Accounts"}, .fields = {"revenue"}}, ODataAccounts());
  ASSERT_TRUE(plan) << plan.error().message;
  std::vector<std::int64_t> revenues;
  std::string cursor = plan->first_cursor;
  while (!cursor.empty()) {
    const auto page = it.server->ReadPage(*plan, cursor, {});
    ASSERT_TRUE(page) << page.error().message;
    for (std::size_t row = 0; row < page->rows.rows(); ++row) {
      revenues.push_back(page->rows.cell(row, 1).integer);
    }
    cursor = page->next_cursor;
  }
  EXPECT_EQ(revenues, std::vector<std::int64_t>(8, 100050));
  EXPECT_EQ(it.transport.sent.size(), 3u);
  EXPECT_EQ(it.transport.sent[0].url,
            "http://127.0.0.1:4004/odata/v4/crm/"
            "Accounts?$select=ID,revenue&$orderby=ID&$top=5000");
  EXPECT_EQ(PercentDecode(it.transport.sent[1].url),
            it.transport.sent[0].url + "&$filter=ID gt " + KeyOf(3));
  for (const HttpRequest& request : it.transport.sent) {
    EXPECT_EQ(request.url.find('+'), std::string::npos);
  }
}

// What is foretold while a page of such a text is read.
std::vector<std::string> ForetoldBy(const std::string& page, FieldType key) {
  OData it([&page](const HttpRequest&) { return JsonAnswer(page); });
  const auto plan = it.server->Plan({.query = {.entity = "Accounts"}}, ODataAccounts(key));
  EXPECT_TRUE(plan) << plan.error().message;
  const auto read = it.server->ReadPage(*plan, plan->first_cursor, {});
  std::vector<std::string> foretold;
  for (const HttpRequest& request : it.transport.foretold) {
    foretold.push_back(PercentDecode(request.url));
    EXPECT_EQ(request.headers, it.transport.sent.front().headers);
  }
  return foretold;
}

TEST(OData, ForetellsExactlyWhatItAsksForNext) {
  OData it(Pages);
  const auto plan =
      it.server->Plan({.query = {.entity = "Accounts"}, .fields = {"revenue"}}, ODataAccounts());
  std::string cursor = plan->first_cursor;
  while (!cursor.empty()) cursor = it.server->ReadPage(*plan, cursor, {})->next_cursor;
  ASSERT_EQ(it.transport.sent.size(), 3u);
  ASSERT_EQ(it.transport.foretold.size(), 2u) << "the last page has no next";
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(it.transport.foretold[i].url, it.transport.sent[i + 1].url);
    EXPECT_EQ(it.transport.foretold[i].headers, it.transport.sent[i + 1].headers);
  }
}

TEST(OData, ForetellsByKeysOfEveryKindAndLinksAtEitherEnd) {
  const std::string link = R"("@odata.nextLink":"x")";
  const auto after = [](const std::string& key) {
    return std::vector<std::string>{
        "http://127.0.0.1:4004/odata/v4/crm/Accounts?$select=ID&$orderby=ID&$top=5000&$filter=ID "
        "gt " +
        key};
  };
  EXPECT_EQ(
      ForetoldBy(R"({"value":[{"ID":"a"},{"ID":"O'Neill"}],)" + link + "}", FieldType::kString),
      after("'O''Neill'"));
  EXPECT_EQ(ForetoldBy("{" + link + R"(,"value":[{"ID":6},{"ID":42}]})", FieldType::kInteger),
            after("42"));
  EXPECT_EQ(ForetoldBy("{" + link + R"(,"value":[{"ID":"7"}]})", FieldType::kBigInt), after("7"));
  EXPECT_EQ(ForetoldBy("{" + link + R"(,"value":[{"ID":")" + KeyOf(7) + R"(","a":1}]})",
                       FieldType::kUniqueIdentifier),
            after(KeyOf(7)));
}

TEST(OData, ForetellsNothingItCannotSee) {
  const std::string link = R"("@odata.nextLink":"x")";
  for (const std::string& page :
       {std::string(R"({"value":[{"ID":"a"}]})"),        // There is no next page …
        R"({"value":[{"ID":"a\u0062"}],)" + link + "}",  // … or its key is not plain to see.
        R"({"value":[{"ID" : "a"}],)" + link + "}", R"({"value":[],)" + link + "}",
        "{" + link + R"(,"value":[{"ID":")", "{" + link + R"(,"value":[{"ID":)",
        link + "\"ID\":", std::string()}) {
    EXPECT_EQ(ForetoldBy(page, FieldType::kString), std::vector<std::string>()) << page;
    EXPECT_EQ(ForetoldBy(page, FieldType::kUniqueIdentifier), std::vector<std::string>()) << page;
    EXPECT_EQ(ForetoldBy(page, FieldType::kInteger), std::vector<std::string>()) << page;
  }
}

TEST(OData, GoesOnWhenPagesAreFullAndNoLinkIsGiven) {
  OData it([](const HttpRequest& request) {
    HttpResponse answer = Pages(request);
    const std::size_t link = answer.body.find("\"@odata.nextLink\"");
    if (link != std::string::npos) answer.body.erase(link, answer.body.find(',', link) + 1 - link);
    return answer;
  });
  const auto plan =
      it.server->Plan({.query = {.entity = "Accounts"}, .page_size = 3}, ODataAccounts());
  std::size_t rows = 0;
  std::string cursor = plan->first_cursor;
  while (!cursor.empty()) {
    const auto page = it.server->ReadPage(*plan, cursor, {});
    ASSERT_TRUE(page) << page.error().message;
    rows += page->rows.rows();
    cursor = page->next_cursor;
  }
  EXPECT_EQ(rows, 8u);
}

TEST(OData, WritesTextKeysAsLiterals) {
  OData it([](const HttpRequest& request) {
    const bool first = request.url.find("filter") == std::string::npos;
    return JsonAnswer(first ? R"({"value":[{"ID":"O'Neill"}],"@odata.nextLink":"x"})"
                            : R"({"value":[]})");
  });
  const auto plan =
      it.server->Plan({.query = {.entity = "Accounts"}}, ODataAccounts(FieldType::kString));
  const auto first = it.server->ReadPage(*plan, plan->first_cursor, {});
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(it.server->ReadPage(*plan, first->next_cursor, {}));
  EXPECT_NE(PercentDecode(it.transport.sent[1].url).find("ID gt 'O''Neill'"), std::string::npos);
}

TEST(OData, RefusesKeysItCannotPageBy) {
  OData it(Pages);
  EXPECT_EQ(it.server->Plan({.query = {.entity = "Accounts"}}, ODataAccounts(FieldType::kDateTime))
                .error()
                .code,
            ErrorCode::kUnsupported);
}

TEST(OData, StopsWhenTheServerIgnoresTheKeyset) {
  OData it([](const HttpRequest&) {
    return JsonAnswer(R"({"value":[{"ID":")" + KeyOf(1) + R"("}],"@odata.nextLink":"x"})");
  });
  const auto plan = it.server->Plan({.query = {.entity = "Accounts"}}, ODataAccounts());
  const auto first = it.server->ReadPage(*plan, plan->first_cursor, {});
  ASSERT_TRUE(first) << first.error().message;
  const auto second = it.server->ReadPage(*plan, first->next_cursor, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kCorrupt);
}

TEST(OData, FollowsTheLinkOfAPageThatIsEmpty) {
  // Filters after it has cut: rows 1 to 3 are not wanted, and nor are 4 to 6.
  OData it([](const HttpRequest& request) {
    const std::string url = PercentDecode(request.url);
    const auto asks = [&](const char* text) { return url.find(text) != std::string::npos; };
    if (asks("ID gt")) return JsonAnswer(R"({"value":[]})");
    if (asks("skip=6")) {
      return JsonAnswer(R"({"value":[{"ID":")" + KeyOf(7) +
                        R"("}],"@odata.nextLink":"Accounts?skip=9"})");
    }
    const char* next = asks("skip=3") ? "6" : "3";
    return JsonAnswer(R"({"value":[],"@odata.nextLink":"Accounts?skip=)" + std::string(next) +
                      R"("})");
  });
  const auto plan = it.server->Plan({.query = {.entity = "Accounts"}}, ODataAccounts());
  std::size_t rows = 0;
  std::string cursor = plan->first_cursor;
  while (!cursor.empty()) {
    const auto page = it.server->ReadPage(*plan, cursor, {});
    ASSERT_TRUE(page) << page.error().message;
    rows += page->rows.rows();
    cursor = page->next_cursor;
  }
  EXPECT_EQ(rows, 1u);
  ASSERT_EQ(it.transport.sent.size(), 4u);
  EXPECT_EQ(it.transport.sent[1].url, "http://127.0.0.1:4004/odata/v4/crm/Accounts?skip=3");
  EXPECT_NE(PercentDecode(it.transport.sent[3].url).find("ID gt " + KeyOf(7)), std::string::npos);
}

TEST(OData, DoesNotFollowTheLinkOfAnEmptyPageAnywhere) {
  for (const char* link : {"https://192.0.2.1/Accounts", "http://127.0.0.1:4004/elsewhere"}) {
    OData it([&](const HttpRequest&) {
      return JsonAnswer(R"({"value":[],"@odata.nextLink":")" + std::string(link) + R"("})");
    });
    const auto plan = it.server->Plan({.query = {.entity = "Accounts"}}, ODataAccounts());
    const auto page = it.server->ReadPage(*plan, plan->first_cursor, {});
    ASSERT_FALSE(page) << link;
    EXPECT_EQ(page.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(it.transport.sent.size(), 1u);
  }
  // Nor twice to the same place.
  OData it([](const HttpRequest&) {
    return JsonAnswer(R"({"value":[],"@odata.nextLink":"Accounts?again"})");
  });
  const auto plan = it.server->Plan({.query = {.entity = "Accounts"}}, ODataAccounts());
  const auto first = it.server->ReadPage(*plan, plan->first_cursor, {});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(it.server->ReadPage(*plan, first->next_cursor, {}).error().code, ErrorCode::kCorrupt);
}

TEST(OData, NamesTheEntityOnce) {
  OData it([](const HttpRequest&) { return JsonAnswer(R"({"value":[{}]})"); });
  const auto plan = it.server->Plan({.query = {.entity = "Accounts"}}, ODataAccounts());
  const std::string message = it.server->ReadPage(*plan, plan->first_cursor, {}).error().message;
  EXPECT_EQ(message.rfind("Accounts: row 1 ", 0), 0u) << message;
}

TEST(OData, SaysHowAnAddressEndsWhereNothingAnswers) {
  OData it([](const HttpRequest&) { return JsonAnswer("{}", 404); });
  const std::string message = it.server->ReadSchema({}, {}).error().message;
  EXPECT_NE(message.find("http://127.0.0.1:4004/odata/v4/crm/$metadata"), std::string::npos);
  EXPECT_NE(message.find("/api/data/v9.2/"), std::string::npos) << message;
  EXPECT_TRUE(message.starts_with("nothing answers")) << "whoever connects asked for no schema";
  EXPECT_EQ(it.server->Entities({}).error().message, message);
}

TEST(OData, SaysWhatItCannotDo) {
  OData it(Pages, "alice");
  const Capabilities can = it.server->capabilities();
  EXPECT_FALSE(can.impersonation || can.users || can.views || can.change_tracking);
  EXPECT_EQ(it.server->WhoAmI({})->user_id, "alice");
  // A device's database belongs to an organization; a service is one by its address.
  EXPECT_EQ(it.server->WhoAmI({})->organization_id, it.server->base_url());
  EXPECT_EQ(it.server->FindUser("Alice", {})->id, "alice");
  EXPECT_EQ(it.server->FindUser("bob", {}).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(it.server->ContextOf("", {})->user.id, "alice");
  EXPECT_EQ(it.server->ContextOf("", {})->zone, "UTC");
  EXPECT_EQ(it.server->ContextOf("bob", {}).error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(it.server->Plan({.query = {.entity = "Accounts"}, .as = "alice"}, ODataAccounts()));
  EXPECT_EQ(
      it.server->Plan({.query = {.entity = "Accounts"}, .as = "bob"}, ODataAccounts()).error().code,
      ErrorCode::kUnsupported);
  EXPECT_EQ(it.server->Users({}).error().message,
            "an OData service has no list of users (only Dataverse has; its address ends in "
            "/api/data/v9.2/)");
  EXPECT_FALSE(it.server->Views("Accounts", {}));
  EXPECT_TRUE(it.transport.sent.empty());
}

TEST(OData, NotesTheServersClock) {
  std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
  OData it([&date](const HttpRequest&) {
    HttpResponse answer = JsonAnswer("{\"value\":[]}");
    answer.headers.push_back({"Date", date});
    return answer;
  });
  Schema schema = ODataAccounts();
  schema.entities["Accounts"].modified = "modifiedAt";
  auto water = it.server->NoteHighWater("Accounts", schema, "", {});
  ASSERT_TRUE(water) << water.error().message;
  EXPECT_EQ(Print(*water), "t:1994-11-06T08:49:37Z");
  date = "yesterday";
  water = it.server->NoteHighWater("Accounts", schema, "", {});
  ASSERT_TRUE(water) << water.error().message;
  EXPECT_EQ(water->kind, HighWater::Kind::kNone);
}

TEST(OData, WritesWithTheKeyInTheBodyAndAPreconditionOnWhatExists) {
  OData it([](const HttpRequest& request) {
    HttpResponse answer = JsonAnswer("{}", request.method == Method::kPost ? 201 : 200);
    answer.headers.push_back({"ETag", "W/\"2\""});
    return answer;
  });
  EXPECT_TRUE(it.server->capabilities().writes);
  EXPECT_FALSE(it.server->capabilities().conditional_create);
  const auto send = [&it](const WriteOperation& operation) {
    const auto results = it.server->Write({.operations = {operation}}, ODataAccounts(), {});
    EXPECT_TRUE(results) << results.error().message;
    EXPECT_EQ(results->front().kind, WriteResult::Kind::kDone) << results->front().error.message;
    return it.transport.sent.back();
  };
  WriteOperation operation = {.kind = WriteOperation::Kind::kCreate,
                              .entity = "Accounts",
                              .id = KeyOf(7),
                              .values = {{"revenue", std::int64_t{100050}}}};
  const HttpRequest create = send(operation);
  EXPECT_EQ(create.method, Method::kPost);
  EXPECT_EQ(create.url, "http://127.0.0.1:4004/odata/v4/crm/Accounts");
  EXPECT_EQ(create.body, "{\"ID\":\"" + KeyOf(7) + "\",\"revenue\":\"1000.5\"}");
  EXPECT_EQ(HeaderOf(create, "If-Match"), "");
  operation.kind = WriteOperation::Kind::kUpdate;
  operation.if_match = "W/\"1\"";
  const HttpRequest update = send(operation);
  EXPECT_EQ(update.method, Method::kPatch);
  EXPECT_EQ(update.url, "http://127.0.0.1:4004/odata/v4/crm/Accounts(" + KeyOf(7) + ")");
  EXPECT_EQ(HeaderOf(update, "If-Match"), "W/\"1\"");
  EXPECT_EQ(update.body, "{\"revenue\":\"1000.5\"}");
  operation = {.kind = WriteOperation::Kind::kDelete, .entity = "Accounts", .id = KeyOf(7)};
  EXPECT_EQ(HeaderOf(send(operation), "If-Match"), "*");
}

TEST(OData, LeavesTheNumberOfANewRecordToTheServer) {
  OData it([](const HttpRequest&) {
    HttpResponse answer = JsonAnswer("{}", 201);
    answer.headers.push_back({"Location", "Accounts(42)"});
    return answer;
  });
  const WriteOperation create = {.kind = WriteOperation::Kind::kCreate,
                                 .entity = "Accounts",
                                 .values = {{"revenue", std::int64_t{100050}}}};
  auto made = it.server->Write({.operations = {create}}, ODataAccounts(FieldType::kInteger), {});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->front().id, "42");
  EXPECT_EQ(it.transport.sent.back().body, "{\"revenue\":\"1000.5\"}");
  // Elsewhere the device names it, and nothing else may be sent.
  made = it.server->Write({.operations = {create}}, ODataAccounts(), {});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->front().kind, WriteResult::Kind::kRejected);
}

TEST(OData, QuotesKeysThatAreText) {
  OData it([](const HttpRequest&) { return HttpResponse{.status = 204}; });
  const WriteOperation remove = {
      .kind = WriteOperation::Kind::kDelete, .entity = "Accounts", .id = "O'Neil/1"};
  ASSERT_TRUE(it.server->Write({.operations = {remove}}, ODataAccounts(FieldType::kString), {}));
  EXPECT_EQ(it.transport.sent.back().url,
            "http://127.0.0.1:4004/odata/v4/crm/Accounts(%27O%27%27Neil%2F1%27)");
  const auto refused = it.server->Write({.operations = {remove}}, ODataAccounts(), {});
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->front().kind, WriteResult::Kind::kRejected);
}

}  // namespace
}  // namespace satchel
