// Reading typed values out of the tree: keeps the path, records marks, collects what is wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/keywords.h"
#include "policy/yaml/document.h"
#include "policy/yaml/read_policy.h"

namespace satchel {

class NodeReader {
 public:
  explicit NodeReader(ReadPolicy& result) : result_(result) {}

  void Fail(Mark mark, std::string_view rule, std::string message);
  [[nodiscard]] const std::string& path() const { return path_; }
  void set_entity(std::string_view entity) { entity_ = entity; }

  // Calls read(key, value) for every key of a map that is among `known`; `what` names the map in
  // messages ("a condition"). Anything else is reported. False: not a map.
  template <class Read>
  bool EachKey(const YamlNode& node, std::string_view what, std::span<const std::string_view> known,
               Read read) {
    if (!IsMap(node, what)) return false;
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const YamlKey& key = node.keys[i];
      if (!IsKnown(key, what, known)) continue;
      const Step step(*this, key, node.items[i]);
      read(std::string_view(key.text), node.items[i]);
    }
    return true;
  }
  // For maps whose keys are names: read(key, value).
  template <class Read>
  void EachEntry(const YamlNode& node, std::string_view what, Read read) {
    if (!IsMap(node, what)) return;
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const Step step(*this, node.keys[i], node.items[i]);
      read(node.keys[i], node.items[i]);
    }
  }
  template <class Read>
  void EachItem(const YamlNode& node, std::string_view what, Read read) {
    if (!IsSequence(node, what)) return;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Step step(*this, i, node.items[i]);
      read(node.items[i]);
    }
  }

  // Reports every key of `required` that the map lacks.
  void Require(const YamlNode& node, std::string_view what,
               std::initializer_list<std::string_view> required);
  [[nodiscard]] static bool Has(const YamlNode& node, std::string_view key);

  // Each leaves its target alone and reports when the node is not what it should be.
  bool Text(const YamlNode& node, std::string& out);
  bool Name(const YamlNode& node, std::string& out);  // Of an entity, field or alias.
  bool Bool(const YamlNode& node, bool& out);
  bool Int(const YamlNode& node, std::int64_t least, std::int64_t most, std::int64_t& out);
  bool Duration(const YamlNode& node, Seconds least, Seconds& out);
  bool Size(const YamlNode& node, std::int64_t& out);
  void Texts(const YamlNode& node, std::string_view what, std::vector<std::string>& out);
  void Names(const YamlNode& node, std::string_view what, std::vector<std::string>& out);
  template <class E>
  bool Choice(const YamlNode& node, E& out) {
    std::string text;
    if (!Text(node, text)) return false;
    if (const auto found = FindKeyword<E>(text)) {
      out = *found;
      return true;
    }
    FailChoice(node.mark, text, Keywords(E{}));
    return false;
  }
  void FailChoice(Mark mark, std::string_view text, std::span<const std::string_view> allowed);

 private:
  // One step down the path; leaves it again when it dies.
  class Step {
   public:
    Step(NodeReader& reader, const YamlKey& key, const YamlNode& value);
    Step(NodeReader& reader, std::size_t index, const YamlNode& item);
    ~Step() { reader_.path_.resize(length_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    NodeReader& reader_;
    std::size_t length_;
  };

  bool IsMap(const YamlNode& node, std::string_view what);
  bool IsSequence(const YamlNode& node, std::string_view what);
  bool IsKnown(const YamlKey& key, std::string_view what, std::span<const std::string_view> known);
  void FailKind(const YamlNode& node, std::string_view expected);

  ReadPolicy& result_;
  std::string path_;
  std::string entity_;
};

}  // namespace satchel
