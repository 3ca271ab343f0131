// The key in a URL, "accounts(…)", and the row it names.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/sandbox/web/call.h"
#include "engine/filter/sql.h"

namespace satchel::sandbox {

struct RowKey {
  std::optional<Guid> id = {};  // Nothing: an alternate key that no row has.
  // Of an alternate key: its columns, for an upsert that creates the row.
  std::vector<std::pair<const Attribute*, SqlValue>> values = {};
};

// By primary key or alternate key. 400 for names and numbers of key properties that are none.
[[nodiscard]] Answer<RowKey> FindKey(Call& call, const Table& table, const Segment& segment);
// FindKey where the row must be named: 404 when an alternate key has no row.
[[nodiscard]] Answer<Guid> RequireKey(Call& call, const Table& table, const Segment& segment);

// The version of a row, whoever may see it; nothing when there is none.
[[nodiscard]] Answer<std::optional<std::int64_t>> VersionOf(Database& database, const Table& table,
                                                            const Guid& id);
// 404: "account With Id = … Does Not Exist".
[[nodiscard]] tl::unexpected<ApiError> DoesNotExist(const Table& table, const Guid& id);
// Whether a lookup's relationship leads to a table. Owners are users and teams.
[[nodiscard]] bool LeadsTo(const Relationship& lookup, std::string_view table);
// The table of an entity set: 404 when there is none.
[[nodiscard]] Answer<const Table*> FindSet(const Call& call, std::string_view set_name);

// "contacts(…)", "/contacts(…)", an absolute URL of this server, an alternate key: the row meant.
struct Reference {
  const Table* table = nullptr;
  Guid id = {};
};
[[nodiscard]] Answer<Reference> ParseReference(Call& call, std::string_view text);

}  // namespace satchel::sandbox
