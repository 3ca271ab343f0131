#include "app/cli/program.h"

#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>
#include <sstream>

#include "app/cli/command.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr const char* kAbout =
    "Edit, check and preview mobile sync policies.\n\n"
    "Results go to standard output, progress and messages to standard error.\n"
    "Exit codes: 0 fine, 1 findings or differences, 2 wrong usage, 3 server, network or missing "
    "file, "
    "4 cancelled.";

constexpr const char* kExamples =
    "Examples:\n"
    "  satchel validate field-service.yaml --server http://127.0.0.1:8080/api/data/v9.2/\n"
    "  satchel preview field-service.yaml --server prod --as jana@contoso.example\n"
    "  satchel describe field-service.yaml\n\n"
    "satchel COMMAND --help explains a command.";

// One sentence that names the word which is wrong and whose help to read.
std::string WrongUsage(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* at = &app;
  std::string path = "satchel";
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    path += " " + at->get_name();
  }
  std::string what = error.what();
  // CLI11 complains of a missing command before it does of a word it does not know.
  const std::vector<std::string> unknown = at->remaining();
  if (at->get_require_subcommand_min() > 0 && !unknown.empty()) {
    std::vector<std::string> names;
    for (const CLI::App* command : at->get_subcommands({})) names.push_back(command->get_name());
    const std::string nearest = Nearest(unknown.front(), names);
    what = Quoted(unknown.front()) +
           (unknown.front().starts_with('-') ? " is no option here" : " is no command") +
           (nearest.empty() ? "" : "; did you mean " + Quoted(nearest) + "?");
  }
  return what + " (try " + path + " --help)";
}

}  // namespace

ExitCode RunProgram(std::vector<std::string> arguments, Terminal& terminal) {
  CLI::App app(kAbout, "satchel");
  app.footer(kExamples);
  app.require_subcommand(1);
  app.set_version_flag("--version", "satchel " SATCHEL_VERSION);
  app.get_formatter()->column_width(34);

  Program program{terminal};
  AddNew(app, program);
  AddValidate(app, program);
  AddDescribe(app, program);
  AddFormat(app, program);
  AddConvert(app, program);
  AddDiff(app, program);
  AddEval(app, program);
  AddServer(app, program);
  AddSchema(app, program);
  AddUsers(app, program);
  AddViews(app, program);
  AddPreview(app, program);
  AddExplain(app, program);
  AddDrift(app, program);
  AddCompare(app, program);
  AddCheck(app, program);
  AddResolve(app, program);
  AddDevice(app, program);
  AddSimulateDay(app, program);
  AddExport(app, program);
  AddPublish(app, program);
  AddHistory(app, program);
  AddRestore(app, program);

  if (arguments.empty()) {
    terminal.Note(app.help());
    return ExitCode::kUsage;
  }
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them last first.
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::Success& asked) {  // --help, --version.
    std::ostringstream text;
    app.exit(asked, text, text);
    terminal.out() << text.str();
    return ExitCode::kFine;
  } catch (const CLI::ParseError& error) {
    terminal.Complain(WrongUsage(app, error));
    return ExitCode::kUsage;
  }
  return program.run();
}

}  // namespace satchel
