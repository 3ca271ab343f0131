// A sandbox in this process, spoken to over HTTP as any client would.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/sandbox/crm.h"
#include "app/sandbox/http/server.h"
#include "app/sandbox/json/value.h"
#include "app/sandbox/service.h"
#include "engine/http/transport.h"
#include "tests/support/temp_folder.h"

namespace satchel::sandbox {

struct Reply {
  int status = 0;
  std::string body = {};
  satchel::HttpResponse raw = {};

  [[nodiscard]] std::string header(std::string_view name) const {
    return std::string(raw.Find(name));
  }
  [[nodiscard]] JsonValue json() const;
  // "value" of a collection.
  [[nodiscard]] std::vector<JsonValue> rows() const;
  // A member of the object, or of the row at `index`, as text; "" when it is not there.
  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] std::string code() const;  // Of the error.
};

class RunningSandbox {
 public:
  // A company of 60 accounts at 2026-06-01T08:00:00Z.
  explicit RunningSandbox(SandboxOptions options = {});
  // Tables and rows are in `settings.file` already.
  RunningSandbox(CrmOptions settings, SandboxOptions options);

  [[nodiscard]] Reply Send(satchel::Method method, const std::string& path,
                           std::vector<satchel::Header> headers = {}, std::string body = {});
  [[nodiscard]] Reply Get(const std::string& path, std::vector<satchel::Header> headers = {}) {
    return Send(satchel::Method::kGet, path, std::move(headers));
  }
  [[nodiscard]] Reply Post(const std::string& path, std::string body,
                           std::vector<satchel::Header> headers = {});
  [[nodiscard]] Reply Patch(const std::string& path, std::string body,
                            std::vector<satchel::Header> headers = {});
  [[nodiscard]] Reply Delete(const std::string& path, std::vector<satchel::Header> headers = {}) {
    return Send(satchel::Method::kDelete, path, std::move(headers));
  }
  // All ids of a paged collection, following next links.
  [[nodiscard]] std::vector<std::string> AllIds(const std::string& path, const std::string& key,
                                                std::vector<satchel::Header> headers = {});

  [[nodiscard]] const std::string& base() const { return base_; }
  [[nodiscard]] Crm& crm() { return *crm_; }
  [[nodiscard]] Service& service() { return *service_; }
  // Seconds the wall clock is ahead.
  std::int64_t ahead = 0;

 private:
  void Start(CrmOptions settings, const SandboxOptions& options);

  TempFolder folder_;
  std::unique_ptr<Crm> crm_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<satchel::Transport> transport_ = MakeCurlTransport();
  std::string base_;
};

// A text in a URL.
[[nodiscard]] std::string Q(std::string_view text);

}  // namespace satchel::sandbox
