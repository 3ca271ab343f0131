#include "preview/explain/knock_on.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/record/guid.h"
#include "engine/store/database.h"
#include "engine/store/local_meta.h"
#include "engine/store/local_schema.h"
#include "policy/wording/sentence.h"
#include "preview/compare/compare.h"

namespace satchel {

namespace {

// An id in each of the ways in which a database may keep it.
struct KeptId {
  std::string text = {};
  std::optional<Guid> guid = {};
  std::optional<std::int64_t> number = {};

  explicit KeptId(const std::string& id) : text(id), guid(ParseGuid(id)) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), value);
    if (error == std::errc() && end == id.data() + id.size()) number = value;
  }
  // ?1, ?2 and ?3.
  void BindTo(Statement& statement) const {
    statement.Bind(1, std::string_view(text));
    guid ? statement.Bind(2, *guid) : statement.BindNull(2);
    number ? statement.Bind(3, *number) : statement.BindNull(3);
  }
};
constexpr const char* kIsTheId = " IN (?1,?2,?3)";

// A device of a preview.
class Side {
 public:
  static Result<Side> Open(const std::filesystem::path& file) {
    auto database = Database::Open(file, Database::Use::kReadOnly);
    if (!database) return Fail(database.error());
    auto description = ReadDescription(*database);
    if (!description) return Fail(description.error().While(file.string()));
    return Side(*std::move(database), std::move(description->schema));
  }

  [[nodiscard]] const Schema& schema() const { return schema_; }

  [[nodiscard]] Result<bool> Has(const std::string& entity, const KeptId& id) {
    const EntitySchema* kept = schema_.Find(entity);
    if (!kept) return false;
    auto statement = database_.Prepare("SELECT 1 FROM " + SqlName(KeyTableName(entity, kept->key)) +
                                       " WHERE key" + kIsTheId);
    if (!statement) return Fail(statement.error());
    id.BindTo(*statement);
    return statement->Step();
  }

  // How many records of `entity` point at it through `field`; `unless`: that are not there.
  [[nodiscard]] Result<std::int64_t> Pointing(const std::string& entity, const FieldSchema& field,
                                              const std::string& target, const KeptId& id,
                                              Side* unless) {
    const EntitySchema* kept = schema_.Find(entity);
    const std::string rows = SqlName(entity);
    std::string sql = "SELECT " + rows + "." + SqlName(kept->key) + " FROM " +
                      SqlName(KeyTableName(entity, field.name)) + " AS pointing JOIN " + rows +
                      " ON " + rows + "." + SqlName(kRowIdColumn) +
                      "=pointing.row WHERE pointing.key" + kIsTheId;
    if (field.polymorphic()) sql += " AND " + rows + "." + SqlName(TypeColumn(field.name)) + "=?4";
    auto found = database_.Prepare(sql);
    if (!found) return Fail(found.error());
    id.BindTo(*found);
    if (field.polymorphic()) found->Bind(4, std::string_view(target));
    std::optional<Statement> there;
    if (unless && unless->schema_.Find(entity)) {
      auto asked = unless->database_.Prepare(
          "SELECT 1 FROM " + SqlName(KeyTableName(entity, kept->key)) + " WHERE key=?1");
      if (!asked) return Fail(asked.error());
      there = *std::move(asked);
    }
    std::int64_t count = 0;
    for (;;) {
      const auto row = found->Step();
      if (!row) return Fail(row.error());
      if (!*row) return count;
      if (there) {
        there->Reset();
        there->Bind(1, found->At(0));
        const auto kept_on = there->Step();
        if (!kept_on) return Fail(kept_on.error());
        if (*kept_on) continue;
      }
      ++count;
    }
  }

 private:
  Side(Database database, Schema schema)
      : database_(std::move(database)), schema_(std::move(schema)) {}

  Database database_;
  Schema schema_;
};

bool Offline(const std::optional<EntityPreview>& side) {
  return side && side->mode == DeviceMode::kOffline;
}

// Whether what the group asks of its own entity's records looks at `target` through `field`.
bool LooksThrough(const Group& group, const std::string& field, const std::string& target);
bool LooksThrough(const Link& link, const std::string& field, const std::string& target) {
  return link.entity == target && link.to == field;
}
bool LooksThrough(const Group& group, const std::string& field, const std::string& target) {
  return std::any_of(group.nodes.begin(), group.nodes.end(), [&](const Node& node) {
    if (const auto* link = std::get_if<Link>(&node.item)) return LooksThrough(*link, field, target);
    const auto* inner = std::get_if<Group>(&node.item);
    return inner && LooksThrough(*inner, field, target);
  });
}
bool LooksThrough(const Entity& entity, const std::string& field, const std::string& target) {
  return LooksThrough(entity.filter, field, target) ||
         std::any_of(entity.links.begin(), entity.links.end(),
                     [&](const Link& link) { return LooksThrough(link, field, target); });
}

class Search {
 public:
  Search(const KnockOnSubject& subject, Side after, const Comparison* against)
      : subject_(subject), id_(subject.id), after_(std::move(after)), against_(against) {}

  Result<std::vector<KnockOn>> Run() {
    const auto there = after_.Has(subject_.entity, id_);
    if (!there) return Fail(there.error());
    if (*there) return std::vector<KnockOn>();
    if (against_ && against_->before_preview) {
      auto before = Side::Open(against_->before_preview->database);
      if (!before) return Fail(before.error());
      // It leaves only where it was: an entity that was read once is the same on both sides.
      const auto was = WasThere(*before);
      if (!was) return Fail(was.error());
      if (*was) before_ = *std::move(before);
    }
    for (const std::string& entity : Entities()) {
      if (auto done = Follow(entity); !done) return Fail(done.error());
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] const EntityComparison* Compared(const std::string& entity) const {
    if (!against_) return nullptr;
    const auto at =
        std::find_if(against_->entities.begin(), against_->entities.end(),
                     [&](const EntityComparison& compared) { return compared.name == entity; });
    return at == against_->entities.end() ? nullptr : &*at;
  }
  // Its records before are in the other preview.
  [[nodiscard]] bool ReadTwice(const std::string& entity) const {
    const EntityComparison* compared = Compared(entity);
    return compared && !compared->read_once && Offline(compared->before);
  }
  Result<bool> WasThere(Side& before) const {
    if (!ReadTwice(subject_.entity)) return false;
    return before.Has(subject_.entity, id_);
  }
  [[nodiscard]] std::vector<std::string> Entities() const {
    std::vector<std::string> names;
    for (const Entity& entity : subject_.draft.entities) names.push_back(entity.name);
    if (!before_) return names;
    for (const EntityComparison& entity : against_->entities) {
      if (std::find(names.begin(), names.end(), entity.name) == names.end()) {
        names.push_back(entity.name);
      }
    }
    return names;
  }

  // The lookups of an entity's records, as either side keeps them, that may point at the record.
  Result<> Follow(const std::string& entity) {
    const EntitySchema* after = after_.schema().Find(entity);
    const EntitySchema* before =
        before_ && ReadTwice(entity) ? before_->schema().Find(entity) : nullptr;
    std::vector<const FieldSchema*> lookups;
    for (const EntitySchema* side : {after, before}) {
      if (!side) continue;
      for (const auto& named : side->fields) {
        const FieldSchema& field = named.second;
        const bool known =
            std::any_of(lookups.begin(), lookups.end(),
                        [&](const FieldSchema* other) { return other->name == field.name; });
        const bool points = std::find(field.targets.begin(), field.targets.end(),
                                      subject_.entity) != field.targets.end();
        if (kLookupTypes.Has(field.type) && points && !known) lookups.push_back(&field);
      }
    }
    for (const FieldSchema* lookup : lookups) {
      KnockOn other = {.entity = entity, .field = lookup->name};
      if (after && after->Find(lookup->name)) {
        const auto stays = after_.Pointing(entity, *lookup, subject_.entity, id_, nullptr);
        if (!stays) return Fail(stays.error());
        other.stays = *stays;
      }
      if (before && before->Find(lookup->name)) {
        const auto leaves = before_->Pointing(entity, *lookup, subject_.entity, id_, &after_);
        if (!leaves) return Fail(leaves.error());
        other.leaves = *leaves;
      }
      if (other.leaves == 0 && other.stays == 0) continue;
      const Entity* drafted = subject_.draft.Find(entity);
      other.filter_asks = drafted && LooksThrough(*drafted, lookup->name, subject_.entity);
      found_.push_back(std::move(other));
    }
    return {};
  }

  const KnockOnSubject& subject_;
  KeptId id_;
  Side after_;
  const Comparison* against_;
  std::optional<Side> before_ = {};  // Absent: nothing can be said of leaving.
  std::vector<KnockOn> found_ = {};
};

}  // namespace

Result<std::vector<KnockOn>> FindKnockOns(const KnockOnSubject& subject, const PreviewResult& after,
                                          const Comparison* against) {
  auto side = Side::Open(after.database);
  if (!side) return Fail(side.error());
  return Search(subject, *std::move(side), against).Run();
}

void NameKnockOns(std::vector<KnockOn>& others, const Schema* schema) {
  for (KnockOn& other : others) {
    other.words = EntitiesLabel(other.entity, schema) + " through " +
                  FieldLabel(other.entity, other.field, schema);
  }
}

}  // namespace satchel
