// The oracle is held to the engine's evaluator (which the golden table holds to the truth): where
// the two agree on random worlds, a third mistake would have to be made twice.
#include "tests/sim/oracle.h"

#include <gtest/gtest.h>

#include "engine/filter/evaluator.h"
#include "tests/sim/prng.h"
#include "tests/sim/small_company.h"

namespace satchel::sim {
namespace {

class StateRows : public RowSource {
 public:
  StateRows(const CrmState& crm, const std::string& user) {
    for (const auto& [name, schema] : crm.schema().entities) {
      std::vector<RowBatch::Column> columns;
      for (const auto& [field_name, field] : schema.fields) {
        columns.push_back({field_name});
        if (field.polymorphic()) columns.push_back({TypeColumn(field_name)});
      }
      RowBatch batch(columns);
      for (const auto& [id, row] : crm.rows.at(name)) {
        if (!crm.MayRead(crm.UserOf(user), name, id, row)) continue;
        Cell* cells = batch.AddRow();
        for (std::size_t i = 0; i < columns.size(); ++i) {
          const auto at = row.values.find(columns[i].name);
          if (at == row.values.end()) continue;
          cells[i] = ToCell(at->second);
          if (cells[i].kind == Cell::Kind::kText || cells[i].kind == Cell::Kind::kId) {
            cells[i].bytes = batch.Keep(cells[i].view()).data();
          }
        }
        ids_[name].push_back(id);
      }
      batches_.emplace(name, std::move(batch));
    }
  }
  [[nodiscard]] const RowBatch* Rows(std::string_view entity) const override {
    const auto at = batches_.find(std::string(entity));
    return at == batches_.end() ? nullptr : &at->second;
  }
  [[nodiscard]] const std::string& IdOf(const std::string& entity, std::size_t row) const {
    return ids_.at(entity)[row];
  }

 private:
  std::map<std::string, RowBatch> batches_;
  std::map<std::string, std::vector<std::string>> ids_;
};

TEST(Oracle, AgreesWithTheEvaluatorForEveryUserHourAndFilterOfThePolicy) {
  CrmState crm({}, Morning());
  Populate(crm, 30);
  const Policy policy = FieldPolicy();
  int rows = 0;
  for (int user = 0; user < 4; ++user) {
    const StateRows source(crm, UserId(user));
    for (int hour = 0; hour < 24 * 5; hour += 7) {  // Over the start of summer time.
      const Instant now = {Morning().ticks + hour * 3'600 * kTicksPerSecond};
      const FilterContext context = {
          .now = now,
          .zone = crm.UserOf(UserId(user)).zone,
          .user = {.id = UserId(user), .teams = crm.TeamsOf(UserId(user))}};
      for (const satchel::Entity& entity : policy.entities) {
        const auto found = Evaluate(QueryOf(entity), crm.schema(), context, source);
        ASSERT_TRUE(found) << found.error().message;
        std::set<std::string> theirs;
        for (const std::size_t row : *found) theirs.insert(source.IdOf(entity.name, row));
        const auto ours = Select(crm, {UserId(user), now}, QueryOf(entity));
        EXPECT_EQ(std::set<std::string>(ours.begin(), ours.end()), theirs)
            << entity.name << " user " << user << " hour " << hour;
        rows += static_cast<int>(ours.size());
      }
    }
  }
  EXPECT_GT(rows, 1000);
}

TEST(Oracle, OrdersAndCutsAsTheEvaluatorDoes) {
  CrmState crm({}, Morning());
  Populate(crm, 30);
  const StateRows source(crm, UserId(0));
  for (const char* field : {"revenue", "city", "visiton"}) {
    for (const bool descending : {false, true}) {
      const Query query = {
          .entity = "account", .order = {{.field = field, .descending = descending}}, .top = 12};
      const auto found = Evaluate(query, crm.schema(), {.now = Morning()}, source);
      ASSERT_TRUE(found) << found.error().message;
      std::vector<std::string> theirs;
      for (const std::size_t row : *found) theirs.push_back(source.IdOf("account", row));
      EXPECT_EQ(Select(crm, {UserId(0), Morning()}, query), theirs) << field << descending;
    }
  }
}

TEST(Oracle, KeepsARelationOnlyWhileBothEndsStay) {
  CrmState crm({}, Morning());
  Populate(crm, 10);
  const Policy policy = FieldPolicy();
  const Scope scope = ScopeOf(crm, {UserId(0), Morning()}, policy);
  ASSERT_FALSE(scope.at("accountcontact").empty());
  EXPECT_LT(scope.at("accountcontact").size(), crm.rows.at("accountcontact").size());
  for (const std::string& id : scope.at("accountcontact")) {
    const Row& row = crm.rows.at("accountcontact").at(id);
    EXPECT_TRUE(scope.at("account").contains(TextOf(row.values.at("accountid"))));
    EXPECT_TRUE(scope.at("contact").contains(TextOf(row.values.at("contactid"))));
  }
}

}  // namespace
}  // namespace satchel::sim
