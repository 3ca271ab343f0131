#include "app/cli/policy_on_server.h"

#include <utility>

#include "policy/check/check.h"

namespace satchel {

tl::expected<PolicyOnServer, ExitCode> OpenPolicyOnServer(const std::string& file,
                                                          const std::string& server,
                                                          Terminal& terminal,
                                                          std::stop_token stop) {
  auto read = LoadSoundPolicy(file, terminal);
  if (!read) return tl::unexpected(read.error());
  auto session = ServerSession::Open(server, terminal);
  if (!session) {
    terminal.Complain(session.error());
    return tl::unexpected(ExitCodeOf(session.error()));
  }
  auto schema = CheckOnServer(file, *read, session->server(), terminal, std::move(stop));
  if (!schema) return tl::unexpected(schema.error());
  return PolicyOnServer{*std::move(read), *std::move(session),
                        std::make_shared<const Schema>(*std::move(schema))};
}

tl::expected<Schema, ExitCode> CheckOnServer(const std::string& file, const ReadPolicy& read,
                                             CrmServer& server, Terminal& terminal,
                                             std::stop_token stop) {
  auto schema = server.ReadSchema(EntitiesNamed(read.policy), std::move(stop));
  if (!schema) {
    terminal.Complain(schema.error());
    return tl::unexpected(ExitCodeOf(schema.error()));
  }
  if (!ReportErrors(file, CheckPolicy(read.policy, &*schema, &read.marks), terminal)) {
    return tl::unexpected(ExitCode::kFindings);
  }
  return *std::move(schema);
}

std::optional<ExitCode> MissesUser(const std::vector<std::string>& users, CrmServer& server,
                                   Terminal& terminal, std::stop_token stop) {
  if (users.size() < 2 || !server.capabilities().impersonation) return std::nullopt;
  for (const std::string& user : users) {
    const auto found = server.FindUser(user, stop);
    if (found) continue;
    terminal.Complain(found.error());
    return ExitCodeOf(found.error());
  }
  return std::nullopt;
}

}  // namespace satchel
