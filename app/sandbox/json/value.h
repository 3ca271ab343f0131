// JSON as a tree, for what clients send. Numbers keep their text: money must not pass through a
// double.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/support/result.h"

namespace satchel::sandbox {

struct JsonValue {
  enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text = {};  // Of a string, unescaped; of a number, as written.
  std::vector<JsonValue> items = {};
  std::vector<std::pair<std::string, JsonValue>> members = {};  // In the order sent.

  [[nodiscard]] bool null() const { return kind == Kind::kNull; }
  [[nodiscard]] bool is_string() const { return kind == Kind::kString; }
  [[nodiscard]] bool is_array() const { return kind == Kind::kArray; }
  [[nodiscard]] bool is_object() const { return kind == Kind::kObject; }
  // The member of that name, or null.
  [[nodiscard]] const JsonValue* Find(std::string_view name) const;
};

// The whole text is one value, nested at most 64 deep.
[[nodiscard]] Result<JsonValue> ParseJson(std::string_view text);
[[nodiscard]] std::string PrintJson(const JsonValue& value);

}  // namespace satchel::sandbox
