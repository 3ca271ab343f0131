#include "app/cli/program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/app/cli/program_fixture.h"

namespace satchel {
namespace {

constexpr const char* kPolicy = R"(satchel: 1

project:
  name: field-service

entities:
  account:
    fields: [name, statecode]
    filter:
      and:
        - {field: statecode, op: eq, value: "0"}
)";

constexpr const char* kSchema = R"({"schema":{"account":{"key":"accountid","fields":{
  "accountid":"uniqueidentifier","name":"string","statecode":"state","ownerid":"owner","revenue":"money"}}}})";

TEST_F(ProgramTest, WithoutArgumentsShowsHelpAsWrongUsage) {
  const Answer answer = Run({});
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("satchel preview"), std::string::npos);
}

TEST_F(ProgramTest, HelpOfEveryCommandIsFineAndHasAnExampleOrOptions) {
  for (const char* command :
       {"new",     "validate", "describe", "format",      "convert", "diff",
        "eval",    "server",   "schema",   "users",       "views",   "preview",
        "export",  "publish",  "history",  "restore",     "explain", "drift",
        "compare", "check",    "resolve",  "simulate-day"}) {
    const Answer answer = Run({command, "--help"});
    EXPECT_EQ(answer.code, 0) << command;
    EXPECT_NE(answer.out.find("Example"), std::string::npos) << command;
    EXPECT_TRUE(answer.err.empty()) << command;
  }
}

TEST_F(ProgramTest, UnknownOptionsAreWrongUsageInOneSentence) {
  const Answer answer = Run({"format", "x.yaml", "--frobnicate"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_EQ(std::count(answer.err.begin(), answer.err.end(), '\n'), 1);
  EXPECT_EQ(answer.err.rfind("satchel: ", 0), 0u);
}

TEST_F(ProgramTest, AnUnknownCommandIsNamedWithTheNearestOne) {
  const Answer answer = Run({"previw", "x.yaml"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_EQ(answer.err,
            "satchel: 'previw' is no command; did you mean 'preview'? (try satchel --help)\n");
  EXPECT_NE(Run({"server", "ad"}).err.find("try satchel server --help"), std::string::npos);
  EXPECT_NE(Run({"server", "add"}).err.find("try satchel server add --help"), std::string::npos);
}

TEST_F(ProgramTest, ExportsAndConvertsNothingThatIsWrong) {
  std::string text(kPolicy);
  text.replace(text.find(", value: \"0\""), 12, "");
  const std::string policy = Write("p.yaml", text);
  const std::string folder = (folder_.path() / "out").string();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"export", policy, "--to", folder},
        {"convert", policy, "--from", "yaml", "--to", "fetchxml"}}) {
    const Answer answer = Run(words);
    EXPECT_EQ(answer.code, 1);
    EXPECT_EQ(answer.out, "");
    EXPECT_NE(answer.err.find(policy + ":"), std::string::npos) << answer.err;
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(ProgramTest, AMissingFileIsExitCodeThree) {
  const Answer answer = Run({"validate", (folder_.path() / "absent.yaml").string()});
  EXPECT_EQ(answer.code, 3);
  EXPECT_NE(answer.err.find("no such file"), std::string::npos);
}

TEST_F(ProgramTest, AFolderInPlaceOfAFileIsOneSentence) {
  const Answer answer = Run({"describe", folder_.path().string()});
  EXPECT_EQ(answer.code, 3);
  EXPECT_NE(answer.err.find("is a folder"), std::string::npos);
}

TEST_F(ProgramTest, ValidateSaysFileLineAndColumn) {
  const std::string file =
      Write("wrong.yaml", "satchel: 1\nproject:\n  name: p\n  colour: red\nentities: {}\n");
  const Answer answer = Run({"validate", file});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.err.find(file + ":4:3: error: "), std::string::npos) << answer.err;
}

TEST_F(ProgramTest, ValidateUsesASchemaFile) {
  const std::string policy = Write("p.yaml", kPolicy);
  const std::string schema = Write("s.json", kSchema);
  EXPECT_EQ(Run({"validate", policy, "--schema", schema}).code, 0);
  const std::string other =
      Write("o.yaml", std::string(kPolicy) + "        - {field: statecod, op: eq, value: 1}\n");
  const Answer answer = Run({"validate", other, "--schema", schema});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.err.find(other + ":12:"), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find("statecode"), std::string::npos) << answer.err;  // Did you mean …
}

TEST_F(ProgramTest, ValidateReadsStandardInputAndAnswersInJson) {
  const Answer answer = Run({"validate", "-", "--json"}, kPolicy);
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(answer.out.find("\"ok\": true"), std::string::npos) << answer.out;
}

TEST_F(ProgramTest, FormatIsAFixedPoint) {
  const std::string file =
      Write("p.yaml", "satchel: 1\nproject: {name: p}\nentities:\n  account: {fields: [name]}\n");
  const Answer first = Run({"format", file});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(Run({"format", file, "--check"}).code, 1);
  const std::string canonical = Write("c.yaml", first.out);
  EXPECT_EQ(Run({"format", canonical}).out, first.out);
  EXPECT_EQ(Run({"format", canonical, "--check"}).code, 0);
}

TEST_F(ProgramTest, FormatRefusesToLoseComments) {
  const std::string text = std::string("# why\n") + kPolicy;
  const std::string file = Write("p.yaml", text);
  const Answer refused = Run({"format", file, "--write"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("1 comment"), std::string::npos);
  EXPECT_EQ(Read(file), text);
  EXPECT_EQ(Run({"format", file, "--write", "--drop-comments"}).code, 0);
  EXPECT_EQ(Read(file), kPolicy);
}

TEST_F(ProgramTest, ConvertGoesToFetchXmlAndBackWithoutLoss) {
  const std::string policy = Write("p.yaml", kPolicy);
  const Answer fetch = Run({"convert", policy, "--from", "yaml", "--to", "fetchxml"});
  ASSERT_EQ(fetch.code, 0) << fetch.err;
  const std::string xml = Write("f.xml", fetch.out);
  const Answer yaml = Run({"convert", xml, "--from", "fetchxml", "--to", "yaml"});
  ASSERT_EQ(yaml.code, 0) << yaml.err;
  EXPECT_NE(yaml.out.find("{field: statecode, op: eq, value: \"0\"}"), std::string::npos)
      << yaml.out;
  EXPECT_EQ(Run({"convert", xml, "--from", "fetchxml", "--to", "fetchxml"}).out, fetch.out);
}

TEST_F(ProgramTest, ConvertNamesThePlaceOfWrongFetchXml) {
  const std::string xml =
      Write("f.xml",
            "<fetch>\n <entity name='account'>\n  <filter><condition attribute='a' "
            "operator='contains' value='x'/></filter></entity></fetch>");
  const Answer answer = Run({"convert", xml, "--from", "fetchxml", "--to", "text"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.err.find(xml + ":3:"), std::string::npos) << answer.err;
}

TEST_F(ProgramTest, ConvertToSqlNeedsTypes) {
  const std::string policy = Write("p.yaml", kPolicy);
  EXPECT_EQ(Run({"convert", policy, "--from", "yaml", "--to", "sql"}).code, 2);
  const std::string schema = Write("s.json", kSchema);
  const Answer sql = Run({"convert", policy, "--from", "yaml", "--to", "sql", "--schema", schema});
  EXPECT_EQ(sql.code, 0) << sql.err;
  EXPECT_NE(sql.out.find("\"statecode\""), std::string::npos);
}

TEST_F(ProgramTest, DiffOfEqualPoliciesIsFineAndOfDifferentOnesIsNot) {
  const std::string a = Write("a.yaml", kPolicy);
  EXPECT_EQ(Run({"diff", a, a}).code, 0);
  std::string text = kPolicy;
  text.replace(text.find("[name, statecode]"), 17, "[name, statecode, revenue]");
  const Answer answer = Run({"diff", a, Write("b.yaml", text)});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.out.find("+ Account: field 'revenue' added  [structural]"), std::string::npos)
      << answer.out;
}

TEST_F(ProgramTest, DiffSpeaksInTheLabelsOfAGivenSchema) {
  const std::string a = Write("a.yaml", kPolicy);
  std::string text = kPolicy;
  text.replace(text.find("[name, statecode]"), 17, "[name, statecode, revenue]");
  const std::string schema = Write("s.json", R"({"schema":{"account":{"key":"accountid",
    "label":"Customer","fields":{"accountid":{"type":"uniqueidentifier"},"name":{"type":"string"},
    "statecode":{"type":"state"},"revenue":{"type":"money","label":"Annual revenue"}}}}})");
  const Answer answer = Run({"diff", a, Write("b.yaml", text), "--schema", schema});
  EXPECT_EQ(answer.code, 1) << answer.err;
  EXPECT_NE(answer.out.find("+ Customer: field 'Annual revenue' added"), std::string::npos)
      << answer.out;
}

TEST_F(ProgramTest, EvalPrintsTheIdsThatMatchInOrder) {
  const std::string rows =
      std::string(kSchema).substr(0, std::string(kSchema).size() - 1) + R"(,"rows":{"account":[
    {"accountid":"00000000-0000-0000-0000-000000000002","name":"B","statecode":0},
    {"accountid":"00000000-0000-0000-0000-000000000001","name":"b","statecode":0},
    {"accountid":"00000000-0000-0000-0000-000000000003","name":"B","statecode":1}]}})";
  const std::string data = Write("d.json", rows);
  const std::string xml = Write(
      "f.xml",
      "<fetch><entity name='account'><filter><condition attribute='statecode' operator='eq' "
      "value='0'/><condition attribute='name' operator='eq' value='B'/></filter></entity></fetch>");
  const Answer answer = Run({"eval", "--data", data, "--filter", xml});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.out,
            "00000000-0000-0000-0000-000000000001\n00000000-0000-0000-0000-000000000002\n");
}

TEST_F(ProgramTest, EvalSaysInWhichLineAndColumnTheFilterIsWrong) {
  const std::string data =
      Write("d.json", std::string(kSchema).substr(0, std::string(kSchema).size() - 1) +
                          R"(,"rows":{"account":[]}})");
  const std::string xml =
      Write("f.xml",
            "<fetch>\n <entity name='account'>\n  <filter type='or'>\n"
            "   <condition attribute='name' operator='eq' value='A'/></filter>\n"
            "  <filter><condition attribute='nmae' operator='eq' value='B'/>\n"
            "   <condition attribute='statecode' operator='eq' value='x'/>\n"
            "  </filter></entity></fetch>\n");
  const Answer answer = Run({"eval", "--data", data, "--filter", xml});
  EXPECT_EQ(answer.code, 1);
  EXPECT_EQ(answer.out, "");
  EXPECT_EQ(answer.err.find(xml + ":5:12: error: "), 0U) << answer.err;
  EXPECT_NE(answer.err.find("\n" + xml + ":6:5: error: "), std::string::npos) << answer.err;
  EXPECT_EQ(std::count(answer.err.begin(), answer.err.end(), '\n'), 2) << answer.err;

  const std::string schema = Write("s.json", kSchema);
  const Answer sql = Run({"convert", xml, "--from", "fetchxml", "--to", "sql", "--schema", schema});
  EXPECT_EQ(sql.code, 1);
  EXPECT_EQ(sql.err, answer.err);
  std::string text = kPolicy;
  text.replace(text.find("\"0\""), 3, "x");
  const std::string policy = Write("p.yaml", text);
  const Answer yaml =
      Run({"convert", policy, "--from", "yaml", "--to", "odata", "--schema", schema});
  EXPECT_EQ(yaml.code, 1);
  EXPECT_EQ(yaml.err.find(policy + ":11:"), 0U) << yaml.err;
}

TEST_F(ProgramTest, EvalRefusesANowThatIsNoMoment) {
  const std::string data = Write("d.json", kSchema);
  const std::string xml = Write("f.xml", "<fetch><entity name='account'/></fetch>");
  const Answer answer = Run({"eval", "--data", data, "--filter", xml, "--now", "tomorrow"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("2026-11-23T10:00:00Z"), std::string::npos);
}

TEST_F(ProgramTest, NewWritesAPolicyThatIsValidAndNeverOverAFile) {
  const std::string file = (folder_.path() / "new.yaml").string();
  EXPECT_EQ(Run({"new", "field-service", "-o", file}).code, 0);
  EXPECT_EQ(Run({"validate", file}).code, 0);
  const std::string before = Read(file);
  EXPECT_EQ(Run({"new", "other", "-o", file}).code, 3);
  EXPECT_EQ(Read(file), before);
}

TEST_F(ProgramTest, NewRefusesANameTheFormatRefuses) {
  EXPECT_EQ(Run({"new", "Field Service!"}).code, 2);
}

TEST_F(ProgramTest, ExportWritesOneFetchPerOfflineEntityAndAllOrNone) {
  const std::string policy = Write("p.yaml", kPolicy);
  const std::string folder = (folder_.path() / "out").string();
  EXPECT_EQ(Run({"export", policy, "--to", folder, "--format", "fetchxml"}).code, 0);
  EXPECT_NE(Read(folder + "/account.xml").find("statecode"), std::string::npos);
  const Answer again = Run({"export", policy, "--to", folder, "--format", "fetchxml"});
  EXPECT_EQ(again.code, 3);
  EXPECT_EQ(Run({"export", policy, "--to", folder, "--format", "fetchxml", "--force"}).code, 0);
}

TEST_F(ProgramTest, PlainHttpToAnotherMachineIsRefused) {
  const Answer answer = Run({"schema", "http://crm.example/api/data/v9.2/"});
  EXPECT_EQ(answer.code, 3);
  EXPECT_NE(answer.err.find("https"), std::string::npos) << answer.err;
}

TEST_F(ProgramTest, AServerThatIsNotThereIsOneSentenceAndExitCodeThree) {
  const Answer answer = Run({"schema", "http://127.0.0.1:1/api/data/v9.2/"});
  EXPECT_EQ(answer.code, 3);
  // Above the error a long wait between two tries may have been announced: the jitter decides.
  const std::size_t error = answer.err.find("satchel: ");
  ASSERT_NE(error, std::string::npos) << answer.err;
  EXPECT_EQ(answer.err.find('\n', error) + 1, answer.err.size()) << answer.err;
}

TEST_F(ProgramTest, PublishesListsAndRestores) {
  const std::string file = Write("p.yaml", kPolicy);
  const std::string folder = folder_.path().string();
  const Answer first = Run({"publish", file, "--to", folder, "--note", "First", "--by", "eva"});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_NE(first.out.find("field-service version 1"), std::string::npos);
  EXPECT_EQ(Run({"validate", folder + "/field-service/current.yaml"}).code, 0);

  const Answer same = Run({"publish", file, "--to", folder});
  EXPECT_EQ(same.code, 1);
  EXPECT_NE(same.err.find("nothing has changed"), std::string::npos);

  std::string wider = kPolicy;
  wider.replace(wider.find("[name, "), 7, "[name, city, ");
  Write("p.yaml", wider);
  const Answer late = Run({"publish", file, "--to", folder, "--base", "0"});
  EXPECT_EQ(late.code, 1);
  EXPECT_EQ(Run({"publish", file, "--to", folder, "--base", "1"}).code, 0);

  const Answer back = Run({"restore", folder, "1", "--by", "petr", "--json"});
  EXPECT_EQ(back.code, 0) << back.err;
  EXPECT_NE(back.out.find("\"version\": 3"), std::string::npos);
  const Answer history = Run({"history", folder});
  EXPECT_EQ(history.code, 0);
  EXPECT_NE(history.out.find("* 3"), std::string::npos);
  EXPECT_NE(history.out.find("eva  First"), std::string::npos);
  EXPECT_NE(history.out.find("Restores version 1"), std::string::npos);
  EXPECT_EQ(Run({"restore", folder, "9"}).code, 3);
  EXPECT_EQ(Run({"history", folder + "/nowhere"}).code, 3);
}

TEST_F(ProgramTest, PublishMakesAFolderOnlyWhenItIsAskedTo) {
  const std::string file = Write("p.yaml", kPolicy);
  const std::string folder = folder_.path().string() + "/not/there";
  const Answer refused = Run({"publish", file, "--to", folder});
  EXPECT_EQ(refused.code, 3);
  EXPECT_NE(refused.err.find("add --create to make it"), std::string::npos) << refused.err;
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "not"));
  const Answer made = Run({"publish", file, "--to", folder, "--create"});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_NE(made.err.find("Made the folder " + folder), std::string::npos) << made.err;
  EXPECT_EQ(Run({"validate", folder + "/field-service/current.yaml"}).code, 0);
  // A file is no folder, and is not replaced by one.
  EXPECT_EQ(Run({"publish", file, "--to", file, "--create"}).code, 3);
}

TEST_F(ProgramTest, PublishBlocksWarningsUntilTheyHaveAReason) {
  std::string capped = kPolicy;
  capped += "    max_records: 10\n";
  const std::string file = Write("p.yaml", capped);
  const std::string folder = folder_.path().string();
  const Answer blocked = Run({"publish", file, "--to", folder});
  EXPECT_EQ(blocked.code, 1);
  EXPECT_NE(blocked.err.find("--acknowledge order-missing=REASON"), std::string::npos);
  EXPECT_EQ(Run({"publish", file, "--to", folder, "--acknowledge", "order-missing"}).code, 2);
  EXPECT_EQ(Run({"publish", file, "--to", folder, "--acknowledge", "order-missing=any ten"}).code,
            0);
  EXPECT_NE(Read(folder + "/field-service/1.yaml").find("any ten"), std::string::npos);
}

}  // namespace
}  // namespace satchel
