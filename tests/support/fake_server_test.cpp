#include "tests/support/fake_server.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

DataSet Notes() {
  auto data = ParseDataSet(R"({"schema":{
    "note":{"key":"id","version":"version","modified":"changed","change_tracking":true,"fields":{
      "id":"uniqueidentifier","text":"string","version":"bigint","changed":"datetime"}}},
    "rows":{"note":[{"id":"00000000-0000-0000-0000-000000000001","text":"one"},
                    {"id":"00000000-0000-0000-0000-000000000002","text":"two"}]}})");
  EXPECT_TRUE(data) << data.error().message;
  return std::move(*data);
}

std::string Id(int number) {
  return "00000000-0000-0000-0000-00000000000" + std::to_string(number);
}
Value Key(int number) {
  return *ParseGuid(Id(number));
}

WriteOperation Update(int number, const std::string& text, const std::string& if_match = {}) {
  return {.entity = "note", .id = Id(number), .values = {{"text", text}}, .if_match = if_match};
}

struct Server : FakeServer {
  Server() : FakeServer(Notes()) {}
  WriteResult Do(const WriteOperation& operation) {
    const auto results = Write({.operations = {operation}}, Schema(), {});
    EXPECT_TRUE(results);
    return results ? results->front() : WriteResult{};
  }
  std::string TextOf(int number) const {
    const Record* record = Find("note", Key(number));
    return record ? std::get<std::string>(record->values.at("text")) : "(none)";
  }
};

using Kind = WriteResult::Kind;

TEST(FakeServer, WritesWithPreconditions) {
  Server it;
  const std::string first = ETagOf(Cell::Integer(it.VersionOf("note", Key(1))));
  const WriteResult written = it.Do(Update(1, "uno", first));
  EXPECT_EQ(written.kind, Kind::kDone);
  EXPECT_EQ(written.version, ETagOf(Cell::Integer(it.VersionOf("note", Key(1)))));
  EXPECT_EQ(it.Do(Update(1, "ein", first)).kind, Kind::kConflict);
  EXPECT_EQ(it.TextOf(1), "uno");
  EXPECT_EQ(it.Do(Update(3, "three")).kind, Kind::kGone);

  WriteOperation create = Update(3, "three");
  create.kind = WriteOperation::Kind::kCreate;
  EXPECT_EQ(it.Do(create).kind, Kind::kDone);
  EXPECT_EQ(it.Do(create).kind, Kind::kConflict);
  EXPECT_EQ(it.Do({.kind = WriteOperation::Kind::kDelete, .entity = "note", .id = Id(3)}).kind,
            Kind::kDone);
  EXPECT_EQ(it.Count("note"), 2u);
  EXPECT_EQ(it.carried_out.size(), 3u);
}

TEST(FakeServer, LosesAnswersBeforeAndAfterTheDeed) {
  Server it;
  it.write_fault = [](int call) {
    return FakeServer::WriteFault{call == 1 ? FakeServer::WriteFault::Kind::kLostBefore
                                            : FakeServer::WriteFault::Kind::kLostAfter,
                                  1};
  };
  for (const char* second : {"two", "zwei"}) {
    const auto results =
        it.Write({.operations = {Update(1, "eins"), Update(2, "zwei")}}, Schema(), {});
    ASSERT_TRUE(results);
    EXPECT_EQ(results->at(0).kind, Kind::kDone);
    EXPECT_EQ(results->at(1).kind, Kind::kUnknown);
    EXPECT_EQ(it.TextOf(2), second);
  }
}

TEST(FakeServer, RollsBackWhatGoesTogether) {
  Server it;
  const auto results = it.Write(
      {.operations = {Update(1, "eins"), Update(3, "drei")}, .together = true}, Schema(), {});
  ASSERT_TRUE(results);
  EXPECT_NE(results->at(0).kind, Kind::kDone);
  EXPECT_EQ(it.TextOf(1), "one");
  EXPECT_TRUE(it.carried_out.empty());
}

TEST(FakeServer, TellsWhatChangedSinceADeltaCursor) {
  Server it;
  it.page_size = 1;
  const auto plan = it.Plan({.query = {.entity = "note"}}, Notes().schema());
  ASSERT_TRUE(plan);
  std::string cursor;
  std::string delta;
  int pages = 0;
  for (bool more = true; more; ++pages) {
    const auto page = it.ReadChanges(*plan, cursor, {});
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_TRUE(page->removed.empty());
    cursor = page->next_cursor;
    delta = page->delta_cursor;
    more = !cursor.empty();
    it.Put("note", Key(4), {{"text", std::string("meanwhile")}});
  }
  EXPECT_EQ(pages, 2);
  it.Remove("note", Key(2));
  it.page_size = 10;
  const auto changes = it.ReadChanges(*plan, delta, {});
  ASSERT_TRUE(changes) << changes.error().message;
  EXPECT_EQ(changes->rows.rows(), 1u);
  EXPECT_EQ(changes->removed, std::vector<std::string>{Id(2)});
  EXPECT_TRUE(it.ReadChanges(*plan, changes->delta_cursor, {})->removed.empty());
  it.expired_before = 100;
  EXPECT_EQ(it.ReadChanges(*plan, delta, {}).error().code, ErrorCode::kExpired);
}

TEST(FakeServer, KnowsItsMark) {
  Server it;
  EXPECT_EQ(it.NoteHighWater("note", Schema(), "", {})->version, it.VersionOf("note", Key(2)));
  it.able.row_versions = false;
  EXPECT_EQ(it.NoteHighWater("note", Schema(), "", {})->time, it.clock);
  it.able.row_versions = true;
  it.readable = [](const std::string&, const Value& id) { return id == Key(1); };
  EXPECT_EQ(it.NoteHighWater("note", Schema(), "", {})->version, it.VersionOf("note", Key(1)));
}

}  // namespace
}  // namespace satchel
