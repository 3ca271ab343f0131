// A policy and a filter in plain language.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/policy.h"
#include "policy/schema/schema.h"

namespace satchel {

// A part of a sentence, so that a window can colour it.
struct Phrase {
  enum class Kind : std::uint8_t { kPlain, kField, kValue, kLink, kMissing };
  Kind kind = Kind::kPlain;
  std::string text = {};
  friend bool operator==(const Phrase&, const Phrase&) = default;
};
using Sentence = std::vector<Phrase>;
[[nodiscard]] std::string ToString(const Sentence& sentence);

// One plain sentence for any filter: "Owner is the user or one of the user's teams, and Modified on
// is in the last 90 days". With a schema, labels of fields, choices and entities are used.
[[nodiscard]] Sentence Describe(const Query& query, const Schema* schema = nullptr);
// The same with what it speaks of, as it is put above a filter: "Accounts where Owner is …", "All
// Accounts". Links read so that they fit: "Accounts where there is at least one Contact (…)".
[[nodiscard]] Sentence DescribeRecords(const Query& query, const Schema* schema = nullptr);
// The whole policy, several paragraphs.
[[nodiscard]] std::string DescribePolicy(const Policy& policy, const Schema* schema = nullptr);
// "Account" from the schema, else the logical name made readable: "msdyn_workorder" → "Workorder".
[[nodiscard]] std::string EntityLabel(std::string_view entity, const Schema* schema);
// What many of them are called: "Accounts" where the server says so, on OData the set's name; else
// "Account records".
[[nodiscard]] std::string EntitiesLabel(std::string_view entity, const Schema* schema);
[[nodiscard]] std::string FieldLabel(std::string_view entity, std::string_view field,
                                     const Schema* schema);

}  // namespace satchel
