#include "engine/record/cell.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

TEST(Cell, IsNullUntilItIsGivenAValue) {
  EXPECT_TRUE(Cell().null());
  EXPECT_TRUE(Cell::Null().null());
  EXPECT_FALSE(Cell::Integer(0).null());
  EXPECT_FALSE(Cell::Text("").null());
}

TEST(Cell, LooksAtBytesThatBelongToSomebodyElse) {
  const std::string text = "a\0b";
  EXPECT_EQ(Cell::Text(text).view().data(), text.data());
  EXPECT_EQ(Cell::Text(std::string_view("a\0b", 3)).view().size(), 3u);
  const Guid guid = *ParseGuid("6f1d0c7e-8a9b-4cde-8f01-23456789abcd");
  EXPECT_EQ(Cell::Id(guid).view().size(), 16u);
  EXPECT_EQ(Cell::Id(guid).view().front(), '\x6f');
}

TEST(Scale, IsTheSchemasPrecisionOrTheTypesOwn) {
  EXPECT_EQ(ScaleOf({.type = FieldType::kMoney}), 4);
  EXPECT_EQ(ScaleOf({.type = FieldType::kDecimal}), 10);
  EXPECT_EQ(ScaleOf({.type = FieldType::kMoney, .precision = 0}), 0);
  EXPECT_EQ(ScaleOf({.type = FieldType::kDecimal, .precision = 99}), 10);
}

TEST(SqlName, CannotEndTheIdentifierItIsIn) {
  EXPECT_EQ(SqlName("account"), "\"account\"");
  EXPECT_EQ(SqlName("a\"; drop"), "\"a\"\"; drop\"");
  EXPECT_EQ(SqlName(TypeColumn("ownerid")), "\"ownerid@type\"");
}

TEST(RowBatch, AppendsRowsOfNulls) {
  RowBatch batch({{"a"}, {"b"}});
  EXPECT_EQ(batch.rows(), 0u);
  batch.AddRow()[1] = Cell::Integer(7);
  batch.AddRow();
  ASSERT_EQ(batch.rows(), 2u);
  EXPECT_TRUE(batch.cell(0, 0).null());
  EXPECT_EQ(batch.cell(0, 1).integer, 7);
  EXPECT_TRUE(batch.row(1)[1].null());
  batch.RemoveLastRow();
  EXPECT_EQ(batch.rows(), 1u);
}

TEST(RowBatch, KeepsBytesInPlaceHoweverMuchFollowsAndWhereverItMoves) {
  RowBatch batch({{"a"}});
  const std::string_view empty = batch.Keep("");
  const std::string_view first = batch.Keep("first");
  const std::string large(1'000'000, 'x');
  const std::string_view second = batch.Keep(large);
  for (int i = 0; i < 100'000; ++i) (void)batch.Keep("some bytes that fill block after block");
  std::string body = "page";
  body.reserve(4096);
  const char* const bytes = body.data();
  batch.KeepBuffer(std::move(body));
  const RowBatch moved = std::move(batch);
  EXPECT_EQ(empty, "");
  EXPECT_EQ(first, "first");
  EXPECT_EQ(second, large);
  EXPECT_EQ(std::string_view(bytes, 4), "page");
}

TEST(RowBatch, WithoutColumnsHasNoRows) {
  EXPECT_EQ(RowBatch().rows(), 0u);
}

}  // namespace
}  // namespace satchel
