#include "engine/server/dataverse/time_zone.h"

#include <unicode/timezone.h>
#include <unicode/unistr.h>

namespace satchel::dataverse {

std::optional<std::string> IanaZone(std::string_view windows_name) {
  if (windows_name == "UTC") return "UTC";  // ICU says Etc/UTC; the short name is ours.
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString iana;
  icu::TimeZone::getIDForWindowsID(
      icu::UnicodeString::fromUTF8(
          icu::StringPiece(windows_name.data(), static_cast<std::int32_t>(windows_name.size()))),
      nullptr, iana, status);
  if (U_FAILURE(status) || iana.isEmpty()) return std::nullopt;
  std::string name;
  iana.toUTF8String(name);
  return name;
}

}  // namespace satchel::dataverse
