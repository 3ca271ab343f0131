#include "app/console/jobs/job_queue.h"

namespace satchel {

void JobContext::Report(std::string text, float progress) {
  {
    const std::lock_guard lock(queue_.mutex_);
    for (auto& lane : queue_.lanes_) {
      if (lane.running && lane.running->status.id == id_) {
        lane.running->status.text = std::move(text);
        lane.running->status.progress = progress;
        break;
      }
    }
  }
  queue_.wake_();
}

void JobContext::Show() {
  const std::lock_guard lock(queue_.mutex_);
  for (auto& lane : queue_.lanes_) {
    if (lane.running && lane.running->status.id == id_) lane.running->status.shown = true;
  }
}

void JobContext::Post(std::function<void()> update) {
  queue_.Ready(std::move(update));
}

JobQueue::JobQueue(std::function<void()> wake) : wake_(std::move(wake)) {
  for (std::size_t lane = 0; lane < kLaneCount; ++lane) {
    threads_[lane] = std::jthread([this, lane](const std::stop_token& stop) { Work(lane, stop); });
  }
}

JobQueue::~JobQueue() {
  for (auto& thread : threads_) thread.request_stop();
  const std::lock_guard lock(mutex_);
  for (auto& lane : lanes_) {
    lane.waiting.clear();
    if (lane.running) lane.running->stop.request_stop();
  }
}

JobId JobQueue::Enqueue(Lane lane, std::string text, bool shown,
                        std::function<Completion(JobContext&)> run) {
  auto job = std::make_shared<Job>();
  job->status.text = std::move(text);
  job->status.shown = shown;
  job->run = std::move(run);
  JobId id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = job->status.id = ++last_id_;
    lanes_[static_cast<std::size_t>(lane)].waiting.push_back(std::move(job));
  }
  waiting_changed_.notify_all();
  return id;
}

void JobQueue::Cancel(JobId id) {
  const std::lock_guard lock(mutex_);
  const auto cancel = [&](Job& job) {
    if (job.status.id != id) return;
    job.status.cancelling = true;
    job.stop.request_stop();
  };
  for (auto& lane : lanes_) {
    if (lane.running) cancel(*lane.running);
    for (const auto& job : lane.waiting) cancel(*job);
  }
}

void JobQueue::Ready(Completion completion) {
  {
    const std::lock_guard lock(mutex_);
    completions_.push_back(std::move(completion));
  }
  ready_changed_.notify_all();
  wake_();
}

bool JobQueue::RunCompletions() {
  std::vector<Completion> ready;
  {
    const std::lock_guard lock(mutex_);
    ready.swap(completions_);
  }
  for (auto& completion : ready) completion();  // Unlocked: a completion may submit.
  return !ready.empty();
}

std::vector<JobStatus> JobQueue::Status() const {
  const std::lock_guard lock(mutex_);
  std::vector<JobStatus> status;
  for (const auto& lane : lanes_) {
    if (lane.running) status.push_back(lane.running->status);
  }
  for (const auto& lane : lanes_) {
    for (const auto& job : lane.waiting) status.push_back(job->status);
  }
  return status;
}

bool JobQueue::idle() const {
  const std::lock_guard lock(mutex_);
  for (const auto& lane : lanes_) {
    if (lane.running || !lane.waiting.empty()) return false;
  }
  return completions_.empty();
}

void JobQueue::WaitForCompletion() {
  std::unique_lock lock(mutex_);
  ready_changed_.wait(lock, [this] {
    if (!completions_.empty()) return true;
    for (const auto& lane : lanes_) {
      if (lane.running || !lane.waiting.empty()) return false;
    }
    return true;
  });
}

void JobQueue::Work(std::size_t lane, const std::stop_token& stop) {
  while (true) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      LaneState& own = lanes_[lane];
      if (!waiting_changed_.wait(lock, stop, [&] { return !own.waiting.empty(); })) return;
      if (stop.stop_requested()) return;
      job = std::move(own.waiting.front());
      own.waiting.pop_front();
      job->status.running = true;
      own.running = job;
    }
    JobContext context(*this, job->status.id, job->stop.get_token());
    Completion completion = job->run(context);
    {
      const std::lock_guard lock(mutex_);
      lanes_[lane].running.reset();
      completions_.push_back(std::move(completion));
    }
    ready_changed_.notify_all();
    wake_();
  }
}

}  // namespace satchel
