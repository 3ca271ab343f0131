// GET of sets, rows, properties and navigation properties.
#pragma once

#include <string>

#include "app/sandbox/web/call.h"
#include "app/sandbox/web/key.h"
#include "app/sandbox/web/rows.h"

namespace satchel::sandbox {

// accounts, accounts(…)/contact_customer_accounts: a page of rows. `where` as in Rows::Prepare.
[[nodiscard]] Answer<HttpResponse> GetCollection(Call& call, const Table& table,
                                                 std::string_view where);
// accounts/$count
[[nodiscard]] Answer<HttpResponse> GetCount(Call& call, const Table& table, std::string_view where);
// accounts(…)
[[nodiscard]] Answer<HttpResponse> GetRow(Call& call, const Table& table, const Guid& id);
// The row as JSON, for GET and return=representation.
[[nodiscard]] Answer<std::string> RenderRow(Call& call, const Table& table, const Guid& id,
                                            const ReadOptions& options);
// accounts(…)/name, with or without /$value
[[nodiscard]] Answer<HttpResponse> GetProperty(Call& call, const Table& table, const Guid& id,
                                               const Attribute& attribute, bool raw);
// accounts(…)/contact_customer_accounts/$ref and accounts(…)/primarycontactid/$ref
[[nodiscard]] Answer<HttpResponse> GetReferences(Call& call, const Table& related,
                                                 std::string_view where, bool collection);
// The row that a lookup column points at by this relationship.
[[nodiscard]] Answer<std::optional<Reference>> LookupTarget(Call& call, const Table& table,
                                                            const Guid& id,
                                                            const Relationship& lookup);
// The link to the next page: the request's own URL with another skip token.
[[nodiscard]] std::string NextLink(const Call& call, const SkipToken& token);
// Annotations of a collection: counts and the metadata version, where asked for.
void WriteCountAnnotations(JsonWriter& out, const Call& call, std::int64_t count, bool limited);
// "accounts(…)": 404 and 403 as a read of the row would answer.
[[nodiscard]] Answer<> RequireReadable(Call& call, const Table& table, const Guid& id);

}  // namespace satchel::sandbox
