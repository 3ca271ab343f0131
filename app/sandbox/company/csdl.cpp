// $metadata and the service document.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/sandbox/company/metadata_json.h"

namespace satchel::sandbox {

namespace {

std::string Xml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string_view EdmType(const Attribute& attribute) {
  switch (attribute.type) {
    case FieldType::kString:
    case FieldType::kMemo:
    case FieldType::kMultiSelect:
      return "Edm.String";
    case FieldType::kInteger:
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus:
      return "Edm.Int32";
    case FieldType::kBigInt:
      return "Edm.Int64";
    case FieldType::kDecimal:
    case FieldType::kMoney:
      return "Edm.Decimal";
    case FieldType::kDouble:
      return "Edm.Double";
    case FieldType::kBoolean:
      return "Edm.Boolean";
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi:
      return "Edm.DateTimeOffset";
    case FieldType::kDateOnly:
      return "Edm.Date";
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kCustomer:
    case FieldType::kUniqueIdentifier:
      return "Edm.Guid";
  }
  return "Edm.String";
}

// Owners have a type of their own: users and teams derive from it.
std::string TypeOf(const std::string& entity) {
  return "mscrm." + (entity == "owner" ? std::string("principal") : entity);
}

bool Knows(const Metadata& metadata, const std::string& entity) {
  return entity == "owner" || metadata.Find(entity) != nullptr;
}

void AddNavigation(const Metadata& metadata, const Table& table, std::string& out) {
  for (const Relationship& one : metadata.relationships) {
    if (one.referencing_entity == table.name && Knows(metadata, one.referenced_entity)) {
      out += "<NavigationProperty Name=\"" + Xml(one.referencing_navigation) + "\" Type=\"" +
             Xml(TypeOf(one.referenced_entity)) + "\"";
      if (one.referenced_entity != "owner")
        out += " Partner=\"" + Xml(one.referenced_navigation) + "\"";
      out += "><ReferentialConstraint Property=\"_" + Xml(one.referencing_attribute) +
             "_value\" ReferencedProperty=\"" + Xml(one.referenced_attribute) +
             "\"/></NavigationProperty>\n";
    }
    if (one.referenced_entity == table.name && metadata.Find(one.referencing_entity) != nullptr) {
      out += "<NavigationProperty Name=\"" + Xml(one.referenced_navigation) +
             "\" Type=\"Collection(" + Xml(TypeOf(one.referencing_entity)) + ")\" Partner=\"" +
             Xml(one.referencing_navigation) + "\"/>\n";
    }
  }
  for (const ManyToManyRelationship& many : metadata.many_to_many) {
    const auto add = [&](const std::string& name, const std::string& other,
                         const std::string& partner) {
      out += "<NavigationProperty Name=\"" + Xml(name) + "\" Type=\"Collection(" +
             Xml(TypeOf(other)) + ")\" Partner=\"" + Xml(partner) + "\"/>\n";
    };
    if (many.entity1 == table.name)
      add(many.entity1_navigation, many.entity2, many.entity2_navigation);
    if (many.entity2 == table.name && many.entity1 != many.entity2)
      add(many.entity2_navigation, many.entity1, many.entity1_navigation);
  }
}

void AddEntityType(const Metadata& metadata, const Table& table, std::string& out) {
  const bool principal = table.name == "systemuser" || table.name == "team";
  out += "<EntityType Name=\"" + Xml(table.name) + "\" BaseType=\"mscrm." +
         (principal ? "principal" : "crmbaseentity") + "\">\n<Key><PropertyRef Name=\"" +
         Xml(table.primary_id) + "\"/></Key>\n";
  for (const Attribute& attribute : table.attributes) {
    if (!attribute.valid_for_read) continue;
    out += "<Property Name=\"" + Xml(attribute.wire_name()) + "\" Type=\"" +
           std::string(EdmType(attribute)) + "\"";
    if (attribute.name == table.primary_id) out += " Nullable=\"false\"";
    if (kTextTypes.Has(attribute.type)) {
      if (attribute.max_length > 0)
        out += " MaxLength=\"" + std::to_string(attribute.max_length) + "\"";
      out += " Unicode=\"false\"";
    }
    if (EdmType(attribute) == "Edm.Decimal") out += " Scale=\"Variable\"";
    out += "/>\n";
  }
  AddNavigation(metadata, table, out);
  out += "</EntityType>\n";
}

void AddEntitySet(const Metadata& metadata, const Table& table, bool annotations,
                  std::string& out) {
  out += "<EntitySet Name=\"" + Xml(table.set_name) + "\" EntityType=\"Microsoft.Dynamics.CRM." +
         Xml(table.name) + "\">\n";
  for (const Relationship& one : metadata.relationships) {
    const Table* target = metadata.Find(one.referenced_entity);
    if (one.referencing_entity != table.name || target == nullptr) continue;
    out += "<NavigationPropertyBinding Path=\"" + Xml(one.referencing_navigation) + "\" Target=\"" +
           Xml(target->set_name) + "\"/>\n";
  }
  if (annotations && table.change_tracking)
    out +=
        "<Annotation Term=\"Org.OData.Capabilities.V1.ChangeTracking\"><Record>"
        "<PropertyValue Property=\"Supported\" Bool=\"true\"/></Record></Annotation>\n";
  out += "</EntitySet>\n";
}

}  // namespace

std::string RenderCsdl(const Metadata& metadata, bool annotations) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">"
      "<edmx:DataServices>\n"
      "<Schema Namespace=\"Microsoft.Dynamics.CRM\" Alias=\"mscrm\" "
      "xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\n"
      "<EntityType Name=\"crmbaseentity\" Abstract=\"true\"/>\n"
      "<EntityType Name=\"principal\" BaseType=\"mscrm.crmbaseentity\" Abstract=\"true\"/>\n";
  for (const auto& [name, table] : metadata.tables) AddEntityType(metadata, table, out);
  out +=
      "<ComplexType Name=\"WhoAmIResponse\">\n"
      "<Property Name=\"BusinessUnitId\" Type=\"Edm.Guid\" Nullable=\"false\"/>\n"
      "<Property Name=\"UserId\" Type=\"Edm.Guid\" Nullable=\"false\"/>\n"
      "<Property Name=\"OrganizationId\" Type=\"Edm.Guid\" Nullable=\"false\"/>\n"
      "</ComplexType>\n"
      "<Function Name=\"WhoAmI\"><ReturnType Type=\"mscrm.WhoAmIResponse\" Nullable=\"false\"/>"
      "</Function>\n"
      "<EntityContainer Name=\"System\">\n";
  for (const auto& [name, table] : metadata.tables) AddEntitySet(metadata, table, annotations, out);
  out +=
      "<FunctionImport Name=\"WhoAmI\" Function=\"Microsoft.Dynamics.CRM.WhoAmI\"/>\n"
      "</EntityContainer>\n</Schema></edmx:DataServices></edmx:Edmx>\n";
  return out;
}

std::string RenderServiceDocument(const Metadata& metadata, std::string_view base_url) {
  nlohmann::ordered_json document;
  document["@odata.context"] = std::string(base_url) + "$metadata";
  document["value"] = nlohmann::ordered_json::array();
  std::vector<std::string> sets;
  for (const auto& [name, table] : metadata.tables) sets.push_back(table.set_name);
  std::sort(sets.begin(), sets.end());
  for (const std::string& set : sets)
    document["value"].push_back({{"name", set}, {"kind", "EntitySet"}, {"url", set}});
  return document.dump();
}

}  // namespace satchel::sandbox
