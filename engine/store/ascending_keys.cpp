#include "engine/store/ascending_keys.h"

#include <algorithm>

namespace satchel {

AscendingKeys::AscendingKeys(Database& database, const LocalTable& table, const std::string& name)
    : database_(database), name_(name) {
  for (const std::string& field : table.key_fields) fields_.push_back({.name = field});
}

Result<> AscendingKeys::Add(const RowBatch& rows, std::int64_t first_row) {
  for (Field& field : fields_) {
    if (field.kind == KeySorter::Kind::kOther) continue;
    const auto column = rows.Find(field.name);
    if (!column) continue;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      const std::int64_t number = first_row + static_cast<std::int64_t>(row);
      if (auto added = Add(field, rows.cell(row, *column), number); !added) return added;
      if (field.kind == KeySorter::Kind::kOther) break;
    }
  }
  return {};
}

Result<> AscendingKeys::Add(Field& field, const Cell& key, std::int64_t row) {
  if (key.null()) return {};
  KeySorter::Entry entry = {.row = row};
  const KeySorter::Kind kind = KeySorter::Read(key, entry);
  if (field.kind == KeySorter::Kind::kEmpty && kind != KeySorter::Kind::kOther) {
    field.kind = kind;
    field.writer.emplace(database_, name_, field.name, kind);
  } else if (kind != field.kind || entry < field.last) {
    return GiveUp(field);
  }
  field.last = entry;
  return field.writer->Add(entry);
}

Result<> AscendingKeys::GiveUp(Field& field) {
  const bool written = field.writer.has_value();
  field.kind = KeySorter::Kind::kOther;
  field.writer.reset();
  if (!written) return {};
  return database_.Execute("DELETE FROM " + SqlName(KeyTableName(name_, field.name)));
}

Result<bool> AscendingKeys::Take(const std::string& name, bool all) {
  for (Field& field : fields_) {
    if (field.name != name) continue;
    if (!all) {
      if (auto empty = GiveUp(field); !empty) return Fail(empty.error());
    }
    if (field.kind == KeySorter::Kind::kOther) return false;
    if (field.writer) {
      if (auto ended = field.writer->End(); !ended) return Fail(ended.error());
    }
    return true;
  }
  return false;
}

}  // namespace satchel
