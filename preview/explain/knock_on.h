// What becomes of the records that point at one which is not on the device: with another policy
// some leave with it, and some stay without it. Counted in databases that previews have filled;
// nothing is asked of the server.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct Comparison;
struct PreviewResult;

inline constexpr const char* kAlsoLeaves = "Also leaves the device";
inline constexpr const char* kStaysWithout = "Stays on the device without it";
inline constexpr const char* kFilterAsks = "Their filter looks at this record.";

// Records of one entity that point at the record through one lookup.
struct KnockOn {
  std::string entity = {};
  std::string field = {};
  std::string words = {};    // "Contacts through Company Name"; see NameKnockOns.
  bool filter_asks = false;  // Through that lookup the entity's own filter looks at the record.
  std::int64_t leaves = 0;   // On the device before, as the record was, and not after.
  std::int64_t stays = 0;    // On the device after.
};

struct KnockOnSubject {
  std::string entity = {};  // Of the record.
  std::string id = {};
  Policy draft = {};  // What `after` previewed.
};

// In the policy's order; only where there is something to say. Nothing where the record is on the
// device after. `against` holds `after` against another policy; null: nothing is said of leaving,
// as nothing is where the record was not on the device before either. Lookups that neither side
// keeps cannot be followed.
[[nodiscard]] Result<std::vector<KnockOn>> FindKnockOns(const KnockOnSubject& subject,
                                                        const PreviewResult& after,
                                                        const Comparison* against);
// Fills in the words, as the server calls things; `schema` may be null.
void NameKnockOns(std::vector<KnockOn>& others, const Schema* schema);

}  // namespace satchel
