// A CRM server in memory: rows of a DataSet, asked through the plain evaluator. It does what real
// servers do to us: pages, repeats, supersets, faults.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/filter/data_set.h"
#include "engine/filter/evaluator.h"
#include "engine/server/crm_server.h"

namespace satchel {

class FakeServer : public CrmServer {
 public:
  explicit FakeServer(DataSet data) : data_(std::move(data)) {}

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

  int pages_read = 0;
  int plans_made = 0;
  std::vector<std::string> entities_read = {};  // One entry per page.

  [[nodiscard]] const std::string& base_url() const override { return base_url_; }
  [[nodiscard]] Capabilities capabilities() const override {
    return {.impersonation = true, .users = true, .row_versions = true};
  }
  Result<Identity> WhoAmI(std::stop_token) override {
    return Identity{.user_id = "u1", .user_name = "Jana", .organization_id = "o1"};
  }
  Result<std::vector<EntityName>> Entities(std::stop_token) override {
    return std::vector<EntityName>();
  }
  Result<Schema> ReadSchema(const std::vector<std::string>& names, std::stop_token) override {
    Schema schema;
    for (const auto& [name, entity] : data_.schema().entities) {
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
  Result<std::string> WhyNotExact(const std::string&, const std::vector<std::string>&,
                                  std::stop_token) override {
    return why_not_exact;
  }
  void OnNotice(Notice notice) override { notice_ = std::move(notice); }

  std::string why_not_exact = {};

 private:
  DataSet data_;
  std::string base_url_ = "fake://server/";
  Notice notice_ = {};
};

}  // namespace satchel
