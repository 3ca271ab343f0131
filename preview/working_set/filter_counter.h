// Counts a filter over a working set, and each of its conditions. Answers of single conditions are
// kept as a bit per record, so an edit costs the one condition that changed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "policy/model/filter.h"
#include "preview/run/records.h"
#include "preview/working_set/working_set.h"

namespace satchel {

// A condition, group or link right under the entity.
struct FunnelStep {
  std::string path = {};   // "filter.and[1]", "links[0]": as findings name it, below the entity.
  std::int64_t alone = 0;  // Records it keeps by itself.
  std::int64_t so_far =
      0;  // Records that this and all steps before it keep; in an OR: any of them.
};

struct FilterCount {
  std::int64_t all = 0;      // Records of the entity.
  std::int64_t matched = 0;  // Before max_records.
  bool estimated = false;    // An entity it looks at was capped.
  int left_out = 0;          // Conditions that cannot be asked as they stand.
  std::vector<FunnelStep> funnel = {};
  // What every condition, group and link outside of links keeps by itself, by its path.
  std::map<std::string, std::int64_t> alone = {};
  std::vector<RecordColumn> columns = {};  // Of the sample: the name, then fields of the filter.
  std::vector<RecordRow> sample = {};      // Spread evenly over what matched.
  double seconds = 0;
};

// One thread at a time.
class FilterCounter {
 public:
  // In a scratch folder of its own that goes away with it.
  [[nodiscard]] static Result<std::unique_ptr<FilterCounter>> Make();
  virtual ~FilterCounter() = default;
  // Replaces what it holds of the entities that were read.
  [[nodiscard]] virtual Result<> Take(const WorkingRead& read) = 0;
  [[nodiscard]] virtual const std::vector<WorkingEntity>& held() const = 0;
  // `schema` is the server's. kNotFound when the query needs something that is not held. kCancelled
  // within 100 ms of `stop`; what was found out until then is kept. Conditions that cannot be asked
  // as they stand, as for want of a value, are left out.
  [[nodiscard]] virtual Result<FilterCount> Count(const Query& query, const Schema& schema,
                                                  std::stop_token stop) = 0;
};

}  // namespace satchel
