// What people read instead of what a device keeps: labels of choices, and names of the records that
// lookups point at.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/value.h"
#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "engine/store/local_meta.h"

namespace satchel {

// Reads the local database where it has not read before: for one list or form, made anew for the
// next. Names are an extra, so what cannot be read has none.
class KnownNames {
 public:
  // `description` is of this database. Both must outlive it.
  KnownNames(Database& database, const LocalDescription& description)
      : database_(database), description_(description) {}

  // Names that came with rows from the server; they go before those kept here.
  void Add(const std::vector<Label>& labels);
  // Of a value as PrintValue writes it. Empty: nothing better is known than the value itself.
  [[nodiscard]] std::string Of(const FieldSchema& field, std::string_view text);
  // The primary name of a record that is kept here; else empty.
  [[nodiscard]] std::string OfRecord(const std::string& entity, const Value& id);
  // Of a user or team that a record kept here has named (as its owner, say); else empty.
  [[nodiscard]] std::string OfPerson(const std::string& id) { return LabelOf(id); }

 private:
  [[nodiscard]] std::string OfLookup(const FieldSchema& field, const std::string& id);
  [[nodiscard]] std::string LabelOf(const std::string& id);

  Database& database_;
  const LocalDescription& description_;
  std::map<std::string, std::string> found_ = {};  // By id, as servers write it.
  std::optional<Statement> label_ = {};
};

}  // namespace satchel
