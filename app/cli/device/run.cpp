#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <condition_variable>
#include <mutex>
#include <ostream>

#include "app/cli/device/device_commands.h"
#include "app/cli/device/device_json.h"
#include "app/cli/device/device_session.h"
#include "app/cli/interrupt.h"
#include "engine/device/device_thread.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

struct RunOptions {
  DeviceOptions device = {};
  std::string until = {};
};

// "10:31:05  suppressed  on_save: there is no connection"
std::string Line(const DeviceEvent& event) {
  std::string line = ToString(event.at).substr(0, 19) + "Z  " + std::string(Name(event.kind));
  line.resize(std::max<std::size_t>(line.size(), 34), ' ');
  line += event.trigger;
  if (!event.text.empty()) line += (event.trigger.empty() ? "" : ": ") + event.text;
  return Shown(line);
}

ExitCode Run(const RunOptions& options, Terminal& terminal) {
  std::optional<Seconds> limit;
  if (!options.until.empty()) {
    const auto span = ParseDuration(options.until);
    if (!span) {
      terminal.Complain("--for: " + span.error().message);
      return ExitCode::kUsage;
    }
    limit = *span;
  }
  const Interrupt interrupt;
  // Events come on the device's thread, one at a time; nobody else writes to the output then.
  DeviceListener listener;
  listener.event = [&](const DeviceEvent& event) {
    terminal.EndProgress();
    terminal.out() << (options.device.json
                           ? ToJson(event).dump(-1, ' ', false, Json::error_handler_t::replace)
                           : Line(event))
                   << std::endl;
  };
  listener.progress = SyncProgressOn(terminal);
  auto session =
      DeviceSession::Open(options.device, std::move(listener), terminal, interrupt.token());
  if (!session) return session.error();
  Result<> ended;
  {
    DeviceThread thread((*session)->device(), (*session)->parts());
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    const auto never = [] { return false; };
    if (limit) {
      (void)wake.wait_for(lock, interrupt.token(), *limit, never);
    } else {
      (void)wake.wait(lock, interrupt.token(), never);
    }
    thread.Stop();
    ended = thread.Wait();
  }
  terminal.EndProgress();
  if (!ended) {
    terminal.Complain(ended.error());
    return ExitCodeOf(ended.error());
  }
  return ExitCode::kFine;
}

}  // namespace

void AddDeviceRun(CLI::App& device, Program& program) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command =
      device.add_subcommand("run", "Obey the policy's triggers until stopped; one line per event");
  options->device.Add(*command);
  command->add_option("--for", options->until, "Stop by itself after this time (90s, 15m)");
  command->footer(
      "Ctrl+C or SIGTERM stops it cleanly; kill -9 at any moment loses nothing. Other commands "
      "may\n"
      "edit the same device meanwhile. With --json: one JSON object a line.\n"
      "Example: satchel device run --db jana.db");
  command->callback([options, &program] {
    program.run = [options, &program] { return Run(*options, program.terminal); };
  });
}

}  // namespace satchel
