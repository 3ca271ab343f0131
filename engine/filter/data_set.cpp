#include "engine/filter/data_set.h"

#include <simdjson.h>

#include <algorithm>
#include <unordered_map>

#include "engine/filter/json_text.h"
#include "engine/filter/json_value.h"
#include "engine/filter/schema_json.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

namespace od = simdjson::ondemand;

tl::unexpected<Error> Wrong(const std::string& place, const std::string& what) {
  return Fail(ErrorCode::kInvalid, place.empty() ? what : place + ": " + what);
}

// JSON itself is broken, as against its meaning: the place is a line of the text.
class Broken {
 public:
  Broken(od::document& document, std::string_view text) : document_(&document), text_(text) {}

  tl::unexpected<Error> operator()(simdjson::error_code error) const {
    if (error == simdjson::UTF8_ERROR) {
      return Wrong(PlaceInText(text_, FirstInvalidUtf8(text_)), "these bytes are not UTF-8");
    }
    const char* at = nullptr;
    if (document_->current_location().get(at) || at == nullptr) {
      return Wrong("", "this is not valid JSON: it ends too early");
    }
    return Wrong(PlaceInText(text_, static_cast<std::size_t>(at - begin_)),
                 "this is not valid JSON");
  }
  void set_begin(const char* begin) { begin_ = begin; }

 private:
  od::document* document_;
  std::string_view text_;
  const char* begin_ = nullptr;
};

// Which column a key of a row belongs to. Rows mostly repeat the order of the row before, so the
// guess is the column after the last one.
class ColumnFinder {
 public:
  explicit ColumnFinder(const RowBatch& batch) {
    for (std::size_t i = 0; i < batch.columns().size(); ++i) {
      const std::string& name = batch.columns()[i].name;
      columns_.emplace(name, i);
    }
  }
  // The column, or npos.
  std::size_t Find(std::string_view key) {
    if (next_ < sequence_.size() && sequence_[next_].first == key) return sequence_[next_++].second;
    const auto at = columns_.find(key);
    if (at == columns_.end()) return npos;
    if (next_ < sequence_.size()) sequence_.resize(next_);
    sequence_.emplace_back(at->first, at->second);
    ++next_;
    return at->second;
  }
  void NewRow() { next_ = 0; }

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

 private:
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::vector<std::pair<std::string_view, std::size_t>> sequence_;
  std::size_t next_ = 0;
};

bool HasTypeColumn(const FieldSchema& field) {
  return kLookupTypes.Has(field.type) && field.polymorphic();
}

std::vector<RowBatch::Column> LayoutOf(const EntitySchema& entity) {
  std::vector<RowBatch::Column> layout;
  for (const auto& [name, field] : entity.fields) {
    layout.push_back({name});
    if (HasTypeColumn(field)) layout.push_back({TypeColumn(name)});
  }
  return layout;
}

struct IdHash {
  std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>()(id); }
};

class RowReader {
 public:
  RowReader(const Schema& schema, const Broken& broken) : schema_(schema), broken_(broken) {}

  Result<RowBatch> Read(const EntitySchema& entity, od::value list, const std::string& place) {
    RowBatch batch = Layout(entity);
    ColumnFinder finder(batch);
    od::array rows;
    if (list.get_array().get(rows)) return Wrong(place, "a list of rows […] is expected here");
    std::size_t number = 0;
    for (auto item : rows) {
      const auto row_place = [&] { return place + "[" + std::to_string(number) + "]"; };
      od::value value;
      if (const auto error = std::move(item).get(value)) return broken_(error);
      od::object row;
      if (value.get_object().get(row)) return Wrong(row_place(), "a row {…} is expected here");
      finder.NewRow();
      Cell* cells = batch.AddRow();
      ++seen_row_;
      for (auto pair : row) {
        od::field field;
        if (const auto error = std::move(pair).get(field)) return broken_(error);
        std::string_view key;
        if (const auto error = field.unescaped_key().get(key)) return broken_(error);
        const std::size_t column = finder.Find(key);
        if (column == ColumnFinder::npos || !columns_[column].field) {
          return Wrong(row_place(), UnknownField(key, entity));
        }
        if (seen_[column] == seen_row_) {
          return Wrong(row_place(), "the key " + Quoted(key) + " comes twice");
        }
        seen_[column] = seen_row_;
        auto stored = Store(columns_[column], field.value(), batch);
        if (!stored) {
          if (stored.error().code != ErrorCode::kInvalid) return Fail(stored.error());
          return Fail(stored.error().While(row_place() + "." + columns_[column].field->name));
        }
        cells[column] = stored->value;
        if (columns_[column].typed) cells[column + 1] = stored->target;
      }
      ++number;
    }
    if (auto unique = CheckKeys(entity, batch, place); !unique) return Fail(unique.error());
    return batch;
  }

 private:
  struct Stored {
    Cell value = {};
    Cell target = {};  // Of a polymorphic lookup.
  };

  RowBatch Layout(const EntitySchema& entity) {
    columns_.clear();
    for (const auto& [name, field] : entity.fields) {
      columns_.push_back({&field, ScaleOf(field), IdKindOf(schema_, field), HasTypeColumn(field)});
      if (columns_.back().typed) columns_.push_back({});
    }
    seen_.assign(columns_.size(), 0);
    seen_row_ = 0;
    return RowBatch(LayoutOf(entity));
  }

  static std::string UnknownField(std::string_view key, const EntitySchema& entity) {
    std::vector<std::string> names;
    for (const auto& [name, field] : entity.fields) names.push_back(name);
    std::string sentence = "the schema of " + entity.name + " has no field " + Quoted(key);
    if (const std::string nearest = Nearest(key, names); !nearest.empty()) {
      sentence += "; did you mean " + Quoted(nearest) + "?";
    }
    return sentence;
  }

  // kInvalid: the value is wrong, the message has no place yet. kCorrupt: the JSON is.
  Result<Stored> Store(const DataColumn& column, od::value value, RowBatch& batch) {
    od::json_type type{};
    if (const auto error = value.type().get(type)) return Corrupt(error);
    switch (type) {
      case od::json_type::null: {
        bool null = false;
        if (const auto error = value.is_null().get(null)) return Corrupt(error);
        if (!null) return Corrupt(simdjson::N_ATOM_ERROR);
        return Stored{};
      }
      case od::json_type::array:
        return StoreList(column, value, batch);
      case od::json_type::object:
        return StoreTarget(column, value, batch);
      default: {
        const auto scalar = Scalar(value, type);
        if (!scalar) return Fail(scalar.error());
        const auto cell = StoreScalar(column, *scalar, batch);
        if (!cell) return Fail(cell.error());
        return Stored{*cell, {}};
      }
    }
  }

  Result<JsonScalar> Scalar(od::value& value, od::json_type type) {
    if (type == od::json_type::string) {
      std::string_view text;
      if (const auto error = value.get_string().get(text)) return Corrupt(error);
      return JsonScalar{JsonScalar::Kind::kText, text};
    }
    if (type == od::json_type::boolean) {
      bool flag = false;
      if (const auto error = value.get_bool().get(flag)) return Corrupt(error);
      return flag ? JsonScalar{JsonScalar::Kind::kTrue, "true"}
                  : JsonScalar{JsonScalar::Kind::kFalse, "false"};
    }
    const std::string_view token = Trim(value.raw_json_token());
    if (!IsJsonNumber(token)) return Corrupt(simdjson::NUMBER_ERROR);
    return JsonScalar{JsonScalar::Kind::kNumber, token};
  }

  Result<Stored> StoreList(const DataColumn& column, od::value& value, RowBatch& batch) {
    if (column.field->type != FieldType::kMultiSelect) {
      return Fail(ErrorCode::kInvalid, "a single value is expected here, not a list");
    }
    od::array list;
    if (const auto error = value.get_array().get(list)) return Corrupt(error);
    std::vector<std::int64_t> values;
    for (auto item : list) {
      od::value element;
      if (const auto error = std::move(item).get(element)) return Corrupt(error);
      od::json_type type{};
      if (const auto error = element.type().get(type)) return Corrupt(error);
      std::optional<std::int64_t> whole;
      if (type == od::json_type::number) {
        const auto scalar = Scalar(element, type);
        if (!scalar) return Fail(scalar.error());
        whole = ParseWhole(scalar->text);
      }
      if (!whole) return Fail(ErrorCode::kInvalid, "a choice is a whole number, as in [1,3]");
      values.push_back(*whole);
    }
    return Stored{StoreChoices(std::move(values), batch), {}};
  }

  Result<Stored> StoreTarget(const DataColumn& column, od::value& value, RowBatch& batch) {
    if (!kLookupTypes.Has(column.field->type)) {
      return Fail(ErrorCode::kInvalid, "a single value is expected here, not an object");
    }
    od::object object;
    if (const auto error = value.get_object().get(object)) return Corrupt(error);
    Stored stored;
    for (auto pair : object) {
      od::field field;
      if (const auto error = std::move(pair).get(field)) return Corrupt(error);
      std::string_view key;
      if (const auto error = field.unescaped_key().get(key)) return Corrupt(error);
      const bool is_id = key == "id";
      if (!is_id && key != "type") {
        return Fail(ErrorCode::kInvalid, UnknownKey(key, {"id", "type"}));
      }
      od::value part = field.value();
      od::json_type type{};
      if (const auto error = part.type().get(type)) return Corrupt(error);
      if (type == od::json_type::null) {
        if (part.is_null().error()) return Corrupt(simdjson::N_ATOM_ERROR);
        continue;
      }
      if (type == od::json_type::object || type == od::json_type::array) {
        return Fail(ErrorCode::kInvalid,
                    "a lookup is written {\"id\": \"…\", \"type\": \"contact\"}");
      }
      const auto scalar = Scalar(part, type);
      if (!scalar) return Fail(scalar.error());
      if (is_id) {
        const auto cell = StoreScalar(column, *scalar, batch);
        if (!cell) return Fail(cell.error());
        stored.value = *cell;
        continue;
      }
      const auto& targets = column.field->targets;
      if (!targets.empty() &&
          std::find(targets.begin(), targets.end(), scalar->text) == targets.end()) {
        return Fail(
            ErrorCode::kInvalid,
            Quoted(scalar->text) + " is not one of its targets, which are: " + Join(targets, " "));
      }
      if (column.typed) stored.target = Cell::Text(batch.Keep(scalar->text));
    }
    if (stored.value.null()) stored.target = {};
    return stored;
  }

  tl::unexpected<Error> Corrupt(simdjson::error_code error) const {
    Error broken = broken_(error).value();
    broken.code = ErrorCode::kCorrupt;
    return Fail(std::move(broken));
  }

  static bool IsJsonNumber(std::string_view token) {
    if (!token.empty() && token.front() == '-') token.remove_prefix(1);
    if (token.empty() || token.front() < '0' || token.front() > '9') return false;
    if (token.size() > 1 && token[0] == '0' && token[1] >= '0' && token[1] <= '9') return false;
    return token.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
           token.back() != '.' && token.find(".e") == std::string_view::npos &&
           token.find(".E") == std::string_view::npos;
  }

  static Result<> CheckKeys(const EntitySchema& entity, const RowBatch& batch,
                            const std::string& place) {
    if (entity.key.empty()) return {};
    std::size_t key = 0;
    while (batch.columns()[key].name != entity.key) ++key;
    std::unordered_map<std::string_view, std::size_t, IdHash> first;
    first.reserve(batch.rows());
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      const Cell& cell = batch.cell(i, key);
      const std::string at = place + "[" + std::to_string(i) + "]";
      if (cell.null()) return Wrong(at, "the key " + Quoted(entity.key) + " is missing");
      const bool bytes = cell.kind == Cell::Kind::kText || cell.kind == Cell::Kind::kId;
      const std::string_view id =
          bytes
              ? cell.view()
              : std::string_view(reinterpret_cast<const char*>(&cell.integer), sizeof cell.integer);
      const auto [before, fresh] = first.emplace(id, i);
      if (!fresh) {
        return Wrong(at + "." + entity.key, "the same key as in row " +
                                                std::to_string(before->second) +
                                                " (every row needs a key of its own)");
      }
    }
    return {};
  }

  const Schema& schema_;
  const Broken& broken_;
  std::vector<DataColumn> columns_;
  std::vector<std::size_t> seen_;  // By column: the row that last had it.
  std::size_t seen_row_ = 0;
};

struct Parts {
  std::string_view schema;
  bool has_rows = false;
};

// Finds the parts and looks at every key of the outermost object.
Result<Parts> FindParts(od::document& document, const Broken& broken, std::string_view padded) {
  od::object outer;
  if (const auto error = document.get_object().get(outer)) {
    if (error == simdjson::INCORRECT_TYPE) return Wrong("", "a data set is an object {…}");
    return broken(error);
  }
  Parts parts;
  for (auto pair : outer) {
    od::field field;
    if (const auto error = std::move(pair).get(field)) return broken(error);
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return broken(error);
    if (key == "version") {
      std::string_view ignored;
      if (field.value().get_string().get(ignored)) {
        return Wrong("version", "text in quotes is expected here");
      }
      continue;
    }
    if (key != "schema" && key != "rows") {
      return Wrong("", UnknownKey(key, {"schema", "rows", "version"}));
    }
    const std::string name(key);
    od::object object;
    if (field.value().get_object().get(object))
      return Wrong(name, "an object {…} is expected here");
    std::string_view raw;
    if (const auto error = object.raw_json().get(raw)) return broken(error);
    if (name == "rows") {
      if (parts.has_rows) return Wrong("", "the key 'rows' comes twice");
      parts.has_rows = true;
    } else {
      if (!parts.schema.empty()) return Wrong("", "the key 'schema' comes twice");
      parts.schema = raw;
    }
  }
  const char* after = nullptr;
  if (!document.current_location().get(after)) {
    return Wrong(PlaceInText(padded, static_cast<std::size_t>(after - padded.data())),
                 "there is more text after the end of the JSON document");
  }
  if (parts.schema.empty()) {
    return Wrong("", "the data set has no \"schema\" (it needs the entities and their fields)");
  }
  return parts;
}

Result<std::map<std::string, RowBatch, std::less<>>> ReadRows(od::document& document,
                                                              const Schema& schema,
                                                              const Broken& broken) {
  std::map<std::string, RowBatch, std::less<>> batches;
  document.rewind();
  od::object rows;
  if (const auto error = document.find_field_unordered("rows").get_object().get(rows)) {
    return broken(error);
  }
  RowReader reader(schema, broken);
  for (auto pair : rows) {
    od::field field;
    if (const auto error = std::move(pair).get(field)) return broken(error);
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return broken(error);
    const std::string name(key);
    const EntitySchema* entity = schema.Find(name);
    if (!entity) {
      std::vector<std::string> names;
      for (const auto& [known, unused] : schema.entities) names.push_back(known);
      return Wrong("rows", UnknownKey(name, names) + " (the schema has no such entity)");
    }
    if (batches.count(name) != 0) return Wrong("rows", "the key " + Quoted(name) + " comes twice");
    auto batch = reader.Read(*entity, field.value(), "rows." + name);
    if (!batch) return Fail(batch.error());
    batches.emplace(name, std::move(*batch));
  }
  return batches;
}

}  // namespace

const RowBatch* DataSet::Rows(std::string_view entity) const {
  const auto at = rows_.find(entity);
  return at == rows_.end() ? nullptr : &at->second;
}

Result<DataSet> ParseDataSet(std::string_view json) {
  json = WithoutByteOrderMark(json);
  if (json.size() > simdjson::SIMDJSON_MAXSIZE_BYTES - simdjson::SIMDJSON_PADDING) {
    return Wrong("", "a data set of more than 4 GB cannot be read");
  }
  const simdjson::padded_string padded(json);
  const std::string_view text(padded.data(), padded.size());
  od::parser parser;
  od::document document;
  Broken broken(document, text);
  broken.set_begin(text.data());
  if (const auto error = parser.iterate(padded).get(document)) {
    if (error == simdjson::EMPTY) return Wrong("", "the data set is empty");
    if (error == simdjson::UTF8_ERROR) return broken(error);
    return Wrong("", "this is not valid JSON: " + std::string(simdjson::error_message(error)));
  }
  const auto parts = FindParts(document, broken, text);
  if (!parts) return Fail(parts.error());
  auto schema = ReadEntities(text, parts->schema);
  if (!schema) return Fail(schema.error());
  std::map<std::string, RowBatch, std::less<>> rows;
  if (parts->has_rows) {
    auto read = ReadRows(document, *schema, broken);
    if (!read) {
      Error error = read.error();
      error.code = ErrorCode::kInvalid;
      return Fail(std::move(error));
    }
    rows = std::move(*read);
  }
  for (const auto& [name, entity] : schema->entities) {
    if (rows.count(name) == 0) rows.emplace(name, RowBatch(LayoutOf(entity)));
  }
  return DataSet(std::move(*schema), std::move(rows));
}

}  // namespace satchel
