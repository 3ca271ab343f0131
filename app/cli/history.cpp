#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <filesystem>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/json.h"
#include "policy/support/text.h"
#include "preview/publish/publish.h"

namespace satchel {

namespace {

struct HistoryOptions {
  std::string folder = {};
  std::string project = {};
  bool json = false;
};

Json Describe(const PublishedVersion& version) {
  const Published header = version.policy.published.value_or(Published{});
  return {{"version", version.version},
          {"current", version.current},
          {"at", header.at},
          {"by", header.by},
          {"note", header.note},
          {"content_hash", header.content_hash},
          {"structure_hash", header.structure_hash},
          {"acknowledged", header.acknowledged},
          {"problem", version.problem}};
}

ExitCode ShowHistory(const HistoryOptions& options, Terminal& terminal) {
  std::error_code error;
  if (!std::filesystem::is_directory(options.folder, error)) {
    terminal.Complain(options.folder + ": there is no such folder (check the path)");
    return ExitCode::kNoAccess;
  }
  std::vector<std::string> projects = {options.project};
  if (options.project.empty()) projects = ProjectsIn(options.folder);
  Json all = Json::array();
  for (const std::string& project : projects) {
    const auto history = ReadHistory(options.folder, project);
    if (!history) {
      terminal.Complain(history.error());
      return ExitCodeOf(history.error());
    }
    if (history->empty() && !options.project.empty()) {
      terminal.Complain(options.folder + ": nothing of the project " + Quoted(project) +
                        " was published there (satchel publish does)");
      return ExitCode::kNoAccess;
    }
    Json versions = Json::array();
    if (!options.json) terminal.out() << project << "\n";
    for (const PublishedVersion& version : *history) {
      versions.push_back(Describe(version));
      if (options.json) continue;
      const Published header = version.policy.published.value_or(Published{});
      terminal.out() << (version.current ? "* " : "  ") << version.version << "  " << header.at
                     << "  " << Shown(header.by);
      if (!header.note.empty()) terminal.out() << "  " << Shown(header.note);
      if (!version.problem.empty()) terminal.out() << "  cannot be used: " << version.problem;
      terminal.out() << "\n";
    }
    all.push_back({{"project", project}, {"versions", versions}});
  }
  if (options.json) {
    terminal.out() << Print({{"projects", all}});
  } else if (projects.empty()) {
    terminal.Note("Nothing was published to " + options.folder + ".");
  }
  return ExitCode::kFine;
}

}  // namespace

void AddHistory(CLI::App& app, Program& program) {
  auto options = std::make_shared<HistoryOptions>();
  CLI::App* command = app.add_subcommand("history", "What was published to a folder");
  command->add_option("FOLDER", options->folder, "Folder of the published projects")->required();
  command->add_option("--project", options->project, "Only this project");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer("* marks the version devices read.\nExample: satchel history published");
  command->callback([options, &program] {
    program.run = [options, &program] { return ShowHistory(*options, program.terminal); };
  });
}

}  // namespace satchel
