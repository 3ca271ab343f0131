#include "policy/check/diff.h"

#include <algorithm>
#include <functional>

#include "policy/model/keywords.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/expectation_words.h"
#include "policy/wording/sentence.h"
#include "policy/yaml/canonical.h"

namespace satchel {

namespace {

// Collects changes of one part of a policy: a path, and how people call it.
class Collector {
 public:
  Collector(std::vector<Change>& changes, std::string path, std::string entity, std::string subject)
      : changes_(changes),
        path_(std::move(path)),
        entity_(std::move(entity)),
        subject_(std::move(subject)) {}

  // `before` and `after` as they would be written; equal texts are no change.
  void Value(const std::string& key, const std::string& words, const std::string& before,
             const std::string& after, bool structural = false) {
    Value(key, words, before, after, before, after, structural);
  }
  // With what the sentence says of them, where that is not what would be written.
  void Value(const std::string& key, const std::string& words, const std::string& before,
             const std::string& after, const std::string& was, const std::string& is,
             bool structural = false) {
    if (before == after) return;
    Change change;
    change.kind = before.empty()  ? Change::Kind::kAdded
                  : after.empty() ? Change::Kind::kRemoved
                                  : Change::Kind::kChanged;
    change.path = path_ + "." + key;
    change.entity = entity_;
    change.structural = structural;
    change.before = before;
    change.after = after;
    change.sentence = subject_ + ": " + words;
    if (before.empty()) {
      change.sentence += " set to " + is;
    } else if (after.empty()) {
      change.sentence += " removed (was " + was + ")";
    } else {
      change.sentence += " changed from " + was + " to " + is;
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
std::string Text(const std::string& text) {
  return text.empty() ? "" : Scalar(text);
}

template <class T>
std::string Word(const T& value) {
  return std::string(Keyword(value));
}
std::string Word(bool value) {
  return value ? "true" : "false";
}

template <class T, class Print>
std::string Optional(const std::optional<T>& value, Print print) {
  return value ? print(*value) : std::string();
}

// What the sentence says of a setting, where that is not what the file has.
std::string Said(bool value) {
  return value ? "on" : "off";
}
std::string Said(const std::vector<std::string>& names, const char* none) {
  return names.empty() ? none : Join(names, ", ");
}
std::string Said(const std::optional<Seconds>& duration) {
  return duration ? SpokenDuration(*duration) : "off";
}

std::string Said(const std::optional<OnStart>& start) {
  if (!start) return "off";
  std::string text = "on";
  if (start->style) text += " in the " + Word(*start->style);
  if (start->skip_if_synced_within) {
    text += ", unless synchronised within " + SpokenDuration(*start->skip_if_synced_within);
  }
  return text;
}

std::string Said(const std::optional<OnChange>& change, const Schema* schema) {
  if (!change) return "off";
  std::string text = "on";
  if (change->watch != OnChange{}.watch) text += " for changes on the " + Word(change->watch);
  if (change->poll) text += ", looked for every " + SpokenDuration(*change->poll);
  std::vector<std::string> names;
  for (const std::string& entity : change->entities) names.push_back(EntityLabel(entity, schema));
  if (!names.empty()) text += ", of " + Join(names, ", ");
  return text;
}

std::string Said(const std::optional<OnSave>& save) {
  if (!save) return "off";
  return save->delay ? "on, " + SpokenDuration(*save->delay) + " after it" : "on";
}

std::string Said(const Permissions& allow) {
  std::vector<std::string> allowed;
  if (allow.create) allowed.emplace_back("create");
  if (allow.update) allowed.emplace_back("update");
  if (allow.remove) allowed.emplace_back("delete");
  return Said(allowed, "none");
}

std::string Said(const std::vector<OrderItem>& order, const std::string& entity,
                 const Schema* schema) {
  std::vector<std::string> fields;
  for (const OrderItem& item : order) {
    // `entity` of an item is a link's alias; its fields are called by their own names.
    std::string field = item.entity.empty()
                            ? (schema ? FieldLabel(entity, item.field, schema) : item.field)
                            : item.entity + "." + item.field;
    fields.push_back(field + (item.descending ? ", descending" : ""));
  }
  return Join(fields, ", then ");
}

std::string OnOff(const std::vector<std::string>& settings) {
  return settings.empty() ? "on" : Join(settings, ", ");
}

std::string Words(const std::optional<OnStart>& start) {
  if (!start) return "off";
  std::vector<std::string> settings;
  if (start->style) settings.push_back("style " + Word(*start->style));
  if (start->skip_if_synced_within) {
    settings.push_back("skip_if_synced_within " + PrintDuration(*start->skip_if_synced_within));
  }
  return OnOff(settings);
}

std::string Words(const std::optional<OnChange>& change) {
  if (!change) return "off";
  std::vector<std::string> settings;
  if (change->watch != OnChange{}.watch) settings.push_back("watch " + Word(change->watch));
  if (change->poll) settings.push_back("poll " + PrintDuration(*change->poll));
  if (!change->entities.empty()) settings.push_back("entities " + FlowList(change->entities));
  return OnOff(settings);
}

std::string Words(const std::optional<OnSave>& save) {
  if (!save) return "off";
  return save->delay ? "delay " + PrintDuration(*save->delay) : "on";
}

std::string Number(std::int64_t number) {
  return std::to_string(number);
}

void DiffProject(const Project& a, const Project& b, std::vector<Change>& changes) {
  Collector project(changes, "project", "", "Project");
  project.Value("name", "name", a.name, b.name);
  project.Value("title", "title", Text(a.title), Text(b.title));
  project.Value("notes", "notes", Text(a.notes), Text(b.notes));
  project.Value("roles", "roles", a.roles.empty() ? "everyone" : FlowList(a.roles),
                b.roles.empty() ? "everyone" : FlowList(b.roles), Said(a.roles, "everyone"),
                Said(b.roles, "everyone"));
  project.Value("priority", "priority", Number(a.priority), Number(b.priority));
}

void DiffSync(const SyncSettings& a, const SyncSettings& b, std::vector<Change>& changes) {
  Collector sync(changes, "sync", "", "Sync");
  sync.Value("style", "style of a sync by hand", Word(a.style), Word(b.style));
  sync.Value("incremental.changes", "way of finding changes", Word(a.incremental.changes),
             Word(b.incremental.changes));
  sync.Value("incremental.reconcile", "reconciliation", PrintReconcile(a.incremental.reconcile),
             PrintReconcile(b.incremental.reconcile));
  sync.Value("conflict", "conflict rule", Word(a.conflict), Word(b.conflict));
  sync.Value("page_size", "page size", Number(a.page_size), Number(b.page_size));
  sync.Value("include_labels", "display labels", Word(a.include_labels), Word(b.include_labels),
             Said(a.include_labels), Said(b.include_labels));
}

void DiffTriggers(const Triggers& a, const Triggers& b, const Schema* schema,
                  std::vector<Change>& changes) {
  Collector triggers(changes, "triggers", "", "Triggers");
  triggers.Value("on_start", "sync on app start", Words(a.on_start), Words(b.on_start),
                 Said(a.on_start), Said(b.on_start));
  triggers.Value("on_change", "sync on record change", Words(a.on_change), Words(b.on_change),
                 Said(a.on_change, schema), Said(b.on_change, schema));
  triggers.Value("on_save", "sync after a save", Words(a.on_save), Words(b.on_save),
                 Said(a.on_save), Said(b.on_save));
  const auto every = [](const std::optional<Seconds>& interval) {
    return interval ? PrintDuration(*interval) : std::string("off");
  };
  triggers.Value("every", "interval", every(a.every), every(b.every), Said(a.every), Said(b.every));
  triggers.Value("retry_on_reconnect", "retry on reconnect", Word(a.retry_on_reconnect),
                 Word(b.retry_on_reconnect), Said(a.retry_on_reconnect),
                 Said(b.retry_on_reconnect));
  triggers.Value("style", "style of automatic syncs", Word(a.style), Word(b.style));
  triggers.Value("network", "network", Word(a.network), Word(b.network));
}

void DiffModes(const Modes& a, const Modes& b, std::vector<Change>& changes) {
  Collector modes(changes, "modes", "", "Modes");
  modes.Value("start_in", "mode at the first start", Word(a.start_in), Word(b.start_in));
  modes.Value("user_may_switch", "switching by the user", Word(a.user_may_switch),
              Word(b.user_may_switch), Said(a.user_may_switch), Said(b.user_may_switch));
  modes.Value("before_online", "before going online", Word(a.before_online), Word(b.before_online));
  modes.Value("before_offline", "before going offline", Word(a.before_offline),
              Word(b.before_offline));
}

void DiffBudgets(const Budgets& a, const Budgets& b, std::vector<Change>& changes) {
  Collector budgets(changes, "budgets", "", "Budgets");
  budgets.Value("records", "records", Optional(a.records, Number), Optional(b.records, Number));
  budgets.Value("bytes", "size", Optional(a.bytes, PrintSize), Optional(b.bytes, PrintSize));
  budgets.Value("first_sync", "first sync", Optional(a.first_sync, PrintDuration),
                Optional(b.first_sync, PrintDuration), Said(a.first_sync), Said(b.first_sync));
  const auto network = [](const NetworkAssumption& assumption) {
    return PrintBandwidth(assumption.bits_per_second) + ", " + PrintLatency(assumption.latency);
  };
  const auto said = [](const NetworkAssumption& assumption) {
    return SpokenBandwidth(assumption.bits_per_second) + ", " + SpokenLatency(assumption.latency);
  };
  budgets.Value("network", "network", Optional(a.network, network), Optional(b.network, network),
                Optional(a.network, said), Optional(b.network, said));
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
    entity.Value("fields", "fields", a.all_fields ? "all" : FlowList(a.fields),
                 b.all_fields ? "all" : FlowList(b.fields), true);
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
  entity.Value("mode", "mode", Word(a.mode), Word(b.mode), true);
  DiffFields(a, b, schema, entity);
  entity.Value("allow", "permissions", Flow(a.allow), Flow(b.allow), Said(a.allow), Said(b.allow));
  DiffFilter(a, b, schema, entity);
  const auto order = [](const std::vector<OrderItem>& items) {
    return items.empty() ? "" : Flow(items);
  };
  entity.Value("order", "order", order(a.order), order(b.order), Said(a.order, a.name, schema),
               Said(b.order, b.name, schema));
  entity.Value("max_records", "most records", Optional(a.max_records, Number),
               Optional(b.max_records, Number));
  entity.Value("always_full", "full sync every time", Word(a.always_full), Word(b.always_full),
               Said(a.always_full), Said(b.always_full));
  const auto changes_word = [](Changes each) { return Word(each); };
  entity.Value("incremental.changes", "way of finding changes",
               Optional(a.incremental.changes, changes_word),
               Optional(b.incremental.changes, changes_word));
  entity.Value("incremental.reconcile", "reconciliation",
               Optional(a.incremental.reconcile, PrintReconcile),
               Optional(b.incremental.reconcile, PrintReconcile));
  const auto rule = [](ConflictRule each) { return Word(each); };
  entity.Value("conflict", "conflict rule", Optional(a.conflict, rule), Optional(b.conflict, rule));
  const auto limits = [](const AttachmentLimits& each) {
    std::vector<std::string> parts;
    if (each.max_size) parts.push_back("max_size " + PrintSize(*each.max_size));
    if (!each.types.empty()) parts.push_back("types " + FlowList(each.types));
    if (each.total) parts.push_back("total " + PrintSize(*each.total));
    return parts.empty() ? std::string("no limit") : Join(parts, ", ");
  };
  const auto said = [](const AttachmentLimits& each) {
    std::vector<std::string> parts;
    if (each.max_size) parts.push_back("at most " + PrintSize(*each.max_size) + " each");
    if (!each.types.empty()) parts.push_back("only " + Join(each.types, ", "));
    if (each.total) parts.push_back("at most " + PrintSize(*each.total) + " together");
    return parts.empty() ? std::string("no limit") : Join(parts, ", ");
  };
  entity.Value("attachments", "attachments", Optional(a.attachments, limits),
               Optional(b.attachments, limits), Optional(a.attachments, said),
               Optional(b.attachments, said));
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
