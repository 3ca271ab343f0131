// A server for the phones of the device lab: the real engine runs on it, in memory.
#pragma once

#include <memory>
#include <mutex>

#include "app/console/lab/phone.h"
#include "app/console/workbench.h"
#include "tests/support/fake_server.h"

namespace satchel {

// The company that the fake workbench speaks of, small enough to be looked at.
class FakeCompany {
 public:
  FakeCompany();

  // A way to it: every phone has two, on two threads.
  [[nodiscard]] std::shared_ptr<CrmServer> Connect();
  // What somebody else does.
  void Put(const std::string& entity, int number, const std::string& field,
           const std::string& text);
  void Remove(const std::string& entity, int number);
  [[nodiscard]] std::string Text(const std::string& entity, int number, const std::string& field);
  [[nodiscard]] std::size_t Count(const std::string& entity);
  [[nodiscard]] static std::string IdOf(const std::string& entity, int number);
  // Called at the beginning of every call, while nobody else can call.
  std::function<void(std::string_view call)> on_call = {};

 private:
  friend class CompanyWay;
  std::recursive_mutex mutex_;
  std::unique_ptr<FakeServer> server_;
};

[[nodiscard]] Result<std::shared_ptr<Phone>> MakeFakePhone(FakeCompany& company,
                                                           const PhoneRequest& request,
                                                           std::stop_token stop);

}  // namespace satchel
