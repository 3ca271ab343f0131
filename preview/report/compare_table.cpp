#include <algorithm>
#include <array>

#include "policy/support/text.h"
#include "policy/support/units.h"
#include "preview/report/compare_report.h"
#include "preview/report/finding_groups.h"
#include "preview/report/text_table.h"

namespace satchel {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string Who(const Comparison& comparison) {
  return comparison.as_name.empty() ? comparison.as_id : comparison.as_name;
}

std::string Side(const std::optional<EntityPreview>& side) {
  if (!side) return "–";
  return side->mode == DeviceMode::kOnline ? "online" : HumanCount(side->records);
}

bool SameMode(const EntityComparison& entity) {
  return entity.before.has_value() == entity.after.has_value() &&
         (!entity.before || entity.before->mode == entity.after->mode);
}

// Nothing about it differs on the device.
bool Alike(const EntityComparison& entity) {
  return !entity.different() && entity.bytes_difference() == 0 && SameMode(entity);
}

std::string FieldChanges(const EntityComparison& entity) {
  std::vector<std::string> parts;
  for (const std::string& field : entity.fields_added) parts.push_back("+" + entity.LabelOf(field));
  for (const std::string& field : entity.fields_removed)
    parts.push_back("−" + entity.LabelOf(field));
  return Join(parts, ", ");
}

// A long change, such as a filter's, on three lines: what, from, to.
std::string InLines(const Change& change) {
  constexpr std::size_t kLong = 100;
  const std::string line = ChangeLine(change);
  const std::string from = " from “" + change.before + "”";
  const std::size_t at = line.find(from);
  if (line.size() <= kLong || at == std::string::npos) return line;
  return line.substr(0, at) + "\n      from  " + change.before + "\n      to    " + change.after;
}

std::string WhatChanged(const std::vector<Change>& changes) {
  if (changes.empty()) return "The policies say the same.\n";
  std::string text = Counted(changes.size(), "change", "changes") + " between the policies";
  text += IsStructural(changes)
              ? ", structural: the next sync of every device will be a foreground one\n"
              : ", none of them structural\n";
  for (const Change& change : changes) text += "  " + InLines(change) + "\n";
  return text;
}

std::string Lists(const std::vector<RecordList>& lists) {
  std::string text;
  for (const RecordList& list : lists) {
    if (list.first.empty()) continue;
    text += "\n" + list.entity + ", " + HumanCount(list.count) + " " +
            std::string(Name(list.change)) + "\n";
    for (const ComparedRecord& record : list.first) {
      text += "  " + record.id + (record.name.empty() ? "" : "  " + Shown(record.name)) + "\n";
    }
    const std::int64_t more = list.count - static_cast<std::int64_t>(list.first.size());
    if (more > 0) text += "  … and " + HumanCount(more) + " more\n";
  }
  return text;
}

std::string ReadOnce(const Comparison& comparison) {
  const auto once = std::count_if(comparison.entities.begin(), comparison.entities.end(),
                                  [](const EntityComparison& each) { return each.read_once; });
  if (once == 0) return "";
  return Counted(static_cast<std::size_t>(once), "entity is", "entities are") +
         " read alike by both policies and " + (once == 1 ? "was" : "were") +
         " read once, for both.\n";
}

// Entities that are alike, as the one row they make.
struct Rest {
  std::int64_t entities = 0;
  std::int64_t records = 0;
};

std::string One(const ComparedUser& user) {
  const Comparison& comparison = user.comparison;
  Rows rows = {{"Entity", "Before", "After", "Added", "Removed", "Kept", "Size", "Fields"}};
  Rest rest;
  for (const EntityComparison& entity : comparison.entities) {
    if (Alike(entity)) {
      ++rest.entities;
      rest.records += entity.after ? entity.after->records : 0;
      continue;
    }
    rows.push_back({entity.name, Side(entity.before), Side(entity.after), SignedCount(entity.added),
                    SignedCount(-entity.removed), HumanCount(entity.kept),
                    SignedSize(entity.bytes_difference()), FieldChanges(entity)});
  }
  if (rest.entities > 0) {
    const std::string records = HumanCount(rest.records);
    rows.push_back({Counted(static_cast<std::size_t>(rest.entities), "entity", "entities") +
                        " without a difference",
                    records, records, "", "", records, "", ""});
  }
  rows.push_back(
      {"Total", HumanCount(comparison.before.records), HumanCount(comparison.after.records),
       SignedCount(comparison.added), SignedCount(-comparison.removed), HumanCount(comparison.kept),
       SignedSize(comparison.after.bytes_on_device - comparison.before.bytes_on_device), ""});
  const std::vector<Align> columns = {Align::kLeft,  Align::kRight, Align::kRight, Align::kRight,
                                      Align::kRight, Align::kRight, Align::kRight, Align::kLeft};
  return "\nOn the device of " + Who(comparison) + ", " + ToString(comparison.now) +
         (comparison.exact ? ", exact" : ", not exact") + "\n" + TextTable(columns, rows) +
         ReadOnce(comparison) + FindingLines(comparison.findings) + Lists(user.lists);
}

std::string Cell(const EntityComparison& entity) {
  std::string text = SignedCount(entity.added);
  if (entity.removed > 0) text += (text.empty() ? "" : " ") + SignedCount(-entity.removed);
  return text.empty() ? "=" : text;
}

std::string SideBySide(const std::vector<ComparedUser>& users) {
  const Comparison& first = users.front().comparison;
  Rows rows = {{"Added and removed"}};
  for (const ComparedUser& user : users) rows[0].push_back(Who(user.comparison));
  std::size_t alike = 0;
  for (std::size_t i = 0; i < first.entities.size(); ++i) {
    if (std::all_of(users.begin(), users.end(),
                    [&](const ComparedUser& user) { return Alike(user.comparison.entities[i]); })) {
      ++alike;
      continue;
    }
    std::vector<std::string> row = {first.entities[i].name};
    for (const ComparedUser& user : users) row.push_back(Cell(user.comparison.entities[i]));
    rows.push_back(std::move(row));
  }
  if (alike > 0) {
    std::vector<std::string> row = {Counted(alike, "entity", "entities") + " without a difference"};
    row.resize(users.size() + 1, "=");
    rows.push_back(std::move(row));
  }
  const auto total = [&](const std::string& name, const auto& of) {
    std::vector<std::string> row = {name};
    for (const ComparedUser& user : users) row.push_back(of(user.comparison));
    rows.push_back(std::move(row));
  };
  total("Records before", [](const Comparison& c) { return HumanCount(c.before.records); });
  total("Records after", [](const Comparison& c) { return HumanCount(c.after.records); });
  total("Size before", [](const Comparison& c) { return HumanSize(c.before.bytes_on_device); });
  total("Size after", [](const Comparison& c) { return HumanSize(c.after.bytes_on_device); });
  total("Exact", [](const Comparison& c) { return std::string(c.exact ? "yes" : "no"); });
  std::string text = "\nOn the devices of " + Counted(users.size(), "user", "users") + ", " +
                     ToString(first.now) + "\n" + TextTable({Align::kLeft}, rows) + ReadOnce(first);
  for (const ComparedUser& user : users) {
    const std::string more = FindingLines(user.comparison.findings) + Lists(user.lists);
    if (!more.empty()) text += "\n" + Who(user.comparison) + ":\n" + more;
  }
  return text;
}

}  // namespace

Result<std::vector<RecordList>> ListRecords(const Comparison& comparison, std::int64_t most) {
  std::vector<RecordList> lists;
  if (most <= 0) return lists;
  auto records = OpenComparedRecords(comparison);
  if (!records) return Fail(records.error());
  for (const EntityComparison& entity : comparison.entities) {
    for (const auto& [change, count] : {std::pair(RecordChange::kAdded, entity.added),
                                        std::pair(RecordChange::kRemoved, entity.removed)}) {
      if (count == 0) continue;
      auto first = (*records)->Rows(entity.name, change, 0, most);
      if (!first) return Fail(first.error());
      lists.push_back({entity.name, change, count, *std::move(first)});
    }
  }
  return lists;
}

std::string ChangeLine(const Change& change) {
  constexpr std::array<const char*, 4> kSigns = {"+", "-", "~", ">"};
  return std::string(kSigns[static_cast<std::size_t>(change.kind)]) + " " + change.sentence +
         (change.structural ? "  [structural]" : "");
}

std::string CompareTable(const std::vector<ComparedUser>& users) {
  if (users.empty()) return {};
  return WhatChanged(users.front().comparison.changes) +
         (users.size() == 1 ? One(users.front()) : SideBySide(users));
}

}  // namespace satchel
