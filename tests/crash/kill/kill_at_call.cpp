// Preloaded into a program under test: counts the system calls that change a file or a folder, and
// kills the program with SIGKILL instead of carrying out the n-th.
//
//   SATCHEL_KILL_AT=n       counted from 0; absent: never
//   SATCHEL_KILL_COUNT=FILE how many there were, written when the program ends by itself
//
// Only what lasts is counted: sockets, pipes and terminals are not files. Nothing is forced to the
// disk: whoever is killed by a signal leaves the system's own cache behind (power cuts are
// TestVfs's), and the test would only be slow.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace {

std::atomic<long> g_calls{0};

long KillAt() {
  static const long at = [] {
    const char* text = std::getenv("SATCHEL_KILL_AT");
    return text ? std::strtol(text, nullptr, 10) : -1L;
  }();
  return at;
}

void Count() {
  if (g_calls.fetch_add(1) == KillAt()) {
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();  // Nothing after this moment may happen, on any thread.
  }
}

bool IsFile(int file) {
  struct stat found = {};
  const int before = errno;
  const bool is = ::fstat(file, &found) == 0 && (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode));
  errno = before;
  return is;
}

// The function of this name that would have been called.
template <class Function>
Function Next(const char* name) {
  void* found = ::dlsym(RTLD_NEXT, name);
  if (!found) ::abort();
  return reinterpret_cast<Function>(found);
}

bool Creates(int flags) {
  return (flags & (O_CREAT | O_TRUNC)) != 0;
}

mode_t ModeOf(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

struct Report {
  ~Report() {
    const char* file = std::getenv("SATCHEL_KILL_COUNT");
    if (!file) return;
    if (std::FILE* out = std::fopen(file, "w")) {
      std::fprintf(out, "%ld", g_calls.load());
      std::fclose(out);
    }
  }
};
const Report g_report;

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  if (Creates(flags)) Count();
  static const auto next = Next<int (*)(const char*, int, ...)>("open");
  return next(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  if (Creates(flags)) Count();
  static const auto next = Next<int (*)(const char*, int, ...)>("open64");
  return next(path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  if (Creates(flags)) Count();
  static const auto next = Next<int (*)(int, const char*, int, ...)>("openat");
  return next(folder, path, flags, mode);
}

ssize_t write(int file, const void* bytes, size_t size) {
  if (IsFile(file)) Count();
  static const auto next = Next<ssize_t (*)(int, const void*, size_t)>("write");
  return next(file, bytes, size);
}
ssize_t writev(int file, const iovec* parts, int count) {
  if (IsFile(file)) Count();
  static const auto next = Next<ssize_t (*)(int, const iovec*, int)>("writev");
  return next(file, parts, count);
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  if (IsFile(file)) Count();
  static const auto next = Next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return next(file, bytes, size, offset);
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t offset) {
  if (IsFile(file)) Count();
  static const auto next = Next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return next(file, bytes, size, offset);
}
int ftruncate(int file, off_t size) noexcept {
  Count();
  static const auto next = Next<int (*)(int, off_t)>("ftruncate");
  return next(file, size);
}
int ftruncate64(int file, off64_t size) noexcept {
  Count();
  static const auto next = Next<int (*)(int, off64_t)>("ftruncate64");
  return next(file, size);
}
int posix_fallocate(int file, off_t offset, off_t size) {
  Count();
  static const auto next = Next<int (*)(int, off_t, off_t)>("posix_fallocate");
  return next(file, offset, size);
}
int fsync(int) {
  Count();
  return 0;
}
int fdatasync(int) {
  Count();
  return 0;
}
int rename(const char* from, const char* to) noexcept {
  Count();
  static const auto next = Next<int (*)(const char*, const char*)>("rename");
  return next(from, to);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  Count();
  static const auto next = Next<int (*)(int, const char*, int, const char*)>("renameat");
  return next(from_folder, from, to_folder, to);
}
int link(const char* from, const char* to) noexcept {
  Count();
  static const auto next = Next<int (*)(const char*, const char*)>("link");
  return next(from, to);
}
int unlink(const char* path) noexcept {
  Count();
  static const auto next = Next<int (*)(const char*)>("unlink");
  return next(path);
}
int unlinkat(int folder, const char* path, int flags) noexcept {
  Count();
  static const auto next = Next<int (*)(int, const char*, int)>("unlinkat");
  return next(folder, path, flags);
}
int mkdir(const char* path, mode_t mode) noexcept {
  Count();
  static const auto next = Next<int (*)(const char*, mode_t)>("mkdir");
  return next(path, mode);
}
int rmdir(const char* path) noexcept {
  Count();
  static const auto next = Next<int (*)(const char*)>("rmdir");
  return next(path);
}

}  // extern "C"
