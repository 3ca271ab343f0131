#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/files.h"
#include "app/cli/interrupt.h"
#include "app/cli/sources.h"
#include "policy/check/check.h"
#include "policy/check/starting_point.h"
#include "policy/support/text.h"
#include "policy/yaml/write_policy.h"

namespace satchel {

namespace {

struct NewOptions {
  std::string name = {};
  std::string server = {};
  std::vector<std::string> entities = {};
  std::string output = {};
  bool force = false;
};

tl::expected<std::vector<Entity>, ExitCode> EntitiesFrom(const NewOptions& options,
                                                         Terminal& terminal, std::stop_token stop) {
  Result<ServerSession> session = ServerSession::Open(options.server, terminal);
  const Result<Schema> schema =
      session ? session->server().ReadSchema(options.entities, stop) : Fail(session.error());
  if (!schema) {
    terminal.Complain(schema.error());
    return tl::unexpected(ExitCodeOf(schema.error()));
  }
  std::vector<Entity> entities;
  for (const std::string& name : options.entities) {
    const EntitySchema* entity = schema->Find(name);
    if (entity == nullptr) {
      terminal.Complain("the server has no entity " + Quoted(name) + " (satchel schema " +
                        options.server + " lists them)");
      return tl::unexpected(ExitCode::kFindings);
    }
    entities.push_back(StartingPoint(*entity));
  }
  return entities;
}

ExitCode New(const NewOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  if (options.server.empty() != options.entities.empty()) {
    terminal.Complain("--server and --entities go together");
    return ExitCode::kUsage;
  }
  Policy policy;
  policy.project.name = options.name;
  if (options.server.empty()) {
    policy.entities.push_back(
        {.name = "account",
         .fields = {"name", "ownerid", "statecode"},
         .filter = {
             .nodes = {{Condition{.field = "statecode", .op = Operator::kEq, .values = {"0"}}},
                       {Condition{.field = "ownerid", .op = Operator::kEqUserOrUserTeams}}}}});
  } else {
    auto entities = EntitiesFrom(options, terminal, interrupt.token());
    if (!entities) return entities.error();
    policy.entities = *std::move(entities);
  }
  const std::string text = PrintPolicy(policy);
  // The name comes from the command line; reading the result back applies the format's own rules to
  // it.
  if (const ReadPolicy read = ParsePolicy(text); HasErrors(read.findings)) {
    terminal.Complain(read.findings.front().message);
    return ExitCode::kUsage;
  }
  if (options.output.empty()) {
    terminal.out() << text;
    return ExitCode::kFine;
  }
  const Result<> written =
      WriteText(options.output, text, options.force ? Overwrite::kAllow : Overwrite::kRefuse);
  if (!written) {
    terminal.Complain(written.error());
    return ExitCodeOf(written.error());
  }
  terminal.Note("Wrote " + options.output);
  return ExitCode::kFine;
}

}  // namespace

void AddNew(CLI::App& app, Program& program) {
  auto options = std::make_shared<NewOptions>();
  CLI::App* command = app.add_subcommand("new", "Start a policy");
  command->add_option("NAME", options->name, "Name of the project: a-z, 0-9 and hyphens")
      ->required();
  command->add_option("--server", options->server,
                      "Take the entities from this server: a profile name or a URL");
  command->add_option("--entities", options->entities, "Entities to begin with, comma-separated")
      ->delimiter(',');
  command->add_option("-o,--output", options->output, "File to write; default: standard output");
  command->add_flag("--force", options->force, "Replace the file when it exists");
  command->footer(
      "Each entity starts with its required fields, and with the user's and their teams' active "
      "records.\n"
      "Example: satchel new field-service --server prod --entities account,contact -o "
      "field-service.yaml");
  command->callback([options, &program] {
    program.run = [options, &program] { return New(*options, program.terminal); };
  });
}

}  // namespace satchel
