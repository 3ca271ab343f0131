#include "preview/run/records.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/filter/sql_functions.h"
#include "engine/record/text_order.h"
#include "engine/store/database.h"
#include "engine/store/local_meta.h"
#include "policy/support/text.h"
#include "preview/run/private_file.h"
#include "preview/run/record_text.h"

namespace satchel {

namespace {

class StoredRecords : public Records {
 public:
  StoredRecords(Database database, Schema schema)
      : database_(std::move(database)), schema_(std::move(schema)) {}

  Result<std::vector<RecordColumn>> Columns(std::string_view entity) override {
    auto fields = Fields(entity);
    if (!fields) return Fail(fields.error());
    std::vector<RecordColumn> columns;
    for (const FieldSchema* field : *fields)
      columns.push_back({field->name, field->label, field->type});
    return columns;
  }

  Result<std::int64_t> Count(std::string_view entity, std::string_view search) override {
    auto rows = Ordered(entity, {}, search);
    if (!rows) return Fail(rows.error());
    return static_cast<std::int64_t>((*rows)->size());
  }

  Result<std::vector<RecordRow>> Rows(std::string_view entity, const RecordOrder& order,
                                      std::string_view search, std::int64_t offset,
                                      std::int64_t limit) override {
    auto fields = Fields(entity);
    if (!fields) return Fail(fields.error());
    auto rows = Ordered(entity, order, search);
    if (!rows) return Fail(rows.error());
    auto statement =
        database_.Prepare("SELECT " + Selected(entity, *fields) + " FROM " + SqlName(entity) +
                          " WHERE " + SqlName(kRowIdColumn) + " = ?1");
    if (!statement) return Fail(statement.error());
    std::vector<RecordRow> found;
    const auto size = static_cast<std::int64_t>((*rows)->size());
    for (std::int64_t i = std::max<std::int64_t>(offset, 0); i < std::min(size, offset + limit);
         ++i) {
      statement->Reset();
      statement->Bind(1, (**rows)[static_cast<std::size_t>(i)]);
      const auto row = statement->Step();
      if (!row) return Fail(row.error());
      if (!*row) continue;
      RecordRow record;
      record.id = IdText(statement->At(0));
      for (std::size_t column = 0; column < fields->size(); ++column) {
        record.cells.push_back(
            Shown(*(*fields)[column], statement->At(static_cast<int>(column) + 1)));
      }
      found.push_back(std::move(record));
    }
    return found;
  }

  void Restrict(std::optional<std::unordered_set<std::string>> ids) override {
    only_ = std::move(ids);
    ordered_key_.clear();
  }

  Result<std::int64_t> WriteCsv(std::string_view entity, const RecordOrder& order,
                                std::string_view search, const std::vector<std::string>& names,
                                const std::filesystem::path& file) override {
    auto all = Fields(entity);
    if (!all) return Fail(all.error());
    std::vector<const FieldSchema*> fields;
    for (const std::string& name : names) {
      const auto at = std::find_if(all->begin(), all->end(),
                                   [&](const FieldSchema* field) { return field->name == name; });
      if (at == all->end())
        return Fail(ErrorCode::kNotFound, std::string(entity) + " has no field " + Quoted(name));
      fields.push_back(*at);
    }
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
      return Fail(ErrorCode::kConflict, file.string() + " exists already (choose another name)");
    auto rows = Ordered(entity, order, search);
    if (!rows) return Fail(rows.error());
    auto written = WritePrivateFile(
        file, [&](std::FILE* out) { return WriteCsvLines(entity, fields, **rows, out); });
    if (!written) return Fail(written.error());
    return static_cast<std::int64_t>((*rows)->size());
  }

  Result<void> WriteJsonLines(std::string_view entity, const std::filesystem::path& file) override {
    auto fields = Fields(entity);
    if (!fields) return Fail(fields.error());
    return WritePrivateFile(file, [&](std::FILE* out) { return WriteLines(entity, *fields, out); });
  }

 private:
  // Fields in the table's order, which is the policy's.
  Result<std::vector<const FieldSchema*>> Fields(std::string_view entity) {
    const EntitySchema* schema = schema_.Find(entity);
    if (schema == nullptr)
      return Fail(ErrorCode::kNotFound, "the database has no entity " + Quoted(entity));
    auto statement = database_.Prepare("SELECT name FROM pragma_table_info(?1)");
    if (!statement) return Fail(statement.error());
    statement->Bind(1, entity);
    std::vector<const FieldSchema*> fields;
    for (;;) {
      const auto row = statement->Step();
      if (!row) return Fail(row.error());
      if (!*row) break;
      if (const FieldSchema* field = schema->Find(statement->Text(0))) fields.push_back(field);
    }
    if (fields.empty())
      return Fail(ErrorCode::kNotFound, "the database holds no records of " + Quoted(entity));
    return fields;
  }

  std::string Selected(std::string_view entity,
                       const std::vector<const FieldSchema*>& fields) const {
    std::string list = SqlName(schema_.Find(entity)->key);
    for (const FieldSchema* field : fields) list += "," + SqlName(field->name);
    return list;
  }

  std::string Shown(const FieldSchema& field, const Cell& cell) {
    if (kLookupTypes.Has(field.type) && !cell.null()) {
      const std::string id = IdText(cell);
      auto label = LabelOf(id);
      return label.empty() ? id : label;
    }
    return PeopleText(field, cell);
  }

  std::string LabelOf(const std::string& id) {
    auto statement = database_.Prepare("SELECT text FROM \"@label\" WHERE id = ?1");
    if (!statement) return {};
    statement->Bind(1, std::string_view(id));
    const auto row = statement->Step();
    return row && *row ? std::string(statement->Text(0)) : std::string();
  }

  // Row ids in an order, computed once and kept until another is asked for.
  Result<const std::vector<std::int64_t>*> Ordered(std::string_view entity,
                                                   const RecordOrder& order,
                                                   std::string_view search) {
    const std::string key = std::string(entity) + "\n" + order.field +
                            (order.descending ? "\nd\n" : "\na\n") + std::string(search);
    if (key == ordered_key_) return &ordered_;
    auto fields = Fields(entity);
    if (!fields) return Fail(fields.error());
    const EntitySchema& schema = *schema_.Find(entity);
    const FieldSchema* by = schema.Find(order.field.empty() ? schema.key : order.field);
    if (by == nullptr)
      return Fail(ErrorCode::kNotFound,
                  std::string(entity) + " has no field " + Quoted(order.field));
    std::string sql = "SELECT " + SqlName(kRowIdColumn) + "," + SqlName(schema.key);
    for (const FieldSchema* field : *fields) sql += "," + SqlName(field->name);
    sql += " FROM " + SqlName(entity) + " ORDER BY " + SqlName(by->name);
    if (kTextTypes.Has(by->type)) sql += std::string(" COLLATE ") + kTextCollation;
    sql += std::string(order.descending ? " DESC" : "") + ", " + SqlName(schema.key);
    auto statement = database_.Prepare(sql);
    if (!statement) return Fail(statement.error());
    const std::string wanted = FoldText(search);
    std::vector<std::int64_t> rows;
    for (;;) {
      const auto row = statement->Step();
      if (!row) return Fail(row.error());
      if (!*row) break;
      if (only_ && !only_->contains(IdText(statement->At(1)))) continue;
      if (wanted.empty() || Contains(*statement, *fields, wanted))
        rows.push_back(statement->Integer(0));
    }
    ordered_ = std::move(rows);
    ordered_key_ = key;
    return &ordered_;
  }

  static bool Contains(const Statement& row, const std::vector<const FieldSchema*>& fields,
                       const std::string& wanted) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (!kTextTypes.Has(fields[i]->type)) continue;
      if (FoldText(row.Text(static_cast<int>(i) + 2)).find(wanted) != std::string::npos)
        return true;
    }
    return false;
  }

  // As spreadsheets read it best: a mark that it is UTF-8, labels as titles, CR LF.
  Result<> WriteCsvLines(std::string_view entity, const std::vector<const FieldSchema*>& fields,
                         const std::vector<std::int64_t>& rows, std::FILE* out) {
    std::string line = "\xEF\xBB\xBF";
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const FieldSchema& field = *fields[i];
      line += (i > 0 ? "," : "") + CsvCell(field.label.empty() ? field.name : field.label, false);
    }
    line += "\r\n";
    std::fwrite(line.data(), 1, line.size(), out);
    auto statement =
        database_.Prepare("SELECT " + Selected(entity, fields) + " FROM " + SqlName(entity) +
                          " WHERE " + SqlName(kRowIdColumn) + " = ?1");
    if (!statement) return Fail(statement.error());
    for (const std::int64_t number : rows) {
      statement->Reset();
      statement->Bind(1, number);
      const auto row = statement->Step();
      if (!row) return Fail(row.error());
      if (!*row) continue;
      line.clear();
      for (std::size_t i = 0; i < fields.size(); ++i) {
        const bool number_field = kNumberTypes.Has(fields[i]->type);
        line += (i > 0 ? "," : "") +
                CsvCell(Shown(*fields[i], statement->At(static_cast<int>(i) + 1)), number_field);
      }
      line += "\r\n";
      std::fwrite(line.data(), 1, line.size(), out);
    }
    return {};
  }

  // What begins like a formula is text all the same: somebody may have typed it into the CRM.
  static std::string CsvCell(std::string text, bool number) {
    if (!number && !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string::npos)
      text.insert(0, "'");
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
      if (c == '"') quoted += '"';
      quoted += c;
    }
    return quoted + "\"";
  }

  Result<> WriteLines(std::string_view entity, const std::vector<const FieldSchema*>& fields,
                      std::FILE* out) {
    std::string sql = "SELECT " + SqlName(schema_.Find(entity)->key);
    for (const FieldSchema* field : fields) {
      sql += "," + SqlName(field->name);
      sql += field->polymorphic() ? "," + SqlName(TypeColumn(field->name)) : ",NULL";
    }
    auto statement = database_.Prepare(sql + " FROM " + SqlName(entity) + " ORDER BY 1");
    if (!statement) return Fail(statement.error());
    for (;;) {
      const auto row = statement->Step();
      if (!row) return Fail(row.error());
      if (!*row) return {};
      std::string line = "{";
      for (std::size_t i = 0; i < fields.size(); ++i) {
        const Cell cell = statement->At(static_cast<int>(i) * 2 + 1);
        if (cell.null()) continue;
        if (line.size() > 1) line += ",";
        line += Quote(fields[i]->name) + ":" +
                JsonValue(*fields[i], cell, statement->At(static_cast<int>(i) * 2 + 2));
      }
      line += "}\n";
      std::fwrite(line.data(), 1, line.size(), out);
    }
  }

  static std::string Quote(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  static std::string JsonValue(const FieldSchema& field, const Cell& cell, const Cell& target) {
    const std::string text = PlainText(field, cell);
    if (!target.null())
      return "{\"id\":" + Quote(text) + ",\"type\":" + Quote(std::string(target.view())) + "}";
    const bool dated = kDateTypes.Has(field.type);
    const bool number =
        (cell.kind == Cell::Kind::kInteger || cell.kind == Cell::Kind::kReal) && !dated;
    return number ? text : Quote(text);
  }

  Database database_;
  Schema schema_;
  std::string ordered_key_;
  std::vector<std::int64_t> ordered_;
  std::optional<std::unordered_set<std::string>> only_;  // Ids.
};

}  // namespace

Result<std::unique_ptr<Records>> OpenRecords(const std::filesystem::path& file) {
  auto database = Database::Open(file, Database::Use::kReadOnly);
  if (!database) return Fail(database.error());
  auto description = ReadDescription(*database);
  if (!description) {
    return Fail(ErrorCode::kCorrupt,
                file.string() + " is no database of a preview or a device (choose another file)");
  }
  return std::unique_ptr<Records>(
      std::make_unique<StoredRecords>(*std::move(database), std::move(description->schema)));
}

}  // namespace satchel
