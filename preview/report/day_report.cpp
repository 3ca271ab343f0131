#include "preview/report/day_report.h"

#include <array>
#include <nlohmann/json.hpp>

#include "policy/model/keywords.h"
#include "policy/support/units.h"
#include "preview/report/text_table.h"

namespace satchel {

namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const DayTotals& totals) {
  return {{"foreground", totals.foreground}, {"background", totals.background},
          {"failed", totals.failed},         {"suppressed", totals.suppressed},
          {"questions", totals.questions},   {"refused", totals.refused},
          {"polls", totals.polls},           {"blocked_seconds", totals.blocked.count()}};
}

bool Empty(const DayTotals& totals) {
  return totals == DayTotals{};
}

std::string Style(const DayRow& row) {
  return row.style ? std::string(Keyword(*row.style)) : std::string();
}

std::string Line(const DayRow& row) {
  std::string line = PrintTimeOfDay(row.at) + "  " + Padded(std::string(Name(row.kind)), 10) +
                     "  " + Padded(Style(row), 10) + "  ";
  std::string text = row.trigger;
  if (!row.text.empty()) text += (text.empty() ? "" : ": ") + row.text;
  line += text;
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string TotalsLine(const std::string& name, const DayTotals& totals) {
  std::string line = Padded(name, 8);
  for (const int count : {totals.foreground, totals.background, totals.failed, totals.suppressed,
                          totals.questions, totals.refused, totals.polls}) {
    line += Padded(std::to_string(count), 12, Align::kRight);
  }
  return line + Padded(std::to_string(totals.blocked.count()) + " s", 12, Align::kRight) + "\n";
}

}  // namespace

std::string DayJson(const std::string& policy_name, const SimulatedDay& day) {
  Json rows = Json::array();
  for (const DayRow& row : day.rows) {
    rows.push_back({{"at", PrintTimeOfDay(row.at)},
                    {"kind", Name(row.kind)},
                    {"trigger", row.trigger},
                    {"style", Style(row)},
                    {"text", row.text}});
  }
  Json hours = Json::array();
  for (std::size_t hour = 0; hour < day.hours.size(); ++hour) {
    if (Empty(day.hours[hour])) continue;
    Json json = {{"hour", hour}};
    json.update(ToJson(day.hours[hour]));
    hours.push_back(std::move(json));
  }
  const Json json = {{"policy", policy_name},
                     {"rows", std::move(rows)},
                     {"hours", std::move(hours)},
                     {"totals", ToJson(day.totals)},
                     {"unsent", day.unsent}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string DayTable(const SimulatedDay& day) {
  std::string text;
  for (const DayRow& row : day.rows) text += Line(row);
  text += "\n" + Padded("Hour", 8);
  for (const char* title : {"foreground", "background", "failed", "suppressed", "asked", "refused",
                            "polls", "blocked"}) {
    text += Padded(title, 12, Align::kRight);
  }
  text += "\n";
  for (std::size_t hour = 0; hour < day.hours.size(); ++hour) {
    if (Empty(day.hours[hour])) continue;
    text += TotalsLine(PrintTimeOfDay(std::chrono::hours(hour)).substr(0, 5), day.hours[hour]);
  }
  text += TotalsLine("Day", day.totals);
  if (day.unsent > 0) {
    text += "\n" + std::to_string(day.unsent) + (day.unsent == 1 ? " save is" : " saves are") +
            " still on the device only.\n";
  }
  return text;
}

}  // namespace satchel
