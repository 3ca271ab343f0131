#include "engine/device/device_thread.h"

#include <algorithm>
#include <utility>

#include "engine/store/outbox.h"

namespace satchel {

namespace {

// How often the thread looks up although no timer is due: for the connection, which tells nobody,
// and for what other processes wrote. Neither costs a request.
constexpr std::chrono::milliseconds kLookUp{1000};

}  // namespace

DeviceThread::DeviceThread(Device& device, DeviceParts parts, DeviceHooks hooks)
    : device_(device),
      parts_(parts),
      hooks_(std::move(hooks)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

DeviceThread::~DeviceThread() {
  Stop();
}

void DeviceThread::Post(schedule::Event event) {
  Do([event = std::move(event)](Device& device, const std::stop_token&) { device.On(event); });
}

void DeviceThread::Do(Work work) {
  const std::lock_guard lock(mutex_);
  posted_.push_back(std::move(work));
  changed_.notify_all();
}

void DeviceThread::Interrupt() {
  std::stop_source now;
  {
    const std::lock_guard lock(mutex_);
    now = now_;
  }
  now.request_stop();
}

// The token of what begins now.
std::stop_token DeviceThread::Begin(const std::stop_token& stop) {
  const std::lock_guard lock(mutex_);
  now_ = std::stop_source();
  // A Stop that came just before interrupted what ran before.
  if (stop.stop_requested()) now_.request_stop();
  return now_.get_token();
}

void DeviceThread::Stop() {
  thread_.request_stop();
}

Result<> DeviceThread::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return over_; });
  return result_;
}

void DeviceThread::Run(const std::stop_token& stop) {
  Result<> result = Live(stop);
  if (hooks_.over) hooks_.over(result);
  const std::lock_guard lock(mutex_);
  result_ = std::move(result);
  over_ = true;
  changed_.notify_all();
}

Result<> DeviceThread::Live(const std::stop_token& stop) {
  const std::stop_callback interrupt(stop, [this] { Interrupt(); });
  if (auto looked = LookForOthers(); !looked) return looked;
  device_.Start();
  while (!stop.stop_requested()) {
    const auto stepped = device_.Step(Begin(stop));
    if (!stepped) return Fail(stepped.error());
    if (*stepped) continue;
    if (auto looked = LookForOthers(); !looked) return looked;
    std::chrono::milliseconds wait = kLookUp;
    if (const auto due = device_.NextWake()) {
      // Not the difference: it overflows for what is due since the beginning of time.
      const UptimePoint up = parts_.clock.Up();
      wait = *due <= up ? std::chrono::milliseconds(0)
                        : std::min<std::chrono::milliseconds>(*due - up, kLookUp);
    }
    if (wait > wait.zero() && hooks_.rested) hooks_.rested(device_);
    std::deque<Work> work;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, wait, [this] { return !posted_.empty(); });
      work = std::exchange(posted_, {});
    }
    for (const Work& each : work) each(device_, Begin(stop));
  }
  device_.Stop();
  return {};
}

Result<> DeviceThread::LookForOthers() {
  auto version = parts_.database.Prepare("PRAGMA data_version");
  if (!version) return Fail(version.error());
  const auto row = version->Step();
  if (!row) return Fail(row.error());
  const std::int64_t now = version->Integer(0);
  if (now == data_version_) return {};
  const bool first = data_version_ < 0;
  data_version_ = now;
  if (auto fresh = device_.Refresh(); !fresh) return fresh;
  // A new or a changed entry is a save of the user.
  auto waiting = parts_.database.Prepare(
      "SELECT seq,revision,entity FROM \"@outbox\" WHERE state=0 ORDER BY seq");
  if (!waiting) return Fail(waiting.error());
  std::map<std::int64_t, std::int64_t> revisions;
  std::string entity;
  Result<bool> more = true;
  while ((more = waiting->Step()) && *more) {
    const auto before = revisions_.find(waiting->Integer(0));
    if (before == revisions_.end() || before->second != waiting->Integer(1)) {
      entity = waiting->Text(2);
    }
    revisions.emplace(waiting->Integer(0), waiting->Integer(1));
  }
  if (!more) return Fail(more.error());
  revisions_ = std::move(revisions);
  if (!first && !entity.empty()) device_.On(schedule::Saved{entity});
  return {};
}

}  // namespace satchel
