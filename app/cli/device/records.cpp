#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/device/device_commands.h"
#include "app/cli/device/device_json.h"
#include "app/cli/device/device_session.h"
#include "app/cli/interrupt.h"
#include "policy/support/text.h"
#include "preview/explain/record_name.h"

namespace satchel {

namespace {

struct RecordsOptions {
  DeviceOptions device = {};
  std::string subject = {};  // ENTITY, or ENTITY/ID
  std::vector<std::string> values = {};
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};

// Nothing has been complained about when there is a name.
std::optional<RecordName> ReadName(const std::string& text, Terminal& terminal) {
  auto name = ParseRecordName(text);
  if (!name || name->entity.empty()) {
    terminal.Complain(Quoted(text) + " names no record (write ENTITY/ID)");
    return std::nullopt;
  }
  return *std::move(name);
}

std::optional<std::vector<FieldText>> ReadValues(const std::vector<std::string>& texts,
                                                 Terminal& terminal) {
  std::vector<FieldText> values;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      terminal.Complain(Quoted(text) + " sets no field (write FIELD=VALUE; FIELD= clears it)");
      return std::nullopt;
    }
    values.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return values;
}

ExitCode Explain(const Error& error, Terminal& terminal) {
  terminal.Complain(error);
  // The user's own mistake, or the world's.
  const bool theirs = error.code == ErrorCode::kInvalid || error.code == ErrorCode::kNotFound ||
                      error.code == ErrorCode::kConflict || error.code == ErrorCode::kDenied;
  return theirs ? ExitCode::kFindings : ExitCodeOf(error);
}

// Opens the device and its records, and does something with them.
template <class Do>
ExitCode WithRecords(const RecordsOptions& options, Terminal& terminal, Do act) {
  const Interrupt interrupt;
  auto session = DeviceSession::Open(options.device, {}, terminal, interrupt.token());
  if (!session) return session.error();
  auto records = (*session)->records();
  if (!records) return Explain(records.error(), terminal);
  return act(*records, interrupt.token());
}

ExitCode List(const RecordsOptions& options, Terminal& terminal) {
  return WithRecords(options, terminal, [&](DeviceRecords& records, const std::stop_token& stop) {
    const auto found =
        records.List(options.subject, {.limit = options.limit, .offset = options.offset}, stop);
    if (!found) return Explain(found.error(), terminal);
    const bool live = records.Live(options.subject).value_or(false);
    if (options.device.json) {
      Json list = Json::array();
      for (const LocalRecord& record : *found) list.push_back(ToJson(record));
      terminal.out() << Print({{"entity", options.subject},
                               {"from", live ? "server" : "device"},
                               {"records", std::move(list)}});
      return ExitCode::kFine;
    }
    std::vector<TextColumn> columns = {{"ID"}, {""}};
    std::vector<std::vector<std::string>> rows;
    constexpr std::size_t kMostColumns = 5;
    for (const LocalRecord& record : *found) {
      std::vector<std::string> row = {record.id, record.pending ? "*" : ""};
      for (std::size_t i = 0, shown = 0; i < record.values.size() && shown < kMostColumns; ++i) {
        if (record.values[i].text == record.id) continue;  // The key, again.
        ++shown;
        if (rows.empty()) columns.push_back({record.values[i].field});
        constexpr std::size_t kWidest = 32;
        row.push_back(Clipped(record.Shown(record.values[i].field), kWidest));
      }
      while (row.size() < columns.size()) row.emplace_back();
      row.resize(columns.size());
      rows.push_back(std::move(row));
    }
    PrintTable(terminal.out(), columns, rows);
    return ExitCode::kFine;
  });
}

void PrintRecord(const LocalRecord& record, Terminal& terminal) {
  std::vector<std::vector<std::string>> rows;
  for (const FieldText& value : record.values) {
    // The value is what `edit` takes, so it stands there as well.
    std::string name = record.Shown(value.field);
    if (name == value.text) name.clear();
    rows.push_back({value.field, Shown(value.text), Shown(name)});
  }
  PrintTable(terminal.out(), {{"Field"}, {"Value"}, {""}}, rows);
  if (record.pending) terminal.out() << "It has changes that the server does not have yet.\n";
}

ExitCode Show(const RecordsOptions& options, Terminal& terminal) {
  const auto name = ReadName(options.subject, terminal);
  if (!name) return ExitCode::kUsage;
  return WithRecords(options, terminal, [&](DeviceRecords& records, const std::stop_token& stop) {
    const auto found = records.Show(name->entity, name->id, stop);
    if (!found) return Explain(found.error(), terminal);
    if (options.device.json) {
      terminal.out() << Print(ToJson(*found));
    } else {
      PrintRecord(*found, terminal);
    }
    return ExitCode::kFine;
  });
}

ExitCode Tell(const RecordsOptions& options, DeviceRecords& records, const std::string& entity,
              const std::string& id, const char* done, Terminal& terminal) {
  const bool live = records.Live(entity).value_or(false);
  // A value set back to what the server has, or a new record deleted again, leaves nothing to send.
  const auto pending = live ? Result<bool>(false) : records.Pending(entity, id);
  if (!pending) return Explain(pending.error(), terminal);
  const bool waits = *pending;
  if (options.device.json) {
    terminal.out() << Print(
        {{"entity", entity}, {"id", id}, {"where", live ? "server" : "device"}});
  } else {
    terminal.out() << entity << (id.empty() ? "" : "/" + id) << " " << done
                   << (live ? " on the server\n"
                       : waits
                           ? " on the device; it waits for upload\n"
                           : " on the device, as the server has it; nothing waits for upload\n");
  }
  return ExitCode::kFine;
}

ExitCode Create(const RecordsOptions& options, Terminal& terminal) {
  const auto values = ReadValues(options.values, terminal);
  if (!values) return ExitCode::kUsage;
  return WithRecords(options, terminal, [&](DeviceRecords& records, const std::stop_token& stop) {
    const auto id = records.Create(options.subject, *values, stop);
    if (!id) return Explain(id.error(), terminal);
    return Tell(options, records, options.subject, *id, "created", terminal);
  });
}

ExitCode Edit(const RecordsOptions& options, Terminal& terminal) {
  const auto name = ReadName(options.subject, terminal);
  const auto values = ReadValues(options.values, terminal);
  if (!name || !values) return ExitCode::kUsage;
  return WithRecords(options, terminal, [&](DeviceRecords& records, const std::stop_token& stop) {
    if (auto done = records.Edit(name->entity, name->id, *values, stop); !done) {
      return Explain(done.error(), terminal);
    }
    return Tell(options, records, name->entity, name->id, "saved", terminal);
  });
}

ExitCode Delete(const RecordsOptions& options, Terminal& terminal) {
  const auto name = ReadName(options.subject, terminal);
  if (!name) return ExitCode::kUsage;
  return WithRecords(options, terminal, [&](DeviceRecords& records, const std::stop_token& stop) {
    if (auto done = records.Delete(name->entity, name->id, stop); !done) {
      return Explain(done.error(), terminal);
    }
    return Tell(options, records, name->entity, name->id, "deleted", terminal);
  });
}

CLI::App* AddOne(CLI::App& device, Program& program, const char* name, const char* about,
                 const char* subject, ExitCode (*run)(const RecordsOptions&, Terminal&),
                 std::shared_ptr<RecordsOptions> options) {
  CLI::App* command = device.add_subcommand(name, about);
  command->add_option(subject, options->subject)->required();
  options->device.Add(*command);
  command->callback([options = std::move(options), run, &program] {
    program.run = [options, run, &program] { return run(*options, program.terminal); };
  });
  return command;
}

}  // namespace

void AddDeviceRecords(CLI::App& device, Program& program) {
  auto list = std::make_shared<RecordsOptions>();
  CLI::App* command =
      AddOne(device, program, "list", "Records of an entity, from the server while online",
             "ENTITY", List, list);
  command->add_option("--limit", list->limit, "At most so many")
      ->check(CLI::Range(1, 5000))
      ->capture_default_str();
  command->add_option("--offset", list->offset, "Leave out the first so many")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 32));
  command->footer(
      "A * marks records with changes that wait for upload.\n"
      "Example: satchel device list account --db jana.db --limit 20");

  AddOne(device, program, "show", "One record, every kept field", "ENTITY/ID", Show,
         std::make_shared<RecordsOptions>())
      ->footer("Example: satchel device show account/6f1c0d4e-… --db jana.db --json");

  auto create = std::make_shared<RecordsOptions>();
  command = AddOne(device, program, "create", "A new record", "ENTITY", Create, create);
  command->add_option("FIELD=VALUE", create->values, "Values as `satchel eval` reads them");
  command->footer(
      "A lookup is a GUID, or ENTITY/GUID where it may point at several.\n"
      "Example: satchel device create contact lastname=Nováková emailaddress1=jana@x.example --db "
      "jana.db");

  auto edit = std::make_shared<RecordsOptions>();
  command = AddOne(device, program, "edit", "Change fields of a record", "ENTITY/ID", Edit, edit);
  command->add_option("FIELD=VALUE", edit->values, "FIELD= clears the field")->required();
  command->footer("Example: satchel device edit account/6f1c0d4e-… city=Brno --db jana.db");

  AddOne(device, program, "delete", "Delete a record", "ENTITY/ID", Delete,
         std::make_shared<RecordsOptions>())
      ->footer("Example: satchel device delete account/6f1c0d4e-… --db jana.db");
}

}  // namespace satchel
