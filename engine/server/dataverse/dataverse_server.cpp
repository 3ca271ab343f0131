#include "engine/server/dataverse/dataverse_server.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "engine/http/broken_answer.h"
#include "engine/http/limits.h"
#include "engine/record/guid.h"
#include "engine/server/dataverse/answer_kinds.h"
#include "engine/server/dataverse/body_reader.h"
#include "engine/server/dataverse/change_request.h"
#include "engine/server/dataverse/paging_cookie.h"
#include "engine/server/dataverse/people.h"
#include "engine/server/dataverse/query_plan.h"
#include "engine/server/dataverse/schema_reader.h"
#include "engine/server/row_parser.h"
#include "engine/server/server_time.h"
#include "engine/server/write_answer.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

using dataverse::QueryPlan;

// Without a cookie the server counts pages from the start and stops here.
constexpr std::int64_t kMostRowsWithoutCookie = 50'000;

// The values a row was ordered by, as text that is equal for equal values.
std::string OrderValues(const QueryPlan& plan, const RowBatch& rows, std::size_t row) {
  std::string values;
  for (const std::size_t column : plan.order_columns) {
    const Cell& cell = rows.cell(row, column);
    if (cell.kind == Cell::Kind::kInteger) values += std::to_string(cell.integer);
    if (cell.kind == Cell::Kind::kReal)
      values += "r" + std::to_string(std::bit_cast<std::int64_t>(cell.real + 0.0));
    values += ',';
  }
  return values;
}

// Takes away what follows the first `top` rows and those that tie with the last of them; true when
// something did. `edge` is what that last row was ordered by.
bool StopAfterTies(const QueryPlan& plan, std::int64_t before, RowBatch& rows, std::string& edge) {
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const std::int64_t place = before + static_cast<std::int64_t>(row) + 1;
    if (place < plan.top) continue;
    const std::string values = OrderValues(plan, rows, row);
    if (place == plan.top) edge = values;
    if (values == edge) continue;
    while (rows.rows() > row) rows.RemoveLastRow();
    return true;
  }
  return false;
}

class DataverseServer : public CrmServer {
 public:
  explicit DataverseServer(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)), base_url_(connection_->root().Text()) {
    connection_->CheckAnswers(dataverse::CheckKinds);
  }

  const std::string& base_url() const override { return base_url_; }
  Capabilities capabilities() const override {
    return {.impersonation = true,
            .users = true,
            .views = true,
            .change_tracking = true,
            .row_versions = true,
            .writes = true,
            .conditional_create = true,
            .bodies = true};
  }
  void OnNotice(Notice notice) override { connection_->OnNotice(std::move(notice)); }

  Result<Identity> WhoAmI(std::stop_token stop) override {
    if (me_.user_id.empty()) {
      auto identity = dataverse::ReadIdentity(*connection_, stop);
      if (!identity) return identity;
      me_ = std::move(*identity);
    }
    return me_;
  }
  Result<std::vector<EntityName>> Entities(std::stop_token stop) override {
    return dataverse::ReadEntityNames(*connection_, stop);
  }
  Result<Schema> ReadSchema(const std::vector<std::string>& names, std::stop_token stop) override {
    return dataverse::ReadSchema(*connection_, names, stop);
  }
  Result<std::vector<UserInfo>> Users(std::stop_token stop) override {
    return dataverse::ReadUsers(*connection_, stop);
  }
  Result<UserInfo> FindUser(const std::string& who, std::stop_token stop) override {
    return dataverse::FindUser(*connection_, who, stop);
  }
  Result<FilterContext> ContextOf(const std::string& user_id, std::stop_token stop) override {
    const auto me = WhoAmI(stop);
    if (!me) return Fail(me.error());
    return dataverse::ReadContext(*connection_, *me, user_id, stop);
  }
  Result<std::string> WhyNotExact(const std::string& user_id,
                                  const std::vector<std::string>& entities,
                                  std::stop_token stop) override {
    const auto me = WhoAmI(stop);
    if (!me) return Fail(me.error());
    return dataverse::WhyNotExact(*connection_, *me, user_id, entities, stop);
  }

  Result<std::vector<ViewInfo>> Views(const std::string& entity, std::stop_token stop) override {
    std::string literal = entity;
    for (std::size_t at = 0; (at = literal.find('\'', at)) != std::string::npos; at += 2) {
      literal.insert(at, 1, '\'');
    }
    const std::string filter = "returnedtypecode eq '" + literal + "' and querytype eq 0";
    const auto rows = connection_->GetList(
        "savedqueries?$select=savedqueryid,name,fetchxml,isdefault,returnedtypecode&$filter=" +
            EncodeQuery(filter),
        {}, stop);
    if (!rows) return Fail(rows.error().While("read the views of " + Quoted(entity)));
    std::vector<ViewInfo> views;
    for (const Json& row : *rows) {
      views.push_back({row["savedqueryid"].AsText(), row["name"].AsText(), entity,
                       row["fetchxml"].AsText(), row["isdefault"].AsBoolean(false)});
    }
    std::sort(views.begin(), views.end(),
              [](const ViewInfo& a, const ViewInfo& b) { return a.name < b.name; });
    return views;
  }

  Result<ReadPlan> Plan(const ReadRequest& request, const Schema& schema) override {
    if (!request.as.empty() && !ParseGuid(request.as)) {
      return Fail(ErrorCode::kInvalid, Quoted(request.as) + " is no user id");
    }
    return dataverse::MakePlan(request, schema);
  }

  Result<Page> ReadPage(const ReadPlan& plan, const std::string& cursor_text,
                        std::stop_token stop) override {
    const auto detail = std::dynamic_pointer_cast<const QueryPlan>(plan.detail);
    if (!detail) {
      return Fail(ErrorCode::kInvalid, "the plan was not made by this server (plan again)");
    }
    auto cursor = ParseCursor(cursor_text);
    if (!cursor) return Fail(cursor.error().While(detail->layout.entity()));
    auto headers = HeadersAs(detail->as, stop);
    if (!headers) return Fail(headers.error());
    if (!detail->prefer.empty()) headers->push_back({"Prefer", detail->prefer});
    KeepTraffic();
    auto page = Read(detail, *cursor, *headers, stop);
    const Tally tally = connection_->TakeTally();
    if (!page) return Fail(NamingEntity(page.error(), detail->layout.entity()));
    page->requests = tally.requests;
    page->bytes_received = tally.bytes;
    return page;
  }

  Result<HighWater> NoteHighWater(const std::string& entity, const Schema& schema,
                                  const std::string& as, std::stop_token stop) override {
    const EntitySchema* found = schema.Find(entity);
    if (!found) {
      return Fail(ErrorCode::kInvalid,
                  "the server has no entity " + Quoted(entity) + ", or the user may not see it");
    }
    if (found->version.empty()) {
      const auto headers = HeadersAs(LowerAscii(as), stop);
      if (!headers) return Fail(headers.error());
      return NoteServerTime(*connection_, *found,
                            found->set_name + "?$select=" + found->key + "&$top=1", *headers, stop);
    }
    const ReadRequest newest = {.query = {.entity = entity,
                                          .order = {{.field = found->version, .descending = true}},
                                          .top = 1},
                                .fields = {found->version},
                                .as = as,
                                .page_size = 1};
    const auto plan = Plan(newest, schema);
    if (!plan) return Fail(plan.error());
    const auto page = ReadPage(*plan, plan->first_cursor, stop);
    if (!page) return Fail(page.error());
    traffic_.requests += page->requests;
    traffic_.bytes += page->bytes_received;
    // Nothing to read: every change to come has a version above 0.
    HighWater water = {.kind = HighWater::Kind::kVersion};
    for (std::size_t i = 0; i < page->rows.columns().size() && page->rows.rows() > 0; ++i) {
      const Cell& cell = page->rows.cell(0, i);
      if (page->rows.columns()[i].name == found->version && cell.kind == Cell::Kind::kInteger) {
        water.version = cell.integer;
      }
    }
    return water;
  }

  Result<ChangePage> ReadChanges(const ReadPlan& plan, const std::string& cursor_text,
                                 std::stop_token stop) override {
    const auto detail = std::dynamic_pointer_cast<const QueryPlan>(plan.detail);
    if (!detail || detail->plain_target.empty()) {
      return Fail(ErrorCode::kInvalid,
                  "changes are told of whole entities only (plan a read without a filter)");
    }
    PageCursor cursor = {.kind = PageCursor::Kind::kDelta};
    if (!cursor_text.empty()) {
      auto parsed = ParseCursor(cursor_text);
      if (!parsed) return Fail(parsed.error().While(detail->layout.entity()));
      cursor = std::move(*parsed);
    }
    auto headers = HeadersAs(detail->as, stop);
    if (!headers) return Fail(headers.error());
    headers->push_back({"Prefer", "odata.track-changes," + detail->prefer});
    KeepTraffic();
    auto page = ReadTracked(detail, cursor, *headers, stop);
    const Tally tally = connection_->TakeTally();
    if (!page) return Fail(NamingEntity(page.error(), detail->layout.entity()));
    page->requests = tally.requests;
    page->bytes_received = tally.bytes;
    return page;
  }

  Result<std::vector<WriteResult>> Write(const WriteRequest& request, const Schema& schema,
                                         std::stop_token stop) override {
    if (request.operations.empty()) return std::vector<WriteResult>();
    const auto headers = HeadersAs(LowerAscii(request.as), stop);
    if (!headers) return Fail(headers.error());
    if (const auto learnt = names_.Learn(*connection_, request.operations, schema, stop); !learnt) {
      return Fail(learnt.error());
    }
    const auto make = [this, &schema](const WriteOperation& operation) {
      return dataverse::MakeChange(operation, schema, names_, base_url_);
    };
    return SendWrites(request, make, *headers, sender_, stop);
  }

  Result<> ReadBody(const BodyRequest& request, const Schema& schema, const BodyPieces& sink,
                    std::stop_token stop) override {
    const auto headers = HeadersAs(LowerAscii(request.as), stop);
    if (!headers) return Fail(headers.error());
    return dataverse::ReadBody(*connection_, request, schema, *headers, sink, stop);
  }

  Traffic TakeTraffic() override {
    KeepTraffic();
    return std::exchange(traffic_, {});
  }

 private:
  // The connection counts everything; what no answer of ours reports is kept for TakeTraffic.
  void KeepTraffic() {
    const Tally tally = connection_->TakeTally();
    traffic_.requests += tally.requests;
    traffic_.bytes += tally.bytes;
  }

  // Who asks; `as` lower-case, empty: the signed-in user.
  Result<std::vector<Header>> HeadersAs(const std::string& as, std::stop_token stop) {
    std::vector<Header> headers;
    if (as.empty()) return headers;
    const auto me = WhoAmI(stop);
    if (!me) return Fail(me.error());
    if (as != me->user_id) headers.push_back({"MSCRMCallerID", as});
    return headers;
  }

  Result<Page> Read(const std::shared_ptr<const QueryPlan>& shared, const PageCursor& cursor,
                    const std::vector<Header>& headers, std::stop_token stop) {
    const QueryPlan& plan = *shared;
    const std::string target = dataverse::TargetOf(plan, cursor);
    auto answer = connection_->Get(target, headers, stop);
    if (!answer) return Fail(answer.error());
    if (parser_for_ != shared) {
      parser_ = std::make_unique<RowParser>(plan.layout);
      parser_for_ = shared;
    }
    auto parsed = parser_->Parse(std::move(answer->body));
    if (!parsed) return Fail(parsed.error());

    Page page;
    page.rows = std::move(parsed->rows);
    page.labels = std::move(parsed->labels);
    PageCursor next = {.kind = cursor.kind, .page = cursor.page + 1};
    next.rows = cursor.rows + static_cast<std::int64_t>(page.rows.rows());
    next.edge = cursor.edge;
    if (plan.top > 0 && StopAfterTies(plan, cursor.rows, page.rows, next.edge)) return page;
    const bool more = cursor.kind == PageCursor::Kind::kLink
                          ? !parsed->next_link.empty()
                          : parsed->more_records.value_or(!parsed->paging_cookie.empty());
    if (!more) return page;
    if (next.page > kMaxPages) return BrokenAnswer("the server sends pages without end");
    if (cursor.kind == PageCursor::Kind::kLink) {
      auto link = connection_->Follow(target, parsed->next_link);
      if (!link) return Fail(link.error());
      next.where = std::move(*link);
      if (next.where == cursor.where) return SamePage();
    } else {
      next.where = dataverse::DecodePagingCookie(parsed->paging_cookie).value_or("");
      if (next.where.empty() && cursor.page * plan.page_size >= kMostRowsWithoutCookie) {
        return Fail(ErrorCode::kUnsupported,
                    "the server gives no paging cookie for this query and stops at 50 000 rows "
                    "(take the order by a linked field out, or filter further)");
      }
      if (!next.where.empty() && next.where == cursor.where) return SamePage();
    }
    page.next_cursor = Print(next);
    return page;
  }

  Result<ChangePage> ReadTracked(const std::shared_ptr<const QueryPlan>& shared,
                                 const PageCursor& cursor, const std::vector<Header>& headers,
                                 std::stop_token stop) {
    const QueryPlan& plan = *shared;
    if (cursor.kind != PageCursor::Kind::kDelta) {
      return Fail(ErrorCode::kExpired, "this is no place in a reading of changes (start over)");
    }
    const std::string target = cursor.where.empty() ? plan.plain_target : cursor.where;
    auto answer = connection_->Get(target, headers, stop);
    if (!answer) {
      // The server's own link: whatever it dislikes about it, asking again cannot help.
      const ErrorCode code = answer.error().code;
      const bool refused = code == ErrorCode::kInvalid || code == ErrorCode::kNotFound;
      if (refused && !cursor.where.empty()) {
        return Fail(ErrorCode::kExpired, answer.error().message);
      }
      return Fail(answer.error());
    }
    if (changes_parser_for_ != shared) {
      changes_parser_ = std::make_unique<RowParser>(plan.layout.WithRemovals());
      changes_parser_for_ = shared;
    }
    auto parsed = changes_parser_->Parse(std::move(answer->body));
    if (!parsed) return Fail(parsed.error());
    ChangePage page = {.rows = std::move(parsed->rows),
                       .removed = std::move(parsed->removed),
                       .labels = std::move(parsed->labels)};
    const bool last = parsed->next_link.empty();
    if (last && parsed->delta_link.empty()) {
      return Fail(ErrorCode::kUnsupported,
                  "the server sent no delta link, so it does not track changes there");
    }
    auto link = connection_->Follow(target, last ? parsed->delta_link : parsed->next_link);
    if (!link) return Fail(link.error());
    PageCursor next = {.kind = PageCursor::Kind::kDelta, .where = std::move(*link)};
    if (last) {
      page.delta_cursor = Print(next);
      return page;
    }
    if (next.where == cursor.where) return SamePage();
    next.page = cursor.page + 1;
    if (next.page > kMaxPages) {
      return Fail(ErrorCode::kCorrupt, "the server sends pages without end");
    }
    next.rows = cursor.rows + static_cast<std::int64_t>(page.rows.rows());
    page.next_cursor = Print(next);
    return page;
  }

  static tl::unexpected<Error> SamePage() {
    return Fail(ErrorCode::kCorrupt,
                "the server's next page leads to the same page again (try again "
                "later; the read would never end)");
  }

  std::unique_ptr<Connection> connection_;
  std::string base_url_;
  Identity me_;  // Read once.
  Traffic traffic_;
  dataverse::WriteNames names_;
  ChangeSender sender_{*connection_, true};
  std::unique_ptr<RowParser> parser_;
  std::shared_ptr<const QueryPlan> parser_for_;  // Whose layout parser_ has.
  std::unique_ptr<RowParser> changes_parser_;
  std::shared_ptr<const QueryPlan> changes_parser_for_;
};

}  // namespace

std::unique_ptr<CrmServer> MakeDataverseServer(std::unique_ptr<Connection> connection) {
  return std::make_unique<DataverseServer>(std::move(connection));
}

}  // namespace satchel
