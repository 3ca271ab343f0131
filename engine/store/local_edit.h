// Editing records on the device: a change of the local table and its outbox entry in one short
// transaction, on a connection of its own, while a background sync may be running on another.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/record/guid.h"
#include "engine/record/instant.h"
#include "engine/store/database.h"
#include "engine/store/edit_check.h"
#include "engine/store/local_tables.h"
#include "engine/store/outbox.h"
#include "policy/model/policy.h"
#include "policy/support/result.h"

namespace satchel {

class LocalEdits {
 public:
  struct World {
    std::function<Guid()> new_id = {};
    std::function<Instant()> now = {};
  };

  // `database` is a connection of its own, opened for use as a device, and outlives this.
  LocalEdits(Database& database, Policy policy, World world);

  // After another policy arrived.
  void SetPolicy(Policy policy) { policy_ = std::move(policy); }

  // kDenied: the policy does not allow it. kInvalid: a value is wrong. kNotFound: no such entity,
  // field or record on the device. kConflict: the record is just being deleted. Nothing is changed
  // then. The sentence names the record and the field.
  //
  // Returns the new record's id.
  [[nodiscard]] Result<std::string> Create(const std::string& entity,
                                           const std::vector<FieldText>& values);
  // An empty text clears the field. A field set back to what the server has is no longer pending.
  [[nodiscard]] Result<> Edit(const std::string& entity, const std::string& id,
                              const std::vector<FieldText>& values);
  // A record the server does not know yet simply goes, with its entry.
  [[nodiscard]] Result<> Delete(const std::string& entity, const std::string& id);
  // A row of an N:N intersect entity, by its two lookups. Doing it twice is no error.
  [[nodiscard]] Result<> Associate(const std::string& intersect,
                                   const std::vector<FieldText>& ends);
  [[nodiscard]] Result<> Disassociate(const std::string& intersect,
                                      const std::vector<FieldText>& ends);

 private:
  struct Subject {  // The entity an edit speaks of.
    const EntitySchema* schema = nullptr;
    LocalRows* rows = nullptr;
    const Permissions* allow = nullptr;
  };
  [[nodiscard]] Result<> Refresh();
  [[nodiscard]] Result<Subject> Find(const std::string& entity);
  [[nodiscard]] Result<> CheckTargets(const EntitySchema& entity,
                                      const std::vector<FieldValue>& values);
  [[nodiscard]] Result<bool> Unread(const std::string& entity, const Value& id,
                                    const std::vector<OutboxEntry>& entries);
  [[nodiscard]] Result<> PutUpdate(const Subject& subject, const Value& id, const LocalRow& row,
                                   const std::vector<FieldValue>& values);
  [[nodiscard]] Result<std::vector<FieldValue>> ReadEnds(const Subject& subject,
                                                         const std::vector<FieldText>& ends) const;
  // Runs `work` in a transaction, with the tables as they are then.
  template <class Work>
  [[nodiscard]] auto Carry(Work work) -> decltype(work());

  Database& database_;
  Policy policy_;
  World world_;
  std::string described_ = {};  // The state of the database that tables_ was read from.
  LocalTables tables_ = {};
};

// Refuses to give up a record that was never sent while other unsent changes point at it.
[[nodiscard]] Result<> CheckUnreferenced(Database& database, const LocalTables& tables,
                                         const OutboxEntry& created);

}  // namespace satchel
