// What the workbench on the real engine says before any server is asked.
#include "app/console/engine_workbench.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

namespace satchel {
namespace {

// A settings folder of its own, and nothing to sign in with.
class EngineWorkbenchTest : public testing::Test {
 protected:
  EngineWorkbenchTest() {
    if (const char* config = ::getenv("XDG_CONFIG_HOME")) config_ = config;
    ::setenv("XDG_CONFIG_HOME", folder_.c_str(), 1);
    ::unsetenv("SATCHEL_CLIENT_SECRET");
  }
  ~EngineWorkbenchTest() override {
    if (config_.empty()) {
      ::unsetenv("XDG_CONFIG_HOME");
    } else {
      ::setenv("XDG_CONFIG_HOME", config_.c_str(), 1);
    }
    std::filesystem::remove_all(folder_);
  }

  std::string config_;
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() /
                                  ("satchel-workbench-test-" + std::to_string(::getpid()));
};

TEST_F(EngineWorkbenchTest, SaysWhereASecretThatIsMissingCanBeTyped) {
  const auto bench = MakeEngineWorkbench();
  const std::string name = "no-keyring-has-this-one";
  ASSERT_TRUE(bench->AddProfile({.name = name,
                                 .url = "https://crm.contoso.example/api/data/v9.2/",
                                 .kind = ServerKind::kDataverse,
                                 .auth = AuthKind::kClient,
                                 .tenant = "contoso",
                                 .client_id = "satchel"}));
  const auto known = bench->Profiles();
  ASSERT_TRUE(known && known->size() == 1);
  EXPECT_FALSE(known->front().signs_in);
  EXPECT_EQ(known->front().sign_in, "The client secret is missing");
  const auto refused = bench->Connect(name);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_EQ(refused.error().message,
            "the client secret is missing: choose Enter beside '" + name + "' on the start screen");
  bench->KeepSecret(name, "open sesame");
  EXPECT_TRUE(bench->Profiles()->front().signs_in);
  EXPECT_TRUE(bench->Connect(name)) << "no server is asked yet";
}

}  // namespace
}  // namespace satchel
