// Pages of rows: JSON from the wire straight into cells in their storage form
// (engine/record/cell.h).
//
// No tree is built and text is not copied: cells point into the page itself, which the batch keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/cell.h"
#include "engine/server/crm_server.h"
#include "engine/server/row_layout.h"
#include "policy/support/result.h"

namespace satchel {

struct ParsedPage {
  RowBatch rows = {};
  std::vector<Label> labels = {};         // Each target once.
  std::vector<std::string> removed = {};  // Ids; WithRemovals only.
  std::string next_link = {};             // @odata.nextLink or @nextLink.
  std::string delta_link = {};            // @odata.deltaLink or @deltaLink.
  std::string paging_cookie = {};         // The annotation's text, still encoded.
  std::optional<bool> more_records = {};
};

// Keeps its buffers from page to page; one thread at a time.
class RowParser {
 public:
  explicit RowParser(RowLayout layout);
  ~RowParser();
  RowParser(RowParser&&) noexcept;
  RowParser& operator=(RowParser&&) noexcept;

  // kCorrupt, naming entity, field and row, for whatever is not a page of such rows: no JSON, cut
  // JSON, no value array, a wrong type, a number out of range, a property twice, a row without key.
  [[nodiscard]] Result<ParsedPage> Parse(std::string body);

 private:
  class Page;  // simdjson stays in the source file.
  struct Buffers;

  RowLayout layout_;
  std::unique_ptr<Buffers> buffers_;
};

// What a read that failed is called: the entity, and what was wrong. What RowParser says names the
// entity already.
[[nodiscard]] Error NamingEntity(const Error& error, const std::string& entity);

}  // namespace satchel
