#include "engine/store/edit_check.h"

#include <algorithm>
#include <cstdio>

#include "engine/filter/json_value.h"
#include "engine/filter/literal.h"
#include "engine/record/decimal.h"
#include "engine/record/instant.h"
#include "engine/store/outbox.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

tl::unexpected<Error> Wrong(const EntitySchema& entity, const std::string& field,
                            const std::string& sentence) {
  return Fail(ErrorCode::kInvalid, entity.name + "." + field + ": " + sentence);
}

std::int64_t Characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

bool IsChoice(const FieldSchema& field, std::int64_t value) {
  return field.choices.empty() ||
         std::any_of(field.choices.begin(), field.choices.end(),
                     [value](const Choice& choice) { return choice.value == value; });
}

std::string ChoicesOf(const FieldSchema& field) {
  constexpr std::size_t kShown = 12;
  std::vector<std::string> words;
  for (const Choice& choice : field.choices) {
    if (words.size() == kShown) {
      words.emplace_back("…");
      break;
    }
    words.push_back(std::to_string(choice.value) +
                    (choice.label.empty() ? "" : " " + Shown(choice.label)));
  }
  return Join(words, ", ");
}

// "contact/GUID" → its two parts; an entity is there only where one is written.
std::pair<std::string, std::string> SplitTarget(const FieldSchema& field, const std::string& text) {
  if (!kLookupTypes.Has(field.type)) return {"", text};
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return {"", text};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

Result<Value> ReadValue(const Schema& schema, const FieldSchema& field, const std::string& text) {
  const DataColumn column = {
      .field = &field, .scale = ScaleOf(field), .id_kind = IdKindOf(schema, field)};
  JsonScalar scalar = {.text = text};
  if (field.type == FieldType::kBoolean) {
    const auto boolean = ReadBoolean(text);
    if (!boolean) return Fail(ErrorCode::kInvalid, BadLiteral(text, field.type));
    return std::int64_t{*boolean};
  }
  RowBatch batch;
  const auto cell = StoreScalar(column, scalar, batch);
  if (!cell) return Fail(cell.error());
  return ToValue(*cell);
}

Result<> CheckValue(const EntitySchema& entity, const FieldSchema& field, const std::string& text,
                    const Value& value) {
  if (const std::size_t at = FirstInvalidUtf8(text); at != std::string::npos) {
    return Wrong(entity, field.name, "the text is not valid UTF-8");
  }
  if (kTextTypes.Has(field.type)) {
    if (text.find('\0') != std::string::npos) {
      return Wrong(entity, field.name, "the text contains a NUL character");
    }
    const std::int64_t length = Characters(text);
    if (field.max_length > 0 && length > field.max_length) {
      return Wrong(entity, field.name,
                   "the text has " + std::to_string(length) + " characters, at most " +
                       std::to_string(field.max_length) + " are allowed");
    }
  }
  if (kChoiceTypes.Has(field.type)) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number && !IsChoice(field, *number)) {
      return Wrong(entity, field.name,
                   Quoted(text) + " is not one of its choices: " + ChoicesOf(field));
    }
  }
  if (field.type == FieldType::kMultiSelect) {
    for (const std::string_view part : Split(text, ',')) {
      const auto number = ReadWholeNumber(Trim(part));
      if (number && !IsChoice(field, *number)) {
        return Wrong(entity, field.name,
                     Quoted(Trim(part)) + " is not one of its choices: " + ChoicesOf(field));
      }
    }
  }
  return {};
}

// The target's entity, where the field keeps it or can have but one.
Result<std::string> TargetOf(const EntitySchema& entity, const FieldSchema& field,
                             const std::string& named) {
  if (named.empty()) {
    if (!field.polymorphic()) return std::string();
    return Wrong(entity, field.name,
                 "it can point at " + Join(field.targets, " or ") + "; write " +
                     Quoted(field.targets.front() + "/ID"));
  }
  const auto& targets = field.targets;
  if (!targets.empty() && std::find(targets.begin(), targets.end(), named) == targets.end()) {
    return Wrong(entity, field.name,
                 "it cannot point at " + Quoted(named) + ", only at " + Join(targets, " or "));
  }
  return named;
}

}  // namespace

Result<std::vector<FieldValue>> ReadEdit(const Schema& schema, const EntitySchema& entity,
                                         EditKind kind, const std::vector<FieldText>& values) {
  std::vector<FieldValue> read;
  for (const FieldText& given : values) {
    const FieldSchema* field = entity.Find(given.field);
    if (!field) {
      std::vector<std::string> names;
      for (const auto& [name, known] : entity.fields) names.push_back(name);
      const std::string near = Nearest(given.field, names);
      return Fail(ErrorCode::kNotFound,
                  entity.name + ": the device keeps no field " + Quoted(given.field) +
                      (near.empty() ? " (see the policy's fields of this entity)"
                                    : " (did you mean " + Quoted(near) + "?)"));
    }
    const auto twice = std::find_if(read.begin(), read.end(), [&](const FieldValue& value) {
      return value.field == given.field;
    });
    if (twice != read.end()) return Wrong(entity, given.field, "it is given twice");
    const bool key = field->name == entity.key;
    if (key && kind != EditKind::kCreate) {
      return Wrong(entity, given.field, "a record's id cannot be changed");
    }
    if (!key && !(kind == EditKind::kUpdate ? field->updatable : field->creatable)) {
      return Wrong(entity, given.field,
                   kind == EditKind::kUpdate ? "the server sets it; it cannot be changed"
                                             : "the server sets it; it cannot be given");
    }
    if (given.text.empty()) {
      if (field->required) return Wrong(entity, given.field, "it must have a value");
      read.push_back({given.field, {}});
      if (field->polymorphic()) read.push_back({TypeColumn(given.field), {}});
      continue;
    }
    const auto [named, text] = SplitTarget(*field, given.text);
    const auto target = TargetOf(entity, *field, named);
    if (!target) return Fail(target.error());
    const auto value = ReadValue(schema, *field, text);
    if (!value) return Wrong(entity, given.field, value.error().message);
    if (auto allowed = CheckValue(entity, *field, text, *value); !allowed) {
      return Fail(allowed.error());
    }
    read.push_back({given.field, *value});
    if (field->polymorphic()) read.push_back({TypeColumn(given.field), *target});
  }
  if (kind != EditKind::kCreate) return read;
  for (const auto& [field_name, field] : entity.fields) {
    const std::string& name = field_name;  // Clang 14 captures no structured binding.
    if (!field.required || !field.creatable || name == entity.key) continue;
    if (FilledInByServer(field.type)) continue;
    const bool given = std::any_of(read.begin(), read.end(),
                                   [&](const FieldValue& value) { return value.field == name; });
    if (!given) return Wrong(entity, name, "a new record must have it");
  }
  return read;
}

bool FilledInByServer(FieldType type) {
  return type == FieldType::kOwner || type == FieldType::kState || type == FieldType::kStatus;
}

IdKind KeyKindOf(const EntitySchema& entity) {
  const FieldSchema* key = entity.Find(entity.key);
  if (!key || kIdTypes.Has(key->type)) return IdKind::kGuid;
  return kTextTypes.Has(key->type) ? IdKind::kText : IdKind::kInteger;
}

Result<Value> ReadId(const Schema& schema, const EntitySchema& entity, const std::string& text) {
  const FieldSchema* key = entity.Find(entity.key);
  if (!key) return Fail(ErrorCode::kUnsupported, entity.name + ": it has no single key field");
  auto value = ReadValue(schema, *key, text);
  if (!value) return Fail(ErrorCode::kInvalid, entity.name + ": " + value.error().message);
  if (std::holds_alternative<std::monostate>(*value)) {
    return Fail(ErrorCode::kInvalid, entity.name + ": name a record by its id");
  }
  return value;
}

std::string PrintValue(const FieldSchema& field, const Value& value, const Value& type) {
  if (const auto* real = std::get_if<double>(&value)) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", *real);
    return text;
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    switch (field.type) {
      case FieldType::kDecimal:
      case FieldType::kMoney:
        return ToString(Decimal{*number, ScaleOf(field)});
      case FieldType::kDateTime:
      case FieldType::kDateTimeTzi:
        return ToString(Instant{*number});
      case FieldType::kDateOnly:
        return ToString(Day{*number});
      case FieldType::kBoolean:
        return *number != 0 ? "true" : "false";
      default:
        break;
    }
  }
  const std::string text = IdText(value);
  // ",1,3," is how choices are kept; "1,3" is how they are written.
  if (field.type == FieldType::kMultiSelect && text.size() > 2) {
    return text.substr(1, text.size() - 2);
  }
  const auto* target = std::get_if<std::string>(&type);
  return target && !target->empty() && !text.empty() ? *target + "/" + text : text;
}

}  // namespace satchel
