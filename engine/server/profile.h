// Connection profiles: where a server is and how to sign in. Never a secret.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/transport.h"
#include "engine/server/crm_server.h"
#include "policy/support/result.h"

namespace satchel {

enum class ServerKind : std::uint8_t { kDataverse, kOData };
enum class AuthKind : std::uint8_t { kNone, kToken, kBasic, kClient };

// What files and options call them, in the order of the enumerations.
inline constexpr std::array<std::string_view, 2> kServerKindNames = {"dataverse", "odata"};
inline constexpr std::array<std::string_view, 4> kAuthKindNames = {"none", "token", "basic",
                                                                   "client"};
[[nodiscard]] constexpr std::string_view Name(ServerKind kind) {
  return kServerKindNames[static_cast<std::size_t>(kind)];
}
[[nodiscard]] constexpr std::string_view Name(AuthKind kind) {
  return kAuthKindNames[static_cast<std::size_t>(kind)];
}
[[nodiscard]] std::optional<ServerKind> ParseServerKind(std::string_view name);
[[nodiscard]] std::optional<AuthKind> ParseAuthKind(std::string_view name);

struct Profile {
  std::string name = {};
  std::string url = {};  // Service root, "https://org.crm4.dynamics.com/api/data/v9.2/".
  ServerKind kind = ServerKind::kDataverse;
  AuthKind auth = AuthKind::kNone;
  std::string tenant = {};
  std::string client_id = {};
  std::string authority = {};  // Token service; empty: Microsoft's.
  std::string ca_file = {};
  std::string user_id = {};  // OData services that cannot say who is signed in.
  friend bool operator==(const Profile&, const Profile&) = default;
};

// Kept in $XDG_CONFIG_HOME/satchel/servers.json (0600), written atomically.
class ProfileStore {
 public:
  explicit ProfileStore(std::filesystem::path file);
  [[nodiscard]] static std::filesystem::path DefaultFile();

  [[nodiscard]] Result<std::vector<Profile>> Load() const;
  [[nodiscard]] Result<> Add(const Profile& profile);  // kConflict when the name is taken.
  [[nodiscard]] Result<> Remove(const std::string& name);

 private:
  std::filesystem::path file_;
};

// What people type or paste for a server, as its service root.
struct ServiceRoot {
  std::string url = {};
  ServerKind kind = ServerKind::kOData;
  friend bool operator==(const ServiceRoot&, const ServiceRoot&) = default;
};
// Without a scheme it is https. A path of the Web API (/api/data/v…) says Dataverse; on a host of
// Dataverse (ORG.crm4.dynamics.com) any other path is that of a page in somebody's browser, and the
// Web API's takes its place. kInvalid for what is no address, and for http beyond loopback.
[[nodiscard]] Result<ServiceRoot> ReadServiceRoot(std::string_view typed);

// A profile by name, or an unnamed one made from a URL (ReadServiceRoot).
[[nodiscard]] Result<Profile> ResolveProfile(const std::string& name_or_url,
                                             const ProfileStore& store);

// Where secrets come from: the environment, the keyring. Values live in memory only.
class Secrets {
 public:
  virtual ~Secrets() = default;
  // SATCHEL_TOKEN, SATCHEL_BASIC, SATCHEL_CLIENT_SECRET; then the keyring under the profile's name.
  [[nodiscard]] virtual std::optional<std::string> Find(AuthKind kind,
                                                        const std::string& profile) = 0;
};
[[nodiscard]] std::unique_ptr<Secrets> MakeSystemSecrets();

// The server behind a profile, signed in lazily at the first request. `transport` must outlive it.
[[nodiscard]] Result<std::unique_ptr<CrmServer>> Connect(const Profile& profile, Secrets& secrets,
                                                         Transport& transport);

}  // namespace satchel
