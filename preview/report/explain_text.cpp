#include <algorithm>
#include <vector>

#include "engine/filter/user_clock.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "preview/report/explain_report.h"
#include "preview/report/text_table.h"
#include "preview/run/record_text.h"

namespace satchel {

namespace {

constexpr std::size_t kLineWidth = 100;
constexpr std::size_t kGateColumn = 12;     // Of the gate's name.
constexpr std::size_t kGateIndent = 4;      // Of what follows a gate.
constexpr std::size_t kWidestWording = 62;  // What is longer pushes its value further.

// `first` as it is, then the text in lines that hang below its end.
std::string Wrapped(const std::string& first, const std::string& text) {
  const std::size_t indent = Width(first);
  std::string out;
  std::string line = first;
  bool empty = true;
  for (const std::string_view word : Split(text, ' ')) {
    if (word.empty()) continue;
    if (!empty && Width(line) + 1 + Width(word) > kLineWidth) {
      out += line + "\n";
      line = std::string(indent, ' ');
      empty = true;
    }
    if (!empty) line += ' ';
    line += word;
    empty = false;
  }
  return out + line + "\n";
}

const char* OutcomeMark(GateOutcome outcome) {
  switch (outcome) {
    case GateOutcome::kPassed:
      return "✓ ";
    case GateOutcome::kFailed:
      return "✗ ";
    case GateOutcome::kNotReached:
      return "· ";
    case GateOutcome::kUnknown:
      return "? ";
  }
  return "  ";
}

// A part of the filter as a line: what is asked, and what is there.
struct Line {
  std::size_t depth = 0;
  GateOutcome outcome = GateOutcome::kUnknown;
  std::string asked = {};
  std::string held = {};
};

std::string HeldBy(const FilterPart& part) {
  if (part.kind == FilterPart::Kind::kCondition) {
    if (part.outcome == GateOutcome::kNotReached) return {};
    return part.actual + (part.meaning.empty() ? "" : "   ← " + part.meaning);
  }
  if (part.kind != FilterPart::Kind::kLink) return {};
  if (part.candidates == 0) return part.outcome == GateOutcome::kNotReached ? "" : "none";
  const std::string name = part.linked_name.empty() ? part.linked_id : part.linked_name;
  const std::string count = HumanCount(part.candidates) + (part.more ? " or more" : "");
  if (part.candidates == 1) return name;
  if (part.matching == 0) return "none of " + count + "; the nearest: " + name;
  return HumanCount(part.matching) + " of " + count + "; one: " + name;
}

void Collect(const FilterPart& part, std::size_t depth, std::vector<Line>& lines) {
  lines.push_back({depth, part.outcome, part.wording, HeldBy(part)});
  if (!part.note.empty()) lines.push_back({depth + 1, GateOutcome::kUnknown, part.note, ""});
  for (const FilterPart& inner : part.parts) Collect(inner, depth + 1, lines);
}

// What is on the left in one column, what belongs to it right of it.
std::string Columns(const std::vector<Line>& lines) {
  std::size_t column = 0;
  for (const Line& line : lines) {
    const std::size_t width = 2 * line.depth + Width(line.asked);
    if (!line.held.empty() && width <= kWidestWording) column = std::max(column, width);
  }
  std::string text;
  const std::string indent(kGateIndent + 2, ' ');
  for (const Line& line : lines) {
    const std::string head = std::string(2 * line.depth, ' ') + OutcomeMark(line.outcome);
    if (line.held.empty()) {
      text += Wrapped(indent + head, line.asked);
    } else {
      text += indent + Padded(head + line.asked, column + 2) + "   " + line.held + "\n";
    }
  }
  return text;
}

std::string FilterTree(const FilterPart& root) {
  std::vector<Line> lines;
  if (!root.note.empty()) lines.push_back({0, GateOutcome::kUnknown, root.note, ""});
  for (const FilterPart& part : root.parts) Collect(part, 0, lines);
  return Columns(lines);
}

std::string NextSyncs(const std::vector<NextSyncNote>& notes) {
  std::vector<Line> lines;
  for (const NextSyncNote& note : notes) {
    const bool seen = note.by_changes || note.by_sweep;
    lines.push_back({0, seen ? GateOutcome::kPassed : GateOutcome::kFailed, note.what, note.when});
  }
  return Columns(lines);
}

// What leaves with the record, or stays without it; nothing where neither does.
std::string Others(const std::vector<KnockOn>& others, const char* title,
                   std::int64_t KnockOn::*count) {
  std::vector<Line> lines;
  for (const KnockOn& other : others) {
    if (other.*count == 0) continue;
    lines.push_back({0, GateOutcome::kNotReached, other.words, HumanCount(other.*count)});
    if (other.filter_asks) lines.push_back({1, GateOutcome::kNotReached, kFilterAsks, ""});
  }
  return lines.empty() ? "" : "\n  " + std::string(title) + ":\n" + Columns(lines);
}

// "2026-01-15 13:00 (Europe/Prague)"
std::string LocalNow(const Explanation& explanation) {
  const auto clock = UserClock::In(explanation.zone);
  if (!clock) return ToString(explanation.now);
  return MinuteText(Instant{clock->Show(explanation.now)}) + " (" + explanation.zone + ")";
}

}  // namespace

std::string ExplanationText(const Explanation& explanation) {
  const std::string name =
      explanation.name.empty() ? explanation.id : explanation.name + "  " + explanation.id;
  std::string text = explanation.entity_label + "  " + name + "\n" + explanation.policy_name +
                     " for " + explanation.as_name + ", " + LocalNow(explanation) + ", " +
                     explanation.server + (explanation.exact ? "" : ", not exact") + "\n\n";
  for (const ExplainGate& gate : explanation.gates) {
    const std::string head = "  " + std::string(OutcomeMark(gate.outcome)) +
                             Padded(std::string(Words(gate.kind)), kGateColumn);
    const bool tree = gate.kind == GateKind::kFilter && !explanation.filter.parts.empty();
    std::string sentence = gate.sentence;
    if (gate.outcome == GateOutcome::kNotReached && sentence.empty()) sentence = "not reached";
    // The tree says what a long sentence would.
    if (tree && gate.outcome == GateOutcome::kFailed) sentence = kDoesNotMeetTheFilter;
    if (tree && gate.outcome == GateOutcome::kPassed) sentence = "It meets the filter:";
    text += Wrapped(head, sentence);
    if (tree) text += FilterTree(explanation.filter);
    if (gate.kind == GateKind::kNextSync) {
      text += NextSyncs(explanation.next_sync);
    }
  }
  text += Others(explanation.others, kAlsoLeaves, &KnockOn::leaves);
  text += Others(explanation.others, kStaysWithout, &KnockOn::stays);
  text += "\n" + Wrapped("", explanation.verdict);
  if (!explanation.fix.sentence.empty()) text += Wrapped("", explanation.fix.sentence);
  return text;
}

}  // namespace satchel
