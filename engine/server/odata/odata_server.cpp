#include "engine/server/odata/odata_server.h"

#include <algorithm>
#include <utility>

#include "engine/filter/server_query.h"
#include "engine/http/broken_answer.h"
#include "engine/http/limits.h"
#include "engine/server/odata/change_request.h"
#include "engine/server/odata/csdl.h"
#include "engine/server/page_cursor.h"
#include "engine/server/row_parser.h"
#include "engine/server/server_time.h"
#include "engine/server/wire_value.h"
#include "engine/server/write_answer.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// Keys whose order and literals all services agree on.
constexpr FieldTypes kKeyTypes =
    kIdTypes | FieldTypes{FieldType::kString, FieldType::kInteger, FieldType::kBigInt};

struct KeysetPlan : PlanDetail {
  RowLayout layout = {};
  std::string set_name = {};
  std::string select = {};
  std::string filter = {};  // Plain text; empty: none.
  FieldSchema key = {};
  int page_size = 5000;
};

// The last key of a batch as an OData literal.
std::string KeyLiteral(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::kId: {
      Guid id;
      std::copy_n(reinterpret_cast<const std::uint8_t*>(cell.bytes), id.bytes.size(),
                  id.bytes.begin());
      return ToString(id);
    }
    case Cell::Kind::kText: {
      std::string literal = "'";
      for (const char c : cell.view()) {
        if (c == '\'') literal += '\'';
        literal += c;
      }
      return literal + "'";
    }
    case Cell::Kind::kInteger:
      return std::to_string(cell.integer);
    default:
      return "";
  }
}

std::string TargetOf(const KeysetPlan& plan, const std::string& after) {
  std::string filter = plan.filter;
  if (!after.empty()) {
    const std::string tail = plan.key.name + " gt " + after;
    filter = filter.empty() ? tail : "(" + filter + ") and " + tail;
  }
  return plan.set_name + "?$select=" + plan.select + "&$orderby=" + plan.key.name +
         "&$top=" + std::to_string(plan.page_size) +
         (filter.empty() ? "" : "&$filter=" + EncodeQuery(filter));
}

// The last key of a page that goes on, as a literal, found in its text before its rows are read;
// empty where it is not plain to see. A guess: the rows have the last word.
std::string LastKeyIn(std::string_view page, const FieldSchema& key) {
  const std::string name = "\"" + key.wire() + "\":";
  const std::size_t at = page.rfind(name);
  if (at == std::string_view::npos) return {};
  // Services put the link before the rows or behind them.
  const auto links = [](std::string_view text) {
    return text.find("nextLink\":") != std::string_view::npos;
  };
  if (!links(page.substr(at)) && !links(page.substr(0, page.find("\"value\":")))) return {};
  const std::string_view value = page.substr(at + name.size());
  if (value.size() < 2) return {};
  const bool quoted = value.front() == '"';
  const std::size_t end = value.find_first_of(quoted ? "\"\\" : ",}", 1);
  if (end == std::string_view::npos || value[end] == '\\') return {};
  const std::string_view text = value.substr(quoted, end - quoted);
  if (kIdTypes.Has(key.type)) {
    const auto id = ParseGuid(text);
    return id ? ToString(*id) : std::string();
  }
  if (key.type == FieldType::kString) return quoted ? KeyLiteral(Cell::Text(text)) : std::string();
  const auto number = ReadWireWhole(text);  // Large ones come quoted.
  return number ? std::to_string(*number) : std::string();
}

class ODataServer : public CrmServer {
 public:
  ODataServer(std::unique_ptr<Connection> connection, std::string user_id)
      : connection_(std::move(connection)),
        base_url_(connection_->root().Text()),
        user_id_(std::move(user_id)) {}

  const std::string& base_url() const override { return base_url_; }
  Capabilities capabilities() const override { return {.writes = true}; }
  void OnNotice(Notice notice) override { connection_->OnNotice(std::move(notice)); }

  // Nothing but its address tells one service from another.
  Result<Identity> WhoAmI(std::stop_token) override {
    return Identity{.user_id = user_id_, .user_name = user_id_, .organization_id = base_url()};
  }

  Result<std::vector<EntityName>> Entities(std::stop_token stop) override {
    const auto schema = ReadSchema({}, stop);
    if (!schema) return Fail(schema.error());
    std::vector<EntityName> names;
    for (const auto& [name, entity] : schema->entities) names.push_back({name, entity.label});
    return names;
  }

  Result<Schema> ReadSchema(const std::vector<std::string>& names, std::stop_token stop) override {
    const auto answer = connection_->Get("$metadata", {{"Accept", "application/xml"}}, stop);
    if (!answer && answer.error().code == ErrorCode::kNotFound) {
      return Fail(ErrorCode::kNotFound,
                  "nothing answers at " + base_url_ +
                      "$metadata (check the address: that of an OData service names the service, "
                      "that of Dataverse ends in /api/data/v9.2/)");
    }
    if (!answer) return Fail(answer.error());
    auto schema = odata::ParseCsdl(answer->body);
    if (!schema) return schema;
    if (names.empty()) return schema;
    Schema wanted;
    wanted.version = schema->version;
    for (const std::string& name : names) {
      const auto at = schema->entities.find(name);
      if (at != schema->entities.end()) wanted.entities.insert(*at);
    }
    return wanted;
  }

  Result<std::vector<UserInfo>> Users(std::stop_token) override {
    return Lacks("list of users", "only Dataverse has; its address ends in /api/data/v9.2/");
  }
  Result<UserInfo> FindUser(const std::string& who, std::stop_token) override {
    if (!user_id_.empty() && LowerAscii(who) == LowerAscii(user_id_)) {
      return UserInfo{.id = user_id_, .name = user_id_};
    }
    return Fail(ErrorCode::kUnsupported,
                "an OData service has no list of users, so " + Quoted(who) +
                    " cannot be looked up (previews run as the signed-in user; name them in the "
                    "profile with --user-id)");
  }
  Result<FilterContext> ContextOf(const std::string& user_id, std::stop_token) override {
    if (!user_id.empty() && user_id != user_id_) return Lacks("way to ask about other users");
    FilterContext context;
    context.user.id = user_id_;
    return context;
  }
  Result<std::vector<ViewInfo>> Views(const std::string&, std::stop_token) override {
    return Lacks("saved views", "only Dataverse has; its address ends in /api/data/v9.2/");
  }
  Result<std::string> WhyNotExact(const std::string& user_id, const std::vector<std::string>&,
                                  std::stop_token) override {
    if (user_id.empty() || user_id == user_id_) return std::string();
    return std::string("an OData service reads as the signed-in user only");
  }

  Result<ReadPlan> Plan(const ReadRequest& request, const Schema& schema) override {
    const EntitySchema* entity = schema.Find(request.query.entity);
    if (!entity) {
      return Fail(ErrorCode::kInvalid, "the service has no entity set " +
                                           Quoted(request.query.entity) + ", or it is not shown");
    }
    if (!request.as.empty() && request.as != user_id_) return Lacks("impersonation");
    auto detail = std::make_shared<KeysetPlan>();
    auto layout = RowLayout::Make(*entity, request.fields, {});
    if (!layout) return Fail(layout.error());
    detail->layout = std::move(*layout);
    detail->set_name = entity->set_name;
    detail->key = *entity->Find(entity->key);
    if (!kKeyTypes.Has(detail->key.type)) {
      return Fail(ErrorCode::kUnsupported,
                  entity->name + ": its key " + detail->key.name + " is a " +
                      LowerAscii(Words(detail->key.type)) +
                      ", by which pages cannot be read (leave the entity online)");
    }
    detail->page_size = std::clamp(request.page_size, 1, 5000);
    std::vector<std::string> properties;
    for (const RowBatch::Column& column : detail->layout.columns()) {
      if (const FieldSchema* field = entity->Find(column.name)) properties.push_back(field->wire());
    }
    detail->select = Join(properties, ",");
    const auto filter = CompileOData(request.query, schema, request.context, {.tolower = true});
    if (!filter) return Fail(filter.error().While(entity->name));
    detail->filter = filter->filter;

    ReadPlan plan;
    plan.request = request;
    plan.exact = filter->exact;
    plan.unexpressed = filter->unexpressed;
    plan.first_cursor = Print({.kind = PageCursor::Kind::kKeyset});
    plan.detail = std::move(detail);
    return plan;
  }

  Result<Page> ReadPage(const ReadPlan& plan, const std::string& cursor_text,
                        std::stop_token stop) override {
    const auto detail = std::dynamic_pointer_cast<const KeysetPlan>(plan.detail);
    if (!detail) {
      return Fail(ErrorCode::kInvalid, "the plan was not made by this server (plan again)");
    }
    const auto cursor = ParseCursor(cursor_text);
    if (!cursor) return Fail(cursor.error().While(detail->layout.entity()));
    KeepTraffic();
    auto page = Read(detail, *cursor, stop);
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
                  "the service has no entity set " + Quoted(entity) + ", or it is not shown");
    }
    if (!as.empty() && as != user_id_) return Lacks("impersonation");
    return NoteServerTime(*connection_, *found,
                          found->set_name + "?$select=" + found->key + "&$top=1", {}, stop);
  }

  Result<std::vector<WriteResult>> Write(const WriteRequest& request, const Schema& schema,
                                         std::stop_token stop) override {
    if (!request.as.empty() && request.as != user_id_) return Lacks("impersonation");
    const auto make = [&schema](const WriteOperation& operation) {
      return odata::MakeChange(operation, schema);
    };
    return SendWrites(request, make, {}, sender_, stop);
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

  tl::unexpected<Error> Lacks(const char* what, const char* remedy = "leave --as out") const {
    return Fail(ErrorCode::kUnsupported,
                std::string("an OData service has no ") + what + " (" + remedy + ")");
  }

  Result<Page> Read(const std::shared_ptr<const KeysetPlan>& plan, const PageCursor& cursor,
                    std::stop_token stop) {
    // A decimal sent as a number loses digits in most JSON readers on the way; as text it cannot.
    const std::vector<Header> headers = {
        {"Accept", "application/json;odata.metadata=minimal;IEEE754Compatible=true"}};
    const bool by_link = cursor.kind == PageCursor::Kind::kLink;
    const std::string target = by_link ? cursor.where : TargetOf(*plan, cursor.where);
    auto answer = connection_->Get(target, headers, stop);
    if (!answer) return Fail(answer.error());
    if (const std::string last = LastKeyIn(answer->body, plan->key); !last.empty()) {
      connection_->Foretell(TargetOf(*plan, last), headers, stop);
    }
    if (parser_for_ != plan) {
      parser_ = std::make_unique<RowParser>(plan->layout);
      parser_for_ = plan;
    }
    auto parsed = parser_->Parse(std::move(answer->body));
    if (!parsed) return Fail(parsed.error());
    Page page;
    page.rows = std::move(parsed->rows);
    const std::size_t rows = page.rows.rows();
    // A server may cut a page shorter than asked; it then offers a link. Its link counts rows, ours
    // goes by key, so only its being there matters …
    const bool more =
        rows >= static_cast<std::size_t>(plan->page_size) || !parsed->next_link.empty();
    if (!more) return page;
    if (cursor.page >= kMaxPages) {
      return BrokenAnswer("the server sends pages without end");
    }
    PageCursor next = {.kind = PageCursor::Kind::kKeyset, .page = cursor.page + 1};
    next.rows = cursor.rows + static_cast<std::int64_t>(rows);
    if (rows == 0) {
      // … unless the page is empty, as that of a service which filters after it has cut: there is
      // no key to go on from.
      auto link = connection_->Follow(target, parsed->next_link);
      if (!link) return Fail(link.error());
      next.kind = PageCursor::Kind::kLink;
      next.where = std::move(*link);
    } else {
      next.where = KeyLiteral(page.rows.cell(rows - 1, 0));
    }
    if (next.where == cursor.where) {
      return Fail(ErrorCode::kCorrupt,
                  "the server's next page ends where the one before ended: it does not follow "
                  "$filter or $orderby on " +
                      plan->key.name + " (the read would never end)");
    }
    page.next_cursor = Print(next);
    return page;
  }

  std::unique_ptr<Connection> connection_;
  std::string base_url_;
  std::string user_id_;  // From the profile; may be empty.
  Traffic traffic_;
  ChangeSender sender_{*connection_, false};
  std::unique_ptr<RowParser> parser_;
  std::shared_ptr<const KeysetPlan> parser_for_;
};

}  // namespace

std::unique_ptr<CrmServer> MakeODataServer(std::unique_ptr<Connection> connection,
                                           std::string user_id) {
  return std::make_unique<ODataServer>(std::move(connection), std::move(user_id));
}

}  // namespace satchel
