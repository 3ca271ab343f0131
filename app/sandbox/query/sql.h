// SQL text under construction, with its values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/sql.h"

namespace satchel::sandbox {

class Sql {
 public:
  Sql& Add(std::string_view text) {
    text_ += text;
    return *this;
  }
  // A value, bound as the next parameter.
  Sql& Value(SqlValue value);
  // Compiled SQL: its ?1, ?2 … become the next parameters.
  Sql& Add(const SqlText& compiled);
  Sql& Add(const Sql& other) { return Add(SqlText{other.text_, other.binds_}); }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<SqlValue>& binds() const { return binds_; }

 private:
  std::string text_;
  std::vector<SqlValue> binds_;
};

// A text as an SQL literal, for what cannot be bound (views, CASE labels of metadata).
[[nodiscard]] std::string SqlLiteral(std::string_view text);
// X'0123…'
[[nodiscard]] std::string SqlLiteral(const Guid& id);
// alias."field"
[[nodiscard]] std::string Qualified(std::string_view alias, std::string_view field);

}  // namespace satchel::sandbox
