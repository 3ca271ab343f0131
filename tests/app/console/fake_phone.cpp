#include "tests/app/console/fake_phone.h"

#include <cstdio>

#include "tests/app/console/fake_names.h"
#include "tests/app/console/fake_workbench.h"

namespace satchel {
namespace {

constexpr std::pair<const char*, int> kCounts[] = {
    {"account", 9},     {"contact", 14}, {"opportunity", 5},
    {"appointment", 4}, {"task", 6},     {"msdyn_workorder", 7},
    {"incident", 11},   {"product", 16}, {"productpricelevel", 16},
    {"annotation", 3}};

int PlaceOf(const std::string& entity) {
  int place = 1;
  for (const auto& [name, count] : kCounts) {
    if (entity == name) return place;
    ++place;
  }
  return 99;
}

Schema ServerSchema() {
  Schema schema = DemoSchema();
  for (auto& [name, entity] : schema.entities) {
    entity.version = "versionnumber";
    entity.modified = "modifiedon";
    entity.fields["versionnumber"] = {.name = "versionnumber",
                                      .label = "Version",
                                      .type = FieldType::kBigInt,
                                      .creatable = false,
                                      .updatable = false};
    for (const char* set : {"modifiedon", "createdon"}) {
      entity.fields[set].creatable = entity.fields[set].updatable = false;
    }
  }
  return schema;
}

// Stands still: pictures show it.
class StillClock : public Clock {
 public:
  UptimePoint Up() override { return UptimePoint(std::chrono::hours(5)); }
  Instant Now() override { return {1'795'430'520 * kTicksPerSecond}; }
};

}  // namespace

// Every call holds the company's lock: the fake server is for one thread.
class CompanyWay : public CrmServer {
 private:
  template <class Do>
  auto Call(std::string_view name, Do call) {
    const std::lock_guard lock(company_.mutex_);
    if (company_.on_call) company_.on_call(name);
    return call(*company_.server_);
  }

 public:
  explicit CompanyWay(FakeCompany& company) : company_(company) {}

  const std::string& base_url() const override { return company_.server_->base_url(); }
  Capabilities capabilities() const override { return company_.server_->capabilities(); }
  Result<Identity> WhoAmI(std::stop_token stop) override {
    return Call("WhoAmI", [&](FakeServer& s) { return s.WhoAmI(stop); });
  }
  Result<std::vector<EntityName>> Entities(std::stop_token stop) override {
    return Call("Entities", [&](FakeServer& s) { return s.Entities(stop); });
  }
  Result<Schema> ReadSchema(const std::vector<std::string>& names, std::stop_token stop) override {
    return Call("ReadSchema", [&](FakeServer& s) { return s.ReadSchema(names, stop); });
  }
  Result<std::vector<UserInfo>> Users(std::stop_token stop) override {
    return Call("Users", [&](FakeServer& s) { return s.Users(stop); });
  }
  Result<UserInfo> FindUser(const std::string& who, std::stop_token) override {
    return UserInfo{.id = who, .name = who};
  }
  Result<FilterContext> ContextOf(const std::string& user, std::stop_token stop) override {
    return Call("ContextOf", [&](FakeServer& s) { return s.ContextOf(user, stop); });
  }
  Result<std::vector<ViewInfo>> Views(const std::string& entity, std::stop_token stop) override {
    return Call("Views", [&](FakeServer& s) { return s.Views(entity, stop); });
  }
  Result<ReadPlan> Plan(const ReadRequest& request, const Schema& schema) override {
    return Call("Plan", [&](FakeServer& s) { return s.Plan(request, schema); });
  }
  Result<Page> ReadPage(const ReadPlan& plan, const std::string& cursor,
                        std::stop_token stop) override {
    return Call("ReadPage", [&](FakeServer& s) { return s.ReadPage(plan, cursor, stop); });
  }
  Result<HighWater> NoteHighWater(const std::string& entity, const Schema& schema,
                                  const std::string& as, std::stop_token stop) override {
    return Call("NoteHighWater",
                [&](FakeServer& s) { return s.NoteHighWater(entity, schema, as, stop); });
  }
  Result<ChangePage> ReadChanges(const ReadPlan& plan, const std::string& cursor,
                                 std::stop_token stop) override {
    return Call("ReadChanges", [&](FakeServer& s) { return s.ReadChanges(plan, cursor, stop); });
  }
  Result<std::vector<WriteResult>> Write(const WriteRequest& request, const Schema& schema,
                                         std::stop_token stop) override {
    return Call("Write", [&](FakeServer& s) { return s.Write(request, schema, stop); });
  }
  Result<std::string> WhyNotExact(const std::string&, const std::vector<std::string>&,
                                  std::stop_token) override {
    return std::string();
  }
  void OnNotice(Notice) override {}

 private:
  FakeCompany& company_;
};

FakeCompany::FakeCompany() {
  std::map<std::string, RowBatch, std::less<>> none;
  const Schema schema = ServerSchema();
  for (const auto& [name, entity] : schema.entities) {
    std::vector<RowBatch::Column> columns;
    for (const auto& [field, known] : entity.fields) columns.push_back({field});
    none.emplace(name, RowBatch(columns));
  }
  server_ = std::make_unique<FakeServer>(DataSet(schema, std::move(none)));
  server_->page_size = 1000;
  for (const auto& [entity, count] : kCounts) {
    for (int i = 0; i < count; ++i) {
      const auto n = static_cast<std::size_t>(i % 9);
      std::vector<FieldValue> values = {{"name", std::string(kFakeNames[n])},
                                        {"city", std::string(kFakeCities[n])},
                                        {"statecode", std::int64_t{0}},
                                        {"industry", std::int64_t{1 + i % 3}}};
      if (std::string(entity) == "contact") {
        values.push_back({"parentid", *ParseGuid(IdOf("account", i % 9))});
      }
      server_->Put(entity, *ParseGuid(IdOf(entity, i)), values);
    }
  }
}

std::string FakeCompany::IdOf(const std::string& entity, int number) {
  char text[40] = {};
  (void)std::snprintf(text, sizeof text, "000000%02d-0000-4000-8000-%012d", PlaceOf(entity),
                      number);
  return text;
}

std::shared_ptr<CrmServer> FakeCompany::Connect() {
  return std::make_shared<CompanyWay>(*this);
}

void FakeCompany::Put(const std::string& entity, int number, const std::string& field,
                      const std::string& text) {
  const std::lock_guard lock(mutex_);
  server_->Put(entity, *ParseGuid(IdOf(entity, number)), {{field, text}});
}

void FakeCompany::Remove(const std::string& entity, int number) {
  const std::lock_guard lock(mutex_);
  server_->Remove(entity, *ParseGuid(IdOf(entity, number)));
}

std::string FakeCompany::Text(const std::string& entity, int number, const std::string& field) {
  const std::lock_guard lock(mutex_);
  const auto* record = server_->Find(entity, *ParseGuid(IdOf(entity, number)));
  if (record == nullptr || !record->values.contains(field)) return {};
  const auto* value = std::get_if<std::string>(&record->values.at(field));
  return value == nullptr ? "" : *value;
}

std::size_t FakeCompany::Count(const std::string& entity) {
  const std::lock_guard lock(mutex_);
  return server_->Count(entity);
}

Result<std::shared_ptr<Phone>> MakeFakePhone(FakeCompany& company, const PhoneRequest& request,
                                             std::stop_token stop) {
  PhoneParts parts;
  parts.device_server = company.Connect();
  parts.app_server = company.Connect();
  parts.clock = std::make_unique<StillClock>();
  parts.random = MakeSeededRandom(1);
  parts.app_random = MakeSeededRandom(2);
  return Phone::Make(std::move(parts),
                     {.server = request.server, .project = request.project, .as = request.as},
                     request.yaml, std::move(stop));
}

}  // namespace satchel
