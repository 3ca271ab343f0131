#include "policy/fetchxml/fetchxml.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <pugixml.hpp>

#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"
#include "tests/support/any_policy.h"

namespace satchel {
namespace {

RC_GTEST_PROP(FetchXmlProperty, ReadsBackWhatItPrintsAsTheSameQuery, (bool pretty)) {
  const Query query = AnyQuery();
  const std::string printed = PrintFetch(query, {.pretty = pretty});
  const auto read = ParseFetch(printed);
  RC_LOG() << printed << (read ? "" : read.error().message);
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->query == query);
  RC_ASSERT(read->dropped.empty());
}

std::string Fetch(std::string_view inside) {
  return "<fetch><entity name='account'>" + std::string(inside) + "</entity></fetch>";
}

std::string Error(std::string_view xml) {
  const auto read = ParseFetch(xml);
  return read ? "" : ToString(read.error().mark) + " " + read.error().message;
}

TEST(FetchXml, RemembersWhereEachPartStandsWhenSeveralFiltersBecomeOne) {
  const auto read = ParseFetch(
      R"(<fetch>
<entity name='account'>
 <order attribute='a'/>
 <link-entity name='contact' from='b' to='c'>
  <filter><condition attribute='d' operator='null'/></filter>
  <order attribute='e'/>
  <link-entity name='task' from='f' to='g'/>
 </link-entity>
 <filter type='or'>
  <condition attribute='h' operator='null'/>
  <filter><condition attribute='i' operator='null'/></filter>
 </filter>
 <filter>
  <condition attribute='j' operator='null'/>
  <link-entity name='task' from='k' to='l' link-type='any'>
   <filter type='or'><condition attribute='m' operator='null'/>
    <condition attribute='n' operator='null'/></filter>
  </link-entity>
 </filter>
 <filter type='or'>
  <condition attribute='o' operator='null'/>
 </filter>
</entity></fetch>)");
  ASSERT_TRUE(read) << read.error().message;
  const auto at = [&](std::string_view path) { return ToString(read->marks.Find(path)); };
  EXPECT_EQ(at("entity"), "2:2");
  EXPECT_EQ(at("order[0].field"), "3:3");
  EXPECT_EQ(at("links[0].link.to"), "4:3");
  EXPECT_EQ(at("links[0].and[0].value"), "5:12");
  EXPECT_EQ(at("links[0].order[0]"), "6:4");
  EXPECT_EQ(at("links[0].links[0].link.entity"), "7:4");
  EXPECT_EQ(at("filter.and[0].or[0].field"), "10:4");
  EXPECT_EQ(at("filter.and[0].or[1].and[0].field"), "11:12");
  EXPECT_EQ(at("filter.and[1].op"), "14:4");
  EXPECT_EQ(at("filter.and[2].link.from"), "15:4");
  EXPECT_EQ(at("filter.and[2].or[1].values[0]"), "17:6");
  EXPECT_EQ(at("filter.and[3].or[0]"), "21:4");
}

TEST(FetchXml, SurvivesTheWayThroughThePolicyFile) {
  const auto read = ParseFetch(
      R"(<fetch version="1.0" output-format="xml-platform" mapping="logical" distinct="true" top="50">
  <entity name="account">
    <attribute name="name" /><attribute name="accountid" />
    <order attribute="name" descending="false" /><order entityname="c" attribute="fullname" />
    <filter type="and"><condition attribute="statecode" operator="eq" value="0" />
      <condition attribute="customertypecode" operator="in"><value>1</value><value>3</value></condition>
      <condition attribute="ownerid" operator="eq-userid" uiname="x" /></filter>
    <filter type="or"><condition attribute="name" operator="like" value="%A &amp; B%" />
      <condition entityname="c" attribute="contactid" operator="null" />
      <condition attribute="createdon" operator="gt" valueof="c.createdon" />
      <link-entity name="task" from="regardingobjectid" to="accountid" link-type="not any" /></filter>
    <link-entity name="contact" from="parentcustomerid" to="accountid" alias="c" link-type="outer" visible="false">
      <attribute name="fullname" /></link-entity>
    <link-entity name="listmember" from="entityid" to="accountid" intersect="true">
      <link-entity name="list" from="listid" to="listid"><filter>
        <condition attribute="listname" operator="begins-with" value="VIP" /></filter></link-entity>
    </link-entity></entity></fetch>)");
  ASSERT_TRUE(read) << read.error().message;
  Policy policy;
  policy.project.name = "p";
  const Query& query = read->query;
  EXPECT_EQ(query.top, 50);
  EXPECT_EQ(query.filter.nodes.size(),
            4u);  // The second filter is one more condition of the first.
  policy.entities.push_back({.name = query.entity,
                             .all_fields = true,
                             .filter = query.filter,
                             .links = query.links,
                             .order = query.order,
                             .max_records = query.top});
  const ReadPolicy back = ParsePolicy(PrintPolicy(policy));
  EXPECT_TRUE(back.findings.empty());
  const auto again = ParseFetch(PrintFetch(QueryOf(back.policy.entities[0])));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->query, query);
  EXPECT_EQ(read->dropped,
            (std::vector<std::string>{"fetch/@version", "fetch/@output-format", "fetch/@mapping",
                                      "condition/@uiname", "link-entity/@visible",
                                      "link-entity/attribute", "fetch/@distinct"}));
}

TEST(FetchXml, RefusesWhatItDoesNotKnowAndNamesThePlace) {
  EXPECT_TRUE(Error("<!DOCTYPE x><fetch/>").starts_with("1:1 a DOCTYPE"));
  EXPECT_TRUE(Error(Fetch("<filter><condition attribute='a' operator='eq' value='&x;'/></filter>"))
                  .find("only the entities") != std::string::npos);
  EXPECT_EQ(
      Error(Fetch("\n<filter><condition attribute='a' operator='contains' value='x'/></filter>")),
      "2:10 'contains' is not a FetchXML operator; docs/policy-format.md lists them");
  for (const std::string_view bad :
       {"<filter><condition attribute='a' operator='eq'/></filter>",
        "<filter><condition attribute='a' operator='null' value='1'/></filter>",
        "<filter><condition attribute='a' operator='between' value='1'/></filter>",
        "<filter><condition attribute='a' operator='in'/></filter>",
        "<filter><condition attribute='a' operator='like' valueof='b'/></filter>",
        "<filter type='xor'/>", "<filter>text</filter>", "<having/>", "<filter column='x'/>",
        "<filter><link-entity name='b' from='x' to='y' link-type='inner'/></filter>",
        "<link-entity name='b' from='x' to='y' link-type='natural'/>",
        "<link-entity name='b' from='x'/>", "<attribute name='a' aggregate='sum' alias='x'/>"}) {
    EXPECT_NE(Error(Fetch(bad)), "") << bad;
  }
  EXPECT_NE(Error("<fetch aggregate='true'><entity name='a'/></fetch>"), "");
  EXPECT_NE(Error("<fetch datasource='retained'><entity name='a'/></fetch>"), "");
  EXPECT_NE(
      Error("<fetch distinct='true'><entity name='a'><attribute name='city'/></entity></fetch>"),
      "");
  EXPECT_NE(Error("<fetch><entity name='a'/></fetch><fetch/>"), "");
  EXPECT_NE(Error(""), "");
}

TEST(FetchXml, HoldsItsLimitsAndSurvivesTruncation) {
  std::string links, conditions, deep;
  for (int i = 0; i < 15; ++i) links += "<link-entity name='b' from='x' to='y'/>";
  for (int i = 0; i < 500; ++i) conditions += "<condition attribute='a' operator='null'/>";
  for (int i = 0; i < 100000; ++i) deep += "<filter>";
  EXPECT_EQ(Error(Fetch(links)), "");
  EXPECT_NE(Error(Fetch(links + "<link-entity name='b' from='x' to='y'/>")), "");
  EXPECT_EQ(Error(Fetch("<filter>" + conditions + "</filter>")), "");
  EXPECT_NE(
      Error(Fetch("<filter>" + conditions + "<condition attribute='a' operator='null'/></filter>")),
      "");
  EXPECT_NE(Error(Fetch(deep)), "");
  EXPECT_NE(Error(std::string_view("<fetch>\0</fetch>", 16)), "");
  EXPECT_NE(Error("<fetch>\xFF</fetch>"), "");
  EXPECT_NE(Error("<fetch><![CDATA[\x18]]></fetch>"), "");
  EXPECT_NE(Error("<fetch><!-- \x18 --></fetch>"), "");
  EXPECT_NE(Error(Fetch("<filter><condition attribute='a' operator='eq' value='\xEF\xBF\xBE'/>"
                        "</filter>")),
            "");
  const std::string whole =
      Fetch("<filter><condition attribute='a' operator='eq' value='x'/></filter>");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_NE(Error(std::string_view(whole).substr(0, i)), "") << i;
  }
}

// ---- hostile names and values

// The document with every name and value replaced by its place: what nobody can have changed.
std::string Bones(const pugi::xml_node& node) {
  std::string bones = "<" + std::string(node.name());
  for (const auto& attribute : node.attributes()) bones += " " + std::string(attribute.name());
  bones += ">";
  for (const auto& child : node.children()) {
    bones += child.type() == pugi::node_element ? Bones(child) : "text";
  }
  return bones + "</>";
}

Query Hostile(const std::string& text) {
  Query query{.entity = text};
  query.filter.nodes = {
      {Condition{.entity = text, .field = text, .op = Operator::kEq, .values = {text}}},
      {Condition{.field = text, .op = Operator::kIn, .values = {text, text}}},
      {Condition{.field = text, .op = Operator::kGt, .value_of = text}}};
  query.links = {{.entity = text, .from = text, .to = text, .alias = text}};
  query.order = {{.entity = text, .field = text}};
  return query;
}

TEST(FetchXml, PrintsHostileNamesAndValuesAsNothingButThemselves) {
  using namespace std::string_literals;
  const auto bones_of = [](const std::string& text, pugi::xml_document& document) {
    const std::string xml =
        PrintFetch(Hostile(text), {.attributes = {text}, .pretty = false, .paging_cookie = text});
    const auto parsed = document.load_buffer(xml.data(), xml.size(), pugi::parse_full);
    EXPECT_TRUE(parsed) << parsed.description() << " in " << xml;
    return Bones(document.document_element());
  };
  pugi::xml_document plain;
  const std::string bones = bones_of("x", plain);
  for (const std::string& text :
       {"\""s, "'"s, "\"/><condition attribute=\"a\" operator=\"null\"/><x y=\""s,
        "</value><value>"s, "</fetch>"s, "<!-- "s, " -->"s, "<![CDATA[x]]>"s, "]]>"s, "&lt;"s,
        "&amp;quot;"s, "&x;"s, "&"s, "<?xml?>"s, "<!DOCTYPE x>"s, "a\tb\r\nc"s,
        "; DROP TABLE x; --"s, "@rid"s, "ü\u2028"s}) {
    pugi::xml_document document;
    EXPECT_EQ(bones_of(text, document), bones) << text;
    const pugi::xml_node entity = document.document_element().child("entity");
    const pugi::xml_node condition = entity.child("filter").child("condition");
    EXPECT_EQ(document.document_element().attribute("paging-cookie").value(), text);
    EXPECT_EQ(entity.attribute("name").value(), text);
    EXPECT_EQ(entity.child("attribute").attribute("name").value(), text);
    EXPECT_EQ(entity.child("link-entity").attribute("alias").value(), text);
    EXPECT_EQ(condition.attribute("value").value(), text);
    EXPECT_EQ(condition.next_sibling().child("value").text().get(), text);
    EXPECT_EQ(condition.next_sibling().next_sibling().attribute("valueof").value(), text);
  }
  // What XML cannot say becomes the sign for that, and nothing ends early.
  for (const std::string& text : {"a\0b"s, "\x01"s, "\xFF"s, "\x7F"s, "\xEF\xBF\xBF"s}) {
    pugi::xml_document document;
    EXPECT_EQ(bones_of(text, document), bones);
    const std::string printed =
        document.document_element().child("entity").attribute("name").value();
    EXPECT_NE(printed.find("\xEF\xBF\xBD"), std::string::npos) << printed;
  }
}

TEST(FetchXml, RefusesNamesThatArePartOfNoPolicy) {
  for (const std::string_view name : {"a b", "a&quot;b", "a;b", "@rid", "1a", "a.b", "-a"}) {
    const std::string n(name);
    EXPECT_NE(Error("<fetch><entity name=\"" + n + "\"/></fetch>"), "") << n;
    for (const std::string& inside :
         {"<attribute name=\"" + n + "\"/>", "<order attribute=\"" + n + "\"/>",
          "<filter><condition attribute=\"" + n + "\" operator=\"null\"/></filter>",
          "<filter><condition entityname=\"" + n +
              "\" attribute=\"a\" operator=\"null\"/></filter>",
          "<link-entity name=\"" + n + "\" from=\"a\" to=\"b\"/>",
          "<link-entity name=\"a\" from=\"" + n + "\" to=\"b\"/>",
          "<link-entity name=\"a\" from=\"a\" to=\"b\" alias=\"" + n + "\"/>"}) {
      EXPECT_NE(Error(Fetch(inside)), "") << inside;
    }
  }
}

}  // namespace
}  // namespace satchel
