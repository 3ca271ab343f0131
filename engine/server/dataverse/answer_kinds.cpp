#include "engine/server/dataverse/answer_kinds.h"

#include <algorithm>
#include <array>

#include "engine/http/broken_answer.h"
#include "policy/support/text.h"

namespace satchel::dataverse {

namespace {

using Kind = Json::Kind;

struct Member {
  std::string_view name;
  Kind kind;
};

// Sorted by name. "Value" and "Label" mean different things in different places: not here.
constexpr std::array kMembers = {
    Member{"@odata.nextLink", Kind::kText},
    Member{"AttributeOf", Kind::kText},
    Member{"AttributeTypeName", Kind::kObject},
    Member{"BusinessUnitId", Kind::kText},
    Member{"ChangeTrackingEnabled", Kind::kBoolean},
    Member{"DateTimeBehavior", Kind::kObject},
    Member{"DisplayCollectionName", Kind::kObject},
    Member{"DisplayName", Kind::kObject},
    Member{"Entity1LogicalName", Kind::kText},
    Member{"Entity1NavigationPropertyName", Kind::kText},
    Member{"Entity2LogicalName", Kind::kText},
    Member{"Entity2NavigationPropertyName", Kind::kText},
    Member{"EntitySetName", Kind::kText},
    Member{"IntersectEntityName", Kind::kText},
    Member{"IsHierarchical", Kind::kBoolean},
    Member{"IsIntersect", Kind::kBoolean},
    Member{"IsValidForCreate", Kind::kBoolean},
    Member{"IsValidForRead", Kind::kBoolean},
    Member{"IsValidForUpdate", Kind::kBoolean},
    Member{"LogicalName", Kind::kText},
    Member{"MaxLength", Kind::kInteger},
    Member{"OptionSet", Kind::kObject},
    Member{"Options", Kind::kArray},
    Member{"OrganizationId", Kind::kText},
    Member{"OwnershipType", Kind::kText},
    Member{"Precision", Kind::kInteger},
    Member{"PrimaryIdAttribute", Kind::kText},
    Member{"PrimaryNameAttribute", Kind::kText},
    Member{"PrivilegeName", Kind::kText},
    Member{"ReferencedEntity", Kind::kText},
    Member{"ReferencedEntityNavigationPropertyName", Kind::kText},
    Member{"ReferencingAttribute", Kind::kText},
    Member{"ReferencingEntity", Kind::kText},
    Member{"ReferencingEntityNavigationPropertyName", Kind::kText},
    Member{"RequiredLevel", Kind::kObject},
    Member{"RolePrivileges", Kind::kArray},
    Member{"Targets", Kind::kArray},
    Member{"UserId", Kind::kText},
    Member{"UserLocalizedLabel", Kind::kObject},
    Member{"_businessunitid_value", Kind::kText},
    Member{"_roletemplateid_value", Kind::kText},
    Member{"domainname", Kind::kText},
    Member{"fetchxml", Kind::kText},
    Member{"fiscalcalendarstart", Kind::kText},
    Member{"fiscalperiodtype", Kind::kInteger},
    Member{"fullname", Kind::kText},
    Member{"internalemailaddress", Kind::kText},
    Member{"isdefault", Kind::kBoolean},
    Member{"isdisabled", Kind::kBoolean},
    Member{"name", Kind::kText},
    Member{"roleid", Kind::kText},
    Member{"savedqueryid", Kind::kText},
    Member{"standardname", Kind::kText},
    Member{"systemuserid", Kind::kText},
    Member{"teamid", Kind::kText},
    Member{"timezonecode", Kind::kInteger},
    Member{"uilanguageid", Kind::kInteger},
    Member{"value", Kind::kArray},
    Member{"weekstartdaycode", Kind::kInteger},
};

std::string_view Words(Kind kind) {
  constexpr std::array<std::string_view, 7> kWords = {
      "nothing", "true or false", "a whole number", "a number", "a text", "a list", "an object"};
  return kWords[static_cast<std::size_t>(kind)];
}

const Member* Find(std::string_view name) {
  const auto at = std::lower_bound(
      kMembers.begin(), kMembers.end(), name,
      [](const Member& member, std::string_view wanted) { return member.name < wanted; });
  return at != kMembers.end() && at->name == name ? &*at : nullptr;
}

Result<> CheckMembers(const Json& object) {
  for (const auto& [name, value] : object.members) {
    const Member* member = Find(name);
    if (member && !value.Is(member->kind) && !value.Is(Kind::kNull)) {
      return BrokenAnswer("the server's answer has " + std::string(Words(value.kind)) + " as " +
                          Quoted(name) + ", where " + std::string(Words(member->kind)) +
                          " belongs");
    }
    if (value.Is(Kind::kObject)) {
      if (const auto fine = CheckMembers(value); !fine) return fine;
    }
    if (!value.Is(Kind::kArray)) continue;
    for (const Json& item : value.items) {
      if (item.Is(Kind::kObject)) {
        if (const auto fine = CheckMembers(item); !fine) return fine;
      } else if (name == "value") {
        return BrokenAnswer("the server's answer has " + std::string(Words(item.kind)) +
                            " in its list, where objects belong");
      }
    }
  }
  return {};
}

}  // namespace

Result<> CheckKinds(const Json& answer) {
  if (!answer.Is(Kind::kObject)) {
    return BrokenAnswer("the server answered with " + std::string(Words(answer.kind)) +
                        " instead of an object");
  }
  return CheckMembers(answer);
}

}  // namespace satchel::dataverse
