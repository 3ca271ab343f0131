#include "app/console/panels/filter_checks.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string_view>

#include "app/console/panels/finding_words.h"
#include "app/console/selectors.h"
#include "policy/model/limits.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

// What is in a filter, wherever it stands.
struct Parts {
  bool patterns = false;  // Conditions by which a server may have to read every record.
  std::set<std::string> linked = {};

  void Add(const Group& group) {
    for (const Node& node : group.nodes) {
      if (const auto* condition = std::get_if<Condition>(&node.item)) Add(*condition);
      if (const auto* inner = std::get_if<Group>(&node.item)) Add(*inner);
      if (const auto* link = std::get_if<Link>(&node.item)) Add(*link);
    }
  }
  void Add(const Link& link) {
    linked.insert(link.entity);
    Add(link.filter);
    for (const Link& inner : link.links) Add(inner);
  }
  void Add(const Condition& condition) {
    patterns = patterns || Info(condition.op).operand == Operand::kPattern;
  }
};

Parts PartsOf(const Entity& entity) {
  Parts parts;
  parts.Add(entity.filter);
  for (const Link& link : entity.links) parts.Add(link);
  return parts;
}

// The rules that found something in the filter, its links, order and cap; not in the entity's
// fields and settings.
std::set<std::string_view> BrokenRules(const AppState& state, const std::string& entity) {
  std::set<std::string_view> rules;
  const std::string path = "entities." + entity + ".";
  for (const Finding& finding : state.study.findings) {
    if (!finding.path.starts_with(path)) continue;
    const std::string_view rest = std::string_view(finding.path).substr(path.size());
    if (rest.starts_with("filter") || rest.starts_with("links") || rest.starts_with("order") ||
        rest.starts_with("max_records")) {
      rules.insert(finding.rule);
    }
  }
  return rules;
}

class Checks {
 public:
  Checks(const AppState& state, const Entity& entity)
      : state_(state),
        entity_(entity),
        parts_(PartsOf(entity)),
        size_(Measure(QueryOf(entity))),
        broken_(BrokenRules(state, entity.name)) {}

  std::vector<FilterCheck> Make() {
    if (size_.conditions == 0 && !entity_.max_records) return {};
    CheckFit();
    CheckSense();
    CheckPatterns();
    CheckLinked();
    CheckCap();
    CheckLimits();
    CheckPreview();
    return std::move(checks_);
  }

 private:
  void Pass(std::string title, std::string detail) {
    checks_.push_back({true, std::move(title), std::move(detail)});
  }
  void Note(std::string title, std::string detail) {
    checks_.push_back({false, std::move(title), std::move(detail)});
  }
  [[nodiscard]] bool Found(std::initializer_list<std::string_view> rules) const {
    return std::any_of(rules.begin(), rules.end(),
                       [&](std::string_view rule) { return broken_.contains(rule); });
  }

  void CheckFit() {
    if (size_.conditions == 0) return;
    if (Found({"wrong-arity", "bad-literal", "bad-valueof", "unknown-alias", "duplicate-alias",
               "alias-not-joined", "join-in-filter", "unknown-entity", "unknown-field",
               "operator-type", "unknown-choice", "valueof-types", "no-hierarchy", "link-types"})) {
      return;
    }
    const auto& schema = state_.connection.schema;
    const bool known = schema && schema->Find(entity_.name) != nullptr &&
                       std::all_of(parts_.linked.begin(), parts_.linked.end(),
                                   [&](const std::string& name) { return schema->Find(name); });
    if (known) {
      Pass("Fields, operators and values fit", CheckedWords(state_) + ".");
    } else {
      Pass("Every condition is complete",
           "Without a server, fields and their types are not checked.");
    }
  }

  void CheckSense() {
    const int conditions = size_.conditions - size_.links;
    if (conditions < 2 || Found({"unreachable", "always-true", "duplicate-condition"})) return;
    Pass("No contradiction found", "Nor a condition that is there twice, or always true.");
  }

  void CheckPatterns() {
    if (!parts_.patterns || Found({"slow-like"})) return;
    Pass("No pattern begins with a wildcard", "The server need not read every record for one.");
  }

  // A linked entity that is not kept decides here all the same.
  void CheckLinked() {
    std::vector<std::string> offline;
    for (const std::string& name : parts_.linked) {
      const std::string words = EntityWords(state_, name);
      const Entity* kept = state_.draft.current().Find(name);
      if (kept == nullptr) {
        Note(words + " is not in this project",
             "It decides here, but the app does not have its records.");
      } else if (kept->mode == DeviceMode::kOnline) {
        Note(words + " is online only", "It decides here; the app reads its records live.");
      } else {
        offline.push_back(words);
      }
    }
    if (offline.size() == 1) {
      Pass("The linked entity is kept, too", offline[0] + " is offline in this project.");
    } else if (!offline.empty()) {
      Pass("Linked entities are kept, too",
           Enumerated(std::move(offline)) + " are offline in this project.");
    }
  }

  void CheckCap() {
    if (!entity_.max_records || entity_.order.empty() ||
        Found({"order-missing", "unknown-field", "unknown-alias"}))
      return;
    const OrderItem& first = entity_.order.front();
    std::string by = first.entity.empty() ? FieldWords(state_, entity_.name, first.field)
                                          : first.entity + " › " + first.field;
    if (entity_.order.size() > 1) by += " and more";
    Pass("An order says which records stay", "The first " + HumanCount(*entity_.max_records) +
                                                 " by " + by +
                                                 (first.descending ? ", highest first." : "."));
  }

  void CheckLimits() {
    if (Found({"too-many-links", "too-many-conditions", "too-deep"})) return;
    if (size_.conditions == 0) return;
    std::string detail = HumanCount(size_.conditions) + " of " + HumanCount(kMaxConditions);
    // Servers count both together; a number of conditions alone stands above the tree.
    detail += size_.links > 0 ? " conditions and links, " + HumanCount(size_.links) + " of " +
                                    HumanCount(kMaxLinks) + " links."
                              : std::string(" conditions.");
    Pass("Within what servers accept", detail);
  }

  // What the last preview found, while it is about this very draft.
  void CheckPreview() {
    const auto& result = state_.preview.result;
    if (!result || result->mode != "full" || PreviewStale(state_)) return;
    if (entity_.mode != DeviceMode::kOffline) return;
    for (const EntityPreview& preview : result->entities) {
      if (preview.name != entity_.name) continue;
      if (preview.filtered_on_device) {
        Note("The device finishes the filter",
             "The server cannot apply all of it, and sent more than is kept.");
      } else if (size_.conditions > 0) {
        Pass("The server applies the whole filter",
             "In the last preview, as " + result->as_name + ".");
      }
    }
    const auto& most = state_.draft.current().budgets.records;
    if (!most || result->records > *most) return;  // Else it is among the findings of Publish.
    Pass("Within the budget of records", HumanCount(result->records) + " of " + HumanCount(*most) +
                                             " in all, as " + result->as_name + ".");
  }

  const AppState& state_;
  const Entity& entity_;
  Parts parts_;
  QuerySize size_;
  std::set<std::string_view> broken_;
  std::vector<FilterCheck> checks_;
};

}  // namespace

std::vector<FilterCheck> ChecksOf(const AppState& state, const Entity& entity) {
  return Checks(state, entity).Make();
}

std::vector<std::string> LinkedEntities(const Entity& entity) {
  const std::set<std::string> linked = PartsOf(entity).linked;
  return {linked.begin(), linked.end()};
}

}  // namespace satchel
