// Rows outside the filter too, so that a filter can be counted while it is edited: keys plus the
// fields that filters use, as one user reads them, read once into a scratch file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/filter/server_query.h"
#include "engine/server/crm_server.h"
#include "engine/store/scratch_folder.h"
#include "policy/model/policy.h"
#include "preview/working_set/tuning.h"

namespace satchel {

// What is held of one entity.
struct WorkingEntity {
  std::string name = {};
  std::vector<std::string> fields = {};  // Sorted, the key among them.
  std::int64_t records = 0;
  bool capped = false;  // The server has more.
  Instant read_at = {};
};

struct WorkingSetRequest {
  std::vector<NeededFields> needs = {};
  std::string as = {};                // User id, domain name or e-mail; empty: the signed-in user.
  std::optional<Instant> now = {};    // Absent: the present.
  std::int64_t cap = kWorkingSetCap;  // Records per entity.
};

// One reading: what a WorkingSet takes in.
struct WorkingRead {
  std::string as_id = {};
  std::string as_name = {};
  std::string why_not_exact = {};  // Empty: the user reads the same.
  FilterContext context = {};
  Schema schema = {};
  std::vector<WorkingEntity> entities = {};
  std::int64_t bytes = 0;  // On the wire.
  int requests = 0;
  double seconds = 0;
  std::filesystem::path database = {};
  // The folder it lies in, mode 0700, the file 0600; the last one to let go of it removes it.
  std::shared_ptr<const ScratchFolder> scratch = {};
};

struct WorkingProgress {
  std::string entity = {};
  std::int64_t records = 0;  // Of the whole reading so far.
};
using WorkingSink = std::function<void(const WorkingProgress&)>;

// What counting the query takes: the fields it decides by, and of its own entity also the name and
// the fields that nearly every filter comes to use.
[[nodiscard]] std::vector<NeededFields> WorkingNeeds(const Query& query, const Schema& schema);
// The entities to read again, each with everything that is wanted or already held of it; empty when
// all of it is held.
[[nodiscard]] std::vector<NeededFields> MissingFrom(const std::vector<WorkingEntity>& held,
                                                    const std::vector<NeededFields>& needs);

// Asks `server` for every record of the entities, whatever the policy's filters say.
[[nodiscard]] Result<WorkingRead> ReadWorkingSet(const WorkingSetRequest& request,
                                                 CrmServer& server, const WorkingSink& sink,
                                                 std::stop_token stop);

}  // namespace satchel
