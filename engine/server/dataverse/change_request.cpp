#include "engine/server/dataverse/change_request.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/record/cell.h"
#include "engine/record/guid.h"
#include "engine/server/json_text.h"
#include "policy/support/text.h"

namespace satchel::dataverse {

namespace {

using Kind = WriteOperation::Kind;

bool IsLink(const WriteOperation& operation) {
  return operation.kind == Kind::kAssociate || operation.kind == Kind::kDisassociate;
}

const Value* ValueOf(const WriteOperation& operation, const std::string& field) {
  for (const FieldValue& value : operation.values) {
    if (value.field == field) return &value.value;
  }
  return nullptr;
}

bool IsNull(const Value& value) {
  return std::holds_alternative<std::monostate>(value);
}

tl::unexpected<Error> Refused(const std::string& what) {
  return Fail(ErrorCode::kInvalid, what);
}

// "nav@odata.bind":"contacts(<id>)", or null.
Result<std::string> Binding(const WriteOperation& operation, const FieldSchema& field,
                            const Value& value, const Schema& schema, const WriteNames& names) {
  const std::string words = operation.entity + "." + field.name;
  const std::string target = TargetOf(operation, field);
  const std::string navigation = names.NavigationOf(operation.entity, field, target);
  if (navigation.empty()) {
    return Refused(words + ": the server names no way to set it (leave it out)");
  }
  std::string json;
  AppendJsonText(json, navigation + "@odata.bind");
  if (IsNull(value)) return json + ":null";
  const auto* id = std::get_if<Guid>(&value);
  if (!id) return Refused(words + ": it holds no record id");
  if (target.empty()) {
    return Refused(words +
                   ": it may point to several entities, and the edit does not say to which");
  }
  const std::string set = names.SetOf(target, schema);
  if (set.empty()) {
    return Refused(words + ": the server has no entity " + Quoted(target) + " to point to");
  }
  return json + ":\"" + set + "(" + ToString(*id) + ")\"";
}

// The body of a create or update.
Result<std::string> Body(const WriteOperation& operation, const EntitySchema& entity,
                         const Schema& schema, const WriteNames& names) {
  const bool create = operation.kind == Kind::kCreate;
  std::string body;
  for (const FieldValue& value : operation.values) {
    if (value.field == entity.key || value.field.find('@') != std::string::npos) continue;
    const FieldSchema* field = entity.Find(value.field);
    const std::string words = entity.name + "." + value.field;
    if (!field) return Refused(words + ": the server has no such field, or you may not see it");
    if (create && IsNull(value.value)) continue;
    if (!(create ? field->creatable : field->updatable)) {
      return Refused(words + ": the server does not let it be set " +
                     (create ? "in a new record" : "in a record that exists"));
    }
    body += body.empty() ? "{" : ",";
    if (kLookupTypes.Has(field->type)) {
      auto binding = Binding(operation, *field, value.value, schema, names);
      if (!binding) return binding;
      body += *binding;
      continue;
    }
    auto json = JsonOf(*field, value.value, false);
    if (!json) return Fail(json.error().While(words));
    AppendJsonText(body, field->wire());
    body += ":" + *json;
  }
  return body.empty() ? "{}" : body + "}";
}

Result<HttpRequest> MakeLink(const WriteOperation& operation, const Schema& schema,
                             const WriteNames& names, const std::string& root) {
  const auto* ends = names.EndsOf(operation.entity);
  if (!ends) {
    return Refused(operation.entity + ": the server has no many-to-many relationship of that name");
  }
  const auto& [one, two] = *ends;
  const Value* one_value = ValueOf(operation, one.field);
  const Value* two_value = ValueOf(operation, two.field);
  const auto* one_id = one_value ? std::get_if<Guid>(one_value) : nullptr;
  const auto* two_id = two_value ? std::get_if<Guid>(two_value) : nullptr;
  const std::string one_set = names.SetOf(one.entity, schema);
  const std::string two_set = names.SetOf(two.entity, schema);
  if (!one_id || !two_id || one_set.empty() || two_set.empty()) {
    return Refused(operation.entity + ": a link needs a record of " + one.entity + " in " +
                   one.field + " and one of " + two.entity + " in " + two.field);
  }
  HttpRequest request = {.url = one_set + "(" + ToString(*one_id) + ")/" + one.navigation};
  if (operation.kind == Kind::kDisassociate) {
    request.method = Method::kDelete;
    request.url += "(" + ToString(*two_id) + ")/$ref";
    return request;
  }
  request.method = Method::kPost;
  request.url += "/$ref";
  request.headers.push_back({"Content-Type", "application/json"});
  request.body = "{\"@odata.id\":";
  AppendJsonText(request.body, root + two_set + "(" + ToString(*two_id) + ")");
  request.body += "}";
  return request;
}

}  // namespace

std::string TargetOf(const WriteOperation& operation, const FieldSchema& field) {
  const Value* type = ValueOf(operation, TypeColumn(field.name));
  const auto* text = type ? std::get_if<std::string>(type) : nullptr;
  if (text && !text->empty()) return *text;
  return field.targets.size() == 1 ? field.targets.front() : std::string();
}

Result<> WriteNames::Learn(Connection& connection, const std::vector<WriteOperation>& operations,
                           const Schema& schema, std::stop_token stop) {
  std::set<std::string> links;      // N:N tables to ask about.
  std::set<std::string> relations;  // Entities whose lookups to ask about.
  std::set<std::string> targets;    // Entities whose collections are needed.
  for (const WriteOperation& operation : operations) {
    if (IsLink(operation)) {
      if (ends_.find(operation.entity) == ends_.end()) links.insert(operation.entity);
      continue;
    }
    const EntitySchema* entity = schema.Find(operation.entity);
    for (const FieldValue& value : operation.values) {
      const FieldSchema* field = entity ? entity->Find(value.field) : nullptr;
      if (!field || !kLookupTypes.Has(field->type)) continue;
      const std::string target = TargetOf(operation, *field);
      if (!target.empty()) targets.insert(target);
      if (field->navigation.empty() && navigations_.find(entity->name) == navigations_.end()) {
        relations.insert(entity->name);
      }
    }
  }
  const auto is_name = [](const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
  };
  std::vector<std::string> asked;
  std::vector<std::string> urls;
  for (const std::string& name : links) {
    if (!is_name(name)) continue;
    asked.push_back(name);
    urls.push_back(
        "RelationshipDefinitions/Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata"
        "?$select=IntersectEntityName,Entity1LogicalName,Entity1NavigationPropertyName,"
        "Entity1IntersectAttribute,Entity2LogicalName,Entity2NavigationPropertyName,"
        "Entity2IntersectAttribute&$filter=" +
        EncodeQuery("IntersectEntityName eq '" + name + "'"));
  }
  const std::size_t link_answers = urls.size();
  for (const std::string& name : relations) {
    if (!is_name(name)) continue;
    asked.push_back(name);
    urls.push_back("EntityDefinitions(LogicalName='" + name +
                   "')/ManyToOneRelationships?$select=ReferencingAttribute,ReferencedEntity,"
                   "ReferencingEntityNavigationPropertyName");
  }
  const auto answers = connection.GetAll(urls, {}, stop);
  if (!answers) return Fail(answers.error().While("ask how records are linked"));
  for (std::size_t i = 0; i < answers->size(); ++i) {
    for (const Json& item : (*answers)[i]["value"].items) {
      if (i >= link_answers) {
        navigations_[asked[i]][item["ReferencingAttribute"].AsText()]
                    [item["ReferencedEntity"].AsText()] =
                        item["ReferencingEntityNavigationPropertyName"].AsText();
        continue;
      }
      auto& [one, two] = ends_[asked[i]];
      one = {item["Entity1LogicalName"].AsText(), item["Entity1NavigationPropertyName"].AsText(),
             item["Entity1IntersectAttribute"].AsText()};
      two = {item["Entity2LogicalName"].AsText(), item["Entity2NavigationPropertyName"].AsText(),
             item["Entity2IntersectAttribute"].AsText()};
      targets.insert(one.entity);
      targets.insert(two.entity);
    }
  }
  std::string filter;
  for (const std::string& name : targets) {
    if (!is_name(name) || schema.Find(name) || sets_.find(name) != sets_.end()) continue;
    filter += (filter.empty() ? "" : " or ") + std::string("LogicalName eq '") + name + "'";
  }
  if (filter.empty()) return {};
  const auto definitions = connection.GetList(
      "EntityDefinitions?$select=LogicalName,EntitySetName&$filter=" + EncodeQuery(filter), {},
      stop);
  if (!definitions) return Fail(definitions.error().While("ask how records are linked"));
  for (const Json& item : *definitions) {
    sets_[item["LogicalName"].AsText()] = item["EntitySetName"].AsText();
  }
  return {};
}

std::string WriteNames::SetOf(const std::string& entity, const Schema& schema) const {
  if (const EntitySchema* found = schema.Find(entity)) return found->set_name;
  const auto at = sets_.find(entity);
  return at == sets_.end() ? std::string() : at->second;
}

std::string WriteNames::NavigationOf(const std::string& entity, const FieldSchema& field,
                                     const std::string& target) const {
  if (!field.navigation.empty()) return field.navigation;
  const auto of_entity = navigations_.find(entity);
  if (of_entity == navigations_.end()) return {};
  const auto of_field = of_entity->second.find(field.name);
  if (of_field == of_entity->second.end() || of_field->second.empty()) return {};
  const auto& by_target = of_field->second;
  const auto at = by_target.find(target);
  // Clearing goes by any of them; an owner is set through "ownerid" whoever it is.
  if (at != by_target.end()) return at->second;
  if (target.empty() || field.type == FieldType::kOwner) return by_target.begin()->second;
  return {};
}

const std::pair<WriteNames::End, WriteNames::End>* WriteNames::EndsOf(
    const std::string& intersect) const {
  const auto at = ends_.find(intersect);
  return at == ends_.end() ? nullptr : &at->second;
}

Result<HttpRequest> MakeChange(const WriteOperation& operation, const Schema& schema,
                               const WriteNames& names, const std::string& root) {
  if (IsLink(operation)) return MakeLink(operation, schema, names, root);
  const EntitySchema* entity = schema.Find(operation.entity);
  if (!entity) {
    return Refused("the server has no entity " + Quoted(operation.entity) +
                   ", or the user may not see it");
  }
  const auto id = ParseGuid(operation.id);
  if (!id) return Refused(entity->name + ": " + Quoted(operation.id) + " is no record id");
  HttpRequest request = {.url = entity->set_name + "(" + ToString(*id) + ")"};
  if (operation.kind == Kind::kDelete) {
    request.method = Method::kDelete;
    if (!operation.if_match.empty()) request.headers.push_back({"If-Match", operation.if_match});
    return request;
  }
  auto body = Body(operation, *entity, schema, names);
  if (!body) return Fail(body.error());
  request.method = Method::kPatch;
  request.body = std::move(*body);
  // The answer names the new ETag only where it shows the record; the key is the least of it.
  request.url += "?$select=" + entity->key;
  request.headers = {{"Content-Type", "application/json"}, {"Prefer", "return=representation"}};
  if (operation.kind == Kind::kCreate) {
    request.headers.push_back({"If-None-Match", "*"});
  } else {
    // Without a condition a PATCH would make a record that somebody deleted again.
    request.headers.push_back({"If-Match", operation.if_match.empty() ? "*" : operation.if_match});
  }
  return request;
}

}  // namespace satchel::dataverse
