#include "policy/model/keywords.h"
#include "preview/compare/drift.h"

namespace satchel {

std::string_view Name(DriftKind kind) {
  switch (kind) {
    case DriftKind::kMissed:
      return "missed";
    case DriftKind::kStale:
      return "stale";
    case DriftKind::kWasted:
      return "wasted";
  }
  return {};
}

std::string_view Name(DriftCause cause) {
  switch (cause) {
    case DriftCause::kDateWindow:
      return "date-window";
    case DriftCause::kLinked:
      return "linked";
    case DriftCause::kAccess:
      return "access";
    case DriftCause::kEditedOut:
      return "edited-out";
    case DriftCause::kUntrackedDeletion:
      return "untracked-deletion";
    case DriftCause::kMark:
      return "mark";
    case DriftCause::kOutsideFilter:
      return "outside-filter";
    case DriftCause::kUnknown:
      return "unknown";
  }
  return {};
}

std::string_view Words(DriftCause cause) {
  switch (cause) {
    case DriftCause::kDateWindow:
      return "a date window passed";
    case DriftCause::kLinked:
      return "a linked record changed";
    case DriftCause::kAccess:
      return "owner, share, team or role changed";
    case DriftCause::kEditedOut:
      return "edited out of the filter";
    case DriftCause::kUntrackedDeletion:
      return "deleted, and nothing told";
    case DriftCause::kMark:
      return "changed, but before the mark";
    case DriftCause::kOutsideFilter:
      return "changed outside the filter";
    case DriftCause::kUnknown:
      return "not known";
  }
  return {};
}

std::string Words(const DriftTotal& total) {
  const std::string says = "reconcile: " + PrintReconcile(total.reconcile);
  switch (total.advice) {
    case DriftAdvice::kNone:
      return "the policy's " + says + " brings it right with the next sync";
    case DriftAdvice::kSooner:
      return says +
             " brings it right only when a sweep is due; always, or a shorter time, does sooner";
    case DriftAdvice::kSweep:
      return says + " never brings it right; auto, or a time, does";
    case DriftAdvice::kMatching:
      return "changes: matching asks only for what meets the filter; what leaves it is then left "
             "to "
             "reconcile";
  }
  return {};
}

bool DriftResult::none() const {
  for (const DriftEntity& entity : entities) {
    if (entity.missed > 0 || entity.stale > 0) return false;
  }
  return true;
}

}  // namespace satchel
