#include "app/cli/device/device_session.h"

#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <filesystem>

#include "engine/http/url.h"
#include "engine/store/local_meta.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {

namespace {

class FixedConnectivity : public Connectivity {
 public:
  explicit FixedConnectivity(Reach reach) : reach_(reach) {}
  Reach Now() override { return reach_; }

 private:
  Reach reach_;
};

std::unique_ptr<Connectivity> MakeConnectivity(const std::string& network,
                                               const std::string& server) {
  if (network == "none") return std::make_unique<FixedConnectivity>(Reach::kNone);
  if (network == "metered") return std::make_unique<FixedConnectivity>(Reach::kMetered);
  const auto url = ParseUrl(server);
  return MakeSystemConnectivity(url && IsLoopback(*url));
}

bool IsUrl(const std::string& where) {
  return where.starts_with("http://") || where.starts_with("https://");
}

// A given option must be what the device is bound to.
Result<> Same(const char* option, const std::string& given, const std::string& bound) {
  if (given.empty() || given == bound) return {};
  return Fail(ErrorCode::kInvalid, std::string(option) + ": this device is bound to " +
                                       Quoted(bound) +
                                       " (leave the option away, or use another "
                                       "database)");
}

}  // namespace

void DeviceOptions::Add(CLI::App& command) {
  command.add_option("--db", database, "The device's database; made on first use")->required();
  command.add_option("--policy", policy,
                     "First use: the policy to follow: a file, a folder of published ones, or an "
                     "URL");
  command.add_option("--project", project, "First use: which project of the folder");
  command.add_option("--server", server, "First use: a profile name or a URL");
  command.add_option("--as", as,
                     "First use: whose device it is: user id, domain name or e-mail. Default: the "
                     "signed-in user");
  command.add_option("--network", network, "What the device believes of its network")
      ->check(CLI::IsMember({"auto", "none", "metered"}))
      ->capture_default_str();
  command.add_flag("--json", json, "One JSON document on standard output");
}

tl::expected<std::unique_ptr<DeviceSession>, ExitCode> DeviceSession::Open(
    const DeviceOptions& options, DeviceListener listener, Terminal& terminal,
    std::stop_token stop) {
  const bool exists = std::filesystem::exists(options.database);
  auto session = std::make_unique<DeviceSession>();
  const auto leave = [&](ExitCode code) {
    // Nothing is bound yet: an empty file would only puzzle.
    session.reset();
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      std::error_code ignored;
      if (!exists) std::filesystem::remove(options.database + suffix, ignored);
    }
    return tl::unexpected(code);
  };
  const auto fail = [&](const Error& error) {
    terminal.Complain(error);
    return leave(error.code == ErrorCode::kInvalid ? ExitCode::kFindings : ExitCodeOf(error));
  };
  if (!exists && (options.policy.empty() || options.server.empty())) {
    terminal.Complain(options.database +
                      ": there is no such device (make it with --policy FILE --server S [--as "
                      "USER])");
    return tl::unexpected(ExitCode::kNoAccess);
  }
  auto database = Database::Open(options.database, Database::Use::kDevice);
  if (!database) return fail(database.error());
  session->database_ = *std::move(database);
  if (auto made = CreateMeta(*session->database_); !made) {
    return fail(made.error().While(options.database));
  }
  const auto state = ReadDeviceState(*session->database_);
  if (!state) return fail(state.error().While(options.database));
  std::string policy = options.policy;
  if (!policy.empty() && !IsUrl(policy)) policy = std::filesystem::absolute(policy).string();
  if (state->policy) {
    for (const auto& same : {Same("--policy", policy, state->source),
                             Same("--project", options.project, state->project),
                             Same("--server", options.server, state->server)}) {
      if (same) continue;
      terminal.Complain(same.error());
      return tl::unexpected(ExitCode::kUsage);
    }
  } else if (policy.empty() || options.server.empty()) {
    terminal.Complain(options.database +
                      ": this device follows no policy yet (give --policy FILE --server S [--as "
                      "USER])");
    return tl::unexpected(ExitCode::kUsage);
  }
  const std::string server_name = state->policy ? state->server : options.server;
  auto server = ServerSession::Open(server_name, terminal, ServerSession::Access::kReadWrite);
  if (!server) return fail(server.error());
  session->server_ = *std::move(server);
  auto policies = OpenPolicySource(state->policy ? state->source : policy,
                                   state->policy ? state->project : options.project,
                                   session->server_->network());
  if (!policies) return fail(policies.error());
  session->policies_ = *std::move(policies);
  session->clock_ = MakeSystemClock();
  session->random_ = MakeSystemRandom();
  session->connectivity_ = MakeConnectivity(options.network, session->server_->server().base_url());
  session->lock_ = MakeFileLock(options.database);
  session->edit_lock_ = MakeFileLock(options.database);
  session->parts_.emplace(
      DeviceParts{*session->database_, session->server_->server(), *session->policies_,
                  *session->clock_, *session->random_, *session->connectivity_, *session->lock_,
                  false, [&server = *session->server_] { return server.asked_to_wait().left(); }});
  auto device = Device::Open(
      *session->parts_,
      {.server = options.server, .source = policy, .project = options.project, .as = options.as},
      std::move(listener), std::move(stop));
  if (!device) return fail(device.error());
  session->device_ = *std::move(device);
  auto edits = Database::Open(options.database, Database::Use::kDevice);
  if (!edits) return fail(edits.error());
  session->edits_ = *std::move(edits);
  return session;
}

Result<DeviceRecords> DeviceSession::records() {
  return DeviceRecords::Open({*edits_, server_->server(), *clock_, *random_, *edit_lock_});
}

SyncSink SyncProgressOn(Terminal& terminal) {
  return [&terminal](const SyncProgress& progress) {
    if (progress.entity_done) {
      terminal.Milestone(progress.entity + ": " + HumanCount(progress.records) + " records");
    }
    const double done = progress.count == 0
                            ? 0
                            : static_cast<double>(progress.index + (progress.entity_done ? 1 : 0)) /
                                  static_cast<double>(progress.count);
    std::string text = progress.entity;
    if (!progress.notice.empty()) text += (text.empty() ? "" : ", ") + progress.notice;
    terminal.Progress(done, text + ", " + HumanCount(progress.total_records) + " records, " +
                                HumanSize(progress.bytes));
  };
}

}  // namespace satchel
