#include "preview/day/day.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "policy/yaml/read_policy.h"
#include "preview/report/day_report.h"

namespace satchel {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Policy PolicyOf(const std::string& settings) {
  const ReadPolicy read = ParsePolicy("satchel: 1\nproject: {name: field-service}\n" + settings +
                                      "entities:\n  account:\n    fields: [name]\n"
                                      "  price:\n    mode: online\n    fields: [name]\n");
  EXPECT_FALSE(HasErrors(read.findings));
  return read.policy;
}

DayScript Script(const std::string& yaml) {
  const ReadDay read = ParseDayScript(yaml);
  for (const Finding& finding : read.findings) ADD_FAILURE() << finding.message;
  return read.script;
}

// "08:20:00 sync background on_save: 1 save to send", for what matters to a test.
std::vector<std::string> Lines(const SimulatedDay& day) {
  std::vector<std::string> lines;
  for (const DayRow& row : day.rows) {
    if (row.kind == DayRow::Kind::kEvent) continue;
    std::string line = PrintTimeOfDay(row.at) + " " + std::string(Name(row.kind));
    if (row.style) line += *row.style == SyncStyle::kForeground ? " foreground" : " background";
    if (!row.trigger.empty()) line += " " + row.trigger;
    if (!row.text.empty()) line += ": " + row.text;
    lines.push_back(line);
  }
  return lines;
}

std::string FirstProblem(const std::string& yaml) {
  const ReadDay read = ParseDayScript(yaml);
  if (read.findings.empty()) return "";
  return ToString(read.findings.front().mark) + ": " + read.findings.front().message;
}

TEST(DayScript, ReadsEveryKey) {
  const DayScript script = Script(
      "last_sync: 14h\nsync_takes: 30s\nuntil: 18:00\nseed: 7\nevents:\n"
      "  - {at: 08:20, do: save, entity: account}\n"
      "  - {at: 07:30, do: start}\n"
      "  - {at: 11:30:15, do: go-online, answer: skip}\n"
      "  - {at: 12:00, do: server-fails, retry_after: 10m}\n"
      "  - {at: 13:00, do: publish, structural: false}\n");
  EXPECT_EQ(script.last_sync, hours(14));
  EXPECT_EQ(script.sync_takes, Seconds(30));
  EXPECT_EQ(script.until, hours(18));
  EXPECT_EQ(script.seed, 7U);
  ASSERT_EQ(script.events.size(), 5U);
  EXPECT_EQ(script.events[0].kind, DayEvent::Kind::kStart);  // By time.
  EXPECT_EQ(script.events[1].entity, "account");
  EXPECT_EQ(script.events[2].at, hours(11) + minutes(30) + Seconds(15));
  EXPECT_EQ(script.events[2].answer, modes::Choice::kSkip);
  EXPECT_EQ(script.events[3].retry_after, minutes(10));
  EXPECT_FALSE(script.events[4].structural);
}

TEST(DayScript, NamesThePlaceOfAMistake) {
  EXPECT_EQ(FirstProblem("events:\n  - {at: 25:00, do: start}\n"),
            "2:10: '25:00' is no time of day: write 07:30, up to 24:00");
  EXPECT_EQ(FirstProblem("events:\n  - {at: 07:30, do: strat}\n").substr(0, 6), "2:21: ");
  EXPECT_EQ(FirstProblem("events:\n  - {do: start}\n").substr(0, 5), "2:5: ");
  EXPECT_EQ(FirstProblem("evnts: []\n").substr(0, 5), "1:1: ");
  EXPECT_EQ(FirstProblem(""), "1:1: the file is empty; a day has a list of 'events'");
}

TEST(TimeOfDay, RunsFromMidnightToMidnight) {
  EXPECT_EQ(ParseTimeOfDay("00:00"), Seconds(0));
  EXPECT_EQ(ParseTimeOfDay("24:00"), hours(24));
  EXPECT_EQ(ParseTimeOfDay("24:01"), std::nullopt);
  EXPECT_EQ(ParseTimeOfDay("7:60"), std::nullopt);
  EXPECT_EQ(ParseTimeOfDay("7"), std::nullopt);
  EXPECT_EQ(ParseTimeOfDay("-1:00"), std::nullopt);
  EXPECT_EQ(PrintTimeOfDay(*ParseTimeOfDay("07:05:09")), "07:05:09");
}

TEST(SimulateDay, FiresTriggersAndSaysWhatWasSuppressed) {
  const SimulatedDay day = SimulateDay(
      PolicyOf("triggers: {on_start: {skip_if_synced_within: 15m}, on_save: true, every: 30m}\n"),
      Script("until: 10:00\nevents:\n"
             "  - {at: 08:00, do: start}\n"
             "  - {at: 08:10, do: save}\n"
             "  - {at: 08:12, do: return}\n"
             "  - {at: 08:30, do: no-connection}\n"
             "  - {at: 09:20, do: connection}\n"
             "  - {at: 09:30, do: stop}\n"));
  const std::vector<std::string> lines = Lines(day);
  const std::vector<std::string> before_reconnect(
      lines.begin(), lines.begin() + std::min<std::ptrdiff_t>(std::ssize(lines), 6));
  EXPECT_EQ(before_reconnect,
            (std::vector<std::string>{
                "08:00:00 sync background on_start", "08:00:20 synced background",
                "08:10:00 sync background on_save: 1 save to send", "08:10:20 synced background",
                "08:12:00 suppressed on_start: the last sync was 100 s ago, and on_start skips "
                "within 15m",
                "08:40:20 suppressed every: there is no connection; it runs once when there is "
                "one"}));
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_NE(lines[6].find("sync background reconnect, every"), std::string::npos);
  EXPECT_EQ(day.totals.background, 3);
  EXPECT_EQ(day.totals.suppressed, 2);
  EXPECT_EQ(day.hours[8].background, 2);
  EXPECT_EQ(day.hours[9].background, 1);
}

TEST(SimulateDay, AsksTheUserAsTheModeRulesSay) {
  const SimulatedDay day =
      SimulateDay(PolicyOf("modes: {before_online: inform, before_offline: force}\n"),
                  Script("events:\n"
                         "  - {at: 08:00, do: start}\n"
                         "  - {at: 09:00, do: go-online, answer: sync}\n"
                         "  - {at: 10:00, do: save, entity: account}\n"
                         "  - {at: 11:00, do: go-offline}\n"
                         "  - {at: 12:00, do: no-connection}\n"
                         "  - {at: 12:01, do: go-online}\n"
                         "  - {at: 12:02, do: save, entity: price}\n"));
  const std::vector<std::string> lines = Lines(day);
  ASSERT_EQ(lines.size(), 9U);
  EXPECT_EQ(lines[0],
            "09:00:00 asked: Going online. Nothing has been synchronised yet. Synchronise first, "
            "skip, or stay offline? → sync");
  EXPECT_EQ(lines[1], "09:00:00 sync foreground mode switch: nobody can edit until it ends");
  EXPECT_EQ(lines[3], "09:00:20 mode: Online: records are read from and written to the server.");
  EXPECT_EQ(lines[4], "11:00:00 sync foreground mode switch: nobody can edit until it ends");
  EXPECT_EQ(lines[7].substr(0, 40), "12:01:00 refused: There is no connection");
  EXPECT_EQ(lines[8],
            "12:02:00 refused save: there is no connection, and the record is kept online");
  EXPECT_EQ(day.totals.questions, 1);
  EXPECT_EQ(day.totals.blocked, Seconds(40));
  EXPECT_EQ(day.unsent, 0);  // The one save went to the server at once.
}

TEST(SimulateDay, ForcesTheForegroundForAStructuralChange) {
  const SimulatedDay day = SimulateDay(PolicyOf("triggers: {every: 60m}\n"),
                                       Script("last_sync: 1h\n"
                                              "until: 10:30\n"
                                              "events:\n"
                                              "  - {at: 09:00, do: start}\n"
                                              "  - {at: 09:30, do: publish}\n"
                                              "  - {at: 09:40, do: open-edit}\n"
                                              "  - {at: 10:20, do: close-edit}\n"));
  EXPECT_EQ(Lines(day),
            (std::vector<std::string>{
                "09:00:00 sync background every", "09:00:20 synced background",
                "10:00:20 sync background every",
                "10:00:40 failed background: the policy's structure changed: it uploaded, and "
                "stopped before the download",
                "10:00:40 suppressed structural change: an edit is open; the foreground sync runs "
                "when it is closed",
                "10:20:00 sync foreground structural change: nobody can edit until it ends",
                "10:20:20 synced foreground"}));
}

TEST(SimulateDay, LetsNobodyEditDuringAForegroundSync) {
  const SimulatedDay day = SimulateDay(PolicyOf(""), Script("sync_takes: 2m\nevents:\n"
                                                            "  - {at: 08:00, do: start}\n"
                                                            "  - {at: 08:01, do: sync}\n"
                                                            "  - {at: 08:02, do: save}\n"
                                                            "  - {at: 08:04, do: save}\n"));
  const std::vector<std::string> lines = Lines(day);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1], "08:02:00 refused save: a foreground sync is running");
  EXPECT_EQ(day.unsent, 1);
}

TEST(SimulateDay, PollsAndSyncsWhatChangedOnTheServer) {
  const SimulatedDay day = SimulateDay(
      PolicyOf("triggers: {on_change: {watch: server, poll: 10m, entities: [account]}}\n"),
      Script("until: 09:00\nevents:\n"
             "  - {at: 08:00, do: start}\n"
             "  - {at: 08:25, do: server-change, entity: account}\n"
             "  - {at: 08:45, do: server-change, entity: price}\n"));
  EXPECT_EQ(Lines(day), (std::vector<std::string>{
                            "08:30:00 polled on_change: changed on the server: account",
                            "08:30:00 sync background on_change", "08:30:20 synced background"}));
  EXPECT_EQ(day.totals.polls, 5);
}

TEST(SimulateDay, IsTheSameDayForTheSameSeed) {
  const Policy policy = PolicyOf("triggers: {on_start: true, on_save: true, every: 15m}\n");
  const DayScript script = UsualDay(policy);
  EXPECT_EQ(SimulateDay(policy, script).rows, SimulateDay(policy, script).rows);
  DayScript other = script;
  other.seed = 2;
  EXPECT_NE(SimulateDay(policy, script).rows, SimulateDay(policy, other).rows);
}

TEST(DayReport, SaysTheSameAsTableAndAsJson) {
  const Policy policy = PolicyOf("triggers: {on_start: true, on_save: true, every: 15m}\n");
  const SimulatedDay day = SimulateDay(policy, UsualDay(policy));
  const auto json = nlohmann::json::parse(DayJson("field-service", day));
  EXPECT_EQ(json["rows"].size(), day.rows.size());
  EXPECT_EQ(json["totals"]["background"], day.totals.background);
  int background = 0;
  for (const auto& hour : json["hours"]) background += hour["background"].get<int>();
  EXPECT_EQ(background, day.totals.background);
  const std::string table = DayTable(day);
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'),
            std::ssize(day.rows) + 3 + std::ssize(json["hours"]));
}

}  // namespace
}  // namespace satchel
