// Which planted bug (engine/record/mutant.h) is at work in this process: one, or none.
#pragma once

#include <string_view>

#include "engine/record/mutant.h"

namespace satchel::sim {

struct PlantedBug {
  Mutant mutant = Mutant::kNone;
  std::string_view number = {};  // In the catalogue.
  // The invariants it breaks, one of which must find it: another that fails is luck.
  std::string_view breaks = {};
  std::string_view words = {};
};
inline constexpr PlantedBug kPlantedBugs[] = {
    {Mutant::kB01AssignedUnnoticed, "B01", "I5", "New teams, roles or units bring no sweep"},
    {Mutant::kB02RevokedUnnoticed, "B02", "I5", "Nor does a day that passed"},
    {Mutant::kB03CursorOfAnotherFilter, "B03", "I6",
     "A cursor is used whatever was asked for with it"},
    {Mutant::kB05ParentUnnoticed, "B05", "I5",
     "Records whose linked record changed are not looked for"},
    {Mutant::kB10LooseLinks, "B10", "I1 I5", "N:N rows stay when an end has gone"},
    {Mutant::kB15EchoResurrects, "B15", "I10 I12",
     "A read side that lags brings deleted records back"},
    {Mutant::kB17SweepTakesPending, "B17", "I12 I11", "A sweep removes what was never sent"},
    {Mutant::kB23OldestOfRepeated, "B23", "I2", "Of a row that came twice the older one stays"},
    {Mutant::kB24EndlessPages, "B24", "I21",
     "The same page again and again is read again and again"},
    {Mutant::kB29CursorBeforeRows, "B29", "I8", "The cursor is stored before the rows"},
    {Mutant::kB32RowSkipped, "B32", "I1 I5 I26",
     "A row of several new ones is left out, and the cursor moves on"},
    {Mutant::kB37WrongZone, "B37", "I1 I5", "\"Today\" is that of Greenwich"},
    {Mutant::kB40RestoreUnnoticed, "B40", "I1 I2 I5",
     "A server that was put back is believed to have everything"},
    {Mutant::kB42SendingForgotten, "B42", "I20",
     "What was being sent when the app died is never looked at again"},
    {Mutant::kB42SeenIsBase, "B42b", "I30",
     "What others wrote before a lost answer was missed is taken for seen by the user"},
    {Mutant::kB42EmptyIsUnseen, "B42c", "I30",
     "What was empty when the user deleted a record is not compared"},
    {Mutant::kB45MissingIsNormal, "B45", "I1",
     "A page that cannot be read is taken for the last one"},
    {Mutant::kB46StagingOfAnother, "B46", "I6 I1",
     "An interrupted download is resumed for another question"},
    {Mutant::kB47DoneThoughItFailed, "B47", "I1", "A download that failed is no error"},
    {Mutant::kB52NoRetry, "B52", "I20", "What failed is not tried again"},
    {Mutant::kB53ReconnectIgnored, "B53", "I20", "A connection that returns starts nothing"},
    {Mutant::kB54AckForgotten, "B54", "I14 I20", "What the server has is sent again"},
    {Mutant::kB55ConflictForEver, "B55", "I20",
     "What others made again, too, stays in conflict whatever is decided"},
    {Mutant::kB55TheirsUnseen, "B55b", "I11",
     "What is edited during a conflict is decided against nothing"},
    {Mutant::kB56StaleBase, "B56", "I12 I20",
     "An edit made while one is sent keeps the version of before"},
    {Mutant::kB58ChildFirst, "B58", "I17", "Records are sent before those they point at"},
    {Mutant::kB59LagShows, "B59", "I12 I10",
     "An older version from a read side that lags is shown"},
    {Mutant::kB59NewMayVanish, "B59b", "I12",
     "A new record that a read side does not have yet is removed"},
    {Mutant::kB59NotReadBack, "B59c", "I12 I2",
     "What was written is not asked for until it is shown"},
    {Mutant::kB60RejectionRetried, "B60", "I20",
     "What the server refuses for good is sent for ever"},
    {Mutant::kB61DenialCounts, "B61", "I18", "Being signed out uses up the attempts of changes"},
    {Mutant::kB62AnotherUsersQueue, "B62", "I16", "One user's changes are sent as another"},
    {Mutant::kB65NoBackOff, "B65", "I24", "A failed sync is repeated at once"},
    {Mutant::kB67MigrationDropsPending, "B67", "I11",
     "Changes of an entity that the policy drops vanish"},
};
void Plant(Mutant mutant);

}  // namespace satchel::sim
