#include "engine/server/dataverse/answer_kinds.h"

#include <gtest/gtest.h>

namespace satchel::dataverse {
namespace {

Result<> Check(const std::string& text) {
  const auto json = ParseJson(text);
  return json ? CheckKinds(*json) : Fail(json.error());
}

TEST(AnswerKinds, TakeHonestAnswersAndNulls) {
  EXPECT_TRUE(Check(R"({"value":[{"systemuserid":"a","fullname":null,"isdisabled":false}]})"));
  EXPECT_TRUE(Check(R"({"UserId":"a","unknown":{"value":[{"LogicalName":"x"}]}})"));
  // An option's Value is a number, a managed property's a word; a Label may hold labels.
  EXPECT_TRUE(Check(R"({"value":[{"Value":1},{"RequiredLevel":{"Value":"None"}},
                       {"Label":{"UserLocalizedLabel":{"Label":"x"}}}]})"));
}

TEST(AnswerKinds, NameTheMemberThatIsWrongAtAnyDepth) {
  for (const char* text :
       {R"({"value":[{"systemuserid":{}}]})", R"({"value":[{"systemuserid":7}]})",
        R"({"OptionSet":{"Options":[{"inner":{"systemuserid":true}}]}})"}) {
    const auto checked = Check(text);
    ASSERT_FALSE(checked) << text;
    EXPECT_EQ(checked.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(checked.error().message.find("'systemuserid'"), std::string::npos);
  }
  EXPECT_FALSE(Check(R"({"value":{"a":1}})"));
  EXPECT_FALSE(Check(R"({"@odata.nextLink":7,"value":[]})"));
}

TEST(AnswerKinds, WantAnObjectAndListsOfObjects) {
  for (const char* text : {"[]", "5", "\"x\"", "null", R"({"value":[1]})", R"({"value":[null]})"}) {
    EXPECT_FALSE(Check(text)) << text;
  }
}

}  // namespace
}  // namespace satchel::dataverse
