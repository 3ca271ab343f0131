#include "app/sandbox/web/write.h"

#include <algorithm>

#include "app/sandbox/odata/filter.h"
#include "app/sandbox/query/render.h"
#include "app/sandbox/web/collection.h"
#include "app/sandbox/web/key.h"
#include "app/sandbox/web/record_write.h"
#include "app/sandbox/web/values.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

Answer<JsonValue> Body(const Call& call) {
  auto body = ParseJson(call.body);
  if (!body) {
    return Refuse(
        400, kCodePayload,
        "Error identified in Payload provided by the user: " + body.error().message + ".");
  }
  return std::move(*body);
}

std::string UrlOf(const Call& call, const Table& table, const Guid& id) {
  return call.base_url + table.set_name + "(" + ToString(id) + ")";
}

// 204 with OData-EntityId, or the row where return=representation asks for it.
Answer<HttpResponse> Written(Call& call, const Table& table, const Guid& id, bool created) {
  HttpResponse response;
  if (call.prefer.return_representation) {
    ReadOptions options;
    options.select = call.url.Get("$select");
    auto body = RenderRow(call, table, id, options);
    if (!body) return Refuse(body.error());
    response = JsonAnswer(std::move(*body), created ? 201 : 200);
    const auto version = VersionOf(call.database, table, id);
    if (!version) return Refuse(version.error());
    response.headers.Set("ETag", ETagOf(version->value_or(0)));
  } else {
    response = NoContent();
  }
  const std::string url = UrlOf(call, table, id);
  response.headers.Set("OData-EntityId", url);
  if (created) response.headers.Set("Location", url);
  return response;
}

// The right comes first: who may not write a row learns nothing of its version.
Answer<> CheckWritable(Call& call, const Table& table, Right right, const Guid& id,
                       std::int64_t version) {
  if (auto may = CheckRight(call, table, right, id); !may) return may;
  const std::string_view match = call.Condition("If-Match");
  if (match.empty() || match == "*") return {};
  if (!table.optimistic_concurrency) {
    return Refuse(400, kCodeNoOptimisticConcurrency,
                  "Optimistic concurrency isn't enabled for entity type " + table.name + ".");
  }
  if (match == ETagOf(version)) return {};
  return Refuse(412, kCodeVersionMismatch,
                "The version of the existing record doesn't match the RowVersion property "
                "provided.");
}

// Key values of the URL: copied into a new row, dropped from an update.
void MergeKey(std::vector<Change>& changes, const RowKey& key, bool create) {
  for (const auto& [attribute, value] : key.values) {
    const Attribute* wanted = attribute;
    const bool given = std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
      return change.attribute == wanted;
    });
    if (create && !given) {
      changes.push_back({attribute, value,
                         attribute->targets.empty() ? std::string() : attribute->targets.front()});
    }
    if (!create) {
      std::erase_if(changes, [&](const Change& change) { return change.attribute == wanted; });
    }
  }
}

Answer<Guid> CreateFrom(Call& call, const Table& table, const JsonValue& body,
                        std::optional<Guid> id, const RowKey& key) {
  auto changes = ReadChanges(call, table, body, true);
  if (!changes) return Refuse(changes.error());
  MergeKey(*changes, key, true);
  return InsertRow(call, table, id, std::move(*changes));
}

// The id an item of a *Multiple action names, by its key or "@odata.id".
Answer<std::optional<Guid>> ItemId(Call& call, const Table& table, const JsonValue& item,
                                   RowKey& key) {
  if (const JsonValue* id = item.Find(table.primary_id); id != nullptr && id->is_string()) {
    return ParseGuid(id->text);
  }
  const JsonValue* reference = item.Find("@odata.id");
  if (reference == nullptr || !reference->is_string()) return std::nullopt;
  const auto url = ParseUrl(reference->text);
  if (!url) return Refuse(url.error());
  if (url->segments.empty()) return std::nullopt;
  auto found = FindKey(call, table, url->segments.back());
  if (!found) return Refuse(found.error());
  key = std::move(*found);
  return key.id;
}

}  // namespace

Answer<HttpResponse> PostRow(Call& call, const Table& table) {
  const auto body = Body(call);
  if (!body) return Refuse(body.error());
  auto scope = WriteScope::Begin(call);
  if (!scope) return Refuse(scope.error());
  const auto id = CreateFrom(call, table, *body, std::nullopt, {});
  if (!id) return Refuse(id.error());
  auto response = Written(call, table, *id, true);
  if (!response) return response;
  if (auto committed = scope->Commit(); !committed) return Refuse(committed.error());
  return response;
}

Answer<HttpResponse> PatchRow(Call& call, const Table& table, const Segment& segment) {
  const auto body = Body(call);
  if (!body) return Refuse(body.error());
  auto scope = WriteScope::Begin(call);
  if (!scope) return Refuse(scope.error());
  const auto key = FindKey(call, table, segment);
  if (!key) return Refuse(key.error());
  std::optional<std::int64_t> version;
  if (key->id) {
    const auto found = VersionOf(call.database, table, *key->id);
    if (!found) return Refuse(found.error());
    version = *found;
  }
  Guid id;
  if (version) {
    if (call.Condition("If-None-Match") == "*") {
      return Refuse(412, kCodeDuplicate, "A record with matching key values already exists.");
    }
    if (auto match = CheckWritable(call, table, Right::kWrite, *key->id, *version); !match) {
      return Refuse(match.error());
    }
    id = *key->id;
    auto changes = ReadChanges(call, table, *body, false);
    if (!changes) return Refuse(changes.error());
    MergeKey(*changes, *key, false);
    if (auto done = UpdateRow(call, table, id, std::move(*changes)); !done) {
      return Refuse(done.error());
    }
  } else {
    if (!call.Condition("If-Match").empty()) {
      if (key->id) return DoesNotExist(table, *key->id);
      return Refuse(
          404, kCodeNotFound,
          "A record with the specified key values does not exist in " + table.name + " entity");
    }
    const auto created = CreateFrom(call, table, *body, key->id, *key);
    if (!created) return Refuse(created.error());
    id = *created;
  }
  auto response = Written(call, table, id, !version);
  if (!response) return response;
  if (auto committed = scope->Commit(); !committed) return Refuse(committed.error());
  return response;
}

Answer<HttpResponse> RemoveRow(Call& call, const Table& table, const Guid& id) {
  auto scope = WriteScope::Begin(call);
  if (!scope) return Refuse(scope.error());
  const auto version = VersionOf(call.database, table, id);
  if (!version) return Refuse(version.error());
  if (!*version) return DoesNotExist(table, id);
  if (auto match = CheckWritable(call, table, Right::kDelete, id, **version); !match)
    return Refuse(match.error());
  if (auto removed = DeleteRow(call, table, id); !removed) return Refuse(removed.error());
  if (auto committed = scope->Commit(); !committed) return Refuse(committed.error());
  return NoContent();
}

Answer<HttpResponse> WriteProperty(Call& call, const Table& table, const Guid& id,
                                   const Attribute& attribute) {
  if (!attribute.valid_for_update || !attribute.stored() || attribute.is_lookup()) {
    return Refuse(400, kCodeBadQuery,
                  "The property '" + attribute.wire_name() + "' cannot be written by itself." +
                      (attribute.is_lookup() ? " Use its navigation property with $ref." : ""));
  }
  JsonValue value;
  if (call.method == "PUT") {
    auto body = Body(call);
    if (!body) return Refuse(body.error());
    const JsonValue* given = body->Find("value");
    if (given == nullptr) return Refuse(400, kCodePayload, "The body has no member 'value'.");
    value = *given;
  }
  auto scope = WriteScope::Begin(call);
  if (!scope) return Refuse(scope.error());
  const auto version = VersionOf(call.database, table, id);
  if (!version) return Refuse(version.error());
  if (!*version) return DoesNotExist(table, id);
  if (auto match = CheckWritable(call, table, Right::kWrite, id, **version); !match)
    return Refuse(match.error());
  auto stored = ToStored(table, attribute, value);
  if (!stored) return Refuse(stored.error());
  std::vector<Change> changes;
  changes.push_back({&attribute, std::move(*stored), {}});
  if (auto done = UpdateRow(call, table, id, std::move(changes)); !done) {
    return Refuse(done.error());
  }
  if (auto committed = scope->Commit(); !committed) return Refuse(committed.error());
  HttpResponse response = NoContent();
  response.headers.Set("OData-EntityId", UrlOf(call, table, id));
  return response;
}

Answer<HttpResponse> WriteReference(Call& call, const Table& table, const Guid& id,
                                    const Segment& navigation) {
  const Metadata& metadata = call.metadata();
  const Relationship* lookup = metadata.FindLookup(table.name, navigation.name);
  const Relationship* one = metadata.FindCollection(table.name, navigation.name);
  const ManyToManyRelationship* many = metadata.FindManyToMany(table.name, navigation.name);
  auto scope = WriteScope::Begin(call);
  if (!scope) return Refuse(scope.error());
  const auto version = VersionOf(call.database, table, id);
  if (!version) return Refuse(version.error());
  if (!*version) return DoesNotExist(table, id);

  // Whom the request names: in the body, in the key of the segment, or in $id.
  std::optional<Reference> other;
  const bool forward =
      many != nullptr && many->entity1 == table.name && many->entity1_navigation == navigation.name;
  if (call.method != "DELETE") {
    const auto body = Body(call);
    if (!body) return Refuse(body.error());
    const JsonValue* reference = body->Find("@odata.id");
    if (reference == nullptr || !reference->is_string()) {
      return Refuse(400, kCodePayload, "The body has no member '@odata.id'.");
    }
    auto parsed = ParseReference(call, reference->text);
    if (!parsed) return Refuse(parsed.error());
    other = *parsed;
    const auto there = VersionOf(call.database, *other->table, other->id);
    if (!there) return Refuse(there.error());
    if (!*there) return DoesNotExist(*other->table, other->id);
  } else if (const std::string* text = call.url.Find("$id")) {
    auto parsed = ParseReference(call, *text);
    if (!parsed) return Refuse(parsed.error());
    other = *parsed;
  } else if (navigation.has_arguments && lookup == nullptr) {
    const Table* related = metadata.Find(
        one != nullptr ? one->referencing_entity : (forward ? many->entity2 : many->entity1));
    const auto key = RequireKey(call, *related, navigation);
    if (!key) return Refuse(key.error());
    other = Reference{related, *key};
  }

  const bool add = call.method != "DELETE";
  Answer<> done;
  if (lookup != nullptr) {
    if (call.method == "POST") {
      return Refuse(405, kCodeBadQuery, "A single-valued navigation property is set with PUT.");
    }
    if (add && !LeadsTo(*lookup, other->table->name)) {
      return Refuse(400, kCodePayload,
                    "The navigation property '" + navigation.name + "' points to " +
                        lookup->referenced_entity + ".");
    }
    std::vector<Change> changes;
    changes.push_back({table.Find(lookup->referencing_attribute),
                       add ? SqlValue(other->id) : SqlValue(std::monostate()),
                       add ? other->table->name : std::string()});
    done = UpdateRow(call, table, id, std::move(changes));
  } else {
    if (call.method == "PUT" || !other) {
      return Refuse(call.method == "PUT" ? 405 : 400, kCodeBadQuery,
                    "A collection-valued navigation property takes POST with '@odata.id', and "
                    "DELETE with the related row's key.");
    }
    if (one != nullptr) {
      std::vector<Change> changes;
      changes.push_back({metadata.Find(one->referencing_entity, one->referencing_attribute),
                         add ? SqlValue(id) : SqlValue(std::monostate()),
                         add ? table.name : std::string()});
      done =
          UpdateRow(call, *metadata.Find(one->referencing_entity), other->id, std::move(changes));
    } else {
      const Guid& first = forward ? id : other->id;
      const Guid& second = forward ? other->id : id;
      if (auto may = CheckRight(call, table, Right::kWrite, id); !may) return Refuse(may.error());
      done = add ? Connect(call, *many, first, second) : Disconnect(call, *many, first, second);
    }
  }
  if (!done) return Refuse(done.error());
  if (auto committed = scope->Commit(); !committed) return Refuse(committed.error());
  return NoContent();
}

Answer<HttpResponse> WriteMultiple(Call& call, const Table& table, std::string_view action) {
  const auto body = Body(call);
  if (!body) return Refuse(body.error());
  const JsonValue* targets = body->Find("Targets");
  if (targets == nullptr || !targets->is_array()) {
    return Refuse(400, kCodePayload, "The body has no array 'Targets'.");
  }
  auto scope = WriteScope::Begin(call);
  if (!scope) return Refuse(scope.error());
  std::vector<Guid> ids;
  for (const JsonValue& item : targets->items) {
    const JsonValue* type = item.Find("@odata.type");
    const std::string wanted = "Microsoft.Dynamics.CRM." + table.name;
    if (type == nullptr || (type->text != wanted && type->text != "#" + wanted)) {
      return Refuse(400, kCodePayload,
                    "Every item of Targets needs \"@odata.type\":\"" + wanted + "\".");
    }
    RowKey key;
    const auto id = ItemId(call, table, item, key);
    if (!id) return Refuse(id.error());
    std::optional<std::int64_t> version;
    if (*id) {
      const auto found = VersionOf(call.database, table, **id);
      if (!found) return Refuse(found.error());
      version = *found;
    }
    if (action == "CreateMultiple" || (action == "UpsertMultiple" && !version)) {
      const auto created = CreateFrom(call, table, item, *id, key);
      if (!created) return Refuse(created.error());
      ids.push_back(*created);
      continue;
    }
    if (!version) {
      if (*id) return DoesNotExist(table, **id);
      return Refuse(400, kCodePayload, "An item of Targets has no '" + table.primary_id + "'.");
    }
    auto changes = ReadChanges(call, table, item, false);
    if (!changes) return Refuse(changes.error());
    MergeKey(*changes, key, false);
    if (auto done = UpdateRow(call, table, **id, std::move(*changes)); !done) {
      return Refuse(done.error());
    }
  }
  if (auto committed = scope->Commit(); !committed) return Refuse(committed.error());
  if (action != "CreateMultiple") return NoContent();
  JsonWriter out;
  out.BeginObject().PlainKey("@odata.context");
  out.String(call.ContextUrl("Microsoft.Dynamics.CRM.CreateMultipleResponse"));
  out.PlainKey("Ids").BeginArray();
  for (const Guid& id : ids) out.String(ToString(id));
  out.EndArray().EndObject();
  return JsonAnswer(out.Take());
}

}  // namespace satchel::sandbox
