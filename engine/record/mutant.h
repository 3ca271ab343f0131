// Bugs that others shipped, planted one at a time to see that the simulation finds them
// (docs/testing.md). Only the tool satchel-sim-mutants is built with them; everywhere else Planted
// is false when the compiler reads it, and nothing of this is left.
#pragma once

#include <cstdint>

namespace satchel {

// By their number in tests/sim/README.md.
enum class Mutant : std::uint8_t {
  kNone,
  kB01AssignedUnnoticed,      // New teams, roles or units bring no sweep.
  kB02RevokedUnnoticed,       // Nor does a day that passed.
  kB03CursorOfAnotherFilter,  // A cursor is used whatever was asked for with it.
  kB05ParentUnnoticed,        // Records whose linked record changed are not looked for.
  kB10LooseLinks,             // N:N rows stay when an end has gone.
  kB15EchoResurrects,         // A read side that lags brings deleted records back.
  kB17SweepTakesPending,      // A sweep removes what was never sent.
  kB23OldestOfRepeated,       // Of a row that came twice the older one stays.
  kB24EndlessPages,           // The same page again and again is read again and again.
  kB29CursorBeforeRows,       // The cursor is stored before the rows.
  kB32RowSkipped,             // A row of several new ones is left out, and the cursor moves on.
  kB37WrongZone,              // "Today" is that of Greenwich.
  kB40RestoreUnnoticed,       // A server that was put back is believed to have everything.
  kB42SendingForgotten,       // What was being sent when the app died is never looked at again.
  kB42SeenIsBase,             // What others wrote meanwhile is taken for seen by the user.
  kB42EmptyIsUnseen,          // What was empty when the user deleted a record is not compared.
  kB45MissingIsNormal,        // A page that cannot be read is taken for the last one.
  kB46StagingOfAnother,       // An interrupted download is resumed for another question.
  kB47DoneThoughItFailed,     // A download that failed is no error.
  kB52NoRetry,                // What failed is not tried again.
  kB53ReconnectIgnored,       // A connection that returns starts nothing.
  kB54AckForgotten,           // What the server has is sent again.
  kB55ConflictForEver,        // What others made again, too, stays in conflict with a create.
  kB55TheirsUnseen,           // What is edited during a conflict is decided against nothing.
  kB56StaleBase,              // An edit made while one is sent keeps the version of before.
  kB58ChildFirst,             // Records are sent before those they point at.
  kB59LagShows,               // An older version from a read side that lags is shown.
  kB59NewMayVanish,           // A new record that a read side does not have yet is removed.
  kB59NotReadBack,            // What was written is not asked for until it is shown.
  kB60RejectionRetried,       // What the server refuses for good is sent for ever.
  kB61DenialCounts,           // Being signed out uses up the attempts of changes.
  kB62AnotherUsersQueue,      // One user's changes are sent as another.
  kB65NoBackOff,              // A failed sync is repeated at once.
  kB67MigrationDropsPending,  // Changes of an entity that the policy drops vanish.
};

#ifdef SATCHEL_MUTANTS
[[nodiscard]] bool Planted(Mutant mutant);
#else
[[nodiscard]] constexpr bool Planted(Mutant) {
  return false;
}
#endif

}  // namespace satchel
