#include "tests/sim/seen.h"

namespace satchel::sim {

void Seen::Look(const Record& record, const Values& row, const std::set<std::string>& fields,
                const std::set<std::string>& pending) {
  Sight& sight = sights_[record];
  if (pending.empty()) sight = {};
  std::erase_if(sight.values, [&](const auto& one) { return !pending.contains(one.first); });
  for (const std::string& field : fields) {
    const auto shown = row.find(field);
    sight.values[field].insert(shown == row.end() ? Value() : shown->second);
  }
}

void Seen::Make(const Record& record) {
  sights_[record] = {.made = true};
}

void Seen::Show(const Record& record, const std::string& field, const Value& value) {
  sights_[record].values[field].insert(value);
}

void Seen::Fill(const Record& record, const Values& row) {
  filled_[record] = row;
}

void Seen::LoseSight(const Record& record) {
  sights_[record].all = true;
}

void Seen::LetAllOverwrite() {
  for (auto& [record, sight] : sights_) sight.all = true;
}

bool Seen::MayOverwrite(const Record& record, const std::string& field, const Value& value) const {
  const auto at = sights_.find(record);
  if (at == sights_.end()) return false;
  const Sight& sight = at->second;
  if (sight.all) return true;
  const auto values = sight.values.find(field);
  if (values != sight.values.end() && values->second.contains(value)) return true;
  if (sight.made && std::holds_alternative<std::monostate>(value)) return true;
  const auto filled = filled_.find(record);
  if (filled == filled_.end()) return false;
  const auto there = filled->second.find(field);
  return there != filled->second.end() && there->second == value;
}

std::set<std::string> Seen::FieldsOf(const Record& record) const {
  std::set<std::string> fields;
  if (const auto at = sights_.find(record); at != sights_.end()) {
    for (const auto& [field, values] : at->second.values) fields.insert(field);
  }
  return fields;
}

}  // namespace satchel::sim
