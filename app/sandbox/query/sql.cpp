#include "app/sandbox/query/sql.h"

#include "engine/record/cell.h"

namespace satchel::sandbox {

Sql& Sql::Value(SqlValue value) {
  binds_.push_back(std::move(value));
  text_ += "?" + std::to_string(binds_.size());
  return *this;
}

Sql& Sql::Add(const SqlText& compiled) {
  const std::size_t before = binds_.size();
  char quote = 0;
  for (std::size_t at = 0; at < compiled.text.size(); ++at) {
    const char c = compiled.text[at];
    text_ += c;
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '\'' || c == '"') quote = c;
    if (c != '?') continue;
    std::size_t number = 0;
    while (at + 1 < compiled.text.size() && compiled.text[at + 1] >= '0' &&
           compiled.text[at + 1] <= '9') {
      number = number * 10 + static_cast<std::size_t>(compiled.text[++at] - '0');
    }
    text_ += std::to_string(before + number);
  }
  binds_.insert(binds_.end(), compiled.binds.begin(), compiled.binds.end());
  return *this;
}

std::string SqlLiteral(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

std::string SqlLiteral(const Guid& id) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = "X'";
  for (const std::uint8_t byte : id.bytes) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out + "'";
}

std::string Qualified(std::string_view alias, std::string_view field) {
  return std::string(alias) + "." + SqlName(field);
}

}  // namespace satchel::sandbox
