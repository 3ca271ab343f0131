// What a CRM server holds, in memory: records, people, rights, and what happens to them. Knows
// nothing of requests (fake_crm.h) nor of filters (oracle.h).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/record/instant.h"
#include "engine/record/value.h"
#include "policy/schema/schema.h"

namespace satchel::sim {

inline constexpr std::int64_t kTicksAMinute = 60 * kTicksPerSecond;
inline constexpr std::int64_t kTicksAnHour = 60 * kTicksAMinute;
inline constexpr std::int64_t kTicksADay = 24 * kTicksAnHour;

// What kind of server it is.
struct Traits {
  bool row_versions = true;     // False: an OData service; changes are asked for by time.
  bool change_tracking = true;  // Grants delta links, to users who read everything.
  bool conditional_create = true;
  bool must_match = false;  // A change without If-Match is refused (428).
  bool links_exact = true;  // False: filters with links are answered by a superset.
  bool cuts = true;         // Orders and cuts itself.
  bool plug_ins = false;    // Saving a contact changes its account too.
  bool late_token = false;  // A delta link stands for the moment of its last page.
  int page_size = 7;
  std::int64_t token_life = 0;  // Commits a delta link lives; 0: for ever.
};

using Values = std::map<std::string, Value>;

struct Row {
  Values values = {};  // Every field that is not null; as engine/record/cell.h stores them.
  std::int64_t version = 0;
};

struct User {
  std::string id = {};  // As Guid text.
  int unit = 0;
  std::string zone = "UTC";
  // By entity: whose rows are read.
  enum class Depth : std::uint8_t { kOwn, kUnit, kAll };
  std::map<std::string, Depth> depth = {};
};

struct Team {
  std::string id = {};
  int unit = 0;
  std::set<std::string> members = {};
};

// One effect of a device's or a person's write, for the checks.
struct Written {
  std::string entity = {};
  std::string id = {};
  std::string what = {};  // create | update | delete
  Values values = {};     // Those written.
  std::int64_t version = 0;
  std::string by = {};  // The device's user; empty: other people and programs.
  Values over = {};     // Of a device's write: what these fields were before; of a delete all.
};

class CrmState {
 public:
  CrmState(Traits traits, Instant now);

  static Schema MakeSchema(const Traits& traits);
  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] const Traits& traits() const { return traits_; }

  Instant now = {};                 // The server's clock.
  std::int64_t commit = 1'000'000;  // Grows with every change.
  std::string organization = "0f000000-0000-4000-8000-000000000001";
  std::vector<User> users = {};
  std::vector<Team> teams = {};
  std::map<std::string, std::map<std::string, Row>> rows = {};  // By entity and id.
  struct Removal {
    std::string entity = {};
    std::string id = {};
    std::int64_t version = 0;
  };
  std::vector<Removal> removals = {};
  std::set<std::string> shares = {};  // "entity/id/principal".
  std::string actor = {};             // Whose request is carried out.
  std::vector<Written> journal = {};  // Of everything written through Create, Update, Delete.
  int restores = 0;

  [[nodiscard]] const Row* Find(const std::string& entity, const std::string& id) const;
  [[nodiscard]] std::vector<std::string> TeamsOf(const std::string& user) const;
  [[nodiscard]] const User& UserOf(const std::string& id) const;
  [[nodiscard]] bool MayRead(const User& user, const std::string& entity, const std::string& id,
                             const Row& row) const;
  [[nodiscard]] bool ReadsAll(const User& user, const std::string& entity) const;
  // As answers carry it.
  [[nodiscard]] Value VersionCell(const Row& row) const;
  [[nodiscard]] std::string ETag(const Row& row) const;

  // Why a write is refused; empty: it is not.
  [[nodiscard]] std::string WhyRefused(const std::string& entity, const Values& values) const;
  // The caller has checked everything. `back_date`: the row says it was changed long ago (import).
  void Create(const std::string& entity, const std::string& id, Values values,
              const std::string& owner, bool back_date = false);
  void Update(const std::string& entity, const std::string& id, const Values& values,
              bool back_date = false);
  // Links to it are cleared, rows of N:N relations with it go.
  void Delete(const std::string& entity, const std::string& id);

 private:
  void Touch(Row& row, bool back_date);
  void PlugIn(const std::string& entity, const Row& row);

  Traits traits_;
  Schema schema_;
};

[[nodiscard]] std::string TextOf(const Value& value);  // For ids and messages.
[[nodiscard]] Value IdValue(const std::string& guid);
[[nodiscard]] std::string TextField(const std::string& entity);  // What its records are called by.
// "aaaaaaaa-0000-4000-8000-00000000002a"
[[nodiscard]] std::string MakeId(char family, std::uint64_t number);

}  // namespace satchel::sim
