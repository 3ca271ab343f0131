// The subcommands of `satchel device`, one Add… function per file.
#pragma once

#include "app/cli/command.h"

namespace satchel {

void AddDeviceRun(CLI::App& device, Program& program);
void AddDeviceSync(CLI::App& device, Program& program);
void AddDeviceStatus(CLI::App& device, Program& program);
void AddDeviceRecords(CLI::App& device, Program& program);  // list, show, create, edit, delete
void AddDeviceMode(CLI::App& device, Program& program);
void AddDeviceOutbox(CLI::App& device, Program& program);  // conflicts, errors, resolve

}  // namespace satchel
