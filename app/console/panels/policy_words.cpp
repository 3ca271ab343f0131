#include "app/console/panels/policy_words.h"

#include <algorithm>
#include <charconv>

#include "app/console/icons.h"
#include "app/console/panels/duration_text.h"
#include "app/console/sorted_by.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {

const std::vector<Named<ConflictRule>>& ConflictRules() {
  static const std::vector<Named<ConflictRule>> all = {
      {ConflictRule::kServerWins, "The server wins", "The device's change is given up."},
      {ConflictRule::kDeviceWins, "The device's fields win",
       "Fields changed on the device win, the others stay as on the server."},
      {ConflictRule::kDeviceWinsFull, "The device's record wins",
       "The whole record of the device replaces the server's."},
      {ConflictRule::kManual, "The user decides", "The app shows both versions and asks."}};
  return all;
}

const std::vector<Named<Changes>>& ChangesRules() {
  static const std::vector<Named<Changes>> all = {
      {Changes::kAuto, "The cheaper way, each time", "Of the two below"},
      {Changes::kAll, "Everything changed, then filtered",
       "The device drops what the filter rejects"},
      {Changes::kMatching, "Only what changed and matches", "The server is asked with the filter"}};
  return all;
}

const std::vector<Named<Watch>>& Watches() {
  static const std::vector<Named<Watch>> all = {
      {Watch::kAny, "Server and device", "Whoever changes a record"},
      {Watch::kServer, "The server", "While online, looked for from time to time"},
      {Watch::kDevice, "The device", "Any local write, conflict resolution included"}};
  return all;
}

std::string WordsOf(const Reconcile& reconcile) {
  switch (reconcile.kind) {
    case Reconcile::Kind::kAuto:
      return "When some may have moved";
    case Reconcile::Kind::kAlways:
      return "At every sync";
    case Reconcile::Kind::kNever:
      return "Never";
    case Reconcile::Kind::kSyncs:
      return "Every " + std::to_string(reconcile.syncs) + " syncs";
    case Reconcile::Kind::kAfter:
      return "Every " + SpokenDuration(reconcile.after);
  }
  return {};
}

std::string WordsOf(const DriftTotal& total) {
  const std::string now = "“" + std::string(kReconcileName) + ": " + WordsOf(total.reconcile) + "”";
  const auto name = [](const Reconcile& other) { return "“" + WordsOf(other) + "”"; };
  switch (total.advice) {
    case DriftAdvice::kNone:
      return now + " brings it right with the next sync";
    case DriftAdvice::kSooner:
      return now + " brings it right only when that is due; " +
             name({.kind = Reconcile::Kind::kAlways}) + ", or a shorter time, does sooner";
    case DriftAdvice::kSweep:
      return now + " never brings it right; " + name({}) + ", or a time, does";
    case DriftAdvice::kMatching:
      return "“" + std::string(kChangesName) + ": " + WordsOf(ChangesRules(), Changes::kMatching) +
             "” saves it; what leaves the filter then waits until moved records are looked for";
  }
  return {};
}

std::vector<PickerItem> ReconcileItems(const std::string& typed) {
  std::vector<PickerItem> items = {
      {"auto", "When some may have moved", "At the latest after 24 h", "", nullptr, -1},
      {"always", "At every sync", "Costs a list of ids each time", "", nullptr, -1},
      {"never", "Never", "Records that moved out untouched stay", "", nullptr, -1},
      {"10", "Every 10 syncs", "Or type another number", "", nullptr, -1},
      {"24h", "Every 24 h", "Or type another time: 90 min, 12 h, 7 days", "", nullptr, -1}};
  const std::string value(Trim(typed));
  const bool listed = std::any_of(items.begin(), items.end(),
                                  [&](const PickerItem& item) { return item.value == value; });
  if (const auto found = FindReconcile(value); found && !listed) {
    items.insert(items.begin(), {value, WordsOf(*found), "", value, nullptr, -1});
  }
  return items;
}

std::optional<Reconcile> FindReconcile(const std::string& item) {
  using Kind = Reconcile::Kind;
  if (item == "auto") return Reconcile{};
  if (item == "always") return Reconcile{.kind = Kind::kAlways};
  if (item == "never") return Reconcile{.kind = Kind::kNever};
  int syncs = 0;
  const auto read = std::from_chars(item.data(), item.data() + item.size(), syncs);
  if (read.ec == std::errc() && read.ptr == item.data() + item.size()) {
    if (syncs < 1) return std::nullopt;
    return Reconcile{.kind = Kind::kSyncs, .syncs = syncs};
  }
  if (const auto after = ReadDuration(item))
    return Reconcile{.kind = Kind::kAfter, .after = *after};
  return std::nullopt;
}

std::vector<PickerItem> FieldItems(const AppState& state, const std::string& entity) {
  std::vector<PickerItem> items;
  const EntitySchema* schema =
      state.connection.schema ? state.connection.schema->Find(entity) : nullptr;
  if (schema != nullptr) {
    items.reserve(schema->fields.size());
    for (const auto& [name, field] : schema->fields) {
      items.push_back({name, field.label.empty() ? name : field.label, name,
                       std::string(Words(field.type)), IconOf(field.type), -1});
    }
  } else if (const Entity* kept = state.draft.current().Find(entity)) {
    for (const std::string& name : kept->fields) {
      items.push_back({name, name, "", "", icon::kTextFields, -1});
    }
  }
  return SortedBy(std::move(items), [](const PickerItem& item) { return LowerAscii(item.title); });
}

const char* IconOf(FieldType type) {
  if (kTextTypes.Has(type)) return icon::kTextFields;
  if (type == FieldType::kMoney) return icon::kAttachMoney;
  if (kNumberTypes.Has(type)) return icon::kNumbers;
  if (kDateTypes.Has(type)) return icon::kSchedule;
  if (type == FieldType::kBoolean) return icon::kRule;
  if (kChoiceTypes.Has(type) || type == FieldType::kMultiSelect) return icon::kLayers;
  if (type == FieldType::kOwner) return icon::kPerson;
  if (kLookupTypes.Has(type)) return icon::kLink;
  return icon::kKey;
}

bool HasItem(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

std::vector<std::string> WithItem(std::vector<std::string> list, const std::string& item) {
  if (!HasItem(list, item)) list.push_back(item);
  return list;
}

std::vector<std::string> WithoutItem(std::vector<std::string> list, const std::string& item) {
  std::erase(list, item);
  return list;
}

}  // namespace satchel
