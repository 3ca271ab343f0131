#include "policy/check/diff.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

Policy Base() {
  Policy policy;
  policy.project.name = "field-service";
  policy.entities = {{.name = "account", .fields = {"name", "city"}},
                     {.name = "contact", .fields = {"fullname"}}};
  return policy;
}

std::vector<Change> After(void (*edit)(Policy&)) {
  Policy after = Base();
  edit(after);
  return Diff(Base(), after);
}

TEST(Diff, OfEqualPoliciesIsEmpty) {
  EXPECT_TRUE(Diff(Base(), Base()).empty());
}

TEST(Diff, OfThePublishedBlockIsEmpty) {
  EXPECT_TRUE(After([](Policy& p) { p.published = Published{.version = 3}; }).empty());
}

TEST(Diff, NamesEveryFieldAddedOrRemovedAndCallsItStructural) {
  const auto changes = After([](Policy& p) { p.entities[0].fields = {"name", "revenue"}; });
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].sentence, "Account: field 'revenue' added");
  EXPECT_EQ(changes[1].sentence, "Account: field 'city' removed");
  EXPECT_TRUE(changes[0].structural && changes[1].structural);
  EXPECT_EQ(changes[0].path, "entities.account.fields");
}

TEST(Diff, SpeaksInTheServersLabelsWhereItsSchemaIsGiven) {
  Schema schema;
  EntitySchema& account = schema.entities["account"];
  account.label = "Customer";
  account.fields["revenue"] = {.name = "revenue", .label = "Annual revenue"};
  account.fields["statecode"] = {.name = "statecode",
                                 .label = "Status",
                                 .type = FieldType::kState,
                                 .choices = {{0, "Active"}, {1, "Inactive"}}};
  Policy after = Base();
  after.entities[0].fields.push_back("revenue");
  after.entities[0].filter.nodes = {
      Node{Condition{.field = "statecode", .op = Operator::kEq, .values = {"0"}}}};
  after.expect = {{.as = "jana", .entity = "account", .at_most = 10}};
  const auto changes = Diff(Base(), after, &schema);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].sentence, "Customer: field 'Annual revenue' added");
  EXPECT_EQ(changes[0].after, "revenue");  // In the words of the format.
  EXPECT_EQ(changes[1].sentence,
            "Customer: filter changed from “All records” to “Status is Active”");
  EXPECT_EQ(changes[2].sentence, "Expectation added: jana has at most 10 records of Customer");
}

TEST(Diff, CallsEntitiesAndModesStructuralButNotTheirOrder) {
  EXPECT_TRUE(IsStructural(After([](Policy& p) { p.entities.pop_back(); })));
  EXPECT_TRUE(IsStructural(
      After([](Policy& p) { p.entities.push_back({.name = "task", .fields = {"subject"}}); })));
  EXPECT_TRUE(IsStructural(After([](Policy& p) { p.entities[0].mode = DeviceMode::kOnline; })));
  const auto moved = After([](Policy& p) { std::swap(p.entities[0], p.entities[1]); });
  ASSERT_EQ(moved.size(), 1u);
  EXPECT_EQ(moved[0].kind, Change::Kind::kMoved);
  EXPECT_FALSE(IsStructural(moved));
}

TEST(Diff, SaysAFilterChangeInWords) {
  const auto changes = After([](Policy& p) {
    p.entities[0].filter.nodes = {
        {Condition{.field = "statecode", .op = Operator::kEq, .values = {"0"}}}};
  });
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].before, "All records");
  EXPECT_EQ(changes[0].after, "Statecode is 0");
  EXPECT_FALSE(changes[0].structural);
}

TEST(Diff, CallsFieldsAndChoicesByTheirLabelsWhereItKnowsThem) {
  Schema schema;
  EntitySchema account;
  account.name = "account";
  account.label = "Customer";
  FieldSchema status;
  status.name = "statecode";
  status.label = "Status";
  status.type = FieldType::kState;
  status.choices = {{.value = 0, .label = "Active"}};
  FieldSchema revenue;
  revenue.name = "revenue";
  revenue.label = "Annual revenue";
  revenue.type = FieldType::kMoney;
  account.fields = {{"statecode", status}, {"revenue", revenue}};
  schema.entities["account"] = account;
  Policy after = Base();
  after.entities[0].fields.push_back("revenue");
  after.entities[0].filter.nodes = {
      {Condition{.field = "statecode", .op = Operator::kEq, .values = {"0"}}}};
  const auto changes = Diff(Base(), after, &schema);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].sentence, "Customer: field 'Annual revenue' added");
  EXPECT_EQ(changes[0].after, "revenue");
  EXPECT_EQ(changes[1].sentence,
            "Customer: filter changed from “All records” to “Status is Active”");
}

TEST(Diff, TellsNotesFromMeaning) {
  Policy before = Base();
  before.entities[0].filter.nodes = {
      {Condition{.field = "statecode", .op = Operator::kEq, .values = {"0"}}}};
  Policy after = before;
  std::get<Condition>(after.entities[0].filter.nodes[0].item).notes = "only live ones";
  const auto changes = Diff(before, after);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].sentence, "Account: notes of the filter changed");
}

TEST(Diff, SaysSettingsInWordsAndKeepsWhatTheFileHasBesideThem) {
  const auto changes = After([](Policy& p) {
    p.project.roles = {"Technician", "Dispatcher"};
    p.triggers.on_start =
        OnStart{.style = SyncStyle::kForeground, .skip_if_synced_within = Seconds(900)};
    p.triggers.on_change =
        OnChange{.watch = Watch::kServer, .poll = Seconds(60), .entities = {"account"}};
    p.triggers.on_save = OnSave{.delay = Seconds(5)};
    p.triggers.every = Seconds(86'400);
    p.modes.user_may_switch = false;
    p.budgets.network = NetworkAssumption{10'000'000, Milliseconds(60)};
    p.entities[0].allow.remove = false;
    p.entities[0].order = {{.field = "name"}, {.field = "city", .descending = true}};
    p.entities[0].max_records = 10'000;
    p.entities[0].attachments = AttachmentLimits{.max_size = 2 << 20, .types = {"pdf", "jpg"}};
  });
  std::vector<std::string> said;
  for (const Change& change : changes) said.push_back(change.sentence);
  EXPECT_EQ(said,
            (std::vector<std::string>{
                "Project: roles changed from everyone to Technician, Dispatcher",
                "Triggers: sync on app start changed from off to on in the foreground, unless "
                "synchronised within 15 min",
                "Triggers: sync on record change changed from off to on for changes on the "
                "server, looked for every 1 min, of Account",
                "Triggers: sync after a save changed from off to on, 5 s after it",
                "Triggers: interval changed from off to 24 h",
                "Modes: switching by the user changed from on to off",
                "Budgets: network set to 10 Mbit/s, 60 ms",
                "Account: permissions changed from create, update, delete to create, update",
                "Account: order set to name, then city, descending",
                "Account: most records set to 10\xE2\x80\x89"
                "000",
                "Account: attachments set to at most 2 MB each, only pdf, jpg"}));
  std::vector<std::string> written;
  for (const Change& change : changes) written.push_back(change.after);
  EXPECT_EQ(written, (std::vector<std::string>{
                         "[Technician, Dispatcher]", "style foreground, skip_if_synced_within 15m",
                         "watch server, poll 1m, entities [account]", "delay 5s", "24h", "false",
                         "10mbit, 60ms", "[create, update]",
                         "[{field: name}, {field: city, descending: true}]", "10000",
                         "max_size 2 MB, types [pdf, jpg]"}));
}

TEST(Diff, SeesEverySetting) {
  const std::vector<void (*)(Policy&)> edits = {
      [](Policy& p) { p.project.title = "T"; },
      [](Policy& p) { p.project.roles = {"Technician"}; },
      [](Policy& p) { p.project.priority = 5; },
      [](Policy& p) { p.sync.page_size = 100; },
      [](Policy& p) { p.sync.conflict = ConflictRule::kManual; },
      [](Policy& p) { p.sync.incremental.reconcile.kind = Reconcile::Kind::kAlways; },
      [](Policy& p) { p.triggers.on_start = OnStart{}; },
      [](Policy& p) { p.triggers.on_change = OnChange{.entities = {"account"}}; },
      [](Policy& p) { p.triggers.on_save = OnSave{.delay = Seconds(5)}; },
      [](Policy& p) { p.triggers.every = Seconds(900); },
      [](Policy& p) { p.triggers.network = Network::kUnmetered; },
      [](Policy& p) { p.modes.before_offline = SwitchRule::kForce; },
      [](Policy& p) { p.modes.user_may_switch = false; },
      [](Policy& p) { p.budgets.bytes = 1 << 30; },
      [](Policy& p) {
        p.budgets.network = NetworkAssumption{1000, Milliseconds(60)};
      },
      [](Policy& p) { p.entities[0].max_records = 10; },
      [](Policy& p) { p.entities[0].order = {{.field = "name"}}; },
      [](Policy& p) { p.entities[0].allow.remove = false; },
      [](Policy& p) { p.entities[0].always_full = true; },
      [](Policy& p) { p.entities[0].conflict = ConflictRule::kManual; },
      [](Policy& p) { p.entities[0].attachments = AttachmentLimits{.max_size = 1024}; },
      [](Policy& p) { p.entities[0].incremental.changes = Changes::kAll; },
      [](Policy& p) { p.entities[0].notes = "n"; },
      [](Policy& p) { p.expect = {{.as = "jana", .includes = "account/1"}}; },
  };
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const auto changes = After(edits[i]);
    ASSERT_EQ(changes.size(), 1u) << "edit " << i;
    EXPECT_FALSE(changes[0].sentence.empty());
    EXPECT_FALSE(changes[0].structural) << changes[0].sentence;
  }
}

}  // namespace
}  // namespace satchel
