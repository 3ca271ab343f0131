#include "app/sandbox/company/metadata_options.h"

#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr int kDeepestExpand = 4;

Result<MetadataOptions> Parse(std::string_view select, std::string_view expand,
                              std::string_view filter, int depth);

// "OptionSet($select=Options;$filter=…)"
Result<MetadataExpand> ParseExpand(std::string_view text, int depth) {
  if (depth > kDeepestExpand)
    return Fail(ErrorCode::kInvalid, "The $expand of a metadata query is nested too deeply.");
  MetadataExpand item;
  const std::size_t open = text.find('(');
  item.navigation = Trim(text.substr(0, open));
  if (item.navigation.empty() || (open != std::string_view::npos && text.back() != ')'))
    return Fail(ErrorCode::kInvalid, "The $expand item " + Quoted(text) + " cannot be read.");
  if (open == std::string_view::npos) return item;
  std::string select, expand, filter;
  for (const std::string& option :
       SplitOutside(text.substr(open + 1, text.size() - open - 2), ';')) {
    const std::size_t equals = option.find('=');
    const std::string name(Trim(std::string_view(option).substr(0, equals)));
    const std::string value = equals == std::string::npos ? "" : option.substr(equals + 1);
    if (name == "$select") {
      select = value;
    } else if (name == "$expand") {
      expand = value;
    } else if (name == "$filter") {
      filter = value;
    } else {
      return Fail(ErrorCode::kInvalid, "The option " + Quoted(option) + " inside $expand=" +
                                           item.navigation + " is not supported for metadata.");
    }
  }
  auto options = Parse(select, expand, filter, depth + 1);
  if (!options) return Fail(options.error());
  item.options = std::move(*options);
  return item;
}

Result<MetadataOptions> Parse(std::string_view select, std::string_view expand,
                              std::string_view filter, int depth) {
  MetadataOptions options;
  options.filter = filter;
  for (const std::string& name : SplitOutside(select, ',')) {
    if (!Trim(name).empty()) options.select.emplace_back(Trim(name));
  }
  for (const std::string& text : SplitOutside(expand, ',')) {
    if (Trim(text).empty()) continue;
    auto item = ParseExpand(Trim(text), depth);
    if (!item) return Fail(item.error());
    options.expand.push_back(std::move(*item));
  }
  return options;
}

}  // namespace

std::vector<std::string> SplitOutside(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool in_text = false;
  for (const char c : text) {
    if (c == '\'') in_text = !in_text;  // A doubled quote closes and opens again.
    if (!in_text && c == '(') ++depth;
    if (!in_text && c == ')') --depth;
    if (c == separator && !in_text && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

Result<MetadataOptions> ParseMetadataOptions(std::string_view select, std::string_view expand,
                                             std::string_view filter) {
  return Parse(select, expand, filter, 0);
}

std::string ContextSuffix(const MetadataOptions& options) {
  std::vector<std::string> names = options.select;
  for (const MetadataExpand& item : options.expand)
    names.push_back(item.navigation + ContextSuffix(item.options));
  return names.empty() ? "" : "(" + Join(names, ",") + ")";
}

}  // namespace satchel::sandbox
