#include <cmath>
#include <filesystem>
#include <utility>

#include "app/console/panels/finding_words.h"
#include "app/console/panels/start_panel.h"
#include "app/console/selectors.h"
#include "app/console/settings.h"
#include "policy/model/name.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

// Beside the last policy, else where the program was started.
std::string FolderFor(const AppState& state) {
  if (!state.recent.empty()) return state.recent.front().parent_path().string();
  std::error_code ignored;
  return std::filesystem::current_path(ignored).string();
}

std::string Trouble(const AppState& state) {
  return ErrorWords(state, state.connection.error) + ".";
}

// What a title suggests as a name: "Field service 2" → "field-service-2". Nothing where it has
// letters that a name cannot have.
std::string NameFor(const std::string& title) {
  std::string name;
  for (const char c : LowerAscii(Trim(title))) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (static_cast<unsigned char>(c) >= 0x80U) return {};
    if (letter) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  return IsProjectName(name) ? name : "";
}

void Head(Ui& ui, const Rect& card, const char* number, const char* title, bool done) {
  const Theme& t = ui.theme;
  ui.Card(card);
  ui.Dot({card.x0 + 30, card.y0 + 27}, 12, done ? t.ok.fill : t.accent_fill);
  if (done) {
    ui.Icon(ui.fonts.icon16, t.on_accent, {card.x0 + 30, card.y0 + 27}, icon::kCheck);
  } else {
    ui.Centre(ui.fonts.small_medium, t.on_accent, {card.x0 + 30, card.y0 + 27}, number);
  }
  ui.Middle(ui.fonts.title, t.text, card.x0 + 54, card.y0 + 27, title);
}

}  // namespace

bool NewPolicyPage::Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area) {
  const Theme& t = ui.theme;
  const float width = std::min(1080.0F, area.width() - 2 * kPage);
  Rect page = At(std::floor(area.cx() - width / 2), area.y0 + 24, width, area.height() - 44);
  const Rect head = page.CutTop(56);
  const bool back = ui.IconButton("new/back", {head.x0 - 4, head.y0 - 3}, icon::kArrowBack,
                                  "Back to the start", 34);
  ui.Text(ui.fonts.display, t.text, {head.x0 + 40, head.y0}, "New from a server");
  page.y0 += 12;
  const float left = std::floor((width - kGap) * 0.42F);
  Rect column = page.CutLeft(left);
  page.x0 += kGap;
  // As high as what there is to say of the connection.
  const bool failed = state.connection.state == ServerConnection::State::kFailed;
  const float said = failed ? Ui::WrappedHeight(ui.fonts.small, Trouble(state), left - 64) : 0;
  DrawServer(ui, state, commands, column.CutTop(std::max(156.0F, 128 + said)));
  column.y0 += kGap;
  DrawName(ui, state, column);
  DrawEntities(ui, state, commands, page);
  return back;
}

void NewPolicyPage::DrawServer(Ui& ui, const AppState& state, CommandQueue& commands,
                               const Rect& card) {
  const Theme& t = ui.theme;
  const ServerConnection& connection = state.connection;
  Head(ui, card, "1", "Server", Connected(state));
  const Rect field = At(card.x0 + 16, card.y0 + 56, card.width() - 32, 40);
  const Press press = ui.Hit("new/server", field);
  if (opening_ && ui.by_keyboard) ui.TakeFocus();
  opening_ = false;
  ui.Fill(field, press.hovered ? t.hover : t.dark ? t.sunken : t.surface, 8);
  ui.Frame(field, t.border2, 8);
  ui.Icon(ui.fonts.icon20, t.text2, {field.x0 + 20, field.cy()}, icon::kDns);
  ui.Fit(ui.fonts.small_medium, connection.host.empty() ? t.text3 : t.text, field.x0 + 40,
         field.cy(), field.width() - 70,
         connection.host.empty() ? "Choose a profile, or type an address" : connection.host);
  ui.Icon(ui.fonts.icon20, t.text3, {field.x1 - 18, field.cy()}, icon::kUnfoldMore);
  if (press.clicked) server_.Open();
  std::vector<PickerItem> items;
  for (const std::string& name : state.servers) {
    items.push_back({name, name, "Connection profile", "", icon::kDns, -1});
  }
  if (const auto chosen = server_.Draw(ui, "new-server", {field.x0, field.y1 + 6}, 400,
                                       "Profile name, or https://…/api/data/v9.2/", items,
                                       "Type an address", "Connect to ")) {
    commands.Push(ConnectTo{*chosen});
  }
  const float cy = field.y1 + 26;
  const float room = card.width() - 64;
  switch (connection.state) {
    case ServerConnection::State::kNone:
      ui.Fit(ui.fonts.small, t.text2, field.x0, cy, room + 20, "Nothing is written to it.");
      break;
    case ServerConnection::State::kConnecting:
      ui.Icon(ui.fonts.icon18, t.info.fill, {field.x0 + 9, cy}, icon::kAutorenew);
      ui.Fit(ui.fonts.small, t.text2, field.x0 + 26, cy, room, "Connecting");
      break;
    case ServerConnection::State::kOnline:
      ui.Icon(ui.fonts.icon18, t.ok.fill, {field.x0 + 9, cy}, icon::kCheckCircle);
      ui.Fit(ui.fonts.small, t.text2, field.x0 + 26, cy, room,
             "Signed in as " + connection.identity.user_name);
      break;
    case ServerConnection::State::kFailed:
      ui.Icon(ui.fonts.icon18, t.err.fill, {field.x0 + 9, cy}, icon::kError);
      ui.Wrapped(ui.fonts.small, t.err.fg, {field.x0 + 26, cy - 8}, room + 6, Trouble(state));
      break;
  }
}

void NewPolicyPage::DrawEntities(Ui& ui, const AppState& state, CommandQueue& commands,
                                 const Rect& card) {
  const Theme& t = ui.theme;
  constexpr float kRow = 44;
  constexpr float kFoot = 60;
  const std::vector<EntityName>& all = state.connection.entities;
  Head(ui, card, "3", "Entities", !chosen_.empty());
  if (!chosen_.empty()) {
    ui.Right(ui.fonts.small_medium, t.accent, card.x1 - 16, card.y0 + 27,
             HumanCount(std::ssize(chosen_)) + " chosen");
  }
  if (all.empty()) {
    const float cy = card.cy();
    ui.Icon(ui.fonts.icon28, t.text3, {card.cx(), cy - 24}, icon::kTableRows);
    ui.Centre(ui.fonts.small, t.text2, {card.cx(), cy + 8},
              "The server's entities are listed here once it is connected.");
    DrawCreate(ui, state, commands, {card.x0, card.y1 - kFoot, card.x1, card.y1});
    return;
  }
  // Enter ends the writing in the same frame: what counts is who wrote in the one before.
  const bool enter = searching_ && compat::Pressed(compat::Key::kEnter) && !search_.empty();
  ui.Input("new/search", At(card.x0 + 16, card.y0 + 54, card.width() - 32, 34), &search_,
           "Search by name; Enter ticks the first", icon::kSearch, std::exchange(refocus_, false));
  searching_ = ui.record.focused == "new/search";
  const Rect body = {card.x0 + 10, card.y0 + 96, card.x1 - 4, card.y1 - kFoot};
  const Point origin = ui.BeginScroll("new/list", body);
  float y = origin.y;
  for (const EntityName& entity : all) {
    if (!Matches(search_, {entity.label, entity.name})) continue;
    const Rect row = At(origin.x, y, body.width() - 14, kRow);
    y += kRow;
    const bool first = y == origin.y + kRow;
    const Press press = ui.Hit("new/entity/" + entity.name, row, 6);
    if (enter && first) Toggle(entity.name);
    if (row.y1 < body.y0 || row.y0 > body.y1) continue;
    const bool on = chosen_.contains(entity.name);
    if (press.hovered || on) ui.Fill(row.Inset(0, 1), on ? t.accent_soft : t.hover, 6);
    ui.CheckMark(At(row.x0 + 10, row.cy() - 9, 18, 18), on, press.hovered);
    const EntityLook look = LookOf(entity.name);
    ui.Tile({row.x0 + 40, row.cy() - 15}, 30, look.icon, t.Hue(look.hue));
    const std::string& label = entity.label.empty() ? entity.name : entity.label;
    ui.Fit(ui.fonts.small_medium, t.text, row.x0 + 80, row.cy() - 9, row.width() - 90, label);
    ui.Fit(ui.fonts.caption, t.text3, row.x0 + 80, row.cy() + 9, row.width() - 90, entity.name);
    if (press.clicked) Toggle(entity.name);
  }
  if (enter) {  // On to the next one.
    search_.clear();
    refocus_ = true;
  }
  if (y == origin.y) {
    ui.Centre(ui.fonts.small, t.text2, {body.cx(), origin.y + 24}, "No entity matches");
    y += kRow;
  }
  ui.EndScroll(y);
  DrawCreate(ui, state, commands, {card.x0, card.y1 - kFoot, card.x1, card.y1});
}

void NewPolicyPage::DrawName(Ui& ui, const AppState& state, const Rect& column) {
  const Theme& t = ui.theme;
  const bool named = IsProjectName(name_);
  std::string problem = Capitalised(state.start.create_error);
  if (!name_.empty() && !named) {
    problem =
        "Use small letters, digits and hyphens, and begin with a letter or digit: field-service.";
  }
  const float said =
      problem.empty() ? 0 : Ui::WrappedHeight(ui.fonts.small, problem, column.width() - 32) + 14;
  const Rect card = At(column.x0, column.y0, column.width(), 54 + 3 * 60 + said + 10);
  Head(ui, card, "2", "Name", named);
  float y = card.y0 + 54;
  const float x0 = card.x0 + 16;
  const float width = card.width() - 32;
  const auto field = [&](const char* id, const char* label, std::string* text, const char* hint) {
    ui.Text(ui.fonts.caption, t.text3, {x0, y}, label);
    const bool changed = ui.Input(id, At(x0, y + 20, width, 32), text, hint, nullptr);
    y += 60;
    return changed;
  };
  const bool titled = field("new/title", "Title", &title_, "Field service technicians");
  if (titled && !name_typed_) name_ = NameFor(title_);
  if (field("new/name", "Project name: a-z, 0-9 and hyphens", &name_, "field-service")) {
    name_typed_ = !name_.empty();
  }
  if (!file_typed_) {
    file_ = named ? (std::filesystem::path(FolderFor(state)) / (name_ + ".yaml")).string() : "";
  }
  if (field("new/file", "File", &file_, "~/policies/field-service.yaml")) file_typed_ = true;
  if (!problem.empty()) ui.Wrapped(ui.fonts.small, t.err.fg, {x0, y}, width, problem);
}

// What is still missing, and the one button of the page.
void NewPolicyPage::DrawCreate(Ui& ui, const AppState& state, CommandQueue& commands,
                               const Rect& foot) {
  const Theme& t = ui.theme;
  ui.LineH(foot.x0 + 1, foot.x1 - 1, foot.y0, t.border);
  const std::string missing = !Connected(state)       ? "Connect to a server first"
                              : !IsProjectName(name_) ? "Give it a name first"
                              : file_.empty()         ? "Say where to keep it"
                              : chosen_.empty()       ? "Choose entities first"
                                                      : "";
  const float width = ui.ButtonWidth("Create the policy", true);
  const Rect words = {foot.x0 + 16, foot.y0, foot.x1 - width - 28, foot.y1};
  ui.Fit(ui.fonts.small, t.text2, words.x0, words.cy(), words.width(),
         state.start.creating ? "Reading what the server says of them" : missing);
  if (!ui.Button("new/create", {foot.x1 - 16 - width, foot.cy() - 16}, "Create the policy",
                 icon::kAutoAwesome, ButtonStyle::kPrimary, 0,
                 missing.empty() && !state.start.creating, missing)) {
    return;
  }
  NewPolicy made = {.file = ExpandHome(file_), .name = name_, .title = title_};
  for (const EntityName& entity : state.connection.entities) {
    if (chosen_.contains(entity.name)) made.entities.push_back(entity.name);
  }
  commands.Push(made);
}

}  // namespace satchel
