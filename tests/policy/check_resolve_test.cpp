#include "policy/check/resolve.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

using Kind = ProjectStanding::Kind;

const std::vector<Project> kProjects = {
    {.name = "everyone", .priority = 0},
    {.name = "field-service", .roles = {"Technician"}, .priority = 10},
    {.name = "sales", .roles = {"Salesperson", "Manager"}, .priority = 5},
};

std::vector<Kind> KindsOf(const Resolution& resolution) {
  std::vector<Kind> kinds;
  for (const ProjectStanding& standing : resolution.standings) kinds.push_back(standing.kind);
  return kinds;
}

bool Has(const Resolution& resolution, const std::string& rule) {
  for (const Finding& finding : resolution.findings) {
    if (finding.rule == rule) return true;
  }
  return false;
}

TEST(Resolve, GivesTheHighestPriorityOfTheUsersRoles) {
  const Resolution resolution = ResolveProject(kProjects, {"Manager", "Technician"});
  ASSERT_TRUE(resolution.chosen);
  EXPECT_EQ(*resolution.chosen, 1U);
  ASSERT_EQ(resolution.standings.size(), 3U);
  EXPECT_EQ(KindsOf(resolution), (std::vector{Kind::kChosen, Kind::kOutranked, Kind::kOutranked}));
  EXPECT_EQ(resolution.standings[0].reason,
            "is for the role 'Technician', priority 10, the highest");
  EXPECT_EQ(resolution.standings[1].project, 2U);
  EXPECT_EQ(resolution.standings[1].reason,
            "is for the role 'Manager', priority 5; 'field-service' comes first");
  EXPECT_EQ(resolution.standings[2].reason,
            "is for everyone, priority 0; 'field-service' comes first");
  EXPECT_TRUE(resolution.findings.empty());
}

TEST(Resolve, SaysWhichRolesTheUserLacks) {
  const Resolution resolution = ResolveProject(kProjects, {"Accountant"});
  EXPECT_EQ(resolution.chosen, 0U);
  EXPECT_EQ(KindsOf(resolution), (std::vector{Kind::kChosen, Kind::kNotTheirs, Kind::kNotTheirs}));
  EXPECT_EQ(resolution.standings[1].reason,
            "is for the role 'Technician', which the user does not have");
  EXPECT_EQ(resolution.standings[2].reason,
            "is for the roles 'Salesperson', 'Manager', none of which the user has");
}

TEST(Resolve, ComparesRolesWithoutCase) {
  EXPECT_EQ(ResolveProject(kProjects, {"TECHNICIAN"}).chosen, 1U);
}

TEST(Resolve, ChoosesNoneOfProjectsThatTie) {
  std::vector<Project> projects = kProjects;
  projects[2].priority = 10;
  const Resolution resolution = ResolveProject(projects, {"Technician", "Salesperson"});
  EXPECT_FALSE(resolution.chosen);
  EXPECT_EQ(KindsOf(resolution), (std::vector{Kind::kTied, Kind::kTied, Kind::kOutranked}));
  EXPECT_EQ(resolution.standings[0].reason,
            "is for the role 'Technician', priority 10; another has the same priority");
  EXPECT_EQ(resolution.standings[2].reason,
            "is for everyone, priority 0; 'field-service' and 'sales' come first");
  ASSERT_TRUE(Has(resolution, "priority-tie"));
  EXPECT_TRUE(HasErrors(resolution.findings));
  EXPECT_NE(resolution.findings[0].message.find("'field-service' and 'sales' have the priority 10"),
            std::string::npos);
}

TEST(Resolve, IsNotConcernedByTiesBelowTheFirst) {
  std::vector<Project> projects = kProjects;
  projects[0].priority = 5;
  const Resolution resolution = ResolveProject(projects, {"Technician", "Salesperson"});
  EXPECT_EQ(resolution.chosen, 1U);
  EXPECT_TRUE(resolution.findings.empty());
}

TEST(Resolve, WarnsOfAUserWithoutAProject) {
  const Resolution resolution = ResolveProject({kProjects[1], kProjects[2]}, {});
  EXPECT_FALSE(resolution.chosen);
  ASSERT_TRUE(Has(resolution, "no-project"));
  EXPECT_FALSE(HasErrors(resolution.findings));
}

TEST(Resolve, RefusesTwoFilesOfOneProject) {
  std::vector<Project> projects = kProjects;
  projects.push_back(projects[1]);
  projects.back().priority = 20;
  const Resolution resolution = ResolveProject(projects, {"Technician"});
  EXPECT_EQ(resolution.chosen, 3U);
  EXPECT_TRUE(Has(resolution, "duplicate-project"));
}

TEST(MayTie, NeedsOnePriorityAndSomebodyWhoMayHaveBoth) {
  const Project a = {.name = "a", .roles = {"Technician"}, .priority = 1};
  const Project b = {.name = "b", .roles = {"technician", "Manager"}, .priority = 1};
  const Project c = {.name = "c", .roles = {"Salesperson"}, .priority = 1};
  const Project all = {.name = "all", .priority = 1};
  EXPECT_TRUE(MayTie(a, b));
  EXPECT_FALSE(MayTie(a, c));
  EXPECT_TRUE(MayTie(a, all));
  EXPECT_TRUE(MayTie(all, c));
  EXPECT_FALSE(MayTie(a, {.name = "d", .priority = 2}));
}

}  // namespace
}  // namespace satchel
