#include "tests/app/console/fake_workbench.h"

#include <algorithm>
#include <thread>

#include "tests/app/console/fake_names.h"

namespace satchel {
namespace {

struct Demo {
  const char* name;
  const char* label;
  const char* sentence;
  bool offline;
  int fields;
  int all;
  std::int64_t records;
  std::int64_t bytes;
};
constexpr Demo kDemo[] = {
    {"account", "Account",
     "Owner is the user or one of the user's teams, and Modified on is in the last 90 days", true,
     6, 31, 3204, 10276045},
    {"contact", "Contact", "There is an Account on the device that is its parent", true, 5, 24,
     5120, 8493466},
    {"opportunity", "Opportunity", "Status is Open, and Owner is the user", true, 8, 29, 412,
     1992294},
    {"appointment", "Appointment", "Starts in the last 14 or next 60 days", true, 7, 18, 286,
     629145},
    {"task", "Task", "Owner is the user, and Status is Open", true, 4, 12, 148, 209715},
    {"msdyn_workorder", "Work order", "Booked to the user, and scheduled in the next 30 days", true,
     12, 42, 236, 2516582},
    {"incident", "Case", "Customer is on the device, and Status is Active", true, 9, 27, 612,
     2306867},
    {"product", "Product", "All records", true, 6, 14, 1840, 3145728},
    {"productpricelevel", "Price list item", "Price list is Default EUR", true, 4, 11, 1840,
     1153433},
    {"annotation", "Note", "Regarding is on the device, and File size is at most 2 MB", true, 5, 16,
     782, 9751756},
    {"email", "E-mail", "", false, 6, 22, 0, 0},
    {"invoice", "Invoice", "", false, 7, 19, 0, 0},
    {"list", "Marketing list", "", false, 3, 11, 0, 0},
};

struct FieldOf {
  const char* name;
  const char* label;
  FieldType type;
};
constexpr FieldOf kFields[] = {{"name", "Name", FieldType::kString},
                               {"ownerid", "Owner", FieldType::kOwner},
                               {"modifiedon", "Modified on", FieldType::kDateTime},
                               {"city", "Address 1: City", FieldType::kString},
                               {"revenue", "Annual revenue", FieldType::kMoney},
                               {"statecode", "Status", FieldType::kState},
                               {"createdon", "Created on", FieldType::kDateTime},
                               {"description", "Description", FieldType::kMemo},
                               {"industry", "Industry", FieldType::kPicklist},
                               {"creditonhold", "Credit hold", FieldType::kBoolean},
                               {"parentid", "Parent", FieldType::kLookup},
                               {"telephone", "Main phone", FieldType::kString}};

constexpr std::pair<const char*, const char*> kPeople[] = {
    {"11111111-1111-1111-1111-111111111111", "Jana Novák"},
    {"22222222-2222-2222-2222-222222222222", "Petr Dvořák"},
    {"33333333-3333-3333-3333-333333333333", "Petr Dvořák"}};

class FakeLink : public ServerLink {
 public:
  explicit FakeLink(FakeWorkbench& bench) : bench_(bench) {}
  std::string host() const override { return "crm.contoso.example"; }
  bool on_this_machine() const override { return bench_.here; }
  Result<Identity> SignIn(std::stop_token) override {
    if (bench_.refuse_sign_in) return Fail(*bench_.refuse_sign_in);
    return Identity{"u0", "Eva Kováčová", "b0", "o0"};
  }
  Capabilities capabilities() const override {
    return {.impersonation = true, .users = true, .views = true};
  }
  std::optional<double> latency_seconds() const override { return 0.042; }
  std::uint64_t answers() const override { return answers_; }
  int last_status() const override { return bench_.status; }
  Result<> Reach(std::stop_token) override {
    if (auto lost = Lost()) return Fail(*lost);
    return {};
  }
  Result<std::vector<EntityName>> Entities(std::stop_token) override {
    std::vector<EntityName> names;
    for (const Demo& demo : kDemo) names.push_back({demo.name, demo.label});
    const auto is_demo = [](const std::string& name) {
      return std::any_of(std::begin(kDemo), std::end(kDemo),
                         [&](const Demo& demo) { return name == demo.name; });
    };
    for (const auto& [name, entity] : bench_.schema.entities) {
      if (!is_demo(name)) names.push_back({name, entity.label});
    }
    return names;
  }
  Result<Schema> ReadSchema(const std::vector<std::string>&, std::stop_token) override {
    return bench_.schema;
  }
  Result<std::vector<UserInfo>> Users(std::stop_token) override {
    return std::vector<UserInfo>{{"u1",
                                  "Jana Novák",
                                  "CONTOSO\\jana",
                                  "jana@contoso.example",
                                  "Brno",
                                  {"Technician"},
                                  {},
                                  true},
                                 {"u2",
                                  "Petr Dvořák",
                                  "CONTOSO\\petr",
                                  "petr@contoso.example",
                                  "Praha",
                                  {"Dispatcher"},
                                  {},
                                  true}};
  }
  Result<std::vector<FoundRecord>> FindRecords(const std::vector<std::string>& entities,
                                               const std::string& text, std::stop_token) override {
    if (auto lost = Lost()) return Fail(*lost);
    std::vector<FoundRecord> found;
    for (const auto& [id, name] : kPeople) {
      if (std::string(name).find(text) != std::string::npos) {
        found.push_back({entities.front(), id, name});
      }
    }
    return found;
  }
  Result<std::vector<FoundRecord>> NameRecords(const std::vector<std::string>& entities,
                                               const std::vector<std::string>& ids,
                                               std::stop_token) override {
    if (auto lost = Lost()) return Fail(*lost);
    std::vector<FoundRecord> found;
    for (const auto& [id, name] : kPeople) {
      if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
        found.push_back({entities.front(), id, name});
      }
    }
    return found;
  }
  Result<Translation> Translate(const Query& query, const Schema&, const std::string&,
                                std::stop_token) override {
    if (auto lost = Lost()) return Fail(*lost);
    return Translation{.sql = "SELECT t0.\"@rid\" FROM \"" + query.entity + "\" t0",
                       .odata = "statecode eq 0"};
  }
  Result<std::vector<ViewInfo>> Views(const std::string& entity, std::stop_token) override {
    const auto fetch = [&](const std::string& inside) {
      return "<fetch><entity name=\"" + entity + "\">" + inside + "</entity></fetch>";
    };
    return std::vector<ViewInfo>{
        {"v1", "All " + entity + "s", entity, fetch(""), false},
        {"v2", "Active " + entity + "s", entity,
         fetch("<order attribute=\"name\"/><filter><condition attribute=\"statecode\" "
               "operator=\"eq\" value=\"0\"/></filter><link-entity name=\"contact\" "
               "from=\"contactid\" to=\"parentid\" link-type=\"outer\" alias=\"shown\"/>"),
         true},
        {"v3", "Broken", entity, fetch("<nonsense/>"), false}};
  }
  Result<WorkingRead> ReadWorkingSet(const WorkingSetRequest& request, const WorkingSink& sink,
                                     std::stop_token stop) override {
    return bench_.counting->Read(request, sink, stop);
  }
  Result<UserInfo> FindUser(const std::string&, std::stop_token) override { return UserInfo{}; }
  Result<PreviewResult> Preview(const PreviewRequest& request, const PreviewSink& sink,
                                std::stop_token stop) override {
    bench_.previewed_as = request.as;
    PreviewResult result;
    result.as_name = request.as.empty() ? "Eva Kováčová" : "Jana Novák";
    result.as_id = request.as.empty() ? "u0" : "u1";
    if (request.as == "u2" || request.as == "u9") {  // Two people of one name, as FakeCheck has.
      result.as_name = "Petr Dvořák";
      result.as_id = request.as;
    }
    if (!request.since.empty()) result.mode = "incremental";
    const auto found = [&](const std::string& entity, const char* rule, const char* words) {
      result.findings.push_back({.severity = Severity::kInfo,
                                 .rule = rule,
                                 .entity = entity,
                                 .message = entity + ": " + words});
    };
    result.database = "fake.db";
    result.requests = 31;
    result.seconds = 3.2;
    result.bytes_downloaded = 12'600'000;
    std::size_t index = 0;
    std::size_t offline = 0;
    for (const Entity& entity : request.policy.entities) {
      offline += entity.mode == DeviceMode::kOffline ? 1U : 0U;
    }
    for (const Entity& entity : request.policy.entities) {
      if (entity.mode != DeviceMode::kOffline) continue;
      for (const Demo& demo : kDemo) {
        if (entity.name != demo.name) continue;
        EntityPreview preview;
        preview.name = demo.name;
        preview.records = preview.matched = demo.records;
        preview.bytes_on_device = demo.bytes;
        if (result.incremental()) {
          if (index == 0) preview.changes = {.received = 9, .added = 3, .updated = 2, .removed = 1};
          found(demo.name, "asked-for", "asked for everything that changed, as there is no filter");
        }
        result.entities.push_back(preview);
        result.records += demo.records;
        result.bytes_on_device += demo.bytes;
        sink({demo.name, index, offline, "downloading", demo.records, result.records,
              result.bytes_on_device / 3, true});
      }
      ++index;
      if (bench_.wait_for_cancel && index == 2) {
        sink({"opportunity", index, offline, "downloading", 70, result.records + 70,
              result.bytes_on_device / 3, false});
        bench_.half_way.release();
        while (!stop.stop_requested()) std::this_thread::yield();
      }
      if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
      if (bench_.fail_preview && index == 2) return Fail(*bench_.fail_preview);
    }
    ++answers_;
    result.findings.push_back({Severity::kWarning,
                               "dangling-lookup",
                               "contact",
                               "",
                               {},
                               "14 contacts point to accounts that are not on the device. Add a "
                               "link to account, or accept empty names."});
    return result;
  }

  Result<Comparison> Compare(const CompareRequest& request, const CompareSink&,
                             std::stop_token) override {
    bench_.evidence.compared.push_back(request);
    if (bench_.evidence.refuse) return Fail(*bench_.evidence.refuse);
    auto preview = request.previewed ? Result<PreviewResult>(*request.previewed)
                                     : Preview({.policy = request.after, .as = request.as},
                                               [](const PreviewProgress&) {}, {});
    return FakeComparison(request, std::move(*preview));
  }
  Result<Explanation> Explain(const ExplainRequest& request, const ExplainSink&,
                              std::stop_token) override {
    bench_.evidence.explained.push_back(request);
    if (bench_.evidence.refuse) return Fail(*bench_.evidence.refuse);
    return FakeExplanation(request);
  }
  Result<DriftResult> MeasureDrift(const DriftRequest& request, const PreviewSink&,
                                   std::stop_token) override {
    bench_.evidence.drifted.push_back(request);
    return FakeDrift();
  }
  Result<CheckResult> Check(const CheckRequest& request, const CheckSink& sink,
                            std::stop_token) override {
    sink({.user = "Petr Dvořák", .index = 1, .count = 2, .user_done = true});
    return FakeCheck(request);
  }

 private:
  // Why there is no answer, or only a refusal.
  std::optional<Error> Lost() {
    const bool offline = bench_.lost && bench_.lost->code == ErrorCode::kOffline;
    if (!offline || bench_.status != 0) ++answers_;
    return bench_.lost;
  }

  FakeWorkbench& bench_;
  std::atomic<std::uint64_t> answers_ = 0;
};

}  // namespace

Policy DemoPolicy() {
  Policy policy;
  policy.project.name = "field-service";
  policy.project.title = "Field service technicians";
  policy.budgets.bytes = 60LL << 20;
  for (const Demo& demo : kDemo) {
    Entity entity;
    entity.name = demo.name;
    entity.mode = demo.offline ? DeviceMode::kOffline : DeviceMode::kOnline;
    for (int i = 0; i < demo.fields; ++i) {
      entity.fields.push_back(i < 12 ? kFields[i].name : "x");
    }
    policy.entities.push_back(std::move(entity));
  }
  return policy;
}

Schema DemoSchema() {
  Schema schema;
  for (const Demo& demo : kDemo) {
    EntitySchema entity;
    entity.name = demo.name;
    entity.label = demo.label;
    if (entity.name == "account") entity.plural_label = "Accounts";
    entity.key = std::string(demo.name) + "id";
    entity.primary_name = "name";
    entity.fields[entity.key] = {
        .name = entity.key, .label = demo.label, .type = FieldType::kUniqueIdentifier};
    for (const FieldOf& field : kFields) {
      entity.fields[field.name] = {.name = field.name, .label = field.label, .type = field.type};
    }
    entity.fields["name"].required = true;
    entity.fields["ownerid"].targets = {"systemuser"};
    entity.fields["parentid"].targets = {"account"};
    entity.fields["industry"].choices = {{1, "Energy"}, {2, "Food"}, {3, "Metal"}};
    entity.fields["statecode"].choices = {{0, "Active"}, {1, "Inactive"}};
    for (int i = 13; i < demo.all; ++i) {
      const std::string name = "custom_" + std::to_string(i);
      entity.fields[name] = {.name = name, .label = "Custom " + std::to_string(i)};
    }
    if (entity.name == "account") {
      for (const Demo& other : kDemo) {
        entity.collections.push_back({"", other.name, "parentid"});
      }
    }
    schema.entities[demo.name] = std::move(entity);
  }
  // Of the organisation: nobody owns one.
  EntitySchema competitor{.name = "competitor", .label = "Competitor", .key = "competitorid"};
  competitor.primary_name = "name";
  competitor.fields["competitorid"] = {
      .name = "competitorid", .label = "Competitor", .type = FieldType::kUniqueIdentifier};
  for (const FieldOf& field : kFields) {
    if (std::string_view(field.name) == "ownerid") continue;
    competitor.fields[field.name] = {.name = field.name, .label = field.label, .type = field.type};
  }
  schema.entities["competitor"] = std::move(competitor);
  return schema;
}

PolicyText FakeWorkbench::Parse(const std::string& yaml) {
  PolicyText read;
  read.policy = DemoPolicy();
  if (yaml.find("small") != std::string::npos) {
    read.policy = {};
    read.policy.project.name = "small";
    read.policy.entities.push_back({.name = "account", .fields = {"name"}});
    return read;
  }
  if (yaml.find("broken") != std::string::npos) {
    read.findings.push_back({Severity::kError, "unknown-key", "", "", {3, 7}, "unknown key 'x'"});
  }
  if (yaml.find("comments") != std::string::npos) read.comments = 2;
  if (yaml.find("shorter") != std::string::npos) read.policy.entities.pop_back();
  return read;
}

std::string FakeWorkbench::Print(const Policy& policy) {
  std::string text = policy.entities.size() < DemoPolicy().entities.size() ? "shorter\n" : "demo\n";
  for (const Entity& entity : policy.entities) {
    text += entity.name + (entity.mode == DeviceMode::kOffline ? " offline" : " online");
    for (const auto& field : entity.fields) text += " " + field;
    text += "\n";
  }
  return text;
}

Study FakeWorkbench::Examine(const Policy& draft, const Policy& saved, const Schema* known) {
  Study study;
  for (const Demo& demo : kDemo) {
    study.labels[demo.name] = demo.label;
    study.sentences[demo.name] = demo.sentence;
    const Entity* entity = draft.Find(demo.name);
    if (entity != nullptr) study.spoken[demo.name] = DescribeRecords(QueryOf(*entity), known);
  }
  study.description = DescribePolicy(draft);
  study.findings.push_back({Severity::kWarning,
                            "no-order",
                            "opportunity",
                            "",
                            {},
                            "max_records needs an order, else any 500 are kept."});
  study.findings.push_back({Severity::kError,
                            "bad-literal",
                            "incident",
                            "",
                            {},
                            "'soon' is not a date. Write 2026-05-31."});
  if (finding) study.findings.push_back(*finding);
  for (const Entity& entity : draft.entities) {
    const Entity* before = saved.Find(entity.name);
    if (before == nullptr || *before != entity) {
      study.changes.push_back({.entity = entity.name, .sentence = "changed"});
    }
  }
  for (const Entity& entity : saved.entities) {
    if (draft.Find(entity.name) == nullptr) {
      study.changes.push_back({.kind = Change::Kind::kRemoved, .entity = entity.name});
    }
  }
  return study;
}

Result<std::shared_ptr<ServerLink>> FakeWorkbench::Connect(const std::string& server) {
  if (server == "nowhere") return Fail(ErrorCode::kNotFound, "there is no profile 'nowhere'");
  return std::shared_ptr<ServerLink>(std::make_shared<FakeLink>(*this));
}

Result<std::shared_ptr<Records>> FakeWorkbench::OpenRecords(const std::filesystem::path&) {
  records->restricted_to = -1;  // Every table is a new one.
  return std::shared_ptr<Records>(records);
}

namespace {

class FakeSandbox : public SandboxProcess {
 public:
  explicit FakeSandbox(int& running) : running_(running) { ++running_; }
  ~FakeSandbox() override { --running_; }
  FakeSandbox(const FakeSandbox&) = delete;
  FakeSandbox& operator=(const FakeSandbox&) = delete;
  const std::string& url() const override { return url_; }

 private:
  int& running_;
  std::string url_ = "http://127.0.0.1:7777/api/data/v9.2/";
};

}  // namespace

Result<std::shared_ptr<SandboxProcess>> FakeWorkbench::StartSandbox(std::stop_token) {
  if (refuse_sandbox) return Fail(*refuse_sandbox);
  return std::shared_ptr<SandboxProcess>(std::make_shared<FakeSandbox>(sandboxes));
}

Result<> FakeWorkbench::AddProfile(const Profile& profile) {
  for (const KnownProfile& known : profiles) {
    if (known.profile.name == profile.name) {
      return Fail(ErrorCode::kConflict, "there is a profile '" + profile.name + "' already");
    }
  }
  profiles.push_back({.profile = profile, .sign_in = "No sign-in"});
  return {};
}

Result<> FakeWorkbench::RemoveProfile(const std::string& name) {
  std::erase_if(profiles, [&](const KnownProfile& known) { return known.profile.name == name; });
  return {};
}

void FakeWorkbench::KeepSecret(const std::string& profile, std::string secret) {
  for (KnownProfile& known : profiles) {
    if (known.profile.name == profile) known.signs_in = true;
  }
  secrets[profile] = std::move(secret);
}

Result<std::shared_ptr<Phone>> FakeWorkbench::MakePhone(const PhoneRequest& request,
                                                        std::stop_token stop) {
  if (refuse_phone) return Fail(*refuse_phone);
  if (!here && !request.allow_writes) return Fail(ErrorCode::kDenied, "nobody allowed it");
  return MakeFakePhone(company, request, std::move(stop));
}

Result<std::vector<RecordColumn>> FakeRecords::Columns(std::string_view) {
  std::vector<RecordColumn> columns;
  for (int i = 0; i < 6; ++i)
    columns.push_back({kFields[i].name, kFields[i].label, kFields[i].type});
  return columns;
}

Result<std::int64_t> FakeRecords::Count(std::string_view, std::string_view search) {
  if (restricted_to >= 0) return restricted_to;
  return search.empty() ? count_ : search == "nobody" ? 0 : 12;
}

Result<std::vector<RecordRow>> FakeRecords::Rows(std::string_view, const RecordOrder& order,
                                                 std::string_view search, std::int64_t offset,
                                                 std::int64_t limit) {
  ++pages_read;
  const std::int64_t all = restricted_to >= 0 ? restricted_to.load() : search.empty() ? count_ : 12;
  std::vector<RecordRow> rows;
  for (std::int64_t i = offset; i < std::min(offset + limit, all); ++i) {
    const std::int64_t at = order.descending ? all - 1 - i : i;
    const auto n = static_cast<std::size_t>(at % 9);
    rows.push_back(
        {"id-" + std::to_string(at),
         {kFakeNames[n], at % 2 == 0 ? "Jana Novák" : "Team Morava", "2026-11-21T10:42:07Z",
          kFakeCities[n], std::to_string(1000 + at % 7) + ".50", "Active"}});
  }
  return rows;
}

}  // namespace satchel
