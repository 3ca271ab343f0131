// JSON text for answers, written straight into one string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace satchel::sandbox {

// Appends `text` as a JSON string, quotes included.
void AppendJson(std::string& out, std::string_view text);
[[nodiscard]] std::string JsonText(std::string_view text);

// Commas are put where they belong; nesting is the caller's duty.
class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }
  JsonWriter& Key(std::string_view name);
  // A key that is known to need no escaping, given in two parts.
  JsonWriter& PlainKey(std::string_view name, std::string_view suffix = {});
  JsonWriter& String(std::string_view text);
  JsonWriter& Integer(std::int64_t value);
  JsonWriter& Boolean(bool value) { return Raw(value ? "true" : "false"); }
  JsonWriter& Null() { return Raw("null"); }
  // JSON text as it stands.
  JsonWriter& Raw(std::string_view json);

  [[nodiscard]] std::size_t size() const { return out_.size(); }
  [[nodiscard]] std::string Take() { return std::move(out_); }

 private:
  JsonWriter& Open(char bracket);
  JsonWriter& Close(char bracket);
  void Separate();

  std::string out_;
  bool first_ = true;  // Of the innermost object or array, or right after a key.
};

}  // namespace satchel::sandbox
