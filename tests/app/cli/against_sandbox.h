// The command line against a sandbox in this process.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "app/cli/program.h"
#include "tests/app/sandbox/running_sandbox.h"
#include "tests/support/temp_folder.h"

namespace satchel {

class AgainstSandbox : public testing::Test {
 protected:
  struct Answer {
    int code = 0;
    std::string out = {};
    std::string err = {};

    [[nodiscard]] nlohmann::json json() const {
      auto parsed = nlohmann::json::parse(out, nullptr, false);
      EXPECT_FALSE(parsed.is_discarded()) << out << err;
      return parsed;
    }
  };

  // With --server and the moment of the company's data, where the command takes one.
  Answer Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", sandbox_.base()});
    if (arguments[0] != "resolve") {
      arguments.insert(arguments.end(), {"--now", "2026-06-01T08:00:00Z"});
    }
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal(in, out, err, false);
    const ExitCode code = RunProgram(std::move(arguments), terminal);
    return {static_cast<int>(code), out.str(), err.str()};
  }

  std::string Write(const std::string& name, const std::string& text) {
    const auto file = folder_.path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }
  static std::vector<std::string> Lines(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  TempFolder folder_;
  sandbox::RunningSandbox sandbox_;
};

}  // namespace satchel
