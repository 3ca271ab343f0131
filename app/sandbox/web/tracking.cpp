#include "app/sandbox/web/tracking.h"

#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "app/sandbox/company/tables.h"
#include "app/sandbox/query/sql.h"
#include "app/sandbox/web/collection.h"
#include "engine/record/cell.h"

namespace satchel::sandbox {

namespace {

constexpr std::string_view kDeleted = "deleted";  // Cookie column of a page of tombstones.

// "919042!08/22/2017 08:10:44": the last version seen, and when.
struct DeltaToken {
  std::int64_t version = 0;
  std::int64_t seconds = 0;  // Since 1970, UTC.
};

std::string Print(const DeltaToken& token) {
  const date::sys_seconds time{std::chrono::seconds{token.seconds}};
  return std::to_string(token.version) + "!" + date::format("%m/%d/%Y %H:%M:%S", time);
}

std::optional<DeltaToken> ParseToken(const std::string& text) {
  const std::size_t mark = text.find('!');
  if (mark == std::string::npos) return std::nullopt;
  DeltaToken token;
  const char* middle = text.data() + mark;
  if (std::from_chars(text.data(), middle, token.version).ptr != middle) return std::nullopt;
  std::istringstream rest(text.substr(mark + 1));
  date::sys_seconds time;
  rest >> date::parse("%m/%d/%Y %H:%M:%S", time);
  if (rest.fail()) return std::nullopt;
  token.seconds = time.time_since_epoch().count();
  return token;
}

std::int64_t WallSeconds(const Call& call) {
  return call.crm.WallClock().ticks / kTicksPerSecond;
}

// Seconds a token lives: as told, else the organisation's days.
Answer<std::int64_t> LifeOf(Call& call) {
  const std::int64_t told = call.crm.options().delta_expiry.count();
  if (told > 0) return told;
  constexpr std::int64_t kDefaultDays = 7;
  if (call.metadata().Find("organization", "expirechangetrackingindays") == nullptr) {
    return kDefaultDays * 86'400;
  }
  auto statement =
      call.database.Prepare("SELECT expirechangetrackingindays FROM organization LIMIT 1");
  if (!statement) return Refuse(statement.error());
  const auto row = statement->Step();
  if (!row) return Refuse(row.error());
  return (*row && !statement->IsNull(0) ? statement->Integer(0) : kDefaultDays) * 86'400;
}

Answer<> CheckAllowed(const Call& call, const Table& table, const ReadOptions& options) {
  if (!table.change_tracking) {
    return BadQuery("Change tracking isn't enabled for the entity '" + table.name + "'.");
  }
  const std::pair<const char*, bool> refused[] = {{"$filter", !options.filter.empty()},
                                                  {"$orderby", !options.order_by.empty()},
                                                  {"$expand", !options.expand.empty()},
                                                  {"$top", options.top > 0}};
  for (const auto& [name, given] : refused) {
    if (given) {
      return BadQuery("The \"" + std::string(name) +
                      "\" query parameter isn't supported when Change Tracking is enabled.");
    }
  }
  // Deltas say nothing about rights to single rows, so all rows must be readable.
  for (const Guid& user : {call.actor.caller, call.actor.user()}) {
    if (call.security().DepthOf(user, table.name, Right::kRead) != Depth::kOrganization) {
      return Refuse(403, kCodePrivilege,
                    "Principal user (Id=" + ToString(user) +
                        ") needs read privilege at organization level on '" + table.name +
                        "' for change tracking.");
    }
  }
  return {};
}

Answer<DeltaToken> ReadToken(Call& call, const std::string& text) {
  const auto token = ParseToken(text);
  if (!token) return BadQuery("The $deltatoken is malformed. Follow @odata.deltaLink as it is.");
  const auto life = LifeOf(call);
  if (!life) return Refuse(life.error());
  if (WallSeconds(call) - token->seconds > *life) {
    return Refuse(400, kCodeExpiredToken,
                  "Version stamp associated with the client has expired. Please perform a full "
                  "sync.");
  }
  return *token;
}

std::string DeltaLink(const Call& call, const Table& table, const std::string& token) {
  std::string link = call.base_url + table.set_name + "?";
  if (const std::string* select = call.url.Find("$select")) link += "$select=" + *select + "&";
  return link + "$deltatoken=" + Escape(token);
}

// A page of the deletes after `from`; answers whether there are more, and the last version.
Answer<bool> WriteTombstones(Call& call, const Table& table, std::int64_t from, std::int64_t to,
                             std::int64_t limit, JsonWriter& out, std::int64_t& last) {
  Sql sql;
  sql.Add("SELECT id, version FROM " + SqlName(kTombstoneTable) + " WHERE entity = ");
  sql.Value(table.name).Add(" AND version > ").Value(from).Add(" AND version <= ").Value(to);
  sql.Add(" ORDER BY version LIMIT ").Value(limit + 1);
  auto statement = call.database.Prepare(sql.text());
  if (!statement) return Refuse(statement.error());
  statement->Bind(sql.binds());
  for (std::int64_t written = 0;; ++written) {
    const auto row = statement->Step();
    if (!row) return Refuse(row.error());
    if (!*row) return false;
    if (written == limit) return true;
    out.BeginObject().PlainKey("@odata.context");
    out.String(call.ContextUrl(table.set_name + "/$deletedEntity"));
    out.PlainKey("id").String(ToString(statement->Id(0)));
    out.PlainKey("reason").String("deleted").EndObject();
    last = statement->Integer(1);
  }
}

}  // namespace

bool AsksForChanges(const Call& call) {
  if (call.prefer.track_changes || call.url.Find("$deltatoken") != nullptr) return true;
  const std::string* text = call.url.Find("$skiptoken");
  if (text == nullptr) return false;
  const auto token = ParseSkipToken(*text);
  return token && !token->tracking.empty();
}

Answer<HttpResponse> GetChanges(Call& call, const Table& table) {
  auto options = ReadOptionsOf(call.url);
  if (!options) return Refuse(options.error());
  if (auto allowed = CheckAllowed(call, table, *options); !allowed) return Refuse(allowed.error());
  std::optional<DeltaToken> since;
  if (const std::string* text = call.url.Find("$deltatoken")) {
    const auto token = ReadToken(call, *text);
    if (!token) return Refuse(token.error());
    since = *token;
  }
  // The mark is taken before the first row is read: what changes meanwhile comes with the next
  // delta.
  const auto version = LastVersion(call.database);
  if (!version) return Refuse(version.error());
  SkipToken here;
  here.page = 1;
  here.tracking = Print({*version, WallSeconds(call)});
  if (const std::string* text = call.url.Find("$skiptoken")) {
    const auto token = ParseSkipToken(*text);
    if (!token) return BadQuery("The $skiptoken is malformed. Follow @odata.nextLink as it is.");
    here = *token;
  }
  const auto until = ParseToken(here.tracking);
  if (!until) return BadQuery("The $skiptoken is malformed. Follow @odata.nextLink as it is.");

  PageAsk ask;
  ask.page = here.page;
  if (call.prefer.max_page_size > 0) {
    ask.limit = std::min<std::int64_t>(call.prefer.max_page_size, kMaxPageSize);
  }
  ask.after = ParseCookie(here.cookie);
  std::string where;
  if (since) {
    const std::string version_sql = Qualified("t0", kVersionColumn);
    where = version_sql + " > " + std::to_string(since->version) + " AND " + version_sql +
            " <= " + std::to_string(until->version);
  }
  auto rows = Rows::Prepare(call, table, *options, where);
  if (!rows) return Refuse(rows.error());
  if (since) {
    rows->select().order = {
        {Qualified("t0", kVersionColumn), "versionnumber", FieldType::kBigInt, false}};
  }

  JsonWriter value;
  value.BeginArray();
  const bool only_deletes =
      ask.after && !ask.after->columns.empty() && ask.after->columns.front().name == kDeleted;
  std::int64_t deleted_from = since ? since->version : 0;
  PageEnd end;
  if (only_deletes) {
    const std::string last = ask.after->columns.front().last.value_or("0");
    std::from_chars(last.data(), last.data() + last.size(), deleted_from);
  } else {
    auto read = ReadPage(call.database, rows->select(), ask, [&](const Statement& row) -> Answer<> {
      value.BeginObject();
      if (auto written = rows->WriteMembers(value, row); !written) return written;
      value.EndObject();
      return {};
    });
    if (!read) return Refuse(read.error());
    end = std::move(*read);
  }
  bool more = end.more;
  std::string cookie = PrintCookie(end.cookie);
  if (since && !more) {
    std::int64_t last = deleted_from;
    const auto rest = WriteTombstones(call, table, deleted_from, until->version,
                                      ask.limit - end.rows, value, last);
    if (!rest) return Refuse(rest.error());
    more = *rest;
    const std::string mark = std::to_string(last);
    cookie = PrintCookie({ask.page, {{std::string(kDeleted), mark, mark}}});
  }
  value.EndArray();

  JsonWriter out;
  out.BeginObject().PlainKey("@odata.context");
  out.String(call.ContextUrl(rows->context() + (since ? "/$delta" : "")));
  WriteCountAnnotations(out, call, -1, false);
  if (more) {
    out.PlainKey("@odata.nextLink").String(NextLink(call, {ask.page + 1, cookie, here.tracking}));
  } else {
    out.PlainKey("@odata.deltaLink").String(DeltaLink(call, table, here.tracking));
  }
  out.PlainKey("value").Raw(value.Take());
  out.EndObject();
  HttpResponse response = JsonAnswer(out.Take());
  std::string applied = "odata.track-changes";
  if (call.prefer.max_page_size > 0) {
    applied += ", odata.maxpagesize=" + std::to_string(call.prefer.max_page_size);
  }
  response.headers.Set("Preference-Applied", applied);
  return response;
}

Answer<HttpResponse> GetChangeCount(Call& call, const Table& table) {
  if (auto allowed = CheckAllowed(call, table, {}); !allowed) return Refuse(allowed.error());
  const auto since = ReadToken(call, call.url.Get("$deltatoken"));
  if (!since) return Refuse(since.error());
  Sql sql;
  sql.Add("SELECT (SELECT count(*) FROM " + SqlName(table.name) + " WHERE " +
          SqlName(kVersionColumn) + " > ");
  sql.Value(since->version).Add(") + (SELECT count(*) FROM " + SqlName(kTombstoneTable));
  sql.Add(" WHERE entity = ").Value(table.name).Add(" AND version > ").Value(since->version);
  sql.Add(")");
  auto statement = call.database.Prepare(sql.text());
  if (!statement) return Refuse(statement.error());
  statement->Bind(sql.binds());
  if (const auto row = statement->Step(); !row) return Refuse(row.error());
  HttpResponse response;
  response.headers.Set("Content-Type", "text/plain");
  response.headers.Set("OData-Version", "4.0");
  response.body = std::to_string(statement->Integer(0));
  return response;
}

}  // namespace satchel::sandbox
