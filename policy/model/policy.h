// A sync policy: everything the policy file (format 1) says. Plain values with ==.
// docs/policy-format.md is the contract; each default is written here and nowhere else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/model/filter.h"
#include "policy/support/units.h"

namespace satchel {

inline constexpr int kFormatVersion = 1;

enum class SyncStyle : std::uint8_t { kForeground, kBackground };
enum class Changes : std::uint8_t { kAuto, kAll, kMatching };
enum class ConflictRule : std::uint8_t { kServerWins, kDeviceWins, kDeviceWinsFull, kManual };
enum class DeviceMode : std::uint8_t { kOffline, kOnline };
enum class SwitchRule : std::uint8_t { kInform, kNothing, kForce };
enum class Watch : std::uint8_t { kAny, kServer, kDevice };
enum class Network : std::uint8_t { kAny, kUnmetered };

// reconcile: auto | always | never | after N syncs | after a duration.
struct Reconcile {
  enum class Kind : std::uint8_t { kAuto, kAlways, kNever, kSyncs, kAfter };
  Kind kind = Kind::kAuto;
  int syncs = 0;       // kSyncs.
  Seconds after = {};  // kAfter.
  friend bool operator==(const Reconcile&, const Reconcile&) = default;
};

struct Incremental {
  Changes changes = Changes::kAuto;
  Reconcile reconcile = {};
  friend bool operator==(const Incremental&, const Incremental&) = default;
};

struct Project {
  std::string name = {};
  std::string title = {};  // Empty: the name.
  std::string notes = {};
  std::vector<std::string> roles = {};  // Empty: everyone.
  int priority = 0;
  friend bool operator==(const Project&, const Project&) = default;
};

inline constexpr int kDefaultPageSize = 5000;

struct SyncSettings {
  SyncStyle style = SyncStyle::kForeground;
  Incremental incremental = {};
  ConflictRule conflict = ConflictRule::kServerWins;
  int page_size = kDefaultPageSize;
  bool include_labels = true;
  friend bool operator==(const SyncSettings&, const SyncSettings&) = default;
};

struct OnStart {
  std::optional<SyncStyle> style = {};  // Absent: triggers.style.
  std::optional<Seconds> skip_if_synced_within = {};
  friend bool operator==(const OnStart&, const OnStart&) = default;
};

struct OnChange {
  Watch watch = Watch::kAny;
  std::optional<Seconds> poll = {};
  std::vector<std::string> entities = {};  // Empty: all.
  friend bool operator==(const OnChange&, const OnChange&) = default;
};

struct OnSave {
  std::optional<Seconds> delay = {};
  friend bool operator==(const OnSave&, const OnSave&) = default;
};

struct Triggers {
  std::optional<OnStart> on_start = {};  // Absent: off.
  std::optional<OnChange> on_change = {};
  std::optional<OnSave> on_save = {};
  std::optional<Seconds> every = {};
  bool retry_on_reconnect = true;
  SyncStyle style = SyncStyle::kBackground;
  Network network = Network::kAny;
  friend bool operator==(const Triggers&, const Triggers&) = default;
};

struct Modes {
  DeviceMode start_in = DeviceMode::kOffline;
  bool user_may_switch = true;
  SwitchRule before_online = SwitchRule::kInform;
  SwitchRule before_offline = SwitchRule::kInform;
  friend bool operator==(const Modes&, const Modes&) = default;
};

struct NetworkAssumption {
  std::int64_t bits_per_second = 0;
  Milliseconds latency = {};
  friend bool operator==(const NetworkAssumption&, const NetworkAssumption&) = default;
};

struct Budgets {
  std::optional<std::int64_t> records = {};
  std::optional<std::int64_t> bytes = {};
  std::optional<Seconds> first_sync = {};
  std::optional<NetworkAssumption> network = {};
  friend bool operator==(const Budgets&, const Budgets&) = default;
};

struct Permissions {
  bool create = true;
  bool update = true;
  bool remove = true;  // "delete" in the file.
  friend bool operator==(const Permissions&, const Permissions&) = default;
};

struct AttachmentLimits {
  std::optional<std::int64_t> max_size = {};
  std::vector<std::string> types = {};  // File suffixes; empty: all.
  std::optional<std::int64_t> total = {};
  friend bool operator==(const AttachmentLimits&, const AttachmentLimits&) = default;
};

// The part of sync.incremental an entity overrides.
struct IncrementalOverride {
  std::optional<Changes> changes = {};
  std::optional<Reconcile> reconcile = {};
  friend bool operator==(const IncrementalOverride&, const IncrementalOverride&) = default;
};

struct Entity {
  std::string name = {};
  DeviceMode mode = DeviceMode::kOffline;
  std::vector<std::string> fields = {};  // Author's order; unused when all_fields.
  bool all_fields = false;
  Permissions allow = {};
  Group filter = {};
  std::vector<Link> links = {};
  std::vector<OrderItem> order = {};
  std::optional<std::int64_t> max_records = {};
  bool always_full = false;
  IncrementalOverride incremental = {};
  std::optional<ConflictRule> conflict = {};
  std::optional<AttachmentLimits> attachments = {};
  std::string notes = {};
  friend bool operator==(const Entity&, const Entity&) = default;
};

// One expectation: a record in or out of a user's scope, or a count for a user or a role.
struct Expectation {
  std::string as = {};        // User id, domain name or e-mail; or role/NAME.
  std::string includes = {};  // ENTITY/ID
  std::string excludes = {};  // ENTITY/ID
  std::string entity = {};    // With one of the three below.
  std::optional<std::int64_t> at_most = {};
  std::optional<std::int64_t> at_least = {};
  std::optional<std::int64_t> exactly = {};
  friend bool operator==(const Expectation&, const Expectation&) = default;
};

// The header block of a published file.
struct Published {
  int version = 0;
  std::string at = {};  // ISO 8601, UTC.
  std::string by = {};
  std::string content_hash = {};
  std::string structure_hash = {};
  std::string note = {};
  std::map<std::string, std::string> acknowledged = {};  // rule → reason
  friend bool operator==(const Published&, const Published&) = default;
};

struct Policy {
  std::optional<Published> published = {};
  Project project = {};
  SyncSettings sync = {};
  Triggers triggers = {};
  Modes modes = {};
  Budgets budgets = {};
  std::vector<Entity> entities = {};  // Author's order, which is the download order.
  std::vector<Expectation> expect = {};

  [[nodiscard]] const Entity* Find(std::string_view entity) const;
  [[nodiscard]] Entity* Find(std::string_view entity);
  friend bool operator==(const Policy&, const Policy&) = default;
};

// The records an entity of the policy keeps, as a query.
[[nodiscard]] Query QueryOf(const Entity& entity);
// Every entity the policy has or one of its filters links to, sorted: whose schemas it needs.
[[nodiscard]] std::vector<std::string> EntitiesNamed(const Policy& policy);

}  // namespace satchel
