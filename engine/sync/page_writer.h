// The writing half of a full download: a thread, and a bounded queue in front of it.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <variant>
#include <vector>

#include "engine/server/crm_server.h"
#include "engine/store/staging.h"
#include "policy/support/result.h"

namespace satchel {

class PageWriter {
 public:
  struct Prepare {
    const StagedEntity* entity = nullptr;
    std::string mark = {};
  };
  struct Write {
    const StagedEntity* entity = nullptr;
    const LocalTable* helper = nullptr;  // Null: the entity's own rows.
    Page page = {};
  };
  struct Complete {
    const StagedEntity* entity = nullptr;
    std::size_t index = 0;
    RowKeys keys = {};
  };
  using Job = std::variant<Prepare, Write, Complete>;
  struct Done {
    std::size_t index = 0;
    StagedState state = {};
  };

  // On the first error `failed` is asked to stop, so that a fetch under way ends. `one_thread`:
  // Push does the job itself before it returns.
  PageWriter(Staging& staging, std::stop_source failed, bool one_thread);
  ~PageWriter();

  // Waits while the queue is full. False: the writer has failed; see error().
  [[nodiscard]] bool Push(Job job);
  // Entities completed since the last call.
  [[nodiscard]] std::vector<Done> TakeDone();
  // Waits until something is done or the queue has run dry. True: it has run dry.
  [[nodiscard]] bool Wait();
  [[nodiscard]] std::optional<Error> error() const;

 private:
  void Run(const std::stop_token& stop);
  [[nodiscard]] bool CarryHere(Job& job);
  [[nodiscard]] Result<> Carry(Job& job);

  Staging& staging_;
  std::stop_source failed_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Job> jobs_ = {};  // Guarded by mutex_, as all below.
  bool busy_ = false;
  std::vector<Done> done_ = {};
  std::optional<Error> error_ = {};
  std::jthread thread_ = {};  // Last: it must end before the rest is destroyed.
};

}  // namespace satchel
