#include "engine/device/world.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <random>

namespace satchel {

namespace {

class SystemClock : public Clock {
 public:
  UptimePoint Up() override {
    timespec time = {};
    // Goes on while the machine sleeps, which the standard's steady clock need not do.
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return UptimePoint(Milliseconds(std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000));
  }
  Instant Now() override { return SystemNow(); }
};

class SystemRandom : public Random {
 public:
  std::uint64_t Next() override { return std::uint64_t{device_()} << 32 | device_(); }

 private:
  std::random_device device_;
};

// SplitMix64: every bit of the state changes the output, and equal seeds give equal numbers.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() override {
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebU;
    return mixed ^ mixed >> 31;
  }

 private:
  std::uint64_t state_;
};

class SystemConnectivity : public Connectivity {
 public:
  explicit SystemConnectivity(bool server_is_here) : server_is_here_(server_is_here) {}
  Reach Now() override {
    if (server_is_here_) return Reach::kUnmetered;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return Reach::kUnmetered;  // Unknown: the request will tell.
    bool up = false;
    for (const ifaddrs* each = list; each; each = each->ifa_next) {
      const bool usable = (each->ifa_flags & IFF_UP) && (each->ifa_flags & IFF_RUNNING) &&
                          !(each->ifa_flags & IFF_LOOPBACK);
      const bool internet = each->ifa_addr && (each->ifa_addr->sa_family == AF_INET ||
                                               each->ifa_addr->sa_family == AF_INET6);
      up = up || (usable && internet);
    }
    ::freeifaddrs(list);
    return up ? Reach::kUnmetered : Reach::kNone;
  }

 private:
  bool server_is_here_;
};

class FileLock : public SyncLock {
 public:
  explicit FileLock(std::filesystem::path file) : file_(std::move(file)) {}
  ~FileLock() override { Unlock(); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  Result<bool> TryLock() override {
    if (descriptor_ >= 0) return true;
    const int descriptor = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
      return Fail(ErrorCode::kIo, file_.string() + ": cannot be made: " + std::strerror(errno));
    }
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
      descriptor_ = descriptor;
      return true;
    }
    const int reason = errno;
    ::close(descriptor);
    if (reason == EWOULDBLOCK) return false;
    return Fail(ErrorCode::kIo, file_.string() + ": cannot be locked: " + std::strerror(reason));
  }
  void Unlock() override {
    // The file stays: removing it would let two processes lock two files of one name.
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace

double Chance(Random& random) {
  return static_cast<double>(random.Next() >> 11) * 0x1.0p-53;
}

Guid NewGuid(Random& random) {
  Guid id;
  for (std::size_t half = 0; half < 2; ++half) {
    const std::uint64_t bits = random.Next();
    for (std::size_t i = 0; i < 8; ++i) {
      id.bytes[half * 8 + i] = static_cast<std::uint8_t>(bits >> (8 * i));
    }
  }
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x40);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
  return id;
}

std::unique_ptr<Clock> MakeSystemClock() {
  return std::make_unique<SystemClock>();
}
std::unique_ptr<Random> MakeSystemRandom() {
  return std::make_unique<SystemRandom>();
}
std::unique_ptr<Random> MakeSeededRandom(std::uint64_t seed) {
  return std::make_unique<SeededRandom>(seed);
}
std::unique_ptr<Connectivity> MakeSystemConnectivity(bool server_is_here) {
  return std::make_unique<SystemConnectivity>(server_is_here);
}
std::unique_ptr<SyncLock> MakeFileLock(const std::filesystem::path& database) {
  return std::make_unique<FileLock>(database.string() + "-sync");
}

}  // namespace satchel
