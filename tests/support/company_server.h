// A LocalWorld and a server that knows the same company.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/sync/upload_runner.h"
#include "tests/support/fake_server.h"
#include "tests/support/local_world.h"

namespace satchel {

inline DataSet EmptyCompany() {
  std::map<std::string, RowBatch, std::less<>> rows;
  for (const auto& [name, entity] : CompanySchema().entities) {
    std::vector<RowBatch::Column> columns;
    for (const auto& [field, schema] : entity.fields) {
      columns.push_back({field});
      if (schema.polymorphic()) columns.push_back({TypeColumn(field)});
    }
    rows.emplace(name, RowBatch(columns));
  }
  return DataSet(CompanySchema(), std::move(rows));
}

class CompanyServer : public LocalWorld {
 public:
  FakeServer server{EmptyCompany()};
  Identity identity = {.user_id = "u1", .organization_id = "o1"};
  std::stop_source stop = {};

  // A record that both sides know.
  void Both(const std::string& entity, const Value& id, const std::vector<FieldValue>& values) {
    server.Put(entity, id, values);
    Put(entity, id, std::to_string(server.VersionOf(entity, id)), values);
  }
  UploadOutcome Upload() {
    return RunUpload({.policy = policy, .schema = CompanySchema(), .identity = identity}, server,
                     database, {}, stop.get_token());
  }
  // Until nothing is left to send, as a scheduler would; at most so many times.
  int UploadAll(int most = 10) {
    int runs = 0;
    while (runs < most) {
      ++runs;
      (void)Upload();
      if (CountOutbox(database)->to_send() == 0) break;
    }
    return runs;
  }
  [[nodiscard]] Value Theirs(const std::string& entity, const Value& id, const std::string& field) {
    const FakeServer::Record* record = server.Find(entity, id);
    if (!record) return {};
    const auto at = record->values.find(field);
    return at == record->values.end() ? Value() : at->second;
  }
  // How often the server carried out a create of it.
  [[nodiscard]] int Created(const std::string& id) const {
    int count = 0;
    for (const WriteOperation& one : server.carried_out) {
      count += one.kind == ChangeKind::kCreate && one.id == id ? 1 : 0;
    }
    return count;
  }
};

}  // namespace satchel
