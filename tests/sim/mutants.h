// Which planted bug (engine/record/mutant.h) is at work in this process: one, or none.
#pragma once

#include <string_view>

#include "engine/record/mutant.h"

namespace satchel::sim {

struct PlantedBug {
  Mutant mutant = Mutant::kNone;
  std::string_view number = {};  // In the catalogue.
  std::string_view words = {};
};
inline constexpr PlantedBug kPlantedBugs[] = {
    {Mutant::kB01AssignedUnnoticed, "B01", "New teams, roles or units bring no sweep"},
    {Mutant::kB02RevokedUnnoticed, "B02", "Nor does a day that passed"},
    {Mutant::kB03CursorOfAnotherFilter, "B03", "A cursor is used whatever was asked for with it"},
    {Mutant::kB05ParentUnnoticed, "B05", "Records whose linked record changed are not looked for"},
    {Mutant::kB10LooseLinks, "B10", "N:N rows stay when an end has gone"},
    {Mutant::kB15EchoResurrects, "B15", "A read side that lags brings deleted records back"},
    {Mutant::kB17SweepTakesPending, "B17", "A sweep removes what was never sent"},
    {Mutant::kB23OldestOfRepeated, "B23", "Of a row that came twice the older one stays"},
    {Mutant::kB24EndlessPages, "B24", "The same page again and again is read again and again"},
    {Mutant::kB29CursorBeforeRows, "B29", "The cursor is stored before the rows"},
    {Mutant::kB32RowSkipped, "B32",
     "A row of several new ones is left out, and the cursor moves on"},
    {Mutant::kB37WrongZone, "B37", "\"Today\" is that of Greenwich"},
    {Mutant::kB40RestoreUnnoticed, "B40",
     "A server that was put back is believed to have everything"},
    {Mutant::kB42SendingForgotten, "B42",
     "What was being sent when the app died is never looked at again"},
    {Mutant::kB45MissingIsNormal, "B45", "A page that cannot be read is taken for the last one"},
    {Mutant::kB46StagingOfAnother, "B46",
     "An interrupted download is resumed for another question"},
    {Mutant::kB47DoneThoughItFailed, "B47", "A download that failed is no error"},
    {Mutant::kB52NoRetry, "B52", "What failed is not tried again"},
    {Mutant::kB53ReconnectIgnored, "B53", "A connection that returns starts nothing"},
    {Mutant::kB54AckForgotten, "B54", "What the server has is sent again"},
    {Mutant::kB56StaleBase, "B56", "An edit made while one is sent keeps the version of before"},
    {Mutant::kB58ChildFirst, "B58", "Records are sent before those they point at"},
    {Mutant::kB59LagShows, "B59", "An older version from a read side that lags is shown"},
    {Mutant::kB60RejectionRetried, "B60", "What the server refuses for good is sent for ever"},
    {Mutant::kB61DenialCounts, "B61", "Being signed out uses up the attempts of changes"},
    {Mutant::kB62AnotherUsersQueue, "B62", "One user's changes are sent as another"},
    {Mutant::kB65NoBackOff, "B65", "A failed sync is repeated at once"},
    {Mutant::kB67MigrationDropsPending, "B67", "Changes of an entity that the policy drops vanish"},
};
void Plant(Mutant mutant);

}  // namespace satchel::sim
