// The records of an entity: all of them, those that came, those that went.
#include "app/console/panels/finding_words.h"
#include "app/console/panels/preview_panel.h"
#include "app/console/settings.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

const EntityComparison* ComparedOf(const AppState& state) {
  if (!state.comparison.result) return nullptr;
  for (const EntityComparison& entity : state.comparison.result->entities) {
    if (entity.name == state.records.entity) return &entity;
  }
  return nullptr;
}

}  // namespace

void PreviewPanel::DrawRecords(Ui& ui, const AppState& state, CommandQueue& commands,
                               const Rect& card) {
  const Theme& t = ui.theme;
  const RecordsState& records = state.records;
  ui.Card(card);
  const Rect head = At(card.x0, card.y0, card.width(), 46);
  if (searched_entity_ != records.entity) {
    searched_entity_ = records.entity;
    search_.clear();
    grid_.ScrollToTop();
  }
  const auto middle = [&](const std::string& title, const std::string& text) {
    const float cy = (head.y1 + card.y1) / 2;
    ui.Centre(ui.fonts.semibold, t.text, {card.cx(), cy - 10}, title);
    ui.Centre(ui.fonts.small, t.text2, {card.cx(), cy + 14}, text);
  };
  const float right = DrawRecordTools(ui, state, commands, head);
  DrawRecordViews(ui, state, commands, head, right);
  if (!records.error.empty()) {
    middle("The records cannot be read", ErrorWords(state, records.error));
    return;
  }
  if (records.entity.empty()) {
    if (!state.preview.result) {
      middle("The records come when the preview is done",
             "What has arrived so far is counted above.");
    } else if (records.loading) {
      middle("Opening the records", "");
    } else {
      middle("No records on the device",
             "Nothing matches the filters, or the user may read nothing that does.");
      const char* words = "Preview as somebody else";
      const float width = ui.ButtonWidth(words, true);
      if (state.preview.result->records == 0 && state.connection.users.size() > 1 &&
          ui.Button("preview/other-user",
                    {std::floor(card.cx() - width / 2), (head.y1 + card.y1) / 2 + 36}, words,
                    icon::kPerson)) {
        user_.Open();
      }
    }
    return;
  }
  if (records.count == 0 && !records.loading) {
    if (!records.search.empty()) {
      middle("No record contains '" + Shortened(ui.fonts.semibold, records.search, 260) + "'",
             "The search looks at every text column.");
    } else if (records.view != RecordsView::kAll) {
      middle(records.view == RecordsView::kAdded ? "No record is added" : "No record is removed",
             "By the draft, against " + state.comparison.with + ".");
    } else {
      middle("No records of this entity",
             "Nothing matches the filter, or the user may read nothing that does.");
    }
    return;
  }
  if (records.columns.empty()) return;
  const ComparisonState& comparison = state.comparison;
  const bool marks = comparison.result && comparison.entity == records.entity;
  const RecordMarks marked{
      .shown = marks,
      .all = records.view == RecordsView::kAdded     ? RecordMark::kAdded
             : records.view == RecordsView::kRemoved ? RecordMark::kRemoved
                                                     : RecordMark::kKept,
      .added = marks && records.view == RecordsView::kAll ? comparison.added.get() : nullptr};
  grid_.Draw(ui, records, marked, commands, {card.x0 + 1, head.y1, card.x1 - 1, card.y1 - 4});
}

// The title, and what is shown of it: the whole, or a change.
void PreviewPanel::DrawRecordViews(Ui& ui, const AppState& state, CommandQueue& commands,
                                   const Rect& head, float right) {
  const Theme& t = ui.theme;
  const RecordsState& records = state.records;
  const EntityComparison* compared = ComparedOf(state);
  const std::string title = records.entity.empty() ? "Records" : EntityWords(state, records.entity);
  const std::string count = records.count < 0 ? "" : HumanCount(records.count);
  float x = head.x0 + 16;
  if (compared == nullptr) {
    const float room = right - x - Ui::Width(ui.fonts.small, count) - 20;
    const std::string shown = Shortened(ui.fonts.title, title, room);
    x += ui.Middle(ui.fonts.title, t.text, x, head.cy(), shown) + 10;
    std::string of;
    if (state.preview.result && !records.search.empty()) {
      for (const EntityPreview& entity : state.preview.result->entities) {
        if (entity.name == records.entity) of = " of " + HumanCount(entity.records);
      }
    }
    ui.Fit(ui.fonts.small, t.text3, x, head.cy() + 1, right - x - 8, count + of);
    return;
  }
  const std::int64_t kept = compared->kept + compared->added;
  const std::vector<std::string> items = {"All  " + HumanCount(kept),
                                          "Added  " + HumanCount(compared->added),
                                          "Removed  " + HumanCount(compared->removed)};
  const float segments = ui.SegmentsWidth(items);
  const std::string shown =
      Shortened(ui.fonts.title, title, std::max(40.0F, right - x - segments - 28));
  x += ui.Middle(ui.fonts.title, t.text, x, head.cy(), shown) + 14;
  const int now = static_cast<int>(records.view);
  const int chosen = ui.Segments("records/view", {x, head.cy() - 15}, items, now, 0, 30);
  if (chosen != now) {
    commands.Push(ShowChange{static_cast<RecordsView>(chosen)});
    grid_.ScrollToTop();
  }
}

// Search, columns, export; where they begin.
float PreviewPanel::DrawRecordTools(Ui& ui, const AppState& state, CommandQueue& commands,
                                    const Rect& head) {
  const RecordsState& records = state.records;
  float right = head.x1 - 12;
  const bool there = !records.columns.empty() && records.count >= 0;
  right -= 34;
  if (ui.IconButton("records/export", {right, head.cy() - 16}, icon::kFileDownload,
                    "Export what is shown as CSV", 32, there)) {
    export_.Open(records.entity);
  }
  export_.Draw(ui, state, commands, {right + 32, head.y1});
  right -= 34;
  if (ui.IconButton("records/columns", {right, head.cy() - 16}, icon::kViewColumn, "Choose columns",
                    32, there)) {
    columns_.Open();
  }
  columns_.Draw(ui, state, commands, {right + 32, head.y1});
  const float w = std::min(230.0F, head.width() * 0.26F);
  right -= w + 8;
  if (ui.Input("records/search", At(right, head.cy() - 16, w, 32), &search_, "Find a record",
               icon::kSearch, std::exchange(focus_search_, false))) {
    commands.Push(SearchRecords{search_});
    grid_.ScrollToTop();
  }
  return right - 8;
}

}  // namespace satchel
