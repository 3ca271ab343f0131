#include "preview/compare/compared_records.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/store/database.h"
#include "engine/store/local_meta.h"
#include "engine/store/local_schema.h"
#include "preview/compare/compare.h"
#include "preview/run/private_file.h"
#include "preview/run/record_text.h"

namespace satchel {

namespace {

// One preview's database, and what it says about itself.
struct Side {
  Database database;
  Schema schema = {};
};

Result<Side> OpenSide(const std::filesystem::path& file) {
  auto database = Database::Open(file, Database::Use::kReadOnly);
  if (!database) return Fail(database.error());
  auto description = ReadDescription(*database);
  if (!description) return Fail(description.error().While(file.string()));
  return Side{*std::move(database), std::move(description->schema)};
}

// In the order of SQLite's key tables: integers, texts, ids; negative, 0 or positive.
int CompareKeys(const Cell& a, const Cell& b) {
  if (a.kind != b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.kind == Cell::Kind::kInteger) {
    return a.integer < b.integer ? -1 : a.integer > b.integer ? 1 : 0;
  }
  if (a.null() || a.kind == Cell::Kind::kReal) return 0;  // No key is either.
  const int order = a.view().compare(b.view());
  return order;
}

// Walks the ids of an entity in key order.
class Walk {
 public:
  explicit Walk(Statement statement) : statement_(std::move(statement)) {}

  Result<> Next() {
    const auto row = statement_->Step();
    if (!row) return Fail(row.error());
    if (!*row) statement_.reset();
    return {};
  }
  void End() { statement_.reset(); }
  [[nodiscard]] bool over() const { return !statement_.has_value(); }
  [[nodiscard]] Cell key() const { return statement_->At(0); }
  [[nodiscard]] std::int64_t row() const { return statement_->Integer(1); }

 private:
  std::optional<Statement> statement_;
};

class StoredComparison : public ComparedRecords {
 public:
  StoredComparison(Side after, std::optional<Side> before, const Comparison& comparison)
      : after_(std::move(after)), before_(std::move(before)) {
    for (const EntityComparison& entity : comparison.entities) {
      const auto offline = [](const std::optional<EntityPreview>& side) {
        return side && side->mode == DeviceMode::kOffline;
      };
      Kept kept;
      if (offline(entity.after)) kept.after = &after_;
      if (offline(entity.before)) kept.before = entity.read_once ? &after_ : &*before_;
      entities_.emplace(entity.name, std::move(kept));
    }
    for (const auto& scratch :
         {comparison.after_preview.scratch,
          comparison.before_preview ? comparison.before_preview->scratch : nullptr}) {
      scratch_.push_back(scratch);
    }
  }

  Result<std::int64_t> Count(std::string_view entity, RecordChange change) override {
    auto kept = Find(entity);
    if (!kept) return Fail(kept.error());
    return static_cast<std::int64_t>((*kept)->rows[static_cast<std::size_t>(change)].size());
  }

  Result<std::vector<ComparedRecord>> Rows(std::string_view entity, RecordChange change,
                                           std::int64_t offset, std::int64_t limit) override {
    std::vector<ComparedRecord> found;
    auto read = Each(entity, change, offset, limit,
                     [&](ComparedRecord record) { found.push_back(std::move(record)); });
    if (!read) return Fail(read.error());
    return found;
  }

  Result<> WriteJsonLines(std::string_view entity, RecordChange change,
                          const std::filesystem::path& file) override {
    auto count = Count(entity, change);
    if (!count) return Fail(count.error());
    return WritePrivateFile(file, [&](std::FILE* out) {
      return Each(entity, change, 0, *count, [&](const ComparedRecord& record) {
        const nlohmann::ordered_json json = {{"id", record.id}, {"name", record.name}};
        const std::string line =
            json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
        std::fwrite(line.data(), 1, line.size(), out);
      });
    });
  }

 private:
  struct Kept {
    Side* after = nullptr;   // Null: that policy keeps none of it offline.
    Side* before = nullptr;  // The same as `after` where the server was asked once.
    bool walked = false;
    // Row ids by RecordChange: of what was removed in `before`, of the rest in `after`.
    std::array<std::vector<std::int64_t>, 3> rows = {};
  };

  Result<Kept*> Find(std::string_view entity) {
    const auto at = entities_.find(entity);
    if (at == entities_.end()) {
      return Fail(ErrorCode::kNotFound,
                  "neither policy has the entity '" + std::string(entity) + "'");
    }
    if (!at->second.walked) {
      if (auto walked = WalkBoth(at->first, at->second); !walked) return Fail(walked.error());
    }
    return &at->second;
  }

  static Result<Walk> Begin(Side* side, const std::string& entity) {
    const EntitySchema* schema = side ? side->schema.Find(entity) : nullptr;
    const std::string table = schema ? KeyTableName(entity, schema->key) : "";
    auto statement =
        side ? side->database.Prepare("SELECT key,row FROM " + SqlName(table) + " ORDER BY key,row")
             : Result<Statement>(Statement(nullptr));
    if (!statement) return Fail(statement.error());
    Walk walk(*std::move(statement));
    if (!side) {
      walk.End();
    } else if (auto first = walk.Next(); !first) {
      return Fail(first.error());
    }
    return walk;
  }

  static Result<> WalkBoth(const std::string& entity, Kept& kept) {
    const auto rows = [&](RecordChange change) -> std::vector<std::int64_t>& {
      return kept.rows[static_cast<std::size_t>(change)];
    };
    const bool once = kept.before == kept.after;
    auto before = Begin(once ? nullptr : kept.before, entity);
    if (!before) return Fail(before.error());
    auto after = Begin(kept.after, entity);
    if (!after) return Fail(after.error());
    while (!before->over() || !after->over()) {
      const int order = before->over()  ? 1
                        : after->over() ? -1
                                        : CompareKeys(before->key(), after->key());
      if (order < 0) {
        rows(RecordChange::kRemoved).push_back(before->row());
      } else {
        rows(order == 0 || once ? RecordChange::kKept : RecordChange::kAdded)
            .push_back(after->row());
      }
      if (order <= 0) {
        if (auto next = before->Next(); !next) return next;
      }
      if (order >= 0) {
        if (auto next = after->Next(); !next) return next;
      }
    }
    kept.walked = true;
    return {};
  }

  // Calls `take` for each of the records [offset, offset + limit).
  template <class Take>
  Result<> Each(std::string_view entity, RecordChange change, std::int64_t offset,
                std::int64_t limit, Take take) {
    auto kept = Find(entity);
    if (!kept) return Fail(kept.error());
    const auto& rows = (*kept)->rows[static_cast<std::size_t>(change)];
    if (rows.empty()) return {};
    Side& side = *(change == RecordChange::kRemoved ? (*kept)->before : (*kept)->after);
    const EntitySchema& schema = *side.schema.Find(entity);
    const FieldSchema* name = schema.Find(schema.primary_name);
    auto statement = side.database.Prepare(
        "SELECT " + SqlName(schema.key) + "," + (name ? SqlName(name->name) : "NULL") + " FROM " +
        SqlName(schema.name) + " WHERE " + SqlName(kRowIdColumn) + "=?1");
    if (!statement) return Fail(statement.error());
    auto label = side.database.Prepare("SELECT text FROM \"@label\" WHERE id=?1");
    if (!label) return Fail(label.error());
    const auto size = static_cast<std::int64_t>(rows.size());
    const std::int64_t from = std::clamp<std::int64_t>(offset, 0, size);
    const std::int64_t end = from + std::clamp<std::int64_t>(limit, 0, size - from);
    for (std::int64_t i = from; i < end; ++i) {
      statement->Reset();
      statement->Bind(1, rows[static_cast<std::size_t>(i)]);
      const auto row = statement->Step();
      if (!row) return Fail(row.error());
      if (!*row) continue;
      ComparedRecord record{.id = IdText(statement->At(0))};
      if (name) record.name = PeopleText(*name, statement->At(1));
      if (record.name.empty()) {
        // Lookups of other records name it.
        label->Reset();
        label->Bind(1, std::string_view(record.id));
        const auto named = label->Step();
        if (!named) return Fail(named.error());
        if (*named) record.name = std::string(label->Text(0));
      }
      take(std::move(record));
    }
    return {};
  }

  Side after_;
  std::optional<Side> before_;
  std::map<std::string, Kept, std::less<>> entities_;
  std::vector<std::shared_ptr<const ScratchFolder>> scratch_;  // The databases live as long.
};

}  // namespace

std::string_view Name(RecordChange change) {
  constexpr std::array<std::string_view, 3> kNames = {"added", "removed", "kept"};
  return kNames[static_cast<std::size_t>(change)];
}

Result<std::unique_ptr<ComparedRecords>> OpenComparedRecords(const Comparison& comparison) {
  auto after = OpenSide(comparison.after_preview.database);
  if (!after) return Fail(after.error());
  std::optional<Side> before;
  if (comparison.before_preview) {
    auto opened = OpenSide(comparison.before_preview->database);
    if (!opened) return Fail(opened.error());
    before = *std::move(opened);
  }
  return std::unique_ptr<ComparedRecords>(
      std::make_unique<StoredComparison>(*std::move(after), std::move(before), comparison));
}

}  // namespace satchel
