#include "app/cli/device/device_json.h"

#include "engine/store/edit_check.h"
#include "policy/model/keywords.h"

namespace satchel {

namespace {

Json ToJson(const Value& value, const FieldSchema* field) {
  if (std::holds_alternative<std::monostate>(value)) return nullptr;
  if (field) return PrintValue(*field, value);
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
          {"attachments",
           {{"kept", outcome.attachments.kept},
            {"fetched", outcome.attachments.fetched},
            {"removed", outcome.attachments.removed},
            {"left_out", outcome.attachments.left_out},
            {"failed", outcome.attachments.failed},
            {"bytes", outcome.attachments.bytes}}},
          {"warnings", outcome.warnings}};
}

Json ToJson(const LocalRecord& record) {
  Json values = Json::object();
  for (const FieldText& value : record.values) values[value.field] = value.text;
  Json names = Json::object();
  for (const FieldText& name : record.names) names[name.field] = name.text;
  return {{"id", record.id},
          {"version", record.version},
          {"pending", record.pending},
          {"values", std::move(values)},
          {"names", std::move(names)}};
}

const FieldSchema* FieldOf(const Schema& schema, const OutboxEntry& entry,
                           const std::string& field) {
  const EntitySchema* entity = schema.Find(entry.entity);
  return entity ? entity->Find(field) : nullptr;
}

Json ToJson(const OutboxEntry& entry, const Schema& schema) {
  Json changes = Json::array();
  for (const FieldChange& change : entry.changes) {
    const FieldSchema* field = FieldOf(schema, entry, change.field);
    changes.push_back({{"field", change.field},
                       {"mine", ToJson(change.mine, field)},
                       {"before", ToJson(change.before, field)},
                       {"base", ToJson(change.base, field)},
                       {"theirs", ToJson(change.theirs, field)}});
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

std::string ShownValue(const Value& value, const FieldSchema* field) {
  const Json json = ToJson(value, field);
  if (json.is_null()) return "(none)";
  return json.is_string() ? json.get<std::string>() : json.dump();
}

}  // namespace satchel
