// A CRM server in memory, as one user's device sees it: what CrmServer promises, and what real
// servers do to those who trust it. No HTTP; every request passes `on_request`, where the
// simulation lets others act, faults strike and processes die.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/server/crm_server.h"
#include "tests/sim/crm_state.h"

namespace satchel::sim {

// The server as a running process: its data, and what it remembers of readers.
struct CrmSite {
  explicit CrmSite(Traits traits, Instant now) : state(traits, now) {}

  CrmState state;
  std::optional<CrmState> replica = {};  // Set: reads are answered from it (a read side that lags).
  struct Place {                         // Where a reader of pages stands.
    std::set<std::string> delivered = {};
    std::string last = {};
    std::vector<std::string> changed = {};  // Of a delta: still to come.
    std::vector<std::string> removed = {};
    std::int64_t token = 0;  // Commit that the delta link to be granted stands for.
    Query query = {};        // A link holds its question, whoever follows it.
  };
  std::map<std::string, Place> places = {};
  std::map<std::string, std::int64_t> tokens = {};  // Delta links: the commit they stand for.
  bool changes_repeated = false;  // Who repeats rows of a page: somebody changed them meanwhile.
  std::uint64_t next_name = 1;
  std::int64_t uptime = 0;  // Milliseconds that really passed, whatever clocks say.

  void Pass(std::int64_t ticks) {
    state.now.ticks += ticks;
    uptime += ticks * 1000 / kTicksPerSecond;
  }

  // As of a backup of long ago: the data, older versions, and no memory of readers.
  void Restore(const CrmState& backup);
  [[nodiscard]] const CrmState& read_side() const { return replica ? *replica : state; }
};

struct Request {
  enum class Kind : std::uint8_t { kPeople, kSchema, kMark, kPage, kChanges, kWrite };
  Kind kind = Kind::kPage;
  std::string entity = {};
  std::string detail = {};  // For the trace.
};

// What becomes of one request.
enum class Fate : std::uint8_t {
  kServed,
  kUnsent,      // No connection.
  kAnswerLost,  // Carried out, but nobody hears of it.
  kHalfLost,    // Of a batch: the first half carried out, the answer lost.
  kBroken,      // The answer is garbage: a captive portal's page, a body cut off.
  kDenied,      // 401 after a refresh, 403.
  kGone,        // 410: the cursor or link is dead.
  kTryLater,    // Of a batch: 429 or 503 for each operation. Of a read: given up after retries.
  kSamePage,    // The page before again, with its own link as the next.
  kRepeatRows,  // The page begins with rows of the page before.
  kHugePage,    // More rows than asked for.
  kEmptyPage,   // No rows, but a next link.
};

class FakeCrm : public CrmServer {
 public:
  FakeCrm(CrmSite& site, std::string user) : site_(site), user_(std::move(user)) {}

  std::function<Fate(const Request&)> on_request = {};
  std::function<void()> on_written = {};  // The server carried out a write request.
  int requests = 0;
  Instant asked_at = {};  // The moment that the last read was about.
  int writes = 0;         // Write requests, whatever became of them.
  int mutating = 0;       // Write requests that reached the server.
  // What was last said of records since the high-water mark of their entity was asked for.
  std::map<std::string, std::map<std::string, Row>> told = {};
  bool lagged = false;  // Some of it was older than the server.

  [[nodiscard]] const std::string& base_url() const override { return base_url_; }
  [[nodiscard]] Capabilities capabilities() const override;
  Result<Identity> WhoAmI(std::stop_token stop) override;
  Result<std::vector<EntityName>> Entities(std::stop_token stop) override;
  Result<Schema> ReadSchema(const std::vector<std::string>& names, std::stop_token stop) override;
  Result<std::vector<UserInfo>> Users(std::stop_token stop) override;
  Result<UserInfo> FindUser(const std::string& who, std::stop_token stop) override;
  Result<FilterContext> ContextOf(const std::string& user_id, std::stop_token stop) override;
  Result<std::vector<ViewInfo>> Views(const std::string&, std::stop_token) override {
    return std::vector<ViewInfo>();
  }
  Result<ReadPlan> Plan(const ReadRequest& request, const Schema& schema) override;
  Result<Page> ReadPage(const ReadPlan& plan, const std::string& cursor,
                        std::stop_token stop) override;
  Result<std::string> WhyNotExact(const std::string&, const std::vector<std::string>&,
                                  std::stop_token) override {
    return std::string();
  }
  void OnNotice(Notice notice) override { notice_ = std::move(notice); }
  Result<HighWater> NoteHighWater(const std::string& entity, const Schema& schema,
                                  const std::string& as, std::stop_token stop) override;
  Result<ChangePage> ReadChanges(const ReadPlan& plan, const std::string& cursor,
                                 std::stop_token stop) override;
  Result<std::vector<WriteResult>> Write(const WriteRequest& request, const Schema& schema,
                                         std::stop_token stop) override;

  [[nodiscard]] Instant site_now() const { return site_.state.now; }
  [[nodiscard]] const std::string& user() const { return user_; }
  void SetUser(std::string user) { user_ = std::move(user); }

 private:
  // The request passes the world outside; an error where its fate is one.
  [[nodiscard]] Result<Fate> Pass(Request request, std::stop_token stop);
  [[nodiscard]] std::string NewName(const char* prefix);
  void Fill(RowBatch& batch, const EntitySchema& schema, const CrmState& crm,
            const std::string& id) const;
  void Tell(const CrmState& crm, const Query& query, const std::string& id);
  [[nodiscard]] WriteResult Carry(CrmState& crm, const WriteOperation& operation);

  CrmSite& site_;
  std::string user_;
  std::string base_url_ = "sim://crm/";
  Notice notice_ = {};
  std::string noted_ = {};  // The entity whose high-water mark was asked for last.
};

}  // namespace satchel::sim
