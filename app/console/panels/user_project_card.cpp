#include "app/console/panels/user_project_card.h"

#include <algorithm>

#include "app/console/panels/finding_words.h"
#include "policy/check/resolve.h"
#include "policy/support/text.h"

namespace satchel {
namespace {

// Below the project's title: "For the role 'Technician', priority 10".
std::string Reason(const ProjectStanding& standing) {
  constexpr std::string_view kIs = "is ";
  const std::string& reason = standing.reason;
  return Capitalised(reason.starts_with(kIs) ? reason.substr(kIs.size()) : reason);
}

}  // namespace

float UserProjectCard::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Point at,
                            float width) {
  const Theme& t = ui.theme;
  const ServerConnection& connection = state.connection;
  std::vector<Project> projects;
  for (const FolderProject& file : state.projects.files) {
    if (file.error.empty()) projects.push_back(ProjectOf(state, file));
  }
  const UserInfo* user = ChosenUser(state);
  const Resolution resolution = user ? ResolveProject(projects, user->roles) : Resolution{};
  const float lines = user ? static_cast<float>(resolution.standings.size()) * 48 : 40;
  std::vector<const Finding*> said;
  for (const Finding& finding : resolution.findings) said.push_back(&finding);
  float notes = 0;
  for (const Finding* finding : said) {
    notes += Ui::WrappedHeight(ui.fonts.small, FindingWords(*finding), width - 76) + 14;
  }
  const Rect card = At(at.x, at.y, width, 118 + lines + notes);
  ui.Card(card);
  ui.Middle(ui.fonts.title, t.text, card.x0 + 16, card.y0 + 26, "Which project does a user get?");
  const Rect field = At(card.x0 + 16, card.y0 + 50, std::min(420.0F, card.width() - 32), 44);
  const Press press = ui.Hit("projects/user", field);
  ui.Fill(field, press.hovered ? t.hover : t.dark ? t.sunken : t.surface, 8);
  ui.Frame(field, t.border2, 8);
  const std::string who = user ? user->name : "Choose a user";
  if (user) {
    ui.Avatar({field.x0 + 26, field.cy()}, 14, who, t.Hue(4));
  } else {
    ui.Icon(ui.fonts.icon20, t.text3, {field.x0 + 26, field.cy()}, icon::kPerson);
  }
  ui.Fit(ui.fonts.small_medium, user ? t.text : t.text3, field.x0 + 50, field.cy() - 8,
         field.width() - 84, who);
  ui.Fit(
      ui.fonts.caption, t.text3, field.x0 + 50, field.cy() + 10, field.width() - 84,
      user ? (user->roles.empty() ? "No roles" : Join(user->roles, ", ")) : "Their roles decide");
  ui.Icon(ui.fonts.icon20, t.text3, {field.x1 - 18, field.cy()}, icon::kUnfoldMore);
  if (press.clicked) user_.Open();
  std::vector<PickerItem> items;
  for (const UserInfo& each : connection.users) {
    if (!each.enabled) continue;
    items.push_back(
        {each.id, each.name, each.email, each.roles.empty() ? "" : each.roles[0], nullptr, 4});
  }
  const bool connected = connection.state == ServerConnection::State::kOnline;
  if (const auto chosen = user_.Draw(ui, "projects-user", {field.x0, field.y1 + 6}, 420,
                                     "Name, e-mail or role", items,
                                     !connected                 ? "Connect to a server first"
                                     : connection.reading_users ? "Reading users"
                                                                : "No user matches")) {
    commands.Push(ChooseUser{*chosen});
  }
  float y = field.y1 + 12;
  if (!user) {
    ui.Fit(ui.fonts.small, t.text2, card.x0 + 16, y + 14, card.width() - 32,
           connected ? "Of the projects whose roles they have, the one with the highest priority."
                     : "The server says which roles a user has: connect to one first.");
    return card.y1;
  }
  using Kind = ProjectStanding::Kind;
  for (const ProjectStanding& standing : resolution.standings) {
    const Project& project = projects[standing.project];
    const Rect row = At(card.x0 + 16, y, card.width() - 32, 44);
    y += 48;
    const bool chosen = standing.kind == Kind::kChosen;
    const Tone& tone = chosen                              ? t.ok
                       : standing.kind == Kind::kTied      ? t.err
                       : standing.kind == Kind::kOutranked ? t.warn
                                                           : t.neutral;
    ui.Fill(row, chosen ? t.ok.soft : t.sunken, 8);
    ui.Icon(ui.fonts.icon20, tone.fill, {row.x0 + 22, row.cy()},
            chosen                         ? icon::kCheckCircle
            : standing.kind == Kind::kTied ? icon::kError
                                           : icon::kRemoveCircle);
    ui.Fit(ui.fonts.small_medium, t.text, row.x0 + 44, row.cy() - 8, row.width() - 60,
           TitleOf(project));
    ui.Fit(ui.fonts.caption, t.text2, row.x0 + 44, row.cy() + 10, row.width() - 60,
           Reason(standing));
  }
  y += 4;
  for (const Finding* finding : said) {
    ui.Icon(ui.fonts.icon18, finding->severity == Severity::kError ? t.err.fill : t.warn.fill,
            {card.x0 + 28, y + 9}, icon::kWarning);
    y += ui.Wrapped(ui.fonts.small, t.text, {card.x0 + 48, y}, width - 76, FindingWords(*finding)) +
         14;
  }
  return card.y1;
}

}  // namespace satchel
