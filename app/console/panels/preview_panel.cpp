#include "app/console/panels/preview_panel.h"

#include <algorithm>
#include <cmath>

#include "app/console/panels/finding_words.h"
#include "app/console/selectors.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "preview/fleet/verdict.h"

namespace satchel {
namespace {

using State = PreviewState::State;
constexpr float kBarRow = 30;

const Finding* FirstError(const AppState& state) {
  const auto& all = state.study.findings;
  const auto first = std::find_if(all.begin(), all.end(), [](const Finding& finding) {
    return finding.severity == Severity::kError;
  });
  return first == all.end() ? nullptr : &*first;
}

// "3 added, 1 removed".
std::string BroughtWords(const PreviewChanges& changes) {
  std::vector<std::string> words;
  const auto add = [&](std::int64_t count, const char* what) {
    if (count > 0) words.push_back(HumanCount(count) + what);
  };
  add(changes.added, " added");
  add(changes.updated, " updated");
  add(changes.removed, " removed");
  return words.empty() ? "nothing changes" : Join(words, ", ");
}

// The same in signs, from the right: "+3 ~2 −1".
void DrawChanges(Ui& ui, const PreviewChanges& changes, float x1, float cy) {
  const Theme& t = ui.theme;
  const Font& font = ui.fonts.small_medium;
  bool none = true;
  const auto sign = [&](std::int64_t count, const char* before, Color ink) {
    if (count == 0) return;
    const std::string words = before + HumanCount(count);
    ui.Right(font, ink, x1, cy, words);
    x1 -= Ui::Width(font, words) + 6;
    none = false;
  };
  sign(changes.removed, "−", t.err.fg);
  sign(changes.updated, "~", t.info.fg);
  sign(changes.added, "+", t.ok.fg);
  if (none) ui.Right(ui.fonts.small, t.text3, x1, cy, "as it is");
}

}  // namespace

bool PreviewPanel::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                        bool details) {
  const Theme& t = ui.theme;
  bool wants_details = false;
  asked_ = false;
  area = {area.x0 + kPage, area.y0 + 20, area.x1 - kPage, area.y1 - 20};
  const Rect head = area.CutTop(56);
  ui.Text(ui.fonts.display, t.text, {head.x0, head.y0}, "Preview");
  ui.Fit(ui.fonts.body, t.text2, head.x0, head.y0 + 41, head.width() - 60,
         "What a user's device would hold with this draft. Nothing on the server changes.");
  if (details) {
    wants_details = ui.IconButton("preview/details", {head.x1 - 36, head.y0 + 8},
                                  icon::kViewSidebar, "Findings and the selected record");
  }
  area.y0 += 18;
  DrawStrip(ui, state, commands, area.CutTop(64));
  area.y0 += kGap;
  if (!state.preview.error.empty() || state.connection.state == ServerConnection::State::kFailed) {
    area.y0 += DrawError(ui, state, commands, area) + kGap;
  }
  const bool running = state.preview.state == State::kRunning;
  if (!running && !state.preview.result) {
    DrawEmpty(ui, state, commands, area);
    return wants_details;
  }
  const float tall = area.height();
  // As high as whole bars are.
  const float most = std::clamp(tall * 0.42F, 176.0F, 300.0F);
  const float around = 52;
  Rect cards = area.CutTop(around + std::floor((most - around) / kBarRow) * kBarRow);
  const Rect bars = cards.CutLeft(std::floor((cards.width() - kGap) * 0.58F));
  cards.x0 += kGap;
  DrawBars(ui, state, commands, bars);
  DrawRightCard(ui, state, commands, cards);
  area.y0 += kGap;
  DrawRecords(ui, state, commands, area);
  return wants_details || (details && asked_);
}

// The preview tells what a device would hold whoever has it; that is not what a user holds who does
// not get this project. Empty: they do, or the server does not tell their roles.
std::string PreviewPanel::NotForThem(const AppState& state, const PreviewResult& result) {
  const std::vector<std::string>& roles = state.draft.current().project.roles;
  if (roles.empty()) return {};
  const auto& people = state.connection.users;
  const auto who = std::find_if(people.begin(), people.end(),
                                [&](const UserInfo& user) { return user.id == result.as_id; });
  if (who == people.end()) return {};
  const bool has = std::any_of(roles.begin(), roles.end(),
                               [&](const std::string& role) { return HasRole(*who, role); });
  if (has) return {};
  return "If " + who->name + " got it: the project is for " + Join(roles, ", ");
}

float PreviewPanel::DrawError(Ui& ui, const AppState& state, CommandQueue& commands,
                              const Rect& area) {
  const Theme& t = ui.theme;
  const bool connection = state.connection.state == ServerConnection::State::kFailed;
  const std::string& said = connection ? state.connection.error : state.preview.error;
  // A draft with an error can stop the engine: what the checks say of it can be mended.
  const Finding* fault = !connection && state.preview.refused ? FirstError(state) : nullptr;
  std::string message = ErrorWords(state, said);
  const char* other = fault != nullptr ? "Open to fix" : "Copy details";
  const float buttons = ui.ButtonWidth(other, false) + ui.ButtonWidth("Try again", false) + 40;
  const float room = area.width() - 48 - buttons;
  if (fault != nullptr) {
    const std::string about = fault->entity.empty() ? "" : EntityWords(state, fault->entity) + ": ";
    message = about + FindingWords(*fault) + ".\n" + message;
  }
  std::string kept;
  if (!connection && state.preview.result) kept = "The preview before it is kept below.";
  const float text = Ui::WrappedHeight(ui.fonts.small, message, room);
  const float height = std::max(64.0F, 40 + text + (kept.empty() ? 10.0F : 28.0F));
  const Rect box = At(area.x0, area.y0, area.width(), height);
  ui.Fill(box, t.err.soft, kCardRadius);
  ui.Frame(box, Mix(t.err.soft, t.err.fill, 0.55F), kCardRadius);
  ui.Icon(ui.fonts.icon20, t.err.fill, {box.x0 + 24, box.y0 + 24}, icon::kError);
  ui.Middle(ui.fonts.semibold, t.err.fg, box.x0 + 44, box.y0 + 23,
            connection         ? "No connection to the server"
            : fault != nullptr ? "The preview stopped: the draft has an error"
                               : "The preview stopped");
  ui.Wrapped(ui.fonts.small, t.text, {box.x0 + 44, box.y0 + 37}, room, message);
  if (!kept.empty()) {
    ui.Text(ui.fonts.small, t.text2, {box.x0 + 44, box.y0 + 41 + text}, kept);
  }
  float x = box.x1 - 16 - ui.ButtonWidth("Try again", false);
  const float y = box.cy() - kButton / 2;
  if (ui.Button("preview/retry", {x, y}, "Try again", nullptr)) {
    if (connection) {
      commands.Push(ConnectTo{state.connection.server});
    } else {
      commands.Push(StartPreview{});
    }
  }
  x -= 8 + ui.ButtonWidth(other, false);
  if (fault != nullptr) {
    if (ui.Button("preview/fix", {x, y}, other, nullptr)) {
      if (!fault->entity.empty()) commands.Push(SelectEntity{fault->entity});
      commands.Push(ShowScreen{ScreenOf(*fault)});
    }
  } else if (ui.Button("preview/copy-error", {x, y}, other, nullptr)) {
    commands.Push(CopyText{said});
  }
  return height;
}

void PreviewPanel::DrawEmpty(Ui& ui, const AppState& state, CommandQueue& commands,
                             const Rect& area) {
  const Theme& t = ui.theme;
  const Point centre = {area.cx(), area.y0 + std::min(area.height() * 0.3F, 170.0F)};
  ui.Dot(centre, 44, t.accent_soft);
  ui.Icon(ui.fonts.icon28, t.accent, centre, icon::kVisibility);
  const bool connected = Connected(state);
  const bool cancelled = state.preview.state == State::kCancelled;
  const Counts counts = CountAll(state);
  ui.Centre(ui.fonts.heading, t.text, {centre.x, centre.y + 74},
            !connected  ? "Choose a server to preview against"
            : cancelled ? "The preview was cancelled"
                        : "Nothing previewed yet");
  const std::string what =
      !connected  ? "The preview reads the live server with the user's own permissions."
      : cancelled ? "What had arrived was thrown away; nothing on the server has changed."
                  : "The real sync runs " + HumanCount(counts.offline) +
                        (counts.offline == 1 ? " offline entity" : " offline entities") + " as " +
                        UserWords(state) + " into a scratch database.";
  ui.Centre(ui.fonts.body, t.text2, {centre.x, centre.y + 102}, what);
  const char* words = connected ? "Run preview" : "Choose a server";
  const float w = ui.ButtonWidth(words, true);
  const bool connecting = state.connection.state == ServerConnection::State::kConnecting;
  if (connecting) {
    ui.Centre(ui.fonts.small, t.text3, {centre.x, centre.y + 140},
              "Connecting to " + state.connection.host);
  } else if (ui.Button("preview/empty-run", {centre.x - w / 2, centre.y + 128}, words,
                       connected ? icon::kPlayArrow : icon::kDns,
                       connected ? ButtonStyle::kSecondary : ButtonStyle::kPrimary)) {
    if (connected) {
      commands.Push(StartPreview{});
    } else {
      server_.Open();
    }
  }
}

void PreviewPanel::DrawBars(Ui& ui, const AppState& state, CommandQueue& commands,
                            const Rect& card) {
  const Theme& t = ui.theme;
  const PreviewState& preview = state.preview;
  const bool running = preview.state == State::kRunning;
  const bool incremental = !running && preview.result->incremental();
  ui.Card(card);
  ui.Middle(ui.fonts.title, t.text, card.x0 + 16, card.y0 + 24, "By entity");
  if (!running && PreviewStale(state)) {
    const float w = ui.PillWidth("Out of date: the draft changed", true, false);
    ui.Pill({card.x1 - 16 - w, card.y0 + 13}, "Out of date: the draft changed", t.warn,
            icon::kWarning);
  } else if (preview.state == State::kCancelled) {
    const char* words = "Cancelled: this is the preview before it";
    ui.Pill({card.x1 - 16 - ui.PillWidth(words, false, false), card.y0 + 13}, words, t.neutral);
  } else {
    ui.Right(ui.fonts.caption, t.text3, card.x1 - 16, card.y0 + 24,
             incremental ? "records, what the sync changes" : "records, size on the device");
  }

  struct Line {
    std::string entity;
    std::int64_t records = 0;
    const EntityPreview* result = nullptr;
    const EntityProgress* progress = nullptr;
  };
  std::vector<Line> lines;
  if (running) {
    for (std::size_t i = 0; i < preview.entities.size(); ++i) {
      lines.push_back(
          {preview.entities[i], preview.progress[i].records, nullptr, &preview.progress[i]});
    }
  } else {
    for (const EntityPreview& entity : preview.result->entities) {
      if (entity.mode == DeviceMode::kOffline)
        lines.push_back({entity.name, entity.records, &entity, nullptr});
    }
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line& a, const Line& b) { return a.records > b.records; });
  }
  std::int64_t most = 1;
  for (const Line& line : lines) most = std::max(most, line.records);

  const Rect body = {card.x0 + 6, card.y0 + 44, card.x1 - 4, card.y1 - 8};
  const Point origin = ui.BeginScroll("preview/bars", body);
  // As wide as the longest name wants, and leaves for the bars.
  float name_width = 90;
  for (const Line& line : lines) {
    name_width =
        std::max(name_width, Ui::Width(ui.fonts.small, EntityWords(state, line.entity)) + 12);
  }
  name_width = std::min(name_width, card.width() * 0.34F);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    const Rect r =
        At(origin.x, origin.y + static_cast<float>(i) * kBarRow, body.width() - 10, kBarRow);
    const Press press = ui.Hit("preview/entity/" + line.entity, r.Inset(0, 1), 6);
    const bool shown = !running && line.entity == state.records.entity;
    if (press.clicked && !running) {
      commands.Push(ShowRecords{line.entity});
      grid_.ScrollToTop();
    }
    if (shown) {
      ui.Fill(r.Inset(0, 1), t.accent_soft, 6);
    } else if (press.hovered) {
      ui.Fill(r.Inset(0, 1), t.hover, 6);
    }
    const EntityLook look = LookOf(line.entity);
    const float cy = r.cy();
    ui.Icon(ui.fonts.icon20, shown ? t.accent : t.text2, {r.x0 + 20, cy}, look.icon);
    ui.Fit(ui.fonts.small, t.text, r.x0 + 38, cy, name_width - 8, EntityWords(state, line.entity));
    const float bar_x0 = r.x0 + 38 + name_width;
    const float bar_x1 = r.x1 - (card.width() < 560 ? 158.0F : 182.0F);
    const bool waiting =
        line.progress != nullptr && line.progress->state == EntityProgress::State::kWaiting;
    const bool busy =
        line.progress != nullptr && line.progress->state == EntityProgress::State::kRunning;
    if (bar_x1 > bar_x0 + 20) {
      const double share = static_cast<double>(line.records) / static_cast<double>(most);
      ui.Bar({bar_x0, cy - 6, bar_x1, cy + 6}, waiting ? 0 : share,
             busy ? Fade(t.Hue(look.hue), 0.7F) : t.Hue(look.hue));
    }
    if (waiting) {
      ui.Right(ui.fonts.small, t.text3, r.x1 - 34, cy, "waiting");
      ui.Icon(ui.fonts.icon18, t.text3, {r.x1 - 16, cy}, icon::kSchedule);
    } else if (busy) {
      ui.Right(ui.fonts.small_medium, t.accent, r.x1 - 34, cy,
               line.records > 0 ? HumanCount(line.records) + " so far" : line.progress->step);
      ui.Icon(ui.fonts.icon18, t.accent, {r.x1 - 16, cy}, icon::kAutorenew);
    } else {
      ui.Right(ui.fonts.small_medium, t.text, line.result != nullptr ? r.x1 - 102 : r.x1 - 34, cy,
               HumanCount(line.records));
      if (line.result != nullptr && incremental) {
        DrawChanges(ui, line.result->changes, r.x1 - 32, cy);
      } else if (line.result != nullptr) {
        ui.Right(ui.fonts.small, t.text2, r.x1 - 32, cy, HumanSize(line.result->bytes_on_device));
      }
      const bool cut = line.result != nullptr && line.result->cut_by_max_records > 0;
      const bool local = line.result != nullptr && line.result->filtered_on_device;
      ui.Icon(ui.fonts.icon18, cut ? t.warn.fill : t.ok.fill, {r.x1 - 16, cy},
              cut ? icon::kWarning : icon::kCheckCircle);
      if (press.hovered && cut) {
        ui.Tooltip(HumanCount(line.result->cut_by_max_records) + " of " +
                   HumanCount(line.result->matched) + " matching records are cut by the limit");
      } else if (press.hovered && local) {
        ui.Tooltip("The server could not express the whole filter: the device finished it");
      } else if (press.hovered && incremental) {
        ui.Tooltip(HumanCount(line.result->changes.received) +
                   " received: " + BroughtWords(line.result->changes));
      }
    }
  }
  ui.EndScroll(origin.y + static_cast<float>(lines.size()) * kBarRow);
}

void PreviewPanel::DrawTotals(Ui& ui, const AppState& state, const Rect& card, const char* title) {
  const Theme& t = ui.theme;
  const PreviewState& preview = state.preview;
  const bool running = preview.state == State::kRunning;
  ui.Card(card);
  ui.Middle(ui.fonts.title, t.text, card.x0 + 16, card.y0 + 24, running ? "So far" : title);
  const float x0 = card.x0 + 16;
  const float x1 = card.x1 - 16;
  const bool low = card.height() < 250;
  float y = card.y0 + (low ? 58.0F : 66.0F);
  const auto pair = [&](const std::string& key, const std::string& value) {
    ui.Middle(ui.fonts.small, t.text2, x0, y, key);
    ui.Right(ui.fonts.small_medium, t.text, x1, y, value);
    y += low ? 23.0F : 25.0F;
  };
  const auto big = [&](std::int64_t records, const std::string& size) {
    const float w = ui.Middle(ui.fonts.number, t.text, x0, y, HumanCount(records));
    ui.Fit(ui.fonts.small, t.text2, x0 + w + 8, y + 4, x1 - x0 - w - 8, size);
    y += low ? 28.0F : 32.0F;
  };
  if (running || !preview.result) {
    big(preview.records, preview.records == 1 ? "record" : "records");
    pair("Downloaded", HumanSize(preview.bytes));
    const auto done = static_cast<std::int64_t>(EntitiesDone(preview));
    const auto all = static_cast<std::int64_t>(preview.entities.size());
    pair("Entities done", HumanCount(done) + " of " + HumanCount(all));
    ui.Bar(At(x0, y + 2, x1 - x0, 6),
           all == 0 ? 0 : static_cast<double>(done) / static_cast<double>(all), t.accent_fill);
    const auto waits = [](const EntityProgress& entity) {
      return entity.state == EntityProgress::State::kWaiting;
    };
    if (std::all_of(preview.progress.begin(), preview.progress.end(), waits)) {
      ui.Fit(ui.fonts.caption, t.text3, x0, y + 20, x1 - x0,
             "Asking the server about the user and the entities");
    }
    return;
  }
  const PreviewResult& result = *preview.result;
  const std::string as = Shortened(ui.fonts.small, "as " + result.as_name, card.width() - 130);
  ui.Right(ui.fonts.small, t.text3, x1, card.y0 + 24, as);
  big(result.records, "records, " + HumanSize(result.bytes_on_device));
  // The whole as one bar, a piece per entity.
  const Rect bar = {x0, y - 6, x1, y + 4};
  float x = bar.x0;
  for (const EntityPreview& entity : result.entities) {
    if (result.bytes_on_device <= 0 || entity.bytes_on_device <= 0) continue;
    const float w = bar.width() * static_cast<float>(static_cast<double>(entity.bytes_on_device) /
                                                     static_cast<double>(result.bytes_on_device));
    if (w >= 2)
      ui.Fill({x, bar.y0, std::min(bar.x1, x + w - 1), bar.y1}, t.Hue(LookOf(entity.name).hue), 2);
    x += w;
  }
  y += low ? 20.0F : 26.0F;
  if (result.incremental()) {
    const PreviewChanges changes = result.changes();
    pair("Of " + HumanCount(changes.received) + " received", Capitalised(BroughtWords(changes)));
  }
  pair("Downloaded", HumanSize(result.bytes_downloaded));
  if (!low) pair("Requests", HumanCount(result.requests));
  if (low && result.incremental()) return DrawExactness(ui, state, result, card);
  pair(low ? "Took, " + HumanCount(result.requests) + " requests" : "Took",
       HumanDuration(std::chrono::duration<double>(result.seconds)));
  if (!low && preview.result_at) pair("Finished", ClockTime(*preview.result_at));
  DrawExactness(ui, state, result, card);
}

void PreviewPanel::DrawExactness(Ui& ui, const AppState& state, const PreviewResult& result,
                                 const Rect& card) {
  const Theme& t = ui.theme;
  const float x0 = card.x0 + 16;
  const float x1 = card.x1 - 16;
  const std::string stranger = NotForThem(state, result);
  const bool fine = result.exact && stranger.empty();
  const Tone& tone = fine ? t.ok : t.warn;
  ui.Icon(ui.fonts.icon18, tone.fill, {x0 + 9, card.y1 - 20},
          fine ? icon::kVerified : icon::kWarning);
  ui.Fit(ui.fonts.small_medium, tone.fg, x0 + 26, card.y1 - 20, x1 - x0 - 26,
         !stranger.empty() ? stranger
         : result.exact    ? "Exact: what this user's device would hold"
                           : "Not exact: see the findings");
}

}  // namespace satchel
