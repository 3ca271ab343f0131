#include "engine/server/profile.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

Profile Contoso() {
  return {.name = "contoso",
          .url = "https://contoso.crm4.dynamics.com/api/data/v9.2/",
          .kind = ServerKind::kDataverse,
          .auth = AuthKind::kClient,
          .tenant = "t",
          .client_id = "c"};
}

TEST(ProfileStore, KeepsWhatWasAdded) {
  const TempFolder folder;
  ProfileStore store(folder.path() / "new" / "servers.json");
  EXPECT_TRUE(store.Load()->empty());
  ASSERT_TRUE(store.Add(Contoso()));
  const Profile local = {.name = "local",
                         .url = "http://127.0.0.1:4004/odata/v4/crm/",
                         .kind = ServerKind::kOData,
                         .auth = AuthKind::kBasic,
                         .ca_file = "/ca.pem",
                         .user_id = "alice"};
  ASSERT_TRUE(store.Add(local));
  EXPECT_EQ(*ProfileStore(folder.path() / "new" / "servers.json").Load(),
            (std::vector<Profile>{Contoso(), local}));
  ASSERT_TRUE(store.Remove("contoso"));
  EXPECT_EQ(*store.Load(), std::vector<Profile>{local});
}

TEST(ProfileStore, IsReadableByItsOwnerOnly) {
  const TempFolder folder;
  const auto file = folder.path() / "servers.json";
  ASSERT_TRUE(ProfileStore(file).Add(Contoso()));
  struct stat facts = {};
  ASSERT_EQ(stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST(ProfileStore, RefusesBadProfilesAndWritesNothing) {
  const TempFolder folder;
  const auto file = folder.path() / "servers.json";
  ProfileStore store(file);
  const auto code = [&store](Profile profile) { return store.Add(profile).error().code; };
  Profile bad = Contoso();
  bad.name = "two words";
  EXPECT_EQ(code(bad), ErrorCode::kInvalid);
  bad = Contoso();
  bad.url = "http://contoso.example/";
  EXPECT_EQ(code(bad), ErrorCode::kInvalid);
  bad.url = "https://user:password@contoso.example/";
  EXPECT_EQ(code(bad), ErrorCode::kInvalid);
  bad = Contoso();
  bad.authority = "http://login.example";
  EXPECT_EQ(code(bad), ErrorCode::kInvalid);
  EXPECT_FALSE(std::filesystem::exists(file));
  ASSERT_TRUE(store.Add(Contoso()));
  EXPECT_EQ(code(Contoso()), ErrorCode::kConflict);
  EXPECT_EQ(store.Remove("contosso").error().code, ErrorCode::kNotFound);
  EXPECT_NE(store.Remove("contosso").error().message.find("did you mean 'contoso'"),
            std::string::npos);
}

TEST(ProfileStore, SaysWhichFileIsBrokenAndLeavesItAlone) {
  const TempFolder folder;
  const auto file = folder.path() / "servers.json";
  for (const char* broken :
       {"", "{", "[]", "{}", R"({"servers":5})", R"({"servers":[5]})",
        R"({"servers":[{"name":"a","url":"https://a/","kind":"other","auth":"none"}]})",
        R"({"servers":[{"name":1,"url":"https://a/","kind":"odata","auth":"none"}]})"}) {
    std::ofstream(file) << broken;
    ProfileStore store(file);
    EXPECT_EQ(store.Load().error().code, ErrorCode::kCorrupt) << broken;
    EXPECT_NE(store.Load().error().message.find("servers.json"), std::string::npos);
    EXPECT_FALSE(store.Add(Contoso()));
    std::ostringstream now;
    now << std::ifstream(file).rdbuf();
    EXPECT_EQ(now.str(), broken);
  }
}

TEST(ServiceRoot, IsMadeOfWhateverIsPasted) {
  const ServiceRoot contoso = {"https://contoso.crm4.dynamics.com/api/data/v9.2/",
                               ServerKind::kDataverse};
  for (const char* typed :
       {"contoso.crm4.dynamics.com", "https://contoso.crm4.dynamics.com",
        "https://Contoso.crm4.dynamics.com/", "https://contoso.crm4.dynamics.com/api/data/v9.2",
        "https://contoso.crm4.dynamics.com/main.aspx?appid=1&pagetype=entitylist#x"}) {
    const auto root = ReadServiceRoot(typed);
    ASSERT_TRUE(root) << typed << ": " << root.error().message;
    EXPECT_EQ(*root, contoso) << typed;
  }
  EXPECT_EQ(ReadServiceRoot("https://a.crm9.dynamics.com/api/data/v9.1/")->url,
            "https://a.crm9.dynamics.com/api/data/v9.1/");
  EXPECT_EQ(ReadServiceRoot("a.crm.dynamics.cn")->kind, ServerKind::kDataverse);
}

TEST(ServiceRoot, OfAnotherServiceStaysAsItIs) {
  const ServiceRoot cap = {"http://127.0.0.1:4004/odata/v4/crm/", ServerKind::kOData};
  EXPECT_EQ(*ReadServiceRoot("http://127.0.0.1:4004/odata/v4/crm/"), cap);
  EXPECT_EQ(ReadServiceRoot("https://dynamics.com.example/x/")->url,
            "https://dynamics.com.example/x/");
  // Of the same makers, and no Dataverse.
  for (const char* odata :
       {"https://api.businesscentral.dynamics.com/v2.0/t/Production/ODataV4/",
        "https://contoso.operations.dynamics.com/data/", "https://contoso.crmx.dynamics.com/x/",
        "https://crm.dynamics.com/x/"}) {
    EXPECT_EQ(*ReadServiceRoot(odata), (ServiceRoot{odata, ServerKind::kOData}));
  }
  EXPECT_EQ(ReadServiceRoot("https://a.example/odata")->url, "https://a.example/odata/");
  EXPECT_EQ(ReadServiceRoot("http://127.0.0.1:1/api/data/v9.2/")->kind, ServerKind::kDataverse);
  for (const char* typed :
       {"", "https://", "http://contoso.crm4.dynamics.com", "ftp://a/", "a b"}) {
    const auto root = ReadServiceRoot(typed);
    EXPECT_TRUE(!root && root.error().code == ErrorCode::kInvalid) << typed;
  }
}

TEST(ResolveProfile, TakesANameOrAUrl) {
  const TempFolder folder;
  ProfileStore store(folder.path() / "servers.json");
  ASSERT_TRUE(store.Add(Contoso()));
  EXPECT_EQ(*ResolveProfile("contoso", store), Contoso());
  EXPECT_EQ(ResolveProfile("contos", store).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ResolveProfile("https://a.example/api/data/v9.2", store)->kind, ServerKind::kDataverse);
  EXPECT_EQ(ResolveProfile("http://127.0.0.1:4004/odata/v4/crm/", store)->kind, ServerKind::kOData);
  EXPECT_EQ(ResolveProfile("http://a.example/", store).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(ResolveProfile("https://", store).error().code, ErrorCode::kInvalid);
}

class Environment : public testing::Test {
 protected:
  void TearDown() override {
    unsetenv("SATCHEL_TOKEN");
    unsetenv("XDG_CONFIG_HOME");
  }
};

TEST_F(Environment, GivesTheTokenOfABareUrl) {
  const TempFolder folder;
  const ProfileStore store(folder.path() / "servers.json");
  const auto secrets = MakeSystemSecrets();
  unsetenv("SATCHEL_TOKEN");
  EXPECT_EQ(ResolveProfile("https://a.example/", store)->auth, AuthKind::kNone);
  EXPECT_FALSE(secrets->Find(AuthKind::kToken, ""));
  setenv("SATCHEL_TOKEN", "abc", 1);
  EXPECT_EQ(ResolveProfile("https://a.example/", store)->auth, AuthKind::kToken);
  EXPECT_EQ(secrets->Find(AuthKind::kToken, ""), "abc");
  EXPECT_FALSE(secrets->Find(AuthKind::kNone, "x"));
}

TEST_F(Environment, DecidesWhereProfilesAreKept) {
  setenv("XDG_CONFIG_HOME", "/tmp/x", 1);
  EXPECT_EQ(ProfileStore::DefaultFile(), "/tmp/x/satchel/servers.json");
  setenv("XDG_CONFIG_HOME", "relative", 1);
  EXPECT_NE(ProfileStore::DefaultFile().string().substr(0, 8), "relative");
}

}  // namespace
}  // namespace satchel
