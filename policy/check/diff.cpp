#include "policy/check/diff.h"

#include <algorithm>

#include "policy/model/keywords.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/expectation_words.h"
#include "policy/wording/sentence.h"
#include "policy/yaml/canonical.h"

namespace satchel {

namespace {

// A setting twice: as the file has it, and as the sentence says it. Empty: it is not set.
struct Worded {
  std::string written = {};
  std::string said = {};
};

Worded Alike(std::string words) {
  return {words, words};
}

// Collects changes of one part of a policy: a path, and how people call it.
class Collector {
 public:
  Collector(std::vector<Change>& changes, std::string path, std::string entity, std::string subject)
      : changes_(changes),
        path_(std::move(path)),
        entity_(std::move(entity)),
        subject_(std::move(subject)) {}

  // What would be written alike is no change.
  void Value(const std::string& key, const std::string& words, const Worded& before,
             const Worded& after, bool structural = false) {
    if (before.written == after.written) return;
    Change change;
    change.kind = before.written.empty()  ? Change::Kind::kAdded
                  : after.written.empty() ? Change::Kind::kRemoved
                                          : Change::Kind::kChanged;
    change.path = path_ + "." + key;
    change.entity = entity_;
    change.structural = structural;
    change.before = before.written;
    change.after = after.written;
    change.sentence = subject_ + ": " + words;
    if (before.written.empty()) {
      change.sentence += " set to " + after.said;
    } else if (after.written.empty()) {
      change.sentence += " removed (was " + before.said + ")";
    } else {
      change.sentence += " changed from " + before.said + " to " + after.said;
    }
    changes_.push_back(std::move(change));
  }

  void Say(Change::Kind kind, const std::string& key, const std::string& before,
           const std::string& after, const std::string& what, bool structural = false) {
    changes_.push_back(
        {kind, path_ + "." + key, entity_, structural, before, after, subject_ + ": " + what});
  }

 private:
  std::vector<Change>& changes_;
  std::string path_;
  std::string entity_;
  std::string subject_;
};

// Notes can be long; the change shows where, the file shows what.
Worded Text(const std::string& text) {
  return text.empty() ? Worded{} : Alike(Scalar(text));
}

template <class T>
std::string Word(const T& value) {
  return std::string(Keyword(value));
}
template <class T>
Worded Choice(const T& value) {
  return Alike(Word(value));
}
Worded Switch(bool value) {
  return value ? Worded{"true", "on"} : Worded{"false", "off"};
}
Worded Number(std::int64_t number) {
  return {std::to_string(number), HumanCount(number)};
}
Worded Duration(Seconds duration) {
  return {PrintDuration(duration), SpokenDuration(duration)};
}

template <class T, class Print>
Worded Optional(const std::optional<T>& value, Print print) {
  return value ? print(*value) : Worded{};
}

// A trigger, or whatever else is off where it says nothing.
template <class T, class Print>
Worded OrOff(const std::optional<T>& value, Print print) {
  return value ? print(*value) : Alike("off");
}

// Settings of one thing, as a list in the file and one after the other in the sentence.
class Settings {
 public:
  void Add(std::string written, std::string said) {
    written_.push_back(std::move(written));
    said_.push_back(std::move(said));
  }
  // A list, or what is said of none.
  [[nodiscard]] Worded Or(const std::string& none) const {
    if (written_.empty()) return Alike(none);
    return {Join(written_, ", "), Join(said_, ", ")};
  }
  // "on", and how.
  [[nodiscard]] Worded On() const {
    if (written_.empty()) return Alike("on");
    return {Join(written_, ", "), "on" + Join(said_, "")};
  }

 private:
  std::vector<std::string> written_;
  std::vector<std::string> said_;
};

Worded WordsOf(const OnStart& start) {
  Settings settings;
  if (start.style) settings.Add("style " + Word(*start.style), " in the " + Word(*start.style));
  if (start.skip_if_synced_within) {
    const Worded within = Duration(*start.skip_if_synced_within);
    settings.Add("skip_if_synced_within " + within.written,
                 ", unless synchronised within " + within.said);
  }
  return settings.On();
}

Worded WordsOf(const OnChange& change, const Schema* schema) {
  Settings settings;
  if (change.watch != OnChange{}.watch) {
    settings.Add("watch " + Word(change.watch), " for changes on the " + Word(change.watch));
  }
  if (change.poll) {
    const Worded every = Duration(*change.poll);
    settings.Add("poll " + every.written, ", looked for every " + every.said);
  }
  if (!change.entities.empty()) {
    std::vector<std::string> names;
    for (const std::string& entity : change.entities) names.push_back(EntityLabel(entity, schema));
    settings.Add("entities " + FlowList(change.entities), ", of " + Join(names, ", "));
  }
  return settings.On();
}

Worded WordsOf(const OnSave& save) {
  Settings settings;
  if (save.delay) {
    const Worded delay = Duration(*save.delay);
    settings.Add("delay " + delay.written, ", " + delay.said + " after it");
  }
  return settings.On();
}

Worded WordsOf(const AttachmentLimits& limits) {
  Settings settings;
  if (limits.max_size) {
    const std::string size = PrintSize(*limits.max_size);
    settings.Add("max_size " + size, "at most " + size + " each");
  }
  if (!limits.types.empty()) {
    settings.Add("types " + FlowList(limits.types), "only " + Join(limits.types, ", "));
  }
  if (limits.total) {
    const std::string size = PrintSize(*limits.total);
    settings.Add("total " + size, "at most " + size + " together");
  }
  return settings.Or("no limit");
}

Worded WordsOf(const Permissions& allow) {
  std::vector<std::string> allowed;
  if (allow.create) allowed.emplace_back("create");
  if (allow.update) allowed.emplace_back("update");
  if (allow.remove) allowed.emplace_back("delete");
  return {Flow(allow), allowed.empty() ? "none" : Join(allowed, ", ")};
}

Worded WordsOf(const std::vector<OrderItem>& order, const std::string& entity,
               const Schema* schema) {
  if (order.empty()) return {};
  std::vector<std::string> fields;
  for (const OrderItem& item : order) {
    // `entity` of an item is a link's alias; its fields are called by their own names.
    std::string field = item.entity.empty()
                            ? (schema ? FieldLabel(entity, item.field, schema) : item.field)
                            : item.entity + "." + item.field;
    fields.push_back(field + (item.descending ? ", descending" : ""));
  }
  return {Flow(order), Join(fields, ", then ")};
}

Worded WordsOf(const NetworkAssumption& assumption) {
  return {PrintBandwidth(assumption.bits_per_second) + ", " + PrintLatency(assumption.latency),
          SpokenBandwidth(assumption.bits_per_second) + ", " + SpokenLatency(assumption.latency)};
}

Worded Roles(const std::vector<std::string>& roles) {
  if (roles.empty()) return Alike("everyone");
  return {FlowList(roles), Join(roles, ", ")};
}

Worded Reconciling(const Reconcile& reconcile) {
  return Alike(PrintReconcile(reconcile));
}

void DiffProject(const Project& a, const Project& b, std::vector<Change>& changes) {
  Collector project(changes, "project", "", "Project");
  project.Value("name", "name", Alike(a.name), Alike(b.name));
  project.Value("title", "title", Text(a.title), Text(b.title));
  project.Value("notes", "notes", Text(a.notes), Text(b.notes));
  project.Value("roles", "roles", Roles(a.roles), Roles(b.roles));
  project.Value("priority", "priority", Number(a.priority), Number(b.priority));
}

void DiffSync(const SyncSettings& a, const SyncSettings& b, std::vector<Change>& changes) {
  Collector sync(changes, "sync", "", "Sync");
  sync.Value("style", "style of a sync by hand", Choice(a.style), Choice(b.style));
  sync.Value("incremental.changes", "way of finding changes", Choice(a.incremental.changes),
             Choice(b.incremental.changes));
  sync.Value("incremental.reconcile", "reconciliation", Reconciling(a.incremental.reconcile),
             Reconciling(b.incremental.reconcile));
  sync.Value("conflict", "conflict rule", Choice(a.conflict), Choice(b.conflict));
  sync.Value("page_size", "page size", Number(a.page_size), Number(b.page_size));
  sync.Value("include_labels", "display labels", Switch(a.include_labels),
             Switch(b.include_labels));
}

void DiffTriggers(const Triggers& a, const Triggers& b, const Schema* schema,
                  std::vector<Change>& changes) {
  Collector triggers(changes, "triggers", "", "Triggers");
  const auto words = [](const auto& trigger) { return WordsOf(trigger); };
  const auto named = [&](const OnChange& change) { return WordsOf(change, schema); };
  triggers.Value("on_start", "sync on app start", OrOff(a.on_start, words),
                 OrOff(b.on_start, words));
  triggers.Value("on_change", "sync on record change", OrOff(a.on_change, named),
                 OrOff(b.on_change, named));
  triggers.Value("on_save", "sync after a save", OrOff(a.on_save, words), OrOff(b.on_save, words));
  triggers.Value("every", "interval", OrOff(a.every, Duration), OrOff(b.every, Duration));
  triggers.Value("retry_on_reconnect", "retry on reconnect", Switch(a.retry_on_reconnect),
                 Switch(b.retry_on_reconnect));
  triggers.Value("style", "style of automatic syncs", Choice(a.style), Choice(b.style));
  triggers.Value("network", "network", Choice(a.network), Choice(b.network));
}

void DiffModes(const Modes& a, const Modes& b, std::vector<Change>& changes) {
  Collector modes(changes, "modes", "", "Modes");
  modes.Value("start_in", "mode at the first start", Choice(a.start_in), Choice(b.start_in));
  modes.Value("user_may_switch", "switching by the user", Switch(a.user_may_switch),
              Switch(b.user_may_switch));
  modes.Value("before_online", "before going online", Choice(a.before_online),
              Choice(b.before_online));
  modes.Value("before_offline", "before going offline", Choice(a.before_offline),
              Choice(b.before_offline));
}

void DiffBudgets(const Budgets& a, const Budgets& b, std::vector<Change>& changes) {
  Collector budgets(changes, "budgets", "", "Budgets");
  const auto size = [](std::int64_t bytes) { return Alike(PrintSize(bytes)); };
  const auto words = [](const NetworkAssumption& each) { return WordsOf(each); };
  budgets.Value("records", "records", Optional(a.records, Number), Optional(b.records, Number));
  budgets.Value("bytes", "size", Optional(a.bytes, size), Optional(b.bytes, size));
  budgets.Value("first_sync", "first sync", Optional(a.first_sync, Duration),
                Optional(b.first_sync, Duration));
  budgets.Value("network", "network", Optional(a.network, words), Optional(b.network, words));
}

std::vector<std::string> Missing(const std::vector<std::string>& from,
                                 const std::vector<std::string>& in) {
  std::vector<std::string> missing;
  for (const std::string& each : from) {
    if (std::find(in.begin(), in.end(), each) == in.end()) missing.push_back(each);
  }
  return missing;
}

void DiffFields(const Entity& a, const Entity& b, const Schema* schema, Collector& entity) {
  if (a.all_fields != b.all_fields) {
    const auto fields = [](const Entity& each) {
      return Alike(each.all_fields ? "all" : FlowList(each.fields));
    };
    entity.Value("fields", "fields", fields(a), fields(b), true);
    return;
  }
  if (a.all_fields) return;
  const std::vector<std::string> added = Missing(b.fields, a.fields);
  const std::vector<std::string> removed = Missing(a.fields, b.fields);
  const auto words = [&](const std::string& field) {
    return "field '" + (schema ? FieldLabel(a.name, field, schema) : field) + "'";
  };
  for (const std::string& field : added) {
    entity.Say(Change::Kind::kAdded, "fields", "", field, words(field) + " added", true);
  }
  for (const std::string& field : removed) {
    entity.Say(Change::Kind::kRemoved, "fields", field, "", words(field) + " removed", true);
  }
  if (added.empty() && removed.empty() && a.fields != b.fields) {
    entity.Say(Change::Kind::kMoved, "fields", FlowList(a.fields), FlowList(b.fields),
               "fields reordered");
  }
}

// Notes of a filter do not change which records match.
void ForgetNotes(Group& group);
void ForgetNotes(std::vector<Link>& links) {
  for (Link& link : links) {
    link.notes.clear();
    ForgetNotes(link.filter);
    ForgetNotes(link.links);
  }
}
void ForgetNotes(Group& group) {
  group.notes.clear();
  for (Node& node : group.nodes) {
    if (auto* condition = std::get_if<Condition>(&node.item)) condition->notes.clear();
    if (auto* inner = std::get_if<Group>(&node.item)) ForgetNotes(*inner);
    if (auto* link = std::get_if<Link>(&node.item)) {
      link->notes.clear();
      ForgetNotes(link->filter);
      ForgetNotes(link->links);
    }
  }
}

void DiffFilter(const Entity& a, const Entity& b, const Schema* schema, Collector& entity) {
  if (a.filter == b.filter && a.links == b.links) return;
  Query before{.entity = a.name, .filter = a.filter, .links = a.links};
  Query after{.entity = b.name, .filter = b.filter, .links = b.links};
  const std::string before_words = ToString(Describe(before, schema));
  const std::string after_words = ToString(Describe(after, schema));
  ForgetNotes(before.filter);
  ForgetNotes(before.links);
  ForgetNotes(after.filter);
  ForgetNotes(after.links);
  const std::string key = a.filter == b.filter ? "links" : "filter";
  if (before == after) {
    entity.Say(Change::Kind::kChanged, key, "", "", "notes of the filter changed");
    return;
  }
  entity.Say(Change::Kind::kChanged, key, before_words, after_words,
             "filter changed from “" + before_words + "” to “" + after_words + "”");
}

void DiffEntity(const Entity& a, const Entity& b, const Schema* schema,
                std::vector<Change>& changes) {
  Collector entity(changes, "entities." + a.name, a.name, EntityLabel(a.name, schema));
  entity.Value("notes", "notes", Text(a.notes), Text(b.notes));
  entity.Value("mode", "mode", Choice(a.mode), Choice(b.mode), true);
  DiffFields(a, b, schema, entity);
  entity.Value("allow", "permissions", WordsOf(a.allow), WordsOf(b.allow));
  DiffFilter(a, b, schema, entity);
  entity.Value("order", "order", WordsOf(a.order, a.name, schema),
               WordsOf(b.order, b.name, schema));
  entity.Value("max_records", "most records", Optional(a.max_records, Number),
               Optional(b.max_records, Number));
  entity.Value("always_full", "full sync every time", Switch(a.always_full), Switch(b.always_full));
  const auto way = [](Changes each) { return Choice(each); };
  entity.Value("incremental.changes", "way of finding changes",
               Optional(a.incremental.changes, way), Optional(b.incremental.changes, way));
  entity.Value("incremental.reconcile", "reconciliation",
               Optional(a.incremental.reconcile, Reconciling),
               Optional(b.incremental.reconcile, Reconciling));
  const auto rule = [](ConflictRule each) { return Choice(each); };
  entity.Value("conflict", "conflict rule", Optional(a.conflict, rule), Optional(b.conflict, rule));
  const auto limits = [](const AttachmentLimits& each) { return WordsOf(each); };
  entity.Value("attachments", "attachments", Optional(a.attachments, limits),
               Optional(b.attachments, limits));
}

std::vector<std::string> Names(const Policy& policy, const Policy& kept_in) {
  std::vector<std::string> names;
  for (const Entity& entity : policy.entities) {
    if (kept_in.Find(entity.name) != nullptr) names.push_back(entity.name);
  }
  return names;
}

void DiffEntities(const Policy& before, const Policy& after, const Schema* schema,
                  std::vector<Change>& changes) {
  for (const Entity& entity : after.entities) {
    const Entity* old = before.Find(entity.name);
    if (old != nullptr) {
      DiffEntity(*old, entity, schema, changes);
      continue;
    }
    changes.push_back({Change::Kind::kAdded, "entities." + entity.name, entity.name, true, "",
                       entity.name, EntityLabel(entity.name, schema) + ": added"});
  }
  for (const Entity& entity : before.entities) {
    if (after.Find(entity.name) != nullptr) continue;
    changes.push_back({Change::Kind::kRemoved, "entities." + entity.name, entity.name, true,
                       entity.name, "", EntityLabel(entity.name, schema) + ": removed"});
  }
  const std::vector<std::string> old_order = Names(before, after);
  const std::vector<std::string> new_order = Names(after, before);
  if (old_order != new_order) {
    changes.push_back({Change::Kind::kMoved, "entities", "", false, FlowList(old_order),
                       FlowList(new_order), "Entities: download order changed"});
  }
}

void DiffExpectations(const std::vector<Expectation>& a, const std::vector<Expectation>& b,
                      const Schema* schema, std::vector<Change>& changes) {
  const auto missing = [&](const auto& from, const auto& in, Change::Kind kind) {
    for (const Expectation& each : from) {
      if (std::find(in.begin(), in.end(), each) != in.end()) continue;
      const std::string text = Flow(each);
      const bool added = kind == Change::Kind::kAdded;
      changes.push_back({kind, "expect", "", false, added ? "" : text, added ? text : "",
                         std::string("Expectation ") + (added ? "added: " : "removed: ") +
                             ExpectationWords(each, schema)});
    }
  };
  missing(b, a, Change::Kind::kAdded);
  missing(a, b, Change::Kind::kRemoved);
}

}  // namespace

std::vector<Change> Diff(const Policy& before, const Policy& after, const Schema* schema) {
  std::vector<Change> changes;
  DiffProject(before.project, after.project, changes);
  DiffSync(before.sync, after.sync, changes);
  DiffTriggers(before.triggers, after.triggers, schema, changes);
  DiffModes(before.modes, after.modes, changes);
  DiffBudgets(before.budgets, after.budgets, changes);
  DiffEntities(before, after, schema, changes);
  DiffExpectations(before.expect, after.expect, schema, changes);
  return changes;
}

bool IsStructural(const std::vector<Change>& changes) {
  return std::any_of(changes.begin(), changes.end(),
                     [](const Change& change) { return change.structural; });
}

}  // namespace satchel
