// Where commands take their policies, schemas and servers from, with the options they share.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/exit_code.h"
#include "app/cli/terminal.h"
#include "engine/filter/context.h"
#include "engine/http/asked_to_wait.h"
#include "engine/http/transport.h"
#include "engine/server/crm_server.h"
#include "engine/server/profile.h"
#include "policy/check/finding.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/yaml/read_policy.h"

namespace CLI {
class App;
}

namespace satchel {

// A policy from a file. Its errors have been reported when it fails.
[[nodiscard]] tl::expected<ReadPolicy, ExitCode> LoadPolicy(const std::string& file,
                                                            Terminal& terminal);

// The same, and it obeys every rule that needs no schema: fit to be sent to a server or exported.
[[nodiscard]] tl::expected<ReadPolicy, ExitCode> LoadSoundPolicy(const std::string& file,
                                                                 Terminal& terminal);

// Reports the errors among `findings`; whether there were none.
[[nodiscard]] bool ReportErrors(const std::string& file, const std::vector<Finding>& findings,
                                Terminal& terminal);

// Something is wrong in a JSON file that docs/schema-json.md describes.
void ComplainOfJson(Terminal& terminal, const std::string& file, const Error& error);

// A filter that cannot be carried out: its errors with their places, or, where the rules find none
// of `entity`, the one that stopped it.
void ComplainOfQuery(Terminal& terminal, const std::string& file, const std::string& entity,
                     const std::vector<Finding>& findings, const Error& stopped_by);

// A connected server; everything it needs lives as long as it does.
class ServerSession {
 public:
  // Only a device writes; what any other command sends that is no read is refused.
  enum class Access : std::uint8_t { kReadOnly, kReadWrite };
  // A profile name or a URL. Where the server makes us wait, the terminal says so.
  [[nodiscard]] static Result<ServerSession> Open(const std::string& name_or_url,
                                                  Terminal& terminal,
                                                  Access access = Access::kReadOnly);

  [[nodiscard]] CrmServer& server() { return *server_; }
  [[nodiscard]] const Profile& profile() const { return profile_; }
  [[nodiscard]] Transport& network() { return *network_; }
  // What the server last asked of us.
  [[nodiscard]] const AskedToWait& asked_to_wait() const { return *asked_to_wait_; }

 private:
  ServerSession() = default;

  Profile profile_;
  std::unique_ptr<Secrets> secrets_;
  std::unique_ptr<Transport> network_;
  std::unique_ptr<AskedToWait> asked_to_wait_;
  std::unique_ptr<Transport> read_only_;
  std::unique_ptr<CrmServer> server_;
};

// --schema FILE or --server S; neither is "no schema".
struct SchemaSource {
  std::string file = {};
  std::string server = {};

  void AddOptions(CLI::App& command);
  [[nodiscard]] bool given() const { return !file.empty() || !server.empty(); }
  // The named entities of it (all for a file). Errors have been reported when it fails.
  [[nodiscard]] tl::expected<std::optional<Schema>, ExitCode> Load(
      const std::vector<std::string>& entities, Terminal& terminal, std::stop_token stop) const;
};

// --user FILE, --now ISO, --tz ZONE, --week-start DAY: who asks and when.
struct ContextSource {
  std::string user_file = {};
  std::string now = {};
  std::string zone = "UTC";
  std::string week_start = "sunday";

  void AddOptions(CLI::App& command);
  [[nodiscard]] tl::expected<FilterContext, ExitCode> Load(Terminal& terminal) const;
};

// The present, or what `text` says; the error names the accepted form.
[[nodiscard]] Result<Instant> ParseNow(const std::string& text);

}  // namespace satchel
