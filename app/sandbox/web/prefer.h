// The Prefer header.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace satchel::sandbox {

struct Preferences {
  int max_page_size = 0;  // 0: not asked.
  bool return_representation = false;
  bool track_changes = false;
  bool continue_on_error = false;
  std::vector<std::string> annotations = {};  // Patterns: "*", "Microsoft.Dynamics.CRM.*", names.

  // Whether the client asked for an annotation such as
  // "OData.Community.Display.V1.FormattedValue".
  [[nodiscard]] bool Wants(std::string_view annotation) const;
};

// A comma list whose values may be quoted; unknown preferences are ignored, as RFC 7240 says.
[[nodiscard]] Preferences ParsePrefer(std::string_view header);

inline constexpr std::string_view kFormattedValue = "OData.Community.Display.V1.FormattedValue";
inline constexpr std::string_view kLookupLogicalName = "Microsoft.Dynamics.CRM.lookuplogicalname";
inline constexpr std::string_view kAssociatedNavigation =
    "Microsoft.Dynamics.CRM.associatednavigationproperty";
inline constexpr std::string_view kTotalRecordCount = "Microsoft.Dynamics.CRM.totalrecordcount";
inline constexpr std::string_view kTotalRecordCountLimitExceeded =
    "Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded";
inline constexpr std::string_view kGlobalMetadataVersion =
    "Microsoft.Dynamics.CRM.globalmetadataversion";
inline constexpr std::string_view kPagingCookie = "Microsoft.Dynamics.CRM.fetchxmlpagingcookie";
inline constexpr std::string_view kMoreRecords = "Microsoft.Dynamics.CRM.morerecords";

}  // namespace satchel::sandbox
