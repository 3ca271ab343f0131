// A $filter expression as a tree: what was written, not yet what it means.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/sandbox/web/url.h"

namespace satchel::sandbox {

// A property path, or a literal.
struct Operand {
  enum class Kind : std::uint8_t { kPath, kNull, kBoolean, kNumber, kString, kGuid, kDate, kList };
  Kind kind = Kind::kNull;
  std::vector<std::string> path = {};  // primarycontactid/fullname: two names.
  std::string text = {};               // Of a literal: "true", "12.5", the string unquoted …
};

// Parameters of a Microsoft.Dynamics.CRM function: PropertyName='name'.
struct Parameter {
  std::string name = {};
  Operand value = {};
};

struct Expression {
  enum class Kind : std::uint8_t {
    kAnd,       // parts, two or more
    kOr,        // parts, two or more
    kNot,       // parts[0]
    kCompare,   // operands[0] name operands[1]; name is eq, ne, gt, ge, lt or le
    kMatch,     // name(operands[0], operands[1]); name is contains, startswith or endswith
    kFunction,  // Microsoft.Dynamics.CRM.name(parameters)
    kLambda,    // path/name(variable: parts[0]); name is any or all; no parts: any()
  };
  Kind kind = Kind::kAnd;
  std::string name = {};
  std::string variable = {};
  std::vector<std::string> path = {};
  std::vector<Operand> operands = {};
  std::vector<Parameter> parameters = {};
  std::vector<Expression> parts = {};
};

// Parameter aliases (@p1) take their values from the URL's options. Refused with the sentence a
// client sees: syntax errors, arithmetic, unknown functions, more than 64 levels.
[[nodiscard]] Answer<Expression> ParseExpression(std::string_view text, const Url& url);

}  // namespace satchel::sandbox
