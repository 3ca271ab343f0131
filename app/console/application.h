// The console put together: jobs, controller and window content, behind a window or without one.
#pragma once

#include <functional>
#include <memory>

#include "app/console/console_ui.h"
#include "app/console/controller.h"
#include "app/console/options.h"
#include "app/console/png.h"

namespace satchel {

// Everything but the pixels' destination. Needs a current Dear ImGui context.
class Application {
 public:
  Application(std::shared_ptr<Workbench> workbench, Controller::Surroundings surroundings,
              std::function<void()> wake);

  // What the command line asks for; a preview starts by itself once it can when `run_preview`.
  void Start(const Options& options, bool run_preview);
  // Delivers what jobs have ready, and carries out what follows from it. True when anything
  // changed.
  bool Deliver();
  // One frame between ImGui::NewFrame and ImGui::Render, and the commands it caused.
  void Frame(double now, const Fonts& fonts);
  // After a frame: texts used characters that the fonts lack. Load fonts with `characters` then.
  [[nodiscard]] bool WantsFonts();
  [[nodiscard]] const Characters& characters() const { return characters_; }
  [[nodiscard]] bool idle() const { return jobs_.idle() && !preview_due_; }
  [[nodiscard]] bool busy() const;  // A job whose progress is on screen is running.
  void WaitForJobs() { jobs_.WaitForCompletion(); }

  [[nodiscard]] const AppState& state() const { return controller_.state(); }
  [[nodiscard]] FrameRecord& record() { return record_; }
  [[nodiscard]] Controller& controller() { return controller_; }
  [[nodiscard]] JobQueue& jobs() { return jobs_; }

 private:
  JobQueue jobs_;  // Before the controller: completions never outlive it.
  Controller controller_;
  ConsoleUi ui_;
  FrameRecord record_;
  CommandQueue commands_;
  Characters characters_;
  bool preview_due_ = false;
};

// --shot and --script: draws until everything asked for is there, plays the script, writes the
// picture. The exit code.
[[nodiscard]] int TakeShot(const Options& options, std::shared_ptr<Workbench> workbench);
// The window. The exit code: 3 when there is no display.
[[nodiscard]] int RunWindow(const Options& options, std::shared_ptr<Workbench> workbench);

}  // namespace satchel
