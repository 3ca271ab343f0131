// explain and drift as they are typed, against a sandbox.
#include <algorithm>
#include <cctype>

#include "tests/app/cli/against_sandbox.h"

namespace satchel {
namespace {

std::string AccountsOfStatus(const std::string& status) {
  return R"(satchel: 1
project:
  name: field
  roles: [Technician]
entities:
  account:
    fields: [name, statecode]
    filter:
      and:
        - {field: statecode, op: eq, value: ")" +
         status + "\"}\n";
}
constexpr const char* kPhoneCalls = R"(  phonecall:
    fields: [subject]
    incremental:
      reconcile: never
)";
constexpr const char* kJana = "jana@contoso.example";

class ExplainCommand : public AgainstSandbox {
 protected:
  Answer ExplainRecord(const std::string& record, const std::string& as = kJana) {
    return Run({"explain", policy, record, "--as", as, "--json"});
  }
  static std::vector<Header> AsJana() {
    return {{"Authorization", std::string("Bearer user:") + kJana}};
  }
  // An account that Jana reads, as active as asked, and one that only the administrator reads.
  std::string Active() {
    const std::string path = "accounts?$select=accountid&$filter=" + sandbox::Q("statecode eq 0");
    const auto ids = sandbox_.AllIds(path, "accountid", AsJana());
    EXPECT_FALSE(ids.empty());
    return ids.empty() ? std::string() : ids.front();
  }
  std::string Inactive() {
    const std::string id = Active();
    const std::string values = R"({"statecode":1,"statuscode":2})";
    EXPECT_EQ(sandbox_.Patch("accounts(" + id + ")", values).status, 204);
    return id;
  }
  std::string Hidden() {
    const std::string path = "accounts?$select=accountid";
    const auto mine = sandbox_.AllIds(path, "accountid", AsJana());
    for (const std::string& id : sandbox_.AllIds(path, "accountid")) {
      if (std::find(mine.begin(), mine.end(), id) == mine.end()) return id;
    }
    return {};
  }

  const std::string policy = Write("p.yaml", AccountsOfStatus("0") + kPhoneCalls);
};

TEST_F(ExplainCommand, AnswersByItsExitCode) {
  const std::string active = Active();
  Answer answer = ExplainRecord("account/" + active);
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.json()["on_device"], true);
  EXPECT_EQ(answer.json()["id"], active);

  const std::string inactive = Inactive();  // The same one, from now on.
  answer = ExplainRecord("account/" + inactive);
  ASSERT_EQ(answer.code, 1) << answer.err;
  EXPECT_EQ(answer.json()["gates"][3]["outcome"], "failed");
  EXPECT_EQ(answer.json()["gates"][3]["filter"]["parts"][0]["actual"], "Inactive");

  answer = ExplainRecord("account/" + Hidden());
  ASSERT_EQ(answer.code, 1) << answer.err;
  EXPECT_EQ(answer.json()["gates"][2]["outcome"], "failed");

  answer = ExplainRecord("account/" + Active(), "oliver@contoso.example");  // Sales.
  ASSERT_EQ(answer.code, 1) << answer.err;
  EXPECT_EQ(answer.json()["gates"][0]["outcome"], "failed");
}

TEST_F(ExplainCommand, TellsWrongUsageFromTroubleWithTheServer) {
  const std::string active = "account/" + Active();
  EXPECT_EQ(ExplainRecord("account/17").code, 2);
  EXPECT_EQ(ExplainRecord("").code, 2);
  const Answer answer = ExplainRecord(active, "nobody@contoso.example");
  EXPECT_EQ(answer.code, 3);
  EXPECT_EQ(answer.out, "");
}

TEST_F(ExplainCommand, TakesWhatWasPasted) {
  std::string id = Active();
  for (char& c : id) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string& record :
       {"{" + id + "}", sandbox_.base() + "accounts(" + id + ")",
        "https://org.crm4.dynamics.com/main.aspx?etn=account&id=%7B" + id + "%7D"}) {
    EXPECT_EQ(ExplainRecord(record).code, 0) << record;
  }
}

TEST_F(ExplainCommand, EndsWithASentence) {
  const Answer answer = Run({"explain", policy, "account/" + Inactive(), "--as", kJana});
  EXPECT_NE(answer.out.find("\n  ✗ Filter      It does not meet the filter:\n"
                            "      ✗ Status is Active   Inactive\n"),
            std::string::npos)
      << answer.out;
  EXPECT_NE(answer.out.find("It would be there if “Status is Active” were"), std::string::npos)
      << answer.out;
}

TEST_F(ExplainCommand, TellsWhatLeavesWithTheRecordAndWhatStaysWithoutIt) {
  const auto contacts_of_status = [](const std::string& status) {
    return R"(  contact:
    fields: [fullname, parentcustomerid]
    filter:
      and:
        - {field: statecode, op: eq, value: ")" +
           status + "\"}\n";
  };
  const std::string active = Active();
  const auto contacts = sandbox_.AllIds(
      "contacts?$select=contactid&$filter=" +
          sandbox::Q("_parentcustomerid_value eq " + active + " and statecode eq 0"),
      "contactid", AsJana());
  const auto inactive = sandbox_.AllIds(
      "contacts?$select=contactid&$filter=" +
          sandbox::Q("_parentcustomerid_value eq " + active + " and statecode eq 1"),
      "contactid", AsJana());
  ASSERT_FALSE(contacts.empty());
  const std::string before = Write("old.yaml", AccountsOfStatus("0") + contacts_of_status("0"));
  const std::string stay = Write("stay.yaml", AccountsOfStatus("1") + contacts_of_status("0"));
  const std::string leave = Write("leave.yaml", AccountsOfStatus("1") + contacts_of_status("1"));
  const auto asked = [&](const std::string& after) {
    return Run({"explain", after, "account/" + active, "--as", kJana, "--before", before});
  };
  Answer answer = asked(stay);
  EXPECT_EQ(answer.code, 1) << answer.err;
  EXPECT_NE(answer.out.find("\n  Stays on the device without it:\n"
                            "      · Contacts through Company Name   " +
                            std::to_string(contacts.size()) + "\n"),
            std::string::npos)
      << answer.out;
  EXPECT_EQ(answer.out.find("Also leaves"), std::string::npos);

  answer = asked(leave);
  EXPECT_NE(answer.out.find("\n  Also leaves the device:\n"
                            "      · Contacts through Company Name   " +
                            std::to_string(contacts.size()) + "\n"),
            std::string::npos)
      << answer.out;
  answer =
      Run({"explain", leave, "account/" + active, "--as", kJana, "--before", before, "--json"});
  ASSERT_EQ(answer.json()["others"].size(), 1u) << answer.out;
  EXPECT_EQ(answer.json()["others"][0]["entity"], "contact");
  EXPECT_EQ(answer.json()["others"][0]["through"], "parentcustomerid");
  EXPECT_EQ(answer.json()["others"][0]["leaves"], contacts.size());
  EXPECT_EQ(answer.json()["others"][0]["stays"], inactive.size());
  EXPECT_EQ(asked("/nowhere.yaml").code, 3);
  EXPECT_EQ(Run({"explain", leave, "account/" + active, "--as", kJana, "--before",
                 Write("bad.yaml", "satchel: 1\n")})
                .code,
            1);
}

TEST_F(ExplainCommand, DriftComparesWithAnEarlierMoment) {
  Answer answer = Run({"drift", policy, "--as", kJana});
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("--since"), std::string::npos);

  const std::string base = (folder_.path() / "base.db").string();
  ASSERT_EQ(Run({"preview", policy, "--as", kJana, "--db", base}).code, 0);
  answer = Run({"drift", policy, "--as", kJana, "--since", base});
  EXPECT_EQ(answer.code, 0) << answer.out << answer.err;
  EXPECT_NE(answer.out.find("gets everything right here"), std::string::npos) << answer.out;

  // The oldest, so that the newest stays and the mark never goes back.
  const auto calls = sandbox_.AllIds("phonecalls?$select=activityid&$orderby=versionnumber",
                                     "activityid", AsJana());
  ASSERT_GT(calls.size(), 1u);
  ASSERT_EQ(sandbox_.Delete("phonecalls(" + calls.front() + ")").status, 204);
  answer = Run({"drift", policy, "--as", kJana, "--since", base, "--json"});
  EXPECT_EQ(answer.code, 1) << answer.err;
  const nlohmann::json json = answer.json();
  ASSERT_EQ(json["records"].size(), 1u) << answer.out;
  EXPECT_EQ(json["records"][0]["id"], calls.front());
  EXPECT_EQ(json["records"][0]["cause"], "untracked-deletion");
  EXPECT_EQ(json["records"][0]["settled"], false);
  EXPECT_NE(json["records"][0]["name"], "");
}

}  // namespace
}  // namespace satchel
