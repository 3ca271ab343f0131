// The part of YAML a policy file is written in, as a tree with a place for every node.
//
// Maps with plain or quoted keys, lists, and scalars: plain, quoted, literal and folded, in block
// and flow style, with comments. Anchors, aliases, tags, merge keys, complex keys, directives and a
// second document are found and refused. docs/decisions/0020-own-yaml-reader.md says why this is
// not a library; the tests hold it against one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/support/mark.h"

namespace satchel {

struct YamlKey {
  std::string text = {};
  Mark mark = {};
};

struct YamlNode {
  enum class Kind : std::uint8_t {
    kNothing,  // An empty place, or a plain null or ~ (then `text` holds it).
    kScalar,
    kSequence,
    kMap,
    kBroken,  // Refused; a problem names it.
  };
  Kind kind = Kind::kNothing;
  Mark mark = {};
  std::string text = {};
  std::vector<YamlNode> items = {};  // Of a sequence; of a map its values, keys[i] → items[i].
  std::vector<YamlKey> keys = {};
};

struct YamlProblem {
  std::string_view rule = {};  // "syntax", "limit", "encoding", "not-allowed", "duplicate-key".
  Mark mark = {};
  std::string message = {};
};

struct YamlDocument {
  YamlNode root = {};
  bool complete = false;  // False: reading stopped at the last problem, `root` is not to be used.
  int comments = 0;
  std::vector<YamlProblem> problems = {};  // In file order.
};

// Never throws, whatever the bytes. Time and memory are linear in the input, recursion is bounded
// by the depth limit, and every limit of the format is counted while reading.
[[nodiscard]] YamlDocument ParseYaml(std::string_view text);

}  // namespace satchel
