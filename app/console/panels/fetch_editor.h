// The filter of an entity as FetchXML that can be edited: what parses becomes the draft at once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/console/selectors.h"
#include "app/console/widgets/ui.h"
#include "policy/support/mark.h"

namespace satchel {

// Text in colours, with line numbers; read only.
void DrawCode(Ui& ui, std::string_view id, const Rect& area, const std::string& text,
              bool sql_colours);

class FetchEditor {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
            const Rect& area);
  // In place of what is there: a pasted document.
  void Replace(CommandQueue& commands, const Entity& entity, std::string text);
  // Its text does not parse: the filter is not what the text says.
  [[nodiscard]] bool HasProblem(const std::string& entity) const {
    const auto document = documents_.find(entity);
    return document != documents_.end() && !document->second.problem.empty();
  }

 private:
  // One entity's text. It stays as somebody wrote it, also while it does not parse.
  struct Document {
    std::string text = {};
    Query of = {};  // What the text says, when it parses.
    std::string problem = {};
    Mark mark = {};
    std::vector<std::string> dropped = {};
  };
  static void Follow(const Rect& view, Point caret, float pitch);
  static void Read(Document& document, const Entity& entity, CommandQueue& commands);

  std::map<std::string, Document> documents_;
  int caret_ = -1;     // Byte in the text; -1: nobody writes.
  int followed_ = -1;  // Where it was when the view last followed it.
};

// The entity with its filter, links, order and cap as the query says them.
[[nodiscard]] Entity WithQuery(Entity entity, const Query& query);

}  // namespace satchel
