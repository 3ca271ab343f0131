#include "app/sandbox/json/value.h"

#include <simdjson.h>

#include "app/sandbox/json/writer.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr int kMaxDepth = 64;

// Throws simdjson_error; ParseJson turns it into a Result.
JsonValue Read(simdjson::ondemand::value value, int depth) {
  if (depth > kMaxDepth) throw simdjson::simdjson_error(simdjson::DEPTH_ERROR);
  JsonValue read;
  switch (simdjson::ondemand::json_type(value.type())) {
    case simdjson::ondemand::json_type::null:
      if (!value.is_null()) throw simdjson::simdjson_error(simdjson::N_ATOM_ERROR);
      break;
    case simdjson::ondemand::json_type::boolean:
      read.kind = JsonValue::Kind::kBoolean;
      read.boolean = value.get_bool();
      break;
    case simdjson::ondemand::json_type::number:
      read.kind = JsonValue::Kind::kNumber;
      read.text = Trim(std::string_view(value.raw_json_token()));
      (void)double(value.get_double());  // Refuses what only begins like a number.
      break;
    case simdjson::ondemand::json_type::string:
      read.kind = JsonValue::Kind::kString;
      read.text = std::string_view(value.get_string());
      break;
    case simdjson::ondemand::json_type::array:
      read.kind = JsonValue::Kind::kArray;
      for (auto item : value.get_array()) read.items.push_back(Read(item.value(), depth + 1));
      break;
    case simdjson::ondemand::json_type::object:
      read.kind = JsonValue::Kind::kObject;
      for (auto field : value.get_object()) {
        std::string name(std::string_view(field.unescaped_key()));
        read.members.emplace_back(std::move(name), Read(field.value(), depth + 1));
      }
      break;
  }
  return read;
}

}  // namespace

const JsonValue* JsonValue::Find(std::string_view name) const {
  for (const auto& [key, value] : members) {
    if (key == name) return &value;
  }
  return nullptr;
}

Result<JsonValue> ParseJson(std::string_view text) {
  try {
    // simdjson treats a scalar at the top differently from a value; inside an array it does not.
    const simdjson::padded_string padded("[" + std::string(text) + "]");
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document = parser.iterate(padded);
    std::vector<JsonValue> all;
    for (auto item : document.get_array()) all.push_back(Read(item.value(), 1));
    const bool ended = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    if (!ended || all.size() != 1) {
      return Fail(ErrorCode::kInvalid, "the body is not one JSON value");
    }
    return std::move(all.front());
  } catch (const simdjson::simdjson_error& problem) {
    return Fail(ErrorCode::kInvalid, std::string("the body is no valid JSON: ") + problem.what());
  }
}

std::string PrintJson(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::kNull:
      return "null";
    case JsonValue::Kind::kBoolean:
      return value.boolean ? "true" : "false";
    case JsonValue::Kind::kNumber:
      return value.text;
    case JsonValue::Kind::kString:
      return JsonText(value.text);
    case JsonValue::Kind::kArray: {
      std::string out = "[";
      for (const JsonValue& item : value.items) {
        if (out.size() > 1) out += ',';
        out += PrintJson(item);
      }
      return out + "]";
    }
    case JsonValue::Kind::kObject: {
      std::string out = "{";
      for (const auto& [name, member] : value.members) {
        if (out.size() > 1) out += ',';
        out += JsonText(name) + ":" + PrintJson(member);
      }
      return out + "}";
    }
  }
  return "null";
}

}  // namespace satchel::sandbox
