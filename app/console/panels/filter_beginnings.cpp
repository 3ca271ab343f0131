#include "app/console/panels/filter_beginnings.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/console/panels/live_count.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

constexpr float kCardWidth = 224;
constexpr float kCardHeight = 108;

// What no filter means, with the last preview's number where it still holds.
std::string Consequence(const AppState& state, const Entity& entity) {
  if (LiveCountFresh(state, entity)) {
    return "Without one, all " + HumanCount(LiveCountOf(state, entity)->matched) +
           " records that " + UserWords(state) + " may read go to the device.";
  }
  for (const EntityRow& row : EntityRows(state)) {
    if (row.name != entity.name || !row.records || row.stale || row.cut) continue;
    return "Without one, all " + HumanCount(*row.records) + " records that " +
           state.preview.result->as_name + " may read go to the device.";
  }
  return "Without one, every record that the user may read goes to the device.";
}

}  // namespace

FilterBeginning DrawFilterBeginnings(Ui& ui, const AppState& state, const Entity& entity,
                                     const Rect& area) {
  struct Way {
    const char* id;
    const char* title;
    const char* text;
    const char* glyph;
    int hue;
    const char* field;  // The entity must have it; none: any entity will do.
    Operator op;
    const char* value;
  };
  static constexpr std::array<Way, 4> kWays = {{
      {"owned", "Owned by the user", "Owner is the user or one of the user's teams.", icon::kPerson,
       0, "ownerid", Operator::kEqUserOrUserTeams, ""},
      {"recent", "Recently changed", "Modified in the last 90 days.", icon::kSchedule, 1,
       "modifiedon", Operator::kLastXDays, "90"},
      {"active", "Active ones", "Status is Active.", icon::kCheckCircle, 4, "statecode",
       Operator::kEq, "0"},
      {"related", "With a related record", "An account with an open opportunity, say.", icon::kLink,
       2, nullptr, Operator::kNotNull, ""},
  }};
  const Theme& t = ui.theme;
  FilterBeginning begun;
  const EntitySchema* schema =
      state.connection.schema ? state.connection.schema->Find(entity.name) : nullptr;
  std::vector<const Way*> ways;
  for (const Way& way : kWays) {
    const bool has =
        way.field == nullptr || schema == nullptr || schema->Find(way.field) != nullptr;
    if (has) ways.push_back(&way);
  }
  // Three fit; who has an owner asks for that before the state.
  if (ways.size() > 3) ways.erase(ways.begin() + 2);

  const bool tall = area.height() > 420;
  float y = area.y0 + (tall ? std::min(area.height() * 0.14F, 90.0F) : 12.0F);
  if (tall) {
    ui.Dot({area.cx(), y + 40}, 40, t.accent_soft);
    ui.Icon(ui.fonts.icon28, t.accent, {area.cx(), y + 40}, icon::kFilterAlt);
    y += 100;
  }
  ui.Centre(ui.fonts.heading, t.text, {area.cx(), y + 10},
            Shortened(ui.fonts.heading, EntityWords(state, entity.name) + " has no filter yet",
                      area.width() - 32));
  y += 28;
  y += ui.WrappedCentre(ui.fonts.body, t.text2, {area.cx(), y}, area.width() - 32,
                        Consequence(state, entity)) +
       24;
  const auto count = static_cast<float>(ways.size());
  const float each =
      std::floor(std::min(kCardWidth, (area.width() - 32 - kGap * (count - 1)) / count));
  float x = std::floor(area.cx() - (each * count + kGap * (count - 1)) / 2);
  for (const Way* way : ways) {
    const Rect card = At(x, y, each, kCardHeight);
    const Press press = ui.Hit(std::string("filter/begin/") + way->id, card, kCardRadius + 2);
    ui.Card(card);
    if (press.hovered) {
      ui.Fill(card, t.hover, kCardRadius);
      ui.Frame(card, t.accent_fill, kCardRadius, 1.4F);
    }
    ui.Tile({card.x0 + 14, card.y0 + 14}, 32, way->glyph, t.Hue(way->hue));
    ui.Fit(ui.fonts.semibold, t.text, card.x0 + 56, card.y0 + 30, each - 66, way->title);
    ui.Wrapped(ui.fonts.small, t.text2, {card.x0 + 14, card.y0 + 58}, each - 28, way->text);
    if (press.clicked && way->field == nullptr) begun.related = true;
    if (press.clicked && way->field != nullptr) {
      Condition condition{.field = way->field, .op = way->op};
      if (way->value[0] != '\0') condition.values = {way->value};
      begun.condition = std::move(condition);
      begun.name = std::string("Begin with ") + way->title;
    }
    x += each + kGap;
  }
  begun.bottom = y + kCardHeight;
  return begun;
}

}  // namespace satchel
