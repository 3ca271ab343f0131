// Writing rows: what a body says, defaults, rights, versions, cascades. All inside a transaction.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/sandbox/json/value.h"
#include "app/sandbox/web/call.h"
#include "engine/filter/sql.h"

namespace satchel::sandbox {

// A writing transaction, or a part of the change set around it.
class WriteScope {
 public:
  [[nodiscard]] static Answer<WriteScope> Begin(Call& call);
  [[nodiscard]] Answer<> Commit();

 private:
  std::unique_lock<std::mutex> lock_;
  std::optional<Transaction> transaction_;  // After the lock: rolled back before it is let go.
};

// One column to set.
struct Change {
  const Attribute* attribute = nullptr;
  SqlValue value = {};
  std::string target = {};  // Of a lookup: the entity it points to.
};

// The columns a JSON object sets; annotations are skipped, "@odata.bind" resolved. Refuses unknown
// properties. Columns that may not be written in this way are silently left out, as the server
// does.
[[nodiscard]] Answer<std::vector<Change>> ReadChanges(Call& call, const Table& table,
                                                      const JsonValue& body, bool create);

// 403 where the caller lacks this right to the row.
[[nodiscard]] Answer<> CheckRight(Call& call, const Table& table, Right right, const Guid& id);

[[nodiscard]] Answer<Guid> InsertRow(Call& call, const Table& table, std::optional<Guid> id,
                                     std::vector<Change> changes);
[[nodiscard]] Answer<> UpdateRow(Call& call, const Table& table, const Guid& id,
                                 std::vector<Change> changes);
// With everything its relationships say: children deleted, unlinked, or the delete refused (405).
[[nodiscard]] Answer<> DeleteRow(Call& call, const Table& table, const Guid& id);

// Rows of an intersect table.
[[nodiscard]] Answer<> Connect(Call& call, const ManyToManyRelationship& many, const Guid& one,
                               const Guid& two);
[[nodiscard]] Answer<> Disconnect(Call& call, const ManyToManyRelationship& many, const Guid& one,
                                  const Guid& two);

// A random id (version 4).
[[nodiscard]] Guid NewGuid();

}  // namespace satchel::sandbox
