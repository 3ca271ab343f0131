// What the parts of the generator share: the clock, the staff, the version counter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/sandbox/company/draw.h"
#include "app/sandbox/company/generate.h"
#include "app/sandbox/company/metadata.h"
#include "app/sandbox/company/row_writer.h"

namespace satchel::sandbox {

struct Owner {
  Guid id = {};
  std::string_view kind = "systemuser";  // Or "team".
  Guid unit = {};
};

// Often enough for a bar that moves, seldom enough to cost nothing.
inline constexpr std::int64_t kRowsPerReport = 20'000;

struct World {
  Database& database;
  const Metadata& metadata;
  CompanyOptions options = {};
  GenerateProgress progress = {};
  std::string_view doing = {};  // The part at work, for progress.
  std::int64_t version = 0;
  std::int64_t rows = 0;
  std::int64_t expected = 0;

  std::vector<Owner> owners = {};  // Everyone who may own rows: enabled users, then owner teams.
  std::vector<Owner> technicians = {};  // Those whom work is given to.
  Guid administrator = {};
  Guid currency = {};

  // How many of each there are.
  [[nodiscard]] std::int64_t accounts() const { return options.accounts; }
  [[nodiscard]] std::int64_t contacts() const { return options.accounts * 2; }
  [[nodiscard]] std::int64_t incidents() const { return options.accounts; }
  [[nodiscard]] std::int64_t work_orders() const { return options.accounts; }
  [[nodiscard]] std::int64_t opportunities() const { return options.accounts; }
  [[nodiscard]] std::int64_t products() const { return options.accounts / 20 + 40; }

  // The n-th row's id, without having drawn the rows before it.
  [[nodiscard]] Guid Id(std::string_view table, std::int64_t n) const {
    return Draw(options.seed, std::string("id ") + std::string(table),
                static_cast<std::uint64_t>(n))
        .Id();
  }
  [[nodiscard]] Draw Row(std::string_view table, std::int64_t n) const {
    return Draw(options.seed, table, static_cast<std::uint64_t>(n));
  }
  [[nodiscard]] Result<RowWriter> Open(std::string_view table) const {
    return RowWriter::Open(database, *metadata.Find(table));
  }
  // A few people own much, many own little.
  [[nodiscard]] const Owner& PickOwner(Draw& draw, const std::vector<Owner>& from) const {
    return from[static_cast<std::size_t>(draw.Skewed(static_cast<std::int64_t>(from.size())))];
  }

  // `seconds` before now (after it when negative), to the second as servers keep it.
  [[nodiscard]] Instant Ago(std::int64_t seconds) const {
    const std::int64_t now = options.now.ticks / kTicksPerSecond;
    return {(now - seconds) * kTicksPerSecond};
  }
  [[nodiscard]] Day DaysAgo(std::int64_t days) const {
    return {options.now.ticks / kTicksPerSecond / kSecondsPerDay - days};
  }

  void SetOwner(RowWriter& row, const Owner& owner) const {
    row.Set("ownerid", owner.id, owner.kind);
    row.Set("owningbusinessunit", owner.unit);
  }
  // Created within `days`; modified since, more often lately.
  void Stamp(RowWriter& row, Draw& draw, const Guid& by, std::int64_t days) const {
    const std::int64_t created = draw.Below(days * kSecondsPerDay);
    row.Set("createdon", Ago(created));
    row.Set("createdby", by);
    row.Set("modifiedon", Ago(draw.Percent(30) ? created : draw.Skewed(created + 1)));
    row.Set("modifiedby", by);
  }
  [[nodiscard]] Result<> Write(RowWriter& row) {
    if (++rows % kRowsPerReport == 0 && progress) progress(doing, rows, expected);
    return row.Write(++version);
  }
};

// Organisation, business units, roles with their privileges, teams, users, settings.
[[nodiscard]] Result<> WriteStaff(World& world);
// Products, price lists and their items.
[[nodiscard]] Result<> WriteCatalogue(World& world);
[[nodiscard]] Result<> WriteCustomers(World& world);
[[nodiscard]] Result<> WriteWork(World& world);
// Tasks, phone calls, notes, marketing lists, shares.
[[nodiscard]] Result<> WriteActivities(World& world);
[[nodiscard]] Result<> WriteViews(World& world);

}  // namespace satchel::sandbox
