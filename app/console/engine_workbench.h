// The workbench on the real engine.
#pragma once

#include <memory>

#include "app/console/workbench.h"

namespace satchel {

[[nodiscard]] std::shared_ptr<Workbench> MakeEngineWorkbench();

}  // namespace satchel
