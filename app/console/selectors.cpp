#include "app/console/selectors.h"

#include <algorithm>
#include <ctime>
#include <set>
#include <string_view>
#include <tuple>

#include "app/console/icons.h"
#include "app/console/sorted_by.h"
#include "policy/check/literal.h"
#include "policy/support/text.h"

namespace satchel {
namespace {

const EntitySchema* SchemaOf(const AppState& state, std::string_view entity) {
  return state.connection.schema ? state.connection.schema->Find(entity) : nullptr;
}

// Why a field cannot be switched; empty: it can.
std::string LockOf(const EntitySchema* schema, const Entity& entity, const std::string& field,
                   bool on) {
  if (schema == nullptr) return {};
  if (field == schema->key) return "The key of the record: every device needs it.";
  const FieldSchema* known = schema->Find(field);
  if (known != nullptr && known->required && on && entity.allow.create) {
    return "The server refuses new records without it.";
  }
  return {};
}

bool Has(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

bool Connected(const AppState& state) {
  return state.connection.state == ServerConnection::State::kOnline;
}

std::size_t EntitiesDone(const PreviewState& preview) {
  return static_cast<std::size_t>(std::count_if(
      preview.progress.begin(), preview.progress.end(),
      [](const EntityProgress& entity) { return entity.state == EntityProgress::State::kDone; }));
}

bool Unfinished(const AppState& state, const Finding& finding) {
  const FillIn& at = state.filling_in;
  if (at.condition.empty() || !finding.path.starts_with(at.condition)) return false;
  const std::string_view rest = std::string_view(finding.path).substr(at.condition.size());
  if (rest.empty()) return finding.rule == "wrong-arity";
  return at.typing && rest[0] == '.' && finding.rule == "bad-literal";
}

Counts CountAll(const AppState& state) {
  Counts counts;
  if (!state.file) return counts;
  for (const Entity& entity : state.draft.current().entities) {
    ++counts.entities;
    ++(entity.mode == DeviceMode::kOffline ? counts.offline : counts.online);
  }
  std::set<std::string> found;
  std::set<std::string> wrong;
  for (const Finding& finding : state.study.findings) {
    if (finding.severity == Severity::kInfo || Unfinished(state, finding)) continue;
    ++(finding.severity == Severity::kError ? counts.errors : counts.warnings);
    if (finding.entity.empty()) continue;
    found.insert(finding.entity);
    if (finding.severity == Severity::kError) wrong.insert(finding.entity);
  }
  counts.with_findings = static_cast<int>(found.size());
  counts.with_errors = static_cast<int>(wrong.size());
  counts.changes = static_cast<int>(state.study.changes.size());
  return counts;
}

Screen ScreenOf(const Finding& finding) {
  const std::string_view path = finding.path;
  if (path.starts_with("triggers") || path.starts_with("modes")) return Screen::kTriggers;
  if (path.starts_with("entities") && finding.entity.empty()) return Screen::kEntities;
  if (finding.entity.empty()) return Screen::kProject;
  const std::string own = "entities." + finding.entity + ".";
  if (path.starts_with(own)) {
    const std::string_view part = path.substr(own.size());
    if (part.starts_with("filter") || part.starts_with("links")) return Screen::kFilters;
  }
  return path.starts_with("expect") ? Screen::kProject : Screen::kEntities;
}

Issues IssuesOn(const AppState& state, Screen screen) {
  Issues issues;
  if (!state.file) return issues;
  for (const Finding& finding : state.study.findings) {
    if (finding.severity == Severity::kInfo || ScreenOf(finding) != screen) continue;
    if (Unfinished(state, finding)) continue;
    ++(finding.severity == Severity::kError ? issues.errors : issues.warnings);
  }
  return issues;
}

std::vector<EntityRow> EntityRows(const AppState& state) {
  std::vector<EntityRow> rows;
  if (!state.file) return rows;
  for (const Entity& entity : state.draft.current().entities) {
    EntityRow row;
    row.name = entity.name;
    row.label = EntityWords(state, entity.name);
    row.offline = entity.mode == DeviceMode::kOffline;
    const auto sentence = state.study.sentences.find(entity.name);
    row.sentence =
        sentence == state.study.sentences.end() ? "" : NamedRecords(state, sentence->second);
    const EntitySchema* schema = SchemaOf(state, entity.name);
    if (schema != nullptr) row.all_fields = static_cast<int>(schema->fields.size());
    row.fields = FieldCount(state, entity).value_or(-1);
    if (state.preview.result && row.offline) {
      for (const EntityPreview& preview : state.preview.result->entities) {
        if (preview.name != entity.name || preview.mode != DeviceMode::kOffline) continue;
        row.records = preview.records;
        row.bytes = preview.bytes_on_device;
        row.cut = preview.cut_by_max_records > 0;
        const Entity* then = state.preview.result_policy.Find(entity.name);
        row.stale = then == nullptr || !SameOnDevice(*then, entity);
      }
    }
    for (const Finding& finding : state.study.findings) {
      if (finding.entity != entity.name || finding.severity == Severity::kInfo) continue;
      if (Unfinished(state, finding)) continue;
      ++(finding.severity == Severity::kError ? row.errors : row.warnings);
      if (row.first_finding.empty() || finding.severity == Severity::kError) {
        row.first_finding = finding.message;
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::optional<int> FieldCount(const AppState& state, const Entity& entity) {
  const EntitySchema* schema = SchemaOf(state, entity.name);
  if (entity.all_fields) {
    if (schema == nullptr) return std::nullopt;
    return static_cast<int>(schema->fields.size());
  }
  const bool key_besides =
      schema != nullptr && !schema->key.empty() && !Has(entity.fields, schema->key);
  return static_cast<int>(entity.fields.size()) + (key_besides ? 1 : 0);
}

std::vector<FieldRow> FieldRows(const AppState& state, const Entity& entity) {
  const EntitySchema* schema = SchemaOf(state, entity.name);
  const Entity* saved = state.file ? state.file->saved.Find(entity.name) : nullptr;
  const std::set<std::string_view> listed(entity.fields.begin(), entity.fields.end());
  std::set<std::string_view> before;
  if (saved != nullptr) before.insert(saved->fields.begin(), saved->fields.end());
  std::vector<FieldRow> rows;
  const auto add = [&](const std::string& name) {
    FieldRow row;
    row.name = name;
    row.label = FieldWords(state, entity.name, name);
    const FieldSchema* known = schema == nullptr ? nullptr : schema->Find(name);
    if (known != nullptr) row.type = Words(known->type);
    if (schema != nullptr && known == nullptr) row.type = "Not on the server";
    const bool key = schema != nullptr && name == schema->key;
    row.on = entity.all_fields || key || listed.contains(name);
    row.locked = LockOf(schema, entity, name, row.on);
    const bool was = saved != nullptr && (saved->all_fields || before.contains(name));
    row.added = row.on && !was && !key;
    row.removed = !row.on && was;
    rows.push_back(std::move(row));
  };
  if (schema != nullptr) {
    for (const auto& [name, field] : schema->fields) add(name);
  }
  for (const std::string& name : entity.fields) {
    if (schema == nullptr || schema->Find(name) == nullptr) add(name);
  }
  if (schema == nullptr && saved != nullptr) {
    for (const std::string& name : saved->fields) {
      if (!listed.contains(name)) add(name);
    }
  }
  // What the saved file has comes first: a click never moves the row under the mouse.
  return SortedBy(std::move(rows), [](const FieldRow& row) {
    const bool first = (row.on && !row.added) || row.removed;
    return std::pair(!first, LowerAscii(row.label));
  });
}

bool FieldLocked(const AppState& state, const Entity& entity, const std::string& field) {
  const bool on = entity.all_fields || Has(entity.fields, field);
  return !LockOf(SchemaOf(state, entity.name), entity, field, on).empty();
}

std::vector<std::size_t> ColumnOrder(const AppState& state, const std::string& entity,
                                     const std::vector<RecordColumn>& columns) {
  const EntitySchema* schema = SchemaOf(state, entity);
  const std::string name = schema == nullptr ? "" : schema->primary_name;
  const std::string key = schema == nullptr ? "" : schema->key;
  std::vector<std::size_t> order;
  const auto hidden = state.hidden_columns.find(entity);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (hidden == state.hidden_columns.end() || !hidden->second.contains(columns[i].field)) {
      order.push_back(i);
    }
  }
  if (order.empty() && !columns.empty()) order.push_back(0);
  const bool named = std::any_of(columns.begin(), columns.end(),
                                 [&](const RecordColumn& c) { return c.field == name; });
  const auto first_text = std::find_if(columns.begin(), columns.end(), [](const RecordColumn& c) {
    return c.type == FieldType::kString;
  });
  const auto rank = [&](std::size_t i) {
    const RecordColumn& column = columns[i];
    if (named && column.field == name) return 0;
    if (!named && first_text != columns.end() && column.field == first_text->field) return 0;
    const bool is_key = key.empty() ? column.field == entity + "id" : column.field == key;
    return is_key ? 2 : 1;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  return order;
}

std::string EntityWords(const AppState& state, const std::string& entity) {
  const auto at = state.study.labels.find(entity);
  if (at != state.study.labels.end() && !at->second.empty()) return at->second;
  for (const EntityName& known : state.connection.entities) {
    if (known.name == entity && !known.label.empty()) return known.label;
  }
  return entity;
}

std::string FieldWords(const AppState& state, const std::string& entity, const std::string& field) {
  const EntitySchema* schema = SchemaOf(state, entity);
  const FieldSchema* known = schema == nullptr ? nullptr : schema->Find(field);
  return known != nullptr && !known->label.empty() ? known->label : field;
}

std::string NamedRecords(const AppState& state, std::string text) {
  constexpr std::size_t kGuid = 36;
  constexpr std::size_t kFirstDash = 8;
  for (auto dash = text.find('-'); dash != std::string::npos; dash = text.find('-', dash + 1)) {
    if (dash < kFirstDash) continue;
    const std::size_t at = dash - kFirstDash;
    const std::string id = text.substr(at, kGuid);
    if (!IsGuid(id)) continue;
    const auto name = state.lookup.names.find(LowerAscii(id));
    const bool known = name != state.lookup.names.end() && !name->second.empty();
    if (known) text.replace(at, kGuid, name->second);
    dash = at + (known ? name->second.size() : kGuid) - 1;
  }
  return text;
}

const UserInfo* ChosenUser(const AppState& state) {
  if (state.user.empty()) return nullptr;
  for (const UserInfo& user : state.connection.users) {
    if (state.user == user.id || LowerAscii(state.user) == LowerAscii(user.domain_name) ||
        LowerAscii(state.user) == LowerAscii(user.email) || state.user == user.name) {
      return &user;
    }
  }
  return nullptr;
}

std::string UserWords(const AppState& state) {
  if (state.user.empty()) {
    const std::string& name = state.connection.identity.user_name;
    return name.empty() ? "the signed-in user" : name;
  }
  const UserInfo* user = ChosenUser(state);
  return user == nullptr ? state.user : user->name;
}

std::string ProjectTitle(const AppState& state) {
  const Project& project = state.draft.current().project;
  return project.title.empty() ? project.name : project.title;
}

bool OfTheLab(const AppState& state, const std::filesystem::path& database) {
  return !database.empty() && database == state.lab.view.file;
}

std::string DeviceWords(const AppState& state, const std::filesystem::path& database) {
  return OfTheLab(state, database) ? "the lab's phone" : database.filename().string();
}

bool SameOnDevice(const Entity& a, const Entity& b) {
  // A field that is added to Entity does not compile here until it is said what it does.
  const auto& [name, mode, fields, all_fields, allow, filter, links, order, max_records,
               always_full, incremental, conflict, attachments, notes] = a;
  return std::tie(name, mode, fields, all_fields, filter, links, order, max_records, always_full,
                  incremental, attachments) ==
         std::tie(b.name, b.mode, b.fields, b.all_fields, b.filter, b.links, b.order, b.max_records,
                  b.always_full, b.incremental, b.attachments);
}

bool SameOnDevice(const Policy& a, const Policy& b) {
  const auto& [style, incremental, conflict, page_size, include_labels] = a.sync;
  return a.project.name == b.project.name &&
         std::tie(incremental, page_size, include_labels) ==
             std::tie(b.sync.incremental, b.sync.page_size, b.sync.include_labels) &&
         std::equal(a.entities.begin(), a.entities.end(), b.entities.begin(), b.entities.end(),
                    [](const Entity& x, const Entity& y) { return SameOnDevice(x, y); });
}

bool SameMeasured(const Policy& a, const Policy& b) {
  return SameOnDevice(a, b) && a.budgets.network == b.budgets.network && a.expect == b.expect;
}

bool PreviewStale(const AppState& state) {
  return state.preview.result && !SameOnDevice(state.preview.result_policy, state.draft.current());
}

bool Unsaved(const AppState& state) {
  return state.file && state.draft.current() != state.file->saved;
}

std::string ClockTime(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local = {};
  ::localtime_r(&seconds, &local);
  char text[16] = {};
  (void)std::strftime(text, sizeof text, "%H:%M", &local);
  return text;
}

EntityLook LookOf(std::string_view entity) {
  struct Known {
    std::string_view part;
    EntityLook look;
  };
  static constexpr std::array<Known, 24> kKnown = {{
      {"accountcontact", {icon::kGroups, 5}},
      {"account", {icon::kApartment, 0}},
      {"contact", {icon::kPerson, 1}},
      {"opportunit", {icon::kTrendingUp, 2}},
      {"appointment", {icon::kEvent, 4}},
      {"booking", {icon::kCalendarMonth, 4}},
      {"workorder", {icon::kHandyman, 3}},
      {"task", {icon::kTaskAlt, 6}},
      {"incident", {icon::kSupportAgent, 5}},
      {"pricel", {icon::kSell, 9}},
      {"product", {icon::kInventory2, 7}},
      {"annotation", {icon::kNote, 8}},
      {"email", {icon::kMail, 1}},
      {"phonecall", {icon::kPhone, 2}},
      {"invoice", {icon::kReceiptLong, 2}},
      {"order", {icon::kReceiptLong, 3}},
      {"listmember", {icon::kGroup, 5}},
      {"list", {icon::kGroups, 5}},
      {"businessunit", {icon::kAccountTree, 9}},
      {"systemuser", {icon::kBadge, 6}},
      {"team", {icon::kGroups, 6}},
      {"customer", {icon::kPerson, 1}},
      {"territor", {icon::kMap, 9}},
      {"campaign", {icon::kCampaign, 5}},
  }};
  const std::string name = LowerAscii(entity);
  for (const Known& known : kKnown) {
    if (name.find(known.part) != std::string::npos) return known.look;
  }
  unsigned hash = 7;
  for (const char c : name) hash = hash * 31 + static_cast<unsigned char>(c);
  return {icon::kTableChart, static_cast<int>(hash % 10)};
}

Project ProjectOf(const AppState& state, const FolderProject& file) {
  const bool open = state.file && state.file->path == file.file;
  return open ? state.draft.current().project : file.project;
}

std::string TitleOf(const Project& project) {
  return project.title.empty() ? project.name : project.title;
}

std::string TroubleWords(const ServerConnection& connection) {
  using Trouble = ServerConnection::Trouble;
  if (!connection.trouble_since) return {};
  const char* what = connection.trouble == Trouble::kSilent ? "not reachable"
                     : connection.trouble == Trouble::kBusy ? "too busy"
                                                            : "answering with errors";
  return std::string(what) + " since " + ClockTime(*connection.trouble_since);
}

std::string AgeWords(const AppState& state) {
  const ServerConnection& connection = state.connection;
  if (!connection.schema_at) return {};
  const auto age =
      std::chrono::duration_cast<std::chrono::minutes>(connection.asked_at - *connection.schema_at)
          .count();
  const auto words = [](std::int64_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many) + " old";
  };
  if (age < 1) return "a moment old";
  if (age < 60) return words(age, "minute", "minutes");
  if (age < 48 * 60) return words(age / 60, "hour", "hours");
  return words(age / (24 * 60), "day", "days");
}

std::string CheckedWords(const AppState& state) {
  const ServerConnection& connection = state.connection;
  if (!connection.schema) return "Checked without a server";
  if (!connection.schema_kept) return "Checked against the server";
  return "Checked against metadata that is " + AgeWords(state);
}

}  // namespace satchel
