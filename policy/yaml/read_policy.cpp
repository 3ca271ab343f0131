#include "policy/yaml/read_policy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "policy/model/name.h"
#include "policy/support/text.h"
#include "policy/yaml/filter_reader.h"

namespace satchel {

namespace {

using Word = std::string_view;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMostInt = std::numeric_limits<int>::max();

constexpr std::array<Word, 9> kRootKeys = {"satchel", "published", "project",  "sync",  "triggers",
                                           "modes",   "budgets",   "entities", "expect"};
constexpr std::array<Word, 7> kPublishedKeys = {
    "version", "at", "by", "content_hash", "structure_hash", "note", "acknowledged"};
constexpr std::array<Word, 5> kProjectKeys = {"name", "title", "notes", "roles", "priority"};
constexpr std::array<Word, 5> kSyncKeys = {"style", "incremental", "conflict", "page_size",
                                           "include_labels"};
constexpr std::array<Word, 2> kIncrementalKeys = {"changes", "reconcile"};
constexpr std::array<Word, 7> kTriggerKeys = {"on_start",           "on_change", "on_save", "every",
                                              "retry_on_reconnect", "style",     "network"};
constexpr std::array<Word, 2> kOnStartKeys = {"style", "skip_if_synced_within"};
constexpr std::array<Word, 3> kOnChangeKeys = {"watch", "poll", "entities"};
constexpr std::array<Word, 1> kOnSaveKeys = {"delay"};
constexpr std::array<Word, 4> kModeKeys = {"start_in", "user_may_switch", "before_online",
                                           "before_offline"};
constexpr std::array<Word, 4> kBudgetKeys = {"records", "bytes", "first_sync", "network"};
constexpr std::array<Word, 2> kNetworkKeys = {"bandwidth", "latency"};
constexpr std::array<Word, 12> kEntityKeys = {
    "notes", "mode",        "fields",      "allow",       "filter",   "links",
    "order", "max_records", "always_full", "incremental", "conflict", "attachments"};
constexpr std::array<Word, 3> kPermissions = {"create", "update", "delete"};
constexpr std::array<Word, 3> kAttachmentKeys = {"max_size", "types", "total"};
constexpr std::array<Word, 7> kExpectKeys = {"as",      "includes", "excludes", "entity",
                                             "at_most", "at_least", "exactly"};

class PolicyReader {
 public:
  explicit PolicyReader(ReadPolicy& result)
      : policy_(result.policy), marks_(result.marks), in_(result) {}

  void ReadRoot(const YamlNode& node);

 private:
  void ReadVersion(const YamlNode& node);
  void ReadPublished(const YamlNode& node);
  void ReadProject(const YamlNode& node);
  void ReadSync(const YamlNode& node);
  void ReadTriggers(const YamlNode& node);
  void ReadModes(const YamlNode& node);
  void ReadBudgets(const YamlNode& node);
  void ReadEntity(const YamlNode& node, Entity& entity);
  void ReadPermissions(const YamlNode& node, Permissions& allow);
  void ReadAttachments(const YamlNode& node, AttachmentLimits& limits);
  void ReadExpectation(const YamlNode& node);
  void ReadReconcile(const YamlNode& node, Reconcile& reconcile);
  // true gives a T with its defaults, false none, a map what `read` makes of it.
  template <class T, class Read>
  void ReadTrigger(const YamlNode& node, std::string_view what, std::span<const Word> keys,
                   std::optional<T>& trigger, Read read);
  void ReadCount(const YamlNode& node, std::optional<std::int64_t>& count);

  Policy& policy_;
  SourceMap& marks_;
  NodeReader in_;
};

void PolicyReader::ReadRoot(const YamlNode& node) {
  const bool map = in_.EachKey(node, "a policy", kRootKeys, [&](Word key, const YamlNode& value) {
    if (key == "satchel") {
      ReadVersion(value);
    } else if (key == "published") {
      ReadPublished(value);
    } else if (key == "project") {
      ReadProject(value);
    } else if (key == "sync") {
      ReadSync(value);
    } else if (key == "triggers") {
      ReadTriggers(value);
    } else if (key == "modes") {
      ReadModes(value);
    } else if (key == "budgets") {
      ReadBudgets(value);
    } else if (key == "entities") {
      in_.EachEntry(value, "the entities", [&](const YamlKey& name, const YamlNode& entity) {
        if (!IsName(name.text)) {
          in_.Fail(name.mark, "bad-value",
                   Quoted(name.text) +
                       " is not the name of an entity: write up to 128 letters, digits and '_'");
          return;  // Nothing below it: its path would be as long as the name.
        }
        in_.set_entity(name.text);
        Entity& read = policy_.entities.emplace_back();
        read.name = name.text;
        // An entity's own place is its name, whatever stands below it.
        marks_.Set(in_.path(), name.mark);
        ReadEntity(entity, read);
        in_.set_entity({});
      });
    } else {
      in_.EachItem(value, "expectations", [&](const YamlNode& item) { ReadExpectation(item); });
    }
  });
  if (map) in_.Require(node, "a policy", {"satchel", "project"});
}

void PolicyReader::ReadVersion(const YamlNode& node) {
  std::int64_t version = 0;
  if (!in_.Int(node, 1, kMostInt, version) || version == kFormatVersion) return;
  in_.Fail(node.mark, "format-version",
           "format " + std::to_string(version) +
               " is newer than this program, which reads format " + std::to_string(kFormatVersion) +
               "; update Satchel");
}

void PolicyReader::ReadPublished(const YamlNode& node) {
  Published& published = policy_.published.emplace();
  const bool map = in_.EachKey(
      node, "the published block", kPublishedKeys, [&](Word key, const YamlNode& value) {
        if (key == "version") {
          std::int64_t version = 0;
          if (in_.Int(value, 1, kMostInt, version)) published.version = static_cast<int>(version);
        } else if (key == "at") {
          in_.Text(value, published.at);
        } else if (key == "by") {
          in_.Text(value, published.by);
        } else if (key == "content_hash") {
          in_.Text(value, published.content_hash);
        } else if (key == "structure_hash") {
          in_.Text(value, published.structure_hash);
        } else if (key == "note") {
          in_.Text(value, published.note);
        } else {
          in_.EachEntry(value, "the acknowledged rules",
                        [&](const YamlKey& rule, const YamlNode& reason) {
                          in_.Text(reason, published.acknowledged[rule.text]);
                        });
        }
      });
  if (map) {
    in_.Require(node, "the published block",
                {"version", "at", "by", "content_hash", "structure_hash"});
  }
}

void PolicyReader::ReadProject(const YamlNode& node) {
  Project& project = policy_.project;
  const bool map =
      in_.EachKey(node, "the project", kProjectKeys, [&](Word key, const YamlNode& value) {
        if (key == "name") {
          if (in_.Text(value, project.name) && !IsProjectName(project.name)) {
            in_.Fail(value.mark, "bad-value",
                     Quoted(project.name) +
                         " is not a project name: write up to 63 of a-z, 0-9 and '-', not starting "
                         "with '-'");
          }
        } else if (key == "title") {
          in_.Text(value, project.title);
        } else if (key == "notes") {
          in_.Text(value, project.notes);
        } else if (key == "roles") {
          in_.Texts(value, "security roles", project.roles);
        } else {
          std::int64_t priority = 0;
          if (in_.Int(value, -kMostInt, kMostInt, priority)) {
            project.priority = static_cast<int>(priority);
          }
        }
      });
  if (map) in_.Require(node, "the project", {"name"});
}

void PolicyReader::ReadReconcile(const YamlNode& node, Reconcile& reconcile) {
  std::string text;
  if (!in_.Text(node, text)) return;
  using Kind = Reconcile::Kind;
  if (text == "auto") {
    reconcile = {};
  } else if (text == "always") {
    reconcile = {.kind = Kind::kAlways};
  } else if (text == "never") {
    reconcile = {.kind = Kind::kNever};
  } else if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos) {
    std::int64_t syncs = 0;
    if (in_.Int(node, 1, kMostInt, syncs)) {
      reconcile = {.kind = Kind::kSyncs, .syncs = static_cast<int>(syncs)};
    }
  } else if (const Result<Seconds> after = ParseDuration(text); after && after->count() > 0) {
    reconcile = {.kind = Kind::kAfter, .after = *after};
  } else {
    in_.Fail(
        node.mark, "bad-value",
        Quoted(text) +
            " does not say when to reconcile; write auto, always, never, a number of syncs (10) "
            "or a duration (24h)");
  }
}

void PolicyReader::ReadSync(const YamlNode& node) {
  SyncSettings& sync = policy_.sync;
  in_.EachKey(node, "sync", kSyncKeys, [&](Word key, const YamlNode& value) {
    if (key == "style") {
      in_.Choice(value, sync.style);
    } else if (key == "incremental") {
      in_.EachKey(value, "incremental", kIncrementalKeys, [&](Word inner, const YamlNode& setting) {
        if (inner == "changes") {
          in_.Choice(setting, sync.incremental.changes);
        } else {
          ReadReconcile(setting, sync.incremental.reconcile);
        }
      });
    } else if (key == "conflict") {
      in_.Choice(value, sync.conflict);
    } else if (key == "page_size") {
      std::int64_t size = 0;
      if (in_.Int(value, 1, kDefaultPageSize, size)) sync.page_size = static_cast<int>(size);
    } else {
      in_.Bool(value, sync.include_labels);
    }
  });
}

template <class T, class Read>
void PolicyReader::ReadTrigger(const YamlNode& node, std::string_view what,
                               std::span<const Word> keys, std::optional<T>& trigger, Read read) {
  if (node.kind == YamlNode::Kind::kMap) {
    in_.EachKey(node, what, keys, [&, &made = trigger.emplace()](Word key, const YamlNode& value) {
      read(made, key, value);
    });
    return;
  }
  bool on = false;
  if (in_.Bool(node, on) && on) trigger.emplace();
}

void PolicyReader::ReadTriggers(const YamlNode& node) {
  Triggers& triggers = policy_.triggers;
  in_.EachKey(node, "triggers", kTriggerKeys, [&](Word key, const YamlNode& value) {
    if (key == "on_start") {
      ReadTrigger(value, "on_start", kOnStartKeys, triggers.on_start,
                  [&](OnStart& start, Word inner, const YamlNode& setting) {
                    if (inner == "style") {
                      in_.Choice(setting, start.style.emplace());
                    } else {
                      in_.Duration(setting, Seconds(1), start.skip_if_synced_within.emplace());
                    }
                  });
    } else if (key == "on_change") {
      ReadTrigger(value, "on_change", kOnChangeKeys, triggers.on_change,
                  [&](OnChange& change, Word inner, const YamlNode& setting) {
                    if (inner == "watch") {
                      in_.Choice(setting, change.watch);
                    } else if (inner == "poll") {
                      in_.Duration(setting, Seconds(1), change.poll.emplace());
                    } else {
                      in_.Names(setting, "entities", change.entities);
                    }
                  });
    } else if (key == "on_save") {
      ReadTrigger(value, "on_save", kOnSaveKeys, triggers.on_save,
                  [&](OnSave& save, Word, const YamlNode& setting) {
                    in_.Duration(setting, Seconds(0), save.delay.emplace());
                  });
    } else if (key == "every") {
      if (value.kind == YamlNode::Kind::kScalar && value.text == "off") return;
      Seconds every = {};
      if (in_.Duration(value, Seconds(60), every)) triggers.every = every;
    } else if (key == "retry_on_reconnect") {
      in_.Bool(value, triggers.retry_on_reconnect);
    } else if (key == "style") {
      in_.Choice(value, triggers.style);
    } else {
      in_.Choice(value, triggers.network);
    }
  });
}

void PolicyReader::ReadModes(const YamlNode& node) {
  Modes& modes = policy_.modes;
  in_.EachKey(node, "modes", kModeKeys, [&](Word key, const YamlNode& value) {
    if (key == "start_in") {
      in_.Choice(value, modes.start_in);
    } else if (key == "user_may_switch") {
      in_.Bool(value, modes.user_may_switch);
    } else if (key == "before_online") {
      in_.Choice(value, modes.before_online);
    } else {
      in_.Choice(value, modes.before_offline);
    }
  });
}

void PolicyReader::ReadCount(const YamlNode& node, std::optional<std::int64_t>& count) {
  std::int64_t value = 0;
  if (in_.Int(node, 0, kMost, value)) count = value;
}

void PolicyReader::ReadBudgets(const YamlNode& node) {
  Budgets& budgets = policy_.budgets;
  in_.EachKey(node, "budgets", kBudgetKeys, [&](Word key, const YamlNode& value) {
    if (key == "records") {
      ReadCount(value, budgets.records);
    } else if (key == "bytes") {
      std::int64_t bytes = 0;
      if (in_.Size(value, bytes)) budgets.bytes = bytes;
    } else if (key == "first_sync") {
      Seconds first = {};
      if (in_.Duration(value, Seconds(1), first)) budgets.first_sync = first;
    } else {
      NetworkAssumption& network = budgets.network.emplace();
      const bool map =
          in_.EachKey(value, "network", kNetworkKeys, [&](Word inner, const YamlNode& setting) {
            std::string text;
            if (!in_.Text(setting, text)) return;
            if (inner == "bandwidth") {
              const Result<std::int64_t> bandwidth = ParseBandwidth(text);
              if (!bandwidth || *bandwidth == 0) {
                in_.Fail(setting.mark, "bad-value",
                         bandwidth ? "a bandwidth of nothing; write 512kbit, 10mbit or 1gbit"
                                   : bandwidth.error().message);
                return;
              }
              network.bits_per_second = *bandwidth;
            } else {
              const Result<Milliseconds> latency = ParseLatency(text);
              if (!latency) {
                in_.Fail(setting.mark, "bad-value", latency.error().message);
                return;
              }
              network.latency = *latency;
            }
          });
      if (map) in_.Require(value, "network", {"bandwidth", "latency"});
    }
  });
}

void PolicyReader::ReadEntity(const YamlNode& node, Entity& entity) {
  FilterReader filters(in_);
  const bool map =
      in_.EachKey(node, "an entity", kEntityKeys, [&](Word key, const YamlNode& value) {
        if (key == "notes") {
          in_.Text(value, entity.notes);
        } else if (key == "mode") {
          in_.Choice(value, entity.mode);
        } else if (key == "fields") {
          if (value.kind == YamlNode::Kind::kScalar && value.text == "all") {
            entity.all_fields = true;
          } else {
            in_.Names(value, "fields (or 'all')", entity.fields);
          }
        } else if (key == "allow") {
          ReadPermissions(value, entity.allow);
        } else if (key == "filter") {
          filters.ReadFilter(value, entity.filter);
        } else if (key == "links") {
          filters.ReadLinks(value, entity.links);
        } else if (key == "order") {
          filters.ReadOrder(value, entity.order);
        } else if (key == "max_records") {
          if (value.kind == YamlNode::Kind::kScalar && value.text == "none") return;
          std::int64_t most = 0;
          if (in_.Int(value, 1, kMost, most)) entity.max_records = most;
        } else if (key == "always_full") {
          in_.Bool(value, entity.always_full);
        } else if (key == "incremental") {
          in_.EachKey(value, "incremental", kIncrementalKeys,
                      [&](Word inner, const YamlNode& setting) {
                        if (inner == "changes") {
                          in_.Choice(setting, entity.incremental.changes.emplace());
                        } else {
                          ReadReconcile(setting, entity.incremental.reconcile.emplace());
                        }
                      });
        } else if (key == "conflict") {
          in_.Choice(value, entity.conflict.emplace());
        } else {
          ReadAttachments(value, entity.attachments.emplace());
        }
      });
  if (map) in_.Require(node, "an entity", {"fields"});
}

void PolicyReader::ReadPermissions(const YamlNode& node, Permissions& allow) {
  allow = {.create = false, .update = false, .remove = false};
  in_.EachItem(node, "create, update and delete", [&](const YamlNode& item) {
    std::string text;
    if (!in_.Text(item, text)) return;
    if (text == "create") {
      allow.create = true;
    } else if (text == "update") {
      allow.update = true;
    } else if (text == "delete") {
      allow.remove = true;
    } else {
      in_.FailChoice(item.mark, text, kPermissions);
    }
  });
}

void PolicyReader::ReadAttachments(const YamlNode& node, AttachmentLimits& limits) {
  in_.EachKey(node, "attachments", kAttachmentKeys, [&](Word key, const YamlNode& value) {
    if (key == "types") {
      in_.Texts(value, "file types", limits.types);
      return;
    }
    std::int64_t bytes = 0;
    if (in_.Size(value, bytes)) (key == "total" ? limits.total : limits.max_size) = bytes;
  });
}

void PolicyReader::ReadExpectation(const YamlNode& node) {
  Expectation expectation;
  const auto record = [&](const YamlNode& value, std::string& out) {
    if (!in_.Text(value, out)) return;
    const std::size_t slash = out.find('/');
    if (slash != std::string::npos && slash > 0 && slash + 1 < out.size()) return;
    in_.Fail(value.mark, "bad-value", Quoted(out) + " does not name a record; write entity/id");
  };
  const bool map =
      in_.EachKey(node, "an expectation", kExpectKeys, [&](Word key, const YamlNode& value) {
        if (key == "as") {
          in_.Text(value, expectation.as);
        } else if (key == "includes") {
          record(value, expectation.includes);
        } else if (key == "excludes") {
          record(value, expectation.excludes);
        } else if (key == "entity") {
          in_.Name(value, expectation.entity);
        } else if (key == "at_most") {
          ReadCount(value, expectation.at_most);
        } else if (key == "at_least") {
          ReadCount(value, expectation.at_least);
        } else {
          ReadCount(value, expectation.exactly);
        }
      });
  if (!map) return;
  in_.Require(node, "an expectation", {"as"});
  const bool counts = NodeReader::Has(node, "at_most") || NodeReader::Has(node, "at_least") ||
                      NodeReader::Has(node, "exactly");
  const int kinds = NodeReader::Has(node, "includes") + NodeReader::Has(node, "excludes") +
                    NodeReader::Has(node, "entity");
  if (kinds != 1 || counts != NodeReader::Has(node, "entity")) {
    in_.Fail(
        node.mark, "bad-value",
        "an expectation says one of: includes a record, excludes a record, or how many records "
        "of an entity there are (entity with at_most, at_least or exactly)");
  }
  policy_.expect.push_back(std::move(expectation));
}

}  // namespace

ReadPolicy ParsePolicy(std::string_view yaml) {
  ReadPolicy result;
  const YamlDocument document = ParseYaml(yaml);
  result.comments = document.comments;
  for (const YamlProblem& problem : document.problems) {
    result.findings.push_back({.severity = Severity::kError,
                               .rule = std::string(problem.rule),
                               .mark = problem.mark,
                               .message = problem.message});
  }
  if (!document.complete) return result;
  if (document.root.kind == YamlNode::Kind::kNothing) {
    result.findings.push_back({.severity = Severity::kError,
                               .rule = "no-value",
                               .mark = {1, 1},
                               .message = "the file is empty; a policy begins with 'satchel: 1'"});
    return result;
  }
  PolicyReader(result).ReadRoot(document.root);
  const auto newer = std::find_if(result.findings.begin(), result.findings.end(),
                                  [](const Finding& f) { return f.rule == "format-version"; });
  // What else is unknown to us is no mistake there.
  if (newer != result.findings.end()) result.findings = {Finding(*newer)};
  std::stable_sort(result.findings.begin(), result.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.mark < b.mark; });
  return result;
}

}  // namespace satchel
