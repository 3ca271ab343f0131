#include "engine/store/lay_over.h"

#include <algorithm>
#include <utility>

#include "engine/store/condense.h"

namespace satchel {

namespace {

class Layer {
 public:
  Layer(Database& database, LocalRows& rows) : database_(database), rows_(rows) {}

  Result<> Lay(OutboxEntry& entry) {
    switch (entry.kind) {
      case ChangeKind::kCreate:
      case ChangeKind::kUpdate:
        return LayValues(entry);
      case ChangeKind::kDelete:
        return LayDelete(entry);
      case ChangeKind::kAssociate:
        return LayLink(entry);
      case ChangeKind::kDisassociate:
        return LayUnlink(entry);
    }
    return {};
  }

 private:
  Result<> LayValues(OutboxEntry& entry) {
    auto row = rows_.Find(entry.id);
    if (!row) return Fail(row.error());
    std::vector<FieldValue> mine;
    if (!*row) {
      if (entry.kind != ChangeKind::kCreate) return {};  // Nothing to lay it over.
      for (const FieldChange& change : entry.changes) mine.push_back({change.field, change.mine});
      mine.push_back({rows_.table().key, entry.id});
      return rows_.Insert(mine);
    }
    for (FieldChange& change : entry.changes) {
      mine.push_back({change.field, change.mine});
      const Value* now = (*row)->Find(change.field);
      if (!now) continue;
      // A record that is being created has no earlier values, even when the server has it by now.
      if (entry.kind == ChangeKind::kUpdate) change.base = *now;
      if (entry.state == EntryState::kConflict) change.theirs = *now;
    }
    if (entry.state == EntryState::kConflict) Meet(entry, **row);
    if (auto put = PutServerSide(database_, entry); !put) return put;
    return rows_.Update((*row)->row, mine);
  }

  Result<> LayDelete(OutboxEntry& entry) {
    auto row = rows_.Find(entry.id);
    if (!row) return Fail(row.error());
    if (!*row) return {};
    std::vector<FieldChange> now = WholeRow((*row)->values);
    for (FieldChange& change : now) {
      const FieldChange* seen = FindChange(std::as_const(entry), change.field);
      if (seen) change.before = seen->before;
    }
    entry.changes = std::move(now);
    if (entry.state == EntryState::kConflict) {
      for (FieldChange& change : entry.changes) change.theirs = change.base;
      Meet(entry, **row);
    }
    if (auto put = PutServerSide(database_, entry); !put) return put;
    return rows_.Remove((*row)->row);
  }

  static void Meet(OutboxEntry& entry, const LocalRow& theirs) {
    entry.their_version = theirs.version();
    if (entry.theirs_gone) entry.message = kChangedThere;  // Somebody made it again.
    entry.theirs_gone = false;
  }

  static std::vector<FieldValue> Ends(const OutboxEntry& entry) {
    std::vector<FieldValue> ends;
    for (const FieldChange& change : entry.changes) {
      if (!std::holds_alternative<std::monostate>(change.mine)) {
        ends.push_back({change.field, change.mine});
      }
    }
    return ends;
  }

  // The server may have the pair under an id of its own.
  Result<> LayLink(const OutboxEntry& entry) {
    std::vector<FieldValue> ends = Ends(entry);
    const auto there = rows_.FindWhere(ends);
    if (!there) return Fail(there.error());
    if (there->size() > 1) {
      for (const LocalRow& row : *there) {
        if (*row.Find(rows_.table().key) == entry.id) return rows_.Remove(row.row);
      }
    }
    if (!there->empty()) return {};
    ends.push_back({rows_.table().key, entry.id});
    return rows_.Insert(ends);
  }

  Result<> LayUnlink(OutboxEntry& entry) {
    const std::vector<FieldValue> ends = Ends(entry);
    const auto there = rows_.FindWhere(ends);
    if (!there) return Fail(there.error());
    for (const LocalRow& row : *there) {
      entry.changes = WholeRow(row.values);
      for (const FieldValue& end : ends) ChangeOf(entry, end.field).mine = end.value;
      if (auto gone = rows_.Remove(row.row); !gone) return gone;
    }
    return there->empty() ? Result<>() : PutServerSide(database_, entry);
  }

  Database& database_;
  LocalRows& rows_;
};

}  // namespace

Result<> LayOverRecord(Database& database, LocalRows& rows, std::vector<OutboxEntry> entries) {
  Layer layer(database, rows);
  for (OutboxEntry& entry : entries) {
    if (auto laid = layer.Lay(entry); !laid) return laid;
  }
  return {};
}

}  // namespace satchel
