// A CRM server, whatever protocol it speaks. What a server cannot do is asked for by capability,
// never by its name.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/context.h"
#include "engine/record/cell.h"
#include "engine/server/high_water.h"
#include "engine/server/write.h"
#include "policy/model/filter.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct Identity {
  std::string user_id = {};
  std::string user_name = {};
  std::string business_unit_id = {};
  std::string organization_id = {};
};

struct Capabilities {
  bool impersonation = false;    // Reads as another user.
  bool users = false;            // Lists users, teams, roles.
  bool views = false;            // Has saved views.
  bool change_tracking = false;  // Grants delta links.
  bool row_versions = false;     // Versions that grow with every write.
  bool writes = false;
  bool conditional_create = false;  // If-None-Match: * makes a repeated create harmless.
  bool bodies = false;              // ReadBody.
};

struct EntityName {
  std::string name = {};
  std::string label = {};
};

struct UserInfo {
  std::string id = {};
  std::string name = {};
  std::string domain_name = {};
  std::string email = {};
  std::string business_unit = {};       // Its name.
  std::vector<std::string> roles = {};  // Given to the user itself (docs/decisions/0032).
  std::vector<std::string> teams = {};
  bool enabled = true;
};

struct ViewInfo {
  std::string id = {};
  std::string name = {};
  std::string entity = {};
  std::string fetchxml = {};
  bool is_default = false;
};

struct ReadRequest {
  Query query = {};                      // As the policy says it, relative dates included.
  std::vector<std::string> fields = {};  // To return; the key and the version always come.
  FilterContext context = {};
  std::string as = {};  // User id to read as; empty: the signed-in user.
  int page_size = 5000;
  bool labels = false;  // Names of lookup targets too.
};

// What a connector worked out for a plan, for itself.
struct PlanDetail {
  PlanDetail() = default;
  PlanDetail(const PlanDetail&) = delete;
  PlanDetail& operator=(const PlanDetail&) = delete;
  virtual ~PlanDetail() = default;
};

// How a server will answer a ReadRequest. Valid for the server object that made it; a later process
// makes it again from the same request.
struct ReadPlan {
  ReadRequest request = {};
  std::string first_cursor = {};  // Where page 1 is.
  bool exact = true;              // False: a superset; the device finishes the filter.
  // The server delivers by the query's order and stops at `top`; rows that tie with the last come
  // too, for how a server orders ties is its own matter. Whoever asked ranks and cuts those.
  bool ordered_cut = false;
  std::vector<std::string> unexpressed = {};  // Why not exact, one sentence each.
  std::shared_ptr<const PlanDetail> detail = {};
};

// The name of a lookup's target, for people.
struct Label {
  std::string id = {};
  std::string text = {};
};

struct Page {
  RowBatch rows = {};  // Columns: the key, the fields, their type columns, kVersionColumn.
  std::string next_cursor = {};  // Empty: this was the last page.
  std::vector<Label> labels = {};
  std::int64_t bytes_received = 0;
  int requests = 1;  // Retries included.
};

// What changed since a delta link was granted.
struct ChangePage {
  RowBatch rows = {};                     // Created or updated, filter or not. As Page::rows.
  std::vector<std::string> removed = {};  // Ids; may name records never seen.
  std::string next_cursor = {};           // Empty: this was the last page …
  std::string delta_cursor = {};  // … and this is where the next reading of changes starts.
  std::vector<Label> labels = {};
  std::int64_t bytes_received = 0;
  int requests = 1;
};

// A body to read: an attachment's content.
struct BodyRequest {
  std::string entity = {};
  std::string id = {};     // As servers write it (IdText).
  std::string field = {};  // The field that holds it: "documentbody".
  std::string as = {};     // User id to read as; empty: the signed-in user.
  std::int64_t most = 0;   // Bytes; what is longer is kCorrupt.
};
using BodyPieces = std::function<Result<>(std::string_view piece)>;

// Requests, retries included, and bytes received.
struct Traffic {
  int requests = 0;
  std::int64_t bytes = 0;
};

// Tells what a slow call is doing: "waiting 12 s, as the server asked".
using Notice = std::function<void(const std::string&)>;

// Errors are classified (result.h); messages name the entity and say what to do. Every call may be
// made from any thread, one at a time per object; `stop` ends it within 100 ms with kCancelled.
class CrmServer {
 public:
  virtual ~CrmServer() = default;

  [[nodiscard]] virtual const std::string& base_url() const = 0;
  [[nodiscard]] virtual Capabilities capabilities() const = 0;

  [[nodiscard]] virtual Result<Identity> WhoAmI(std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<std::vector<EntityName>> Entities(std::stop_token stop) = 0;
  // The named entities, or all when `names` is empty. An entity the server lacks is left out. An
  // error says what went wrong, not what was being done: to a caller it may be connecting.
  [[nodiscard]] virtual Result<Schema> ReadSchema(const std::vector<std::string>& names,
                                                  std::stop_token stop) = 0;
  // Needs capabilities().users.
  [[nodiscard]] virtual Result<std::vector<UserInfo>> Users(std::stop_token stop) = 0;
  // By id, domain name, e-mail or full name (case-blind). kNotFound names near misses.
  [[nodiscard]] virtual Result<UserInfo> FindUser(const std::string& who, std::stop_token stop) = 0;
  // Zone, week start, fiscal calendar, teams, reports of a user; `now` is left unset. `user_id`
  // empty: the signed-in user.
  [[nodiscard]] virtual Result<FilterContext> ContextOf(const std::string& user_id,
                                                        std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<std::vector<ViewInfo>> Views(const std::string& entity,
                                                            std::stop_token stop) = 0;

  // No request is sent. `schema` must hold every entity the query names.
  [[nodiscard]] virtual Result<ReadPlan> Plan(const ReadRequest& request, const Schema& schema) = 0;
  // One page. `cursor` is plan.first_cursor or the next_cursor of the page before; it may be
  // stored and used by a later process with an equal plan. Retries what may be retried.
  [[nodiscard]] virtual Result<Page> ReadPage(const ReadPlan& plan, const std::string& cursor,
                                              std::stop_token stop) = 0;
  // Whether the caller reads at least what `user_id` reads, so that a preview as them is exact.
  // The sentence says why not; empty: it is.
  [[nodiscard]] virtual Result<std::string> WhyNotExact(const std::string& user_id,
                                                        const std::vector<std::string>& entities,
                                                        std::stop_token stop) = 0;
  virtual void OnNotice(Notice notice) = 0;

  // Where the entity's changes stand now. Everything committed before the call is below or at the
  // mark; take it before the first page is read. kNone where the server has no way to tell.
  [[nodiscard]] virtual Result<HighWater> NoteHighWater(const std::string& entity,
                                                        const Schema& schema, const std::string& as,
                                                        std::stop_token stop);
  // Changes of a whole entity by delta link; needs capabilities().change_tracking and the entity's.
  // `plan` is of a query without filter, links, order and top. An empty cursor begins tracking: it
  // reads the whole table (ask for no fields to read keys only) and ends with a delta_cursor.
  // kExpired: the server no longer honours the cursor. kDenied: the user may not track.
  [[nodiscard]] virtual Result<ChangePage> ReadChanges(const ReadPlan& plan,
                                                       const std::string& cursor,
                                                       std::stop_token stop);
  // One result per operation, in their order; `schema` must hold their entities. An Error instead
  // means that none was carried out: there is no connection, the sign-in is refused, it was stopped
  // before anything left. Stopped later, or after an answer was lost, what was not sent any more is
  // kNotSent. Never repeats a request whose answer was lost; waits and repeats where the server
  // said that it did not carry it out (429, 503 with Retry-After).
  [[nodiscard]] virtual Result<std::vector<WriteResult>> Write(const WriteRequest& request,
                                                               const Schema& schema,
                                                               std::stop_token stop);

  // The bytes of a field too large for a row (an attachment's), piece by piece as they come, so
  // that memory does not grow with them. `sink` stops the read by an error, which is returned.
  // kNotFound: no such record, or it has no body. kCorrupt: longer than `most` bytes.
  [[nodiscard]] virtual Result<> ReadBody(const BodyRequest& request, const Schema& schema,
                                          const BodyPieces& sink, std::stop_token stop);

  // What calls cost, since this was last asked, that do not say it themselves: NoteHighWater,
  // Write, ReadBody, schema and people.
  [[nodiscard]] virtual Traffic TakeTraffic() { return {}; }
};

}  // namespace satchel
