#include "engine/device/device_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>

#include "engine/store/local_meta.h"
#include "policy/yaml/read_policy.h"
#include "tests/support/fake_server.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

constexpr const char* kOneAccount = R"({"schema":{
  "account":{"key":"accountid","primary_name":"name","version":"versionnumber","fields":{
    "accountid":"uniqueidentifier","name":"string","versionnumber":"bigint"}}},
 "rows":{"account":[{"accountid":"00000000-0000-4000-8000-000000000001","name":"Alfa"}]}})";

class OnePolicy : public PolicySource {
 public:
  Result<std::optional<ArrivedPolicy>> Fetch(const std::string& known, std::stop_token) override {
    if (known == "1") return std::nullopt;
    const std::string text =
        "satchel: 1\nproject: {name: p}\nentities:\n  account:\n    fields: [name]\n";
    return ArrivedPolicy{text, ParsePolicy(text).policy, "1"};
  }
};

// A device that its thread owns. Nobody here knows when that thread gets to something, so every
// wait is a semaphore.
class DeviceThreadTest : public testing::Test {
 protected:
  DeviceThreadTest() {
    auto device = Device::Open(parts_, {.server = "fake"}, {}, {});
    EXPECT_TRUE(device) << (device ? "" : device.error().message);
    device_ = std::move(*device);
  }
  static Database Opened(const std::filesystem::path& file) {
    auto database = Database::Open(file, Database::Use::kDevice);
    EXPECT_TRUE(database);
    return std::move(*database);
  }

  TempFolder folder_ = {};
  FakeServer server_{*ParseDataSet(kOneAccount)};
  OnePolicy policies_ = {};
  std::unique_ptr<Clock> clock_ = MakeSystemClock();
  std::unique_ptr<Random> random_ = MakeSeededRandom(1);
  std::unique_ptr<Connectivity> connectivity_ = MakeSystemConnectivity(true);
  std::unique_ptr<SyncLock> lock_ = MakeFileLock(folder_ / "device.db");
  Database database_ = Opened(folder_ / "device.db");
  DeviceParts parts_ = {database_, server_,        policies_, *clock_,
                        *random_,  *connectivity_, *lock_,    true};
  std::unique_ptr<Device> device_ = {};
};

TEST_F(DeviceThreadTest, DoesWorkOnItsOwnThreadAndThenRests) {
  std::binary_semaphore done{0};
  std::binary_semaphore rests{0};
  std::atomic<bool> worked = false;
  std::thread::id there = {};
  DeviceThread thread(*device_, parts_, {.rested = [&](const Device&) {
    if (worked.exchange(false)) rests.release();
  }});
  thread.Do([&](Device& device, const std::stop_token& stop) {
    there = std::this_thread::get_id();
    EXPECT_TRUE(device.Synchronize({}, stop).succeeded());
    worked = true;
    done.release();
  });
  done.acquire();
  rests.acquire();
  EXPECT_NE(there, std::this_thread::get_id());
  EXPECT_EQ(server_.pages_read, 1);
}

TEST_F(DeviceThreadTest, InterruptsWhatRunsAndGoesOn) {
  std::binary_semaphore running{0};
  std::binary_semaphore asked{0};
  server_.before_page = [&](int page) -> Result<> {
    if (page > 1) return {};
    running.release();
    asked.acquire();
    return {};
  };
  DeviceThread thread(*device_, parts_);
  std::binary_semaphore done{0};
  SyncOutcome first;
  SyncOutcome second;
  thread.Do(
      [&](Device& device, const std::stop_token& stop) { first = device.Synchronize({}, stop); });
  running.acquire();
  thread.Interrupt();
  asked.release();
  thread.Do([&](Device& device, const std::stop_token& stop) {
    second = device.Synchronize({}, stop);
    done.release();
  });
  done.acquire();
  EXPECT_FALSE(first.succeeded());
  EXPECT_TRUE(second.succeeded()) << second.WhyNot();
}

TEST_F(DeviceThreadTest, StopsInTheMiddleOfASync) {
  std::binary_semaphore running{0};
  std::binary_semaphore asked{0};
  server_.before_page = [&](int) -> Result<> {
    running.release();
    asked.acquire();
    return {};
  };
  SyncOutcome outcome;
  {
    DeviceThread thread(*device_, parts_);
    thread.Do([&](Device& device, const std::stop_token& stop) {
      outcome = device.Synchronize({}, stop);
    });
    running.acquire();
    thread.Stop();
    asked.release();
    EXPECT_TRUE(thread.Wait());
  }
  EXPECT_FALSE(outcome.succeeded());
}

}  // namespace
}  // namespace satchel
