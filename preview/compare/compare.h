// What another policy changes on one user's device: both previewed as of one moment, the draft
// (`after`) whole, the published one (`before`) only where it says something else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "policy/check/diff.h"
#include "preview/run/preview.h"

namespace satchel {

struct EntityComparison {
  std::string name = {};
  // Absent: the policy does not have the entity.
  std::optional<EntityPreview> before = {};
  std::optional<EntityPreview> after = {};
  // Nothing that decides its records differs, so the server was asked once: both sides are one
  // answer.
  bool read_once = false;
  std::int64_t added = 0;  // Records on the device after, not before; by id.
  std::int64_t removed = 0;
  std::int64_t kept = 0;
  std::vector<std::string> fields_added = {};  // `fields: all` is what the server has.
  std::vector<std::string> fields_removed = {};
  std::map<std::string, std::string, std::less<>> labels = {};  // Of those, as the server has them.

  // The field's label, or its logical name where the server has none.
  [[nodiscard]] std::string LabelOf(const std::string& field) const {
    const auto label = labels.find(field);
    return label == labels.end() ? field : label->second;
  }
  [[nodiscard]] std::int64_t bytes_difference() const {
    return (after ? after->bytes_on_device : 0) - (before ? before->bytes_on_device : 0);
  }
  // Another set of records or of fields on the device.
  [[nodiscard]] bool different() const {
    return added > 0 || removed > 0 || !fields_added.empty() || !fields_removed.empty();
  }
};

struct ComparedSide {
  std::string name = {};  // The project's.
  std::string content_hash = {};
  std::int64_t records = 0;
  std::int64_t bytes_on_device = 0;
};

struct Comparison {
  std::string server = {};
  std::string as_id = {};
  std::string as_name = {};
  Instant now = {};
  bool exact = true;
  ComparedSide before = {};
  ComparedSide after = {};
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::int64_t kept = 0;
  // Between the policies, by meaning, in the server's labels; the same for every user.
  std::vector<Change> changes = {};
  std::vector<EntityComparison> entities =
      {};  // In the order of `after`, then what only `before` has.
  std::vector<Finding> findings = {};
  int requests = 0;  // What the comparison itself asked of the server, and how long it took.
  double seconds = 0;
  // Where the records can be browsed (compared_records.h). The scratch folders go with them.
  PreviewResult after_preview = {};                  // Whole: as RunPreview gives it.
  std::optional<PreviewResult> before_preview = {};  // Of the entities that were read again.

  [[nodiscard]] bool different() const { return !changes.empty() || added > 0 || removed > 0; }
};

struct CompareProgress {
  bool of_before = false;  // Which policy is being read.
  double fraction = 0;     // Of the entities to be read of both.
  PreviewProgress preview = {};
};
// Called on the thread that runs the comparison.
using CompareSink = std::function<void(const CompareProgress&)>;

struct CompareRequest {
  Policy before = {};
  Policy after = {};
  std::string as = {};              // As PreviewRequest::as.
  std::optional<Instant> now = {};  // Absent: the present.
  // A full preview of `after` as this user that is there already: it is not run again, and its
  // moment is the comparison's. What changed on the server since then counts as a difference of the
  // policies; a finding says so.
  std::optional<PreviewResult> previewed = {};
};

// Fails as RunPreview does, leaving no file behind.
[[nodiscard]] Result<Comparison> RunComparison(const CompareRequest& request, CrmServer& server,
                                               const CompareSink& sink, std::stop_token stop);

// The entities kept offline by `before` that have to be read again, because `after` says something
// else that decides their records or their size. Of the rest, one answer serves both.
[[nodiscard]] std::vector<std::string> EntitiesToReadAgain(const Policy& before,
                                                           const Policy& after,
                                                           const Schema& schema);

}  // namespace satchel
