// The hand-written table of what FetchXML means: tests/golden/fetchxml/ (its README says how to
// read it).
//
// Everything that answers queries runs these cases: the plain evaluator, the SQL compiler, the
// sandbox.
#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/filter/context.h"
#include "engine/filter/data_set.h"
#include "policy/model/filter.h"
#include "policy/support/result.h"

namespace satchel {

struct GoldenCase {
  std::string name = {};  // "text.yaml:30 Neither case nor …", for messages.
  std::string cites = {};
  std::string fetch = {};  // The whole document.
  Query query = {};
  FilterContext context = {};
  std::vector<std::string> keeps = {};  // Ids as text, in the answer's order.
  std::string error = {};               // A piece of the message; empty: there is an answer.
};

struct GoldenTable {
  std::string file = {};
  std::string data_json = {};  // The data set as `satchel eval --data` reads it.
  DataSet data = {};
  std::vector<GoldenCase> cases = {};
};

// Fails with the file and line of what is wrong with a table.
[[nodiscard]] Result<std::deque<GoldenTable>> LoadGoldenTables(const std::filesystem::path& folder);

}  // namespace satchel
