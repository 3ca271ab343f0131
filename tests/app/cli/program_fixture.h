// `satchel` in this process: what it is told, what it answers, and a folder for its files.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "app/cli/program.h"
#include "tests/support/temp_folder.h"

namespace satchel {

class ProgramTest : public testing::Test {
 protected:
  struct Answer {
    int code = 0;
    std::string out = {};
    std::string err = {};
  };

  Answer Run(std::vector<std::string> arguments, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal(in, out, err, false);
    const ExitCode code = RunProgram(std::move(arguments), terminal);
    return {static_cast<int>(code), out.str(), err.str()};
  }

  std::string Write(const std::string& name, const std::string& text) {
    const auto file = folder_.path() / name;
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }
  static std::string Read(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  TempFolder folder_;
};

}  // namespace satchel
