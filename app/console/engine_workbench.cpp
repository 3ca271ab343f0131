#include "app/console/engine_workbench.h"

#include <algorithm>
#include <atomic>
#include <chrono>

#include <functional>

#include "app/console/lab/phone.h"
#include "app/console/sandbox_process.h"
#include "app/console/start/host_name.h"
#include "app/console/study.h"
#include "app/console/typed_secrets.h"
#include "engine/filter/server_query.h"
#include "engine/filter/sql.h"
#include "engine/http/transport.h"
#include "engine/http/url.h"
#include "engine/server/profile.h"
#include "policy/check/literal.h"
#include "policy/support/text.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"
#include "preview/run/record_text.h"

namespace satchel {
namespace {

// Remembers how long the last answer took and what it was, and counts them.
class TimedTransport : public Transport {
 public:
  explicit TimedTransport(Transport& next) : next_(next) {}
  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop) override {
    auto response = next_.Send(request, std::move(stop));
    status_ = response ? response->status : 0;
    if (response) {
      if (response->seconds.count() > 0) seconds_ = response->seconds.count();
      ++answers_;
    }
    return response;
  }
  void Foretell(const HttpRequest& request) override { next_.Foretell(request); }
  [[nodiscard]] std::optional<double> seconds() const {
    const double last = seconds_;
    return last < 0 ? std::nullopt : std::optional(last);
  }
  [[nodiscard]] std::uint64_t answers() const { return answers_; }
  [[nodiscard]] int status() const { return status_; }

 private:
  Transport& next_;
  std::atomic<double> seconds_ = -1;
  std::atomic<std::uint64_t> answers_ = 0;
  std::atomic<int> status_ = 0;
};

bool IsHere(const std::string& url) {
  const auto parsed = ParseUrl(url);
  return parsed && IsLoopback(*parsed);
}

// A server that may be written to, with everything it needs.
struct WritableServer {
  std::unique_ptr<Secrets> secrets;
  std::unique_ptr<Transport> network;
  std::unique_ptr<CrmServer> server;
};

Result<std::shared_ptr<CrmServer>> OpenWritable(const Profile& profile,
                                                std::unique_ptr<Secrets> secrets) {
  auto open = std::make_shared<WritableServer>();
  open->secrets = std::move(secrets);
  open->network = MakeCurlTransport({.ca_file = profile.ca_file});
  auto server = satchel::Connect(profile, *open->secrets, *open->network);
  if (!server) return Fail(server.error());
  open->server = std::move(*server);
  return std::shared_ptr<CrmServer>(open, open->server.get());
}

std::string ValueText(const SqlValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
  if (const auto* text = std::get_if<std::string>(&value)) return Quoted(*text, 1000);
  if (const auto* id = std::get_if<Guid>(&value)) return ToString(*id);
  return "NULL";
}

// What a profile signs in with.
const char* SecretWords(AuthKind auth) {
  return auth == AuthKind::kToken   ? "token"
         : auth == AuthKind::kBasic ? "user name and password"
                                    : "client secret";
}

class EngineLink : public ServerLink {
 public:
  EngineLink(const Profile& profile, std::unique_ptr<Secrets> secrets)
      : profile_(profile),
        host_(HostOf(profile.url)),
        on_this_machine_(IsHere(profile.url)),
        secrets_(std::move(secrets)),
        curl_(MakeCurlTransport({.ca_file = profile.ca_file})),
        timed_(*curl_),
        read_only_(MakeReadOnlyTransport(timed_)) {}

  Result<> Open() {
    auto server = satchel::Connect(profile_, *secrets_, *read_only_);
    if (!server) return Fail(server.error());
    server_ = std::move(*server);
    return {};
  }

  [[nodiscard]] std::string host() const override { return host_; }
  [[nodiscard]] bool on_this_machine() const override { return on_this_machine_; }
  Result<Identity> SignIn(std::stop_token stop) override {
    return server_->WhoAmI(std::move(stop));
  }
  [[nodiscard]] Capabilities capabilities() const override { return server_->capabilities(); }
  [[nodiscard]] std::optional<double> latency_seconds() const override { return timed_.seconds(); }
  [[nodiscard]] std::uint64_t answers() const override { return timed_.answers(); }
  [[nodiscard]] int last_status() const override { return timed_.status(); }
  Result<> Reach(std::stop_token stop) override {
    // The open server remembers who is signed in; another one has to ask.
    const auto server = satchel::Connect(profile_, *secrets_, *read_only_);
    if (!server) return Fail(server.error());
    const auto identity = (*server)->WhoAmI(std::move(stop));
    return identity ? Result<>() : Fail(identity.error());
  }
  Result<std::vector<EntityName>> Entities(std::stop_token stop) override {
    return server_->Entities(std::move(stop));
  }
  Result<Schema> ReadSchema(const std::vector<std::string>& names, std::stop_token stop) override {
    return server_->ReadSchema(names, std::move(stop));
  }
  Result<std::vector<UserInfo>> Users(std::stop_token stop) override {
    return server_->Users(std::move(stop));
  }
  Result<std::vector<FoundRecord>> FindRecords(const std::vector<std::string>& entities,
                                               const std::string& text,
                                               std::stop_token stop) override {
    std::string pattern = "%";
    for (const char c : text) {
      // Wildcards somebody types are meant as they stand.
      if (c == '%' || c == '_' || c == '[') {
        pattern += std::string("[") + c + "]";
      } else {
        pattern += c;
      }
    }
    pattern += "%";
    return ReadNames(entities, stop, [&](const EntitySchema& entity, Query& query) {
      query.top = 20;
      query.order = {{.field = entity.primary_name}};
      if (text.empty()) return;
      query.filter.nodes.emplace_back().item =
          Condition{.field = entity.primary_name, .op = Operator::kLike, .values = {pattern}};
    });
  }
  Result<std::vector<FoundRecord>> NameRecords(const std::vector<std::string>& entities,
                                               const std::vector<std::string>& ids,
                                               std::stop_token stop) override {
    return ReadNames(entities, stop, [&](const EntitySchema& entity, Query& query) {
      query.filter.nodes.emplace_back().item =
          Condition{.field = entity.key, .op = Operator::kIn, .values = ids};
    });
  }
  Result<Translation> Translate(const Query& query, const Schema& schema, const std::string& user,
                                std::stop_token stop) override {
    auto context = Context(user, stop);
    if (!context) return Fail(context.error());
    Translation made;
    if (const auto sql = CompileSql(query, schema, *context)) {
      made.sql = sql->text + "\n";
      int number = 0;
      for (const SqlValue& value : sql->binds) {
        made.sql += "\n-- ?" + std::to_string(++number) + " = " + ValueText(value);
      }
    } else {
      made.sql_problem = sql.error().message;
    }
    if (auto odata = CompileOData(query, schema, *context, {})) {
      made.odata = odata->filter;
      made.left_to_device = std::move(odata->unexpressed);
    } else {
      made.odata_problem = odata.error().message;
    }
    return made;
  }
  Result<std::vector<ViewInfo>> Views(const std::string& entity, std::stop_token stop) override {
    return server_->Views(entity, std::move(stop));
  }
  Result<WorkingRead> ReadWorkingSet(const WorkingSetRequest& request, const WorkingSink& sink,
                                     std::stop_token stop) override {
    return satchel::ReadWorkingSet(request, *server_, sink, std::move(stop));
  }
  Result<UserInfo> FindUser(const std::string& who, std::stop_token stop) override {
    return server_->FindUser(who, std::move(stop));
  }
  Result<PreviewResult> Preview(const PreviewRequest& request, const PreviewSink& sink,
                                std::stop_token stop) override {
    return RunPreview(request, *server_, sink, std::move(stop));
  }
  Result<Comparison> Compare(const CompareRequest& request, const CompareSink& sink,
                             std::stop_token stop) override {
    return RunComparison(request, *server_, sink, std::move(stop));
  }
  Result<Explanation> Explain(const ExplainRequest& request, const ExplainSink& sink,
                              std::stop_token stop) override {
    return satchel::Explain(request, *server_, sink, std::move(stop));
  }
  Result<DriftResult> MeasureDrift(const DriftRequest& request, const PreviewSink& sink,
                                   std::stop_token stop) override {
    return satchel::MeasureDrift(request, *server_, sink, std::move(stop));
  }
  Result<CheckResult> Check(const CheckRequest& request, const CheckSink& sink,
                            std::stop_token stop) override {
    return RunCheck(request, *server_, sink, std::move(stop));
  }

 private:
  Result<FilterContext> Context(const std::string& user, const std::stop_token& stop) {
    std::string id = user;
    if (!user.empty() && !IsGuid(user)) {
      auto found = server_->FindUser(user, stop);
      if (!found) return Fail(found.error());
      id = found->id;
    }
    auto context = server_->ContextOf(id, stop);
    if (!context) return Fail(context.error());
    context->now = SystemNow();
    return context;
  }

  // Keys and names of the first page of what `narrow` makes of each entity.
  Result<std::vector<FoundRecord>> ReadNames(
      const std::vector<std::string>& entities, const std::stop_token& stop,
      const std::function<void(const EntitySchema&, Query&)>& narrow) {
    std::vector<FoundRecord> found;
    for (const std::string& name : entities) {
      if (targets_.Find(name) == nullptr) {
        auto schema = server_->ReadSchema({name}, stop);
        if (!schema) return Fail(schema.error());
        targets_.entities.merge(schema->entities);
      }
      const EntitySchema* entity = targets_.Find(name);
      if (entity == nullptr || entity->key.empty() || entity->primary_name.empty()) continue;
      ReadRequest request;
      request.query.entity = name;
      narrow(*entity, request.query);
      request.fields = {entity->primary_name};
      request.context.now = SystemNow();
      request.page_size = 50;
      const auto plan = server_->Plan(request, targets_);
      if (!plan) return Fail(plan.error());
      const auto page = server_->ReadPage(*plan, plan->first_cursor, stop);
      if (!page) return Fail(page.error());
      AddNames(*entity, page->rows, found);
    }
    return found;
  }

  static void AddNames(const EntitySchema& entity, const RowBatch& rows,
                       std::vector<FoundRecord>& found);

  Profile profile_;
  Schema targets_;  // Of entities that lookups point at.
  std::string host_;
  bool on_this_machine_;
  std::unique_ptr<Secrets> secrets_;
  std::unique_ptr<Transport> curl_;
  TimedTransport timed_;
  std::unique_ptr<Transport> read_only_;  // The console only ever reads.
  std::unique_ptr<CrmServer> server_;     // Last: it uses all of the above.
};

void EngineLink::AddNames(const EntitySchema& entity, const RowBatch& rows,
                          std::vector<FoundRecord>& found) {
  const auto key = rows.Find(entity.key);
  const auto name = rows.Find(entity.primary_name);
  const FieldSchema* key_field = entity.Find(entity.key);
  const FieldSchema* name_field = entity.Find(entity.primary_name);
  if (!key || !name || key_field == nullptr || name_field == nullptr) return;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    found.push_back({entity.name, PeopleText(*key_field, rows.cell(row, *key)),
                     PeopleText(*name_field, rows.cell(row, *name))});
  }
}

class EngineWorkbench : public Workbench {
 public:
  PolicyText Parse(const std::string& yaml) override {
    ReadPolicy read = ParsePolicy(yaml);
    return {std::move(read.policy), read.comments, std::move(read.findings)};
  }
  std::string Print(const Policy& policy) override { return PrintPolicy(policy); }
  Study Examine(const Policy& draft, const Policy& saved, const Schema* schema) override {
    return ExaminePolicy(draft, saved, schema);
  }
  Result<std::vector<std::string>> Servers() override {
    auto profiles = ProfileStore(ProfileStore::DefaultFile()).Load();
    if (!profiles) return Fail(profiles.error());
    std::vector<std::string> names;
    for (const Profile& profile : *profiles) names.push_back(profile.name);
    return names;
  }
  Result<std::vector<KnownProfile>> Profiles() override {
    auto profiles = ProfileStore(ProfileStore::DefaultFile()).Load();
    if (!profiles) return Fail(profiles.error());
    const auto secrets = MakeSecrets(typed_);
    std::vector<KnownProfile> known;
    for (Profile& profile : *profiles) {
      KnownProfile one = {.profile = std::move(profile)};
      const std::string kind = SecretWords(one.profile.auth);
      if (one.profile.auth == AuthKind::kNone) {
        one.sign_in = "No sign-in";
      } else if (typed_->Find(one.profile.name)) {
        one.sign_in = "Has its " + kind + " until the window closes";
      } else if (secrets->Find(one.profile.auth, one.profile.name)) {
        one.sign_in = "Has its " + kind;
      } else {
        one.signs_in = false;
        one.sign_in = "The " + kind + " is missing";
      }
      known.push_back(std::move(one));
    }
    return known;
  }
  Result<> AddProfile(const Profile& profile) override {
    return ProfileStore(ProfileStore::DefaultFile()).Add(profile);
  }
  Result<> RemoveProfile(const std::string& name) override {
    return ProfileStore(ProfileStore::DefaultFile()).Remove(name);
  }
  void KeepSecret(const std::string& profile, std::string secret) override {
    typed_->Keep(profile, std::move(secret));
  }
  Result<std::shared_ptr<SandboxProcess>> StartSandbox(std::stop_token stop) override {
    return StartSandboxProcess(std::move(stop));
  }
  Result<std::shared_ptr<ServerLink>> Connect(const std::string& server) override {
    auto profile = ResolveProfile(server, ProfileStore(ProfileStore::DefaultFile()));
    if (!profile) return Fail(profile.error());
    auto secrets = MakeSecrets(typed_);
    // The engine would name an environment variable; here it can be typed.
    if (profile->auth != AuthKind::kNone && !secrets->Find(profile->auth, profile->name)) {
      return Fail(ErrorCode::kDenied, "the " + std::string(SecretWords(profile->auth)) +
                                          " is missing: choose Enter beside " + Quoted(server) +
                                          " on the start screen");
    }
    auto link = std::make_shared<EngineLink>(*profile, std::move(secrets));
    if (auto opened = link->Open(); !opened) return Fail(opened.error());
    return std::shared_ptr<ServerLink>(std::move(link));
  }
  Result<std::shared_ptr<FilterCounter>> MakeCounter() override {
    auto counter = FilterCounter::Make();
    if (!counter) return Fail(counter.error());
    return std::shared_ptr<FilterCounter>(std::move(*counter));
  }
  Result<std::shared_ptr<Records>> OpenRecords(const std::filesystem::path& database) override {
    auto records = satchel::OpenRecords(database);
    if (!records) return Fail(records.error());
    return std::shared_ptr<Records>(std::move(*records));
  }
  Result<std::shared_ptr<Phone>> MakePhone(const PhoneRequest& request,
                                           std::stop_token stop) override {
    const auto profile = ResolveProfile(request.server, ProfileStore(ProfileStore::DefaultFile()));
    if (!profile) return Fail(profile.error());
    if (!request.allow_writes && !IsHere(profile->url)) {
      return Fail(ErrorCode::kDenied, HostOf(profile->url) +
                                          " is not on this machine, and nobody allowed the phone "
                                          "to write to it");
    }
    PhoneParts parts;
    for (auto* server : {&parts.device_server, &parts.app_server}) {
      auto open = OpenWritable(*profile, MakeSecrets(typed_));
      if (!open) return Fail(open.error());
      *server = std::move(*open);
    }
    parts.clock = MakeSystemClock();
    parts.random = MakeSystemRandom();
    parts.app_random = MakeSystemRandom();
    return Phone::Make(std::move(parts),
                       {.server = request.server, .project = request.project, .as = request.as},
                       request.yaml, std::move(stop));
  }
  Result<std::shared_ptr<ComparedRecords>> OpenComparedRecords(
      const Comparison& comparison) override {
    auto records = satchel::OpenComparedRecords(comparison);
    if (!records) return Fail(records.error());
    return std::shared_ptr<ComparedRecords>(std::move(*records));
  }
  Result<std::vector<KnockOn>> FindKnockOns(const KnockOnSubject& subject,
                                            const PreviewResult& after,
                                            const Comparison* against) override {
    return satchel::FindKnockOns(subject, after, against);
  }
  Result<MeasuredUser> Measure(const Policy& policy, const PreviewResult& preview,
                               const UserInfo* user) override {
    return satchel::Measure(policy, preview, user);
  }

 private:
  std::shared_ptr<TypedSecrets> typed_ = std::make_shared<TypedSecrets>();
};

}  // namespace

std::shared_ptr<Workbench> MakeEngineWorkbench() {
  return std::make_shared<EngineWorkbench>();
}

}  // namespace satchel
