// POST, PATCH, PUT and DELETE of rows, properties and references.
#pragma once

#include "app/sandbox/web/call.h"

namespace satchel::sandbox {

[[nodiscard]] Answer<HttpResponse> PostRow(Call& call, const Table& table);
// Update, upsert or conditional create, as If-Match and If-None-Match say.
[[nodiscard]] Answer<HttpResponse> PatchRow(Call& call, const Table& table, const Segment& segment);
[[nodiscard]] Answer<HttpResponse> RemoveRow(Call& call, const Table& table, const Guid& id);
// PUT {"value":…} and DELETE of one property.
[[nodiscard]] Answer<HttpResponse> WriteProperty(Call& call, const Table& table, const Guid& id,
                                                 const Attribute& attribute);
// …/navigation/$ref and …/navigation(key)/$ref
[[nodiscard]] Answer<HttpResponse> WriteReference(Call& call, const Table& table, const Guid& id,
                                                  const Segment& navigation);
// CreateMultiple, UpdateMultiple, UpsertMultiple: all or nothing.
[[nodiscard]] Answer<HttpResponse> WriteMultiple(Call& call, const Table& table,
                                                 std::string_view action);

}  // namespace satchel::sandbox
