#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/sources.h"
#include "policy/wording/sentence.h"

namespace satchel {

namespace {

struct DescribeOptions {
  std::string file = {};
  SchemaSource schema = {};
};

ExitCode DescribeFile(const DescribeOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  const auto read = LoadPolicy(options.file, terminal);
  if (!read) return read.error();
  const auto schema = options.schema.Load(EntitiesNamed(read->policy), terminal, interrupt.token());
  if (!schema) return schema.error();
  terminal.out() << DescribePolicy(read->policy, schema->has_value() ? &**schema : nullptr);
  return ExitCode::kFine;
}

}  // namespace

void AddDescribe(CLI::App& app, Program& program) {
  auto options = std::make_shared<DescribeOptions>();
  CLI::App* command = app.add_subcommand("describe", "Say a whole policy in plain language");
  command->add_option("FILE", options->file, "Policy file; - is standard input")->required();
  options->schema.AddOptions(*command);
  command->footer("Example: satchel describe field-service.yaml --server prod");
  command->callback([options, &program] {
    program.run = [options, &program] { return DescribeFile(*options, program.terminal); };
  });
}

}  // namespace satchel
