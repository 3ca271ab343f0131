#include "app/console/filter_tree.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

Condition On(const char* field) {
  return {.field = field, .op = Operator::kNotNull};
}

// and: [a, or: [b, c], any link to task: [d]], and an inner link with e.
Entity Tree() {
  Entity entity;
  entity.name = "account";
  Group any{.conjunction = Conjunction::kOr};
  any.nodes = {Node{On("b")}, Node{On("c")}};
  Link task{.entity = "task", .from = "regardingid", .to = "accountid", .type = LinkType::kAny};
  task.filter.nodes = {Node{On("d")}};
  entity.filter.nodes = {Node{On("a")}, Node{any}, Node{task}};
  Link owner{.entity = "user", .from = "userid", .to = "ownerid", .alias = "u"};
  owner.filter.nodes = {Node{On("e")}};
  entity.links = {owner};
  return entity;
}

std::string Fields(const Group& group) {
  std::string text;
  for (const Node& node : group.nodes) {
    if (const auto* condition = std::get_if<Condition>(&node.item)) text += condition->field;
    if (const auto* inner = std::get_if<Group>(&node.item)) text += "(" + Fields(*inner) + ")";
    if (const auto* link = std::get_if<Link>(&node.item)) text += "[" + Fields(link->filter) + "]";
  }
  return text;
}

TEST(FilterTree, NamesPlacesAsFindingsDo) {
  const Entity entity = Tree();
  EXPECT_EQ(PathText(entity, {}), "entities.account.filter");
  EXPECT_EQ(PathText(entity, {{false, 1}, {false, 0}}), "entities.account.filter.and[1].or[0]");
  EXPECT_EQ(PathText(entity, {{false, 2}, {false, 0}}), "entities.account.filter.and[2].and[0]");
  EXPECT_EQ(PathText(entity, {{true, 0}, {false, 0}}), "entities.account.links[0].and[0]");
}

TEST(FilterTree, KnowsWhoseFieldsAConditionSpeaksOf) {
  const Entity entity = Tree();
  EXPECT_EQ(EntityAt(entity, {{false, 0}}), "account");
  EXPECT_EQ(EntityAt(entity, {{false, 2}, {false, 0}}), "task");
  EXPECT_EQ(OwnerOf(entity, {{false, 1}, {false, 0}}), TreePath{});
  EXPECT_EQ(OwnerOf(entity, {{false, 2}, {false, 0}}), (TreePath{{false, 2}}));
}

TEST(FilterTree, AddsRemovesAndDuplicates) {
  EXPECT_EQ(Fields(WithNode(Tree(), {{false, 1}}, 9, Node{On("x")}).filter), "a(bcx)[d]");
  EXPECT_EQ(Fields(Without(Tree(), {{false, 1}}).filter), "a[d]");
  EXPECT_EQ(Fields(Duplicated(Tree(), {{false, 1}, {false, 0}}).filter), "a(bbc)[d]");
  EXPECT_TRUE(Without(Tree(), {{true, 0}}).links.empty());
  const Entity twice = Duplicated(Tree(), {{true, 0}});
  ASSERT_EQ(twice.links.size(), 2U);
  EXPECT_TRUE(twice.links[1].alias.empty());  // Two links cannot have one.
  EXPECT_EQ(Without(Tree(), {{false, 7}}), Tree());
}

TEST(FilterTree, MovesAmongNeighboursAndIntoGroups) {
  TreePath path = {{false, 0}};
  EXPECT_EQ(Fields(Shifted(Tree(), path, 1).filter), "(bc)a[d]");
  EXPECT_EQ(path, (TreePath{{false, 1}}));
  path = {{false, 0}};
  EXPECT_EQ(Shifted(Tree(), path, -1), Tree());
  EXPECT_EQ(Fields(Moved(Tree(), {{false, 0}}, {{false, 1}}, 1).filter), "(bac)[d]");
  EXPECT_EQ(Fields(Moved(Tree(), {{false, 1}, {false, 1}}, {}, 0).filter), "ca(b)[d]");
  EXPECT_EQ(Fields(Moved(Tree(), {{false, 0}}, {}, 3).filter), "(bc)[d]a");
}

TEST(FilterTree, KeepsConditionsWithTheEntityTheySpeakOf) {
  EXPECT_EQ(Moved(Tree(), {{false, 0}}, {{false, 2}}, 0), Tree());  // Into a link.
  EXPECT_EQ(Moved(Tree(), {{false, 1}}, {{false, 1}}, 0), Tree());  // Into itself.
}

TEST(FilterTree, WrapsAndDissolvesGroups) {
  const Entity grouped = Grouped(Tree(), {{false, 0}}, Conjunction::kOr);
  EXPECT_EQ(Fields(grouped.filter), "(a)(bc)[d]");
  EXPECT_EQ(Ungrouped(grouped, {{false, 0}}), Tree());
  EXPECT_EQ(Fields(Ungrouped(Tree(), {{false, 1}}).filter), "abc[d]");
  EXPECT_EQ(Ungrouped(Tree(), {{false, 0}}), Tree());
}

TEST(FilterTree, OffersEveryOtherGroupOfTheSameOwner) {
  Entity entity{.name = "account"};
  const Node a{Condition{.field = "a"}};
  Group inner{.nodes = {a}};
  Group outer{.conjunction = Conjunction::kOr, .nodes = {a, Node{inner}}};
  entity.filter.nodes = {a, Node{outer}};
  const TreePath first = Under({}, 0);
  const TreePath or_group = Under({}, 1);
  const TreePath and_group = Under(or_group, 1);
  EXPECT_EQ(GroupsFor(entity, first), (std::vector<TreePath>{or_group, and_group}));
  EXPECT_EQ(GroupsFor(entity, or_group), std::vector<TreePath>{}) << "nowhere but into itself";
  EXPECT_EQ(GroupsFor(entity, Under(and_group, 0)), (std::vector<TreePath>{{}, or_group}));
  EXPECT_TRUE(GroupsFor(entity, UnderLinks({}, 0)).empty());
}

}  // namespace
}  // namespace satchel
