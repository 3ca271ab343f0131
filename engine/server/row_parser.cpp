#include "engine/server/row_parser.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <unordered_set>

#include "engine/http/broken_answer.h"
#include "engine/record/decimal.h"
#include "engine/record/instant.h"
#include "engine/server/json.h"
#include "engine/server/wire_value.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

namespace od = simdjson::ondemand;

constexpr std::size_t kIgnored = std::numeric_limits<std::size_t>::max();
// A server that sends ever new property names gets no more memory for them.
constexpr std::size_t kMostKnown = 4096;

bool IsBlank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

std::string_view TrimEnd(std::string_view token) {
  while (!token.empty() && IsBlank(token.back())) token.remove_suffix(1);
  return token;
}

}  // namespace

struct RowParser::Buffers {
  od::parser parser;
  // Properties in the order rows carry them, learned from the rows: a row's next property is nearly
  // always the next of these, so that one comparison finds its slots.
  struct Known {
    std::string raw = {};  // As in the page, with the closing quote.
    std::vector<std::size_t> slots = {};
    std::uint64_t seen = 0;  // The last row that had it.
  };
  std::vector<Known> known;
  std::multimap<std::string, std::size_t, std::less<>> by_property;
  std::uint64_t row = 0;
  std::size_t rows_before = 0;  // Of the page before: the next is likely as long.
};

// One page while it is read.
class RowParser::Page {
 public:
  Page(const RowLayout& layout, Buffers& buffers, std::string& body)
      : layout_(layout),
        buffers_(buffers),
        body_(body),
        end_(body.data() + body.size()),
        pending_labels_(layout.columns().size()) {
    page_.rows = RowBatch(layout.columns());
    page_.rows.Reserve(buffers.rows_before);
  }

  Result<ParsedPage> Read() {
    bool has_value = false;
    od::document document;
    od::object object;
    auto code =
        buffers_.parser
            .iterate(simdjson::padded_string_view(body_.data(), body_.size(), body_.capacity()))
            .get(document);
    if (code == simdjson::SUCCESS) code = document.get_object().get(object);
    if (code != simdjson::SUCCESS) return NoPage();
    for (auto entry : object) {
      od::field field;
      std::string_view key;
      if (std::move(entry).get(field) != simdjson::SUCCESS ||
          field.unescaped_key().get(key) != simdjson::SUCCESS) {
        return NoPage();
      }
      if (key == "value") {
        if (has_value) return Corrupt("the page has its value array twice");
        has_value = true;
        if (const auto rows = ReadRows(field.value()); !rows) return Fail(rows.error());
      } else if (key == "error") {
        // The status had left when it happened; what came before it is not all there is.
        return Corrupt("the page ends with an error of the server");
      } else if (!ReadEnvelope(std::string(key), field.value())) {
        return NoPage();
      }
    }
    // Inside the text there is a place; behind its end there is none.
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) return NoPage();
    if (!has_value) return Corrupt("the page has no value array");
    buffers_.rows_before = page_.rows.rows();
    page_.rows.KeepBuffer(std::move(body_));
    return std::move(page_);
  }

 private:
  tl::unexpected<Error> Corrupt(const std::string& what) const {
    return BrokenAnswer(layout_.entity() + ": " + what);
  }
  tl::unexpected<Error> NoPage() const {
    return Fail(ErrorCode::kCorrupt, layout_.entity() + ": " + NotJson(body_));
  }
  tl::unexpected<Error> BadRow(const std::string& what) const {
    return Corrupt("row " + std::to_string(page_.rows.rows()) + " of the page " + what);
  }

  bool ReadEnvelope(const std::string& key, od::value value) {
    std::string* into = key == "@odata.nextLink" || key == "@nextLink"     ? &page_.next_link
                        : key == "@odata.deltaLink" || key == "@deltaLink" ? &page_.delta_link
                        : key == "@Microsoft.Dynamics.CRM.fetchxmlpagingcookie"
                            ? &page_.paging_cookie
                            : nullptr;
    if (into) {
      std::string_view text;
      if (value.get_string().get(text) != simdjson::SUCCESS) return value.is_null();
      *into = std::string(text);
    } else if (key == "@Microsoft.Dynamics.CRM.morerecords") {
      bool more = false;
      if (value.get_bool().get(more) != simdjson::SUCCESS) return false;
      page_.more_records = more;
    }
    return true;
  }

  Result<> ReadRows(od::value value) {
    od::array rows;
    if (value.get_array().get(rows) != simdjson::SUCCESS) {
      return Corrupt("the page's value is no array");
    }
    for (auto entry : rows) {
      od::value row;
      od::object object;
      const auto code = std::move(entry).get(row);
      if (code != simdjson::SUCCESS) return NoPage();
      if (row.get_object().get(object) != simdjson::SUCCESS) {
        return Corrupt("the page has a row that is no object");
      }
      if (const auto read = ReadRow(object); !read) return read;
    }
    return {};
  }

  Result<> ReadRow(od::object object) {
    cells_ = page_.rows.AddRow();
    removed_ = false;
    removed_id_ = {};
    ++buffers_.row;
    std::size_t expected = 0;
    for (auto entry : object) {
      od::field field;
      if (std::move(entry).get(field) != simdjson::SUCCESS) return NoPage();
      const std::size_t at = Find(field.key().raw(), expected);
      if (at == kIgnored) {
        if (const auto fine = CheckIgnored(field.value()); !fine) return fine;
        continue;
      }
      expected = at + 1;
      Buffers::Known& known = buffers_.known[at];
      if (known.seen == buffers_.row) {
        return BadRow("has " + Quoted(known.raw.substr(0, known.raw.size() - 1)) + " twice");
      }
      known.seen = buffers_.row;
      od::value value = field.value();
      const bool mark = !known.slots.empty() && layout_.slots()[known.slots.front()].mark ==
                                                    RowLayout::Slot::Mark::kRemoved;
      removed_ = removed_ || mark;
      if (known.slots.empty() || mark) {
        if (const auto fine = CheckIgnored(value); !fine) return fine;
        continue;
      }
      if (const auto read = ReadValue(known.slots, value); !read) return read;
    }
    if (removed_) return TakeRemoved();
    if (cells_[0].null()) return BadRow("has no " + layout_.columns()[0].name);
    if (layout_.labels()) TakeLabels();
    if (layout_.each_once() &&
        !keys_
             .emplace(cells_[0].kind == Cell::Kind::kInteger ? std::to_string(cells_[0].integer)
                                                             : std::string(cells_[0].view()))
             .second) {
      page_.rows.RemoveLastRow();
    }
    return {};
  }

  // The row is none: it says that a record was removed.
  Result<> TakeRemoved() {
    std::string id = IdIn(removed_id_);
    if (id.empty() && cells_[0].kind == Cell::Kind::kId) {
      Guid guid;
      std::memcpy(guid.bytes.data(), cells_[0].bytes, guid.bytes.size());
      id = ToString(guid);
    } else if (id.empty() && cells_[0].kind == Cell::Kind::kText) {
      id = std::string(cells_[0].view());
    }
    if (id.empty()) return BadRow("says that a record was removed, but not which");
    std::fill(pending_labels_.begin(), pending_labels_.end(), std::string_view());
    page_.rows.RemoveLastRow();
    page_.removed.push_back(std::move(id));
    return {};
  }

  // The place of a property among the known ones; kIgnored when it cannot be remembered.
  std::size_t Find(const char* raw, std::size_t expected) {
    std::vector<Buffers::Known>& known = buffers_.known;
    const auto room = static_cast<std::size_t>(end_ - raw);
    for (std::size_t i = 0; i < known.size(); ++i) {
      const std::size_t at =
          expected + i < known.size() ? expected + i : expected + i - known.size();
      const std::string& name = known[at].raw;
      if (name.size() <= room && std::memcmp(raw, name.data(), name.size()) == 0) return at;
    }
    return known.size() < kMostKnown ? Learn(raw, room, expected) : kIgnored;
  }

  std::size_t Learn(const char* raw, std::size_t room, std::size_t expected) {
    std::size_t length = 0;
    while (length < room && raw[length] != '"') length += raw[length] == '\\' ? 2 : 1;
    length = std::min(length + 1, room);
    Buffers::Known fresh;
    fresh.raw = std::string(raw, length);
    // A name with an escape is none of ours: servers write property names plainly.
    const auto [first, last] = buffers_.by_property.equal_range(std::string_view(raw, length - 1));
    for (auto at = first; at != last; ++at) fresh.slots.push_back(at->second);
    const std::size_t place = std::min(expected, buffers_.known.size());
    buffers_.known.insert(buffers_.known.begin() + static_cast<std::ptrdiff_t>(place),
                          std::move(fresh));
    return place;
  }

  Result<> CheckIgnored(od::value value) {
    const std::string_view token = value.raw_json_token();
    if (token.empty() || (token.front() != '{' && token.front() != '[')) return {};
    std::string_view json;
    od::object object;
    od::array array;
    const bool read = token.front() == '{' ? value.get_object().get(object) == simdjson::SUCCESS &&
                                                 object.raw_json().get(json) == simdjson::SUCCESS
                                           : value.get_array().get(array) == simdjson::SUCCESS &&
                                                 array.raw_json().get(json) == simdjson::SUCCESS;
    if (!read) return NoPage();
    if (TooDeep(json)) return BadRow("is nested deeper than any server's");
    return {};
  }

  Result<> ReadValue(const std::vector<std::size_t>& slots, od::value& value) {
    const std::string_view token = TrimEnd(value.raw_json_token());
    if (token == "null") return {};
    std::string_view text = token;
    const bool quoted = !token.empty() && token.front() == '"';
    if (quoted) {
      if (token.size() < 2 || token.back() != '"') return NoPage();
      text = token.substr(1, token.size() - 2);
      if (std::memchr(text.data(), '\\', text.size()) != nullptr) {
        char* start = body_.data() + (text.data() - body_.data());
        if (const auto length = UnescapeInPlace(start, text.size())) {
          text = {start, *length};
        } else {
          if (value.get_string().get(text) != simdjson::SUCCESS) return NoPage();
          text = KeepPrintable(text);
        }
      }
    }
    for (const std::size_t index : slots) {
      const RowLayout::Slot& slot = layout_.slots()[index];
      if (slot.mark == RowLayout::Slot::Mark::kContext) {
        removed_ = removed_ || text.find("$deletedEntity") != std::string_view::npos;
      } else if (slot.mark == RowLayout::Slot::Mark::kId) {
        removed_id_ = text;
      } else if (slot.label) {
        pending_labels_[slot.column] = text;
      } else if (!ReadCell(slot, text, quoted)) {
        return Wrong(slot, token, text);
      }
    }
    return {};
  }

  // Unescaped text, kept; NUL, which SQLite and screens cut at, as U+FFFD.
  std::string_view KeepPrintable(std::string_view text) {
    if (text.find('\0') == std::string_view::npos) return page_.rows.Keep(text);
    std::string clean;
    for (const char c : text) {
      if (c == '\0') {
        clean += "\xEF\xBF\xBD";
      } else {
        clean += c;
      }
    }
    return page_.rows.Keep(clean);
  }

  tl::unexpected<Error> Wrong(const RowLayout::Slot& slot, std::string_view token,
                              std::string_view text) const {
    const std::string where = slot.words + ": " + Quoted(token) + " in row " +
                              std::to_string(page_.rows.rows()) + " of the page ";
    const bool exact = slot.type == FieldType::kDecimal || slot.type == FieldType::kMoney;
    if (exact && ReadWireDouble(text)) {
      return Fail(ErrorCode::kCorrupt,
                  where + "has more digits than a device keeps exactly (" +
                      std::to_string(kMostDecimalDigits) + ", " + std::to_string(slot.scale) +
                      " of them after the point; leave the field out of the policy)");
    }
    return Fail(ErrorCode::kCorrupt, where + "is no " + LowerAscii(Words(slot.type)) +
                                         " as the server's schema describes it (if the "
                                         "schema has just changed, read it again)");
  }

  bool ReadCell(const RowLayout::Slot& slot, std::string_view text, bool quoted) {
    Cell& cell = cells_[slot.column];
    switch (slot.type) {
      case FieldType::kString:
      case FieldType::kMemo:
        if (!quoted) return false;
        if (!text.empty()) cell = Cell::Text(text);
        return true;
      case FieldType::kInteger:
      case FieldType::kBigInt:
      case FieldType::kPicklist:
      case FieldType::kState:
      case FieldType::kStatus: {
        const auto value =
            ReadWireWhole(text);  // 64-bit numbers come as strings from some services.
        if (value) cell = Cell::Integer(*value);
        return value.has_value();
      }
      case FieldType::kDecimal:
      case FieldType::kMoney: {
        const auto decimal = ParseDecimal(text);
        const auto value = decimal ? Rescale(*decimal, slot.scale) : std::nullopt;
        if (value) cell = Cell::Integer(*value);
        return value.has_value();
      }
      case FieldType::kDouble: {
        if (quoted && text == "NaN") return true;
        const auto value = ReadWireDouble(text);
        if (value) cell = Cell::Real(*value);
        return value.has_value();
      }
      case FieldType::kBoolean:
        if (quoted || (text != "true" && text != "false")) return false;
        cell = Cell::Integer(text == "true" ? 1 : 0);
        return true;
      case FieldType::kDateTime:
      case FieldType::kDateTimeTzi: {
        const auto instant = quoted ? ParseInstant(text) : std::nullopt;
        if (instant) cell = Cell::Integer(instant->ticks);
        return instant.has_value();
      }
      case FieldType::kDateOnly: {
        const auto day = quoted ? ParseDay(text) : std::nullopt;
        if (day) cell = Cell::Integer(day->days);
        return day.has_value();
      }
      case FieldType::kMultiSelect: {
        if (!quoted) return false;
        if (text.empty()) return true;
        const auto stored = ReadWireChoices(text);
        if (stored) cell = Cell::Text(page_.rows.Keep(*stored));
        return stored.has_value();
      }
      case FieldType::kLookup:
      case FieldType::kOwner:
      case FieldType::kCustomer:
      case FieldType::kUniqueIdentifier: {
        const auto id = quoted ? ParseGuid(text) : std::nullopt;
        if (!id) return false;
        const auto bytes =
            page_.rows.Keep({reinterpret_cast<const char*>(id->bytes.data()), id->bytes.size()});
        cell.kind = Cell::Kind::kId;
        cell.size = static_cast<std::uint32_t>(bytes.size());
        cell.bytes = bytes.data();
        return true;
      }
    }
    return false;
  }

  void TakeLabels() {
    for (std::size_t column = 0; column < pending_labels_.size(); ++column) {
      std::string_view& label = pending_labels_[column];
      if (label.empty()) continue;
      if (cells_[column].kind == Cell::Kind::kId) {
        Guid id;
        std::memcpy(id.bytes.data(), cells_[column].bytes, id.bytes.size());
        std::string text = ToString(id);
        if (labelled_.insert(text).second) {
          page_.labels.push_back({std::move(text), std::string(label)});
        }
      }
      label = {};
    }
  }

  const RowLayout& layout_;
  Buffers& buffers_;
  std::string& body_;
  const char* end_;
  ParsedPage page_;
  Cell* cells_ = nullptr;
  bool removed_ = false;                          // The row being read is a removal …
  std::string_view removed_id_ = {};              // … of this record.
  std::vector<std::string_view> pending_labels_;  // By column; empty: none in this row.
  std::unordered_set<std::string> labelled_;
  std::unordered_set<std::string> keys_;  // With each_once.
};

RowParser::RowParser(RowLayout layout)
    : layout_(std::move(layout)), buffers_(std::make_unique<Buffers>()) {
  for (std::size_t i = 0; i < layout_.slots().size(); ++i) {
    buffers_->by_property.emplace(layout_.slots()[i].property, i);
  }
}
RowParser::~RowParser() = default;
RowParser::RowParser(RowParser&&) noexcept = default;
RowParser& RowParser::operator=(RowParser&&) noexcept = default;

Result<ParsedPage> RowParser::Parse(std::string body) {
  if (body.compare(0, 3, "\xEF\xBB\xBF") == 0) body.erase(0, 3);
  // On the heap even when short: cells keep pointing into it when the string moves.
  body.reserve(std::max<std::size_t>(body.size() + simdjson::SIMDJSON_PADDING, 64));
  return Page(layout_, *buffers_, body).Read();
}

Error NamingEntity(const Error& error, const std::string& entity) {
  const bool named =
      error.message.starts_with(entity + ":") || error.message.starts_with(entity + ".");
  return named ? error : error.While(entity);
}

}  // namespace satchel
