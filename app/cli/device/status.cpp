#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/device/device_commands.h"
#include "app/cli/device/device_json.h"
#include "app/cli/device/device_session.h"
#include "app/cli/interrupt.h"
#include "engine/store/known_names.h"
#include "engine/store/local_meta.h"
#include "policy/model/keywords.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {

namespace {

struct StatusOptions {
  DeviceOptions device = {};
  std::int64_t events = 10;
};

Result<std::int64_t> CountRows(Database& database, const std::string& entity) {
  auto statement = database.Prepare("SELECT count(*) FROM " + SqlName(entity));
  if (!statement) return Fail(statement.error());
  const auto row = statement->Step();
  if (!row) return Fail(row.error());
  return statement->Integer(0);
}

// As the records it carries say, which is newer; else as it was when the device was bound.
std::string UserName(Database& database, const DeviceState& state) {
  const auto description = ReadDescription(database);
  const std::string known =
      description ? KnownNames(database, *description).OfPerson(state.user) : std::string();
  return known.empty() ? state.user_name : known;
}

std::string ToTheSecond(Instant at) {
  return ToString(at).substr(0, 19) + "Z";
}

ExitCode Status(const StatusOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  auto session = DeviceSession::Open(options.device, {}, terminal, interrupt.token());
  if (!session) return session.error();
  Database& database = (*session)->edits();
  const DeviceState& state = (*session)->device().state();
  const auto counts = CountOutbox(database);
  const auto events = ReadEvents(database, options.events);
  if (!counts || !events) {
    const Error& error = counts ? events.error() : counts.error();
    terminal.Complain(error);
    return ExitCodeOf(error);
  }
  Json entities = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const Entity& entity : state.policy->entities) {
    const std::string mode(Keyword(entity.mode));
    if (entity.mode == DeviceMode::kOnline) {
      entities.push_back({{"name", entity.name}, {"mode", mode}});
      rows.push_back({entity.name, mode, ""});
      continue;
    }
    const auto count = CountRows(database, entity.name);
    if (!count) {
      terminal.Complain(count.error());
      return ExitCodeOf(count.error());
    }
    entities.push_back({{"name", entity.name}, {"mode", mode}, {"records", *count}});
    rows.push_back({entity.name, mode, HumanCount(*count)});
  }
  const Policy& policy = *state.policy;
  const std::string mode(Keyword((*session)->device().mode()));
  const std::string name = UserName(database, state);
  const std::string last = state.last_sync ? ToString(*state.last_sync) : "";
  if (options.device.json) {
    Json list = Json::array();
    for (const DeviceEvent& event : *events) list.push_back(ToJson(event));
    terminal.out() << Print({{"policy", policy.project.name},
                             {"policy_version", policy.published ? policy.published->version : 0},
                             {"source", state.source},
                             {"server", state.server},
                             {"user", state.user},
                             {"user_name", name},
                             {"mode", mode},
                             {"last_sync", last},
                             {"structure_pending", state.structure_pending},
                             {"outbox",
                              {{"waiting", counts->waiting},
                               {"sending", counts->sending},
                               {"conflicts", counts->conflicts},
                               {"errors", counts->errors},
                               {"dropped", counts->dropped}}},
                             {"entities", std::move(entities)},
                             {"events", std::move(list)}});
    return ExitCode::kFine;
  }
  std::ostream& out = terminal.out();
  out << "policy     " << policy.project.name;
  if (policy.published) out << " version " << policy.published->version;
  out << ", from " << state.source << "\nserver     " << state.server << "\nuser       "
      << (name.empty() ? state.user : name + " (" + state.user + ")") << "\nmode       " << mode
      << "\nlast sync  " << (state.last_sync ? ToTheSecond(*state.last_sync) : "never")
      << "\noutbox     " << counts->to_send() << " to send, " << counts->conflicts << " conflicts, "
      << counts->errors << " errors, " << counts->dropped << " replaced by the server's version\n";
  if (state.structure_pending) {
    out << "A policy with another structure waits for a foreground sync.\n";
  }
  out << "\n";
  PrintTable(out, {{"Entity"}, {"Mode"}, {"Records", true}}, rows);
  if (!events->empty()) out << "\n";
  for (const DeviceEvent& event : *events) {
    std::string line = ToTheSecond(event.at) + "  " + std::string(Name(event.kind));
    line.resize(std::max<std::size_t>(line.size(), 34), ' ');
    out << Shown(line + (event.trigger.empty() ? "" : event.trigger + ": ") + event.text) << "\n";
  }
  return ExitCode::kFine;
}

}  // namespace

void AddDeviceStatus(CLI::App& device, Program& program) {
  auto options = std::make_shared<StatusOptions>();
  CLI::App* command =
      device.add_subcommand("status", "Policy, mode, last sync, outbox, records, recent events");
  options->device.Add(*command);
  command->add_option("--events", options->events, "How many of the latest events")
      ->check(CLI::Range(0, 2000))
      ->capture_default_str();
  command->footer("Asks no server.\nExample: satchel device status --db jana.db --events 50");
  command->callback([options, &program] {
    program.run = [options, &program] { return Status(*options, program.terminal); };
  });
}

}  // namespace satchel
