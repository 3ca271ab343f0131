// What the user of a device saw of each record whenever changing it. Knows nothing of versions,
// outboxes and rules: values that were on the screen, by record and field.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "tests/sim/crm_state.h"

namespace satchel::sim {

class Seen {
 public:
  using Record = std::pair<std::string, std::string>;  // Entity and id.

  // The user is about to change `fields` of a record that shows `row`. Of those that are `pending`
  // what was seen before counts as well: it is one change.
  void Look(const Record& record, const Values& row, const std::set<std::string>& fields,
            const std::set<std::string>& pending);
  // A new record: nothing was there to be seen.
  void Make(const Record& record);
  // The user saw, or wrote, that too.
  void Show(const Record& record, const std::string& field, const Value& value);
  // What the server made of a record of the user's: what it filled in is no other's work.
  void Fill(const Record& record, const Values& row);
  // It is not known what the user saw: everything goes.
  void LoseSight(const Record& record);
  // All that is pending now may be written over what was not seen: a rule says so.
  void LetAllOverwrite();

  [[nodiscard]] bool MayOverwrite(const Record& record, const std::string& field,
                                  const Value& value) const;
  // What a deletion takes along.
  [[nodiscard]] std::set<std::string> FieldsOf(const Record& record) const;

 private:
  struct Sight {
    std::map<std::string, std::set<Value>> values = {};  // By field.
    bool made = false;                                   // Fields not named showed nothing.
    bool all = false;
  };
  std::map<Record, Sight> sights_ = {};
  std::map<Record, Values> filled_ = {};
};

}  // namespace satchel::sim
