#include "preview/fleet/measure.h"

#include <algorithm>
#include <charconv>

#include "engine/record/cell.h"
#include "engine/record/guid.h"
#include "engine/store/database.h"
#include "engine/store/local_meta.h"
#include "engine/store/local_schema.h"

namespace satchel {

namespace {

constexpr double kBitsPerByte = 8;
// Bodies come as base64: four characters for three bytes.
constexpr double kBodyBytesOnTheWire = 4.0 / 3.0;

// Looks records up in a preview's database by their ids as people write them.
class Lookup {
 public:
  Lookup(Database& database, const Schema& schema) : database_(database), schema_(schema) {}

  // `record` is ENTITY/ID.
  Result<bool> Holds(const std::string& record) {
    const std::size_t slash = record.find('/');
    const EntitySchema* entity = schema_.Find(record.substr(0, slash));
    const FieldSchema* key = entity ? entity->Find(entity->key) : nullptr;
    if (!key || slash == std::string::npos) return false;
    const std::string id = record.substr(slash + 1);
    Guid guid;
    Cell cell = Cell::Text(id);
    if (key->type == FieldType::kUniqueIdentifier) {
      const auto parsed = ParseGuid(id);
      if (!parsed) return false;
      guid = *parsed;
      cell = Cell::Id(guid);
    } else if (kNumberTypes.Has(key->type)) {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
      if (error != std::errc() || end != id.data() + id.size()) return false;
      cell = Cell::Integer(number);
    }
    auto found = database_.Prepare(
        "SELECT 1 FROM " + SqlName(KeyTableName(entity->name, key->name)) + " WHERE key=?1");
    if (!found) return Fail(found.error());
    found->Bind(1, cell);
    return found->Step();
  }

 private:
  Database& database_;
  const Schema& schema_;
};

}  // namespace

std::optional<FirstSync> EstimateFirstSync(const PreviewResult& preview,
                                           const NetworkAssumption& network) {
  const bool unknown =
      std::any_of(preview.findings.begin(), preview.findings.end(),
                  [](const Finding& finding) { return finding.rule == "attachments-unknown"; });
  if (unknown || network.bits_per_second <= 0) return std::nullopt;
  double bytes = static_cast<double>(preview.bytes_downloaded);
  double requests = preview.requests;
  for (const EntityPreview& entity : preview.entities) {
    bytes += static_cast<double>(entity.attachment_bytes) * kBodyBytesOnTheWire;
    requests += static_cast<double>(entity.attachments);
  }
  return FirstSync{
      .server_seconds = preview.seconds,
      .transfer_seconds = bytes * kBitsPerByte / static_cast<double>(network.bits_per_second),
      .latency_seconds = requests * std::chrono::duration<double>(network.latency).count()};
}

Result<MeasuredUser> Measure(const Policy& policy, const PreviewResult& preview,
                             const UserInfo* user) {
  MeasuredUser measured;
  if (user) measured.user = *user;
  measured.user.id = preview.as_id;
  if (measured.user.name.empty()) measured.user.name = preview.as_name;
  measured.exact = preview.exact;
  measured.records = preview.records;
  measured.bytes_on_device = preview.bytes_on_device;
  measured.bytes_downloaded = preview.bytes_downloaded;
  measured.requests = preview.requests;
  measured.seconds = preview.seconds;
  if (policy.budgets.network) {
    measured.first_sync = EstimateFirstSync(preview, *policy.budgets.network);
  }
  for (const EntityPreview& entity : preview.entities) {
    if (entity.mode == DeviceMode::kOffline) measured.held[entity.name] = entity.records;
  }
  std::set<std::string> named;
  for (const Expectation& expectation : policy.expect) {
    if (!expectation.includes.empty()) named.insert(expectation.includes);
    if (!expectation.excludes.empty()) named.insert(expectation.excludes);
  }
  if (named.empty()) return measured;
  auto database = Database::Open(preview.database, Database::Use::kReadOnly);
  if (!database) return Fail(database.error());
  const auto description = ReadDescription(*database);
  if (!description) return Fail(description.error());
  Lookup lookup(*database, description->schema);
  for (const std::string& record : named) {
    const auto holds = lookup.Holds(record);
    if (!holds) return Fail(holds.error());
    if (*holds) measured.found.insert(record);
  }
  return measured;
}

}  // namespace satchel
