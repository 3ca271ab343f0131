#include "app/console/panels/expectations_card.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "app/console/panels/finding_words.h"
#include "app/console/panels/record_search.h"
#include "policy/check/literal.h"
#include "policy/support/text.h"

namespace satchel {
namespace {

constexpr float kRow = 42;
constexpr std::string_view kRole = "role/";

// What is expected. The format lets a count have several bounds; all of them are shown.
enum class Kind : std::size_t { kAtMost, kAtLeast, kExactly, kBetween, kIncludes, kExcludes };
constexpr std::array<std::pair<const char*, const char*>, 6> kKinds = {
    {{"at_most", "has at most"},
     {"at_least", "has at least"},
     {"exactly", "has exactly"},
     {"between", "has between"},
     {"includes", "has the record"},
     {"excludes", "has not the record"}}};

Kind KindOf(const Expectation& expectation) {
  if (!expectation.excludes.empty()) return Kind::kExcludes;
  if (!expectation.includes.empty() || expectation.entity.empty()) return Kind::kIncludes;
  if (expectation.exactly) return Kind::kExactly;
  if (expectation.at_most && expectation.at_least) return Kind::kBetween;
  if (expectation.at_most) return Kind::kAtMost;
  return expectation.at_least ? Kind::kAtLeast : Kind::kExactly;
}

using Count = std::optional<std::int64_t>;
struct Bound {
  const char* key = "";
  const char* joined = "";  // Before it, where it is not the first.
  Count Expectation::*at = nullptr;
};

// Those that are set, the one the kind names first; a fresh expectation has one to fill in.
std::vector<Bound> BoundsOf(const Expectation& expectation) {
  const bool between = KindOf(expectation) == Kind::kBetween;
  std::vector<Bound> set;
  for (const Bound& bound :
       {Bound{"exactly", "", &Expectation::exactly},
        Bound{"at_least", "and at least", &Expectation::at_least},
        Bound{"at_most", between ? "and" : "and at most", &Expectation::at_most}}) {
    if (expectation.*bound.at) set.push_back(bound);
  }
  if (set.empty()) set.push_back({"exactly", "", &Expectation::exactly});
  return set;
}

std::optional<std::int64_t> NumberOf(const Expectation& expectation) {
  if (expectation.at_most) return expectation.at_most;
  return expectation.at_least ? expectation.at_least : expectation.exactly;
}

// "account/6f1d…" as its two parts.
std::pair<std::string, std::string> RecordOf(const Expectation& expectation) {
  const std::string record = expectation.includes + expectation.excludes;
  const auto slash = record.find('/');
  if (slash == std::string::npos) return {record, ""};
  return {record.substr(0, slash), record.substr(slash + 1)};
}

Expectation WithKind(const Expectation& now, Kind kind) {
  const auto [of, id] = RecordOf(now);
  const std::string entity = now.entity.empty() ? of : now.entity;
  const std::int64_t number = NumberOf(now).value_or(0);
  Expectation made{.as = now.as};
  switch (kind) {
    case Kind::kIncludes:
      made.includes = entity + "/" + id;
      return made;
    case Kind::kExcludes:
      made.excludes = entity + "/" + id;
      return made;
    case Kind::kAtMost:
      made.at_most = number;
      break;
    case Kind::kAtLeast:
      made.at_least = number;
      break;
    case Kind::kExactly:
      made.exactly = number;
      break;
    case Kind::kBetween:  // What there was is one end; the other says nothing new yet.
      made.at_least = now.at_least.value_or(now.at_most ? 0 : number);
      made.at_most = now.at_most.value_or(number);
      break;
  }
  made.entity = entity;
  return made;
}

// "Role Technician", or the person's name where the server's list has them.
std::string Who(const AppState& state, const std::string& as) {
  if (as.starts_with(kRole)) return "Role " + as.substr(kRole.size());
  for (const UserInfo& user : state.connection.users) {
    const std::string written = LowerAscii(as);
    if (written == LowerAscii(user.email) || written == LowerAscii(user.domain_name) ||
        written == LowerAscii(user.id)) {
      return user.name;
    }
  }
  return as;
}

std::vector<PickerItem> People(const AppState& state) {
  std::vector<PickerItem> items;
  std::set<std::string> roles;
  for (const UserInfo& user : state.connection.users) {
    roles.insert(user.roles.begin(), user.roles.end());
  }
  for (const std::string& role : roles) {
    items.push_back(
        {std::string(kRole) + role, "Role " + role, "Everybody who has it", "", icon::kGroups, -1});
  }
  for (const UserInfo& user : state.connection.users) {
    const std::string& name = user.email.empty() ? user.domain_name : user.email;
    items.push_back({name, user.name, name, "", nullptr, 4});
  }
  return items;
}

std::vector<PickerItem> OfflineEntities(const AppState& state) {
  std::vector<PickerItem> items;
  for (const Entity& entity : state.draft.current().entities) {
    if (entity.mode != DeviceMode::kOffline) continue;
    items.push_back({entity.name, EntityWords(state, entity.name), entity.name, "",
                     LookOf(entity.name).icon, -1});
  }
  return items;
}

const Finding* FindingOf(const AppState& state, std::size_t index) {
  const std::string path = "expect[" + std::to_string(index) + "]";
  for (const Finding& finding : state.study.findings) {
    if (finding.path == path && finding.severity != Severity::kInfo) return &finding;
  }
  return nullptr;
}

float RowHeight(const AppState& state, std::size_t index) {
  return FindingOf(state, index) == nullptr ? kRow : kRow + 22;
}

}  // namespace

float ExpectationsCard::Draw(Ui& ui, const AppState& state, CommandQueue& commands,
                             const Rect& column) {
  const Theme& t = ui.theme;
  const Policy& draft = state.draft.current();
  float rows = draft.expect.empty() ? 30 : 0;
  for (std::size_t i = 0; i < draft.expect.size(); ++i) rows += RowHeight(state, i);
  const Rect card = At(column.x0, column.y0, column.width(), 52 + rows + 48);
  ui.Card(card);
  const float title = ui.Middle(ui.fonts.title, t.text, card.x0 + 16, card.y0 + 25, "Expectations");
  ui.Fit(ui.fonts.small, t.text3, card.x0 + 26 + title, card.y0 + 26, card.width() - 50 - title,
         "Tests of what a user must, or must not, have on the device");
  float y = card.y0 + 52;
  if (draft.expect.empty()) {
    ui.Fit(ui.fonts.small, t.text3, card.x0 + 16, y + 10, card.width() - 32,
           "None. An expectation catches a change that takes too much, or something away.");
  }
  for (std::size_t i = 0; i < draft.expect.size(); ++i) {
    DrawRow(ui, state, commands, i, {card.x0 + 16, y, card.x1 - 16, y + 32});
    y += RowHeight(state, i);
  }
  if (LinkText(ui, "expect/add", {card.x0 + 10, card.y1 - 44}, "Add expectation", icon::kAdd)) {
    Policy next = draft;
    Expectation made;
    made.as = draft.project.roles.empty() ? "" : std::string(kRole) + draft.project.roles[0];
    made.entity = state.selected_entity;
    made.at_most = 1000;
    // Whom it is about is the first thing to say.
    if (made.as.empty()) menu_.Open("expect/" + std::to_string(draft.expect.size()) + "/as");
    next.expect.push_back(std::move(made));
    commands.Push(EditPolicy{std::move(next), "Add an expectation", {}});
  }
  return card.y1;
}

void ExpectationsCard::DrawRow(Ui& ui, const AppState& state, CommandQueue& commands,
                               std::size_t index, const Rect& row) {
  const Expectation& now = state.draft.current().expect[index];
  const std::string id = "expect/" + std::to_string(index);
  const float width = row.width() - 40;
  const Rect as = At(row.x0, row.y0, std::floor(width * 0.26F), 32);
  const Rect kind = At(as.x1 + 8, row.y0, std::floor(width * 0.17F), 32);
  const Rect what = {kind.x1 + 8, row.y0, row.x0 + width, row.y1};
  std::optional<Expectation> next;
  std::string merge;
  if (const auto chosen = menu_.Choose(
          ui, id + "/as", as, now.as.empty() ? "" : Who(state, now.as),
          [&] { return People(state); },
          {.hint = "Who", .icon = icon::kPerson, .wrong = now.as.empty()}, "As ")) {
    next = now;
    next->as = *chosen;
  }
  const auto kinds = [] {
    std::vector<PickerItem> items;
    for (const auto& [value, words] : kKinds) items.push_back({value, words, "", "", nullptr, -1});
    return items;
  };
  const Kind is = KindOf(now);
  if (const auto chosen = menu_.Choose(ui, id + "/kind", kind,
                                       kKinds[static_cast<std::size_t>(is)].second, kinds)) {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
      if (*chosen == kKinds[i].first) next = WithKind(now, static_cast<Kind>(i));
    }
  }
  if (is == Kind::kIncludes || is == Kind::kExcludes) {
    if (auto made = DrawRecord(ui, state, commands, now, id, what)) {
      next = std::move(made);
      merge = id + "/record";
    }
  } else if (auto made = DrawCount(ui, state, now, id, what)) {
    next = std::move(made);
    merge = id + "/count";
  }
  if (const Finding* finding = FindingOf(state, index)) {
    ui.Icon(ui.fonts.icon18, ui.theme.err.fill, {row.x0 + 9, row.y1 + 13}, icon::kError);
    ui.Fit(ui.fonts.small, ui.theme.err.fg, row.x0 + 26, row.y1 + 13, width - 26,
           FindingWords(*finding));
  }
  const bool removed = ui.IconButton(id + "/remove", {row.x1 - 32, row.y0}, icon::kClose, "Remove");
  if (!removed && !next) return;
  Policy policy = state.draft.current();
  if (removed) {
    policy.expect.erase(policy.expect.begin() + static_cast<std::ptrdiff_t>(index));
    typing_.wrong.clear();  // Those below have other numbers now.
    commands.Push(EditPolicy{std::move(policy), "Remove an expectation", {}});
  } else {
    policy.expect[index] = std::move(*next);
    commands.Push(EditPolicy{std::move(policy), "Change an expectation", merge});
  }
}

std::optional<Expectation> ExpectationsCard::DrawCount(Ui& ui, const AppState& state,
                                                       const Expectation& now,
                                                       const std::string& id, const Rect& r) {
  std::optional<Expectation> next;
  const std::vector<Bound> bounds = BoundsOf(now);
  const float width =
      bounds.size() == 1 ? std::min(110.0F, r.width() * 0.34F) : std::min(86.0F, r.width() * 0.2F);
  const std::function<Result<std::int64_t>(const std::string&)> parse =
      [](const std::string& text) { return ParseCount(text, 0); };
  float x = r.x0;
  for (const Bound& bound : bounds) {
    if (bound.at != bounds.front().at) {
      x += ui.Middle(ui.fonts.small, ui.theme.text2, x, r.cy(), bound.joined) + 8;
    }
    if (const auto typed = EditParsed<std::int64_t>(
            ui, typing_, id + "/" + (bounds.size() == 1 ? "number" : bound.key),
            At(x, r.y0, width, 32), std::to_string((now.*bound.at).value_or(0)), parse)) {
      next = now;
      next.value().*bound.at = *typed;
    }
    x += width + 8;
  }
  if (const auto chosen = menu_.Choose(ui, id + "/entity", {x, r.y0, r.x1, r.y1},
                                       now.entity.empty() ? "" : EntityWords(state, now.entity),
                                       [&] { return OfflineEntities(state); },
                                       {.hint = "Entity", .wrong = now.entity.empty()})) {
    next = now;
    next->entity = *chosen;
  }
  return next;
}

std::optional<Expectation> ExpectationsCard::DrawRecord(Ui& ui, const AppState& state,
                                                        CommandQueue& commands,
                                                        const Expectation& now,
                                                        const std::string& id, const Rect& r) {
  const auto [entity, record] = RecordOf(now);
  const float half = std::floor(r.width() * 0.42F);
  const Rect at = {r.x0 + half + 8, r.y0, r.x1, r.y1};
  const auto with = [&](const std::string& of, const std::string& key) {
    Expectation made = now;
    (now.excludes.empty() ? made.includes : made.excludes) = of + "/" + key;
    return made;
  };
  std::optional<Expectation> next;
  if (const auto chosen = menu_.Choose(ui, id + "/entity", At(r.x0, r.y0, half, 32),
                                       entity.empty() ? "" : EntityWords(state, entity),
                                       [&] { return OfflineEntities(state); },
                                       {.hint = "Entity", .wrong = entity.empty()})) {
    next = with(*chosen, *chosen == entity ? record : "");
  }
  if (!Connected(state) || entity.empty()) {
    if (const auto typed = EditText(ui, typing_, id + "/record", at, record,
                                    {.hint = "Its id: 6f1d0c7e-…", .wrong = record.empty()})) {
      next = with(entity, std::string(Trim(*typed)));
    }
    return next;
  }
  const LookupState& lookup = state.lookup;
  const std::string field = id + "/record";
  const auto name = lookup.names.find(LowerAscii(record));
  if (IsGuid(record) && name == lookup.names.end() && !lookup.asked.contains(LowerAscii(record))) {
    commands.Push(NameRecords{{entity}, {LowerAscii(record)}});
  }
  SearchWhatIsTyped(state, commands, menu_, field, {entity});
  const auto found = [&] { return FoundItems(state); };
  const bool known = name != lookup.names.end() && !name->second.empty();
  // An id can be pasted; a key that is no GUID is one of a server without those.
  const std::string_view typed = Trim(menu_.typed());
  const bool nothing_found =
      !lookup.searching && lookup.error.empty() && lookup.text == typed && lookup.found.empty();
  const bool typed_id = menu_.IsOpen(field) && (IsGuid(typed) || (!typed.empty() && nothing_found));
  if (const auto chosen = menu_.Choose(ui, field, at, known ? name->second : record, found,
                                       {.hint = "Find a record", .wrong = record.empty()},
                                       typed_id ? "Use the id " : nullptr, SearchNote(state))) {
    next = with(entity, *chosen);
  }
  SearchAgainIfAsked(commands, menu_, field, {entity});
  return next;
}

}  // namespace satchel
