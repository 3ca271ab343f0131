#include <gtest/gtest.h>

#include "tests/app/cli/program_fixture.h"

namespace satchel {
namespace {

constexpr const char* kTriggersPolicy = R"(satchel: 1

project:
  name: field-service

triggers:
  on_start: true
  on_save: true

entities:
  account:
    fields: [name]
)";

class SimulateDayTest : public ProgramTest {
 protected:
  std::string policy_ = Write("p.yaml", kTriggersPolicy);

  Answer Day(const std::string& script, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"simulate-day", policy_, "--script",
                                      Write("day.yaml", script)};
    words.insert(words.end(), more.begin(), more.end());
    return Run(words);
  }
};

TEST_F(SimulateDayTest, TellsWhatTheTriggersMakeOfADay) {
  const Answer day =
      Day("events:\n"
          "  - {at: 07:30, do: start}\n"
          "  - {at: 08:05, do: no-connection}\n"
          "  - {at: 08:20, do: save, entity: account}\n");
  EXPECT_EQ(day.code, 0) << day.err;
  EXPECT_NE(day.out.find("07:30:00  sync        background  on_start"), std::string::npos)
      << day.out;
  EXPECT_NE(day.out.find("08:20:00  suppressed"), std::string::npos) << day.out;
  EXPECT_EQ(day.err, "");
}

TEST_F(SimulateDayTest, GivesOneJsonDocumentAndTheSameDayForTheSameSeed) {
  const std::string script = "seed: 7\nevents:\n  - {at: 07:30, do: start}\n";
  const Answer day = Day(script, {"--json"});
  EXPECT_EQ(day.code, 0);
  EXPECT_EQ(day.out.front(), '{');
  for (const char* member : {"\"policy\": \"field-service\"", "\"rows\"", "\"hours\"", "\"totals\"",
                             "\"unsent\": 0", "\"kind\": \"sync\""}) {
    EXPECT_NE(day.out.find(member), std::string::npos) << member << day.out;
  }
  EXPECT_EQ(Day(script, {"--json"}).out, day.out);
}

TEST_F(SimulateDayTest, WithoutAScriptTakesAUsualDay) {
  const Answer day = Run({"simulate-day", policy_});
  EXPECT_EQ(day.code, 0);
  EXPECT_NE(day.out.find("the app starts"), std::string::npos);
}

TEST_F(SimulateDayTest, NamesEveryMistakeOfTheScriptWithItsPlace) {
  const Answer wrong =
      Day("until: x\n"
          "events:\n"
          "  - {at: 07:30, do: strt}\n"
          "  - {do: start}\n");
  EXPECT_EQ(wrong.code, 1);
  EXPECT_EQ(wrong.out, "");
  const std::string file = (folder_ / "day.yaml").string();
  EXPECT_NE(wrong.err.find(file + ":1:8: error: 'x' is no time of day"), std::string::npos)
      << wrong.err;
  EXPECT_NE(wrong.err.find(file + ":3:21: error: 'strt' is not one of the choices"),
            std::string::npos)
      << wrong.err;
  EXPECT_NE(wrong.err.find(file + ":4:5: error: an event needs the key 'at'"), std::string::npos)
      << wrong.err;

  const Answer unknown = Day("events:\n  - {at: 08:00, do: save, entity: acount}\n");
  EXPECT_EQ(unknown.code, 1);
  EXPECT_NE(unknown.err.find("error: 'acount' is no entity of the policy; did you mean 'account'?"),
            std::string::npos)
      << unknown.err;
}

TEST_F(SimulateDayTest, RefusesWhatItCannotRead) {
  EXPECT_EQ(Run({"simulate-day"}).code, 2);
  EXPECT_EQ(Run({"simulate-day", "-", "--script", "-"}, kTriggersPolicy).code, 2);
  EXPECT_EQ(Run({"simulate-day", (folder_ / "absent.yaml").string()}).code, 3);
  EXPECT_EQ(Run({"simulate-day", policy_, "--script", (folder_ / "absent").string()}).code, 3);
  const Answer wrong = Run({"simulate-day", Write("wrong.yaml", "satchel: 1\nnonsense: 2\n")});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_NE(wrong.err.find("wrong.yaml:2:1: error: "), std::string::npos) << wrong.err;
}

}  // namespace
}  // namespace satchel
