#include "app/console/panels/history_panel.h"

#include <algorithm>
#include <cmath>

#include "app/console/panels/change_lines.h"
#include "app/console/panels/finding_words.h"
#include "app/console/panels/publish_panel.h"
#include "app/console/settings.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

// The version chosen, else the newest.
std::size_t ChosenOf(const PublishState& publish) {
  const auto& history = publish.view->history;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].version == publish.selected) return i;
  }
  return 0;
}

// How much a version changed, and whether that forces a foreground sync.
void DrawCounts(Ui& ui, const std::vector<Change>& steps, bool first, float x, float cy) {
  const Theme& t = ui.theme;
  const auto count = static_cast<std::int64_t>(steps.size());
  const std::string words = first ? "The first"
                            : count == 0
                                ? "None"
                                : HumanCount(count) + (count == 1 ? " change" : " changes");
  x += ui.Middle(ui.fonts.small, count == 0 || first ? t.text3 : t.text, x, cy, words) + 10;
  const bool structural = std::any_of(steps.begin(), steps.end(),
                                      [](const Change& change) { return change.structural; });
  if (!first && structural) ui.Pill({x, cy - 11}, "Structural", t.violet);
}

}  // namespace

bool HistoryScreen::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                         bool details) {
  const Theme& t = ui.theme;
  bool wants_details = false;
  area = {area.x0 + kPage, area.y0 + 20, area.x1 - kPage, area.y1 - 20};
  const Rect head = area.CutTop(56);
  ui.Text(ui.fonts.display, t.text, {head.x0, head.y0}, "History");
  ui.Fit(ui.fonts.body, t.text2, head.x0, head.y0 + 41, head.width() - 60,
         "Every version that was published. Restoring one publishes it again, as the newest.");
  if (details) {
    wants_details = ui.IconButton("history/details", {head.x1 - 36, head.y0 + 8},
                                  icon::kViewSidebar, "The selected version");
  }
  area.y0 += 14;
  const bool missing = NeedsView(state, commands);
  const PublishState& publish = state.publish;
  if (missing || publish.view->history.empty()) {
    const Point centre = {area.cx(), area.y0 + std::min(area.height() * 0.3F, 170.0F)};
    ui.Dot(centre, 44, t.accent_soft);
    ui.Icon(ui.fonts.icon28, t.accent, centre, icon::kHistory);
    const bool broken = !publish.error.empty() && !publish.missing;
    // On the way to the answer nothing is known yet.
    const bool reading = missing && !publish.folder.empty() && publish.error.empty();
    ui.Centre(ui.fonts.heading, t.text, {centre.x, centre.y + 74},
              broken    ? "The folder cannot be used"
              : reading ? "Reading what is published"
                        : "Nothing was published yet");
    const float tall = ui.WrappedCentre(
        ui.fonts.body, t.text2, {centre.x, centre.y + 94}, std::min(560.0F, area.width() - 40),
        broken                   ? Capitalised(publish.error) + "."
        : reading                ? ""
        : publish.folder.empty() ? "Choose a folder on the Publish screen."
        : publish.missing ? ShortPath(publish.folder) + " is not there; it can be made on Publish."
                          : "Versions of this project will stand here.");
    const float w = ui.ButtonWidth("Go to Publish", true);
    if (ui.Button("history/publish", {std::floor(centre.x - w / 2), centre.y + 110 + tall},
                  "Go to Publish", icon::kRocketLaunch, ButtonStyle::kPrimary)) {
      commands.Push(ShowScreen{Screen::kPublish});
    }
    return wants_details;
  }
  constexpr float kRow = 48;
  const auto& history = publish.view->history;
  area.y1 = std::min(area.y1, area.y0 + 40 + kRow * static_cast<float>(history.size()));
  ui.Card(area);
  const float by_x = area.x0 + 330;
  const float changes_x = by_x + std::max(130.0F, area.width() * 0.14F);
  const float note_x = changes_x + 190;
  const Rect header = {area.x0 + 1, area.y0 + 1, area.x1 - 1, area.y0 + 37};
  ui.Fill(header, t.sunken, kCardRadius, ImDrawFlags_RoundCornersTop);
  ui.LineH(header.x0, header.x1, header.y1 - 1, t.border);
  ui.Middle(ui.fonts.caption, t.text3, area.x0 + 20, header.cy(), "Version");
  ui.Middle(ui.fonts.caption, t.text3, area.x0 + 150, header.cy(), "Published");
  ui.Middle(ui.fonts.caption, t.text3, by_x, header.cy(), "By");
  ui.Middle(ui.fonts.caption, t.text3, changes_x, header.cy(), "Changes");
  ui.Middle(ui.fonts.caption, t.text3, note_x, header.cy(), "Note");
  const Rect body = {header.x0, header.y1, header.x1, area.y1 - 2};
  const Point origin = ui.BeginScroll("history/rows", body);
  const std::size_t chosen = ChosenOf(publish);
  for (std::size_t i = 0; i < history.size(); ++i) {
    const PublishedVersion& version = history[i];
    const Rect r = At(origin.x, origin.y + static_cast<float>(i) * kRow, body.width(), kRow);
    if (r.y1 < body.y0 - kRow || r.y0 > body.y1 + kRow) continue;
    const Press press =
        ui.Hit("history/version/" + std::to_string(version.version), r.Inset(2, 2), 6);
    if (press.clicked) commands.Push(SelectVersion{version.version});
    if (i == chosen) {
      ui.Fill(r, Mix(t.surface, t.accent_soft, 0.75F));
      ui.Fill({r.x0, r.y0, r.x0 + 3, r.y1}, t.accent_fill);
    } else if (press.hovered) {
      ui.Fill(r, t.hover);
    }
    if (i + 1 < history.size()) ui.LineH(r.x0 + 20, r.x1, r.y1 - 1, t.border);
    const float w =
        ui.Middle(ui.fonts.semibold, t.text, r.x0 + 20, r.cy(), std::to_string(version.version));
    if (version.current) ui.Pill({r.x0 + 32 + w, r.cy() - 11}, "Current", t.ok, nullptr, true);
    if (!version.problem.empty()) {
      ui.Fit(ui.fonts.small, t.err.fg, r.x0 + 150, r.cy(), r.width() - 170,
             Capitalised(version.problem));
      continue;
    }
    const Published header_of = version.policy.published.value_or(Published{});
    ui.Fit(ui.fonts.small, t.text2, r.x0 + 150, r.cy(), by_x - r.x0 - 164,
           MomentWords(header_of.at));
    ui.Fit(ui.fonts.small, t.text2, by_x, r.cy(), changes_x - by_x - 16, header_of.by);
    DrawCounts(ui, publish.view->steps[i], i + 1 == history.size(), changes_x, r.cy());
    ui.Fit(ui.fonts.small, t.text, note_x, r.cy(), r.x1 - note_x - 20, header_of.note);
  }
  ui.EndScroll(origin.y + static_cast<float>(history.size()) * kRow);
  return wants_details;
}

void HistoryScreen::DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands,
                                  Rect area) {
  const Theme& t = ui.theme;
  const PublishState& publish = state.publish;
  if (!publish.view || publish.view->history.empty()) {
    ui.Text(ui.fonts.heading, t.text, {area.x0 + 20, area.y0 + 20}, "Versions");
    ui.Wrapped(ui.fonts.small, t.text2, {area.x0 + 20, area.y0 + 54}, area.width() - 40,
               "Who published a version, when and why, and what it changed, is said here.");
    return;
  }
  const std::size_t chosen = ChosenOf(publish);
  const PublishedVersion& version = publish.view->history[chosen];
  const Published header = version.policy.published.value_or(Published{});
  Rect foot = area;
  foot = foot.CutBottom(60);
  const Rect view = {area.x0 + 20, area.y0 + 20, area.x1 - 8, foot.y0};
  const Point origin = ui.BeginScroll("history/inspector", view);
  const float x0 = origin.x;
  const float x1 = origin.x + view.width() - 14;
  float y = origin.y;
  ui.Text(ui.fonts.heading, t.text, {x0, y}, "Version " + std::to_string(version.version));
  if (version.current) {
    const float w = ui.PillWidth("Current", false, true);
    ui.Pill({x1 - w, y}, "Current", t.ok, nullptr, true);
  }
  y += 36;
  if (!header.note.empty()) {
    y += ui.Wrapped(ui.fonts.body, t.text, {x0, y}, x1 - x0, header.note) + 12;
  }
  const auto pair = [&](const char* key, const std::string& value) {
    if (value.empty()) return;
    ui.Text(ui.fonts.caption, t.text3, {x0, y}, key);
    y += 18;
    y += ui.Wrapped(ui.fonts.small, t.text, {x0, y}, x1 - x0, value) + 10;
  };
  pair("Published", MomentWords(header.at));
  pair("By", header.by);
  pair("Content hash", header.content_hash);
  for (const auto& [rule, reason] : header.acknowledged) {
    std::string words = "Acknowledged: " + rule;
    std::replace(words.begin(), words.end(), '-', ' ');
    pair(words.c_str(), reason);
  }
  pair("It cannot be used", Capitalised(version.problem));
  ui.LineH(x0, x1, y + 2, t.border);
  y += 18;
  const auto& steps = publish.view->steps[chosen];
  const bool first = chosen + 1 == publish.view->history.size();
  ui.Text(ui.fonts.caption, t.text3, {x0, y},
          first ? "THE FIRST VERSION"
                : "CHANGES AGAINST VERSION " +
                      std::to_string(publish.view->history[chosen + 1].version));
  y += 24;
  constexpr std::size_t kMost = 40;
  for (std::size_t i = 0; i < std::min(steps.size(), kMost); ++i) {
    const Change& change = steps[i];
    const Tone& tone = change.kind == Change::Kind::kAdded     ? t.ok
                       : change.kind == Change::Kind::kRemoved ? t.err
                                                               : t.accents;
    ui.Dot({x0 + 6, y + 9}, 3, tone.fill);
    y += DrawChange(ui, publish.view->step_words[chosen][i], {x0 + 18, y}, x1 - x0 - 18) + 8;
  }
  if (steps.size() > kMost) {
    ui.Text(ui.fonts.small, t.text3, {x0 + 18, y},
            "and " + HumanCount(static_cast<std::int64_t>(steps.size() - kMost)) + " more");
    y += 24;
  }
  for (const Entity& entity : version.policy.entities) {
    if (!first) break;
    ui.Icon(ui.fonts.icon16, t.text2, {x0 + 8, y + 9}, LookOf(entity.name).icon);
    ui.Fit(ui.fonts.small, t.text, x0 + 26, y + 9, x1 - x0 - 100, EntityWords(state, entity.name));
    ui.Right(ui.fonts.caption, t.text3, x1, y + 9,
             entity.mode == DeviceMode::kOffline ? "Offline" : "Online");
    y += 26;
  }
  if (!first && steps.empty()) {
    ui.Text(ui.fonts.small, t.text3, {x0, y}, "It says the same.");
    y += 24;
  }
  ui.EndScroll(y);
  ui.LineH(area.x0, area.x1, foot.y0, t.border);
  if (version.current) {  // Nothing to restore: say why there is no button.
    ui.Icon(ui.fonts.icon20, t.ok.fill, {area.x0 + 30, foot.cy()}, icon::kCheckCircle);
    ui.Fit(ui.fonts.small, t.text2, area.x0 + 48, foot.cy(), area.width() - 68,
           "Devices read this version");
    return;
  }
  const bool can = version.problem.empty() && !publish.busy;
  if (ui.Button("history/restore", {area.x0 + 20, foot.y0 + 14}, "Restore this version…",
                icon::kRestore, ButtonStyle::kSecondary, area.width() - 40, can)) {
    commands.Push(RestoreVersion{.version = version.version});
  }
}

}  // namespace satchel
