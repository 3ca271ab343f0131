#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>

#include "app/sandbox/company/metadata_json.h"

namespace satchel::sandbox {
namespace {

using Json = nlohmann::json;

MetadataRequest Request(std::string path, std::string select = "", std::string expand = "",
                        std::string filter = "") {
  return {std::move(path), std::move(select), std::move(expand), std::move(filter),
          "http://127.0.0.1:1/api/data/v9.2/"};
}

Json Get(const MetadataRequest& request) {
  static const Metadata kMetadata = CompanyMetadata();
  const auto text = RenderMetadata(kMetadata, request);
  EXPECT_TRUE(text) << request.path << ": " << text.error().message;
  return text ? Json::parse(*text) : Json();
}

Error Refusal(const MetadataRequest& request) {
  const auto text = RenderMetadata(CompanyMetadata(), request);
  EXPECT_FALSE(text) << request.path << " gave " << text->substr(0, 200);
  return text ? Error{} : text.error();
}

std::set<std::string> Names(const Json& answer) {
  std::set<std::string> names;
  for (const Json& item : answer.at("value")) names.insert(item.at("LogicalName"));
  return names;
}

TEST(MetadataJson, AnswersWhatWasSelectedAndAlwaysTheId) {
  const Json answer = Get(Request("EntityDefinitions(LogicalName='account')",
                                  "LogicalName,EntitySetName,ChangeTrackingEnabled"));
  EXPECT_EQ(answer.at("@odata.context"),
            "http://127.0.0.1:1/api/data/v9.2/$metadata#EntityDefinitions"
            "(LogicalName,EntitySetName,ChangeTrackingEnabled)/$entity");
  EXPECT_EQ(answer.at("EntitySetName"), "accounts");
  EXPECT_EQ(answer.at("ChangeTrackingEnabled"), true);
  EXPECT_EQ(answer.size(), 5u);
  const std::string id = answer.at("MetadataId");
  EXPECT_EQ(Get(Request("EntityDefinitions(" + id + ")", "LogicalName")).at("LogicalName"),
            "account");
}

TEST(MetadataJson, FiltersByTextEnumerationAndManagedProperty) {
  EXPECT_EQ(Names(Get(Request("EntityDefinitions", "LogicalName", "",
                              "LogicalName eq 'account' or LogicalName eq 'contact'"))),
            (std::set<std::string>{"account", "contact"}));
  const auto owned = Names(
      Get(Request("EntityDefinitions", "LogicalName", "",
                  "OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned' and "
                  "not (LogicalName eq 'contact') and CanChangeTrackingBeEnabled/Value eq true")));
  EXPECT_TRUE(owned.contains("account"));
  EXPECT_FALSE(owned.contains("contact"));
  EXPECT_FALSE(owned.contains("organization"));
}

TEST(MetadataJson, MarksEveryColumnWithItsClassAndCompanionsWithTheirOwner) {
  const Json answer = Get(Request("EntityDefinitions(LogicalName='contact')/Attributes",
                                  "LogicalName,AttributeOf,AttributeType,AttributeTypeName"));
  const auto find = [&](const std::string& name) {
    const auto& all = answer.at("value");
    return *std::find_if(all.begin(), all.end(),
                         [&](const Json& a) { return a.at("LogicalName") == name; });
  };
  EXPECT_EQ(find("fullname").at("@odata.type"), "#Microsoft.Dynamics.CRM.StringAttributeMetadata");
  EXPECT_EQ(find("ownerid").at("AttributeTypeName").at("Value"), "OwnerType");
  EXPECT_EQ(find("owneridtype").at("AttributeOf"), "ownerid");
  EXPECT_EQ(find("parentcustomerid").at("AttributeType"), "Customer");
  EXPECT_EQ(find("statecodename").at("AttributeTypeName").at("Value"), "VirtualType");
}

TEST(MetadataJson, CastsColumnsAndExpandsTheirChoices) {
  const Json answer =
      Get(Request("EntityDefinitions(LogicalName='msdyn_workorder')/Attributes/"
                  "Microsoft.Dynamics.CRM.PicklistAttributeMetadata",
                  "LogicalName", "OptionSet($select=Options),GlobalOptionSet($select=Options)"));
  bool seen = false;
  for (const Json& attribute : answer.at("value")) {
    EXPECT_FALSE(attribute.contains("@odata.type"));
    EXPECT_TRUE(attribute.contains("GlobalOptionSet"));
    if (attribute.at("LogicalName") != "msdyn_systemstatus") continue;
    seen = true;
    const Json& options = attribute.at("OptionSet").at("Options");
    EXPECT_EQ(options.at(0).at("Value"), 690970000);
    EXPECT_FALSE(options.at(0).at("Label").at("UserLocalizedLabel").at("Label").empty());
  }
  EXPECT_TRUE(seen);
}

TEST(MetadataJson, TellsTheStateOfAStatusReason) {
  const Json answer =
      Get(Request("EntityDefinitions(LogicalName='account')/Attributes(LogicalName='statuscode')/"
                  "Microsoft.Dynamics.CRM.StatusAttributeMetadata/OptionSet",
                  "Options"));
  ASSERT_GE(answer.at("Options").size(), 2u);
  EXPECT_EQ(answer.at("Options").at(0).at("State"), 0);
  EXPECT_EQ(answer.at("Options").at(1).at("State"), 1);
}

TEST(MetadataJson, LookupsOfAllKindsCastAsLookups) {
  const Json answer =
      Get(Request("EntityDefinitions(LogicalName='contact')/Attributes/"
                  "Microsoft.Dynamics.CRM.LookupAttributeMetadata",
                  "LogicalName,Targets"));
  const auto names = Names(answer);
  EXPECT_TRUE(names.contains("ownerid"));
  EXPECT_TRUE(names.contains("parentcustomerid"));
  EXPECT_FALSE(names.contains("fullname"));
}

TEST(MetadataJson, ListsRelationshipsFromBothEnds) {
  const Json many = Get(Request("EntityDefinitions(LogicalName='account')/ManyToOneRelationships"));
  const Json one = Get(Request("EntityDefinitions(LogicalName='account')/OneToManyRelationships"));
  const auto schema_names = [](const Json& answer) {
    std::set<std::string> names;
    for (const Json& item : answer.at("value")) names.insert(item.at("SchemaName"));
    return names;
  };
  EXPECT_TRUE(schema_names(many).contains("account_primary_contact"));
  EXPECT_TRUE(schema_names(one).contains("contact_customer_accounts"));
  EXPECT_FALSE(schema_names(one).contains("account_primary_contact"));
  const Json lists = Get(Request("EntityDefinitions(LogicalName='list')/ManyToManyRelationships"));
  for (const Json& item : lists.at("value"))
    EXPECT_EQ(item.at("IntersectEntityName"), "listmember");
  EXPECT_FALSE(lists.at("value").empty());
  const Json cast =
      Get(Request("RelationshipDefinitions/Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
                  "SchemaName", "", "ReferencedEntity eq 'account'"));
  EXPECT_EQ(schema_names(cast), schema_names(one));
}

TEST(MetadataJson, ExpandsAttributesOfManyTablesAtOnce) {
  const Json answer = Get(Request("EntityDefinitions", "LogicalName",
                                  "Attributes($select=LogicalName;$filter=IsPrimaryId eq true)",
                                  "IsIntersect eq false"));
  for (const Json& entity : answer.at("value"))
    EXPECT_EQ(entity.at("Attributes").size(), 1u) << entity.at("LogicalName");
}

TEST(MetadataJson, RefusesWhatItDoesNotKnowInOneSentence) {
  EXPECT_EQ(Refusal(Request("EntityDefinitions(LogicalName='nosuch')")).code, ErrorCode::kNotFound);
  EXPECT_EQ(Refusal(Request("EntityDefinitions(LogicalName='account')/Nosuch")).code,
            ErrorCode::kNotFound);
  EXPECT_EQ(Refusal(Request("EntityDefinitions/Attributes")).code, ErrorCode::kNotFound);
  for (const MetadataRequest& bad :
       {Request("EntityDefinitions", "Nosuch"), Request("EntityDefinitions", "", "Nosuch"),
        Request("EntityDefinitions", "", "Attributes($top=1)"),
        Request("EntityDefinitions", "", "", "LogicalName eq"),
        Request("EntityDefinitions", "", "", "LogicalName eq 'a"),
        Request("EntityDefinitions", "", "", "DisplayName eq 'Account'"),
        Request("EntityDefinitions", "", "", "Nosuch eq 1"),
        Request("EntityDefinitions", "", "", std::string(500, '(')),
        Request("EntityDefinitions(LogicalName='account')/Attributes/"
                "Microsoft.Dynamics.CRM.EnumAttributeMetadata"),
        Request("EntityDefinitions(LogicalName='account')/Attributes", "MaxLength")}) {
    const Error error = Refusal(bad);
    EXPECT_EQ(error.code, ErrorCode::kInvalid) << error.message;
    EXPECT_TRUE(error.message.ends_with(".")) << error.message;
  }
}

TEST(MetadataJson, RendersEveryTableInFull) {
  const Json answer = Get(Request(
      "EntityDefinitions", "",
      "Attributes,Keys,OneToManyRelationships,ManyToOneRelationships,ManyToManyRelationships"));
  EXPECT_EQ(answer.at("value").size(), CompanyMetadata().tables.size());
  std::set<std::string> ids;
  for (const Json& entity : answer.at("value")) {
    for (const Json& attribute : entity.at("Attributes")) {
      EXPECT_TRUE(ids.insert(attribute.at("MetadataId")).second)
          << entity.at("LogicalName") << " " << attribute.at("LogicalName");
    }
  }
}

TEST(Csdl, NamesOnlyTypesAndSetsThatExist) {
  const Metadata metadata = CompanyMetadata();
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(RenderCsdl(metadata, true).c_str()));
  const auto schema = document.first_child().first_child().first_child();
  std::set<std::string> types;
  for (const auto& type : schema.children("EntityType")) {
    EXPECT_TRUE(types.insert(type.attribute("Name").value()).second);
  }
  std::set<std::string> sets;
  const auto container = schema.child("EntityContainer");
  for (const auto& set : container.children("EntitySet"))
    sets.insert(set.attribute("Name").value());
  EXPECT_EQ(sets.size(), metadata.tables.size());
  for (const auto& type : schema.children("EntityType")) {
    std::set<std::string> properties;
    for (const auto& property : type.children()) {
      const std::string kind = property.name();
      if (kind != "Property" && kind != "NavigationProperty") continue;
      EXPECT_TRUE(properties.insert(property.attribute("Name").value()).second)
          << type.attribute("Name").value() << "." << property.attribute("Name").value();
      if (kind == "Property") continue;
      std::string target = property.attribute("Type").value();
      if (target.starts_with("Collection(")) target = target.substr(11, target.size() - 12);
      EXPECT_TRUE(types.contains(target.substr(target.find('.') + 1))) << target;
    }
  }
  for (const auto& set : container.children("EntitySet")) {
    for (const auto& binding : set.children("NavigationPropertyBinding"))
      EXPECT_TRUE(sets.contains(binding.attribute("Target").value()));
  }
}

TEST(Csdl, AnnotatesChangeTrackingOnlyWhenAsked) {
  const Metadata metadata = CompanyMetadata();
  EXPECT_EQ(RenderCsdl(metadata, false).find("ChangeTracking"), std::string::npos);
  EXPECT_NE(RenderCsdl(metadata, true).find("ChangeTracking"), std::string::npos);
}

TEST(ServiceDocument, ListsEverySet) {
  const Json document =
      Json::parse(RenderServiceDocument(CompanyMetadata(), "http://127.0.0.1:1/api/data/v9.2/"));
  EXPECT_EQ(document.at("value").size(), CompanyMetadata().tables.size());
  EXPECT_EQ(document.at("value").at(0).at("kind"), "EntitySet");
}

}  // namespace
}  // namespace satchel::sandbox
