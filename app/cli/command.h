// How a subcommand joins the program: one Add… function per file.
#pragma once

#include <functional>

#include "app/cli/exit_code.h"
#include "app/cli/terminal.h"

namespace CLI {
class App;
}

namespace satchel {

// Filled while arguments are parsed: the chosen subcommand leaves what is to be run.
struct Program {
  Terminal& terminal;
  std::function<ExitCode()> run = {};
};

void AddCheck(CLI::App& app, Program& program);
void AddCompare(CLI::App& app, Program& program);
void AddConvert(CLI::App& app, Program& program);
void AddDescribe(CLI::App& app, Program& program);
void AddDevice(CLI::App& app, Program& program);
void AddDiff(CLI::App& app, Program& program);
void AddDrift(CLI::App& app, Program& program);
void AddEval(CLI::App& app, Program& program);
void AddExplain(CLI::App& app, Program& program);
void AddExport(CLI::App& app, Program& program);
void AddFormat(CLI::App& app, Program& program);
void AddHistory(CLI::App& app, Program& program);
void AddNew(CLI::App& app, Program& program);
void AddPreview(CLI::App& app, Program& program);
void AddPublish(CLI::App& app, Program& program);
void AddResolve(CLI::App& app, Program& program);
void AddRestore(CLI::App& app, Program& program);
void AddSchema(CLI::App& app, Program& program);
void AddServer(CLI::App& app, Program& program);
void AddSimulateDay(CLI::App& app, Program& program);
void AddUsers(CLI::App& app, Program& program);
void AddValidate(CLI::App& app, Program& program);
void AddViews(CLI::App& app, Program& program);

}  // namespace satchel
