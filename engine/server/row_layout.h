// Which property of an answer goes into which column, and how it is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/record/cell.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

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

}  // namespace satchel
