// What a device's database shows, and what it should show, in one form that can be compared.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/store/database.h"
#include "engine/store/outbox.h"
#include "policy/model/policy.h"
#include "tests/sim/crm_state.h"
#include "tests/sim/oracle.h"

namespace satchel::sim {

// By entity and id: the fields that are not null. Without versions.
using Rows = std::map<std::string, std::map<std::string, Values>>;

// The policy's, the key and the types of lookups among them.
[[nodiscard]] std::vector<std::string> KeptFields(const Schema& schema, const Policy& policy,
                                                  const std::string& entity);
// Only those.
[[nodiscard]] Values Cut(const Values& values, const std::vector<std::string>& fields);

// The published tables of the entities the policy keeps offline. A missing table has no rows.
[[nodiscard]] Result<Rows> ReadRows(Database& database, const Schema& schema, const Policy& policy);
// What is on the server of these ids, cut to the fields the policy keeps.
[[nodiscard]] Rows RowsOf(const CrmState& crm, const Scope& scope, const Policy& policy);

// The account and the contact that an entry of the outbox links, or no longer does; else nothing.
[[nodiscard]] std::pair<std::string, std::string> PairOf(const OutboxEntry& entry);

// The first differences, for people; empty when equal.
[[nodiscard]] std::string Differences(const Rows& here, const Rows& expected);
[[nodiscard]] std::string Print(const Values& values);

// "ok", or what SQLite and the engine's own rules find wrong: integrity, key tables that do not
// follow their tables, remains of a download (where none is under way).
[[nodiscard]] std::string WhatIsBroken(Database& database, const Schema& schema,
                                       const Policy& policy);

}  // namespace satchel::sim
