#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/files.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"

namespace satchel {

namespace {

struct FormatOptions {
  std::string file = {};
  bool check = false;
  bool drop_comments = false;
  bool write = false;
};

ExitCode Format(const FormatOptions& options, Terminal& terminal) {
  const Result<std::string> text = ReadText(options.file, terminal);
  if (!text) {
    terminal.Complain(text.error());
    return ExitCodeOf(text.error());
  }
  const ReadPolicy read = ParsePolicy(*text);
  if (HasErrors(read.findings)) {
    for (const Finding& finding : read.findings) terminal.Report(options.file, finding);
    return ExitCode::kFindings;
  }
  const std::string canonical = PrintPolicy(read.policy);
  if (options.check) {
    if (canonical == *text) return ExitCode::kFine;
    terminal.Complain(options.file + " is not in canonical form (satchel format shows it" +
                      (read.comments > 0 ? "; comments are not part of it)" : ")"));
    return ExitCode::kFindings;
  }
  if (read.comments > 0 && !options.drop_comments) {
    terminal.Complain(options.file + " has " + std::to_string(read.comments) +
                      (read.comments == 1 ? " comment" : " comments") +
                      ", which the canonical form does not keep (move what matters into notes:, or "
                      "add --drop-comments)");
    return ExitCode::kFindings;
  }
  if (!options.write || options.file == "-") {
    terminal.out() << canonical;
    return ExitCode::kFine;
  }
  if (canonical == *text) return ExitCode::kFine;
  if (const Result<> written = WriteText(options.file, canonical, Overwrite::kAllow); !written) {
    terminal.Complain(written.error());
    return ExitCodeOf(written.error());
  }
  return ExitCode::kFine;
}

}  // namespace

void AddFormat(CLI::App& app, Program& program) {
  auto options = std::make_shared<FormatOptions>();
  CLI::App* command = app.add_subcommand("format", "Print a policy in canonical form");
  command->add_option("FILE", options->file, "Policy file; - is standard input")->required();
  auto* check = command->add_flag("--check", options->check,
                                  "Print nothing; exit 1 when it is not canonical");
  command->add_flag("--write,-w", options->write, "Write the file instead of standard output")
      ->excludes(check);
  command->add_flag("--drop-comments", options->drop_comments, "Go on although comments are lost");
  command->footer("Example: satchel format field-service.yaml --check");
  command->callback([options, &program] {
    program.run = [options, &program] { return Format(*options, program.terminal); };
  });
}

}  // namespace satchel
