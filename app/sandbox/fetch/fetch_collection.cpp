#include "app/sandbox/fetch/fetch_collection.h"

#include <algorithm>

#include "app/sandbox/fetch/fetch_select.h"
#include "app/sandbox/query/render.h"
#include "app/sandbox/web/collection.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

PageAsk AskOf(const Call& call, const FetchRequest& request) {
  PageAsk ask;
  ask.limit = kMaxPageSize;
  if (request.top > 0) {
    ask.limit = request.top;
  } else if (request.count > 0) {
    ask.limit = request.count;
  } else if (call.prefer.max_page_size > 0) {
    ask.limit = std::min<std::int64_t>(call.prefer.max_page_size, kMaxPageSize);
  }
  ask.page = request.page;
  if (request.page > 1 && !request.paging_cookie.empty()) {
    ask.after = ParseCookie(request.paging_cookie);
    // A cookie of another page says nothing about where this one begins.
    if (ask.after && ask.after->page != request.page - 1) ask.after.reset();
  }
  return ask;
}

}  // namespace

Answer<HttpResponse> GetFetch(Call& call, const Table& table, std::string_view xml) {
  const auto request = ParseFetchRequest(xml);
  if (!request) return Refuse(request.error());
  if (request->query.entity != table.name) {
    return BadQuery("The entity " + Quoted(request->query.entity) +
                    " of the fetch is not the entity of the set " + Quoted(table.set_name) + ".");
  }
  auto fetch = CompileFetch(call, table, *request);
  if (!fetch) return Refuse(fetch.error());
  const PageAsk ask = AskOf(call, *request);

  if (request->aggregate) {
    Select every = fetch->select;
    every.columns.clear();
    every.group_by.clear();
    const std::int64_t limit = std::min<std::int64_t>(request->aggregate_limit, 50'000);
    const auto count = CountRows(call.database, every, limit + 1);
    if (!count) return Refuse(count.error());
    if (*count > limit) {
      return Refuse(400, kCodeAggregateLimit,
                    "AggregateQueryRecordLimit exceeded. Cannot perform this operation.");
    }
  }

  RenderOptions render = MakeRenderOptions(call.metadata(), call.prefer, call.context.zone);
  render.omit_null = true;
  JsonWriter rows;
  rows.BeginArray();
  const auto end =
      ReadPage(call.database, fetch->select, ask, [&](const Statement& row) -> Answer<> {
        rows.BeginObject();
        if (fetch->select.version >= 0) {
          rows.PlainKey("@odata.etag").String(ETagOf(row.Integer(fetch->select.version)));
        }
        for (const Column& column : fetch->select.columns) RenderColumn(rows, column, row, render);
        rows.EndObject();
        return {};
      });
  if (!end) return Refuse(end.error());
  rows.EndArray();

  JsonWriter out;
  out.BeginObject().PlainKey("@odata.context").String(call.ContextUrl(fetch->context));
  std::int64_t count = -1;
  bool limited = false;
  const std::string* asked = call.url.Find("$count");
  if (request->return_total_record_count || (asked != nullptr && *asked == "true")) {
    const auto counted = CountRows(call.database, fetch->select, kCountLimit + 1);
    if (!counted) return Refuse(counted.error());
    limited = *counted > kCountLimit;
    count = std::min(*counted, kCountLimit);
    out.PlainKey("@odata.count").Integer(count);
  }
  WriteCountAnnotations(out, call, count, limited);
  const bool more = end->more && request->top == 0;
  // The last page has no cookie: clients that follow cookies would never stop.
  if (more && call.prefer.Wants(kPagingCookie)) {
    out.PlainKey("@", kPagingCookie)
        .String(PrintSkipToken({ask.page + 1, PrintCookie(end->cookie), {}}));
  }
  if (call.prefer.Wants(kMoreRecords)) out.PlainKey("@", kMoreRecords).Boolean(more);
  out.PlainKey("value").Raw(rows.Take());
  out.EndObject();
  return JsonAnswer(out.Take());
}

Answer<std::string> SavedFetch(Call& call, std::string_view id) {
  const auto key = ParseGuid(id);
  if (!key) return BadQuery("savedQuery takes the id of a saved query.");
  auto statement = call.database.Prepare("SELECT fetchxml FROM savedquery WHERE savedqueryid = ?1");
  if (!statement) return Refuse(statement.error());
  statement->Bind(1, *key);
  const auto row = statement->Step();
  if (!row) return Refuse(row.error());
  if (!*row) {
    return Refuse(404, kCodeNotFound, "savedquery With Id = " + ToString(*key) + " Does Not Exist");
  }
  return std::string(statement->Text(0));
}

}  // namespace satchel::sandbox
