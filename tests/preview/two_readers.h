// A server on which the signed-in administrator reads everything and Eva what she may.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/fake_server.h"

namespace satchel {

class TwoReaders : public FakeServer {
 public:
  explicit TwoReaders(DataSet data) : FakeServer(std::move(data)) {}

  std::vector<std::string> roles = {"Technician"};
  std::vector<std::string> teams = {};  // Names.
  FilterContext settings = {};          // Of whoever asks.
  std::set<std::string> hidden = {};    // Ids Eva may not read.
  std::set<std::string> refused = {};   // Entities Eva may read nothing of.
  int reads_as_eva = 0;

  Result<UserInfo> FindUser(const std::string& who, std::stop_token stop) override {
    if (who == "u1") return UserInfo{.id = "u1", .name = "Jana", .roles = {"Administrator"}};
    auto user = FakeServer::FindUser(who == "u2" ? "eva" : who, stop);
    if (user) user->roles = roles, user->teams = teams;
    return user;
  }
  Result<FilterContext> ContextOf(const std::string& user_id, std::stop_token) override {
    FilterContext context = settings;
    if (context.user.id.empty()) context.user.id = user_id;
    return context;
  }
  Result<Page> ReadPage(const ReadPlan& plan, const std::string& cursor,
                        std::stop_token stop) override {
    AsReader(plan.request.as);
    if (!plan.request.as.empty()) {
      ++reads_as_eva;
      if (refused.contains(plan.request.query.entity)) {
        return Fail(ErrorCode::kDenied, "prvRead is missing");
      }
    }
    return FakeServer::ReadPage(plan, cursor, stop);
  }
  Result<HighWater> NoteHighWater(const std::string& entity, const Schema& schema,
                                  const std::string& as, std::stop_token stop) override {
    AsReader(as);
    return FakeServer::NoteHighWater(entity, schema, as, stop);
  }

 private:
  void AsReader(const std::string& as) {
    const bool all = as.empty();
    readable = [this, all](const std::string&, const Value& id) {
      const auto* guid = std::get_if<Guid>(&id);
      return all || !guid || !hidden.contains(ToString(*guid));
    };
  }
};

}  // namespace satchel
