#include "preview/explain/explain.h"

namespace satchel {

std::string_view Name(GateKind kind) {
  switch (kind) {
    case GateKind::kProject:
      return "project";
    case GateKind::kEntity:
      return "entity";
    case GateKind::kPermission:
      return "permission";
    case GateKind::kFilter:
      return "filter";
    case GateKind::kCap:
      return "cap";
    case GateKind::kNextSync:
      return "next-sync";
  }
  return {};
}

std::string_view Words(GateKind kind) {
  switch (kind) {
    case GateKind::kProject:
      return "Project";
    case GateKind::kEntity:
      return "Entity";
    case GateKind::kPermission:
      return "Permission";
    case GateKind::kFilter:
      return "Filter";
    case GateKind::kCap:
      return "Limit";
    case GateKind::kNextSync:
      return "Next syncs";
  }
  return {};
}

std::string_view Name(GateOutcome outcome) {
  switch (outcome) {
    case GateOutcome::kPassed:
      return "passed";
    case GateOutcome::kFailed:
      return "failed";
    case GateOutcome::kNotReached:
      return "not-reached";
    case GateOutcome::kUnknown:
      return "unknown";
  }
  return {};
}

std::string_view Name(NextSyncNote::Cause cause) {
  switch (cause) {
    case NextSyncNote::Cause::kEdit:
      return "edit";
    case NextSyncNote::Cause::kDateWindow:
      return "date-window";
    case NextSyncNote::Cause::kLinked:
      return "linked";
    case NextSyncNote::Cause::kPermission:
      return "permission";
    case NextSyncNote::Cause::kDeletion:
      return "deletion";
    case NextSyncNote::Cause::kCap:
      return "cap";
  }
  return {};
}

}  // namespace satchel
