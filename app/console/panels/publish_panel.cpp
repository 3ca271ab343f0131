#include "app/console/panels/publish_panel.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "app/console/panels/change_lines.h"
#include "app/console/panels/finding_words.h"
#include "app/console/settings.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

void Message(Ui& ui, const Rect& area, const char* glyph, const char* title,
             const std::string& text) {
  const Point centre = {area.cx(), area.y0 + std::min(area.height() * 0.3F, 170.0F)};
  ui.Dot(centre, 44, ui.theme.accent_soft);
  ui.Icon(ui.fonts.icon28, ui.theme.accent, centre, glyph);
  ui.Centre(ui.fonts.heading, ui.theme.text, {centre.x, centre.y + 74}, title);
  const float width = std::min(560.0F, area.width() - 40);
  ui.WrappedCentre(ui.fonts.body, ui.theme.text2, {centre.x, centre.y + 94}, width, text);
}

const char* IconOfChange(const Change& change) {
  const auto has = [&](const char* part) { return change.path.find(part) != std::string::npos; };
  if (has("filter") || has("links")) return icon::kFilterAlt;
  if (has("triggers")) return icon::kBolt;
  if (has("modes")) return icon::kSwapHoriz;
  if (has("budgets") || has("expect")) return icon::kFactCheck;
  if (change.entity.empty()) return icon::kSettings;
  return LookOf(change.entity).icon;
}

// Of the first version nothing changes: what it brings, entity by entity.
void DrawFirst(Ui& ui, const AppState& state, const Rect& body) {
  const Theme& t = ui.theme;
  const Point origin = ui.BeginScroll("publish/first", body);
  constexpr float kLeastRow = 52;
  float y = origin.y + 12;
  y += ui.Wrapped(ui.fonts.small, t.text2, {origin.x + 16, y}, body.width() - 32,
                  "Nothing was published yet: all of this is new.") +
       6;
  for (const EntityRow& row : EntityRows(state)) {
    const float room = body.width() - 12 - 58 - 8;
    const std::string sentence = row.offline ? row.sentence : "Read live, not stored";
    const float text = 22 + Ui::WrappedHeight(ui.fonts.caption, sentence, room);
    const Rect r = At(origin.x, y, body.width() - 12, std::max(kLeastRow, text + 16));
    const float top = std::floor(r.cy() - text / 2);
    const Rect tile = At(r.x0 + 16, r.cy() - 15, 30, 30);
    ui.Fill(tile, t.ok.soft, 7);
    ui.Icon(ui.fonts.icon18, t.ok.fg, {tile.cx(), tile.cy()}, LookOf(row.name).icon);
    ui.Fit(ui.fonts.small_medium, t.text, r.x0 + 58, top + 9, room, row.label);
    ui.Wrapped(ui.fonts.caption, t.text3, {r.x0 + 58, top + 22}, room, sentence);
    ui.LineH(r.x0 + 58, r.x1, r.y1 - 1, t.border);
    y += r.height();
  }
  ui.EndScroll(y);
}

}  // namespace

bool NeedsView(const AppState& state, CommandQueue& commands) {
  const PublishState& publish = state.publish;
  if (publish.folder.empty()) return true;
  if (publish.serial != state.draft_serial && !publish.busy) commands.Push(CompareWithPublished{});
  return !publish.view;
}

std::string MomentWords(const std::string& iso) {
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  if (std::sscanf(iso.c_str(), "%d-%d-%dT%d:%d", &year, &month, &day, &hour, &minute) != 5 ||
      month < 1 || month > 12) {
    return iso;
  }
  char text[64] = {};
  (void)std::snprintf(text, sizeof text, "%d %s %d, %02d:%02d UTC", day,
                      kMonths[static_cast<std::size_t>(month - 1)], year, hour, minute);
  return text;
}

bool PublishScreen::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                         bool details) {
  const Theme& t = ui.theme;
  bool wants_details = false;
  area = {area.x0 + kPage, area.y0 + 20, area.x1 - kPage, area.y1 - 20};
  const Rect head = area.CutTop(56);
  ui.Text(ui.fonts.display, t.text, {head.x0, head.y0}, "Publish");
  const PublishState& publish = state.publish;
  // The field stays where it is until the path is typed: every letter sets the folder.
  const bool asked = asking_;
  asking_ = publish.folder.empty() || (asking_ && typing_.id == "publish/folder");
  moved_ = asked && !asking_ && ui.by_keyboard;
  const bool missing = NeedsView(state, commands);
  std::string sub = "Versions in a folder that devices read; none is ever written again";
  if (publish.view && publish.view->newest() > 0) {
    const PublishedVersion& last = publish.view->history.front();
    const auto changes = static_cast<std::int64_t>(publish.view->changes.size());
    sub = changes == 0 ? "Nothing changed"
                       : HumanCount(changes) + (changes == 1 ? " change" : " changes");
    sub += " since version " + std::to_string(last.version);
    if (last.policy.published) {
      sub += ", published " + MomentWords(last.policy.published->at) + " by " +
             last.policy.published->by;
    }
  } else if (publish.view) {
    sub = "Nothing was published yet: this is version 1";
  }
  float right = head.x1;
  if (details) {
    // Behind it are the checklist and the button itself: it is the next step here.
    const char* words = "Publish…";
    right -= ui.ButtonWidth(words, true);
    wants_details = ui.Button("publish/details", {right, head.y0 + 8}, words, icon::kRocketLaunch,
                              ButtonStyle::kPrimary, 0, true, "Checklist, note and the button");
    right -= 8;
  }
  if (publish.view && !asking_ && !publish.view->changes.empty()) {
    const std::vector<std::string> forms = {"Unified", "Split", "Summary"};
    right -= ui.SegmentsWidth(forms);
    form_ = static_cast<Form>(
        ui.Segments("publish/form", {right, head.y0 + 8}, forms, static_cast<int>(form_)));
  }
  right -= 40;
  DrawExport(ui, commands, {right, head.y0 + 8});
  ui.Fit(ui.fonts.body, t.text2, head.x0, head.y0 + 41, right - head.x0 - 16, sub);
  area.y0 += 14;
  if (asking_) {
    Message(ui, area, icon::kRocketLaunch, "Choose where to publish to",
            "The folder that devices read the project's versions from.");
    const float y = area.y0 + std::min(area.height() * 0.3F, 170.0F) + 136;
    const float half = std::min(500.0F, area.width() - 40) / 2;
    const float button = ui.ButtonWidth("Continue", false);
    DrawFolder(ui, state, commands, {area.cx() - half, y, area.cx() + half - button - 8, y + 32});
    // Every letter set the folder already: going on is leaving the field.
    (void)ui.Button("publish/continue", {area.cx() + half - button, y}, "Continue", nullptr,
                    ButtonStyle::kSecondary, 0, !publish.folder.empty());
    DrawSuggestion(ui, state, commands, {area.cx(), y + 44}, half);
    return wants_details;
  }
  if (!publish.error.empty()) {
    if (publish.missing) {
      DrawMissing(ui, state, commands, area);
    } else {
      Message(ui, area, icon::kError, "The folder cannot be used",
              Capitalised(publish.error) + ".");
    }
    return wants_details;
  }
  if (missing) {
    Message(ui, area, icon::kHourglassEmpty, "Comparing with what is published", "");
    return wants_details;
  }
  const PublishView& view = *publish.view;
  if (view.changes.empty() && view.rows.empty() && view.newest() > 0) {
    Message(ui, area, icon::kCheckCircle, "The draft is what is published",
            "What you change shows here, by meaning and as YAML, before anybody gets it.");
    return wants_details;
  }
  if (form_ == Form::kSummary) {
    DrawChanges(ui, state, view, area);
    return wants_details;
  }
  const Rect left =
      area.CutLeft(std::floor(area.width() * (form_ == Form::kSplit ? 0.26F : 0.36F)));
  area.x0 += kGap;
  DrawChanges(ui, state, view, left);
  DrawDiff(ui, state, view, area);
  return wants_details;
}

// The draft for other hands than the devices'.
void PublishScreen::DrawExport(Ui& ui, CommandQueue& commands, Point at) {
  const std::string id = "publish/export";
  if (ui.IconButton(id, at, icon::kFileDownload, "Export the draft")) menu_.Open(id);
  const auto chosen = menu_.Draw(ui, id, {at.x - 268, at.y + 36}, 300, [] {
    return std::vector<PickerItem>{{"yaml", "Export the draft as YAML…", "A copy in canonical form",
                                    "", icon::kDescription, -1},
                                   {"fetchxml", "Export the filters as FetchXML…",
                                    "One file per offline entity", "", icon::kFilterAlt, -1}};
  });
  if (!chosen) return;
  commands.Push(AskForPath{*chosen == "yaml" ? PathFor::kExportYaml : PathFor::kExportFetchXml});
}

// A folder beside the policy, in one step: where it is not there the button makes it, and says so.
void PublishScreen::DrawSuggestion(Ui& ui, const AppState& state, CommandQueue& commands, Point top,
                                   float half) {
  const PublishState& publish = state.publish;
  if (!publish.folder.empty()) return;
  if (!publish.suggested) {
    if (!publish.busy) commands.Push(LookBesidePolicy{});
    return;
  }
  const auto& [path, there] = *publish.suggested;
  const std::string words =
      (there ? "Use " : "Make and use ") + Shortened(ui.fonts.small_medium, ShortPath(path), 400);
  const float width = ui.ButtonWidth(words, true);
  if (ui.Button("publish/beside", {std::floor(top.x - width / 2), top.y}, words,
                there ? icon::kFolder : icon::kAdd, ButtonStyle::kPrimary, 0, !publish.busy,
                "A folder beside the policy file")) {
    if (there) {
      commands.Push(SetPublishFolder{path});
    } else {
      commands.Push(MakePublishFolder{path});
    }
  }
  if (publish.error.empty()) return;
  ui.WrappedCentre(ui.fonts.small, ui.theme.err.fg, {top.x, top.y + 44}, 2 * half, publish.error);
}

// The folder is made when somebody says so: a slip of the finger in its path is more frequent.
void PublishScreen::DrawMissing(Ui& ui, const AppState& state, CommandQueue& commands,
                                const Rect& area) {
  Message(ui, area, icon::kFolder, "There is no such folder",
          ShortPath(state.publish.folder) +
              " is not there. Make it, or check the path: devices read from it.");
  const float width = ui.ButtonWidth("Make the folder", true);
  const float y = area.y0 + std::min(area.height() * 0.3F, 170.0F) + 148;
  if (ui.Button("publish/make-folder", {std::floor(area.cx() - width / 2), y}, "Make the folder",
                icon::kAdd, ButtonStyle::kPrimary, 0, !state.publish.busy)) {
    commands.Push(MakePublishFolder{state.publish.folder});
  }
}

void PublishScreen::DrawChanges(Ui& ui, const AppState& state, const PublishView& view,
                                const Rect& card) {
  const Theme& t = ui.theme;
  ui.Card(card);
  ui.Middle(ui.fonts.title, t.text, card.x0 + 16, card.y0 + 24, "Changes");
  std::int64_t structural = 0;
  for (const Change& change : view.changes) structural += change.structural ? 1 : 0;
  if (structural > 0) {
    ui.Right(ui.fonts.small, t.text3, card.x1 - 16, card.y0 + 25,
             HumanCount(structural) + " structural");
  }
  ui.LineH(card.x0 + 1, card.x1 - 1, card.y0 + 47, t.border);
  Rect body = {card.x0 + 1, card.y0 + 48, card.x1 - 1, card.y1 - 8};
  if (structural > 0 && card.height() > 320) {
    const std::string text =
        "Devices run a foreground sync. Users cannot edit records until it ends.";
    const float width = card.width() - 32 - 54;
    const float height = Ui::WrappedHeight(ui.fonts.small, text, width) + 44;
    const Rect box = At(card.x0 + 16, card.y1 - 16 - height, card.width() - 32, height);
    ui.Fill(box, t.violet.soft, 8);
    ui.Icon(ui.fonts.icon20, t.violet.fg, {box.x0 + 22, box.y0 + 20}, icon::kLayers);
    ui.Middle(ui.fonts.semibold, t.violet.fg, box.x0 + 40, box.y0 + 20, "Structural changes");
    ui.Wrapped(ui.fonts.small, t.text, {box.x0 + 40, box.y0 + 32}, width, text);
    body.y1 = box.y0 - 8;
  }
  if (view.history.empty()) {
    DrawFirst(ui, state, body);
    return;
  }
  if (view.changes.empty()) {
    ui.Wrapped(ui.fonts.small, t.text2, {card.x0 + 16, body.y0 + 14}, card.width() - 32,
               "The draft says what is published.");
    return;
  }
  const Point origin = ui.BeginScroll("publish/changes", body);
  float y = origin.y;
  for (std::size_t i = 0; i < view.changes.size(); ++i) {
    const Change& change = view.changes[i];
    const float pill = change.structural ? ui.PillWidth("Structural", false, false) + 8 : 0;
    const float room = body.width() - 66 - 20 - pill;
    const ChangeWords& words = view.change_words[i];
    const float text = ChangeHeight(ui, words, room);
    const float height = std::max(48.0F, text + 24);
    const Rect r = At(origin.x, y, body.width(), height);
    const Press press = ui.Hit("publish/change/" + std::to_string(i), r.Inset(2, 1), 6);
    const bool on = chosen_ == static_cast<int>(i);
    if (on) {
      ui.Fill(r, Mix(t.surface, t.accent_soft, 0.75F));
      ui.Fill({r.x0, r.y0, r.x0 + 3, r.y1}, t.accent_fill);
    } else if (press.hovered) {
      ui.Fill(r, t.hover);
    }
    const Tone& tone = change.kind == Change::Kind::kAdded     ? t.ok
                       : change.kind == Change::Kind::kRemoved ? t.err
                                                               : t.accents;
    const Rect tile = At(r.x0 + 16, r.cy() - 15, 30, 30);
    ui.Fill(tile, tone.soft, 7);
    ui.Icon(ui.fonts.icon18, tone.fg, {tile.cx(), tile.cy()}, IconOfChange(change));
    DrawChange(ui, words, {r.x0 + 58, std::floor(r.cy() - text / 2)}, room);
    if (change.structural) ui.Pill({r.x1 - pill - 10, r.cy() - 11}, "Structural", t.violet);
    ui.LineH(r.x0 + 58, r.x1, r.y1 - 1, t.border);
    if (press.clicked) {
      chosen_ = static_cast<int>(i);
      // The first changed line of the entity, or of the part of the policy.
      const auto dot = change.path.find('.');
      const std::string where =
          change.entity.empty() ? change.path.substr(0, dot) : "entities / " + change.entity;
      bool inside = false;
      for (std::size_t row = 0; row < view.rows.size(); ++row) {
        if (!view.rows[row].header.empty()) inside = view.rows[row].header == where;
        if (!inside) continue;
        diff_.ScrollTo(row);
        break;
      }
    }
    y += height;
  }
  ui.EndScroll(y);
}

void PublishScreen::DrawDiff(Ui& ui, const AppState& state, const PublishView& view,
                             const Rect& card) {
  const Theme& t = ui.theme;
  ui.Card(card);
  const std::string name = state.draft.current().project.name + ".yaml";
  ui.Fit(ui.fonts.mono, t.text, card.x0 + 16, card.y0 + 24, card.width() - 160, name);
  float right = card.x1 - 16;
  if (view.added > 0) {
    const std::string added = "+" + std::to_string(view.added);
    ui.Right(ui.fonts.small_medium, t.ok.fg, right, card.y0 + 24, added);
    right -= Ui::Width(ui.fonts.small_medium, added) + 12;
  }
  if (view.removed > 0) {
    ui.Right(ui.fonts.small_medium, t.err.fg, right, card.y0 + 24,
             "−" + std::to_string(view.removed));
  }
  ui.LineH(card.x0 + 1, card.x1 - 1, card.y0 + 47, t.border);
  const Rect body = {card.x0 + 1, card.y0 + 48, card.x1 - 1, card.y1 - 6};
  if (view.rows.empty()) {
    ui.Middle(ui.fonts.small, t.text2, card.x0 + 16, body.y0 + 24, "No line differs.");
    return;
  }
  if (form_ == Form::kSplit) {
    diff_.DrawSplit(ui, view, state.publish.shown, body);
  } else {
    diff_.DrawUnified(ui, view, state.publish.shown, body);
  }
}

}  // namespace satchel
