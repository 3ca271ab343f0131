// The numbers that shape how the local database is loaded, each with its reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace satchel {

// Rows per INSERT statement. One row costs 8 % more per row; 40 gain nothing over 16.
inline constexpr std::size_t kRowsPerInsert = 16;
// Parameters one statement may have in every build of SQLite.
inline constexpr std::size_t kMaxParameters = 32'766;
// Rows between two commits of a load. A commit waits for the disk twice; a kill loses at most this
// much of a download.
inline constexpr std::int64_t kRowsPerCommit = 25'000;
// Keys sorted in memory before they are set aside in a file: 3 MB, which fits a processor's cache.
inline constexpr std::size_t kKeysPerRun = 128 * 1024;
// Keys read at once from each run while runs are merged: 96 KB.
inline constexpr std::size_t kKeysPerRead = 4096;
// Tables of at most so many rows are put in place by writing what differs from the one that is
// there instead of by renaming: a rename takes the longer the more tables there are, 1.6 ms in a
// database of four entities, and an entity needs one for itself and for each of its key tables.
inline constexpr std::int64_t kMostRowsCopied = 10'000;
// Key rows per INSERT: short rows, so the statement's own cost weighs more.
inline constexpr std::size_t kKeysPerInsert = 64;
// Keys written between two looks at whether to stop: under 10 ms.
inline constexpr std::size_t kKeysBetweenStopChecks = 16 * 1024;

// Downloads for which a record written here stays although a read side that has not seen the write
// does not have it. One that is still behind then has lost it from its view for another reason.
inline constexpr std::int64_t kDownloadsThatMayLag = 2;
// Downloads for which a write is remembered, so that a read side that lags cannot bring back an
// older version, or a record that was deleted. It costs a row.
inline constexpr std::int64_t kDownloadsToRemember = 20;
// Changes kept after the server's version won, for people to look at; older ones go.
inline constexpr std::int64_t kDroppedEntriesKept = 1'000;
// Rows merged or removed between two looks at whether to stop: under 50 ms.
inline constexpr std::size_t kRowsBetweenStopChecks = 1024;
// UPDATE statements kept prepared while changes are merged: one per set of columns that differ.
inline constexpr std::size_t kUpdateStatements = 64;
// Rows of a table from which on the keys a link compares with are sorted (SqlOptions::sorted_keys).
inline constexpr std::int64_t kFewestKeysSorted = 250'000;
// Rows that go together: from so many on, and from this share (one in so many) of the table on, its
// key tables are gone through from end to end instead of being searched for each.
inline constexpr std::int64_t kFewestToScan = 10'000;
inline constexpr std::int64_t kScanShare = 20;

}  // namespace satchel
