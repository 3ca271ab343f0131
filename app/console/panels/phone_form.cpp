// A record open on the phone: one editor per field, saved together.
#include <cmath>

#include "app/console/panels/device_words.h"
#include "app/console/panels/finding_words.h"
#include "app/console/panels/phone_panel.h"
#include "app/console/panels/policy_words.h"
#include "policy/support/text.h"

namespace satchel {
namespace {

const char* HintOf(const PhoneField& field) {
  switch (field.type) {
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi:
      return "2026-05-31T12:00:00Z";
    case FieldType::kDateOnly:
      return "2026-05-31";
    case FieldType::kInteger:
    case FieldType::kBigInt:
      return "A whole number";
    case FieldType::kDecimal:
    case FieldType::kMoney:
    case FieldType::kDouble:
      return "A number, as 12.50";
    case FieldType::kMultiSelect:
      return "Numbers of choices, as 1,3";
    default:
      return "";
  }
}

const char* NothingOf(const PhoneField& field) {
  return field.filled_in ? "The server decides" : "None";
}

}  // namespace

std::string PhoneForm::TextOf(const PhoneField& field) const {
  const auto edit = edits().find(field.name);
  return edit == edits().end() ? field.text : edit->second;
}

void PhoneForm::Set(const PhoneField& field, std::string text) {
  if (text == field.text) {
    edits().erase(field.name);
  } else {
    edits()[field.name] = std::move(text);
  }
}

std::vector<FieldText> PhoneForm::Values(const PhoneRecord& record) const {
  std::vector<FieldText> values;
  for (const PhoneField& field : record.fields) {
    const auto edit = edits().find(field.name);
    // It may have become what was typed meanwhile.
    if (edit != edits().end() && edit->second != field.text) {
      values.push_back({field.name, edit->second});
    }
  }
  return values;
}

void PhoneForm::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect screen) {
  const Theme& t = ui.theme;
  const LabState& lab = state.lab;
  const PhoneRecord& record = *lab.record;
  if (serial_ != lab.record_serial) {
    serial_ = lab.record_serial;
    edits_ = {};
    names_.clear();
    typing_ = {};
  }
  const std::string open = record.entity + "/" + record.id;
  if (open_ != open) {
    open_ = open;
    elsewhere_ = false;
  }
  const bool is_new = record.id.empty();
  const Rect head = screen.CutTop(46);
  if (ui.IconButton("phone/back", {head.x0 + 10, head.y0 + 7}, icon::kArrowBack, "Back", 32)) {
    commands.Push(LabCommand{lab::CloseRecord{}});
  }
  ui.Fit(ui.fonts.title, t.text, head.x0 + 48, head.cy(), head.width() - 100,
         is_new                        ? "New " + EntityWords(state, record.entity)
         : elsewhere_ && lab.on_server ? lab.on_server->name
                                       : record.name);
  if (!is_new && (elsewhere_ || record.may_delete) &&
      ui.IconButton("phone/delete", {head.x1 - 44, head.y0 + 7}, icon::kDelete,
                    elsewhere_ ? "Delete it on the server" : "Delete", 32, !lab.saving)) {
    commands.Push(LabCommand{lab::DeleteRecord{.elsewhere = elsewhere_}});
  }
  // Somebody else's hands, for conflicts to come about.
  if (!is_new) {
    const Rect who = screen.CutTop(40);
    const int now = elsewhere_ ? 1 : 0;
    const int chosen = ui.Segments("phone/where", {who.x0 + 14, who.y0 + 2},
                                   {"On this phone", "Somebody else"}, now, who.width() - 28);
    if (chosen != now) {
      elsewhere_ = chosen == 1;
      typing_ = {};
    }
    const bool unknown = !lab.on_server && lab.server_error.empty() && !lab.reading_server;
    if (elsewhere_ && (chosen != now || unknown)) commands.Push(LabCommand{lab::ReadServer{}});
  }
  // What the last save did, or why it did not.
  const std::string said = lab.record_error.empty() ? WordsOf(lab.told, record.live)
                                                    : ErrorWords(state, lab.record_error);
  if (!said.empty()) {
    using What = Told::What;
    const What what = lab.told.what;
    const Tone& tone = !lab.record_error.empty() || what == What::kRefused  ? t.err
                       : what == What::kConflict || what == What::kReplaced ? t.warn
                                                                            : t.ok;
    const float width = screen.width() - 28;
    const float tall = Ui::WrappedHeight(ui.fonts.caption, said, width - 20);
    const Rect box = At(screen.x0 + 14, screen.y0 + 2, width, tall + 14);
    ui.Fill(box, tone.soft, 7);
    ui.Wrapped(ui.fonts.caption, tone.fg, {box.x0 + 10, box.y0 + 7}, width - 20, said);
    screen.y0 = box.y1 + 2;
  }
  const Rect foot = screen.CutBottom(48);
  const Point origin =
      ui.BeginScroll("phone/form", {screen.x0, screen.y0, screen.x1 - 2, screen.y1});
  float y = origin.y + 6;
  const bool may = elsewhere_ || record.may_update;
  if (elsewhere_ && !lab.on_server) {
    const std::string why = lab.server_error.empty() ? "Reading it on the server"
                                                     : ErrorWords(state, lab.server_error) + ".";
    ui.Icon(ui.fonts.icon28, t.text3, {screen.cx(), origin.y + 60}, icon::kPublic);
    ui.Wrapped(ui.fonts.small, t.text2, {origin.x + 26, origin.y + 90}, screen.width() - 56, why);
    ui.EndScroll(origin.y + 160);
    return;
  }
  // What somebody else changes is what the server has; the phone may not know of it yet.
  const PhoneRecord& form = elsewhere_ ? *lab.on_server : record;
  if (is_new && !may) {
    // Fields that nobody may fill in say less than one sentence.
    const float width = screen.width() - 56;
    const std::string why = "The policy does not let the app create records of " +
                            EntityWords(state, record.entity) +
                            ". What it may do is among the entity's settings.";
    ui.Icon(ui.fonts.icon28, t.text3, {screen.cx(), origin.y + 60}, icon::kLock);
    ui.Wrapped(ui.fonts.small, t.text2, {origin.x + 26, origin.y + 90}, width, why);
    ui.EndScroll(origin.y + 160);
    return;
  }
  for (const PhoneField& field : form.fields) {
    if (is_new && !field.locked.empty()) continue;
    PhoneField shown = field;
    if (!may && shown.locked.empty()) shown.locked = "The policy does not allow it";
    y = DrawField(ui, state, commands, shown, {origin.x + 14, y}, screen.width() - 32);
  }
  ui.EndScroll(y + 8);
  ui.LineH(foot.x0, foot.x1, foot.y0, t.border);
  const std::vector<FieldText> values = Values(form);
  const char* words = elsewhere_ ? "Change on the server" : is_new ? "Create" : "Save";
  const std::string tip = elsewhere_
                              ? "At once and as you, not through the phone: so conflicts come about"
                          : !may ? "The policy does not allow it (see the entity's settings)"
                                 : "";
  if (ui.Button("phone/save", {foot.x0 + 14, foot.y0 + 8}, words,
                elsewhere_ ? icon::kPublic : icon::kSave, ButtonStyle::kPrimary, foot.width() - 28,
                !values.empty() && !lab.saving && may, tip)) {
    commands.Push(LabCommand{lab::SaveRecord{values, elsewhere_}});
  }
}

float PhoneForm::DrawField(Ui& ui, const AppState& state, CommandQueue& commands,
                           const PhoneField& field, Point at, float width) {
  const Theme& t = ui.theme;
  const std::string id = "phone/field/" + field.name;
  const bool edited = TextOf(field) != field.text;
  const float label = std::min(Ui::Width(ui.fonts.caption, field.label), width - 24);
  ui.Fit(ui.fonts.caption, edited ? t.accent : t.text3, at.x, at.y + 8, width - 20, field.label);
  if (field.required) ui.Text(ui.fonts.caption, t.err.fg, {at.x + label + 4, at.y + 1}, "*");
  const Rect r = At(at.x, at.y + 18, width, 32);
  if (!field.locked.empty()) {
    ui.Fit(ui.fonts.small, t.text2, r.x0, r.cy() - 4, width - 24,
           field.shown.empty() ? "—" : field.shown);
    ui.Icon(ui.fonts.icon14, t.text3, {r.x1 - 8, r.cy() - 4}, icon::kLock);
    if (ImGui::IsMouseHoveringRect({r.x1 - 20, r.y0}, {r.x1, r.y1})) ui.Tooltip(field.locked);
    return r.y1 + 2;
  }
  const std::string text = TextOf(field);
  const auto choose = [&](const std::string& words,
                          const std::function<std::vector<PickerItem>()>& items) {
    if (const auto chosen = menu_.Choose(ui, id, r, words, items, {.hint = NothingOf(field)})) {
      Set(field, *chosen);
    }
  };
  if (field.type == FieldType::kBoolean) {
    choose(text == "true"    ? "Yes"
           : text == "false" ? "No"
                             : "",
           [] {
             return std::vector<PickerItem>{{"true", "Yes", "", "", nullptr, -1},
                                            {"false", "No", "", "", nullptr, -1}};
           });
  } else if (kChoiceTypes.Has(field.type) && !field.choices.empty()) {
    std::string words;
    for (const Choice& choice : field.choices) {
      if (std::to_string(choice.value) == text) words = choice.label;
    }
    choose(words.empty() ? text : words, [&] {
      std::vector<PickerItem> items;
      if (!field.required) items.push_back({"", "None", "", "", nullptr, -1});
      for (const Choice& choice : field.choices) {
        items.push_back({std::to_string(choice.value), choice.label, "",
                         std::to_string(choice.value), nullptr, -1});
      }
      return items;
    });
  } else if (kLookupTypes.Has(field.type)) {
    DrawLookup(ui, state, commands, field, r);
  } else if (const auto typed = EditText(ui, typing_, id, r, text,
                                         {.hint = HintOf(field), .icon = IconOf(field.type)})) {
    Set(field, *typed);
  }
  return r.y1 + 10;
}

// Targets are looked up among the records on the phone, as an app without a connection would.
void PhoneForm::DrawLookup(Ui& ui, const AppState& state, CommandQueue& commands,
                           const PhoneField& field, const Rect& r) {
  const LabState& lab = state.lab;
  const std::string id = "phone/field/" + field.name;
  const std::string text = TextOf(field);
  std::string words = text == field.text ? field.shown : text;
  if (const auto name = names_.find(text); name != names_.end()) words = name->second;
  const auto chosen =
      menu_.Choose(ui, id, r, words,
                   [&] {
                     std::vector<PickerItem> items;
                     if (!field.required) items.push_back({"", "None", "", "", nullptr, -1});
                     for (const PhoneTarget& target : lab.targets) {
                       if (!HasItem(field.targets, target.entity)) continue;
                       const std::string value =
                           field.targets.size() > 1 ? target.entity + "/" + target.id : target.id;
                       items.push_back({value, target.name, "", EntityWords(state, target.entity),
                                        LookOf(target.entity).icon, -1});
                     }
                     return items;
                   },
                   {.hint = NothingOf(field), .icon = icon::kLink});
  if (menu_.IsOpen(id)) {
    const std::string wanted = field.name + "\n" + menu_.typed();
    if (asked_ != wanted) {
      asked_ = wanted;
      commands.Push(LabCommand{lab::FindTargets{field.targets, menu_.typed()}});
    }
  } else if (asked_.starts_with(field.name + "\n")) {
    asked_.clear();
  }
  if (!chosen) return;
  for (const PhoneTarget& target : lab.targets) {
    if (chosen->ends_with(target.id)) names_[*chosen] = target.name;
  }
  Set(field, *chosen);
}

}  // namespace satchel
