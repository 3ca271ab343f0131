#include "app/console/panels/explain_view.h"

#include <algorithm>

#include "app/console/panels/finding_words.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/capital.h"
#include "preview/explain/apply_fix.h"

namespace satchel {
namespace {

struct GateMark {
  const char* icon = nullptr;
  Color color = 0;
};

GateMark MarkOf(const Theme& t, GateOutcome outcome) {
  switch (outcome) {
    case GateOutcome::kPassed:
      return {icon::kCheckCircle, t.ok.fill};
    case GateOutcome::kFailed:
      return {icon::kRemoveCircle, t.err.fill};
    case GateOutcome::kNotReached:
      return {icon::kRadioButtonUnchecked, t.text3};
    case GateOutcome::kUnknown:
      break;
  }
  return {icon::kWarning, t.warn.fill};
}

}  // namespace

float ExplainView::DrawField(Ui& ui, const AppState& state, CommandQueue& commands, float x0,
                             float x1, float y) {
  const bool connected = state.connection.state == ServerConnection::State::kOnline;
  ui.Text(ui.fonts.caption, ui.theme.text3, {x0, y}, "WHY IS A RECORD THERE, OR NOT?");
  y += 22;
  const float button = 36;
  (void)ui.Input("explain/paste", {x0, y, x1 - button - 6, y + 32}, &pasted_,
                 "Id or address of a record", icon::kSearch);
  const bool ready = connected && !Trim(pasted_).empty();
  const bool enter = writing_ && compat::Pressed(compat::Key::kEnter);
  writing_ = ui.record.focused == "explain/paste";
  if ((ui.IconButton("explain/ask", {x1 - button, y - 2}, icon::kArrowForward,
                     connected ? "Explain" : "Connect to a server first", 36, ready) ||
       enter) &&
      ready) {
    commands.Push(ExplainRecord{"", std::string(Trim(pasted_))});
  }
  return y + 46;
}

float ExplainView::Draw(Ui& ui, const AppState& state, CommandQueue& commands, float x0, float x1,
                        float y) {
  const Theme& t = ui.theme;
  const ExplainState& explain = state.explain;
  if (!explain.error.empty()) {
    const std::string why = ErrorWords(state, explain.error);
    const float height = Ui::WrappedHeight(ui.fonts.small, why, x1 - x0 - 54) + 26;
    const Rect box = {x0, y, x1, y + height};
    ui.Fill(box, t.err.soft, kFieldRadius);
    ui.Icon(ui.fonts.icon20, t.err.fill, {x0 + 20, y + 22}, icon::kError);
    ui.Wrapped(ui.fonts.small, t.text, {x0 + 40, y + 13}, x1 - x0 - 54, why);
    return box.y1 + 14;
  }
  if (explain.running && !explain.result) {
    ui.Fit(ui.fonts.small, t.text2, x0, y + 10, x1 - x0,
           explain.doing.empty() ? "Asking the server" : explain.doing);
    return y + 30;
  }
  if (!explain.result) return y;
  const Explanation& why = *explain.result;
  const EntityLook look = LookOf(why.entity);
  ui.Tile({x0, y}, 36, look.icon, t.Hue(look.hue), 9);
  const std::string& title = why.name.empty() ? why.id : why.name;
  ui.Fit(ui.fonts.title, t.text, x0 + 46, y + 9, x1 - x0 - 80, title);
  ui.Fit(ui.fonts.caption, t.text3, x0 + 46, y + 28, x1 - x0 - 80,
         (why.entity_label.empty() ? why.entity : why.entity_label) + "  " + why.id);
  if (ui.IconButton("explain/copy", {x1 - 30, y + 3}, icon::kContentCopy, "Copy the id", 30)) {
    commands.Push(CopyText{why.id});
  }
  y += 50;
  // The verdict.
  const Tone& tone = why.on_device ? t.ok : t.err;
  const float text = Ui::WrappedHeight(ui.fonts.small, why.verdict, x1 - x0 - 56);
  const Rect box = {x0, y, x1, y + 50 + text};
  ui.Fill(box, tone.soft, 8);
  ui.Icon(ui.fonts.icon20, tone.fill, {x0 + 20, y + 22},
          why.on_device ? icon::kCheckCircle : icon::kRemoveCircle);
  ui.Fit(ui.fonts.semibold, tone.fg, x0 + 40, y + 21, x1 - x0 - 54,
         why.on_device ? "On the device" : "Not on the device");
  ui.Wrapped(ui.fonts.small, t.text, {x0 + 40, y + 36}, x1 - x0 - 56, why.verdict);
  y = box.y1 + 18;
  y = DrawGates(ui, why, x0, x1, y);
  y = DrawOthers(ui, why, kAlsoLeaves, &KnockOn::leaves, x0, x1, y);
  y = DrawOthers(ui, why, kStaysWithout, &KnockOn::stays, x0, x1, y);
  y = DrawFix(ui, state, commands, why, x0, x1, y);
  if (!why.next_sync.empty()) {
    ui.Text(ui.fonts.caption, t.text3, {x0, y}, "WHEN AN INCREMENTAL SYNC NOTICES");
    y += 24;
    for (const NextSyncNote& note : why.next_sync) {
      const Tone& mark = note.by_changes ? t.ok : note.by_sweep ? t.warn : t.err;
      ui.Icon(ui.fonts.icon18, mark.fill, {x0 + 9, y + 9},
              note.by_changes ? icon::kCheckCircle
              : note.by_sweep ? icon::kSchedule
                              : icon::kWarning);
      y += ui.Wrapped(ui.fonts.small, t.text2, {x0 + 26, y}, x1 - x0 - 26, note.sentence) + 8;
    }
    y += 6;
  }
  ui.Fit(ui.fonts.caption, why.exact ? t.text3 : t.warn.fg, x0, y + 8, x1 - x0,
         why.exact ? "As " + why.as_name + ", on their clock (" + why.zone + ")"
                   : "Not exact: you may read less than " + why.as_name);
  return y + 28;
}

float ExplainView::DrawGates(Ui& ui, const Explanation& why, float x0, float x1, float y) {
  const Theme& t = ui.theme;
  ui.Text(ui.fonts.caption, t.text3, {x0, y}, "EVALUATION");
  y += 24;
  for (const ExplainGate& gate : why.gates) {
    if (gate.kind == GateKind::kNextSync) continue;  // Said in full below.
    const GateMark mark = MarkOf(t, gate.outcome);
    ui.Icon(ui.fonts.icon20, mark.color, {x0 + 10, y + 9}, mark.icon);
    const bool reached = gate.outcome != GateOutcome::kNotReached;
    ui.Fit(ui.fonts.small_medium, reached ? t.text : t.text3, x0 + 28, y + 9, x1 - x0 - 28,
           Words(gate.kind));
    y += 20;
    const bool tree = gate.kind == GateKind::kFilter && reached && !why.filter.parts.empty();
    // The verdict has said why in a sentence, and the tree says it part by part.
    const std::string sentence =
        tree && gate.outcome == GateOutcome::kFailed && why.filter.note.empty()
            ? std::string(kDoesNotMeetTheFilter)
            : gate.sentence;
    if (!sentence.empty()) {
      y += ui.Wrapped(ui.fonts.small, reached ? t.text2 : t.text3, {x0 + 28, y}, x1 - x0 - 28,
                      sentence) +
           6;
    }
    if (tree) {
      y = DrawPart(ui, why.filter, true, true, x0 + 28, x1, y + 2) + 4;
    }
    y += 4;
  }
  return y + 8;
}

// A part with the record's actual value at the right; what it is made of below it, further in. One
// that fails where another one suffices does not `count`, and is not shown as what is wrong.
float ExplainView::DrawPart(Ui& ui, const FilterPart& part, bool root, bool counts, float x0,
                            float x1, float y) {
  const Theme& t = ui.theme;
  const bool group = part.kind == FilterPart::Kind::kAll || part.kind == FilterPart::Kind::kAny;
  if (!root || part.kind != FilterPart::Kind::kAll) {
    GateMark mark = MarkOf(t, part.outcome);
    const bool wrong = part.outcome == GateOutcome::kFailed && counts;
    if (part.outcome == GateOutcome::kFailed && !counts) mark.color = t.neutral.fill;
    const bool reached = part.outcome != GateOutcome::kNotReached;
    std::string words = Capitalised(part.wording);
    if (group && words.empty()) {
      words = part.kind == FilterPart::Kind::kAny ? "Any of" : "All of";
    }
    std::string actual = part.actual;
    if (group) {
      const auto passed = std::count_if(part.parts.begin(), part.parts.end(), [](const auto& p) {
        return p.outcome == GateOutcome::kPassed;
      });
      actual = std::to_string(passed) + " of " + std::to_string(part.parts.size()) + " pass";
    }
    if (part.kind == FilterPart::Kind::kLink) {
      actual =
          HumanCount(part.matching) + " of " + HumanCount(part.candidates) + (part.more ? "+" : "");
    }
    if (part.outcome == GateOutcome::kNotReached && actual.empty()) actual = "skipped";
    const float width = std::min(Ui::Width(ui.fonts.caption, actual), (x1 - x0) * 0.42F);
    const float room = x1 - x0 - 24 - width - 10;
    const float height =
        std::max(18.0F, Ui::WrappedHeight(ui.fonts.small, words, std::max(60.0F, room)));
    if (wrong) {
      ui.Fill({x0 - 4, y - 4, x1 + 4, y + height + 5}, t.err.soft, 6);
    }
    ui.Icon(ui.fonts.icon18, mark.color, {x0 + 9, y + 9}, mark.icon);
    ui.Wrapped(ui.fonts.small, reached ? t.text : t.text3, {x0 + 24, y}, std::max(60.0F, room),
               words);
    ui.Fit(ui.fonts.caption, wrong ? t.err.fg : t.text3, x1 - width - 1, y + 9, width + 2, actual);
    y += height + 8;
    for (const std::string* more : {&part.meaning, &part.note}) {
      if (more->empty()) continue;
      y += ui.Wrapped(ui.fonts.caption, t.text3, {x0 + 24, y - 3}, x1 - x0 - 24, *more) + 4;
    }
    if (!part.linked_name.empty()) {
      ui.Fit(ui.fonts.caption, t.text3, x0 + 24, y + 4, x1 - x0 - 24,
             (part.matching > 0 ? "Such as " : "Nearest: ") + part.linked_name);
      y += 20;
    }
    x0 += 16;
  }
  // Every part hangs on a line from what it is a part of.
  float from = root ? y - 4 : y - 6;
  for (const FilterPart& inner : part.parts) {
    ui.LineV(x0 - 8, from, y + 10, t.border2);
    ui.LineH(x0 - 8, x0 - 1, y + 9, t.border2);
    from = y + 10;
    y = DrawPart(ui, inner, false, counts && part.outcome != GateOutcome::kPassed, x0, x1, y);
  }
  return y;
}

// How many records that point at this one go or stay; nothing where there are none.
float ExplainView::DrawOthers(Ui& ui, const Explanation& why, const char* title,
                              std::int64_t KnockOn::*count, float x0, float x1, float y) {
  const Theme& t = ui.theme;
  bool any = false;
  for (const KnockOn& other : why.others) {
    if (other.*count == 0) continue;
    if (!any) {
      ui.Text(ui.fonts.caption, t.text3, {x0, y}, Capitals(title));
      y += 24;
      any = true;
    }
    const std::string number = HumanCount(other.*count);
    const float width = Ui::Width(ui.fonts.small_medium, number);
    ui.Fit(ui.fonts.small_medium, t.text, x1 - width - 1, y + 8, width + 2, number);
    y += ui.Wrapped(ui.fonts.small, t.text, {x0, y}, x1 - x0 - width - 14, other.words) + 4;
    if (other.filter_asks) {
      y += ui.Wrapped(ui.fonts.caption, t.text3, {x0, y - 2}, x1 - x0, kFilterAsks) + 3;
    }
    y += 4;
  }
  return any ? y + 12 : y;
}

float ExplainView::DrawFix(Ui& ui, const AppState& state, CommandQueue& commands,
                           const Explanation& why, float x0, float x1, float y) {
  if (why.on_device || why.fix.sentence.empty()) return y;
  const Theme& t = ui.theme;
  ui.Text(ui.fonts.caption, t.text3, {x0, y}, "WHAT WOULD BRING IT THERE");
  y += 24;
  y += ui.Wrapped(ui.fonts.small, t.text, {x0, y}, x1 - x0, why.fix.sentence) + 10;
  const Entity* entity = state.draft.current().Find(why.entity);
  if (why.fix.path.empty() || entity == nullptr) return y + 8;
  if (state.explain.serial == state.draft_serial) {
    if (auto changed = WithFix(*entity, why.fix)) {
      using Edit = ExplainFix::Edit;
      const std::string words =
          why.fix.edit == Edit::kRemoval ? "Take the condition out"
          : why.fix.edit == Edit::kMaxRecords
              ? "Keep " + HumanCount(changed->max_records.value_or(0)) + " records"
              : "Change the condition";
      if (ui.Button("explain/fix", {x0, y}, words, icon::kEdit, ButtonStyle::kSecondary, x1 - x0,
                    true, "In the draft; it can be undone")) {
        commands.Push(EditEntities{{std::move(*changed)}, words, ""});
      }
      y += 40;
    }
  }
  const bool filter = why.fix.path.find(".filter") != std::string::npos ||
                      why.fix.path.find(".links") != std::string::npos;
  if (ui.Button("explain/open", {x0, y}, filter ? "Open the filter" : "Open the entity",
                filter ? icon::kFilterAlt : icon::kTune, ButtonStyle::kSecondary, x1 - x0)) {
    commands.Push(SelectEntity{why.entity});
    commands.Push(ShowScreen{filter ? Screen::kFilters : Screen::kEntities});
  }
  return y + 52;
}

}  // namespace satchel
