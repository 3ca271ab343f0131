#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/json.h"
#include "app/cli/preview_progress.h"
#include "app/cli/sources.h"
#include "preview/fleet/check.h"
#include "preview/publish/publish.h"

namespace satchel {

namespace {

struct PublishOptions {
  std::string file = {};
  std::string folder = {};
  SchemaSource schema = {};
  std::string note = {};
  std::string by = {};
  std::vector<std::string> acknowledged = {};  // RULE=REASON
  std::vector<std::string> users = {};
  std::string role = {};  // "role/NAME"
  int base = -1;
  bool create = false;
  bool json = false;
};

// What previews say about the budgets and expectations, as findings for the gate.
tl::expected<std::vector<Finding>, ExitCode> MeasureUsers(const PublishOptions& options,
                                                          const Policy& policy, Terminal& terminal,
                                                          std::stop_token stop) {
  const bool asks = policy.budgets.records || policy.budgets.bytes || policy.budgets.first_sync ||
                    !policy.expect.empty();
  if (options.users.empty() && options.role.empty()) {
    if (asks) {
      terminal.Note("Budgets and expectations were held against nobody (add " +
                    std::string(options.schema.server.empty() ? "--server and " : "") +
                    "--as or --users)");
    }
    return std::vector<Finding>();
  }
  auto session = ServerSession::Open(options.schema.server, terminal);
  const auto checked =
      session
          ? RunCheck(
                {.policy = policy, .as = options.users, .role = std::string(RoleIn(options.role))},
                session->server(), ProgressOfCheck(terminal), stop)
          : Fail(session.error());
  terminal.EndProgress();
  if (!checked) {
    terminal.Complain(checked.error());
    return tl::unexpected(ExitCodeOf(checked.error()));
  }
  return FindingsOf(*checked);
}

ExitCode PublishFile(const PublishOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  if (!options.role.empty() && RoleIn(options.role).empty()) {
    terminal.Complain("--users " + options.role + ": write role/NAME (satchel users lists roles)");
    return ExitCode::kUsage;
  }
  if ((!options.users.empty() || !options.role.empty()) && options.schema.server.empty()) {
    terminal.Complain("--as and --users preview users (add --server)");
    return ExitCode::kUsage;
  }
  const auto read = LoadPolicy(options.file, terminal);
  if (!read) return read.error();
  const auto schema = options.schema.Load(EntitiesNamed(read->policy), terminal, interrupt.token());
  if (!schema) return schema.error();
  PublishRequest request;
  request.draft = read->policy;
  request.schema = schema->has_value() ? &**schema : nullptr;
  request.folder = options.folder;
  request.by = options.by.empty() ? CurrentPerson() : options.by;
  request.at = PresentMoment();
  request.note = options.note;
  if (options.base >= 0) request.base = options.base;
  for (const std::string& given : options.acknowledged) {
    const auto equals = given.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == given.size()) {
      terminal.Complain("--acknowledge " + given + ": write RULE=REASON");
      return ExitCode::kUsage;
    }
    request.acknowledged[given.substr(0, equals)] = given.substr(equals + 1);
  }
  auto measured = MeasureUsers(options, request.draft, terminal, interrupt.token());
  if (!measured) return measured.error();
  request.measured = *std::move(measured);
  // All that blocks is named, not only the first.
  const auto gate =
      Gate(request.draft, request.schema, request.folder, request.measured, request.acknowledged);
  if (Blocks(gate)) {
    for (const GateItem& item : gate) {
      if (!item.blocks()) continue;
      Finding finding = item.finding;
      finding.mark = read->marks.Find(finding.path);
      if (item.may_acknowledge) {
        finding.message += " (or --acknowledge " + finding.rule + "=REASON)";
      }
      terminal.Report(options.file, finding);
    }
    return ExitCode::kFindings;
  }
  // Only when nothing else is in the way, and only when asked: a slip of the finger in a path would
  // publish to where no device looks.
  std::error_code unknown;
  if (!std::filesystem::is_directory(request.folder, unknown)) {
    if (!options.create) {
      terminal.Complain(options.folder +
                        ": there is no such folder (add --create to make it, or check the path)");
      return ExitCodeOf(Error{ErrorCode::kNotFound, ""});
    }
    if (const auto there = MakeFolder(request.folder); !there) {
      terminal.Complain(there.error());
      return ExitCodeOf(there.error());
    }
    terminal.Note("Made the folder " + options.folder);
  }
  const auto made = Publish(request);
  if (!made) {
    terminal.Complain(made.error());
    const ErrorCode code = made.error().code;
    return code == ErrorCode::kInvalid || code == ErrorCode::kConflict ? ExitCode::kFindings
                                                                       : ExitCodeOf(made.error());
  }
  if (options.json) {
    const Published& header = *made->policy.published;
    terminal.out() << Print({{"project", made->policy.project.name},
                             {"version", made->version},
                             {"file", made->file.string()},
                             {"content_hash", header.content_hash},
                             {"structure_hash", header.structure_hash}});
  } else {
    terminal.out() << made->policy.project.name << " version " << made->version << ": "
                   << made->file.string() << "\n";
  }
  return ExitCode::kFine;
}

}  // namespace

void AddPublish(CLI::App& app, Program& program) {
  auto options = std::make_shared<PublishOptions>();
  CLI::App* command = app.add_subcommand("publish", "Put a policy into the folder devices read");
  command->add_option("FILE", options->file, "Policy file")->required();
  command->add_option("--to", options->folder, "Folder of the published projects")
      ->required()
      ->type_name("FOLDER");
  options->schema.AddOptions(*command);
  auto* as = command->add_option(
      "--as", options->users,
      "Hold budgets and expectations against previews of these users (needs --server)");
  command
      ->add_option("--users", options->role, "The same for every enabled user with a security role")
      ->type_name("role/NAME")
      ->excludes(as);
  command->add_option("--note", options->note, "What this version changes, for people");
  command->add_option("--by", options->by, "Who publishes (default: the login name)");
  command
      ->add_option("--acknowledge", options->acknowledged,
                   "A warning or a budget that need not block, with the reason")
      ->type_name("RULE=REASON");
  command->add_option("--base", options->base,
                      "The version the changes were looked at against; another one is refused");
  command->add_flag("--create", options->create, "Make the folder when it is not there");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer(
      "Errors block; every warning and every exceeded budget is to be acknowledged. Nothing "
      "published is ever written "
      "again.\nExample: satchel publish field-service.yaml --to published --server prod --note "
      "\"Two weeks ahead\"");
  command->callback([options, &program] {
    program.run = [options, &program] { return PublishFile(*options, program.terminal); };
  });
}

}  // namespace satchel
