#include "engine/store/merge_rows.h"

#include <algorithm>
#include <cstring>

#include "engine/record/mutant.h"
#include "engine/record/row_version.h"
#include "engine/store/overlay.h"
#include "engine/store/remove_rows.h"
#include "engine/store/tuning.h"

namespace satchel {

namespace {

bool Same(const Cell& a, const Cell& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Cell::Kind::kNull:
      return true;
    case Cell::Kind::kInteger:
      return a.integer == b.integer;
    case Cell::Kind::kReal:
      return a.real == b.real;
    default:
      return a.view() == b.view();
  }
}

}  // namespace

MergeRows::MergeRows(Database& database, const LocalTable& table, std::string incoming,
                     std::string gone, std::string asked)
    : database_(database),
      table_(table),
      incoming_("temp." + SqlName(incoming)),
      gone_("temp." + SqlName(gone)),
      asked_("temp." + SqlName(asked)),
      unpointed_(database) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) columns_ += ",";
    columns_ += SqlName(table.columns[i].name);
    if (table.columns[i].name == table.key) key_ = i;
    if (table.columns[i].name == kVersionColumn) version_ = i;
  }
}

Result<MergeCounts> MergeRows::Apply(std::stop_token stop) {
  for (auto step : {&MergeRows::Update, &MergeRows::Insert, &MergeRows::Remove}) {
    if (step == &MergeRows::Update) {
      if (auto matched = Match(); !matched) return Fail(matched.error());
    }
    if (auto done = (this->*step)(stop); !done) return Fail(done.error());
  }
  return counts_;
}

// In key order, so that the key table is read from left to right.
Result<> MergeRows::Match() {
  auto rows = database_.Prepare("SELECT x." + SqlName(kRowIdColumn) + ",k.row FROM " + incoming_ +
                                " x LEFT JOIN " + SqlName(KeyTableName(table_.entity, table_.key)) +
                                " k ON k.key=x." + SqlName(table_.key) + " ORDER BY x." +
                                SqlName(table_.key));
  if (!rows) return Fail(rows.error());
  Result<bool> row = true;
  while ((row = rows->Step()) && *row) {
    if (rows->IsNull(1)) {
      fresh_.push_back(rows->Integer(0));
    } else {
      pairs_.emplace_back(rows->Integer(1), rows->Integer(0));
    }
  }
  if (!row) return Fail(row.error());
  std::sort(pairs_.begin(), pairs_.end());  // The table is written from left to right too.
  return {};
}

Result<> MergeRows::Update(std::stop_token stop) {
  const std::string where = " WHERE " + SqlName(kRowIdColumn) + "=?1";
  auto ours = database_.Prepare("SELECT " + columns_ + " FROM " + SqlName(table_.entity) + where);
  if (!ours) return Fail(ours.error());
  auto theirs = database_.Prepare("SELECT " + columns_ + " FROM " + incoming_ + where);
  if (!theirs) return Fail(theirs.error());
  std::vector<bool> differs(table_.columns.size());
  std::size_t seen = 0;
  for (const auto& [row, number] : pairs_) {
    if (++seen % kRowsBetweenStopChecks == 0 && stop.stop_requested()) return Fail(Cancelled());
    ours->Reset();
    ours->Bind(1, row);
    theirs->Reset();
    theirs->Bind(1, number);
    for (Statement* statement : {&*ours, &*theirs}) {
      const auto there = statement->Step();
      if (!there) return Fail(there.error());
      if (!*there) {
        return Fail(ErrorCode::kCorrupt, table_.entity +
                                             ": a key table of the local database names a row that "
                                             "is not there (synchronise in full)");
      }
    }
    const auto at = static_cast<int>(version_);
    if (IsOlder(theirs->Text(at), ours->Text(at))) {
      if (auto ignored = Ignore(number, *theirs, *ours); !ignored) return ignored;
      continue;
    }
    bool any = false;
    for (std::size_t i = 0; i < differs.size(); ++i) {
      const Cell old = ours->At(static_cast<int>(i));
      differs[i] = !Same(old, theirs->At(static_cast<int>(i)));
      any = any || differs[i];
      if (!differs[i] || i == key_ || old.kind != Cell::Kind::kId) continue;
      if (auto noted = unpointed_.Add(old); !noted) return noted;
    }
    ours->Reset();  // Or the row could not be written.
    if (!any) continue;
    ++counts_.updated;
    if (auto written = Write(row, differs, *theirs); !written) return written;
  }
  return {};
}

// Only what differs is written: the key tables of the other fields are left in peace.
Result<> MergeRows::Write(std::int64_t row, const std::vector<bool>& differs,
                          const Statement& theirs) {
  auto update = updates_.find(differs);
  if (update == updates_.end()) {
    std::string sql = "UPDATE " + SqlName(table_.entity) + " SET ";
    int parameter = 1;
    for (std::size_t i = 0; i < differs.size(); ++i) {
      if (!differs[i]) continue;
      if (parameter > 1) sql += ",";
      sql += SqlName(table_.columns[i].name) + "=?" + std::to_string(++parameter);
    }
    auto prepared = database_.Prepare(sql + " WHERE " + SqlName(kRowIdColumn) + "=?1");
    if (!prepared) return Fail(prepared.error());
    if (updates_.size() >= kUpdateStatements) updates_.clear();
    update = updates_.emplace(differs, std::move(*prepared)).first;
  }
  Statement& statement = update->second;
  statement.Bind(1, row);
  int parameter = 1;
  for (std::size_t i = 0; i < differs.size(); ++i) {
    if (differs[i]) statement.Bind(++parameter, theirs.At(static_cast<int>(i)));
  }
  return statement.Run();
}

Result<> MergeRows::Ignore(std::int64_t number, const Statement& theirs, const Statement& ours) {
  const auto version = static_cast<int>(version_);
  KeptVersion kept = {.key = ToValue(theirs.At(static_cast<int>(key_))),
                      .incoming = ToValue(theirs.At(version)),
                      .here = ToValue(ours.At(version))};
  auto asked = database_.Prepare("SELECT 1 FROM " + asked_ + " WHERE key=?1");
  if (!asked) return Fail(asked.error());
  asked->Bind(1, ToCell(kept.key));
  const auto found = asked->Step();
  if (!found) return Fail(found.error());
  kept.asked = *found;
  auto drop =
      database_.Prepare("DELETE FROM " + incoming_ + " WHERE " + SqlName(kRowIdColumn) + "=?1");
  if (!drop) return Fail(drop.error());
  drop->Bind(1, number);
  if (auto done = drop->Run(); !done) return done;
  auto stay = database_.Prepare("DELETE FROM " + gone_ + " WHERE key=?1");
  if (!stay) return Fail(stay.error());
  stay->Bind(1, ToCell(kept.key));
  if (auto done = stay->Run(); !done) return done;
  ignored_.push_back(std::move(kept));
  return {};
}

Result<> MergeRows::Insert(std::stop_token stop) {
  if (fresh_.empty()) return {};
  auto insert = database_.Prepare("INSERT INTO " + SqlName(table_.entity) + "(" + columns_ +
                                  ") SELECT " + columns_ + " FROM " + incoming_ + " WHERE " +
                                  SqlName(kRowIdColumn) + "=?1");
  if (!insert) return Fail(insert.error());
  if (Planted(Mutant::kB32RowSkipped) && fresh_.size() > 2) fresh_.pop_back();
  for (const std::int64_t number : fresh_) {
    insert->Bind(1, number);
    if (auto done = insert->Run(); !done) return done;
    ++counts_.added;
    if (static_cast<std::size_t>(counts_.added) % kRowsBetweenStopChecks == 0 &&
        stop.stop_requested()) {
      return Fail(Cancelled());
    }
  }
  return {};
}

Result<> MergeRows::Remove(std::stop_token stop) {
  const std::string from = " FROM " + gone_ + " g CROSS JOIN " +
                           SqlName(KeyTableName(table_.entity, table_.key)) +
                           " k ON k.key=g.key WHERE NOT EXISTS(SELECT 1 FROM " + incoming_ +
                           " x WHERE x." + SqlName(table_.key) + "=g.key) AND g.key ";
  std::string pinned = "IN (" + std::string(kPinnedIdsSql) + ")";
  if (Planted(Mutant::kB17SweepTakesPending)) pinned = "IN ('')";
  auto rows = database_.Prepare("SELECT k.row" + from + "NOT " + pinned);
  if (!rows) return Fail(rows.error());
  rows->Bind(1, std::string_view(table_.entity));
  std::vector<std::int64_t> leaving;
  Result<bool> row = true;
  while ((row = rows->Step()) && *row) leaving.push_back(rows->Integer(0));
  if (!row) return Fail(row.error());
  rows->Reset();
  auto pending = database_.Prepare("SELECT count(*)" + from + pinned);
  if (!pending) return Fail(pending.error());
  pending->Bind(1, std::string_view(table_.entity));
  if (const auto counted = pending->Step(); !counted) return Fail(counted.error());
  counts_.pending = pending->Integer(0);
  pending->Reset();

  std::sort(leaving.begin(), leaving.end());
  counts_.removed = static_cast<std::int64_t>(leaving.size());
  return RemoveRows(database_, table_, leaving, unpointed_, stop);
}

}  // namespace satchel
