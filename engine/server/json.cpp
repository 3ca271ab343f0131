#include "engine/server/json.h"

#include <simdjson.h>

#include "engine/http/broken_answer.h"
#include "engine/http/limits.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

Json Copy(const simdjson::dom::element& element) {
  Json value;
  switch (element.type()) {
    case simdjson::dom::element_type::ARRAY:
      value.kind = Json::Kind::kArray;
      for (const simdjson::dom::element item : simdjson::dom::array(element)) {
        value.items.push_back(Copy(item));
      }
      break;
    case simdjson::dom::element_type::OBJECT:
      value.kind = Json::Kind::kObject;
      for (const auto member : simdjson::dom::object(element)) {
        value.members.emplace_back(std::string(member.key), Copy(member.value));
      }
      break;
    case simdjson::dom::element_type::INT64:
      value.kind = Json::Kind::kInteger;
      value.integer = std::int64_t(element);
      break;
    case simdjson::dom::element_type::UINT64:  // Only numbers beyond int64 come this way.
      value.kind = Json::Kind::kReal;
      value.real = static_cast<double>(std::uint64_t(element));
      break;
    case simdjson::dom::element_type::DOUBLE:
      value.kind = Json::Kind::kReal;
      value.real = double(element);
      break;
    case simdjson::dom::element_type::STRING:
      value.kind = Json::Kind::kText;
      value.text = std::string(std::string_view(element));
      break;
    case simdjson::dom::element_type::BOOL:
      value.kind = Json::Kind::kBoolean;
      value.boolean = bool(element);
      break;
    case simdjson::dom::element_type::NULL_VALUE:
      break;
  }
  return value;
}

}  // namespace

const Json& Json::operator[](std::string_view name) const {
  static const Json kNothing;
  for (const auto& [key, value] : members) {
    if (key == name) return value;
  }
  return kNothing;
}

std::string Json::AsText() const {
  if (kind == Kind::kText) return text;
  if (kind == Kind::kInteger) return std::to_string(integer);
  return "";
}

std::int64_t Json::AsInteger(std::int64_t otherwise) const {
  return kind == Kind::kInteger ? integer : otherwise;
}

bool Json::AsBoolean(bool otherwise) const {
  return kind == Kind::kBoolean ? boolean : otherwise;
}

std::string NotJson(std::string_view body) {
  const std::string_view start = Trim(body.substr(0, 200));
  if (start.substr(0, 1) == "<") {
    return "the server answered with a web page instead of data (check the address; a proxy or a "
           "sign-in page may stand in between)";
  }
  if (start.empty()) return "the server answered with nothing (check the address)";
  return "the server answered with something that is not whole JSON (try again; check the address)";
}

Result<Json> ParseJson(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  simdjson::dom::parser parser;
  if (parser.allocate(std::max<std::size_t>(text.size(), 64), kMaxJsonDepth) != simdjson::SUCCESS) {
    return BrokenAnswer("the server's answer is too large to read");
  }
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) {
    return Fail(ErrorCode::kCorrupt, NotJson(text));
  }
  return Copy(root);
}

}  // namespace satchel
