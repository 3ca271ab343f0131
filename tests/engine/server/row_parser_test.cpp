#include "engine/server/row_parser.h"

#include <gtest/gtest.h>

#include "engine/record/guid.h"
#include "engine/record/instant.h"

namespace satchel {
namespace {

constexpr const char* kId1 = "00000000-0000-0000-0000-000000000001";
constexpr const char* kId2 = "a0000000-0000-0000-0000-00000000000B";

EntitySchema Account() {
  EntitySchema entity;
  entity.name = "account";
  entity.key = "accountid";
  const auto add = [&entity](FieldSchema field) {
    std::string name = field.name;
    entity.fields.emplace(std::move(name), std::move(field));
  };
  add({.name = "accountid", .type = FieldType::kUniqueIdentifier});
  add({.name = "name", .type = FieldType::kString});
  add({.name = "employees", .type = FieldType::kInteger});
  add({.name = "big", .type = FieldType::kBigInt});
  add({.name = "revenue", .type = FieldType::kMoney});
  add({.name = "rate", .type = FieldType::kDecimal, .precision = 2});
  add({.name = "latitude", .type = FieldType::kDouble});
  add({.name = "active", .type = FieldType::kBoolean});
  add({.name = "createdon", .type = FieldType::kDateTime});
  add({.name = "founded", .type = FieldType::kDateOnly});
  add({.name = "tags", .type = FieldType::kMultiSelect});
  add({.name = "ownerid",
       .type = FieldType::kOwner,
       .targets = {"systemuser", "team"},
       .wire_name = "_ownerid_value"});
  add({.name = "parentid",
       .type = FieldType::kLookup,
       .targets = {"account"},
       .wire_name = "_parentid_value"});
  return entity;
}

Result<ParsedPage> Parse(const std::vector<std::string>& fields, const std::string& body,
                         const RowLayout::Options& options = {}) {
  return RowParser(*RowLayout::Make(Account(), fields, options)).Parse(body);
}

std::string Row(const std::string& members) {
  return std::string(R"({"value":[{"accountid":")") + kId1 + "\"" + (members.empty() ? "" : ",") +
         members + "}]}";
}

// The cell of one field of one row.
Result<std::string> Read(const std::string& field, const std::string& json) {
  const std::string wire = Account().Find(field)->wire();
  const auto page = Parse({field}, Row("\"" + wire + "\":" + json));
  if (!page) return Fail(page.error());
  const Cell& cell = page->rows.cell(0, 1);
  switch (cell.kind) {
    case Cell::Kind::kNull:
      return std::string("null");
    case Cell::Kind::kInteger:
      return std::to_string(cell.integer);
    case Cell::Kind::kReal:
      return "real " + std::to_string(cell.real);
    case Cell::Kind::kText:
      return "'" + std::string(cell.view()) + "'";
    case Cell::Kind::kId:
      return "id " + std::to_string(cell.size);
  }
  return std::string();
}

TEST(RowParser, PutsEveryTypeIntoItsStorageForm) {
  const std::pair<const char*, std::pair<const char*, const char*>> kCases[] = {
      {"name", {R"("Acme")", "'Acme'"}},
      {"name", {R"("")", "null"}},
      {"name", {"null", "null"}},
      {"name", {R"("a\"b\\c\né😀")", "'a\"b\\c\n\xC3\xA9\xF0\x9F\x98\x80'"}},
      {"name", {R"("x\u0000y")", "'x\xEF\xBF\xBDy'"}},
      {"employees", {"42", "42"}},
      {"employees", {"-7 ", "-7"}},
      {"big", {"9223372036854775807", "9223372036854775807"}},
      {"big", {R"("9007199254740993")", "9007199254740993"}},
      {"revenue", {"20000.0000", "200000000"}},
      {"revenue", {"0.1", "1000"}},
      {"revenue", {R"("1000.50")", "10005000"}},
      {"rate", {"1.25", "125"}},
      {"rate", {"12.500", "1250"}},
      {"latitude", {"1.5", "real 1.500000"}},
      {"latitude", {"-1e3", "real -1000.000000"}},
      {"active", {"true", "1"}},
      {"active", {"false", "0"}},
      {"createdon", {R"("1970-01-01T00:00:01Z")", "10000000"}},
      {"createdon", {R"("1970-01-01T00:00:00.0000001Z")", "1"}},
      {"founded", {R"("1970-01-02")", "1"}},
      {"founded", {R"("1970-01-02T00:00:00Z")", "1"}},
      {"tags", {R"("3,1")", "',1,3,'"}},
      {"tags", {R"("3, 1,3")", "',1,3,'"}},
      {"tags", {R"("")", "null"}},
      {"parentid", {R"("a0000000-0000-0000-0000-00000000000B")", "id 16"}},
  };
  for (const auto& [field, pair] : kCases) {
    const auto cell = Read(field, pair.first);
    ASSERT_TRUE(cell) << cell.error().message;
    EXPECT_EQ(*cell, pair.second) << field << " " << pair.first;
  }
}

TEST(RowParser, KeepsDecimalsADoubleCouldNotHold) {
  EXPECT_EQ(*Read("revenue", "92233720368547.5807"), "922337203685475807");
  EXPECT_EQ(*Read("rate", "1000000000000000.01"), "100000000000000001");
}

TEST(RowParser, NamesEntityAndFieldOfAWrongValue) {
  const std::pair<const char*, const char*> kCases[] = {
      {"name", "5"},
      {"name", "true"},
      {"name", "{}"},
      {"name", "[\"a\"]"},
      {"employees", "1.5"},
      {"employees", R"("many")"},
      {"employees", "99999999999999999999"},
      {"employees", "true"},
      {"revenue", "1.23456"},
      {"revenue", "1e30"},
      {"rate", "1.234"},
      {"rate", R"("")"},
      {"latitude", "1e999"},
      {"latitude", R"("x")"},
      {"active", "1"},
      {"active", R"("true")"},
      {"createdon", "5"},
      {"createdon", R"("2024-02-30T00:00:00Z")"},
      {"createdon", R"("yesterday")"},
      {"founded", R"("2024-13-01")"},
      {"tags", R"("1,x")"},
      {"tags", "[1,3]"},
      {"parentid", R"("17")"},
      {"parentid", R"("g0000000-0000-0000-0000-00000000000B")"},
      {"parentid", R"("a000000-00000-0000-0000-00000000000B")"},
      {"parentid", R"("a0000000-0000-0000-0000-0000000000\u00e9")"},
      {"parentid", "17"},
      {"parentid", R"("")"},
      {"name", "nul"},
      {"active", "truthy"},
      {"employees", "-"},
      {"employees", "0x10"},
  };
  for (const auto& [field, json] : kCases) {
    const auto cell = Read(field, json);
    ASSERT_FALSE(cell) << field << " " << json << " read as " << *cell;
    EXPECT_EQ(cell.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(cell.error().message.find("account"), std::string::npos) << cell.error().message;
  }
  const auto named = Read("employees", R"("many")");
  EXPECT_NE(named.error().message.find("account.employees"), std::string::npos);
  EXPECT_NE(named.error().message.find("row 1"), std::string::npos);
}

TEST(RowParser, SaysOfANumberThatIsTooLongThatItIsOne) {
  for (const auto& [field, json] : {std::pair{"rate", "12345678901234567890"}, {"rate", "1.234"}}) {
    const auto read = Read(field, json);
    ASSERT_FALSE(read);
    const std::string& words = read.error().message;
    EXPECT_NE(words.find("more digits than a device keeps exactly (18, 2"), std::string::npos)
        << words;
  }
  EXPECT_NE(Read("rate", R"("x")").error().message.find("is no decimal"), std::string::npos);
}

TEST(RowParser, LaysOutKeyFieldsTypesAndVersion) {
  const auto page = Parse(
      {"ownerid", "accountid", "name"},
      std::string(R"({"@odata.context":"x","value":[{"@odata.etag":"W/\"5\"","name":"A",)") +
          R"("_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname":"team","_ownerid_value":")" +
          kId2 + R"(","accountid":")" + kId1 + R"("}]})");
  ASSERT_TRUE(page) << page.error().message;
  std::vector<std::string> names;
  for (const auto& column : page->rows.columns()) names.push_back(column.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"accountid", "ownerid", "name", "ownerid@type", "@version"}));
  EXPECT_EQ(page->rows.cell(0, 3).view(), "team");
  EXPECT_EQ(page->rows.cell(0, 4).view(), "W/\"5\"");
  Guid owner;
  std::copy_n(page->rows.cell(0, 1).bytes, 16, reinterpret_cast<char*>(owner.bytes.data()));
  EXPECT_EQ(ToString(owner), "a0000000-0000-0000-0000-00000000000b");
}

TEST(RowParser, TakesAnIntegerVersionWhereTheEntityHasOne) {
  const auto page =
      Parse({"name"}, Row(R"("versionnumber":812,"name":"A")"), {.version = "versionnumber"});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->rows.cell(0, 2).integer, 812);
}

TEST(RowParser, ReadsRowsWhoseNullsAreLeftOutInAnyOrder) {
  const auto page =
      Parse({"name", "employees"},
            std::string(R"({"value":[{"accountid":")") + kId1 +
                R"(","name":"A","employees":1},{"accountid":")" + kId1 +
                R"(","employees":2},{"employees":3,"extra":{"a":[1,2]},"accountid":")" + kId2 +
                R"(","name":"C"},{"accountid":")" + kId2 + R"("}]})");
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->rows.rows(), 4u);
  EXPECT_EQ(page->rows.cell(0, 1).view(), "A");
  EXPECT_TRUE(page->rows.cell(1, 1).null());
  EXPECT_EQ(page->rows.cell(1, 2).integer, 2);
  EXPECT_EQ(page->rows.cell(2, 1).view(), "C");
  EXPECT_EQ(page->rows.cell(2, 2).integer, 3);
  EXPECT_TRUE(page->rows.cell(3, 1).null());
  EXPECT_TRUE(page->rows.cell(3, 2).null());
}

TEST(RowParser, DoesNotConfuseNamesThatBeginAlike) {
  const auto page = Parse({"name"}, Row(R"("nam":"x","names":"y","name2":"z","name":"right")"));
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->rows.cell(0, 1).view(), "right");
}

TEST(RowParser, TakesLabelsOfLookupsOnce) {
  const std::string row = std::string(R"({"accountid":")") + kId1 +
                          R"(","_parentid_value@OData.Community.Display.V1.FormattedValue":)" +
                          R"("Parent \"Inc\"","_parentid_value":")" + kId2 + "\"}";
  const auto page = Parse({"parentid"}, R"({"value":[)" + row + "," + row + "]}", {.labels = true});
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->labels.size(), 1u);
  EXPECT_EQ(page->labels[0].id, "a0000000-0000-0000-0000-00000000000b");
  EXPECT_EQ(page->labels[0].text, "Parent \"Inc\"");
  EXPECT_TRUE(Parse({"parentid"}, R"({"value":[)" + row + "]}")->labels.empty());
}

TEST(RowParser, ReadsTheEnvelopeOnEitherSideOfTheRows) {
  const auto before = Parse({}, R"({"@odata.nextLink":"n","value":[]})");
  EXPECT_EQ(before->next_link, "n");
  const auto after =
      Parse({}, R"({"value":[],"@nextLink":"m","@Microsoft.Dynamics.CRM.morerecords":true,)"
                R"("@Microsoft.Dynamics.CRM.fetchxmlpagingcookie":"<cookie a=\"b\" />"})");
  EXPECT_EQ(after->next_link, "m");
  EXPECT_EQ(after->more_records, true);
  EXPECT_EQ(after->paging_cookie, "<cookie a=\"b\" />");
  EXPECT_FALSE(before->more_records.has_value());
}

TEST(RowParser, DropsRepeatedKeysWhenAsked) {
  const std::string row = std::string(R"({"accountid":")") + kId1 + R"(","name":"A"})";
  const std::string other = std::string(R"({"accountid":")") + kId2 + R"(","name":"B"})";
  const std::string body = R"({"value":[)" + row + "," + row + "," + other + "," + row + "]}";
  EXPECT_EQ(Parse({"name"}, body, {.each_once = true})->rows.rows(), 2u);
  EXPECT_EQ(Parse({"name"}, body)->rows.rows(), 4u);
}

TEST(RowParser, RefusesWhatIsNoPage) {
  for (const char* body : {"",
                           " ",
                           "null",
                           "[]",
                           "5",
                           "\"value\"",
                           "{}",
                           R"({"value":null})",
                           R"({"value":{}})",
                           R"({"value":"x"})",
                           R"({"value":[5]})",
                           R"({"value":[null]})",
                           R"({"value":[[]]})",
                           "<html><body>Sign in</body></html>",
                           R"({"error":{"message":"no"}})",
                           R"({"value":[],"error":{"message":"no"}})",
                           R"({"error":{"message":"no"},"value":[]})",
                           R"({"value":[{"name":"no key"}]})",
                           R"({"value":[{"accountid":null}]})",
                           R"({"value":[],"value":[]})",
                           R"({"value":[]}x)",
                           R"({"value":[]}{"value":[]})",
                           "{\"value\":[],\"a\":\"\xFF\"}",
                           "{\"value\":[],\"a\":\"\x01\"}"}) {
    const auto page = Parse({"name"}, body);
    ASSERT_FALSE(page) << body;
    EXPECT_EQ(page.error().code, ErrorCode::kCorrupt) << body;
    EXPECT_EQ(page.error().message.substr(0, 7), "account") << page.error().message;
  }
  EXPECT_NE(Parse({}, "<html></html>").error().message.find("web page"), std::string::npos);
}

TEST(RowParser, RefusesAPageCutAtAnyByte) {
  const std::string whole = std::string(R"({"@odata.context":"c","value":[{"accountid":")") + kId1 +
                            R"(","name":"A\"b","revenue":1.5,"nested":{"x":[1]}},{"accountid":")" +
                            kId2 + R"(","name":null}],"@odata.nextLink":"n"})";
  ASSERT_TRUE(Parse({"name", "revenue"}, whole));
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    EXPECT_FALSE(Parse({"name", "revenue"}, whole.substr(0, cut))) << cut;
  }
}

TEST(RowParser, RefusesAPropertyTwice) {
  const auto page = Parse({"name"}, Row(R"("name":"A","name":"B")"));
  ASSERT_FALSE(page);
  EXPECT_NE(page.error().message.find("'name' twice"), std::string::npos) << page.error().message;
}

TEST(RowParser, RefusesEndlessNesting) {
  const std::string deep = std::string(65, '[') + std::string(65, ']');
  const std::string fine = std::string(60, '[') + std::string(60, ']');
  EXPECT_TRUE(Parse({"name"}, Row("\"x\":" + fine)));
  EXPECT_FALSE(Parse({"name"}, Row("\"x\":" + deep)));
}

TEST(RowParser, CanBeUsedForPageAfterPageWhateverCameBefore) {
  RowParser parser(*RowLayout::Make(Account(), {"name"}, {}));
  ASSERT_FALSE(parser.Parse("{"));
  ASSERT_FALSE(parser.Parse(Row(R"("name":"A","name":"B")")));
  for (int i = 0; i < 3; ++i) {
    const auto page = parser.Parse(Row(R"("name":"a long enough name to be looked at")"));
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->rows.cell(0, 1).view(), "a long enough name to be looked at");
  }
  // A page outlives the parser's buffers.
  auto kept = parser.Parse(Row(R"("name":"first \n escaped")"));
  ASSERT_TRUE(parser.Parse(Row(R"("name":"other \n content")")));
  EXPECT_EQ(kept->rows.cell(0, 1).view(), "first \n escaped");
}

TEST(RowLayout, RefusesUnknownFieldsAndEntitiesWithoutKey) {
  EXPECT_FALSE(RowLayout::Make(Account(), {"nosuch"}, {}));
  EntitySchema keyless = Account();
  keyless.key.clear();
  EXPECT_FALSE(RowLayout::Make(keyless, {}, {}));
}

}  // namespace
}  // namespace satchel
