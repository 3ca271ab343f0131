// Runs slow work off the console thread.
//
// Work runs on a lane's thread and returns a value; `done` gets that value on the console thread,
// inside RunCompletions(). So neither side needs a lock, and no panel sees a half-finished result.
// Work captures copies, or shared pointers: never the controller.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace satchel {

using JobId = std::uint64_t;  // 0 is no job.

// One thread each: jobs of a lane run one after another, lanes side by side. A server object is
// used on kServer only, a records object on kRecords only, what counts filters on kCounts only.
// The phone of the device lab has three: kDevice makes, starts and ends it, kApp is what its app
// does with records, kPhone waits until it is quiet.
enum class Lane : std::uint8_t { kServer, kRecords, kCounts, kDisk, kDevice, kApp, kPhone };
inline constexpr std::size_t kLaneCount = 7;

struct JobStatus {
  JobId id = 0;
  std::string text = {};
  float progress = -1;  // 0 … 1; below 0: not known.
  bool running = false;
  bool shown = false;  // Worth a place in the status bar.
  bool cancelling = false;
};

class JobQueue;

// The job's end of the line: where it reports progress and learns to stop.
class JobContext {
 public:
  [[nodiscard]] std::stop_token stop() const { return stop_; }
  [[nodiscard]] bool cancelled() const { return stop_.stop_requested(); }
  void Report(std::string text, float progress = -1);
  void Show();  // From now on it is worth a place in the status bar.
  // Runs `update` on the console thread, before this job's `done`. Not to be called per record.
  void Post(std::function<void()> update);

 private:
  friend class JobQueue;
  JobContext(JobQueue& queue, JobId id, std::stop_token stop)
      : queue_(queue), id_(id), stop_(std::move(stop)) {}
  JobQueue& queue_;
  JobId id_;
  std::stop_token stop_;
};

class JobQueue {
 public:
  // `wake` is called from a lane's thread whenever something is ready for RunCompletions.
  explicit JobQueue(std::function<void()> wake);
  ~JobQueue();  // Cancels what is running and drops what is waiting.

  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  // `done` is called exactly once, also for a cancelled job, unless the queue is destroyed first.
  template <class Work, class Done>
  JobId Submit(Lane lane, std::string text, bool shown, Work work, Done done) {
    return Enqueue(lane, std::move(text), shown,
                   [work = std::move(work), done = std::move(done)](JobContext& context) mutable {
                     // A shared pointer, as std::function wants to copy and results may be
                     // move-only.
                     auto result = std::make_shared<decltype(work(context))>(work(context));
                     return Completion(
                         [done = std::move(done), result]() mutable { done(std::move(*result)); });
                   });
  }
  // The job's stop token fires; a waiting job runs too, and is expected to return at once.
  void Cancel(JobId id);

  // From any thread: runs `update` on the console thread. What it refers to must be alive then.
  void Post(std::function<void()> update) { Ready(std::move(update)); }

  // Console thread, once per frame. True when something ran.
  bool RunCompletions();
  // Every job not yet completed, running ones first.
  [[nodiscard]] std::vector<JobStatus> Status() const;
  [[nodiscard]] bool idle() const;
  // Blocks until a completion is ready or nothing is left to wait for.
  void WaitForCompletion();

 private:
  friend class JobContext;
  using Completion = std::function<void()>;
  struct Job {
    JobStatus status;
    std::stop_source stop;
    std::function<Completion(JobContext&)> run;
  };
  struct LaneState {
    std::deque<std::shared_ptr<Job>> waiting;
    std::shared_ptr<Job> running;
  };

  JobId Enqueue(Lane lane, std::string text, bool shown,
                std::function<Completion(JobContext&)> run);
  void Work(std::size_t lane, const std::stop_token& stop);
  void Ready(Completion completion);

  const std::function<void()> wake_;
  mutable std::mutex mutex_;  // Guards everything below except threads_.
  std::condition_variable_any waiting_changed_;
  std::condition_variable ready_changed_;
  std::array<LaneState, kLaneCount> lanes_;
  std::vector<Completion> completions_;
  JobId last_id_ = 0;
  std::array<std::jthread, kLaneCount> threads_;  // Last: they stop before the rest is destroyed.
};

}  // namespace satchel
