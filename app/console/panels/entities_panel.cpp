#include "app/console/panels/entities_panel.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "app/console/panels/finding_words.h"
#include "app/console/panels/policy_words.h"
#include "app/console/widgets/two_lines.h"
#include "engine/record/text_order.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

std::string Entities(int count) {
  return HumanCount(count) + (count == 1 ? " entity" : " entities");
}

}  // namespace

bool EntitiesPanel::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                         bool details) {
  const Theme& t = ui.theme;
  const Counts counts = CountAll(state);
  bool wants_details = false;
  area = {area.x0 + kPage, area.y0 + 20, area.x1 - kPage, area.y1 - 20};
  const Rect head = area.CutTop(56);
  ui.Text(ui.fonts.display, t.text, {head.x0, head.y0}, "Entities");
  const auto on_server = static_cast<int>(state.connection.entities.size());
  const std::string sub =
      on_server > 0 ? HumanCount(counts.entities) + " of " + HumanCount(on_server) +
                          " entities on the server are part of this project"
                    : Entities(counts.entities) + (counts.entities == 1 ? " is" : " are") +
                          " part of this project";
  ui.Fit(ui.fonts.body, t.text2, head.x0, head.y0 + 41, head.width() - 200, sub);
  float right = head.x1;
  if (details) {
    right -= 36;
    wants_details = ui.IconButton("entities/details", {right, head.y0 + 8}, icon::kViewSidebar,
                                  "Details of the selected entity");
  }
  const float add = ui.ButtonWidth("Add entity", true);
  right -= add + (details ? 8.0F : 0.0F);
  if (ui.Button("entities/add", {right, head.y0 + 8}, "Add entity", icon::kAdd,
                ButtonStyle::kSecondary, 0, on_server > 0,
                on_server > 0 ? "" : "The server lists them: connect to one on the start screen")) {
    add_.Open();
  }
  add_.Draw(ui, state, commands, {right + add, head.y0 + 44});

  area.y0 += 14;
  const bool low = area.height() < 560;
  DrawTiles(ui, state, area.CutTop(low ? 88 : 104));
  area.y0 += 20;

  std::erase_if(ticked_, [&](const std::string& name) {
    return state.draft.current().Find(name) == nullptr;
  });
  DrawTools(ui, state, commands, area.CutTop(32));
  area.y0 += 12;
  DrawTable(ui, state, commands, area);
  return wants_details;
}

// What is shown, or what to do with the entities that are ticked.
void EntitiesPanel::DrawTools(Ui& ui, const AppState& state, CommandQueue& commands,
                              const Rect& tools) {
  const Counts counts = CountAll(state);
  if (!ticked_.empty()) {
    float x = tools.x0;
    const std::string words = HumanCount(static_cast<std::int64_t>(ticked_.size())) + " selected";
    x += ui.Middle(ui.fonts.semibold, ui.theme.text, x + 4, tools.cy(), words) + 20;
    const auto change = [&](const std::string& name, const std::function<void(Entity&)>& how) {
      EditEntities edit;
      edit.name = name + " " + HumanCount(static_cast<std::int64_t>(ticked_.size())) +
                  (ticked_.size() == 1 ? " entity" : " entities");
      for (const std::string& entity : ticked_) {
        edit.next.push_back(*state.draft.current().Find(entity));
        how(edit.next.back());
      }
      commands.Push(std::move(edit));
    };
    const auto button = [&](const char* id, const char* text, const char* glyph) {
      const bool pressed = ui.Button(id, {x, tools.y0}, text, glyph);
      x += ui.ButtonWidth(text, true) + 8;
      return pressed;
    };
    if (button("entities/bulk/offline", "Offline", icon::kOfflineBolt)) {
      change("Set to offline:", [](Entity& entity) { entity.mode = DeviceMode::kOffline; });
    }
    if (button("entities/bulk/online", "Online", icon::kCloud)) {
      change("Set to online:", [](Entity& entity) { entity.mode = DeviceMode::kOnline; });
    }
    DrawBulkMenu(ui, {x, tools.y0}, change);
    x += ui.ButtonWidth("More…", true) + 8;
    if (button("entities/bulk/exclude", "Exclude", icon::kRemoveCircle)) {
      commands.Push(RemoveEntities{{ticked_.begin(), ticked_.end()}});
    }
    const float clear = ui.ButtonWidth("Clear", false);
    if (ui.Button("entities/bulk/clear", {tools.x1 - clear, tools.y0}, "Clear", nullptr,
                  ButtonStyle::kGhost)) {
      ticked_.clear();
    }
    return;
  }
  const std::vector<std::string> segments = {
      "All  " + HumanCount(counts.entities), "Offline  " + HumanCount(counts.offline),
      "Online only  " + HumanCount(counts.online), "Issues  " + HumanCount(counts.with_findings)};
  show_ = static_cast<Show>(
      ui.Segments("entities/show", {tools.x0, tools.y0}, segments, static_cast<int>(show_)));
  const float room = tools.x1 - (tools.x0 + ui.SegmentsWidth(segments) + 16);
  const float search = std::min(236.0F, room);
  ui.Input("entities/search", {tools.x1 - search, tools.y0, tools.x1, tools.y1}, &search_,
           "Filter entities", icon::kSearch, std::exchange(focus_search_, false));
}

// What else can be said of several at once.
void EntitiesPanel::DrawBulkMenu(
    Ui& ui, Point at,
    const std::function<void(const std::string&, const std::function<void(Entity&)>&)>& change) {
  if (ui.Button("entities/bulk/more", at, "More…", icon::kTune)) bulk_.Open("entities/bulk/more");
  const auto items = [] {
    std::vector<PickerItem> list = {
        {"read-only", "Read only", "The app may not create, update or delete", "", icon::kLock, -1},
        {"writable", "May be edited", "The app may create, update and delete", "", icon::kEdit, -1},
        {"uncapped", "No cap on records", "", "", icon::kRemove, -1},
        {"changes", "Download what changed", "The way the project says", "", icon::kSync, -1},
        {"full", "Download in full at every sync", "", "", icon::kSync, -1},
        {"rule", "Conflicts: as the project says", "", "", icon::kCallSplit, -1}};
    for (const PickerItem& rule : ItemsOf(ConflictRules())) {
      list.push_back(
          {"rule" + rule.value, "Conflicts: " + rule.title, rule.detail, "", icon::kCallSplit, -1});
    }
    return list;
  };
  const auto chosen = bulk_.Draw(ui, "entities/bulk/more", {at.x, at.y + 36}, 380, items);
  if (!chosen) return;
  if (*chosen == "read-only") {
    change("Make read only:", [](Entity& entity) { entity.allow = {false, false, false}; });
  } else if (*chosen == "writable") {
    change("Allow to edit:", [](Entity& entity) { entity.allow = {true, true, true}; });
  } else if (*chosen == "uncapped") {
    change("Uncap", [](Entity& entity) { entity.max_records.reset(); });
  } else if (*chosen == "changes" || *chosen == "full") {
    const bool full = *chosen == "full";
    change(full ? "Always download all of" : "Download changes of",
           [full](Entity& entity) { entity.always_full = full; });
  } else if (*chosen == "rule") {
    change("Conflicts as the project says:", [](Entity& entity) { entity.conflict.reset(); });
  } else {
    const auto rule = FromItem<ConflictRule>(chosen->substr(4));
    change("Change the conflict rule of", [rule](Entity& entity) { entity.conflict = rule; });
  }
}

void EntitiesPanel::DrawTiles(Ui& ui, const AppState& state, Rect row) {
  const Theme& t = ui.theme;
  const Counts counts = CountAll(state);
  const float width = std::floor((row.width() - 3 * kGap) / 4);
  const bool low = row.height() < 100;
  const auto tile = [&](int index, const char* title) {
    const Rect r =
        At(row.x0 + static_cast<float>(index) * (width + kGap), row.y0, width, row.height());
    ui.Card(r);
    ui.Fit(ui.fonts.small_medium, t.text2, r.x0 + 16, r.y0 + 21, width - 32, title);
    return r;
  };
  const auto number = [&](const Rect& r, const std::string& value, const std::string& unit) {
    const float w =
        ui.Middle(ui.fonts.number, t.text, r.x0 + 16, r.y0 + (low ? 46.0F : 51.0F), value);
    ui.Fit(ui.fonts.small, t.text3, r.x0 + 16 + w + 8, r.y0 + (low ? 50.0F : 55.0F),
           r.x1 - 8 - (r.x0 + 24 + w), unit);
  };
  const auto caption = [&](const Rect& r, Color ink, const std::string& text) {
    ui.Fit(ui.fonts.caption, ink, r.x0 + 16, r.y1 - 16, width - 32, text);
  };
  const auto& result = state.preview.result;
  const bool stale = PreviewStale(state);
  const std::string whose =
      result ? (stale ? "Out of date: the draft changed" : "As " + result->as_name)
             : "No preview yet";
  const Color whose_ink = stale ? t.warn.fg : t.text3;

  {
    const Rect r = tile(0, "Records on the device");
    number(r, result ? HumanCount(result->records) : "—", "");
    caption(r, whose_ink, whose);
    if (result && result->records > 0 && width > 190) {
      // Where they come from: one bar per entity, largest first.
      std::vector<const EntityPreview*> largest;
      for (const auto& entity : result->entities) {
        if (entity.records > 0) largest.push_back(&entity);
      }
      std::sort(largest.begin(), largest.end(),
                [](const auto* a, const auto* b) { return a->records > b->records; });
      const float step = 9;
      const float base = r.y0 + (low ? 60.0F : 68.0F);
      const auto most = std::min<std::size_t>(largest.size(), width > 240 ? 9 : 6);
      float x = r.x1 - 16 - static_cast<float>(most) * step;
      for (std::size_t i = 0; i < most; ++i) {
        const auto share = static_cast<float>(std::sqrt(static_cast<double>(largest[i]->records) /
                                                        static_cast<double>(largest[0]->records)));
        const float h = std::max(3.0F, (low ? 20.0F : 30.0F) * share);
        ui.Fill({x, base - h, x + 6, base}, t.Hue(LookOf(largest[i]->name).hue), 2);
        x += step;
      }
    }
  }
  {
    const Rect r = tile(1, "Size on the device");
    const auto& budget = state.draft.current().budgets.bytes;
    std::string value = "—";
    std::string unit;
    if (result) {
      const std::string size = HumanSize(result->bytes_on_device);
      const auto space = size.find(' ');
      value = size.substr(0, space);
      unit = space == std::string::npos ? "" : size.substr(space + 1);
    }
    number(r, value, unit);
    if (result && budget && *budget > 0) {
      const double share =
          static_cast<double>(result->bytes_on_device) / static_cast<double>(*budget);
      const Tone& tone = share > 1 ? t.err : share > 0.8 ? t.warn : t.ok;
      if (!low) ui.Bar(At(r.x0 + 16, r.y0 + 71, width - 32, 4), share, tone.fill);
      caption(r, tone.fg,
              (share > 1 ? "Over the budget of " : "Of a budget of ") + HumanSize(*budget));
    } else {
      caption(r, whose_ink, whose);
    }
  }
  {
    const Rect r = tile(2, "Offline entities");
    number(r, HumanCount(counts.offline), "of " + HumanCount(counts.entities));
    caption(r, t.text3,
            counts.entities == 0 ? "None in the project yet"
            : counts.online == 0 ? "All are kept on the device"
                                 : HumanCount(counts.online) + " read online only");
    const int shown = std::min(counts.entities, 21);
    const int per_row = std::clamp(shown, 1, 7);
    if (width > 210 && counts.entities <= 21) {
      for (int i = 0; i < shown; ++i) {
        const auto column = static_cast<float>(i % per_row);
        const auto line = static_cast<float>(i / per_row);
        const Rect cell = At(r.x1 - 13 - static_cast<float>(per_row) * 12 + column * 12,
                             r.y0 + 34 + line * 12, 9, 9);
        ui.Fill(cell, i < counts.offline ? t.accent_fill : t.neutral.fill, 2.5F);
      }
    }
  }
  {
    const Rect r = tile(3, "Policy check");
    const int findings = counts.errors + counts.warnings;
    number(r, HumanCount(findings), findings == 1 ? "finding" : "findings");
    if (counts.errors > 0) {
      caption(r, t.err.fg,
              HumanCount(counts.errors) +
                  (counts.errors == 1 ? " error blocks publishing" : " errors block publishing"));
    } else if (counts.warnings > 0) {
      caption(r, t.warn.fg,
              HumanCount(counts.warnings) + (counts.warnings == 1 ? " warning" : " warnings"));
    } else {
      caption(r, t.ok.fg, CheckedWords(state));
    }
    if (width > 200 && counts.entities > 0) {
      // Entities without findings, with warnings, with errors.
      const auto all = static_cast<double>(counts.entities);
      const int warned = counts.with_findings - counts.with_errors;
      const int clean = counts.entities - counts.with_findings;
      const Point centre = {r.x1 - 40, r.y0 + (low ? 44.0F : 48.0F)};
      ui.Donut(centre, 20, 6,
               {{clean / all, t.ok.fill},
                {warned / all, t.warn.fill},
                {counts.with_errors / all, t.err.fill}});
      ui.Centre(ui.fonts.small_medium, t.text, centre, HumanCount(clean));
      if (ImGui::IsMouseHoveringRect({centre.x - 22, centre.y - 22},
                                     {centre.x + 22, centre.y + 22})) {
        ui.Tooltip(HumanCount(clean) + " of " + Entities(counts.entities) + " without findings");
      }
    }
  }
}

// A column's title: pressed, the largest come first (names: the first of the alphabet), then the
// smallest, then all as in the policy.
void EntitiesPanel::DrawSortTitle(Ui& ui, const char* id, Sort by, Point at, const char* text) {
  const Theme& t = ui.theme;
  const float width = Ui::Width(ui.fonts.caption, text);
  const bool on = sort_ == by;
  const Press press = ui.Hit(id, {at.x - 8, at.y - 13, at.x + width + 22, at.y + 13}, 6);
  ui.Middle(ui.fonts.caption, on || press.hovered ? t.text : t.text3, at.x, at.y, text);
  if (on) {
    ui.Icon(ui.fonts.icon14, t.text, {at.x + width + 12, at.y},
            falling_ ? icon::kArrowDownward : icon::kArrowUpward);
  }
  if (!press.clicked) return;
  const bool first = by != Sort::kName;  // Falling, that is.
  if (!on) {
    sort_ = by;
    falling_ = first;
  } else if (falling_ == first) {
    falling_ = !first;
  } else {
    sort_ = Sort::kPolicy;
  }
}

void EntitiesPanel::Arrange(std::vector<EntityRow>& rows) const {
  if (sort_ == Sort::kPolicy) return;
  const auto number = [&](const EntityRow& row) -> std::int64_t {
    if (sort_ == Sort::kFields) return row.fields;
    return (sort_ == Sort::kRecords ? row.records : row.bytes).value_or(-1);
  };
  std::stable_sort(rows.begin(), rows.end(), [&](const EntityRow& a, const EntityRow& b) {
    const EntityRow& first = falling_ ? b : a;
    const EntityRow& second = falling_ ? a : b;
    if (sort_ == Sort::kName) return FoldText(first.label) < FoldText(second.label);
    return number(first) < number(second);
  });
}

void EntitiesPanel::DrawTable(Ui& ui, const AppState& state, CommandQueue& commands,
                              const Rect& area) {
  const Theme& t = ui.theme;
  std::vector<EntityRow> rows = EntityRows(state);
  std::int64_t most = 1;
  // Names take what the longest needs, the sentence what they leave; a search moves nothing.
  float named = 0;
  for (const EntityRow& row : rows) {
    most = std::max(most, row.records.value_or(0));
    named = std::max(
        {named, Ui::Width(ui.fonts.semibold, row.label), Ui::Width(ui.fonts.caption, row.name)});
  }
  const std::size_t all = rows.size();
  std::erase_if(rows, [&](const EntityRow& row) {
    const bool shown = show_ == Show::kAll || (show_ == Show::kOffline && row.offline) ||
                       (show_ == Show::kOnline && !row.offline) ||
                       (show_ == Show::kIssues && row.errors + row.warnings > 0);
    return !shown || !Matches(search_, {row.label, row.name, row.sentence});
  });
  // As high as what it holds.
  constexpr float kRow = 48;
  const float content = rows.empty() ? 240 : 40 + kRow * static_cast<float>(rows.size());
  const Rect card = At(area.x0, area.y0, area.width(), std::min(area.height(), content));
  ui.Card(card);
  // Number columns hold on to the right edge; the sentence takes what is left.
  const bool tight = card.width() < 900;
  const float size_x1 = card.x1 - 48;
  const float records_x = size_x1 - (tight ? 160.0F : 196.0F);
  const float fields_x = records_x - (tight ? 88.0F : 122.0F);
  const float icon_x = card.x0 + 54;
  const float mode_x =
      std::floor(icon_x + std::clamp(42 + named + 24, 180.0F, tight ? 180.0F : 250.0F));
  const float what_x = mode_x + 108;

  const Rect header = {card.x0 + 1, card.y0 + 1, card.x1 - 1, card.y0 + 37};
  ui.Fill(header, t.sunken, kCardRadius, ImDrawFlags_RoundCornersTop);
  ui.LineH(header.x0, header.x1, header.y1 - 1, t.border);
  const auto title = [&](float x, const char* text) {
    ui.Middle(ui.fonts.caption, t.text3, x, header.cy(), text);
  };
  DrawSortTitle(ui, "entities/sort/name", Sort::kName, {icon_x, header.cy()}, "Entity");
  title(mode_x, "Mode");
  if (fields_x - what_x > 60) title(what_x, "What syncs");
  DrawSortTitle(ui, "entities/sort/fields", Sort::kFields, {fields_x, header.cy()}, "Fields");
  DrawSortTitle(ui, "entities/sort/records", Sort::kRecords, {records_x, header.cy()}, "Records");
  const float size = Ui::Width(ui.fonts.caption, "Size");
  DrawSortTitle(ui, "entities/sort/size", Sort::kSize, {size_x1 - size, header.cy()}, "Size");

  Arrange(rows);

  {
    // All that are shown, or none.
    std::size_t ticked = 0;
    for (const EntityRow& row : rows) ticked += ticked_.contains(row.name) ? 1U : 0U;
    const Rect box = At(card.x0 + 20, header.cy() - 9, 18, 18);
    const Press press = ui.Hit("entities/tick-all", box.Inset(-4), 6);
    const bool all_ticked = ticked > 0 && ticked == rows.size();
    ui.CheckMark(box, all_ticked, press.hovered);
    if (ticked > 0 && !all_ticked) {
      ui.Fill(box.Inset(1), t.accent_fill, 4);
      ui.Fill({box.x0 + 5, box.cy() - 1, box.x1 - 5, box.cy() + 1}, t.on_accent);
    }
    if (press.clicked) {
      for (const EntityRow& row : rows) {
        if (all_ticked) {
          ticked_.erase(row.name);
        } else {
          ticked_.insert(row.name);
        }
      }
    }
  }
  const Rect body = {header.x0, header.y1, header.x1, card.y1 - 2};
  if (rows.empty()) {
    const Point centre = {body.cx(), body.y0 + std::min(body.height() / 2, 120.0F)};
    const bool searching = !search_.empty();
    ui.Centre(ui.fonts.semibold, t.text, centre,
              all == 0    ? "The project has no entities"
              : searching ? "No entity matches '" + Shortened(ui.fonts.semibold, search_, 260) + "'"
              : show_ == Show::kIssues ? "No entity has findings"
                                       : "No entity in this group");
    const bool offered = !state.connection.entities.empty();
    ui.Centre(ui.fonts.small, t.text2, {centre.x, centre.y + 24},
              all > 0   ? "All " + Entities(static_cast<int>(all)) + " are under All."
              : offered ? "Add those whose records the app should have."
                        : "A server says which there are: connect to one to add some.");
    if (all == 0) {
      const char* words = offered ? "Add entity" : "Choose a server";
      const float w = ui.ButtonWidth(words, true);
      if (ui.Button("entities/begin", {centre.x - w / 2, centre.y + 44}, words,
                    offered ? icon::kAdd : icon::kDns, ButtonStyle::kPrimary)) {
        if (offered) {
          add_.Open();
        } else {
          commands.Push(ShowScreen{Screen::kStart});
        }
      }
    }
    if (all > 0) {
      const float w = ui.ButtonWidth("Show all", false);
      if (ui.Button("entities/show-all", {centre.x - w / 2, centre.y + 44}, "Show all", nullptr)) {
        search_.clear();
        show_ = Show::kAll;
      }
    }
    return;
  }

  const Point origin = ui.BeginScroll("entities/rows", body);
  const float width = body.width();
  const float top = ImGui::GetScrollY();
  // One more at either end: Tab and Shift+Tab go on there.
  const auto first = static_cast<std::size_t>(std::max(0.0F, std::floor(top / kRow) - 1));
  const std::size_t last =
      std::min(rows.size(), first + static_cast<std::size_t>(body.height() / kRow) + 4);
  const bool keyboard = ImGui::IsWindowFocused() && compat::FocusVisible();
  for (std::size_t i = first; i < last; ++i) {
    const EntityRow& row = rows[i];
    const Rect r = At(origin.x, origin.y + static_cast<float>(i) * kRow, width, kRow);
    const Press press = ui.Hit("entities/row/" + row.name, r.Inset(2, 2), 6);
    const bool on = row.name == state.selected_entity;
    if (press.clicked) commands.Push(SelectEntity{row.name});
    if (on) {
      ui.Fill(r, Mix(t.surface, t.accent_soft, 0.75F));
      ui.Fill({r.x0, r.y0, r.x0 + 3, r.y1}, t.accent_fill);
    } else if (press.hovered) {
      ui.Fill(r, t.hover);
    }
    if (press.focused && keyboard) ui.Frame(r.Inset(2), t.accent_fill, 6, 2);
    if (i + 1 < rows.size()) ui.LineH(icon_x + 42, r.x1, r.y1 - 1, t.border);
    const float cy = r.cy();
    const Rect box = At(card.x0 + 20, cy - 9, 18, 18);
    const Press tick = ui.Hit("entities/tick/" + row.name, box.Inset(-4), 6);
    ui.CheckMark(box, ticked_.contains(row.name), tick.hovered);
    if (tick.clicked && ticked_.erase(row.name) == 0) ticked_.insert(row.name);
    const EntityLook look = LookOf(row.name);
    ui.Tile({icon_x, cy - 16}, 32, look.icon, t.Hue(look.hue));
    const float name_room = mode_x - 12 - (icon_x + 42);
    ui.Fit(ui.fonts.semibold, t.text, icon_x + 42, cy - 8, name_room, row.label);
    ui.Fit(ui.fonts.caption, t.text3, icon_x + 42, cy + 10, name_room, row.name);
    ui.Pill({mode_x, cy - 11}, row.offline ? "Offline" : "Online",
            row.offline ? t.accents : t.neutral, row.offline ? icon::kOfflineBolt : icon::kCloud);
    FitTwo(ui, ui.fonts.small, row.offline ? t.text2 : t.text3, what_x, cy, fields_x - what_x - 20,
           row.offline ? row.sentence : "Read live, not stored");
    if (row.fields < 0) {
      ui.Middle(ui.fonts.small, t.text2, fields_x, cy, "All");
    } else {
      const float y = row.all_fields ? cy - 8 : cy;
      const float w = ui.Middle(ui.fonts.small_medium, t.text, fields_x, y, HumanCount(row.fields));
      if (row.all_fields) {
        ui.Middle(ui.fonts.small, t.text3, fields_x + w + 5, y,
                  "of " + HumanCount(*row.all_fields));
        ui.Bar(At(fields_x, cy + 7, tight ? 64 : 84, 4),
               *row.all_fields == 0 ? 0 : static_cast<double>(row.fields) / *row.all_fields,
               t.neutral.fill);
      }
    }
    if (row.records) {
      const Color ink = row.stale ? t.text3 : t.text;
      const Color hue = row.stale ? t.neutral.fill : t.Hue(look.hue);
      ui.Middle(ui.fonts.small_medium, ink, records_x, cy - 8,
                HumanCount(*row.records) + (row.cut ? " (capped)" : ""));
      ui.Bar(At(records_x, cy + 7, tight ? 72 : 92, 4),
             std::sqrt(static_cast<double>(*row.records) / static_cast<double>(most)), hue);
      ui.Right(ui.fonts.small_medium, ink, size_x1, row.stale ? cy - 8 : cy, HumanSize(*row.bytes));
      if (row.stale) ui.Right(ui.fonts.caption, t.warn.fg, size_x1, cy + 10, "out of date");
    } else {
      ui.Middle(ui.fonts.small, t.text3, records_x, cy, "—");
      ui.Right(ui.fonts.small, t.text3, size_x1, cy, "—");
    }
    const Point mark = {card.x1 - 26, cy};
    if (row.errors + row.warnings > 0) {
      ui.Icon(ui.fonts.icon20, row.errors > 0 ? t.err.fill : t.warn.fill, mark,
              row.errors > 0 ? icon::kError : icon::kWarning);
      if (press.hovered && ImGui::GetIO().MousePos.x > mark.x - 16)
        ui.Tooltip(Capitalised(row.first_finding));
    } else {
      ui.Icon(ui.fonts.icon20, Fade(t.text3, 0.7F), mark, icon::kChevronRight);
    }
  }
  ui.EndScroll(origin.y + static_cast<float>(rows.size()) * kRow);
}

}  // namespace satchel
