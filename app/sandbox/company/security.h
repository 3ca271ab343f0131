// Who may do what with which rows: Dataverse's role-based, row-level security.
//
// A role gives a depth per entity and right. A user's roles count from the user's business unit; a
// team's roles count from the team's. The widest wins. Rows a user owns, or a team of theirs owns,
// or that are shared with either, need any depth at all: a share does not replace the privilege.
//   kUser ............. those rows only
//   kBusinessUnit ..... and rows of the business unit
//   kParentChild ...... and rows of the business units below it
//   kOrganization ..... all rows
// Tables without an owner know all or nothing. Intersect rows are there for who reads both sides'
// tables. systemuser, team and businessunit rows belong to their business unit; users always own
// themselves. The System Administrator role (by name) may do everything.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/sandbox/company/metadata.h"
#include "app/sandbox/company/people.h"
#include "engine/store/database.h"
#include "policy/support/result.h"

namespace satchel::sandbox {

// Values of AccessRights, as principalobjectaccess.accessrightsmask sums them.
enum class Right : std::uint32_t {
  kRead = 1,
  kWrite = 2,
  kAppend = 4,
  kAppendTo = 16,
  kCreate = 32,
  kDelete = 65536,
  kShare = 262144,
  kAssign = 524288,
};
// "Read", "Write", … as in prvReadAccount.
[[nodiscard]] std::string_view Name(Right right);

enum class Depth : std::uint8_t { kNone, kUser, kBusinessUnit, kParentChild, kOrganization };

// Who acts. With impersonation both must be allowed: the answer is what caller and user share.
struct Actor {
  Guid caller = {};
  std::optional<Guid> as = {};

  // Whose time zone, language and identity count.
  [[nodiscard]] const Guid& user() const { return as ? *as : caller; }
};

// Rows of one entity an actor may reach.
struct RowAccess {
  enum class Kind : std::uint8_t { kNone, kSome, kAll };
  Kind kind = Kind::kNone;
  // kSome: an SQL condition over the alias, in brackets. Ids are hexadecimal literals made from
  // their 16 bytes and nothing is bound, so that it can stand in a view. kNone "0", kAll "1".
  std::string condition = "0";
};

class Security {
 public:
  [[nodiscard]] static Result<Security> Read(Database& database, const Metadata& metadata,
                                             const People& people);

  // The widest depth that any of the user's and their teams' roles give.
  [[nodiscard]] Depth DepthOf(const Guid& user, std::string_view entity, Right right) const;

  // kDenied when the actor has no privilege at all on the entity (HTTP 403); the message names the
  // privilege. `alias` is spliced as given: pass "t0" or SqlName(…).
  [[nodiscard]] Result<RowAccess> Reach(const Actor& actor, std::string_view entity, Right right,
                                        std::string_view alias) const;
  // Reach for reading, where no privilege means no rows: for linked entities and $expand.
  [[nodiscard]] RowAccess VisibleRows(const Actor& actor, std::string_view entity,
                                      std::string_view alias) const;

  // Whether a new row with this owner (user or team) may be created. Tables without an owner: any
  // depth will do.
  [[nodiscard]] Result<> MayCreate(const Actor& actor, std::string_view entity,
                                   const std::optional<Guid>& owner) const;
  // kNotFound when the row is not there, kDenied when the actor may not.
  [[nodiscard]] Result<> May(Database& database, const Actor& actor, Right right,
                             std::string_view entity, const Guid& id) const;

 private:
  // Where a depth counts from.
  struct Grant {
    Depth depth = Depth::kNone;
    Guid unit = {};
  };
  struct Principal {
    bool administrator = false;
    std::vector<Guid> owners = {};                               // The user and their teams.
    std::vector<std::pair<Guid, std::vector<Guid>>> roles = {};  // Unit, roles that count from it.
  };
  struct RoleRight {
    Guid role = {};
    std::string entity = {};
    Right right = Right::kRead;
    friend auto operator<=>(const RoleRight&, const RoleRight&) = default;
  };

  [[nodiscard]] std::vector<Grant> Grants(const Principal& principal, std::string_view entity,
                                          Right right) const;
  [[nodiscard]] RowAccess ReachOf(const Guid& user, std::string_view entity, Right right,
                                  std::string_view alias) const;

  const Metadata* metadata_ = nullptr;
  const People* people_ = nullptr;
  std::map<Guid, Principal> principals_;
  std::map<RoleRight, Depth> rights_;
};

}  // namespace satchel::sandbox
