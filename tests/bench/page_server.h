// A static page server in memory: account-like records in the shape of Dataverse, over plain
// sockets, so that a benchmark measures the client.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/schema/schema.h"

namespace satchel {

// 25 columns: ETag, key, ten texts, three lookups, four choices, two decimals, four dates.
[[nodiscard]] Schema BenchSchema();

class PageServer {
 public:
  // Builds the pages: about 860 bytes a record, or its id and ETag only.
  PageServer(std::int64_t records, std::int64_t page_size, bool keys_only = false);
  // "http://127.0.0.1:PORT/api/data/v9.2/"
  [[nodiscard]] const std::string& url() const { return url_; }
  // Answers until the process ends.
  [[noreturn]] void Serve();

 private:
  void Answer(int connection) const;

  std::vector<std::string> pages_ = {};  // Whole answers, header included.
  std::string url_ = {};
  int listener_ = -1;
};

}  // namespace satchel
