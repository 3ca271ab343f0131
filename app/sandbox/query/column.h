// One property of an answer: where its value comes from and how it is called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/sandbox/company/metadata.h"
#include "app/sandbox/web/prefer.h"

namespace satchel::sandbox {

struct Column {
  const Table* table = nullptr;
  const Attribute* attribute = nullptr;  // Null: a count, shown as a whole number.
  std::string key = {};                  // Of the JSON property.
  std::string value_sql = {};
  std::string type_sql = {};   // Of a polymorphic lookup: the target's logical name.
  std::string label_sql = {};  // Name of a lookup's target, symbol of a money value's currency.
  int value = -1;              // Positions in the SELECT list, set when it is written.
  int type = -1;
  int label = -1;
};

// The column of an attribute as read from `alias`; labels only where formatted values are asked
// for. `key` empty: the attribute's name on the wire.
[[nodiscard]] Column MakeColumn(const Metadata& metadata, const Table& table,
                                const Attribute& attribute, std::string_view alias,
                                const Preferences& prefer, std::string key = {});

// The primary name of the row that a lookup points at, as an SQL expression.
[[nodiscard]] std::string TargetNameSql(const Metadata& metadata, const Attribute& lookup,
                                        std::string_view alias);
// The label of a choice in the server's language, as an SQL expression.
[[nodiscard]] std::string ChoiceLabelSql(const Attribute& choice, std::string_view alias);

}  // namespace satchel::sandbox
