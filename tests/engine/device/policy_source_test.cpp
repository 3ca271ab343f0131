#include "engine/device/policy_source.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/fake_transport.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

constexpr const char* kPolicy = "satchel: 1\nproject: {name: field-service}\n";
constexpr const char* kOther = "satchel: 1\nproject: {name: field-service, title: Other}\n";

struct Sources {
  Result<std::unique_ptr<PolicySource>> Open(const std::string& where,
                                             const std::string& project = "") {
    return OpenPolicySource(where, project, transport);
  }
  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << text;
  }

  TempFolder folder;
  FakeTransport transport{[this](const HttpRequest& request) { return Answer(request); }};
  std::string served = kPolicy;
  std::string etag = "\"1\"";
  int status = 200;

 private:
  Result<HttpResponse> Answer(const HttpRequest& request) {
    if (!etag.empty() && HeaderOf(request, "If-None-Match") == etag) {
      return HttpResponse{.status = 304};
    }
    HttpResponse response = {.status = status, .body = served};
    if (!etag.empty()) response.headers.push_back({"ETag", etag});
    return response;
  }
};

TEST(PolicySource, BringsAFileOnceForEachContent) {
  Sources sources;
  sources.Write("p.yaml", kPolicy);
  const auto source = sources.Open((sources.folder / "p.yaml").string());
  ASSERT_TRUE(source);
  const auto first = (*source)->Fetch("", {});
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->policy.project.name, "field-service");
  EXPECT_EQ((*first)->text, kPolicy);
  const auto same = (*source)->Fetch((*first)->tag, {});
  ASSERT_TRUE(same);
  EXPECT_FALSE(*same);
  sources.Write("p.yaml", kOther);
  const auto next = (*source)->Fetch((*first)->tag, {});
  ASSERT_TRUE(next && *next);
  EXPECT_EQ((*next)->policy.project.title, "Other");
}

TEST(PolicySource, FindsTheOneProjectOfAFolder) {
  Sources sources;
  sources.Write("field-service/current.yaml", kPolicy);
  const auto source = sources.Open(sources.folder.path().string());
  ASSERT_TRUE(source);
  EXPECT_TRUE((*source)->Fetch("", {}));
  EXPECT_TRUE(sources.Open((sources.folder / "field-service").string()));
  sources.Write("sales/current.yaml", kPolicy);
  const auto which = sources.Open(sources.folder.path().string());
  ASSERT_FALSE(which);
  EXPECT_NE(which.error().message.find("--project"), std::string::npos);
  EXPECT_TRUE(sources.Open(sources.folder.path().string(), "sales"));
  EXPECT_FALSE(sources.Open(sources.folder.path().string(), "../sales"));
}

TEST(PolicySource, AsksAnUrlWithTheETagItKnows) {
  Sources sources;
  const auto source = sources.Open("https://policies.example/field-service/current.yaml");
  ASSERT_TRUE(source);
  const auto first = (*source)->Fetch("", {});
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->tag, "\"1\"");
  const auto same = (*source)->Fetch("\"1\"", {});
  ASSERT_TRUE(same);
  EXPECT_FALSE(*same);
  EXPECT_EQ(HeaderOf(sources.transport.sent.back(), "If-None-Match"), "\"1\"");
}

TEST(PolicySource, ComparesContentWhereAnUrlHasNoETag) {
  Sources sources;
  sources.etag.clear();
  const auto source = sources.Open("https://policies.example/current.yaml");
  ASSERT_TRUE(source);
  const auto first = (*source)->Fetch("", {});
  ASSERT_TRUE(first && *first);
  const auto same = (*source)->Fetch((*first)->tag, {});
  ASSERT_TRUE(same);
  EXPECT_FALSE(*same);
}

TEST(PolicySource, RefusesPlainHttpToOtherMachines) {
  Sources sources;
  EXPECT_FALSE(sources.Open("http://policies.example/current.yaml"));
  EXPECT_TRUE(sources.Open("http://127.0.0.1:8080/current.yaml"));
}

TEST(PolicySource, NeverBringsABrokenPolicy) {
  Sources sources;
  sources.Write("p.yaml", "satchel: 1\nproject: {nam: x}\n");
  const auto source = sources.Open((sources.folder / "p.yaml").string());
  ASSERT_TRUE(source);
  const auto fetched = (*source)->Fetch("", {});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, ErrorCode::kInvalid);
  EXPECT_NE(fetched.error().message.find("p.yaml:2:"), std::string::npos);
}

TEST(PolicySource, TellsAServerThatIsAwayFromOneThatHasNoPolicy) {
  Sources sources;
  const auto source = sources.Open("https://policies.example/current.yaml");
  ASSERT_TRUE(source);
  sources.status = 503;
  EXPECT_EQ((*source)->Fetch("", {}).error().code, ErrorCode::kOffline);
  sources.status = 404;
  EXPECT_EQ((*source)->Fetch("", {}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace satchel
