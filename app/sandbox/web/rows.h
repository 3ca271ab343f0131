// Rows of one table as JSON objects, as the OData options ask for them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/sandbox/json/writer.h"
#include "app/sandbox/query/render.h"
#include "app/sandbox/query/select.h"
#include "app/sandbox/query/visible.h"
#include "app/sandbox/web/call.h"
#include "app/sandbox/web/read_options.h"

namespace satchel::sandbox {

class Rows {
 public:
  // Reads `table` as the call's user sees it. `where`: a further SQL condition over t0, or empty.
  [[nodiscard]] static Answer<Rows> Prepare(Call& call, const Table& table,
                                            const ReadOptions& options, std::string_view where,
                                            int depth = 0);

  [[nodiscard]] Select& select() { return select_; }
  // "accounts(name,revenue)": what follows "$metadata#".
  [[nodiscard]] const std::string& context() const { return context_; }
  // The members of one row's object, etag first; brackets are the caller's.
  [[nodiscard]] Answer<> WriteMembers(JsonWriter& out, const Statement& row);

 private:
  struct Expand {
    std::string navigation = {};
    const Table* table = nullptr;
    const Relationship* one = nullptr;             // Single-valued or 1:N …
    const ManyToManyRelationship* many = nullptr;  // … or N:N.
    bool collection = false;
    // Of a single-valued one: rows already written for this answer, by id. Many rows point at few.
    std::map<Guid, std::string> written = {};
    int lookup = -1;  // Of a single-valued one: index of its column.
    ReadOptions options = {};
  };

  explicit Rows(Call& call) : call_(&call) {}
  [[nodiscard]] Answer<> SelectColumns(const ReadOptions& options);
  [[nodiscard]] Answer<> SetOrder(const ReadOptions& options);
  [[nodiscard]] Answer<> SetExpands(const ReadOptions& options);
  [[nodiscard]] Answer<> WriteExpand(JsonWriter& out, Expand& expand, const Statement& row);
  [[nodiscard]] Answer<> WriteCollection(JsonWriter& out, const Expand& expand,
                                         const Statement& row) const;
  void AddColumn(const Attribute& attribute);

  Call* call_;
  const Table* table_ = nullptr;
  int depth_ = 0;
  Select select_;
  std::size_t visible_columns_ = 0;  // The rest serve expands.
  std::vector<Expand> expands_;
  std::string context_;
  RenderOptions render_;
};

// SQL over t0 of the rows of a navigation's table that belong to the row `id` of `table`.
[[nodiscard]] std::string BelongsTo(const Metadata& metadata, const Table& table,
                                    const Relationship* one, const ManyToManyRelationship* many,
                                    std::string_view navigation, const Guid& id);

}  // namespace satchel::sandbox
