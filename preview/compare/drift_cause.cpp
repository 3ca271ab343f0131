#include "preview/compare/drift_cause.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "engine/filter/cell_kind.h"
#include "engine/filter/evaluator.h"
#include "engine/record/row_version.h"
#include "policy/support/text.h"
#include "policy/wording/sentence.h"
#include "preview/explain/filter_trace.h"

namespace satchel {

namespace {

constexpr const char* kCreated = "createdon";
constexpr const char* kOwner = "ownerid";

using RowList = std::vector<std::size_t>;

class Finder {
 public:
  explicit Finder(const DriftSubject& subject) : s_(subject), then_(subject.as_user.context) {
    then_.now = s_.base.swept;
    mark_ = ParseHighWater(s_.base.mark).value_or(HighWater{});
  }

  Result<std::int64_t> Find(std::vector<DriftRecord>& records) {
    if (auto read = Read(records); !read) return Fail(read.error());
    std::int64_t meanwhile = 0;
    std::vector<DriftRecord> kept;
    for (DriftRecord& record : records) {
      if (ChangedMeanwhile(record.id)) {
        ++meanwhile;
        continue;
      }
      if (auto found = FindOne(record); !found) return Fail(found.error());
      kept.push_back(std::move(record));
    }
    records = std::move(kept);
    return meanwhile;
  }

 private:
  Result<> Read(const std::vector<DriftRecord>& records) {
    std::vector<std::string> ids;
    for (const DriftRecord& record : records) ids.push_back(record.id);
    const std::vector<std::string> beside = {kCreated, kOwner};
    auto mine = RowsAround::Read(s_.query, ids, beside, s_.as_user);
    if (!mine) return Fail(mine.error());
    mine_ = *std::move(mine);
    std::vector<std::string> rest;
    for (const std::string& id : ids) {
      if (!mine_->Find(s_.entity.name, id)) rest.push_back(id);
    }
    RecordReader caller = s_.as_user;
    caller.as.clear();
    auto theirs = RowsAround::Read({.entity = s_.entity.name}, rest, beside, caller);
    if (!theirs) return Fail(theirs.error());
    theirs_ = *std::move(theirs);
    if (auto now = Matching(s_.as_user.context, now_matching_); !now) return now;
    return Matching(then_, then_matching_);
  }
  Result<> Matching(const FilterContext& context, std::set<std::size_t>& matching) const {
    const auto rows = Evaluate(s_.query, s_.as_user.schema, context, *mine_);
    if (!rows) return Fail(rows.error());
    matching.insert(rows->begin(), rows->end());
    return {};
  }

  // Later than the mark; nothing where that cannot be told.
  [[nodiscard]] std::optional<bool> Later(const RowsAround& rows, const EntitySchema& entity,
                                          std::size_t row, const HighWater& mark) const {
    if (mark.kind == HighWater::Kind::kVersion) {
      const auto version = NumberOf(rows.VersionOf(entity.name, row));
      if (!version) return std::nullopt;
      return *version > mark.version;
    }
    if (mark.kind != HighWater::Kind::kTime || entity.modified.empty()) return std::nullopt;
    const Cell modified = rows.At(entity.name, row, entity.modified);
    if (modified.kind != Cell::Kind::kInteger) return std::nullopt;
    return modified.integer > mark.time.ticks;
  }

  [[nodiscard]] bool ChangedMeanwhile(const std::string& id) const {
    for (const RowsAround* rows : {&*mine_, &*theirs_}) {
      const auto row = rows->Find(s_.entity.name, id);
      if (row && Later(*rows, s_.entity, *row, s_.fresh).value_or(false)) return true;
    }
    return false;
  }

  Result<> FindOne(DriftRecord& record) {
    const std::string& entity = s_.entity.name;
    const auto row = mine_->Find(entity, record.id);
    if (!row) {
      const auto theirs = theirs_->Find(entity, record.id);
      if (theirs) {
        record.name = theirs_->NameOf(entity, *theirs);
        const std::string owner = OwnerOf(*theirs_, *theirs);
        return Set(record, DriftCause::kAccess,
                   s_.words.user() + " may not read it any more" +
                       (owner.empty() ? "" : "; it belongs to " + owner));
      }
      return Set(record, DriftCause::kUntrackedDeletion,
                 "it was deleted on the server, and what changed does not tell of deletions");
    }
    record.name = mine_->NameOf(entity, *row);
    const bool now = now_matching_.contains(*row);
    const bool then = then_matching_.contains(*row);
    const bool edited = Later(*mine_, s_.entity, *row, mark_).value_or(false);
    if (record.kind == DriftKind::kMissed) return Missed(record, *row, then, now, edited);
    return Stale(record, *row, then, now, edited);
  }

  Result<> Missed(DriftRecord& record, std::size_t row, bool then, bool now, bool edited) {
    if (edited || BackDated(row)) return Set(record, DriftCause::kMark, MarkSentence(row));
    if (now && !then) return Set(record, DriftCause::kDateWindow, WindowSentence(row));
    if (const std::string linked = ChangedLinked(row); !linked.empty()) {
      return Set(record, DriftCause::kLinked, linked + " changed, the record did not");
    }
    if (!now) return Set(record, DriftCause::kUnknown, "it is not told by anything read here");
    const std::string owner = OwnerOf(*mine_, row);
    return Set(record, DriftCause::kAccess,
               "neither it nor anything linked changed, so " + s_.words.user() +
                   " may read it only since then" +
                   (owner.empty() ? "" : "; it belongs to " + owner));
  }

  Result<> Stale(DriftRecord& record, std::size_t row, bool then, bool now, bool edited) {
    if (edited && !now && s_.matching) {
      return Set(record, DriftCause::kEditedOut,
                 "it was edited and left the filter, and only what meets it is asked for");
    }
    if (edited || now) return Set(record, DriftCause::kMark, MarkSentence(row));
    if (then) return Set(record, DriftCause::kDateWindow, WindowSentence(row));
    const std::string linked = ChangedLinked(row);
    if (linked.empty() && s_.query.links.empty() && !AsksLinks(s_.query.filter)) {
      return Set(record, DriftCause::kUnknown, "it is not told by anything read here");
    }
    return Set(record, DriftCause::kLinked,
               (linked.empty() ? "a linked record is gone or hidden" : linked + " changed") +
                   std::string(", the record did not"));
  }

  static Result<> Set(DriftRecord& record, DriftCause cause, std::string sentence) {
    record.cause = cause;
    record.sentence = std::move(sentence);
    return {};
  }

  static bool AsksLinks(const Group& group) {
    return std::any_of(group.nodes.begin(), group.nodes.end(), [](const Node& node) {
      if (const auto* inner = std::get_if<Group>(&node.item)) return AsksLinks(*inner);
      return std::holds_alternative<Link>(node.item);
    });
  }

  // Made after the base, with a change that looks older.
  [[nodiscard]] bool BackDated(std::size_t row) const {
    const Cell created = mine_->At(s_.entity.name, row, kCreated);
    return created.kind == Cell::Kind::kInteger && created.integer > s_.base.swept.ticks;
  }
  [[nodiscard]] std::string MarkSentence(std::size_t row) const {
    const FieldSchema* modified = s_.entity.Find(s_.entity.modified);
    const std::string version = mine_->VersionOf(s_.entity.name, row);
    std::string is = version.empty() ? std::string() : "version " + version;
    if (modified) {
      is += (is.empty() ? "" : ", ") + s_.words.FieldOf(s_.entity.name, modified->name) + " " +
            s_.words.Of(*modified, mine_->At(s_.entity.name, row, modified->name), *mine_);
    }
    return "it changed, but is not among what changed since the mark" +
           (is.empty() ? "" : " (" + is + ")");
  }
  [[nodiscard]] std::string OwnerOf(const RowsAround& rows, std::size_t row) const {
    const FieldSchema* owner = s_.entity.Find(kOwner);
    const Cell cell = owner ? rows.At(s_.entity.name, row, kOwner) : Cell::Null();
    return cell.null() ? std::string() : s_.words.Of(*owner, cell, rows);
  }

  // "Start is 2026-11-12 08:00: “Start is in the last 14 days” no longer holds (from …)".
  [[nodiscard]] std::string WindowSentence(std::size_t row) const {
    const auto trace = [&](const FilterContext& context) {
      return TraceFilter({s_.query, s_.as_user.schema, context, *mine_, s_.words}, row);
    };
    const auto before = trace(then_);
    const auto after = trace(s_.as_user.context);
    const FilterPart* part = before && after ? Turned(*before, *after) : nullptr;
    if (part == nullptr) return "a date window passed it";
    return part->field + " is " + part->actual + ": “" + part->wording + "” " +
           (part->outcome == GateOutcome::kPassed ? "holds now" : "no longer holds") +
           (part->meaning.empty() ? "" : " (" + part->meaning + ")");
  }
  static const FilterPart* Turned(const FilterPart& before, const FilterPart& after) {
    if (after.kind == FilterPart::Kind::kCondition && before.outcome != after.outcome) {
      return &after;
    }
    for (std::size_t i = 0; i < std::min(before.parts.size(), after.parts.size()); ++i) {
      if (const FilterPart* found = Turned(before.parts[i], after.parts[i])) return found;
    }
    return nullptr;
  }

  // The first linked record that changed since the base, in words; empty: none of them did.
  [[nodiscard]] std::string ChangedLinked(std::size_t row) const {
    std::string found;
    const auto visit = [&](const EntitySchema& entity, std::size_t linked) {
      const auto mark = s_.base.linked.find(entity.name);
      const auto water = mark == s_.base.linked.end() ? std::nullopt : ParseHighWater(mark->second);
      if (!water || !Later(*mine_, entity, linked, *water).value_or(false)) return false;
      const std::string name = mine_->NameOf(entity.name, linked);
      found = "the linked " + EntityLabel(entity.name, &s_.as_user.schema) + " " +
              (name.empty() ? mine_->IdOf(entity.name, linked) : name);
      return true;
    };
    if (!VisitGroup(s_.query.filter, s_.entity, {row}, visit)) {
      for (const Link& link : s_.query.links) {
        if (VisitLink(link, s_.entity, {row}, visit)) break;
      }
    }
    return found;
  }

  using Visit = std::function<bool(const EntitySchema& entity, std::size_t row)>;
  [[nodiscard]] bool VisitGroup(const Group& group, const EntitySchema& entity, const RowList& rows,
                                const Visit& visit) const {
    return std::any_of(group.nodes.begin(), group.nodes.end(), [&](const Node& node) {
      if (const auto* inner = std::get_if<Group>(&node.item)) {
        return VisitGroup(*inner, entity, rows, visit);
      }
      const auto* link = std::get_if<Link>(&node.item);
      return link && VisitLink(*link, entity, rows, visit);
    });
  }
  [[nodiscard]] bool VisitLink(const Link& link, const EntitySchema& entity, const RowList& rows,
                               const Visit& visit) const {
    const Schema& schema = s_.as_user.schema;
    const EntitySchema* linked = schema.Find(link.entity);
    const FieldSchema* to = entity.Find(link.to);
    const FieldSchema* from = linked ? linked->Find(link.from) : nullptr;
    const RowBatch* batch = mine_->Rows(link.entity);
    if (!to || !from || !batch) return false;
    std::set<std::string> keys;
    for (const std::size_t row : rows) {
      const Cell cell = mine_->At(entity.name, row, link.to);
      if (!IsNull(cell)) keys.insert(KeyOf(KindOf(schema, *to), cell));
    }
    RowList found;
    for (std::size_t i = 0; i < batch->rows(); ++i) {
      const Cell cell = mine_->At(link.entity, i, link.from);
      if (!IsNull(cell) && keys.contains(KeyOf(KindOf(schema, *from), cell))) found.push_back(i);
    }
    for (const std::size_t row : found) {
      if (visit(*linked, row)) return true;
    }
    if (VisitGroup(link.filter, *linked, found, visit)) return true;
    return std::any_of(link.links.begin(), link.links.end(),
                       [&](const Link& inner) { return VisitLink(inner, *linked, found, visit); });
  }

  const DriftSubject& s_;
  FilterContext then_;
  HighWater mark_ = {};
  std::optional<RowsAround> mine_ = {};    // As the user reads them, with all that is linked.
  std::optional<RowsAround> theirs_ = {};  // What only the signed-in user reads.
  std::set<std::size_t> now_matching_ = {};
  std::set<std::size_t> then_matching_ = {};
};

}  // namespace

Result<std::int64_t> FindCauses(const DriftSubject& subject, std::vector<DriftRecord>& records) {
  return Finder(subject).Find(records);
}

}  // namespace satchel
