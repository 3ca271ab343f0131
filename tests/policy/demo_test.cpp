#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "policy/check/check.h"
#include "policy/fetchxml/fetchxml.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"

namespace satchel {
namespace {

TEST(DemoPolicies, AreCanonicalAndObeyEveryRuleThatNeedsNoServer) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(SATCHEL_SOURCE_DIR) + "/assets/demo")) {
    if (entry.path().extension() != ".yaml") continue;
    ++files;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const ReadPolicy read = ParsePolicy(text);
    for (const Finding& finding : read.findings) {
      ADD_FAILURE() << entry.path() << ":" << ToString(finding.mark) << " " << finding.message;
    }
    EXPECT_EQ(PrintPolicy(read.policy), text) << entry.path();
    for (const Finding& finding : CheckPolicy(read.policy, nullptr, &read.marks)) {
      ADD_FAILURE() << entry.path() << ":" << ToString(finding.mark) << " " << finding.message;
    }
    for (const Entity& entity : read.policy.entities) {
      const auto fetched = ParseFetch(PrintFetch(QueryOf(entity)));
      ASSERT_TRUE(fetched) << entity.name << ": " << fetched.error().message;
      EXPECT_EQ(PrintFetch(fetched->query), PrintFetch(QueryOf(entity)));
    }
  }
  EXPECT_GE(files, 2);
}

TEST(PolicyFormatDocument, ListsEveryOperator) {
  for (const std::string name : {"/docs/policy-format.md", "/assets/policy.schema.json"}) {
    std::ifstream in(SATCHEL_SOURCE_DIR + name);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const std::string quote = name.ends_with(".md") ? "`" : "\"";
    for (const OperatorInfo& info : Operators()) {
      EXPECT_NE(text.find(quote + std::string(info.name) + quote), std::string::npos) << info.name;
    }
  }
}

}  // namespace
}  // namespace satchel
