// A CRM server in memory: rows of a DataSet, asked through the plain evaluator, and written to. It
// does what real servers do to us: pages, repeats, supersets, conflicts, lost answers, faults.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/data_set.h"
#include "engine/filter/evaluator.h"
#include "engine/record/value.h"
#include "engine/server/crm_server.h"

namespace satchel {

class FakeServer : public CrmServer {
 public:
  explicit FakeServer(DataSet data);

  int page_size = 3;
  bool exact = true;       // False: it ignores filters it is asked for.
  bool cuts = false;       // It applies order and top itself.
  int repeat_last = 0;     // Rows of the page before that every page begins with.
  bool circles = false;    // The last page names the first as next.
  bool same_page = false;  // Every page is the first, under new names, for ever.
  // Called before every page with its number, from 1 over all reads; an error is answered.
  std::function<Result<>(int page)> before_page = {};
  // Told to the server's listener before every page.
  std::string notice_text = {};

  Capabilities able = {.impersonation = true,
                       .users = true,
                       .change_tracking = true,
                       .row_versions = true,
                       .writes = true,
                       .conditional_create = true,
                       .bodies = true};
  Instant clock = {17'000'000'000'000'000};  // The server's; moves a second with every write.
  bool takes_preconditions = true;           // Else they are refused, as some tables do.
  bool tells_versions = true;                // Answers to writes name the new ETag.
  std::vector<FieldValue> fills_in = {};     // What a new record has that comes without.
  bool may_track = true;                     // The user may follow changes.
  std::int64_t expired_before = 0;           // Delta cursors from before this version are too old.
  // What the user may read; empty: everything.
  std::function<bool(const std::string& entity, const Value& id)> readable = {};
  // Called at the beginning of every call with its name: "ReadPage", "Write" …; others may write
  // to this server meanwhile.
  std::function<void(std::string_view call)> on_call = {};

  // What goes wrong with a call of Write. The operations before `after` are carried out and
  // answered; a set that goes together is carried out whole or not at all.
  struct WriteFault {
    enum class Kind {
      kNone,
      kAway,        // No connection: nothing is carried out, not even before `after`.
      kLostBefore,  // The answer is lost, and the rest was not carried out.
      kLostAfter,   // The answer is lost, but the rest was carried out.
    };
    Kind kind = Kind::kNone;
    std::size_t after = 0;
  };
  std::function<WriteFault(int call)> write_fault = {};  // Calls count from 1.
  // An answer to give instead of carrying the operation out.
  std::function<std::optional<WriteResult>(const WriteOperation&)> refuse = {};

  std::map<std::string, std::string> bodies = {};  // Of attachments, by the record's id.
  // What goes wrong with reading a body, by the call's number; it breaks in the middle.
  std::function<Result<>(int call)> body_fault = {};
  int bodies_read = 0;

  struct Record {
    std::map<std::string, Value, std::less<>> values = {};  // Fields and type columns; no nulls.
    std::int64_t version = 0;
    friend bool operator==(const Record&, const Record&) = default;
  };
  // What others do, without asking any hook.
  void Put(const std::string& entity, const Value& id, const std::vector<FieldValue>& values);
  void Remove(const std::string& entity, const Value& id);
  [[nodiscard]] const Record* Find(const std::string& entity, const Value& id) const;
  // What the record is at; 0 when there is none.
  [[nodiscard]] std::int64_t VersionOf(const std::string& entity, const Value& id) const;
  [[nodiscard]] std::size_t Count(const std::string& entity) const;

  int write_calls = 0;
  std::vector<WriteOperation> carried_out = {};
  int pages_read = 0;
  int plans_made = 0;
  std::vector<std::string> entities_read = {};  // One entry per page.

  [[nodiscard]] const std::string& base_url() const override { return base_url_; }
  [[nodiscard]] Capabilities capabilities() const override { return able; }
  Result<Identity> WhoAmI(std::stop_token) override {
    return Identity{.user_id = "u1", .user_name = "Jana", .organization_id = "o1"};
  }
  Result<std::vector<EntityName>> Entities(std::stop_token) override {
    return std::vector<EntityName>();
  }
  Result<Schema> ReadSchema(const std::vector<std::string>& names, std::stop_token) override {
    Schema schema;
    for (const auto& [name, entity] : schema_.entities) {
      if (names.empty() || std::find(names.begin(), names.end(), name) != names.end()) {
        schema.entities.emplace(name, entity);
      }
    }
    return schema;
  }
  Result<std::vector<UserInfo>> Users(std::stop_token) override { return std::vector<UserInfo>(); }
  Result<UserInfo> FindUser(const std::string& who, std::stop_token) override {
    if (who != "eva") return Fail(ErrorCode::kNotFound, "no user 'eve' (did you mean 'eva'?)");
    return UserInfo{.id = "u2", .name = "Eva"};
  }
  Result<FilterContext> ContextOf(const std::string& user_id, std::stop_token) override {
    return FilterContext{.user = {.id = user_id}};
  }
  Result<std::vector<ViewInfo>> Views(const std::string&, std::stop_token) override {
    return std::vector<ViewInfo>();
  }
  Result<ReadPlan> Plan(const ReadRequest& request, const Schema&) override {
    ++plans_made;
    const bool filtered = !request.query.filter.empty() || !request.query.links.empty();
    ReadPlan plan = {.request = request,
                     .first_cursor = "0",
                     .exact = exact || !filtered,
                     .ordered_cut = cuts && request.query.top > 0 && (exact || !filtered)};
    if (!plan.exact) plan.unexpressed.push_back("this server cannot filter");
    return plan;
  }
  Result<Page> ReadPage(const ReadPlan& plan, const std::string& cursor,
                        std::stop_token stop) override;
  Result<HighWater> NoteHighWater(const std::string& entity, const Schema& schema,
                                  const std::string& as, std::stop_token stop) override;
  Result<ChangePage> ReadChanges(const ReadPlan& plan, const std::string& cursor,
                                 std::stop_token stop) override;
  Result<std::vector<WriteResult>> Write(const WriteRequest& request, const Schema& schema,
                                         std::stop_token stop) override;
  Result<> ReadBody(const BodyRequest& request, const Schema& schema, const BodyPieces& sink,
                    std::stop_token stop) override;
  Result<std::string> WhyNotExact(const std::string&, const std::vector<std::string>&,
                                  std::stop_token) override {
    return why_not_exact;
  }
  void OnNotice(Notice notice) override { notice_ = std::move(notice); }

  std::string why_not_exact = {};

 private:
  struct Buried {
    Value id = {};
    std::int64_t version = 0;
  };
  struct Table {
    std::map<Value, Record> records = {};
    std::vector<Buried> buried = {};
  };

  const DataSet& Rows();
  [[nodiscard]] RowBatch BatchOf(const std::string& entity) const;
  void AddRow(const RowBatch& from, std::size_t row, RowBatch& to) const;
  [[nodiscard]] std::vector<RowBatch::Column> ColumnsOf(const ReadRequest& request) const;
  WriteResult Carry(const WriteOperation& operation);
  WriteResult Store(const std::string& entity, const Value& id,
                    const std::vector<FieldValue>& values);
  [[nodiscard]] const Value* Pair(const WriteOperation& operation) const;

  Schema schema_;
  std::map<std::string, Table, std::less<>> tables_;
  DataSet rows_ = {};  // Of tables_, once asked for.
  bool changed_ = true;
  std::int64_t version_ = 0;  // The last one given.
  std::string base_url_ = "fake://server/";
  Notice notice_ = {};
};

}  // namespace satchel
