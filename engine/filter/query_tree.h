// A query held against the schema: every entity, field and alias found, every condition checked for
// operator, type and number of values. What compiles a query for SQL or for a server starts here;
// the plain evaluator does not.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/model/filter.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

// Fields of one kind compare with each other. Ids kept as text or numbers (services without GUIDs)
// are of those kinds.
enum class FieldKind : std::uint8_t {
  kText,
  kNumber,  // Whole and scaled decimals: exact.
  kDouble,
  kBoolean,
  kChoice,
  kId,
  kDateTime,
  kDateTimeTzi,
  kDateOnly,
  kMultiSelect,
};
[[nodiscard]] FieldKind KindOf(const FieldSchema& field, const Schema& schema);
// Digits after the point of a kNumber field as stored; 0 for whole numbers.
[[nodiscard]] int StoredScale(const FieldSchema& field);
// Whether equal values of the two are kept as equal SQL values.
[[nodiscard]] bool StoredAlike(const FieldSchema& a, const FieldSchema& b, const Schema& schema);

// One entity in the query: the query's own, or a link's.
struct Source {
  const EntitySchema* entity = nullptr;
  const Link* link = nullptr;  // Null at the root.
  Source* parent = nullptr;
  const FieldSchema* from = nullptr;  // On this entity; null at the root.
  const FieldSchema* to = nullptr;    // On the parent.

  std::vector<std::unique_ptr<Source>> joins = {};  // inner, outer, exists, in, matchfirst…
  std::vector<std::unique_ptr<Source>> tests = {};  // any … not all, in the filter or beside it.

  // Something outside this source's part of the query names a field of it or of what it joins.
  bool named = false;
  // Its own filter names a field of what it joins.
  bool names_below = false;
  // Sources around it that something inside its part of the query names.
  std::vector<const Source*> outside = {};

  [[nodiscard]] const Group* filter() const;
  [[nodiscard]] const Source* TestOf(const Link& test) const;
};

struct NamedField {
  const Source* source = nullptr;
  const FieldSchema* field = nullptr;
};

// Points into the query and the schema: both must outlive it.
class QueryTree {
 public:
  // `ordered`: orders are used too, so they must be right and count as naming.
  [[nodiscard]] static Result<QueryTree> Make(const Query& query, const Schema& schema,
                                              bool ordered = true);

  [[nodiscard]] const Source& root() const { return *root_; }
  [[nodiscard]] const NamedField& FieldOf(const Condition& condition) const;
  [[nodiscard]] const NamedField& OtherOf(const Condition& condition) const;  // valueof
  [[nodiscard]] const NamedField& FieldOf(const OrderItem& item) const;

 private:
  friend class TreeBuilder;
  std::unique_ptr<Source> root_;
  std::unordered_map<const void*, NamedField> fields_;
  std::unordered_map<const void*, NamedField> others_;
};

// "condition 'revenue gt abc' of account", for the front of an error's message.
[[nodiscard]] std::string Describe(const Condition& condition, std::string_view entity);

}  // namespace satchel
