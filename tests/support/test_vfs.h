// A SQLite file system in memory that does to a database what disks, kernels and kills do.
//
// The files of one TestVfs are one device's disk. Several connections may use it (WAL with shared
// memory included), from several threads. A call that changes a file is an *operation*; every call
// that could fail is a *call*. Both are counted, so that a test can say "die at the 17th".
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/file_content.h"

struct sqlite3_vfs;

namespace satchel {

class TestVfs {
 public:
  enum class Fault : std::uint8_t { kNone, kIoError, kFull, kBusy };

  explicit TestVfs(std::uint64_t seed = 1);
  TestVfs(const TestVfs&) = delete;
  TestVfs& operator=(const TestVfs&) = delete;
  ~TestVfs();  // Every connection is closed by then.

  [[nodiscard]] const std::string& name() const { return name_; }  // For DatabaseOptions::vfs.

  // The process dies instead of carrying out the operation after `more` further ones: from then on
  // every call fails and nothing changes any more. Close the connections, then Revive or LosePower.
  void DieAfter(std::int64_t more);
  void CancelDeath();  // Of a process that still lives.
  [[nodiscard]] bool dead() const;
  void Die();
  // What a new process finds: everything written so far; nobody holds a lock. Cancels DieAfter.
  void Revive();
  // What is found after a power cut: of what was written since a file was last synced, each sector
  // is there, or still the old one, or garbage, as the seed says. Needs TrackUnsynced.
  void LosePower(std::uint64_t seed);
  void TrackUnsynced() { track_ = true; }

  // The call after `more` further ones fails, once or for ever. kFull strikes writes only, kBusy
  // locks only; they wait for one.
  void FailAfter(Fault fault, std::int64_t more, bool for_ever);
  void Heal();
  [[nodiscard]] bool struck() const;  // A fault was met since FailAfter.

  [[nodiscard]] std::int64_t operations() const;
  [[nodiscard]] std::int64_t calls() const;
  // Milliseconds SQLite wanted to sleep; it never really does.
  [[nodiscard]] std::int64_t slept() const;
  // Julian milliseconds that SQL functions would see; nothing in the engine reads them.
  [[nodiscard]] bool Exists(const std::string& file) const;
  // Every file's bytes: what an attacker with the disk would read.
  [[nodiscard]] std::string AllBytes() const;
  void Remove(const std::string& file);

  // The whole disk, to begin again and again from one moment. No file is open then. What is put
  // back is synced; chance begins anew with the seed.
  using Image = std::map<std::string, FileContent>;
  [[nodiscard]] Image Save() const;
  void Load(const Image& image, std::uint64_t seed);

 private:
  friend struct TestVfsCalls;
  struct Change {  // Undone by putting `before` back and setting the old size.
    std::int64_t offset = 0;
    std::string before = {};
    std::string after = {};
    std::int64_t size_before = 0;
    bool truncates = false;
  };
  struct Handle;
  struct File {
    FileContent content = {};
    std::vector<Change> unsynced = {};
    bool entry_synced = false;                              // Its name is in the folder for good.
    std::vector<std::unique_ptr<std::string>> shared = {};  // Regions of the -shm.
    std::vector<Handle*> handles = {};
  };

  // What the next call meets; counts it. `lock` and `write` say what kind of call it is.
  enum class Call : std::uint8_t { kRead, kWrite, kSync, kLock, kOther };
  [[nodiscard]] int Count(Call call);   // SQLITE_OK, or the code to return.
  [[nodiscard]] bool CountOperation();  // False: dead.

  mutable std::mutex mutex_;
  std::string name_ = {};
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::uint64_t random_ = 0;
  std::map<std::string, std::shared_ptr<File>> files_ = {};
  std::map<std::string, std::shared_ptr<File>> removed_ = {};  // Not for good yet.
  bool track_ = false;
  bool dead_ = false;
  std::int64_t operations_ = 0;
  std::int64_t calls_ = 0;
  std::int64_t slept_ = 0;
  std::int64_t die_at_ = -1;
  Fault fault_ = Fault::kNone;
  std::int64_t fail_at_ = -1;
  bool for_ever_ = false;
  bool struck_ = false;
};

}  // namespace satchel
