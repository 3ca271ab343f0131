#include "engine/record/cell.h"

#include <algorithm>
#include <cstring>

namespace satchel {

namespace {

// Of texts and ids: a page of changes has a few, one of a first download many.
constexpr std::size_t kSmallestBlock = 4 * 1024;
constexpr std::size_t kLargestBlock = 256 * 1024;
constexpr int kMoneyScale = 4;     // Dataverse keeps four decimals of a currency amount.
constexpr int kDecimalScale = 10;  // The most a Dataverse decimal column can have.

}  // namespace

Cell Cell::Integer(std::int64_t value) {
  Cell cell;
  cell.kind = Kind::kInteger;
  cell.integer = value;
  return cell;
}

Cell Cell::Real(double value) {
  Cell cell;
  cell.kind = Kind::kReal;
  cell.real = value;
  return cell;
}

Cell Cell::Text(std::string_view text) {
  Cell cell;
  cell.kind = Kind::kText;
  cell.size = static_cast<std::uint32_t>(text.size());
  cell.bytes = text.data();
  return cell;
}

Cell Cell::Id(const Guid& guid) {
  Cell cell;
  cell.kind = Kind::kId;
  cell.size = static_cast<std::uint32_t>(guid.bytes.size());
  cell.bytes = reinterpret_cast<const char*>(guid.bytes.data());
  return cell;
}

int ScaleOf(const FieldSchema& field) {
  if (field.precision >= 0) return std::min(field.precision, kDecimalScale);
  return field.type == FieldType::kMoney ? kMoneyScale : kDecimalScale;
}

std::string TypeColumn(std::string_view field) {
  return std::string(field) + "@type";
}

std::string SqlName(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::optional<std::size_t> RowBatch::Find(std::string_view name) const {
  const auto at = std::find_if(columns_.begin(), columns_.end(),
                               [name](const Column& column) { return column.name == name; });
  if (at == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(at - columns_.begin());
}

Cell* RowBatch::AddRow() {
  cells_.resize(cells_.size() + columns_.size());
  return cells_.data() + cells_.size() - columns_.size();
}

void RowBatch::RemoveLastRow() {
  cells_.resize(cells_.size() - columns_.size());
}

std::string_view RowBatch::Keep(std::string_view bytes) {
  if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < bytes.size()) {
    const std::size_t twice = blocks_.empty() ? kSmallestBlock : 2 * blocks_.back().capacity();
    blocks_.emplace_back().reserve(std::max(std::min(twice, kLargestBlock), bytes.size()));
  }
  std::vector<char>& block = blocks_.back();
  const std::size_t start = block.size();
  block.insert(block.end(), bytes.begin(), bytes.end());
  return {block.data() + start, bytes.size()};
}

void RowBatch::KeepBuffer(std::string buffer) {
  buffers_.push_back(std::move(buffer));
}

}  // namespace satchel
