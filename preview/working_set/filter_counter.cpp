#include "preview/working_set/filter_counter.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <list>
#include <set>

#include "engine/filter/sql.h"
#include "engine/store/database.h"
#include "engine/store/local_schema.h"
#include "policy/support/text.h"
#include "preview/run/record_text.h"
#include "preview/working_set/filter_parts.h"

namespace satchel {

namespace {

// A bit for each record of an entity; rows are numbered from 1.
class RowSet {
 public:
  explicit RowSet(std::int64_t rows, bool all = false)
      : rows_(rows), words_(static_cast<std::size_t>((rows + 63) / 64), all ? ~0ULL : 0ULL) {
    if (all && rows % 64 != 0) words_.back() = (1ULL << (rows % 64)) - 1;
  }
  void Add(std::int64_t row) {
    if (row < 1 || row > rows_) return;
    words_[static_cast<std::size_t>((row - 1) / 64)] |= 1ULL << ((row - 1) % 64);
  }
  [[nodiscard]] bool Has(std::int64_t row) const {
    return (words_[static_cast<std::size_t>((row - 1) / 64)] >> ((row - 1) % 64) & 1ULL) != 0;
  }
  void And(const RowSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  }
  void Or(const RowSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  [[nodiscard]] std::int64_t Count() const {
    std::int64_t count = 0;
    for (const std::uint64_t word : words_) count += std::popcount(word);
    return count;
  }
  // About `most` rows, spread evenly over the set.
  [[nodiscard]] std::vector<std::int64_t> Spread(std::size_t most) const {
    const std::int64_t count = Count();
    const std::int64_t step = std::max<std::int64_t>(1, count / static_cast<std::int64_t>(most));
    std::vector<std::int64_t> rows;
    std::int64_t seen = 0;
    for (std::int64_t row = 1; row <= rows_ && rows.size() < most; ++row) {
      if (Has(row) && seen++ % step == 0) rows.push_back(row);
    }
    return rows;
  }

 private:
  std::int64_t rows_;
  std::vector<std::uint64_t> words_;
};

// Fields that links compare, each with its entity: an index makes a link over 100 000 records a
// matter of milliseconds.
void LinkedFields(const Link& link, const std::string& parent,
                  std::set<std::pair<std::string, std::string>>& fields);
void LinkedFields(const Group& group, const std::string& entity,
                  std::set<std::pair<std::string, std::string>>& fields) {
  for (const Node& node : group.nodes) {
    if (const auto* inner = std::get_if<Group>(&node.item)) LinkedFields(*inner, entity, fields);
    if (const auto* link = std::get_if<Link>(&node.item)) LinkedFields(*link, entity, fields);
  }
}
void LinkedFields(const Link& link, const std::string& parent,
                  std::set<std::pair<std::string, std::string>>& fields) {
  fields.emplace(link.entity, link.from);
  fields.emplace(parent, link.to);
  LinkedFields(link.filter, link.entity, fields);
  for (const Link& inner : link.links) LinkedFields(inner, link.entity, fields);
}

void RootFields(const Group& group, std::vector<std::string>& fields) {
  for (const Node& node : group.nodes) {
    if (const auto* inner = std::get_if<Group>(&node.item)) RootFields(*inner, fields);
    const auto* condition = std::get_if<Condition>(&node.item);
    if (condition == nullptr || !condition->entity.empty()) continue;
    if (std::find(fields.begin(), fields.end(), condition->field) == fields.end()) {
      fields.push_back(condition->field);
    }
  }
}

class Counter : public FilterCounter {
 public:
  Counter(ScratchFolder folder, Database database)
      : folder_(std::move(folder)), database_(std::move(database)) {}

  Result<> Take(const WorkingRead& read) override {
    auto attach = database_.Prepare("ATTACH DATABASE ?1 AS side");
    if (!attach) return Fail(attach.error());
    const std::string file = read.database.string();
    attach->Bind(1, std::string_view(file));
    if (auto done = attach->Run(); !done) return done;
    Result<> taken = TakeAttached(read);
    auto detached = database_.Execute("DETACH DATABASE side");
    if (!taken) return taken;
    return detached;
  }

  [[nodiscard]] const std::vector<WorkingEntity>& held() const override { return held_; }

  Result<FilterCount> Count(const Query& query, const Schema& schema,
                            std::stop_token stop) override {
    const auto start = std::chrono::steady_clock::now();
    if (const auto missing = MissingFrom(held_, WorkingNeeds(query, schema)); !missing.empty()) {
      return Fail(ErrorCode::kNotFound, missing.front().entity + " has not been read yet");
    }
    if (Held(query.entity) == nullptr) {
      return Fail(ErrorCode::kNotFound, "the server has no entity " + Quoted(query.entity));
    }
    schema_ = &schema;
    const std::stop_callback interrupt(stop, [&] { database_.Interrupt(); });
    auto counted = CountHeld(query, stop);
    schema_ = nullptr;
    if (stop.stop_requested()) return Fail(Cancelled());
    if (!counted) return Fail(counted.error());
    counted->seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return counted;
  }

 private:
  struct Answer {
    Query of;
    RowSet rows;
  };

  [[nodiscard]] const WorkingEntity* Held(std::string_view name) const {
    for (const WorkingEntity& entity : held_) {
      if (entity.name == name) return &entity;
    }
    return nullptr;
  }

  Result<> TakeAttached(const WorkingRead& read) {
    auto transaction = Transaction::Begin(database_);
    if (!transaction) return Fail(transaction.error());
    for (const WorkingEntity& entity : read.entities) {
      const EntitySchema* schema = read.schema.Find(entity.name);
      if (schema == nullptr) continue;
      std::vector<std::string> fields;
      for (const std::string& field : entity.fields) {
        if (field != schema->key) fields.push_back(field);
      }
      const auto table = PlanTable(*schema, fields);
      if (!table) return Fail(table.error());
      std::string columns;
      for (const LocalColumn& column : table->columns) {
        columns += (columns.empty() ? "" : ",") + SqlName(column.name);
      }
      const std::string name = SqlName(entity.name);
      // Numbered anew: a set of rows is as long as there are rows.
      auto copied = database_.Execute(
          "DROP TABLE IF EXISTS main." + name + ";" + CreateTableSql(*table, entity.name) +
          ";INSERT INTO main." + name + "(" + columns + ") SELECT " + columns + " FROM side." +
          name + " ORDER BY " + SqlName(kRowIdColumn) + " LIMIT " + std::to_string(entity.records));
      if (!copied) return Fail(copied.error().While("keep " + entity.name));
      std::erase_if(held_, [&](const WorkingEntity& old) { return old.name == entity.name; });
      held_.push_back(entity);
      for (auto at = indexed_.begin(); at != indexed_.end();) {
        at = at->first == entity.name ? indexed_.erase(at) : std::next(at);
      }
      // What links compare, nearly always: made here, nobody waits for it at the first count.
      for (const std::string& field : entity.fields) {
        const FieldSchema* known = schema->Find(field);
        if (field != schema->key && (known == nullptr || !kLookupTypes.Has(known->type))) continue;
        if (auto made = MakeIndex(entity.name, field); !made) return made;
      }
    }
    auto labels = database_.Execute(
        "INSERT OR REPLACE INTO main.\"@label\"(id, text) SELECT id, text FROM side.\"@label\"");
    if (!labels) return labels;
    if (auto done = transaction->Commit(); !done) return done;
    answers_.clear();
    context_ = read.context;
    return {};
  }

  Result<> MakeIndex(const std::string& entity, const std::string& field) {
    auto made = database_.Execute("CREATE INDEX IF NOT EXISTS " + SqlName(entity + "#" + field) +
                                  " ON " + SqlName(entity) + "(" + SqlName(field) + ")");
    if (made) indexed_.emplace(entity, field);
    return made;
  }

  // Filters may look at entities that are only named here.
  Result<> MakeIndexes(const Query& query) {
    std::set<std::pair<std::string, std::string>> fields;
    LinkedFields(query.filter, query.entity, fields);
    for (const Link& link : query.links) LinkedFields(link, query.entity, fields);
    for (const auto& pair : fields) {
      const WorkingEntity* held = Held(pair.first);
      if (held == nullptr || indexed_.contains(pair) ||
          !std::binary_search(held->fields.begin(), held->fields.end(), pair.second)) {
        continue;
      }
      if (auto made = MakeIndex(pair.first, pair.second); !made) return made;
    }
    return {};
  }

  // Null: it cannot be asked as it stands, as with a value that is missing.
  Result<const RowSet*> Ask(const Query& query, std::int64_t rows) {
    for (auto at = answers_.begin(); at != answers_.end(); ++at) {
      if (at->of != query) continue;
      answers_.splice(answers_.begin(), answers_, at);  // Lately used.
      return &at->rows;
    }
    const auto sql = CompileSql(query, *schema_, context_, {.ordered = false});
    if (!sql) return nullptr;
    if (auto made = MakeIndexes(query); !made) return Fail(made.error());
    auto statement = database_.Prepare(sql->text);
    if (!statement) return Fail(statement.error());
    statement->Bind(sql->binds);
    RowSet found(rows);
    for (;;) {
      const auto row = statement->Step();
      if (!row) return Fail(row.error());
      if (!*row) break;
      found.Add(statement->Integer(0));
    }
    answers_.push_front({query, std::move(found)});
    if (answers_.size() > kAnswersKept) answers_.pop_back();
    return &answers_.front().rows;
  }

  // What a group keeps; counts its children on the way. Nothing: no part of it can be asked.
  Result<std::optional<RowSet>> AskGroup(const Query& query, const Group& group,
                                         const std::string& path, std::int64_t rows,
                                         const std::stop_token& stop, FilterCount& count) {
    const bool any = group.conjunction == Conjunction::kOr;
    std::optional<RowSet> kept;
    bool asked = false;
    for (std::size_t i = 0; i < group.nodes.size(); ++i) {
      if (stop.stop_requested()) return Fail(Cancelled());
      const std::string at = PartPath(path, group, i);
      std::optional<RowSet> part;
      if (const auto* inner = std::get_if<Group>(&group.nodes[i].item)) {
        auto found = AskGroup(query, *inner, at, rows, stop, count);
        if (!found) return Fail(found.error());
        part = std::move(*found);
      } else {
        Query one{.entity = query.entity};
        one.filter.nodes.push_back(group.nodes[i]);
        const auto found = Ask(one, rows);
        if (!found) return Fail(found.error());
        if (*found != nullptr) part = **found;
        if (*found == nullptr) ++count.left_out;
      }
      if (!part) continue;
      asked = true;
      count.alone[at] = part->Count();
      if (!kept) {
        kept = std::move(part);
      } else if (any) {
        kept->Or(*part);
      } else {
        kept->And(*part);
      }
      if (path == "filter") count.funnel.push_back({at, count.alone[at], kept->Count()});
    }
    if (!asked && group.empty()) kept.emplace(rows, true);  // It keeps everything.
    return kept;
  }

  Result<RowSet> AskParts(const Query& query, std::int64_t rows, const std::stop_token& stop,
                          FilterCount& count) {
    auto filtered = AskGroup(query, query.filter, "filter", rows, stop, count);
    if (!filtered) return Fail(filtered.error());
    RowSet kept = *filtered ? std::move(**filtered) : RowSet(rows, true);
    for (std::size_t i = 0; i < query.links.size(); ++i) {
      if (stop.stop_requested()) return Fail(Cancelled());
      const auto found = Ask({.entity = query.entity, .links = {query.links[i]}}, rows);
      if (!found) return Fail(found.error());
      if (*found == nullptr) {
        ++count.left_out;
        continue;
      }
      const std::string at = "links[" + std::to_string(i) + "]";
      count.alone[at] = (*found)->Count();
      kept.And(**found);
      count.funnel.push_back({at, count.alone[at], kept.Count()});
    }
    return kept;
  }

  // Conditions that speak of linked rows only mean something together with the links.
  Result<RowSet> AskTogether(const Query& query, std::int64_t rows, const std::stop_token& stop,
                             FilterCount& count) {
    Query grown{.entity = query.entity, .links = query.links};
    grown.filter.conjunction = query.filter.conjunction;
    const auto last = [&](const std::string& path) -> Result<> {
      const auto found = Ask(grown, rows);
      if (!found) return Fail(found.error());
      Query alone{.entity = query.entity, .links = query.links};
      if (!grown.filter.nodes.empty()) alone.filter.nodes = {grown.filter.nodes.back()};
      const auto one = Ask(alone, rows);
      if (!one) return Fail(one.error());
      if (*found == nullptr || *one == nullptr) return {};
      const std::int64_t left = (*Ask(grown, rows))->Count();
      count.alone[path] = (*Ask(alone, rows))->Count();
      count.funnel.push_back({path, count.alone[path], left});
      return {};
    };
    if (!query.links.empty()) {
      if (auto done = last("links[0]"); !done) return Fail(done.error());
    }
    for (std::size_t i = 0; i < query.filter.nodes.size(); ++i) {
      if (stop.stop_requested()) return Fail(Cancelled());
      grown.filter.nodes.push_back(query.filter.nodes[i]);
      const std::size_t steps = count.funnel.size();
      if (auto done = last(PartPath("filter", query.filter, i)); !done) return Fail(done.error());
      if (count.funnel.size() > steps) continue;
      grown.filter.nodes.pop_back();  // It cannot be asked yet.
      ++count.left_out;
    }
    const auto found = Ask(grown, rows);
    if (!found) return Fail(found.error());
    return *found == nullptr ? RowSet(rows, true) : **found;
  }

  Result<FilterCount> CountHeld(const Query& query, const std::stop_token& stop) {
    FilterCount count;
    count.all = Held(query.entity)->records;
    for (const std::string& name : EntitiesNamed(query)) {
      const WorkingEntity* held = Held(name);
      count.estimated = count.estimated || (held != nullptr && held->capped);
    }
    auto kept = PartsDecide(query) ? AskParts(query, count.all, stop, count)
                                   : AskTogether(query, count.all, stop, count);
    if (!kept) return Fail(kept.error());
    count.matched = kept->Count();
    if (auto sampled = AddSample(query, *kept, count); !sampled) return Fail(sampled.error());
    return count;
  }

  Result<> AddSample(const Query& query, const RowSet& kept, FilterCount& count) {
    const EntitySchema& schema = *schema_->Find(query.entity);
    const WorkingEntity& held = *Held(query.entity);
    std::vector<std::string> names;
    if (!schema.primary_name.empty()) names.push_back(schema.primary_name);
    std::vector<std::string> conditions;
    RootFields(query.filter, conditions);
    conditions.insert(conditions.end(), {"modifiedon", "ownerid"});
    for (const std::string& name : conditions) {
      if (names.size() > kSampleFields) break;
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    std::string list = SqlName(schema.key);
    std::vector<const FieldSchema*> fields;
    for (const std::string& name : names) {
      const FieldSchema* field = schema.Find(name);
      if (field == nullptr || !std::binary_search(held.fields.begin(), held.fields.end(), name)) {
        continue;
      }
      fields.push_back(field);
      list += "," + SqlName(name);
      count.columns.push_back({field->name, field->label, field->type});
    }
    auto statement = database_.Prepare("SELECT " + list + " FROM " + SqlName(query.entity) +
                                       " WHERE " + SqlName(kRowIdColumn) + " = ?1");
    if (!statement) return Fail(statement.error());
    for (const std::int64_t row : kept.Spread(kSampleRecords)) {
      statement->Reset();
      statement->Bind(1, row);
      const auto found = statement->Step();
      if (!found) return Fail(found.error());
      if (!*found) continue;
      RecordRow record{.id = IdText(statement->At(0))};
      for (std::size_t i = 0; i < fields.size(); ++i) {
        record.cells.push_back(Shown(*fields[i], statement->At(static_cast<int>(i) + 1)));
      }
      count.sample.push_back(std::move(record));
    }
    return {};
  }

  std::string Shown(const FieldSchema& field, const Cell& cell) {
    if (!kLookupTypes.Has(field.type) || cell.null()) return PeopleText(field, cell);
    const std::string id = IdText(cell);
    auto statement = database_.Prepare("SELECT text FROM \"@label\" WHERE id = ?1");
    if (!statement) return id;
    statement->Bind(1, std::string_view(id));
    const auto row = statement->Step();
    return row && *row ? std::string(statement->Text(0)) : id;
  }

  ScratchFolder folder_;
  Database database_;
  const Schema* schema_ = nullptr;  // While counting.
  FilterContext context_ = {};
  std::vector<WorkingEntity> held_ = {};
  std::set<std::pair<std::string, std::string>> indexed_ = {};
  std::list<Answer> answers_ = {};  // Lately used first.
};

}  // namespace

Result<std::unique_ptr<FilterCounter>> FilterCounter::Make() {
  auto folder = ScratchFolder::Make("satchel-counting-");
  if (!folder) return Fail(folder.error());
  auto database = Database::Open(folder->path() / "counting.db", Database::Use::kScratch);
  if (!database) return Fail(database.error());
  auto made = database->Execute(
      "CREATE TABLE \"@label\"(id TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID");
  if (!made) return Fail(made.error());
  return std::unique_ptr<FilterCounter>(
      std::make_unique<Counter>(*std::move(folder), *std::move(database)));
}

}  // namespace satchel
