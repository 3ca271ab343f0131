#include "engine/server/connection.h"
#include "engine/server/dataverse/dataverse_server.h"
#include "engine/server/odata/odata_server.h"
#include "engine/server/profile.h"

namespace satchel {

Result<std::unique_ptr<CrmServer>> Connect(const Profile& profile, Secrets& secrets,
                                           Transport& transport) {
  auto root = ParseUrl(profile.url);
  if (!root) return Fail(root.error().While("server"));
  if (const auto fine = CheckScheme(*root); !fine) return Fail(fine.error().While("server"));
  auto waiting = MakeSystemWaiting();
  auto authenticator = MakeAuthenticator(profile, *root, secrets, transport, *waiting);
  if (!authenticator) return Fail(authenticator.error());
  auto connection = std::make_unique<Connection>(std::move(*root), transport, std::move(waiting),
                                                 std::move(*authenticator));
  if (profile.kind == ServerKind::kDataverse) return MakeDataverseServer(std::move(connection));
  return MakeODataServer(std::move(connection), profile.user_id);
}

}  // namespace satchel
