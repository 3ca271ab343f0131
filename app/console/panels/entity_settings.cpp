#include "app/console/panels/entity_settings.h"

#include "app/console/panels/policy_words.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

constexpr float kLine = 40;

float Section(Ui& ui, float x0, float y, const char* text) {
  ui.Text(ui.fonts.caption, ui.theme.text3, {x0, y}, text);
  return y + 22;
}

float Rule(Ui& ui, float x0, float x1, float y) {
  ui.LineH(x0, x1, y + 8, ui.theme.border);
  return y + 24;
}

}  // namespace

void EntitySettings::Edit(CommandQueue& commands, Entity next, std::string name,
                          std::string merge) {
  commands.Push(EditEntities{{std::move(next)}, std::move(name), std::move(merge)});
}

float EntitySettings::Draw(Ui& ui, const AppState& state, CommandQueue& commands,
                           const Entity& entity, float x0, float x1, float y) {
  if (of_ != entity.name) typing_.wrong.clear();  // It was written for another.
  of_ = entity.name;
  const std::string label = EntityWords(state, entity.name);
  y = Section(ui, x0, y, "THE APP MAY");
  const auto may = [&](const char* id, const char* words, bool Permissions::*which, float x) {
    if (!Check(ui, id, {x, y}, 100, entity.allow.*which, words)) return;
    Entity next = entity;
    next.allow.*which = !(entity.allow.*which);
    Edit(commands, std::move(next),
         std::string(entity.allow.*which ? "Forbid to " : "Allow to ") + LowerAscii(words) + " " +
             label);
  };
  may("entity/allow/create", "Create", &Permissions::create, x0);
  may("entity/allow/update", "Update", &Permissions::update, x0 + 94);
  may("entity/allow/delete", "Delete", &Permissions::remove, x0 + 190);
  y += 32;
  const bool none = !entity.allow.create && !entity.allow.update && !entity.allow.remove;
  if (none) {
    ui.Middle(ui.fonts.caption, ui.theme.text3, x0, y + 4, "Records can be read only.");
    y += 18;
  }
  y = Rule(ui, x0, x1, y);
  if (entity.mode == DeviceMode::kOffline) {
    y = DrawCap(ui, state, commands, entity, x0, x1, y);
    y = DrawIncremental(ui, commands, state, entity, x0, x1, y);
    y = DrawAttachments(ui, commands, entity, x0, x1, y);
  }
  y = Section(ui, x0, y, "NOTES");
  if (const auto notes =
          EditText(ui, typing_, "entity/notes/" + entity.name, {x0, y, x1, y + 76}, entity.notes,
                   {.hint = "Why the entity is kept like this", .lines = true})) {
    Entity next = entity;
    next.notes = *notes;
    Edit(commands, std::move(next), "Edit the notes of " + label, "notes/" + entity.name);
  }
  return y + 92;
}

float EntitySettings::DrawCap(Ui& ui, const AppState& state, CommandQueue& commands,
                              const Entity& entity, float x0, float x1, float y) {
  const Theme& t = ui.theme;
  const std::string label = EntityWords(state, entity.name);
  y = Section(ui, x0, y, "AT MOST SO MANY RECORDS");
  if (Check(ui, "entity/cap", {x0, y + 2}, x1 - x0 - 130, entity.max_records.has_value(),
            "Keep the first")) {
    Entity next = entity;
    if (entity.max_records) {
      next.max_records.reset();
    } else {
      next.max_records = 1000;
    }
    Edit(commands, std::move(next), (entity.max_records ? "Uncap " : "Cap ") + label);
  }
  if (entity.max_records) {
    const std::function<Result<std::int64_t>(const std::string&)> parse =
        [](const std::string& text) { return ParseCount(text, 1); };
    if (const auto most = EditParsed<std::int64_t>(
            ui, typing_, "entity/max_records", {x1 - 130, y, x1, y + 32},
            std::to_string(*entity.max_records), parse, {.suffix = "records"})) {
      Entity next = entity;
      next.max_records = *most;
      Edit(commands, std::move(next), "Cap " + label + " at " + HumanCount(*most),
           "cap/" + entity.name);
    }
  }
  y += kLine;
  if (entity.max_records || !entity.order.empty()) {
    ui.Middle(ui.fonts.small, t.text2, x0, y + 6, "in this order");
    y += 20;
  }
  for (std::size_t i = 0; i < entity.order.size(); ++i) {
    const OrderItem& item = entity.order[i];
    const std::string id = "entity/order/" + std::to_string(i);
    const std::string words = item.entity.empty() ? FieldWords(state, entity.name, item.field)
                                                  : item.entity + " › " + item.field;
    const auto fields = [&] { return FieldItems(state, entity.name); };
    if (const auto chosen = menu_.Choose(ui, id, {x0, y, x1 - 76, y + 32}, words, fields,
                                         {.hint = "Choose a field"})) {
      Entity next = entity;
      next.order[i] = {.field = *chosen, .descending = item.descending};
      Edit(commands, std::move(next),
           "Order " + label + " by " + FieldWords(state, entity.name, *chosen));
    }
    if (ui.IconButton(id + "/direction", {x1 - 70, y},
                      item.descending ? icon::kArrowDownward : icon::kArrowUpward,
                      item.descending ? "Largest or latest first" : "Smallest or earliest first")) {
      Entity next = entity;
      next.order[i].descending = !item.descending;
      Edit(commands, std::move(next), "Turn the order of " + label);
    }
    if (ui.IconButton(id + "/remove", {x1 - 34, y}, icon::kClose, "Remove from the order")) {
      Entity next = entity;
      next.order.erase(next.order.begin() + static_cast<std::ptrdiff_t>(i));
      Edit(commands, std::move(next), "Order " + label + " by less");
    }
    y += kLine;
  }
  const std::string add = "entity/order/add";
  if (LinkText(ui, add, {x0 - 6, y}, entity.order.empty() ? "Order by a field" : "Then by a field",
               icon::kAdd)) {
    menu_.Open(add);
  }
  if (const auto chosen = menu_.Draw(ui, add, {x0, y + 30}, x1 - x0,
                                     [&] { return FieldItems(state, entity.name); })) {
    Entity next = entity;
    next.order.push_back({.field = *chosen});
    Edit(commands, std::move(next),
         "Order " + label + " by " + FieldWords(state, entity.name, *chosen));
  }
  return Rule(ui, x0, x1, y + 30);
}

float EntitySettings::DrawIncremental(Ui& ui, CommandQueue& commands, const AppState& state,
                                      const Entity& entity, float x0, float x1, float y) {
  const Theme& t = ui.theme;
  const std::string label = EntityWords(state, entity.name);
  const SyncSettings& project = state.draft.current().sync;
  const auto own = [](std::string words) {
    return PickerItem{"", "As the project says", std::move(words), "", nullptr, -1};
  };
  y = Section(ui, x0, y, "CONFLICTS AND CHANGES");
  const auto row = [&](const char* title) {
    ui.Fit(ui.fonts.small, t.text2, x0, y + 8, x1 - x0, title);
    y += 20;
    const Rect r = {x0, y, x1, y + 32};
    y += 42;
    return r;
  };
  const Rect conflict = row("When device and server both changed it");
  const auto conflicts = [&] {
    auto items = ItemsOf(ConflictRules());
    items.insert(items.begin(), own(WordsOf(ConflictRules(), project.conflict)));
    return items;
  };
  if (const auto chosen = menu_.Choose(
          ui, "entity/conflict", conflict,
          entity.conflict ? WordsOf(ConflictRules(), *entity.conflict) : "As the project says",
          conflicts)) {
    Entity next = entity;
    next.conflict.reset();
    if (!chosen->empty()) next.conflict = FromItem<ConflictRule>(*chosen);
    Edit(commands, std::move(next), "Change the conflict rule of " + label);
  }
  const Rect changes = row(kChangesName);
  const auto ways = [&] {
    auto items = ItemsOf(ChangesRules());
    items.insert(items.begin(), own(WordsOf(ChangesRules(), project.incremental.changes)));
    return items;
  };
  const auto& override = entity.incremental;
  if (const auto chosen = menu_.Choose(
          ui, "entity/changes", changes,
          override.changes ? WordsOf(ChangesRules(), *override.changes) : "As the project says",
          ways, {.enabled = !entity.always_full})) {
    Entity next = entity;
    next.incremental.changes.reset();
    if (!chosen->empty()) next.incremental.changes = FromItem<Changes>(*chosen);
    Edit(commands, std::move(next), "Change what " + label + " downloads");
  }
  const Rect reconcile = row(kReconcileName);
  const auto sweeps = [&] {
    auto items = ReconcileItems(menu_.typed());
    items.insert(items.begin(), own(WordsOf(project.incremental.reconcile)));
    return items;
  };
  if (const auto chosen =
          menu_.Choose(ui, "entity/reconcile", reconcile,
                       override.reconcile ? WordsOf(*override.reconcile) : "As the project says",
                       sweeps, {.enabled = !entity.always_full})) {
    Entity next = entity;
    const auto found = FindReconcile(*chosen);
    next.incremental.reconcile.reset();
    if (found) next.incremental.reconcile = *found;
    if (found || chosen->empty()) {
      Edit(commands, std::move(next), "Change the sweep of " + label);
    }
  }
  if (Check(ui, "entity/always_full", {x0, y}, x1 - x0, entity.always_full,
            "Download in full at every sync")) {
    Entity next = entity;
    next.always_full = !entity.always_full;
    Edit(commands, std::move(next),
         (entity.always_full ? "Download changes of " : "Always download all of ") + label);
  }
  return Rule(ui, x0, x1, y + 30);
}

float EntitySettings::DrawAttachments(Ui& ui, CommandQueue& commands, const Entity& entity,
                                      float x0, float x1, float y) {
  const Theme& t = ui.theme;
  y = Section(ui, x0, y, "ATTACHMENTS");
  const AttachmentLimits limits = entity.attachments.value_or(AttachmentLimits{});
  const auto put = [&](AttachmentLimits next_limits, const char* name) {
    Entity next = entity;
    next.attachments.reset();
    if (next_limits != AttachmentLimits{}) next.attachments = std::move(next_limits);
    Edit(commands, std::move(next), name, std::string(name) + entity.name);
  };
  using Size = std::optional<std::int64_t>;
  const std::function<Result<Size>(const std::string&)> parse =
      [](const std::string& text) -> Result<Size> {
    if (Trim(text).empty()) return Size{};
    auto size = ParseSize(text);
    if (!size) return Fail(size.error());
    return Size{*size};
  };
  const auto size = [&](const char* id, const char* words, Size AttachmentLimits::*which,
                        const char* name) {
    ui.Middle(ui.fonts.small, t.text2, x0, y + 16, words);
    const Size& now = limits.*which;
    if (const auto typed =
            EditParsed<Size>(ui, typing_, id, {x1 - 130, y, x1, y + 32}, now ? PrintSize(*now) : "",
                             parse, {.hint = "No limit"})) {
      AttachmentLimits next = limits;
      next.*which = *typed;
      put(std::move(next), name);
    }
    y += kLine;
  };
  size("entity/attachment/max", "Largest file", &AttachmentLimits::max_size,
       "Limit the size of attachments");
  size("entity/attachment/total", "All together", &AttachmentLimits::total,
       "Limit attachments together");
  ui.Middle(ui.fonts.small, t.text2, x0, y + 16, "Only types");
  if (const auto typed = EditText(ui, typing_, "entity/attachment/types", {x1 - 190, y, x1, y + 32},
                                  Join(limits.types, " "), {.hint = "All, or pdf jpg png"})) {
    AttachmentLimits next = limits;
    next.types.clear();
    std::string words = *typed;
    for (char& c : words) {
      if (c == ',' || c == ';' || c == '.') c = ' ';
    }
    for (const std::string_view word : Split(words, ' ')) {
      if (!Trim(word).empty()) next.types.push_back(LowerAscii(Trim(word)));
    }
    put(std::move(next), "Limit the types of attachments");
  }
  return Rule(ui, x0, x1, y + 34);
}

}  // namespace satchel
