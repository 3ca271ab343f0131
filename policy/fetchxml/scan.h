// A look at the raw text before an XML library sees it.
#pragma once

#include <optional>
#include <string_view>

#include "policy/fetchxml/fetchxml.h"

namespace satchel {

inline constexpr int kMaxXmlDepth = 17;  // Deeper filters could not be written to a policy file.

// Offset to mark, in time that grows with the document when the offsets do, too.
class XmlMarks {
 public:
  explicit XmlMarks(std::string_view xml) : xml_(xml) {}
  [[nodiscard]] Mark At(std::size_t offset);

 private:
  std::string_view xml_;
  std::size_t at_ = 0;
  Mark mark_ = {1, 1};
};
[[nodiscard]] Mark MarkInXml(std::string_view xml, std::size_t offset);

// Refuses what is too large or too deep, not UTF-8, has a DOCTYPE or entities of its own.
[[nodiscard]] std::optional<FetchError> ScanXml(std::string_view xml);

}  // namespace satchel
