#include "engine/server/odata/csdl.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

std::string Edmx(const std::string& inside) {
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?><edmx:Edmx Version=\"4.0\" "
         "xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>"
         "<Schema Namespace=\"Crm\" Alias=\"C\" "
         "xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">" +
         inside + "</Schema></edmx:DataServices></edmx:Edmx>";
}

// As SAP CAP writes it.
const std::string kService = Edmx(R"xml(
  <EntityContainer Name="EntityContainer">
    <EntitySet Name="Accounts" EntityType="Crm.Accounts">
      <NavigationPropertyBinding Path="contacts" Target="Contacts"/>
      <NavigationPropertyBinding Path="parent" Target="Accounts"/></EntitySet>
    <EntitySet Name="Contacts" EntityType="C.Contacts">
      <NavigationPropertyBinding Path="account" Target="Accounts"/></EntitySet>
    <EntitySet Name="Lines" EntityType="Crm.Lines"/>
  </EntityContainer>
  <EntityType Name="Base" Abstract="true">
    <Property Name="createdAt" Type="Edm.DateTimeOffset" Precision="7"/>
    <Property Name="modifiedAt" Type="Edm.DateTimeOffset" Precision="7"/></EntityType>
  <EntityType Name="Accounts" BaseType="C.Base">
    <Key><PropertyRef Name="ID"/></Key>
    <Property Name="ID" Type="Edm.Guid" Nullable="false"/>
    <Property Name="name" Type="Edm.String" MaxLength="160" Nullable="false"/>
    <Property Name="revenue" Type="Edm.Decimal" Scale="2" Precision="15"/>
    <Property Name="rate" Type="Edm.Decimal" Scale="variable"/>
    <Property Name="employees" Type="Edm.Int32"/>
    <Property Name="active" Type="Edm.Boolean" Nullable="false" DefaultValue="true"/>
    <Property Name="founded" Type="Edm.Date"/>
    <Property Name="photo" Type="Edm.Stream"/>
    <Property Name="tags" Type="Collection(Edm.String)"/>
    <Property Name="parent_ID" Type="Edm.Guid"/>
    <NavigationProperty Name="parent" Type="Crm.Accounts">
      <ReferentialConstraint Property="parent_ID" ReferencedProperty="ID"/></NavigationProperty>
    <NavigationProperty Name="contacts" Type="Collection(Crm.Contacts)" Partner="account"/>
  </EntityType>
  <EntityType Name="Contacts">
    <Key><PropertyRef Name="ID"/></Key>
    <Property Name="ID" Type="Edm.Guid" Nullable="false"/>
    <Property Name="account_ID" Type="Edm.Guid"/>
    <NavigationProperty Name="account" Type="Crm.Accounts" Partner="contacts"/>
  </EntityType>
  <EntityType Name="Lines">
    <Key><PropertyRef Name="order"/><PropertyRef Name="line"/></Key>
    <Property Name="order" Type="Edm.Int32"/><Property Name="line" Type="Edm.Int32"/>
  </EntityType>)xml");

TEST(Csdl, GivesEntitySetsWithTypedFields) {
  const auto schema = odata::ParseCsdl(kService);
  ASSERT_TRUE(schema) << schema.error().message;
  const EntitySchema* accounts = schema->Find("Accounts");
  ASSERT_TRUE(accounts);
  EXPECT_EQ(accounts->key, "ID");
  EXPECT_EQ(accounts->created, "createdAt");
  EXPECT_EQ(accounts->modified, "modifiedAt");
  EXPECT_EQ(accounts->primary_name, "name");
  EXPECT_EQ(accounts->Find("name")->max_length, 160);
  EXPECT_TRUE(accounts->Find("name")->required);
  EXPECT_FALSE(accounts->Find("active")->required);  // The service has a value for it.
  EXPECT_EQ(accounts->Find("revenue")->type, FieldType::kDecimal);
  EXPECT_EQ(accounts->Find("revenue")->precision, 2);
  EXPECT_EQ(accounts->Find("rate")->precision, -1);
  EXPECT_EQ(accounts->Find("founded")->type, FieldType::kDateOnly);
  EXPECT_EQ(accounts->Find("modifiedAt")->type, FieldType::kDateTime);
  EXPECT_FALSE(accounts->Find("photo"));
  EXPECT_FALSE(accounts->Find("tags"));
  EXPECT_TRUE(schema->Find("Lines")->key.empty());
}

TEST(Csdl, FindsForeignKeysDeclaredOrNamedByHabit) {
  const auto schema = odata::ParseCsdl(kService);
  ASSERT_TRUE(schema) << schema.error().message;
  const FieldSchema* parent = schema->Find("Accounts", "parent_ID");
  EXPECT_EQ(parent->type, FieldType::kLookup);
  EXPECT_EQ(parent->targets, std::vector<std::string>{"Accounts"});
  EXPECT_EQ(parent->navigation, "parent");
  EXPECT_EQ(schema->Find("Accounts")->hierarchy, "parent_ID");
  const FieldSchema* account = schema->Find("Contacts", "account_ID");
  EXPECT_EQ(account->type, FieldType::kLookup);
  EXPECT_EQ(account->targets, std::vector<std::string>{"Accounts"});
  EXPECT_EQ(schema->Find("Accounts")->collections,
            (std::vector<Collection>{{"contacts", "Contacts", "account_ID"}}));
}

TEST(Csdl, RefusesDoctypes) {
  for (const std::string& bad :
       {"<!DOCTYPE edmx [<!ENTITY a \"aaaa\">]>" + kService,
        std::string("<?xml version=\"1.0\"?>\n<!doctype x SYSTEM \"file:///etc/passwd\"><x/>"),
        "<x>" + std::string(70'000, ' ') + "<!ENTITY b \"c\"></x>"}) {
    const auto schema = odata::ParseCsdl(bad);
    ASSERT_FALSE(schema);
    EXPECT_EQ(schema.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(schema.error().message.find("DOCTYPE"), std::string::npos) << schema.error().message;
  }
}

TEST(Csdl, RefusesWhatIsNoServiceDescription) {
  for (const std::string& bad :
       {std::string(), std::string("<html><body>Sign in</body></html>"), std::string("{}"),
        Edmx(""), kService.substr(0, kService.size() / 2), std::string(3, '\0')}) {
    EXPECT_FALSE(odata::ParseCsdl(bad));
  }
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += "<a>";
  for (int i = 0; i < 70; ++i) deep += "</a>";
  EXPECT_NE(odata::ParseCsdl(deep).error().message.find("deeper"), std::string::npos);
}

TEST(Csdl, LeavesOutWhatNoPolicyCouldName) {
  const auto schema = odata::ParseCsdl(Edmx(
      "<EntityContainer Name=\"E\"><EntitySet Name=\"A\" EntityType=\"Crm.A\"/>"
      "<EntitySet Name=\"A?$top=0&amp;\" EntityType=\"Crm.A\"/></EntityContainer>"
      "<EntityType Name=\"A\"><Key><PropertyRef Name=\"ID\"/></Key>"
      "<Property Name=\"ID\" Type=\"Edm.String\"/><Property Name=\"@rid\" Type=\"Edm.String\"/>"
      "<Property Name=\"x eq 1 or true\" Type=\"Edm.String\"/></EntityType>"));
  ASSERT_TRUE(schema) << schema.error().message;
  ASSERT_EQ(schema->entities.size(), 1u);
  EXPECT_EQ(schema->Find("A")->fields.size(), 1u);
  EXPECT_EQ(schema->Find("A")->key, "ID");
}

TEST(Csdl, SurvivesTypesThatInheritFromThemselves) {
  const auto schema = odata::ParseCsdl(Edmx(
      "<EntityContainer Name=\"E\"><EntitySet Name=\"A\" EntityType=\"Crm.A\"/></EntityContainer>"
      "<EntityType Name=\"A\" BaseType=\"Crm.A\"><Key><PropertyRef Name=\"ID\"/></Key>"
      "<Property Name=\"ID\" Type=\"Edm.String\"/></EntityType>"));
  ASSERT_TRUE(schema) << schema.error().message;
  EXPECT_TRUE(schema->Find("A", "ID"));
}

}  // namespace
}  // namespace satchel
