// What a Dataverse server knows of its tables: plain values, in the server's own terms.
//
// Names of columns are logical names. Companion columns (primarycontactidname, owneridtype …) are
// not listed: whoever renders metadata adds them from the column they accompany.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/guid.h"
#include "policy/schema/schema.h"

namespace satchel::sandbox {

enum class Ownership : std::uint8_t {
  kNone,          // Intersect and system tables without an owner.
  kUser,          // ownerid (user or team), owningbusinessunit, owninguser, owningteam.
  kBusinessUnit,  // businessunitid, or parentbusinessunitid for business units.
  kOrganization,
};

enum class Requirement : std::uint8_t { kNone, kSystem, kApplication, kRecommended };

struct Option {
  std::int64_t value = 0;
  std::string label = {};
  int state = -1;  // Of a status reason: the statecode it belongs to.
  friend bool operator==(const Option&, const Option&) = default;
};

struct OptionSet {
  std::string name = {};
  std::string label = {};
  bool global = false;
  std::vector<Option> options = {};
  friend bool operator==(const OptionSet&, const OptionSet&) = default;
};

struct Attribute {
  std::string name = {};
  std::string schema_name = {};
  std::string label = {};
  FieldType type = FieldType::kString;  // Dates: UserLocal, TimeZoneIndependent or DateOnly.
  bool entity_name = false;             // A string that holds a table's logical name.
  std::string format = {};  // "Text", "Email", "Phone", "Url", "TextArea", "DateOnly" …
  int max_length = 0;       // Of string and memo.
  int precision = -1;       // Of decimal, money and double.
  std::int64_t min = 0;     // Of integer, decimal, money and double: whole units.
  std::int64_t max = 0;
  std::vector<std::string> targets = {};
  OptionSet options = {};  // Of choices; of booleans: 0 and 1. A copy when it is global.
  Requirement required = Requirement::kNone;
  bool valid_for_read = true;
  bool valid_for_create = true;
  bool valid_for_update = true;
  bool logical = false;  // Kept with another table (IsLogical).
  bool custom = false;
  // An SQL expression over stored columns; such a column is never written. Empty: stored.
  std::string computed = {};

  [[nodiscard]] bool stored() const { return computed.empty(); }
  [[nodiscard]] bool is_lookup() const { return kLookupTypes.Has(type); }
  [[nodiscard]] bool polymorphic() const { return targets.size() > 1; }
  // "name", or "_primarycontactid_value" for a lookup.
  [[nodiscard]] std::string wire_name() const { return is_lookup() ? "_" + name + "_value" : name; }
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

enum class Cascade : std::uint8_t { kNone, kAll, kActive, kUserOwned, kRemoveLink, kRestrict };

// One to many. A polymorphic lookup has one of these per target.
struct Relationship {
  std::string schema_name = {};
  std::string referenced_entity = {};
  std::string referenced_attribute = {};
  std::string referencing_entity = {};
  std::string referencing_attribute = {};
  std::string referencing_navigation = {};  // Single-valued, on the referencing entity.
  std::string referenced_navigation = {};   // Collection, on the referenced entity.
  bool hierarchical = false;
  Cascade on_delete = Cascade::kRemoveLink;
  Cascade on_assign = Cascade::kNone;
  friend bool operator==(const Relationship&, const Relationship&) = default;
};

struct ManyToManyRelationship {
  std::string schema_name = {};
  std::string intersect_entity = {};
  std::string entity1 = {};
  std::string entity1_attribute = {};   // Column of the intersect table.
  std::string entity1_navigation = {};  // Collection, on entity1.
  std::string entity2 = {};
  std::string entity2_attribute = {};
  std::string entity2_navigation = {};
  friend bool operator==(const ManyToManyRelationship&, const ManyToManyRelationship&) = default;
};

struct AlternateKey {
  std::string name = {};
  std::string schema_name = {};
  std::string label = {};
  std::vector<std::string> attributes = {};
  friend bool operator==(const AlternateKey&, const AlternateKey&) = default;
};

struct Table {
  std::string name = {};  // Logical name; also the SQL table.
  std::string schema_name = {};
  std::string set_name = {};
  std::string label = {};
  std::string plural_label = {};
  int object_type_code = 0;
  Ownership ownership = Ownership::kOrganization;
  std::string primary_id = {};
  std::string primary_name = {};  // Empty: none.
  bool intersect = false;
  bool activity = false;
  bool custom = false;
  bool change_tracking = false;
  bool available_offline = false;
  bool optimistic_concurrency = false;
  std::vector<Attribute> attributes = {};
  std::vector<AlternateKey> keys = {};

  [[nodiscard]] const Attribute* Find(std::string_view attribute) const;
  friend bool operator==(const Table&, const Table&) = default;
};

struct Metadata {
  std::map<std::string, Table, std::less<>> tables = {};
  std::vector<Relationship> relationships = {};
  std::vector<ManyToManyRelationship> many_to_many = {};
  std::vector<OptionSet> option_sets = {};  // Global ones.

  [[nodiscard]] const Table* Find(std::string_view logical_name) const;
  [[nodiscard]] const Table* FindBySet(std::string_view set_name) const;
  [[nodiscard]] const Attribute* Find(std::string_view table, std::string_view attribute) const;
  // The relationship behind a single-valued navigation property of `entity`.
  [[nodiscard]] const Relationship* FindLookup(std::string_view entity,
                                               std::string_view navigation) const;
  // The relationship of a lookup column towards one of its targets.
  [[nodiscard]] const Relationship* FindLookup(std::string_view entity, std::string_view attribute,
                                               std::string_view target) const;
  // The relationship behind a collection-valued navigation property of `entity`.
  [[nodiscard]] const Relationship* FindCollection(std::string_view entity,
                                                   std::string_view navigation) const;
  [[nodiscard]] const ManyToManyRelationship* FindManyToMany(std::string_view entity,
                                                             std::string_view navigation) const;
  friend bool operator==(const Metadata&, const Metadata&) = default;
};

// The same facts as checks and CompileSql read them; equal to what a connector reads over HTTP.
[[nodiscard]] Schema ToSchema(const Metadata& metadata);

// The tables a server cannot do without (organization, businessunit, systemuser, team, role,
// teammembership, systemuserroles, principalobjectaccess, usersettings, timezonedefinition,
// transactioncurrency, savedquery) and nothing else.
[[nodiscard]] Metadata SystemMetadata();

// SystemMetadata with the entities of any schema added, for serving hand-made data over HTTP. An
// entity that is a system table already keeps its columns and gains the missing ones. Ownership is
// kUser where the schema says user_owned, else kOrganization.
[[nodiscard]] Metadata MetadataFrom(const Schema& schema);

// The generated field-service company (docs/sandbox-data.md).
[[nodiscard]] Metadata CompanyMetadata();

// A MetadataId: the same name always gives the same id. "account", "account/name" …
[[nodiscard]] Guid MetadataId(std::string_view path);

}  // namespace satchel::sandbox
