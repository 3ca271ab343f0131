#include "app/cli/preview_progress.h"

#include "policy/support/units.h"

namespace satchel {

void ShowProgress(Terminal& terminal, const std::string& who, const PreviewProgress& progress,
                  double fraction) {
  const std::string where = (who.empty() ? "" : who + ": ") + progress.entity;
  if (progress.entity_done) {
    terminal.Milestone(where + ": " + HumanCount(progress.records) +
                       (progress.records == 1 ? " record" : " records"));
  }
  if (progress.waiting) terminal.Milestone(where + ": " + progress.step);
  terminal.Progress(fraction, where + ", " + progress.step + ", " +
                                  HumanCount(progress.total_records) + " records, " +
                                  HumanSize(progress.bytes));
}

double FractionOf(const PreviewProgress& progress) {
  if (progress.count == 0) return 0;
  if (progress.step == "publishing") return 1;  // After every entity.
  return static_cast<double>(progress.index + (progress.entity_done ? 1 : 0)) /
         static_cast<double>(progress.count);
}

CheckSink ProgressOfCheck(Terminal& terminal) {
  return [&terminal](const CheckProgress& at) {
    if (at.user_done) {
      terminal.Milestone(at.user + ": " + HumanCount(at.preview.total_records) + " records");
      return;
    }
    PreviewProgress quiet = at.preview;
    quiet.entity_done = false;
    const double done = static_cast<double>(at.index) + FractionOf(at.preview);
    ShowProgress(terminal, at.user, quiet, done / static_cast<double>(at.count));
  };
}

}  // namespace satchel
