// A filter: which records of an entity match. Plain values with ==.
//
// Values are kept as the text the author wrote; the field's type decides what they mean, so a
// filter can be read, printed and compared without a server's schema.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/model/operators.h"

namespace satchel {

struct Condition {
  std::string entity = {};  // Alias of a link this condition speaks of; empty: the group's entity.
  std::string field = {};
  Operator op = Operator::kEq;
  std::vector<std::string> values = {};
  std::string value_of =
      {};  // "other_field" or "alias.field": compare two columns; values is empty.
  std::string notes = {};
};

enum class LinkType : std::uint8_t {
  // Under an entity or link: joins.
  kInner,
  kOuter,
  kExists,
  kIn,
  kMatchFirst,
  // Inside a filter: tests. A test directly under an entity means the same as inside its filter.
  kAny,
  kNotAny,
  kAll,
  kNotAll,
};
// "inner" … "matchfirstrowusingcrossapply" … "not all".
[[nodiscard]] std::string_view Name(LinkType type);
[[nodiscard]] std::optional<LinkType> FindLinkType(std::string_view name);
[[nodiscard]] bool IsTest(LinkType type);  // any, not any, all, not all.

enum class Conjunction : std::uint8_t { kAnd, kOr };

struct Node;
struct Link;

// GCC wants every member to have a default, or it warns at designated initializers. Clang 14 cannot
// give one to a list of a type it does not know yet, and does not warn; the value is the same.
#if defined(__clang__)
#define SATCHEL_EMPTY
#else
#define SATCHEL_EMPTY = {}
#endif

struct Group {
  Conjunction conjunction = Conjunction::kAnd;
  std::vector<Node> nodes SATCHEL_EMPTY;  // Empty: keeps everything.
  std::string notes = {};

  [[nodiscard]] bool empty() const;
};

struct OrderItem {
  std::string entity = {};  // Alias of a link, or empty.
  std::string field = {};
  bool descending = false;
  friend bool operator==(const OrderItem&, const OrderItem&) = default;
};

// FetchXML link-entity. `from` is the field on the linked entity, `to` the field on the parent.
struct Link {
  std::string entity = {};
  std::string from = {};
  std::string to = {};
  LinkType type = LinkType::kInner;
  std::string alias = {};
  bool intersect = false;
  Group filter SATCHEL_EMPTY;
  std::vector<OrderItem> order = {};  // Decides which row matchfirst… sees.
  std::vector<Link> links SATCHEL_EMPTY;
  std::string notes = {};
};

#undef SATCHEL_EMPTY

struct Node {
  std::variant<Condition, Group, Link> item;
};

bool operator==(const Condition&, const Condition&);
bool operator==(const Group&, const Group&);
bool operator==(const Link&, const Link&);
bool operator==(const Node&, const Node&);

// Which records of `entity` are meant: what a fetch says, and what an offline entity of a policy
// says.
struct Query {
  std::string entity = {};
  Group filter = {};
  std::vector<Link> links = {};
  std::vector<OrderItem> order = {};
  std::int64_t top = 0;  // 0: no limit.
  friend bool operator==(const Query&, const Query&) = default;
};

// Every entity the query reads, its own and those of all its links; sorted, each once.
[[nodiscard]] std::vector<std::string> EntitiesNamed(const Query& query);

}  // namespace satchel
