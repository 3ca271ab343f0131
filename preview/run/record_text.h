// Stored values as text: for people, and for JSON lines.
#pragma once

#include <string>

#include "engine/record/cell.h"
#include "engine/record/instant.h"
#include "policy/schema/schema.h"

namespace satchel {

// A key as servers write it: a GUID in lower case, else text or number as it is.
[[nodiscard]] std::string IdText(const Cell& cell);
// "12.50" of 1250 at scale 2: trailing zeros of the column's scale are dropped.
[[nodiscard]] std::string PlainText(const FieldSchema& field, const Cell& cell);
// PlainText with the labels of choices: "Active", "Yes".
[[nodiscard]] std::string PeopleText(const FieldSchema& field, const Cell& cell);

// A moment for people: "2026-11-12 08:00", with seconds only where it has some. UTC, or whatever
// clock the reading was taken from.
[[nodiscard]] std::string MomentText(Instant moment);
// The same to the minute, whatever seconds it has.
[[nodiscard]] std::string MinuteText(Instant moment);

}  // namespace satchel
