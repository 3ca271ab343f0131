// The Web API over HTTP: what a client may rely on. Expectations are Dataverse's documentation.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "app/sandbox/company/tables.h"
#include "app/sandbox/query/cookie.h"
#include "tests/app/sandbox/running_sandbox.h"

namespace satchel::sandbox {
namespace {

constexpr const char* kId = "00000000-0000-0000-0000-0000000000a1";
constexpr const char* kMissing = "00000000-0000-0000-0000-0000000000ff";

std::string Row(const std::string& id) {
  return "accounts(" + id + ")";
}

class WebApi : public ::testing::Test {
 protected:
  void Create(const std::string& name, const std::string& id = kId) {
    ASSERT_EQ(
        sandbox.Post("accounts", R"({"name":")" + name + R"(","accountid":")" + id + "\"}").status,
        204);
  }
  std::string Name(const std::string& id = kId) {
    return sandbox.Get(Row(id) + "?$select=name").text("name");
  }
  std::int64_t Count(const std::string& set = "accounts") {
    return std::stoll(sandbox.Get(set + "/$count").body);
  }

  RunningSandbox sandbox;
};

// The matrix of reference "ETag and write semantics".
TEST_F(WebApi, PatchUpdatesCreatesOrRefusesAsItsConditionsSay) {
  const std::string body = R"({"name":"B"})";
  EXPECT_EQ(sandbox.Patch(Row(kMissing), body, {{"If-Match", "*"}}).status, 404);
  EXPECT_EQ(sandbox.Patch(Row(kMissing), body, {{"If-Match", "W/\"1\""}}).status, 404);
  EXPECT_EQ(sandbox.Patch(Row(kMissing), body, {{"If-None-Match", "*"}}).status, 204);
  EXPECT_EQ(sandbox.Patch(Row(kMissing), body, {{"If-None-Match", "*"}}).status, 412);

  const Reply upsert = sandbox.Patch(Row(kId), body, {{"Prefer", "return=representation"}});
  EXPECT_EQ(upsert.status, 201);
  const std::string etag = upsert.text("@odata.etag");
  EXPECT_EQ(upsert.header("ETag"), etag);
  const Reply update = sandbox.Patch(Row(kId), R"({"name":"C"})",
                                     {{"Prefer", "return=representation"}, {"If-Match", etag}});
  EXPECT_EQ(update.status, 200);
  EXPECT_EQ(update.text("name"), "C");
  const Reply stale = sandbox.Patch(Row(kId), R"({"name":"D"})", {{"If-Match", etag}});
  EXPECT_EQ(stale.status, 412);
  EXPECT_EQ(stale.code(), "0x80060882");
  EXPECT_EQ(Name(), "C");
  EXPECT_EQ(sandbox.Patch(Row(kId), R"({"name":"E"})", {{"If-None-Match", "null"}}).status, 204)
      << "the literal null is no condition";
}

TEST_F(WebApi, DeleteObeysIfMatch) {
  Create("A");
  EXPECT_EQ(sandbox.Delete(Row(kId), {{"If-Match", "W/\"1\""}}).status, 412);
  const std::string etag = sandbox.Get(Row(kId)).header("ETag");
  EXPECT_EQ(sandbox.Delete(Row(kId), {{"If-Match", etag}}).status, 204);
  const Reply gone = sandbox.Delete(Row(kId));
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.code(), "0x80040217");
}

TEST_F(WebApi, NeverAnswersNotModifiedToAnnotatedReads) {
  Create("A");
  const std::string etag = sandbox.Get(Row(kId)).header("ETag");
  EXPECT_EQ(sandbox.Get(Row(kId), {{"If-None-Match", etag}}).status, 304);
  EXPECT_EQ(
      sandbox
          .Get(Row(kId), {{"If-None-Match", etag}, {"Prefer", "odata.include-annotations=\"*\""}})
          .status,
      200);
}

TEST_F(WebApi, KeepsMoneyExact) {
  ASSERT_EQ(sandbox
                .Post("accounts", R"({"name":"A","revenue":99999999999.99,"accountid":")" +
                                      std::string(kId) + "\"}")
                .status,
            204);
  EXPECT_EQ(sandbox.Get(Row(kId) + "?$select=revenue").text("revenue"), "99999999999.9900");
}

TEST_F(WebApi, GivesEveryRowOnceWhileRowsComeAndGo) {
  const auto before = sandbox.AllIds("contacts?$select=lastname", "contactid");
  std::set<std::string> seen;
  std::string next = "contacts?$select=lastname&$orderby=lastname";
  const std::vector<satchel::Header> small = {{"Prefer", "odata.maxpagesize=7"}};
  std::string doomed;
  for (int page = 0; !next.empty(); ++page) {
    const Reply reply = sandbox.Get(next, small);
    for (const JsonValue& row : reply.rows()) {
      EXPECT_TRUE(seen.insert(row.Find("contactid")->text).second) << "a row came twice";
    }
    // Rows before the reader's place vanish and appear: nothing shifts.
    if (page == 3) {
      EXPECT_EQ(
          sandbox.Delete("contacts(" + reply.rows().front().Find("contactid")->text + ")").status,
          204);
      EXPECT_EQ(sandbox.Post("contacts", R"({"lastname":"!first"})").status, 204);
    }
    next = reply.text("@odata.nextLink");
  }
  for (const std::string& id : before) EXPECT_TRUE(seen.count(id)) << "a row was skipped";
}

TEST_F(WebApi, PagesFetchXmlAlikeWhateverThePageSize) {
  const auto ids = [&](int count) {
    std::vector<std::string> all;
    std::string cookie;
    for (int page = 1; page < 1000; ++page) {
      const std::string xml = "<fetch count='" + std::to_string(count) + "' page='" +
                              std::to_string(page) + "'" + cookie +
                              "><entity name='account'><attribute name='name'/>"
                              "<order attribute='revenue' descending='true'/>"
                              "<order attribute='industrycode'/></entity></fetch>";
      const Reply reply = sandbox.Get("accounts?fetchXml=" + Q(xml),
                                      {{"Prefer", "odata.include-annotations=\"*\""}});
      EXPECT_EQ(reply.status, 200) << reply.body;
      for (const JsonValue& row : reply.rows()) all.push_back(row.Find("accountid")->text);
      const auto token = ParseSkipToken(reply.text("@Microsoft.Dynamics.CRM.fetchxmlpagingcookie"));
      if (!token) break;
      std::string escaped;
      for (const char c : token->cookie) {
        escaped += c == '<'   ? "&lt;"
                   : c == '>' ? "&gt;"
                   : c == '"' ? "&quot;"
                   : c == '&' ? "&amp;"
                              : std::string(1, c);
      }
      cookie = " paging-cookie='" + escaped + "'";
    }
    return all;
  };
  const auto whole = ids(5000);
  EXPECT_EQ(whole.size(), static_cast<std::size_t>(Count()));
  EXPECT_EQ(ids(7), whole);
  EXPECT_EQ(ids(1), whole);
}

TEST_F(WebApi, RefusesFetchXmlBeyondTheLimits) {
  const auto code = [&](const std::string& inside, const std::string& attributes = "") {
    return sandbox
        .Get("accounts?fetchXml=" +
             Q("<fetch" + attributes + "><entity name='account'>" + inside + "</entity></fetch>"))
        .code();
  };
  std::string links;
  for (int link = 0; link < 16; ++link) {
    links += "<link-entity name='contact' from='contactid' to='primarycontactid'/>";
  }
  EXPECT_EQ(code(links), "0x8004430D");
  std::string conditions;
  for (int condition = 0; condition < 501; ++condition) {
    conditions += "<condition attribute='name' operator='null'/>";
  }
  // Too long for a URL of its own, so it goes as part of a batch.
  const std::string xml =
      "<fetch><entity name='account'><filter>" + conditions + "</filter></entity></fetch>";
  const Reply batch = sandbox.Send(
      satchel::Method::kPost, "$batch", {{"Content-Type", "multipart/mixed; boundary=b"}},
      "--b\r\nContent-Type: application/http\r\n\r\nGET accounts?fetchXml=" + Q(xml) +
          " HTTP/1.1\r\n\r\n\r\n--b--\r\n");
  EXPECT_EQ(batch.status, 400);
  EXPECT_NE(batch.body.find("0x8004430C"), std::string::npos) << batch.body;
  EXPECT_EQ(code("", " count='5001'"), "0x80060888");
  EXPECT_EQ(code("", " top='5' page='2'"), "0x80060888");
  EXPECT_EQ(code("<attribute name='nope'/>"), "0x80060888");
  EXPECT_EQ(code("<nope/>"), "0x80060888");
  EXPECT_EQ(sandbox
                .Get("accounts?fetchXml=" +
                     Q("<!DOCTYPE x [<!ENTITY a 'b'>]><fetch><entity name='account'/></fetch>"))
                .status,
            400);
  EXPECT_EQ(sandbox.Get("accounts?fetchXml=" + Q("<fetch><entity name='account'>")).status, 400);
}

TEST_F(WebApi, TellsChangesSinceAndForgetsNothing) {
  const std::vector<satchel::Header> track = {{"Prefer", "odata.track-changes"}};
  Create("Doomed");
  const Reply first = sandbox.Get("accounts?$select=name", track);
  EXPECT_EQ(first.header("Preference-Applied"), "odata.track-changes");
  const std::string since = first.text("@odata.deltaLink");
  ASSERT_FALSE(since.empty());
  EXPECT_EQ(sandbox.Delete(Row(kId)).status, 204);
  Create("Fresh", kMissing);
  const Reply delta = sandbox.Get(since);
  ASSERT_EQ(delta.rows().size(), 2u) << delta.body;
  EXPECT_EQ(delta.rows()[0].Find("name")->text, "Fresh");
  EXPECT_EQ(delta.rows()[1].Find("id")->text, kId);
  EXPECT_EQ(delta.rows()[1].Find("reason")->text, "deleted");
  // A row that comes back is changed, not deleted.
  Create("Back");
  const Reply again = sandbox.Get(since);
  ASSERT_EQ(again.rows().size(), 2u);
  for (const JsonValue& row : again.rows()) EXPECT_EQ(row.Find("reason"), nullptr);
  EXPECT_EQ(sandbox.Get("accounts/$count?" + since.substr(since.find("$deltatoken"))).body, "2");
}

TEST_F(WebApi, PagesADeltaAndItsDeletes) {
  const std::vector<satchel::Header> track = {{"Prefer", "odata.track-changes"}};
  const auto ids = sandbox.AllIds("contacts?$select=lastname", "contactid");
  std::string next = sandbox.Get("contacts?$select=lastname", track).text("@odata.deltaLink");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(sandbox.Delete("contacts(" + ids[static_cast<std::size_t>(i)] + ")").status, 204);
    EXPECT_EQ(sandbox.Post("contacts", R"({"lastname":"New"})").status, 204);
  }
  std::set<std::string> deleted;
  int changed = 0;
  int pages = 0;
  while (true) {
    const Reply page = sandbox.Get(next, {{"Prefer", "odata.maxpagesize=2"}});
    ASSERT_EQ(page.status, 200) << page.body;
    ++pages;
    EXPECT_LE(page.rows().size(), 2u);
    for (const JsonValue& row : page.rows()) {
      if (row.Find("reason") != nullptr) {
        deleted.insert(row.Find("id")->text);
      } else {
        ++changed;
        EXPECT_TRUE(deleted.empty()) << "deletes come last";
      }
    }
    if (!page.text("@odata.deltaLink").empty()) break;
    next = page.text("@odata.nextLink");
    ASSERT_FALSE(next.empty());
  }
  EXPECT_EQ(deleted, std::set<std::string>(ids.begin(), ids.begin() + 5));
  EXPECT_EQ(changed, 5);
  EXPECT_GE(pages, 5);
}

TEST_F(WebApi, LetsDeltaTokensExpire) {
  const std::string link = sandbox.Get("accounts?$select=name", {{"Prefer", "odata.track-changes"}})
                               .text("@odata.deltaLink");
  sandbox.ahead = 400 * 86'400;
  const Reply expired = sandbox.Get(link);
  EXPECT_EQ(expired.status, 400);
  EXPECT_EQ(expired.code(), "0x80044352");
}

TEST_F(WebApi, ResolvesAlternateKeysAndRefusesUnknownOnes) {
  const Metadata metadata = CompanyMetadata();
  const Table& accounts = *metadata.Find("account");
  ASSERT_FALSE(accounts.keys.empty());
  const std::string column = accounts.keys.front().attributes.front();
  EXPECT_EQ(sandbox.Patch("accounts(" + column + "='K1')", R"({"name":"By key"})").status, 204);
  const Reply read = sandbox.Get("accounts(" + column + "='k1')?$select=name," + column);
  EXPECT_EQ(read.text("name"), "By key");
  EXPECT_EQ(read.text(column), "K1");
  EXPECT_EQ(sandbox.Get("accounts(name='x')").status, 400);
  EXPECT_EQ(sandbox.Get("accounts(" + column + "='nope')").status, 404);
  EXPECT_EQ(sandbox.Post("accounts", "{\"name\":\"Again\",\"" + column + "\":\"K1\"}").status, 412);
}

TEST_F(WebApi, RollsBackAFailingChangeSetAndStopsThere) {
  const std::int64_t before = Count();
  const auto part = [](const std::string& request, const std::string& body) {
    return "Content-Type: application/http\r\n\r\n" + request +
           " HTTP/1.1\r\nContent-Type: application/json\r\n\r\n" + body + "\r\n";
  };
  const std::string set = "Content-Type: multipart/mixed; boundary=\"s\"\r\n\r\n--s\r\n" +
                          part("POST accounts", R"({"name":"A"})") + "--s\r\n" +
                          part("POST /api/data/v9.2/accounts", R"({"nope":1})") + "--s--\r\n";
  const std::string body =
      "--b\r\n" + set + "--b\r\n" + part("GET accounts?$top=1", "") + "--b--\r\n";
  const auto send = [&](std::vector<satchel::Header> headers) {
    headers.push_back({"Content-Type", "multipart/mixed;boundary=b"});
    return sandbox.Send(satchel::Method::kPost, "$batch", std::move(headers), body);
  };
  const Reply stopped = send({});
  EXPECT_EQ(stopped.status, 400);
  EXPECT_EQ(stopped.body.find("HTTP/1.1 200"), std::string::npos);
  EXPECT_EQ(stopped.body.find("changesetresponse"), std::string::npos) << "one error part";
  const Reply went_on = send({{"Prefer", "odata.continue-on-error"}});
  EXPECT_EQ(went_on.status, 200);
  EXPECT_NE(went_on.body.find("HTTP/1.1 400"), std::string::npos);
  EXPECT_NE(went_on.body.find("HTTP/1.1 200"), std::string::npos);
  EXPECT_EQ(Count(), before);
}

TEST_F(WebApi, ShowsAUserTheirRowsInEveryWayOfAsking) {
  const Reply users = sandbox.Get("systemusers?$select=domainname&$filter=isdisabled%20eq%20false");
  std::size_t compared = 0;
  for (const JsonValue& user : users.rows()) {
    const std::vector<satchel::Header> as = {
        {"Authorization", "Bearer user:" + user.Find("domainname")->text}};
    const Reply counted = sandbox.Get("accounts/$count", as);
    if (counted.status == 403) continue;
    ++compared;
    const auto ids = sandbox.AllIds("accounts?$select=name", "accountid", as);
    EXPECT_EQ(counted.body, std::to_string(ids.size()));
    const Reply fetched =
        sandbox.Get("accounts?fetchXml=" + Q("<fetch><entity name='account'/></fetch>"), as);
    EXPECT_EQ(fetched.rows().size(), ids.size());
    const auto impersonated = sandbox.AllIds("accounts?$select=name", "accountid",
                                             {{"MSCRMCallerID", user.Find("systemuserid")->text}});
    EXPECT_EQ(impersonated, ids);
    // Rows behind a link are hidden too.
    const Reply expanded =
        sandbox.Get("contacts?$select=lastname&$expand=parentcustomerid_account($select=name)", as);
    if (expanded.status != 200) continue;
    for (const JsonValue& row : expanded.rows()) {
      const JsonValue* parent = row.Find("parentcustomerid_account");
      if (parent == nullptr || parent->null()) continue;
      EXPECT_TRUE(std::count(ids.begin(), ids.end(), parent->Find("accountid")->text));
    }
  }
  EXPECT_GT(compared, 5u);
}

TEST_F(WebApi, TellsWhoMayNotWriteARowNothingOfItsVersion) {
  const Reply users = sandbox.Get("systemusers?$select=domainname&$filter=isdisabled%20eq%20false");
  const auto all = sandbox.AllIds("accounts?$select=name", "accountid");
  for (const JsonValue& user : users.rows()) {
    const satchel::Header as = {"Authorization", "Bearer user:" + user.Find("domainname")->text};
    const auto shown = sandbox.AllIds("accounts?$select=name", "accountid", {as});
    const auto hidden = std::find_if(all.begin(), all.end(), [&](const auto& id) {
      return std::find(shown.begin(), shown.end(), id) == shown.end();
    });
    if (hidden == all.end()) continue;
    const std::string path = "accounts(" + *hidden + ")";
    for (const char* etag : {"W/\"1\"", "*"}) {
      EXPECT_EQ(sandbox.Patch(path, R"({"name":"X"})", {as, {"If-Match", etag}}).status, 403);
      EXPECT_EQ(sandbox.Delete(path, {as, {"If-Match", etag}}).status, 403);
    }
    return;
  }
  FAIL() << "everybody sees everything";
}

TEST_F(WebApi, LetsOnlyAdministratorsActForOthers) {
  const Reply users = sandbox.Get("systemusers?$select=domainname&$filter=isdisabled%20eq%20false");
  const std::string admin = sandbox.Get("WhoAmI").text("UserId");
  for (const JsonValue& user : users.rows()) {
    if (user.Find("systemuserid")->text == admin) continue;
    const Reply reply =
        sandbox.Get("WhoAmI", {{"Authorization", "Bearer user:" + user.Find("domainname")->text},
                               {"MSCRMCallerID", admin}});
    EXPECT_EQ(reply.status, 403);
    return;
  }
  FAIL() << "nobody but the administrator";
}

TEST_F(WebApi, AnswersWrongRequestsWithOneSentence) {
  for (const char* path :
       {"accounts?$skip=1", "accounts?$filter=", "accounts?$top=0",
        "accounts?$orderby=name sideways", "accounts?$expand=nope", "accounts?$expand=ownerid",
        "accounts?$search=x", "accounts?$apply=x", "accounts?$skiptoken=x", "accounts(1)",
        "accounts/nope", "EntityDefinitions(LogicalName='nope')"}) {
    std::string url = path;
    for (std::size_t at = url.find(' '); at != std::string::npos; at = url.find(' ')) {
      url.replace(at, 1, "%20");
    }
    const Reply reply = sandbox.Get(url);
    if (std::string_view(path) == "accounts?$filter=") {
      EXPECT_EQ(reply.status, 200);
      continue;
    }
    EXPECT_TRUE(reply.status == 400 || reply.status == 404) << path << " " << reply.status;
    EXPECT_FALSE(reply.code().empty()) << path;
  }
  EXPECT_EQ(sandbox.Post("accounts", "{").status, 400);
  EXPECT_EQ(sandbox.Post("accounts", "[]").status, 400);
  EXPECT_EQ(sandbox.Post("accounts", R"({"name":"a"} x)").status, 400);
  EXPECT_EQ(sandbox.Send(satchel::Method::kPut, "accounts").status, 405);
}

TEST_F(WebApi, ServesSeveralClientsAtOnce) {
  std::vector<std::thread> clients;
  std::atomic<int> wrong = 0;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&, client] {
      const auto transport = MakeCurlTransport();
      for (int request = 0; request < 20; ++request) {
        satchel::HttpRequest ask;
        ask.url = sandbox.base() + (request % 2 == 0 ? "accounts?$select=name" : "accounts");
        if (client % 2 == 1 && request % 2 == 1) {
          ask.method = satchel::Method::kPost;
          ask.headers = {{"Content-Type", "application/json"}};
          ask.body = R"({"name":"Parallel"})";
        }
        const auto answer = transport->Send(ask, {});
        if (!answer || answer->status >= 300) ++wrong;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(std::stoll(sandbox.Get("accounts/$count?$filter=name%20eq%20'Parallel'").body), 40);
}

TEST(SandboxAuth, WantsItsOwnTokensAndLetsThemExpire) {
  SandboxOptions options;
  options.auth = true;
  options.token_expiry = Seconds(60);
  RunningSandbox sandbox(options);
  const Reply refused = sandbox.Get("WhoAmI", {{"Authorization", "Bearer user:admin"}});
  EXPECT_EQ(refused.status, 401);
  EXPECT_NE(refused.header("WWW-Authenticate").find("Bearer"), std::string::npos);
  const std::string origin = sandbox.base().substr(0, sandbox.base().find("/api"));
  const auto token = [&](const std::string& secret) {
    return sandbox.Send(satchel::Method::kPost, origin + "/tenant/oauth2/v2.0/token",
                        {{"Content-Type", "application/x-www-form-urlencoded"}},
                        "grant_type=client_credentials&client_id=x&client_secret=" + secret);
  };
  EXPECT_EQ(token("wrong").status, 401);
  EXPECT_EQ(token("wrong").text("error"), "invalid_client");
  const Reply granted = token(sandbox.service().auth().secret());
  ASSERT_EQ(granted.status, 200);
  EXPECT_EQ(granted.text("expires_in"), "60");
  const std::vector<satchel::Header> bearer = {
      {"Authorization", "Bearer " + granted.text("access_token")}};
  EXPECT_EQ(sandbox.Get("WhoAmI", bearer).status, 200);
  sandbox.ahead = 61;
  EXPECT_EQ(sandbox.Get("WhoAmI", bearer).status, 401);
}

std::string Base64(const std::string& text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const char c = at + i < text.size() ? text[at + i] : '\0';
      bits = bits << 8 | static_cast<unsigned char>(c);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += at + i > text.size() ? '=' : kDigits[bits >> (18 - 6 * i) & 63u];
    }
  }
  return out;
}

TEST(SandboxAuth, TakesTheSecretAsHttpBasicToo) {
  SandboxOptions options;
  options.auth = true;
  RunningSandbox sandbox(options);
  const std::string origin = sandbox.base().substr(0, sandbox.base().find("/api"));
  const auto token = [&](const std::string& pair) {
    return sandbox.Send(satchel::Method::kPost, origin + "/tenant/oauth2/v2.0/token",
                        {{"Content-Type", "application/x-www-form-urlencoded"},
                         {"Authorization", "Basic " + Base64(pair)}},
                        "grant_type=client_credentials");
  };
  EXPECT_EQ(token("jana%40contoso.example:wrong").status, 401);
  const Reply granted = token("jana%40contoso.example:" + sandbox.service().auth().secret());
  ASSERT_EQ(granted.status, 200);
  const std::vector<satchel::Header> bearer = {
      {"Authorization", "Bearer " + granted.text("access_token")}};
  const std::string user = sandbox.Get("WhoAmI", bearer).text("UserId");
  EXPECT_EQ(sandbox.Get("systemusers(" + user + ")?$select=domainname", bearer).text("domainname"),
            "jana@contoso.example");
}

TEST(SandboxThrottling, Answers429UntilTheWindowHasPassed) {
  SandboxOptions options;
  options.throttle = {3, Seconds(10)};
  RunningSandbox sandbox(options);
  for (int request = 0; request < 3; ++request) EXPECT_EQ(sandbox.Get("WhoAmI").status, 200);
  const Reply refused = sandbox.Get("WhoAmI");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), "0x80072322");
  EXPECT_EQ(refused.header("Retry-After"), "10");
  sandbox.ahead = 10;
  EXPECT_EQ(sandbox.Get("WhoAmI").status, 200);
}

TEST(SandboxFaults, SpoilAnswersAsTold) {
  const auto with = [](FaultKind kind) {
    SandboxOptions options;
    options.faults = {{kind, 1.0}};
    return options;
  };
  {
    RunningSandbox sandbox(with(FaultKind::k503));
    const std::int64_t version = *LastVersion(sandbox.crm().Borrow()->database());
    EXPECT_EQ(sandbox.Post("accounts", R"({"name":"A"})").status, 503);
    EXPECT_EQ(*LastVersion(sandbox.crm().Borrow()->database()), version) << "nothing was written";
  }
  {
    RunningSandbox sandbox(with(FaultKind::kHtml));
    EXPECT_EQ(sandbox.Get("WhoAmI").header("Content-Type"), "text/html; charset=utf-8");
  }
  {
    RunningSandbox sandbox(with(FaultKind::kForeignNextLink));
    const Reply reply = sandbox.Get("accounts?$select=name", {{"Prefer", "odata.maxpagesize=2"}});
    EXPECT_EQ(reply.text("@odata.nextLink").rfind("https://elsewhere.example/", 0), 0u);
  }
  {
    RunningSandbox sandbox(with(FaultKind::kRepeatNextLink));
    const std::string path = "accounts?$select=name";
    const Reply reply = sandbox.Get(path, {{"Prefer", "odata.maxpagesize=2"}});
    EXPECT_EQ(reply.text("@odata.nextLink"), sandbox.base() + path);
  }
  for (const FaultKind kind : {FaultKind::kReset, FaultKind::kTruncate, FaultKind::kGzipBomb}) {
    RunningSandbox sandbox(with(kind));
    satchel::HttpRequest request;
    request.url = sandbox.base() + "accounts";
    EXPECT_FALSE(MakeCurlTransport()->Send(request, {})) << static_cast<int>(kind);
  }
}

}  // namespace
}  // namespace satchel::sandbox
