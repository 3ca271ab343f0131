// The words of an OData expression.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/sandbox/web/error.h"

namespace satchel::sandbox {

struct Token {
  enum class Kind : std::uint8_t {
    kName,    // eq, name, Microsoft.Dynamics.CRM.Today
    kAlias,   // @p1
    kString,  // 'it''s', unquoted
    kNumber,  // -12.5
    kGuid,
    kDate,  // 2024-05-31, 2024-05-31T12:00:00Z
    kList,  // ["a","b"] or ['a','b'], brackets included
    kMark,  // ( ) , / : =
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string text = {};
  std::size_t at = 0;  // Offset in the expression, for messages.

  [[nodiscard]] bool Is(Kind wanted, std::string_view wanted_text) const {
    return kind == wanted && text == wanted_text;
  }
};

// Ends with a kEnd token. The error names the position.
[[nodiscard]] Answer<std::vector<Token>> Tokenize(std::string_view expression);
// The strings and numbers of a kList; "[]" has none.
[[nodiscard]] Answer<std::vector<std::string>> ListItems(std::string_view list);

}  // namespace satchel::sandbox
