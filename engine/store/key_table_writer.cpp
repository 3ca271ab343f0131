#include "engine/store/key_table_writer.h"

#include "engine/store/local_schema.h"
#include "engine/store/row_insert.h"
#include "engine/store/tuning.h"

namespace satchel {

KeyTableWriter::KeyTableWriter(Database& database, const std::string& table,
                               const std::string& field, KeySorter::Kind kind)
    : database_(database),
      into_("INSERT INTO " + SqlName(KeyTableName(table, field)) + " VALUES"),
      kind_(kind) {
  waiting_.reserve(kKeysPerInsert);
}

Result<> KeyTableWriter::Add(const KeySorter::Entry& entry) {
  waiting_.push_back({entry.id(), entry.integer(), entry.row});
  if (waiting_.size() < kKeysPerInsert) return {};
  auto put = Put(many_, 0, kKeysPerInsert);
  waiting_.clear();
  return put;
}

Result<> KeyTableWriter::End() {
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    if (auto put = Put(one_, i, 1); !put) return put;
  }
  waiting_.clear();
  return {};
}

Result<> KeyTableWriter::Put(std::optional<Statement>& statement, std::size_t from,
                             std::size_t count) {
  if (!statement) {
    auto made = database_.Prepare(into_ + Placeholders(count, 2));
    if (!made) return Fail(made.error());
    statement.emplace(std::move(*made));
  }
  int parameter = 0;
  for (std::size_t i = from; i < from + count; ++i) {
    if (kind_ == KeySorter::Kind::kId) {
      statement->Bind(++parameter, waiting_[i].id);
    } else {
      statement->Bind(++parameter, waiting_[i].number);
    }
    statement->Bind(++parameter, waiting_[i].row);
  }
  return statement->Run();
}

}  // namespace satchel
