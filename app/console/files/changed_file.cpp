#include "app/console/files/changed_file.h"

#include "policy/support/sha256.h"

namespace satchel {

ChangedFile CompareWithFile(Workbench& workbench, std::string text, const Policy& draft) {
  ChangedFile file;
  file.hash = Sha256Hex(text);
  PolicyText read = workbench.Parse(text);
  file.comments = read.comments;
  for (const Finding& finding : read.findings) {
    if (finding.severity != Severity::kError) continue;
    file.problem = (finding.mark.known() ? ToString(finding.mark) + ": " : "") + finding.message;
    break;
  }
  // Both as Satchel writes them, so that layout is no difference; as it stands when it cannot be
  // read.
  const bool readable = file.problem.empty();
  const std::vector<DiffLine> lines =
      DiffLines(readable ? workbench.Print(read.policy) : text, workbench.Print(draft));
  for (const DiffLine& line : lines) {
    file.difference.added += line.kind == DiffLine::Kind::kAdded ? 1 : 0;
    file.difference.removed += line.kind == DiffLine::Kind::kRemoved ? 1 : 0;
  }
  file.difference.rows = RowsOf(lines, {});
  if (readable) file.policy = std::move(read.policy);
  file.text = std::move(text);
  return file;
}

}  // namespace satchel
