#include "engine/store/known_names.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/store/edit_check.h"
#include "engine/store/local_schema.h"
#include "policy/schema/choice_label.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// "Active", "Cash, Card"; a number without a label stays one. Empty: no label at all.
std::string ChoiceLabels(const FieldSchema& field, std::string_view text) {
  if (field.choices.empty()) return {};
  std::vector<std::string> labels;
  bool any = false;
  for (const std::string_view number : Split(text, ',')) {
    const std::string_view text_of = number == "true" ? "1" : number == "false" ? "0" : number;
    std::int64_t value = 0;
    const auto [end, error] =
        std::from_chars(text_of.data(), text_of.data() + text_of.size(), value);
    const bool whole = error == std::errc() && end == text_of.data() + text_of.size();
    std::string label = whole ? ChoiceLabel(field, value) : std::string();
    any |= !label.empty();
    labels.push_back(label.empty() ? std::string(number) : std::move(label));
  }
  return any ? Join(labels, ", ") : std::string();
}

}  // namespace

void KnownNames::Add(const std::vector<Label>& labels) {
  for (const Label& label : labels) found_[label.id] = label.text;
}

std::string KnownNames::Of(const FieldSchema& field, std::string_view text) {
  if (text.empty()) return {};
  if (!kLookupTypes.Has(field.type)) return ChoiceLabels(field, text);
  // "contact/6f1c…" where several entities are possible.
  return OfLookup(field, std::string(text.substr(text.find('/') + 1)));
}

std::string KnownNames::OfLookup(const FieldSchema& field, const std::string& id) {
  if (const auto at = found_.find(id); at != found_.end()) return at->second;
  std::string name = LabelOf(id);
  for (std::size_t i = 0; name.empty() && i < field.targets.size(); ++i) {
    const EntitySchema* target = description_.schema.Find(field.targets[i]);
    if (!target) continue;
    if (const auto key = ReadId(description_.schema, *target, id)) {
      name = OfRecord(target->name, *key);
    }
  }
  return found_.emplace(id, std::move(name)).first->second;
}

std::string KnownNames::LabelOf(const std::string& id) {
  if (!label_) {
    auto statement = database_.Prepare("SELECT text FROM \"@label\" WHERE id=?1");
    if (!statement) return {};
    label_ = std::move(*statement);
  }
  label_->Bind(1, std::string_view(id));
  const auto row = label_->Step();
  std::string text = row && *row ? std::string(label_->Text(0)) : std::string();
  label_->Reset();
  return text;
}

std::string KnownNames::OfRecord(const std::string& entity, const Value& id) {
  const EntitySchema* schema = description_.schema.Find(entity);
  if (!schema || schema->primary_name.empty()) return {};
  const auto kept = std::find_if(description_.fields.begin(), description_.fields.end(),
                                 [&](const auto& one) { return one.first == entity; });
  if (kept == description_.fields.end() ||
      std::count(kept->second.begin(), kept->second.end(), schema->primary_name) == 0) {
    return {};
  }
  auto statement =
      database_.Prepare("SELECT " + SqlName(schema->primary_name) + " FROM " + SqlName(entity) +
                        " WHERE " + SqlName(kRowIdColumn) + "=(SELECT row FROM " +
                        SqlName(KeyTableName(entity, schema->key)) + " WHERE key=?1)");
  if (!statement) return {};
  const Cell key = ToCell(id);
  statement->Bind(1, key);
  const auto row = statement->Step();
  if (!row || !*row) return {};
  return PrintValue(*schema->Find(schema->primary_name), ToValue(statement->At(0)));
}

}  // namespace satchel
