// Cursors, pages and clocks (B22 – B41).
#include <gtest/gtest.h>

#include "tests/scenario/field_device.h"

namespace satchel::sim {
namespace {

TEST(Scenario, B22EditsMadeWhileADeltaLinkIsReadAreInOneOfTheTwo) {
  // The worst server: its link stands for the moment of the last page.
  for (int at = 1; at <= 20; ++at) {
    FieldDevice device(OnlyAccounts(),
                       {.traits = {.late_token = true, .page_size = 2}, .accounts = 12});
    device.Later(86'401);
    bool done = false;
    device.on_request = [&](int count, const Request&) {
      if (count == at) {
        device.site.state.Update("account", Account(1), {{"name", std::string("Edited")}});
        done = true;
      }
      return std::optional<Fate>();
    };
    (void)device.Must();
    device.on_request = {};
    (void)device.Must();
    EXPECT_EQ(device.Wrong(), "") << "at request " << at;
    if (!done) return;
  }
}

TEST(Scenario, B26ALinkThatDiesHalfWayCostsOneMoreReadAndNoRow) {
  for (const bool first : {true, false}) {
    for (int page = 1; page <= 6; ++page) {
      FieldDevice device(OnlyAccounts(),
                         {.traits = {.page_size = 2}, .accounts = 12, .fill = !first});
      for (std::uint64_t i = 1; i <= 9; ++i) device.Set(Account(i), 0);
      int pages = 0;
      int requests = 0;
      device.on_request = [&](int count, const Request& request) {
        requests = count;
        const bool dies = request.kind == Request::Kind::kPage && ++pages == page;
        return dies ? std::optional<Fate>(Fate::kGone) : std::nullopt;
      };
      (void)device.Must();
      EXPECT_EQ(device.Wrong(), "") << "page " << page;
      EXPECT_LT(requests, 40);
    }
  }
}

TEST(Scenario, B27PagesThatRepeatRowsAndTiesInTheOrderLoseNone) {
  for (const bool cuts : {true, false}) {
    Policy policy = OnlyAccounts();
    policy.entities[0].order = {{.field = "revenue", .descending = true}};
    policy.entities[0].max_records = 7;
    FieldDevice device(policy,
                       {.traits = {.cuts = cuts, .page_size = 2}, .accounts = 20, .fill = false});
    for (std::uint64_t i = 1; i <= 20; ++i) {  // Nearly all of them tie.
      device.site.state.Update("account", Account(i), {{"revenue", std::int64_t{i % 3 == 0}}});
    }
    device.on_request = [](int, const Request& request) {
      return request.kind == Request::Kind::kPage ? std::optional<Fate>(Fate::kRepeatRows)
                                                  : std::nullopt;
    };
    (void)device.Must();
    EXPECT_EQ(device.Here()["account"].size(), 7u);
    EXPECT_EQ(device.Wrong(), "");
    device.site.state.Update("account", Account(20), {{"revenue", std::int64_t{9}}});
    (void)device.Must();
    EXPECT_TRUE(device.Has("account", Account(20)));
    EXPECT_EQ(device.Wrong(), "");
  }
}

TEST(Scenario, B30ALinkThatBreaksAfterEveryPageStillFinishes) {
  FieldDevice device(OnlyAccounts(), {.traits = {.page_size = 2}, .accounts = 20, .fill = false});
  int attempts = 0;
  while (attempts < 40) {
    ++attempts;
    int pages = 0;
    device.on_request = [&](int, const Request& request) {
      const bool breaks = request.kind == Request::Kind::kPage && ++pages > 1;
      return breaks ? std::optional<Fate>(Fate::kUnsent) : std::nullopt;
    };
    if (device.Sync().succeeded()) break;
  }
  EXPECT_LE(attempts, 20);
  EXPECT_EQ(device.Wrong(), "");
}

TEST(Scenario, B31WhatMatchesNothingIsRememberedAsRead) {
  FieldDevice device(OnlyAccounts({Where("name", Operator::kEq, {"nobody"})}));
  EXPECT_TRUE(device.Here()["account"].empty());
  const std::string before = device.Cursor("account");
  EXPECT_FALSE(before.empty());
  for (std::uint64_t i = 1; i <= 9; ++i) device.Set(Account(i), 1);
  (void)device.Must();
  EXPECT_NE(device.Cursor("account"), before);
  const SyncOutcome quiet = device.Must();
  EXPECT_FALSE(Of(quiet, "account").full);
  EXPECT_LE(Of(quiet, "account").received, 1) << "the mark's own row";
}

TEST(Scenario, B32NoneOfAThousandIsSkippedAndOneThatIsLostIsFound) {
  FieldDevice device(OnlyAccounts(), {.traits = {.page_size = 50}, .accounts = 1000});
  EXPECT_EQ(device.Here()["account"].size(), 1000u);
  {
    auto database = device.Open();
    ASSERT_TRUE(database->Execute("DELETE FROM account WHERE \"@rid\"=123"));
  }
  EXPECT_EQ(device.Here()["account"].size(), 999u);
  (void)device.Must(true);
  EXPECT_EQ(device.Wrong(), "");
}

TEST(Scenario, B34ABackDatedImportArrives) {
  const auto import = [](FieldDevice& device) {
    device.site.state.Create("account", Account(88),
                             {{"name", std::string("Imported")}, {"statecode", std::int64_t{0}}},
                             device.user(), true);
    device.site.state.Update("account", Account(4), {{"name", std::string("Old news")}}, true);
  };
  // Versions do not lie.
  FieldDevice versions(OnlyAccounts());
  versions.Later(3600);
  import(versions);
  (void)versions.Must();
  EXPECT_EQ(versions.Wrong(), "");
  // Where only a time is told, the daily sweep finds it.
  FieldDevice times(OnlyAccounts(), {.traits = {.row_versions = false, .change_tracking = false}});
  times.Later(3600);
  import(times);
  times.Later(86'401);
  (void)times.Must();
  EXPECT_EQ(times.Wrong(), "");
}

TEST(Scenario, B35OwnUploadsAreNoNews) {
  FieldDevice device(OnlyAccounts());
  const std::string id =
      device.Create("account", {{"name", std::string("Mine")}, {"statecode", std::string("0")}});
  ASSERT_FALSE(id.empty());
  ASSERT_TRUE(device.Edit("account", Account(4), "name", "Mine too"));
  const SyncOutcome outcome = device.Must();
  EXPECT_EQ(outcome.upload.sent, 2);
  EXPECT_EQ(outcome.upload.conflicts, 0);
  EXPECT_EQ(Of(outcome, "account").added, 0);
  EXPECT_EQ(Of(outcome, "account").removed, 0);
  EXPECT_TRUE(outcome.warnings.empty()) << outcome.warnings.front();
  EXPECT_EQ(device.Created(id), 1);
  EXPECT_EQ(device.Wrong(), "");
  const SyncOutcome next = device.Must();
  EXPECT_EQ(Of(next, "account").added + Of(next, "account").updated, 0);
}

TEST(Scenario, B36SummerTimeMovesNoCursor) {
  for (const char* start : {"2026-03-29T00:30:00Z", "2026-10-25T00:30:00Z"}) {
    for (int user = 0; user < 4; ++user) {
      FieldDevice device(OnlyAccounts(),
                         {.traits = {.row_versions = false, .change_tracking = false},
                          .user = user,
                          .fill = false});
      device.now = device.site.state.now = *ParseInstant(start);
      (void)device.Must();
      for (std::uint64_t step = 1; step <= 9; ++step) {  // Every ten minutes, across the change.
        device.Later(600);
        device.site.state.Update("account", Account(step),
                                 {{"city", "City " + std::to_string(step)}});
        const SyncOutcome outcome = device.Must();
        EXPECT_EQ(device.Wrong(), "") << start << " step " << step;
        EXPECT_FALSE(Of(outcome, "account").full);
        EXPECT_LE(Of(outcome, "account").received, 4) << "an hour's rows would come again";
      }
    }
  }
}

TEST(Scenario, B37TodayIsTheUsersDay) {
  // Late in the evening of Greenwich it is tomorrow in Tokyo, and still yesterday afternoon in
  // Phoenix; Bratislava changes to summer time.
  for (const char* moment : {"2026-03-28T23:30:00Z", "2026-03-29T00:30:00Z", "2026-03-29T21:59:00Z",
                             "2026-03-29T22:01:00Z"}) {
    std::set<std::string> seen;
    for (int user = 0; user < 4; ++user) {
      Policy policy = FieldPolicy();
      policy.entities = {policy.entities[2]};
      FieldDevice device(policy, {.user = user, .fill = false});
      device.site.state.users[static_cast<std::size_t>(user)].depth["task"] = User::Depth::kAll;
      device.now = device.site.state.now = *ParseInstant(moment);
      for (std::uint64_t hour = 0; hour < 120; ++hour) {
        device.site.state.Create(
            "task", Task(1000 + hour),
            {{"subject", std::string("Hour")},
             {"scheduledend",
              device.now.ticks + (static_cast<std::int64_t>(hour) - 60) * 3600 * kTicksPerSecond}},
            device.user());
      }
      (void)device.Must();
      EXPECT_EQ(device.Wrong(), "") << moment << " user " << user;
      const Rows here = device.Here();
      std::string ids;
      for (const auto& [id, values] : here.at("task")) ids += id;
      seen.insert(ids);
    }
    EXPECT_GE(seen.size(), 3u) << moment << ": the zones see the same day";
  }
}

TEST(Scenario, B38ADeviceWhoseClockIsWrongLosesNoEdit) {
  for (const std::int64_t hours : {-87'600, -1, 1, 87'600}) {
    FieldDevice device(OnlyAccounts());
    device.Later(3600);
    device.site.state.Update("account", Account(4), {{"city", std::string("Brno")}});
    (void)device.Must();
    device.now.ticks += hours * 3600 * kTicksPerSecond;
    ASSERT_TRUE(device.Edit("account", Account(4), "name", "Mine"));
    const SyncOutcome outcome = device.Must();
    EXPECT_EQ(outcome.upload.sent, 1);
    EXPECT_EQ(outcome.upload.conflicts + outcome.upload.dropped, 0);
    device.site.state.Update("account", Account(5), {{"name", std::string("Theirs")}});
    (void)device.Must();
    EXPECT_EQ(device.Wrong(), "") << hours << " hours";
    EXPECT_EQ(TextOf(device.Here()["account"][Account(4)]["name"]), "Mine");
  }
}

// There is no position that must be met exactly; but a server that refuses every one is not asked
// for ever either.
TEST(Scenario, B41AServerThatRefusesEveryPlaceIsNotAskedForEver) {
  FieldDevice device(FieldPolicy(), {.traits = {.page_size = 2}});
  for (std::uint64_t i = 1; i <= 9; ++i) device.Set(Account(i), 0);
  int requests = 0;
  device.on_request = [&](int count, const Request& request) {
    requests = count;
    const bool reads =
        request.kind == Request::Kind::kPage || request.kind == Request::Kind::kChanges;
    return reads ? std::optional<Fate>(Fate::kGone) : std::nullopt;
  };
  const Rows before = device.Here();
  EXPECT_FALSE(device.Sync().succeeded());
  EXPECT_LT(requests, 40);
  EXPECT_EQ(Differences(device.Here(), before), "");
  device.on_request = {};
  (void)device.Must();
  EXPECT_EQ(device.Wrong(), "");
}

}  // namespace
}  // namespace satchel::sim
