#include "app/sandbox/web/read_options.h"

#include <charconv>

#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr std::size_t kMaxExpands = 15;

Answer<> SetOption(ReadOptions& options, std::string_view name, const std::string& value) {
  if (name == "$select") {
    options.select = value;
  } else if (name == "$filter") {
    options.filter = value;
  } else if (name == "$orderby") {
    options.order_by = value;
  } else if (name == "$expand") {
    options.expand = value;
  } else if (name == "$top") {
    const auto [end, problem] =
        std::from_chars(value.data(), value.data() + value.size(), options.top);
    if (problem != std::errc() || end != value.data() + value.size() || options.top < 1) {
      return BadQuery("Invalid value " + Quoted(value) +
                      " for $top query option. The $top query option requires a number > 0.");
    }
  } else if (name == "$count") {
    if (value != "true" && value != "false") {
      return BadQuery("Invalid value " + Quoted(value) +
                      " for $count query option. Valid values are true and false.");
    }
    options.count = value == "true";
  } else if (name == "$skip") {
    return BadQuery("Skip Clause is not supported in CRM. Follow @odata.nextLink instead.");
  } else {
    return BadQuery("The query parameter " + Quoted(name) + " is not supported.");
  }
  return {};
}

}  // namespace

Answer<ReadOptions> ReadOptionsOf(const Url& url) {
  ReadOptions options;
  for (const auto& [key, value] : url.options) {
    const std::string name = LowerAscii(key);
    if (name.empty() || name.front() != '$') continue;  // Aliases, fetchXml and foreign options.
    if (name == "$skiptoken" || name == "$deltatoken" || name == "$format" || name == "$id") {
      continue;
    }
    if (auto set = SetOption(options, name, value); !set) return Refuse(set.error());
  }
  return options;
}

Answer<std::vector<ExpandItem>> ParseExpand(std::string_view expand) {
  std::vector<ExpandItem> items;
  for (const std::string_view part : SplitOutside(expand, ',')) {
    std::string_view text = Trim(part);
    ExpandItem item;
    const std::size_t open = text.find('(');
    item.navigation = Trim(text.substr(0, open));
    if (item.navigation.empty()) return BadQuery("$expand names no navigation property.");
    if (open != std::string_view::npos) {
      if (text.back() != ')') {
        return BadQuery("The $expand " + Quoted(text) + " has an open bracket.");
      }
      text = text.substr(open + 1, text.size() - open - 2);
      for (const std::string_view option : SplitOutside(text, ';')) {
        if (Trim(option).empty()) continue;
        const std::size_t equals = option.find('=');
        const std::string name = LowerAscii(Trim(option.substr(0, equals)));
        const std::string value(equals == std::string_view::npos ? std::string_view()
                                                                 : option.substr(equals + 1));
        if (auto set = SetOption(item.options, name, value); !set) return Refuse(set.error());
      }
    }
    items.push_back(std::move(item));
  }
  if (items.size() > kMaxExpands) {
    return BadQuery("The number of $expand items exceeds the limit of 15.");
  }
  return items;
}

std::vector<std::string> ParseNames(std::string_view list) {
  std::vector<std::string> names;
  for (const std::string_view part : Split(list, ',')) {
    if (!Trim(part).empty()) names.emplace_back(Trim(part));
  }
  return names;
}

}  // namespace satchel::sandbox
