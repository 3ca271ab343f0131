#include "engine/server/odata/change_request.h"

#include <algorithm>

#include "engine/http/url.h"
#include "engine/record/guid.h"
#include "engine/server/json_text.h"
#include "policy/support/text.h"

namespace satchel::odata {

namespace {

using Kind = WriteOperation::Kind;

tl::unexpected<Error> Refused(const std::string& what) {
  return Fail(ErrorCode::kInvalid, what);
}

bool IsWhole(const std::string& text) {
  const std::size_t first = text.substr(0, 1) == "-" ? 1 : 0;
  return text.size() > first && text.size() < 20 &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(first), text.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::string> KeyJson(const EntitySchema& entity, const std::string& id) {
  const FieldSchema& key = *entity.Find(entity.key);
  if (kIdTypes.Has(key.type)) return JsonOf(key, *ParseGuid(id), true);
  if (kTextTypes.Has(key.type)) return JsonOf(key, id, true);
  return id;
}

Result<std::string> Body(const WriteOperation& operation, const EntitySchema& entity) {
  const bool create = operation.kind == Kind::kCreate;
  std::string body = "{";
  if (create && !operation.id.empty()) {
    const auto key = KeyJson(entity, operation.id);
    if (!key) return Fail(key.error());
    AppendJsonText(body, entity.key);
    body += ":" + *key;
  }
  for (const FieldValue& value : operation.values) {
    if (value.field == entity.key || value.field.find('@') != std::string::npos) continue;
    const FieldSchema* field = entity.Find(value.field);
    const std::string words = entity.name + "." + value.field;
    if (!field) return Refused(words + ": the service has no such property, or does not show it");
    if (create && std::holds_alternative<std::monostate>(value.value)) continue;
    if (!(create ? field->creatable : field->updatable)) {
      return Refused(words + ": the service does not let it be set");
    }
    const auto json = JsonOf(*field, value.value, true);
    if (!json) return Fail(json.error().While(words));
    if (body.size() > 1) body += ",";
    AppendJsonText(body, field->wire());
    body += ":" + *json;
  }
  return body + "}";
}

}  // namespace

Result<std::string> KeyLiteral(const EntitySchema& entity, const std::string& id) {
  const FieldSchema* key = entity.Find(entity.key);
  if (key && kIdTypes.Has(key->type)) {
    if (const auto guid = ParseGuid(id)) return ToString(*guid);
  } else if (key && kTextTypes.Has(key->type)) {
    std::string literal = "'";
    for (const char c : id) literal += c == '\'' ? "''" : std::string(1, c);
    return PercentEncode(literal + "'");
  } else if (key && (key->type == FieldType::kInteger || key->type == FieldType::kBigInt)) {
    if (IsWhole(id)) return id;
  }
  return Refused(entity.name + ": " + Quoted(id) + " is no key of it");
}

Result<HttpRequest> MakeChange(const WriteOperation& operation, const Schema& schema) {
  const EntitySchema* entity = schema.Find(operation.entity);
  if (!entity) {
    return Refused("the service has no entity set " + Quoted(operation.entity) +
                   ", or does not show it");
  }
  if (operation.kind == Kind::kAssociate || operation.kind == Kind::kDisassociate) {
    return Refused(
        entity->name +
        ": an OData service has no links between records that are no records themselves");
  }
  const FieldSchema* numbered = entity->Find(entity->key);
  const bool server_numbers =
      operation.kind == Kind::kCreate && operation.id.empty() && numbered &&
      (numbered->type == FieldType::kInteger || numbered->type == FieldType::kBigInt);
  const auto key = server_numbers ? Result<std::string>() : KeyLiteral(*entity, operation.id);
  if (!key) return Fail(key.error());
  HttpRequest request;
  if (operation.kind != Kind::kCreate) {
    request.headers.push_back({"If-Match", operation.if_match.empty() ? "*" : operation.if_match});
  }
  if (operation.kind == Kind::kDelete) {
    request.method = Method::kDelete;
    request.url = entity->set_name + "(" + *key + ")";
    return request;
  }
  auto body = Body(operation, *entity);
  if (!body) return Fail(body.error());
  request.body = std::move(*body);
  // A decimal sent as a number loses digits in most JSON readers; as text it cannot.
  request.headers.push_back({"Content-Type", "application/json;IEEE754Compatible=true"});
  const bool create = operation.kind == Kind::kCreate;
  request.method = create ? Method::kPost : Method::kPatch;
  request.url = create ? entity->set_name : entity->set_name + "(" + *key + ")";
  return request;
}

}  // namespace satchel::odata
