#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/json.h"
#include "app/cli/sources.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

struct ViewsOptions {
  std::string server = {};
  std::string entity = {};
  bool json = false;
};

ExitCode List(const ViewsOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  Result<ServerSession> session = ServerSession::Open(options.server, terminal);
  const auto views =
      session ? session->server().Views(options.entity, interrupt.token()) : Fail(session.error());
  if (!views) {
    terminal.Complain(views.error());
    return ExitCodeOf(views.error());
  }
  if (views->empty()) {
    // None, or no such entity: the list of views cannot tell.
    const auto schema = session->server().ReadSchema({options.entity}, interrupt.token());
    if (!schema) {
      terminal.Complain(schema.error());
      return ExitCodeOf(schema.error());
    }
    if (!schema->Find(options.entity)) {
      terminal.Complain("the server has no entity " + Quoted(options.entity) + " (satchel schema " +
                        options.server + " lists them)");
      return ExitCode::kFindings;
    }
  }
  if (options.json) {
    Json list = Json::array();
    for (const ViewInfo& view : *views) {
      list.push_back({{"id", view.id},
                      {"name", view.name},
                      {"entity", view.entity},
                      {"default", view.is_default},
                      {"fetchxml", view.fetchxml}});
    }
    terminal.out() << Print({{"views", list}});
    return ExitCode::kFine;
  }
  if (views->empty()) terminal.Note(options.entity + " has no saved views");
  for (const ViewInfo& view : *views) {
    terminal.out() << view.name << (view.is_default ? " (default)" : "") << "\n"
                   << view.fetchxml << "\n\n";
  }
  return ExitCode::kFine;
}

}  // namespace

void AddViews(CLI::App& app, Program& program) {
  auto options = std::make_shared<ViewsOptions>();
  CLI::App* command =
      app.add_subcommand("views", "The saved views of an entity, with their FetchXML");
  command->add_option("SERVER", options->server, "A profile name or a URL")->required();
  command->add_option("ENTITY", options->entity, "Logical name")->required();
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer("Example: satchel views prod account");
  command->callback([options, &program] {
    program.run = [options, &program] { return List(*options, program.terminal); };
  });
}

}  // namespace satchel
