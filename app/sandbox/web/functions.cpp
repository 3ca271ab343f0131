#include "app/sandbox/web/functions.h"

#include "app/sandbox/json/writer.h"
#include "app/sandbox/odata/token.h"
#include "engine/record/cell.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

HttpResponse WhoAmI(const Call& call) {
  const Person* person = call.directory->people.Find(call.actor.user());
  JsonWriter out;
  out.BeginObject();
  out.PlainKey("@odata.context").String(call.ContextUrl("Microsoft.Dynamics.CRM.WhoAmIResponse"));
  out.PlainKey("BusinessUnitId").String(person == nullptr ? "" : ToString(person->business_unit));
  out.PlainKey("UserId").String(ToString(call.actor.user()));
  out.PlainKey("OrganizationId").String(ToString(call.directory->people.organization));
  out.EndObject();
  return JsonAnswer(out.Take());
}

Answer<HttpResponse> TotalRecordCount(Call& call) {
  const auto arguments = ParseArguments(call.url.segments.front(), call.url);
  if (!arguments) return Refuse(arguments.error());
  if (arguments->size() != 1 || arguments->front().name != "EntityNames") {
    return BadQuery("RetrieveTotalRecordCount takes EntityNames=['account'].");
  }
  const auto names = ListItems(arguments->front().value);
  if (!names) return Refuse(names.error());
  JsonWriter keys;
  JsonWriter values;
  keys.BeginArray();
  values.BeginArray();
  for (const std::string& name : *names) {
    if (call.metadata().Find(name) == nullptr) {
      return Refuse(404, kCodeNotFound, "The entity " + Quoted(name) + " does not exist.");
    }
    auto statement = call.database.Prepare("SELECT count(*) FROM " + SqlName(name));
    if (!statement) return Refuse(statement.error());
    if (const auto row = statement->Step(); !row) return Refuse(row.error());
    keys.String(name);
    values.Integer(statement->Integer(0));
  }
  keys.EndArray();
  values.EndArray();
  JsonWriter out;
  out.BeginObject();
  out.PlainKey("@odata.context")
      .String(call.ContextUrl("Microsoft.Dynamics.CRM.RetrieveTotalRecordCountResponse"));
  out.PlainKey("EntityRecordCountCollection").BeginObject();
  out.PlainKey("Count").Integer(static_cast<std::int64_t>(names->size()));
  out.PlainKey("IsReadOnly").Boolean(false);
  out.PlainKey("Keys").Raw(keys.Take()).PlainKey("Values").Raw(values.Take());
  out.EndObject().EndObject();
  return JsonAnswer(out.Take());
}

}  // namespace

std::optional<Answer<HttpResponse>> CallFunction(Call& call) {
  if (call.url.segments.size() != 1) return std::nullopt;
  const std::string& name = call.url.segments.front().name;
  const bool who = name == "WhoAmI" || name == "Microsoft.Dynamics.CRM.WhoAmI";
  const bool count = name == "RetrieveTotalRecordCount" ||
                     name == "Microsoft.Dynamics.CRM.RetrieveTotalRecordCount";
  if (!who && !count) return std::nullopt;
  if (call.method != "GET") {
    return Refuse(405, kCodeBadQuery, "The function " + name + " is called with GET.");
  }
  return who ? Answer<HttpResponse>(WhoAmI(call)) : TotalRecordCount(call);
}

}  // namespace satchel::sandbox
