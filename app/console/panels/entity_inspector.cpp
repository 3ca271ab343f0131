#include <algorithm>
#include <array>
#include <cmath>

#include "app/console/panels/entities_panel.h"
#include "app/console/panels/finding_words.h"
#include "app/console/panels/policy_words.h"
#include "policy/support/units.h"

namespace satchel {

void EntityInspector::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) {
  const Theme& t = ui.theme;
  area = {area.x0 + 20, area.y0 + 20, area.x1 - 20, area.y1};
  const Entity* entity = state.draft.current().Find(state.selected_entity);
  if (entity == nullptr) {
    ui.Text(ui.fonts.heading, t.text, {area.x0, area.y0}, "No entity selected");
    ui.Wrapped(ui.fonts.small, t.text2, {area.x0, area.y0 + 34}, area.width(),
               "Choose an entity of the list to see its mode, filter and fields.");
    return;
  }
  const std::string& name = entity->name;
  const EntityLook look = LookOf(name);
  const EntitySchema* schema =
      state.connection.schema ? state.connection.schema->Find(name) : nullptr;
  ui.Tile({area.x0, area.y0}, 40, look.icon, t.Hue(look.hue), 10);
  ui.Fit(ui.fonts.heading, t.text, area.x0 + 52, area.y0 + 10, area.width() - 84,
         EntityWords(state, name));
  std::string where = name;
  if (schema != nullptr) {
    where += ", " + HumanCount(static_cast<int>(schema->fields.size())) + " fields";
    const std::string whole = where + " on the server";
    if (Ui::Width(ui.fonts.caption, whole) <= area.width() - 52) where = whole;
  } else if (state.connection.schema) {
    where += ", not on the server";
  }
  ui.Fit(ui.fonts.caption, t.text3, area.x0 + 52, area.y0 + 31, area.width() - 52, where);
  float y = area.y0 + 60;

  const auto section = [&](const std::string& text) {
    ui.Text(ui.fonts.caption, t.text3, {area.x0, y}, text);
    y += 22;
  };
  section("SYNC MODE");
  const bool offline = entity->mode == DeviceMode::kOffline;
  const int mode = offline ? 1 : 0;
  const int chosen = ui.Segments("inspector/mode", {area.x0, y}, {"Online", "Offline", "Excluded"},
                                 mode, area.width(), 34);
  if (chosen != mode) {
    commands.Push(SetMode{name, static_cast<EntityMode>(chosen)});
  }
  y += 44;
  y += ui.Wrapped(ui.fonts.small, t.text2, {area.x0, y}, area.width(),
                  offline ? "Records that match the filter are kept on the device and can be used "
                            "without a connection."
                          : "Read live from the server, never stored. Not there without a "
                            "connection.");
  y += 14;
  tab_ =
      static_cast<Tab>(ui.Segments("inspector/tab", {area.x0, y}, {"Filter and fields", "Settings"},
                                   static_cast<int>(tab_), area.width(), 34));
  y += 48;
  if (tab_ == Tab::kSettings) {
    const Rect body = {area.x0 - 4, y, area.x1 + 14, area.y1};
    const Point origin = ui.BeginScroll("inspector/settings/" + name, body);
    const float bottom = settings_.Draw(ui, state, commands, *entity, origin.x + 4,
                                        origin.x + body.width() - 18, origin.y);
    ui.EndScroll(bottom);
    return;
  }

  if (offline) {
    section("FILTER");
    const auto at = state.study.sentences.find(name);
    const std::string sentence =
        at == state.study.sentences.end() ? "" : NamedRecords(state, at->second);
    const float most = std::max(40.0F, std::min(110.0F, area.y1 - y - 220));
    const float text = Ui::WrappedHeight(ui.fonts.small, sentence, area.width() - 24);
    const Rect box = At(area.x0, y, area.width(), std::min(text, most) + 20 + 30);
    ui.Fill(box, t.surface, 8);
    ui.Frame(box, t.border, 8);
    if (text <= most) {
      ui.Wrapped(ui.fonts.small, t.text, {box.x0 + 12, box.y0 + 10}, area.width() - 24, sentence);
    } else {
      const Rect inner = {box.x0 + 12, box.y0 + 8, box.x1 - 6, box.y1 - 38};
      const Point origin = ui.BeginScroll("inspector/filter", inner);
      ui.Wrapped(ui.fonts.small, t.text, origin, area.width() - 34, sentence);
      ui.EndScroll(origin.y + Ui::WrappedHeight(ui.fonts.small, sentence, area.width() - 34));
    }
    if (WayText(ui, "inspector/edit-filter", {box.x0 + 6, box.y1 - 34}, "Edit filter")) {
      commands.Push(ShowScreen{Screen::kFilters});
    }
    if (entity->max_records) {
      const std::string cap = "At most " + HumanCount(*entity->max_records) + " records";
      ui.Right(ui.fonts.caption, t.text3, box.x1 - 12, box.y1 - 20, cap);
    }
    y = box.y1 + 18;
  }

  for (const Finding& finding : state.study.findings) {
    if (finding.entity != name || finding.severity == Severity::kInfo || y > area.y1 - 240)
      continue;
    const bool error = finding.severity == Severity::kError;
    ui.Icon(ui.fonts.icon18, error ? t.err.fill : t.warn.fill, {area.x0 + 9, y + 9},
            error ? icon::kError : icon::kWarning);
    y += ui.Wrapped(ui.fonts.small, t.text, {area.x0 + 26, y}, area.width() - 26,
                    FindingWords(finding));
    y += 10;
  }

  DrawFields(ui, state, commands, *entity, {area.x0, y, area.x1, area.y1});
}

// All fields, those of a type, or only those that must be there.
void EntityInspector::DrawSelect(Ui& ui, const AppState& state, CommandQueue& commands,
                                 const Entity& entity, Point right) {
  const EntitySchema* schema =
      state.connection.schema ? state.connection.schema->Find(entity.name) : nullptr;
  if (schema == nullptr) return;
  const float width = WayWidth("Select…", ui, false);
  if (WayText(ui, "inspector/select", {right.x - width + 6, right.y - 7}, "Select…", false)) {
    select_.Open("inspector/select");
  }
  struct Kind {
    const char* id;
    const char* words;
    const char* one;
    FieldTypes types;
  };
  static constexpr std::array<Kind, 7> kKinds = {
      {{"text", "text fields", "text field", FieldTypes{FieldType::kString}},
       {"memo", "long texts", "long text", FieldTypes{FieldType::kMemo}},
       {"number", "numbers", "number", kNumberTypes},
       {"date", "dates", "date", kDateTypes},
       {"choice", "choices and yes/no", "choice or yes/no",
        kChoiceTypes | FieldTypes{FieldType::kBoolean, FieldType::kMultiSelect}},
       {"lookup", "lookups", "lookup", kLookupTypes},
       {"id", "identifiers", "identifier", FieldTypes{FieldType::kUniqueIdentifier}}}};
  const auto items = [&] {
    std::vector<PickerItem> list = {
        {"all", "All fields", "Also those the server gets later", "", icon::kChecklist, -1},
        {"least", "Only what must be there", "Name, and what the server requires", "", icon::kLock,
         -1}};
    for (const Kind& kind : kKinds) {
      int count = 0;
      for (const auto& [name, field] : schema->fields) count += kind.types.Has(field.type) ? 1 : 0;
      if (count == 0) continue;
      const std::string words = HumanCount(count) + " " + (count == 1 ? kind.one : kind.words);
      list.push_back({std::string("+") + kind.id, std::string("Add all ") + kind.words, words, "",
                      icon::kAdd, -1});
      list.push_back({std::string("-") + kind.id, std::string("Remove all ") + kind.words, words,
                      "", icon::kRemove, -1});
    }
    return list;
  };
  const auto chosen =
      select_.Draw(ui, "inspector/select", {right.x - 320, right.y + 24}, 320, items);
  if (!chosen) return;
  Entity next = entity;
  const std::string label = EntityWords(state, entity.name);
  if (*chosen == "all") {
    next.all_fields = true;
    next.fields.clear();
    commands.Push(EditEntities{{std::move(next)}, "Keep all fields of " + label, {}});
    return;
  }
  if (next.all_fields) {
    next.all_fields = false;
    next.fields.clear();
    for (const auto& [name, field] : schema->fields) next.fields.push_back(name);
  }
  const auto must = [&](const FieldSchema& field) {
    return field.name == schema->key || field.name == schema->primary_name ||
           (field.required && entity.allow.create);
  };
  std::string name = "Keep the least of " + label;
  if (*chosen == "least") {
    std::erase_if(next.fields, [&](const std::string& field) {
      const FieldSchema* known = schema->Find(field);
      return known == nullptr || !must(*known);
    });
    if (next.fields.empty() && !schema->primary_name.empty()) {
      next.fields.push_back(schema->primary_name);
    }
  } else {
    const bool add = (*chosen)[0] == '+';
    const auto kind = std::find_if(kKinds.begin(), kKinds.end(),
                                   [&](const Kind& k) { return chosen->substr(1) == k.id; });
    if (kind == kKinds.end()) return;
    for (const auto& [field_name, field] : schema->fields) {
      if (!kind->types.Has(field.type)) continue;
      if (add) next.fields = WithItem(std::move(next.fields), field_name);
      if (!add && !must(field)) next.fields = WithoutItem(std::move(next.fields), field_name);
    }
    name = std::string(add ? "Add" : "Remove") + " all " + kind->words + " of " + label;
  }
  if (next.fields.empty()) return;  // An entity needs one at least.
  commands.Push(EditEntities{{std::move(next)}, name, {}});
}

void EntityInspector::DrawFields(Ui& ui, const AppState& state, CommandQueue& commands,
                                 const Entity& shown, const Rect& area) {
  const Theme& t = ui.theme;
  const Entity* entity = &shown;
  const std::string& name = shown.name;
  const EntitySchema* schema =
      state.connection.schema ? state.connection.schema->Find(name) : nullptr;
  float y = area.y0;
  std::vector<FieldRow> rows = FieldRows(state, *entity);
  const int on = FieldCount(state, *entity).value_or(0);
  ui.Text(ui.fonts.caption, t.text3, {area.x0, y},
          entity->all_fields && schema == nullptr ? "FIELDS  ALL"
                                                  : "FIELDS  " + HumanCount(on) + " ENABLED");
  DrawSelect(ui, state, commands, shown, {area.x1, y});
  y += 22;
  if (entity->all_fields && schema == nullptr) {
    ui.Wrapped(ui.fonts.small, t.text2, {area.x0, y}, area.width(),
               "Every field the server has. Connect to a server to choose some.");
    return;
  }
  ui.Input("inspector/search", At(area.x0, y, area.width(), 32), &search_, "Find a field",
           icon::kSearch);
  y += 40;
  const std::size_t all = rows.size();
  std::erase_if(rows, [&](const FieldRow& row) {
    return !Matches(search_, {row.label, row.name});
  });
  if (rows.empty()) {
    ui.Wrapped(ui.fonts.small, t.text2, {area.x0, y + 8}, area.width(),
               "No field of " + HumanCount(static_cast<int>(all)) + " matches '" + search_ + "'");
    return;
  }
  if (schema == nullptr) {
    y += ui.Wrapped(ui.fonts.caption, t.text3, {area.x0, y}, area.width(),
                    "Only the policy's own fields: connect to a server to see the others.") +
         6;
  }

  constexpr float kRow = 34;
  const Rect body = {area.x0 - 8, y, area.x1 + 12, area.y1 - 8};
  const Point origin = ui.BeginScroll("inspector/fields", body);
  const float width = body.width() - 14;
  // One more at either end: Tab and Shift+Tab go on there.
  const auto first =
      static_cast<std::size_t>(std::max(0.0F, std::floor(ImGui::GetScrollY() / kRow) - 1));
  const std::size_t last =
      std::min(rows.size(), first + static_cast<std::size_t>(body.height() / kRow) + 4);
  for (std::size_t i = first; i < last; ++i) {
    const FieldRow& row = rows[i];
    const Rect r = At(origin.x, origin.y + static_cast<float>(i) * kRow, width, kRow);
    const Press press = ui.Hit("inspector/field/" + row.name, r.Inset(2, 1), 6);
    if (press.hovered) ui.Fill(r, t.dark ? t.surface : t.neutral.soft, 6);
    if (press.focused) ui.Frame(r.Inset(2, 1), t.accent_fill, 6, 2);
    if (row.locked.empty()) {
      ui.CheckMark(At(r.x0 + 8, r.cy() - 9, 18, 18), row.on, press.hovered);
      if (press.clicked) commands.Push(SetField{name, row.name, !row.on});
    } else {
      ui.Icon(ui.fonts.icon20, t.text3, {r.x0 + 17, r.cy()}, icon::kLock);
      if (press.hovered) ui.Tooltip(row.locked);
    }
    float right = r.x1 - 6;
    if (row.added || row.removed) {
      const std::string word = row.added ? "Added" : "Removed";
      right -= ui.PillWidth(word, false, false);
      ui.Pill({right, r.cy() - 11}, word, row.added ? t.ok : t.err);
    } else if (!row.type.empty()) {
      const bool lost = row.type == "Not on the server";
      // The name comes first; a type of many words has what that leaves.
      const float label = std::min(Ui::Width(ui.fonts.small, row.label), r.width() * 0.6F);
      const float room = right - (r.x0 + 36) - label - 10;
      const float type = std::min(std::ceil(Ui::Width(ui.fonts.caption, row.type)), room);
      right -= type;
      ui.Fit(ui.fonts.caption, lost ? t.err.fg : t.text3, right, r.cy(), type, row.type);
    }
    ui.Fit(ui.fonts.small, row.on ? t.text : t.text2, r.x0 + 36, r.cy(), right - 10 - (r.x0 + 36),
           row.label);
  }
  ui.EndScroll(origin.y + static_cast<float>(rows.size()) * kRow);
}

}  // namespace satchel
