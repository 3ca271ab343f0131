// max_records keeps the same records whether the server cuts or the device does
// (docs/decisions/0013): every type to order by, with nulls and ties, against the sandbox.
#include <gtest/gtest.h>

#include <random>

#include "engine/filter/evaluator.h"
#include "engine/server/dataverse/dataverse_server.h"
#include "engine/sync/full_sync_runner.h"
#include "tests/app/sandbox/hand_made_crm.h"
#include "tests/app/sandbox/running_sandbox.h"
#include "tests/support/no_sign_in.h"

namespace satchel::sandbox {
namespace {

// A server that orders nothing, so that the device has to.
class Unordered : public CrmServer {
 public:
  explicit Unordered(CrmServer& inner) : inner_(inner) {}
  const std::string& base_url() const override { return inner_.base_url(); }
  Capabilities capabilities() const override { return inner_.capabilities(); }
  Result<Identity> WhoAmI(std::stop_token stop) override { return inner_.WhoAmI(stop); }
  Result<std::vector<EntityName>> Entities(std::stop_token stop) override {
    return inner_.Entities(stop);
  }
  Result<Schema> ReadSchema(const std::vector<std::string>& names, std::stop_token stop) override {
    return inner_.ReadSchema(names, stop);
  }
  Result<std::vector<UserInfo>> Users(std::stop_token stop) override { return inner_.Users(stop); }
  Result<UserInfo> FindUser(const std::string& who, std::stop_token stop) override {
    return inner_.FindUser(who, stop);
  }
  Result<FilterContext> ContextOf(const std::string& user, std::stop_token stop) override {
    return inner_.ContextOf(user, stop);
  }
  Result<std::vector<ViewInfo>> Views(const std::string& entity, std::stop_token stop) override {
    return inner_.Views(entity, stop);
  }
  Result<ReadPlan> Plan(const ReadRequest& request, const Schema& schema) override {
    ReadRequest plain = request;
    plain.query.top = 0;
    return inner_.Plan(plain, schema);
  }
  Result<Page> ReadPage(const ReadPlan& plan, const std::string& cursor,
                        std::stop_token stop) override {
    return inner_.ReadPage(plan, cursor, stop);
  }
  Result<std::string> WhyNotExact(const std::string& user, const std::vector<std::string>& entities,
                                  std::stop_token stop) override {
    return inner_.WhyNotExact(user, entities, stop);
  }
  void OnNotice(Notice notice) override { inner_.OnNotice(std::move(notice)); }

 private:
  CrmServer& inner_;
};

std::string Id(unsigned number) {
  char text[40];
  std::snprintf(text, sizeof text, "%08x-0000-4000-8000-%012x", number * 2654435761U, number);
  return text;
}

// 40 items. Few values of each field, so that most tie; a fourth is null. Numbers of `kind` run
// against its labels.
DataSet Items() {
  std::mt19937 random(7);
  const std::vector<std::string> names = {"\"Zoo\"", "\"apple\"", "\"Ähre\"", "\"ahre\"", "\"éa\""};
  std::string rows;
  for (unsigned i = 1; i <= 40; ++i) {
    const auto add = [&](const char* field, const std::string& value) {
      if (random() % 4 != 0) rows += std::string(",\"") + field + "\":" + value;
    };
    rows += (i == 1 ? "{\"itemid\":\"" : ",{\"itemid\":\"") + Id(i) + "\"";
    add("name", names[random() % names.size()]);
    add("kind", std::to_string(1 + random() % 3));
    add("n", std::to_string(static_cast<int>(random() % 5) - 2));
    add("price", "\"" + std::to_string(random() % 3) + ".5\"");
    add("ratio", std::to_string(random() % 3) + ".25");
    add("due", "\"2024-05-0" + std::to_string(1 + random() % 3) + "T10:00:00Z\"");
    add("day", "\"2024-05-0" + std::to_string(1 + random() % 3) + "\"");
    add("yes", random() % 2 == 0 ? "true" : "false");
    add("boss", "\"" + Id(1 + static_cast<unsigned>(random() % 4)) + "\"");
    rows += "}";
  }
  auto data = ParseDataSet(R"({"schema":{"item":{"key":"itemid","primary_name":"name","fields":{
    "itemid":"uniqueidentifier","name":"string","n":"integer","price":"money","ratio":"double",
    "due":"datetime","day":"dateonly","yes":"boolean","boss":{"type":"lookup","targets":["item"]},
    "kind":{"type":"picklist","options":{"1":"Zebra","2":"Mole","3":"Ape"}}}}},"rows":{"item":[)" +
                           rows + "]}}");
  EXPECT_TRUE(data) << data.error().message;
  return std::move(*data);
}

class MaxRecords : public ::testing::Test {
 protected:
  void SetUp() override {
    data_ = Items();
    sandbox_ = std::make_unique<RunningSandbox>(HandMadeCrm(data_, folder_.path() / "items.sqlite"),
                                                SandboxOptions{});
    transport_ = MakeCurlTransport();
    server_ = MakeDataverseServer(std::make_unique<Connection>(*satchel::ParseUrl(sandbox_->base()),
                                                               *transport_, MakeSystemWaiting(),
                                                               std::make_unique<NoSignIn>()));
    auto schema = server_->ReadSchema({"item"}, {});
    ASSERT_TRUE(schema) << schema.error().message;
    schema_ = std::move(*schema);
  }

  struct Kept {
    std::vector<std::string> ids = {};
    std::int64_t matched = 0;
    int requests = 0;
  };

  Kept Sync(CrmServer& server, const Entity& entity) {
    FullSyncRequest request;
    request.policy.project.name = "test";
    request.policy.sync.page_size = 5;
    request.policy.entities = {entity};
    request.schema = schema_;
    request.count_cut = true;
    auto database = Database::Open(":memory:", Database::Use::kScratch);
    EXPECT_TRUE(database);
    const auto outcome = RunFullSync(request, server, *database, {}, {});
    EXPECT_TRUE(outcome) << outcome.error().message;
    if (!outcome) return {};
    Kept kept = {.matched = outcome->entities[0].matched,
                 .requests = outcome->entities[0].requests};
    auto rows = database->Prepare("SELECT itemid FROM item ORDER BY itemid");
    EXPECT_TRUE(rows) << rows.error().message;
    while (rows && rows->Step().value_or(false)) kept.ids.push_back(ToString(rows->Id(0)));
    return kept;
  }

  // What the policy means, from the data themselves.
  std::vector<std::string> Meant(const Entity& entity) {
    const auto rows = Evaluate(QueryOf(entity), data_.schema(), {}, data_);
    EXPECT_TRUE(rows) << rows.error().message;
    std::vector<std::string> ids;
    for (const std::size_t row : *rows) ids.push_back(Id(static_cast<unsigned>(row) + 1));
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  TempFolder folder_;
  DataSet data_;
  std::unique_ptr<RunningSandbox> sandbox_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<CrmServer> server_;
  Schema schema_;
};

TEST_F(MaxRecords, AreTheSameWhoeverCuts) {
  const auto order = [](std::vector<std::string> fields) {
    std::vector<OrderItem> items;
    for (std::string& field : fields) {
      const bool descending = field.starts_with('-');
      items.push_back({.field = field.substr(descending ? 1 : 0), .descending = descending});
    }
    return items;
  };
  Unordered unordered(*server_);
  for (const auto& fields :
       std::vector<std::vector<std::string>>{{"kind"},       {"-kind"},
                                             {"boss"},       {"-boss"},
                                             {"name"},       {"-name"},
                                             {"n"},          {"-n"},
                                             {"price"},      {"-ratio"},
                                             {"due"},        {"-day"},
                                             {"yes"},        {"-yes"},
                                             {"kind", "-n"}, {"-kind", "name"},
                                             {"n", "boss"},  {"-price", "kind", "due"},
                                             {"-itemid"},    {"n", "-itemid"}}) {
    for (const std::int64_t top : {1, 5, 12, 39, 100}) {
      // The device does not keep what it orders by.
      Entity entity = {.name = "item", .fields = {"name"}, .order = order(fields)};
      entity.max_records = top;
      const Kept by_server = Sync(*server_, entity);
      const Kept by_device = Sync(unordered, entity);
      const std::string what =
          fields.front() + (fields.size() > 1 ? " …" : "") + ", " + std::to_string(top) + " of 40";
      EXPECT_EQ(by_device.ids, Meant(entity)) << what;
      EXPECT_EQ(by_server.ids, by_device.ids) << what;
      EXPECT_EQ(by_server.matched, 40) << what;
      EXPECT_EQ(by_device.matched, 40) << what;
    }
  }
}

TEST_F(MaxRecords, AreCutByTheServerWhereItOrdersAsTheDeviceDoes) {
  Unordered unordered(*server_);
  Entity entity = {.name = "item", .fields = {"name"}, .max_records = 2};
  for (const char* field : {"kind", "n", "price", "ratio", "due", "day"}) {
    entity.order = {{.field = field, .descending = true}};
    EXPECT_LT(Sync(*server_, entity).requests, Sync(unordered, entity).requests) << field;
  }
  for (const char* field : {"name", "boss", "yes"}) {
    entity.order = {{.field = field, .descending = true}};
    EXPECT_EQ(Sync(*server_, entity).requests, Sync(unordered, entity).requests) << field;
  }
}

}  // namespace
}  // namespace satchel::sandbox
