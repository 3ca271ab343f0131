#include <gtest/gtest.h>

#include "app/sandbox/company/metadata.h"
#include "app/sandbox/odata/filter.h"
#include "app/sandbox/odata/query_functions.h"
#include "app/sandbox/query/cookie.h"
#include "app/sandbox/web/prefer.h"
#include "app/sandbox/web/url.h"
#include "policy/fetchxml/fetchxml.h"

namespace satchel::sandbox {
namespace {

// The filter as one line of FetchXML, or the error.
std::string Fetch(std::string_view filter, const std::string& options = {}) {
  static const Metadata metadata = CompanyMetadata();
  const auto url = ParseUrl("accounts?" + options);
  Query query;
  query.entity = "account";
  const auto added = AddFilter(query, filter, *url, metadata, *metadata.Find("account"));
  if (!added) return "error: " + added.error().message;
  FetchOptions print;
  print.pretty = false;
  return PrintFetch(query, print);
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(ODataFilter, ComparesWithLiteralsOfEveryKind) {
  EXPECT_TRUE(Has(Fetch("name eq 'it''s'"), R"(attribute="name" operator="eq" value="it's")"));
  EXPECT_TRUE(Has(Fetch("revenue ge -12.50"), R"(operator="ge" value="-12.50")"));
  EXPECT_TRUE(Has(Fetch("null ne name"), R"(attribute="name" operator="not-null")"));
  EXPECT_TRUE(Has(Fetch("5 lt numberofemployees"),
                  R"(attribute="numberofemployees" operator="gt" value="5")"));
  EXPECT_TRUE(Has(Fetch("_ownerid_value eq 00000000-0000-0000-0000-000000000001"),
                  R"(attribute="ownerid" operator="eq")"));
  EXPECT_TRUE(Has(Fetch("createdon gt 2024-05-31"), R"(value="2024-05-31T00:00:00Z")"));
  EXPECT_TRUE(Has(Fetch("createdon gt modifiedon"), R"(valueof="modifiedon")"));
}

TEST(ODataFilter, BindsAndTighterThanOr) {
  const std::string fetch = Fetch("name eq 'a' or name eq 'b' and name eq 'c'");
  const std::size_t either = fetch.find(R"(type="or")");
  ASSERT_NE(either, std::string::npos) << fetch;
  EXPECT_GT(fetch.find(R"(value="b")"), fetch.find(R"(value="a")"));
  EXPECT_GT(fetch.find("<filter", either), fetch.find(R"(value="a")"));
}

TEST(ODataFilter, TurnsNotIntoTheOppositeOperator) {
  EXPECT_TRUE(Has(Fetch("not contains(name,'x')"), R"(operator="not-like" value="%x%")"));
  EXPECT_TRUE(Has(Fetch("not (revenue gt 5)"), R"(operator="le")"));
  EXPECT_TRUE(Has(Fetch("not (name eq 'a' and name eq 'b')"), R"(type="or")"));
  EXPECT_TRUE(Has(Fetch("not Microsoft.Dynamics.CRM.Today(PropertyName='createdon')"),
                  R"(link-type="not any")"));
}

TEST(ODataFilter, FollowsPathsAndLambdas) {
  const std::string path = Fetch("primarycontactid/fullname eq 'x'");
  EXPECT_TRUE(Has(path, R"(name="contact" from="contactid" to="primarycontactid")")) << path;
  EXPECT_TRUE(Has(path, R"(link-type="outer")"));
  const std::string any = Fetch("contact_customer_accounts/any(c:c/lastname eq 'x')");
  EXPECT_TRUE(Has(any, R"(link-type="any")"));
  EXPECT_TRUE(Has(any, R"(from="parentcustomerid" to="accountid")")) << any;
  const std::string all = Fetch("contact_customer_accounts/all(c:c/lastname eq 'x')");
  EXPECT_TRUE(Has(all, R"(link-type="not any")"));
  EXPECT_TRUE(Has(all, R"(operator="ne")")) << all;
}

TEST(ODataFilter, KnowsQueryFunctionsAndAliases) {
  EXPECT_TRUE(Has(Fetch("Microsoft.Dynamics.CRM.LastXDays(PropertyName=@p,PropertyValue=@v)",
                        "@p='createdon'&@v=7"),
                  R"(operator="last-x-days" value="7")"));
  EXPECT_TRUE(
      Has(Fetch("Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[\"a\",\"b\"])"),
          "<value>b</value>"));
  EXPECT_TRUE(Has(Fetch("Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')"),
                  R"(operator="eq-userid")"));
}

TEST(ODataFilter, RefusesWhatTheServerDoesNotSupport) {
  for (const char* filter :
       {"nope eq 1", "name eq 5", "revenue add 1 eq 5", "name in ('a')", "tolower(name) eq 'a'",
        "name eq 'a", "name eq", "(name eq 'a'", "name eq 'a' name", "revenue gt null",
        "year(createdon) eq 2024", "primarycontactid/nope eq 1", "ownerid/name eq 'x'",
        "contact_customer_accounts/any(c:lastname eq 'x')", "name eq @missing",
        "Microsoft.Dynamics.CRM.Nope(PropertyName='name')", "statecode eq 'x'"}) {
    EXPECT_TRUE(Has(Fetch(filter), "error: ")) << filter << " gave " << Fetch(filter);
  }
  std::string deep;
  for (int level = 0; level < 500; ++level) deep += "(";
  EXPECT_TRUE(Has(Fetch(deep + "name eq 'a'"), "error: "));
}

TEST(QueryFunctions, CoverEveryOperatorThatHasOne) {
  for (const char* name : {"Above",
                           "AboveOrEqual",
                           "Between",
                           "ContainValues",
                           "DoesNotContainValues",
                           "EndsWith",
                           "EqualBusinessId",
                           "EqualUserOrUserHierarchyAndTeams",
                           "EqualUserOrUserTeams",
                           "InFiscalPeriodAndYear",
                           "InOrBeforeFiscalPeriodAndYear",
                           "Last7Days",
                           "LastFiscalPeriod",
                           "LastMonth",
                           "LastXFiscalYears",
                           "LastXHours",
                           "Next7Days",
                           "NextXWeeks",
                           "NotBetween",
                           "NotEqualUserId",
                           "NotIn",
                           "NotUnder",
                           "OlderThanXMinutes",
                           "On",
                           "OnOrAfter",
                           "OnOrBefore",
                           "ThisFiscalYear",
                           "ThisWeek",
                           "Today",
                           "Tomorrow",
                           "Under",
                           "UnderOrEqual",
                           "Yesterday"}) {
    EXPECT_TRUE(FindQueryFunction(name)) << name;
  }
  EXPECT_FALSE(FindQueryFunction("eq"));
}

TEST(Prefer, ReadsListsQuotesAndPatterns) {
  const Preferences prefer = ParsePrefer(
      "odata.maxpagesize=50, odata.include-annotations=\"OData.Community.Display.V1.*,"
      "Microsoft.Dynamics.CRM.morerecords\", return=representation,odata.track-changes");
  EXPECT_EQ(prefer.max_page_size, 50);
  EXPECT_TRUE(prefer.return_representation);
  EXPECT_TRUE(prefer.track_changes);
  EXPECT_FALSE(prefer.continue_on_error);
  EXPECT_TRUE(prefer.Wants(kFormattedValue));
  EXPECT_TRUE(prefer.Wants(kMoreRecords));
  EXPECT_FALSE(prefer.Wants(kPagingCookie));
}

TEST(PagingCookie, SurvivesBeingEncodedAsOftenAsClientsLike) {
  const PagingCookie cookie{3,
                            {{"name", "Yve & <Söhne>", "Sue \"x\" 100%"},
                             {"revenue", std::nullopt, std::nullopt},
                             {"accountid", "{AA}", "{BB}"}}};
  const std::string plain = PrintCookie(cookie);
  for (const std::string& text : {plain, Escape(plain), Escape(Escape(plain))}) {
    const auto parsed = ParseCookie(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->page, 3);
    ASSERT_EQ(parsed->columns.size(), 3u);
    EXPECT_EQ(parsed->columns[0].last, cookie.columns[0].last);
    EXPECT_EQ(parsed->columns[0].first, cookie.columns[0].first);
    EXPECT_EQ(parsed->columns[1].last, std::nullopt);
  }
  const auto token = ParseSkipToken(PrintSkipToken({4, plain, "12!x"}));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->page, 4);
  EXPECT_EQ(token->cookie, plain);
  EXPECT_EQ(token->tracking, "12!x");
}

TEST(PagingCookie, RefusesNonsense) {
  for (const char* text : {"", "x", "<cookie", "<cookie page=\"0\"/>", "%3", "<other/>"}) {
    EXPECT_FALSE(ParseCookie(text)) << text;
    EXPECT_FALSE(ParseSkipToken(text)) << text;
  }
}

TEST(Url, TakesPathsKeysAndOptionsApart) {
  const auto url = ParseUrl("accounts(name='a/b(c)',x='it''s')/nav?$select=a%20b&$filter=x+eq+1");
  ASSERT_TRUE(url);
  ASSERT_EQ(url->segments.size(), 2u);
  EXPECT_EQ(url->segments[0].arguments, "name='a/b(c)',x='it''s'");
  EXPECT_EQ(url->Get("$SELECT"), "a b");
  EXPECT_EQ(url->Get("$filter"), "x eq 1");
  const auto arguments = ParseArguments(url->segments[0], *url);
  ASSERT_TRUE(arguments);
  EXPECT_EQ(Unquote((*arguments)[1].value), "it's");
  for (const char* bad : {"a?x=%2", "a?x=%zz", "a%00b", "a?x=%ff", "accounts(1"}) {
    EXPECT_FALSE(ParseUrl(bad)) << bad;
  }
}

}  // namespace
}  // namespace satchel::sandbox
