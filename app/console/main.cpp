#include <cstdio>

#include "app/console/application.h"
#include "app/console/engine_workbench.h"

int main(int argc, char** argv) {
  const satchel::ParsedOptions parsed = satchel::ParseOptions(argc, argv);
  if (parsed.exit) {
    std::fputs(parsed.text.c_str(), *parsed.exit == 0 ? stdout : stderr);
    return *parsed.exit;
  }
  auto workbench = satchel::MakeEngineWorkbench();
  const bool without_window = !parsed.options.shot.empty() || !parsed.options.script.empty();
  return without_window ? satchel::TakeShot(parsed.options, std::move(workbench))
                        : satchel::RunWindow(parsed.options, std::move(workbench));
}
