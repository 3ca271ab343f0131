#include "app/console/publish_view.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

std::string Shown(const std::vector<DiffLine>& lines) {
  std::string shown;
  for (const DiffRow& row : RowsOf(lines, {})) {
    shown += row.header.empty() ? row.line.text + "\n" : "@@ " + row.header + "\n";
  }
  return shown;
}

TEST(DiffRows, ShowAroundAChangeOnlyLinesOfItsSection) {
  const auto same = [](const char* text) { return DiffLine{.text = text}; };
  const DiffLine added = {.kind = DiffLine::Kind::kAdded, .text = "    fields: [name, city]"};
  EXPECT_EQ(Shown({same("budgets:"), same("  records: 5"), same(""), same("entities:"),
                   same("  account:"), added, same("  contact:"), same("    fields: [name]")}),
            "@@ entities / account\n  account:\n    fields: [name, city]\n");
}

TEST(DiffRows, PutABlankLineBeforeWhatFollowsIt) {
  const auto added = [](const char* text) {
    return DiffLine{.kind = DiffLine::Kind::kAdded, .text = text};
  };
  EXPECT_EQ(Shown({{.text = "budgets:"}, {.text = "  records: 5"}, added(""), added("expect:")}),
            "@@ expect\n\nexpect:\n");
}

TEST(DiffRows, SayAgainWhereTheyGoOn) {
  std::vector<DiffLine> lines = {{.text = "triggers:"}};
  for (int i = 0; i < 12; ++i) lines.push_back({.text = "  key" + std::to_string(i) + ": 1"});
  lines[1].kind = lines[12].kind = DiffLine::Kind::kAdded;
  EXPECT_EQ(Shown(lines),
            "@@ triggers\ntriggers:\n  key0: 1\n  key1: 1\n  key2: 1\n  key3: 1\n"
            "@@ triggers\n  key8: 1\n  key9: 1\n  key10: 1\n  key11: 1\n");
}

}  // namespace
}  // namespace satchel
