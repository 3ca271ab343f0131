#include "preview/compare/drift.h"

#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/policy_on_server.h"
#include "preview/report/drift_report.h"

namespace satchel {

namespace {

struct DriftOptions {
  std::string file = {};
  std::string server = {};
  std::string user = {};
  std::string since = {};
  std::string now = {};
  bool json = false;
};

ExitCode Drift(const DriftOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  const Result<Instant> now = ParseNow(options.now);
  if (!now) {
    terminal.Complain(now.error());
    return ExitCode::kUsage;
  }
  if (options.since.empty()) {
    terminal.Complain(
        "drift compares with an earlier moment (give --since DB: a device's database, or one that "
        "satchel preview --db made earlier)");
    return ExitCode::kUsage;
  }
  auto opened = OpenPolicyOnServer(options.file, options.server, terminal, interrupt.token());
  if (!opened) return opened.error();
  const auto drift = MeasureDrift(
      {.policy = opened->read.policy, .as = options.user, .since = options.since, .now = *now},
      opened->session.server(),
      [&](const PreviewProgress& at) { terminal.Status(at.entity + ": " + at.step); },
      interrupt.token());
  terminal.EndProgress();
  if (!drift) {
    terminal.Complain(drift.error());
    return drift.error().code == ErrorCode::kInvalid ? ExitCode::kFindings
                                                     : ExitCodeOf(drift.error());
  }
  terminal.out() << (options.json ? DriftJson(*drift) : DriftText(*drift));
  return drift->none() ? ExitCode::kFine : ExitCode::kFindings;
}

}  // namespace

void AddDrift(CLI::App& app, Program& program) {
  auto options = std::make_shared<DriftOptions>();
  CLI::App* command = app.add_subcommand(
      "drift", "What a sync that asks only for what changed misses, keeps wrongly, or wastes");
  command->add_option("FILE", options->file, "Policy file; - is standard input")->required();
  command->add_option("--server", options->server, "A profile name or a URL")->required();
  command->add_option("--as", options->user,
                      "User id, domain name or e-mail. Default: the signed-in user");
  command->add_option("--since", options->since,
                      "A device's database, or one that preview --db made earlier; it is copied");
  command->add_option("--now", options->now,
                      "The moment relative dates count from (ISO 8601; default: the present)");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer(
      "Exit codes: 0 nothing missed or stale, 1 something is, 2 wrong usage, 3 server or network, "
      "4 cancelled.\n"
      "Examples:\n"
      "  satchel preview field-service.yaml --server prod --as jana@contoso.example --db "
      "monday.db\n"
      "  satchel drift field-service.yaml --server prod --as jana@contoso.example --since "
      "monday.db");
  command->callback([options, &program] {
    program.run = [options, &program] { return Drift(*options, program.terminal); };
  });
}

}  // namespace satchel
