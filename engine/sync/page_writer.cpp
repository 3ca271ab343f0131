#include "engine/sync/page_writer.h"

#include "engine/sync/tuning.h"

namespace satchel {

PageWriter::PageWriter(Staging& staging, std::stop_source failed, bool one_thread)
    : staging_(staging), failed_(std::move(failed)) {
  if (one_thread) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

PageWriter::~PageWriter() = default;

bool PageWriter::CarryHere(Job& job) {
  if (error_ || failed_.stop_requested()) return false;
  auto carried = Carry(job);
  if (carried) return true;
  error_ = carried.error();
  failed_.request_stop();
  return false;
}

bool PageWriter::Push(Job job) {
  if (!thread_.joinable()) return CarryHere(job);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, failed_.get_token(),
                [this] { return error_ || jobs_.size() < kPagesInFlight; });
  if (error_ || failed_.stop_requested()) return false;
  jobs_.push_back(std::move(job));
  changed_.notify_all();
  return true;
}

std::vector<PageWriter::Done> PageWriter::TakeDone() {
  const std::lock_guard lock(mutex_);
  return std::exchange(done_, {});
}

bool PageWriter::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return error_ || !done_.empty() || (jobs_.empty() && !busy_); });
  return error_ || (jobs_.empty() && !busy_);
}

std::optional<Error> PageWriter::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

void PageWriter::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !jobs_.empty(); })) {
    if (stop.stop_requested()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    busy_ = true;
    changed_.notify_all();
    lock.unlock();
    Result<> carried = failed_.stop_requested() ? Fail(Cancelled()) : Carry(job);
    lock.lock();
    busy_ = false;
    if (!carried) {
      error_ = carried.error();
      jobs_.clear();
      changed_.notify_all();
      lock.unlock();
      failed_.request_stop();
      return;
    }
    changed_.notify_all();
  }
}

Result<> PageWriter::Carry(Job& job) {
  if (auto* prepare = std::get_if<Prepare>(&job))
    return staging_.Begin(*prepare->entity, prepare->mark);
  if (auto* write = std::get_if<Write>(&job)) {
    return write->helper ? staging_.AddHelperPage(*write->entity, *write->helper, write->page)
                         : staging_.AddPage(*write->entity, write->page);
  }
  auto& complete = std::get<Complete>(job);
  auto state = staging_.Complete(*complete.entity, complete.keys, failed_.get_token());
  if (!state) return Fail(state.error());
  const std::lock_guard lock(mutex_);
  done_.push_back({complete.index, *state});
  return {};
}

}  // namespace satchel
