#include "app/console/panels/filter_builder.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "app/console/panels/filter_beginnings.h"
#include "app/console/panels/finding_words.h"
#include "app/console/panels/live_count.h"
#include "app/console/widgets/two_lines.h"
#include "policy/model/name.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/link_wording.h"

namespace satchel {
namespace {

constexpr float kRowHeight = 40;
constexpr float kRowPitch = 48;
constexpr float kBadge = 56;   // Width of AND and OR.
constexpr float kIndent = 76;  // From a group to its nodes.
constexpr float kTools = 64;   // Duplicate and remove.

// The path of a row, or of something in it. Asked for every finding and row of every frame.
bool IsWithin(std::string_view path, std::string_view row) {
  return path.starts_with(row) && (path.size() == row.size() || path[row.size()] == '.');
}

std::string Step(const Group& group, std::size_t index) {
  return (group.conjunction == Conjunction::kOr ? ".or[" : ".and[") + std::to_string(index) + "]";
}

}  // namespace

struct FilterBuilder::Frame {
  Ui& ui;
  const AppState& state;
  CommandQueue& commands;
  const Entity& entity;
  Rect clip;
  float x1;
  std::vector<const Finding*> findings;
  std::vector<JoinedAlias> aliases;

  // Rows far above or below are only counted. Tab goes on at the next one, however much is said
  // between two of them.
  [[nodiscard]] bool Visible(float y, float height) const {
    const float beyond = ui.by_keyboard ? clip.height() : 40;
    return y + height > clip.y0 - beyond && y < clip.y1 + beyond;
  }
};

void FilterBuilder::Edit(Frame& f, Entity next, std::string name, std::string merge) {
  f.commands.Push(EditEntities{{std::move(next)}, std::move(name), std::move(merge)});
}

// Who works with the keyboard goes on where the edit took place.
void FilterBuilder::FocusAfterwards(const std::string& path) {
  if (by_key_) focus_ = show_ = path;
}

// Whoever added a condition goes on at its value.
void FilterBuilder::FillInAfterwards(const std::string& path) {
  fill_in_ = path;
  if (by_key_) show_ = path;
}

void FilterBuilder::TakeFocus(Frame& f, const std::string& path) {
  if (focus_ != path) return;
  f.ui.TakeFocus();
  focus_.clear();
}

float FilterBuilder::Draw(Ui& ui, const AppState& state, CommandQueue& commands,
                          const Entity& entity, const Rect& content, const Rect& seen) {
  const Point origin = {content.x0, content.y0};
  Frame f{ui, state, commands, entity, seen, content.x1 - 18, {}, {}};
  for (const Finding& finding : state.study.findings) {
    if (finding.entity == entity.name) f.findings.push_back(&finding);
  }
  f.aliases = JoinedAliases(entity);
  drop_.reset();
  by_key_ = ui.by_keyboard;
  const bool showing = !show_.empty();  // Else an edit of this frame asks for it.
  const bool filling = !fill_in_.empty();
  const Scope root{{}, "entities." + entity.name + ".filter", entity.name, false};
  const bool empty = entity.filter.nodes.empty() && entity.links.empty();
  float y = empty
                ? DrawEmpty(f, root, At(origin.x, origin.y, content.width() - 12, content.height()))
                : DrawGroup(f, entity.filter, root, origin.x + 4, origin.y + 4, true);
  if (!entity.links.empty()) {
    y += 8;
    ui.Text(ui.fonts.caption, ui.theme.text3, {origin.x + 4, y}, "AND JOINED WITH");
    y += 24;
    for (std::size_t i = 0; i < entity.links.size(); ++i) {
      const Scope scope{UnderLinks({}, i),
                        "entities." + entity.name + ".links[" + std::to_string(i) + "]",
                        entity.name, false};
      y = DrawLink(f, entity.links[i], scope, origin.x + 4, y, false) + 10;
    }
  }
  if (dragged_ && !ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
    if (drop_) {
      Edit(f, Moved(entity, *dragged_, drop_->first, drop_->second), "Move a condition");
    }
    dragged_.reset();
  }
  WatchFillingIn(f);
  if (showing) show_.clear();
  if (filling) fill_in_.clear();
  return y + 8 - origin.y;
}

void FilterBuilder::DrawBadge(Frame& f, const Group& group, const Scope& scope, const Rect& r,
                              bool root) {
  Ui& ui = f.ui;
  const Theme& t = ui.theme;
  const bool any = group.conjunction == Conjunction::kOr;
  const Tone& tone = any ? t.violet : t.accents;
  const std::string id = "filter/group/" + scope.text;
  const Press press = ui.Hit(id, r, 9);
  TakeFocus(f, scope.text);
  ui.Fill(r, press.hovered ? Mix(tone.soft, tone.fill, 0.15F) : tone.soft, 8);
  ui.Frame(r, Mix(tone.soft, tone.fill, 0.6F), 8);
  ui.Middle(ui.fonts.small_medium, tone.fg, r.x0 + 9, r.cy(), any ? "OR" : "AND");
  ui.Icon(ui.fonts.icon16, tone.fg, {r.x1 - 11, r.cy()}, icon::kExpandMore);
  if (press.clicked) menu_.Open(id);
  const auto items = [&] {
    std::vector<PickerItem> list = {
        {"and", "AND", "All of these must hold", "", any ? nullptr : icon::kCheck, -1},
        {"or", "OR", "One of these is enough", "", any ? icon::kCheck : nullptr, -1}};
    if (!root) {
      list.push_back(
          {"ungroup", "Dissolve the group", "Its conditions move up", "", icon::kCallSplit, -1});
      list.push_back(
          {"remove", "Remove the group", "With everything in it", "", icon::kDelete, -1});
    }
    return list;
  };
  const auto chosen = menu_.Draw(ui, id, {r.x0, r.y1 + 4}, 280, items);
  if (!chosen) return;
  Entity next = f.entity;
  if (*chosen == "ungroup") {
    Edit(f, Ungrouped(std::move(next), scope.path), "Dissolve a group");
  } else if (*chosen == "remove") {
    Edit(f, Without(std::move(next), scope.path), "Remove a group");
  } else if (Group* edited = SpotAt(next, scope.path).group) {
    edited->conjunction = *chosen == "or" ? Conjunction::kOr : Conjunction::kAnd;
    Edit(f, std::move(next), *chosen == "or" ? "One of a group is enough" : "All of a group hold");
  }
}

float FilterBuilder::DrawGroup(Frame& f, const Group& group, const Scope& scope, float x0, float y,
                               bool root) {
  Ui& ui = f.ui;
  const Theme& t = ui.theme;
  const float top = y;
  const Rect badge = At(x0, y + 6, kBadge, 28);
  const Tone& tone = group.conjunction == Conjunction::kOr ? t.violet : t.accents;
  const Color line = Mix(t.surface, tone.fill, 0.45F);
  const float spine = x0 + kBadge / 2;
  const float child_x = x0 + kIndent;
  const auto elbow = [&](float cy, bool first) {
    if (!f.Visible(top, cy - top + kRowHeight)) return;
    auto* list = ImGui::GetWindowDrawList();
    if (first) {
      list->AddLine({badge.x1, badge.cy()}, {child_x - 4, badge.cy()}, line, 1.4F);
      return;
    }
    list->PathLineTo({spine, badge.y1});
    list->PathLineTo({spine, cy - 6});
    list->PathBezierQuadraticCurveTo({spine, cy}, {spine + 6, cy}, 6);
    list->PathLineTo({child_x - 4, cy});
    list->PathStroke(line, 0, 1.4F);
  };
  if (f.Visible(y, kRowHeight)) DrawBadge(f, group, scope, badge, root);
  for (std::size_t i = 0; i < group.nodes.size(); ++i) {
    Scope inner = scope;
    inner.path = Under(scope.path, i);
    inner.text += Step(group, i);
    const float at = y;
    if (const auto* condition = std::get_if<Condition>(&group.nodes[i].item)) {
      elbow(at + kRowHeight / 2, i == 0);
      y = DrawCondition(f, *condition, inner, child_x, y);
    } else if (const auto* nested = std::get_if<Group>(&group.nodes[i].item)) {
      elbow(at + kRowHeight / 2, i == 0);
      y = DrawGroup(f, *nested, inner, child_x, y, false);
    } else {
      elbow(at + (i == 0 ? kRowHeight / 2 : 26), i == 0);
      y = DrawLink(f, std::get<Link>(group.nodes[i].item), inner, child_x, y, true) + 8;
    }
  }
  y = DrawFindings(f, scope.text, false, child_x, y);
  if (!group.nodes.empty()) elbow(y + 14, false);
  if (group.nodes.empty() && f.Visible(y, kRowHeight)) {
    elbow(y + kRowHeight / 2, true);
    ui.Middle(
        ui.fonts.small, t.text3, child_x + 6, y + kRowHeight / 2,
        root ? "No conditions: every record the user may read." : "An empty group keeps all.");
    y += kRowPitch - 8;
    elbow(y + 14, false);
  }
  return DrawAdd(f, group, scope, child_x, y, root ? AddLook::kAtTop : AddLook::kInTree);
}

// Nothing to show as a tree: ways to begin.
float FilterBuilder::DrawEmpty(Frame& f, const Scope& root, const Rect& area) {
  const Group& group = f.entity.filter;
  const FilterBeginning begun = DrawFilterBeginnings(f.ui, f.state, f.entity, area);
  if (begun.condition) {
    if (by_key_) FillInAfterwards(root.text + Step(group, 0));
    Edit(f, WithNode(f.entity, {}, 0, Node{*begun.condition}), begun.name);
  }
  if (begun.related) menu_.Open("filter/add/" + root.text + "/link");
  float width = f.ui.ButtonWidth("Add condition", true) + 12;
  for (const char* words : {"Add group", "Add linked entity", "Join entity"}) {
    width += Ui::Width(f.ui.fonts.small_medium, words) + 44;
  }
  const float x0 = std::floor(area.cx() - width / 2);
  const float y = DrawFindings(f, root.text, false, x0, begun.bottom + 24);
  return DrawAdd(f, group, root, x0, y, AddLook::kAlone);
}

float FilterBuilder::DrawAdd(Frame& f, const Group& group, const Scope& scope, float x0, float y,
                             AddLook look) {
  Ui& ui = f.ui;
  const bool root = look != AddLook::kInTree;
  const std::size_t count = group.nodes.size();
  if (!f.Visible(y, 36)) return y + 38;
  const std::string id = "filter/add/" + scope.text;
  const std::string made = scope.text + Step(group, count);
  float x = x0;
  const auto link = [&](const char* what, const char* words, const char* glyph,
                        const char* tip = "") {
    const bool pressed = LinkText(ui, id + "/" + what, {x, y}, words, glyph, tip);
    x += Ui::Width(ui.fonts.small_medium, words) + 44;
    return pressed;
  };
  if (look == AddLook::kAlone) {
    if (ui.Button(id + "/condition", {x, y - 2}, "Add condition", icon::kAdd,
                  ButtonStyle::kPrimary)) {
      menu_.Open(id + "/condition");
    }
    x += ui.ButtonWidth("Add condition", true) + 12;
  } else if (link("condition", "Add condition", icon::kAdd)) {
    menu_.Open(id + "/condition");
  }
  TakeFocus(f, id);
  if (link("group", "Add group", icon::kAccountTree)) {
    Group empty;
    empty.conjunction = Conjunction::kOr;
    FocusAfterwards("filter/add/" + made);
    Edit(f, WithNode(f.entity, scope.path, count, Node{empty}), "Add a group");
  }
  if (link("link", "Add linked entity", icon::kLink,
           "Whether a record has, or has no, related records that meet conditions")) {
    menu_.Open(id + "/link");
  }
  if (root && link("join", "Join entity", icon::kReadMore,
                   "Related records whose fields can be compared with this entity's")) {
    menu_.Open(id + "/join");
  }
  ConditionEditor::Place place{.id = id, .entity = scope.entity};
  if (!scope.in_link) place.aliases = f.aliases;
  if (const auto chosen = menu_.Draw(
          ui, id + "/condition", {x0, y + 30}, 380,
          [&] { return ConditionEditor::Fields(f.state, place); }, "Search fields")) {
    Condition fresh = ConditionEditor::Fresh(f.state, place, *chosen);
    const std::string name = FieldWords(f.state, scope.entity, fresh.field);
    FillInAfterwards(made);
    Edit(f, WithNode(f.entity, scope.path, count, Node{std::move(fresh)}),
         "Add a condition on " + name);
    f.commands.Push(FillIn{made, false});
    entered_.clear();
  }
  const auto relations = [&] { return RelationItems(f.state, scope.entity); };
  if (const auto chosen =
          menu_.Draw(ui, id + "/link", {x0, y + 30}, 420, relations, "Search related entities")) {
    if (const auto way = FindRelation(*chosen)) {
      Link asked{.entity = way->entity, .from = way->from, .to = way->to, .type = LinkType::kAny};
      FocusAfterwards(made);
      Edit(f, WithNode(f.entity, scope.path, count, Node{std::move(asked)}),
           "Ask for " + EntityWords(f.state, way->entity));
    }
  }
  if (const auto chosen =
          menu_.Draw(ui, id + "/join", {x0, y + 30}, 420, relations, "Search related entities")) {
    if (const auto way = FindRelation(*chosen)) {
      Link joined{
          .entity = way->entity, .from = way->from, .to = way->to, .type = LinkType::kInner};
      joined.alias = FreshAlias(f.entity, way->entity);
      Edit(f, WithLink(f.entity, {}, std::move(joined)),
           "Join " + EntityWords(f.state, way->entity));
    }
  }
  return y + 38;
}

// What is wrong, right below what causes it.
float FilterBuilder::DrawFindings(Frame& f, const std::string& path, bool leaf, float x0, float y) {
  Ui& ui = f.ui;
  for (const Finding* finding : f.findings) {
    const bool mine = leaf ? IsWithin(finding->path, path) : finding->path == path;
    if (!mine || finding->severity == Severity::kInfo || Unfinished(f.state, *finding)) continue;
    const Tone& tone = finding->severity == Severity::kError ? ui.theme.err : ui.theme.warn;
    const float width = f.x1 - x0 - 34;
    const std::string words = FindingWords(*finding);
    const float height = Ui::WrappedHeight(ui.fonts.small, words, width);
    if (f.Visible(y, height)) {
      ui.Icon(ui.fonts.icon18, tone.fill, {x0 + 17, y + 9},
              finding->severity == Severity::kError ? icon::kError : icon::kWarning);
      ui.Wrapped(ui.fonts.small, tone.fg, {x0 + 34, y}, width, words);
    }
    y += height + 10;
  }
  return y;
}

// "into the OR group with Category", "out of its group".
std::string FilterBuilder::GroupWords(const Frame& f, const TreePath& path) {
  Entity copy = f.entity;
  const TreeSpot spot = SpotAt(copy, path);
  if (path.empty() || spot.link != nullptr) return "to the top";
  if (spot.group == nullptr) return "into a group";
  std::string words =
      spot.group->conjunction == Conjunction::kOr ? "into the OR group" : "into the AND group";
  for (const Node& node : spot.group->nodes) {
    if (const auto* condition = std::get_if<Condition>(&node.item)) {
      return words + " with " + FieldWords(f.state, EntityAt(f.entity, path), condition->field);
    }
  }
  return words;
}

// The grip of a row: drag it, or the menu and the keys of what it stands for.
void FilterBuilder::Handle(Frame& f, const Scope& scope, const Rect& row, const Rect& grip,
                           const std::string& what) {
  Ui& ui = f.ui;
  const Theme& t = ui.theme;
  const std::string id = "filter/row/" + scope.text;
  const Press press = ui.Hit(id, grip, 6);
  TakeFocus(f, scope.text);
  ui.Icon(ui.fonts.icon18, press.hovered ? t.text : t.text3, {grip.cx(), grip.cy()},
          icon::kDragIndicator);
  const bool is_link = scope.path.back().link;
  // Above: below the row stands what is wrong with it.
  if (press.hovered && !dragged_) {
    TooltipAbove(ui, "Drag, or press for more.   Alt ↑ ↓ moves, Del removes", row);
  }
  if (press.held && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 4) && !is_link) {
    dragged_ = scope.path;
  }
  if (press.clicked && !dragged_) menu_.Open(id);
  const auto items = [&] {
    std::vector<PickerItem> list = {{"up", "Move up", "", "Alt ↑", icon::kArrowUpward, -1},
                                    {"down", "Move down", "", "Alt ↓", icon::kArrowDownward, -1},
                                    {"copy", "Duplicate", "", "Ctrl D", icon::kContentCopy, -1}};
    if (!is_link) {
      list.push_back({"or", "Put into an OR group", "", "", icon::kAccountTree, -1});
      list.push_back({"and", "Put into an AND group", "", "", icon::kAccountTree, -1});
    }
    // Where dragging would take it, for the keyboard.
    for (const TreePath& group : GroupsFor(f.entity, scope.path)) {
      list.push_back({"to/" + PathText(f.entity, group), "Move " + GroupWords(f, group), "", "",
                      icon::kReadMore, -1});
    }
    list.push_back({"note", "Write a note", "", "", icon::kNotes, -1});
    list.push_back({"remove", "Remove", "", "Del", icon::kDelete, -1});
    return list;
  };
  std::string action = menu_.Draw(ui, id, {grip.x0, grip.y1 + 4}, 300, items).value_or("");
  if (press.focused) {
    const bool alt = compat::Alt();
    if (alt && compat::Pressed(compat::Key::kUp)) action = "up";
    if (alt && compat::Pressed(compat::Key::kDown)) action = "down";
    if (compat::Pressed(compat::Key::kDelete)) action = "remove";
    if (compat::Ctrl() && compat::Pressed(compat::Key::kD)) action = "copy";
  }
  if (action == "up" || action == "down") {
    TreePath path = scope.path;
    Entity next = Shifted(f.entity, path, action == "up" ? -1 : 1);
    FocusAfterwards(PathText(next, path));
    Edit(f, std::move(next), "Move " + what);
  } else if (action == "copy") {
    Edit(f, Duplicated(f.entity, scope.path), "Duplicate " + what);
  } else if (action == "or" || action == "and") {
    Edit(f, Grouped(f.entity, scope.path, action == "or" ? Conjunction::kOr : Conjunction::kAnd),
         "Put " + what + " into a group");
  } else if (action.starts_with("to/")) {
    for (const TreePath& group : GroupsFor(f.entity, scope.path)) {
      if (action.substr(3) != PathText(f.entity, group)) continue;
      Entity next = f.entity;
      const Group* into = SpotAt(next, group).group;
      const std::size_t end = into == nullptr ? 0 : into->nodes.size();
      Edit(f, Moved(std::move(next), scope.path, group, end), "Move " + what);
      break;
    }
  } else if (action == "note") {
    noting_ = scope.text;
  } else if (action == "remove") {
    Edit(f, Without(f.entity, scope.path), "Remove " + what);
  }
  // Where a carried row would go.
  if (!dragged_ || is_link) return;
  const Point mouse = {ImGui::GetIO().MousePos.x, ImGui::GetIO().MousePos.y};
  if (mouse.y < row.y0 - 4 || mouse.y >= row.y1 + 4) return;
  if (OwnerOf(f.entity, scope.path) != OwnerOf(f.entity, *dragged_)) return;
  if (IsInside(scope.path, *dragged_)) return;
  TreePath group = scope.path;
  const std::size_t index = group.back().index + (mouse.y > row.cy() ? 1U : 0U);
  group.pop_back();
  const float line = mouse.y > row.cy() ? row.y1 + 3 : row.y0 - 5;
  ui.Fill({row.x0, line, row.x1, line + 2}, t.accent_fill, 1);
  drop_ = {std::move(group), index};
}

void FilterBuilder::DrawTools(Frame& f, const Scope& scope, const Rect& row, bool link) {
  Ui& ui = f.ui;
  const std::string what = link ? "a link" : "a condition";
  if (ui.IconButton("filter/copy/" + scope.text, {row.x1 - 66, row.y0 + 5}, icon::kContentCopy,
                    "Duplicate", 30)) {
    Edit(f, Duplicated(f.entity, scope.path), "Duplicate " + what);
  }
  if (ui.IconButton("filter/remove/" + scope.text, {row.x1 - 34, row.y0 + 5}, icon::kClose,
                    "Remove", 30)) {
    Edit(f, Without(f.entity, scope.path), "Remove " + what);
  }
}

float FilterBuilder::DrawNote(Frame& f, const Scope& scope, const std::string& notes, float x0,
                              float y) {
  if (notes.empty() && noting_ != scope.text) return y;
  const Rect field = {x0 + 26, y, f.x1 - 8, y};
  const float height =
      std::max(32.0F, Ui::WrappedHeight(f.ui.fonts.small, notes, field.width() - 42) + 16);
  if (f.Visible(y, height)) {
    if (const auto text = EditText(
            f.ui, typing_, "filter/note/" + scope.text, {field.x0, y, field.x1, y + height}, notes,
            {.hint = "Why this condition is there", .icon = icon::kNotes, .lines = true})) {
      Entity next = f.entity;
      const TreeSpot spot = SpotAt(next, scope.path);
      if (spot.condition != nullptr) spot.condition->notes = *text;
      if (spot.link != nullptr) spot.link->notes = *text;
      Edit(f, std::move(next), "Write a note", "note/" + scope.text);
    }
  }
  return y + height + 8;
}

// Whoever goes elsewhere has left it as it is. After all rows: the keyboard may be at any.
void FilterBuilder::WatchFillingIn(const Frame& f) {
  const FillIn& now = f.state.filling_in;
  if (now.condition.empty() || compat::TopPopupRoot() != nullptr) return;  // A list of its own.
  const std::string& at = f.ui.record.focused;
  const bool inside =
      at.starts_with("filter/" + now.condition + "/") || at.ends_with("/" + now.condition);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    pressed_elsewhere_ = !filled_row_.Contains({mouse.x, mouse.y});
  }
  // What is said of it moves what stands below: not while that is being clicked.
  const bool held = ImGui::IsMouseDown(ImGuiMouseButton_Left);
  const bool clicked_elsewhere = !held && std::exchange(pressed_elsewhere_, false);
  const bool went_elsewhere = !held && entered_ == now.condition && !inside && !at.empty();
  const bool typing = inside && compat::Typing();
  if (clicked_elsewhere || went_elsewhere) {
    f.commands.Push(FillIn{});
  } else if (typing != now.typing) {
    f.commands.Push(FillIn{now.condition, typing});
  }
  if (inside) entered_ = now.condition;
}

float FilterBuilder::DrawCondition(Frame& f, const Condition& condition, const Scope& scope,
                                   float x0, float y) {
  Ui& ui = f.ui;
  const Theme& t = ui.theme;
  const Rect row = {x0, y, f.x1, y + kRowHeight};
  const bool shown = !show_.empty() && IsWithin(show_, scope.text);
  if (shown) ImGui::SetScrollFromPosY(y - ImGui::GetWindowPos().y, 0.4F);
  if (f.Visible(y, kRowHeight)) {
    ConditionEditor::Place place{.id = "filter/" + scope.text, .entity = scope.entity};
    if (!scope.in_link) place.aliases = f.aliases;
    const Color* frame = nullptr;
    for (const Finding* finding : f.findings) {
      if (!IsWithin(finding->path, scope.text) || Unfinished(f.state, *finding)) continue;
      if (finding->severity == Severity::kWarning && frame == nullptr) frame = &t.warn.fill;
      if (finding->severity != Severity::kError) continue;
      frame = &t.err.fill;
      const std::string part = finding->path.substr(scope.text.size());
      if (part == ".field" || part == ".entity" || finding->rule == "unknown-field") {
        place.wrong_field = true;
      } else if (finding->rule == "operator-type" || part == ".op") {
        place.wrong_operator = true;
      } else {
        place.wrong_value = true;
      }
    }
    place.take_focus = fill_in_ == scope.text;
    const bool carried = dragged_ && *dragged_ == scope.path;
    ui.Fill(row, carried ? t.accent_soft : t.surface, 8);
    ui.Frame(row, frame != nullptr ? *frame : t.border, 8, frame != nullptr ? 1.4F : 1);
    Handle(f, scope, row, At(row.x0 + 2, row.y0 + 6, 26, 28), "a condition");
    Rect controls = {row.x0 + 32, row.y0 + 4, row.x1 - kTools - 8, row.y1 - 4};
    if (row.width() > 520) controls.x1 -= DrawCount(f, scope, controls.x1, row.cy());
    if (auto edit = editor_.Draw(ui, f.state, f.commands, condition, place, controls)) {
      Entity next = f.entity;
      if (Condition* edited = SpotAt(next, scope.path).condition) {
        *edited = std::move(edit->next);
        Edit(f, std::move(next), edit->name, edit->merge);
        f.commands.Push(FillIn{scope.text, compat::Typing()});
      }
    }
    DrawTools(f, scope, row, false);
    if (scope.text == f.state.filling_in.condition) filled_row_ = row;
  }
  y += kRowPitch;
  const float below = DrawFindings(f, scope.text, true, x0, y - 2);
  if (below > y - 2) y = below + 4;
  return DrawNote(f, scope, condition.notes, x0, y);
}

// How many records it keeps by itself; the room that takes.
float FilterBuilder::DrawCount(Frame& f, const Scope& scope, float x1, float cy) {
  const FilterCount* count = LiveCountOf(f.state, f.entity);
  if (count == nullptr || scope.in_link) return 0;
  const auto found = count->alone.find(scope.text.substr(10 + f.entity.name.size()));
  constexpr float kRoom = 76;
  if (found == count->alone.end()) return kRoom;
  Ui& ui = f.ui;
  const std::string words = HumanCount(found->second);
  ui.Right(ui.fonts.caption, LiveCountFresh(f.state, f.entity) ? ui.theme.text2 : ui.theme.text3,
           x1 - 4, cy, words);
  if (ImGui::IsMouseHoveringRect({x1 - kRoom, cy - 12}, {x1, cy + 12})) {
    ui.Tooltip("Records it keeps by itself");
  }
  return kRoom;
}

float FilterBuilder::DrawLink(Frame& f, const Link& link, const Scope& scope, float x0, float y,
                              bool in_filter) {
  Ui& ui = f.ui;
  const Theme& t = ui.theme;
  const std::string id = "filter/" + scope.text;
  const float top = y;
  // The box goes behind what is in it, but how tall it is shows only afterwards.
  auto* list = ImGui::GetWindowDrawList();
  ImDrawListSplitter layers;  // One of its own: links nest.
  layers.Split(list, 2);
  layers.SetCurrentChannel(list, 1);
  const Rect head = {x0, y, f.x1, y + 44};
  if (f.Visible(y, 44)) {
    Handle(f, scope, head, At(head.x0 + 2, head.y0 + 8, 26, 28), "a link");
    ui.Icon(ui.fonts.icon20, t.ok.fg, {head.x0 + 42, head.cy()}, icon::kLink);
    const float type_width = std::min(210.0F, head.width() * 0.3F);
    if (const auto chosen = menu_.Choose(
            ui, id + "/type", At(head.x0 + 58, head.y0 + 6, type_width, 32),
            WordingOf(link.type).title, [&] { return LinkTypeItems(in_filter); }, {.list = 520})) {
      if (const auto type = FindLinkType(*chosen)) {
        Entity next = f.entity;
        if (Link* edited = SpotAt(next, scope.path).link) {
          edited->type = *type;
          Edit(f, std::move(next),
               std::string(WordingOf(*type).title) + " " + EntityWords(f.state, link.entity));
        }
      }
    }
    const bool joins =
        !in_filter && (link.type == LinkType::kInner || link.type == LinkType::kOuter ||
                       link.type == LinkType::kMatchFirst);
    float right = head.x1 - kTools - 8;
    if (joins) {
      const float width = std::min(150.0F, head.width() * 0.2F);
      right -= width;
      const std::function<Result<std::string>(const std::string&)> alias_of =
          [](const std::string& text) -> Result<std::string> {
        if (text.empty() || IsName(text)) return text;
        return Fail(ErrorCode::kInvalid, "Letters, digits and _, beginning with a letter.");
      };
      if (const auto alias =
              EditParsed<std::string>(ui, typing_, id + "/alias", At(right, head.y0 + 6, width, 32),
                                      link.alias, alias_of, {.hint = "Alias"})) {
        Entity next = f.entity;
        if (Link* edited = SpotAt(next, scope.path).link) {
          edited->alias = *alias;
          Edit(f, std::move(next), "Name a link", id + "/alias");
        }
      }
      right -= 8;
    }
    const float way_x = head.x0 + 66 + type_width;
    const std::string words =
        EntityWords(f.state, link.entity) + " " + ThroughWords(f.state, scope.entity, link);
    if (const auto chosen =
            menu_.Choose(ui, id + "/way", {way_x, head.y0 + 6, right, head.y0 + 38}, words,
                         [&] { return RelationItems(f.state, scope.entity); })) {
      if (const auto way = FindRelation(*chosen)) {
        Entity next = f.entity;
        if (Link* edited = SpotAt(next, scope.path).link) {
          const bool other = edited->entity != way->entity;
          edited->entity = way->entity;
          edited->from = way->from;
          edited->to = way->to;
          if (other) {  // Conditions on other fields mean nothing there.
            edited->filter = {};
            edited->links.clear();
          }
          Edit(f, std::move(next), "Link to " + EntityWords(f.state, way->entity));
        }
      }
    }
    DrawTools(f, scope, {head.x0, head.y0 + 2, head.x1 - 2, head.y1}, true);
  }
  y += 50;
  Scope inner = scope;
  inner.entity = link.entity;
  inner.in_link = true;
  const float outer_x1 = f.x1;
  f.x1 -= 12;
  for (const Finding* finding : f.findings) {
    const std::string at = scope.text + ".link";
    if (!IsWithin(finding->path, at)) continue;
    y = DrawFindings(f, finding->path, false, x0, y);
  }
  y = DrawNote(f, scope, link.notes, x0 + 12, y);
  y = DrawGroup(f, link.filter, inner, x0 + 12, y, false);
  for (std::size_t i = 0; i < link.links.size(); ++i) {
    Scope nested = inner;
    nested.path = UnderLinks(scope.path, i);
    nested.text += ".links[" + std::to_string(i) + "]";
    y = DrawLink(f, link.links[i], nested, x0 + 12, y, false) + 8;
  }
  f.x1 = outer_x1;
  y += 4;
  layers.SetCurrentChannel(list, 0);
  const Rect box = {x0, top, f.x1, y};
  ui.Fill(box, Mix(t.surface, t.ok.soft, t.dark ? 0.55F : 0.4F), 10);
  ui.Frame(box, Mix(t.ok.soft, t.ok.fill, 0.45F), 10);
  layers.Merge(list);
  return y;
}

}  // namespace satchel
