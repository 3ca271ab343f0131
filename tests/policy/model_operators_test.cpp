#include "policy/model/operators.h"

#include <gtest/gtest.h>

#include <set>

namespace satchel {
namespace {

TEST(Operators, AreFoundByTheirFetchXmlNames) {
  for (const OperatorInfo& info : Operators()) {
    EXPECT_EQ(FindOperator(info.name), info.op) << info.name;
  }
  EXPECT_EQ(FindOperator("neq"), Operator::kNe);
  EXPECT_FALSE(FindOperator("contains"));
}

TEST(Operators, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const OperatorInfo& info : Operators()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_FALSE(info.words.empty()) << info.name;
  }
}

TEST(Operators, TakeNoOperandExactlyWhenTheyTakeNoValue) {
  for (const OperatorInfo& info : Operators()) {
    EXPECT_EQ(info.arity == Arity::kNone, info.operand == Operand::kNothing) << info.name;
  }
}

}  // namespace
}  // namespace satchel
