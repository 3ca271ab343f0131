#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/files.h"
#include "app/cli/sources.h"
#include "preview/day/day.h"
#include "preview/report/day_report.h"

namespace satchel {

namespace {

struct SimulateDayOptions {
  std::string file = {};
  std::string script = {};
  bool json = false;
};

ExitCode Simulate(const SimulateDayOptions& options, Terminal& terminal) {
  if (options.file == "-" && options.script == "-") {
    terminal.Complain("standard input can be the policy or the script (name a file for the other)");
    return ExitCode::kUsage;
  }
  const auto read = LoadPolicy(options.file, terminal);
  if (!read) return read.error();
  DayScript script = UsualDay(read->policy);
  if (!options.script.empty()) {
    const Result<std::string> text = ReadText(options.script, terminal);
    if (!text) {
      terminal.Complain(text.error());
      return ExitCodeOf(text.error());
    }
    ReadDay day = ParseDayScript(*text);
    if (!HasErrors(day.findings)) day.findings = CheckDayScript(day.script, read->policy);
    if (HasErrors(day.findings)) {
      for (const Finding& finding : day.findings) terminal.Report(options.script, finding);
      return ExitCode::kFindings;
    }
    script = std::move(day.script);
  }
  const SimulatedDay day = SimulateDay(read->policy, script);
  terminal.out() << (options.json ? DayJson(read->policy.project.name, day) : DayTable(day));
  return ExitCode::kFine;
}

}  // namespace

void AddSimulateDay(CLI::App& app, Program& program) {
  auto options = std::make_shared<SimulateDayOptions>();
  CLI::App* command = app.add_subcommand(
      "simulate-day", "Which trigger fires when, how, and what was suppressed and why");
  command->add_option("FILE", options->file, "Policy file; - is standard input")->required();
  command->add_option("--script", options->script,
                      "The day's events, a YAML file; default: a usual working day");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer(
      "The device's own scheduler runs on a simulated clock; no server is asked.\n"
      "A script (all of it is in docs/command-line.md):\n"
      "  last_sync: 14h\n"
      "  events:\n"
      "    - {at: 07:30, do: start}\n"
      "    - {at: 08:05, do: no-connection}\n"
      "    - {at: 08:20, do: save, entity: account}\n"
      "    - {at: 08:52, do: connection}\n"
      "    - {at: 11:30, do: go-online, answer: sync}\n"
      "Examples:\n"
      "  satchel simulate-day field-service.yaml\n"
      "  satchel simulate-day field-service.yaml --script monday.yaml --json");
  command->callback([options, &program] {
    program.run = [options, &program] { return Simulate(*options, program.terminal); };
  });
}

}  // namespace satchel
