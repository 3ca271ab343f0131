// Writes to a running SAP CAP service through the OData connector. Says what is wrong and exits
// with 1, or prints "ok".
//
// CAP_AUTHORIZATION="Basic …" cap_writes URL
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "engine/record/instant.h"
#include "engine/server/odata/odata_server.h"

namespace satchel {
namespace {

class Basic : public Authenticator {
 public:
  explicit Basic(std::string header) : header_(std::move(header)) {}
  Result<std::vector<Header>> Headers(std::stop_token) override {
    return std::vector<Header>{{"Authorization", header_}};
  }
  Result<bool> Renew(const std::vector<Header>&, std::stop_token) override { return false; }

 private:
  std::string header_;
};

using Op = WriteOperation::Kind;
using Kind = WriteResult::Kind;

int failures = 0;

void Expect(bool fine, const std::string& what) {
  if (fine) return;
  ++failures;
  std::printf("FAILED: %s\n", what.c_str());
}

std::string Id(int number) {
  char id[64];
  std::snprintf(id, sizeof id, "5a7c4e10-0000-4000-8000-%012d", number);
  return id;
}

struct Cap {
  Cap(const char* url, const char* header)
      : server(MakeODataServer(
            std::make_unique<Connection>(*ParseUrl(url), *transport, MakeSystemWaiting(),
                                         std::make_unique<Basic>(header)),
            "carol")) {
    auto read = server->ReadSchema({}, {});
    Expect(read.has_value(), read ? "" : read.error().message);
    if (read) schema = std::move(*read);
  }
  std::vector<WriteResult> Do(const WriteRequest& request) {
    auto results = server->Write(request, schema, {});
    Expect(results.has_value(), results ? "" : "Write: " + results.error().message);
    if (results) return std::move(*results);
    return std::vector<WriteResult>(request.operations.size(), {.kind = Kind::kUnknown});
  }
  WriteResult Do(const WriteOperation& operation) {
    return Do(WriteRequest{.operations = {operation}}).front();
  }
  // A field of the accounts that meet `condition`, as stored.
  std::vector<Value> Read(const std::string& field, Condition condition) {
    Query query = {.entity = "Accounts"};
    query.filter.nodes.push_back({std::move(condition)});
    std::vector<Value> values;
    const auto plan = server->Plan({.query = query, .fields = {field}}, schema);
    Expect(plan.has_value(), plan ? "" : "Plan: " + plan.error().message);
    for (std::string cursor = plan ? plan->first_cursor : ""; !cursor.empty();) {
      const auto page = server->ReadPage(*plan, cursor, {});
      Expect(page.has_value(), page ? "" : "ReadPage: " + page.error().message);
      if (!page) break;
      for (std::size_t row = 0; row < page->rows.rows(); ++row) {
        values.push_back(ToValue(page->rows.cell(row, 1)));
      }
      cursor = page->next_cursor;
    }
    return values;
  }
  Value One(int number, const std::string& field) {
    const auto values = Read(field, {.field = "ID", .op = Operator::kEq, .values = {Id(number)}});
    return values.size() == 1 ? values.front() : Value(std::string("(none)"));
  }

  std::unique_ptr<Transport> transport = MakeCurlTransport();
  std::unique_ptr<CrmServer> server;
  Schema schema;
};

WriteOperation NewAccount(int number, const std::string& name) {
  return {.kind = Op::kCreate, .entity = "Accounts", .id = Id(number), .values = {{"name", name}}};
}

void CheckEveryKind(Cap& cap) {
  WriteOperation create = NewAccount(1, "Žofia \"& Söhne\"");
  create.values.push_back({"revenue", std::int64_t{123456789012345}});  // …0123.45, exactly.
  create.values.push_back({"founded", ParseDay("1999-12-31")->days});
  create.values.push_back({"active", std::int64_t{0}});
  const WriteResult made = cap.Do(create);
  Expect(made.kind == Kind::kDone, "create: " + made.error.message);
  Expect(!made.version.empty(), "a create names its ETag");
  Expect(cap.One(1, "revenue") == Value(std::int64_t{123456789012345}), "decimals are exact");
  Expect(cap.One(1, "name") == Value(std::string("Žofia \"& Söhne\"")), "text is exact");
  Expect(cap.Do(create).kind != Kind::kDone, "a second create is not done");

  WriteOperation update = {.entity = "Accounts",
                           .id = Id(1),
                           .values = {{"city", std::string("Brno")}, {"founded", Value()}},
                           .if_match = made.version};
  const WriteResult updated = cap.Do(update);
  Expect(updated.kind == Kind::kDone, "update: " + updated.error.message);
  Expect(!updated.version.empty() && updated.version != made.version, "an update has a new ETag");
  Expect(cap.Do(update).kind == Kind::kConflict, "an old ETag is a conflict (412)");
  update.if_match.clear();  // The service would answer 428 without any.
  Expect(cap.Do(update).kind == Kind::kDone, "an update without an ETag overwrites");
  Expect(std::holds_alternative<std::monostate>(cap.One(1, "founded")), "null clears");
  update.id = Id(77);
  const Kind missing = cap.Do(update).kind;
  Expect(missing == Kind::kGone, "an update of what is not there says so");

  WriteOperation contact = {
      .kind = Op::kCreate,
      .entity = "Contacts",
      .id = Id(2),
      .values = {{"lastname", std::string("B")}, {"account_ID", *ParseGuid(Id(1))}}};
  Expect(cap.Do(contact).kind == Kind::kDone, "a lookup is set by its foreign key");

  WriteOperation remove = {
      .kind = Op::kDelete, .entity = "Accounts", .id = Id(1), .if_match = made.version};
  Expect(cap.Do(remove).kind == Kind::kConflict, "a delete with an old ETag is a conflict");
  remove.if_match.clear();
  Expect(cap.Do(remove).kind == Kind::kDone, "a delete without an ETag deletes");
  const Kind again = cap.Do(remove).kind;
  Expect(again == Kind::kGone, "a second delete says that it is gone");
}

void CheckBatches(Cap& cap) {
  WriteRequest request;
  for (int i = 100; i < 400; ++i) request.operations.push_back(NewAccount(i, "Batch"));
  request.operations[5].values.clear();  // Its name is needed.
  (void)cap.server->TakeTraffic();
  const auto results = cap.Do(request);
  int done = 0;
  for (const WriteResult& result : results) done += result.kind == Kind::kDone;
  Expect(done == 299, "one refusal leaves its neighbours alone: " + std::to_string(done));
  Expect(results[5].kind != Kind::kDone, "a record without its required field is refused");
  Expect(cap.server->TakeTraffic().requests <= 4, "many go in one request");
  Expect(
      cap.Read("name", {.field = "name", .op = Operator::kEq, .values = {"Batch"}}).size() == 299,
      "all of them are there");

  WriteRequest set = {.operations = {NewAccount(500, "Together"), NewAccount(101, "Together")},
                      .together = true};
  for (const WriteResult& result : cap.Do(set)) {
    Expect(result.kind != Kind::kDone, "a set that failed is not done");
  }
  Expect(cap.One(500, "name") == Value(std::string("(none)")), "a set that failed leaves nothing");
  set.operations[1] = NewAccount(501, "Together");
  for (const WriteResult& result : cap.Do(set)) {
    Expect(result.kind == Kind::kDone, "a set is done: " + result.error.message);
  }
}

void CheckReading(Cap& cap) {
  std::vector<std::string> ids;
  for (int i = 0; i < 400; ++i) ids.push_back(Id(200 + i));  // Up to 399 and 500, 501 exist.
  const auto found =
      cap.Read("name", {.field = "ID", .op = Operator::kIn, .values = std::move(ids)});
  Expect(found.size() == 202, "400 ids in one question: " + std::to_string(found.size()));

  const Value modified = cap.One(300, "modifiedAt");
  const auto* ticks = std::get_if<std::int64_t>(&modified);
  Expect(ticks != nullptr, "modifiedAt is told");
  if (!ticks) return;
  const auto since = [&](std::int64_t moment) {
    Query query = {.entity = "Accounts"};
    Condition later = {
        .field = "modifiedAt", .op = Operator::kGe, .values = {ToString(Instant{moment})}};
    Condition it = {.field = "ID", .op = Operator::kEq, .values = {Id(300)}};
    query.filter.nodes.push_back({later});
    query.filter.nodes.push_back({it});
    const auto plan = cap.server->Plan({.query = query}, cap.schema);
    const auto page = plan ? cap.server->ReadPage(*plan, plan->first_cursor, {})
                           : Result<Page>(Fail(plan.error()));
    Expect(page.has_value(), page ? "" : page.error().message);
    return page ? page->rows.rows() : 99;
  };
  Expect(since(*ticks) == 1, "modified-on is compared exactly: equal");
  Expect(since(*ticks - kTicksPerSecond / 1000) == 1, "modified-on: a millisecond before");
  Expect(since(*ticks + kTicksPerSecond / 1000) == 0, "modified-on: a millisecond after");

  const auto mark = cap.server->NoteHighWater("Accounts", cap.schema, "", {});
  Expect(mark && mark->kind == HighWater::Kind::kTime, "the mark is the server's clock");
  if (mark) {
    Expect(mark->time.ticks >= *ticks - kTicksPerSecond, "the mark is not before what is there");
  }
}

}  // namespace
}  // namespace satchel

int main(int argc, char** argv) {
  const char* authorization = std::getenv("CAP_AUTHORIZATION");
  if (argc != 2 || !authorization) {
    std::fprintf(stderr, "usage: CAP_AUTHORIZATION=\"Basic …\" cap_writes URL\n");
    return 2;
  }
  satchel::Cap cap(argv[1], authorization);
  if (satchel::failures == 0) {
    satchel::CheckEveryKind(cap);
    satchel::CheckBatches(cap);
    satchel::CheckReading(cap);
  }
  if (satchel::failures > 0) return 1;
  std::printf("ok\n");
  return 0;
}
