#include <algorithm>
#include <set>

#include "app/console/panels/finding_words.h"
#include "app/console/panels/publish_panel.h"
#include "app/console/settings.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

// Previews of the draft as it is now, the one with most records first.
std::vector<const PreviewedAs*> PreviewedNow(const AppState& state) {
  std::vector<const PreviewedAs*> previewed;
  for (const PreviewedAs& one : state.previewed) {
    if (SameOnDevice(one.policy, state.draft.current())) previewed.push_back(&one);
  }
  std::stable_sort(previewed.begin(), previewed.end(),
                   [](const auto* a, const auto* b) { return a->records > b->records; });
  return previewed;
}

// "Role Technician, Work Order: at most 2 000".
std::string WordsOf(const AppState& state, const Verdict& verdict) {
  std::string subject = verdict.subject;
  const std::string end = ": " + verdict.entity;
  if (!verdict.entity.empty() && subject.ends_with(end)) {
    subject.replace(subject.size() - end.size(), end.size(),
                    ", " + EntityWords(state, verdict.entity));
  }
  constexpr std::string_view kRole = "role/";
  if (subject.starts_with(kRole)) subject.replace(0, kRole.size(), "Role ");
  return subject + ": " + verdict.expected;
}

// "211, most of all Jana Nováková", and why that is not the last word where it is not.
std::string FoundBy(const Verdict& verdict) {
  std::string found = verdict.actual;
  if (!found.empty() && !verdict.user_name.empty()) {
    // An expectation names the first who fails it, not who is furthest from it.
    const bool most = verdict.users > 1 && verdict.entity.empty();
    found += (most ? ", most of all " : ", ") + verdict.user_name;
  }
  if (verdict.outcome == Verdict::Outcome::kNotMeasured || found.empty()) {
    if (!found.empty() && !verdict.message.empty()) found += ". ";
    found += Capitalised(verdict.message);
  }
  return found;
}

// "Work Order: Jana would hold 0 records of Work Order, …".
std::string CheckWords(const AppState& state, const Finding& finding) {
  if (finding.entity.empty()) return Capitalised(finding.message);
  return EntityWords(state, finding.entity) + ": " + Labelled(state, finding).message;
}

}  // namespace

float PublishScreen::DrawImpact(Ui& ui, const AppState& state, float x0, float x1, float y) {
  const Theme& t = ui.theme;
  const PublishView& view = *state.publish.view;
  ui.Text(ui.fonts.caption, t.text3, {x0, y}, "IMPACT");
  y += 22;
  const bool first = view.history.empty();
  const bool structural = IsStructural(view.changes);
  struct Pair {
    std::string key;
    std::string value;
    Color ink;
  };
  std::vector<Pair> pairs = {{"Next sync",
                              first        ? "Full, foreground"
                              : structural ? "Foreground"
                                           : "As the policy says",
                              structural && !first ? t.violet.fg : t.text},
                             {"Entities offline", HumanCount(CountAll(state).offline), t.text}};
  // Those who carry most come first.
  constexpr std::size_t kNamed = 3;
  const std::vector<const PreviewedAs*> previewed = PreviewedNow(state);
  for (std::size_t i = 0; i < std::min(previewed.size(), kNamed); ++i) {
    pairs.push_back(
        {previewed[i]->name,
         HumanCount(previewed[i]->records) + " records, " + HumanSize(previewed[i]->bytes),
         t.text});
  }
  if (previewed.size() > kNamed) {
    const auto others = static_cast<std::int64_t>(previewed.size() - kNamed);
    pairs.push_back({HumanCount(others) + (others == 1 ? " other user" : " other users"),
                     "at most " + HumanCount(previewed[kNamed]->records) + " records", t.text});
  }
  // A name that does not fit beside its numbers stands above them.
  const auto two_lines = [&](const Pair& pair) {
    return Ui::Width(ui.fonts.small, pair.key) + Ui::Width(ui.fonts.small_medium, pair.value) >
           x1 - x0 - 36;
  };
  float tall = 12;
  for (const Pair& pair : pairs) tall += two_lines(pair) ? 44.0F : 26.0F;
  const Rect box = {x0, y, x1, y + tall};
  ui.Fill(box, t.surface, 8);
  ui.Frame(box, t.border, 8);
  float row = y + 19;
  for (const Pair& pair : pairs) {
    const bool below = two_lines(pair);
    ui.Fit(ui.fonts.small, t.text2, x0 + 12, row, x1 - x0 - 24, pair.key);
    if (below) row += 18;
    ui.Right(ui.fonts.small_medium, pair.ink, x1 - 12, row, pair.value);
    row += 26;
  }
  return box.y1 + 18;
}

float PublishScreen::DrawGate(Ui& ui, const AppState& state, CommandQueue& commands, float x0,
                              float x1, float y) {
  const Theme& t = ui.theme;
  ui.Text(ui.fonts.caption, t.text3, {x0, y}, "CHECKLIST");
  y += 24;
  std::set<std::string> asked;
  int index = 0;
  for (const GateItem& item : state.publish.view->gate) {
    const bool blocks = item.blocks();
    const bool error = item.finding.severity == Severity::kError;
    const Tone& tone = !blocks ? t.ok : error ? t.err : t.warn;
    ui.Icon(ui.fonts.icon20, tone.fill, {x0 + 10, y + 9},
            !blocks ? icon::kCheckCircle
            : error ? icon::kError
                    : icon::kWarning);
    const std::string words = CheckWords(state, item.finding);
    y += ui.Wrapped(ui.fonts.small, t.text, {x0 + 28, y}, x1 - x0 - 28, words) + 4;
    if (!item.finding.entity.empty()) {
      if (WayText(ui, "publish/fix/" + std::to_string(index), {x0 + 22, y}, "Open to fix")) {
        commands.Push(SelectEntity{item.finding.entity});
        commands.Push(ShowScreen{ScreenOf(item.finding)});
      }
      y += 30;
    }
    // One reason per rule, however often it is broken.
    if (item.may_acknowledge && asked.insert(item.finding.rule).second) {
      const auto given = state.publish.acknowledged.find(item.finding.rule);
      if (const auto reason =
              EditText(ui, typing_, "publish/reason/" + item.finding.rule, {x0 + 28, y, x1, y + 32},
                       given == state.publish.acknowledged.end() ? "" : given->second,
                       {.hint = "Reason to go on"})) {
        commands.Push(Acknowledge{item.finding.rule, *reason});
      }
      y += 40;
    }
    y += 6;
    ++index;
  }
  const auto fine = [&](const std::string& words) {
    ui.Icon(ui.fonts.icon20, t.ok.fill, {x0 + 10, y + 9}, icon::kCheckCircle);
    y += ui.Wrapped(ui.fonts.small, t.text, {x0 + 28, y}, x1 - x0 - 28, words) + 10;
  };
  const auto open = [&](const std::string& words) {
    ui.Icon(ui.fonts.icon20, t.neutral.fill, {x0 + 10, y + 9}, icon::kRadioButtonUnchecked);
    y += ui.Wrapped(ui.fonts.small, t.text2, {x0 + 28, y}, x1 - x0 - 28, words) + 10;
  };
  if (state.connection.schema) {
    fine("Checked against " + state.connection.host);
  } else {
    open("Not checked against a server: fields and types are taken as they are written");
  }
  return DrawVerdicts(ui, state, commands, x0, x1, y) + 8;
}

// Budgets and expectations, held against the previews of this very draft.
float PublishScreen::DrawVerdicts(Ui& ui, const AppState& state, CommandQueue& commands, float x0,
                                  float x1, float y) {
  const Theme& t = ui.theme;
  std::string names;
  constexpr std::size_t kNamed = 3;
  const std::vector<const PreviewedAs*> previewed = PreviewedNow(state);
  for (std::size_t i = 0; i < std::min(previewed.size(), kNamed); ++i) {
    names += (names.empty() ? "" : ", ") + previewed[i]->name;
  }
  if (previewed.size() > kNamed) {
    names += " and " + HumanCount(static_cast<std::int64_t>(previewed.size() - kNamed)) + " more";
  }
  const auto line = [&](const char* glyph, Color ink, Color words, const std::string& text) {
    ui.Icon(ui.fonts.icon20, ink, {x0 + 10, y + 9}, glyph);
    y += ui.Wrapped(ui.fonts.small, words, {x0 + 28, y}, x1 - x0 - 28, text) + 10;
  };
  if (names.empty()) {
    line(icon::kRadioButtonUnchecked, t.neutral.fill, t.text2, "Not previewed as it is now");
  } else {
    line(icon::kCheckCircle, t.ok.fill, t.text, "Previewed as " + names);
    const bool nothing = std::all_of(previewed.begin(), previewed.end(),
                                     [](const PreviewedAs* one) { return one->records == 0; });
    if (nothing) {
      line(icon::kWarning, t.warn.fill, t.text,
           "Their devices would hold no record: preview as somebody who works with them");
    }
  }
  if (state.publish.verdicts.empty()) return y;
  y += 6;
  ui.Text(ui.fonts.caption, t.text3, {x0, y}, "BUDGETS AND EXPECTATIONS");
  y += 24;
  for (const Verdict& verdict : state.publish.verdicts) {
    const bool passed = verdict.outcome == Verdict::Outcome::kPassed;
    const bool failed = verdict.outcome == Verdict::Outcome::kFailed;
    ui.Icon(ui.fonts.icon20,
            passed   ? t.ok.fill
            : failed ? t.err.fill
                     : t.neutral.fill,
            {x0 + 10, y + 9},
            passed   ? icon::kCheckCircle
            : failed ? icon::kError
                     : icon::kRadioButtonUnchecked);
    y += ui.Wrapped(ui.fonts.small_medium, t.text, {x0 + 28, y}, x1 - x0 - 28,
                    WordsOf(state, verdict));
    y += ui.Wrapped(ui.fonts.caption, failed ? t.err.fg : t.text3, {x0 + 28, y + 1}, x1 - x0 - 28,
                    FoundBy(verdict)) +
         10;
  }
  const CheckState& check = state.check;
  if (check.running) {
    ui.Fit(ui.fonts.small, t.text2, x0, y + 10, x1 - x0 - 90,
           check.user.empty()
               ? "Checking"
               : "Previewing as " + check.user + ", " + std::to_string(check.index + 1) + " of " +
                     std::to_string(check.count));
    if (ui.Button("publish/check-cancel", {x1 - 80, y - 6}, "Cancel", nullptr)) {
      commands.Push(CancelJob{check.job});
    }
    return y + 40;
  }
  if (!check.error.empty()) line(icon::kError, t.err.fill, t.text, check.error);
  for (const UncheckedUser& user : check.unchecked) {
    line(icon::kWarning, t.warn.fill, t.text, user.who + ": " + user.why + ".");
  }
  const bool connected = state.connection.state == ServerConnection::State::kOnline;
  if (ui.Button("publish/check", {x0, y}, "Check everybody they name", icon::kFactCheck,
                ButtonStyle::kSecondary, x1 - x0, connected,
                connected ? "Previews as each of them" : "Connect on the Preview screen first")) {
    commands.Push(CheckExpectations{});
  }
  return y + 44;
}

void PublishScreen::DrawFolder(Ui& ui, const AppState& state, CommandQueue& commands,
                               const Rect& field) {
  if (const auto folder =
          EditText(ui, typing_, "publish/folder", field, state.publish.folder.string(),
                   {.hint = "Path of the folder", .icon = icon::kFolder})) {
    commands.Push(SetPublishFolder{ExpandHome(*folder)});
  }
}

void PublishScreen::DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands,
                                  Rect area) {
  const Theme& t = ui.theme;
  const PublishState& publish = state.publish;
  Rect foot = area;
  foot = foot.CutBottom(96);
  const Rect view = {area.x0 + 20, area.y0 + 20, area.x1 - 8, foot.y0};
  const Point origin = ui.BeginScroll("publish/inspector", view);
  const float x0 = origin.x;
  const float x1 = origin.x + view.width() - 14;
  float y = origin.y;
  const int next = publish.view ? publish.view->newest() + 1 : 0;
  ui.Text(ui.fonts.heading, t.text, {x0, y},
          next > 0 ? "Version " + std::to_string(next) : std::string("Publish"));
  if (next > 0) {
    const float w = ui.PillWidth("Draft", false, true);
    ui.Pill({x1 - w, y}, "Draft", t.accents, nullptr, true);
  }
  y += 38;
  // Until it is chosen the page itself asks for it.
  if (!asking_) {
    ui.Text(ui.fonts.caption, t.text3, {x0, y}, "FOLDER");
    DrawFolder(ui, state, commands, {x0, y + 22, x1, y + 54});
    if (moved_) ui.TakeFocus();
    y += 72;
  }
  std::string why;
  bool wrong = false;  // Something to be put right, not just something that is yet to be done.
  if (publish.folder.empty()) why = "Choose a folder first";
  if (why.empty() && publish.missing) why = "Make the folder, or choose another";
  if (why.empty() && !publish.error.empty()) {
    why = "The folder cannot be used";
    wrong = true;
  }
  if (publish.view) {
    y = DrawImpact(ui, state, x0, x1, y);
    y = DrawGate(ui, state, commands, x0, x1, y);
    ui.Text(ui.fonts.caption, t.text3, {x0, y}, "RELEASE NOTE");
    y += 22;
    if (const auto note = EditText(ui, typing_, "publish/note", {x0, y, x1, y + 76}, publish.note,
                                   {.hint = "What this version changes", .lines = true})) {
      commands.Push(SetPublishNote{*note});
    }
    y += 88;
    std::int64_t errors = 0;
    std::int64_t reasons = 0;
    for (const GateItem& item : publish.view->gate) {
      if (!item.blocks()) continue;
      ++(item.may_acknowledge ? reasons : errors);
    }
    // What is wrong with a draft that is published already stands in the list above.
    const bool same = publish.view->changes.empty() && publish.view->newest() > 0;
    wrong = !same && (errors > 0 || reasons > 0);
    if (same) {
      why = "Nothing has changed";
    } else if (errors > 0) {
      why = "Fix " + HumanCount(errors) + (errors == 1 ? " error" : " errors") + " to publish";
    } else if (reasons > 0) {
      why = "Fix, or give a reason for, " + HumanCount(reasons) +
            (reasons == 1 ? " finding" : " findings");
    }
  }
  ui.EndScroll(y);
  ui.LineH(area.x0, area.x1, foot.y0, t.border);
  const bool ready =
      publish.view && why.empty() && !publish.busy && publish.serial == state.draft_serial;
  const std::string words = publish.busy ? "Working…"
                            : next > 0   ? "Publish version " + std::to_string(next)
                                         : "Publish";
  if (ui.Button("publish/publish", {area.x0 + 20, foot.y0 + 14}, words, icon::kRocketLaunch,
                ButtonStyle::kPrimary, area.width() - 42, ready, ready ? "Ctrl Enter" : "")) {
    commands.Push(PublishDraft{});
  }
  if (!why.empty()) {
    ui.Icon(ui.fonts.icon18, wrong ? t.err.fill : t.neutral.fill, {area.x0 + 30, foot.y0 + 66},
            wrong ? icon::kError : icon::kInfo);
    ui.Fit(ui.fonts.small, wrong ? t.err.fg : t.text2, area.x0 + 44, foot.y0 + 66,
           area.width() - 64, why);
  }
}

}  // namespace satchel
