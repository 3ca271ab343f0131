// A connector to a running sandbox, signed in as somebody.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/server/dataverse/dataverse_server.h"
#include "tests/app/sandbox/running_sandbox.h"
#include "tests/interop/sandbox/lossy_transport.h"
#include "tests/support/fake_waiting.h"

namespace satchel {

class AsPerson : public Authenticator {
 public:
  explicit AsPerson(std::string who) : who_(std::move(who)) {}
  Result<std::vector<Header>> Headers(std::stop_token) override {
    return who_.empty() ? std::vector<Header>()
                        : std::vector<Header>{{"Authorization", "Bearer user:" + who_}};
  }
  Result<bool> Renew(const std::vector<Header>&, std::stop_token) override { return false; }

 private:
  std::string who_;
};

// `who` empty: the system administrator.
struct SignedIn {
  explicit SignedIn(const std::string& base, const std::string& who = "")
      : server(MakeDataverseServer(std::make_unique<Connection>(*ParseUrl(base), transport,
                                                                std::make_unique<FakeWaiting>(),
                                                                std::make_unique<AsPerson>(who)))) {
  }

  Schema ReadSchema(const std::vector<std::string>& names) {
    auto schema = server->ReadSchema(names, {});
    EXPECT_TRUE(schema) << schema.error().message;
    return schema ? *schema : Schema();
  }
  std::vector<WriteResult> Do(const Schema& schema, WriteRequest request) {
    const std::size_t count = request.operations.size();
    auto results = server->Write(request, schema, {});
    EXPECT_TRUE(results) << results.error().message;
    if (!results) return std::vector<WriteResult>(count);
    EXPECT_EQ(results->size(), count);
    return std::move(*results);
  }
  WriteResult Do(const Schema& schema, const WriteOperation& operation) {
    return Do(schema, WriteRequest{.operations = {operation}}).front();
  }

  std::unique_ptr<Transport> network = MakeCurlTransport();
  LossyTransport transport{*network};
  std::unique_ptr<CrmServer> server;
};

}  // namespace satchel
