#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <yaml-cpp/yaml.h>

#include "policy/yaml/canonical.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"
#include "tests/support/any_policy.h"

namespace satchel {
namespace {

std::string FirstFinding(const ReadPolicy& read) {
  if (read.findings.empty()) return {};
  return ToString(read.findings[0].mark) + " " + read.findings[0].message;
}

RC_GTEST_PROP(CanonicalFormProperty, ReadsBackAsTheSamePolicyAndPrintsTheSameBytes, ()) {
  const Policy policy = AnyPolicy();
  const std::string printed = PrintPolicy(policy);
  RC_LOG() << printed;
  const ReadPolicy read = ParsePolicy(printed);
  RC_LOG() << FirstFinding(read);
  RC_ASSERT(read.findings.empty());
  RC_ASSERT(read.policy == policy);
  RC_ASSERT(read.comments == 0);
  RC_ASSERT(PrintPolicy(read.policy) == printed);
}

RC_GTEST_PROP(CanonicalFormProperty, IsYamlToALibraryToo, ()) {
  const Policy policy = AnyPolicy();
  const YAML::Node node = YAML::Load(PrintPolicy(policy));
  RC_ASSERT(node["project"]["name"].as<std::string>() == policy.project.name);
  RC_ASSERT(node["project"]["title"].as<std::string>("") == policy.project.title);
  const std::size_t entities = node["entities"] ? node["entities"].size() : 0;
  RC_ASSERT(entities == policy.entities.size());
}

RC_GTEST_PROP(CanonicalFormProperty, ReadsAScalarAsTextWhateverItLooksLike, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("ab01.-_:+eExX \t\n,#'\"\\[]{}&*!|>%@`~<=?/")));
  const YAML::Node node = YAML::Load("{a: " + Scalar(text) + "}");
  RC_ASSERT(node["a"].as<std::string>() == text);
  // Only what neither YAML takes for something else stands without quotes.
  if (IsPlain(text)) {
    double number = 0;
    bool truth = false;
    RC_ASSERT(!YAML::convert<double>::decode(YAML::Node(text), number));
    RC_ASSERT(!YAML::convert<bool>::decode(YAML::Node(text), truth));
  }
}

TEST(CanonicalForm, PutsInQuotesWhatSomeReaderTakesForSomethingElse) {
  for (const char* text : {"",
                           "yes",
                           "No",
                           "ON",
                           "off",
                           "y",
                           "N",
                           "true",
                           "null",
                           "~",
                           "1",
                           "007",
                           "0o7",
                           "0x1F",
                           "1.5",
                           "1e3",
                           "1_000",
                           "12:30",
                           "-1",
                           ".inf",
                           ".5",
                           "2026-11-23",
                           "1.",
                           "NaN",
                           "<<",
                           "=",
                           " a",
                           "a ",
                           "a: b",
                           "a #b",
                           "#a",
                           "[a]",
                           "a,b",
                           "@a",
                           "%a",
                           "a:b",
                           "a\nb",
                           "!a",
                           "&a",
                           "*a",
                           "-",
                           "- a",
                           "'a'",
                           "\"a\"",
                           "{a}",
                           "\xC2\x85",
                           "\xE2\x80\xA8",
                           "\xEF\xBB\xBF",
                           "\xE2\x80\xAE"
                           "x",
                           "a\xC2\xA0"
                           "b"}) {
    EXPECT_FALSE(IsPlain(text)) << text;
  }
  for (const char* text :
       {"a", "two words", "statecode", "last-x-days", "jana@contoso.example", "Außendienst", "東京",
        "account/6f1d0c7e-1234", "6f1d0c7e-1234-5678-9abc-def012345678", "yesterday", "a.b",
        "12345678-1234-1234-1234-123456789012", "7e1-x", "_x", "nothing", "Field service (west)"}) {
    EXPECT_TRUE(IsPlain(text)) << text;
  }
}

}  // namespace
}  // namespace satchel
