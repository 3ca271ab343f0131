#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/sources.h"
#include "engine/filter/data_set.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

struct SchemaOptions {
  std::string server = {};
  std::vector<std::string> entities = {};
  bool json = false;
};

std::string About(const FieldSchema& field) {
  std::vector<std::string> parts;
  if (field.required) parts.push_back("required");
  if (!field.targets.empty()) parts.push_back("→ " + Join(field.targets, ", "));
  std::vector<std::string> choices;
  for (const Choice& choice : field.choices) {
    choices.push_back(std::to_string(choice.value) + " " + choice.label);
  }
  if (!choices.empty()) parts.push_back(Join(choices, ", "));
  return Join(parts, "; ");
}

void PrintFields(const EntitySchema& entity, std::ostream& out) {
  out << entity.name << (entity.label.empty() ? "" : " (" + entity.label + ")") << ", key "
      << entity.key << "\n";
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, field] : entity.fields) {
    rows.push_back({name, std::string(Name(field.type)), field.label, About(field)});
  }
  PrintTable(out, {{"Field"}, {"Type"}, {"Label"}, {"About"}}, rows);
}

ExitCode Show(const SchemaOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  Result<ServerSession> session = ServerSession::Open(options.server, terminal);
  if (!session) {
    terminal.Complain(session.error());
    return ExitCodeOf(session.error());
  }
  if (!options.json && options.entities.empty()) {
    const auto names = session->server().Entities(interrupt.token());
    if (!names) {
      terminal.Complain(names.error());
      return ExitCodeOf(names.error());
    }
    std::vector<std::vector<std::string>> rows;
    for (const EntityName& name : *names) rows.push_back({name.name, name.label});
    PrintTable(terminal.out(), {{"Entity"}, {"Label"}}, rows);
    return ExitCode::kFine;
  }
  const Result<Schema> schema = session->server().ReadSchema(options.entities, interrupt.token());
  if (!schema) {
    terminal.Complain(schema.error());
    return ExitCodeOf(schema.error());
  }
  for (const std::string& name : options.entities) {
    if (schema->Find(name) != nullptr) continue;
    terminal.Complain("the server has no entity " + Quoted(name) + " (satchel schema " +
                      options.server + " lists them)");
    return ExitCode::kFindings;
  }
  if (options.json) {
    terminal.out() << PrintSchema(*schema);
  } else {
    for (const std::string& name : options.entities)
      PrintFields(*schema->Find(name), terminal.out());
  }
  return ExitCode::kFine;
}

}  // namespace

void AddSchema(CLI::App& app, Program& program) {
  auto options = std::make_shared<SchemaOptions>();
  CLI::App* command = app.add_subcommand("schema", "The entities and fields of a server");
  command->add_option("SERVER", options->server, "A profile name or a URL")->required();
  command->add_option("--entity", options->entities,
                      "Only this entity, with its fields; may be repeated");
  command->add_flag("--json", options->json, "The format that eval and validate --schema read");
  command->footer(
      "Examples:\n  satchel schema prod\n  satchel schema prod --entity account\n"
      "  satchel schema prod --json > prod.schema.json");
  command->callback([options, &program] {
    program.run = [options, &program] { return Show(*options, program.terminal); };
  });
}

}  // namespace satchel
