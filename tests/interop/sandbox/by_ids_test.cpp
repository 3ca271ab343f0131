// Reading by ids, by row version and by moment: exactly what is asked for.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/record/guid.h"
#include "engine/record/instant.h"
#include "tests/interop/sandbox/signed_in.h"

namespace satchel {
namespace {

using sandbox::RunningSandbox;

constexpr std::size_t kIds = 400;  // Far more than an incremental sync asks for at once.

class ByIds : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    box_ = std::make_unique<RunningSandbox>();
    schema_ = SignedIn(box_->base()).ReadSchema({"account", "contact"});
  }
  static void TearDownTestSuite() { box_.reset(); }

  std::vector<std::string> Read(const Query& query, int page_size = 5000) {
    std::vector<std::string> ids;
    const auto plan = me.server->Plan({.query = query, .page_size = page_size}, schema_);
    EXPECT_TRUE(plan) << plan.error().message;
    if (!plan) return ids;
    EXPECT_TRUE(plan->exact);
    for (std::string cursor = plan->first_cursor; !cursor.empty();) {
      const auto page = me.server->ReadPage(*plan, cursor, {});
      EXPECT_TRUE(page) << page.error().message;
      if (!page) break;
      for (std::size_t row = 0; row < page->rows.rows(); ++row) {
        const Value id = ToValue(page->rows.cell(row, 0));
        ids.push_back(ToString(std::get<Guid>(id)));
      }
      cursor = page->next_cursor;
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  static Query Where(const std::string& entity, Condition condition) {
    Query query = {.entity = entity};
    query.filter.nodes.push_back({std::move(condition)});
    return query;
  }
  static std::string Text(const std::string& set, const std::string& id, const std::string& field) {
    return box_->Get(set + "(" + id + ")?$select=" + field).text(field);
  }

  static std::unique_ptr<RunningSandbox> box_;
  static Schema schema_;
  SignedIn me{box_->base()};
};
std::unique_ptr<RunningSandbox> ByIds::box_;
Schema ByIds::schema_;

TEST_F(ByIds, BringsTheAskedOnesThatMeetTheFilter) {
  std::vector<std::string> all = Read({.entity = "contact"});
  ASSERT_GT(all.size(), 60u);
  std::vector<std::string> half;
  for (std::size_t i = 0; i < all.size(); i += 2) half.push_back(all[i]);
  std::vector<std::string> asked = half;
  while (asked.size() < kIds) {  // Unknown ones harm nothing.
    char id[64];
    std::snprintf(id, sizeof id, "ffffffff-0000-4000-8000-%012zx", asked.size());
    asked.emplace_back(id);
  }
  asked.resize(std::max(kIds, half.size()));
  Query query = Where("contact", {.field = "contactid", .op = Operator::kIn, .values = asked});
  EXPECT_EQ(Read(query), half);
  EXPECT_EQ(Read(query, 7), half);  // Page by page as well.
  EXPECT_LE(me.transport.sent.back().url.size(), kMaxUrlBytes);

  Condition active = {.field = "statecode", .op = Operator::kEq, .values = {"0"}};
  query.filter.nodes.push_back({active});
  std::vector<std::string> expected;
  const std::vector<std::string> actives = Read(Where("contact", active));
  std::set_intersection(half.begin(), half.end(), actives.begin(), actives.end(),
                        std::back_inserter(expected));
  EXPECT_EQ(Read(query), expected);

  Link parent = {.entity = "account", .from = "accountid", .to = "parentcustomerid"};
  parent.filter.nodes.push_back({active});
  Query linked = query;
  linked.links.push_back(parent);
  Query whole = {.entity = "contact"};
  whole.filter.nodes.push_back({active});
  whole.links.push_back(parent);
  const std::vector<std::string> of_active = Read(whole);
  expected.clear();
  std::set_intersection(half.begin(), half.end(), of_active.begin(), of_active.end(),
                        std::back_inserter(expected));
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(Read(linked), expected);
}

TEST_F(ByIds, TakesRowVersionsToTheLastDigit) {
  const std::vector<std::string> all = Read({.entity = "account"});
  std::vector<std::pair<std::int64_t, std::string>> by_version;
  for (const std::string& id : all) {
    const auto row = box_->Get("accounts(" + id + ")?$select=versionnumber");
    const std::size_t at = row.body.find("\"versionnumber\":");
    by_version.emplace_back(std::stoll(row.body.substr(at + 16)), id);
  }
  std::sort(by_version.begin(), by_version.end());
  const std::int64_t middle = by_version[by_version.size() / 2].first;
  for (const std::int64_t mark : {middle - 1, middle, middle + 1}) {
    std::vector<std::string> expected;
    for (const auto& [version, id] : by_version) {
      if (version >= mark) expected.push_back(id);
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(Read(Where("account", {.field = "versionnumber",
                                     .op = Operator::kGe,
                                     .values = {std::to_string(mark)}})),
              expected);
  }
  EXPECT_TRUE(Read(Where("account", {.field = "versionnumber",
                                     .op = Operator::kGe,
                                     .values = {"9223372036854775807"}}))
                  .empty());
}

TEST_F(ByIds, TakesMomentsToTheLastDigit) {
  const std::vector<std::string> all = Read({.entity = "account"});
  const auto moment = ParseInstant(Text("accounts", all.front(), "modifiedon"));
  ASSERT_TRUE(moment);
  const auto since = [&](std::int64_t ticks) {
    const auto ids = Read(
        Where("account",
              {.field = "modifiedon", .op = Operator::kGe, .values = {ToString(Instant{ticks})}}));
    return std::binary_search(ids.begin(), ids.end(), all.front());
  };
  EXPECT_TRUE(since(moment->ticks));
  EXPECT_TRUE(since(moment->ticks - 1));
  EXPECT_FALSE(since(moment->ticks + 1));
  EXPECT_FALSE(since(moment->ticks + kTicksPerSecond / 1000));
}

}  // namespace
}  // namespace satchel
