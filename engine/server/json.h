// Small JSON answers (metadata, users, errors) as a tree of plain values. Pages of rows never come
// this way: row_parser.h reads them without building anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/support/result.h"

namespace satchel {

struct Json {
  enum class Kind : std::uint8_t { kNull, kBoolean, kInteger, kReal, kText, kArray, kObject };
  Kind kind = Kind::kNull;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string text = {};
  std::vector<Json> items = {};                            // Of an array.
  std::vector<std::pair<std::string, Json>> members = {};  // Of an object, in the sender's order.

  // A member, or a null value where there is none: paths may be walked without asking.
  [[nodiscard]] const Json& operator[](std::string_view name) const;
  [[nodiscard]] bool Is(Kind wanted) const { return kind == wanted; }
  // Text; whole numbers as text too; else "".
  [[nodiscard]] std::string AsText() const;
  [[nodiscard]] std::int64_t AsInteger(std::int64_t otherwise) const;
  [[nodiscard]] bool AsBoolean(bool otherwise) const;
};

// kCorrupt, with one sentence, for anything that is not one JSON document of at most kMaxJsonDepth
// levels; a web page is called one.
[[nodiscard]] Result<Json> ParseJson(std::string_view text);

// "answered with a web page …" or "answered with something that is not JSON …", for people.
[[nodiscard]] std::string NotJson(std::string_view body);

}  // namespace satchel
