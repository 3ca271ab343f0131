#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/json.h"
#include "policy/support/text.h"
#include "preview/publish/publish.h"

namespace satchel {

namespace {

struct RestoreOptions {
  std::string folder = {};
  int version = 0;
  std::string project = {};
  std::string note = {};
  std::string by = {};
  bool json = false;
};

ExitCode RestoreVersion(const RestoreOptions& options, Terminal& terminal) {
  RestoreRequest request;
  request.folder = options.folder;
  request.project = options.project;
  if (request.project.empty()) {
    const std::vector<std::string> projects = ProjectsIn(options.folder);
    if (projects.size() != 1) {
      terminal.Complain(options.folder + ": " +
                        (projects.empty() ? "nothing was published there"
                                          : "several projects were published there (--project "
                                            "takes one of: " +
                                                Join(projects, ", ") + ")"));
      return projects.empty() ? ExitCode::kNoAccess : ExitCode::kUsage;
    }
    request.project = projects.front();
  }
  request.version = options.version;
  request.by = options.by.empty() ? CurrentPerson() : options.by;
  request.at = PresentMoment();
  request.note = options.note;
  const auto made = Restore(request);
  if (!made) {
    terminal.Complain(made.error());
    const ErrorCode code = made.error().code;
    return code == ErrorCode::kInvalid || code == ErrorCode::kConflict ? ExitCode::kFindings
                                                                       : ExitCodeOf(made.error());
  }
  if (options.json) {
    terminal.out() << Print({{"project", request.project},
                             {"version", made->version},
                             {"restores", options.version},
                             {"file", made->file.string()}});
  } else {
    terminal.out() << request.project << " version " << made->version << " restores version "
                   << options.version << ": " << made->file.string() << "\n";
  }
  return ExitCode::kFine;
}

}  // namespace

void AddRestore(CLI::App& app, Program& program) {
  auto options = std::make_shared<RestoreOptions>();
  CLI::App* command =
      app.add_subcommand("restore", "Publish an earlier version again, as the newest");
  command->add_option("FOLDER", options->folder, "Folder of the published projects")->required();
  command->add_option("VERSION", options->version, "The version to bring back")->required();
  command->add_option("--project", options->project, "Its project, where there are several");
  command->add_option("--note", options->note, "Why; default: \"Restores version N\"");
  command->add_option("--by", options->by, "Who restores (default: the login name)");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer("Example: satchel restore published 11 --note \"12 took too much\"");
  command->callback([options, &program] {
    program.run = [options, &program] { return RestoreVersion(*options, program.terminal); };
  });
}

}  // namespace satchel
