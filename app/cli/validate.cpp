#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/files.h"
#include "app/cli/interrupt.h"
#include "app/cli/json.h"
#include "app/cli/sources.h"
#include "policy/check/check.h"

namespace satchel {

namespace {

struct ValidateOptions {
  std::vector<std::string> files = {};
  SchemaSource schema = {};
  bool strict = false;
  bool json = false;
};

struct Checked {
  std::string file = {};
  std::vector<Finding> findings = {};
};

// All entities any of the files names: one schema serves them all.
std::vector<std::string> EntitiesOfAll(const std::vector<ReadPolicy>& policies) {
  std::vector<std::string> all;
  for (const ReadPolicy& read : policies) {
    const std::vector<std::string> some = EntitiesNamed(read.policy);
    all.insert(all.end(), some.begin(), some.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

ExitCode Validate(const ValidateOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  std::vector<ReadPolicy> policies;
  for (const std::string& file : options.files) {
    const Result<std::string> text = ReadText(file, terminal);
    if (!text) {
      terminal.Complain(text.error());
      return ExitCodeOf(text.error());
    }
    policies.push_back(ParsePolicy(*text));
  }
  const auto schema = options.schema.Load(EntitiesOfAll(policies), terminal, interrupt.token());
  if (!schema) return schema.error();

  bool errors = false;
  bool warnings = false;
  Json files = Json::array();
  for (std::size_t i = 0; i < policies.size(); ++i) {
    std::vector<Finding> findings = policies[i].findings;
    // A policy that could not be read whole would only yield errors that follow from the first.
    if (!HasErrors(findings)) {
      const std::vector<Finding> more = CheckPolicy(
          policies[i].policy, schema->has_value() ? &**schema : nullptr, &policies[i].marks);
      findings.insert(findings.end(), more.begin(), more.end());
    }
    const bool wrong = HasErrors(findings);
    errors = errors || wrong;
    for (const Finding& finding : findings) {
      warnings = warnings || finding.severity == Severity::kWarning;
      if (!options.json) terminal.Report(options.files[i], finding);
    }
    if (options.json) {
      files.push_back({{"file", options.files[i]}, {"ok", !wrong}, {"findings", ToJson(findings)}});
    } else if (!wrong) {
      terminal.out()
          << options.files[i] << ": ok"
          << (schema->has_value()
                  ? ""
                  : " (without a server's schema; add --server to check names and types)")
          << "\n";
    }
  }
  if (options.json) terminal.out() << Print({{"files", files}});
  return errors || (warnings && options.strict) ? ExitCode::kFindings : ExitCode::kFine;
}

}  // namespace

void AddValidate(CLI::App& app, Program& program) {
  auto options = std::make_shared<ValidateOptions>();
  CLI::App* command = app.add_subcommand("validate", "Check policy files");
  command->add_option("FILE", options->files, "Policy files; - is standard input")->required();
  options->schema.AddOptions(*command);
  command->add_flag("--strict", options->strict, "Warnings count as errors");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer("Example: satchel validate policies/*.yaml --server prod --strict");
  command->callback([options, &program] {
    program.run = [options, &program] { return Validate(*options, program.terminal); };
  });
}

}  // namespace satchel
