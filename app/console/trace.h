// What stands where in the window, as a text file: with it a program can use the console as
// somebody who sees it does (tests, demonstrations). docs/console.md says what the lines mean.
#pragma once

#include <filesystem>
#include <string>

#include "app/console/application.h"

namespace satchel {

// What the window has been given since it opened.
struct InputCount {
  long clicks = 0;  // Buttons let go.
  long keys = 0;    // Pressed, or repeated; not Ctrl, Shift and their like.
  long characters = 0;
  long notches = 0;  // Of the wheel.
};

class Trace {
 public:
  explicit Trace(std::filesystem::path file) : file_(std::move(file)) {}
  // Whole, then renamed; nothing when it would say what it says already.
  void Write(Application& app, float scale, const InputCount& input);

 private:
  std::filesystem::path file_;
  std::string last_;
};

}  // namespace satchel
