#include "engine/server/server_time.h"

#include "engine/http/http_date.h"

namespace satchel {

Result<HighWater> NoteServerTime(Connection& connection, const EntitySchema& entity,
                                 const std::string& target, const std::vector<Header>& headers,
                                 std::stop_token stop) {
  if (entity.modified.empty()) return HighWater{};
  const auto answer = connection.Get(target, headers, stop);
  if (!answer) return Fail(answer.error().While(entity.name));
  const auto date = ParseHttpDate(answer->Find("Date"));
  if (!date) return HighWater{};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(date->time_since_epoch()).count();
  return HighWater{.kind = HighWater::Kind::kTime, .time = {seconds * kTicksPerSecond}};
}

}  // namespace satchel
