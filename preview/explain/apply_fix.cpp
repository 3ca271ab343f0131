#include "preview/explain/apply_fix.h"

#include <charconv>

#include "preview/explain/filter_place.h"

namespace satchel {

std::optional<Entity> WithFix(Entity entity, const ExplainFix& fix) {
  using Edit = ExplainFix::Edit;
  if (fix.edit == Edit::kNone) return std::nullopt;
  if (fix.edit == Edit::kMaxRecords) {
    std::int64_t records = 0;
    const char* end = fix.value.data() + fix.value.size();
    if (fix.path != "entities." + entity.name + ".max_records" || !entity.max_records ||
        std::from_chars(fix.value.data(), end, records).ec != std::errc()) {
      return std::nullopt;
    }
    entity.max_records = records;
    return entity;
  }
  const auto place = FindPlace(entity.name, entity.filter, entity.links, fix.path);
  if (!place) return std::nullopt;
  if (fix.edit == Edit::kRemoval) {
    place->Remove();
    return entity;
  }
  Condition* condition = place->condition();
  if (!condition || condition->field != fix.condition.field) return std::nullopt;
  // What somebody noted about the condition stays.
  const std::string notes = condition->notes;
  *condition = fix.condition;
  condition->notes = notes;
  return entity;
}

}  // namespace satchel
