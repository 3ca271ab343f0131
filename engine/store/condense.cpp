#include "engine/store/condense.h"

#include <algorithm>

#include "engine/record/mutant.h"

namespace satchel {

namespace {

constexpr std::string_view kTypeSuffix = "@type";

auto Place(const std::vector<FieldChange>& changes, std::string_view field) {
  return std::lower_bound(changes.begin(), changes.end(), field,
                          [](const FieldChange& c, std::string_view f) { return c.field < f; });
}

// The lookup that a change belongs to: its own field, or that of a TypeColumn.
std::string_view UnitOf(std::string_view field) {
  if (field.ends_with(kTypeSuffix)) field.remove_suffix(kTypeSuffix.size());
  return field;
}

bool Unchanged(const FieldChange* change) {
  return !change || change->mine == change->base;
}

}  // namespace

const FieldChange* FindChange(const OutboxEntry& entry, std::string_view field) {
  const auto at = Place(entry.changes, field);
  return at != entry.changes.end() && at->field == field ? &*at : nullptr;
}

FieldChange* FindChange(OutboxEntry& entry, std::string_view field) {
  const auto at = Place(entry.changes, field) - entry.changes.cbegin();
  const auto found = entry.changes.begin() + at;
  return found != entry.changes.end() && found->field == field ? &*found : nullptr;
}

FieldChange& ChangeOf(OutboxEntry& entry, std::string_view field) {
  if (FieldChange* found = FindChange(entry, field)) return *found;
  return *entry.changes.insert(Place(entry.changes, field), {.field = std::string(field)});
}

bool DropUnchanged(OutboxEntry& entry) {
  std::vector<FieldChange> kept;
  for (const FieldChange& change : entry.changes) {
    const std::string_view unit = UnitOf(change.field);
    const bool same =
        Unchanged(FindChange(entry, unit)) && Unchanged(FindChange(entry, TypeColumn(unit)));
    if (!same) kept.push_back(change);
  }
  entry.changes = std::move(kept);
  return entry.kind != ChangeKind::kUpdate || !entry.changes.empty();
}

std::optional<OutboxEntry> Condense(OutboxEntry earlier, const OutboxEntry& later) {
  const bool fresh = earlier.kind == ChangeKind::kCreate || earlier.kind == ChangeKind::kAssociate;
  switch (later.kind) {
    case ChangeKind::kUpdate:
      for (const FieldChange& change : later.changes) {
        const bool known = FindChange(earlier, change.field) != nullptr;
        FieldChange& into = ChangeOf(earlier, change.field);
        into.mine = change.mine;
        if (known || fresh) continue;
        into.base = change.base;
        into.before = change.before;
        // Of what was not edited before, the row shows what the server has: that is decided
        // against.
        const bool met = earlier.state == EntryState::kConflict && !earlier.theirs_gone;
        if (met && !Planted(Mutant::kB55TheirsUnseen)) into.theirs = change.base;
      }
      if (!DropUnchanged(earlier)) return std::nullopt;
      return earlier;
    case ChangeKind::kDelete: {
      if (earlier.kind == ChangeKind::kCreate && MayBeThere(earlier)) {
        earlier.kind = ChangeKind::kDelete;
        earlier.version.clear();
        earlier.attempts = 0;
        earlier.changes = later.changes;
        return earlier;
      }
      if (fresh) return std::nullopt;
      std::vector<FieldChange> row = later.changes;
      std::swap(row, earlier.changes);
      for (const FieldChange& change : row) {  // What the earlier change would have overwritten.
        FieldChange& whole = ChangeOf(earlier, change.field);
        whole.base = change.base;
        whole.before = change.before;
      }
      if (earlier.state == EntryState::kConflict) {
        for (FieldChange& change : earlier.changes) change.theirs = change.base;
      }
      earlier.kind = ChangeKind::kDelete;
      return earlier;
    }
    case ChangeKind::kAssociate:
    case ChangeKind::kDisassociate:
    case ChangeKind::kCreate:
      break;  // The other way round of what is pending.
  }
  return std::nullopt;
}

std::vector<FieldChange> WholeRow(const std::vector<FieldValue>& row) {
  std::vector<FieldChange> changes;
  changes.reserve(row.size());
  for (const FieldValue& value : row)
    changes.push_back({.field = value.field, .base = value.value, .before = value.value});
  std::sort(changes.begin(), changes.end(),
            [](const FieldChange& a, const FieldChange& b) { return a.field < b.field; });
  return changes;
}

std::vector<FieldValue> BasesOf(const OutboxEntry& entry) {
  std::vector<FieldValue> row;
  row.reserve(entry.changes.size());
  for (const FieldChange& change : entry.changes) row.push_back({change.field, change.base});
  return row;
}

}  // namespace satchel
