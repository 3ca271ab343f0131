#include "tests/app/sandbox/running_sandbox.h"

#include <gtest/gtest.h>

#include "app/sandbox/company/generate.h"
#include "app/sandbox/web/url.h"

namespace satchel::sandbox {

std::string Q(std::string_view text) {
  return Escape(text);
}

JsonValue Reply::json() const {
  auto value = ParseJson(body);
  EXPECT_TRUE(value) << body;
  return value ? *value : JsonValue();
}

std::vector<JsonValue> Reply::rows() const {
  const JsonValue all = json();
  const JsonValue* value = all.Find("value");
  EXPECT_NE(value, nullptr) << body;
  return value == nullptr ? std::vector<JsonValue>() : value->items;
}

std::string Reply::text(std::string_view name) const {
  const JsonValue all = json();
  const JsonValue* member = all.Find(name);
  return member == nullptr ? std::string() : member->text;
}

std::string Reply::code() const {
  const JsonValue all = json();
  const JsonValue* error = all.Find("error");
  const JsonValue* code = error == nullptr ? nullptr : error->Find("code");
  return code == nullptr ? std::string() : code->text;
}

RunningSandbox::RunningSandbox(SandboxOptions options) {
  CrmOptions settings;
  settings.file = folder_.path() / "crm.sqlite";
  settings.metadata = CompanyMetadata();
  settings.now = ParseInstant("2026-06-01T08:00:00Z");
  settings.delta_expiry = options.delta_expiry;
  auto database = Database::Open(settings.file, Database::Use::kServer);
  EXPECT_TRUE(database);
  const auto made =
      GenerateCompany(*database, {.accounts = 60, .users = 25, .seed = 1, .now = *settings.now});
  EXPECT_TRUE(made) << made.error().message;
  Start(std::move(settings), options);
}

RunningSandbox::RunningSandbox(CrmOptions settings, SandboxOptions options) {
  Start(std::move(settings), options);
}

void RunningSandbox::Start(CrmOptions settings, const SandboxOptions& options) {
  settings.wall_clock = [this] {
    return Instant{ParseInstant("2026-06-01T08:00:00Z")->ticks + ahead * kTicksPerSecond};
  };
  auto crm = Crm::Open(std::move(settings));
  EXPECT_TRUE(crm) << crm.error().message;
  crm_ = std::move(*crm);
  service_ = std::make_unique<Service>(*crm_, options);
  auto server = HttpServer::Start(
      {}, [this](const HttpRequest& request) { return service_->Handle(request); });
  EXPECT_TRUE(server) << server.error().message;
  server_ = std::move(*server);
  base_ = "http://127.0.0.1:" + std::to_string(server_->port()) + "/api/data/v9.2/";
}

Reply RunningSandbox::Send(satchel::Method method, const std::string& path,
                           std::vector<satchel::Header> headers, std::string body) {
  satchel::HttpRequest request;
  request.method = method;
  request.url = path.rfind("http://", 0) == 0 ? path : base_ + path;
  request.headers = std::move(headers);
  request.body = std::move(body);
  auto answer = transport_->Send(request, {});
  EXPECT_TRUE(answer) << answer.error().message;
  Reply reply;
  if (!answer) return reply;
  reply.status = answer->status;
  reply.body = answer->body;
  reply.raw = std::move(*answer);
  return reply;
}

Reply RunningSandbox::Post(const std::string& path, std::string body,
                           std::vector<satchel::Header> headers) {
  headers.push_back({"Content-Type", "application/json"});
  return Send(satchel::Method::kPost, path, std::move(headers), std::move(body));
}

Reply RunningSandbox::Patch(const std::string& path, std::string body,
                            std::vector<satchel::Header> headers) {
  headers.push_back({"Content-Type", "application/json"});
  return Send(satchel::Method::kPatch, path, std::move(headers), std::move(body));
}

std::vector<std::string> RunningSandbox::AllIds(const std::string& path, const std::string& key,
                                                std::vector<satchel::Header> headers) {
  std::vector<std::string> ids;
  std::string next = path;
  for (int page = 0; !next.empty() && page < 1000; ++page) {
    const Reply reply = Get(next, headers);
    EXPECT_EQ(reply.status, 200) << reply.body;
    if (reply.status != 200) break;
    for (const JsonValue& row : reply.rows()) ids.push_back(row.Find(key)->text);
    next = reply.text("@odata.nextLink");
  }
  return ids;
}

}  // namespace satchel::sandbox
