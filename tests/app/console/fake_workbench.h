// A workbench of a field-service company that never was: for tests only.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <semaphore>

#include "app/console/workbench.h"
#include "tests/app/console/fake_counter.h"
#include "tests/app/console/fake_evidence.h"
#include "tests/app/console/fake_phone.h"

namespace satchel {

// A million rows that are computed, not kept.
class FakeRecords : public Records {
 public:
  explicit FakeRecords(std::int64_t count) : count_(count) {}
  Result<std::vector<RecordColumn>> Columns(std::string_view entity) override;
  Result<std::int64_t> Count(std::string_view entity, std::string_view search) override;
  Result<std::vector<RecordRow>> Rows(std::string_view entity, const RecordOrder& order,
                                      std::string_view search, std::int64_t offset,
                                      std::int64_t limit) override;
  void Restrict(std::optional<std::unordered_set<std::string>> ids) override {
    restricted_to = ids ? static_cast<std::int64_t>(ids->size()) : -1;
  }
  Result<std::int64_t> WriteCsv(std::string_view entity, const RecordOrder& order,
                                std::string_view search, const std::vector<std::string>& fields,
                                const std::filesystem::path& file) override {
    if (file.filename() == "taken.csv") {
      return Fail(ErrorCode::kConflict, "taken.csv exists already (choose another name)");
    }
    written = fields;
    written_order = order;
    return Count(entity, search);
  }
  Result<void> WriteJsonLines(std::string_view, const std::filesystem::path&) override {
    return {};
  }
  std::atomic<std::int64_t> restricted_to = -1;  // So many ids; −1: all.
  std::vector<std::string> written = {};
  RecordOrder written_order = {};
  std::atomic<int> pages_read = 0;

 private:
  std::int64_t count_;
};

// The policy that Parse answers for the text "demo".
[[nodiscard]] Policy DemoPolicy();
[[nodiscard]] Schema DemoSchema();

class FakeWorkbench : public Workbench {
 public:
  PolicyText Parse(const std::string& yaml) override;
  std::string Print(const Policy& policy) override;
  Study Examine(const Policy& draft, const Policy& saved, const Schema* schema) override;
  Result<std::vector<std::string>> Servers() override { return std::vector<std::string>{"crm"}; }
  Result<std::vector<KnownProfile>> Profiles() override { return profiles; }
  Result<> AddProfile(const Profile& profile) override;
  Result<> RemoveProfile(const std::string& name) override;
  void KeepSecret(const std::string& profile, std::string secret) override;
  Result<std::shared_ptr<SandboxProcess>> StartSandbox(std::stop_token stop) override;
  Result<std::shared_ptr<ServerLink>> Connect(const std::string& server) override;
  Result<std::shared_ptr<FilterCounter>> MakeCounter() override {
    return std::shared_ptr<FilterCounter>(std::make_shared<FakeCounter>(counting));
  }
  Result<std::shared_ptr<Records>> OpenRecords(const std::filesystem::path&) override;
  Result<std::shared_ptr<Phone>> MakePhone(const PhoneRequest& request,
                                           std::stop_token stop) override;

  std::shared_ptr<FakeRecords> records = std::make_shared<FakeRecords>(1'000'000);
  Schema schema = DemoSchema();         // That the server has.
  std::optional<Finding> finding = {};  // One more that Examine reports.
  std::optional<Error> refuse_sign_in = {};
  std::optional<Error> fail_preview = {};
  std::optional<Error> lost = {};  // What requests for records and names get from now on …
  int status = 0;                  // … and the status of what is kOffline; 0: no answer.
  bool wait_for_cancel = false;    // The preview stops after two entities until it is cancelled.
  std::binary_semaphore half_way{0};
  std::string previewed_as = {};
  Result<std::shared_ptr<ComparedRecords>> OpenComparedRecords(const Comparison&) override {
    return std::shared_ptr<ComparedRecords>(std::make_shared<FakeComparedRecords>());
  }
  Result<std::vector<KnockOn>> FindKnockOns(const KnockOnSubject& subject, const PreviewResult&,
                                            const Comparison* against) override {
    evidence.followed.push_back({subject.entity, against != nullptr});
    return FakeKnockOns(against != nullptr);
  }
  Result<MeasuredUser> Measure(const Policy& policy, const PreviewResult& preview,
                               const UserInfo* user) override {
    return FakeMeasure(policy, preview, user);
  }
  FakeEvidence evidence = {};
  std::shared_ptr<FakeCounting> counting = std::make_shared<FakeCounting>();
  std::map<std::string, std::string> secrets = {};  // That were typed.
  std::vector<KnownProfile> profiles = {
      {.profile = {.name = "crm",
                   .url = "https://crm.contoso.example/api/data/v9.2/",
                   .auth = AuthKind::kClient},
       .sign_in = "Has its client secret"}};
  std::optional<Error> refuse_sandbox = {};
  int sandboxes = 0;         // Running now.
  FakeCompany company = {};  // What phones synchronise with.
  bool here = true;          // The server is on this machine.
  std::optional<Error> refuse_phone = {};
};

}  // namespace satchel
