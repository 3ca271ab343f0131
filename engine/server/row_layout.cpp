#include "engine/server/row_layout.h"

#include <algorithm>

#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr const char* kFormattedValue = "@OData.Community.Display.V1.FormattedValue";
constexpr const char* kLogicalName = "@Microsoft.Dynamics.CRM.lookuplogicalname";

}  // namespace

Result<RowLayout> RowLayout::Make(const EntitySchema& entity,
                                  const std::vector<std::string>& fields, const Options& options) {
  RowLayout layout;
  layout.entity_ = entity.name;
  layout.each_once_ = options.each_once;
  layout.labels_ = options.labels;
  if (entity.key.empty()) {
    return Fail(ErrorCode::kInvalid, entity.name +
                                         ": the entity has no single key field, so its records "
                                         "cannot be told apart offline (leave it online)");
  }
  std::vector<std::string> names = {entity.key};
  for (const std::string& field : fields) {
    if (std::find(names.begin(), names.end(), field) == names.end()) names.push_back(field);
  }
  std::vector<Slot> types;
  for (const std::string& name : names) {
    const FieldSchema* field = entity.Find(name);
    if (!field) {
      return Fail(ErrorCode::kInvalid,
                  entity.name + ": the server has no field " + Quoted(name) +
                      " there, or the user may not read it (take it out of the policy)");
    }
    const std::size_t column = layout.columns_.size();
    layout.columns_.push_back({name});
    const std::string words = entity.name + "." + name;
    layout.slots_.push_back({.property = field->wire(),
                             .column = column,
                             .type = field->type,
                             .scale = ScaleOf(*field),
                             .words = words});
    const bool lookup = kLookupTypes.Has(field->type);
    if (lookup && field->polymorphic()) {
      types.push_back({.property = field->wire() + kLogicalName, .words = words});
    }
    if (lookup && options.labels) {
      layout.slots_.push_back({.property = field->wire() + kFormattedValue,
                               .column = column,
                               .label = true,
                               .words = words});
    }
  }
  for (Slot& type : types) {
    type.column = layout.columns_.size();
    layout.columns_.push_back({TypeColumn(type.words.substr(entity.name.size() + 1))});
    layout.slots_.push_back(std::move(type));
  }
  const std::size_t version = layout.columns_.size();
  layout.columns_.push_back({std::string(kVersionColumn)});
  if (!options.version.empty()) {
    layout.slots_.push_back(
        {.property = options.version,
         .column = version,
         .type = options.version.front() == '@' ? FieldType::kString : FieldType::kBigInt,
         .words = entity.name + "'s version"});
  }
  return layout;
}

RowLayout RowLayout::WithRemovals() const {
  RowLayout layout = *this;
  const auto add = [&layout](const char* property, Slot::Mark mark) {
    layout.slots_.push_back({.property = property, .words = layout.entity_, .mark = mark});
  };
  add("@odata.context", Slot::Mark::kContext);
  add("@context", Slot::Mark::kContext);
  add("@odata.removed", Slot::Mark::kRemoved);
  add("@removed", Slot::Mark::kRemoved);
  for (const char* id : {"id", "@odata.id", "@id"}) add(id, Slot::Mark::kId);
  return layout;
}

}  // namespace satchel
