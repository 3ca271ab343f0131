#include "engine/device/device.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/device/records.h"
#include "engine/store/local_meta.h"
#include "engine/store/outbox.h"
#include "policy/yaml/read_policy.h"
#include "tests/support/fake_server.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

using std::chrono::minutes;

constexpr const char* kData = R"({"schema":{
  "account":{"key":"accountid","primary_name":"name","version":"versionnumber",
    "modified":"modifiedon","fields":{
    "accountid":"uniqueidentifier","name":"string","city":"string","statecode":"state",
    "modifiedon":"datetime","versionnumber":"bigint"}},
  "contact":{"key":"contactid","primary_name":"fullname","version":"versionnumber","fields":{
    "contactid":"uniqueidentifier","fullname":"string","versionnumber":"bigint"}},
  "ticket":{"key":"number","fields":{"number":"integer","subject":"string"}},
  "tag":{"key":"code","fields":{"code":"string","subject":"string"}}},
 "rows":{
  "account":[
    {"accountid":"00000000-0000-4000-8000-000000000001","name":"Alfa","city":"Brno","statecode":0},
    {"accountid":"00000000-0000-4000-8000-000000000002","name":"Beta","city":"Praha","statecode":0},
    {"accountid":"00000000-0000-4000-8000-000000000003","name":"Gama","statecode":1}],
  "contact":[{"contactid":"00000000-0000-4000-8000-0000000000c1","fullname":"Jana"}],
  "ticket":[],"tag":[]}})";

constexpr const char* kAlfa = "00000000-0000-4000-8000-000000000001";
constexpr const char* kBeta = "00000000-0000-4000-8000-000000000002";

std::string PolicyText(const std::string& settings, const std::string& entities) {
  return "satchel: 1\nproject: {name: field-service}\n" + settings + "entities:\n" + entities;
}
const std::string kAccounts =
    "  account:\n    fields: [name, city]\n    filter:\n      and: [{field: statecode, op: eq, "
    "value: \"0\"}]\n";
const std::string kContacts = "  contact:\n    fields: [fullname]\n";

class FakePolicies : public PolicySource {
 public:
  explicit FakePolicies(std::string text) : text_(std::move(text)) {}
  void Publish(const std::string& text) { text_ = text; }
  std::optional<Error> away = {};

  Result<std::optional<ArrivedPolicy>> Fetch(const std::string& known, std::stop_token) override {
    if (away) return Fail(*away);
    if (known == text_) return std::nullopt;
    ReadPolicy read = ParsePolicy(text_);
    EXPECT_FALSE(HasErrors(read.findings)) << read.findings.front().message;
    return ArrivedPolicy{text_, read.policy, text_};
  }

 private:
  std::string text_;
};

struct FakeClock : Clock {
  UptimePoint up{std::chrono::hours(5)};
  Instant now = *ParseInstant("2026-11-25T10:00:00Z");
  UptimePoint Up() override { return up; }
  Instant Now() override { return now; }
  void Pass(Milliseconds span) {
    up += span;
    now.ticks += span.count() * (kTicksPerSecond / 1000);
  }
};
struct FakeConnectivity : Connectivity {
  Reach reach = Reach::kUnmetered;
  Reach Now() override { return reach; }
};
struct FakeLock : SyncLock {
  bool elsewhere = false;  // Somebody else holds it.
  bool mine = false;
  Result<bool> TryLock() override {
    if (elsewhere) return false;
    return mine = true;
  }
  void Unlock() override { mine = false; }
};

Database Opened(const std::filesystem::path& file) {
  auto database = Database::Open(file, Database::Use::kDevice);
  EXPECT_TRUE(database) << (database ? "" : database.error().message);
  EXPECT_TRUE(database->Execute("PRAGMA synchronous=OFF"));
  return std::move(*database);
}

// A server, a policy, a user and their device, whose processes come and go.
class DeviceTest : public testing::Test {
 protected:
  explicit DeviceTest(std::string settings = "")
      : policies_(PolicyText(settings, kAccounts + kContacts)) {
    server_.page_size = 100;
  }

  Device& Open() {
    device_.reset();
    DeviceListener listener;
    listener.event = [this](const DeviceEvent& event) {
      events_.push_back(std::string(Name(event.kind)) + " " + event.trigger +
                        (event.text.empty() ? "" : ": " + event.text));
    };
    listener.ask = [this](const modes::Ask& ask) {
      asked_.push_back(ask.question);
      return answer_;
    };
    auto device = Device::Open({database_, server_, policies_, clock_, *random_, connectivity_,
                                lock_, true, [this] { return asked_wait_; }},
                               {.server = "fake"}, std::move(listener), {});
    EXPECT_TRUE(device) << (device ? "" : device.error().message);
    device_ = std::move(*device);
    return *device_;
  }
  DeviceRecords Reader() {
    auto records = DeviceRecords::Open({edits_, server_, clock_, *random_, edit_lock_});
    EXPECT_TRUE(records);
    return std::move(*records);
  }
  // Everything that is due now.
  void Work() {
    for (int i = 0; i < 20; ++i) {
      const auto worked = device_->Step({});
      ASSERT_TRUE(worked) << worked.error().message;
      if (!*worked) return;
    }
    FAIL() << "it never comes to rest";
  }
  // Lets time pass up to the next timer.
  void Wake() {
    const auto due = device_->NextWake();
    ASSERT_TRUE(due);
    if (*due > clock_.up) clock_.Pass(*due - clock_.up);
    Work();
  }
  std::int64_t Rows(const std::string& table) {
    auto statement = edits_.Prepare("SELECT count(*) FROM " + SqlName(table));
    if (!statement || !statement->Step()) return -1;
    return statement->Integer(0);
  }
  std::string OnServer(const char* id, const std::string& field) {
    const auto* record = server_.Find("account", *ParseGuid(id));
    if (!record || !record->values.contains(field)) return "";
    return std::get<std::string>(record->values.at(field));
  }
  std::string Here(const char* id, const std::string& field) {
    const auto record = Reader().Show("account", id, {});
    if (!record) return record.error().message;
    for (const FieldText& value : record->values) {
      if (value.field == field) return value.text;
    }
    return "(no such field)";
  }
  void Edit(const char* id, const std::string& field, const std::string& text) {
    const auto edited = Reader().Edit("account", id, {{field, text}}, {});
    ASSERT_TRUE(edited) << edited.error().message;
  }
  void Sync(SyncStyle style = SyncStyle::kForeground) {
    const SyncOutcome outcome = device_->Synchronize({.style = style}, {});
    ASSERT_TRUE(outcome.succeeded()) << outcome.WhyNot();
  }
  bool Happened(const std::string& part) {
    return std::any_of(events_.begin(), events_.end(), [&](const std::string& event) {
      return event.find(part) != std::string::npos;
    });
  }

  TempFolder folder_ = {};
  FakeServer server_{*ParseDataSet(kData)};
  FakePolicies policies_;
  FakeClock clock_ = {};
  std::unique_ptr<Random> random_ = MakeSeededRandom(1);
  FakeConnectivity connectivity_ = {};
  FakeLock lock_ = {};
  std::optional<Seconds> asked_wait_ = {};
  FakeLock edit_lock_ = {};
  Database database_ = Opened(folder_ / "device.db");
  Database edits_ = Opened(folder_ / "device.db");
  std::vector<std::string> events_ = {};
  std::vector<std::string> asked_ = {};
  modes::Choice answer_ = modes::Choice::kStay;
  std::unique_ptr<Device> device_ = {};
};

TEST_F(DeviceTest, HasItsTablesBeforeItsFirstSync) {
  Open();
  EXPECT_EQ(Rows("account"), 0);
  EXPECT_EQ(Rows("contact"), 0);
  const auto id = Reader().Create("contact", {{"fullname", "Petr"}}, {});
  ASSERT_TRUE(id) << id.error().message;
  Sync();
  EXPECT_EQ(Rows("contact"), 2);
  EXPECT_EQ(server_.Count("contact"), 2U);
}

TEST_F(DeviceTest, UploadsWhatWasChangedHereAndDownloadsWhatChangedThere) {
  Open();
  Sync();
  EXPECT_EQ(Rows("account"), 2);
  Edit(kAlfa, "city", "Ostrava");
  server_.Put("account", *ParseGuid(kBeta), {{"city", "Plzeň"}});
  EXPECT_EQ(Here(kAlfa, "city"), "Ostrava");
  EXPECT_EQ(OnServer(kAlfa, "city"), "Brno");
  Sync();
  EXPECT_EQ(OnServer(kAlfa, "city"), "Ostrava");
  EXPECT_EQ(Here(kBeta, "city"), "Plzeň");
}

TEST_F(DeviceTest, SendsNothingWhenItIsOpenedAgain) {
  Open();
  int calls = 0;
  server_.on_call = [&](std::string_view) { ++calls; };
  Open();
  EXPECT_EQ(calls, 0);
}

TEST_F(DeviceTest, RefusesADatabaseOfSomebodyElse) {
  Open();
  ASSERT_TRUE(WriteMeta(database_, "user", "u9"));
  Open();
  const SyncOutcome outcome = device_->Synchronize({}, {});
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, ErrorCode::kDenied);
}

TEST_F(DeviceTest, TellsTheButtonThatThereIsNoConnection) {
  Open();
  connectivity_.reach = Reach::kNone;
  const SyncOutcome outcome = device_->Synchronize({}, {});
  EXPECT_EQ(outcome.WhyNot(), "there is no connection");
}

TEST_F(DeviceTest, LeavesTheDatabaseToAProcessThatSynchronises) {
  Open();
  lock_.elsewhere = true;
  EXPECT_EQ(device_->Synchronize({}, {}).WhyNot(),
            "another process is synchronising this database (try again when it is done)");
  EXPECT_EQ(Rows("account"), 0);
}

TEST_F(DeviceTest, LetsNobodyEditDuringAForegroundSyncUnlessItDied) {
  Open();
  Sync();
  ASSERT_TRUE(WriteForeground(database_, true));
  edit_lock_.elsewhere = true;
  const auto refused = Reader().Edit("account", kAlfa, {{"city", "Zlín"}}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  edit_lock_.elsewhere = false;
  EXPECT_TRUE(Reader().Edit("account", kAlfa, {{"city", "Zlín"}}, {}));
  EXPECT_FALSE(edit_lock_.mine);
}

class TriggeredDeviceTest : public DeviceTest {
 protected:
  TriggeredDeviceTest() : DeviceTest("triggers: {on_start: true, on_save: true, every: 15m}\n") {}
};

TEST_F(TriggeredDeviceTest, SynchronisesAtStartOnSaveAndEveryInterval) {
  Open();
  device_->Start();
  Work();
  EXPECT_EQ(Rows("account"), 2);
  Edit(kAlfa, "city", "Ostrava");
  device_->On(schedule::Saved{"account"});
  Work();
  EXPECT_EQ(OnServer(kAlfa, "city"), "Ostrava");
  server_.Put("account", *ParseGuid(kBeta), {{"city", "Plzeň"}});
  Wake();
  EXPECT_EQ(Here(kBeta, "city"), "Plzeň");
  EXPECT_TRUE(Happened("synced every"));
}

TEST_F(TriggeredDeviceTest, SendsWhatWasSavedOfflineOnceItIsBack) {
  Open();
  device_->Start();
  Work();
  connectivity_.reach = Reach::kNone;
  Work();
  Edit(kAlfa, "city", "Ostrava");
  device_->On(schedule::Saved{"account"});
  Work();
  EXPECT_TRUE(Happened("suppressed on_save: there is no connection; it runs once"));
  EXPECT_EQ(OnServer(kAlfa, "city"), "Brno");
  connectivity_.reach = Reach::kUnmetered;
  Work();
  Wake();
  EXPECT_EQ(OnServer(kAlfa, "city"), "Ostrava");
}

TEST_F(TriggeredDeviceTest, TriesAgainAfterAFailure) {
  Open();
  server_.before_page = [](int) { return Fail(ErrorCode::kOffline, "the server is away"); };
  device_->Start();
  Work();
  EXPECT_TRUE(Happened("failed on_start: download: the server is away"));
  server_.before_page = {};
  Wake();
  EXPECT_TRUE(Happened("synced retry"));
  EXPECT_EQ(Rows("account"), 2);
}

// B66: what the server asks for is longer than any back-off of ours.
TEST_F(TriggeredDeviceTest, B66LeavesAServerAloneAsLongAsItAsksFor) {
  Open();
  server_.before_page = [](int) { return Fail(ErrorCode::kOffline, "the server is busy"); };
  asked_wait_ = Seconds(7200);
  device_->Start();
  Work();
  const UptimePoint asked = clock_.up;
  server_.before_page = {};
  asked_wait_.reset();
  // The interval wakes it meanwhile; it must not send.
  while (Rows("account") == 0 && clock_.up - asked < std::chrono::hours(4)) Wake();
  EXPECT_EQ(Rows("account"), 2);
  EXPECT_GE(clock_.up - asked, std::chrono::hours(2));
}

TEST_F(TriggeredDeviceTest, SendsAtStartWhatAKilledProcessLeft) {
  Open();
  Sync();
  Edit(kAlfa, "city", "Ostrava");
  policies_.Publish(PolicyText("triggers: {on_save: true}\n", kAccounts + kContacts));
  Open();
  device_->Start();
  Work();
  EXPECT_EQ(OnServer(kAlfa, "city"), "Ostrava");
}

TEST_F(DeviceTest, AdoptsAPolicyOfTheSameStructureAtOnce) {
  Open();
  Sync();
  policies_.Publish(PolicyText("triggers: {every: 5m}\n", kAccounts + kContacts));
  Sync(SyncStyle::kBackground);
  EXPECT_EQ(device_->policy().triggers.every, minutes(5));
  EXPECT_TRUE(Happened("its structure is the same"));
  EXPECT_TRUE(device_->NextWake());  // The interval runs.
}

TEST_F(DeviceTest, StopsABackgroundSyncThatMeetsAnotherStructureAndFollowsInTheForeground) {
  Open();
  Sync();
  Edit(kAlfa, "city", "Ostrava");
  policies_.Publish(
      PolicyText("triggers: {every: 5m}\n", "  account:\n    fields: [name, statecode]\n"));
  const SyncOutcome stopped = device_->Synchronize({.style = SyncStyle::kBackground}, {});
  EXPECT_TRUE(stopped.structure_pending);
  EXPECT_EQ(OnServer(kAlfa, "city"), "Ostrava");  // Uploaded first.
  EXPECT_EQ(Rows("contact"), 1);                  // Nothing else happened.
  Work();                                         // No edit is open: the foreground sync follows.
  EXPECT_TRUE(Happened("sync structural change: foreground sync"));
  EXPECT_EQ(Rows("contact"), -1);
  EXPECT_EQ(Rows("account"), 3);  // Without a filter now.
  EXPECT_EQ(Here(kAlfa, "statecode"), "0");
  EXPECT_EQ(Here(kAlfa, "city"), "(no such field)");
  EXPECT_FALSE(device_->state().structure_pending);
}

TEST_F(DeviceTest, RaisesThePendingStructureAtTheNextStart) {
  Open();
  Sync();
  policies_.Publish(PolicyText("", "  account:\n    fields: [name]\n"));
  (void)device_->Synchronize({.style = SyncStyle::kBackground}, {});
  Open();  // Killed before the foreground sync.
  EXPECT_TRUE(device_->state().structure_pending);
  device_->Start();
  Work();
  EXPECT_TRUE(Happened("synced structural change"));
  EXPECT_EQ(Rows("contact"), -1);
}

TEST_F(DeviceTest, ChangesNoTableWhileTheUploadCouldNotBeDone) {
  Open();
  Sync();
  Edit(kAlfa, "city", "Ostrava");
  policies_.Publish(PolicyText("", "  account:\n    fields: [name]\n"));
  server_.write_fault = [](int) {
    return FakeServer::WriteFault{.kind = FakeServer::WriteFault::Kind::kAway};
  };
  EXPECT_FALSE(device_->Synchronize({}, {}).succeeded());
  EXPECT_EQ(Here(kAlfa, "city"), "Ostrava");
  EXPECT_EQ(Rows("contact"), 1);
  server_.write_fault = {};
  Sync();
  EXPECT_EQ(OnServer(kAlfa, "city"), "Ostrava");
  EXPECT_EQ(Rows("contact"), -1);
}

TEST_F(DeviceTest, KeepsPendingChangesOverAStructuralChange) {
  Open();
  Sync();
  // Refused for good: it cannot be uploaded first.
  server_.refuse = [](const WriteOperation& operation) -> std::optional<WriteResult> {
    if (operation.kind != WriteOperation::Kind::kUpdate) return std::nullopt;
    return WriteResult{.kind = WriteResult::Kind::kRejected,
                       .error = {ErrorCode::kInvalid, "a plug-in says no"}};
  };
  const auto edited =
      Reader().Edit("account", kAlfa, {{"city", "Ostrava"}, {"name", "Alfa Inc."}}, {});
  ASSERT_TRUE(edited);
  const auto contact = Reader().Edit("contact", "00000000-0000-4000-8000-0000000000c1",
                                     {{"fullname", "Jana N."}}, {});
  ASSERT_TRUE(contact);
  policies_.Publish(PolicyText("", "  account:\n    fields: [name, statecode]\n"));
  Sync();
  EXPECT_EQ(Here(kAlfa, "name"), "Alfa Inc.");  // Still pending, still shown.
  const auto entries = ReadOutbox(edits_);
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 3U);
  std::vector<std::string> payloads;
  for (const OutboxEntry& entry : *entries) {
    EXPECT_NE(entry.state, EntryState::kWaiting);
    for (const FieldChange& change : entry.changes) {
      payloads.push_back(entry.entity + "." + change.field + "=" +
                         std::get<std::string>(change.mine));
    }
  }
  std::sort(payloads.begin(), payloads.end());
  EXPECT_EQ(payloads, (std::vector<std::string>{"account.city=Ostrava", "account.name=Alfa Inc.",
                                                "contact.fullname=Jana N."}));
}

TEST_F(DeviceTest, GoesOnWithItsPolicyWhenTheSourceIsAway) {
  Open();
  policies_.away = Error{ErrorCode::kOffline, "no route"};
  const SyncOutcome outcome = device_->Synchronize({}, {});
  EXPECT_TRUE(outcome.succeeded()) << outcome.WhyNot();
  ASSERT_EQ(outcome.warnings.size(), 1U);
  EXPECT_EQ(outcome.warnings.front(), "the policy could not be looked up: no route");
}

class RuledDeviceTest : public DeviceTest {
 protected:
  RuledDeviceTest() : DeviceTest("modes: {before_online: inform, before_offline: force}\n") {}
};

TEST_F(RuledDeviceTest, AsksSynchronisesAndSwitches) {
  Open();
  answer_ = modes::Choice::kSync;
  const auto told = device_->Switch(DeviceMode::kOnline, {});
  ASSERT_TRUE(told);
  EXPECT_FALSE(told->refused);
  EXPECT_EQ(asked_.size(), 1U);
  EXPECT_EQ(Rows("account"), 2);
  Open();  // The next process finds the mode.
  EXPECT_EQ(device_->mode(), DeviceMode::kOnline);
}

TEST_F(RuledDeviceTest, StaysOnlineWhenTheForcedSyncFails) {
  Open();
  answer_ = modes::Choice::kSkip;
  ASSERT_TRUE(device_->Switch(DeviceMode::kOnline, {}));
  server_.before_page = [](int) { return Fail(ErrorCode::kCorrupt, "a broken answer"); };
  const auto told = device_->Switch(DeviceMode::kOffline, {});
  ASSERT_TRUE(told);
  EXPECT_TRUE(told->refused);
  EXPECT_EQ(device_->mode(), DeviceMode::kOnline);
}

TEST_F(RuledDeviceTest, SavesOnTheServerAtOnceWhileOnline) {
  Open();
  Sync();
  answer_ = modes::Choice::kSkip;
  ASSERT_TRUE(device_->Switch(DeviceMode::kOnline, {}));
  Edit(kAlfa, "city", "Ostrava");
  EXPECT_EQ(OnServer(kAlfa, "city"), "Ostrava");
  const auto made = Reader().Create("account", {{"name", "Delta"}}, {});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(server_.Count("account"), 4U);
  EXPECT_TRUE(Reader().Delete("account", kBeta, {}));
  EXPECT_EQ(server_.Count("account"), 3U);
  const auto all = Reader().List("account", {.limit = 2}, {});
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 2U);
  const auto counts = CountOutbox(edits_);
  EXPECT_EQ(counts->to_send(), 0);
}

TEST_F(DeviceTest, NamesARecordMadeOnlineByWhoeverNamesItsKind) {
  policies_.Publish(PolicyText("", kAccounts +
                                       "  ticket:\n    mode: online\n    fields: [subject]\n"
                                       "  tag:\n    mode: online\n    fields: [subject]\n"));
  Open();
  Sync();
  const auto ticket = Reader().Create("ticket", {{"subject", "Pump"}}, {});
  ASSERT_TRUE(ticket) << ticket.error().message;
  EXPECT_EQ(*ticket, "100") << "the server's number";
  const auto tag = Reader().Create("tag", {{"code", "vip"}, {"subject", "Important"}}, {});
  ASSERT_TRUE(tag) << tag.error().message;
  EXPECT_EQ(*tag, "vip") << "the user's";
  const auto nameless = Reader().Create("tag", {{"subject", "Nothing"}}, {});
  ASSERT_FALSE(nameless);
  EXPECT_NE(nameless.error().message.find("tag.code"), std::string::npos);
}

class WatchingDeviceTest : public DeviceTest {
 protected:
  WatchingDeviceTest()
      : DeviceTest("triggers: {on_change: {watch: server, poll: 60s, entities: [account]}}\n") {}
};

TEST_F(WatchingDeviceTest, PollsTheServerAndFetchesWhatChanged) {
  Open();
  Sync();
  Wake();
  EXPECT_FALSE(Happened("sync on_change"));
  server_.Put("account", *ParseGuid(kBeta), {{"city", "Plzeň"}});
  Wake();
  EXPECT_TRUE(Happened("synced on_change"));
  EXPECT_EQ(Here(kBeta, "city"), "Plzeň");
  events_.clear();
  Wake();
  EXPECT_FALSE(Happened("sync on_change"));
}

}  // namespace
}  // namespace satchel
