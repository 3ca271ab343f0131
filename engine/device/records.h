// Records as the user of a device sees them: from the server while online, from the local database
// while offline. Online a save takes effect on the server at once; offline it waits in the outbox.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "engine/device/device_state.h"
#include "engine/device/world.h"
#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "engine/store/edit_check.h"
#include "engine/store/local_record.h"
#include "policy/model/policy.h"
#include "policy/support/result.h"

namespace satchel {

class DeviceRecords {
 public:
  struct Parts {
    Database& database;  // A connection of its own.
    CrmServer& server;
    Clock& clock;
    Random& random;
    SyncLock& lock;  // Only asked whether a foreground sync holds it.
  };
  // Reads mode and policy as they are now.
  [[nodiscard]] static Result<DeviceRecords> Open(const Parts& parts);

  // Whether reads and writes of the entity go to the server. kNotFound: not in the policy.
  [[nodiscard]] Result<bool> Live(const std::string& entity) const;

  [[nodiscard]] Result<std::vector<LocalRecord>> List(const std::string& entity,
                                                      const ListOptions& options,
                                                      std::stop_token stop);
  [[nodiscard]] Result<LocalRecord> Show(const std::string& entity, const std::string& id,
                                         std::stop_token stop);
  // As it is on the server now, whatever the mode, as the signed-in user reads it.
  [[nodiscard]] Result<LocalRecord> ShowOnServer(const std::string& entity, const std::string& id,
                                                 std::stop_token stop);
  // Whether changes of the record wait for upload.
  [[nodiscard]] Result<bool> Pending(const std::string& entity, const std::string& id) const;
  // While a foreground sync runs each of these is refused with a sentence. Returns the id; empty
  // where a server that numbers its records did not tell the number.
  [[nodiscard]] Result<std::string> Create(const std::string& entity,
                                           const std::vector<FieldText>& values,
                                           std::stop_token stop);
  [[nodiscard]] Result<> Edit(const std::string& entity, const std::string& id,
                              const std::vector<FieldText>& values, std::stop_token stop);
  [[nodiscard]] Result<> Delete(const std::string& entity, const std::string& id,
                                std::stop_token stop);

 private:
  DeviceRecords(const Parts& parts, DeviceState state) : parts_(parts), state_(std::move(state)) {}

  [[nodiscard]] Result<> MayEdit() const;
  [[nodiscard]] Result<Schema> ServerSchema(const std::string& entity, std::stop_token stop);
  // `as` empty: the signed-in user.
  [[nodiscard]] Result<std::vector<LocalRecord>> Read(const Query& query,
                                                      const ListOptions& options,
                                                      const std::string& as, std::stop_token stop);
  [[nodiscard]] Result<LocalRecord> ReadOne(const std::string& entity, const std::string& id,
                                            const std::string& as, std::stop_token stop);
  [[nodiscard]] Result<WriteResult> Send(WriteOperation operation, const Schema& schema,
                                         std::stop_token stop);

  Parts parts_;
  DeviceState state_;
};

}  // namespace satchel
