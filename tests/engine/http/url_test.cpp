#include "engine/http/url.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

std::string Parsed(std::string_view text) {
  const auto url = ParseUrl(text);
  return url ? url->Text() : "error: " + url.error().message;
}

std::string Resolved(std::string_view base, std::string_view link) {
  const auto url = ResolveLink(*ParseUrl(base), link);
  return url ? url->Text() : "error: " + url.error().message;
}

TEST(Url, IsPrintedInOneForm) {
  EXPECT_EQ(Parsed("HTTPS://Org.CRM4.dynamics.com"), "https://org.crm4.dynamics.com/");
  EXPECT_EQ(Parsed("https://a:443/x?y=1#z"), "https://a/x?y=1");
  EXPECT_EQ(Parsed("http://127.0.0.1:8099/api/./data/../data/v9.2/"),
            "http://127.0.0.1:8099/api/data/v9.2/");
  EXPECT_EQ(Parsed("http://[::1]:80/"), "http://[::1]/");
  EXPECT_EQ(Parsed("https://a?x=1"), "https://a/?x=1");
  EXPECT_EQ(Parsed("https://a/x/%2E%2e/y"), "https://a/y");
  EXPECT_EQ(Parsed("https://a/../../y"), "https://a/y");
  EXPECT_EQ(Parsed("https://a/x/.."), "https://a/");
}

TEST(Url, RefusesWhatCouldHideAnotherTarget) {
  for (const char* bad :
       {"", "a", "ftp://a/", "file:///etc/passwd", "javascript:alert(1)", "https://",
        "https://user:secret@a/", "https://a@b/", "https://a:0/", "https://a:65536/",
        "https://a:x/", "https://a b/", "https://a/\r\nX: y", "https://a\\b/", "https://[::1/",
        "https://a<b/", "https://a/x%2f..%2f..%2fy", "https://a/x%5C..%5cy"}) {
    EXPECT_FALSE(ParseUrl(bad)) << bad;
  }
  EXPECT_FALSE(ParseUrl(std::string_view("https://a/\0b", 12)));
}

TEST(Url, ErrorsDoNotRepeatASecret) {
  EXPECT_EQ(ParseUrl("https://user:secret@a/").error().message.find("secret"), std::string::npos);
}

TEST(Link, IsResolvedAgainstTheAnswersUrl) {
  constexpr const char* kBase = "http://127.0.0.1:4004/odata/v4/crm/Accounts?$top=3";
  EXPECT_EQ(Resolved(kBase, "Accounts?%24skiptoken=3"),
            "http://127.0.0.1:4004/odata/v4/crm/Accounts?%24skiptoken=3");
  EXPECT_EQ(Resolved(kBase, "?$skiptoken=3"),
            "http://127.0.0.1:4004/odata/v4/crm/Accounts?$skiptoken=3");
  EXPECT_EQ(Resolved(kBase, "/x"), "http://127.0.0.1:4004/x");
  EXPECT_EQ(Resolved(kBase, "../v5/x"), "http://127.0.0.1:4004/odata/v4/v5/x");
  EXPECT_EQ(Resolved(kBase, "//evil.example/x"), "http://evil.example/x");
  EXPECT_EQ(Resolved(kBase, "https://evil.example/x"), "https://evil.example/x");
  EXPECT_EQ(Resolved(kBase, "Accounts?next=https://evil.example/"),
            "http://127.0.0.1:4004/odata/v4/crm/Accounts?next=https://evil.example/");
}

TEST(Link, IsUnderTheServiceRootOnlyWithSameOriginAndPath) {
  const Url root = *ParseUrl("https://org.example/api/data/v9.2/");
  EXPECT_TRUE(IsUnder(root, *ParseUrl("https://ORG.example:443/api/data/v9.2/accounts?x=1")));
  for (const char* outside :
       {"http://org.example/api/data/v9.2/accounts", "https://org.example:444/api/data/v9.2/a",
        "https://org.example.evil/api/data/v9.2/a", "https://evil.example/api/data/v9.2/a",
        "https://org.example/api/data/v9.20/a", "https://org.example/api/data/v9.2/../../a",
        "https://org.example/api/data/v9.2/%2e%2e/a", "https://org.example/"}) {
    EXPECT_FALSE(IsUnder(root, *ParseUrl(outside))) << outside;
  }
}

TEST(Scheme, IsHttpsExceptToThisComputer) {
  for (const char* fine : {"https://a/", "http://127.0.0.1:80/", "http://127.5.6.7/",
                           "http://localhost:1/", "http://[::1]:1/"}) {
    EXPECT_TRUE(CheckScheme(*ParseUrl(fine))) << fine;
  }
  for (const char* bad :
       {"http://a/", "http://127.0.0.1.evil.example/", "http://127.0.0.256/", "http://128.0.0.1/",
        "http://localhost.evil.example/", "http://10.0.0.1/", "http://127.1/"}) {
    EXPECT_FALSE(CheckScheme(*ParseUrl(bad))) << bad;
  }
}

TEST(Encoding, WritesABlankAsPercent20) {
  EXPECT_EQ(PercentEncode("a b+c&d=é"), "a%20b%2Bc%26d%3D%C3%A9");
  EXPECT_EQ(EncodeQuery("name eq 'a+b'"), "name%20eq%20'a%2Bb'");
  EXPECT_EQ(EncodeQuery("<x y=\"1&2\"/>"), "%3Cx%20y%3D%221%262%22/%3E");
}

TEST(Encoding, IsUndoneOnce) {
  EXPECT_EQ(PercentDecode("%253ca%20b"), "%3ca b");
  EXPECT_EQ(PercentDecode("100%"), "100%");
  EXPECT_EQ(PercentDecode("%4"), "%4");
  EXPECT_EQ(PercentDecode("%zz+"), "%zz+");
}

}  // namespace
}  // namespace satchel
