// The rows an actor may read, under names that stand in place of the tables.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "app/sandbox/company/security.h"

namespace satchel::sandbox {

class Visible {
 public:
  Visible(const Security& security, Actor actor) : security_(security), actor_(actor) {}

  // What to read from, quoted as an identifier: the table itself where every row is visible, else
  // a common table expression that With() defines.
  [[nodiscard]] std::string Name(std::string_view entity);
  // The same without quotes, for CompileSql.
  [[nodiscard]] std::string PlainName(std::string_view entity);
  // "WITH … " for every name given out so far; empty when none is needed.
  [[nodiscard]] std::string With() const;

 private:
  const Security& security_;
  Actor actor_;
  std::map<std::string, std::string, std::less<>> names_;
  std::string definitions_;
};

}  // namespace satchel::sandbox
