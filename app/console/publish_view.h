// The draft beside what is published: computed off the console thread, drawn by two screens.
#pragma once

#include <string>
#include <vector>

#include "app/console/change_words.h"
#include "policy/check/diff.h"
#include "preview/publish/publish.h"
#include "preview/publish/text_diff.h"

namespace satchel {

// A line of the YAML difference as it is shown: the lines around what changed, part by part.
struct DiffRow {
  std::string header = {};  // "entities / account"; then `line` says nothing.
  DiffLine line = {};
  bool structural = false;
};

struct PublishView {
  std::vector<PublishedVersion> history = {};             // Newest first.
  std::vector<std::vector<Change>> steps = {};            // Beside it: what each changed.
  std::vector<std::vector<ChangeWords>> step_words = {};  // The same, to be shown.
  std::vector<Change> changes = {};                       // From the newest to the draft.
  std::vector<ChangeWords> change_words = {};             // Beside it.
  std::vector<DiffRow> rows = {};
  int added = 0;  // Lines.
  int removed = 0;
  std::vector<GateItem> gate = {};
  [[nodiscard]] int newest() const { return history.empty() ? 0 : history.front().version; }
};

struct ViewRequest {
  Policy draft = {};
  std::optional<Schema> schema = {};
  std::filesystem::path folder = {};
  std::vector<Finding> measured = {};
  std::map<std::string, std::string> acknowledged = {};
};
[[nodiscard]] Result<PublishView> MakePublishView(const ViewRequest& request);
// The rows of a difference with a few lines around each change.
[[nodiscard]] std::vector<DiffRow> RowsOf(const std::vector<DiffLine>& lines,
                                          const std::vector<Change>& changes);

}  // namespace satchel
