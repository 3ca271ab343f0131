#include "engine/store/sync_cursor.h"

#include "policy/support/text.h"

namespace satchel {

namespace {

// "account=v:12\ncontact=v:7"; names have neither '=' nor line ends.
std::string Print(const std::map<std::string, std::string>& marks) {
  std::string text;
  for (const auto& [entity, mark] : marks) {
    text += (text.empty() ? "" : "\n") + entity + "=" + mark;
  }
  return text;
}

std::map<std::string, std::string> ParseMarks(std::string_view text) {
  std::map<std::string, std::string> marks;
  if (text.empty()) return marks;
  for (const std::string_view line : Split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    marks.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return marks;
}

}  // namespace

Result<std::optional<SyncCursor>> ReadSyncCursor(Database& database, const std::string& entity) {
  auto get = database.Prepare(
      "SELECT identity,mark,delta,untracked,swept,syncs,frozen,rights,linked,interrupted "
      "FROM \"@cursor\" WHERE entity=?1");
  if (!get) return Fail(get.error());
  get->Bind(1, std::string_view(entity));
  const auto row = get->Step();
  if (!row) return Fail(row.error());
  if (!*row) return std::nullopt;
  return SyncCursor{.entity = entity,
                    .identity = std::string(get->Text(0)),
                    .mark = std::string(get->Text(1)),
                    .delta = std::string(get->Text(2)),
                    .untracked = get->Integer(3) != 0,
                    .swept = {get->Integer(4)},
                    .syncs = get->Integer(5),
                    .frozen = std::string(get->Text(6)),
                    .rights = std::string(get->Text(7)),
                    .linked = ParseMarks(get->Text(8)),
                    .interrupted = static_cast<int>(get->Integer(9))};
}

Result<> WriteSyncCursor(Database& database, const SyncCursor& cursor) {
  auto put = database.Prepare(
      "INSERT OR REPLACE INTO \"@cursor\" VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
  if (!put) return Fail(put.error());
  const std::string linked = Print(cursor.linked);
  put->Bind(1, std::string_view(cursor.entity));
  put->Bind(2, std::string_view(cursor.identity));
  put->Bind(3, std::string_view(cursor.mark));
  put->Bind(4, std::string_view(cursor.delta));
  put->Bind(5, std::int64_t{cursor.untracked});
  put->Bind(6, cursor.swept.ticks);
  put->Bind(7, cursor.syncs);
  put->Bind(8, std::string_view(cursor.frozen));
  put->Bind(9, std::string_view(cursor.rights));
  put->Bind(10, std::string_view(linked));
  put->Bind(11, std::int64_t{cursor.interrupted});
  return put->Run();
}

Result<> DropSyncCursor(Database& database, const std::string& entity) {
  auto drop = database.Prepare("DELETE FROM \"@cursor\" WHERE entity=?1");
  if (!drop) return Fail(drop.error());
  drop->Bind(1, std::string_view(entity));
  return drop->Run();
}

}  // namespace satchel
