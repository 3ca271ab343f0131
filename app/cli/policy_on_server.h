// A policy beside the server that is asked about it: how the commands begin that need both.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/cli/exit_code.h"
#include "app/cli/sources.h"
#include "app/cli/terminal.h"
#include "policy/schema/schema.h"
#include "policy/yaml/read_policy.h"

namespace satchel {

struct PolicyOnServer {
  ReadPolicy read;
  ServerSession session;
  std::shared_ptr<const Schema> schema;  // Of the entities that the policy names.
};

// A policy that obeys every rule, on a server that has what it names. Whatever is wrong has been
// reported when it fails.
[[nodiscard]] tl::expected<PolicyOnServer, ExitCode> OpenPolicyOnServer(const std::string& file,
                                                                        const std::string& server,
                                                                        Terminal& terminal,
                                                                        std::stop_token stop);

// What the server knows of the entities that the policy read from `file` names, once it is seen to
// have them all; reported when it has not.
[[nodiscard]] tl::expected<Schema, ExitCode> CheckOnServer(const std::string& file,
                                                           const ReadPolicy& read,
                                                           CrmServer& server, Terminal& terminal,
                                                           std::stop_token stop);

// Before the first of several long runs: a name that nobody has. Nothing: all were found, or the
// server knows no users to read as.
[[nodiscard]] std::optional<ExitCode> MissesUser(const std::vector<std::string>& users,
                                                 CrmServer& server, Terminal& terminal,
                                                 std::stop_token stop);

}  // namespace satchel
