// What happens in a simulation, as data: a list of operations that is made first and carried out
// afterwards, so that it can be shortened, kept in a file and carried out again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/support/result.h"

namespace satchel::sim {

enum class OpKind : std::uint8_t {
  // On the server, by other people and programs.
  kServerCreate,
  kServerUpdate,
  kServerClose,  // Toggles the state: children of a filter come and go without being touched.
  kServerDelete,
  kImport,  // A change that says it was made long ago.
  kAssign,  // Another owner.
  kShare,
  kUnshare,
  kJoinTeam,  // Or leaves it.
  kMoveUnit,  // The user goes to the other business unit.
  kReparent,
  kRelate,  // Or unrelates: N:N.
  kBackUp,
  kColleague,  // Writes the field that a device's user changed last.
  kRemake,     // Deletes the record that a device's user changed last, or makes it again.
  // On a device, by its user.
  kCreate,
  kEdit,
  kDelete,
  kConnect,  // N:N.
  kResolve,  // A conflict.
  kRetry,    // An entry in error.
  kDiscard,
  kSync,
  kRestart,  // The app.
  kNetwork,  // None, metered, unmetered.
  kMode,     // Online or offline, with the answer to the question.
  kTyping,   // An edit is opened, or closed.
  // The world.
  kWait,    // Time passes.
  kPolicy,  // Another policy is published.
  // Faults. Each strikes once at the moment the operation is for; some last.
  kUnsent,
  kAnswerLost,
  kHalfLost,
  kBroken,
  kDenied,
  kGone,
  kTryLater,
  kSamePage,
  kRepeatRows,
  kHugePage,
  kEmptyPage,
  kOffline,      // For so many requests.
  kLag,          // The read side stands still for so many requests.
  kExpire,       // Every delta link.
  kRestore,      // The server, from its backup.
  kCancel,       // The user stops the sync.
  kKill,         // The process, before the request leaves.
  kKillLate,     // The process, after the server did it.
  kKillStorage,  // The process, at a storage operation.
  kPowerCut,     // The machine, at a storage operation.
  kReadError,    // A failing call of the disk, once.
  kDiskDead,     // Until the sync has failed.
  kDiskFullOnce,
  kDiskFull,     // Until the sync has failed.
  kBusy,         // Somebody holds the database's lock for a moment.
  kRot,          // A row of the local copy is lost without anybody's doing.
  kClockJump,    // The device's calendar.
  kServerClock,  // The server's.
  kWrongUser,    // Somebody else is signed in at the next sync.
};
inline constexpr std::size_t kOpKinds = static_cast<std::size_t>(OpKind::kWrongUser) + 1;
inline constexpr std::size_t kFirstFault = static_cast<std::size_t>(OpKind::kUnsent);
inline constexpr std::size_t kFaultKinds = kOpKinds - kFirstFault;

[[nodiscard]] std::string_view Name(OpKind kind);
[[nodiscard]] std::optional<OpKind> FindOpKind(std::string_view name);
[[nodiscard]] inline bool IsFault(OpKind kind) {
  return static_cast<std::size_t>(kind) >= kFirstFault;
}

// Numbers mean places in lists that exist when it is carried out, modulo their length: an
// operation always has some meaning, whatever was taken out before it.
struct Op {
  OpKind kind = OpKind::kWait;
  std::array<std::uint32_t, 4> n = {};
  // Carried out at the device's so-many-th request from now (0: the next); −1: at once.
  int device = -1;
  std::uint32_t request = 0;
  friend bool operator==(const Op&, const Op&) = default;
};

struct Case {
  std::uint64_t seed = 0;
  std::uint32_t traits = 0;  // Bits of what kind of server it is.
  std::uint32_t devices = 1;
  std::uint32_t policy = 0;  // Number of the policy variant.
  std::uint32_t accounts = 6;
  std::vector<Op> ops = {};
  friend bool operator==(const Case&, const Case&) = default;
};

// How long a generated case is. Brief ones have about a third of the operations and at most two
// devices; minimal ones little more than two faults on one device: for sanitizers, under which
// everything costs several times as much.
enum class Extent : std::uint8_t { kWhole, kBrief, kMinimal };

// The whole of a case from one number.
[[nodiscard]] Case Generate(std::uint64_t seed, Extent extent = Extent::kWhole);

[[nodiscard]] std::string Print(const Op& op);
[[nodiscard]] std::string Print(const Case& one);
[[nodiscard]] Result<Case> ParseCase(std::string_view text);

// Of changes that no version and no mark tells of: only a sweep sees them.
[[nodiscard]] bool IsHidden(OpKind kind);

}  // namespace satchel::sim
