// What a server says its entities are: plain values. Connectors fill it, checks and compilers read
// it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/schema/field_type.h"

namespace satchel {

struct Choice {
  std::int64_t value = 0;
  std::string label = {};
  friend bool operator==(const Choice&, const Choice&) = default;
};

struct FieldSchema {
  std::string name = {};   // Logical name; on OData the property's name.
  std::string label = {};  // Display name in the caller's language; else empty.
  FieldType type = FieldType::kString;
  int precision = -1;                     // Decimal places of decimal and money; -1: not said.
  int max_length = 0;                     // Of text, in characters; 0: not said.
  std::vector<std::string> targets = {};  // Entities a lookup may point to; empty: not said.
  std::vector<Choice> choices = {};       // Of choice types, in the server's order.
  std::string wire_name = {};             // Property in JSON answers; empty: the same as name.
  std::string navigation = {};            // OData navigation property of a single-target lookup.
  bool required = false;                  // The server refuses a record without it.
  bool creatable = true;
  bool updatable = true;

  [[nodiscard]] const std::string& wire() const { return wire_name.empty() ? name : wire_name; }
  // A lookup that may point to more than one entity carries its target's name beside the id.
  [[nodiscard]] bool polymorphic() const { return targets.size() > 1; }
  friend bool operator==(const FieldSchema&, const FieldSchema&) = default;
};

// A collection-valued way to related records (1:N), as OData lambdas need it.
struct Collection {
  std::string navigation = {};  // On this entity: "contact_customer_accounts".
  std::string entity = {};      // The related entity.
  std::string field = {};       // Its lookup that points back here.
  friend bool operator==(const Collection&, const Collection&) = default;
};

// A many-to-many relationship through an intersect entity.
struct ManyToMany {
  std::string navigation = {};
  std::string intersect = {};
  std::string other_entity = {};
  friend bool operator==(const ManyToMany&, const ManyToMany&) = default;
};

struct EntitySchema {
  std::string name = {};  // Logical name; on OData the entity set.
  std::string label = {};
  std::string plural_label = {};  // What many of them are called: "Accounts"; empty: not said.
  std::string set_name = {};      // URL segment: "accounts".
  std::string key = {};  // Primary key field. Empty: composite or none; cannot be kept offline.
  std::string primary_name = {};
  std::string hierarchy = {};  // The lookup to its own kind that forms the hierarchy; or empty.
  std::string created = {};    // Creation date-time field; empty: the server has none.
  std::string modified = {};   // Last-modified date-time field; empty: the server has none.
  std::string version = {};    // Row version field (Dataverse versionnumber); or empty.
  bool intersect = false;      // An N:N table.
  bool change_tracking = false;
  bool user_owned = false;  // Rows have an owner.
  std::map<std::string, FieldSchema, std::less<>> fields = {};
  std::vector<Collection> collections = {};
  std::vector<ManyToMany> many_to_many = {};

  [[nodiscard]] const FieldSchema* Find(std::string_view field) const {
    const auto at = fields.find(field);
    return at == fields.end() ? nullptr : &at->second;
  }
  friend bool operator==(const EntitySchema&, const EntitySchema&) = default;
};

struct Schema {
  std::map<std::string, EntitySchema, std::less<>> entities = {};
  std::string version = {};  // Changes when the server's schema changes; empty: not said.

  [[nodiscard]] const EntitySchema* Find(std::string_view entity) const {
    const auto at = entities.find(entity);
    return at == entities.end() ? nullptr : &at->second;
  }
  [[nodiscard]] const FieldSchema* Find(std::string_view entity, std::string_view field) const {
    const EntitySchema* found = Find(entity);
    return found ? found->Find(field) : nullptr;
  }
  friend bool operator==(const Schema&, const Schema&) = default;
};

}  // namespace satchel
