#include "preview/day/day_script.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "policy/support/text.h"
#include "policy/yaml/node_reader.h"

namespace satchel {

namespace {

using Word = std::string_view;

constexpr std::array<Word, 16> kKinds = {
    "start",         "stop",         "return",       "save",          "open-edit", "close-edit",
    "server-change", "connection",   "metered",      "no-connection", "sync",      "go-online",
    "go-offline",    "server-fails", "server-works", "publish"};
constexpr std::array<Word, 5> kRootKeys = {"events", "last_sync", "sync_takes", "until", "seed"};
constexpr std::array<Word, 6> kEventKeys = {"at",     "do",         "entity",
                                            "answer", "structural", "retry_after"};
constexpr std::array<Word, 3> kAnswers = {"sync", "skip", "stay"};
constexpr Seconds kDay = std::chrono::hours(24);

class DayReader {
 public:
  explicit DayReader(ReadPolicy& result) : in_(result) {}

  void Read(const YamlNode& node, DayScript& script) {
    const bool map = in_.EachKey(node, "a day", kRootKeys, [&](Word key, const YamlNode& value) {
      if (key == "events") {
        in_.EachItem(value, "events", [&](const YamlNode& item) { ReadEvent(item, script); });
      } else if (key == "last_sync") {
        in_.Duration(value, Seconds(0), script.last_sync.emplace());
      } else if (key == "sync_takes") {
        in_.Duration(value, Seconds(1), script.sync_takes);
      } else if (key == "until") {
        ReadTime(value, script.until);
      } else {
        std::int64_t seed = 0;
        if (in_.Int(value, 0, 1'000'000'000, seed)) script.seed = static_cast<std::uint64_t>(seed);
      }
    });
    if (map) in_.Require(node, "a day", {"events"});
    std::stable_sort(script.events.begin(), script.events.end(),
                     [](const DayEvent& a, const DayEvent& b) { return a.at < b.at; });
  }

 private:
  void ReadTime(const YamlNode& node, Seconds& time) {
    std::string text;
    if (!in_.Text(node, text)) return;
    if (const auto read = ParseTimeOfDay(text)) {
      time = *read;
      return;
    }
    in_.Fail(node.mark, "bad-value", Quoted(text) + " is no time of day: write 07:30, up to 24:00");
  }

  void ReadEvent(const YamlNode& node, DayScript& script) {
    DayEvent event = {.mark = node.mark};
    const bool map =
        in_.EachKey(node, "an event", kEventKeys, [&](Word key, const YamlNode& value) {
          std::string text;
          if (key == "at") {
            ReadTime(value, event.at);
          } else if (key == "do") {
            if (!in_.Text(value, text)) return;
            const auto at = std::find(kKinds.begin(), kKinds.end(), text);
            if (at == kKinds.end()) return in_.FailChoice(value.mark, text, kKinds);
            event.kind = static_cast<DayEvent::Kind>(at - kKinds.begin());
          } else if (key == "entity") {
            in_.Name(value, event.entity);
          } else if (key == "answer") {
            if (!in_.Text(value, text)) return;
            const auto answer = modes::FindChoice(text);
            if (!answer) return in_.FailChoice(value.mark, text, kAnswers);
            event.answer = *answer;
          } else if (key == "structural") {
            in_.Bool(value, event.structural);
          } else {
            in_.Duration(value, Seconds(1), event.retry_after.emplace());
          }
        });
    if (!map) return;
    in_.Require(node, "an event", {"at", "do"});
    script.events.push_back(std::move(event));
  }

  NodeReader in_;
};

DayEvent At(const char* time, DayEvent::Kind kind) {
  return {.at = ParseTimeOfDay(time).value_or(Seconds(0)), .kind = kind};
}

}  // namespace

std::string_view Name(DayEvent::Kind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

std::optional<Seconds> ParseTimeOfDay(std::string_view text) {
  std::int64_t seconds = 0;
  const std::vector<std::string_view> parts = Split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i) {
    std::int64_t number = 0;
    if (i < parts.size()) {
      const std::string_view part = parts[i];
      if (part.empty() || part.size() > 2) return std::nullopt;
      for (const char c : part) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
      }
      if (i > 0 && number > 59) return std::nullopt;
    }
    seconds = seconds * 60 + number;
  }
  if (Seconds(seconds) > kDay) return std::nullopt;
  return Seconds(seconds);
}

std::string PrintTimeOfDay(Milliseconds since_midnight) {
  const std::int64_t seconds = std::chrono::floor<Seconds>(since_midnight).count();
  char text[32] = {};
  std::snprintf(text, sizeof text, "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return text;
}

ReadDay ParseDayScript(std::string_view yaml) {
  ReadDay result;
  const YamlDocument document = ParseYaml(yaml);
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
                               .message = "the file is empty; a day has a list of 'events'"});
    return result;
  }
  // The reader of policy files collects findings into one of these; nothing else of it is used.
  ReadPolicy collected;
  DayReader(collected).Read(document.root, result.script);
  for (Finding& finding : collected.findings) result.findings.push_back(std::move(finding));
  std::stable_sort(result.findings.begin(), result.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.mark < b.mark; });
  return result;
}

std::vector<Finding> CheckDayScript(const DayScript& script, const Policy& policy) {
  std::vector<std::string> names;
  for (const Entity& entity : policy.entities) names.push_back(entity.name);
  std::vector<Finding> findings;
  for (const DayEvent& event : script.events) {
    if (event.entity.empty() || policy.Find(event.entity)) continue;
    const std::string near = Nearest(event.entity, names);
    findings.push_back({.rule = "unknown-entity",
                        .entity = event.entity,
                        .mark = event.mark,
                        .message = Quoted(event.entity) + " is no entity of the policy" +
                                   (near.empty() ? " (name one of it, or leave 'entity' away)"
                                                 : "; did you mean " + Quoted(near) + "?")});
  }
  return findings;
}

DayScript UsualDay(const Policy& policy) {
  using Kind = DayEvent::Kind;
  DayScript script = {.last_sync = std::chrono::hours(7),  // Yesterday at 17:00.
                      .until = std::chrono::hours(18)};
  const auto add = [&](DayEvent event) { script.events.push_back(std::move(event)); };
  add(At("07:30", Kind::kStart));
  add(At("07:41", Kind::kOpenEdit));
  add(At("07:43", Kind::kSave));
  add(At("07:43", Kind::kCloseEdit));
  add(At("08:05", Kind::kNoConnection));  // On the road.
  add(At("08:20", Kind::kSave));
  add(At("08:52", Kind::kConnection));
  add(At("09:30", Kind::kServerChange));
  add(At("10:00", Kind::kSync));
  add(At("10:30", Kind::kServerFails));
  add(At("10:31", Kind::kSave));
  add(At("11:10", Kind::kServerWorks));
  DayEvent online = At("11:30", Kind::kGoOnline);
  online.answer = modes::Choice::kSync;
  DayEvent offline = At("11:45", Kind::kGoOffline);
  offline.answer = modes::Choice::kSkip;
  if (policy.modes.start_in == DeviceMode::kOnline) std::swap(online.kind, offline.kind);
  add(online);
  add(offline);
  add(At("12:00", Kind::kStop));
  add(At("12:45", Kind::kStart));
  add(At("13:10", Kind::kMetered));
  add(At("14:00", Kind::kConnection));
  add(At("14:20", Kind::kPublish));
  add(At("14:25", Kind::kOpenEdit));
  add(At("15:05", Kind::kSave));
  add(At("15:05", Kind::kCloseEdit));
  add(At("16:00", Kind::kReturn));
  add(At("17:00", Kind::kStop));
  return script;
}

}  // namespace satchel
