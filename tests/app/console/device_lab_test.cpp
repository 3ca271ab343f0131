// The device lab through its controls: a real device engine on a real database, against a server in
// memory.
#include <algorithm>

#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

using compat::Key;

class DeviceLabTest : public HeadlessConsole {
 protected:
  void Make(const std::function<void(Policy&)>& change = {}) {
    Open();
    if (change) Edit(change);
    Connect();
    app_->controller().Apply(ShowScreen{Screen::kDevice});
    Settle();
    Press("device/make");
    ASSERT_EQ(lab().phone, LabState::Phone::kReady) << lab().error;
  }
  void MakeAndStart(const std::function<void(Policy&)>& change = {}) {
    Make(change);
    Press("device/start");
    ASSERT_TRUE(lab().life.app_runs) << lab().error;
  }
  void Edit(const std::function<void(Policy&)>& change) {
    Policy policy = state().draft.current();
    change(policy);
    app_->controller().Apply(EditPolicy{policy, "Edit", ""});
    Settle();
  }
  [[nodiscard]] const LabState& lab() const { return state().lab; }
  [[nodiscard]] std::int64_t Rows(const std::string& entity) const {
    for (const PhoneTable& table : lab().view.tables) {
      if (table.entity == entity) return table.records;
    }
    return -1;
  }
  [[nodiscard]] const PhoneRow* Row(int number) const {
    for (const PhoneRow& row : lab().view.local.rows) {
      if (row.id == FakeCompany::IdOf("account", number)) return &row;
    }
    return nullptr;
  }
  [[nodiscard]] bool Happened(DeviceEvent::Kind kind, const std::string& part) const {
    for (const DeviceEvent& event : lab().view.events) {
      const std::string line = event.trigger + ": " + event.text;
      if (event.kind == kind && line.find(part) != std::string::npos) return true;
    }
    return false;
  }
  void OpenAccount(int number) { Press("phone/row/" + FakeCompany::IdOf("account", number)); }
  void Write(const std::string& field, const std::string& text) {
    Press("phone/field/" + field);
    Key(Key::kA, true);
    Type(text);
  }
  void SyncNow() { Press("device/sync"); }
  // A conflict over the city of an account, met.
  void MeetConflict(const std::string& mine = "Olomouc", const std::string& theirs = "Ostrava") {
    MakeAndStart([](Policy& policy) { policy.sync.conflict = ConflictRule::kManual; });
    SyncNow();
    OpenAccount(0);
    Write("city", mine);
    Press("phone/save");
    Press("phone/where/1");
    Write("city", theirs);
    Press("phone/save");
    ASSERT_EQ(bench_->company.Text("account", 0, "city"), theirs);
    Press("phone/back");
    SyncNow();
    ASSERT_EQ(lab().view.changes.size(), 1U);
    ASSERT_EQ(lab().view.changes[0].state, EntryState::kConflict);
  }
};

TEST_F(DeviceLabTest, AsksForAServerFirst) {
  Open();
  app_->controller().Apply(ShowScreen{Screen::kDevice});
  Settle();
  EXPECT_TRUE(Shown("device/server"));
  EXPECT_FALSE(Shown("device/make"));
  Press("device/server");
  Press("device-server/item/crm");
  EXPECT_TRUE(Shown("device/make"));
}

TEST_F(DeviceLabTest, MakesAPhoneWithTheTablesOfTheDraft) {
  Make();
  EXPECT_EQ(lab().owner, "Eva Kováčová");
  EXPECT_FALSE(lab().life.app_runs);
  EXPECT_EQ(Rows("account"), 0);
  EXPECT_EQ(lab().view.tables.size(), state().draft.current().entities.size());
  EXPECT_TRUE(Shown("phone/start"));
}

TEST_F(DeviceLabTest, SaysWhyThereIsNoPhone) {
  bench_->refuse_phone = Error{ErrorCode::kOffline, "crm.contoso.example does not answer"};
  Open();
  Connect();
  app_->controller().Apply(ShowScreen{Screen::kDevice});
  Settle();
  Press("device/make");
  EXPECT_EQ(lab().phone, LabState::Phone::kNone);
  EXPECT_EQ(lab().error, "crm.contoso.example does not answer");
  bench_->refuse_phone.reset();
  Press("device/make");
  EXPECT_EQ(lab().phone, LabState::Phone::kReady);
}

TEST_F(DeviceLabTest, WritesToAServerElsewhereOnlyWhenAllowed) {
  bench_->here = false;
  Open();
  Connect();
  app_->controller().Apply(ShowScreen{Screen::kDevice});
  Settle();
  Press("device/make");
  ASSERT_TRUE(state().dialog);
  EXPECT_EQ(lab().phone, LabState::Phone::kNone);
  Press("dialog/cancel");
  EXPECT_FALSE(state().dialog);
  EXPECT_EQ(lab().phone, LabState::Phone::kNone);
  Press("device/make");
  Press("dialog/confirm");
  EXPECT_EQ(lab().phone, LabState::Phone::kReady);
  EXPECT_TRUE(lab().allowed.contains("crm.contoso.example"));
}

TEST_F(DeviceLabTest, SynchronisesWhenTheAppStartsAsTheTriggersSay) {
  Open();
  Edit([](Policy& policy) { policy.triggers.on_start = OnStart{}; });
  Connect();
  app_->controller().Apply(ShowScreen{Screen::kDevice});
  Settle();
  Press("device/make");
  Press("phone/start");
  EXPECT_EQ(Rows("account"), 9);
  EXPECT_EQ(Rows("contact"), 14);
  EXPECT_EQ(lab().list.rows.size(), 9U);
  EXPECT_TRUE(Happened(DeviceEvent::Kind::kSync, "on_start: background"));
  EXPECT_TRUE(Happened(DeviceEvent::Kind::kSynced, "on_start"));
  Press("device/close");
  EXPECT_FALSE(lab().life.app_runs);
  EXPECT_TRUE(Happened(DeviceEvent::Kind::kStopped, ""));
  EXPECT_EQ(Rows("account"), 9);
}

TEST_F(DeviceLabTest, EditsOfflineAndUploadsInOrder) {
  MakeAndStart();
  SyncNow();
  EXPECT_EQ(Rows("account"), 9);
  Press("device/network/0");
  OpenAccount(2);
  Write("city", "Linz");
  Press("phone/save");
  EXPECT_EQ(lab().record_error, "");
  ASSERT_EQ(lab().view.changes.size(), 1U);
  EXPECT_EQ(lab().view.changes[0].name, "Fabrikam Wind GmbH");
  EXPECT_EQ(lab().view.changes[0].fields[0].mine, "Linz");
  EXPECT_EQ(lab().view.changes[0].fields[0].before, "Graz");
  EXPECT_EQ(Row(2)->state, RowState::kChanged);
  Press("phone/back");
  SyncNow();
  EXPECT_TRUE(lab().life.refused);
  EXPECT_EQ(bench_->company.Text("account", 2, "city"), "Graz");
  Press("device/network/2");
  SyncNow();
  EXPECT_EQ(bench_->company.Text("account", 2, "city"), "Linz");
  EXPECT_TRUE(lab().view.changes.empty());
  EXPECT_EQ(Row(2)->state, RowState::kSynced);
}

TEST_F(DeviceLabTest, CreatesAndDeletesRecords) {
  MakeAndStart();
  SyncNow();
  Press("device/new");
  ASSERT_TRUE(lab().record);
  Press("phone/save");  // Nothing is typed: the button does nothing.
  EXPECT_TRUE(lab().view.changes.empty());
  Write("name", "Trey Research");
  Press("phone/save");
  ASSERT_EQ(lab().view.changes.size(), 1U);
  EXPECT_EQ(lab().view.changes[0].kind, ChangeKind::kCreate);
  EXPECT_EQ(lab().record->name, "Trey Research");
  EXPECT_FALSE(lab().record->id.empty());
  EXPECT_EQ(Rows("account"), 10);
  Press("phone/back");
  OpenAccount(4);
  Press("phone/delete");
  EXPECT_FALSE(lab().record);
  EXPECT_EQ(Rows("account"), 9);
  SyncNow();
  EXPECT_EQ(bench_->company.Count("account"), 9U);
  EXPECT_EQ(bench_->company.Text("account", 4, "name"), "");
}

TEST_F(DeviceLabTest, LeavesTheOwnerOfANewRecordToTheServer) {
  MakeAndStart([](Policy& policy) { policy.Find("account")->all_fields = true; });
  SyncNow();
  Press("device/new");
  EXPECT_TRUE(Says("The server decides"));
}

TEST_F(DeviceLabTest, KeepsWhatIsWrongOnTheForm) {
  MakeAndStart();
  SyncNow();
  OpenAccount(1);
  Write("revenue", "many");
  Press("phone/save");
  EXPECT_NE(lab().record_error.find("account.revenue"), std::string::npos);
  EXPECT_TRUE(lab().view.changes.empty());
  Write("revenue", "12.50");
  Press("phone/save");
  EXPECT_EQ(lab().record_error, "");
  EXPECT_EQ(lab().view.changes.size(), 1U);
}

TEST_F(DeviceLabTest, ObeysThePermissionsOfThePolicy) {
  Open();
  Edit([](Policy& policy) {
    policy.Find("account")->allow.update = false;
    policy.Find("account")->allow.remove = false;
    policy.Find("account")->allow.create = false;
    policy.Find("account")->all_fields = true;
  });
  Connect();
  app_->controller().Apply(ShowScreen{Screen::kDevice});
  Settle();
  Press("device/make");
  Press("device/start");
  SyncNow();
  OpenAccount(1);
  EXPECT_TRUE(Says(" UTC")) << "moments as people write them";
  EXPECT_FALSE(Shown("phone/delete"));
  EXPECT_FALSE(Shown("phone/field/city"));
  Press("phone/where/1");
  EXPECT_TRUE(Shown("phone/field/city"));  // Somebody else may.
  Press("phone/back");
  Press("device/new");
  EXPECT_FALSE(Shown("phone/save"));
  EXPECT_TRUE(Says("The policy does not let the app create"));
}

TEST_F(DeviceLabTest, MeetsAConflictAndKeepsTheServersVersion) {
  MeetConflict();
  EXPECT_EQ(Row(0)->state, RowState::kConflict);
  Press("outbox/row/" + std::to_string(lab().view.changes[0].seq));
  const PhoneFieldChange& city = lab().view.changes[0].fields.at(0);
  EXPECT_EQ(city.mine, "Olomouc");
  EXPECT_EQ(city.before, "Brno");  // As it was when the edit began, whatever was downloaded.
  EXPECT_EQ(city.theirs, "Ostrava");
  Press("outbox/theirs");
  EXPECT_TRUE(lab().view.changes.empty());
  EXPECT_EQ(Row(0)->detail, "Ostrava");
  EXPECT_TRUE(Says("Decided"));
  EXPECT_TRUE(Says("Account: The server's version is kept (" + Row(0)->name + ")"));
  SyncNow();
  EXPECT_EQ(bench_->company.Text("account", 0, "city"), "Ostrava");
}

TEST_F(DeviceLabTest, ShowsWhereLongValuesInConflictDiffer) {
  MeetConflict("The new building behind Olomouc", "The new building behind Ostrava");
  Press("outbox/row/" + std::to_string(lab().view.changes[0].seq));
  EXPECT_TRUE(Says("Olomouc"));
  EXPECT_TRUE(Says("Ostrava"));
}

TEST_F(DeviceLabTest, MeetsAConflictAndKeepsItsOwnVersion) {
  MeetConflict();
  Press("outbox/row/" + std::to_string(lab().view.changes[0].seq));
  Press("outbox/mine");
  ASSERT_EQ(lab().view.changes.size(), 1U);
  EXPECT_EQ(lab().view.changes[0].state, EntryState::kWaiting);
  SyncNow();
  EXPECT_EQ(bench_->company.Text("account", 0, "city"), "Olomouc");
}

TEST_F(DeviceLabTest, SettlesAConflictFieldByField) {
  MeetConflict();
  Press("outbox/row/" + std::to_string(lab().view.changes[0].seq));
  Press("outbox/field/city/theirs");
  ASSERT_TRUE(Shown("outbox/choices"));
  Press("outbox/choices");
  EXPECT_EQ(Row(0)->detail, "Ostrava");
}

TEST_F(DeviceLabTest, GivesUpAChange) {
  MakeAndStart();
  SyncNow();
  OpenAccount(3);
  Write("city", "Kolín");
  Press("phone/save");
  Press("phone/back");
  Press("outbox/row/" + std::to_string(lab().view.changes.at(0).seq));
  Press("outbox/discard");
  EXPECT_TRUE(lab().view.changes.empty());
  EXPECT_EQ(Row(3)->detail, "Praha");
}

TEST_F(DeviceLabTest, ShowsInAnOpenFormWhatASyncBrought) {
  MakeAndStart();
  SyncNow();
  OpenAccount(0);
  Press("phone/where/1");
  Write("city", "Ostrava");
  Press("phone/save");
  EXPECT_EQ(Written("phone/field/city"), "Ostrava");  // On the server.
  Press("phone/where/0");
  EXPECT_EQ(Written("phone/field/city"), "Brno");  // The phone does not know of it yet.
  Write("name", "Contoso & Sons");
  Press("device/sync-background");
  EXPECT_EQ(Written("phone/field/city"), "Ostrava");
  EXPECT_EQ(Written("phone/field/name"), "Contoso & Sons");  // Being typed.
}

TEST_F(DeviceLabTest, ShowsSomebodyElseWhatTheServerHas) {
  MakeAndStart();
  SyncNow();
  bench_->company.Put("account", 0, "city", "Zlín");
  OpenAccount(0);
  Write("city", "Olomouc");
  Press("phone/where/1");
  EXPECT_EQ(Written("phone/field/city"), "Zlín") << "neither the phone's nor what is typed there";
  Write("name", "Contoso & Sons");
  Press("phone/save");
  EXPECT_EQ(bench_->company.Text("account", 0, "city"), "Zlín") << "only what was typed is sent";
  bench_->company.Put("account", 0, "city", "Opava");
  Press("phone/where/0");
  Press("phone/where/1");
  EXPECT_EQ(Written("phone/field/city"), "Opava") << "it is read each time";
  Press("phone/delete");
  EXPECT_TRUE(Says("The server has no such record"));
  EXPECT_FALSE(Shown("phone/field/city"));
}

TEST_F(DeviceLabTest, OpensTheNextRecordOnThePhoneAgain) {
  MakeAndStart();
  SyncNow();
  OpenAccount(0);
  Press("phone/where/1");
  Press("phone/back");
  OpenAccount(0);
  Write("city", "Olomouc");
  Press("phone/save");
  EXPECT_EQ(lab().view.changes.size(), 1U);
  EXPECT_NE(bench_->company.Text("account", 0, "city"), "Olomouc");
}

TEST_F(DeviceLabTest, ReadsTheServerAgainAfterASaveThereAndAfterASync) {
  MakeAndStart();
  SyncNow();
  OpenAccount(0);
  Press("phone/where/1");
  bench_->company.Put("account", 0, "city", "Zlín");  // By a third person, meanwhile.
  Write("name", "Contoso & Sons");
  Press("phone/save");
  EXPECT_EQ(Written("phone/field/city"), "Zlín");
  bench_->company.Put("account", 0, "city", "Opava");
  SyncNow();
  EXPECT_EQ(Written("phone/field/city"), "Opava");
}

TEST_F(DeviceLabTest, SaysThatASaveWasSentOnceItIs) {
  MakeAndStart();
  SyncNow();
  OpenAccount(0);
  Write("city", "Olomouc");
  Press("phone/save");
  EXPECT_TRUE(Says("Saved on the phone."));
  Press("device/sync-background");
  EXPECT_FALSE(Says("Saved on the phone"));
  EXPECT_TRUE(Says("Sent to the server."));
  // What somebody else makes of it is not what was sent.
  bench_->company.Put("account", 0, "city", "Zlín");
  Press("device/sync-background");
  EXPECT_EQ(Written("phone/field/city"), "Zlín");
  EXPECT_FALSE(Says("Sent to the server."));
}

TEST_F(DeviceLabTest, SaysThatASaveWasReplacedByTheServersVersion) {
  MakeAndStart([](Policy& policy) { policy.sync.conflict = ConflictRule::kServerWins; });
  SyncNow();
  bench_->company.Put("account", 0, "city", "Zlín");
  OpenAccount(0);
  Write("city", "Olomouc");
  Press("phone/save");
  EXPECT_TRUE(Says("Saved on the phone."));
  Press("device/sync-background");
  EXPECT_EQ(Written("phone/field/city"), "Zlín");
  EXPECT_FALSE(Says("Saved on the phone"));
  EXPECT_TRUE(Says("The server's version won."));
  EXPECT_TRUE(Says("Nothing to upload"));  // It is only kept to be looked at.
  EXPECT_FALSE(Says("In the order of upload"));
  Press("outbox/row/" + std::to_string(lab().view.changes.at(0).seq));
  Press("outbox/discard");
  EXPECT_FALSE(Says("The server's version won."));
  EXPECT_FALSE(Says("Sent to the server."));
}

TEST_F(DeviceLabTest, SaysThatASaveMetAConflict) {
  MakeAndStart([](Policy& policy) { policy.sync.conflict = ConflictRule::kManual; });
  SyncNow();
  bench_->company.Put("account", 0, "city", "Zlín");
  OpenAccount(0);
  Write("city", "Olomouc");
  Press("phone/save");
  Press("device/sync-background");
  EXPECT_TRUE(Says("decide under Pending"));
  Press("outbox/row/" + std::to_string(lab().view.changes.at(0).seq));
  Press("outbox/theirs");
  EXPECT_FALSE(Says("decide under Pending"));
  EXPECT_FALSE(Says("Sent to the server."));
}

TEST_F(DeviceLabTest, SaysThatASaveWasGivenUp) {
  MakeAndStart();
  SyncNow();
  OpenAccount(3);
  Write("city", "Kolín");
  Press("phone/save");
  Press("outbox/row/" + std::to_string(lab().view.changes.at(0).seq));
  Press("outbox/discard");
  EXPECT_FALSE(Says("Saved on the phone"));
  EXPECT_FALSE(Says("Sent to the server."));
}

TEST_F(DeviceLabTest, DoesNotPromiseWhatASyncHasBrought) {
  MakeAndStart();
  SyncNow();
  OpenAccount(0);
  Press("phone/where/1");
  Write("city", "Zlín");
  Press("phone/save");
  EXPECT_TRUE(Says("The phone learns of it at its next sync."));
  Press("device/sync-background");
  EXPECT_TRUE(Says("Changed on the server."));
  EXPECT_FALSE(Says("The phone learns of it at its next sync."));
}

TEST_F(DeviceLabTest, ShowsInAnOpenFormWhatIsLeftOfAChangeThatWasGivenUp) {
  MakeAndStart();
  SyncNow();
  OpenAccount(3);
  Write("city", "Kolín");
  Press("phone/save");
  EXPECT_EQ(Written("phone/field/city"), "Kolín");
  Press("outbox/row/" + std::to_string(lab().view.changes.at(0).seq));
  Press("outbox/discard");
  EXPECT_EQ(Written("phone/field/city"), "Praha");
}

TEST_F(DeviceLabTest, SaysThatTheOpenRecordIsGone) {
  MakeAndStart(
      [](Policy& policy) { policy.sync.incremental.reconcile.kind = Reconcile::Kind::kAlways; });
  SyncNow();
  OpenAccount(3);
  Press("phone/where/1");
  Press("phone/delete");
  Press("device/sync-background");
  EXPECT_EQ(Row(3), nullptr);
  EXPECT_TRUE(Says("The record is no longer on this phone"));
}

TEST_F(DeviceLabTest, LetsTheClockRunAndTimersFireOnTheWay) {
  Open();
  Edit([](Policy& policy) { policy.triggers.every = Seconds(300); });
  Connect();
  app_->controller().Apply(ShowScreen{Screen::kDevice});
  Settle();
  Press("device/make");
  Press("device/start");
  const Instant before = lab().now;
  const auto syncs = [this] {
    return std::count_if(
        lab().view.events.begin(), lab().view.events.end(),
        [](const DeviceEvent& event) { return event.kind == DeviceEvent::Kind::kSynced; });
  };
  const auto at_start = syncs();
  Press("device/advance");
  EXPECT_EQ(lab().now.ticks - before.ticks, 900 * kTicksPerSecond);
  EXPECT_EQ(syncs() - at_start, 3);
  ASSERT_TRUE(Shown("device/skip"));
  Press("device/skip");
  EXPECT_EQ(lab().now.ticks - before.ticks, 1200 * kTicksPerSecond);
}

TEST_F(DeviceLabTest, SkipsWhatNeedsAConnectionAndSaysWhy) {
  Open();
  Edit([](Policy& policy) {
    policy.triggers.every = Seconds(300);
    policy.triggers.on_save = OnSave{};
  });
  Connect();
  app_->controller().Apply(ShowScreen{Screen::kDevice});
  Settle();
  Press("device/make");
  Press("device/start");
  SyncNow();
  Press("device/network/0");
  OpenAccount(5);
  Write("city", "Πάτρα");
  Press("phone/save");
  EXPECT_TRUE(Happened(DeviceEvent::Kind::kSuppressed, "on_save"));
  Press("timeline/show/2");
  EXPECT_TRUE(Says("No sync, despite a save"));
  EXPECT_FALSE(Says("Sync finished"));
}

TEST_F(DeviceLabTest, UploadsAfterASave) {
  Open();
  Edit([](Policy& policy) { policy.triggers.on_save = OnSave{}; });
  Connect();
  app_->controller().Apply(ShowScreen{Screen::kDevice});
  Settle();
  Press("device/make");
  Press("device/start");
  SyncNow();
  OpenAccount(5);
  Write("city", "Πάτρα");
  Press("phone/save");
  EXPECT_EQ(bench_->company.Text("account", 5, "city"), "Πάτρα");
  EXPECT_TRUE(lab().view.changes.empty());
}

TEST_F(DeviceLabTest, AsksBeforeItGoesOnline) {
  MakeAndStart();
  SyncNow();
  EXPECT_EQ(lab().life.mode, DeviceMode::kOffline);
  Press("device/mode");
  ASSERT_TRUE(lab().life.question);
  EXPECT_FALSE(lab().life.question->question.empty());
  EXPECT_FALSE(Says("Going online. ")) << "the title says so";
  Press("phone/answer/stay");
  EXPECT_FALSE(lab().life.question);
  EXPECT_EQ(lab().life.mode, DeviceMode::kOffline);
  Press("device/mode");
  Press("phone/answer/sync");
  EXPECT_EQ(lab().life.mode, DeviceMode::kOnline);
  EXPECT_TRUE(lab().list.live);
  EXPECT_EQ(lab().list.rows.size(), 9U);
  // Online a save reaches the server at once.
  OpenAccount(6);
  Write("city", "Київ");
  Press("phone/save");
  EXPECT_EQ(bench_->company.Text("account", 6, "city"), "Київ");
  EXPECT_TRUE(lab().view.changes.empty());
}

TEST_F(DeviceLabTest, ClosesTheAppWhileAQuestionWaits) {
  MakeAndStart();
  Press("device/mode");
  ASSERT_TRUE(lab().life.question);
  Press("device/close");
  EXPECT_FALSE(lab().life.app_runs);
  EXPECT_FALSE(lab().life.question);
}

TEST_F(DeviceLabTest, MeetsAnotherDraftAtTheNextSync) {
  MakeAndStart();
  SyncNow();
  EXPECT_FALSE(lab().draft_differs);
  Edit([](Policy& policy) {
    std::erase_if(policy.entities, [](const Entity& e) { return e.name == "contact"; });
  });
  EXPECT_TRUE(lab().draft_differs);
  EXPECT_EQ(Rows("contact"), 14);
  Press("device/give");
  EXPECT_FALSE(lab().draft_differs);
  // A background sync may not change the structure under somebody's hands …
  Press("device/sync-background");
  EXPECT_TRUE(Happened(DeviceEvent::Kind::kPolicy, ""));
  EXPECT_EQ(Rows("contact"), -1);  // … so a foreground one followed.
  EXPECT_TRUE(Happened(DeviceEvent::Kind::kSync, "structural change: foreground"));
}

TEST_F(DeviceLabTest, StopsASyncInTheMiddle) {
  Make();
  Press("device/start");
  std::binary_semaphore reading{0};
  std::binary_semaphore go_on{0};
  std::atomic<bool> held = false;
  bench_->company.on_call = [&](std::string_view call) {
    if (call != "ReadPage" || held.exchange(true)) return;
    reading.release();
    go_on.acquire();
  };
  ASSERT_TRUE(Click("device/sync", *app_, [this] { Frame(); }));
  reading.acquire();
  app_->Deliver();
  Frame();
  EXPECT_TRUE(lab().life.syncing);
  ASSERT_TRUE(Shown("phone/stop"));
  ASSERT_TRUE(Click("phone/stop", *app_, [this] { Frame(); }));
  go_on.release();
  Settle();
  EXPECT_FALSE(lab().life.syncing);
  EXPECT_EQ(Rows("account"), 0);
  SyncNow();
  EXPECT_EQ(Rows("account"), 9);
}

TEST_F(DeviceLabTest, LeavesThePhoneToAForegroundSyncAndEditsGoOnDuringABackgroundOne) {
  MakeAndStart();
  SyncNow();
  std::binary_semaphore reading{0};
  std::binary_semaphore go_on{0};
  std::atomic<bool> held = false;
  const auto hold = [&] {
    held = false;
    bench_->company.on_call = [&](std::string_view call) {
      if (call != "NoteHighWater" || held.exchange(true)) return;
      reading.release();
      go_on.acquire();
    };
  };
  OpenAccount(7);
  Write("city", "Martin");
  hold();
  ASSERT_TRUE(Click("device/sync-background", *app_, [this] { Frame(); }));
  reading.acquire();
  app_->Deliver();
  Frame();
  ASSERT_TRUE(Click("phone/save", *app_, [this] { Frame(); }));
  while (lab().saving) {
    app_->WaitForJobs();
    app_->Deliver();
    Frame();
  }
  EXPECT_EQ(lab().record_error, "");
  go_on.release();
  Settle();
  EXPECT_EQ(Row(7)->detail, "Martin");
  Press("phone/back");
  hold();
  ASSERT_TRUE(Click("device/sync", *app_, [this] { Frame(); }));
  reading.acquire();
  app_->Deliver();
  Frame();
  EXPECT_FALSE(Shown("phone/row/" + FakeCompany::IdOf("account", 7)));
  EXPECT_TRUE(Shown("phone/stop"));
  go_on.release();
  Settle();
  EXPECT_TRUE(Shown("phone/row/" + FakeCompany::IdOf("account", 7)));
}

TEST_F(DeviceLabTest, ShowsAndSearchesAnotherTable) {
  MakeAndStart();
  SyncNow();
  Press("tables/contact");
  EXPECT_EQ(lab().entity, "contact");
  EXPECT_EQ(lab().view.local.count, 14);
  Press("phone/search");
  Type("žilin");
  EXPECT_EQ(lab().view.local.count, 1);
  EXPECT_EQ(lab().list.rows.size(), 1U);
  Type("zzz");
  EXPECT_TRUE(Says("Nothing found"));
}

TEST_F(DeviceLabTest, PointsARecordAtAnotherOfThePhone) {
  Open();
  Edit([](Policy& policy) { policy.Find("contact")->fields = {"name", "parentid"}; });
  Connect();
  app_->controller().Apply(ShowScreen{Screen::kDevice});
  Settle();
  Press("device/make");
  Press("device/start");
  SyncNow();
  Press("tables/contact");
  Press("phone/row/" + FakeCompany::IdOf("contact", 0));
  ASSERT_TRUE(lab().record);
  EXPECT_EQ(lab().record->fields.at(1).shown, "Contoso Energy s.r.o.");
  Press("phone/field/parentid");
  Type("Blue");
  Press("phone/field/parentid/list/item/" + FakeCompany::IdOf("account", 4));
  Press("phone/save");
  ASSERT_EQ(lab().view.changes.size(), 1U);
  EXPECT_EQ(lab().view.changes[0].fields.at(0).mine, "Blue Yonder Solar");
}

TEST_F(DeviceLabTest, OffersItsPhoneToThePreviewOnceItSynced) {
  Make();
  app_->controller().Apply(ShowScreen{Screen::kPreview});
  Settle();
  Press("preview/style");
  Type("needs a device");
  Key(Key::kEnter);
  EXPECT_EQ(state().screen, Screen::kDevice) << "what has not synced is no base";
  Press("device/start");
  SyncNow();
  app_->controller().Apply(ShowScreen{Screen::kPreview});
  Settle();
  Press("preview/style");
  EXPECT_FALSE(Says("needs a device"));
  Type("phone");
  Key(Key::kEnter);
  EXPECT_EQ(state().since, lab().view.file);
  EXPECT_TRUE(Says("Next, lab"));
  Press("preview/run");
  Press("preview/side/1");
  EXPECT_TRUE(Says("the lab's phone"));
  app_->controller().Apply(ConnectTo{"other"});
  Settle();
  EXPECT_TRUE(state().since.empty()) << "it went with its server";
}

TEST_F(DeviceLabTest, ForgetsThePhoneWithItsServer) {
  MakeAndStart();
  app_->controller().Apply(ConnectTo{"nowhere"});
  Settle();
  EXPECT_EQ(lab().phone, LabState::Phone::kNone);
  EXPECT_TRUE(Shown("device/server"));
}

}  // namespace
}  // namespace satchel
