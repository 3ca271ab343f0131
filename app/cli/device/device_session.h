// A device of the command line: its database, its server, its policy source, put together from what
// the options say and what the database remembers.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "app/cli/exit_code.h"
#include "app/cli/sources.h"
#include "app/cli/terminal.h"
#include "engine/device/device.h"
#include "engine/device/records.h"

namespace CLI {
class App;
}

namespace satchel {

struct DeviceOptions {
  std::string database = {};
  std::string policy = {};  // File, folder or URL.
  std::string project = {};
  std::string server = {};
  std::string as = {};
  std::string network = "auto";
  bool json = false;

  void Add(CLI::App& command);
};

class DeviceSession {
 public:
  // What goes wrong has been reported when it fails.
  [[nodiscard]] static tl::expected<std::unique_ptr<DeviceSession>, ExitCode> Open(
      const DeviceOptions& options, DeviceListener listener, Terminal& terminal,
      std::stop_token stop);

  [[nodiscard]] Device& device() { return *device_; }
  [[nodiscard]] const DeviceParts& parts() const { return *parts_; }
  [[nodiscard]] Database& edits() { return *edits_; }  // A connection beside the device's own.
  [[nodiscard]] Result<DeviceRecords> records();

 private:
  std::optional<Database> database_ = {};
  std::optional<Database> edits_ = {};
  std::optional<ServerSession> server_ = {};
  std::unique_ptr<PolicySource> policies_ = {};
  std::unique_ptr<Clock> clock_ = {};
  std::unique_ptr<Random> random_ = {};
  std::unique_ptr<Connectivity> connectivity_ = {};
  std::unique_ptr<SyncLock> lock_ = {};
  std::unique_ptr<SyncLock> edit_lock_ = {};
  std::optional<DeviceParts> parts_ = {};
  std::unique_ptr<Device> device_ = {};
};

// Shows a sync's progress as a bar, or as a line per entity where there is no terminal.
[[nodiscard]] SyncSink SyncProgressOn(Terminal& terminal);

}  // namespace satchel
