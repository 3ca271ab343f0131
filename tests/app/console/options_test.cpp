#include "app/console/options.h"

#include <gtest/gtest.h>

#include <vector>

#include "app/console/settings.h"

namespace satchel {
namespace {

ParsedOptions Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "satchel-console");
  return ParseOptions(static_cast<int>(arguments.size()), arguments.data());
}

TEST(ConsoleOptions, TakeWhatTheCommandLineSays) {
  const auto parsed = Parse({"p.yaml", "--server", "crm", "--as", "jana", "--screen", "preview",
                             "--theme", "dark", "--size", "1280x800", "--scale", "1.5"});
  ASSERT_FALSE(parsed.exit) << parsed.text;
  EXPECT_EQ(parsed.options.file, "p.yaml");
  EXPECT_EQ(parsed.options.server, "crm");
  EXPECT_EQ(parsed.options.as, "jana");
  EXPECT_EQ(parsed.options.screen, Screen::kPreview);
  EXPECT_EQ(parsed.options.theme, ThemeName::kDark);
  EXPECT_EQ(parsed.options.width, 1280);
  EXPECT_FLOAT_EQ(parsed.options.scale.value_or(0), 1.5F);
}

TEST(ConsoleOptions, RefuseNonsenseWithOneSentenceAndTwo) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{{"--size", "big"},
                                                                     {"--size", "100x100"},
                                                                     {"--size", "1600x1000x3"},
                                                                     {"--theme", "pink"},
                                                                     {"--screen", "nowhere"},
                                                                     {"--scale", "0"},
                                                                     {"--scale", "nan"},
                                                                     {"--nothing"}}) {
    const auto parsed = Parse(arguments);
    EXPECT_EQ(parsed.exit, 2) << arguments[0];
    EXPECT_TRUE(parsed.text.starts_with("satchel-console: ")) << parsed.text;
    EXPECT_EQ(std::count(parsed.text.begin(), parsed.text.end(), '\n'), 1) << parsed.text;
  }
}

TEST(ConsoleOptions, HelpShowsExamples) {
  const auto parsed = Parse({"--help"});
  EXPECT_EQ(parsed.exit, 0);
  EXPECT_NE(parsed.text.find("Examples:"), std::string::npos);
}

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() { std::filesystem::create_directories(folder_); }
  ~SettingsTest() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("satchel-settings-" + std::to_string(::getpid()));
};

TEST_F(SettingsTest, ComeBackAsTheyWere) {
  ASSERT_TRUE(SaveSettings({ThemeName::kDark, 150, {"/a/b.yaml", "/c.yaml"}}, folder_));
  const Settings back = LoadSettings(folder_);
  EXPECT_EQ(back.theme, ThemeName::kDark);
  EXPECT_EQ(back.zoom, 150);
  EXPECT_EQ(back.recent.size(), 2U);
}

TEST_F(SettingsTest, SurviveABrokenFile) {
  ASSERT_TRUE(WriteAtomically(folder_ / "settings.json", "{\"theme\": 7, \"zoom\": \"x\", \"rec"));
  EXPECT_EQ(LoadSettings(folder_).zoom, 100);
  ASSERT_TRUE(WriteAtomically(folder_ / "settings.json", R"({"zoom": 99999, "theme": "pink"})"));
  EXPECT_EQ(LoadSettings(folder_).zoom, 200);
}

TEST_F(SettingsTest, WriteThroughALinkAndKeepThePermissions) {
  ASSERT_TRUE(WriteAtomically(folder_ / "policy.yaml", "old"));
  std::filesystem::permissions(folder_ / "policy.yaml", std::filesystem::perms(0644));
  std::filesystem::create_symlink("policy.yaml", folder_ / "link.yaml");
  ASSERT_TRUE(WriteAtomically(folder_ / "link.yaml", "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "link.yaml"));
  EXPECT_EQ(ReadWholeFile(folder_ / "policy.yaml"), "new");
  EXPECT_EQ(std::filesystem::status(folder_ / "policy.yaml").permissions(),
            std::filesystem::perms(0644));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 2);
}

TEST_F(SettingsTest, SayWhatCannotBeWritten) {
  const auto written = WriteAtomically(folder_ / "missing" / "policy.yaml", "text");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("missing/policy.yaml"), std::string::npos);
}

}  // namespace
}  // namespace satchel
