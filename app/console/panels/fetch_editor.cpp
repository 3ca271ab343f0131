#include "app/console/panels/fetch_editor.h"

#include <algorithm>
#include <cmath>

#include "app/console/panels/finding_words.h"
#include "policy/fetchxml/fetchxml.h"
#include "policy/support/text.h"

namespace satchel {
namespace {

constexpr float kTextPitch = 22;
constexpr float kGutter = 46;

struct Span {
  std::string_view text;
  Color color;
};

// A line of XML: tags violet, attributes blue, values green.
std::vector<Span> XmlSpans(std::string_view line, const Theme& t) {
  std::vector<Span> spans;
  std::size_t at = 0;
  bool in_tag = false;
  const auto put = [&](std::size_t end, Color color) {
    if (end > at) spans.push_back({line.substr(at, end - at), color});
    at = end;
  };
  while (at < line.size()) {
    const char c = line[at];
    if (c == '<') {
      std::size_t end = at + 1;
      while (end < line.size() && (line[end] == '/' || line[end] == '?' || line[end] == '!')) ++end;
      put(end, t.text3);
      end = at;
      while (end < line.size() && line[end] != ' ' && line[end] != '>' && line[end] != '/') ++end;
      put(end, t.violet.fg);
      in_tag = true;
    } else if (c == '>' || (c == '/' && in_tag)) {
      put(at + 1, t.text3);
      if (c == '>') in_tag = false;
    } else if (c == '"' && in_tag) {
      const auto close = line.find('"', at + 1);
      put(close == std::string_view::npos ? line.size() : close + 1, t.ok.fg);
    } else if (in_tag) {
      std::size_t end = at;
      while (end < line.size() && line[end] != '"' && line[end] != '>' && line[end] != '/') ++end;
      put(end, t.info.fg);
    } else {
      const auto open = line.find('<', at);
      put(open == std::string_view::npos ? line.size() : open, t.text);
    }
  }
  return spans;
}

// A line of SQL: keywords violet, names in quotes blue, texts green, notes grey.
std::vector<Span> SqlSpans(std::string_view line, const Theme& t) {
  std::vector<Span> spans;
  if (line.substr(0, 2) == "--") return {{line, t.text3}};
  std::size_t at = 0;
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; };
  while (at < line.size()) {
    std::size_t end = at + 1;
    Color color = t.text;
    if (line[at] == '"' || line[at] == '\'') {
      const auto close = line.find(line[at], at + 1);
      end = close == std::string_view::npos ? line.size() : close + 1;
      color = line[at] == '"' ? t.info.fg : t.ok.fg;
    } else if (letter(line[at])) {
      while (end < line.size() && letter(line[end])) ++end;
      if (end - at > 1) color = t.violet.fg;
    } else {
      while (end < line.size() && line[end] != '"' && line[end] != '\'' && !letter(line[end]))
        ++end;
    }
    spans.push_back({line.substr(at, end - at), color});
    at = end;
  }
  return spans;
}

float Widest(const Font& font, const std::vector<std::string_view>& lines) {
  float widest = 0;
  for (const std::string_view line : lines) widest = std::max(widest, Ui::Width(font, line));
  return widest;
}

// Long lines of SQL are read better broken: at the last blank that fits.
std::string Broken(const std::string& text, std::size_t most) {
  std::string out;
  std::size_t begin = 0;
  std::size_t blank = std::string::npos;
  std::size_t indent = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      out += text.substr(begin, i + 1 - begin);
      begin = i + 1;
      blank = std::string::npos;
      indent = 0;
      continue;
    }
    if (text[i] == ' ') blank = i;
    if (i - begin + indent < most || blank == std::string::npos || blank <= begin) continue;
    out += text.substr(begin, blank - begin) + "\n    ";
    begin = blank + 1;
    indent = 4;
    blank = std::string::npos;
  }
  return out + text.substr(begin);
}

}  // namespace

Entity WithQuery(Entity entity, const Query& query) {
  entity.filter = query.filter;
  entity.links = query.links;
  entity.order = query.order;
  entity.max_records.reset();
  if (query.top > 0) entity.max_records = query.top;
  return entity;
}

void DrawCode(Ui& ui, std::string_view id, const Rect& area, const std::string& text,
              bool sql_colours) {
  const Theme& t = ui.theme;
  const Font& font = ui.fonts.mono;
  ui.Fill(area, t.sunken, kCardRadius);
  ui.Frame(area, t.border, kCardRadius);
  const float letter = Ui::Width(font, "m");
  const auto most = static_cast<std::size_t>(
      std::max(30.0F, (area.width() - kGutter - 40) / std::max(letter, 1.0F)));
  const std::string broken = sql_colours ? Broken(text, most) : text;
  const auto lines = Split(broken, '\n');
  const Point origin = ui.BeginScroll(id, area.Inset(4));
  const float scroll = ImGui::GetScrollY();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const float y = origin.y + 8 + static_cast<float>(i) * kTextPitch;
    if (y - origin.y < scroll - kTextPitch || y - origin.y > scroll + area.height()) continue;
    ui.Right(font, t.text3, origin.x + kGutter - 14, y + kTextPitch / 2, std::to_string(i + 1));
    float x = origin.x + kGutter;
    for (const Span& span : sql_colours ? SqlSpans(lines[i], t) : XmlSpans(lines[i], t)) {
      x += ui.Middle(font, span.color, x, y + kTextPitch / 2, span.text);
    }
  }
  ui.EndScroll(origin.y + 16 + static_cast<float>(lines.size()) * kTextPitch);
}

void FetchEditor::Read(Document& document, const Entity& entity, CommandQueue& commands) {
  const auto parsed = ParseFetch(document.text);
  document.dropped.clear();
  if (!parsed) {
    document.problem = parsed.error().message;
    document.mark = parsed.error().mark;
    return;
  }
  if (parsed->query.entity != entity.name) {
    document.problem = "this is the filter of " + Quoted(entity.name) +
                       ", but the document asks for " + Quoted(parsed->query.entity) +
                       " (change the name of the entity element)";
    document.mark = {};
    return;
  }
  document.problem.clear();
  document.dropped = parsed->dropped;
  document.of = parsed->query;
  Entity next = WithQuery(entity, parsed->query);
  if (next != entity) {
    commands.Push(EditEntities{
        {std::move(next)}, "Edit FetchXML of " + entity.name, "fetchxml/" + entity.name});
  }
}

void FetchEditor::Replace(CommandQueue& commands, const Entity& entity, std::string text) {
  Document& document = documents_[entity.name];
  document.text = std::move(text);
  document.of = QueryOf(entity);
  Read(document, entity, commands);
}

void FetchEditor::Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
                       const Rect& area) {
  (void)state;
  const Theme& t = ui.theme;
  const Font& font = ui.fonts.mono;
  Document& document = documents_[entity.name];
  // Undo, or an edit elsewhere: the text follows. A text that does not parse is kept.
  const Query now = QueryOf(entity);
  if (document.text.empty() || (document.problem.empty() && document.of != now)) {
    document.text = PrintFetch(now);
    document.of = now;
    document.dropped.clear();
  }
  const float pitch = font.size;  // The text field's own, for clicks to land where they seem to.
  Rect body = area;
  std::string note =
      !document.problem.empty()
          ? (document.mark.known() ? "Line " + std::to_string(document.mark.line) + ", column " +
                                         std::to_string(document.mark.column) + ": "
                                   : std::string()) +
                (document.mark.known() ? document.problem : Capitalised(document.problem))
      : document.dropped.empty()
          ? std::string()
          : "Left out, as it does not decide which records match: " + Join(document.dropped, ", ");
  if (!document.problem.empty() && document.of != now) {
    note += ". The filter has become another one since: taking this back shows it.";
  }
  if (!note.empty()) {
    const Tone& tone = document.problem.empty() ? t.info : t.err;
    const float height = Ui::WrappedHeight(ui.fonts.small, note, area.width() - 190) + 20;
    const Rect box = body.CutBottom(height);
    body.y1 -= 8;
    ui.Fill(box, tone.soft, 8);
    ui.Icon(ui.fonts.icon20, tone.fill, {box.x0 + 20, box.y0 + 19},
            document.problem.empty() ? icon::kInfo : icon::kError);
    ui.Wrapped(ui.fonts.small, tone.fg, {box.x0 + 40, box.y0 + 10}, area.width() - 190, note);
    if (!document.problem.empty()) {
      const float w = ui.ButtonWidth("Take it back", false);
      if (ui.Button("fetch/revert", {box.x1 - w - 10, box.cy() - 16}, "Take it back", nullptr)) {
        document = {};
        document.text = PrintFetch(now);
        document.of = now;
      }
    }
  }
  const std::string shown = document.text;
  const auto lines = Split(shown, '\n');
  ui.Fill(body, t.sunken, kCardRadius);
  ui.Frame(body, document.problem.empty() ? t.border : t.err.fill, kCardRadius);
  const Rect view = body.Inset(4);
  ImGui::SetCursorScreenPos({view.x0, view.y0});
  compat::BeginChild("fetch/scroll", {view.width(), view.height()},
                     ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_HorizontalScrollbar);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = std::max(view.width() - kGutter - 16, Widest(font, lines) + 60);
  const float height = std::max(view.height() - 16, static_cast<float>(lines.size() + 2) * pitch);
  const Rect inner = At(origin.x + kGutter, origin.y + 8, width, height);
  // Its own letters are invisible: the coloured ones are drawn on top, line by line.
  caret_ = -1;
  const bool edited = ui.CodeInput("fetch/text", inner, &document.text, font, caret_);
  if (edited) Read(document, entity, commands);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const float y = inner.y0 + static_cast<float>(i) * pitch;
    const bool bad = !document.problem.empty() && document.mark.line == static_cast<int>(i) + 1;
    if (bad) {
      ui.Fill({origin.x, y, inner.x1, y + pitch}, Fade(t.err.fill, 0.16F));
      ui.Fill({origin.x, y, origin.x + 3, y + pitch}, t.err.fill);
    }
    ui.Right(font, bad ? t.err.fg : t.text3, origin.x + kGutter - 14, y + pitch / 2,
             std::to_string(i + 1));
    float x = inner.x0;
    for (const Span& span : XmlSpans(lines[i], t)) {
      x += ui.Middle(font, span.color, x, y + pitch / 2, span.text);
    }
  }
  if (caret_ >= 0) {
    const std::string before = shown.substr(0, static_cast<std::size_t>(caret_));
    const auto line = std::count(before.begin(), before.end(), '\n');
    const auto begin = before.rfind('\n') == std::string::npos ? 0 : before.rfind('\n') + 1;
    const float x = inner.x0 + Ui::Width(font, before.substr(begin));
    const float y = inner.y0 + static_cast<float>(line) * pitch;
    if (std::fmod(ImGui::GetTime(), 1.0) < 0.6) {
      ui.Fill({x, y + 2, x + 1.5F, y + pitch - 2}, t.accent_fill);
    }
    if (caret_ != followed_) Follow(view, {x, y}, pitch);
    // Of a text that changed in this frame the next one draws the lines: where it stands shows
    // then.
    followed_ = edited ? -1 : caret_;
  }
  ImGui::SetCursorScreenPos({origin.x, origin.y + height + 8});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

// Where the caret goes the view goes, with a little of what lies around.
void FetchEditor::Follow(const Rect& view, Point caret, float pitch) {
  constexpr float kAround = 60;
  constexpr float kEdge = 20;  // The scrollbars are there.
  const float x = ImGui::GetScrollX();
  const float y = ImGui::GetScrollY();
  if (caret.x > view.x1 - kEdge) ImGui::SetScrollX(x + caret.x - (view.x1 - kAround));
  if (caret.x < view.x0 + kEdge) {
    ImGui::SetScrollX(std::max(0.0F, x + caret.x - (view.x0 + kAround)));
  }
  if (caret.y + pitch > view.y1 - kEdge) {
    ImGui::SetScrollY(y + caret.y + pitch - (view.y1 - kAround));
  }
  if (caret.y < view.y0) ImGui::SetScrollY(std::max(0.0F, y + caret.y - (view.y0 + pitch)));
}

}  // namespace satchel
