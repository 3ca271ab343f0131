#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/sandbox/company/metadata.h"
#include "policy/check/check.h"
#include "policy/yaml/read_policy.h"

namespace satchel::sandbox {
namespace {

TEST(DemoPolicies, ObeyEveryRuleOnTheSandboxCompany) {
  const Schema schema = ToSchema(CompanyMetadata());
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(SATCHEL_SOURCE_DIR) + "/assets/demo")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const ReadPolicy read = ParsePolicy(std::string(std::istreambuf_iterator<char>(in), {}));
    EXPECT_FALSE(read.policy.entities.empty()) << entry.path();
    for (const Finding& finding : CheckPolicy(read.policy, &schema, &read.marks)) {
      ADD_FAILURE() << entry.path() << ":" << ToString(finding.mark) << " " << finding.message;
    }
  }
}

}  // namespace
}  // namespace satchel::sandbox
