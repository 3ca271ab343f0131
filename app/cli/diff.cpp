#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/compare_json.h"
#include "app/cli/interrupt.h"
#include "app/cli/sources.h"
#include "policy/check/diff.h"

namespace satchel {

namespace {

struct DiffOptions {
  std::string before = {};
  std::string after = {};
  SchemaSource schema = {};
  bool json = false;
};

ExitCode DiffFiles(const DiffOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  const auto before = LoadPolicy(options.before, terminal);
  if (!before) return before.error();
  const auto after = LoadPolicy(options.after, terminal);
  if (!after) return after.error();
  std::vector<std::string> entities = EntitiesNamed(before->policy);
  for (std::string& entity : EntitiesNamed(after->policy)) entities.push_back(std::move(entity));
  std::sort(entities.begin(), entities.end());
  entities.erase(std::unique(entities.begin(), entities.end()), entities.end());
  const auto schema = options.schema.Load(entities, terminal, interrupt.token());
  if (!schema) return schema.error();
  const std::vector<Change> changes =
      Diff(before->policy, after->policy, schema->has_value() ? &**schema : nullptr);

  if (options.json) {
    terminal.out() << Print({{"different", !changes.empty()},
                             {"structural", IsStructural(changes)},
                             {"changes", ToJson(changes)}});
  } else {
    for (const Change& change : changes) {
      terminal.out() << ChangeLine(change) << "\n";
    }
    if (IsStructural(changes)) {
      terminal.out() << "Structural: the next sync of every device will be a foreground one.\n";
    }
  }
  return changes.empty() ? ExitCode::kFine : ExitCode::kFindings;
}

}  // namespace

void AddDiff(CLI::App& app, Program& program) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand("diff", "What differs between two policies, by meaning");
  command->add_option("A", options->before, "The policy before")->required();
  command->add_option("B", options->after, "The policy after")->required();
  options->schema.AddOptions(*command);
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer(
      "Exit code 1 when they differ.\nExample: satchel diff published/current.yaml draft.yaml");
  command->callback([options, &program] {
    program.run = [options, &program] { return DiffFiles(*options, program.terminal); };
  });
}

}  // namespace satchel
