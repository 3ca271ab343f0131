// The canonical form of a policy, and the hashes made of it.
#pragma once

#include <string>

#include "policy/model/policy.h"

namespace satchel {

// Byte for byte the same on every platform; ParsePolicy(PrintPolicy(p)).policy == p.
[[nodiscard]] std::string PrintPolicy(const Policy& policy);
// One entity's block as it stands under `entities:`.
[[nodiscard]] std::string PrintEntity(const Entity& entity);

// "sha256:…" over the canonical bytes without notes and without the published block.
[[nodiscard]] std::string ContentHash(const Policy& policy);
// "sha256:…" over entity names, modes and fields.
[[nodiscard]] std::string StructureHash(const Policy& policy);

}  // namespace satchel
