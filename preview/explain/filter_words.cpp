#include <algorithm>

#include "policy/support/text.h"
#include "policy/support/units.h"
#include "preview/explain/filter_trace.h"

namespace satchel {

namespace {

constexpr std::size_t kMostReasons = 3;  // Named before "and 2 more".

std::string Marked(const std::string& text) {
  return "“" + text + "”";
}

std::string Listed(std::vector<std::string> reasons) {
  std::vector<std::string> named;
  for (std::string& reason : reasons) {
    if (!reason.empty()) named.push_back(std::move(reason));
  }
  const std::size_t all = named.size();
  if (all <= kMostReasons) return Join(named, "; ");
  named.resize(kMostReasons);
  return Join(named, "; ") + "; and " + std::to_string(all - kMostReasons) + " more";
}

std::string Linked(const FilterPart& part) {
  return part.linked_name.empty() ? part.linked_id : part.linked_name;
}

// "“Status is Active” (it is Inactive)", of one of several ways that all fail.
std::string Alternative(const FilterPart& part) {
  if (part.kind == FilterPart::Kind::kCondition) {
    return Marked(part.wording) + " (it is " + part.actual + ")";
  }
  if (part.kind == FilterPart::Kind::kLink) return WhyFailed(part);
  std::vector<std::string> failing;
  for (const FilterPart& inner : part.parts) {
    if (inner.outcome == GateOutcome::kFailed) failing.push_back(Alternative(inner));
  }
  return Listed(std::move(failing));
}

std::string LinkFailed(const FilterPart& part) {
  if (part.candidates == 0) return "no " + part.field + " is linked to it";
  if (!part.wanted) {
    return "a " + part.field + " that keeps it out is linked to it, " + Linked(part);
  }
  std::vector<std::string> failing;
  for (const FilterPart& inner : part.parts) {
    if (inner.outcome == GateOutcome::kFailed) failing.push_back(WhyFailed(inner));
  }
  const std::string nearest = Linked(part) + ": " + Listed(std::move(failing));
  if (part.candidates == 1) return "of the linked " + part.field + " " + nearest;
  return "none of the " + HumanCount(part.candidates) + " linked " + part.field +
         " records is as the filter asks; of the nearest, " + nearest;
}

}  // namespace

std::string WhyFailed(const FilterPart& part) {
  if (part.outcome == GateOutcome::kUnknown) return part.note;
  std::vector<std::string> failing;
  switch (part.kind) {
    case FilterPart::Kind::kCondition:
      return part.field + " is " + part.actual + " where the filter asks for " +
             Marked(part.wording) + (part.meaning.empty() ? "" : " (" + part.meaning + ")");
    case FilterPart::Kind::kLink:
      return LinkFailed(part);
    case FilterPart::Kind::kAny:
      for (const FilterPart& inner : part.parts) failing.push_back(Alternative(inner));
      return "none of these holds: " + Listed(std::move(failing));
    case FilterPart::Kind::kAll:
      break;
  }
  for (const FilterPart& inner : part.parts) {
    if (inner.outcome == GateOutcome::kFailed) failing.push_back(WhyFailed(inner));
  }
  return Listed(std::move(failing));
}

std::string WhyPassed(const FilterPart& part) {
  if (part.outcome == GateOutcome::kUnknown) return part.note;
  std::vector<std::string> holding;
  for (const FilterPart& inner : part.parts) {
    if (inner.outcome == GateOutcome::kPassed) holding.push_back(WhyPassed(inner));
  }
  switch (part.kind) {
    case FilterPart::Kind::kCondition: {
      const bool said =
          part.wording.find(part.actual) != std::string::npos || part.actual.front() == '(';
      return part.wording + (said ? "" : " (" + part.actual + ")");
    }
    case FilterPart::Kind::kLink:
      if (!part.wanted) return "no such " + part.field + " is linked to it";
      if (part.candidates == 0) return {};  // An outer link without a row asks nothing.
      return "linked " + part.field + " " + Linked(part) +
             (holding.empty() ? "" : " (" + Listed(std::move(holding)) + ")");
    case FilterPart::Kind::kAny:
      return holding.empty() ? std::string() : holding.front();
    case FilterPart::Kind::kAll:
      break;
  }
  return Listed(std::move(holding));
}

}  // namespace satchel
