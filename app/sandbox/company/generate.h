// Generates the field-service company into an empty database: tables, rows, indexes.
//
// Deterministic to the byte: the same options give the same rows on every machine. docs/sandbox-
// data.md says what the company contains.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "app/sandbox/company/metadata.h"
#include "engine/record/instant.h"
#include "engine/store/database.h"
#include "policy/support/result.h"

namespace satchel::sandbox {

inline constexpr std::int64_t kMostAccounts = 1'000'000;
inline constexpr int kFewestUsers = 10;  // The personas.
inline constexpr int kMostUsers = 10'000;

struct CompanyOptions {
  std::int64_t accounts = 2000;  // Everything else scales with it: about ten rows per account.
  int users = 25;                // At least the personas.
  std::uint64_t seed = 1;
  Instant now = {};  // Dates lie around it.
};

// Called now and then: what is being written, rows done so far and rows expected in all.
using GenerateProgress =
    std::function<void(std::string_view doing, std::int64_t done, std::int64_t total)>;

// The tables are CompanyMetadata(). kInvalid for options out of range, kIo when the disk is full;
// nothing is left behind then.
[[nodiscard]] Result<> GenerateCompany(Database& database, const CompanyOptions& options,
                                       const GenerateProgress& progress = {});

// SHA-256 over a canonical dump of all tables of the metadata and their beside-tables: rows in
// "@rid" order, columns in table order. For tests of determinism.
[[nodiscard]] Result<std::string> Fingerprint(Database& database, const Metadata& metadata);

}  // namespace satchel::sandbox
