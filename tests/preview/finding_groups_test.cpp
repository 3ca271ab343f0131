#include "preview/report/finding_groups.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

using Names = std::vector<std::string>;

Finding Found(Severity severity, const std::string& entity, const std::string& reason) {
  return {.severity = severity,
          .rule = "rule",
          .entity = entity,
          .message = (entity.empty() ? "" : entity + ": ") + reason};
}

TEST(FindingGroups, SayAReasonOnceWithEverythingItHoldsFor) {
  const auto groups = GroupFindings({Found(Severity::kInfo, "account", "read in full"),
                                     Found(Severity::kInfo, "contact", "asked for changes"),
                                     Found(Severity::kInfo, "task", "read in full"),
                                     Found(Severity::kInfo, "task", "read in full")});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].reason, "read in full");
  EXPECT_EQ(groups[0].entities, (Names{"account", "task"}));
  EXPECT_EQ(groups[1].entities, Names{"contact"});
}

TEST(FindingGroups, AreOneOnlyWhereSeverityAndRuleAre) {
  Finding other = Found(Severity::kInfo, "task", "cut");
  other.rule = "other";
  EXPECT_EQ(GroupFindings({Found(Severity::kInfo, "account", "cut"), other,
                           Found(Severity::kWarning, "contact", "cut")})
                .size(),
            3U);
}

TEST(FindingGroups, PutTheMostSevereFirstAndThenWhatIsAboutTheWhole) {
  const auto groups = GroupFindings(
      {Found(Severity::kInfo, "account", "one"), Found(Severity::kInfo, "", "all of it"),
       Found(Severity::kWarning, "task", "two"), Found(Severity::kError, "task", "three")});
  Names reasons;
  for (const FindingGroup& group : groups) reasons.push_back(group.reason);
  EXPECT_EQ(reasons, (Names{"three", "two", "all of it", "one"}));
}

TEST(FindingGroups, OfTheWholeStandAlone) {
  const auto groups =
      GroupFindings({Found(Severity::kInfo, "", "slow"), Found(Severity::kInfo, "task", "slow")});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_TRUE(groups[0].entities.empty());
}

TEST(FindingLines, NameOneEntityInFrontAndSeveralBelow) {
  std::vector<Finding> findings = {Found(Severity::kWarning, "task", "cut"),
                                   Found(Severity::kInfo, "", "not exact")};
  Names many;
  for (int i = 0; i < 12; ++i) {
    many.push_back("an_entity_" + std::to_string(i));
    findings.push_back(Found(Severity::kInfo, many.back(), "read in full"));
  }
  EXPECT_EQ(FindingLines(findings),
            "warning: task: cut\n"
            "info: not exact\n"
            "info: read in full\n"
            "      an_entity_0, an_entity_1, an_entity_2, an_entity_3, an_entity_4, an_entity_5, "
            "an_entity_6,\n"
            "      an_entity_7, an_entity_8, an_entity_9, an_entity_10, an_entity_11\n");
}

}  // namespace
}  // namespace satchel
