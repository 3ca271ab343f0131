#include "app/console/panels/condition_editor.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "app/console/panels/record_search.h"
#include "policy/check/literal.h"
#include "policy/support/text.h"
#include "policy/wording/operator_words.h"

namespace satchel {
namespace {

const FieldSchema* FieldOf(const AppState& state, const std::string& entity,
                           const std::string& field) {
  return state.connection.schema ? state.connection.schema->Find(entity, field) : nullptr;
}

// What a lookup may point to and the user has to do with.
bool IsAboutPeople(const FieldSchema& field) {
  constexpr std::array<std::string_view, 3> kWho = {"systemuser", "team", "businessunit"};
  return field.type == FieldType::kOwner || field.targets.empty() ||
         std::any_of(field.targets.begin(), field.targets.end(), [&](const std::string& target) {
           return std::find(kWho.begin(), kWho.end(), target) != kWho.end();
         });
}

bool Allowed(const OperatorInfo& info, const FieldSchema* field) {
  if (field == nullptr) return true;
  // "is the current user" of a contact would never hold.
  if (info.about_user && kLookupTypes.Has(field->type) && !IsAboutPeople(*field)) return false;
  return info.fields.Has(field->type);
}

// What people ask of such a field most.
Operator Usual(const FieldSchema* field) {
  if (field == nullptr) return Operator::kEq;
  if (field->type == FieldType::kOwner) return Operator::kEqUserOrUserTeams;
  if (field->type == FieldType::kMultiSelect) return Operator::kContainValues;
  if (kDateTypes.Has(field->type)) return Operator::kLastXDays;
  return Operator::kEq;
}

std::vector<PickerItem> ChoiceItems(const FieldSchema& field) {
  std::vector<PickerItem> items;
  for (const Choice& choice : field.choices) {
    items.push_back({std::to_string(choice.value),
                     choice.label.empty() ? std::to_string(choice.value) : choice.label, "",
                     std::to_string(choice.value), nullptr, -1});
  }
  if (items.empty() && field.type == FieldType::kBoolean) {
    items = {{"1", "Yes", "", "1", nullptr, -1}, {"0", "No", "", "0", nullptr, -1}};
  }
  return items;
}

std::string ChoiceWords(const FieldSchema& field, const std::string& value) {
  std::string number = value;
  if (field.type == FieldType::kBoolean) {
    number = value == "1" || LowerAscii(value) == "true" ? "1" : "0";
  }
  for (const PickerItem& item : ChoiceItems(field)) {
    if (item.value == number) return item.title;
  }
  return value;
}

// Of a list that stays open.
constexpr const char* kSearchSeveral = "Search; Esc when done";

// With a tick before those that the condition compares with already. Ids may be written in
// capitals there.
std::vector<PickerItem> Ticked(std::vector<PickerItem> items, const Condition& condition) {
  std::set<std::string> held;  // Both may be hundreds, in every frame.
  for (const std::string& value : condition.values) held.insert(LowerAscii(value));
  for (PickerItem& item : items) {
    if (held.contains(LowerAscii(item.value))) item.icon = icon::kCheck;
  }
  return items;
}

// With the value where the condition had none such, else without it.
Condition Switched(Condition condition, const std::string& value) {
  const std::size_t there = std::erase_if(condition.values, [&](const std::string& each) {
    return LowerAscii(each) == LowerAscii(value);
  });
  if (there == 0) condition.values.push_back(value);
  return condition;
}

bool HasChoices(const FieldSchema* field) {
  return field != nullptr && (!field->choices.empty() || field->type == FieldType::kBoolean);
}

}  // namespace

std::string OperatorWords(const OperatorInfo& info, const FieldSchema* field) {
  std::string words(WordsOn(field, info));
  if (const auto at = words.find(" N "); at != std::string::npos) words.replace(at, 3, " … ");
  return words;
}

std::vector<PickerItem> ConditionEditor::Operators(const FieldSchema* field) {
  std::vector<PickerItem> items;
  for (const OperatorInfo& info : satchel::Operators()) {
    if (!Allowed(info, field)) continue;
    items.push_back({std::string(info.name), OperatorWords(info, field),
                     info.negated ? "Keeps records without a value too" : "",
                     std::string(info.name), nullptr, -1});
  }
  // What the user has to do with it comes first where it is about people.
  if (field != nullptr && kLookupTypes.Has(field->type)) {
    std::stable_partition(items.begin(), items.end(), [](const PickerItem& item) {
      const auto op = FindOperator(item.value);
      return op && Info(*op).about_user;
    });
  }
  return items;
}

std::vector<PickerItem> ConditionEditor::Fields(const AppState& state, const Place& place) {
  std::vector<PickerItem> items = FieldItems(state, place.entity);
  for (const JoinedAlias& joined : place.aliases) {
    for (PickerItem item : FieldItems(state, joined.entity)) {
      item.value = joined.alias + "." + item.value;
      item.title = EntityWords(state, joined.entity) + " › " + item.title;
      item.detail = item.value;
      items.push_back(std::move(item));
    }
  }
  return items;
}

namespace {

// "alias.field" or "field", put into the condition.
void PutField(Condition& condition, const std::string& item) {
  const auto dot = item.find('.');
  condition.entity = dot == std::string::npos ? "" : item.substr(0, dot);
  condition.field = dot == std::string::npos ? item : item.substr(dot + 1);
}

std::string OwnerEntity(const Condition& condition, const ConditionEditor::Place& place) {
  if (condition.entity.empty()) return place.entity;
  for (const JoinedAlias& joined : place.aliases) {
    if (joined.alias == condition.entity) return joined.entity;
  }
  return {};
}

// Values that no longer fit the operator go.
void Trim(Condition& condition) {
  const OperatorInfo& info = Info(condition.op);
  const std::size_t most = info.arity == Arity::kNone  ? 0
                           : info.arity == Arity::kOne ? 1
                           : info.arity == Arity::kTwo ? 2
                                                       : condition.values.size();
  if (condition.values.size() > most) condition.values.resize(most);
  if (!TakesValueOf(condition.op)) condition.value_of.clear();
}

}  // namespace

Condition ConditionEditor::Fresh(const AppState& state, const Place& place,
                                 const std::string& field_item) {
  Condition condition;
  PutField(condition, field_item);
  condition.op = Usual(FieldOf(state, OwnerEntity(condition, place), condition.field));
  return condition;
}

std::optional<ConditionEdit> ConditionEditor::Draw(Ui& ui, const AppState& state,
                                                   CommandQueue& commands,
                                                   const Condition& condition, const Place& place,
                                                   const Rect& r) {
  std::optional<ConditionEdit> edit;
  const std::string owner = OwnerEntity(condition, place);
  const FieldSchema* field = FieldOf(state, owner, condition.field);
  const float field_width = std::floor(std::min(196.0F, r.width() * 0.34F));
  const OperatorInfo& info = Info(condition.op);
  // Without a value there is room for the longest words.
  const float op_room = r.width() - field_width - 8;
  const float wished = Ui::Width(ui.fonts.small, OperatorWords(info, field)) + 46;
  const float op_width =
      std::floor(info.arity == Arity::kNone ? std::min(op_room, std::max(wished, 176.0F))
                                            : std::min(200.0F, r.width() * 0.31F));
  const Rect field_box = At(r.x0, r.y0, field_width, r.height());
  const Rect op_box = At(field_box.x1 + 8, r.y0, op_width, r.height());
  const Rect value_box = {op_box.x1 + 8, r.y0, r.x1, r.y1};

  std::string words = FieldWords(state, owner, condition.field);
  if (!condition.entity.empty()) words = EntityWords(state, owner) + " › " + words;
  std::size_t before = ui.ring.size();
  if (const auto chosen =
          menu_.Choose(ui, place.id + "/field", field_box, condition.field.empty() ? "" : words,
                       [&] { return Fields(state, place); },
                       {.hint = "Choose a field",
                        .icon = field == nullptr ? nullptr : IconOf(field->type),
                        .wrong = place.wrong_field})) {
    ConditionEdit made{condition, "", ""};
    PutField(made.next, *chosen);
    const FieldSchema* next = FieldOf(state, OwnerEntity(made.next, place), made.next.field);
    const bool same_kind = field != nullptr && next != nullptr && field->type == next->type &&
                           field->choices == next->choices && field->targets == next->targets;
    if (!Allowed(Info(made.next.op), next)) made.next.op = Usual(next);
    if (!same_kind) {
      made.next.values.clear();
      made.next.value_of.clear();
    }
    Trim(made.next);
    made.name = "Compare " + FieldWords(state, OwnerEntity(made.next, place), made.next.field);
    edit = std::move(made);
  }
  if (place.take_focus && condition.field.empty()) ui.TakeFocusSince(before);
  before = ui.ring.size();
  if (const auto chosen = menu_.Choose(ui, place.id + "/op", op_box, OperatorWords(info, field),
                                       [&] { return Operators(field); },
                                       {.wrong = place.wrong_operator, .list = 460})) {
    if (const auto op = FindOperator(*chosen)) {
      ConditionEdit made{condition, "", ""};
      made.next.op = *op;
      if (Info(*op).operand != info.operand) made.next.values.clear();
      Trim(made.next);
      made.name = FieldWords(state, owner, condition.field) + " " + OperatorWords(Info(*op), field);
      edit = std::move(made);
    }
  }
  if (place.take_focus && !condition.field.empty() && info.arity == Arity::kNone) {
    ui.TakeFocusSince(before);
  }
  if (auto made = DrawValues(ui, state, commands, condition, place, field, value_box)) {
    edit = std::move(made);
  }
  return edit;
}

std::optional<ConditionEdit> ConditionEditor::DrawValues(Ui& ui, const AppState& state,
                                                         CommandQueue& commands,
                                                         const Condition& condition,
                                                         const Place& place,
                                                         const FieldSchema* field, const Rect& r) {
  const OperatorInfo& info = Info(condition.op);
  const std::string label = FieldWords(state, place.entity, condition.field);
  std::optional<Condition> next;
  std::string merge = place.id;
  Rect box = r;
  if (info.arity == Arity::kNone) {
    if (info.negated) {
      ui.Fit(ui.fonts.caption, ui.theme.text3, r.x0 + 4, r.cy(), r.width(),
             "or has no value at all");
    }
    return std::nullopt;
  }
  if (TakesValueOf(condition.op) && r.width() > 120) {
    // A value, or another field.
    const bool other = !condition.value_of.empty();
    if (ui.IconButton(place.id + "/valueof", {r.x1 - 30, r.cy() - 15},
                      other ? icon::kTextFields : icon::kSwapHoriz,
                      other ? "Compare with a value" : "Compare with another field", 30)) {
      Condition made = condition;
      made.values.clear();
      made.value_of = other ? "" : condition.field;
      next = std::move(made);
    }
    box.x1 -= 34;
    if (other && !next) {
      const auto fields = [&] {
        auto items = Fields(state, place);
        std::erase_if(items, [&](const PickerItem& item) {
          Condition probe;
          PutField(probe, item.value);
          const FieldSchema* known = FieldOf(state, OwnerEntity(probe, place), probe.field);
          return field != nullptr && known != nullptr && known->type != field->type;
        });
        return items;
      };
      Condition probe;
      PutField(probe, condition.value_of);
      if (const auto chosen =
              menu_.Choose(ui, place.id + "/other", box,
                           FieldWords(state, OwnerEntity(probe, place), probe.field), fields,
                           {.wrong = place.wrong_value})) {
        Condition made = condition;
        made.value_of = *chosen;
        next = std::move(made);
      }
      if (!next) return std::nullopt;
    }
  }
  const std::size_t before = ui.ring.size();
  if (!next) {
    const bool many = info.arity == Arity::kMany;
    const bool typed = info.operand == Operand::kField || info.operand == Operand::kChoices ||
                       info.operand == Operand::kId;
    if (typed && HasChoices(field) && info.arity != Arity::kTwo) {
      next = DrawChoices(ui, state, condition, place, *field, many, box);
      merge.clear();
    } else if (typed && field != nullptr && kIdTypes.Has(field->type)) {
      next = DrawLookup(ui, state, commands, condition, place, *field, many, box);
      merge.clear();
    } else if (many) {
      next = DrawList(ui, condition, place, box);
      merge.clear();
    } else if (info.arity == Arity::kTwo) {
      const float half = std::floor((box.width() - 34) / 2);
      next = DrawText(ui, condition, place, field, 0, {box.x0, box.y0, box.x0 + half, box.y1});
      ui.Centre(ui.fonts.small, ui.theme.text2, {box.cx(), box.cy()},
                info.operand == Operand::kPeriodAndYear ? "of" : "and");
      if (auto second =
              DrawText(ui, condition, place, field, 1, {box.x1 - half, box.y0, box.x1, box.y1})) {
        next = std::move(second);
      }
    } else {
      next = DrawText(ui, condition, place, field, 0, box);
    }
  }
  if (place.take_focus && !condition.field.empty()) ui.TakeFocusSince(before);
  if (!next) return std::nullopt;
  return ConditionEdit{std::move(*next), "Change the value of " + label, merge};
}

std::optional<Condition> ConditionEditor::DrawChips(Ui& ui, const Condition& condition,
                                                    const Place& place,
                                                    const std::vector<std::string>& words,
                                                    Rect& r) {
  // As many as fit, then "+2".
  const Theme& t = ui.theme;
  std::optional<Condition> next;
  constexpr float kArrow = 34;
  constexpr float kMore = 30;
  float x = r.x0 + 6;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool last = i + 1 == words.size();
    const float end = r.x1 - (last ? kArrow : kArrow + kMore);
    const float width = std::min(ChipWidth(words[i], ui), std::max(70.0F, end - r.x0 - 6));
    if (i > 0 && x + width > end) {
      const std::string more = "+" + std::to_string(words.size() - i);
      ui.Middle(ui.fonts.small_medium, t.text2, x + 2, r.cy(), more);
      const Rect over = At(x, r.y0, kMore, r.height());
      std::string rest;
      for (std::size_t k = i; k < words.size(); ++k) rest += (rest.empty() ? "" : ", ") + words[k];
      if (ImGui::IsMouseHoveringRect({over.x0, over.y0}, {over.x1, over.y1})) ui.Tooltip(rest);
      x += kMore;
      break;
    }
    bool removed = false;
    x += Chip(ui, place.id + "/chip/" + std::to_string(i), {x, r.cy() - 12}, words[i], removed,
              width) +
         6;
    if (removed) {
      Condition made = condition;
      made.values.erase(made.values.begin() + static_cast<std::ptrdiff_t>(i));
      next = std::move(made);
    }
  }
  r.x0 = x;
  return next;
}

std::optional<Condition> ConditionEditor::DrawChoices(Ui& ui, const AppState& state,
                                                      const Condition& condition,
                                                      const Place& place, const FieldSchema& field,
                                                      bool many, const Rect& r) {
  (void)state;
  const std::string id = place.id + "/value";
  if (!many) {
    const std::string words =
        condition.values.empty() ? "" : ChoiceWords(field, condition.values[0]);
    const auto chosen = menu_.Choose(ui, id, r, words, [&] { return ChoiceItems(field); },
                                     {.hint = "Choose a value", .wrong = place.wrong_value});
    if (!chosen) return std::nullopt;
    Condition next = condition;
    next.values = {*chosen};
    return next;
  }
  const Theme& t = ui.theme;
  const Press press = ui.Hit(id, r, kFieldRadius + 2);
  ui.Fill(r, place.wrong_value ? t.err.soft : t.dark ? t.sunken : t.surface, kFieldRadius);
  ui.Frame(r,
           place.wrong_value  ? t.err.fill
           : menu_.IsOpen(id) ? t.accent_fill
                              : t.border2,
           kFieldRadius);
  if (press.clicked) menu_.Open(id, AfterChoice::kStay);
  std::vector<std::string> words;
  for (const std::string& value : condition.values) words.push_back(ChoiceWords(field, value));
  Rect rest = r;
  auto next = DrawChips(ui, condition, place, words, rest);
  if (words.empty()) {
    ui.Middle(ui.fonts.small, t.err.fg, r.x0 + 10, r.cy(), "Choose values");
  }
  ui.Icon(ui.fonts.icon18, t.text2, {r.x1 - 15, r.cy()}, icon::kExpandMore);
  const auto items = [&] { return Ticked(ChoiceItems(field), condition); };
  if (const auto chosen = menu_.Draw(ui, id, {r.x0, r.y1 + 4}, std::max(280.0F, r.width()), items,
                                     kSearchSeveral)) {
    next = Switched(condition, *chosen);
  }
  return next;
}

std::optional<Condition> ConditionEditor::DrawLookup(Ui& ui, const AppState& state,
                                                     CommandQueue& commands,
                                                     const Condition& condition, const Place& place,
                                                     const FieldSchema& field, bool many,
                                                     const Rect& r) {
  const Theme& t = ui.theme;
  const std::string id = place.id + "/value";
  std::vector<std::string> targets = field.targets;
  if (targets.empty()) targets = {place.entity};
  const LookupState& lookup = state.lookup;
  std::vector<std::string> words;
  std::vector<std::string> unnamed;
  for (const std::string& value : condition.values) {
    const auto name = lookup.names.find(LowerAscii(value));
    if (name == lookup.names.end() && IsGuid(value) && !lookup.asked.contains(LowerAscii(value))) {
      unnamed.push_back(LowerAscii(value));
    }
    words.push_back(name == lookup.names.end() || name->second.empty() ? value : name->second);
  }
  if (!unnamed.empty()) commands.Push(NameRecords{targets, unnamed});
  const auto items = [&] {
    return many ? Ticked(FoundItems(state), condition) : FoundItems(state);
  };
  const bool id_typed = menu_.IsOpen(id) && IsGuid(Trim(menu_.typed()));
  SearchWhatIsTyped(state, commands, menu_, id, targets);
  const char* offer = id_typed ? "Use the id " : nullptr;
  std::optional<Condition> next;
  if (!many) {
    if (const auto chosen =
            menu_.Choose(ui, id, r, words.empty() ? "" : words[0], items,
                         {.hint = "Find a record", .wrong = place.wrong_value, .list = 360}, offer,
                         SearchNote(state))) {
      next = condition;
      next->values = {*chosen};
    }
    SearchAgainIfAsked(commands, menu_, id, targets);
    return next;
  }
  const Press press = ui.Hit(id, r, kFieldRadius + 2);
  ui.Fill(r, place.wrong_value ? t.err.soft : t.dark ? t.sunken : t.surface, kFieldRadius);
  ui.Frame(r, place.wrong_value ? t.err.fill : t.border2, kFieldRadius);
  if (press.clicked) menu_.Open(id, AfterChoice::kStay);
  Rect rest = r;
  next = DrawChips(ui, condition, place, words, rest);
  if (words.empty()) ui.Middle(ui.fonts.small, t.err.fg, r.x0 + 10, r.cy(), "Find records");
  ui.Icon(ui.fonts.icon18, t.text2, {r.x1 - 15, r.cy()}, icon::kSearch);
  if (const auto chosen = menu_.Draw(ui, id, {r.x0, r.y1 + 4}, std::max(360.0F, r.width()), items,
                                     kSearchSeveral, offer, SearchNote(state))) {
    next = Switched(condition, *chosen);
  }
  SearchAgainIfAsked(commands, menu_, id, targets);
  return next;
}

std::optional<Condition> ConditionEditor::DrawText(Ui& ui, const Condition& condition,
                                                   const Place& place, const FieldSchema* field,
                                                   std::size_t index, const Rect& r) {
  const OperatorInfo& info = Info(condition.op);
  const std::string id = place.id + "/value/" + std::to_string(index);
  const std::string value = index < condition.values.size() ? condition.values[index] : "";
  const auto put = [&](const std::string& text) {
    Condition next = condition;
    if (next.values.size() <= index) next.values.resize(index + 1);
    next.values[index] = text;
    while (!next.values.empty() && next.values.back().empty()) next.values.pop_back();
    return next;
  };
  FieldLook look{.wrong = place.wrong_value};
  Rect box = r;
  const bool day =
      info.operand == Operand::kDay ||
      (info.operand == Operand::kField && field != nullptr && kDateTypes.Has(field->type));
  switch (info.operand) {
    case Operand::kCount:
      look.hint = "How many";
      box.x1 = std::min(box.x1, box.x0 + 110);
      break;
    case Operand::kPattern:
      look.hint = info.op == Operator::kLike || info.op == Operator::kNotLike
                      ? "Text, % stands for anything"
                      : "Text";
      break;
    case Operand::kYear:
      look.hint = "Year";
      break;
    case Operand::kPeriodAndYear:
      look.hint = index == 0 ? "Period" : "Year";
      break;
    case Operand::kPeriod:
      look.hint = "Period";
      break;
    default:
      look.hint = day ? "2026-05-31" : "A value";
      break;
  }
  std::optional<Condition> next;
  if (day && box.width() > 120) {
    if (ui.IconButton(id + "/pick", {box.x1 - 32, box.cy() - 15}, icon::kCalendarMonth,
                      "Choose a day", 30)) {
      calendar_.Open(id, value);
    }
    if (const auto chosen = calendar_.Draw(ui, id, {box.x0, box.y1 + 4})) next = put(*chosen);
    box.x1 -= 36;
  }
  if (const auto typed = EditText(ui, typing_, id, box, value, look)) next = put(*typed);
  return next;
}

std::optional<Condition> ConditionEditor::DrawList(Ui& ui, const Condition& condition,
                                                   const Place& place, const Rect& r) {
  const Theme& t = ui.theme;
  ui.Fill(r, place.wrong_value ? t.err.soft : t.dark ? t.sunken : t.surface, kFieldRadius);
  ui.Frame(r, place.wrong_value ? t.err.fill : t.border2, kFieldRadius);
  Rect rest = r;
  auto next = DrawChips(ui, condition, place, condition.values, rest);
  const std::string id = place.id + "/value/next";
  std::string text = list_id_ == id ? list_text_ : "";
  const Rect inner = {std::min(rest.x0 + 4, r.x1 - 60), r.y0, r.x1 - 6, r.y1};
  if (list_again_ == id) ImGui::SetKeyboardFocusHere();  // One value after another.
  list_again_.clear();
  const bool changed =
      ui.RawInput(id, inner, inner, &text,
                  condition.values.empty() ? "A value, then Enter" : "Another", ui.fonts.small);
  if (changed) {
    list_id_ = id;
    list_text_ = text;
  }
  // Enter, or going elsewhere: the value is there, or those that commas part. Not while somebody
  // writes: the field keeps its text until then.
  if (list_id_ != id || ImGui::IsItemActive()) return next;
  if (compat::Pressed(compat::Key::kEnter)) list_again_ = id;
  Condition made = condition;
  for (const std::string_view part : Split(list_text_, ',')) {
    if (!Trim(part).empty()) made.values = WithItem(made.values, std::string(Trim(part)));
  }
  list_text_.clear();
  list_id_.clear();
  if (made != condition) next = std::move(made);
  return next;
}

}  // namespace satchel
