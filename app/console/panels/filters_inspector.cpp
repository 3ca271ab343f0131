#include <algorithm>

#include "app/console/panels/filter_checks.h"
#include "app/console/panels/filters_panel.h"
#include "app/console/panels/finding_words.h"

namespace satchel {

void FiltersScreen::DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands,
                                  Rect area) {
  const Theme& t = ui.theme;
  const Policy& draft = state.draft.current();
  const Entity* entity = draft.Find(state.selected_entity);
  if (entity == nullptr) return;
  area = {area.x0 + 20, area.y0 + 20, area.x1 - 8, area.y1 - 8};
  const Point origin = ui.BeginScroll("filters/inspector", area);
  const float x0 = origin.x;
  const float x1 = origin.x + area.width() - 14;
  float y = origin.y;
  const auto section = [&](const char* text) {
    ui.Text(ui.fonts.caption, t.text3, {x0, y}, text);
    y += 24;
  };
  const auto rule = [&] {
    ui.LineH(x0, x1, y + 6, t.border);
    y += 24;
  };

  std::optional<std::string> show;
  y = live_.Draw(ui, state, commands, *entity, x0, x1, y, show);
  if (show) {
    tab_ = Tab::kBuilder;
    builder_.Show(*show);
  }
  rule();

  section("VALIDATION");
  bool clean = true;
  int index = 0;
  for (const Finding& finding : state.study.findings) {
    if (finding.entity != entity->name || finding.severity == Severity::kInfo) continue;
    clean = false;
    if (Unfinished(state, finding)) {
      ui.Icon(ui.fonts.icon20, t.neutral.fill, {x0 + 10, y + 9}, icon::kRadioButtonUnchecked);
      y += ui.Wrapped(ui.fonts.small, t.text2, {x0 + 28, y}, x1 - x0 - 30,
                      "A condition waits for its value") +
           14;
      continue;
    }
    const Tone& tone = finding.severity == Severity::kError ? t.err : t.warn;
    const std::string words = FindingWords(finding);
    const float height = Ui::WrappedHeight(ui.fonts.small, words, x1 - x0 - 30);
    const Rect r = {x0 - 6, y - 5, x1 + 4, y + std::max(height + 6, kMinTarget)};
    const Press press = ui.Hit("filters/finding/" + std::to_string(index++), r, 6);
    if (press.hovered) ui.Fill(r, t.dark ? t.surface : t.neutral.soft, 6);
    if (press.clicked) {
      tab_ = Tab::kBuilder;
      builder_.Show(finding.path);
    }
    ui.Icon(ui.fonts.icon20, tone.fill, {x0 + 10, y + 9},
            finding.severity == Severity::kError ? icon::kError : icon::kWarning);
    y += ui.Wrapped(ui.fonts.small, t.text, {x0 + 28, y}, x1 - x0 - 30, words) + 14;
  }
  const std::vector<FilterCheck> checks = ChecksOf(state, *entity);
  for (const FilterCheck& check : checks) {
    ui.Icon(ui.fonts.icon20, check.passed ? t.ok.fill : t.info.fill, {x0 + 10, y + 9},
            check.passed ? icon::kCheckCircle : icon::kInfo);
    y += ui.Wrapped(ui.fonts.small_medium, t.text, {x0 + 28, y}, x1 - x0 - 30, check.title) + 2;
    y += ui.Wrapped(ui.fonts.caption, t.text2, {x0 + 28, y}, x1 - x0 - 30, check.detail) + 12;
  }
  if (clean && checks.empty()) {
    ui.Icon(ui.fonts.icon20, t.ok.fill, {x0 + 10, y + 9}, icon::kCheckCircle);
    y += ui.Wrapped(ui.fonts.small_medium, t.text, {x0 + 28, y}, x1 - x0 - 30,
                    state.connection.schema ? CheckedWords(state) : "Nothing wrong with it") +
         10;
  }
  rule();

  const auto chips = [&](const char* title, const std::vector<std::string>& names) {
    if (names.empty()) return;
    section(title);
    float x = x0;
    for (const std::string& name : names) {
      const std::string label = EntityWords(state, name);
      const EntityLook look = LookOf(name);
      const float width = std::min(ui.PillWidth(label, true, false) + 4, x1 - x0);
      if (x + width > x1 && x > x0) {
        x = x0;
        y += 34;
      }
      const Rect r = At(x, y, width, 26);
      const bool kept = draft.Find(name) != nullptr;
      const Press press = ui.Hit(std::string("filters/entity-chip/") + title + "/" + name, r, 13);
      ui.Fill(r, press.hovered && kept ? t.accent_soft : t.neutral.soft, 13);
      ui.Icon(ui.fonts.icon16, t.text2, {r.x0 + 14, r.cy()}, look.icon);
      ui.Fit(ui.fonts.caption, t.text, r.x0 + 26, r.cy(), width - 32, label);
      if (press.clicked && kept) commands.Push(SelectEntity{name});
      if (press.hovered) ui.Tooltip(kept ? "Show its filter" : name + " is not in the project");
      x += width + 8;
    }
    y += 42;
  };
  chips("LOOKS AT", LinkedEntities(*entity));
  std::vector<std::string> dependants;
  for (const Entity& other : draft.entities) {
    const std::vector<std::string> linked = LinkedEntities(other);
    if (other.name != entity->name &&
        std::find(linked.begin(), linked.end(), entity->name) != linked.end()) {
      dependants.push_back(other.name);
    }
  }
  chips("LOOKED AT BY", dependants);
  ui.EndScroll(y);
}

}  // namespace satchel
