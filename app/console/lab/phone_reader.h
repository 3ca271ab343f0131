// Looks into a phone's local database: tables, outbox, timeline and single rows, as values.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/console/lab/phone_view.h"
#include "engine/store/database.h"
#include "engine/store/local_meta.h"
#include "engine/store/local_record.h"
#include "policy/support/result.h"

namespace satchel {

class PhoneReader {
 public:
  // A connection of its own, for one thread.
  explicit PhoneReader(Database& database) : database_(database) {}

  [[nodiscard]] Result<PhoneView> Look(const PhoneQuestion& question);
  // A record as a form shows it. `record` of kNew: an empty one.
  [[nodiscard]] Result<PhoneRecord> Form(const EntitySchema& schema,
                                         const std::vector<std::string>& fields,
                                         const LocalRecord& record, bool is_new);
  // The rows of a list that came from the server.
  [[nodiscard]] Result<PhoneRows> Rows(const EntitySchema& schema,
                                       const std::vector<LocalRecord>& records);
  // Records that a lookup may point at, by their names.
  [[nodiscard]] Result<std::vector<PhoneTarget>> Targets(const std::vector<std::string>& entities,
                                                         const std::string& text,
                                                         std::int64_t most);

 private:
  using RecordKey = std::pair<std::string, std::string>;  // Entity, id.

  [[nodiscard]] Result<> ReadTables(PhoneView& view);
  [[nodiscard]] Result<> ReadChanges(PhoneView& view);
  [[nodiscard]] Result<PhoneRows> ReadRows(const PhoneQuestion& question);
  [[nodiscard]] PhoneChange ChangeOf(const OutboxEntry& entry);
  [[nodiscard]] std::string NameOf(const std::string& entity, const Value& id,
                                   const OutboxEntry* entry);
  [[nodiscard]] std::string ShownOf(const FieldSchema& field, const Value& value);
  [[nodiscard]] RowState StateOf(const std::string& entity, const std::string& id) const;
  [[nodiscard]] Result<std::int64_t> Number(const std::string& sql, const std::string& text = {});

  Database& database_;
  LocalDescription description_ = {};
  std::map<RecordKey, RowState> states_ = {};  // Of records that are not as the server has them.
};

}  // namespace satchel
