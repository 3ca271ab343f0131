#include "preview/explain/record_name.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/http/url.h"
#include "engine/record/guid.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr std::size_t kBareGuid = 32;  // Hexadecimal digits of one without hyphens.

// Of "x" and <x>: x.
std::string_view WithoutBrackets(std::string_view text) {
  text = Trim(text);
  while (text.size() >= 2 && ((text.front() == '"' && text.back() == '"') ||
                              (text.front() == '<' && text.back() == '>'))) {
    text = Trim(text.substr(1, text.size() - 2));
  }
  return text;
}

std::string IdFrom(std::string_view text) {
  text = WithoutBrackets(text);
  std::string id(text);
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    id.clear();
    const std::string_view inner = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
      id += inner[i];
      if (inner[i] == '\'' && i + 1 < inner.size() && inner[i + 1] == '\'') ++i;
    }
  }
  std::string guid = id;
  const bool bare = guid.size() == kBareGuid &&
                    std::all_of(guid.begin(), guid.end(), [](char c) { return HexDigit(c) >= 0; });
  if (bare) {
    for (const std::size_t at : {20U, 16U, 12U, 8U}) guid.insert(at, "-");
  }
  const auto parsed = ParseGuid(guid);
  return parsed ? ToString(*parsed) : id;
}

bool IsName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

tl::unexpected<Error> NoRecord(std::string_view text) {
  return Fail(ErrorCode::kInvalid,
              Quoted(text) + " names no record (write ENTITY/ID, or paste the record's address)");
}

// accounts(6f1d…), Books(201), Books(ID=201,IsActiveEntity=true).
std::optional<RecordName> FromCall(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || text.back() != ')') return std::nullopt;
  const std::string_view entity = text.substr(0, open);
  if (!IsName(entity)) return std::nullopt;
  const std::string_view key = text.substr(open + 1, text.size() - open - 2);
  std::vector<std::string_view> values;
  if (!key.empty() && key.front() == '\'') {
    values.push_back(key);
  } else {
    for (const std::string_view part : Split(key, ',')) {
      const std::size_t equals = part.find('=');
      const bool named = equals != std::string_view::npos;
      // Tells drafts from what is in force; no part of the id.
      if (named && Trim(part.substr(0, equals)) == "IsActiveEntity") continue;
      values.push_back(named ? part.substr(equals + 1) : part);
    }
  }
  if (values.size() != 1) return std::nullopt;
  return RecordName{std::string(entity), IdFrom(values.front())};
}

// etn=account&id=%7b6f1d…%7d, in the address of a form.
std::optional<RecordName> FromForm(std::string_view query) {
  RecordName name;
  std::string text(query);
  std::replace(text.begin(), text.end(), '#', '&');
  std::replace(text.begin(), text.end(), '?', '&');
  for (const std::string_view part : Split(text, '&')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string key = LowerAscii(part.substr(0, equals));
    const std::string value = PercentDecode(part.substr(equals + 1));
    if (key == "etn") name.entity = value;
    if (key == "id") name.id = IdFrom(value);
  }
  if (name.id.empty()) return std::nullopt;
  return name;
}

}  // namespace

Result<RecordName> ParseRecordName(std::string_view pasted) {
  const std::string_view text = WithoutBrackets(pasted);
  const bool address = text.find("://") != std::string_view::npos;
  if (address) {
    const std::size_t query = text.find_first_of("?#");
    if (query != std::string_view::npos) {
      if (auto name = FromForm(text.substr(query))) return *std::move(name);
    }
  }
  std::string plain = PercentDecode(address ? text.substr(0, text.find('?')) : text);
  if (address) plain.erase(0, plain.find("://") + 3);
  while (address && !plain.empty() && plain.back() == '/') plain.pop_back();
  if (plain.empty()) return NoRecord(pasted);

  // Of a path, only its end tells.
  const std::size_t call = plain.back() == ')' ? plain.rfind('(') : std::string::npos;
  if (call != std::string::npos) {
    const std::size_t slash = plain.rfind('/', call);
    const auto name =
        FromCall(std::string_view(plain).substr(slash == std::string::npos ? 0 : slash + 1));
    if (!name || name->id.empty()) return NoRecord(pasted);
    return *name;
  }
  if (!address && plain.find('/') == std::string::npos) {
    RecordName name{"", IdFrom(plain)};
    if (name.id.empty()) return NoRecord(pasted);
    return name;
  }
  const std::size_t slash = address ? plain.rfind('/') : plain.find('/', 1);
  if (slash == std::string::npos || slash == 0) return NoRecord(pasted);
  const std::size_t before = plain.rfind('/', slash - 1);
  // What stands right after the scheme is a host.
  if (address && before == std::string::npos) return NoRecord(pasted);
  const std::size_t start = before == std::string::npos ? 0 : before + 1;
  RecordName name{plain.substr(start, slash - start), IdFrom(plain.substr(slash + 1))};
  if (!IsName(name.entity) || name.id.empty()) return NoRecord(pasted);
  return name;
}

}  // namespace satchel
