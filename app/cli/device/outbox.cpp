#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <map>
#include <ostream>

#include "app/cli/device/device_commands.h"
#include "app/cli/device/device_json.h"
#include "app/cli/device/device_session.h"
#include "app/cli/interrupt.h"
#include "engine/device/settlement.h"
#include "engine/store/known_names.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

struct OutboxOptions {
  DeviceOptions device = {};
  std::int64_t seq = 0;
  std::string keep = {};
  std::vector<std::string> fields = {};
  bool retry = false;
  bool discard = false;
};

void PrintEntry(const OutboxEntry& entry, const Schema& schema, KnownNames& names,
                std::ostream& out) {
  const std::string name = names.OfRecord(entry.entity, entry.id);
  out << entry.seq << "  " << Name(entry.state) << "  " << Name(entry.kind) << " " << entry.entity
      << "/" << IdText(entry.id) << (name.empty() ? "" : "  " + Shown(name)) << "\n    "
      << Shown(entry.message) << "\n";
  if (entry.theirs_gone) out << "    The record is gone on the server.\n";
  for (const FieldChange& change : entry.changes) {
    if (change.mine == change.base && change.theirs == change.base) continue;
    const FieldSchema* field = FieldOf(schema, entry, change.field);
    const auto quoted = [&](const Value& value) {
      const std::string text = ShownValue(value, field);
      const std::string better = field ? names.Of(*field, text) : std::string();
      return Quoted(better.empty() ? text : better);
    };
    out << "    " << change.field << ": mine " << quoted(change.mine) << ", was "
        << quoted(change.before);
    if (entry.state == EntryState::kConflict || entry.state == EntryState::kDropped) {
      out << ", theirs " << quoted(change.theirs);
    }
    out << "\n";
  }
}

ExitCode List(const OutboxOptions& options, const std::vector<EntryState>& states,
              Terminal& terminal) {
  const Interrupt interrupt;
  auto session = DeviceSession::Open(options.device, {}, terminal, interrupt.token());
  if (!session) return session.error();
  const auto description = ReadDescription((*session)->edits());
  if (!description) {
    terminal.Complain(description.error());
    return ExitCodeOf(description.error());
  }
  KnownNames names((*session)->edits(), *description);
  Json list = Json::array();
  std::int64_t open = 0;
  for (const EntryState state : states) {
    const auto entries = ReadOutbox((*session)->edits(), state);
    if (!entries) {
      terminal.Complain(entries.error());
      return ExitCodeOf(entries.error());
    }
    for (const OutboxEntry& entry : *entries) {
      list.push_back(ToJson(entry, description->schema));
      open += state != EntryState::kDropped;
      if (!options.device.json) PrintEntry(entry, description->schema, names, terminal.out());
    }
  }
  if (options.device.json) terminal.out() << Print({{"entries", std::move(list)}});
  return open > 0 ? ExitCode::kFindings : ExitCode::kFine;
}

ExitCode Conflicts(const OutboxOptions& options, Terminal& terminal) {
  return List(options, {EntryState::kConflict}, terminal);
}
ExitCode Errors(const OutboxOptions& options, Terminal& terminal) {
  return List(options, {EntryState::kError, EntryState::kDropped}, terminal);
}

Settlement Chosen(const OutboxOptions& options) {
  Settlement chosen = {.seq = options.seq};
  const bool mine = options.keep == "mine";
  chosen.kind = options.retry     ? Settlement::Kind::kRetry
                : options.discard ? Settlement::Kind::kDiscard
                : mine            ? Settlement::Kind::kMine
                                  : Settlement::Kind::kTheirs;
  if (options.fields.empty()) return chosen;
  chosen.kind = Settlement::Kind::kFields;
  chosen.rest = mine ? Keep::kMine : Keep::kTheirs;
  for (const std::string& field : options.fields) {
    chosen.fields[field] = mine ? Keep::kTheirs : Keep::kMine;
  }
  return chosen;
}

const char* Became(Settlement::Kind kind) {
  switch (kind) {
    case Settlement::Kind::kFields:
      return "what you keep of it waits for the next upload";
    case Settlement::Kind::kTheirs:
    case Settlement::Kind::kDiscard:
      return "the server's version stays";
    case Settlement::Kind::kMine:
    case Settlement::Kind::kRetry:
      break;
  }
  return "it waits for the next upload";
}

ExitCode Resolve(const OutboxOptions& options, Terminal& terminal) {
  if (!options.keep.empty() + options.retry + options.discard != 1) {
    terminal.Complain("say one of --keep mine, --keep theirs, --retry, --discard");
    return ExitCode::kUsage;
  }
  if (options.keep.empty() && !options.fields.empty()) {
    terminal.Complain("--except goes with --keep (an error is retried or discarded as a whole)");
    return ExitCode::kUsage;
  }
  const Interrupt interrupt;
  auto session = DeviceSession::Open(options.device, {}, terminal, interrupt.token());
  if (!session) return session.error();
  const Instant now = (*session)->parts().clock.Now();
  const Settlement chosen = Chosen(options);
  if (auto done = Settle((*session)->edits(), chosen, now); !done) {
    terminal.Complain(done.error());
    return done.error().code == ErrorCode::kNotFound || done.error().code == ErrorCode::kConflict ||
                   done.error().code == ErrorCode::kInvalid
               ? ExitCode::kFindings
               : ExitCodeOf(done.error());
  }
  const char* became = Became(chosen.kind);
  if (options.device.json) {
    terminal.out() << Print({{"seq", options.seq}, {"became", became}});
  } else {
    terminal.out() << options.seq << ": " << became << "\n";
  }
  return ExitCode::kFine;
}

}  // namespace

void AddDeviceOutbox(CLI::App& device, Program& program) {
  const auto add = [&](const char* name, const char* about, auto run,
                       const std::shared_ptr<OutboxOptions>& options) {
    CLI::App* command = device.add_subcommand(name, about);
    command->callback([options, run, &program] {
      program.run = [options, run, &program] { return run(*options, program.terminal); };
    });
    return command;
  };
  auto conflicts = std::make_shared<OutboxOptions>();
  CLI::App* command =
      add("conflicts", "Changes that met other changes, and wait for you", Conflicts, conflicts);
  conflicts->device.Add(*command);
  command->footer(
      "Exit code 1 when there are any.\nExample: satchel device conflicts --db jana.db");

  auto errors = std::make_shared<OutboxOptions>();
  command = add("errors", "Changes the server refused, or its version replaced", Errors, errors);
  errors->device.Add(*command);
  command->footer(
      "Exit code 1 when a refused one waits for you.\n"
      "Example: satchel device errors --db jana.db --json");

  auto resolve = std::make_shared<OutboxOptions>();
  command = add("resolve", "Settle a conflict or an error", Resolve, resolve);
  command->add_option("NUMBER", resolve->seq, "As conflicts and errors show it")->required();
  resolve->device.Add(*command);
  command->add_option("--keep", resolve->keep, "Of a conflict: whose version")
      ->check(CLI::IsMember({"mine", "theirs"}));
  command->add_option("--except", resolve->fields, "Fields that get the other side's value");
  command->add_flag("--retry", resolve->retry, "An error: send it once more");
  command->add_flag("--discard", resolve->discard, "Give the change up");
  command->footer(
      "Examples:\n"
      "  satchel device resolve 12 --keep mine --except city --db jana.db\n"
      "  satchel device resolve 15 --discard --db jana.db");
}

}  // namespace satchel
