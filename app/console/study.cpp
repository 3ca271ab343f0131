#include "app/console/study.h"

#include "policy/check/check.h"

namespace satchel {

Study ExaminePolicy(const Policy& draft, const Policy& saved, const Schema* schema) {
  Study study;
  study.findings = CheckPolicy(draft, schema);
  study.changes = Diff(saved, draft);
  for (const Entity& entity : draft.entities) {
    study.labels[entity.name] = EntityLabel(entity.name, schema);
    Sentence spoken = Describe(QueryOf(entity), schema);
    study.sentences[entity.name] = ToString(spoken);
    study.spoken[entity.name] = std::move(spoken);
  }
  return study;
}

}  // namespace satchel
