// A download on its way into the local database: rows are staged out of sight, then everything
// becomes visible in one transaction.
//
// Tables of an entity while it is staged:
//   account@raw ............ rows as they arrive, with columns only the filter needs
//   account@with@contact ... rows of a linked entity that the filter looks at, where the device has
//                            to finish it
//   account@staged ......... what the device keeps; account@staged@ownerid and others: its key
//                            tables, which grow with the rows where their keys ascend
// Staged rows and the cursor of the next page are committed together, so a killed load goes on from
// there. One thread uses it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/filter/context.h"
#include "engine/server/crm_server.h"
#include "engine/store/ascending_keys.h"
#include "engine/store/database.h"
#include "engine/store/key_sorter.h"
#include "engine/store/local_schema.h"
#include "engine/store/publish.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"

namespace satchel {

// The (key, row) pairs of rows on their way; filled by the thread that parses.
struct RowKeys {
  std::vector<std::string> fields = {};
  std::vector<KeySorter> sorters = {};  // One per field.
};
[[nodiscard]] RowKeys MakeRowKeys(const LocalTable& table, const std::filesystem::path& folder);
// Rows get the numbers first_row, first_row + 1, …
[[nodiscard]] Result<> AddKeys(RowKeys& keys, const RowBatch& rows, std::int64_t first_row);

// What is known about staged rows; survives a kill.
struct StagedState {
  bool complete = false;
  std::string cursor = {};   // Where the next page is; empty and not complete: at the start.
  std::int64_t rows = 0;     // Received.
  std::int64_t records = 0;  // Kept; once complete.
  std::int64_t matched = 0;
  std::int64_t bytes = 0;
  int requests = 0;
  int pages = 0;
  std::string mark = {};
};

struct StagedEntity {
  LocalTable table = {};  // What the device keeps.
  LocalTable raw = {};    // The same with columns only the filter needs; equal when there are none.
  std::vector<LocalTable> helpers = {};  // Linked entities the filter looks at.
  std::string identity = {};             // Of the cursor: what was asked, by whom.
  Query query = {};
  bool finish = false;  // The server sent a superset: finish the filter here.
  bool cut = false;     // Apply query.order and query.top here.
};

// A load writes mostly new pages, which a rollback journal need not copy and a write-ahead log
// would write twice. A device's database is switched for the time of a load, if nobody else has it
// open.
[[nodiscard]] Result<> PrepareForLoad(Database& database);
[[nodiscard]] Result<> EndLoad(Database& database);

class Staging {
 public:
  // `context` decides relative dates of filters finished here. `every_page`: commits after each, so
  // that no transaction is open while the next one is fetched. Tables of at most `copied_rows` are
  // copied, larger ones renamed.
  Staging(Database& database, const Schema& schema, FilterContext context, bool every_page,
          std::int64_t copied_rows);

  // Where the database's temporary files go.
  [[nodiscard]] std::filesystem::path folder() const;

  // What an earlier, interrupted load left of the entity; nothing when it asked something else.
  [[nodiscard]] Result<std::optional<StagedState>> Find(const std::string& entity,
                                                        const std::string& identity);
  // Collects the keys of rows that are staged already and tells the ids. Key tables that grew with
  // those rows are begun anew.
  [[nodiscard]] Result<> ReadBack(const StagedEntity& entity, RowKeys& keys,
                                  const std::function<void(const Cell&)>& id);

  // Drops what was staged of the entity and makes empty tables. `mark` is the server's high-water
  // mark before the first row was read.
  [[nodiscard]] Result<> Begin(const StagedEntity& entity, const std::string& mark);
  // Rows of the entity itself; they get the numbers state.rows + 1, …
  [[nodiscard]] Result<> AddPage(const StagedEntity& entity, const Page& page);
  [[nodiscard]] Result<> AddHelperPage(const StagedEntity& entity, const LocalTable& helper,
                                       const Page& page);
  // Finishes the filter and the cut where asked, drops repeated ids (the last one stays), and
  // writes the key tables.
  [[nodiscard]] Result<StagedState> Complete(const StagedEntity& entity, RowKeys& keys,
                                             std::stop_token stop);
  // Commits what is pending.
  [[nodiscard]] Result<> Commit();

 private:
  // Which of the rows 1 … n received are still there.
  struct KeptRows {
    KeptRows(std::size_t n, bool all)
        : rows(n, all), count(all ? static_cast<std::int64_t>(n) : 0) {}
    [[nodiscard]] bool Has(std::int64_t row) const {
      return rows[static_cast<std::size_t>(row) - 1];
    }
    void Drop(std::int64_t row) {
      rows[static_cast<std::size_t>(row) - 1] = false;
      --count;
    }

    std::vector<bool> rows;
    std::int64_t count;
    bool known = true;  // False: SQL took some away, and the table has to be looked at.
  };

  [[nodiscard]] Result<> BeginIfNeeded();
  [[nodiscard]] Result<> InsertLabels(const std::vector<Label>& labels);
  [[nodiscard]] Result<> SaveState(const StagedEntity& entity, const StagedState& state);
  [[nodiscard]] Result<> DropTables(const std::string& entity);
  [[nodiscard]] Result<> DropRepeated(const StagedEntity& entity, RowKeys& keys, KeptRows& kept);
  [[nodiscard]] Result<> FindKept(const std::string& table, KeptRows& kept);
  [[nodiscard]] Result<std::int64_t> Finish(const StagedEntity& entity);
  // Empty ones, whatever there was.
  [[nodiscard]] Result<> MakeKeyTables(const LocalTable& table);
  // The table is there and empty.
  [[nodiscard]] Result<> WriteKeyTable(const std::string& table, const std::string& field,
                                       KeySorter& sorter, const KeptRows& kept,
                                       std::stop_token stop);

  Database& database_;
  const Schema& schema_;
  FilterContext context_;
  bool every_page_;
  std::int64_t copied_rows_;
  std::optional<Transaction> transaction_ = {};
  std::int64_t uncommitted_ = 0;  // Rows.
  std::unordered_map<std::string, StagedState> states_ = {};
  // Of entities begun by this staging, not of those gone on with.
  std::unordered_map<std::string, AscendingKeys> ascending_ = {};
  std::unordered_map<std::string, std::int64_t> helper_rows_ = {};  // By table name.
  std::unordered_set<std::uint64_t> labels_seen_ = {};              // Hashes; saves inserts only.
};

}  // namespace satchel
