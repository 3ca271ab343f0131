// Changes over HTTP: delta links, deletions, expiry, and who may follow them.
#include <gtest/gtest.h>

#include <set>

#include "engine/record/guid.h"
#include "tests/interop/sandbox/signed_in.h"

namespace satchel {
namespace {

using sandbox::RunningSandbox;

struct Seen {
  std::set<std::string> rows = {};
  std::set<std::string> removed = {};
  std::string delta = {};
  int pages = 0;
};

std::string IdAt(const RowBatch& rows, std::size_t row) {
  const Value id = ToValue(rows.cell(row, 0));
  const auto* guid = std::get_if<Guid>(&id);
  return guid ? ToString(*guid) : std::string();
}

Result<Seen> Follow(CrmServer& server, const ReadPlan& plan, std::string cursor) {
  Seen seen;
  do {
    auto page = server.ReadChanges(plan, cursor, {});
    if (!page) return Fail(page.error());
    ++seen.pages;
    for (std::size_t row = 0; row < page->rows.rows(); ++row) {
      seen.rows.insert(IdAt(page->rows, row));
    }
    seen.removed.insert(page->removed.begin(), page->removed.end());
    cursor = page->next_cursor;
    seen.delta = page->delta_cursor;
  } while (!cursor.empty());
  return seen;
}

ReadPlan PlanOf(CrmServer& server, const Schema& schema, int page_size,
                const std::string& as = {}) {
  const auto plan = server.Plan({.query = {.entity = "account"},
                                 .fields = {"name", "ownerid"},
                                 .as = as,
                                 .page_size = page_size},
                                schema);
  EXPECT_TRUE(plan) << plan.error().message;
  return plan ? *plan : ReadPlan();
}

TEST(Changes, AreToldOnceWithWhatWasDeleted) {
  RunningSandbox box;
  SignedIn me(box.base());
  const Schema schema = me.ReadSchema({"account"});
  const ReadPlan plan = PlanOf(*me.server, schema, 25);
  const auto whole = Follow(*me.server, plan, "");
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->rows.size(), 60u);
  EXPECT_EQ(whole->pages, 3);
  EXPECT_TRUE(whole->removed.empty());

  auto quiet = Follow(*me.server, plan, whole->delta);
  ASSERT_TRUE(quiet) << quiet.error().message;
  EXPECT_TRUE(quiet->rows.empty());
  EXPECT_TRUE(quiet->removed.empty());

  std::vector<std::string> ids(whole->rows.begin(), whole->rows.end());
  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(
        box.Patch("accounts(" + ids[static_cast<std::size_t>(i)] + ")", R"({"name":"New"})").status,
        204);
  }
  ASSERT_EQ(box.Delete("accounts(" + ids[0] + ")").status, 204);
  ASSERT_EQ(box.Delete("accounts(" + ids[50] + ")").status, 204);
  // A later process, with nothing but the cursor's text.
  SignedIn later(box.base());
  const ReadPlan again = PlanOf(*later.server, schema, 25);
  const auto changes = Follow(*later.server, again, quiet->delta);
  ASSERT_TRUE(changes) << changes.error().message;
  EXPECT_GE(changes->rows.size(), 29u);  // What a delete unlinked changed as well.
  EXPECT_EQ(changes->rows.count(ids[0]), 0u);
  EXPECT_EQ(changes->rows.count(ids[1]), 1u);
  EXPECT_EQ(changes->removed, (std::set<std::string>{ids[0], ids[50]}));
  EXPECT_GT(changes->pages, 1);
}

TEST(Changes, ExpireAndSayThatTheyDid) {
  sandbox::SandboxOptions options;
  options.delta_expiry = Seconds(60);
  RunningSandbox box(options);
  SignedIn me(box.base());
  const Schema schema = me.ReadSchema({"account"});
  const ReadPlan plan = PlanOf(*me.server, schema, 5000);
  const auto whole = Follow(*me.server, plan, "");
  ASSERT_TRUE(whole) << whole.error().message;
  box.ahead = 61;
  const auto late = Follow(*me.server, plan, whole->delta);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kExpired) << late.error().message;
  const auto broken = Follow(*me.server, plan, "D|1|0||accounts?$deltatoken=nonsense");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::kExpired) << broken.error().message;
  EXPECT_EQ(Follow(*me.server, plan, "nonsense").error().code, ErrorCode::kExpired);
}

TEST(Changes, AreDeniedToWhoDoesNotReadEverything) {
  RunningSandbox box;
  SignedIn ravi(box.base(), "ravi@contoso.example");
  const Schema schema = ravi.ReadSchema({"account"});
  const auto denied = Follow(*ravi.server, PlanOf(*ravi.server, schema, 100), "");
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code, ErrorCode::kDenied) << denied.error().message;
  // Nor may the administrator look on his behalf.
  SignedIn admin(box.base());
  const auto me = ravi.server->WhoAmI({});
  ASSERT_TRUE(me);
  const auto behalf = Follow(*admin.server, PlanOf(*admin.server, schema, 100, me->user_id), "");
  ASSERT_FALSE(behalf);
  EXPECT_EQ(behalf.error().code, ErrorCode::kDenied) << behalf.error().message;
}

TEST(Changes, AreNotTakenFromAnotherServer) {
  RunningSandbox box;
  SignedIn me(box.base());
  const Schema schema = me.ReadSchema({"account"});
  const auto stolen = Follow(*me.server, PlanOf(*me.server, schema, 100),
                             "D|1|0||https://elsewhere.example/api/data/v9.2/accounts");
  ASSERT_FALSE(stolen);
  EXPECT_EQ(stolen.error().code, ErrorCode::kCorrupt) << stolen.error().message;
}

}  // namespace
}  // namespace satchel
