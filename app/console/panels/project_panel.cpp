#include "app/console/panels/project_panel.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "app/console/panels/description.h"
#include "app/console/panels/duration_text.h"
#include "policy/model/name.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

constexpr float kLine = 44;
constexpr float kCard = 372;
constexpr float kSync = 324;  // Alone; beside the other card it is as high as that.
constexpr float kRoleLine = 32;
constexpr float kRoleGap = 6;
constexpr float kRoleAdd = 36;  // The button behind them.
constexpr float kMostRole = 180;

void Push(CommandQueue& commands, Policy next, std::string name, std::string merge = {}) {
  commands.Push(EditPolicy{std::move(next), std::move(name), std::move(merge)});
}

// A card with a title; its rows are laid out below.
Rect Card(Ui& ui, const Rect& column, float height, const char* title, const char* text) {
  const Rect card = At(column.x0, column.y0, column.width(), height);
  ui.Card(card);
  ui.Middle(ui.fonts.title, ui.theme.text, card.x0 + 16, card.y0 + 25, title);
  ui.Fit(ui.fonts.small, ui.theme.text3, card.x0 + 26 + Ui::Width(ui.fonts.title, title),
         card.y0 + 26, card.width() - 50 - Ui::Width(ui.fonts.title, title), text);
  return {card.x0 + 16, card.y0 + 52, card.x1 - 16, card.y1 - 16};
}

float LabelWidth(float row) {
  return std::min(170.0F, row * 0.44F);
}

// The label at the left, the place of the control at the right.
Rect Row(Ui& ui, Rect& body, const char* label, float most = 420) {
  const Rect row = body.CutTop(32);
  body.y0 += kLine - 32;
  const float label_width = LabelWidth(row.width());
  ui.Fit(ui.fonts.small, ui.theme.text2, row.x0, row.cy(), label_width - 8, label);
  return {row.x0 + label_width, row.y0, std::min(row.x1, row.x0 + label_width + most), row.y1};
}

float RoleWidth(const Ui& ui, const std::string& role) {
  return std::min(ChipWidth(role, ui), kMostRole);
}

// How many lines the roles take in a card so wide, with the button that adds one.
int RoleLines(const Ui& ui, float width, const std::vector<std::string>& roles) {
  const float room = width - LabelWidth(width) - kRoleAdd;
  int lines = 1;
  float x = 0;
  for (const std::string& role : roles) {
    const float chip = RoleWidth(ui, role);
    if (x > 0 && x + chip > room) {
      ++lines;
      x = 0;
    }
    x += chip + kRoleGap;
  }
  return lines;
}

template <class T>
std::function<Result<std::optional<T>>(const std::string&)> Maybe(
    std::function<Result<T>(const std::string&)> parse) {
  return [parse = std::move(parse)](const std::string& text) -> Result<std::optional<T>> {
    if (Trim(text).empty()) return std::optional<T>{};
    auto value = parse(text);
    if (!value) return Fail(value.error());
    return std::optional<T>{*value};
  };
}

}  // namespace

bool ProjectScreen::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                         bool details) {
  bool wants_details = false;
  const Theme& t = ui.theme;
  const Policy& draft = state.draft.current();
  area = {area.x0 + kPage, area.y0 + 20, area.x1 - kPage, area.y1};
  const Rect head = area.CutTop(56);
  ui.Text(ui.fonts.display, t.text, {head.x0, head.y0}, "Project");
  ui.Fit(ui.fonts.body, t.text2, head.x0, head.y0 + 41, head.width() - 320,
         "Who the policy is for, how it synchronises, and what it must keep to");
  if (details) {
    wants_details = ui.IconButton("project/details", {head.x1 - 36, head.y0 + 8},
                                  icon::kViewSidebar, "The project in plain language");
  }
  const std::vector<std::string> parts = {"This project", "All projects"};
  const float wide_parts = ui.SegmentsWidth(parts);
  part_ = ui.Segments("project/part",
                      {head.x1 - wide_parts - (details ? 48.0F : 0.0F), head.y0 + 8}, parts, part_);
  area.y0 += 16;
  if (part_ == 1) {
    projects_.Draw(ui, state, commands, area);
    return wants_details;
  }
  const Point origin =
      ui.BeginScroll("project/scroll", {area.x0 - 6, area.y0, area.x1 + 16, area.y1});
  const float x0 = origin.x + 6;
  const float x1 = x0 + area.width();
  const bool wide = area.width() > 860;
  const float half = wide ? std::floor((x1 - x0 - kGap) / 2) : x1 - x0;
  const Rect left = {x0, origin.y + 2, x0 + half, 0};
  float y = DrawIdentity(ui, state, commands, draft, left);
  const Rect right = wide ? Rect{x0 + half + kGap, left.y0, x1, y} : Rect{x0, y + kGap, x1, 0};
  y = std::max(wide ? y : 0, DrawSync(ui, commands, draft, right));
  y = DrawBudgets(ui, state, commands, draft, {x0, y + kGap, x1, 0});
  y = expectations_.Draw(ui, state, commands, {x0, y + kGap, x1, 0});
  ui.EndScroll(y + 24);
  return wants_details;
}

float ProjectScreen::DrawIdentity(Ui& ui, const AppState& state, CommandQueue& commands,
                                  const Policy& draft, const Rect& column) {
  const Theme& t = ui.theme;
  const Project& now = draft.project;
  const float lines = static_cast<float>(RoleLines(ui, column.width() - 32, now.roles));
  const float height = kCard + (lines - 1) * kRoleLine;
  Rect body = Card(ui, column, height, "Identity", "");
  const std::function<Result<std::string>(const std::string&)> name_of =
      [](const std::string& text) -> Result<std::string> {
    if (IsProjectName(text)) return text;
    return Fail(ErrorCode::kInvalid,
                "Small letters, digits and hyphens, beginning with a letter or digit.");
  };
  if (const auto name = EditParsed<std::string>(ui, typing_, "project/name", Row(ui, body, "Name"),
                                                now.name, name_of)) {
    Policy next = draft;
    next.project.name = *name;
    Push(commands, std::move(next), "Name the project", "project/name");
  }
  if (const auto title = EditText(ui, typing_, "project/title", Row(ui, body, "Title"), now.title,
                                  {.hint = now.name.c_str()})) {
    Policy next = draft;
    next.project.title = *title;
    Push(commands, std::move(next), "Title the project", "project/title");
  }
  const std::function<Result<std::int64_t>(const std::string&)> priority_of =
      [](const std::string& text) -> Result<std::int64_t> {
    auto number = ParseCount(text.substr(text.starts_with("-") ? 1 : 0), 0);
    if (!number || *number > 1'000'000) {
      return Fail(ErrorCode::kInvalid, "Write a whole number, a million at most.");
    }
    return text.starts_with("-") ? -*number : *number;
  };
  if (const auto priority =
          EditParsed<std::int64_t>(ui, typing_, "project/priority", Row(ui, body, "Priority", 110),
                                   std::to_string(now.priority), priority_of)) {
    Policy next = draft;
    next.project.priority = static_cast<int>(*priority);
    Push(commands, std::move(next), "Change the priority", "project/priority");
  }
  // Roles.
  const Rect roles = Row(ui, body, "For the roles", 1000);
  float x = roles.x0;
  if (now.roles.empty()) x += ui.Middle(ui.fonts.small, t.text, x, roles.cy(), "Everyone") + 8;
  float cy = roles.cy();
  for (const std::string& role : now.roles) {
    bool removed = false;
    if (x > roles.x0 && x + RoleWidth(ui, role) > roles.x1 - kRoleAdd) {
      x = roles.x0;
      cy += kRoleLine;
    }
    x += Chip(ui, "project/role/" + role, {x, cy - 12}, role, removed, kMostRole) + kRoleGap;
    if (removed) {
      Policy next = draft;
      next.project.roles = WithoutItem(now.roles, role);
      Push(commands, std::move(next), "Not for the role " + role);
      break;
    }
  }
  if (ui.IconButton("project/role/add", {x, cy - 14}, icon::kAdd, "Add a role", 28)) {
    menu_.Open("project/role/add");
  }
  const auto known = [&] {
    std::set<std::string> names;
    for (const UserInfo& user : state.connection.users) {
      names.insert(user.roles.begin(), user.roles.end());
    }
    std::vector<PickerItem> items;
    for (const std::string& role : names) {
      if (!HasItem(now.roles, role)) items.push_back({role, role, "", "", icon::kBadge, -1});
    }
    return items;
  };
  if (const auto chosen = menu_.Draw(ui, "project/role/add", {x, cy + 18}, 300, known,
                                     "Search or type a role", "Add the role ")) {
    Policy next = draft;
    next.project.roles = WithItem(now.roles, *chosen);
    Push(commands, std::move(next), "Also for the role " + *chosen);
  }
  body.y0 += (lines - 1) * kRoleLine;
  ui.Fit(ui.fonts.small, t.text2, body.x0, body.y0 + 8, body.width(), "Notes");
  body.y0 += 24;
  if (const auto notes =
          EditText(ui, typing_, "project/notes", {body.x0, body.y0, body.x1, body.y1}, now.notes,
                   {.hint = "What the project is for", .lines = true})) {
    Policy next = draft;
    next.project.notes = *notes;
    Push(commands, std::move(next), "Write the project's notes", "project/notes");
  }
  return column.y0 + height;
}

float ProjectScreen::DrawSync(Ui& ui, CommandQueue& commands, const Policy& draft,
                              const Rect& column) {
  const SyncSettings& now = draft.sync;
  Rect body = Card(ui, column, std::max(kSync, column.height()), "Synchronisation", "");
  const Rect style = Row(ui, body, "Started by hand");
  const int current = now.style == SyncStyle::kForeground ? 0 : 1;
  const int chosen_style =
      ui.Segments("sync/style", {style.x0, style.y0}, {"Foreground", "Background"}, current);
  if (chosen_style != current) {
    Policy next = draft;
    next.sync.style = chosen_style == 0 ? SyncStyle::kForeground : SyncStyle::kBackground;
    Push(commands, std::move(next), "Change the style of syncs by hand");
  }
  const auto choose = [&](const char* label, const char* id, const std::string& words,
                          const std::function<std::vector<PickerItem>()>& items,
                          const char* offer = nullptr) {
    return menu_.Choose(ui, id, Row(ui, body, label), words, items, {}, offer);
  };
  if (const auto rule = choose("Conflicts", "sync/conflict", WordsOf(ConflictRules(), now.conflict),
                               [] { return ItemsOf(ConflictRules()); })) {
    Policy next = draft;
    next.sync.conflict = FromItem<ConflictRule>(*rule);
    Push(commands, std::move(next), "Change the conflict rule");
  }
  if (const auto way =
          choose(kChangesName, "sync/changes", WordsOf(ChangesRules(), now.incremental.changes),
                 [] { return ItemsOf(ChangesRules()); })) {
    Policy next = draft;
    next.sync.incremental.changes = FromItem<Changes>(*way);
    Push(commands, std::move(next), "Change what incremental syncs download");
  }
  if (const auto sweep =
          choose(kReconcileName, "sync/reconcile", WordsOf(now.incremental.reconcile),
                 [this] { return ReconcileItems(menu_.typed()); })) {
    if (const auto found = FindReconcile(*sweep)) {
      Policy next = draft;
      next.sync.incremental.reconcile = *found;
      Push(commands, std::move(next), "Change when moved records are looked for");
    }
  }
  const std::function<Result<std::int64_t>(const std::string&)> page =
      [](const std::string& text) -> Result<std::int64_t> {
    auto number = ParseCount(text, 1);
    if (!number || *number > kDefaultPageSize) {
      return Fail(ErrorCode::kInvalid, "Write a whole number from 1 to 5000.");
    }
    return *number;
  };
  if (const auto size =
          EditParsed<std::int64_t>(ui, typing_, "sync/page_size", Row(ui, body, "Page size", 150),
                                   std::to_string(now.page_size), page, {.suffix = "records"})) {
    Policy next = draft;
    next.sync.page_size = static_cast<int>(*size);
    Push(commands, std::move(next), "Change the page size", "sync/page_size");
  }
  if (Check(ui, "sync/labels", {body.x0, body.y0 + 2}, body.width(), now.include_labels,
            "Keep the display labels of lookups and choices")) {
    Policy next = draft;
    next.sync.include_labels = !now.include_labels;
    Push(commands, std::move(next), now.include_labels ? "Keep no labels" : "Keep labels");
  }
  return column.y0 + 372;
}

float ProjectScreen::DrawBudgets(Ui& ui, const AppState& state, CommandQueue& commands,
                                 const Policy& draft, const Rect& column) {
  const Theme& t = ui.theme;
  const Budgets& now = draft.budgets;
  constexpr float kTall = 150;
  const Rect body = Card(ui, column, kTall, "Budgets",
                         "Exceeding one blocks publishing, unless acknowledged with a reason");
  const float width = std::floor((body.width() - 3 * 16) / 4);
  const auto cell = [&](int index, const char* label) {
    const float x = body.x0 + static_cast<float>(index) * (width + 16);
    ui.Fit(ui.fonts.small, t.text2, x, body.y0 + 6, width, label);
    return At(x, body.y0 + 18, width, 32);
  };
  const auto& result = state.preview.result;
  const auto used = [&](const Rect& r, double share, const std::string& words) {
    ui.Fit(ui.fonts.caption, share > 1 ? t.err.fg : t.text3, r.x0, r.y1 + 12, r.width(), words);
  };
  using Number = std::optional<std::int64_t>;
  const auto count =
      Maybe<std::int64_t>([](const std::string& text) { return ParseCount(text, 1); });
  const Rect records = cell(0, "Records");
  if (const auto most = EditParsed<Number>(ui, typing_, "budgets/records", records,
                                           now.records ? std::to_string(*now.records) : "", count,
                                           {.hint = "No limit"})) {
    Policy next = draft;
    next.budgets.records = *most;
    Push(commands, std::move(next), "Budget the records", "budgets/records");
  }
  if (result && now.records) {
    used(records, static_cast<double>(result->records) / static_cast<double>(*now.records),
         HumanCount(result->records) + " in the last preview");
  }
  const auto size = Maybe<std::int64_t>([](const std::string& text) { return ParseSize(text); });
  const Rect bytes = cell(1, "Size on the device");
  if (const auto most = EditParsed<Number>(ui, typing_, "budgets/bytes", bytes,
                                           now.bytes ? PrintSize(*now.bytes) : "", size,
                                           {.hint = "No limit, or 1 GB"})) {
    Policy next = draft;
    next.budgets.bytes = *most;
    Push(commands, std::move(next), "Budget the size", "budgets/bytes");
  }
  if (result && now.bytes) {
    used(bytes, static_cast<double>(result->bytes_on_device) / static_cast<double>(*now.bytes),
         HumanSize(result->bytes_on_device) + " in the last preview");
  }
  const auto duration = Maybe<Seconds>([](const std::string& text) { return ReadDuration(text); });
  if (const auto most = EditParsed<std::optional<Seconds>>(
          ui, typing_, "budgets/first_sync", cell(2, "First sync"),
          now.first_sync ? SpokenDuration(*now.first_sync) : "", duration,
          {.hint = "No limit, or 15 min"})) {
    Policy next = draft;
    next.budgets.first_sync = *most;
    Push(commands, std::move(next), "Budget the first sync", "budgets/first_sync");
  }
  // The network that the first sync is estimated for: both or nothing.
  const Rect network = cell(3, "At bandwidth and latency");
  const float half = std::floor((network.width() - 8) / 2);
  const auto bandwidth =
      Maybe<std::int64_t>([](const std::string& text) { return ReadBandwidth(text); });
  const NetworkAssumption assumed =
      now.network.value_or(NetworkAssumption{10'000'000, Milliseconds(60)});
  if (const auto speed =
          EditParsed<Number>(ui, typing_, "budgets/bandwidth", At(network.x0, network.y0, half, 32),
                             now.network ? SpokenBandwidth(assumed.bits_per_second) : "", bandwidth,
                             {.hint = "10 Mbit/s"})) {
    Policy next = draft;
    next.budgets.network.reset();
    if (*speed) next.budgets.network = NetworkAssumption{**speed, assumed.latency};
    Push(commands, std::move(next), "Assume a bandwidth", "budgets/bandwidth");
  }
  const std::function<Result<Milliseconds>(const std::string&)> latency =
      [](const std::string& text) { return ReadLatency(text); };
  if (const auto wait = EditParsed<Milliseconds>(
          ui, typing_, "budgets/latency", {network.x1 - half, network.y0, network.x1, network.y1},
          now.network ? SpokenLatency(assumed.latency) : "", latency,
          {.hint = "60 ms", .enabled = now.network.has_value()})) {
    Policy next = draft;
    next.budgets.network = NetworkAssumption{assumed.bits_per_second, *wait};
    Push(commands, std::move(next), "Assume a latency", "budgets/latency");
  }
  return column.y0 + kTall;
}

void ProjectScreen::DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands,
                                  Rect area) {
  (void)commands;
  DrawDescription(ui, state, area, "In plain language",
                  {"", "Synchronisation", "Modes", "Budgets", "Expectations"},
                  {"project", "sync", "budgets", "expect"});
}

}  // namespace satchel
