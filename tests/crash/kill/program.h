// Programs run by a test: with an environment of their own, to their end or to a signal.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace satchel {

struct Ended {
  int code = -1;   // Exit code; -1: it was killed.
  int signal = 0;  // What killed it.
  std::string out = {};
  std::string err = {};
};

// The bytes of a file; nothing where there is none.
[[nodiscard]] std::string ContentOf(const std::filesystem::path& file);

using Environment = std::vector<std::pair<std::string, std::string>>;

// A program that may be running.
class Program {
 public:
  // Output goes to files in `folder`. `arguments` begins with the program's file.
  Program(const std::vector<std::string>& arguments, const Environment& environment,
          std::filesystem::path folder);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();  // Killed if it still runs.

  [[nodiscard]] std::string Out() const;
  void Terminate();
  Ended Wait();

 private:
  std::filesystem::path folder_;
  pid_t process_ = -1;
};

}  // namespace satchel
