#include "app/console/jobs/job_queue.h"

#include <gtest/gtest.h>

#include <semaphore>

namespace satchel {
namespace {

TEST(JobQueue, DeliversResultsOnTheCallingThread) {
  JobQueue jobs([] {});
  std::thread::id worked_on;
  std::thread::id done_on;
  int answer = 0;
  jobs.Submit(
      Lane::kDisk, "answer", false,
      [&](JobContext&) {
        worked_on = std::this_thread::get_id();
        return 42;
      },
      [&](int result) {
        answer = result;
        done_on = std::this_thread::get_id();
      });
  jobs.WaitForCompletion();
  EXPECT_EQ(answer, 0) << "nothing may change before the console thread asks";
  jobs.RunCompletions();
  EXPECT_EQ(answer, 42);
  EXPECT_EQ(done_on, std::this_thread::get_id());
  EXPECT_NE(worked_on, done_on);
  EXPECT_TRUE(jobs.idle());
}

TEST(JobQueue, CancelsOneJobAndNotItsNeighbour) {
  JobQueue jobs([] {});
  std::binary_semaphore started{0};
  std::vector<std::string> ended;
  const JobId first = jobs.Submit(
      Lane::kServer, "endless", true,
      [&](JobContext& job) {
        started.release();
        while (!job.cancelled()) std::this_thread::yield();
        return std::string("cancelled");
      },
      [&](const std::string& how) { ended.push_back(how); });
  jobs.Submit(
      Lane::kServer, "next", true,
      [](JobContext& job) { return std::string(job.cancelled() ? "cancelled" : "whole"); },
      [&](const std::string& how) { ended.push_back(how); });
  started.acquire();
  jobs.Cancel(first);
  while (!jobs.idle()) {
    jobs.WaitForCompletion();
    jobs.RunCompletions();
  }
  EXPECT_EQ(ended, (std::vector<std::string>{"cancelled", "whole"}));
}

TEST(JobQueue, RunsLanesSideBySide) {
  JobQueue jobs([] {});
  std::binary_semaphore from_records{0};
  bool met = false;
  jobs.Submit(
      Lane::kServer, "waits", false,
      [&](JobContext&) {
        from_records.acquire();
        return true;
      },
      [&](bool result) { met = result; });
  jobs.Submit(
      Lane::kRecords, "frees", false,
      [&](JobContext&) {
        from_records.release();
        return true;
      },
      [](bool) {});
  while (!jobs.idle()) {
    jobs.WaitForCompletion();
    jobs.RunCompletions();
  }
  EXPECT_TRUE(met);
}

TEST(JobQueue, PostsUpdatesBeforeTheResult) {
  JobQueue jobs([] {});
  std::vector<int> order;
  jobs.Submit(
      Lane::kDisk, "posts", false,
      [&](JobContext& job) {
        job.Post([&] { order.push_back(1); });
        job.Post([&] { order.push_back(2); });
        return 3;
      },
      [&](int last) { order.push_back(last); });
  while (!jobs.idle()) {
    jobs.WaitForCompletion();
    jobs.RunCompletions();
  }
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(JobQueue, StopsWhatRunsWhenDestroyed) {
  std::binary_semaphore started{0};
  {
    JobQueue jobs([] {});
    jobs.Submit(
        Lane::kServer, "endless", true,
        [&](JobContext& job) {
          started.release();
          while (!job.cancelled()) std::this_thread::yield();
          return 0;
        },
        [](int) { ADD_FAILURE() << "a dropped job must not complete"; });
    started.acquire();
    ASSERT_EQ(jobs.Status().size(), 1U);
  }
}

TEST(JobQueue, RunsOnTheConsoleThreadWhatOtherThreadsPost) {
  std::binary_semaphore woken{0};
  JobQueue jobs([&] { woken.release(); });
  std::thread::id ran_on = {};
  std::thread other([&] { jobs.Post([&] { ran_on = std::this_thread::get_id(); }); });
  woken.acquire();
  other.join();
  EXPECT_EQ(ran_on, std::thread::id());
  EXPECT_FALSE(jobs.idle());
  EXPECT_TRUE(jobs.RunCompletions());
  EXPECT_EQ(ran_on, std::this_thread::get_id());
  EXPECT_TRUE(jobs.idle());
}

TEST(JobQueue, ShowsAJobOnceItAsksForIt) {
  JobQueue jobs([] {});
  std::binary_semaphore shown{0};
  std::binary_semaphore go_on{0};
  jobs.Submit(
      Lane::kPhone, "quiet", false,
      [&](JobContext& job) {
        job.Show();
        shown.release();
        go_on.acquire();
        return true;
      },
      [](bool) {});
  shown.acquire();
  ASSERT_EQ(jobs.Status().size(), 1U);
  EXPECT_TRUE(jobs.Status()[0].shown);
  go_on.release();
  jobs.WaitForCompletion();
  EXPECT_TRUE(jobs.RunCompletions());
}

}  // namespace
}  // namespace satchel
