#include "app/console/engine_workbench.h"

#include <atomic>

#include "app/console/study.h"
#include "engine/http/transport.h"
#include "engine/server/profile.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"

namespace satchel {
namespace {

// Remembers how long the last answer took.
class TimedTransport : public Transport {
 public:
  explicit TimedTransport(Transport& next) : next_(next) {}
  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop) override {
    auto response = next_.Send(request, std::move(stop));
    if (response) seconds_ = response->seconds.count();
    return response;
  }
  [[nodiscard]] std::optional<double> seconds() const {
    const double last = seconds_;
    return last < 0 ? std::nullopt : std::optional(last);
  }

 private:
  Transport& next_;
  std::atomic<double> seconds_ = -1;
};

std::string HostOf(const std::string& url) {
  const auto scheme = url.find("://");
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  return url.substr(begin, url.find('/', begin) - begin);
}

class EngineLink : public ServerLink {
 public:
  explicit EngineLink(const Profile& profile)
      : host_(HostOf(profile.url)),
        secrets_(MakeSystemSecrets()),
        curl_(MakeCurlTransport({.ca_file = profile.ca_file})),
        timed_(*curl_),
        read_only_(MakeReadOnlyTransport(timed_)) {}

  Result<> Open(const Profile& profile) {
    auto server = satchel::Connect(profile, *secrets_, *read_only_);
    if (!server) return Fail(server.error());
    server_ = std::move(*server);
    return {};
  }

  [[nodiscard]] std::string host() const override { return host_; }
  Result<Identity> SignIn(std::stop_token stop) override {
    return server_->WhoAmI(std::move(stop));
  }
  [[nodiscard]] Capabilities capabilities() const override { return server_->capabilities(); }
  [[nodiscard]] std::optional<double> latency_seconds() const override { return timed_.seconds(); }
  Result<std::vector<EntityName>> Entities(std::stop_token stop) override {
    return server_->Entities(std::move(stop));
  }
  Result<Schema> ReadSchema(const std::vector<std::string>& names, std::stop_token stop) override {
    return server_->ReadSchema(names, std::move(stop));
  }
  Result<std::vector<UserInfo>> Users(std::stop_token stop) override {
    return server_->Users(std::move(stop));
  }
  Result<UserInfo> FindUser(const std::string& who, std::stop_token stop) override {
    return server_->FindUser(who, std::move(stop));
  }
  Result<PreviewResult> Preview(const PreviewRequest& request, const PreviewSink& sink,
                                std::stop_token stop) override {
    return RunPreview(request, *server_, sink, std::move(stop));
  }

 private:
  std::string host_;
  std::unique_ptr<Secrets> secrets_;
  std::unique_ptr<Transport> curl_;
  TimedTransport timed_;
  std::unique_ptr<Transport> read_only_;  // The console only ever reads.
  std::unique_ptr<CrmServer> server_;     // Last: it uses all of the above.
};

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
  Result<std::shared_ptr<ServerLink>> Connect(const std::string& server) override {
    auto profile = ResolveProfile(server, ProfileStore(ProfileStore::DefaultFile()));
    if (!profile) return Fail(profile.error());
    auto link = std::make_shared<EngineLink>(*profile);
    if (auto opened = link->Open(*profile); !opened) return Fail(opened.error());
    return std::shared_ptr<ServerLink>(std::move(link));
  }
  Result<std::shared_ptr<Records>> OpenRecords(const std::filesystem::path& database) override {
    auto records = satchel::OpenRecords(database);
    if (!records) return Fail(records.error());
    return std::shared_ptr<Records>(std::move(*records));
  }
};

}  // namespace

std::shared_ptr<Workbench> MakeEngineWorkbench() {
  return std::make_shared<EngineWorkbench>();
}

}  // namespace satchel
