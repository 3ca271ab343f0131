#include "app/console/study.h"

#include "policy/check/check.h"

namespace satchel {

Study ExaminePolicy(const Policy& draft, const Policy& saved, const Schema* schema) {
  Study study;
  study.findings = CheckPolicy(draft, schema);
  study.changes = Diff(saved, draft);
  for (const Entity& entity : draft.entities) {
    study.labels[entity.name] = EntityLabel(entity.name, schema);
    study.sentences[entity.name] = ToString(Describe(QueryOf(entity), schema));
  }
  return study;
}

}  // namespace satchel
