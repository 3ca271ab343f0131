// The paging cookie of FetchXML answers: XML, twice percent-encoded, inside XML.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace satchel::dataverse {

// What belongs into fetch/@paging-cookie for the annotation's text; nothing when it holds none.
[[nodiscard]] std::optional<std::string> DecodePagingCookie(std::string_view annotation);

}  // namespace satchel::dataverse
