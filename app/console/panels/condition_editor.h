// One condition of a filter as a row of controls: field, operator, values.
#pragma once

#include <optional>
#include <string>

#include "app/console/filter_tree.h"
#include "app/console/panels/link_words.h"
#include "app/console/widgets/fields.h"

namespace satchel {

// The condition as it shall be, and what the edit is called.
struct ConditionEdit {
  Condition next = {};
  std::string name = {};
  std::string merge = {};
};

class ConditionEditor {
 public:
  struct Place {
    std::string id = {};      // Of the row, unique on the screen.
    std::string entity = {};  // Whose fields it speaks of.
    std::vector<JoinedAlias> aliases = {};
    bool wrong_field = false;
    bool wrong_operator = false;
    bool wrong_value = false;
    bool take_focus = false;  // Where it is filled in next.
  };
  [[nodiscard]] std::optional<ConditionEdit> Draw(Ui& ui, const AppState& state,
                                                  CommandQueue& commands,
                                                  const Condition& condition, const Place& place,
                                                  const Rect& r);
  // How much room the values take: chips may need more than one line.
  [[nodiscard]] static std::vector<PickerItem> Operators(const FieldSchema* field);
  [[nodiscard]] static std::vector<PickerItem> Fields(const AppState& state, const Place& place);
  // A new condition on a field, with the operator most people want there.
  [[nodiscard]] static Condition Fresh(const AppState& state, const Place& place,
                                       const std::string& field_item);

 private:
  std::optional<ConditionEdit> DrawValues(Ui& ui, const AppState& state, CommandQueue& commands,
                                          const Condition& condition, const Place& place,
                                          const FieldSchema* field, const Rect& r);
  std::optional<Condition> DrawChoices(Ui& ui, const AppState& state, const Condition& condition,
                                       const Place& place, const FieldSchema& field, bool many,
                                       const Rect& r);
  std::optional<Condition> DrawLookup(Ui& ui, const AppState& state, CommandQueue& commands,
                                      const Condition& condition, const Place& place,
                                      const FieldSchema& field, bool many, const Rect& r);
  std::optional<Condition> DrawText(Ui& ui, const Condition& condition, const Place& place,
                                    const FieldSchema* field, std::size_t index, const Rect& r);
  std::optional<Condition> DrawList(Ui& ui, const Condition& condition, const Place& place,
                                    const Rect& r);
  std::optional<Condition> DrawChips(Ui& ui, const Condition& condition, const Place& place,
                                     const std::vector<std::string>& words, Rect& r);

  TextEdit typing_;
  Menu menu_;
  DayPicker calendar_;
  std::string list_text_;  // What is typed for the next value of a list.
  std::string list_id_;
  std::string list_again_;  // The list in which one more is written.
};

// "is in the last … days"; `field` may be null.
[[nodiscard]] std::string OperatorWords(const OperatorInfo& info, const FieldSchema* field);

}  // namespace satchel
