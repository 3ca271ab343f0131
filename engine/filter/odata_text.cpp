#include "engine/filter/odata_text.h"

#include <algorithm>
#include <optional>

#include "policy/support/text.h"

namespace satchel {

namespace {

// Characters whose lower case is the same for every service, i apart, and to which nothing else
// folds: the Kelvin sign folds to k, the long s to s.
bool IsSafe(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && c != 'k' && c != 'K' && c != 's' && c != 'S';
}

// A service by Turkish rules lowers I to a dotless i, and nobody says of himself that he does. So
// each i is asked for both ways, which doubles the question.
constexpr std::ptrdiff_t kMostLettersI = 2;

bool IsAskedWhole(std::string_view lower) {
  return std::all_of(lower.begin(), lower.end(), IsSafe) &&
         std::count(lower.begin(), lower.end(), 'i') <= kMostLettersI;
}

// What a text that reads `lower` on the device can be once a service has lowered it.
std::vector<std::string> Lowered(std::string_view lower) {
  std::vector<std::string> ways = {""};
  for (const char c : lower) {
    const std::size_t before = ways.size();
    for (std::size_t i = 0; i < before; ++i) {
      if (c == 'i') ways.push_back(ways[i] + "\u0131");
      ways[i] += c;
    }
  }
  return ways;
}

// A pattern with a control character in place of every wildcard and bracket.
std::string PlainParts(std::string_view pattern) {
  std::string parts;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const std::size_t close = pattern[at] == '[' ? pattern.find(']', at) : std::string_view::npos;
    if (close != std::string_view::npos) at = close;
    const bool wild = close != std::string_view::npos || pattern[at] == '%' || pattern[at] == '_';
    parts += wild ? '\x01' : pattern[at];
  }
  return parts;
}

}  // namespace

std::optional<ODataText::SimplePattern> ODataText::Simple(std::string_view pattern) {
  SimplePattern simple;
  if (pattern.starts_with('%')) {
    simple.open_front = true;
    pattern.remove_prefix(1);
  }
  if (pattern.ends_with('%')) {
    simple.open_back = true;
    pattern.remove_suffix(1);
  }
  if (pattern.find_first_of("%_[") != std::string_view::npos || pattern.empty()) {
    return std::nullopt;
  }
  simple.text = pattern;
  return simple;
}

std::string ODataText::Call(const SimplePattern& pattern, const std::string& subject,
                            const std::string& text) {
  const std::string literal = QuotedText(text);
  if (pattern.open_front && pattern.open_back) return "contains(" + subject + "," + literal + ")";
  if (pattern.open_back) return "startswith(" + subject + "," + literal + ")";
  if (pattern.open_front) return "endswith(" + subject + "," + literal + ")";
  return subject + " eq " + literal;
}

// The same of the text in lower case, whatever the service's rules for that.
std::string ODataText::LowerCall(const SimplePattern& pattern, std::string_view lower) const {
  std::vector<Wide> ways;
  for (const std::string& way : Lowered(lower)) {
    ways.push_back(Exactly(Call(pattern, "tolower(" + path_ + ")", way)));
  }
  return *Any(ways).text;
}

// A test by a string function that is true wherever the literal is found without regard to case.
// Where only part of the literal can be asked for safely, that part.
Wide ODataText::Found(const SimplePattern& pattern) const {
  if (dialect_.dataverse_functions) {
    const bool plain = pattern.text.find_first_of("%_[]^") == std::string::npos;
    if (plain) return Exactly(Call(pattern, path_, pattern.text));
  } else if (dialect_.tolower) {
    const std::string lower = LowerAscii(pattern.text);
    if (IsAskedWhole(lower)) {
      // A service may lower İ to i with a dot above.
      const bool exact = lower.find('i') == std::string::npos;
      if (!exact) unexpressed_.push_back(what_ + " is compared by letter case on the device");
      return {LowerCall(pattern, lower), exact};
    }
    return PartFound(lower);
  }
  return Leave(" compares text without regard to case, which the service cannot");
}

Wide ODataText::PartFound(const std::string& lower) const {
  std::string best;
  std::string run;
  for (const char c : lower + '\x01') {
    if (IsAskedWhole(run + c)) {
      run += c;
      continue;
    }
    if (run.size() > best.size()) best = run;
    run = IsSafe(c) ? std::string(1, c) : "";
  }
  constexpr std::size_t kWorthAsking = 2;
  if (best.size() < kWorthAsking) {
    return Leave(" compares letters that services lower differently");
  }
  unexpressed_.push_back(what_ + " is asked for by a part of its text");
  return AtMost(LowerCall({.open_front = true, .open_back = true}, best));
}

Wide ODataText::Pattern(const Condition& condition) const {
  std::string pattern = condition.values.at(0);
  if (condition.op == Operator::kBeginsWith || condition.op == Operator::kNotBeginWith) {
    pattern += '%';
  }
  if (condition.op == Operator::kEndsWith || condition.op == Operator::kNotEndWith) {
    pattern.insert(0, 1, '%');
  }
  const auto simple = Simple(pattern);
  const bool negated = Info(condition.op).negated;
  if (simple) return negated ? WithoutIt(*simple) : Found(*simple);
  if (negated || !dialect_.tolower) {
    return Leave(" has wildcards the service does not know");
  }
  return PartFound(PlainParts(LowerAscii(pattern)));
}

// The same letters in the same case are certainly the same text: their opposite is wide enough.
Wide ODataText::WithoutIt(const SimplePattern& pattern) const {
  if (std::any_of(pattern.text.begin(), pattern.text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F;
      })) {
    return Leave(" compares letters that services lower differently");
  }
  unexpressed_.push_back(what_ + " is compared by letter case on the device");
  if (!pattern.open_front && !pattern.open_back) {
    return AtMost("(" + path_ + " ne " + QuotedText(pattern.text) + " or " + path_ + " eq null)");
  }
  return AtMost("(not " + Call(pattern, path_, pattern.text) + " or " + path_ + " eq null)");
}

Wide ODataText::Compare(const Condition& condition) const {
  switch (condition.op) {
    case Operator::kEq:
    case Operator::kIn: {
      std::vector<Wide> any;
      for (const std::string& value : condition.values) any.push_back(SameText(value));
      return Any(any);
    }
    case Operator::kNe:
    case Operator::kNotIn: {
      std::vector<Wide> none;
      for (const std::string& value : condition.values) {
        // To some services blanks and the empty text, which is null here, are the same.
        none.push_back(Trim(value).empty()
                           ? Leave(" asks for blanks, which services treat differently")
                           : WithoutIt({.text = value}));
      }
      Wide all = All(none);
      if (all.text) all.text = "(" + *all.text + ")";
      return all;
    }
    default:
      return Leave(" orders text, which services do differently");
  }
}

Wide ODataText::SameText(std::string_view value) const {
  while (value.ends_with(' ')) value.remove_suffix(1);
  if (value.empty()) return Leave(" asks for blanks, which services treat differently");
  Wide same = Found({.text = std::string(value)});
  if (!same.text || dialect_.dataverse_functions || !IsAskedWhole(LowerAscii(value))) return same;
  // Blanks at the end do not count on the device.
  const Wide padded = Found({.open_back = true, .text = std::string(value) + " "});
  if (same.exact) unexpressed_.push_back(what_ + " leaves out blanks at the end on the device");
  return AtMost("(" + *same.text + " or " + *padded.text + ")");
}

// The service is not asked at all; the device decides.
Wide ODataText::Leave(std::string_view why) const {
  unexpressed_.push_back(what_ + std::string(why));
  return Wide{};
}

}  // namespace satchel
