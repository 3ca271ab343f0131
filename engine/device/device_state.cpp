#include "engine/device/device_state.h"

#include <array>
#include <utility>

#include "engine/store/local_meta.h"
#include "policy/model/keywords.h"
#include "policy/yaml/read_policy.h"

namespace satchel {

Result<DeviceState> ReadDeviceState(Database& database) {
  DeviceState state;
  std::string policy;
  std::string mode;
  std::string last;
  std::string pending;
  std::string foreground;
  const std::array<std::pair<const char*, std::string*>, 11> kNames = {{
      {"policy", &policy},
      {"policy_tag", &state.policy_tag},
      {"mode", &mode},
      {"last_sync", &last},
      {"structure_pending", &pending},
      {"foreground", &foreground},
      {"device_server", &state.server},
      {"device_source", &state.source},
      {"device_project", &state.project},
      {"device_as", &state.as},
      {"user_name", &state.user_name},
  }};
  for (const auto& [name, place] : kNames) {
    auto value = ReadMeta(database, name);
    if (!value) return Fail(value.error());
    *place = *std::move(value);
  }
  auto user = ReadMeta(database, "user");
  if (!user) return Fail(user.error());
  state.user = *std::move(user);
  if (!policy.empty()) {
    ReadPolicy read = ParsePolicy(policy);
    if (HasErrors(read.findings)) {
      return Fail(ErrorCode::kCorrupt, "the policy stored on the device cannot be read: " +
                                           read.findings.front().message +
                                           " (the database is damaged)");
    }
    state.policy = std::move(read.policy);
  }
  state.mode = FindKeyword<DeviceMode>(mode);
  state.last_sync = ParseInstant(last);
  state.structure_pending = pending == "1";
  state.foreground = foreground == "1";
  return state;
}

Result<> WritePolicy(Database& database, const ArrivedPolicy& policy) {
  if (auto put = WriteMeta(database, "policy", policy.text); !put) return put;
  return WriteMeta(database, "policy_tag", policy.tag);
}

Result<> WriteMode(Database& database, DeviceMode mode) {
  return WriteMeta(database, "mode", std::string(Keyword(mode)));
}

Result<> WriteLastSync(Database& database, Instant at) {
  return WriteMeta(database, "last_sync", ToString(at));
}

Result<> WriteStructurePending(Database& database, bool pending) {
  return WriteMeta(database, "structure_pending", pending ? "1" : "0");
}

Result<> WriteForeground(Database& database, bool running) {
  return WriteMeta(database, "foreground", running ? "1" : "0");
}

Result<> WriteBinding(Database& database, const DeviceState& state) {
  if (auto put = WriteMeta(database, "device_server", state.server); !put) return put;
  if (auto put = WriteMeta(database, "device_source", state.source); !put) return put;
  if (auto put = WriteMeta(database, "device_project", state.project); !put) return put;
  if (auto put = WriteMeta(database, "user_name", state.user_name); !put) return put;
  return WriteMeta(database, "device_as", state.as);
}

}  // namespace satchel
