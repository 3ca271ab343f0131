#include "tests/app/cli/against_sandbox.h"

namespace satchel {
namespace {

class ResolveCommand : public AgainstSandbox {
 protected:
  void Project(const std::string& file, const std::string& name, const std::string& more) {
    Write("projects/" + file, "satchel: 1\nproject:\n  name: " + name + "\n" + more);
  }
  Answer Resolve(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"resolve", (folder_.path() / "projects").string(), "--as",
                                          "jana@contoso.example"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
};

TEST_F(ResolveCommand, SaysWhichProjectAndWhyForEveryOne) {
  Project("all.yaml", "all", "");
  Project("field-service/current.yaml", "field-service", "  roles: [Technician]\n  priority: 10\n");
  Project("board.yaml", "board", "  roles: [Nobody]\n  priority: 99\n");
  const Answer answer = Resolve();
  EXPECT_EQ(answer.code, 0) << answer.out << answer.err;
  EXPECT_NE(answer.out.find(" gets field-service\n"), std::string::npos) << answer.out;
  const auto json = Resolve({"--json"}).json();
  EXPECT_EQ(json["chosen"], "field-service");
  ASSERT_EQ(json["projects"].size(), 3U);
  EXPECT_EQ(json["projects"][0]["standing"], "chosen");
  EXPECT_EQ(json["projects"][1]["project"], "all");
  EXPECT_EQ(json["projects"][1]["standing"], "outranked");
  EXPECT_EQ(json["projects"][2]["standing"], "not-theirs");
  EXPECT_TRUE(json["findings"].empty());
}

TEST_F(ResolveCommand, FindsATie) {
  Project("all.yaml", "all", "  priority: 10\n");
  Project("tech.yaml", "tech", "  roles: [Technician]\n  priority: 10\n");
  const Answer answer = Resolve();
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.err.find("[priority-tie]"), std::string::npos) << answer.err;
  EXPECT_TRUE(Resolve({"--json"}).json()["chosen"].is_null());
}

TEST_F(ResolveCommand, TakesWhatIsPublishedNotTheDraftBesideIt) {
  Project("field-service/current.yaml", "field-service", "  roles: [Nobody]\n");
  Project("field-service.yaml", "field-service", "  priority: 50\n");  // A draft for everybody.
  Project("all.yaml", "all", "  priority: 1\n");
  const auto json = Resolve({"--json"}).json();
  EXPECT_EQ(json["chosen"], "all") << json.dump(1);
  ASSERT_EQ(json["projects"].size(), 2U) << json.dump(1);
  for (const auto& project : json["projects"]) {
    const bool theirs = project["project"] == "all";
    EXPECT_EQ(project["standing"], theirs ? "chosen" : "not-theirs");
    const std::vector<std::string> roles =
        theirs ? std::vector<std::string>{} : std::vector<std::string>{"Nobody"};
    EXPECT_EQ(project["roles"], roles);
  }
  EXPECT_TRUE(json["findings"].empty()) << json["findings"].dump(1);
}

TEST_F(ResolveCommand, TakesADraftWhereNothingOfItsProjectIsPublished) {
  Project("field-service.yaml", "field-service", "  priority: 50\n");
  Project("all/current.yaml", "all", "");
  EXPECT_EQ(Resolve({"--json"}).json()["chosen"], "field-service");
}

TEST_F(ResolveCommand, FindsThatThereIsNoneOrThatOneIsBroken) {
  Project("board.yaml", "board", "  roles: [Nobody]\n");
  EXPECT_EQ(Resolve().code, 1);
  Project("all.yaml", "all", "");
  EXPECT_EQ(Resolve().code, 0);
  Project("broken.yaml", "Not A Name", "");
  const Answer answer = Resolve();
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.err.find("broken.yaml:3:9: error: "), std::string::npos) << answer.err;
  EXPECT_NE(answer.out.find(" gets all\n"), std::string::npos) << answer.out;
}

TEST_F(ResolveCommand, NeedsAFolderWithPolicies) {
  EXPECT_EQ(Resolve().code, 3);
  std::filesystem::create_directory(folder_.path() / "projects");
  const Answer answer = Resolve();
  EXPECT_EQ(answer.code, 3);
  EXPECT_NE(answer.err.find("holds no policy"), std::string::npos) << answer.err;
}

}  // namespace
}  // namespace satchel
