#include <cctype>

#include "policy/wording/sentence.h"

namespace satchel {

namespace {

// "msdyn_workorder" without its publisher's prefix; "list_members" stays.
std::string_view WithoutPrefix(std::string_view name) {
  constexpr std::size_t kMostPrefix =
      8;  // Dataverse: a customization prefix has 2 to 8 characters.
  const std::size_t underscore = name.find('_');
  if (underscore == std::string_view::npos || underscore < 2 || underscore > kMostPrefix)
    return name;
  const std::string_view rest = name.substr(underscore + 1);
  // One underscore is a prefix; more are words.
  return rest.empty() || rest.find('_') != std::string_view::npos ? name : rest;
}

// First letter large, underscores as blanks: what a name can offer without a label.
std::string Readable(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (c == '_') c = ' ';
  }
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace

std::string EntityLabel(std::string_view entity, const Schema* schema) {
  const EntitySchema* known = schema ? schema->Find(entity) : nullptr;
  if (known != nullptr && !known->label.empty()) return known->label;
  return Readable(WithoutPrefix(entity));
}

std::string EntitiesLabel(std::string_view entity, const Schema* schema) {
  const EntitySchema* known = schema ? schema->Find(entity) : nullptr;
  if (known != nullptr && !known->plural_label.empty()) return known->plural_label;
  const std::string one = EntityLabel(entity, schema);
  // An entity that goes by the name of its set is called by many already.
  if (known != nullptr && known->label.empty() && known->set_name == entity) return one;
  return one + " records";
}

std::string FieldLabel(std::string_view entity, std::string_view field, const Schema* schema) {
  const FieldSchema* known = schema ? schema->Find(entity, field) : nullptr;
  if (known != nullptr && !known->label.empty()) return known->label;
  return Readable(field);
}

}  // namespace satchel
