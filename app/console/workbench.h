// Everything the console asks of the world behind it: policy files and servers. The program runs on
// EngineWorkbench, tests on a fake.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/console/start/start_state.h"
#include "engine/server/crm_server.h"
#include "policy/check/diff.h"
#include "policy/check/finding.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/wording/sentence.h"
#include "preview/compare/compare.h"
#include "preview/compare/compared_records.h"
#include "preview/compare/drift.h"
#include "preview/explain/explain.h"
#include "preview/fleet/check.h"
#include "preview/run/preview.h"
#include "preview/run/records.h"
#include "preview/working_set/filter_counter.h"

namespace satchel {

class Phone;

// A policy file as it was read.
struct PolicyText {
  Policy policy = {};
  int comments = 0;  // A rewrite loses them.
  std::vector<Finding> findings = {};
};

// What can be said about a draft without a server's data.
struct Study {
  std::vector<Finding> findings = {};
  std::vector<Change> changes = {};                                // Against the saved file.
  std::map<std::string, std::string, std::less<>> labels = {};     // Of entities.
  std::map<std::string, std::string, std::less<>> sentences = {};  // Their filters.
  std::map<std::string, Sentence, std::less<>> spoken = {};  // With what they are of, in parts.
  std::string description = {};  // The whole policy in plain language, paragraph by paragraph.
  std::string content_hash = {};
  std::string structure_hash = {};
};

// A record as a lookup shows it.
struct FoundRecord {
  std::string entity = {};
  std::string id = {};
  std::string name = {};
};

// A filter as the device and the server are asked for it.
struct Translation {
  std::string sql = {};
  std::string sql_problem = {};  // Why there is none.
  std::string odata = {};
  std::string odata_problem = {};
  std::vector<std::string> left_to_device = {};  // What OData cannot say.
};

// A phone of the device lab.
struct PhoneRequest {
  std::string server = {};  // As for Connect.
  std::string project = {};
  std::string as = {};        // Id, name or e-mail; empty: the signed-in user.
  std::string yaml = {};      // The policy.
  bool allow_writes = false;  // To a server that is not on this machine.
};

// A sandbox server that the console started; it ends with this.
class SandboxProcess {
 public:
  virtual ~SandboxProcess() = default;
  [[nodiscard]] virtual const std::string& url() const = 0;
};

// A server the console is connected to. Used on one thread at a time.
class ServerLink {
 public:
  virtual ~ServerLink() = default;
  [[nodiscard]] virtual std::string host() const = 0;
  [[nodiscard]] virtual bool on_this_machine() const = 0;  // Where a phone may write unasked.
  [[nodiscard]] virtual Result<Identity> SignIn(std::stop_token stop) = 0;
  [[nodiscard]] virtual Capabilities capabilities() const = 0;
  // How many answers came over the network so far, whatever they said: some of what is asked is
  // known already.
  [[nodiscard]] virtual std::uint64_t answers() const = 0;
  // The HTTP status of the last answer; 0 where the last request got none.
  [[nodiscard]] virtual int last_status() const = 0;
  // Whether the server is there: asks it, whatever is known.
  [[nodiscard]] virtual Result<> Reach(std::stop_token stop) = 0;
  // Of the last answer, as measured; nothing before there was one.
  [[nodiscard]] virtual std::optional<double> latency_seconds() const = 0;
  [[nodiscard]] virtual Result<std::vector<EntityName>> Entities(std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<Schema> ReadSchema(const std::vector<std::string>& names,
                                                  std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<std::vector<UserInfo>> Users(std::stop_token stop) = 0;
  // Records of the entities whose name contains `text`, a few of each.
  [[nodiscard]] virtual Result<std::vector<FoundRecord>> FindRecords(
      const std::vector<std::string>& entities, const std::string& text, std::stop_token stop) = 0;
  // Names of records by their ids; an id no entity has is left out.
  [[nodiscard]] virtual Result<std::vector<FoundRecord>> NameRecords(
      const std::vector<std::string>& entities, const std::vector<std::string>& ids,
      std::stop_token stop) = 0;
  // As the user would ask now. `user` empty: the signed-in user.
  [[nodiscard]] virtual Result<Translation> Translate(const Query& query, const Schema& schema,
                                                      const std::string& user,
                                                      std::stop_token stop) = 0;
  // Saved views of an entity; needs capabilities().views.
  [[nodiscard]] virtual Result<std::vector<ViewInfo>> Views(const std::string& entity,
                                                            std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<WorkingRead> ReadWorkingSet(const WorkingSetRequest& request,
                                                           const WorkingSink& sink,
                                                           std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<UserInfo> FindUser(const std::string& who, std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<PreviewResult> Preview(const PreviewRequest& request,
                                                      const PreviewSink& sink,
                                                      std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<Comparison> Compare(const CompareRequest& request,
                                                   const CompareSink& sink,
                                                   std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<Explanation> Explain(const ExplainRequest& request,
                                                    const ExplainSink& sink,
                                                    std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<DriftResult> MeasureDrift(const DriftRequest& request,
                                                         const PreviewSink& sink,
                                                         std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<CheckResult> Check(const CheckRequest& request,
                                                  const CheckSink& sink, std::stop_token stop) = 0;
};

class Workbench {
 public:
  virtual ~Workbench() = default;
  [[nodiscard]] virtual PolicyText Parse(const std::string& yaml) = 0;
  [[nodiscard]] virtual std::string Print(const Policy& policy) = 0;
  // `schema` may be null.
  [[nodiscard]] virtual Study Examine(const Policy& draft, const Policy& saved,
                                      const Schema* schema) = 0;
  // Names of the connection profiles.
  [[nodiscard]] virtual Result<std::vector<std::string>> Servers() = 0;
  // The same with what the start screen says of them.
  [[nodiscard]] virtual Result<std::vector<KnownProfile>> Profiles() = 0;
  [[nodiscard]] virtual Result<> AddProfile(const Profile& profile) = 0;
  [[nodiscard]] virtual Result<> RemoveProfile(const std::string& name) = 0;
  // What the profile signs in with, in memory until the window closes.
  virtual void KeepSecret(const std::string& profile, std::string secret) = 0;
  // Waits until it answers, or says why it does not.
  [[nodiscard]] virtual Result<std::shared_ptr<SandboxProcess>> StartSandbox(
      std::stop_token stop) = 0;
  // A profile's name or a URL. No request is sent.
  [[nodiscard]] virtual Result<std::shared_ptr<ServerLink>> Connect(const std::string& server) = 0;
  [[nodiscard]] virtual Result<std::shared_ptr<FilterCounter>> MakeCounter() = 0;
  [[nodiscard]] virtual Result<std::shared_ptr<Records>> OpenRecords(
      const std::filesystem::path& database) = 0;
  // kDenied: it would write to a server on another machine, and may not.
  [[nodiscard]] virtual Result<std::shared_ptr<Phone>> MakePhone(const PhoneRequest& request,
                                                                 std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<std::shared_ptr<ComparedRecords>> OpenComparedRecords(
      const Comparison& comparison) = 0;
  // Of previews that are there; asks no server.
  [[nodiscard]] virtual Result<std::vector<KnockOn>> FindKnockOns(const KnockOnSubject& subject,
                                                                  const PreviewResult& after,
                                                                  const Comparison* against) = 0;
  // What a preview says about budgets and expectations; `user` may be null.
  [[nodiscard]] virtual Result<MeasuredUser> Measure(const Policy& policy,
                                                     const PreviewResult& preview,
                                                     const UserInfo* user) = 0;
};

}  // namespace satchel
