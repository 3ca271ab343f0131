#include "app/cli/device/device_json.h"

#include "policy/model/keywords.h"

namespace satchel {

namespace {

Json ToJson(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* id = std::get_if<Guid>(&value)) return ToString(*id);
  return nullptr;
}

}  // namespace

Json ToJson(const DeviceEvent& event) {
  return {{"at", ToString(event.at)},
          {"kind", Name(event.kind)},
          {"trigger", event.trigger},
          {"text", event.text}};
}

Json ToJson(const SyncOutcome& outcome) {
  Json entities = Json::array();
  for (const EntityChange& entity : outcome.entities) {
    entities.push_back({{"name", entity.name},
                        {"way", entity.full ? "full" : "incremental"},
                        {"why", entity.why},
                        {"swept", entity.swept},
                        {"sweep_why", entity.sweep_why},
                        {"received", entity.received},
                        {"added", entity.added},
                        {"updated", entity.updated},
                        {"removed", entity.removed},
                        {"kept", entity.kept},
                        {"pending", entity.pending},
                        {"requests", entity.requests},
                        {"bytes", entity.bytes},
                        {"error", entity.error ? entity.error->message : std::string()}});
  }
  const UploadOutcome& upload = outcome.upload;
  return {{"succeeded", outcome.succeeded()},
          {"why_not", outcome.WhyNot()},
          {"style", Keyword(outcome.style)},
          {"structure_pending", outcome.structure_pending},
          {"seconds", outcome.seconds},
          {"upload",
           {{"sent", upload.sent},
            {"conflicts", upload.conflicts},
            {"dropped", upload.dropped},
            {"parked", upload.parked},
            {"waiting", upload.waiting},
            {"requests", upload.requests}}},
          {"entities", std::move(entities)},
          {"warnings", outcome.warnings}};
}

Json ToJson(const LocalRecord& record) {
  Json values = Json::object();
  for (const FieldText& value : record.values) values[value.field] = value.text;
  return {{"id", record.id},
          {"version", record.version},
          {"pending", record.pending},
          {"values", std::move(values)}};
}

Json ToJson(const OutboxEntry& entry) {
  Json changes = Json::array();
  for (const FieldChange& change : entry.changes) {
    changes.push_back({{"field", change.field},
                       {"mine", ToJson(change.mine)},
                       {"base", ToJson(change.base)},
                       {"theirs", ToJson(change.theirs)}});
  }
  return {{"seq", entry.seq},
          {"entity", entry.entity},
          {"id", IdText(entry.id)},
          {"kind", Name(entry.kind)},
          {"state", Name(entry.state)},
          {"made_at", ToString(entry.made_at)},
          {"attempts", entry.attempts},
          {"message", entry.message},
          {"theirs_gone", entry.theirs_gone},
          {"changes", std::move(changes)}};
}

std::string ShownValue(const Value& value) {
  const Json json = ToJson(value);
  if (json.is_null()) return "(none)";
  return json.is_string() ? json.get<std::string>() : json.dump();
}

}  // namespace satchel
