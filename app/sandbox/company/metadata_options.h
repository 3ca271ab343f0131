// $select, $expand and $filter of a metadata request, taken apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/support/result.h"

namespace satchel::sandbox {

struct MetadataExpand;

struct MetadataOptions {
  std::vector<std::string> select = {};
  std::vector<MetadataExpand> expand;  // No initializer: clang 14 cannot give one here.
  std::string filter = {};
};

struct MetadataExpand {
  std::string navigation = {};
  MetadataOptions options = {};
};

// kInvalid for anything that cannot be read.
[[nodiscard]] Result<MetadataOptions> ParseMetadataOptions(std::string_view select,
                                                           std::string_view expand,
                                                           std::string_view filter);

// Parts between separators that stand outside brackets and quotes.
[[nodiscard]] std::vector<std::string> SplitOutside(std::string_view text, char separator);

// As a context URL names what was asked: "(LogicalName,OptionSet(Options))", or nothing.
[[nodiscard]] std::string ContextSuffix(const MetadataOptions& options);

}  // namespace satchel::sandbox
