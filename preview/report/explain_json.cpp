#include <nlohmann/json.hpp>

#include "preview/report/explain_report.h"

namespace satchel {

namespace {

using Json = nlohmann::ordered_json;

std::string_view Name(FilterPart::Kind kind) {
  switch (kind) {
    case FilterPart::Kind::kAll:
      return "all";
    case FilterPart::Kind::kAny:
      return "any";
    case FilterPart::Kind::kCondition:
      return "condition";
    case FilterPart::Kind::kLink:
      return "link";
  }
  return {};
}

Json ToJson(const FilterPart& part) {
  Json json = {{"kind", Name(part.kind)},
               {"outcome", Name(part.outcome)},
               {"path", part.path},
               {"wording", part.wording}};
  if (part.kind == FilterPart::Kind::kCondition) {
    json["field"] = part.field;
    json["actual"] = part.actual;
    json["meaning"] = part.meaning;
  }
  if (part.kind == FilterPart::Kind::kLink) {
    json["entity"] = part.entity;
    json["wanted"] = part.wanted;
    json["linked"] = part.candidates;
    json["matching"] = part.matching;
    json["more"] = part.more;
    json["record"] = {{"id", part.linked_id}, {"name", part.linked_name}};
  }
  json["note"] = part.note;
  if (part.kind != FilterPart::Kind::kCondition) {
    json["parts"] = Json::array();
    for (const FilterPart& inner : part.parts) json["parts"].push_back(ToJson(inner));
  }
  return json;
}

}  // namespace

std::string ExplanationJson(const Explanation& explanation) {
  Json gates = Json::array();
  for (const ExplainGate& gate : explanation.gates) {
    Json json = {
        {"gate", Name(gate.kind)}, {"outcome", Name(gate.outcome)}, {"sentence", gate.sentence}};
    if (gate.kind == GateKind::kFilter) json["filter"] = ToJson(explanation.filter);
    if (gate.kind == GateKind::kCap) {
      json["rank"] = explanation.rank;
      json["matched"] = explanation.matched;
      json["max_records"] = explanation.max_records;
    }
    if (gate.kind == GateKind::kNextSync) {
      json["causes"] = Json::array();
      for (const NextSyncNote& note : explanation.next_sync) {
        json["causes"].push_back({{"cause", Name(note.cause)},
                                  {"by_changes", note.by_changes},
                                  {"by_sweep", note.by_sweep},
                                  {"what", note.what},
                                  {"when", note.when},
                                  {"sentence", note.sentence}});
      }
    }
    gates.push_back(std::move(json));
  }
  Json others = Json::array();
  for (const KnockOn& other : explanation.others) {
    others.push_back({{"entity", other.entity},
                      {"through", other.field},
                      {"words", other.words},
                      {"filter_asks", other.filter_asks},
                      {"leaves", other.leaves},
                      {"stays", other.stays}});
  }
  const Json document = {{"policy", explanation.policy_name},
                         {"server", explanation.server},
                         {"as", {{"id", explanation.as_id}, {"name", explanation.as_name}}},
                         {"now", ToString(explanation.now)},
                         {"zone", explanation.zone},
                         {"exact", explanation.exact},
                         {"entity", explanation.entity},
                         {"id", explanation.id},
                         {"name", explanation.name},
                         {"on_device", explanation.on_device},
                         {"verdict", explanation.verdict},
                         {"fix",
                          {{"sentence", explanation.fix.sentence},
                           {"path", explanation.fix.path},
                           {"value", explanation.fix.value}}},
                         {"gates", gates},
                         {"others", others}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace satchel
