#include "policy/yaml/write_policy.h"

#include <algorithm>

#include "policy/model/keywords.h"
#include "policy/support/sha256.h"
#include "policy/yaml/canonical.h"

namespace satchel {

namespace {

// Block style by hand: the bytes are a contract, and no library promises its own.
class Writer {
 public:
  explicit Writer(bool notes) : notes_(notes) {}

  void Write(const Policy& policy);
  void Write(const Entity& entity, int indent);
  [[nodiscard]] std::string Take() { return std::move(out_); }

 private:
  // The next key stands behind "- ".
  void Item() { item_ = true; }
  void Indent(int indent);
  void Line(int indent, std::string_view key, std::string_view written);
  void Open(int indent, std::string_view key) { Line(indent, key, {}); }
  void Notes(int indent, std::string_view notes);
  // A section is written only when something is in it.
  void Section(std::string_view key, void (Writer::*write)(const Policy&), const Policy& policy);

  void WriteProject(const Policy& policy);
  void WriteSync(const Policy& policy);
  void WriteTriggers(const Policy& policy);
  void WriteModes(const Policy& policy);
  void WriteBudgets(const Policy& policy);
  void WriteNodes(const Group& group, int indent);
  void WriteGroup(const Group& group, int indent);
  void WriteLink(const Link& link, int indent);
  void WriteLinks(const std::vector<Link>& links, int indent);

  std::string out_;
  bool notes_;
  bool item_ = false;
};

void Writer::Indent(int indent) {
  if (!item_) {
    out_.append(static_cast<std::size_t>(indent), ' ');
    return;
  }
  item_ = false;
  out_.append(static_cast<std::size_t>(indent - 2), ' ');
  out_ += "- ";
}

void Writer::Line(int indent, std::string_view key, std::string_view written) {
  Indent(indent);
  out_ += key;
  out_ += written.empty() ? ":" : ": ";
  out_ += written;
  out_ += '\n';
}

void Writer::Notes(int indent, std::string_view notes) {
  if (notes_ && !notes.empty()) Line(indent, "notes", Scalar(notes));
}

void Writer::Section(std::string_view key, void (Writer::*write)(const Policy&),
                     const Policy& policy) {
  const std::size_t start = out_.size();
  out_ += '\n';
  Open(0, key);
  const std::size_t empty = out_.size();
  (this->*write)(policy);
  if (out_.size() == empty) out_.resize(start);
}

void Writer::Write(const Policy& policy) {
  Line(0, "satchel", std::to_string(kFormatVersion));
  if (policy.published) {
    out_ += '\n';
    Line(0, "published", Flow(*policy.published));
  }
  Section("project", &Writer::WriteProject, policy);
  Section("sync", &Writer::WriteSync, policy);
  Section("triggers", &Writer::WriteTriggers, policy);
  Section("modes", &Writer::WriteModes, policy);
  Section("budgets", &Writer::WriteBudgets, policy);
  if (!policy.entities.empty()) {
    out_ += '\n';
    Open(0, "entities");
    for (const Entity& entity : policy.entities) Write(entity, 2);
  }
  if (!policy.expect.empty()) {
    out_ += '\n';
    Open(0, "expect");
    for (const Expectation& expectation : policy.expect) {
      out_ += "  - " + Flow(expectation) + '\n';
    }
  }
}

void Writer::WriteProject(const Policy& policy) {
  const Project& project = policy.project;
  Line(2, "name", Scalar(project.name));
  if (!project.title.empty()) Line(2, "title", Scalar(project.title));
  Notes(2, project.notes);
  if (!project.roles.empty()) Line(2, "roles", FlowList(project.roles));
  if (project.priority != 0) Line(2, "priority", std::to_string(project.priority));
}

void Writer::WriteSync(const Policy& policy) {
  const SyncSettings& sync = policy.sync;
  const SyncSettings defaults;
  if (sync.style != defaults.style) Line(2, "style", Keyword(sync.style));
  if (sync.incremental != defaults.incremental) {
    Open(2, "incremental");
    if (sync.incremental.changes != defaults.incremental.changes) {
      Line(4, "changes", Keyword(sync.incremental.changes));
    }
    if (sync.incremental.reconcile != defaults.incremental.reconcile) {
      Line(4, "reconcile", PrintReconcile(sync.incremental.reconcile));
    }
  }
  if (sync.conflict != defaults.conflict) Line(2, "conflict", Keyword(sync.conflict));
  if (sync.page_size != defaults.page_size) Line(2, "page_size", std::to_string(sync.page_size));
  if (sync.include_labels != defaults.include_labels) Line(2, "include_labels", "false");
}

void Writer::WriteTriggers(const Policy& policy) {
  const Triggers& triggers = policy.triggers;
  if (triggers.on_start == OnStart{}) {
    Line(2, "on_start", "true");
  } else if (const auto& start = triggers.on_start) {
    Open(2, "on_start");
    if (start->style) Line(4, "style", Keyword(*start->style));
    if (start->skip_if_synced_within) {
      Line(4, "skip_if_synced_within", PrintDuration(*start->skip_if_synced_within));
    }
  }
  if (triggers.on_change == OnChange{}) {
    Line(2, "on_change", "true");
  } else if (const auto& change = triggers.on_change) {
    Open(2, "on_change");
    if (change->watch != Watch::kAny) Line(4, "watch", Keyword(change->watch));
    if (change->poll) Line(4, "poll", PrintDuration(*change->poll));
    if (!change->entities.empty()) Line(4, "entities", FlowList(change->entities));
  }
  if (triggers.on_save == OnSave{}) {
    Line(2, "on_save", "true");
  } else if (const auto& save = triggers.on_save) {
    Open(2, "on_save");
    if (save->delay) Line(4, "delay", PrintDuration(*save->delay));
  }
  if (triggers.every) Line(2, "every", PrintDuration(*triggers.every));
  if (!triggers.retry_on_reconnect) Line(2, "retry_on_reconnect", "false");
  if (triggers.style != Triggers{}.style) Line(2, "style", Keyword(triggers.style));
  if (triggers.network != Triggers{}.network) Line(2, "network", Keyword(triggers.network));
}

void Writer::WriteModes(const Policy& policy) {
  const Modes& modes = policy.modes;
  const Modes defaults;
  if (modes.start_in != defaults.start_in) Line(2, "start_in", Keyword(modes.start_in));
  if (!modes.user_may_switch) Line(2, "user_may_switch", "false");
  if (modes.before_online != defaults.before_online) {
    Line(2, "before_online", Keyword(modes.before_online));
  }
  if (modes.before_offline != defaults.before_offline) {
    Line(2, "before_offline", Keyword(modes.before_offline));
  }
}

void Writer::WriteBudgets(const Policy& policy) {
  const Budgets& budgets = policy.budgets;
  if (budgets.records) Line(2, "records", std::to_string(*budgets.records));
  if (budgets.bytes) Line(2, "bytes", PrintSize(*budgets.bytes));
  if (budgets.first_sync) Line(2, "first_sync", PrintDuration(*budgets.first_sync));
  if (budgets.network) {
    Open(2, "network");
    Line(4, "bandwidth", PrintBandwidth(budgets.network->bits_per_second));
    Line(4, "latency", PrintLatency(budgets.network->latency));
  }
}

void Writer::Write(const Entity& entity, int indent) {
  Open(indent, Scalar(entity.name));
  const int inner = indent + 2;
  Notes(inner, entity.notes);
  if (entity.mode != Entity{}.mode) Line(inner, "mode", Keyword(entity.mode));
  Line(inner, "fields", entity.all_fields ? "all" : FlowList(entity.fields));
  if (entity.allow != Permissions{}) Line(inner, "allow", Flow(entity.allow));
  if (entity.filter.conjunction != Conjunction::kAnd || !entity.filter.empty() ||
      (notes_ && !entity.filter.notes.empty())) {
    Open(inner, "filter");
    WriteGroup(entity.filter, inner + 2);
  }
  WriteLinks(entity.links, inner);
  if (!entity.order.empty()) Line(inner, "order", Flow(entity.order));
  if (entity.max_records) Line(inner, "max_records", std::to_string(*entity.max_records));
  if (entity.always_full) Line(inner, "always_full", "true");
  if (entity.incremental != IncrementalOverride{}) {
    Open(inner, "incremental");
    if (entity.incremental.changes) {
      Line(inner + 2, "changes", Keyword(*entity.incremental.changes));
    }
    if (entity.incremental.reconcile) {
      Line(inner + 2, "reconcile", PrintReconcile(*entity.incremental.reconcile));
    }
  }
  if (entity.conflict) Line(inner, "conflict", Keyword(*entity.conflict));
  if (const auto& attachments = entity.attachments) {
    if (*attachments == AttachmentLimits{}) {
      Line(inner, "attachments", "{}");
    } else {
      Open(inner, "attachments");
      if (attachments->max_size) Line(inner + 2, "max_size", PrintSize(*attachments->max_size));
      if (!attachments->types.empty()) Line(inner + 2, "types", FlowList(attachments->types));
      if (attachments->total) Line(inner + 2, "total", PrintSize(*attachments->total));
    }
  }
}

void Writer::WriteNodes(const Group& group, int indent) {
  const std::string_view key = group.conjunction == Conjunction::kOr ? "or" : "and";
  if (group.empty()) {
    Line(indent, key, "[]");
    return;
  }
  Open(indent, key);
  for (const Node& node : group.nodes) {
    Item();
    if (const auto* condition = std::get_if<Condition>(&node.item)) {
      Indent(indent + 4);
      out_ += Flow(*condition, notes_) + '\n';
    } else if (const auto* nested = std::get_if<Group>(&node.item)) {
      WriteGroup(*nested, indent + 4);
    } else {
      WriteLink(std::get<Link>(node.item), indent + 4);
    }
  }
}

void Writer::WriteGroup(const Group& group, int indent) {
  Notes(indent, group.notes);
  WriteNodes(group, indent);
}

void Writer::WriteLink(const Link& link, int indent) {
  Line(indent, "link", FlowHeader(link));
  Notes(indent, link.notes);
  if (link.filter.conjunction != Conjunction::kAnd || !link.filter.empty()) {
    WriteNodes(link.filter, indent);
  }
  if (!link.order.empty()) Line(indent, "order", Flow(link.order));
  WriteLinks(link.links, indent);
}

void Writer::WriteLinks(const std::vector<Link>& links, int indent) {
  if (links.empty()) return;
  Open(indent, "links");
  for (const Link& link : links) {
    Item();
    WriteLink(link, indent + 4);
  }
}

}  // namespace

std::string PrintPolicy(const Policy& policy) {
  Writer writer(true);
  writer.Write(policy);
  return writer.Take();
}

std::string PrintEntity(const Entity& entity) {
  Writer writer(true);
  writer.Write(entity, 2);
  return writer.Take();
}

std::string ContentHash(const Policy& policy) {
  Policy bare = policy;
  bare.published.reset();
  Writer writer(false);
  writer.Write(bare);
  return "sha256:" + Sha256Hex(writer.Take());
}

std::string StructureHash(const Policy& policy) {
  // Order is not structure: it decides what is downloaded first, not what there is.
  std::vector<const Entity*> entities;
  for (const Entity& entity : policy.entities) entities.push_back(&entity);
  std::sort(entities.begin(), entities.end(),
            [](const Entity* a, const Entity* b) { return a->name < b->name; });
  Sha256 hash;
  for (const Entity* entity : entities) {
    hash.Update(entity->name);
    hash.Update(" ");
    hash.Update(Keyword(entity->mode));
    hash.Update("\n");
    std::vector<std::string> fields =
        entity->all_fields ? std::vector<std::string>{"*"} : entity->fields;
    std::sort(fields.begin(), fields.end());
    for (const std::string& field : fields) {
      hash.Update("  ");
      hash.Update(field);
      hash.Update("\n");
    }
  }
  return "sha256:" + hash.Hex();
}

}  // namespace satchel
