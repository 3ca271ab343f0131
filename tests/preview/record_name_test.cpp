#include "preview/explain/record_name.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

constexpr const char* kId = "6f1d0c7e-0000-4000-8000-00000000000a";

RecordName Parsed(const std::string& text) {
  const auto name = ParseRecordName(text);
  EXPECT_TRUE(name) << text << ": " << name.error().message;
  return name ? *name : RecordName{};
}

TEST(RecordName, ReadsAnEntityAndAnIdHoweverTheIdIsWritten) {
  const RecordName account{"account", kId};
  EXPECT_EQ(Parsed("account/6f1d0c7e-0000-4000-8000-00000000000a"), account);
  EXPECT_EQ(Parsed("account/{6F1D0C7E-0000-4000-8000-00000000000A}"), account);
  EXPECT_EQ(Parsed("  account/6F1D0C7E00004000800000000000000A\n"), account);
  EXPECT_EQ(Parsed("account(6F1D0C7E-0000-4000-8000-00000000000A)"), account);
  EXPECT_EQ(Parsed("account(accountid=6f1d0c7e-0000-4000-8000-00000000000a)"), account);
  EXPECT_EQ(Parsed("\"account/%7B6f1d0c7e-0000-4000-8000-00000000000a%7D\""), account);
}

TEST(RecordName, ReadsABareId) {
  EXPECT_EQ(Parsed("{6F1D0C7E-0000-4000-8000-00000000000A}"), (RecordName{"", kId}));
  EXPECT_EQ(Parsed("201"), (RecordName{"", "201"}));
}

TEST(RecordName, ReadsAnAddressOfAService) {
  EXPECT_EQ(Parsed("https://org.crm4.dynamics.com/api/data/v9.2/accounts(6F1D0C7E-0000-4000-8000-"
                   "00000000000A)?$select=name"),
            (RecordName{"accounts", kId}));
  EXPECT_EQ(Parsed("http://127.0.0.1:4004/odata/v4/catalog/Books(201)"),
            (RecordName{"Books", "201"}));
  EXPECT_EQ(Parsed("https://x.example/srv/Books(ID='O''Neill%2F2',IsActiveEntity=true)"),
            (RecordName{"Books", "O'Neill/2"}));
  EXPECT_EQ(Parsed("https://x.example/app/account/6f1d0c7e-0000-4000-8000-00000000000a/"),
            (RecordName{"account", kId}));
}

TEST(RecordName, ReadsTheAddressOfAForm) {
  EXPECT_EQ(Parsed("https://org.crm4.dynamics.com/main.aspx?appid=0a0a0a0a-0000-4000-8000-"
                   "000000000001&pagetype=entityrecord&etn=account&id=%7b6F1D0C7E-0000-4000-8000-"
                   "00000000000A%7d"),
            (RecordName{"account", kId}));
  EXPECT_EQ(Parsed("https://org.crm4.dynamics.com/main.aspx#ETN=account&ID=6f1d0c7e-0000-4000-8000-"
                   "00000000000a"),
            (RecordName{"account", kId}));
}

TEST(RecordName, SaysWhatIsAcceptedInsteadOfGuessing) {
  for (const char* text : {"", "  ", "account/", "/", "https://x.example", "a b/c", "Books()",
                           "Books(A=1,B=2)", "https://x.example/main.aspx?etn=account"}) {
    const auto name = ParseRecordName(text);
    ASSERT_FALSE(name) << text << " gave " << name->entity << " / " << name->id;
    EXPECT_NE(name.error().message.find("ENTITY/ID"), std::string::npos);
  }
}

}  // namespace
}  // namespace satchel
