#include "engine/store/key_sorter.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engine/store/tuning.h"
#include "policy/support/disk_error.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

std::uint64_t BigEndian(const std::uint8_t* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

Result<int> OpenUnnamed(const std::filesystem::path& folder) {
  std::string name = (folder / ".satchel-keys-XXXXXX").string();
  const int file = mkostemp(name.data(), O_CLOEXEC);  // Mode 0600.
  if (file < 0) {
    return Fail(ErrorCode::kIo, "temporary file in " + Quoted(folder.string(), 200) +
                                    " cannot be made: " + DiskTrouble(errno));
  }
  unlink(name.c_str());
  return file;
}

// Reads one run piece by piece.
class RunReader {
 public:
  RunReader(int file, std::int64_t offset, std::size_t size)
      : file_(file), offset_(offset), left_(size) {}

  [[nodiscard]] bool done() const { return at_ == piece_.size() && left_ == 0; }
  [[nodiscard]] const KeySorter::Entry& top() const { return piece_[at_]; }
  // Makes top() valid unless done().
  [[nodiscard]] Result<> Fill() {
    if (at_ < piece_.size() || left_ == 0) return {};
    piece_.resize(std::min(left_, kKeysPerRead));
    const std::size_t bytes = piece_.size() * sizeof(KeySorter::Entry);
    auto* into = reinterpret_cast<char*>(piece_.data());
    for (std::size_t got = 0; got < bytes;) {
      const ssize_t count =
          pread(file_, into + got, bytes - got, offset_ + static_cast<std::int64_t>(got));
      if (count <= 0) {
        if (count < 0 && errno == EINTR) continue;
        return Fail(ErrorCode::kIo, "temporary file: the disk could not be read (check the disk)");
      }
      got += static_cast<std::size_t>(count);
    }
    offset_ += static_cast<std::int64_t>(bytes);
    left_ -= piece_.size();
    at_ = 0;
    return {};
  }
  [[nodiscard]] Result<> Next() {
    ++at_;
    return Fill();
  }

 private:
  int file_;
  std::int64_t offset_;
  std::size_t left_;
  std::vector<KeySorter::Entry> piece_ = {};
  std::size_t at_ = 0;
};

}  // namespace

Guid KeySorter::Entry::id() const {
  Guid id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
    id.bytes[i + 8] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  return id;
}

std::int64_t KeySorter::Entry::integer() const {
  return static_cast<std::int64_t>(high ^ kSignBit);
}

KeySorter::KeySorter(std::filesystem::path folder) : folder_(std::move(folder)) {}

KeySorter::KeySorter(KeySorter&& other) noexcept
    : folder_(std::move(other.folder_)),
      kind_(other.kind_),
      pending_(std::move(other.pending_)),
      runs_(std::move(other.runs_)),
      file_(std::exchange(other.file_, -1)) {}

KeySorter::~KeySorter() {
  if (file_ >= 0) close(file_);
}

KeySorter::Kind KeySorter::Read(const Cell& key, Entry& entry) {
  if (key.kind == Cell::Kind::kId && key.size == sizeof(Guid)) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(key.bytes);
    entry.high = BigEndian(bytes);
    entry.low = BigEndian(bytes + 8);
    return Kind::kId;
  }
  if (key.kind == Cell::Kind::kInteger) {
    entry.high = static_cast<std::uint64_t>(key.integer) ^ kSignBit;
    return Kind::kInteger;
  }
  return Kind::kOther;
}

Result<> KeySorter::Add(const Cell& key, std::int64_t row) {
  if (key.null() || kind_ == Kind::kOther) return {};
  Entry entry = {.row = row};
  const Kind kind = Read(key, entry);
  if (kind_ == Kind::kEmpty) kind_ = kind;
  if (kind_ != kind || kind == Kind::kOther) {
    kind_ = Kind::kOther;
    pending_ = {};
    return {};
  }
  if (pending_.size() == kKeysPerRun) {
    if (auto spilled = Spill(); !spilled) return spilled;
  }
  pending_.push_back(entry);
  return {};
}

Result<> KeySorter::Spill() {
  if (file_ < 0) {
    const auto opened = OpenUnnamed(folder_);
    if (!opened) return Fail(opened.error());
    file_ = *opened;
  }
  SortPending();
  const std::int64_t offset =
      runs_.empty()
          ? 0
          : runs_.back().offset + static_cast<std::int64_t>(runs_.back().size * sizeof(Entry));
  const auto* bytes = reinterpret_cast<const char*>(pending_.data());
  const std::size_t size = pending_.size() * sizeof(Entry);
  for (std::size_t put = 0; put < size;) {
    const ssize_t count =
        pwrite(file_, bytes + put, size - put, offset + static_cast<std::int64_t>(put));
    if (count < 0) {
      if (errno == EINTR) continue;
      return Fail(ErrorCode::kIo, "temporary file in " + Quoted(folder_.string(), 200) +
                                      " cannot be written: " + DiskTrouble(errno));
    }
    put += static_cast<std::size_t>(count);
  }
  runs_.push_back({offset, pending_.size()});
  pending_.clear();
  return {};
}

// Pages read by key come in its order.
void KeySorter::SortPending() {
  if (!std::is_sorted(pending_.begin(), pending_.end())) {
    std::sort(pending_.begin(), pending_.end());
  }
}

Result<> KeySorter::Merge(const std::function<Result<>(const Entry&)>& visit) {
  SortPending();
  if (runs_.empty()) {
    for (const Entry& entry : pending_) {
      if (auto visited = visit(entry); !visited) return visited;
    }
    return {};
  }
  std::vector<RunReader> readers;
  readers.reserve(runs_.size());
  for (const Run& run : runs_) {
    if (auto filled = readers.emplace_back(file_, run.offset, run.size).Fill(); !filled) {
      return filled;
    }
  }
  // The smallest entry is on top of the heap; the run in memory takes part as reader "none".
  struct Head {
    Entry entry;
    RunReader* reader;
  };
  const auto later = [](const Head& a, const Head& b) { return a.entry > b.entry; };
  std::vector<Head> heap;
  for (RunReader& reader : readers) heap.push_back({reader.top(), &reader});
  std::size_t at = 0;
  if (!pending_.empty()) heap.push_back({pending_[at++], nullptr});
  std::make_heap(heap.begin(), heap.end(), later);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), later);
    Head& head = heap.back();
    if (auto visited = visit(head.entry); !visited) return visited;
    bool more = false;
    if (!head.reader) {
      more = at < pending_.size();
      if (more) head.entry = pending_[at++];
    } else {
      if (auto next = head.reader->Next(); !next) return next;
      more = !head.reader->done();
      if (more) head.entry = head.reader->top();
    }
    if (more) {
      std::push_heap(heap.begin(), heap.end(), later);
    } else {
      heap.pop_back();
    }
  }
  return {};
}

}  // namespace satchel
