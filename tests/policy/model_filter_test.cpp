#include "policy/model/filter.h"

#include <gtest/gtest.h>

#include "policy/model/policy.h"

namespace satchel {
namespace {

using Names = std::vector<std::string>;

TEST(EntitiesNamed, HoldsThoseOfEveryLinkAtAnyDepthOnce) {
  Query query{.entity = "contact"};
  query.links.push_back({.entity = "account"});
  query.links[0].links.push_back({.entity = "systemuser"});
  query.links[0].filter.nodes.push_back({Link{.entity = "task", .type = LinkType::kAny}});
  Group inner;
  inner.nodes.push_back({Link{.entity = "incident", .type = LinkType::kNotAny}});
  inner.nodes.push_back({Link{.entity = "account", .type = LinkType::kAny}});
  query.filter.nodes.push_back({inner});
  EXPECT_EQ(EntitiesNamed(query), Names({"account", "contact", "incident", "systemuser", "task"}));
}

TEST(EntitiesNamed, OfAPolicyIsTheUnionOverItsEntities) {
  Policy policy;
  policy.entities = {{.name = "contact"}, {.name = "account"}};
  policy.entities[1].links.push_back({.entity = "contact"});
  policy.entities[1].links.push_back({.entity = "territory"});
  EXPECT_EQ(EntitiesNamed(policy), Names({"account", "contact", "territory"}));
}

}  // namespace
}  // namespace satchel
