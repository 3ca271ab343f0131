// A server that goes away while the window is open: what says so, what goes on, and its return.
#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

const Error kAway = {ErrorCode::kOffline,
                     "no connection to crm.contoso.example:443 (check the network)"};

class ServerLost : public HeadlessConsole {
 protected:
  // A condition on the owner, whose value is searched on the server.
  std::string Lookup() {
    Open();
    Connect();
    Press("rail/Filters");
    Press("filter/add/entities.account.filter/condition");
    Type("owner");
    Key(Key::kEnter);
    Press("filter/entities.account.filter.and[0]/op");
    Type("eq");
    Key(Key::kEnter);
    return "filter/entities.account.filter.and[0]/value";
  }
};

TEST_F(ServerLost, ASearchThatFailsSaysWhyAndSearchesAgain) {
  const std::string value = Lookup();
  bench_->lost = kAway;
  Press(value);
  Type("Petr");
  EXPECT_TRUE(Says("The search failed."));
  EXPECT_TRUE(Says("no connection") || Says("No connection"));
  EXPECT_TRUE(Says("paste the record's id"));
  EXPECT_FALSE(Says("Nothing matches"));
  EXPECT_FALSE(Says("Nothing found"));
  bench_->lost.reset();
  Press(value + "/list/again");
  EXPECT_FALSE(Says("The search failed."));
  EXPECT_TRUE(Shown(value + "/list/item/22222222-2222-2222-2222-222222222222"));
}

TEST_F(ServerLost, EnterSearchesAgainToo) {
  const std::string value = Lookup();
  bench_->lost = kAway;
  Press(value);
  Type("Petr");
  bench_->lost.reset();
  Key(Key::kEnter);
  EXPECT_TRUE(Shown(value + "/list/item/22222222-2222-2222-2222-222222222222"));
}

TEST_F(ServerLost, ASearchThatFindsNothingIsNoFailure) {
  const std::string value = Lookup();
  Press(value);
  Type("Nobody");
  EXPECT_TRUE(Says("Nothing found on crm.contoso.example"));
  EXPECT_FALSE(Shown(value + "/list/again"));
}

TEST_F(ServerLost, AFailedIdSearchStillTakesAPastedId) {
  const std::string value = Lookup();
  bench_->lost = kAway;
  Press(value);
  Type("33333333-3333-3333-3333-333333333333");
  EXPECT_TRUE(Says("The search failed."));
  Press(value + "/list/item/33333333-3333-3333-3333-333333333333");
  const auto& made = std::get<Condition>(account().filter.nodes[0].item);
  EXPECT_EQ(made.values, std::vector<std::string>{"33333333-3333-3333-3333-333333333333"});
}

TEST_F(ServerLost, AnyRequestWithoutAnswerTurnsTheStateAndALaterOneTurnsItBack) {
  const std::string value = Lookup();
  EXPECT_TRUE(Says("Connected to crm.contoso.example"));
  EXPECT_FALSE(Shown("status/retry"));
  bench_->lost = kAway;
  Press(value);
  EXPECT_TRUE(Says("crm.contoso.example not reachable since 10:42, editing goes on"));
  EXPECT_FALSE(Says("Connected to crm.contoso.example"));
  EXPECT_EQ(state().connection.trouble_error, kAway.message);
  bench_->lost.reset();
  Type("Petr");  // Any answer will do.
  EXPECT_TRUE(Says("Connected to crm.contoso.example"));
  EXPECT_FALSE(state().connection.trouble_since);
}

TEST_F(ServerLost, TryAgainAsksWhetherItIsThereAndKeepsWhatIsKnown) {
  const std::string value = Lookup();
  bench_->lost = kAway;
  Press(value);
  Key(Key::kEscape);
  Press("status/retry");
  EXPECT_TRUE(state().connection.trouble_since);
  EXPECT_TRUE(Says("not reachable since"));
  bench_->lost.reset();
  Press("status/retry");
  EXPECT_FALSE(state().connection.trouble_since);
  EXPECT_TRUE(state().connection.schema);
  EXPECT_FALSE(state().connection.users.empty());
}

TEST_F(ServerLost, WhatNeededNoAnswerSaysNothing) {
  const std::string value = Lookup();
  bench_->lost = kAway;
  Press(value);
  Key(Key::kEscape);
  ASSERT_TRUE(state().connection.trouble_since);
  // The fake reads views without the network.
  app_->controller().Apply(ReadViews{"account"});
  Settle();
  EXPECT_FALSE(state().views.views.empty());
  EXPECT_TRUE(state().connection.trouble_since);
}

TEST_F(ServerLost, ThePreviewAndTheStartScreenSaySoToo) {
  Open();
  Connect();
  bench_->fail_preview = kAway;
  Preview();
  EXPECT_TRUE(Says("not reachable since 10:42"));
  Press("rail/start");
  EXPECT_TRUE(Says("crm.contoso.example is not reachable since 10:42"));
  EXPECT_TRUE(Says("Editing goes on with what was read from it."));
  Press("start/retry");
  EXPECT_TRUE(Says("Connected to crm.contoso.example"));
}

TEST_F(ServerLost, AServerThatIsTooBusyIsNotUnreachable) {
  const std::string value = Lookup();
  bench_->lost = Error{ErrorCode::kOffline, "the server is too busy: status 429 (try again later)"};
  bench_->status = 429;
  Press(value);
  EXPECT_TRUE(Says("crm.contoso.example too busy since 10:42, editing goes on"));
  EXPECT_FALSE(Says("not reachable"));
  Key(Key::kEscape);
  Press("rail/start");
  EXPECT_TRUE(Says("crm.contoso.example is too busy since 10:42. The server is too busy"));
  bench_->status = 500;
  Press("start/retry");
  EXPECT_TRUE(Says("crm.contoso.example answering with errors since 10:42"));
  bench_->status = 0;
  Press("start/retry");
  EXPECT_TRUE(Says("crm.contoso.example not reachable since 10:42"));
  bench_->lost.reset();
  Press("start/retry");
  EXPECT_TRUE(Says("Connected to crm.contoso.example"));
}

TEST_F(ServerLost, AnErrorIsAboutWhatTheAdministratorCallsIt) {
  const std::string value = Lookup();
  bench_->lost = Error{ErrorCode::kOffline, "account: no connection to crm.contoso.example:443"};
  Press(value);
  EXPECT_TRUE(Says("Account: No connection to crm.contoso.example:443"));
  EXPECT_FALSE(Says("account: no connection"));
  Key(Key::kEscape);
  bench_->fail_preview = Error{ErrorCode::kCorrupt, "account.name: the answer is no text"};
  Preview();
  EXPECT_TRUE(Says("Account › Name: The answer is no text"));
}

TEST_F(ServerLost, ARefusalIsAnAnswer) {
  const std::string value = Lookup();
  bench_->lost = kAway;
  Press(value);
  EXPECT_TRUE(state().connection.trouble_since);
  bench_->lost = Error{ErrorCode::kDenied, "jana may not read contacts"};
  Type("P");
  EXPECT_FALSE(state().connection.trouble_since);
  EXPECT_TRUE(Says("jana may not read contacts") || Says("Jana may not read contacts"));
}

}  // namespace
}  // namespace satchel
