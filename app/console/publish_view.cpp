#include "app/console/publish_view.h"

#include <algorithm>

#include "policy/support/text.h"
#include "policy/yaml/write_policy.h"

namespace satchel {
namespace {

constexpr std::size_t kAround = 3;

// The block a line of canonical YAML lies in: "entities / account", "triggers".
class Section {
 public:
  const std::string& At(const std::string& line) {
    const auto indent = line.find_first_not_of(' ');
    const auto colon = line.find(':');
    if (indent == 0 && colon != std::string::npos) {
      top_ = line.substr(0, colon);
      name_ = top_;
    } else if (indent == 2 && colon != std::string::npos && top_ == "entities" && line[2] != '-') {
      name_ = "entities / " + line.substr(2, colon - 2);
    }
    return name_;
  }

 private:
  std::string top_;
  std::string name_;
};

bool IsStructuralLine(const DiffLine& line, const std::string& section,
                      const std::vector<Change>& changes) {
  if (line.kind == DiffLine::Kind::kSame) return false;
  const std::string entity = section.substr(0, 11) == "entities / " ? section.substr(11) : "";
  const std::string_view text = Trim(line.text);
  if (entity.empty()) return false;
  return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
    if (!change.structural || change.entity != entity) return false;
    const bool fields = text.substr(0, 7) == "fields:";
    const bool mode = text.substr(0, 5) == "mode:";
    const bool whole = text == entity + ":";
    const bool about_fields = change.path.find(".fields") != std::string::npos;
    const bool about_mode = change.path.find(".mode") != std::string::npos;
    return (fields && about_fields) || (mode && about_mode) ||
           (whole && !about_fields && !about_mode);
  });
}

Policy WithoutHeader(Policy policy) {
  policy.published.reset();
  return policy;
}

}  // namespace

std::vector<DiffRow> RowsOf(const std::vector<DiffLine>& lines,
                            const std::vector<Change>& changes) {
  std::vector<std::string> sections;
  Section section;
  for (const DiffLine& line : lines) sections.push_back(section.At(line.text));
  // A blank line stands before what it belongs to.
  for (std::size_t i = lines.size(); i-- > 0;) {
    if (i + 1 < lines.size() && Trim(lines[i].text).empty()) sections[i] = sections[i + 1];
  }
  // Around a change stand lines of its own section: those of the next one say nothing about it.
  std::vector<bool> shown(lines.size(), false);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].kind == DiffLine::Kind::kSame) continue;
    const std::size_t from = i < kAround ? 0 : i - kAround;
    for (std::size_t k = from; k < std::min(lines.size(), i + kAround + 1); ++k) {
      const bool blank = lines[k].kind == DiffLine::Kind::kSame && Trim(lines[k].text).empty();
      if (sections[k] == sections[i] && !blank) shown[k] = true;
    }
  }
  std::vector<DiffRow> rows;
  std::string said;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!shown[i]) {
      said.clear();
      continue;
    }
    const std::string& here = sections[i];
    if (here != said) rows.push_back({.header = here});
    said = here;
    rows.push_back({.line = lines[i], .structural = IsStructuralLine(lines[i], here, changes)});
  }
  return rows;
}

Result<PublishView> MakePublishView(const ViewRequest& request) {
  PublishView view;
  const Schema* schema = request.schema ? &*request.schema : nullptr;
  auto history = ReadHistory(request.folder, request.draft.project.name);
  if (!history) return Fail(history.error());
  view.history = std::move(*history);
  for (std::size_t i = 0; i < view.history.size(); ++i) {
    const bool first = i + 1 == view.history.size();
    view.steps.push_back(first ? std::vector<Change>{}
                               : Diff(view.history[i + 1].policy, view.history[i].policy, schema));
    view.step_words.push_back(WordsOf(view.steps.back()));
  }
  const Policy draft = WithoutHeader(request.draft);
  const Policy published =
      view.history.empty() ? Policy{} : WithoutHeader(view.history.front().policy);
  if (!view.history.empty()) view.changes = Diff(published, draft, schema);
  view.change_words = WordsOf(view.changes);
  const std::vector<DiffLine> lines =
      DiffLines(view.history.empty() ? std::string() : PrintPolicy(published), PrintPolicy(draft));
  for (const DiffLine& line : lines) {
    view.added += line.kind == DiffLine::Kind::kAdded ? 1 : 0;
    view.removed += line.kind == DiffLine::Kind::kRemoved ? 1 : 0;
  }
  view.rows = RowsOf(lines, view.changes);
  view.gate = Gate(draft, schema, request.folder, request.measured, request.acknowledged);
  return view;
}

}  // namespace satchel
