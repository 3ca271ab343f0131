// Pending changes laid over what a download brings, in the transaction that publishes it.
//
// The rules (docs/store.md): a pending field keeps the user's value, and its base follows the
// server; a pending delete hides the row; a record with a pending change stays although the filter
// no longer keeps it. What was written and acknowledged is protected against a read side that lags
// behind until the server's mark has passed it (`@written`).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/record/value.h"
#include "engine/server/high_water.h"
#include "engine/store/database.h"
#include "engine/store/local_schema.h"
#include "engine/store/outbox.h"
#include "engine/store/tuning.h"
#include "policy/support/result.h"

namespace satchel {

// Of records, by entity.
using IdsByEntity = std::map<std::string, std::set<Value>, std::less<>>;

// SELECT of the ids of an entity (parameter 1) that a clean-up, a sweep or a deletion told by the
// server may not remove. Ids may come twice.
inline constexpr std::string_view kPinnedIdsSql =
    "SELECT id FROM \"@outbox\" WHERE entity=?1 AND state<>4 UNION ALL "
    "SELECT id FROM \"@written\" WHERE entity=?1 AND deleted=0 AND downloads<=2";
static_assert(kDownloadsThatMayLag == 2, "as kPinnedIdsSql has it");

// Once per download of an entity, with the mark noted before its first page: the read side is known
// to have everything up to there, so what was written before is protected no longer. What the mark
// does not reach may be missing after kDownloadsThatMayLag downloads, and may be older only after
// kDownloadsToRemember. A time reaches nothing: only records made here may not be missing then. Not
// `counts`: another download of the same sync did. Records that ForgetWritten left in doubt have
// had their one download then.
[[nodiscard]] Result<> ReleaseWritten(Database& database, const std::string& entity,
                                      const HighWater& mark, bool counts = true);
// After a download was written: which of the records written here it `came` with, none of them
// older than what was written. The others are asked for again (IdsToReadBack), those that have left
// excepted.
[[nodiscard]] Result<> NoteReadBack(Database& database, const LocalTable& table,
                                    const std::function<Result<bool>(const Value&)>& came);
// Whether the server may have a record made here although it does not show it: its creation is
// still to be settled, or it has not come since, and at most kDownloadsThatMayLag downloads were
// without it.
[[nodiscard]] Result<bool> MayStillCome(Database& database, const OutboxEntry& entry);
// The server was put back to an earlier state, as it seems (its newest record may only have gone):
// nothing written here counts any more, and older versions are no longer a sign of a read side that
// lags. What was made here since the last download was made in what is there now. Of the records
// `just_written` by this sync, that is believed for its download alone; the next one asks for them.
// A transaction of its own.
[[nodiscard]] Result<> ForgetWritten(Database& database, const std::string& entity,
                                     const IdsByEntity& just_written);
// No download is under way that may hold records as they were before they were written here.
[[nodiscard]] Result<> ForgetStaged(Database& database, const std::string& entity);
// Removes from `incoming` (a table with the columns of `table`) rows that are older than what was
// written here. Returns how many.
[[nodiscard]] Result<std::int64_t> DropStaleRows(Database& database, const LocalTable& table,
                                                 const std::string& incoming);
// After rows of `table` were written with the server's values: lays the pending changes over those
// whose ids `written_ids` (a SELECT without parameters) gives. Not for rows that were not written:
// their pending values would be taken for the server's.
[[nodiscard]] Result<> LayOver(Database& database, const LocalTable& table,
                               const std::string& written_ids);
// In the caller's transaction: `entry` is not going to be sent. It held its record here even where
// that left meanwhile, and no later download would tell of it again: the next one asks by id.
[[nodiscard]] Result<> GiveUpEntry(Database& database, const OutboxEntry& entry);
// The same for a record whose entry stays to be looked at.
[[nodiscard]] Result<> AskAgain(Database& database, const OutboxEntry& entry);
// The ids of rows to be read by id and written as incoming rows: of those that were acknowledged
// and not read back, the ones without a version, and all with `every`: a version that is known does
// not tell what the server itself filled in, which only changes asked for by version bring for
// certain. Without those that `except` (a SELECT without parameters) gives.
[[nodiscard]] Result<std::vector<Value>> IdsToReadBack(Database& database, const LocalTable& table,
                                                       bool every = false,
                                                       const std::string& except = {});

// A table that replaces another one, whole.
//
// Rows of the old tables that may not be lost, by entity; take them before the tables go.
struct PinnedRow {
  std::vector<FieldValue> values = {};  // kVersionColumn too.
};
using PinnedRows = std::map<std::string, std::vector<PinnedRow>, std::less<>>;
[[nodiscard]] Result<PinnedRows> TakePinnedRows(Database& database);
// `table` holds nothing but the server's rows and has its key tables and triggers.
[[nodiscard]] Result<> LayOverFresh(Database& database, const LocalTable& table,
                                    const PinnedRows& pinned);

}  // namespace satchel
