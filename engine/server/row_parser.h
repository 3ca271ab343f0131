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
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

// Which property of an answer goes into which column, and how it is read.
class RowLayout {
 public:
  struct Options {
    bool labels = false;  // Names of lookup targets, from their FormattedValue annotations.
    // The property that is the row's version: "@odata.etag", or an integer field's name.
    std::string version = "@odata.etag";
    bool each_once = false;  // Drops rows whose key the page had before.
  };
  struct Slot {
    std::string property = {};  // As on the wire; annotations with their "@".
    std::size_t column = 0;
    FieldType type = FieldType::kString;
    int scale = 0;           // Of decimal and money.
    bool label = false;      // The name of the target of the lookup in `column`; no cell.
    std::string words = {};  // "account.revenue", for messages.
    // What tells a removed record from a row in an answer about changes; no cell.
    enum class Mark : std::uint8_t { kNone, kContext, kRemoved, kId };
    Mark mark = Mark::kNone;
  };

  // Columns: the key, then `fields` in their order (the key not twice), then type columns of
  // polymorphic lookups, then kVersionColumn. kInvalid for a field the entity does not have and for
  // an entity without a key.
  [[nodiscard]] static Result<RowLayout> Make(const EntitySchema& entity,
                                              const std::vector<std::string>& fields,
                                              const Options& options);

  // The same for answers about changes, where entries may say that a record was removed.
  [[nodiscard]] RowLayout WithRemovals() const;

  [[nodiscard]] const std::string& entity() const { return entity_; }
  [[nodiscard]] const std::vector<RowBatch::Column>& columns() const { return columns_; }
  [[nodiscard]] const std::vector<Slot>& slots() const { return slots_; }
  [[nodiscard]] bool each_once() const { return each_once_; }
  [[nodiscard]] bool labels() const { return labels_; }

 private:
  std::string entity_;
  std::vector<RowBatch::Column> columns_;
  std::vector<Slot> slots_;
  bool each_once_ = false;
  bool labels_ = false;
};

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
