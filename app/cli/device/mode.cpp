#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <istream>
#include <ostream>

#include "app/cli/device/device_commands.h"
#include "app/cli/device/device_session.h"
#include "app/cli/interrupt.h"
#include "app/cli/json.h"
#include "policy/model/keywords.h"

namespace satchel {

namespace {

struct ModeOptions {
  DeviceOptions device = {};
  std::string mode = {};
  std::string answer = {};
};

ExitCode Mode(const ModeOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  std::string asked;
  DeviceListener listener;
  listener.progress = SyncProgressOn(terminal);
  listener.ask = [&](const modes::Ask& ask) {
    asked = ask.question;
    if (!options.answer.empty()) {
      terminal.Note(ask.question + " " + options.answer);
      return modes::FindChoice(options.answer).value_or(modes::Choice::kStay);
    }
    terminal.Note(ask.question + " (sync, skip or stay)");
    std::string line;
    while (std::getline(terminal.in(), line)) {
      if (const auto choice = modes::FindChoice(line)) return *choice;
      terminal.Note("Please answer sync, skip or stay.");
    }
    return modes::Choice::kStay;
  };
  listener.outcome = [&](const SyncOutcome& outcome) {
    const UploadOutcome& upload = outcome.upload;
    if (upload.conflicts + upload.parked == 0) return;
    terminal.Note(std::to_string(upload.conflicts) + " conflicts and " +
                  std::to_string(upload.parked) +
                  " refused changes wait for you (satchel device conflicts, errors)");
  };
  auto session =
      DeviceSession::Open(options.device, std::move(listener), terminal, interrupt.token());
  if (!session) return session.error();
  Device& device = (*session)->device();
  modes::Tell told;
  if (!options.mode.empty()) {
    const auto switched = device.Switch(
        FindKeyword<DeviceMode>(options.mode).value_or(DeviceMode::kOffline), interrupt.token());
    terminal.EndProgress();
    if (!switched) {
      terminal.Complain(switched.error());
      return ExitCodeOf(switched.error());
    }
    told = *switched;
  }
  const std::string mode(Keyword(device.mode()));
  if (options.device.json) {
    terminal.out() << Print({{"mode", mode},
                             {"question", asked},
                             {"sentence", told.sentence},
                             {"refused", told.refused}});
  } else {
    terminal.out() << (told.sentence.empty() ? mode : told.sentence) << "\n";
  }
  return told.refused ? ExitCode::kFindings : ExitCode::kFine;
}

}  // namespace

void AddDeviceMode(CLI::App& device, Program& program) {
  auto options = std::make_shared<ModeOptions>();
  CLI::App* command =
      device.add_subcommand("mode", "Show the mode, or switch it by the policy's rules");
  command->add_option("MODE", options->mode, "online or offline; left away: only shown")
      ->check(CLI::IsMember({"online", "offline"}));
  options->device.Add(*command);
  command
      ->add_option("--answer", options->answer,
                   "To the question of an inform rule; default: read from standard input")
      ->check(CLI::IsMember({"sync", "skip", "stay"}));
  command->footer(
      "Exit code 1 when the mode stays as it was.\n"
      "Example: satchel device mode online --db jana.db --answer sync");
  command->callback([options, &program] {
    program.run = [options, &program] { return Mode(*options, program.terminal); };
  });
}

}  // namespace satchel
