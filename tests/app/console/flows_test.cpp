#include <algorithm>

#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

TEST_F(HeadlessConsole, ListsTheEntitiesOfTheServerByTheNamesPeopleKnow) {
  Open();
  Connect();
  const auto& entities = state().connection.entities;
  ASSERT_GT(entities.size(), 10U);
  EXPECT_EQ(entities[0].label, "Account");
  EXPECT_EQ(entities[1].label, "Appointment");
  EXPECT_TRUE(std::is_sorted(entities.begin(), entities.end(),
                             [](const auto& a, const auto& b) { return a.label < b.label; }));
}

TEST_F(HeadlessConsole, StartsEmptyAndOpensAFileByItsPath) {
  Settle();
  EXPECT_FALSE(Shown("entities/search"));
  Press("start/path");
  Type((folder_ / "field-service.yaml").string());
  Press("start/open");
  ASSERT_TRUE(state().file);
  EXPECT_TRUE(Shown("entities/row/account"));
  ASSERT_EQ(state().recent.size(), 1U);
}

TEST_F(HeadlessConsole, SaysWhereABrokenFileIsBroken) {
  Write("broken.yaml", "broken\n");
  Open("broken.yaml");
  EXPECT_FALSE(state().file);
  EXPECT_EQ(state().open_error, "broken.yaml:3:7: unknown key 'x'");
  Open("missing.yaml");
  EXPECT_NE(state().open_error.find("check the path"), std::string::npos);
}

TEST_F(HeadlessConsole, SelectsAnEntityAndChangesItsMode) {
  Open();
  Press("entities/row/contact");
  EXPECT_EQ(state().selected_entity, "contact");
  Press("inspector/mode/0");
  EXPECT_EQ(state().draft.current().Find("contact")->mode, DeviceMode::kOnline);
  EXPECT_EQ(state().draft.undo_name(), "Set Contact to online");
  Key(Key::kZ, true);
  EXPECT_EQ(state().draft.current().Find("contact")->mode, DeviceMode::kOffline);
  Key(Key::kY, true);
  EXPECT_EQ(state().draft.current().Find("contact")->mode, DeviceMode::kOnline);
}

TEST_F(HeadlessConsole, ExcludesAnEntityAndOffersItBack) {
  Open();
  Press("inspector/mode/2");
  EXPECT_EQ(state().draft.current().Find("account"), nullptr);
  EXPECT_EQ(state().selected_entity, "contact");
  ASSERT_EQ(state().toasts.size(), 1U);
  Press("toast/" + std::to_string(state().toasts[0].id) + "/action");
  EXPECT_NE(state().draft.current().Find("account"), nullptr);
  EXPECT_TRUE(state().toasts.empty());
}

TEST_F(HeadlessConsole, TogglesFieldsAndKeepsWhatMustStay) {
  Open();
  Connect();
  ASSERT_TRUE(Shown("inspector/field/city"));
  Press("inspector/field/city");
  EXPECT_EQ(account().fields.size(), 5U);
  Press("inspector/field/name");  // The server refuses records without it.
  EXPECT_EQ(account().fields.size(), 5U);
  Press("inspector/field/accountid");  // The key.
  EXPECT_EQ(account().fields.size(), 5U);
  Press("inspector/search");
  Type("indus");
  Press("inspector/field/industry");
  EXPECT_EQ(account().fields.back(), "industry");
  EXPECT_TRUE(Says("2 changes") || Says("1 change"));
}

TEST_F(HeadlessConsole, FiltersEntitiesBySegmentAndSearch) {
  Open();
  Press("entities/show/2");
  EXPECT_FALSE(Shown("entities/row/account"));
  EXPECT_TRUE(Shown("entities/row/email"));
  Press("entities/show/0");
  Key(Key::kF, true);
  Type("price default");
  EXPECT_TRUE(Shown("entities/row/productpricelevel"));
  EXPECT_FALSE(Shown("entities/row/account"));
  Type(" zzz");
  EXPECT_TRUE(Says("No entity matches"));
  Press("entities/show-all");
  EXPECT_TRUE(Shown("entities/row/account"));
}

TEST_F(HeadlessConsole, RunsAPreviewAsAChosenUser) {
  Open();
  EXPECT_TRUE(Says("No preview yet"));
  Press("rail/Preview");
  Press("preview/server");
  Press("server-picker/item/crm");
  EXPECT_EQ(state().connection.state, ServerConnection::State::kOnline);
  Press("preview/user");
  Type("jana");
  Key(Key::kEnter);
  EXPECT_EQ(state().user, "u1");
  Press("preview/run");
  ASSERT_EQ(state().preview.state, PreviewState::State::kDone);
  EXPECT_EQ(bench_->previewed_as, "u1");
  EXPECT_EQ(state().preview.result->records, 14480);
  EXPECT_EQ(state().records.entity, "account");
  EXPECT_EQ(state().records.count, 1'000'000);
  EXPECT_TRUE(Says("Łódzkie Zakłady Mięsne"));
  Press("records/row/1");
  EXPECT_EQ(state().records.selected_row->id, "id-1");
}

TEST_F(HeadlessConsole, MarksNumbersOutOfDateWhenTheDraftChanges) {
  Open();
  Connect();
  Preview();
  Press("rail/Entities");
  EXPECT_FALSE(Says("out of date"));
  Press("inspector/field/city");
  EXPECT_TRUE(Says("out of date"));
  EXPECT_TRUE(Says("Out of date: the draft changed"));
  Key(Key::kZ, true);
  EXPECT_FALSE(Says("out of date"));
  Policy policy = state().draft.current();
  policy.project.title = "Another title";
  policy.sync.conflict = ConflictRule::kManual;
  policy.Find("account")->conflict = ConflictRule::kDeviceWins;
  policy.Find("account")->allow.remove = false;
  app_->controller().Apply(EditPolicy{policy, "What brings no record down", ""});
  Settle();
  EXPECT_FALSE(Says("ut of date"));
}

TEST_F(HeadlessConsole, CancelsARunningPreview) {
  bench_->wait_for_cancel = true;
  Open();
  Connect();
  app_->controller().Apply(ShowScreen{Screen::kPreview});
  app_->controller().Apply(StartPreview{});
  bench_->half_way.acquire();
  app_->Deliver();
  Frame();
  EXPECT_EQ(state().preview.progress[0].state, EntityProgress::State::kDone);
  EXPECT_TRUE(Says("2 of 10 entities"));
  EXPECT_TRUE(Says("The records come when the preview is done"));
  ASSERT_TRUE(Click("preview/cancel", *app_, [this] { Frame(); }));
  Settle();
  EXPECT_EQ(state().preview.state, PreviewState::State::kCancelled);
  EXPECT_TRUE(state().preview.error.empty());
  EXPECT_TRUE(Says("The preview was cancelled"));
}

TEST_F(HeadlessConsole, SaysThatThePreviewShownIsTheOneBeforeACancelledOne) {
  Open();
  Connect();
  Preview();
  EXPECT_FALSE(Says("Cancelled"));
  bench_->wait_for_cancel = true;
  app_->controller().Apply(StartPreview{});
  bench_->half_way.acquire();
  app_->controller().Apply(CancelPreview{});
  Settle();
  EXPECT_TRUE(Says("Cancelled: this is the preview before it"));
}

// More columns than fit beside the inspector.
class WideRecords : public FakeRecords {
 public:
  using FakeRecords::FakeRecords;
  Result<std::vector<RecordColumn>> Columns(std::string_view entity) override {
    auto columns = FakeRecords::Columns(entity);
    columns->push_back({"createdon", "Created on", FieldType::kDateTime});
    columns->push_back({"description", "Description", FieldType::kMemo});
    return columns;
  }
  Result<std::vector<RecordRow>> Rows(std::string_view entity, const RecordOrder& order,
                                      std::string_view search, std::int64_t offset,
                                      std::int64_t limit) override {
    auto rows = FakeRecords::Rows(entity, order, search, offset, limit);
    for (RecordRow& row : *rows) row.cells.resize(8);
    return rows;
  }
};

// A sliver of a column would be a title without words, or words without a title.
TEST_F(HeadlessConsole, ShowsNoColumnWithoutItsTitle) {
  bench_->records = std::make_shared<WideRecords>(1000);
  Open();
  Connect();
  Preview();
  app_->controller().Apply(ShowRecords{"account"});
  for (float width = 1240; width < 1440; width += 11) {
    Resize(width, 800);
    Settle();
    app_->record().keep_texts = true;
    Frame();
    for (const std::size_t i : state().records.shown) {
      const auto control =
          app_->record().controls.find("records/sort/" + state().records.columns[i].field);
      if (control == app_->record().controls.end()) continue;
      const auto& texts = app_->record().texts;
      EXPECT_TRUE(std::any_of(texts.begin(), texts.end(),
                              [&](const auto& text) {
                                return control->second.Contains({text.rect.x0 + 1, text.rect.cy()});
                              }))
          << control->first << " at " << width;
    }
  }
}

TEST_F(HeadlessConsole, SaysThatAServerIsToBeChosenAndNotThatAPreviewStopped) {
  Open();
  Key(Key::kR, true);
  EXPECT_EQ(state().screen, Screen::kPreview);
  EXPECT_TRUE(Says("Choose a server to preview against"));
  EXPECT_FALSE(Says("The preview stopped"));
  Connect();
  EXPECT_TRUE(Says("Nothing previewed yet"));
  // Nor does a failure on one server stay when another is chosen.
  bench_->fail_preview = Error{ErrorCode::kOffline, "the server limits requests (429)"};
  Key(Key::kR, true);
  EXPECT_TRUE(Says("The preview stopped"));
  bench_->fail_preview.reset();
  Connect();
  EXPECT_FALSE(Says("The preview stopped"));
  EXPECT_EQ(state().preview.state, PreviewState::State::kNone);
}

// A preview as somebody who does not get the project is no promise of what they will have.
TEST_F(HeadlessConsole, SaysThatTheProjectIsNotForWhoIsPreviewed) {
  Open();
  Connect();
  app_->controller().Apply(ChooseUser{"u1"});
  Preview();
  EXPECT_TRUE(Says("Exact: what this user's device would hold"));
  Policy policy = state().draft.current();
  policy.project.roles = {"Sales"};
  app_->controller().Apply(EditPolicy{policy, "For Sales", ""});
  Settle();
  EXPECT_FALSE(Says("Exact: what this user's device would hold"));
  EXPECT_TRUE(Says("If Jana Novák got it: the project is for Sales"));
  policy.project.roles = {"Sales", "technician"};
  app_->controller().Apply(EditPolicy{policy, "For technicians too", ""});
  Settle();
  EXPECT_TRUE(Says("Exact: what this user's device would hold"));
}

TEST_F(HeadlessConsole, LeadsToTheErrorThatStoppedAPreview) {
  Open();
  Connect();
  bench_->finding = {Severity::kError,
                     "wrong-arity",
                     "account",
                     "entities.account.filter.and[2]",
                     {},
                     "Annual revenue has no value"};
  bench_->fail_preview = Error{ErrorCode::kInvalid, "'eq' takes one value, not 0"};
  app_->controller().Apply(SetField{"account", "city", true});
  Settle();
  Preview();
  EXPECT_TRUE(Says("The preview stopped: the draft has an error"));
  Press("preview/fix");
  EXPECT_NE(state().screen, Screen::kPreview);
  // What the server does is no error of the draft, whatever else is wrong with that.
  bench_->fail_preview = Error{ErrorCode::kOffline, "the server limits requests (429)"};
  Preview();
  EXPECT_FALSE(Says("the draft has an error"));
  EXPECT_FALSE(Shown("preview/fix"));
}

TEST_F(HeadlessConsole, KeepsThePreviewBeforeOneThatFailed) {
  Open();
  Connect();
  Preview();
  bench_->fail_preview = Error{ErrorCode::kOffline, "the server limits requests (429)"};
  Press("preview/run");
  EXPECT_EQ(state().preview.state, PreviewState::State::kFailed);
  EXPECT_TRUE(state().preview.result);
  EXPECT_TRUE(Says("The preview before it is kept below."));
  EXPECT_TRUE(Says("crm.contoso.example not reachable since 10:42, editing goes on"));
  Press("preview/copy-error");
  EXPECT_EQ(copied_, "the server limits requests (429)");
  bench_->fail_preview.reset();
  Press("preview/retry");
  EXPECT_EQ(state().preview.state, PreviewState::State::kDone);
  EXPECT_TRUE(Says("Connected to crm.contoso.example"));
}

TEST_F(HeadlessConsole, SaysWhyItCannotSignIn) {
  bench_->refuse_sign_in = Error{ErrorCode::kDenied, "crm says no: the token has expired"};
  Open();
  Connect();
  EXPECT_EQ(state().connection.state, ServerConnection::State::kFailed);
  app_->controller().Apply(ShowScreen{Screen::kPreview});
  EXPECT_TRUE(Says("No connection to the server"));
  EXPECT_TRUE(Says("Crm says no: the token has expired"));
  app_->controller().Apply(StartPreview{});
  EXPECT_EQ(state().preview.state, PreviewState::State::kNone) << "there was nothing to run on";
}

TEST_F(HeadlessConsole, ScrollsSortsAndSearchesAMillionRecords) {
  Open();
  Connect();
  Preview();
  const int pages = bench_->records->pages_read;
  compat::MoveMouse({700, 800});
  Frame();
  Key(Key::kEnd);  // Not focused yet: nothing happens.
  Press("records/row/0");
  Key(Key::kEnd);
  EXPECT_TRUE(Shown("records/row/999999"));
  EXPECT_LE(bench_->records->pages_read - pages, 3);
  Press("records/sort/name");
  EXPECT_EQ(state().records.order.field, "name");
  Press("records/sort/name");
  EXPECT_TRUE(state().records.order.descending);
  EXPECT_EQ(state().records.window.Row(0)->id, "id-999999");
  Press("records/search");
  Type("nobody");
  EXPECT_TRUE(Says("No record contains 'nobody'"));
}

TEST_F(HeadlessConsole, SavesAtomicallyAndAsksBeforeLosingComments) {
  Open();
  Press("inspector/mode/0");
  Press("top/save");
  EXPECT_NE(Read("field-service.yaml").find("account online"), std::string::npos);
  EXPECT_FALSE(Unsaved(state()));

  Write("commented.yaml", "comments\n");
  Open("commented.yaml");
  Press("inspector/mode/0");
  Key(Key::kS, true);
  EXPECT_EQ(Read("commented.yaml"), "comments\n");
  ASSERT_TRUE(state().dialog);
  Press("dialog/cancel");
  EXPECT_FALSE(state().dialog);
  EXPECT_EQ(Read("commented.yaml"), "comments\n");
  Press("top/save");
  Press("dialog/confirm");
  EXPECT_NE(Read("commented.yaml"), "comments\n");
}

TEST_F(HeadlessConsole, BringsAnUnsavedDraftBackAfterACrash) {
  Open();
  app_->controller().Apply(SetMode{"list", EntityMode::kExcluded});
  Settle();
  Restart();  // Nothing was saved; only the draft on disk is left.
  Open();
  EXPECT_EQ(state().draft.current().Find("list"), nullptr);
  EXPECT_TRUE(Unsaved(state()));
  app_->controller().Apply(DiscardDraft{});
  Settle();
  EXPECT_NE(state().draft.current().Find("list"), nullptr);
  Restart();
  Open();
  EXPECT_FALSE(Unsaved(state()));
}

// A draft that the reader takes only in part is no reason to lose the rest of it.
TEST_F(HeadlessConsole, BringsBackWhatCanBeReadOfADraftAndKeepsTheWhole) {
  Open();
  app_->controller().Apply(SetMode{"list", EntityMode::kExcluded});
  Settle();
  std::filesystem::path draft;
  for (const auto& each : std::filesystem::directory_iterator(folder_ / "settings/drafts")) {
    draft = each.path();
  }
  ASSERT_FALSE(draft.empty());
  std::ofstream(draft, std::ios::app) << "broken\n";
  Restart();
  Open();
  EXPECT_EQ(state().draft.current().Find("list"), nullptr);
  ASSERT_EQ(state().toasts.size(), 1U);
  EXPECT_EQ(state().toasts[0].severity, Severity::kWarning);
  auto aside = draft;
  aside += ".unread";
  EXPECT_NE(ReadWholeFile(aside).value_or("").find("broken"), std::string::npos);
}

TEST_F(HeadlessConsole, SaysThatUnsavedChangesAreBackAndGoesOutOfTheWay) {
  Open();
  app_->controller().Apply(SetMode{"list", EntityMode::kExcluded});
  Settle();
  Restart();
  Open();
  ASSERT_EQ(state().toasts.size(), 1U);
  EXPECT_EQ(state().toasts[0].title, "Unsaved changes restored");
  EXPECT_EQ(state().toasts[0].action, "Discard");
  now_ += 9;
  Settle();
  EXPECT_TRUE(state().toasts.empty());
  EXPECT_EQ(state().draft.current().Find("list"), nullptr);
}

TEST_F(HeadlessConsole, WritesMomentsOfRecordsAsPeopleDo) {
  Open();
  Connect();
  Preview();
  EXPECT_TRUE(Says("2026-11-21 10:42"));
  EXPECT_FALSE(Says("2026-11-21T10:42"));
}

// Whatever can be pressed, and whatever is written, is beside the toasts.
class Toasts : public HeadlessConsole {
 protected:
  void ExpectNothingBelow() {
    Frame();  // The page makes room in the frame after the toast came.
    app_->record().keep_views = app_->record().keep_texts = true;
    Frame();
    ASSERT_FALSE(state().toasts.empty());
    for (const Toast& toast : state().toasts) {
      const std::string name = "toast/" + std::to_string(toast.id);
      const Rect close = app_->record().controls.at(name + "/close");
      const Rect box = {close.x1 + 8 - 400, close.y0 - 8, close.x1 + 8, close.y1 + 10};
      for (const auto& [id, rect] : app_->record().controls) {
        if (id.starts_with("toast/")) continue;
        EXPECT_TRUE(rect.Clip(app_->record().views.at(id)).Clip(box).empty())
            << id << " at width " << size_.x;
      }
      for (const auto& text : app_->record().texts) {
        if (text.text == toast.title || text.text == toast.text || text.text == toast.action) {
          continue;
        }
        EXPECT_TRUE(text.rect.Clip(text.clip).Clip(box).empty())
            << text.text << " at width " << size_.x;
      }
    }
  }
};

TEST_F(Toasts, ThatStayLieBelowThePageNotOnIt) {
  Open();
  app_->controller().Apply(SetMode{"list", EntityMode::kExcluded});
  Settle();
  Write("field-service.yaml", "demo\n# changed by somebody else\n");
  Restart();
  for (const Point size : {Point{1600, 1000}, Point{1280, 800}, Point{1024, 700}}) {
    Resize(size.x, size.y);
    Open();
    ASSERT_EQ(state().toasts.size(), 1U);
    now_ += 9;
    Settle();
    ASSERT_EQ(state().toasts.size(), 1U);  // Somebody must have read it.
    ExpectNothingBelow();
    app_->controller().Apply(CloseToast{state().toasts[0].id});
  }
}

TEST_F(Toasts, ThatGoByThemselvesHideNothingMeanwhile) {
  for (const Point size : {Point{1600, 1000}, Point{1280, 800}, Point{1024, 700}}) {
    Resize(size.x, size.y);
    for (const Screen screen : {Screen::kEntities, Screen::kPreview, Screen::kTriggers}) {
      Open();
      app_->controller().Apply(ShowScreen{screen});
      app_->controller().Apply(RemoveEntities{{"list"}});
      ExpectNothingBelow();
      now_ += 9;
      Settle();
      app_->controller().Apply(DiscardDraft{});
      Settle();
      EXPECT_TRUE(state().toasts.empty());
    }
  }
}

TEST_F(Toasts, OfferToUndoOnlyTheLastEdit) {
  Open();
  app_->controller().Apply(RemoveEntities{{"contact"}});
  app_->controller().Apply(RemoveEntities{{"list"}});
  Settle();
  ASSERT_EQ(state().toasts.size(), 1U) << "the undo of the first would bring the second back";
  Press("toast/" + std::to_string(state().toasts[0].id) + "/action");
  EXPECT_NE(state().draft.current().Find("list"), nullptr);
  EXPECT_EQ(state().draft.current().Find("contact"), nullptr);
  app_->controller().Apply(RemoveEntities{{"list"}});
  app_->controller().Apply(Undo{});
  Settle();
  EXPECT_TRUE(state().toasts.empty()) << "it is undone";
}

TEST_F(Toasts, GoWithTheProjectTheyAreAbout) {
  Open();
  Write("file", "no folder");
  app_->controller().Apply(ExportDraft{PathFor::kExportYaml, folder_ / "file" / "x.yaml"});
  Settle();
  ASSERT_EQ(state().toasts.size(), 1U);
  Write("small.yaml", "small\n");
  Open("small.yaml");
  EXPECT_TRUE(state().toasts.empty());
}

TEST_F(Toasts, BeginWithACapitalLetter) {
  Open();
  Write("file", "no folder");
  app_->controller().Apply(ExportDraft{PathFor::kExportYaml, folder_ / "file" / "x.yaml"});
  Settle();
  ASSERT_EQ(state().toasts.size(), 1U);
  EXPECT_TRUE(state().toasts[0].text.starts_with("Cannot write")) << state().toasts[0].text;
}

TEST_F(HeadlessConsole, SavesNothingThatCouldNotBeOpenedAgain) {
  Open();
  Policy policy = state().draft.current();
  policy.entities[0].fields.push_back("broken");  // What the fake reader does not take.
  app_->controller().Apply(EditPolicy{policy, "Break it", ""});
  app_->controller().Apply(SaveFile{});
  Settle();
  EXPECT_EQ(Read("field-service.yaml"), "demo\n");
  ASSERT_EQ(state().toasts.size(), 1U);
  EXPECT_EQ(state().toasts[0].title, "The policy was not saved");
}

TEST_F(HeadlessConsole, ClosesTheInspectorThatLiesOverTheFilter) {
  Resize(1024, 700);
  Open();
  Press("rail/Filters");
  Press("filters/details");
  ASSERT_TRUE(Shown("inspector/close"));
  Press("inspector/close");
  EXPECT_FALSE(Shown("inspector/close"));
}

TEST_F(HeadlessConsole, TakesTheKeyboardAlongIntoTheInspectorItOpens) {
  Resize(1024, 700);
  Open();
  Press("rail/Filters");
  for (int i = 0; i < 60 && app_->record().focused != "filters/details"; ++i) Key(Key::kTab);
  ASSERT_EQ(app_->record().focused, "filters/details");
  Key(Key::kSpace);
  ASSERT_TRUE(Shown("inspector/close"));
  EXPECT_EQ(app_->record().focused, "inspector/close");
  Key(Key::kEscape);
  EXPECT_FALSE(Shown("inspector/close"));
}

TEST_F(HeadlessConsole, LeadsFromAnEmptyProjectToItsFirstEntity) {
  Open();
  std::vector<std::string> names;
  for (const Entity& entity : state().draft.current().entities) names.push_back(entity.name);
  app_->controller().Apply(RemoveEntities{names});
  Settle();
  Press("rail/Filters");
  Press("filters/entities");
  EXPECT_EQ(state().screen, Screen::kEntities);
  Press("entities/begin");  // No server yet.
  EXPECT_EQ(state().screen, Screen::kStart);
  Connect();
  Press("rail/Entities");
  Press("entities/begin");
  Type("email");
  Press("add-entity/item/email");
  Press("add-entity/add");
  EXPECT_NE(state().draft.current().Find("email"), nullptr);
}

TEST_F(HeadlessConsole, RunsCommandsFromThePalette) {
  Open();
  Key(Key::kK, true);
  Type("set contact online");
  Key(Key::kEnter);
  EXPECT_EQ(state().draft.current().Find("contact")->mode, DeviceMode::kOnline);
  Key(Key::kK, true);
  Type("dark theme");
  Key(Key::kEnter);
  EXPECT_EQ(state().theme, ThemeName::kDark);
}

TEST_F(HeadlessConsole, AddsAnEntityOfTheServer) {
  Open();
  Connect();
  Press("entities/add");
  Type("compet");
  Key(Key::kEnter);
  ASSERT_NE(state().draft.current().Find("competitor"), nullptr);
  EXPECT_EQ(state().selected_entity, "competitor");
}

TEST_F(HeadlessConsole, ReachesEveryControlWithTheTabKey) {
  Open();
  std::set<ImGuiID> reached;
  for (int i = 0; i < 60; ++i) {
    Key(Key::kTab);
    reached.insert(compat::FocusedId());
  }
  EXPECT_GT(reached.size(), 25U);
}

TEST_F(HeadlessConsole, LeadsToPublishingFromEveryScreenButWhereItIsDone) {
  Open();
  for (const ScreenLook& screen : Screens()) {
    app_->controller().Apply(ShowScreen{screen.screen});
    Settle();
    const bool there = screen.screen == Screen::kPublish || screen.screen == Screen::kHistory;
    EXPECT_EQ(Shown("top/publish"), !there) << screen.id;
    if (there) continue;
    Press("top/publish");
    EXPECT_EQ(state().screen, Screen::kPublish) << screen.id;
  }
}

}  // namespace
}  // namespace satchel
