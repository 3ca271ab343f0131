#include <array>
#include <utility>

#include "policy/model/keywords.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/capital.h"
#include "policy/wording/expectation_words.h"
#include "policy/wording/sentence.h"

namespace satchel {

namespace {

std::string Count(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string StyleWords(SyncStyle style) {
  return style == SyncStyle::kForeground ? "in the foreground" : "in the background";
}

std::string ConflictWords(ConflictRule rule) {
  switch (rule) {
    case ConflictRule::kServerWins:
      return "the server's version wins";
    case ConflictRule::kDeviceWins:
      return "the fields changed on the device win";
    case ConflictRule::kDeviceWinsFull:
      return "the device's whole record wins";
    case ConflictRule::kManual:
      return "the user decides";
  }
  return {};
}

std::string SwitchWords(SwitchRule rule) {
  switch (rule) {
    case SwitchRule::kNothing:
      return "nothing happens";
    case SwitchRule::kInform:
      return "the user is asked whether to synchronise";
    case SwitchRule::kForce:
      return "a foreground sync must succeed first";
  }
  return {};
}

std::string AllowWords(const Permissions& allow) {
  std::vector<std::string> may;
  if (allow.create) may.push_back("create");
  if (allow.update) may.push_back("update");
  if (allow.remove) may.push_back("delete");
  if (may.empty()) return "read only";
  return "the app may " + Join(may, ", ");
}

std::string ProjectParagraph(const Policy& policy) {
  const Project& project = policy.project;
  std::string text = (project.title.empty() ? project.name : project.title) + "\n";
  if (!project.notes.empty()) text += project.notes + "\n";
  text += project.roles.empty() ? "For everyone" : "For the roles " + Join(project.roles, ", ");
  if (project.priority != 0) text += ", with priority " + std::to_string(project.priority);
  return text + ".\n";
}

std::string EntityParagraph(const Entity& entity, const Schema* schema) {
  std::string text = EntityLabel(entity.name, schema) + " (" + entity.name + ")\n";
  if (entity.mode == DeviceMode::kOnline) {
    text += "  Read live from the server, never stored on the device; " + AllowWords(entity.allow) +
            ".\n";
  } else {
    text += "  " + ToString(Describe(QueryOf(entity), schema)) + ".\n";
    text += "  " +
            (entity.all_fields ? std::string("All fields")
                               : Count(entity.fields.size(), "field", "fields")) +
            "; " + AllowWords(entity.allow) + ".\n";
  }
  if (entity.always_full) text += "  Downloaded in full at every sync.\n";
  if (entity.conflict) text += "  In a conflict " + ConflictWords(*entity.conflict) + ".\n";
  if (const auto& limits = entity.attachments; limits && *limits != AttachmentLimits{}) {
    std::vector<std::string> parts;
    if (limits->max_size) parts.push_back("up to " + PrintSize(*limits->max_size) + " each");
    if (!limits->types.empty()) parts.push_back("only " + Join(limits->types, ", "));
    if (limits->total) parts.push_back("up to " + PrintSize(*limits->total) + " together");
    text += "  Attachments: " + Join(parts, "; ") + ".\n";
  }
  if (!entity.notes.empty()) text += "  Note: " + entity.notes + "\n";
  return text;
}

std::string TriggersParagraph(const Policy& policy, const Schema* schema) {
  const Triggers& triggers = policy.triggers;
  std::string text = "Synchronisation\n  By hand: " + StyleWords(policy.sync.style) + ".\n";
  std::vector<std::string> lines;
  if (const auto& start = triggers.on_start) {
    std::string line = "when the app starts";
    if (start->style) line += ", " + StyleWords(*start->style);
    if (start->skip_if_synced_within) {
      line += ", unless it synchronised within " + SpokenDuration(*start->skip_if_synced_within);
    }
    lines.push_back(line);
  }
  if (const auto& change = triggers.on_change) {
    const std::string what = change->watch == Watch::kServer   ? "on the server"
                             : change->watch == Watch::kDevice ? "on the device"
                                                               : "on the server or the device";
    std::string line = "when records change " + what;
    std::vector<std::string> watched;
    for (const std::string& entity : change->entities) {
      watched.push_back(EntityLabel(entity, schema));
    }
    if (!watched.empty()) line += " (" + Join(watched, ", ") + ")";
    if (change->poll) line += ", looked for every " + SpokenDuration(*change->poll);
    lines.push_back(line);
  }
  if (const auto& save = triggers.on_save) {
    lines.push_back(save->delay ? SpokenDuration(*save->delay) + " after the user saves"
                                : "after the user saves");
  }
  if (triggers.every) {
    lines.push_back("every " + SpokenDuration(*triggers.every) +
                    (triggers.retry_on_reconnect
                         ? ", and once the connection returns when one was missed"
                         : ""));
  }
  if (lines.empty()) {
    text += "  By itself: never.\n";
  } else {
    text += "  By itself, " + StyleWords(triggers.style) +
            (triggers.network == Network::kUnmetered ? " and on unmetered networks only" : "") +
            ":\n";
    for (const std::string& line : lines) text += "  - " + line + "\n";
  }
  text += "  In a conflict " + ConflictWords(policy.sync.conflict) + ".\n";
  return text + "  A change of entities or fields makes the next sync a foreground one, always.\n";
}

std::string ModesParagraph(const Modes& modes) {
  std::string text = "Modes\n  The app starts " +
                     std::string(modes.start_in == DeviceMode::kOffline ? "offline" : "online") +
                     "; the user " + (modes.user_may_switch ? "may" : "may not") + " switch.\n";
  text += "  Before going online " + SwitchWords(modes.before_online) + ".\n";
  return text + "  Before going offline " + SwitchWords(modes.before_offline) + ".\n";
}

std::string BudgetsParagraph(const Budgets& budgets) {
  std::vector<std::string> parts;
  if (budgets.records) parts.push_back("at most " + HumanCount(*budgets.records) + " records");
  if (budgets.bytes) parts.push_back("at most " + PrintSize(*budgets.bytes) + " on the device");
  if (budgets.first_sync) {
    std::string part = "a first sync of at most " + SpokenDuration(*budgets.first_sync);
    if (budgets.network) {
      part += " at " + SpokenBandwidth(budgets.network->bits_per_second) + " and " +
              std::to_string(budgets.network->latency.count()) + " ms";
    }
    parts.push_back(part);
  }
  return parts.empty() ? "" : "\nBudgets\n  " + Capital(Join(parts, "; ")) + ".\n";
}

// "Everybody with the role Technician", or the user as written.
std::string WhoWords(const std::string& as) {
  constexpr std::string_view kRole = "role/";
  if (as.empty()) return "Somebody who is not named yet";
  if (!as.starts_with(kRole)) return as;
  return "Everybody with the role " + as.substr(kRole.size());
}

}  // namespace

std::string ExpectationWords(const Expectation& expectation, const Schema* schema) {
  const std::string who = WhoWords(expectation.as);
  if (!expectation.includes.empty()) return who + " has the record " + expectation.includes;
  if (!expectation.excludes.empty())
    return who + " does not have the record " + expectation.excludes;
  std::vector<std::string> bounds;
  if (expectation.exactly) bounds.push_back("exactly " + HumanCount(*expectation.exactly));
  if (expectation.at_least) bounds.push_back("at least " + HumanCount(*expectation.at_least));
  if (expectation.at_most) bounds.push_back("at most " + HumanCount(*expectation.at_most));
  // As the bound said last: "at least 1 and at most 20 records".
  const std::int64_t last = expectation.at_most    ? *expectation.at_most
                            : expectation.at_least ? *expectation.at_least
                                                   : expectation.exactly.value_or(0);
  return who + " has " + Join(bounds, " and ") + (last == 1 ? " record of " : " records of ") +
         EntityLabel(expectation.entity, schema);
}

std::string DescribePolicy(const Policy& policy, const Schema* schema) {
  std::string text = ProjectParagraph(policy) + "\n";
  for (const Entity& entity : policy.entities) text += EntityParagraph(entity, schema) + "\n";
  text += TriggersParagraph(policy, schema) + "\n" + ModesParagraph(policy.modes) +
          BudgetsParagraph(policy.budgets);
  if (!policy.expect.empty()) {
    text += "\nExpectations\n";
    for (const Expectation& expectation : policy.expect)
      text += "  " + ExpectationWords(expectation, schema) + ".\n";
  }
  return text;
}

}  // namespace satchel
