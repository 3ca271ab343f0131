// A record as people paste it: "account/6F1D0C7E-…", "{6f1d…}", a link from the address bar.
#pragma once

#include <string>
#include <string_view>

#include "policy/support/result.h"

namespace satchel {

struct RecordName {
  std::string entity = {};  // As it was written: a logical name or a set's; empty: it names none.
  std::string id = {};      // A GUID in lower case without braces, else as it was written.
  friend bool operator==(const RecordName&, const RecordName&) = default;
};

// ENTITY/ID, ENTITY(ID), ENTITY(key=ID), a bare ID; with braces, quotes, percent escapes, upper
// case; the URL of a record in a Web API or OData service; the address of its form in the browser
// (…main.aspx?etn=account&id=…, …/main.aspx#…). The error says what is accepted.
[[nodiscard]] Result<RecordName> ParseRecordName(std::string_view text);

}  // namespace satchel
