#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/device/device_commands.h"
#include "app/cli/device/device_json.h"
#include "app/cli/device/device_session.h"
#include "app/cli/interrupt.h"
#include "policy/model/keywords.h"
#include "policy/support/units.h"

namespace satchel {

namespace {

struct SyncOptions {
  DeviceOptions device = {};
  std::string style = {};
  bool full = false;
  bool sweep = false;
};

void PrintOutcome(const SyncOutcome& outcome, Terminal& terminal) {
  const UploadOutcome& upload = outcome.upload;
  std::ostream& out = terminal.out();
  out << "upload: " << upload.sent << " sent, " << upload.conflicts << " conflicts, "
      << upload.dropped << " replaced by the server's version, " << upload.parked << " refused, "
      << upload.waiting << " waiting\n";
  std::vector<std::vector<std::string>> rows;
  for (const EntityChange& entity : outcome.entities) {
    rows.push_back({entity.name, entity.full ? "full" : "incremental", HumanCount(entity.received),
                    HumanCount(entity.added), HumanCount(entity.updated),
                    HumanCount(entity.removed), HumanCount(entity.kept),
                    std::to_string(entity.requests), entity.why});
  }
  if (!rows.empty()) {
    PrintTable(out,
               {{"Entity"},
                {"Way"},
                {"Received", true},
                {"Added", true},
                {"Updated", true},
                {"Removed", true},
                {"Kept", true},
                {"Requests", true},
                {"Why"}},
               rows);
  }
  const AttachmentOutcome& files = outcome.attachments;
  if (files.kept + files.removed + files.left_out + files.failed > 0) {
    out << "attachments: " << HumanCount(files.kept) << " kept, " << HumanCount(files.fetched)
        << " fetched (" << HumanSize(files.bytes) << "), " << HumanCount(files.removed)
        << " removed, " << HumanCount(files.left_out) << " left out by the limits, "
        << HumanCount(files.failed) << " not there yet\n";
  }
  for (const std::string& warning : outcome.warnings) terminal.Note("warning: " + warning);
}

ExitCode Sync(const SyncOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  DeviceListener listener;
  listener.progress = SyncProgressOn(terminal);
  listener.event = [&](const DeviceEvent& event) {
    if (event.kind == DeviceEvent::Kind::kPolicy) terminal.Note(event.text);
  };
  auto session =
      DeviceSession::Open(options.device, std::move(listener), terminal, interrupt.token());
  if (!session) return session.error();
  Device::ByHand how = {.full = options.full, .sweep = options.sweep};
  if (!options.style.empty()) how.style = FindKeyword<SyncStyle>(options.style);
  const SyncOutcome outcome = (*session)->device().Synchronize(how, interrupt.token());
  terminal.EndProgress();
  if (options.device.json) {
    terminal.out() << Print(ToJson(outcome));
  } else if (outcome.succeeded() || outcome.upload.requests > 0 || !outcome.entities.empty()) {
    PrintOutcome(outcome, terminal);
  }
  if (!outcome.succeeded()) {
    terminal.Complain(outcome.WhyNot());
    return outcome.error ? ExitCodeOf(*outcome.error) : ExitCode::kNoAccess;
  }
  const bool attention = outcome.upload.conflicts > 0 || outcome.upload.parked > 0;
  return attention ? ExitCode::kFindings : ExitCode::kFine;
}

}  // namespace

void AddDeviceSync(CLI::App& device, Program& program) {
  auto options = std::make_shared<SyncOptions>();
  CLI::App* command =
      device.add_subcommand("sync", "Upload what was changed here, download what changed there");
  options->device.Add(*command);
  command->add_option("--style", options->style, "Default: sync.style of the policy")
      ->check(CLI::IsMember({"foreground", "background"}));
  command->add_flag("--full", options->full, "Read everything again");
  command->add_flag("--sweep", options->sweep, "Reconcile every entity, whatever the policy says");
  command->footer(
      "Exit code 1 when it met conflicts or refusals that wait for you (satchel device conflicts,\n"
      "errors).\n"
      "Examples:\n"
      "  satchel device sync --db jana.db --policy field-service.yaml --server prod --as "
      "jana@contoso.example\n"
      "  satchel device sync --db jana.db --json");
  command->callback([options, &program] {
    program.run = [options, &program] { return Sync(*options, program.terminal); };
  });
}

}  // namespace satchel
