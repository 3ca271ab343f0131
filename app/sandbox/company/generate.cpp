#include "app/sandbox/company/generate.h"

#include "app/sandbox/company/tables.h"
#include "app/sandbox/company/world.h"
#include "engine/record/cell.h"
#include "policy/support/sha256.h"

namespace satchel::sandbox {

namespace {

struct Part {
  std::string_view doing;
  Result<> (*write)(World&);
};
constexpr Part kParts[] = {{"people", WriteStaff},
                           {"products", WriteCatalogue},
                           {"accounts and contacts", WriteCustomers},
                           {"work orders", WriteWork},
                           {"activities", WriteActivities},
                           {"views", WriteViews}};

// In one transaction: all of it or nothing.
Result<> WriteRows(Database& database, const Metadata& metadata, const CompanyOptions& options,
                   const GenerateProgress& progress) {
  auto transaction = Transaction::Begin(database);
  if (!transaction) return Fail(transaction.error());
  if (auto made = CreateTables(database, metadata); !made) return made;
  World world{.database = database, .metadata = metadata, .options = options, .progress = progress};
  world.expected = options.accounts * 10;
  for (const Part& part : kParts) {
    world.doing = part.doing;
    if (progress) progress(part.doing, world.rows, world.expected);
    if (auto written = part.write(world); !written) return written;
  }
  if (auto set =
          database.Execute("UPDATE \"@counter\" SET value = " + std::to_string(world.version));
      !set)
    return set;
  if (progress) progress("indexes", world.rows, world.rows);
  if (auto indexed = CreateIndexes(database, metadata); !indexed) return indexed;
  return transaction->Commit();
}

Result<> Dump(Database& database, const std::string& table, Sha256& hash) {
  hash.Update(table + "\n");
  auto statement = database.Prepare("SELECT * FROM " + SqlName(table) + " ORDER BY rowid");
  if (!statement) return Fail(statement.error());
  for (;;) {
    const auto row = statement->Step();
    if (!row) return Fail(row.error());
    if (!*row) return {};
    for (int column = 0; column < statement->columns(); ++column) {
      const Cell cell = statement->At(column);
      std::string text;
      if (cell.kind == Cell::Kind::kInteger) text = "i" + std::to_string(cell.integer);
      // Hundred-thousandths are the most a double column here holds.
      if (cell.kind == Cell::Kind::kReal)
        text = "r" + std::to_string(
                         static_cast<std::int64_t>(cell.real * 1e5 + (cell.real < 0 ? -0.5 : 0.5)));
      if (cell.kind == Cell::Kind::kText || cell.kind == Cell::Kind::kId)
        text = "t" + std::string(cell.view());
      hash.Update(std::to_string(text.size()) + ":" + text);
    }
    hash.Update("\n");
  }
}

}  // namespace

Result<> GenerateCompany(Database& database, const CompanyOptions& options,
                         const GenerateProgress& progress) {
  if (options.accounts < 1 || options.accounts > kMostAccounts) {
    return Fail(ErrorCode::kInvalid, "--accounts " + std::to_string(options.accounts) +
                                         " is out of range (1 to " + std::to_string(kMostAccounts) +
                                         ")");
  }
  if (options.users < kFewestUsers || options.users > kMostUsers) {
    return Fail(ErrorCode::kInvalid, "--users " + std::to_string(options.users) +
                                         " is out of range (" + std::to_string(kFewestUsers) +
                                         " to " + std::to_string(kMostUsers) + ")");
  }
  const Metadata metadata = CompanyMetadata();
  return WriteRows(database, metadata, options, progress);
}

Result<std::string> Fingerprint(Database& database, const Metadata& metadata) {
  Sha256 hash;
  for (const auto& [name, table] : metadata.tables) {
    if (auto dumped = Dump(database, name, hash); !dumped) return Fail(dumped.error());
  }
  for (const std::string_view table : {kTombstoneTable, kCounterTable, kPrivilegeTable}) {
    if (auto dumped = Dump(database, std::string(table), hash); !dumped)
      return Fail(dumped.error());
  }
  return hash.Hex();
}

}  // namespace satchel::sandbox
