// The console with the fake workbench behind it: what the window test drives.
#include <cstdio>

#include "app/console/application.h"
#include "tests/app/console/fake_workbench.h"

int main(int argc, char** argv) {
  const satchel::ParsedOptions parsed = satchel::ParseOptions(argc, argv);
  if (parsed.exit) {
    std::fputs(parsed.text.c_str(), *parsed.exit == 0 ? stdout : stderr);
    return *parsed.exit;
  }
  auto workbench = std::make_shared<satchel::FakeWorkbench>();
  const bool without_window = !parsed.options.shot.empty() || !parsed.options.script.empty();
  return without_window ? satchel::TakeShot(parsed.options, workbench)
                        : satchel::RunWindow(parsed.options, workbench);
}
