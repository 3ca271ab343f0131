// What differs between two policies, in the words of the format.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/model/policy.h"
#include "policy/schema/schema.h"

namespace satchel {

struct Change {
  enum class Kind : std::uint8_t { kAdded, kRemoved, kChanged, kMoved };
  Kind kind = Kind::kChanged;
  std::string path = {};    // "entities.account.fields", "triggers.every"
  std::string entity = {};  // Empty: not about one entity.
  bool structural = false;  // Makes the next sync a foreground one.
  std::string before = {};  // As it would be written; empty when added.
  std::string after = {};
  std::string sentence = {};  // "Account: field 'city' added."
  friend bool operator==(const Change&, const Change&) = default;
};

// In the order of the format. Notes count as changes; the published block does not. With a schema
// the sentences call entities and fields by their labels; `before` and `after` stay in the words of
// the format.
[[nodiscard]] std::vector<Change> Diff(const Policy& before, const Policy& after,
                                       const Schema* schema = nullptr);
[[nodiscard]] bool IsStructural(const std::vector<Change>& changes);

}  // namespace satchel
