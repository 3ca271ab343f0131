#include "tests/support/test_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>

namespace satchel {

namespace {

constexpr std::size_t kSector = 512;

std::uint64_t Next(std::uint64_t& state) {  // splitmix64
  std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

}  // namespace

struct TestVfs::Handle {
  TestVfs* vfs = nullptr;
  std::shared_ptr<File> file = {};
  std::string name = {};  // Empty: a temporary file.
  bool remove_on_close = false;
  int lock = SQLITE_LOCK_NONE;
  bool maps_shared = false;
  unsigned shared_locks = 0;  // Of the -shm, one bit a slot.
  unsigned exclusive_locks = 0;
};

// The functions SQLite calls; a struct so that it can be a friend.
struct TestVfsCalls {
  struct OpenFile {
    sqlite3_file base;
    TestVfs::Handle* handle;
  };
  static TestVfs::Handle& Of(sqlite3_file* file) {
    return *reinterpret_cast<OpenFile*>(file)->handle;
  }
  using Call = TestVfs::Call;

  static int Close(sqlite3_file* file) {
    auto* open = reinterpret_cast<OpenFile*>(file);
    if (!open->handle) return SQLITE_OK;
    TestVfs::Handle& handle = *open->handle;
    {
      const std::lock_guard guard(handle.vfs->mutex_);
      auto& handles = handle.file->handles;
      handles.erase(std::remove(handles.begin(), handles.end(), &handle), handles.end());
      if (handle.remove_on_close && !handle.vfs->dead_) handle.vfs->files_.erase(handle.name);
    }
    delete open->handle;
    open->handle = nullptr;
    return SQLITE_OK;
  }

  static int Read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
    if (const int code = handle.vfs->Count(Call::kRead); code != SQLITE_OK) return code;
    const std::size_t count = handle.file->content.Read(
        static_cast<std::size_t>(offset), static_cast<std::size_t>(size), static_cast<char*>(into));
    if (count == static_cast<std::size_t>(size)) return SQLITE_OK;
    std::memset(static_cast<char*>(into) + count, 0, static_cast<std::size_t>(size) - count);
    return SQLITE_IOERR_SHORT_READ;
  }

  static int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
    if (const int code = handle.vfs->Count(Call::kWrite); code != SQLITE_OK) return code;
    if (!handle.vfs->CountOperation()) return SQLITE_IOERR_WRITE;
    const std::string_view after(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
    const auto at = static_cast<std::size_t>(offset);
    FileContent& content = handle.file->content;
    if (handle.vfs->track_) {
      handle.file->unsynced.push_back({.offset = offset,
                                       .before = content.Bytes(at, after.size()),
                                       .after = std::string(after),
                                       .size_before = static_cast<std::int64_t>(content.size())});
    }
    content.Write(at, after);
    return SQLITE_OK;
  }

  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
    if (handle.vfs->Count(Call::kOther) != SQLITE_OK) return SQLITE_IOERR_TRUNCATE;
    if (!handle.vfs->CountOperation()) return SQLITE_IOERR_TRUNCATE;
    FileContent& content = handle.file->content;
    const auto to = static_cast<std::size_t>(size);
    if (handle.vfs->track_) {
      handle.file->unsynced.push_back({.offset = size,
                                       .before = content.Bytes(to, content.size()),
                                       .size_before = static_cast<std::int64_t>(content.size()),
                                       .truncates = true});
    }
    content.Resize(to);
    return SQLITE_OK;
  }

  static int Sync(sqlite3_file* file, int) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
    if (const int code = handle.vfs->Count(Call::kSync); code != SQLITE_OK) return code;
    if (!handle.vfs->CountOperation()) return SQLITE_IOERR_FSYNC;
    handle.file->unsynced.clear();
    handle.file->entry_synced = true;
    // A journaling file system takes earlier removals with it.
    handle.vfs->removed_.clear();
    return SQLITE_OK;
  }

  static int FileSize(sqlite3_file* file, sqlite3_int64* size) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
    if (handle.vfs->Count(Call::kOther) != SQLITE_OK) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(handle.file->content.size());
    return SQLITE_OK;
  }

  static int Lock(sqlite3_file* file, int level) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
    if (handle.lock >= level) return SQLITE_OK;
    if (const int code = handle.vfs->Count(Call::kLock); code != SQLITE_OK) return code;
    int highest = SQLITE_LOCK_NONE;  // Of the others.
    for (const TestVfs::Handle* other : handle.file->handles) {
      if (other != &handle) highest = std::max(highest, other->lock);
    }
    if (level == SQLITE_LOCK_SHARED) {
      if (highest >= SQLITE_LOCK_PENDING) return SQLITE_BUSY;
    } else if (level == SQLITE_LOCK_RESERVED) {
      if (highest >= SQLITE_LOCK_RESERVED) return SQLITE_BUSY;
    } else {
      if (highest >= SQLITE_LOCK_RESERVED) return SQLITE_BUSY;
      if (highest >= SQLITE_LOCK_SHARED) {
        handle.lock = SQLITE_LOCK_PENDING;
        return SQLITE_BUSY;
      }
    }
    handle.lock = level;
    return SQLITE_OK;
  }

  static int Unlock(sqlite3_file* file, int level) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
    handle.lock = std::min(handle.lock, level);
    return SQLITE_OK;
  }

  static int CheckReservedLock(sqlite3_file* file, int* reserved) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
    *reserved = 0;
    for (const TestVfs::Handle* other : handle.file->handles) {
      if (other->lock >= SQLITE_LOCK_RESERVED) *reserved = 1;
    }
    return SQLITE_OK;
  }

  static int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int SectorSize(sqlite3_file*) { return static_cast<int>(kSector); }
  static int Characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

  static int ShmMap(sqlite3_file* file, int region, int size, int extend, void volatile** at) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
    *at = nullptr;
    if (handle.vfs->Count(Call::kOther) != SQLITE_OK) return SQLITE_IOERR_SHMMAP;
    handle.maps_shared = true;
    auto& regions = handle.file->shared;
    while (extend && regions.size() <= static_cast<std::size_t>(region)) {
      regions.push_back(std::make_unique<std::string>(static_cast<std::size_t>(size), '\0'));
    }
    if (static_cast<std::size_t>(region) < regions.size()) {
      *at = regions[static_cast<std::size_t>(region)]->data();
    }
    return SQLITE_OK;
  }

  static int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
    const unsigned mask = ((1U << (offset + count)) - 1U) & ~((1U << offset) - 1U);
    if (flags & SQLITE_SHM_UNLOCK) {
      handle.shared_locks &= ~mask;
      handle.exclusive_locks &= ~mask;
      return SQLITE_OK;
    }
    if (const int code = handle.vfs->Count(Call::kLock); code != SQLITE_OK) return code;
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (const TestVfs::Handle* other : handle.file->handles) {
      if (other == &handle) continue;
      if (other->exclusive_locks & mask) return SQLITE_BUSY;
      if (exclusive && (other->shared_locks & mask)) return SQLITE_BUSY;
    }
    (exclusive ? handle.exclusive_locks : handle.shared_locks) |= mask;
    return SQLITE_OK;
  }

  static void ShmBarrier(sqlite3_file* file) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
  }

  static int ShmUnmap(sqlite3_file* file, int) {
    TestVfs::Handle& handle = Of(file);
    const std::lock_guard guard(handle.vfs->mutex_);
    handle.maps_shared = false;
    handle.shared_locks = handle.exclusive_locks = 0;
    const auto& handles = handle.file->handles;
    const bool used = std::any_of(handles.begin(), handles.end(),
                                  [](const TestVfs::Handle* other) { return other->maps_shared; });
    // The next one is the first, and the first makes it anew.
    if (!used) handle.file->shared.clear();
    return SQLITE_OK;
  }

  static const sqlite3_io_methods* Methods() {
    static const sqlite3_io_methods methods = {.iVersion = 2,
                                               .xClose = Close,
                                               .xRead = Read,
                                               .xWrite = Write,
                                               .xTruncate = Truncate,
                                               .xSync = Sync,
                                               .xFileSize = FileSize,
                                               .xLock = Lock,
                                               .xUnlock = Unlock,
                                               .xCheckReservedLock = CheckReservedLock,
                                               .xFileControl = FileControl,
                                               .xSectorSize = SectorSize,
                                               .xDeviceCharacteristics = Characteristics,
                                               .xShmMap = ShmMap,
                                               .xShmLock = ShmLock,
                                               .xShmBarrier = ShmBarrier,
                                               .xShmUnmap = ShmUnmap,
                                               .xFetch = nullptr,
                                               .xUnfetch = nullptr};
    return &methods;
  }

  static TestVfs& Self(sqlite3_vfs* vfs) { return *static_cast<TestVfs*>(vfs->pAppData); }

  static int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    TestVfs& self = Self(vfs);
    auto* open = reinterpret_cast<OpenFile*>(file);
    open->base.pMethods = nullptr;
    open->handle = nullptr;
    const std::lock_guard guard(self.mutex_);
    if (self.Count(Call::kOther) != SQLITE_OK) return SQLITE_CANTOPEN;
    std::shared_ptr<TestVfs::File> found;
    if (!name) {
      found = std::make_shared<TestVfs::File>();
    } else if (const auto at = self.files_.find(name); at != self.files_.end()) {
      found = at->second;
    } else if (flags & SQLITE_OPEN_CREATE) {
      if (!self.CountOperation()) return SQLITE_CANTOPEN;
      found = std::make_shared<TestVfs::File>();
      self.files_[name] = found;
    } else {
      return SQLITE_CANTOPEN;
    }
    open->handle =
        new TestVfs::Handle{.vfs = &self,
                            .file = found,
                            .name = name ? name : "",
                            .remove_on_close = name && (flags & SQLITE_OPEN_DELETEONCLOSE)};
    found->handles.push_back(open->handle);
    open->base.pMethods = Methods();
    if (out) *out = flags;
    return SQLITE_OK;
  }

  static int Delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    TestVfs& self = Self(vfs);
    const std::lock_guard guard(self.mutex_);
    if (self.Count(Call::kOther) != SQLITE_OK) return SQLITE_IOERR_DELETE;
    const auto at = self.files_.find(name);
    if (at == self.files_.end()) return SQLITE_IOERR_DELETE_NOENT;
    if (!self.CountOperation()) return SQLITE_IOERR_DELETE;
    if (!sync_folder && self.track_ && at->second->entry_synced) self.removed_[name] = at->second;
    if (sync_folder) self.removed_.erase(name);
    self.files_.erase(at);
    return SQLITE_OK;
  }

  static int Access(sqlite3_vfs* vfs, const char* name, int, int* there) {
    TestVfs& self = Self(vfs);
    const std::lock_guard guard(self.mutex_);
    if (self.Count(Call::kOther) != SQLITE_OK) return SQLITE_IOERR_ACCESS;
    *there = self.files_.contains(name) ? 1 : 0;
    return SQLITE_OK;
  }

  static int FullPathname(sqlite3_vfs*, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
  }

  static int Randomness(sqlite3_vfs* vfs, int size, char* out) {
    TestVfs& self = Self(vfs);
    const std::lock_guard guard(self.mutex_);
    for (int i = 0; i < size; ++i) out[i] = static_cast<char>(Next(self.random_));
    return size;
  }

  static int Sleep(sqlite3_vfs* vfs, int microseconds) {
    TestVfs& self = Self(vfs);
    const std::lock_guard guard(self.mutex_);
    self.slept_ += microseconds / 1000;
    return microseconds;
  }

  static int CurrentTime(sqlite3_vfs*, double* now) {
    *now = 2461000.5;  // Some day in 2025; nothing may depend on it.
    return SQLITE_OK;
  }
  static int CurrentTimeInt64(sqlite3_vfs*, sqlite3_int64* now) {
    *now = 212630443200000;
    return SQLITE_OK;
  }
  static int GetLastError(sqlite3_vfs*, int, char*) { return 0; }
};

TestVfs::TestVfs(std::uint64_t seed) : vfs_(std::make_unique<sqlite3_vfs>()), random_(seed) {
  static std::atomic<int> made = 0;
  name_ = "satchel-test-" + std::to_string(++made);
  *vfs_ = {};
  vfs_->iVersion = 2;
  vfs_->szOsFile = sizeof(TestVfsCalls::OpenFile);
  vfs_->mxPathname = 512;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = TestVfsCalls::Open;
  vfs_->xDelete = TestVfsCalls::Delete;
  vfs_->xAccess = TestVfsCalls::Access;
  vfs_->xFullPathname = TestVfsCalls::FullPathname;
  vfs_->xRandomness = TestVfsCalls::Randomness;
  vfs_->xSleep = TestVfsCalls::Sleep;
  vfs_->xCurrentTime = TestVfsCalls::CurrentTime;
  vfs_->xGetLastError = TestVfsCalls::GetLastError;
  vfs_->xCurrentTimeInt64 = TestVfsCalls::CurrentTimeInt64;
  sqlite3_vfs_register(vfs_.get(), 0);
}

TestVfs::~TestVfs() {
  sqlite3_vfs_unregister(vfs_.get());
}

int TestVfs::Count(Call call) {
  const int failure = call == Call::kRead    ? SQLITE_IOERR_READ
                      : call == Call::kWrite ? SQLITE_IOERR_WRITE
                      : call == Call::kSync  ? SQLITE_IOERR_FSYNC
                                             : SQLITE_IOERR;
  if (dead_) return failure;
  const std::int64_t index = calls_++;
  if (fault_ == Fault::kNone || fail_at_ < 0 || index < fail_at_) return SQLITE_OK;
  int code = failure;
  if (fault_ == Fault::kFull) {
    if (call != Call::kWrite) return SQLITE_OK;
    code = SQLITE_FULL;
  } else if (fault_ == Fault::kBusy) {
    if (call != Call::kLock) return SQLITE_OK;
    code = SQLITE_BUSY;
  } else if (call == Call::kLock) {
    return SQLITE_OK;
  }
  struck_ = true;
  if (!for_ever_) fault_ = Fault::kNone;
  return code;
}

bool TestVfs::CountOperation() {
  if (dead_) return false;
  if (die_at_ >= 0 && operations_ >= die_at_) {
    dead_ = true;
    return false;
  }
  ++operations_;
  return true;
}

void TestVfs::DieAfter(std::int64_t more) {
  const std::lock_guard guard(mutex_);
  die_at_ = operations_ + more;
}

void TestVfs::CancelDeath() {
  const std::lock_guard guard(mutex_);
  if (!dead_) die_at_ = -1;
}

void TestVfs::Die() {
  const std::lock_guard guard(mutex_);
  dead_ = true;
}

bool TestVfs::dead() const {
  const std::lock_guard guard(mutex_);
  return dead_;
}

void TestVfs::Revive() {
  const std::lock_guard guard(mutex_);
  dead_ = false;
  die_at_ = -1;
  for (auto& [name, file] : files_) file->shared.clear();
}

void TestVfs::LosePower(std::uint64_t seed) {
  Revive();
  const std::lock_guard guard(mutex_);
  std::uint64_t random = seed;
  for (auto at = removed_.begin(); at != removed_.end(); ++at) {
    // The removal had not reached the disk.
    if (Next(random) % 2 == 0) files_.try_emplace(at->first, at->second);
  }
  removed_.clear();
  for (auto at = files_.begin(); at != files_.end();) {
    File& file = *at->second;
    if (!file.entry_synced && Next(random) % 2 == 0) {
      at = files_.erase(at);  // Its name never reached the folder.
      continue;
    }
    // Back to the synced image …
    for (auto change = file.unsynced.rbegin(); change != file.unsynced.rend(); ++change) {
      if (!change->before.empty()) {
        file.content.Write(static_cast<std::size_t>(change->offset), change->before);
      }
      file.content.Resize(static_cast<std::size_t>(change->size_before));
    }
    // … and forward with what happened to get there. A disk that loses nothing, or everything, is
    // as likely as one in between.
    const std::uint64_t kept_of_ten = Next(random) % 3 == 0 ? (Next(random) % 2) * 10 : 6;
    for (const Change& change : file.unsynced) {
      if (change.truncates) {
        if (Next(random) % 10 < kept_of_ten) {
          file.content.Resize(static_cast<std::size_t>(change.offset));
        }
        continue;
      }
      for (std::size_t from = 0; from < change.after.size(); from += kSector) {
        std::string sector = change.after.substr(from, kSector);
        const std::uint64_t luck = Next(random) % 20;
        if (luck >= 2 * kept_of_ten) continue;
        if (luck == 0 && kept_of_ten < 10) {
          for (char& byte : sector) byte = static_cast<char>(Next(random));
        }
        file.content.Write(static_cast<std::size_t>(change.offset) + from, sector);
      }
    }
    file.unsynced.clear();
    file.entry_synced = true;
    ++at;
  }
}

void TestVfs::FailAfter(Fault fault, std::int64_t more, bool for_ever) {
  const std::lock_guard guard(mutex_);
  fault_ = fault;
  fail_at_ = calls_ + more;
  for_ever_ = for_ever;
  struck_ = false;
}

void TestVfs::Heal() {
  const std::lock_guard guard(mutex_);
  fault_ = Fault::kNone;
  fail_at_ = -1;
}

bool TestVfs::struck() const {
  const std::lock_guard guard(mutex_);
  return struck_;
}

std::int64_t TestVfs::operations() const {
  const std::lock_guard guard(mutex_);
  return operations_;
}

std::int64_t TestVfs::calls() const {
  const std::lock_guard guard(mutex_);
  return calls_;
}

std::int64_t TestVfs::slept() const {
  const std::lock_guard guard(mutex_);
  return slept_;
}

bool TestVfs::Exists(const std::string& file) const {
  const std::lock_guard guard(mutex_);
  return files_.contains(file);
}

std::string TestVfs::AllBytes() const {
  const std::lock_guard guard(mutex_);
  std::string all;
  for (const auto& [name, file] : files_) all += file->content.Bytes(0, file->content.size());
  return all;
}

void TestVfs::Remove(const std::string& file) {
  const std::lock_guard guard(mutex_);
  files_.erase(file);
  files_.erase(file + "-wal");
  files_.erase(file + "-journal");
}

TestVfs::Image TestVfs::Save() const {
  const std::lock_guard guard(mutex_);
  Image image;
  for (const auto& [name, file] : files_) image[name] = file->content;
  return image;
}

void TestVfs::Load(const Image& image, std::uint64_t seed) {
  const std::lock_guard guard(mutex_);
  files_.clear();
  removed_.clear();
  for (const auto& [name, content] : image) {
    auto file = std::make_shared<File>();
    file->content = content;
    file->entry_synced = true;
    files_[name] = std::move(file);
  }
  random_ = seed;
  dead_ = false;
  die_at_ = -1;
  fault_ = Fault::kNone;
  fail_at_ = -1;
}

}  // namespace satchel
