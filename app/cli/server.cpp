#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <chrono>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/json.h"
#include "app/cli/sources.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {

namespace {

struct AddOptions {
  Profile profile = {};
  std::string kind = "dataverse";
  std::string auth = "none";
};

ExitCode Add(const AddOptions& options, Terminal& terminal) {
  Profile profile = options.profile;
  profile.kind = ParseServerKind(options.kind).value();
  profile.auth = ParseAuthKind(options.auth).value();
  if (profile.auth == AuthKind::kClient && profile.client_id.empty()) {
    terminal.Complain("--auth client needs --client-id (and --tenant or --authority)");
    return ExitCode::kUsage;
  }
  // What is no address, Add says.
  if (auto root = ReadServiceRoot(profile.url)) profile.url = std::move(root->url);
  ProfileStore store(ProfileStore::DefaultFile());
  if (const Result<> added = store.Add(profile); !added) {
    terminal.Complain(added.error());
    return added.error().code == ErrorCode::kInvalid ? ExitCode::kUsage : ExitCodeOf(added.error());
  }
  terminal.Note("Added " + profile.name + ". Try it: satchel server test " + profile.name);
  return ExitCode::kFine;
}

ExitCode List(bool json, Terminal& terminal) {
  const Result<std::vector<Profile>> profiles = ProfileStore(ProfileStore::DefaultFile()).Load();
  if (!profiles) {
    terminal.Complain(profiles.error());
    return ExitCodeOf(profiles.error());
  }
  if (json) {
    Json list = Json::array();
    for (const Profile& profile : *profiles) {
      list.push_back({{"name", profile.name},
                      {"url", profile.url},
                      {"kind", Name(profile.kind)},
                      {"auth", Name(profile.auth)}});
    }
    terminal.out() << Print({{"servers", list}});
    return ExitCode::kFine;
  }
  if (profiles->empty()) {
    terminal.Note(
        "No servers yet. Add one: satchel server add NAME --url URL --kind dataverse --auth token");
    return ExitCode::kFine;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Profile& profile : *profiles) {
    rows.push_back({profile.name, std::string(Name(profile.kind)), std::string(Name(profile.auth)),
                    profile.url});
  }
  PrintTable(terminal.out(), {{"Name"}, {"Kind"}, {"Sign-in"}, {"URL"}}, rows);
  return ExitCode::kFine;
}

ExitCode Test(const std::string& name, bool json, Terminal& terminal) {
  const Interrupt interrupt;
  Result<ServerSession> session = ServerSession::Open(name, terminal);
  const auto start = std::chrono::steady_clock::now();
  const Result<Identity> identity =
      session ? session->server().WhoAmI(interrupt.token()) : Fail(session.error());
  if (!identity) {
    terminal.Complain(identity.error());
    return ExitCodeOf(identity.error());
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  const Capabilities can = session->server().capabilities();
  if (json) {
    terminal.out() << Print({{"server", session->server().base_url()},
                             {"user_id", identity->user_id},
                             {"user_name", identity->user_name},
                             {"organization_id", identity->organization_id},
                             {"seconds", seconds.count()},
                             {"capabilities",
                              {{"impersonation", can.impersonation},
                               {"users", can.users},
                               {"views", can.views},
                               {"change_tracking", can.change_tracking},
                               {"row_versions", can.row_versions}}}});
    return ExitCode::kFine;
  }
  const std::string& who = identity->user_name.empty() ? identity->user_id : identity->user_name;
  terminal.out() << session->server().base_url() << " answers in " << HumanDuration(seconds)
                 << (who.empty() ? "" : "; signed in as " + who) << "\n"
                 << "Preview as another user: " << (can.impersonation ? "yes" : "no")
                 << " · list users: " << (can.users ? "yes" : "no")
                 << " · saved views: " << (can.views ? "yes" : "no")
                 << " · change tracking: " << (can.change_tracking ? "yes" : "no") << "\n";
  return ExitCode::kFine;
}

ExitCode Remove(const std::string& name, Terminal& terminal) {
  ProfileStore store(ProfileStore::DefaultFile());
  if (const Result<> removed = store.Remove(name); !removed) {
    terminal.Complain(removed.error());
    return ExitCodeOf(removed.error());
  }
  terminal.Note("Removed " + name);
  return ExitCode::kFine;
}

}  // namespace

void AddServer(CLI::App& app, Program& program) {
  CLI::App* server = app.add_subcommand("server", "Connection profiles");
  server->require_subcommand(1);
  server->footer(
      "Secrets are never arguments: SATCHEL_TOKEN, SATCHEL_BASIC (user:password) and "
      "SATCHEL_CLIENT_SECRET\n"
      "in the environment, or the keyring.\n"
      "Example: satchel server add prod --url https://contoso.crm4.dynamics.com/api/data/v9.2/ "
      "--kind dataverse "
      "--auth client --tenant contoso.example --client-id 00000000-0000-0000-0000-000000000000");

  auto options = std::make_shared<AddOptions>();
  CLI::App* add = server->add_subcommand("add", "Remember a server");
  add->add_option("NAME", options->profile.name, "Name to call it by")->required();
  add->add_option("--url", options->profile.url, "Service root")->required();
  add->add_option("--kind", options->kind, "Protocol")
      ->required()
      ->check(CLI::IsMember(
          std::vector<std::string>(kServerKindNames.begin(), kServerKindNames.end())));
  add->add_option("--auth", options->auth, "How to sign in")
      ->required()
      ->check(
          CLI::IsMember(std::vector<std::string>(kAuthKindNames.begin(), kAuthKindNames.end())));
  add->add_option("--tenant", options->profile.tenant, "Directory of the application (client)");
  add->add_option("--client-id", options->profile.client_id, "Application id (client)");
  add->add_option("--authority", options->profile.authority,
                  "Token service, where it is not Microsoft's");
  add->add_option("--ca-file", options->profile.ca_file,
                  "PEM file of a private certificate authority");
  add->add_option("--user-id", options->profile.user_id,
                  "Who is signed in, where the service cannot say");
  add->callback([options, &program] {
    program.run = [options, &program] { return Add(*options, program.terminal); };
  });

  auto json = std::make_shared<bool>(false);
  CLI::App* list = server->add_subcommand("list", "The servers remembered");
  list->add_flag("--json", *json, "One JSON document on standard output");
  list->callback([json, &program] {
    program.run = [json, &program] { return List(*json, program.terminal); };
  });

  auto name = std::make_shared<std::string>();
  CLI::App* test = server->add_subcommand("test", "Sign in and say who is there");
  test->add_option("NAME", *name, "A profile name or a URL")->required();
  test->add_flag("--json", *json, "One JSON document on standard output");
  test->callback([name, json, &program] {
    program.run = [name, json, &program] { return Test(*name, *json, program.terminal); };
  });

  CLI::App* remove = server->add_subcommand("remove", "Forget a server");
  remove->add_option("NAME", *name, "A profile name")->required();
  remove->callback([name, &program] {
    program.run = [name, &program] { return Remove(*name, program.terminal); };
  });
}

}  // namespace satchel
