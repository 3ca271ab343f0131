// The numbers that shape a sync, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace satchel {

// Pages between the thread that fetches and the one that writes. Three keep both busy; each holds a
// body of a few megabytes.
inline constexpr std::size_t kPagesInFlight = 3;
// A read that has not ended by then never will: a thousand million records at the usual page size.
inline constexpr int kMaxPagesOfARead = 200'000;
// Pages without any record in a row. Servers that check rights after paging send a few.
inline constexpr int kMaxEmptyPages = 1'000;
// Pages of nothing but records seen before, in a row. Where a server counts rows to find a page,
// new records push known ones onto the next.
inline constexpr int kMaxKnownPages = 3;
// A download left by a killed sync goes on if its captured moment is younger than this; its
// relative dates would be too old otherwise.
inline constexpr std::chrono::hours kMaxResumeAge{24};

// Writes in one request. A lost answer makes all of them uncertain, and each then costs a read.
inline constexpr std::size_t kOperationsPerBatch = 100;
// Records read by one look. Their ids make up a URL of about 3 KB.
inline constexpr std::size_t kRecordsPerLook = 50;
// Lost answers in one upload, after which the connection is too bad to go on. The batch is halved
// each time, so that a change that kills every request is alone by then.
inline constexpr int kMaxLostAnswers = 10;
// Times a change is sent to a server that is there without being settled, before it is put aside.
inline constexpr int kMaxAttempts = 20;
// Conflicts of one change in one upload: somebody else writes the record faster than we do.
inline constexpr int kMaxConflictRounds = 8;
// Times the outbox is read again in one upload. More only when the user edits all the time.
inline constexpr int kMaxUploadPasses = 50;
// How far behind its mark a change read by time begins: servers' clocks are a little apart, and a
// transaction stamps its rows before it commits. Five minutes.
inline constexpr std::int64_t kTimeOverlapTicks = std::int64_t{5} * 60 * 10'000'000;
// Ids asked for in one request: 100 GUIDs make an address of about 6 KB, which every server takes.
inline constexpr std::size_t kIdsPerRequest = 100;
// Missing records beyond which an entity is read in full, if they are also half of it: fetched by
// id they take 50 requests, and a full read can be resumed.
inline constexpr std::size_t kMostMissing = 50 * kIdsPerRequest;
// Incremental syncs that broke off half-way, in a row, after which an entity is read in full,
// because that can be resumed.
inline constexpr int kMostInterrupted = 3;
// `reconcile: auto` sweeps at the latest after so long.
inline constexpr std::chrono::hours kLongestUnswept{24};

}  // namespace satchel
