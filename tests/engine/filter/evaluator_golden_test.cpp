// The plain evaluator against the hand-written table, and the table against the list of operators.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "engine/filter/evaluator.h"
#include "tests/support/golden_fetch.h"

namespace satchel {
namespace {

const std::deque<GoldenTable>& Tables() {
  static const auto tables =
      LoadGoldenTables(std::filesystem::path(SATCHEL_SOURCE_DIR) / "tests/golden/fetchxml");
  static const std::deque<GoldenTable> none;
  if (!tables) {
    ADD_FAILURE() << tables.error().message;
    return none;
  }
  return *tables;
}

std::size_t ColumnNamed(const RowBatch& rows, const std::string& name) {
  std::size_t column = 0;
  while (rows.columns()[column].name != name) ++column;
  return column;
}

std::vector<std::string> IdsOf(const GoldenTable& table, const Query& query,
                               const std::vector<std::size_t>& indexes) {
  const RowBatch& rows = *table.data.Rows(query.entity);
  const std::size_t key = ColumnNamed(rows, table.data.schema().Find(query.entity)->key);
  std::vector<std::string> ids;
  for (const std::size_t index : indexes) {
    Guid guid;
    const std::string_view bytes = rows.cell(index, key).view();
    std::copy(bytes.begin(), bytes.end(), guid.bytes.begin());
    ids.push_back(ToString(guid));
  }
  return ids;
}

TEST(Evaluator, AnswersAsTheTableSays) {
  std::size_t cases = 0;
  for (const GoldenTable& table : Tables()) {
    for (const GoldenCase& golden : table.cases) {
      ++cases;
      const auto answer = Evaluate(golden.query, table.data.schema(), golden.context, table.data);
      if (!golden.error.empty()) {
        EXPECT_FALSE(answer) << golden.name;
        if (answer) continue;
        EXPECT_NE(answer.error().message.find(golden.error), std::string::npos)
            << golden.name << ": " << answer.error().message;
        continue;
      }
      ASSERT_TRUE(answer) << golden.name << ": " << answer.error().message;
      EXPECT_EQ(IdsOf(table, golden.query, *answer), golden.keeps)
          << golden.name << " (" << golden.cites << ")";
    }
  }
  EXPECT_GE(cases, 250u);
}

struct Coverage {
  bool matches = false;
  bool refuses = false;
  bool null = false;
};

// Calls back for every condition and every link of a query.
struct Walk {
  std::function<void(const Condition&)> condition;
  std::function<void(const Link&)> link;

  void Over(const Group& group) const {
    for (const Node& node : group.nodes) {
      if (const auto* one = std::get_if<Condition>(&node.item)) condition(*one);
      if (const auto* inner = std::get_if<Group>(&node.item)) Over(*inner);
      if (const auto* test = std::get_if<Link>(&node.item)) Over(*test);
    }
  }
  void Over(const Link& one) const {
    link(one);
    Over(one.filter);
    for (const Link& nested : one.links) Over(nested);
  }
  void Over(const Query& query) const {
    Over(query.filter);
    for (const Link& nested : query.links) Over(nested);
  }
};

void Note(Coverage& coverage, const GoldenTable& table, const GoldenCase& golden) {
  coverage.matches |= !golden.keeps.empty();
  coverage.refuses |= golden.keeps.size() < table.data.Rows(golden.query.entity)->rows();
}

TEST(GoldenTable, HasEveryOperatorWithRowsThatMatchThatDoNotAndThatAreNull) {
  std::map<Operator, Coverage> seen;
  for (const GoldenTable& table : Tables()) {
    for (const GoldenCase& golden : table.cases) {
      if (!golden.error.empty()) continue;
      const auto note = [&](const Condition& condition) {
        Coverage& coverage = seen[condition.op];
        Note(coverage, table, golden);
        const EntitySchema* entity = table.data.schema().Find(golden.query.entity);
        if (!entity->Find(condition.field)) return;  // Of a linked entity.
        const RowBatch& rows = *table.data.Rows(golden.query.entity);
        const std::size_t column = ColumnNamed(rows, condition.field);
        for (std::size_t i = 0; i < rows.rows(); ++i) coverage.null |= rows.cell(i, column).null();
      };
      Walk{note, [](const Link&) {}}.Over(golden.query);
    }
  }
  for (const OperatorInfo& info : Operators()) {
    EXPECT_TRUE(seen[info.op].matches) << info.name << " never matches a row";
    EXPECT_TRUE(seen[info.op].refuses) << info.name << " never refuses a row";
    EXPECT_TRUE(seen[info.op].null) << info.name << " never meets a null";
  }
}

TEST(GoldenTable, HasEveryLinkTypeWithRowsThatMatchAndThatDoNot) {
  std::map<LinkType, Coverage> seen;
  for (const GoldenTable& table : Tables()) {
    for (const GoldenCase& golden : table.cases) {
      if (!golden.error.empty()) continue;
      Walk{[](const Condition&) {}, [&](const Link& link) { Note(seen[link.type], table, golden); }}
          .Over(golden.query);
    }
  }
  for (int i = 0; i <= static_cast<int>(LinkType::kNotAll); ++i) {
    const auto type = static_cast<LinkType>(i);
    EXPECT_TRUE(seen[type].matches) << Name(type) << " never matches a row";
    EXPECT_TRUE(seen[type].refuses) << Name(type) << " never refuses a row";
  }
}

}  // namespace
}  // namespace satchel
