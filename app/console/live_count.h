// What is known of the records a filter keeps while it is edited, and of the server's saved views.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/server/crm_server.h"
#include "preview/working_set/filter_counter.h"

namespace satchel {

struct LiveCountState {
  bool on = false;  // Somebody asked for it: it reads many records.
  // What is held, and as whom it was read.
  std::string user = {};  // As AppState::user.
  std::string as_name = {};
  std::string why_not_exact = {};
  std::shared_ptr<FilterCounter> counter = {};  // Used on Lane::kCounts only.
  std::vector<WorkingEntity> held = {};
  std::map<std::string, std::chrono::system_clock::time_point> read_at = {};
  bool reading = false;
  std::string reading_entity = {};
  std::int64_t records_read = 0;
  bool counting = false;
  std::string error = {};
  // What was counted last; stays while the next count runs.
  std::string entity = {};
  Query of = {};
  std::optional<FilterCount> result = {};
  std::vector<std::string> words = {};  // Beside result->funnel: what each step says.
};

struct ViewsState {
  std::string entity = {};  // Whose; empty: none were asked for.
  bool reading = false;
  std::vector<ViewInfo> views = {};
  std::vector<std::string> sentences = {};  // Beside them: what each keeps.
  std::string error = {};
};

}  // namespace satchel
