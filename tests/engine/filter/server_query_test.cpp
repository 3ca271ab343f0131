#include "engine/filter/server_query.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "engine/filter/data_set.h"
#include "engine/filter/evaluator.h"
#include "policy/fetchxml/fetchxml.h"
#include "tests/support/any_filter.h"
#include "tests/support/hold_for.h"

namespace satchel {
namespace {

constexpr const char* kSchema = R"({
  "account":{"key":"accountid","hierarchy":"parentaccountid","fields":{
    "accountid":"uniqueidentifier","name":"string","city":"string","revenue":"money","cost":"money",
    "createdon":"datetime","ownerid":"owner","categories":"multiselectpicklist",
    "parentaccountid":{"type":"lookup","targets":["account"]},
    "primarycontactid":{"type":"lookup","targets":["contact"]}}},
  "contact":{"key":"contactid","fields":{
    "contactid":"uniqueidentifier","fullname":"string","createdon":"datetime","age":"integer",
    "parentcustomerid":{"type":"customer","targets":["account","contact"]},
    "accountid":{"type":"lookup","targets":["account"]}}},
  "task":{"key":"activityid","fields":{
    "activityid":"uniqueidentifier","subject":"string","due":"dateonly",
    "regardingobjectid":{"type":"lookup","targets":["account"]}}}})";

// "account: accountid name; contact: contactid"
std::string Needed(std::string_view inside_of_entity) {
  static const Schema schema = *ParseSchema(kSchema);
  const auto fetch = ParseFetch("<fetch><entity name='account'>" + std::string(inside_of_entity) +
                                "</entity></fetch>");
  if (!fetch) return fetch.error().message;
  std::string text;
  for (const NeededFields& needed : FieldsNeeded(fetch->query, schema)) {
    text += (text.empty() ? "" : "; ") + needed.entity + ":";
    for (const std::string& field : needed.fields) text += " " + field;
  }
  return text;
}

std::string Needing(std::string_view condition) {
  return Needed("<filter><condition " + std::string(condition) + "/></filter>");
}

TEST(FieldsNeeded, AreTheKeyAloneWhereNothingIsAsked) {
  EXPECT_EQ(Needed(""), "account: accountid");
  EXPECT_EQ(Needed("<filter type='or'/>"), "account: accountid");
}

TEST(FieldsNeeded, AreSortedAndEachOnce) {
  EXPECT_EQ(Needed("<filter><condition attribute='revenue' operator='gt' value='1'/>"
                   "<filter type='or'><condition attribute='city' operator='null'/>"
                   "<filter><condition attribute='revenue' operator='lt' value='9'/></filter>"
                   "</filter></filter>"),
            "account: accountid city revenue");
}

TEST(FieldsNeeded, IncludeBothSidesOfAComparisonOfFields) {
  EXPECT_EQ(Needing("attribute='revenue' operator='gt' valueof='cost'"),
            "account: accountid cost revenue");
  EXPECT_EQ(Needed("<filter><condition attribute='createdon' operator='gt' valueof='c.createdon'/>"
                   "</filter><link-entity name='contact' from='contactid' to='primarycontactid' "
                   "alias='c'/>"),
            "account: accountid createdon primarycontactid; contact: contactid createdon");
}

TEST(FieldsNeeded, IncludeWhatEveryKindOfLinkMatchesAndAsks) {
  for (const std::string_view type : {"inner", "outer", "exists", "in", "any", "not any", "all",
                                      "not all", "matchfirstrowusingcrossapply"}) {
    EXPECT_EQ(
        Needed("<link-entity name='task' from='regardingobjectid' to='accountid' link-type='" +
               std::string(type) +
               "'><filter><condition attribute='due' operator='today'/></filter>"
               "</link-entity>"),
        "account: accountid; task: activityid due regardingobjectid")
        << type;
  }
}

TEST(FieldsNeeded, IncludeLinksInsideFiltersAndBelowLinks) {
  EXPECT_EQ(
      Needed("<filter type='or'><condition attribute='city' operator='eq' value='x'/>"
             "<link-entity name='contact' from='parentcustomerid' to='accountid' link-type='any'>"
             "<link-entity name='task' from='regardingobjectid' to='accountid'><filter>"
             "<condition attribute='subject' operator='not-null'/></filter></link-entity>"
             "</link-entity></filter>"),
      "account: accountid city; contact: accountid contactid parentcustomerid; "
      "task: activityid regardingobjectid subject");
}

TEST(FieldsNeeded, IncludeOrdersBecauseTheyDecideWhatACapKeeps) {
  EXPECT_EQ(
      Needed("<order attribute='revenue' descending='true'/>"
             "<order entityname='c' attribute='fullname'/>"
             "<link-entity name='contact' from='contactid' to='primarycontactid' alias='c'/>"),
      "account: accountid primarycontactid revenue; contact: contactid fullname");
  // Which row a matchfirst link sees depends on its order.
  EXPECT_EQ(Needed("<link-entity name='contact' from='parentcustomerid' to='accountid' "
                   "link-type='matchfirstrowusingcrossapply'><order attribute='age'/>"
                   "</link-entity>"),
            "account: accountid; contact: age contactid parentcustomerid");
}

TEST(FieldsNeeded, IncludeTheLookupAHierarchyClimbs) {
  constexpr std::string_view kId = "value='00000000-0000-0000-0000-000000000001'";
  EXPECT_EQ(Needing("attribute='accountid' operator='under' " + std::string(kId)),
            "account: accountid parentaccountid");
  // Asked of a lookup, the hierarchy is that of its target.
  EXPECT_EQ(Needed("<link-entity name='contact' from='contactid' to='primarycontactid'><filter>"
                   "<condition attribute='accountid' operator='not-under' " +
                   std::string(kId) + "/></filter></link-entity>"),
            "account: accountid parentaccountid primarycontactid; contact: accountid contactid");
}

TEST(FieldsNeeded, NameNothingForAQueryThatIsWrong) {
  EXPECT_EQ(Needing("attribute='nope' operator='null'"), "");
  EXPECT_EQ(Needing("entityname='c' attribute='name' operator='null'"), "");
}

// ---- the property: nothing else is looked at

// The rows with every field emptied that is not needed.
DataSet Only(const DataSet& world, const std::vector<NeededFields>& needed) {
  std::map<std::string, RowBatch, std::less<>> kept;
  for (const auto& [entity_name, entity] : world.schema().entities) {
    const std::string& name = entity_name;  // Clang 14 captures no structured binding.
    const RowBatch& rows = *world.Rows(name);
    const auto at = std::find_if(needed.begin(), needed.end(),
                                 [&](const NeededFields& one) { return one.entity == name; });
    RowBatch copy(rows.columns());
    for (std::size_t row = 0; at != needed.end() && row < rows.rows(); ++row) {
      Cell* cells = copy.AddRow();
      for (std::size_t i = 0; i < rows.columns().size(); ++i) {
        const std::string& column = rows.columns()[i].name;
        if (std::find(at->fields.begin(), at->fields.end(), column) == at->fields.end()) continue;
        cells[i] = rows.cell(row, i);  // Points into `world`, which outlives the copy.
      }
    }
    kept.emplace(name, std::move(copy));
  }
  return {world.schema(), std::move(kept)};
}

TEST(FieldsNeededProperty, AreAllThatAnAnswerDependsOn) {
  constexpr int kWorlds = 32;
  std::vector<DataSet> worlds;
  for (std::uint32_t seed = 0; seed < kWorlds; ++seed) worlds.push_back(MakeWorld(seed));
  int emptied = 0;
  HoldFor("needed fields decide", 5000, [&] {
    const DataSet& world = worlds[static_cast<std::size_t>(*rc::gen::inRange(0, kWorlds))];
    const Query query = AnyFilterQuery();
    const FilterContext context = AnyFilterContext();
    const auto whole = Evaluate(query, world.schema(), context, world);
    if (!whole) return;
    const auto needed = FieldsNeeded(query, world.schema());
    const DataSet only = Only(world, needed);
    emptied += needed.size() < 2 || needed[0].fields.size() < 8 ? 1 : 0;
    const auto answer = Evaluate(query, world.schema(), context, only);
    RC_LOG() << PrintFetch(query);
    RC_ASSERT(answer.has_value());
    RC_ASSERT(*answer == *whole);
  });
  EXPECT_GT(emptied, 2500);
}

}  // namespace
}  // namespace satchel
