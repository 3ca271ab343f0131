// Some records, and every row that a filter looks at to decide about them, as one user reads them:
// a handful of small reads instead of whole tables.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/context.h"
#include "engine/filter/evaluator.h"
#include "engine/server/crm_server.h"
#include "policy/model/filter.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"
#include "preview/explain/explain.h"

namespace satchel {

// Who reads, and from where. All outlive what is made with it.
struct RecordReader {
  CrmServer& server;
  const Schema& schema;
  const FilterContext& context;
  std::string as = {};  // Empty: the signed-in user.
  const ExplainSink& sink;
  std::stop_token stop = {};
};

class RowsAround : public RowSource {
 public:
  // Of `ids`, those that are there and may be read. `beside`: more fields of the records. What of
  // linked entities the user is refused is left out and told by `Unreadable`.
  [[nodiscard]] static Result<RowsAround> Read(const Query& query,
                                               const std::vector<std::string>& ids,
                                               const std::vector<std::string>& beside,
                                               const RecordReader& reader);

  [[nodiscard]] const RowBatch* Rows(std::string_view entity) const override;
  [[nodiscard]] std::optional<std::size_t> Find(std::string_view entity, std::string_view id) const;
  // Null where the row does not carry the field.
  [[nodiscard]] Cell At(std::string_view entity, std::size_t row, std::string_view field) const;
  [[nodiscard]] std::string IdOf(std::string_view entity, std::size_t row) const;
  // What the entity calls its name; empty: it has none.
  [[nodiscard]] std::string NameOf(std::string_view entity, std::size_t row) const;
  // The version, as servers send it; empty: not told.
  [[nodiscard]] std::string VersionOf(std::string_view entity, std::size_t row) const;
  // The name of what a lookup points at; empty: the server did not tell.
  [[nodiscard]] std::string LabelOf(std::string_view id) const;

  // Why rows of the entity could not be read, one sentence; empty: they could.
  [[nodiscard]] std::string Unreadable(std::string_view entity) const;
  // There are more linked rows than were read.
  [[nodiscard]] bool Cut(const Link& link) const { return cut_.contains(&link); }

 private:
  struct Table {
    const EntitySchema* schema = nullptr;
    std::vector<std::string> fields = {};  // To ask for.
    RowBatch rows = {};
    std::map<std::string, std::size_t, std::less<>> by_id = {};
  };
  using RowList = std::vector<std::size_t>;

  explicit RowsAround(const RecordReader& reader) : schema_(&reader.schema) {}

  [[nodiscard]] Result<> MakeTables(const Query& query, const std::vector<std::string>& beside);
  [[nodiscard]] const Table* Find(std::string_view entity) const;
  // Rows whose `field` has one of the values. `cut`: set where there were too many.
  [[nodiscard]] Result<RowList> ReadWhere(const std::string& entity, const std::string& field,
                                          const std::vector<std::string>& values, bool& cut,
                                          const RecordReader& reader);
  [[nodiscard]] Result<bool> ReadChunk(Table& table, const ReadPlan& plan,
                                       const std::set<std::string>& wanted, std::size_t column,
                                       RowList& found, const RecordReader& reader);
  [[nodiscard]] Result<> Follow(const Group& group, const std::string& entity, const RowList& rows,
                                const RecordReader& reader);
  [[nodiscard]] Result<> Follow(const Link& link, const std::string& entity, const RowList& rows,
                                const RecordReader& reader);
  [[nodiscard]] Result<> Climb(const Condition& condition, const std::string& entity,
                               const RowList& rows, const RecordReader& reader);

  const Schema* schema_;
  std::map<std::string, Table, std::less<>> tables_ = {};
  std::map<std::string, std::string, std::less<>> labels_ = {};
  std::map<std::string, std::string, std::less<>> unreadable_ = {};
  std::set<const Link*> cut_ = {};
  std::map<std::string, std::string, std::less<>> aliases_ = {};  // alias → entity
};

// Whether `text` can be the id of such a record; the sentence says why not.
[[nodiscard]] std::string WhyNoId(const EntitySchema& entity, const Schema& schema,
                                  const std::string& text);

}  // namespace satchel
