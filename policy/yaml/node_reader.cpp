#include "policy/yaml/node_reader.h"

#include <algorithm>
#include <charconv>

#include "policy/model/name.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

std::vector<std::string> Strings(std::span<const std::string_view> views) {
  return {views.begin(), views.end()};
}

// "; did you mean 'x'?" or the whole list.
std::string Advice(std::string_view name, std::span<const std::string_view> allowed,
                   std::string_view list_intro) {
  const std::vector<std::string> names = Strings(allowed);
  const std::string nearest = Nearest(name, names);
  if (!nearest.empty()) return "; did you mean " + Quoted(nearest) + "?";
  return "; " + std::string(list_intro) + Join(names, ", ");
}

}  // namespace

NodeReader::Step::Step(NodeReader& reader, const YamlKey& key, const YamlNode& value)
    : reader_(reader), length_(reader.path_.size()) {
  if (!reader.path_.empty()) reader.path_ += '.';
  reader.path_ += key.text;
  reader.result_.marks.Set(reader.path_,
                           value.kind == YamlNode::Kind::kScalar ? value.mark : key.mark);
}

NodeReader::Step::Step(NodeReader& reader, std::size_t index, const YamlNode& item)
    : reader_(reader), length_(reader.path_.size()) {
  reader.path_ += '[' + std::to_string(index) + ']';
  reader.result_.marks.Set(reader.path_, item.mark);
}

void NodeReader::Fail(Mark mark, std::string_view rule, std::string message) {
  result_.findings.push_back({.severity = Severity::kError,
                              .rule = std::string(rule),
                              .entity = entity_,
                              .path = path_,
                              .mark = mark,
                              .message = std::move(message)});
}

void NodeReader::FailKind(const YamlNode& node, std::string_view expected) {
  if (node.kind == YamlNode::Kind::kBroken) return;  // Reported when it was read.
  const std::string key(path_.substr(path_.find_last_of('.') + 1));
  if (node.kind == YamlNode::Kind::kNothing) {
    Fail(node.mark, "no-value",
         node.text.empty()
             ? (key.empty() ? std::string("the file") : Quoted(key)) + " has no value: write " +
                   std::string(expected) + ", or leave the key out"
             : Quoted(node.text) +
                   " is not a value here: leave the key out, or put it in quotes if "
                   "the text itself is meant");
    return;
  }
  const std::string_view found = node.kind == YamlNode::Kind::kMap        ? "a map"
                                 : node.kind == YamlNode::Kind::kSequence ? "a list"
                                                                          : "a single value";
  Fail(node.mark, "wrong-type",
       (key.empty() ? std::string("the file") : Quoted(key)) + " is " + std::string(found) +
           ": write " + std::string(expected) + " instead");
}

bool NodeReader::IsMap(const YamlNode& node, std::string_view what) {
  if (node.kind == YamlNode::Kind::kMap) return true;
  FailKind(node, std::string(what) + " as a map of keys and values");
  return false;
}

bool NodeReader::IsSequence(const YamlNode& node, std::string_view what) {
  if (node.kind == YamlNode::Kind::kSequence) return true;
  FailKind(node, "a list of " + std::string(what) + " in [ ] or as lines with '-'");
  return false;
}

bool NodeReader::IsKnown(const YamlKey& key, std::string_view what,
                         std::span<const std::string_view> known) {
  if (std::find(known.begin(), known.end(), key.text) != known.end()) return true;
  if (key.text == "<<") return false;  // Reported as a merge key.
  Fail(key.mark, "unknown-key",
       Quoted(key.text) + " is not a key of " + std::string(what) +
           Advice(key.text, known, "its keys are "));
  return false;
}

bool NodeReader::Has(const YamlNode& node, std::string_view key) {
  return std::any_of(node.keys.begin(), node.keys.end(),
                     [&](const YamlKey& k) { return k.text == key; });
}

void NodeReader::Require(const YamlNode& node, std::string_view what,
                         std::initializer_list<std::string_view> required) {
  if (node.kind != YamlNode::Kind::kMap) return;
  for (const std::string_view key : required) {
    if (Has(node, key)) continue;
    Fail(node.mark, "missing-key",
         std::string(what) + " needs the key " + Quoted(key) + "; add it");
  }
}

bool NodeReader::Text(const YamlNode& node, std::string& out) {
  if (node.kind != YamlNode::Kind::kScalar) {
    FailKind(node, "a single value");
    return false;
  }
  out = node.text;
  return true;
}

bool NodeReader::Name(const YamlNode& node, std::string& out) {
  if (!Text(node, out)) return false;
  if (IsName(out)) return true;
  Fail(node.mark, "bad-value",
       Quoted(out) + " is not a name: write up to 128 letters, digits and '_'");
  return false;
}

bool NodeReader::Bool(const YamlNode& node, bool& out) {
  std::string text;
  if (!Text(node, text)) return false;
  if (text != "true" && text != "false") {
    Fail(node.mark, "bad-value", Quoted(text) + " is neither true nor false; write one of them");
    return false;
  }
  out = text == "true";
  return true;
}

bool NodeReader::Int(const YamlNode& node, std::int64_t least, std::int64_t most,
                     std::int64_t& out) {
  std::string text;
  if (!Text(node, text)) return false;
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  if (!whole || value < least || value > most) {
    const bool open = most > std::int64_t{1} << 30;
    Fail(node.mark, "bad-value",
         Quoted(text) + " is not a whole number " +
             (open ? "from " + std::to_string(least) + " upwards"
                   : "from " + std::to_string(least) + " to " + std::to_string(most)));
    return false;
  }
  out = value;
  return true;
}

bool NodeReader::Duration(const YamlNode& node, Seconds least, Seconds& out) {
  std::string text;
  if (!Text(node, text)) return false;
  const Result<Seconds> parsed = ParseDuration(text);
  if (!parsed) {
    Fail(node.mark, "bad-value", parsed.error().message);
    return false;
  }
  if (*parsed < least) {
    Fail(node.mark, "bad-value",
         Quoted(text) + " is too short; the shortest is " + PrintDuration(least));
    return false;
  }
  out = *parsed;
  return true;
}

bool NodeReader::Size(const YamlNode& node, std::int64_t& out) {
  std::string text;
  if (!Text(node, text)) return false;
  const Result<std::int64_t> parsed = ParseSize(text);
  if (!parsed) {
    Fail(node.mark, "bad-value", parsed.error().message);
    return false;
  }
  out = *parsed;
  return true;
}

void NodeReader::Texts(const YamlNode& node, std::string_view what, std::vector<std::string>& out) {
  EachItem(node, what, [&](const YamlNode& item) {
    std::string text;
    if (Text(item, text)) out.push_back(std::move(text));
  });
}

void NodeReader::Names(const YamlNode& node, std::string_view what, std::vector<std::string>& out) {
  EachItem(node, what, [&](const YamlNode& item) {
    std::string name;
    if (Name(item, name)) out.push_back(std::move(name));
  });
}

void NodeReader::FailChoice(Mark mark, std::string_view text,
                            std::span<const std::string_view> allowed) {
  Fail(mark, "bad-value",
       Quoted(text) + " is not one of the choices" + Advice(text, allowed, "write one of "));
}

}  // namespace satchel
