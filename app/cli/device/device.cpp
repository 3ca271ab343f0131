#include <CLI/App.hpp>
#include <CLI/CLI.hpp>

#include "app/cli/device/device_commands.h"

namespace satchel {

void AddDevice(CLI::App& app, Program& program) {
  CLI::App* device = app.add_subcommand(
      "device", "A real headless device: its records, its syncs, its modes, its conflicts");
  device->require_subcommand(1);
  device->footer(
      "A device is one database file. The first command that names it also says what it follows:\n"
      "  satchel device sync --db jana.db --policy published/ --server prod --as "
      "jana@contoso.example\n"
      "After that --db is enough:\n"
      "  satchel device list account --db jana.db\n"
      "  satchel device edit account/6f1c… city=Brno --db jana.db\n"
      "  satchel device run --db jana.db\n\n"
      "satchel device COMMAND --help explains a command.");
  AddDeviceRun(*device, program);
  AddDeviceSync(*device, program);
  AddDeviceStatus(*device, program);
  AddDeviceRecords(*device, program);
  AddDeviceMode(*device, program);
  AddDeviceOutbox(*device, program);
}

}  // namespace satchel
