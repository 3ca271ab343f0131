#include "app/sandbox/web/router.h"

#include "app/sandbox/company/metadata_json.h"
#include "app/sandbox/fetch/fetch_collection.h"
#include "app/sandbox/odata/filter.h"
#include "app/sandbox/query/sql.h"
#include "app/sandbox/web/batch.h"
#include "app/sandbox/web/collection.h"
#include "app/sandbox/web/functions.h"
#include "app/sandbox/web/key.h"
#include "app/sandbox/web/tracking.h"
#include "app/sandbox/web/write.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

tl::unexpected<ApiError> WrongVerb(const Call& call) {
  return Refuse(405, kCodeBadQuery,
                "The HTTP method " + Quoted(call.method) + " is not supported by this resource.");
}

Answer<HttpResponse> GetMetadata(const Call& call) {
  MetadataRequest request;
  request.path = call.url.path;
  request.select = call.url.Get("$select");
  request.expand = call.url.Get("$expand");
  request.filter = call.url.Get("$filter");
  request.base_url = call.base_url;
  auto json = RenderMetadata(call.metadata(), request);
  if (!json) return Refuse(json.error());
  return JsonAnswer(std::move(*json));
}

HttpResponse GetCsdl(const Call& call) {
  HttpResponse response;
  response.headers.Set("Content-Type", "application/xml");
  response.headers.Set("OData-Version", "4.0");
  response.body = RenderCsdl(call.metadata(), call.url.Get("annotations") == "true");
  return response;
}

Answer<HttpResponse> OnSet(Call& call, const Table& table) {
  if (call.method == "POST") return PostRow(call, table);
  if (call.method != "GET") return WrongVerb(call);
  if (const std::string* xml = call.url.Find("fetchXml")) return GetFetch(call, table, *xml);
  for (const char* name : {"savedQuery", "userQuery"}) {
    if (const std::string* id = call.url.Find(name)) {
      const auto xml = SavedFetch(call, *id);
      if (!xml) return Refuse(xml.error());
      return GetFetch(call, table, *xml);
    }
  }
  if (AsksForChanges(call)) return GetChanges(call, table);
  return GetCollection(call, table, "");
}

// accounts/$count and accounts/Microsoft.Dynamics.CRM.CreateMultiple
Answer<HttpResponse> BelowSet(Call& call, const Table& table, std::string_view name) {
  if (name == "$count" && call.method == "GET") {
    if (call.url.Find("$deltatoken") != nullptr) return GetChangeCount(call, table);
    return GetCount(call, table, "");
  }
  constexpr std::string_view kPrefix = "Microsoft.Dynamics.CRM.";
  if (name.substr(0, kPrefix.size()) == kPrefix) name.remove_prefix(kPrefix.size());
  if (name == "CreateMultiple" || name == "UpdateMultiple" || name == "UpsertMultiple") {
    if (call.method != "POST") return WrongVerb(call);
    return WriteMultiple(call, table, name);
  }
  return Refuse(404, kCodeNoResource, "Resource not found for the segment " + Quoted(name) + ".");
}

Answer<HttpResponse> OnNavigation(Call& call, const Table& table, const Guid& id,
                                  const std::vector<Segment>& rest) {
  const std::string& name = rest.front().name;
  const std::string last = rest.size() > 1 ? rest.back().name : "";
  const Metadata& metadata = call.metadata();
  const bool value = last == "$value";
  if (const Attribute* attribute = FindProperty(table, name);
      attribute != nullptr && (rest.size() == 1 || value)) {
    if (call.method == "GET") return GetProperty(call, table, id, *attribute, value);
    if (call.method == "PUT" || call.method == "DELETE") {
      return WriteProperty(call, table, id, *attribute);
    }
    return WrongVerb(call);
  }
  const Relationship* lookup = metadata.FindLookup(table.name, name);
  const Relationship* one = metadata.FindCollection(table.name, name);
  const ManyToManyRelationship* many = metadata.FindManyToMany(table.name, name);
  if (lookup == nullptr && one == nullptr && many == nullptr) {
    return Refuse(404, kCodeNoResource, "Resource not found for the segment " + Quoted(name) + ".");
  }
  if (call.method != "GET") {
    if (last != "$ref") return WrongVerb(call);
    return WriteReference(call, table, id, rest.front());
  }
  if (auto readable = RequireReadable(call, table, id); !readable) return Refuse(readable.error());
  if (lookup != nullptr) {
    const auto target = LookupTarget(call, table, id, *lookup);
    if (!target) return Refuse(target.error());
    if (!*target) return NoContent();
    const Table& related = *(*target)->table;
    if (last == "$ref") {
      return GetReferences(call, related,
                           Qualified("t0", related.primary_id) + " = " + SqlLiteral((*target)->id),
                           false);
    }
    return GetRow(call, related, (*target)->id);
  }
  const bool forward =
      many != nullptr && many->entity1 == table.name && many->entity1_navigation == name;
  const Table& related = *metadata.Find(one != nullptr ? one->referencing_entity
                                                       : (forward ? many->entity2 : many->entity1));
  const std::string where = BelongsTo(metadata, table, one, many, name, id);
  if (last == "$count") return GetCount(call, related, where);
  if (last == "$ref") return GetReferences(call, related, where, true);
  return GetCollection(call, related, where);
}

Answer<HttpResponse> Dispatch(Call& call) {
  const std::vector<Segment>& segments = call.url.segments;
  if (segments.empty()) {
    if (call.method != "GET") return WrongVerb(call);
    return JsonAnswer(RenderServiceDocument(call.metadata(), call.base_url));
  }
  if (call.url.path == "$metadata") return GetCsdl(call);
  if (call.url.path == "$batch") return RunBatch(call);
  if (IsMetadataPath(call.url.path)) {
    if (call.method != "GET") return WrongVerb(call);
    return GetMetadata(call);
  }
  if (auto answer = CallFunction(call)) return std::move(*answer);

  const auto table = FindSet(call, segments.front().name);
  if (!table) return Refuse(table.error());
  if (!segments.front().has_arguments) {
    if (segments.size() == 1) return OnSet(call, **table);
    return BelowSet(call, **table, segments[1].name);
  }
  if (segments.size() == 1 && call.method == "PATCH") {
    return PatchRow(call, **table, segments.front());
  }
  const auto id = RequireKey(call, **table, segments.front());
  if (!id) return Refuse(id.error());
  if (segments.size() == 1) {
    if (call.method == "GET") return GetRow(call, **table, *id);
    if (call.method == "DELETE") return RemoveRow(call, **table, *id);
    return WrongVerb(call);
  }
  return OnNavigation(call, **table, *id, {segments.begin() + 1, segments.end()});
}

std::string Applied(const Call& call, const HttpResponse& response) {
  std::vector<std::string> applied;
  const Preferences& prefer = call.prefer;
  if (prefer.max_page_size > 0 && call.method == "GET") {
    applied.push_back("odata.maxpagesize=" + std::to_string(prefer.max_page_size));
  }
  if (!prefer.annotations.empty()) {
    applied.push_back("odata.include-annotations=\"" + Join(prefer.annotations, ",") + "\"");
  }
  if (prefer.return_representation && (response.status == 200 || response.status == 201) &&
      call.method != "GET") {
    applied.emplace_back("return=representation");
  }
  return Join(applied, ", ");
}

}  // namespace

HttpResponse Route(Call& call) {
  auto answer = Dispatch(call);
  if (!answer) return ErrorAnswer(answer.error());
  if (answer->status < 300 && answer->headers.Find("Preference-Applied").empty()) {
    std::string applied = Applied(call, *answer);
    if (!applied.empty()) answer->headers.Set("Preference-Applied", std::move(applied));
  }
  return std::move(*answer);
}

}  // namespace satchel::sandbox
