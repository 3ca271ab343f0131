// The start screen: profiles, the sandbox, new policies, and what is kept of a server that is away.
#include <algorithm>

#include "app/console/start/kept_schema.h"
#include "policy/yaml/write_policy.h"
#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

class StartScreen : public HeadlessConsole {
 protected:
  void Fill(const std::string& id, const std::string& text) {
    Press(id);
    Key(Key::kA, true);
    Type(text);
  }
};

TEST_F(StartScreen, OffersTheRecentFiles) {
  Open();
  Restart();
  Settle();
  ASSERT_EQ(state().recent.size(), 1U);
  Press("start/recent/" + (folder_ / "field-service.yaml").string());
  EXPECT_TRUE(state().file);
}

TEST_F(StartScreen, SaysWhichRecentPolicyHasUnsavedChanges) {
  const auto marked = [this] {
    (void)Says("");
    return std::any_of(app_->record().texts.begin(), app_->record().texts.end(),
                       [](const auto& text) { return text.text == "Unsaved changes"; });
  };
  Open();
  Restart();
  Settle();
  EXPECT_FALSE(marked());
  Open();
  app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
  Settle();
  Restart();  // As after a crash.
  Settle();
  EXPECT_TRUE(marked());
  Open();
  app_->controller().Apply(SaveFile{});
  app_->controller().Apply(ShowScreen{Screen::kStart});
  Settle();
  EXPECT_FALSE(marked());
}

TEST_F(StartScreen, ForgetsAPathOnceItIsOpened) {
  Settle();
  Press("start/path");
  Type((folder_ / "nosuch.yaml").string());
  Press("start/open");
  EXPECT_TRUE(Written("start/path").ends_with("nosuch.yaml")) << "it is to be mended";
  Press("start/path");
  Key(compat::Key::kA, true);
  Type((folder_ / "field-service.yaml").string());
  Press("start/open");
  ASSERT_TRUE(state().file);
  app_->controller().Apply(ShowScreen{Screen::kStart});
  Settle();
  EXPECT_EQ(Written("start/path"), "");
}

TEST_F(StartScreen, IsReachedFromAnOpenPolicy) {
  Open();
  Press("rail/start");
  EXPECT_EQ(state().screen, Screen::kStart);
  EXPECT_TRUE(Shown("start/sandbox"));
  Press("start/recent/" + (folder_ / "field-service.yaml").string());
  EXPECT_EQ(state().screen, Screen::kEntities);
}

TEST_F(StartScreen, StartsTheSandboxConnectsAndStopsIt) {
  Settle();
  Press("start/sandbox");
  EXPECT_EQ(bench_->sandboxes, 1);
  EXPECT_EQ(state().start.sandbox, StartState::Sandbox::kRunning);
  EXPECT_EQ(state().connection.server, "http://127.0.0.1:7777/api/data/v9.2/");
  EXPECT_EQ(state().connection.state, ServerConnection::State::kOnline);
  Press("start/sandbox-stop");
  EXPECT_EQ(bench_->sandboxes, 0);
  EXPECT_EQ(state().connection.state, ServerConnection::State::kNone);  // It is nobody's any more.
}

TEST_F(StartScreen, EndsTheSandboxWithTheConsole) {
  Settle();
  Press("start/sandbox");
  EXPECT_EQ(bench_->sandboxes, 1);
  app_.reset();
  EXPECT_EQ(bench_->sandboxes, 0);
}

TEST_F(StartScreen, SaysWhyThereIsNoSandbox) {
  bench_->refuse_sandbox = Error{ErrorCode::kNotFound, "satchel-sandbox is not there"};
  Settle();
  Press("start/sandbox");
  EXPECT_EQ(state().start.sandbox, StartState::Sandbox::kFailed);
  EXPECT_EQ(state().start.sandbox_error, "satchel-sandbox is not there");
}

TEST_F(StartScreen, TestsAProfile) {
  Settle();
  ASSERT_TRUE(Shown("profiles/crm"));
  EXPECT_TRUE(Says("Has its client secret"));
  Press("profiles/crm/test");
  EXPECT_TRUE(state().start.tests.at("crm").passed);
  EXPECT_EQ(state().start.tests.at("crm").text, "Signed in as Eva Kováčová");
  EXPECT_EQ(state().connection.state, ServerConnection::State::kNone);  // Only tested.
  bench_->refuse_sign_in = Error{ErrorCode::kDenied, "The client secret has expired."};
  Press("profiles/crm/test");
  EXPECT_FALSE(state().start.tests.at("crm").passed);
  EXPECT_TRUE(Says("The client secret has expired."));
}

TEST_F(StartScreen, TakesTheSecretOfAProfileAndKeepsItToItself) {
  bench_->profiles[0].signs_in = false;
  Restart();
  Settle();
  Press("profiles/crm/secret");
  Type("open sesame");
  EXPECT_FALSE(Says("open sesame"));
  Press("profiles/crm/secret/use");
  EXPECT_EQ(bench_->secrets.at("crm"), "open sesame");
  EXPECT_TRUE(state().start.tests.at("crm").passed);
  EXPECT_FALSE(Shown("profiles/crm/secret"));  // It has what it needs.
  bench_->refuse_sign_in = Error{ErrorCode::kDenied, "The client secret is wrong."};
  Press("profiles/crm/test");
  EXPECT_TRUE(Shown("profiles/crm/secret"));
}

TEST_F(StartScreen, ConnectsOnceTheSecretThatWasWrongIsRight) {
  Settle();
  bench_->refuse_sign_in = Error{ErrorCode::kDenied, "The client secret has expired."};
  Press("profiles/crm");
  EXPECT_EQ(state().connection.state, ServerConnection::State::kFailed);
  EXPECT_TRUE(Says("The client secret has expired."));
  bench_->refuse_sign_in = Error{ErrorCode::kDenied, "The client secret is wrong."};
  Press("profiles/crm/test");
  EXPECT_TRUE(Says("The client secret is wrong.")) << "the newest word counts";
  EXPECT_FALSE(Says("The client secret has expired.")) << "also above the profiles";
  bench_->refuse_sign_in.reset();
  Press("profiles/crm/secret");
  Type("open sesame");
  Press("profiles/crm/secret/use");
  EXPECT_EQ(state().connection.state, ServerConnection::State::kOnline);
  EXPECT_TRUE(Says("Connected, signed in as"));
}

TEST_F(StartScreen, AddsAndRemovesAProfile) {
  Settle();
  Press("profiles/add");
  Press("profiles/save");  // Nothing is typed yet.
  EXPECT_EQ(bench_->profiles.size(), 1U);
  EXPECT_TRUE(Says("It needs a name and an address before it can be added."));
  Fill("profiles/name", "test");
  EXPECT_TRUE(Says("It needs an address before it can be added."));
  Fill("profiles/url", "https://test.contoso.example/odata");
  EXPECT_FALSE(Says("It needs"));
  Press("profiles/auth/3");
  EXPECT_TRUE(Says("It needs a tenant and a client id before it can be added."));
  Press("profiles/auth/0");
  Press("profiles/save");
  ASSERT_EQ(bench_->profiles.size(), 2U);
  EXPECT_EQ(bench_->profiles[1].profile.kind, ServerKind::kOData);
  EXPECT_EQ(bench_->profiles[1].profile.url, "https://test.contoso.example/odata/");
  EXPECT_TRUE(state().start.tests.at("test").passed);  // It is tested at once.
  Press("profiles/test/remove");
  EXPECT_EQ(bench_->profiles.size(), 1U);
  EXPECT_FALSE(Shown("profiles/test"));
  Press("toast/" + std::to_string(state().toasts.back().id) + "/action");
  EXPECT_EQ(bench_->profiles.size(), 2U);
}

TEST_F(StartScreen, KeepsTheFormWhenAProfileCannotBeAdded) {
  Settle();
  Press("profiles/add");
  Fill("profiles/name", "crm");
  Fill("profiles/url", "https://crm.contoso.example/api/data/v9.2/");
  Press("profiles/save");
  EXPECT_EQ(state().start.profiles_error, "there is a profile 'crm' already");
  EXPECT_TRUE(Shown("profiles/save"));
}

TEST_F(StartScreen, MakesAPolicyFromWhatTheServerHas) {
  Settle();
  Press("start/new");
  Press("new/create");  // Nothing is chosen yet.
  EXPECT_FALSE(state().file);
  Press("new/server");
  Press("new-server/item/crm");
  ASSERT_TRUE(Shown("new/entity/account"));
  Press("new/entity/account");
  Press("new/search");
  Type("work");
  EXPECT_FALSE(Shown("new/entity/account"));
  Press("new/entity/msdyn_workorder");
  Fill("new/name", "technicians");
  Fill("new/title", "Technicians");
  const auto file = folder_ / "made" / "technicians.yaml";
  Fill("new/file", file.string());
  Press("new/create");
  EXPECT_EQ(state().start.create_error, "");
  ASSERT_TRUE(state().file);
  EXPECT_EQ(state().file->path, file);
  EXPECT_EQ(state().screen, Screen::kEntities);
  const std::string text = ReadWholeFile(file).value_or("");
  EXPECT_NE(text.find("name: technicians"), std::string::npos);
  EXPECT_NE(text.find("msdyn_workorder"), std::string::npos);
  EXPECT_NE(text.find("eq-useroruserteams"), std::string::npos);
  Press("rail/start");
  EXPECT_TRUE(Shown("start/new")) << "the page has done its work";
}

TEST_F(StartScreen, TicksTheFirstEntityFoundAtEnter) {
  Settle();
  Connect();
  Press("start/new");
  Press("new/search");
  Type("work");
  Key(compat::Key::kEnter);
  EXPECT_TRUE(Says("1 chosen"));
  Type("account");  // Instead of what was searched before.
  EXPECT_EQ(Written("new/search"), "account");
  Key(compat::Key::kEnter);
  EXPECT_TRUE(Says("2 chosen"));
  Type("account");
  Key(compat::Key::kEnter);
  EXPECT_TRUE(Says("1 chosen"));
}

TEST_F(StartScreen, SuggestsANameAfterTheTitleUntilOneIsTyped) {
  Settle();
  Press("start/new");
  Fill("new/title", "Field Service: 2nd line");
  EXPECT_EQ(Written("new/name"), "field-service-2nd-line");
  EXPECT_TRUE(Written("new/file").ends_with("/field-service-2nd-line.yaml"));
  Fill("new/title", "Údržba");  // No name has such letters, and half of it would be none.
  EXPECT_EQ(Written("new/name"), "");
  Fill("new/name", "service");
  Fill("new/title", "Field service");
  EXPECT_EQ(Written("new/name"), "service");
}

TEST_F(StartScreen, SaysInFullWhyTheServerOfANewPolicyIsNotConnected) {
  bench_->refuse_sign_in = Error{ErrorCode::kOffline,
                                 "nothing answers at crm (check the address: that of "
                                 "Dataverse ends in /api/data/v9.2/)"};
  Settle();
  Press("start/new");
  Press("new/server");
  Press("new-server/item/crm");
  EXPECT_TRUE(Says("Nothing answers at crm"));
  EXPECT_TRUE(Says("/api/data/v9.2/)."));
}

TEST_F(StartScreen, WritesNoPolicyOverAFileThatIsThere) {
  Settle();
  app_->controller().Apply(ConnectTo{"crm"});
  Settle();
  app_->controller().Apply(
      NewPolicy{folder_ / "field-service.yaml", "technicians", "", {"account"}});
  Settle();
  EXPECT_FALSE(state().file);
  EXPECT_NE(state().start.create_error.find("is there already"), std::string::npos);
  EXPECT_EQ(Read("field-service.yaml"), "demo\n");
}

TEST_F(StartScreen, GoesOnWithTheKeptSchemaWhenTheServerIsAway) {
  Open();
  Connect();
  ASSERT_TRUE(state().connection.schema);
  EXPECT_FALSE(state().connection.schema_kept);
  Restart();
  bench_->refuse_sign_in = Error{ErrorCode::kOffline, "crm.contoso.example does not answer"};
  Open();
  Connect();
  EXPECT_EQ(state().connection.state, ServerConnection::State::kFailed);
  ASSERT_TRUE(state().connection.schema);
  EXPECT_TRUE(state().connection.schema_kept);
  EXPECT_FALSE(state().connection.entities.empty());
  EXPECT_TRUE(Says("Metadata kept from an earlier run"));
  EXPECT_EQ(CheckedWords(state()), "Checked against metadata that is a moment old");
  Press("status/connection");
  EXPECT_EQ(state().screen, Screen::kStart);
  EXPECT_TRUE(Says("crm.contoso.example does not answer. Editing goes on with its metadata"));
  Press("start/retry");
  EXPECT_EQ(state().connection.state, ServerConnection::State::kFailed);
  Press("rail/Entities");
  // Fields are offered as if it were there.
  ASSERT_TRUE(Shown("inspector/field/city"));
  Press("inspector/field/city");
  EXPECT_EQ(account().fields.size(), 5U);
  bench_->refuse_sign_in.reset();
  Connect();
  EXPECT_FALSE(state().connection.schema_kept);
}

TEST(KeptSchemaFileTest, ReadsWhatItWroteAndNothingElse) {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("satchel-kept-schema-" + std::to_string(::getpid()));
  const auto file = KeptSchemaFile(folder, "crm.contoso.example");
  EXPECT_NE(file, KeptSchemaFile(folder, "other.example"));
  EXPECT_EQ(ReadKeptSchema(file).error().code, ErrorCode::kNotFound);
  const KeptSchema kept = {.read_at = 1'795'430'520,
                           .entities = {{"account", "Account"}, {"lead", ""}},
                           .schema = DemoSchema()};
  ASSERT_TRUE(WriteKeptSchema(file, kept));
  const auto read = ReadKeptSchema(file);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->read_at, kept.read_at);
  EXPECT_EQ(read->entities.size(), 2U);
  EXPECT_EQ(read->schema, kept.schema);
  std::ofstream(file) << "{\"read_at\": 1, \"schema\": 3}";
  EXPECT_EQ(ReadKeptSchema(file).error().code, ErrorCode::kCorrupt);
  std::filesystem::remove_all(folder);
}

// --- Projects of a folder ------------------------------------------------------------------------

class ProjectsOfAFolder : public StartScreen {
 protected:
  void WriteProject(const std::string& name, int priority, std::vector<std::string> roles) {
    Policy policy;
    policy.project = {.name = name, .roles = std::move(roles), .priority = priority};
    policy.entities.push_back({.name = "account", .fields = {"name"}});
    Write(name + ".yaml", PrintPolicy(policy));
  }
  void Show() {
    Open();
    Connect();
    app_->controller().Apply(ShowScreen{Screen::kProject});
    Settle();
    Press("project/part/1");
  }
  [[nodiscard]] const FolderProject* Found(const std::string& name) const {
    for (const FolderProject& file : state().projects.files) {
      if (file.project.name == name) return &file;
    }
    return nullptr;
  }
};

TEST_F(ProjectsOfAFolder, StandSideBySide) {
  WriteProject("sales", 5, {"Salesperson"});
  WriteProject("everybody", 0, {});
  Write("notes.yaml", "milk: 2\n");
  Write("torn.yaml", "satchel: 1\nproject: {name: [}\n");
  Show();
  ASSERT_TRUE(Found("sales"));
  EXPECT_EQ(Found("sales")->project.priority, 5);
  EXPECT_EQ(Found("sales")->entities, 1);
  EXPECT_EQ(state().projects.files.size(), 3U);  // Notes are none; a torn one is, and says why.
  for (const FolderProject& file : state().projects.files) {
    if (file.file.filename() == "torn.yaml") {
      EXPECT_FALSE(file.error.empty());
    }
  }
  Press("projects/sales.yaml");
  EXPECT_EQ(state().file->path.filename(), "sales.yaml");
}

TEST_F(ProjectsOfAFolder, AreTheirDraftsWithWhatIsPublishedBesideThem) {
  WriteProject("sales", 5, {"Salesperson"});
  std::filesystem::create_directories(folder_ / "sales");
  std::filesystem::create_directories(folder_ / "depot");
  Write("sales/current.yaml",
        "satchel: 1\nproject: {name: sales}\npublished: {version: 4, at: 2026-01-01T00:00:00Z, "
        "by: Eva, content_hash: x, structure_hash: y}\n");
  Write("depot/current.yaml", "satchel: 1\nproject: {name: depot}\n");
  Show();
  ASSERT_EQ(state().projects.files.size(), 2U);
  ASSERT_TRUE(Found("sales"));
  EXPECT_EQ(Found("sales")->file.filename(), "sales.yaml");
  EXPECT_EQ(Found("sales")->published, 4);
  // Published only: it is listed, and not opened to be edited.
  ASSERT_TRUE(Found("depot"));
  Press("projects/depot/current.yaml");
  EXPECT_EQ(state().file->path.filename(), "field-service.yaml");
  Press("projects/depot/current.yaml/duplicate");
  Press("projects/copy-name");
  Key(Key::kA, true);
  Type("sales");
  EXPECT_TRUE(Says("sales is taken"));
  Key(Key::kA, true);
  Type("depot-north");
  Key(Key::kEnter);
  ASSERT_TRUE(Found("depot-north"));
  EXPECT_EQ(Found("depot-north")->file.parent_path(), folder_);
}

TEST_F(ProjectsOfAFolder, AreDuplicated) {
  WriteProject("sales", 5, {"Salesperson"});
  Show();
  Press("projects/sales.yaml/duplicate");
  Type("Not A Name");  // Instead of the name that is suggested.
  EXPECT_EQ(Written("projects/copy-name"), "Not A Name");
  Press("projects/copy");
  EXPECT_FALSE(Found("not-a-name"));
  Press("projects/copy-name");
  Key(Key::kA, true);
  Type("sales-pilot");
  Press("projects/copy");
  ASSERT_TRUE(Found("sales-pilot"));
  EXPECT_EQ(Found("sales-pilot")->project.title, "sales (copy)");
  ASSERT_EQ(state().toasts.size(), 1U);
  app_->controller().Apply(DuplicateProject{folder_ / "sales.yaml", "sales-pilot"});
  Settle();
  EXPECT_EQ(state().toasts.back().severity, Severity::kError);  // The name is taken.
}

TEST_F(ProjectsOfAFolder, SayWhichOneAUserGets) {
  WriteProject("technicians", 10, {"Technician"});
  WriteProject("everybody", 0, {});
  WriteProject("sales", 20, {"Salesperson"});
  Show();
  Press("projects/user");
  Press("projects-user/item/u1");
  EXPECT_EQ(state().user, "u1");
  EXPECT_TRUE(Says("For the role 'Technician'"));
  EXPECT_TRUE(Says("technicians"));
}

}  // namespace
}  // namespace satchel
