#include "engine/filter/data_set.h"

#include <gtest/gtest.h>

#include "engine/record/instant.h"

namespace satchel {
namespace {

constexpr std::string_view kId = "6f1d0c7e-0000-4000-8000-000000000001";

// One entity "t" with a key and a field "f" of the type, one row with the value.
std::string Document(const std::string& type, const std::string& value) {
  return R"({"schema":{"t":{"key":"id","fields":{"id":"uniqueidentifier","f":)" + type +
         R"(}}},"rows":{"t":[{"id":")" + std::string(kId) + R"(","f":)" + value + "}]}}";
}

// The stored cell as text: "null", "i:5", "r:0.5", "t:abc", "id:…"; or the error.
std::string Stored(const std::string& type, const std::string& value) {
  const auto data = ParseDataSet(Document(type, value));
  if (!data) return data.error().message;
  const Cell& cell = data->Rows("t")->cell(0, 0);  // Columns go by name: f, id.
  switch (cell.kind) {
    case Cell::Kind::kNull:
      return "null";
    case Cell::Kind::kInteger:
      return "i:" + std::to_string(cell.integer);
    case Cell::Kind::kReal:
      return "r:" + std::to_string(cell.real);
    case Cell::Kind::kText:
      return "t:" + std::string(cell.view());
    case Cell::Kind::kId: {
      Guid guid;
      std::copy(cell.view().begin(), cell.view().end(), guid.bytes.begin());
      return "id:" + ToString(guid);
    }
  }
  return "?";
}

std::string ErrorOfData(std::string_view json) {
  const auto data = ParseDataSet(json);
  return data ? "" : data.error().message;
}

TEST(DataSet, StoresEachTypeAsTheDatabaseKeepsIt) {
  EXPECT_EQ(Stored("\"string\"", "\"a\\u00e9\\n\""), "t:aé\n");
  EXPECT_EQ(Stored("\"memo\"", "\"x  \""), "t:x  ");
  EXPECT_EQ(Stored("\"integer\"", "-7"), "i:-7");
  EXPECT_EQ(Stored("\"integer\"", "3.0"), "i:3");
  EXPECT_EQ(Stored("\"bigint\"", "9223372036854775807"), "i:9223372036854775807");
  EXPECT_EQ(Stored("\"money\"", "1250.5"), "i:12505000");
  EXPECT_EQ(Stored("\"money\"", "\"1250.50\""), "i:12505000");
  EXPECT_EQ(Stored(R"({"type":"decimal","precision":2})", "0.29"), "i:29");
  EXPECT_EQ(Stored("\"double\"", "0.5e0"), "r:0.500000");
  EXPECT_EQ(Stored("\"boolean\"", "true"), "i:1");
  EXPECT_EQ(Stored("\"boolean\"", "0"), "i:0");
  EXPECT_EQ(Stored("\"datetime\"", "\"1970-01-01T02:00:01+02:00\""), "i:10000000");
  EXPECT_EQ(Stored("\"datetime\"", "\"1970-01-01T00:00:01\""), "i:10000000");
  EXPECT_EQ(Stored("\"datetime_tzi\"", "\"1970-01-01T00:00:01+02:00\""), "i:10000000");
  EXPECT_EQ(Stored("\"dateonly\"", "\"1970-01-02\""), "i:1");
  EXPECT_EQ(Stored("\"dateonly\"", "\"1970-01-02T23:00:00-05:00\""), "i:1");
  EXPECT_EQ(Stored("\"picklist\"", "3"), "i:3");
  EXPECT_EQ(Stored("\"multiselectpicklist\"", "\"3, 1,3\""), "t:,1,3,");
  EXPECT_EQ(Stored("\"multiselectpicklist\"", "[10,9,-1]"), "t:,-1,9,10,");
  EXPECT_EQ(Stored("\"lookup\"", "\"{6F1D0C7E-0000-4000-8000-00000000000A}\""),
            "id:6f1d0c7e-0000-4000-8000-00000000000a");
}

TEST(DataSet, ReadsNothingAsNull) {
  for (const char* type : {"string", "integer", "datetime", "lookup", "multiselectpicklist"}) {
    EXPECT_EQ(Stored("\"" + std::string(type) + "\"", "null"), "null") << type;
    EXPECT_EQ(Stored("\"" + std::string(type) + "\"", "\"\""), "null") << type;
  }
  EXPECT_EQ(Stored("\"multiselectpicklist\"", "[]"), "null");
  EXPECT_EQ(Stored("\"customer\"", R"({"id":null,"type":"contact"})"), "null");
  const auto data = ParseDataSet(R"({"schema":{"t":{"fields":{"f":"string"}}},"rows":{"t":[{}]}})");
  ASSERT_TRUE(data);
  EXPECT_TRUE(data->Rows("t")->cell(0, 0).null());
}

TEST(DataSet, RefusesWhatIsNoValueOfTheType) {
  EXPECT_EQ(Stored("\"money\"", "\"abc\""),
            "rows.t[0].f: 'abc' is no money value (write a number of at most 18 digits, such as "
            "1250.50)");
  EXPECT_EQ(Stored("\"integer\"", "1.5"),
            "rows.t[0].f: 1.5 is no integer value (write a whole number that fits 64 bits)");
  EXPECT_EQ(Stored("\"integer\"", "99999999999999999999"),
            "rows.t[0].f: 99999999999999999999 is no integer value (write a whole number that "
            "fits 64 bits)");
  EXPECT_NE(Stored("\"double\"", "1e999").find("is no double value"), std::string::npos);
  EXPECT_NE(Stored("\"money\"", "0.00001").find("does not fit"), std::string::npos);
  EXPECT_NE(Stored("\"string\"", "5").find("put text in quotes"), std::string::npos);
  EXPECT_NE(Stored("\"boolean\"", "2").find("write true or false"), std::string::npos);
  EXPECT_NE(Stored("\"datetime\"", "\"2023-02-29\"").find("is no datetime"), std::string::npos);
  EXPECT_NE(Stored("\"datetime\"", "5").find("is no datetime"), std::string::npos);
  EXPECT_NE(Stored("\"lookup\"", "\"abc\"").find("write a GUID"), std::string::npos);
  EXPECT_NE(Stored("\"string\"", "[1]").find("not a list"), std::string::npos);
  EXPECT_NE(Stored("\"string\"", "{}").find("not an object"), std::string::npos);
  EXPECT_NE(Stored("\"multiselectpicklist\"", "[1.5]").find("whole number"), std::string::npos);
}

TEST(DataSet, KeepsTheTargetOfAPolymorphicLookup) {
  const auto data =
      ParseDataSet(Document(R"({"type":"customer","targets":["account","contact"]})",
                            R"({"type":"contact","id":")" + std::string(kId) + "\"}"));
  ASSERT_TRUE(data) << data.error().message;
  const RowBatch& rows = *data->Rows("t");
  ASSERT_EQ(rows.columns().size(), 3u);
  EXPECT_EQ(rows.columns()[1].name, "f@type");
  EXPECT_EQ(rows.cell(0, 1).view(), "contact");
  EXPECT_EQ(Stored(R"({"type":"customer","targets":["account","contact"]})",
                   R"({"type":"lead","id":")" + std::string(kId) + "\"}"),
            "rows.t[0].f: 'lead' is not one of its targets, which are: account contact");
}

TEST(DataSet, KeepsIdsThatAreNoGuidsAsTheTargetsKey) {
  const auto data = ParseDataSet(R"({"schema":{
      "n":{"key":"no","fields":{"no":"integer"}}, "s":{"key":"code","fields":{"code":"string"}},
      "t":{"fields":{"a":{"type":"lookup","targets":["n"]},"b":{"type":"lookup","targets":["s"]}}}},
      "rows":{"t":[{"a":7,"b":"X1"}]}})");
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(data->Rows("t")->cell(0, 0).integer, 7);
  EXPECT_EQ(data->Rows("t")->cell(0, 1).view(), "X1");
}

TEST(DataSet, RowsMayComeBeforeTheSchemaAndKeysInAnyOrder) {
  const auto data = ParseDataSet(R"({"rows":{"t":[{"a":1,"b":2},{"b":3},{"b":4,"a":5}]},
                                     "schema":{"t":{"fields":{"a":"integer","b":"integer"}}}})");
  ASSERT_TRUE(data) << data.error().message;
  const RowBatch& rows = *data->Rows("t");
  ASSERT_EQ(rows.rows(), 3u);
  EXPECT_EQ(rows.cell(0, 0).integer, 1);
  EXPECT_TRUE(rows.cell(1, 0).null());
  EXPECT_EQ(rows.cell(1, 1).integer, 3);
  EXPECT_EQ(rows.cell(2, 0).integer, 5);
  EXPECT_EQ(rows.cell(2, 1).integer, 4);
}

TEST(DataSet, HasNoRowsOfAnEntityThatTheDocumentDoesNotMention) {
  const auto data = ParseDataSet(R"({"schema":{"t":{"fields":{"a":"integer"}}}})");
  ASSERT_TRUE(data);
  ASSERT_TRUE(data->Rows("t"));
  EXPECT_EQ(data->Rows("t")->rows(), 0u);
  EXPECT_EQ(data->Rows("t")->columns().size(), 1u);
  EXPECT_FALSE(data->Rows("u"));
}

TEST(DataSet, NamesUnknownAndRepeatedKeys) {
  constexpr std::string_view kSchema = R"("schema":{"t":{"fields":{"name":"string"}}})";
  const auto with = [&](const std::string& rest) {
    return ErrorOfData("{" + std::string(kSchema) + rest + "}");
  };
  EXPECT_EQ(with(R"(,"rows":{"t":[{"nmae":"x"}]})"),
            "rows.t[0]: the schema of t has no field 'nmae'; did you mean 'name'?");
  EXPECT_EQ(with(R"(,"rows":{"t":[{},{"name":"x","name":"y"}]})"),
            "rows.t[1]: the key 'name' comes twice");
  EXPECT_NE(with(R"(,"rows":{"u":[]})").find("the key 'u'"), std::string::npos);
  EXPECT_NE(with(R"(,"rows":{"t":[],"t":[]})").find("comes twice"), std::string::npos);
  EXPECT_NE(with(R"(,"row":{})").find("did you mean 'rows'?"), std::string::npos);
  EXPECT_EQ(ErrorOfData(R"({"rows":{}})"),
            "the data set has no \"schema\" (it needs the entities and their fields)");
}

TEST(DataSet, WantsAKeyInEveryRowAndNoneTwice) {
  constexpr std::string_view kStart =
      R"({"schema":{"t":{"key":"id","fields":{"id":"uniqueidentifier"}}},"rows":{"t":)";
  const std::string row = R"({"id":")" + std::string(kId) + "\"}";
  EXPECT_EQ(ErrorOfData(std::string(kStart) + "[{}]}}"), "rows.t[0]: the key 'id' is missing");
  EXPECT_EQ(ErrorOfData(std::string(kStart) + "[" + row + "," + row + "]}}"),
            "rows.t[1].id: the same key as in row 0 (every row needs a key of its own)");
}

TEST(DataSet, SurvivesEveryTruncationOfADocument) {
  const std::string whole = Document(R"({"type":"customer","targets":["account","contact"]})",
                                     R"({"type":"contact","id":")" + std::string(kId) + "\"}");
  ASSERT_EQ(ErrorOfData(whole), "");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(ErrorOfData(whole.substr(0, length)), "") << length;
  }
}

TEST(DataSet, SaysWhereTheJsonIsBroken) {
  EXPECT_EQ(ErrorOfData(""), "the data set is empty");
  EXPECT_EQ(ErrorOfData("[]"), "a data set is an object {…}");
  EXPECT_NE(ErrorOfData(R"({"schema":{"t":{"fields":{"a":"integer"}}}} x)"), "");
  EXPECT_NE(ErrorOfData(R"({"schema":{"t":{"fields":{"a":"integer"}}},"rows":{"t":[{"a":01}]}})"),
            "");
  EXPECT_NE(ErrorOfData(R"({"schema":{"t":{"fields":{"a":"integer"}}},"rows":{"t":[{"a":nul}]}})"),
            "");
  EXPECT_NE(ErrorOfData(R"({"schema":{"t":{"fields":{"a":"integer"}}},"rows":{"t":[{"a" 1}]}})"),
            "");
  EXPECT_EQ(ErrorOfData("{\n\"schema\": \"\xFF\"}"),
            "line 2, column 12: these bytes are not UTF-8");
  EXPECT_NE(ErrorOfData(std::string(100'000, '[')), "");
  EXPECT_NE(ErrorOfData(Document("\"string\"", std::string(100'000, '['))), "");
}

TEST(DataSet, SkipsAByteOrderMark) {
  EXPECT_EQ(ErrorOfData("\xEF\xBB\xBF" + Document("\"string\"", "\"x\"")), "");
}

}  // namespace
}  // namespace satchel
