#include "engine/server/page_cursor.h"

#include <gtest/gtest.h>

#include "engine/server/dataverse/paging_cookie.h"
#include "engine/server/dataverse/time_zone.h"

namespace satchel {
namespace {

TEST(PageCursor, IsReadBackByALaterProcess) {
  const PageCursor cursor = {.kind = PageCursor::Kind::kLink,
                             .page = 7,
                             .rows = 35'000,
                             .edge = "7,r3,,",
                             .where = "https://a/b?$skiptoken=<a|b>|c"};
  const auto read = ParseCursor(Print(cursor));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, cursor.kind);
  EXPECT_EQ(read->page, cursor.page);
  EXPECT_EQ(read->rows, cursor.rows);
  EXPECT_EQ(read->edge, cursor.edge);
  EXPECT_EQ(read->where, cursor.where);
}

TEST(PageCursor, StartsOverWhenItCannotBeRead) {
  for (const char* bad : {"", "F", "x|1|0||", "F|1|0", "F|1|0|", "F|0|0||", "F|-1|0||", "F|1|-5||",
                          "F|a|0||", "F||0||", "FL|1|0||", "f|1|0|"}) {
    const auto read = ParseCursor(bad);
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().code, ErrorCode::kExpired);
  }
}

TEST(PagingCookie, IsDecodedTwice) {
  const auto cookie = dataverse::DecodePagingCookie(
      "<cookie pagenumber=\"2\" "
      "pagingcookie=\"%253ccookie%2520page%253d%25221%2522%253e%253cfullname%2520last%253d%2522Sue%"
      "2522%2520first%253d%2522Yve%2522%2520%252f%253e%253ccontactid%2520last%253d%2522%257b70BF4D"
      "48%257d%2522%2520first%253d%2522%257b49B0BE2E%257d%2522%2520%252f%253e%253c%252fcookie%253e"
      "\" istracking=\"False\" />");
  ASSERT_TRUE(cookie);
  EXPECT_EQ(*cookie,
            "<cookie page=\"1\"><fullname last=\"Sue\" first=\"Yve\" /><contactid "
            "last=\"{70BF4D48}\" first=\"{49B0BE2E}\" /></cookie>");
}

TEST(PagingCookie, IsNothingWhenThereIsNone) {
  for (const char* bad : {"", "<cookie/>", "<cookie pagingcookie=\"\" />", "<cookie pagingcookie=",
                          "<cookie pagingcookie=\"x", "<cookie pagingcookie=x />"}) {
    EXPECT_FALSE(dataverse::DecodePagingCookie(bad)) << bad;
  }
}

TEST(TimeZone, OfWindowsIsFoundInTheWorldsNames) {
  EXPECT_EQ(dataverse::IanaZone("W. Europe Standard Time"), "Europe/Berlin");
  EXPECT_EQ(dataverse::IanaZone("Pacific Standard Time"), "America/Los_Angeles");
  EXPECT_EQ(dataverse::IanaZone("India Standard Time"), "Asia/Calcutta");
  EXPECT_EQ(dataverse::IanaZone("UTC"), "UTC");
  EXPECT_FALSE(dataverse::IanaZone("Middle-earth Standard Time"));
  EXPECT_FALSE(dataverse::IanaZone(""));
}

}  // namespace
}  // namespace satchel
