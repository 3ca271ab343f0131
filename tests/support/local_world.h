// A device's database with a small company in it, for tests of what is edited and sent.
#pragma once

#include <string>
#include <vector>

#include "engine/record/value.h"
#include "engine/store/database.h"
#include "engine/store/local_edit.h"
#include "engine/store/local_tables.h"
#include "engine/store/outbox.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "tests/support/temp_folder.h"

namespace satchel {

// account (accountid, name, revenue, statecode, parentaccountid, primarycontactid, ownerid, tags,
// founded, createdon, modifiedon), contact (contactid, fullname, age, parentcustomerid to account or
// contact), campaign_account (an intersect entity), currency (a text key).
[[nodiscard]] const Schema& CompanySchema();
[[nodiscard]] Policy CompanyPolicy();

// Ids of records: Id('a', 1) is 'aaaaaaaa-0000-4000-8000-000000000001'.
[[nodiscard]] Guid IdOf(char family, int number);
[[nodiscard]] std::string TextOf(char family, int number);

class LocalWorld {
 public:
  // On a file, so that several connections see it.
  LocalWorld();

  // What the server said: a row of the local table, without the outbox.
  void Put(const std::string& entity, const Value& id, const std::string& version,
           const std::vector<FieldValue>& values);
  [[nodiscard]] std::optional<LocalRow> Row(const std::string& entity, const Value& id);
  // A value of it; null when there is no such row.
  [[nodiscard]] Value At(const std::string& entity, const Value& id, const std::string& field);
  [[nodiscard]] std::vector<OutboxEntry> Outbox();
  // The only entry there is.
  [[nodiscard]] OutboxEntry Only();
  [[nodiscard]] Database Connect();
  // Rows, key tables and outbox agree with each other.
  void ExpectSound();

  TempFolder folder = {};
  Policy policy = CompanyPolicy();
  Database database;
  LocalEdits edits;
  int made = 0;  // Ids given out: IdOf('e', 1) …
};

}  // namespace satchel
