#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/json.h"
#include "app/cli/sources.h"
#include "policy/support/text.h"
#include "preview/fleet/verdict.h"

namespace satchel {

namespace {

struct UsersOptions {
  std::string server = {};
  std::string role = {};
  bool json = false;
};

ExitCode List(const UsersOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  Result<ServerSession> session = ServerSession::Open(options.server, terminal);
  auto users = session ? session->server().Users(interrupt.token()) : Fail(session.error());
  if (!users) {
    terminal.Complain(users.error());
    return ExitCodeOf(users.error());
  }
  if (!options.role.empty()) {
    std::vector<UserInfo> kept;
    for (UserInfo& user : *users) {
      if (HasRole(user, options.role)) kept.push_back(std::move(user));
    }
    if (kept.empty()) terminal.Note("No user has the role " + Quoted(options.role));
    *users = std::move(kept);
  }
  if (options.json) {
    Json list = Json::array();
    for (const UserInfo& user : *users) {
      list.push_back({{"id", user.id},
                      {"name", user.name},
                      {"domain_name", user.domain_name},
                      {"email", user.email},
                      {"business_unit", user.business_unit},
                      {"roles", user.roles},
                      {"teams", user.teams},
                      {"enabled", user.enabled}});
    }
    terminal.out() << Print({{"users", list}});
    return ExitCode::kFine;
  }
  std::vector<std::vector<std::string>> rows;
  for (const UserInfo& user : *users) {
    rows.push_back({user.name, user.domain_name, user.business_unit, Join(user.roles, ", "),
                    Join(user.teams, ", "), user.enabled ? "" : "disabled"});
  }
  PrintTable(terminal.out(), {{"Name"}, {"Sign-in"}, {"Business unit"}, {"Roles"}, {"Teams"}, {""}},
             rows);
  return ExitCode::kFine;
}

}  // namespace

void AddUsers(CLI::App& app, Program& program) {
  auto options = std::make_shared<UsersOptions>();
  CLI::App* command =
      app.add_subcommand("users", "The users of a server, whom a preview can be run as");
  command->add_option("SERVER", options->server, "A profile name or a URL")->required();
  command->add_option("--role", options->role, "Only users with this security role");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer("Example: satchel users prod --role Technician");
  command->callback([options, &program] {
    program.run = [options, &program] { return List(*options, program.terminal); };
  });
}

}  // namespace satchel
