// One user's device and server with two accounts, for what an upload makes of them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "engine/sync/upload_runner.h"
#include "tests/support/company_server.h"

namespace satchel {

struct UploadCompany : CompanyServer {
  using Text = std::string;

  UploadCompany() {
    Both("account", IdOf('a', 1), {{"name", Text("Alza")}, {"revenue", std::int64_t{100}}});
    Both("account", IdOf('a', 2), {{"name", Text("Billa")}});
  }
  void Edit(const Text& field, const Text& text) {
    const auto done = edits.Edit("account", TextOf('a', 1), {{field, text}});
    ASSERT_TRUE(done) << done.error().message;
  }
  void Rule(ConflictRule rule) { policy.sync.conflict = rule; }
  // Somebody else, before the upload.
  void TheyWrite(const Text& name, std::int64_t revenue) {
    server.Put("account", IdOf('a', 1), {{"name", name}, {"revenue", revenue}});
  }
  void TheyDelete() { server.Remove("account", IdOf('a', 1)); }
  // The server carries out what it is sent, and the app dies before it hears of it.
  void SendAndDie() {
    server.write_fault = [this](int) {
      stop.request_stop();
      return FakeServer::WriteFault{FakeServer::WriteFault::Kind::kLostAfter, 0};
    };
    EXPECT_EQ(Upload().stopped->code, ErrorCode::kCancelled);
    stop = {};
    server.write_fault = {};
  }
  // While a request is on its way, the user works on a connection of their own.
  template <class Work>
  void During(Work work) {
    server.on_call = [this, work, first = true](std::string_view call) mutable {
      if (call != "Write" || !first) return;
      first = false;
      Database connection = Connect();
      LocalEdits user(
          connection, policy,
          {.new_id = [this] { return IdOf('e', ++made); }, .now = [] { return Instant(); }});
      work(user);
    };
  }
  Value Ours(const Text& field) { return At("account", IdOf('a', 1), field); }
  Value OnServer(const Text& field) { return Theirs("account", IdOf('a', 1), field); }
  Text Version() { return Row("account", IdOf('a', 1))->version(); }
  Text ServerVersion() { return std::to_string(server.VersionOf("account", IdOf('a', 1))); }
};

}  // namespace satchel
