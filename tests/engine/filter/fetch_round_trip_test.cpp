// FetchXML as people have it (tests/golden/wild) survives fetchxml → policy file → fetchxml with
// nothing lost that decides which rows match.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/filter/evaluator.h"
#include "policy/fetchxml/fetchxml.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"
#include "tests/support/golden_fetch.h"
#include "tests/support/sqlite_rows.h"

namespace satchel {
namespace {

using Ids = std::vector<std::string>;

Ids IdsOf(const DataSet& data, const Query& query, const Result<std::vector<std::size_t>>& answer) {
  if (!answer) return {"error: " + answer.error().message};
  const RowBatch& rows = *data.Rows(query.entity);
  const std::string& key = data.schema().Find(query.entity)->key;
  std::size_t column = 0;
  while (rows.columns()[column].name != key) ++column;
  Ids ids;
  for (const std::size_t index : *answer) {
    Guid id;
    const std::string_view bytes = rows.cell(index, column).view();
    std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
    ids.push_back(ToString(id));
  }
  return ids;
}

// The query as it comes back from a policy file and from the FetchXML printed of that.
Query ThroughThePolicy(const Query& query, bool pretty) {
  Policy policy;
  policy.project.name = "p";
  policy.entities.push_back({.name = query.entity,
                             .all_fields = true,
                             .filter = query.filter,
                             .links = query.links,
                             .order = query.order});
  if (query.top > 0) policy.entities.back().max_records = query.top;
  const std::string yaml = PrintPolicy(policy);
  const ReadPolicy read = ParsePolicy(yaml);
  EXPECT_TRUE(read.findings.empty()) << read.findings.front().message << "\n" << yaml;
  if (read.policy.entities.size() != 1) return {};
  const Query from_file = QueryOf(read.policy.entities[0]);
  EXPECT_EQ(from_file, query) << yaml;
  const auto again = ParseFetch(PrintFetch(from_file, {.pretty = pretty}));
  EXPECT_TRUE(again) << again.error().message;
  return again ? again->query : Query{};
}

class Wild : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto tables = LoadGoldenTables(std::filesystem::path(SATCHEL_SOURCE_DIR) / "tests/golden/wild");
    ASSERT_TRUE(tables) << tables.error().message;
    tables_ = std::make_unique<std::deque<GoldenTable>>(std::move(*tables));
  }
  static void TearDownTestSuite() { tables_.reset(); }
  void SetUp() override { ASSERT_NE(tables_, nullptr); }

  inline static std::unique_ptr<std::deque<GoldenTable>> tables_;
};

TEST_F(Wild, MeansWhatItsReadersSay) {
  std::size_t cases = 0;
  for (const GoldenTable& table : *tables_) {
    std::map<std::string, const RowBatch*> batches;
    for (const auto& [name, entity] : table.data.schema().entities) {
      batches[name] = table.data.Rows(name);
    }
    auto sqlite = SqliteRows::Make(table.data.schema(), batches);
    ASSERT_TRUE(sqlite) << sqlite.error().message;
    for (const GoldenCase& golden : table.cases) {
      ++cases;
      const auto plain = Evaluate(golden.query, table.data.schema(), golden.context, table.data);
      EXPECT_EQ(IdsOf(table.data, golden.query, plain), golden.keeps) << golden.name;
      const auto sql = sqlite->Run(golden.query, table.data.schema(), golden.context);
      EXPECT_EQ(IdsOf(table.data, golden.query, sql), golden.keeps) << golden.name;
    }
  }
  EXPECT_GE(cases, 40u);
}

TEST_F(Wild, SurvivesTheWayThroughThePolicyFile) {
  for (const GoldenTable& table : *tables_) {
    for (const GoldenCase& golden : table.cases) {
      for (const bool pretty : {true, false}) {
        const Query back = ThroughThePolicy(golden.query, pretty);
        EXPECT_EQ(back, golden.query) << golden.name;
        const auto rows = Evaluate(back, table.data.schema(), golden.context, table.data);
        EXPECT_EQ(IdsOf(table.data, back, rows), golden.keeps) << golden.name;
      }
    }
  }
}

// ---- what cannot be kept is refused, not cut

std::string Refused(std::string_view xml) {
  const auto read = ParseFetch(xml);
  return read ? "" : read.error().message;
}

TEST(WildRefused, SaysWhyAnAggregateIsNoFilter) {
  for (
      const std::string_view xml :
      {R"(<fetch version="1.0" mapping="logical" aggregate="true"><entity name="opportunity">
             <attribute name="estimatedvalue" alias="sum" aggregate="sum" />
             <attribute name="ownerid" alias="owner" groupby="true" />
             <order alias="sum" descending="true" /></entity></fetch>)",
       R"(<fetch aggregate="1"><entity name="account"><attribute name="accountid" alias="n" aggregate="count"/></entity></fetch>)",
       R"(<fetch><entity name="account"><attribute name="createdon" alias="m" groupby="true" dategrouping="month"/></entity></fetch>)"}) {
    EXPECT_NE(Refused(xml).find("an aggregate returns sums, not records"), std::string::npos)
        << Refused(xml);
  }
}

TEST(WildRefused, SaysWhatElseCannotBeAFilter) {
  const auto refused = [](std::string_view xml, std::string_view because) {
    EXPECT_NE(Refused(xml).find(because), std::string::npos) << xml << ": " << Refused(xml);
  };
  refused(
      R"(<fetch distinct="true"><entity name="account"><attribute name="address1_city"/></entity></fetch>)",
      "distinct results are combinations of values");
  refused(R"(<fetch datasource="retained"><entity name="account"/></fetch>)", "long-term retained");
  refused(R"(<!DOCTYPE fetch SYSTEM "fetch.dtd"><fetch><entity name="account"/></fetch>)",
          "DOCTYPE");
  refused("&lt;fetch&gt;&lt;entity name=\"account\"/&gt;&lt;/fetch&gt;", "text outside of <fetch>");
  refused(
      R"(<savedquery><fetchxml><fetch><entity name="account"/></fetch></fetchxml></savedquery>)",
      "begins with <fetch>, not <savedquery>");
  refused(R"(<fetch><entity name="account"/><entity name="contact"/></fetch>)", "one <entity>");
  refused(R"(<fetch><entity name="account"><order alias="x"/></entity></fetch>)", "order by alias");
  refused(
      R"(<fetch><entity name="account"><link-entity name="contact" alias="c"/></entity></fetch>)",
      "needs the attribute 'from'");
}

TEST(WildRefused, NamesTheNearestForWhatIsMisspelt) {
  const auto refused = [](std::string_view condition, std::string_view because) {
    const std::string xml = "<fetch><entity name=\"account\"><filter><condition " +
                            std::string(condition) + "/></filter></entity></fetch>";
    EXPECT_NE(Refused(xml).find(because), std::string::npos) << xml << ": " << Refused(xml);
  };
  refused(R"(attribute="name" operator="EQ" value="x")", "did you mean 'eq'?");
  refused(R"(attribute="name" operator="not-begins-with" value="x")",
          "did you mean 'not-begin-with'?");
  refused(R"(attribute="name" operator="contains" value="x")", "is not a FetchXML operator");
  refused(R"(attribute="name" operator="eq" vlaue="x")", "no attribute 'vlaue'");
  refused(R"(column="name" operator="eq" value="x")", "no attribute 'column'");
  refused(R"(attribute="name" operator="eq")", "takes one value");
  refused(R"(attribute="revenue" operator="between" value="1")", "takes two <value> elements");
}

}  // namespace
}  // namespace satchel
