// $select, $filter, $orderby, $expand, $top and $count, of a URL or inside an $expand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/sandbox/web/url.h"

namespace satchel::sandbox {

struct ReadOptions {
  std::string select = {};
  std::string filter = {};
  std::string order_by = {};
  std::string expand = {};
  std::int64_t top = 0;  // 0: not asked.
  bool count = false;
};

struct ExpandItem {
  std::string navigation = {};
  ReadOptions options = {};
};

// Refuses what the server does not support ($skip, $search, $apply …) and unknown "$" options.
[[nodiscard]] Answer<ReadOptions> ReadOptionsOf(const Url& url);
// "primarycontactid($select=fullname;$expand=…),contact_customer_accounts": at most 15.
[[nodiscard]] Answer<std::vector<ExpandItem>> ParseExpand(std::string_view expand);
// "name,_ownerid_value": trimmed, without blanks.
[[nodiscard]] std::vector<std::string> ParseNames(std::string_view list);

}  // namespace satchel::sandbox
