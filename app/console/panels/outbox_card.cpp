#include <algorithm>
#include <cmath>

#include "app/console/panels/device_panel.h"
#include "app/console/panels/device_words.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/capital.h"

namespace satchel {
namespace {

constexpr float kChangeRow = 52;
constexpr std::string PhoneFieldChange::*kSides[] = {
    &PhoneFieldChange::mine, &PhoneFieldChange::before, &PhoneFieldChange::theirs};

// Of a text of many pages the beginning.
std::string Begun(const std::string& text) {
  constexpr std::size_t kMost = 240;
  if (text.size() <= kMost) return text;
  std::size_t end = 0;
  while (end < kMost) end += std::max<std::size_t>(1, Utf8Length(text, end));
  return text.substr(0, end) + "…";
}

std::string FieldList(const PhoneChange& change) {
  std::vector<std::string> labels;
  for (const PhoneFieldChange& field : change.fields) labels.push_back(field.label);
  return Join(labels, ", ");
}

void Settle(CommandQueue& commands, Settlement settlement) {
  commands.Push(LabCommand{lab::Settle{std::move(settlement)}});
}

}  // namespace

void OutboxCard::Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card) {
  const Theme& t = ui.theme;
  const std::vector<PhoneChange>& changes = state.lab.view.changes;
  ui.Card(card);
  for (const PhoneChange& change : changes) {
    if (change.seq == state.lab.open_change) {
      DrawOpen(ui, commands, change, card);
      return;
    }
  }
  const float cy = card.y0 + 24;
  const float w = ui.Middle(ui.fonts.title, t.text, card.x0 + 16, cy, "Pending changes");
  // What the server's version replaced is only kept to be looked at.
  const auto pending = std::count_if(changes.begin(), changes.end(), [](const PhoneChange& each) {
    return each.state != EntryState::kDropped;
  });
  ui.Pill({card.x0 + 26 + w, cy - 11}, HumanCount(pending), pending == 0 ? t.neutral : t.warn);
  if (changes.empty()) {
    const float middle = (card.y0 + 40 + card.y1) / 2;
    ui.Icon(ui.fonts.icon20, t.ok.fill, {card.cx(), middle - 20}, icon::kCloudDone);
    ui.Centre(ui.fonts.semibold, t.text, {card.cx(), middle + 2}, "Nothing to upload");
    ui.Centre(
        ui.fonts.small, t.text2, {card.cx(), middle + 22},
        Shortened(ui.fonts.small, "Edit a record offline to see it wait here.", card.width() - 32));
    return;
  }
  ui.Right(ui.fonts.caption, t.text3, card.x1 - 16, cy,
           pending == 0 ? "Nothing to upload" : "In the order of upload");
  const Rect body = {card.x0 + 6, card.y0 + 46, card.x1 - 4, card.y1 - 6};
  const Point origin = ui.BeginScroll("outbox/list", body);
  float y = origin.y;
  int place = 0;
  for (const PhoneChange& change : changes) {
    const Rect row = At(origin.x, y, body.width() - 12, kChangeRow);
    y += kChangeRow;
    DrawRow(ui, state, commands, change, ++place, row);
  }
  ui.EndScroll(y);
}

void OutboxCard::DrawRow(Ui& ui, const AppState& state, CommandQueue& commands,
                         const PhoneChange& change, int place, const Rect& row) {
  const Theme& t = ui.theme;
  const Press press = ui.Hit("outbox/row/" + std::to_string(change.seq), row.Inset(0, 1), 8);
  if (press.hovered) ui.Fill(row.Inset(0, 1), t.hover, 8);
  if (press.clicked) commands.Push(LabCommand{lab::OpenChange{change.seq}});
  const StateLook look = LookOf(change, t);
  const bool sent = change.state == EntryState::kWaiting || change.state == EntryState::kSending;
  if (sent) {
    ui.Centre(ui.fonts.small, t.text3, {row.x0 + 18, row.cy()}, std::to_string(place));
  }
  ui.Fill(At(row.x0 + 34, row.cy() - 16, 32, 32), look.tone->soft, 8);
  ui.Icon(ui.fonts.icon18, look.tone->fg, {row.x0 + 50, row.cy()}, look.icon);
  const std::string time = ClockTime(change.made_at);
  ui.Right(ui.fonts.small, t.text3, row.x1 - 10, row.cy(), time);
  const float pill = ui.PillWidth(look.words, false, false);
  const float pill_x = row.x1 - 66 - pill;
  ui.Pill({pill_x, row.cy() - 11}, look.words, *look.tone);
  const float room = pill_x - 12 - (row.x0 + 78);
  ui.Fit(ui.fonts.small_medium, t.text, row.x0 + 78, row.cy() - 9, room, change.name);
  std::string detail = EntityWords(state, change.entity);
  Color ink = t.text2;
  if (!change.message.empty()) {
    // The row is the record.
    constexpr std::string_view kRecord = "the record was ";
    const std::size_t skip = change.message.starts_with(kRecord) ? kRecord.size() : 0;
    detail += ": " + change.message.substr(skip);
    ink = look.tone->fg;
  } else if (!change.fields.empty()) {
    detail += ": " + FieldList(change);
  }
  ui.Fit(ui.fonts.small, ink, row.x0 + 78, row.cy() + 10, room, detail);
  ui.LineH(row.x0 + 78, row.x1 - 4, row.y1 - 1, t.border);
}

// One change, field by field, and what can be done about it.
void OutboxCard::DrawOpen(Ui& ui, CommandQueue& commands, const PhoneChange& change,
                          const Rect& card) {
  const Theme& t = ui.theme;
  const StateLook look = LookOf(change, t);
  const bool conflict = change.state == EntryState::kConflict;
  const bool refused = change.state == EntryState::kError;
  const bool updates = change.kind == ChangeKind::kUpdate && !change.theirs_gone;
  if (choosing_ != change.seq) {
    choosing_ = change.seq;
    choices_.clear();
  }
  const float cy = card.y0 + 24;
  if (ui.IconButton("outbox/back", {card.x0 + 10, cy - 15}, icon::kArrowBack, "All changes", 30)) {
    commands.Push(LabCommand{lab::OpenChange{}});
  }
  const float pill = ui.PillWidth(look.words, false, false);
  ui.Fit(ui.fonts.title, t.text, card.x0 + 48, cy, card.width() - 80 - pill, change.name);
  ui.Pill({card.x1 - 16 - pill, cy - 11}, look.words, *look.tone);
  Rect body = {card.x0 + 16, card.y0 + 48, card.x1 - 12, card.y1 - 60};
  const Point origin = ui.BeginScroll("outbox/change", body);
  float y = origin.y;
  const float width = body.width() - 16;
  std::string about = Capital(change.message);
  if (!about.empty() && about.back() != '.') about += '.';
  if (about.empty()) {
    about = change.state == EntryState::kWaiting ? "Goes to the server with the next sync."
                                                 : "It is being sent.";
  }
  if (change.theirs_gone) about += " The record is gone on the server.";
  y += ui.Wrapped(ui.fonts.small, conflict || refused ? look.tone->fg : t.text2, {origin.x, y},
                  width, about) +
       12;
  y = DrawChoices(ui, change, {origin.x, y}, width);
  ui.EndScroll(y + 4);

  // What can be done.
  ui.LineH(card.x0, card.x1, card.y1 - 56, t.border);
  float x = card.x1 - 16;
  const float by = card.y1 - 44;
  const auto button = [&](const char* id, const char* words, ButtonStyle style, const char* tip) {
    x -= ui.ButtonWidth(words, false);
    const bool pressed = ui.Button(id, {x, by}, words, nullptr, style, 0, true, tip);
    x -= 8;
    return pressed;
  };
  if (conflict) {
    if (updates && !choices_.empty()) {
      if (button("outbox/choices", "Keep these", ButtonStyle::kPrimary,
                 "Waits again, with their value where you chose it")) {
        Settle(commands, {change.seq, Settlement::Kind::kFields, choices_});
      }
    } else if (button("outbox/mine", "Keep mine", ButtonStyle::kPrimary,
                      change.theirs_gone ? "The record is made again on the server"
                                         : "Waits again, based on what the server has now")) {
      Settle(commands, {change.seq, Settlement::Kind::kMine, {}});
    }
    if (button("outbox/theirs", "Keep theirs", ButtonStyle::kSecondary, "The change is given up")) {
      Settle(commands, {change.seq, Settlement::Kind::kTheirs, {}});
    }
  } else if (refused) {
    if (button("outbox/retry", "Send again", ButtonStyle::kPrimary, "It waits for the next sync")) {
      Settle(commands, {change.seq, Settlement::Kind::kRetry, {}});
    }
  }
  const bool sending = change.state == EntryState::kSending;
  if (!conflict && !sending &&
      button("outbox/discard", change.state == EntryState::kDropped ? "Forget it" : "Discard",
             ButtonStyle::kSecondary, "The phone shows what the server last said")) {
    Settle(commands, {change.seq, Settlement::Kind::kDiscard, {}});
  }
}

float OutboxCard::DrawChoices(Ui& ui, const PhoneChange& change, Point at, float width) {
  const Theme& t = ui.theme;
  if (change.fields.empty()) return at.y;
  const bool conflict = change.state == EntryState::kConflict;
  const bool theirs = conflict || change.state == EntryState::kDropped;
  const bool choose = conflict && change.kind == ChangeKind::kUpdate && !change.theirs_gone;
  const float label = std::floor(width * 0.24F);
  const int columns = theirs ? 3 : 2;
  const int last = columns - 1;
  const float column = std::floor((width - label) / static_cast<float>(columns));
  const float x0 = at.x + label;
  float y = at.y;
  const auto head = [&](int place, const char* words) {
    ui.Text(ui.fonts.caption, t.text3, {x0 + static_cast<float>(place) * column + 8, y}, words);
  };
  head(0, "On the phone");
  head(1, "Was");
  if (theirs) head(last, "On the server");
  y += 22;
  constexpr float kPad = 8;
  constexpr float kRadio = 28;  // Before a value that can be chosen.
  for (const PhoneFieldChange& field : change.fields) {
    ui.LineH(at.x, at.x + width, y, t.border);
    // All of it: two long texts may differ at their ends.
    const float room = column - 12 - (choose ? kRadio : kPad);
    float height = 28;
    for (const auto side : kSides) {
      const float wrapped = Ui::WrappedHeight(ui.fonts.small, Begun(field.*side), room);
      height = std::max(height, wrapped + 12);
    }
    const float cy = y + 4 + height / 2;
    ui.Fit(ui.fonts.small_medium, t.text, at.x, cy, label - 8, field.label);
    const auto cell = [&](int place, const std::string& text, bool on, Keep keep) {
      const Rect r = At(x0 + static_cast<float>(place) * column, y + 4, column - 6, height);
      float x = r.x0 + kPad;
      if (choose && (place == 0 || place == last)) {
        const std::string id =
            "outbox/field/" + field.field + (keep == Keep::kMine ? "/mine" : "/theirs");
        const Press press = ui.Hit(id, r, 7);
        ui.Fill(r, on ? t.accent_soft : press.hovered ? t.hover : t.surface, 7);
        ui.Frame(r, on ? t.accent_fill : t.border, 7, on ? 1.6F : 1);
        ui.Dot({r.x0 + 14, r.cy()}, 6, on ? t.accent_fill : t.border2);
        ui.Dot({r.x0 + 14, r.cy()}, on ? 2.4F : 4.8F, on ? t.on_accent : t.surface);
        x = r.x0 + kRadio;
        if (press.clicked) {
          if (keep == Keep::kTheirs) {
            choices_[field.field] = keep;
          } else {
            choices_.erase(field.field);
          }
        }
      }
      const std::string value = text.empty() ? "—" : Begun(text);
      const float tall = Ui::WrappedHeight(ui.fonts.small, value, room);
      ui.Wrapped(ui.fonts.small, on ? t.text : t.text2, {x, r.cy() - tall / 2}, room, value);
    };
    const bool mine = !choices_.contains(field.field);
    cell(0, field.mine, mine || !choose, Keep::kMine);
    cell(1, field.before, false, Keep::kMine);
    if (theirs) cell(last, field.theirs, choose && !mine, Keep::kTheirs);
    y += height + 8;
  }
  return y;
}

}  // namespace satchel
