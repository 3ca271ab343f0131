// Editing on the screens Entities, Filters, Triggers and Project, by clicks and keys.
#include "app/console/panels/condition_editor.h"
#include "policy/check/starting_point.h"
#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

class Editing : public HeadlessConsole {
 protected:
  [[nodiscard]] int Errors() const { return CountAll(state()).errors; }
  void Show(const std::string& screen) { Press("rail/" + screen); }
  [[nodiscard]] const Policy& draft() const { return state().draft.current(); }
  [[nodiscard]] const Group& filter() const { return account().filter; }
  [[nodiscard]] const Condition& condition(std::size_t index) const {
    return std::get<Condition>(filter().nodes.at(index).item);
  }
  // Chooses from the list that is open.
  void Choose(const std::string& text) {
    Type(text);
    Key(Key::kEnter);
  }
};

TEST_F(Editing, ChangesSeveralEntitiesAtOnceAsOneStep) {
  Open();
  Press("entities/tick/account");
  Press("entities/tick/contact");
  Press("entities/bulk/online");
  EXPECT_EQ(draft().Find("account")->mode, DeviceMode::kOnline);
  EXPECT_EQ(draft().Find("contact")->mode, DeviceMode::kOnline);
  Key(Key::kZ, true);
  EXPECT_EQ(draft().Find("account")->mode, DeviceMode::kOffline);
  EXPECT_EQ(draft().Find("contact")->mode, DeviceMode::kOffline);
  Press("entities/bulk/exclude");
  EXPECT_EQ(draft().Find("account"), nullptr);
  EXPECT_EQ(draft().Find("contact"), nullptr);
  Press("toast/" + std::to_string(state().toasts[0].id) + "/action");
  EXPECT_NE(draft().Find("contact"), nullptr);
}

TEST_F(Editing, TicksWhatIsShown) {
  Open();
  Press("entities/show/2");  // Online only.
  Press("entities/tick-all");
  Press("entities/bulk/offline");
  for (const Entity& entity : draft().entities) EXPECT_EQ(entity.mode, DeviceMode::kOffline);
}

TEST_F(Editing, AddsSeveralEntitiesOfTheServer) {
  Open();
  app_->controller().Apply(RemoveEntities{{"email", "list"}});
  Connect();
  Press("entities/add");
  Press("add-entity/item/email");
  Press("add-entity/item/competitor");
  Press("add-entity/add");
  EXPECT_NE(draft().Find("email"), nullptr);
  EXPECT_NE(draft().Find("competitor"), nullptr);
  EXPECT_EQ(draft().Find("list"), nullptr);
  EXPECT_EQ(state().draft.undo_name(), "Add 2 entities");
  // As `satchel new` begins: not with every record of the server.
  EXPECT_EQ(*draft().Find("email"), StartingPoint(*state().connection.schema->Find("email")));
  EXPECT_FALSE(draft().Find("email")->filter.nodes.empty());
}

TEST_F(Editing, SetsPermissionsCapAndOrder) {
  Open();
  Connect();
  Press("inspector/tab/1");
  Press("entity/allow/delete");
  EXPECT_FALSE(account().allow.remove);
  Press("entity/cap");
  EXPECT_EQ(account().max_records, 1000);
  Press("entity/max_records");
  Key(Key::kA, true);
  Type("250");
  EXPECT_EQ(account().max_records, 250);
  Type("x");  // No number: the draft keeps what it had.
  EXPECT_EQ(account().max_records, 250);
  Press("entity/order/add");
  Choose("modified");
  ASSERT_EQ(account().order.size(), 1U);
  EXPECT_EQ(account().order[0].field, "modifiedon");
  Press("entity/order/0/direction");
  EXPECT_TRUE(account().order[0].descending);
  Press("entity/conflict");
  Choose("user decides");
  EXPECT_EQ(account().conflict, ConflictRule::kManual);
}

TEST_F(Editing, SelectsFieldsByTypeAndKeepsTheRequired) {
  Open();
  Connect();
  Press("inspector/select");
  Choose("all text fields");
  EXPECT_TRUE(std::count(account().fields.begin(), account().fields.end(), "telephone") == 1);
  Press("inspector/select");
  Choose("must be there");
  EXPECT_EQ(account().fields, std::vector<std::string>{"name"});
  Press("inspector/select");
  Choose("gets later");
  EXPECT_TRUE(account().all_fields);
}

TEST_F(Editing, BuildsAConditionWithChoicesByLabel) {
  Open();
  Connect();
  Show("Filters");
  Press("filter/add/entities.account.filter/condition");
  Choose("industry");
  ASSERT_EQ(filter().nodes.size(), 1U);
  EXPECT_EQ(condition(0).field, "industry");
  EXPECT_EQ(condition(0).op, Operator::kEq);
  const std::string row = "filter/entities.account.filter.and[0]";
  Press(row + "/op");
  Choose("is one of");
  EXPECT_EQ(condition(0).op, Operator::kIn);
  Press(row + "/value");
  Choose("Energy");
  Key(Key::kEscape);
  Press(row + "/value");
  Choose("Food");
  Key(Key::kEscape);
  EXPECT_EQ(condition(0).values, (std::vector<std::string>{"1", "2"}));
  Press(row + "/chip/0/remove");
  EXPECT_EQ(condition(0).values, std::vector<std::string>{"2"});
  Key(Key::kZ, true);
  EXPECT_EQ(condition(0).values.size(), 2U);
}

TEST_F(Editing, TakesSeveralChoicesFromOneListUntilEscape) {
  Open();
  Connect();
  Show("Filters");
  Press("filter/add/entities.account.filter/condition");
  Choose("industry");
  const std::string row = "filter/entities.account.filter.and[0]";
  Press(row + "/op");
  Choose("is one of");
  Press(row + "/value");
  Choose("Food");
  EXPECT_EQ(Written(row + "/value/list/search"), "");
  Choose("Energy");  // The keyboard is there for the next.
  EXPECT_EQ(condition(0).values, (std::vector<std::string>{"2", "1"}));
  Press(row + "/value/list/item/2");  // Once more: it goes.
  Choose("Metal");
  EXPECT_EQ(condition(0).values, (std::vector<std::string>{"1", "3"}));
  Key(Key::kEscape);
  EXPECT_FALSE(Shown(row + "/value/list/search"));
  EXPECT_EQ(condition(0).values.size(), 2U);
}

TEST_F(Editing, OffersRelativeWindowsForDatesAndMergesTyping) {
  Open();
  Connect();
  Show("Filters");
  Press("filter/add/entities.account.filter/condition");
  Choose("modified on");
  EXPECT_EQ(condition(0).op, Operator::kLastXDays);
  Press("filter/entities.account.filter.and[0]/value/0");
  Type("9");
  Type("0");
  EXPECT_EQ(condition(0).values, std::vector<std::string>{"90"});
  Key(Key::kEscape);  // Leaves the field, and takes its text back.
  EXPECT_TRUE(condition(0).values.empty());
  EXPECT_EQ(state().draft.undo_name(), "Add a condition on Modified on");
}

TEST_F(Editing, FindsRecordsForALookup) {
  Open();
  Connect();
  Show("Filters");
  Press("filter/add/entities.account.filter/condition");
  Choose("owner");
  EXPECT_EQ(condition(0).op, Operator::kEqUserOrUserTeams);
  Press("filter/entities.account.filter.and[0]/op");
  Choose("eq");
  EXPECT_EQ(condition(0).op, Operator::kEq);
  Press("filter/entities.account.filter.and[0]/value");
  Type("Petr");
  EXPECT_TRUE(Says("22222222"));  // Two are called so.
  Press(
      "filter/entities.account.filter.and[0]/value/list/item/"
      "22222222-2222-2222-2222-222222222222");
  EXPECT_EQ(condition(0).values, std::vector<std::string>{"22222222-2222-2222-2222-222222222222"});
  EXPECT_TRUE(Says("Petr Dvořák"));
}

TEST_F(Editing, TakesSeveralRecordsFromOneSearchUntilEscape) {
  Open();
  Connect();
  Show("Filters");
  Press("filter/add/entities.account.filter/condition");
  Choose("owner");
  const std::string row = "filter/entities.account.filter.and[0]";
  Press(row + "/op");
  Choose("is one of");
  Press(row + "/value");
  Type("Petr");
  Press(row + "/value/list/item/22222222-2222-2222-2222-222222222222");
  EXPECT_EQ(condition(0).values, std::vector<std::string>{"22222222-2222-2222-2222-222222222222"});
  EXPECT_EQ(Written(row + "/value/list/search"), "");
  Type("Jana");
  Key(Key::kEnter);
  EXPECT_EQ(condition(0).values.size(), 2U);
  Type("Jana");  // Chosen already: it goes again.
  Key(Key::kEnter);
  EXPECT_EQ(condition(0).values.size(), 1U);
  Key(Key::kEscape);
  EXPECT_FALSE(Shown(row + "/value/list/search"));
}

TEST_F(Editing, GroupsMovesAndRemovesConditions) {
  Open();
  Connect();
  Show("Filters");
  for (const char* field : {"industry", "credit"}) {
    Press("filter/add/entities.account.filter/condition");
    Choose(field);
  }
  Press("filter/row/entities.account.filter.and[1]");
  Choose("move up");
  EXPECT_EQ(condition(0).field, "creditonhold");
  Press("filter/row/entities.account.filter.and[0]");
  Choose("or group");
  const auto* group = std::get_if<Group>(&filter().nodes.at(0).item);
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->conjunction, Conjunction::kOr);
  Press("filter/group/entities.account.filter.and[0]");
  Choose("dissolve");
  EXPECT_EQ(condition(0).field, "creditonhold");
  Press("filter/remove/entities.account.filter.and[0]");
  EXPECT_EQ(filter().nodes.size(), 1U);
  Press("filter/copy/entities.account.filter.and[0]");
  EXPECT_EQ(filter().nodes.size(), 2U);
  Press("filter/group/entities.account.filter");
  Choose("or");
  EXPECT_EQ(filter().conjunction, Conjunction::kOr);
}

TEST_F(Editing, KeepsTheKeyboardAtTheConditionItMovesAndAtTheOneItAdds) {
  Open();
  Connect();
  Show("Filters");
  for (const char* field : {"industry", "credit", "revenue"}) {
    Press("filter/add/entities.account.filter/condition");
    Choose(field);
  }
  const std::string root = "entities.account.filter";
  const auto tab_to = [this](const std::string& id) {
    for (int i = 0; i < 200 && app_->record().focused != id; ++i) Key(Key::kTab);
    ASSERT_EQ(app_->record().focused, id);
  };
  tab_to("filter/row/" + root + ".and[2]");
  Key(Key::kUp, false, false, true);
  EXPECT_EQ(app_->record().focused, "filter/row/" + root + ".and[1]");
  Key(Key::kUp, false, false, true);
  EXPECT_EQ(condition(0).field, "revenue");
  EXPECT_EQ(condition(1).field, "industry");
  EXPECT_EQ(app_->record().focused, "filter/row/" + root + ".and[0]");
  tab_to("filter/add/" + root + "/condition");
  Key(Key::kSpace);
  Choose("name");
  EXPECT_EQ(app_->record().focused, "filter/" + root + ".and[3]/value/0");
}

TEST_F(Editing, OffersWaysToBeginAFilter) {
  Open();
  Connect();
  Show("Filters");
  ASSERT_TRUE(filter().nodes.empty());
  EXPECT_TRUE(Says("has no filter yet"));
  EXPECT_TRUE(Says("every record that the user may read goes to the device"));
  Press("filter/begin/owned");
  ASSERT_EQ(filter().nodes.size(), 1U);
  EXPECT_EQ(condition(0).field, "ownerid");
  EXPECT_EQ(condition(0).op, Operator::kEqUserOrUserTeams);
  EXPECT_FALSE(Shown("filter/begin/recent")) << "it has begun";
  app_->controller().Apply(Undo{});
  Settle();
  Press("filter/begin/recent");
  EXPECT_EQ(condition(0).values, std::vector<std::string>{"90"});
  app_->controller().Apply(Undo{});
  Settle();
  Press("filter/begin/related");
  Choose("contact");
  ASSERT_EQ(filter().nodes.size(), 1U);
  EXPECT_EQ(std::get<Link>(filter().nodes.at(0).item).entity, "contact");
}

// A way to begin that asks for a field the entity has not would be an error at once.
TEST_F(Editing, OffersNoBeginningWhoseFieldTheEntityHasNot) {
  Open();
  Connect();
  Show("Filters");
  app_->controller().Apply(AddEntities{{"competitor"}});
  Settle();
  Entity bare = *draft().Find("competitor");
  bare.filter = {};
  bare.links.clear();
  app_->controller().Apply(EditEntities{{bare}, "No filter", ""});
  app_->controller().Apply(SelectEntity{"competitor"});
  Settle();
  ASSERT_EQ(state().connection.schema->Find("competitor")->Find("ownerid"), nullptr);
  EXPECT_FALSE(Shown("filter/begin/owned"));
  EXPECT_TRUE(Shown("filter/begin/recent"));
  EXPECT_TRUE(Shown("filter/begin/active")) << "there is room for it";
  EXPECT_TRUE(Shown("filter/begin/related"));
}

TEST_F(Editing, LinksEntitiesThroughTheirLookups) {
  Open();
  Connect();
  Show("Filters");
  Press("filter/add/entities.account.filter/link");
  Choose("contact");
  const auto* link = std::get_if<Link>(&filter().nodes.at(0).item);
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->entity, "contact");
  EXPECT_EQ(link->from, "parentid");
  EXPECT_EQ(link->to, "accountid");
  EXPECT_EQ(link->type, LinkType::kAny);
  Press("filter/entities.account.filter.and[0]/type");
  Choose("has no");
  EXPECT_EQ(std::get<Link>(filter().nodes.at(0).item).type, LinkType::kNotAny);
  Press("filter/add/entities.account.filter.and[0]/condition");
  Choose("city");
  EXPECT_EQ(std::get<Link>(filter().nodes.at(0).item).filter.nodes.size(), 1U);
  Press("filter/add/entities.account.filter/join");
  Choose("contact");
  ASSERT_EQ(account().links.size(), 1U);
  EXPECT_EQ(account().links[0].type, LinkType::kInner);
  EXPECT_EQ(account().links[0].alias, "contact");
}

TEST_F(Editing, ShowsAFindingBesideTheRowThatCausesIt) {
  Open();
  Connect();
  Show("Filters");
  bench_->finding = {
      Severity::kError,        "bad-literal", "account", "entities.account.filter.and[0].value", {},
      "'soon' is not a number"};
  Press("filter/add/entities.account.filter/condition");
  Choose("revenue");
  Press("filters/copy-sentence");  // Who is still at the condition is not told yet.
  ASSERT_TRUE(Shown("filters/finding/0"));
  Press("filters/finding/0");
  EXPECT_TRUE(Shown("filter/entities.account.filter.and[0]/field"));
}

TEST_F(Editing, ShowsTheEndOfALongLineThatIsBeingWritten) {
  Open();
  app_->controller().Apply(ShowScreen{Screen::kFilters});
  Settle();
  Press("filters/tab/1");
  Press("fetch/text");
  Key(compat::Key::kA, true);
  Type("<fetch> " + std::string(300, 'x') + " END");
  app_->record().keep_texts = true;
  Frame();
  bool shown = false;
  for (const auto& text : app_->record().texts) {
    if (text.text.find("END") == std::string::npos) continue;
    shown = text.rect.x1 <= text.clip.x1 && text.rect.x1 > text.clip.x0;
  }
  EXPECT_TRUE(shown);
}

TEST_F(Editing, EditsFetchXmlBothWays) {
  Open();
  Connect();
  Show("Filters");
  ImGui::SetClipboardText(
      "<fetch><entity name='account'><filter><condition attribute='city' operator='eq' "
      "value='Brno'/></filter></entity></fetch>");
  Press("filters/paste");
  ASSERT_EQ(filter().nodes.size(), 1U);
  EXPECT_EQ(condition(0).field, "city");
  EXPECT_EQ(condition(0).values, std::vector<std::string>{"Brno"});
  Key(Key::kZ, true);
  EXPECT_TRUE(filter().nodes.empty());
  // What does not parse is kept as it is, and the draft too.
  ImGui::SetClipboardText("<fetch><entity name='account'><filter></entity></fetch>");
  Press("filters/paste");
  EXPECT_TRUE(filter().nodes.empty());
  EXPECT_TRUE(Shown("fetch/revert"));
  EXPECT_FALSE(Says("has become another one since"));
  app_->controller().Apply(Redo{});
  Settle();
  EXPECT_TRUE(Says("has become another one since"));
  app_->controller().Apply(Undo{});
  Settle();
  Press("fetch/revert");
  EXPECT_FALSE(Shown("fetch/revert"));
  ImGui::SetClipboardText("<fetch><entity name='contact'/></fetch>");
  Press("filters/paste");
  EXPECT_TRUE(Shown("fetch/revert"));  // Another entity's.
  Press("filters/copy");
  EXPECT_NE(copied_.find("<entity name=\"account\""), std::string::npos);
}

TEST_F(Editing, TranslatesTheFilterForReading) {
  Open();
  Connect();
  Show("Filters");
  Press("filters/tab/2");
  EXPECT_TRUE(Says("SELECT"));
  Press("filters/tab/3");
  ASSERT_TRUE(state().translation.result);
  EXPECT_EQ(state().translation.result->odata, "statecode eq 0");
}

TEST_F(Editing, SwitchesTriggersAndModes) {
  Open();
  Show("Triggers");
  Press("triggers/every");
  EXPECT_EQ(draft().triggers.every, Seconds(900));
  Press("triggers/every/interval");
  Key(Key::kA, true);
  Type("30m");
  EXPECT_EQ(draft().triggers.every, Seconds(1800));
  Press("triggers/every/retry");
  EXPECT_FALSE(draft().triggers.retry_on_reconnect);
  Press("triggers/change");
  Press("triggers/change/add");
  Choose("work order");
  ASSERT_TRUE(draft().triggers.on_change);
  EXPECT_EQ(draft().triggers.on_change->entities, std::vector<std::string>{"msdyn_workorder"});
  Press("triggers/start");
  Press("triggers/start/style/2");
  EXPECT_EQ(draft().triggers.on_start->style, SyncStyle::kForeground);
  Press("triggers/network/1");
  EXPECT_EQ(draft().triggers.network, Network::kUnmetered);
  Press("modes/offline/2");
  EXPECT_EQ(draft().modes.before_offline, SwitchRule::kForce);
  Press("modes/online/0");
  EXPECT_EQ(draft().modes.before_online, SwitchRule::kNothing);
}

TEST_F(Editing, RefusesAnIntervalUnderAMinute) {
  Open();
  Show("Triggers");
  Press("triggers/every");
  Press("triggers/every/interval");
  Key(Key::kA, true);
  Type("10s");
  EXPECT_EQ(draft().triggers.every, Seconds(900));
}

TEST_F(Editing, EditsEveryPartOfTheProject) {
  Open();
  Connect();
  Show("Project");
  Press("project/title");
  Key(Key::kA, true);
  Type("Night shift");
  EXPECT_EQ(draft().project.title, "Night shift");
  EXPECT_EQ(state().draft.undo_name(), "Title the project");
  Press("project/role/add");
  Choose("Technician");
  EXPECT_EQ(draft().project.roles, std::vector<std::string>{"Technician"});
  Press("sync/conflict");
  Choose("user decides");
  EXPECT_EQ(draft().sync.conflict, ConflictRule::kManual);
  Press("sync/reconcile");
  Choose("never");
  EXPECT_EQ(draft().sync.incremental.reconcile.kind, Reconcile::Kind::kNever);
  Press("budgets/records");
  Type("20000");
  EXPECT_EQ(draft().budgets.records, 20000);
  Press("expect/add");
  ASSERT_EQ(draft().expect.size(), 1U);
  EXPECT_EQ(draft().expect[0].as, "role/Technician");
  Press("expect/0/kind");
  Choose("exactly");
  EXPECT_EQ(draft().expect[0].exactly, 1000);
}

TEST_F(Editing, ShowsAndEditsEveryBoundOfAnExpectation) {
  Open();
  Policy policy = draft();
  policy.expect = {{.as = "role/Technician", .entity = "account", .at_most = 900, .at_least = 40},
                   {.as = "role/Technician", .entity = "account", .at_least = 3, .exactly = 7}};
  app_->controller().Apply(EditPolicy{policy, "Expect", ""});
  Show("Project");
  EXPECT_TRUE(Says("has between"));
  EXPECT_EQ(Written("expect/0/at_least"), "40");
  EXPECT_EQ(Written("expect/0/at_most"), "900");
  EXPECT_TRUE(Says("has exactly"));
  EXPECT_TRUE(Says("and at least"));
  EXPECT_EQ(Written("expect/1/exactly"), "7");
  Press("expect/0/at_least");
  Key(Key::kA, true);
  Type("50");
  EXPECT_EQ(draft().expect[0].at_least, 50);
  EXPECT_EQ(draft().expect[0].at_most, 900);
  // Another kind and back: what still counts is kept.
  Press("expect/0/kind");
  Choose("at most");
  EXPECT_EQ(draft().expect[0].at_most, 900);
  EXPECT_FALSE(draft().expect[0].at_least);
  Press("expect/0/kind");
  Choose("between");
  EXPECT_EQ(draft().expect[0].at_least, 0);
  EXPECT_EQ(draft().expect[0].at_most, 900);
  EXPECT_TRUE(Shown("expect/0/at_least"));
}

TEST_F(Editing, WritesTheNamesOfSettingsWholeInANarrowWindow) {
  for (const float width : {1600.0F, 1280.0F, 1024.0F}) {
    Resize(width, 800);
    Open();
    Show("Project");
    for (const char* name : {"Started by hand", "Conflicts", "Incremental sync",
                             "Look for moved records", "Page size", "For the roles"}) {
      EXPECT_TRUE(Says(name)) << name << " at " << width;
    }
  }
}

// On the way to "50 potatoes" lies "5": a budget of five bytes is not what anybody wrote.
TEST_F(Editing, KeepsTheValueFromBeforeWhatCannotBeRead) {
  Open();
  Show("Project");
  Press("budgets/bytes");
  Key(Key::kA, true);
  Type("50 MB");
  Press("project/title");
  ASSERT_EQ(draft().budgets.bytes, 50 << 20);
  Press("budgets/bytes");
  Key(Key::kA, true);
  for (const char letter : std::string("5 potatoes")) Type(std::string(1, letter));
  Press("budgets/records");  // Another text field takes the caret.
  EXPECT_EQ(draft().budgets.bytes, 50 << 20);
  EXPECT_EQ(Written("budgets/bytes"), "5 potatoes");  // It stays where it was written.
  // By the Tab key, to what is no text field, too.
  Press("project/priority");
  Key(Key::kA, true);
  Type("1");
  Type("x");
  Key(Key::kTab);
  EXPECT_EQ(draft().project.priority, 0);
  EXPECT_EQ(Written("project/priority"), "1x");
  // Mended, it is taken.
  Press("budgets/bytes");
  Key(Key::kA, true);
  Type("60 MB");
  Press("project/title");
  EXPECT_EQ(draft().budgets.bytes, 60 << 20);
  EXPECT_EQ(Written("budgets/bytes"), "60 MB");
}

TEST_F(Editing, ShowsWhatUndoBringsBackInTheFieldThatWasLeft) {
  Open();
  Show("Project");
  const int before = draft().project.priority;
  Press("project/priority");
  Key(Key::kA, true);
  Type("7");
  ASSERT_EQ(draft().project.priority, 7);
  Key(Key::kTab);
  ASSERT_EQ(app_->record().focused, "project/role/add");  // No text: nobody else is written in.
  Key(Key::kZ, true);
  EXPECT_EQ(draft().project.priority, before);
  EXPECT_EQ(Written("project/priority"), std::to_string(before));
}

TEST_F(Editing, TakesOneValueOfAListAfterAnother) {
  Open();
  Connect();
  Show("Filters");
  Press("filter/add/entities.account.filter/condition");
  Choose("name");
  const std::string row = "filter/entities.account.filter.and[0]";
  Press(row + "/op");
  Choose("is one of");
  Press(row + "/value/next");
  for (const char letter : std::string("Alpha, Beta")) Type(std::string(1, letter));
  Key(Key::kEnter);
  EXPECT_EQ(condition(0).values, (std::vector<std::string>{"Alpha", "Beta"}));
  Type("Gamma");  // The caret is there for the next.
  Key(Key::kTab);
  EXPECT_EQ(condition(0).values, (std::vector<std::string>{"Alpha", "Beta", "Gamma"}));
}

TEST_F(Editing, OffersWhatIsAboutTheUserOnlyWherePeopleArePointedAt) {
  const auto offers = [](const FieldSchema& field) {
    for (const PickerItem& item : ConditionEditor::Operators(&field)) {
      if (item.value == "eq-userid") return true;
    }
    return false;
  };
  EXPECT_TRUE(offers({.name = "ownerid", .type = FieldType::kOwner}));
  EXPECT_TRUE(offers({.name = "by", .type = FieldType::kLookup, .targets = {"systemuser"}}));
  EXPECT_FALSE(offers({.name = "customer", .type = FieldType::kLookup, .targets = {"contact"}}));
}

TEST_F(Editing, CallsComparisonsOfDatesAfterAndBefore) {
  const FieldSchema day{.name = "createdon", .type = FieldType::kDateTime};
  const FieldSchema sum{.name = "revenue", .type = FieldType::kMoney};
  EXPECT_EQ(OperatorWords(Info(Operator::kGt), &day), "is after");
  EXPECT_EQ(OperatorWords(Info(Operator::kGt), &sum), "is greater than");
}

TEST_F(Editing, OffersComparisonsOfADateInItsOwnWords) {
  Open();
  Connect();
  Show("Filters");
  Press("filter/add/entities.account.filter/condition");
  Choose("modified on");
  Press("filter/entities.account.filter.and[0]/op");
  Type("is after");
  EXPECT_TRUE(Shown("filter/entities.account.filter.and[0]/op/list/item/gt"));
  EXPECT_FALSE(Says("is greater than"));
}

TEST_F(Editing, OffersNoSweepThatCannotBeRead) {
  Open();
  Show("Project");
  Press("sync/reconcile");
  Type("rubbish");
  EXPECT_FALSE(Shown("sync/reconcile/list/item/rubbish"));
  EXPECT_TRUE(Says("Nothing matches"));
  Key(Key::kEscape);
  Press("sync/reconcile");
  Choose("12h");
  EXPECT_EQ(draft().sync.incremental.reconcile.after, Seconds(12 * 3600));
}

TEST_F(Editing, ExpectsARecordThatIsLookedUp) {
  Open();
  Connect();
  Show("Project");
  Press("expect/add");  // Asks whom it is about.
  Choose("role dispatcher");
  EXPECT_EQ(draft().expect[0].as, "role/Dispatcher");
  EXPECT_TRUE(Says("Role Dispatcher"));
  Press("expect/0/kind");
  Choose("has the record");
  Press("expect/0/entity");
  Choose("contact");
  EXPECT_EQ(draft().expect[0].includes, "contact/");
  Press("expect/0/record");
  Choose("Jana");
  EXPECT_EQ(draft().expect[0].includes, "contact/11111111-1111-1111-1111-111111111111");
  EXPECT_TRUE(draft().expect[0].entity.empty());
}

TEST_F(Editing, OpensAListAboveItsFieldWhereThereIsNoRoomBelow) {
  Open();
  Connect();
  Policy policy = draft();
  policy.expect = {{.as = "role/Technician", .entity = "account", .at_most = 900}};
  app_->controller().Apply(EditPolicy{policy, "Expect", ""});
  Show("Project");
  Press("expect/0/as");
  const auto& controls = app_->record().controls;
  EXPECT_LT(controls.at("expect/0/as/list/search").y1, controls.at("expect/0/as").y0);
  for (const auto& [id, rect] : controls) {
    if (!id.starts_with("expect/0/as/list/")) continue;
    EXPECT_TRUE(rect.Clip(controls.at("expect/0/as")).empty()) << id;
  }
}

TEST_F(Editing, SaysWhatAnEntityKeepsOnTwoLinesInANarrowWindow) {
  Resize(1280, 800);
  Open();
  EXPECT_TRUE(Says("There is an Account on the device"));
  EXPECT_TRUE(Says("that is its parent"));
  for (const auto& text : app_->record().texts) {
    EXPECT_FALSE(text.cut && text.text == "that is its parent");
  }
}

TEST_F(Editing, SaysMoreOfSeveralEntitiesAtOnce) {
  Open();
  Press("entities/tick/account");
  Press("entities/tick/contact");
  Press("entities/bulk/more");
  Choose("read only");
  EXPECT_FALSE(draft().Find("contact")->allow.update);
  Press("entities/bulk/more");
  Choose("user decides");
  EXPECT_EQ(draft().Find("account")->conflict, ConflictRule::kManual);
  EXPECT_EQ(draft().Find("contact")->conflict, ConflictRule::kManual);
  EXPECT_EQ(state().draft.undo_name(), "Change the conflict rule of 2 entities");
  EXPECT_EQ(draft().Find("opportunity")->conflict, std::nullopt);
}

TEST_F(Editing, SortsTheEntitiesByAColumn) {
  Open();
  const auto order = [&] {
    std::vector<std::pair<float, std::string>> rows;
    for (const auto& [id, rect] : app_->record().controls) {
      if (id.starts_with("entities/row/")) rows.emplace_back(rect.y0, id.substr(13));
    }
    std::sort(rows.begin(), rows.end());
    std::vector<std::string> names;
    for (const auto& row : rows) names.push_back(row.second);
    return names;
  };
  const std::vector<std::string> as_written = order();
  Press("entities/sort/name");
  std::vector<std::string> sorted = order();
  EXPECT_NE(sorted, as_written);
  for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
    EXPECT_LT(EntityWords(state(), sorted[i]), EntityWords(state(), sorted[i + 1]));
  }
  Press("entities/sort/name");
  std::reverse(sorted.begin(), sorted.end());
  EXPECT_EQ(order(), sorted);
  Press("entities/sort/name");
  EXPECT_EQ(order(), as_written);
}

TEST_F(Editing, IsLedToTheFirstErrorAndToWhatChanged) {
  Open();
  Show("Project");
  Press("top/errors");  // The fake finds one on cases.
  EXPECT_EQ(state().screen, Screen::kEntities);
  EXPECT_EQ(state().selected_entity, "incident");
  Press("top/warnings");
  EXPECT_EQ(state().selected_entity, "opportunity");
  app_->controller().Apply(SetMode{"list", EntityMode::kExcluded});
  Settle();
  Press("top/changes");
  EXPECT_EQ(state().screen, Screen::kPublish);
}

TEST(ScreenOfAFinding, IsWhereItIsMended) {
  const auto screen = [](const char* entity, const char* path) {
    return ScreenOf(Finding{.entity = entity, .path = path});
  };
  EXPECT_EQ(screen("account", "entities.account.filter.and[1].value"), Screen::kFilters);
  EXPECT_EQ(screen("account", "entities.account.links[0].link.from"), Screen::kFilters);
  EXPECT_EQ(screen("account", "entities.account.fields[2]"), Screen::kEntities);
  EXPECT_EQ(screen("account", ""), Screen::kEntities);
  EXPECT_EQ(screen("", "budgets.first_sync"), Screen::kProject);
  EXPECT_EQ(screen("", "expect[0]"), Screen::kProject);
  EXPECT_EQ(screen("", "entities"), Screen::kEntities);
  EXPECT_EQ(screen("", "triggers.on_change.entities[0]"), Screen::kTriggers);
  EXPECT_EQ(screen("", "modes.before_offline"), Screen::kTriggers);
}

TEST_F(Editing, SaysThatANewConditionHasNoValueOnceItIsLeft) {
  Open();
  Connect();
  Show("Filters");
  const std::string row = "entities.account.filter.and[0]";
  bench_->finding = {Severity::kError, "wrong-arity", "account", row, {}, "it has no value"};
  Press("filter/add/entities.account.filter/condition");
  Type("credit hold");
  Key(Key::kEnter);
  ASSERT_TRUE(Shown("filter/row/" + row));
  EXPECT_FALSE(Says("has no value"));
  EXPECT_TRUE(Says("waits for its value"));
  EXPECT_EQ(Errors(), 1);  // Neither here nor elsewhere in the window: the fake finds one on cases.
  EXPECT_EQ(IssuesOn(state(), Screen::kFilters).errors, 0);
  Press("filter/" + row + "/op");  // Still at it.
  Key(Key::kEscape);
  EXPECT_FALSE(Says("has no value"));
  EXPECT_EQ(Errors(), 1);
  Press("filters/copy-sentence");  // Elsewhere.
  EXPECT_TRUE(Says("has no value"));
  EXPECT_EQ(Errors(), 2);
  EXPECT_EQ(IssuesOn(state(), Screen::kFilters).errors, 1);

  // What is said of it is no longer beside what is pressed: it moves nothing under the mouse.
  Press("filter/remove/" + row);
  Press("filter/add/entities.account.filter/condition");
  Type("credit hold");
  Key(Key::kEnter);
  Press("filter/add/entities.account.filter/condition");
  EXPECT_TRUE(Shown("filter/add/entities.account.filter/condition/list/search"))
      << "the click counts";
  Key(Key::kEscape);

  // The same with the keyboard.
  Press("filter/remove/" + row);
  Press("filter/add/entities.account.filter/condition");
  Type("credit hold");
  Key(Key::kEnter);
  ASSERT_EQ(app_->record().focused, "filter/" + row + "/value");
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(Says("has no value")) << app_->record().focused;
    Key(Key::kTab);
  }
  while (app_->record().focused.find(row) != std::string::npos) Key(Key::kTab);
  EXPECT_TRUE(Says("has no value"));
}

TEST_F(Editing, CallsHalfAValueAnErrorOnlyOnceItIsWritten) {
  Open();
  Connect();
  Show("Filters");
  const std::string row = "entities.account.filter.and[0]";
  bench_->finding = {Severity::kError,   "bad-literal", "account", row + ".value", {},
                     "no number of days"};
  Press("filter/begin/recent");
  Press("filters/copy-sentence");
  EXPECT_TRUE(Says("No number of days"));
  Press("filter/" + row + "/value/0");
  Type("9");
  EXPECT_FALSE(Says("No number of days"));
  EXPECT_EQ(Errors(), 1);
  Key(Key::kEnter);
  EXPECT_TRUE(Says("No number of days"));
  EXPECT_EQ(Errors(), 2);
}

TEST_F(Editing, NeitherPreviewsNorPublishesAConditionThatIsNotFinished) {
  std::filesystem::create_directories(folder_ / "published");
  Open();
  Connect();
  app_->controller().Apply(SetPublishFolder{folder_ / "published"});
  const auto begin = [&](const std::string& row) {
    bench_->finding = {Severity::kError, "wrong-arity", "account", row, {}, "it has no value"};
    Show("Filters");
    Press("filter/add/entities.account.filter/condition");
    Type("credit hold");
    Key(Key::kEnter);
    ASSERT_EQ(Errors(), 1);
  };
  begin("entities.account.filter.and[0]");
  Press("filters/run");
  EXPECT_EQ(Errors(), 2);
  EXPECT_EQ(state().screen, Screen::kPreview);
  begin("entities.account.filter.and[1]");
  Show("Publish");
  EXPECT_EQ(Errors(), 2);
  Show("Filters");  // Who comes back has not been filling it in meanwhile.
  EXPECT_TRUE(Says("has no value"));
}

TEST_F(Editing, ForgetsWhatWasHalfTypedForAnotherFile) {
  Write("other.yaml", "demo\n");
  Open();
  Show("Project");
  Press("project/priority");
  Type("x");
  Press("project/title");
  EXPECT_NE(Written("project/priority"), "0");
  Open("other.yaml");
  Show("Project");
  EXPECT_EQ(Written("project/priority"), "0");
}

TEST_F(Editing, UndoGoesBackToTheScreenOfTheEdit) {
  Open();
  Show("Triggers");
  Press("triggers/every");
  Show("Entities");
  Key(Key::kZ, true);
  EXPECT_EQ(state().screen, Screen::kTriggers);
  EXPECT_FALSE(draft().triggers.every);
}

TEST_F(Editing, WalksPanesWithF6AndOpensFilesWithCtrlO) {
  Open();
  std::set<ImGuiID> seen;
  for (int i = 0; i < 4; ++i) {
    Key(Key::kF6);
    seen.insert(compat::FocusedId());
  }
  EXPECT_GE(seen.size(), 3U);
  Write("other.yaml", "shorter\n");
  Key(Key::kO, true);
  Choose((folder_ / "other.yaml").string());
  EXPECT_EQ(state().file->path.filename(), "other.yaml");
}

TEST_F(Editing, ShowsTheNameFirstAndLetsColumnsBeResized) {
  Open();
  Connect();
  Preview();
  ASSERT_FALSE(state().records.shown.empty());
  EXPECT_EQ(state().records.columns[state().records.shown[0]].field, "name");
  const auto edge = app_->record().controls.at("records/resize/name");
  const float before = app_->record().controls.at("records/sort/name").width();
  compat::MoveMouse({edge.cx(), edge.cy()});
  Frame();
  Frame();
  compat::PressMouse(true);
  Frame();
  compat::MoveMouse({edge.cx() + 80, edge.cy()});
  Frame();
  Frame();
  compat::PressMouse(false);
  Frame();
  Frame();
  EXPECT_NEAR(app_->record().controls.at("records/sort/name").width(), before + 80, 4);
}

}  // namespace
}  // namespace satchel
