// `satchel device …` against a sandbox over HTTP, as a user would use it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/app/cli/program_fixture.h"
#include "tests/app/sandbox/running_sandbox.h"

namespace satchel {
namespace {

using Json = nlohmann::json;

constexpr const char* kPolicy = R"(satchel: 1

project:
  name: field-service

sync:
  conflict: manual

modes:
  before_online: inform
  before_offline: nothing

entities:
  account:
    fields: [name, telephone1, numberofemployees, ownerid]
  contact:
    fields: [lastname, firstname, parentcustomerid]
    allow: [create, update]
  product:
    mode: online
    fields: [name, price]
  team:
    mode: online
    fields: [name, businessunitid]
)";

class DeviceTest : public ProgramTest {
 protected:
  using Words = std::vector<std::string>;

  std::string database_ = (folder_ / "jana.db").string();
  std::string policy_ = Write("p.yaml", kPolicy);
  sandbox::RunningSandbox sandbox_;

  Answer Do(Words words, const std::string& input = "") {
    words.insert(words.begin(), "device");
    words.insert(words.end(), {"--db", database_});
    return Run(std::move(words), input);
  }
  Json Ask(Words words) {
    words.emplace_back("--json");
    const Answer answer = Do(std::move(words));
    EXPECT_NE(answer.out, "") << answer.err;
    return Json::parse(answer.out, nullptr, false);
  }
  // The first sync, as the administrator unless told otherwise.
  Answer Bind(Words more = {}) {
    Words words = {"sync", "--policy", policy_, "--server", sandbox_.base()};
    words.insert(words.end(), more.begin(), more.end());
    return Do(std::move(words));
  }
  std::string First(const std::string& entity = "account") {
    return Ask({"list", entity, "--limit", "1"})["records"][0]["id"];
  }
  std::string OnServer(const std::string& id, const std::string& field) {
    return sandbox_.Get("accounts(" + id + ")").text(field);
  }
  void TheyWrite(const std::string& id, const std::string& body) {
    ASSERT_EQ(sandbox_.Patch("accounts(" + id + ")", body).status, 204);
  }
  Json Outbox() { return Ask({"status"})["outbox"]; }

  static void ExpectComplaint(const Answer& answer, int code, const std::string& says) {
    EXPECT_EQ(answer.code, code) << answer.err;
    EXPECT_EQ(answer.out, "");
    EXPECT_EQ(answer.err.rfind("satchel: ", 0), 0u) << answer.err;
    EXPECT_EQ(std::count(answer.err.begin(), answer.err.end(), '\n'), 1) << answer.err;
    EXPECT_NE(answer.err.find(says), std::string::npos) << answer.err;
  }
};

TEST_F(DeviceTest, EveryCommandHasHelpWithAnExample) {
  for (const char* command : {"run", "sync", "status", "list", "show", "create", "edit", "delete",
                              "mode", "conflicts", "errors", "resolve"}) {
    const Answer answer = Run({"device", command, "--help"});
    EXPECT_EQ(answer.code, 0) << command;
    EXPECT_NE(answer.out.find("Example"), std::string::npos) << command;
    EXPECT_NE(answer.out.find(std::string("satchel device ") + command), std::string::npos)
        << command;
  }
}

TEST_F(DeviceTest, TheFirstSyncBindsTheDatabaseAndLaterOnesNeedOnlyItsName) {
  const Answer first = Bind({"--as", "marta@contoso.example"});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_NE(first.out.find("account  full"), std::string::npos) << first.out;
  const Json second = Ask({"sync"});
  EXPECT_EQ(second["succeeded"], true);
  EXPECT_EQ(second["entities"][0]["way"], "incremental");
  EXPECT_EQ(second["upload"]["sent"], 0);

  const Json status = Ask({"status"});
  EXPECT_EQ(status["policy"], "field-service");
  EXPECT_EQ(status["mode"], "offline");
  EXPECT_EQ(status["server"], sandbox_.base());
  EXPECT_EQ(status["entities"][0]["name"], "account");
  const auto visible = sandbox_.AllIds("accounts?$select=accountid", "accountid",
                                       {{"Authorization", "Bearer user:marta@contoso.example"}});
  EXPECT_EQ(status["entities"][0]["records"], visible.size());
  EXPECT_FALSE(status["entities"][2].contains("records")) << "an online entity keeps none";
  EXPECT_EQ(status["events"].size(), 4u);
  EXPECT_NE(Do({"status"}).out.find("policy     field-service"), std::string::npos);

  ExpectComplaint(Do({"sync", "--server", "another"}), 2, "--server: this device is bound to");
  ExpectComplaint(Do({"sync", "--policy", "another.yaml"}), 2, "--policy: this device is bound to");
}

TEST_F(DeviceTest, ADeviceKnowsItsUserByNameThoughItCarriesNothingOfTheirs) {
  policy_ = Write("currencies.yaml",
                  "satchel: 1\nproject: {name: x}\nentities: {transactioncurrency: {fields: "
                  "[currencyname]}}\n");
  ASSERT_EQ(Bind({"--as", "marta@contoso.example"}).code, 0);
  EXPECT_EQ(Ask({"status"})["user_name"], "Marta Svobodová");
  database_ = (folder_ / "admin.db").string();
  ASSERT_EQ(Bind().code, 0);
  EXPECT_EQ(Ask({"status"})["user_name"], "Eva Kováčová");
}

TEST_F(DeviceTest, AnUnboundDeviceSaysWhatItNeedsAndLeavesNoFile) {
  ExpectComplaint(Do({"sync"}), 3, "there is no such device");
  ExpectComplaint(Do({"list", "account"}), 3, "there is no such device");
  ExpectComplaint(Bind({"--as", "nobody@contoso.example"}), 3, "nobody@contoso.example");
  policy_ = (folder_ / "absent.yaml").string();
  ExpectComplaint(Bind(), 3, "there is no policy to follow");
  policy_ =
      Write("wrong.yaml", "satchel: 1\nproject: {name: x}\nentities: {acount: {fields: [name]}}\n");
  ExpectComplaint(Bind(), 3, "acount");
  policy_ = Write("p.yaml", kPolicy);
  ExpectComplaint(Do({"sync", "--policy", policy_, "--server", "nosuch"}), 3, "'nosuch'");
  EXPECT_FALSE(std::filesystem::exists(database_));
  database_ = (folder_ / "absent" / "x.db").string();
  ExpectComplaint(Bind(), 3, "satchel: database '" + database_ + "': cannot be opened");
  EXPECT_EQ(Run({"device", "sync"}).code, 2);
  EXPECT_EQ(Run({"device"}).code, 2);
}

TEST_F(DeviceTest, ListsAndShowsRecordsOfTheDevice) {
  ASSERT_EQ(Bind().code, 0);
  const Json two = Ask({"list", "account", "--limit", "2", "--offset", "1"});
  EXPECT_EQ(two["from"], "device");
  ASSERT_EQ(two["records"].size(), 2u);
  EXPECT_LT(First(), two["records"][0]["id"].get<std::string>());
  const std::string id = two["records"][0]["id"];
  const Json one = Ask({"show", "account/" + id});
  EXPECT_EQ(one, two["records"][0]);
  EXPECT_EQ(one["values"]["name"], OnServer(id, "name"));
  EXPECT_NE(Do({"show", "account/" + id}).out.find(id), std::string::npos);

  ExpectComplaint(Do({"list", "acount"}), 1, "did you mean 'account'?");
  ExpectComplaint(Do({"show", "account"}), 2, "write ENTITY/ID");
  ExpectComplaint(Do({"show", "account/1"}), 1, "write a GUID");
  ExpectComplaint(Do({"show", "account/00000000-0000-4000-8000-000000000001"}), 1,
                  "is not on this device");
  ExpectComplaint(Do({"list", "account", "--limit", "0"}), 2, "--limit");
  ExpectComplaint(Do({"list", "account", "--offset", "-1"}), 2, "not in range 0 to");
  ExpectComplaint(Do({"status", "--events", "-1"}), 2, "--events");
}

TEST_F(DeviceTest, NamesWhatLookupsPointAtBesideTheirIdsOnTheDeviceAndLive) {
  ASSERT_EQ(Bind().code, 0);
  // An owner is not kept here, so its name is a label; a parent is a record of its own.
  const Json account = Ask({"list", "account", "--limit", "1"})["records"][0];
  const std::string id = account["id"];
  const Json expanded =
      Json::parse(sandbox_.Get("accounts(" + id + ")?$expand=owninguser($select=fullname)").body);
  const std::string owner = expanded["owninguser"]["fullname"];
  EXPECT_EQ(account["names"], (Json{{"ownerid", owner}}));
  EXPECT_NE(account["values"]["ownerid"], owner) << "what edit takes is the id";
  const Answer shown = Do({"show", "account/" + id});
  EXPECT_NE(shown.out.find("  " + owner + "\n"), std::string::npos) << shown.out;

  const Answer list = Do({"list", "account", "--limit", "1"});
  EXPECT_NE(list.out.find(owner), std::string::npos) << list.out;
  EXPECT_EQ(list.out.find('\''), std::string::npos) << "texts stand without quotes:\n" << list.out;

  // What was made here has no label yet: its own record says what it is called.
  const Answer parent = Do({"create", "account", "name=Made here"});
  ASSERT_EQ(parent.code, 0) << parent.err;
  const std::string made = parent.out.substr(0, parent.out.find(' '));
  const Answer contact = Do({"create", "contact", "lastname=New", "parentcustomerid=" + made});
  ASSERT_EQ(contact.code, 0) << contact.err;
  EXPECT_EQ(Ask({"show", contact.out.substr(0, contact.out.find(' '))})["names"],
            (Json{{"parentcustomerid", "Made here"}}));

  // Of what is never kept here the server tells the names.
  const Json team = Ask({"list", "team", "--limit", "1"})["records"][0];
  const std::string unit = team["values"]["businessunitid"];
  EXPECT_EQ(team["names"],
            (Json{{"businessunitid", sandbox_.Get("businessunits(" + unit + ")").text("name")}}));
}

TEST_F(DeviceTest, AnEditWaitsOnTheDeviceUntilASyncSendsIt) {
  ASSERT_EQ(Bind().code, 0);
  const std::string id = First();
  const std::string before = OnServer(id, "telephone1");
  const Answer edit = Do({"edit", "account/" + id, "telephone1=+420 777"});
  EXPECT_EQ(edit.code, 0) << edit.err;
  EXPECT_EQ(edit.out, "account/" + id + " saved on the device; it waits for upload\n");
  EXPECT_EQ(OnServer(id, "telephone1"), before);
  EXPECT_EQ(Outbox()["waiting"], 1);
  EXPECT_EQ(Ask({"show", "account/" + id})["pending"], true);
  EXPECT_NE(Do({"list", "account", "--limit", "1"}).out.find("  *  "), std::string::npos);

  EXPECT_EQ(Ask({"sync"})["upload"]["sent"], 1);
  EXPECT_EQ(OnServer(id, "telephone1"), "+420 777");
  EXPECT_EQ(Outbox()["waiting"], 0);
  EXPECT_EQ(Ask({"show", "account/" + id})["pending"], false);
}

TEST_F(DeviceTest, AnEditBackToWhatTheServerHasLeavesNothingToSend) {
  ASSERT_EQ(Bind().code, 0);
  const std::string id = First();
  const std::string name = Ask({"show", "account/" + id})["values"]["name"];
  EXPECT_EQ(Do({"edit", "account/" + id, "name=Other"}).code, 0);
  const Answer back = Do({"edit", "account/" + id, "name=" + name});
  EXPECT_NE(back.out.find("nothing waits for upload"), std::string::npos) << back.out;
  EXPECT_EQ(Outbox()["waiting"], 0);
}

TEST_F(DeviceTest, NewAndDeletedRecordsReachTheServer) {
  ASSERT_EQ(Bind().code, 0);
  const std::string gone = First();  // Later the new one, whose id is by chance, may come first.
  const Json made = Ask({"create", "account", "name=Nový Zákazník", "numberofemployees=7"});
  EXPECT_EQ(made["where"], "device");
  const std::string id = made["id"];
  const Json child = Ask({"create", "contact", "lastname=Nová", "parentcustomerid=account/" + id});
  EXPECT_EQ(Do({"delete", "account/" + gone}).code, 0);
  ExpectComplaint(Do({"show", "account/" + gone}), 1, "is not on this device");
  EXPECT_EQ(Ask({"sync"})["upload"]["sent"], 3);
  EXPECT_EQ(OnServer(id, "name"), "Nový Zákazník");
  EXPECT_EQ(sandbox_.Get("contacts(" + child["id"].get<std::string>() + ")")
                .text("_parentcustomerid_value"),
            id);
  EXPECT_EQ(sandbox_.Get("accounts(" + gone + ")").status, 404);
}

TEST_F(DeviceTest, RefusesAtOnceWhatCanNotBeSaved) {
  ASSERT_EQ(Bind().code, 0);
  const std::string record = "account/" + First();
  ExpectComplaint(Do({"edit", record, "nme=x"}), 1, "did you mean 'name'?");
  ExpectComplaint(Do({"edit", record, "numberofemployees=many"}), 1, "write a whole number");
  ExpectComplaint(Do({"edit", record, "name="}), 1, "it must have a value");
  ExpectComplaint(Do({"edit", record, "name"}), 2, "write FIELD=VALUE");
  ExpectComplaint(Do({"edit", record}), 2, "FIELD=VALUE is required");
  ExpectComplaint(Do({"create", "account", "telephone1=1"}), 1, "name: a new record must have it");
  ExpectComplaint(Do({"delete", "contact/" + First("contact")}), 1, "does not allow to delete");
  ExpectComplaint(Do({"create", "task", "subject=x"}), 1, "is no entity of the policy");
  EXPECT_EQ(Outbox()["waiting"], 0);
}

TEST_F(DeviceTest, AConflictWaitsForTheUserWhoDecidesItFieldByField) {
  ASSERT_EQ(Bind().code, 0);
  const std::string id = First();
  const std::string before = Ask({"show", "account/" + id})["values"]["name"];
  ASSERT_EQ(Do({"edit", "account/" + id, "name=Mine", "telephone1=111"}).code, 0);
  TheyWrite(id, R"({"name":"Theirs","telephone1":"222"})");
  const Answer met = Do({"sync"});
  EXPECT_EQ(met.code, 1) << met.err;
  EXPECT_NE(met.out.find("1 conflicts"), std::string::npos) << met.out;

  const Answer shown = Do({"conflicts"});
  EXPECT_EQ(shown.code, 1);
  // The download after it brought the server's value; what was seen before is told all the same.
  EXPECT_NE(shown.out.find("name: mine 'Mine', was '" + before + "'"), std::string::npos)
      << shown.out;
  EXPECT_NE(shown.out.find("theirs 'Theirs'"), std::string::npos);
  const Json entry = Ask({"conflicts"})["entries"][0];
  EXPECT_EQ(entry["id"], id);
  EXPECT_EQ(entry["kind"], "update");
  const std::string number = std::to_string(entry["seq"].get<int>());

  EXPECT_EQ(Do({"resolve", number}).code, 2);
  EXPECT_EQ(Do({"resolve", number, "--keep", "mine", "--discard"}).code, 2);
  EXPECT_EQ(Do({"resolve", number, "--keep", "ours"}).code, 2);
  ExpectComplaint(Do({"resolve", number, "--retry", "--except", "name"}), 2, "--except");
  EXPECT_EQ(Do({"resolve", number, "--keep", "mine", "--except", "nme"}).code, 1);
  EXPECT_EQ(Do({"resolve", number, "--keep", "mine", "--except", "telephone1"}).out,
            number + ": what you keep of it waits for the next upload\n");
  const Json decided = Ask({"status"})["events"].back();
  EXPECT_EQ(decided["kind"], "settled");
  EXPECT_EQ(decided["text"], "account: each field as the user chose, and sent again (Mine)");
  EXPECT_EQ(Do({"conflicts"}).code, 0);
  EXPECT_EQ(Do({"sync"}).code, 0);
  EXPECT_EQ(OnServer(id, "name"), "Mine");
  EXPECT_EQ(OnServer(id, "telephone1"), "222");
  ExpectComplaint(Do({"resolve", number, "--keep", "mine"}), 1, "there is no conflict");
}

TEST_F(DeviceTest, WhatTheServerRefusesIsRetriedOrDiscarded) {
  ASSERT_EQ(Bind({"--as", "jana@contoso.example"}).code, 0);
  const Json status = Ask({"status"});
  EXPECT_EQ(status["user_name"], "Jana Nováková");
  const std::string me = status["user"];
  const Json all = Ask({"list", "account"})["records"];
  const auto foreign = std::find_if(all.begin(), all.end(), [&](const Json& record) {
    return record["values"]["ownerid"] != "systemuser/" + me &&
           record["values"]["ownerid"].get<std::string>().rfind("systemuser/", 0) == 0;
  });
  ASSERT_NE(foreign, all.end());
  const std::string id = (*foreign)["id"];
  ASSERT_EQ(Do({"edit", "account/" + id, "telephone1=111"}).code, 0);
  EXPECT_EQ(Do({"sync"}).code, 1);

  const Answer shown = Do({"errors"});
  EXPECT_EQ(shown.code, 1);
  EXPECT_NE(shown.out.find("Write access"), std::string::npos) << shown.out;
  const std::string number = std::to_string(Ask({"errors"})["entries"][0]["seq"].get<int>());
  EXPECT_EQ(Do({"resolve", number, "--retry"}).out, number + ": it waits for the next upload\n");
  EXPECT_EQ(Outbox()["waiting"], 1);
  EXPECT_EQ(Do({"sync"}).code, 1);
  const Json done = Ask({"resolve", number, "--discard"});
  EXPECT_EQ(done["became"], "the server's version stays");
  EXPECT_EQ(Do({"errors"}).code, 0);
  EXPECT_EQ(Ask({"show", "account/" + id})["values"]["telephone1"],
            (*foreign)["values"]["telephone1"]);
  EXPECT_EQ(Do({"sync"}).code, 0);
}

TEST_F(DeviceTest, AValueThatAnotherRecordHasIsARefusalAndNoConflict) {
  Write("p.yaml",
        "satchel: 1\nproject: {name: numbers}\nentities:\n  account:\n    fields: [name, "
        "accountnumber]\n");
  ASSERT_EQ(Bind().code, 0);
  const Json all = Ask({"list", "account", "--limit", "2"})["records"];
  const std::string id = all[0]["id"];
  const std::string taken = all[1]["values"]["accountnumber"];
  ASSERT_EQ(Do({"edit", "account/" + id, "accountnumber=" + taken}).code, 0);
  const Json outcome = Ask({"sync"});
  EXPECT_EQ(outcome["upload"]["parked"], 1) << outcome.dump(1);
  EXPECT_NE(Do({"errors"}).out.find("matching key"), std::string::npos);
}

TEST_F(DeviceTest, AskedModesAreSwitchedByTheAnswer) {
  ASSERT_EQ(Bind().code, 0);
  EXPECT_EQ(Do({"mode"}).out, "offline\n");
  const Answer nobody = Do({"mode", "online"});
  EXPECT_EQ(nobody.code, 1);
  EXPECT_EQ(nobody.out, "The device stays in offline mode.\n");
  const Answer unclear = Do({"mode", "online"}, "maybe\nstay\n");
  EXPECT_EQ(unclear.code, 1);
  EXPECT_NE(unclear.err.find("Please answer sync, skip or stay."), std::string::npos);
  EXPECT_EQ(Do({"mode", "online", "--network", "none", "--answer", "skip"}).code, 1);
  EXPECT_EQ(Do({"mode", "sideways"}).code, 2);

  const Answer online = Do({"mode", "online"}, "sync\n");
  EXPECT_EQ(online.code, 0) << online.err;
  EXPECT_EQ(Do({"mode"}).out, "online\n");
  EXPECT_EQ(Ask({"mode", "offline"})["mode"], "offline");
}

TEST_F(DeviceTest, OnlineASaveTakesEffectOnTheServerAtOnce) {
  ASSERT_EQ(Bind().code, 0);
  const std::string id = First();
  EXPECT_EQ(Ask({"list", "product", "--limit", "1"})["from"], "server");
  ASSERT_EQ(Do({"mode", "online", "--answer", "skip"}).code, 0);
  const Json edit = Ask({"edit", "account/" + id, "telephone1=999"});
  EXPECT_EQ(edit["where"], "server");
  EXPECT_EQ(OnServer(id, "telephone1"), "999");
  const Json made = Ask({"create", "account", "name=Online"});
  const std::string made_id = made["id"];
  EXPECT_EQ(OnServer(made_id, "name"), "Online");
  EXPECT_EQ(Do({"delete", "account/" + made_id}).code, 0);
  EXPECT_EQ(sandbox_.Get("accounts(" + made_id + ")").status, 404);
  ExpectComplaint(Do({"show", "account/" + made_id}), 1, "no such record");
  EXPECT_EQ(Outbox()["waiting"], 0);
}

TEST_F(DeviceTest, WithoutAConnectionTheButtonSaysNoAndEditsGoOn) {
  ASSERT_EQ(Bind().code, 0);
  ExpectComplaint(Do({"sync", "--network", "none"}), 3, "there is no connection");
  EXPECT_EQ(Do({"edit", "account/" + First(), "telephone1=1", "--network", "none"}).code, 0);
  const Answer json = Do({"sync", "--network", "none", "--json"});
  EXPECT_EQ(json.code, 3);
  EXPECT_EQ(Json::parse(json.out)["succeeded"], false);
  EXPECT_EQ(Ask({"status"})["events"].back()["kind"], "suppressed");
  EXPECT_EQ(Do({"sync", "--network", "metered"}).code, 0);
  EXPECT_EQ(Outbox()["waiting"], 0);
}

TEST_F(DeviceTest, AnotherStructureWaitsForAForegroundSync) {
  const std::string folder = (folder_ / "published").string();
  std::filesystem::create_directory(folder);
  ASSERT_EQ(Run({"publish", policy_, "--to", folder, "--acknowledge", "all=test"}).code, 0)
      << Run({"publish", policy_, "--to", folder}).err;
  const Answer bound = Do({"sync", "--policy", folder, "--server", sandbox_.base()});
  ASSERT_EQ(bound.code, 0) << bound.err;
  const std::string id = First();
  ASSERT_EQ(Do({"edit", "account/" + id, "telephone1=555"}).code, 0);

  std::string other = kPolicy;
  other.replace(other.find("[name, telephone1"), 17, "[name, websiteurl");
  Write("p.yaml", other);
  ASSERT_EQ(Run({"publish", policy_, "--to", folder}).code, 0);
  const Answer background = Do({"sync", "--style", "background"});
  EXPECT_NE(background.code, 0);
  EXPECT_NE(background.err.find("waits for a foreground sync"), std::string::npos)
      << background.err;
  EXPECT_EQ(OnServer(id, "telephone1"), "555") << "what waits is sent under the old structure";
  EXPECT_EQ(Ask({"status"})["structure_pending"], true);
  EXPECT_TRUE(Ask({"show", "account/" + id})["values"].contains("telephone1"));

  const Answer foreground = Do({"sync"});
  EXPECT_EQ(foreground.code, 0) << foreground.err;
  EXPECT_NE(foreground.err.find("version 2 is in force"), std::string::npos) << foreground.err;
  EXPECT_EQ(Ask({"status"})["structure_pending"], false);
  EXPECT_EQ(Ask({"status"})["policy_version"], 2);
  EXPECT_TRUE(Ask({"show", "account/" + id})["values"].contains("websiteurl"));
}

TEST_F(DeviceTest, APolicyThatCannotBeReadDoesNotKeepTheRecordsFromFlowing) {
  ASSERT_EQ(Bind().code, 0);
  const std::string id = First();
  Write("p.yaml", "satchel: 1\nnonsense: true\n");
  ASSERT_EQ(Do({"edit", "account/" + id, "telephone1=1"}).code, 0);
  const Answer broken = Do({"sync"});
  EXPECT_EQ(broken.code, 0) << broken.err;
  EXPECT_NE(broken.err.find("warning: the policy could not be looked up"), std::string::npos)
      << broken.err;
  EXPECT_EQ(OnServer(id, "telephone1"), "1");
}

}  // namespace
}  // namespace satchel
