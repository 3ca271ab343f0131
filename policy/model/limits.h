// The limits of the policy file (docs/policy-format.md) and of a FetchXML document, and what a
// query takes of them.
#pragma once

#include <cstddef>

#include "policy/model/filter.h"

namespace satchel {

inline constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxScalarBytes = std::size_t{64} << 10;
inline constexpr int kMaxDepth = 32;
inline constexpr int kMaxNodes = 50'000;
inline constexpr int kMaxLinks = 15;          // Per entity.
inline constexpr int kMaxConditions = 500;    // Conditions and links, per entity.
inline constexpr std::size_t kMaxName = 128;  // Bytes of an entity, field or alias.

struct QuerySize {
  int links = 0;
  int conditions = 0;  // Links included, as servers count.
  int depth = 0;       // Of the entity that says this in a policy file; the file's root is 1.
};
[[nodiscard]] QuerySize Measure(const Query& query);

}  // namespace satchel
