// The typical day of the Triggers screen: the device's own scheduler on a script of events.
#include <algorithm>

#include "app/console/selectors.h"
#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

class TypicalDay : public HeadlessConsole {
 protected:
  void Show(const std::function<void(Policy&)>& change = {}) {
    Open();
    app_->controller().Apply(ShowScreen{Screen::kTriggers});
    if (change) {
      Policy policy = state().draft.current();
      change(policy);
      app_->controller().Apply(EditPolicy{policy, "Edit", ""});
    }
    Settle();
  }
  [[nodiscard]] const SimulatedDay& day() const { return *state().day.day; }
  [[nodiscard]] int Syncs() const { return day().totals.foreground + day().totals.background; }
};

TEST_F(TypicalDay, CountsTheSyncsOfTheDraft) {
  Show();
  ASSERT_TRUE(state().day.day);
  const int without = Syncs();
  Policy policy = state().draft.current();
  policy.triggers.every = Seconds(900);
  app_->controller().Apply(EditPolicy{policy, "Edit", ""});
  Settle();
  EXPECT_GT(Syncs(), without);
  EXPECT_TRUE(Says(std::to_string(Syncs())));
  Key(Key::kZ, true);
  EXPECT_EQ(Syncs(), without);
}

TEST_F(TypicalDay, SaysWhyASyncDidNotCome) {
  Show([](Policy& policy) { policy.triggers.every = Seconds(900); });
  Press("day/show/2");
  const auto skipped = std::find_if(day().rows.begin(), day().rows.end(), [](const DayRow& row) {
    return row.kind == DayRow::Kind::kSuppressed;
  });
  ASSERT_NE(skipped, day().rows.end());  // On the road, without a connection.
  EXPECT_TRUE(Says(PrintTimeOfDay(skipped->at).substr(0, 5)));
  EXPECT_TRUE(Says("There is no connection"));
}

TEST_F(TypicalDay, CallsEntitiesByTheNamesPeopleUse) {
  Show();
  const std::string first = state().draft.current().entities[0].name;
  EXPECT_TRUE(Says("The user saves a record: " + EntityWords(state(), first) + " "));
  EXPECT_FALSE(Says("The user saves a record: " + first + " "));
}

TEST_F(TypicalDay, RunsTheScriptThatWasWritten) {
  Show([](Policy& policy) { policy.triggers.on_start = OnStart{}; });
  Press("day/part/1");
  ASSERT_FALSE(state().day.script);
  const std::size_t before = state().day.simulated.events.size();
  Press("day/event/0/remove");  // The start of the app.
  ASSERT_TRUE(state().day.script);
  EXPECT_EQ(state().day.simulated.events.size(), before - 1);
  Press("day/add");
  EXPECT_EQ(state().day.simulated.events.size(), before);
  Press("day/reset");
  EXPECT_FALSE(state().day.script);
  EXPECT_EQ(state().day.simulated.events.front().kind, DayEvent::Kind::kStart);
}

TEST_F(TypicalDay, LeadsToTheEventThatWasAdded) {
  Show();
  Press("day/part/1");
  const std::size_t before = state().day.simulated.events.size();
  Press("day/add");
  const std::string added = "day/event/" + std::to_string(before) + "/at";
  EXPECT_EQ(app_->record().focused, added);
  EXPECT_TRUE(Shown(added)) << "and into view";
  Key(Key::kA, true);
  Type("25:00");
  Key(Key::kEnter);
  EXPECT_EQ(state().day.simulated.events.back().kind, DayEvent::Kind::kSave) << "it stays";
  Press(added);
  Key(Key::kA, true);
  Type("06:15");
  Key(Key::kEnter);
  EXPECT_EQ(state().day.simulated.events.front().kind, DayEvent::Kind::kSave);
}

TEST_F(TypicalDay, MovesAnEventInTime) {
  Show();
  Press("day/part/1");
  Press("day/event/0/at");
  Key(Key::kA, true);
  Type("06:15");
  Key(Key::kEnter);
  ASSERT_TRUE(state().day.script);
  EXPECT_EQ(state().day.simulated.events.front().at, Seconds(6 * 3600 + 15 * 60));
  Press("day/event/0/at");
  Key(Key::kA, true);
  Type("25:99");
  Key(Key::kEnter);
  EXPECT_EQ(state().day.simulated.events.front().at, Seconds(6 * 3600 + 15 * 60));
}

TEST_F(TypicalDay, MakesAnEventAnother) {
  Show();
  Press("day/part/1");
  Press("day/event/0/kind");
  Press("day/event/0/kind/list/item/" + std::to_string(static_cast<int>(DayEvent::Kind::kReturn)));
  EXPECT_EQ(state().day.simulated.events.front().kind, DayEvent::Kind::kReturn);
}

TEST_F(TypicalDay, TellsTheSameInWords) {
  Show();
  EXPECT_TRUE(Shown("day/part/0"));
  Press("triggers/inspector/1");
  EXPECT_FALSE(Shown("day/part/0"));
}

}  // namespace
}  // namespace satchel
