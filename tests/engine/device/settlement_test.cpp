#include "engine/device/settlement.h"

#include <gtest/gtest.h>

#include <tuple>

#include "engine/device/event_log.h"
#include "tests/support/local_world.h"

namespace satchel {
namespace {

using Text = std::string;
using Kind = Settlement::Kind;

// Alza, edited here; the server has another name for it.
struct Conflicted : LocalWorld {
  std::int64_t seq = 0;

  explicit Conflicted(EntryState state = EntryState::kConflict) {
    Put("account", IdOf('a', 1), "7", {{"name", Text("Alza")}, {"revenue", std::int64_t{100}}});
    EXPECT_TRUE(edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
    OutboxEntry entry = Only();
    entry.state = state;
    entry.their_version = "8";
    entry.changes[0].base = entry.changes[0].theirs = Text("Theirs");
    EXPECT_TRUE(PutEntry(database, entry));
    seq = entry.seq;
  }
  Text Settled(Settlement settlement) {
    settlement.seq = seq;
    const auto done = Settle(database, settlement, Instant{77});
    return done ? "" : done.error().message;
  }
  DeviceEvent Logged() {
    const auto events = ReadEvents(database, 10);
    EXPECT_TRUE(events && events->size() == 1);
    return events && !events->empty() ? events->back() : DeviceEvent();
  }
};

TEST(Settlement, OfAConflictIsLoggedWithTheRecordAsItWasCalled) {
  const Text kept_theirs = "account: the server's version is kept (Mine)";
  const Text kept_mine = "account: the user's version is kept and sent again (Mine)";
  const Text by_field = "account: each field as the user chose, and sent again (Mine)";
  for (const auto& [settlement, says, name] :
       {std::tuple(Settlement{.kind = Kind::kTheirs}, kept_theirs, "Theirs"),
        {Settlement{.kind = Kind::kMine}, kept_mine, "Mine"},
        {Settlement{.kind = Kind::kFields, .fields = {{"name", Keep::kMine}}}, by_field, "Mine"}}) {
    Conflicted it;
    EXPECT_EQ(it.Settled(settlement), "");
    EXPECT_EQ(it.At("account", IdOf('a', 1), "name"), Value(Text(name)));
    EXPECT_EQ(it.Logged(), (DeviceEvent{1, {77}, DeviceEvent::Kind::kSettled, "", says}));
  }
}

TEST(Settlement, OfARefusalIsLoggedToo) {
  Conflicted again(EntryState::kError);
  EXPECT_EQ(again.Settled({.kind = Kind::kRetry}), "");
  EXPECT_EQ(again.Logged().text, "account: the change is sent again (Mine)");
  Conflicted given_up(EntryState::kError);
  EXPECT_EQ(given_up.Settled({.kind = Kind::kDiscard}), "");
  EXPECT_EQ(given_up.Logged().text, "account: the change is given up (Mine)");
}

TEST(Settlement, ThatFailsIsNotLogged) {
  Conflicted it(EntryState::kWaiting);
  EXPECT_NE(it.Settled({.kind = Kind::kMine}).find("there is no conflict"), Text::npos);
  EXPECT_TRUE(ReadEvents(it.database, 10)->empty());
}

}  // namespace
}  // namespace satchel
