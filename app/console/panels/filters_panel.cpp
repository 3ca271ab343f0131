#include "app/console/panels/filters_panel.h"
#include "app/console/panels/finding_words.h"

#include <cmath>

#include "policy/fetchxml/fetchxml.h"
#include "policy/model/limits.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

void Empty(Ui& ui, const Rect& area, const char* title, const std::string& text) {
  const Point centre = {area.cx(), area.y0 + std::min(area.height() * 0.3F, 170.0F)};
  ui.Dot(centre, 44, ui.theme.accent_soft);
  ui.Icon(ui.fonts.icon28, ui.theme.accent, centre, icon::kFilterAlt);
  ui.Centre(ui.fonts.heading, ui.theme.text, {centre.x, centre.y + 74}, title);
  ui.Centre(ui.fonts.body, ui.theme.text2, {centre.x, centre.y + 102}, text);
}

// Words of a sentence with the part they belong to, to be laid out line by line.
struct Word {
  std::string text;
  Phrase::Kind kind = Phrase::Kind::kPlain;
};

// No more than so many: a filter may have hundreds of conditions, and few lines are shown.
std::vector<Word> WordsIn(const AppState& state, const Sentence& sentence, std::size_t most) {
  std::vector<Word> words;
  for (const Phrase& phrase : sentence) {
    if (words.size() >= most) break;
    if (phrase.kind != Phrase::Kind::kPlain) {
      words.push_back({NamedRecords(state, std::string(Trim(phrase.text))), phrase.kind});
      continue;
    }
    for (const std::string_view word : Split(phrase.text, ' ')) {
      if (!word.empty()) words.push_back({std::string(word), phrase.kind});
    }
  }
  return words;
}

}  // namespace

bool FiltersScreen::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                         bool details) {
  bool wants_details = false;
  area = {area.x0 + kPage, area.y0 + 20, area.x1 - kPage, area.y1 - 20};
  const Entity* entity = state.draft.current().Find(state.selected_entity);
  if (entity == nullptr) {
    Empty(ui, area, "No entity to filter", "Filters belong to the entities of the project.");
    const float w = ui.ButtonWidth("Go to Entities", true);
    if (ui.Button("filters/entities",
                  {area.cx() - w / 2, area.y0 + std::min(area.height() * 0.3F, 170.0F) + 126},
                  "Go to Entities", icon::kTableRows, ButtonStyle::kPrimary)) {
      commands.Push(ShowScreen{Screen::kEntities});
    }
    return false;
  }
  DrawHead(ui, state, commands, *entity, area.CutTop(40), details, wants_details);
  area.y0 += 16;
  area.y0 += DrawSentence(ui, state, commands, *entity, area) + 16;
  const Rect tools = area.CutTop(32);
  const std::vector<std::string> tabs = {"Builder", "FetchXML", "SQL", "OData"};
  tab_ = static_cast<Tab>(
      ui.Segments("filters/tab", {tools.x0, tools.y0}, tabs, static_cast<int>(tab_)));
  // An error in the text would be out of sight on the other tabs.
  const bool wrong_text = fetch_.HasProblem(entity->name);
  if (const auto at = ui.record.controls.find("filters/tab/1");
      wrong_text && at != ui.record.controls.end()) {
    ui.Dot({at->second.x1 - 6, at->second.y0 + 8}, 4, ui.theme.err.fill);
  }
  const QuerySize size = Measure(QueryOf(*entity));
  const int conditions = size.conditions - size.links;
  std::string counts = HumanCount(conditions) + (conditions == 1 ? " condition" : " conditions");
  if (size.links > 0) {
    counts +=
        ", " + HumanCount(size.links) + (size.links == 1 ? " linked entity" : " linked entities");
  }
  float right = tools.x1;
  const auto button = [&](const char* id, const char* text, const char* glyph, const char* tip) {
    right -= ui.ButtonWidth(text, true);
    const bool pressed =
        ui.Button(id, {right, tools.y0}, text, glyph, ButtonStyle::kGhost, 0, true, tip);
    right -= 4;
    return pressed;
  };
  if (button("filters/paste", "Paste", icon::kContentPaste, "FetchXML from the clipboard")) {
    const char* text = ImGui::GetClipboardText();
    fetch_.Replace(commands, *entity, text == nullptr ? "" : text);
    tab_ = Tab::kFetchXml;
  }
  if (button("filters/copy", "Copy", icon::kContentCopy, "The filter as FetchXML")) {
    commands.Push(CopyText{PrintFetch(QueryOf(*entity))});
  }
  const float left = tools.x0 + ui.SegmentsWidth(tabs) + 16;
  if (wrong_text && tab_ != Tab::kFetchXml) {
    ui.Fit(ui.fonts.small, ui.theme.err.fg, left, tools.cy(), right - left - 8,
           "The text under FetchXML has an error and is not applied");
  } else {
    ui.Fit(ui.fonts.small, ui.theme.text2, left, tools.cy(), right - left - 8, counts);
  }
  area.y0 += 12;
  switch (tab_) {
    case Tab::kBuilder:
      DrawBuilder(ui, state, commands, *entity, area);
      break;
    case Tab::kFetchXml:
      fetch_.Draw(ui, state, commands, *entity, area);
      break;
    case Tab::kSql:
    case Tab::kOData:
      DrawTranslation(ui, state, commands, *entity, area);
      break;
  }
  return wants_details;
}

// The tree in a card as high as it is, and a few of the records that it keeps right below. The tree
// comes first: where both do not fit, it scrolls above them, and in a small window they scroll
// away with it.
void FiltersScreen::DrawBuilder(Ui& ui, const AppState& state, CommandQueue& commands,
                                const Entity& entity, const Rect& area) {
  constexpr float kAround = 17;  // Of the card around the tree.
  constexpr float kLeast = 160;
  constexpr float kRoomy = 440;   // A tree that scrolls by itself has so much.
  constexpr float kAFew = 150;    // Three records.
  constexpr float kAll = 10'000;  // However many the sample has.
  const std::string id = "filter/tree/" + entity.name;
  const bool begun = !entity.filter.nodes.empty() || !entity.links.empty();
  const float tree = begun && tree_of_ == entity.name ? std::max(kLeast, tree_ + kAround)
                                                      : std::min(area.height(), kRoomy);
  const float few = SampleHeight(state, entity, kAFew);
  float sample = SampleHeight(state, entity, area.height() - tree - kGap);
  if (sample < few && area.height() - kGap - few >= kRoomy) sample = few;
  if (sample < few) {
    const Rect view = {area.x0 - kGap, area.y0 - 4, area.x1 + kGap, area.y1 + 20};
    const Point origin = ui.BeginScroll(id, view);
    Rect card = At(origin.x + kGap, origin.y + 4, area.width(), area.height());
    // The card goes behind the tree, but how high it is shows only afterwards.
    auto* list = ImGui::GetWindowDrawList();
    ImDrawListSplitter layers;
    layers.Split(list, 2);
    layers.SetCurrentChannel(list, 1);
    tree_ = builder_.Draw(ui, state, commands, entity,
                          {card.x0 + 12, card.y0 + 10, card.x1 - 2, card.y1 - 6}, view);
    layers.SetCurrentChannel(list, 0);
    card.y1 = card.y0 + std::max(kLeast, tree_ + kAround);
    ui.Card(card);
    layers.Merge(list);
    sample = SampleHeight(state, entity, kAll);
    const Rect below = At(card.x0, card.y1 + kGap, card.width(), sample);
    DrawSample(ui, state, commands, entity, below);
    ui.EndScroll(below.y1 + 20);
  } else {
    Rect card = area;
    if (sample > 0) card.y1 -= sample + kGap;
    if (begun && tree_of_ == entity.name) card.y1 = std::min(card.y1, card.y0 + tree);
    if (sample > 0) {
      DrawSample(ui, state, commands, entity, At(card.x0, card.y1 + kGap, card.width(), sample));
    }
    ui.Card(card);
    const Rect view = {card.x0 + 12, card.y0 + 10, card.x1 - 2, card.y1 - 6};
    const Point origin = ui.BeginScroll(id, view);
    tree_ = builder_.Draw(ui, state, commands, entity,
                          At(origin.x, origin.y, view.width(), view.height()), view);
    ui.EndScroll(origin.y + tree_);
  }
  tree_of_ = begun ? entity.name : "";
}

void FiltersScreen::DrawHead(Ui& ui, const AppState& state, CommandQueue& commands,
                             const Entity& entity, Rect head, bool details, bool& wants_details) {
  const Theme& t = ui.theme;
  float right = head.x1;
  if (details) {
    right -= 36;
    wants_details = ui.IconButton("filters/details", {right, head.y0 + 4}, icon::kViewSidebar,
                                  "Validation and what depends on the filter");
  }
  const bool connected = state.connection.state == ServerConnection::State::kOnline;
  const float run = ui.ButtonWidth("Run preview", true);
  right -= run + (details ? 8.0F : 0.0F);
  if (ui.Button("filters/run", {right, head.y0 + 4}, "Run preview", icon::kPlayArrow,
                ButtonStyle::kSecondary, 0, connected,
                connected ? "Ctrl R" : "Choose a server on the Preview screen first")) {
    commands.Push(ShowScreen{Screen::kPreview});
    commands.Push(StartPreview{});
  }
  DrawViews(ui, state, commands, entity, right, head.y0 + 4, head.width() > 700);
  const EntityLook look = LookOf(entity.name);
  ui.Tile({head.x0, head.y0 + 2}, 36, look.icon, t.Hue(look.hue), 9);
  const std::string title = EntityWords(state, entity.name) + " filter";
  const float room = right - head.x0 - 48 - 140;
  const std::string shown = Shortened(ui.fonts.display, title, room);
  const float width = Ui::Width(ui.fonts.display, shown);
  const Rect pick = {head.x0 + 44, head.y0, head.x0 + 48 + width + 32, head.y1};
  const Press press = ui.Hit("filters/entity", pick, 8);
  if (press.hovered) ui.Fill(pick, t.dark ? t.raised : t.neutral.soft, 8);
  ui.Middle(ui.fonts.display, t.text, head.x0 + 48, head.cy(), shown);
  ui.Icon(ui.fonts.icon20, t.text2, {pick.x1 - 16, head.cy() + 2}, icon::kExpandMore);
  if (choosing_) ui.TakeFocus();  // It goes on here when the list is closed.
  if (press.clicked || choosing_) menu_.Open("filters/entity");
  choosing_ = false;
  const auto entities = [&] {
    std::vector<PickerItem> items;
    for (const EntityRow& row : EntityRows(state)) {
      items.push_back({row.name, row.label, row.sentence,
                       row.errors > 0     ? "error"
                       : row.warnings > 0 ? "warning"
                                          : "",
                       LookOf(row.name).icon, -1});
    }
    return items;
  };
  if (const auto chosen = menu_.Draw(ui, "filters/entity", {pick.x0, pick.y1 + 4}, 460, entities,
                                     "Search entities")) {
    commands.Push(SelectEntity{*chosen});
  }
  const Entity* saved = state.file ? state.file->saved.Find(entity.name) : nullptr;
  const bool edited = saved == nullptr || saved->filter != entity.filter ||
                      saved->links != entity.links || saved->order != entity.order ||
                      saved->max_records != entity.max_records;
  if (edited)
    ui.Pill({pick.x1 + 8, head.cy() - 9}, saved == nullptr ? "New" : "Edited", t.accents, nullptr,
            true);
}

// The views people know from the server, as a start.
void FiltersScreen::DrawViews(Ui& ui, const AppState& state, CommandQueue& commands,
                              const Entity& entity, float& right, float y, bool words) {
  const bool connected = state.connection.state == ServerConnection::State::kOnline;
  const bool has = connected && state.connection.capabilities.views;
  const std::string tip = !connected ? "Connect to a server to start from one of its saved views"
                          : !has     ? "This server has no saved views"
                                     : "Replace the filter with that of a saved view";
  const float width = words ? ui.ButtonWidth("Start from a view", true) : 32.0F;
  right -= width + 8;
  const bool pressed = words ? ui.Button("filters/views", {right, y}, "Start from a view",
                                         icon::kLayers, ButtonStyle::kGhost, 0, has, tip)
                             : ui.IconButton("filters/views", {right, y}, icon::kLayers,
                                             has ? "Start from a view" : tip, 32, has);
  if (pressed) {
    commands.Push(ReadViews{entity.name});
    views_.Open();
  }
  const ViewsState& views = state.views;
  if (!views_.IsOpen("filters/views/list")) return;
  std::vector<PickerItem> items;
  for (std::size_t i = 0; views.entity == entity.name && i < views.views.size(); ++i) {
    const ViewInfo& view = views.views[i];
    items.push_back({view.id, view.name, views.sentences[i], view.is_default ? "default" : "",
                     icon::kLayers, -1});
  }
  const std::string none = views.reading          ? "Reading the server's views"
                           : !views.error.empty() ? ErrorWords(state, views.error)
                           : views.views.empty()  ? "The server has no views of this entity"
                                                  : "No view matches";
  if (const auto chosen = views_.Draw(ui, "filters/views/list", {right + width - 460, y + 36}, 460,
                                      "Search views", items, none)) {
    commands.Push(StartFromView{*chosen});
  }
}

float FiltersScreen::DrawSentence(Ui& ui, const AppState& state, CommandQueue& commands,
                                  const Entity& entity, const Rect& area) {
  const Theme& t = ui.theme;
  constexpr float kLine = 30;
  constexpr std::size_t kMostWords = 400;  // More than six lines ever hold.
  const auto found = state.study.spoken.find(entity.name);
  const std::vector<Word> words = found == state.study.spoken.end()
                                      ? std::vector<Word>{}
                                      : WordsIn(state, found->second, kMostWords);
  const Font& font = ui.fonts.semibold;
  const float space = Ui::Width(font, " ") + 1;
  const float x0 = area.x0 + 20;
  const float x1 = area.x1 - 56;
  const auto most_lines = static_cast<int>(std::clamp((area.height() * 0.28F) / kLine, 2.0F, 6.0F));
  // Twice: to measure, and to draw.
  const auto lay = [&](bool draw, float y) {
    float x = x0;
    int line = 0;
    const auto width_of = [&](const Word& word) {
      return Ui::Width(font, word.text) + (word.kind != Phrase::Kind::kPlain ? 14 : 0);
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
      const Word& word = words[i];
      const bool token = word.kind != Phrase::Kind::kPlain;
      const float width = width_of(word);
      const bool glued = !token && std::string_view(",);.").find(word.text[0]) != std::string::npos;
      const bool opens = !token && word.text.back() == '(';
      // No line begins with a comma, or ends with a bracket that opens.
      const float with_next =
          opens && i + 1 < words.size() ? width + width_of(words[i + 1]) : width;
      if (!glued && x + with_next > x1 && x > x0) {
        x = x0;
        ++line;
      }
      if (line >= most_lines) break;
      if (glued && x > x0) x -= space - 1;
      if (draw && line == most_lines - 1 && x + width > x1 - 60) {
        ui.Middle(font, t.text2, x, y + static_cast<float>(line) * kLine, "…");
        break;
      }
      if (draw && line < most_lines) {
        const float cy = y + static_cast<float>(line) * kLine;
        if (token) {
          const Tone& tone = word.kind == Phrase::Kind::kField   ? t.accents
                             : word.kind == Phrase::Kind::kValue ? t.violet
                             : word.kind == Phrase::Kind::kLink  ? t.ok
                                                                 : t.err;
          ui.Fill(At(x, cy - 12, std::min(width, x1 + 30 - x), 24), tone.soft, 6);
          ui.Fit(font, tone.fg, x + 7, cy, x1 + 26 - x, word.text);
        } else {
          ui.Middle(font, t.text2, x, cy, word.text);
        }
      }
      x += width + (opens ? 1 : space);
    }
    return std::min(line + 1, most_lines);
  };
  const int lines = lay(false, 0);
  const float height = 40 + static_cast<float>(lines) * kLine + 8;
  const Rect card = At(area.x0, area.y0, area.width(), height);
  ui.Card(card);
  ui.Fill({card.x0, card.y0 + 10, card.x0 + 3, card.y1 - 10}, t.accent_fill, 2);
  ui.Text(ui.fonts.caption, t.text3, {x0, card.y0 + 12}, "IN PLAIN LANGUAGE");
  (void)lay(true, card.y0 + 50);
  const std::string text = found == state.study.spoken.end() ? "" : ToString(found->second);
  if (ui.IconButton("filters/copy-sentence", {card.x1 - 44, card.y0 + 8}, icon::kContentCopy,
                    "Copy the sentence")) {
    commands.Push(CopyText{text});
  }
  if (entity.mode == DeviceMode::kOnline) {
    ui.Right(ui.fonts.caption, t.warn.fg, card.x1 - 52, card.y0 + 24,
             "Read live: the filter is not used while the entity is online only");
  }
  return height;
}

void FiltersScreen::DrawTranslation(Ui& ui, const AppState& state, CommandQueue& commands,
                                    const Entity& entity, const Rect& area) {
  const Theme& t = ui.theme;
  const bool sql = tab_ == Tab::kSql;
  if (state.connection.state != ServerConnection::State::kOnline || !state.connection.schema) {
    Empty(ui, area,
          sql ? "SQL needs the types of the fields" : "OData needs the types of the fields",
          "Choose a server on the Preview screen: it knows them.");
    return;
  }
  const TranslationState& now = state.translation;
  const bool current =
      now.entity == entity.name && now.of == QueryOf(entity) && now.user == state.user;
  if (!current && !now.running) commands.Push(TranslateFilter{entity.name});
  Rect body = area;
  std::string note = sql ? "What the device asks its own database, as " + UserWords(state) +
                               " and now. Values are bound, never spliced."
                         : "What the server is asked, as " + UserWords(state) + " and now.";
  std::string problem = now.error.empty() ? "" : ErrorWords(state, now.error);
  if (now.result && problem.empty()) {
    problem = sql ? now.result->sql_problem : now.result->odata_problem;
    if (!sql && problem.empty() && !now.result->left_to_device.empty()) {
      note += " The device finishes: " + Join(now.result->left_to_device, " ");
    }
  }
  const std::string& said = problem.empty() ? note : problem;
  const Tone& tone = problem.empty() ? t.info : t.err;
  const float height = Ui::WrappedHeight(ui.fonts.small, said, area.width() - 60) + 20;
  const Rect box = body.CutBottom(height);
  body.y1 -= 8;
  ui.Fill(box, tone.soft, 8);
  ui.Icon(ui.fonts.icon20, tone.fill, {box.x0 + 20, box.y0 + 19},
          problem.empty() ? icon::kInfo : icon::kError);
  ui.Wrapped(ui.fonts.small, tone.fg, {box.x0 + 40, box.y0 + 10}, area.width() - 60, said);
  std::string text;
  if (now.result && now.entity == entity.name) text = sql ? now.result->sql : now.result->odata;
  if (text.empty() && problem.empty() && now.result && !sql) text = "-- every record";
  DrawCode(ui, sql ? "filters/sql" : "filters/odata", body, text, true);
}

}  // namespace satchel
