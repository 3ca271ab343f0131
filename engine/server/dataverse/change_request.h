// Edits as Dataverse is asked to carry them out.
#pragma once

#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/server/connection.h"
#include "engine/server/write.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel::dataverse {

// What writing needs beyond a Schema, asked for once and kept: the collections of lookup targets
// that are no part of the schema, the navigation properties of lookups with several targets, and
// the two ends of N:N tables.
class WriteNames {
 public:
  struct End {
    std::string entity = {};
    std::string navigation = {};  // On it, towards the other end.
    std::string field = {};       // Of the N:N table.
  };

  // Everything that `operations` need and is not known yet.
  [[nodiscard]] Result<> Learn(Connection& connection,
                               const std::vector<WriteOperation>& operations, const Schema& schema,
                               std::stop_token stop);

  // Empty when the server has none.
  [[nodiscard]] std::string SetOf(const std::string& entity, const Schema& schema) const;
  [[nodiscard]] std::string NavigationOf(const std::string& entity, const FieldSchema& field,
                                         const std::string& target) const;
  // Both ends of an N:N table, or null.
  [[nodiscard]] const std::pair<End, End>* EndsOf(const std::string& intersect) const;

 private:
  std::map<std::string, std::string, std::less<>> sets_ = {};
  // By entity, field and target.
  std::map<std::string, std::map<std::string, std::map<std::string, std::string>>, std::less<>>
      navigations_ = {};
  std::map<std::string, std::pair<End, End>, std::less<>> ends_ = {};
};

// The entity a lookup of an operation points to: what its type column says, else its only target.
// Empty: it cannot be told.
[[nodiscard]] std::string TargetOf(const WriteOperation& operation, const FieldSchema& field);

// The request, its URL relative to the service root. kInvalid: the record or a field cannot be
// written so; the sentence says why.
[[nodiscard]] Result<HttpRequest> MakeChange(const WriteOperation& operation, const Schema& schema,
                                             const WriteNames& names, const std::string& root);

}  // namespace satchel::dataverse
