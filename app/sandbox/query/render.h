// Values of rows as JSON properties with their annotations.
#pragma once

#include <string>

#include "app/sandbox/json/writer.h"
#include "app/sandbox/query/column.h"
#include "engine/store/database.h"

namespace satchel::sandbox {

struct RenderOptions {
  const Metadata* metadata = nullptr;
  std::string zone = "UTC";  // Of the user, for formatted date-times.
  bool formatted = false;
  bool target = false;      // lookuplogicalname
  bool navigation = false;  // associatednavigationproperty
  bool omit_null = false;   // As FetchXML answers do.
};
[[nodiscard]] RenderOptions MakeRenderOptions(const Metadata& metadata, const Preferences& prefer,
                                              std::string zone);

// Writes the property of the statement's current row, its annotations in front of it.
void RenderColumn(JsonWriter& out, const Column& column, const Statement& row,
                  const RenderOptions& options);

// The value alone, as JSON text.
[[nodiscard]] std::string JsonOf(const Attribute& attribute, const Cell& cell);

// W/"81359849"
[[nodiscard]] std::string ETagOf(std::int64_t version);

}  // namespace satchel::sandbox
