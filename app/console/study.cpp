#include "app/console/study.h"

#include "policy/check/check.h"
#include "policy/yaml/write_policy.h"

namespace satchel {

Study ExaminePolicy(const Policy& draft, const Policy& saved, const Schema* schema) {
  Study study;
  study.findings = CheckPolicy(draft, schema);
  study.changes = Diff(saved, draft, schema);
  for (const Entity& entity : draft.entities) {
    study.labels[entity.name] = EntityLabel(entity.name, schema);
    study.sentences[entity.name] = ToString(Describe(QueryOf(entity), schema));
    study.spoken[entity.name] = DescribeRecords(QueryOf(entity), schema);
  }
  study.description = DescribePolicy(draft, schema);
  study.content_hash = ContentHash(draft);
  study.structure_hash = StructureHash(draft);
  return study;
}

}  // namespace satchel
