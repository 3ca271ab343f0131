#include "tests/sim/op.h"

#include <sstream>

namespace satchel::sim {

namespace {

constexpr std::string_view kNames[] = {
    "server-create", "server-update", "server-close", "server-delete",  "import",    "assign",
    "share",         "unshare",       "join-team",    "move-unit",      "reparent",  "relate",
    "back-up",       "colleague",     "remake",       "create",         "edit",      "delete",
    "connect",       "resolve",       "retry",        "discard",        "sync",      "restart",
    "network",       "mode",          "typing",       "wait",           "policy",    "unsent",
    "answer-lost",   "half-lost",     "broken",       "denied",         "gone",      "try-later",
    "same-page",     "repeat-rows",   "huge-page",    "empty-page",     "offline",   "lag",
    "expire",        "restore",       "cancel",       "kill",           "kill-late", "kill-storage",
    "power-cut",     "read-error",    "disk-dead",    "disk-full-once", "disk-full", "busy",
    "rot",           "clock-jump",    "server-clock", "wrong-user",
};
static_assert(std::size(kNames) == kOpKinds);

}  // namespace

std::string_view Name(OpKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<OpKind> FindOpKind(std::string_view name) {
  for (std::size_t i = 0; i < kOpKinds; ++i) {
    if (kNames[i] == name) return static_cast<OpKind>(i);
  }
  return std::nullopt;
}

std::string Print(const Op& op) {
  std::string text;
  if (op.device >= 0) {
    text = "@" + std::to_string(op.device) + ":" + std::to_string(op.request) + " ";
  }
  text += Name(op.kind);
  std::size_t last = op.n.size();
  while (last > 0 && op.n[last - 1] == 0) --last;
  for (std::size_t i = 0; i < last; ++i) text += " " + std::to_string(op.n[i]);
  return text;
}

std::string Print(const Case& one) {
  std::string text = "satchel-sim 1\n";
  text += "seed " + std::to_string(one.seed) + "\n";
  text += "traits " + std::to_string(one.traits) + "\n";
  text += "devices " + std::to_string(one.devices) + "\n";
  text += "variant " + std::to_string(one.policy) + "\n";
  text += "accounts " + std::to_string(one.accounts) + "\n";
  for (const Op& op : one.ops) text += Print(op) + "\n";
  return text;
}

Result<Case> ParseCase(std::string_view text) {
  Case one;
  std::istringstream lines{std::string(text)};
  std::string line;
  if (!std::getline(lines, line) || line != "satchel-sim 1") {
    return Fail(ErrorCode::kInvalid, "line 1: no case of the simulation (satchel-sim 1)");
  }
  for (int number = 2; std::getline(lines, line); ++number) {
    if (line.empty() || line.starts_with("#")) continue;
    std::istringstream words(line);
    std::string word;
    words >> word;
    const auto wrong = [&] {
      return Fail(ErrorCode::kInvalid,
                  "line " + std::to_string(number) + ": not understood: " + line);
    };
    if (word == "seed") {
      words >> one.seed;
    } else if (word == "traits") {
      words >> one.traits;
    } else if (word == "devices") {
      words >> one.devices;
    } else if (word == "variant") {
      words >> one.policy;
    } else if (word == "accounts") {
      words >> one.accounts;
    } else {
      Op op;
      if (word.starts_with("@")) {
        std::istringstream at(word.substr(1));
        char colon = 0;
        if (!(at >> op.device >> colon >> op.request) || colon != ':') return wrong();
        words >> word;
      }
      const auto kind = FindOpKind(word);
      if (!kind) return wrong();
      op.kind = *kind;
      std::uint32_t value = 0;
      for (std::size_t i = 0; words >> value; ++i) {
        if (i >= op.n.size()) return wrong();
        op.n[i] = value;
      }
      one.ops.push_back(op);
    }
  }
  return one;
}

bool IsHidden(OpKind kind) {
  switch (kind) {
    case OpKind::kServerDelete:
    case OpKind::kImport:
    case OpKind::kAssign:
    case OpKind::kShare:
    case OpKind::kUnshare:
    case OpKind::kLag:
    case OpKind::kRestore:
    case OpKind::kRot:
    case OpKind::kClockJump:
    case OpKind::kServerClock:
      return true;
    default:
      return false;
  }
}

}  // namespace satchel::sim
