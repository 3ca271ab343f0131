#include "app/sandbox/web/collection.h"

#include <algorithm>

#include "app/sandbox/http/message.h"
#include "app/sandbox/query/sql.h"
#include "app/sandbox/web/key.h"
#include "app/sandbox/web/record_write.h"
#include "engine/record/cell.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

// A string that changes with the tables' definitions; here they never change while we run.
std::string MetadataVersion(const Call& call) {
  return std::to_string(call.metadata().tables.size()) + ":" +
         std::to_string(call.metadata().relationships.size());
}

// The page a request asks for: size, number, where the one before ended.
Answer<PageAsk> AskOf(const Call& call, const ReadOptions& options) {
  PageAsk ask;
  ask.limit = kMaxPageSize;
  // With a page size $top is ignored, as the documentation says.
  if (call.prefer.max_page_size > 0) {
    ask.limit = std::min<std::int64_t>(call.prefer.max_page_size, kMaxPageSize);
  } else if (options.top > 0) {
    if (options.top > kMaxPageSize) {
      return BadQuery("The limit of $top is 5000.");
    }
    ask.limit = options.top;
  }
  if (const std::string* text = call.url.Find("$skiptoken")) {
    const auto token = ParseSkipToken(*text);
    if (!token) return BadQuery("The $skiptoken is malformed. Follow @odata.nextLink as it is.");
    ask.page = token->page;
    ask.after = ParseCookie(token->cookie);
  }
  return ask;
}

}  // namespace

std::string NextLink(const Call& call, const SkipToken& token) {
  std::string link = call.base_url + call.url.path;
  char separator = '?';
  for (const std::string_view option : Split(call.url.query, '&')) {
    const auto name = Unescape(option.substr(0, option.find('=')), true);
    if (option.empty() || (name && EqualsNoCase(*name, "$skiptoken"))) continue;
    link += separator;
    link += option;
    separator = '&';
  }
  return link + separator + "$skiptoken=" + Escape(PrintSkipToken(token));
}

void WriteCountAnnotations(JsonWriter& out, const Call& call, std::int64_t count, bool limited) {
  if (call.prefer.Wants(kTotalRecordCount)) {
    out.PlainKey("@", kTotalRecordCount).Integer(count);
  }
  if (call.prefer.Wants(kTotalRecordCountLimitExceeded)) {
    out.PlainKey("@", kTotalRecordCountLimitExceeded).Boolean(limited);
  }
  if (call.prefer.Wants(kGlobalMetadataVersion)) {
    out.PlainKey("@", kGlobalMetadataVersion).String(MetadataVersion(call));
  }
}

Answer<HttpResponse> GetCollection(Call& call, const Table& table, std::string_view where) {
  const auto options = ReadOptionsOf(call.url);
  if (!options) return Refuse(options.error());
  auto rows = Rows::Prepare(call, table, *options, where);
  if (!rows) return Refuse(rows.error());
  const auto ask = AskOf(call, *options);
  if (!ask) return Refuse(ask.error());

  JsonWriter out;
  out.BeginObject().PlainKey("@odata.context").String(call.ContextUrl(rows->context()));
  std::int64_t count = -1;
  bool limited = false;
  if (options->count) {
    const auto counted = CountRows(call.database, rows->select(), kCountLimit + 1);
    if (!counted) return Refuse(counted.error());
    limited = *counted > kCountLimit;
    count = std::min(*counted, kCountLimit);
    out.PlainKey("@odata.count").Integer(count);
  }
  WriteCountAnnotations(out, call, count, limited);
  out.PlainKey("value").BeginArray();
  const auto end =
      ReadPage(call.database, rows->select(), *ask, [&](const Statement& row) -> Answer<> {
        out.BeginObject();
        if (auto written = rows->WriteMembers(out, row); !written) return written;
        out.EndObject();
        return {};
      });
  if (!end) return Refuse(end.error());
  out.EndArray();
  if (end->more && (options->top == 0 || call.prefer.max_page_size > 0)) {
    out.PlainKey("@odata.nextLink")
        .String(NextLink(call, {ask->page + 1, PrintCookie(end->cookie), {}}));
  }
  out.EndObject();
  HttpResponse response = JsonAnswer(out.Take());
  return response;
}

Answer<HttpResponse> GetCount(Call& call, const Table& table, std::string_view where) {
  auto options = ReadOptionsOf(call.url);
  if (!options) return Refuse(options.error());
  options->select = table.primary_id;
  options->expand.clear();
  auto rows = Rows::Prepare(call, table, *options, where);
  if (!rows) return Refuse(rows.error());
  const auto count = CountRows(call.database, rows->select(), kCountLimit);
  if (!count) return Refuse(count.error());
  HttpResponse response;
  response.headers.Set("Content-Type", "text/plain");
  response.headers.Set("OData-Version", "4.0");
  response.body = std::to_string(*count);
  return response;
}

Answer<> RequireReadable(Call& call, const Table& table, const Guid& id) {
  const auto version = VersionOf(call.database, table, id);
  if (!version) return Refuse(version.error());
  if (!*version) return DoesNotExist(table, id);
  if (auto may = CheckRight(call, table, Right::kRead, id); !may) return Refuse(may.error());
  return {};
}

Answer<std::string> RenderRow(Call& call, const Table& table, const Guid& id,
                              const ReadOptions& options) {
  auto rows = Rows::Prepare(call, table, options,
                            Qualified("t0", table.primary_id) + " = " + SqlLiteral(id));
  if (!rows) return Refuse(rows.error());
  JsonWriter out;
  out.BeginObject()
      .PlainKey("@odata.context")
      .String(call.ContextUrl(rows->context() + "/$entity"));
  const auto end = ReadPage(call.database, rows->select(), PageAsk{1, 1, {}},
                            [&](const Statement& row) { return rows->WriteMembers(out, row); });
  if (!end) return Refuse(end.error());
  if (end->rows == 0) return DoesNotExist(table, id);
  out.EndObject();
  return out.Take();
}

Answer<HttpResponse> GetRow(Call& call, const Table& table, const Guid& id) {
  const auto options = ReadOptionsOf(call.url);
  if (!options) return Refuse(options.error());
  if (auto readable = RequireReadable(call, table, id); !readable) return Refuse(readable.error());
  const auto version = VersionOf(call.database, table, id);
  if (!version) return Refuse(version.error());
  const std::string etag = ETagOf(version->value_or(0));
  // Annotated and expanded answers depend on more than this row, so they are always sent.
  const std::string_view known = call.Condition("If-None-Match");
  if (known == etag && table.optimistic_concurrency && call.prefer.annotations.empty() &&
      options->expand.empty()) {
    HttpResponse unchanged;
    unchanged.status = 304;
    unchanged.headers.Set("ETag", etag);
    unchanged.headers.Set("OData-Version", "4.0");
    return unchanged;
  }
  auto body = RenderRow(call, table, id, *options);
  if (!body) return Refuse(body.error());
  HttpResponse response = JsonAnswer(std::move(*body));
  response.headers.Set("ETag", etag);
  return response;
}

Answer<HttpResponse> GetProperty(Call& call, const Table& table, const Guid& id,
                                 const Attribute& attribute, bool raw) {
  if (auto readable = RequireReadable(call, table, id); !readable) return Refuse(readable.error());
  auto statement =
      call.database.Prepare("SELECT " + SqlName(attribute.name) + " FROM " + SqlName(table.name) +
                            " WHERE " + SqlName(table.primary_id) + " = ?1");
  if (!statement) return Refuse(statement.error());
  statement->Bind(1, id);
  if (const auto row = statement->Step(); !row || !*row) return DoesNotExist(table, id);
  if (statement->IsNull(0)) return NoContent();
  const std::string json = JsonOf(attribute, statement->At(0));
  if (raw) {
    HttpResponse response;
    response.headers.Set("Content-Type", "text/plain");
    response.headers.Set("OData-Version", "4.0");
    response.body = kTextTypes.Has(attribute.type) ? std::string(statement->Text(0)) : json;
    return response;
  }
  JsonWriter out;
  out.BeginObject();
  out.PlainKey("@odata.context")
      .String(call.ContextUrl(table.set_name + "(" + ToString(id) + ")/" + attribute.wire_name()));
  out.PlainKey("value").Raw(json);
  out.EndObject();
  return JsonAnswer(out.Take());
}

Answer<HttpResponse> GetReferences(Call& call, const Table& related, std::string_view where,
                                   bool collection) {
  ReadOptions options;
  options.select = related.primary_id;
  auto rows = Rows::Prepare(call, related, options, where);
  if (!rows) return Refuse(rows.error());
  const auto ask = AskOf(call, options);
  if (!ask) return Refuse(ask.error());
  JsonWriter out;
  out.BeginObject().PlainKey("@odata.context");
  out.String(call.ContextUrl(collection ? "Collection($ref)" : "$ref"));
  if (collection) out.PlainKey("value").BeginArray();
  const auto end =
      ReadPage(call.database, rows->select(), *ask, [&](const Statement& row) -> Answer<> {
        if (collection) out.BeginObject();
        out.PlainKey("@odata.id")
            .String(call.base_url + related.set_name + "(" + ToString(row.Id(rows->select().key)) +
                    ")");
        if (collection) out.EndObject();
        return {};
      });
  if (!end) return Refuse(end.error());
  if (!collection && end->rows == 0) return NoContent();
  if (collection) out.EndArray();
  if (end->more) {
    out.PlainKey("@odata.nextLink")
        .String(NextLink(call, {ask->page + 1, PrintCookie(end->cookie), {}}));
  }
  out.EndObject();
  return JsonAnswer(out.Take());
}

Answer<std::optional<Reference>> LookupTarget(Call& call, const Table& table, const Guid& id,
                                              const Relationship& lookup) {
  const Attribute* attribute = table.Find(lookup.referencing_attribute);
  std::string sql = "SELECT " + SqlName(attribute->name);
  if (attribute->polymorphic()) sql += ", " + SqlName(TypeColumn(attribute->name));
  sql += " FROM " + SqlName(table.name) + " WHERE " + SqlName(table.primary_id) + " = ?1";
  auto statement = call.database.Prepare(sql);
  if (!statement) return Refuse(statement.error());
  statement->Bind(1, id);
  const auto row = statement->Step();
  if (!row) return Refuse(row.error());
  if (!*row || statement->IsNull(0)) return std::nullopt;
  const std::string target(attribute->polymorphic() ? statement->Text(1)
                                                    : lookup.referenced_entity);
  const Table* related = call.metadata().Find(target);
  if (related == nullptr || !LeadsTo(lookup, target)) return std::nullopt;
  return Reference{related, statement->Id(0)};
}

}  // namespace satchel::sandbox
