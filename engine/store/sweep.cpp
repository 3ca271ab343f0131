#include "engine/store/sweep.h"

#include <charconv>
#include <optional>

namespace satchel {

namespace {

// The low bits of a version tell where an entry is from; the key sorter then keeps them together.
constexpr std::uint64_t kFromBits = 3;

std::uint64_t Mix(std::uint64_t hash) {
  hash ^= hash >> 32;
  hash *= 0x9e3779b97f4a7c15U;
  hash ^= hash >> 29;
  hash *= 0xbf58476d1ce4e5b9U;
  return hash ^ hash >> 32;
}

std::uint64_t HashOf(const Cell& cell) {
  if (cell.kind == Cell::Kind::kInteger) return Mix(static_cast<std::uint64_t>(cell.integer) + 1);
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : cell.view()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return Mix(hash);
}

// Puts the entries of one key together.
class KeyGroup {
 public:
  explicit KeyGroup(const std::function<Result<>(const Sweep::Found&)>& visit) : visit_(visit) {}

  Result<> Add(const Value& key, std::uint64_t tagged) {
    if (!found_ || found_->key != key) {
      if (auto done = End(); !done) return done;
      found_ = Sweep::Found{.key = key};
      torn_ = false;
    }
    const std::uint64_t version = tagged & ~kFromBits;
    switch (static_cast<Sweep::From>(tagged & kFromBits)) {
      case Sweep::From::kHere:
        found_->here = true;
        here_ = version;
        break;
      case Sweep::From::kServer:
        // An id that came twice, before and after a change: neither version can be relied on.
        torn_ = torn_ || (found_->server && found_->server_version != version);
        found_->server = true;
        found_->server_version = version;
        break;
      case Sweep::From::kSetAside:
        found_->set_aside = true;
        set_aside_ = version;
        break;
    }
    return {};
  }
  Result<> End() {
    if (!found_) return {};
    if (found_->server && !torn_) {
      found_->here_same = found_->here && here_ == found_->server_version;
      found_->set_aside_same = found_->set_aside && set_aside_ == found_->server_version;
    }
    auto visited = visit_(*found_);
    found_.reset();
    return visited;
  }

 private:
  const std::function<Result<>(const Sweep::Found&)>& visit_;
  std::optional<Sweep::Found> found_ = {};
  bool torn_ = false;
  std::uint64_t here_ = 0;
  std::uint64_t set_aside_ = 0;
};

}  // namespace

std::uint64_t VersionHash(const Cell& version) {
  if (version.null() || (version.kind == Cell::Kind::kText && version.size == 0)) return 0;
  if (version.kind != Cell::Kind::kInteger) return HashOf(version) & ~kFromBits;
  // A column of text keeps a number as its digits.
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, version.integer).ptr;
  return HashOf(Cell::Text({digits, static_cast<std::size_t>(end - digits)})) & ~kFromBits;
}

std::uint64_t KeyHash(const Cell& key) {
  return HashOf(key);
}

void SetHash::Add(std::uint64_t key_hash, std::uint64_t version_hash) {
  ++count;
  sum += Mix(key_hash ^ Mix(version_hash));
}

void SetHash::Remove(std::uint64_t key_hash, std::uint64_t version_hash) {
  --count;
  sum -= Mix(key_hash ^ Mix(version_hash));
}

Sweep::Sweep(Database& database, std::filesystem::path folder)
    : database_(database), sorter_(std::move(folder)) {}

Result<> Sweep::Add(From from, const Cell& key, std::uint64_t version) {
  const bool id = key.kind == Cell::Kind::kId && key.size == sizeof(Guid);
  const Cell::Kind kind = id || key.kind == Cell::Kind::kInteger ? key.kind : Cell::Kind::kText;
  if (kind_ == Cell::Kind::kNull) kind_ = kind;
  if (kind_ != kind) {
    return Fail(ErrorCode::kCorrupt,
                "the server sends ids of two kinds (report it to whoever runs "
                "the server)");
  }
  const auto tagged =
      static_cast<std::int64_t>((version & ~kFromBits) | static_cast<std::uint64_t>(from));
  if (kind != Cell::Kind::kText) return sorter_.Add(key, tagged);
  if (!put_) {
    auto made = database_.Execute(
        "DROP TABLE IF EXISTS temp.\"@sweep\";"
        "CREATE TEMP TABLE \"@sweep\"(key, tagged INTEGER NOT NULL)");
    if (!made) return made;
    auto put = database_.Prepare("INSERT INTO temp.\"@sweep\" VALUES(?1,?2)");
    if (!put) return Fail(put.error());
    put_ = std::make_unique<Statement>(std::move(*put));
  }
  put_->Bind(1, key);
  put_->Bind(2, tagged);
  return put_->Run();
}

Result<> Sweep::Visit(const std::function<Result<>(const Found&)>& visit) {
  if (kind_ == Cell::Kind::kText) return VisitText(visit);
  KeyGroup group(visit);
  const bool ids = kind_ == Cell::Kind::kId;
  auto merged = sorter_.Merge([&](const KeySorter::Entry& entry) {
    const auto tagged = static_cast<std::uint64_t>(entry.row);
    return ids ? group.Add(entry.id(), tagged) : group.Add(entry.integer(), tagged);
  });
  if (!merged) return merged;
  return group.End();
}

Result<> Sweep::VisitText(const std::function<Result<>(const Found&)>& visit) {
  auto rows = database_.Prepare("SELECT key,tagged FROM temp.\"@sweep\" ORDER BY key");
  if (!rows) return Fail(rows.error());
  KeyGroup group(visit);
  Result<bool> row = true;
  while ((row = rows->Step()) && *row) {
    auto added = group.Add(ToValue(rows->At(0)), static_cast<std::uint64_t>(rows->Integer(1)));
    if (!added) return added;
  }
  if (!row) return Fail(row.error());
  if (auto ended = group.End(); !ended) return ended;
  rows->Reset();
  put_.reset();
  kind_ = Cell::Kind::kNull;
  return database_.Execute("DROP TABLE temp.\"@sweep\"");
}

}  // namespace satchel
