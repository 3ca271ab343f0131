// The phone itself: its screen with the app on it, drawn as the app's user would see it.
#pragma once

#include <array>
#include <map>
#include <string>

#include "app/console/selectors.h"
#include "app/console/widgets/fields.h"

namespace satchel {

// A record in the hand: what is typed, until it is saved.
class PhoneForm {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect screen);
  void Close() { open_.clear(); }

 private:
  float DrawField(Ui& ui, const AppState& state, CommandQueue& commands, const PhoneField& field,
                  Point at, float width);
  void DrawLookup(Ui& ui, const AppState& state, CommandQueue& commands, const PhoneField& field,
                  const Rect& r);
  [[nodiscard]] std::string TextOf(const PhoneField& field) const;
  void Set(const PhoneField& field, std::string text);
  [[nodiscard]] std::vector<FieldText> Values(const PhoneRecord& record) const;

  std::uint64_t serial_ = 0;                         // Of the record that the edits are of.
  using Edits = std::map<std::string, std::string>;  // By field.
  [[nodiscard]] Edits& edits() { return edits_[elsewhere_ ? 1 : 0]; }
  [[nodiscard]] const Edits& edits() const { return edits_[elsewhere_ ? 1 : 0]; }
  std::array<Edits, 2> edits_;                // On the phone; on the server.
  std::map<std::string, std::string> names_;  // Of lookup targets that were chosen.
  std::string asked_;                         // Field and text that targets were last asked for.
  std::string open_;        // Which record it shows: another one is first opened on the phone.
  bool elsewhere_ = false;  // Somebody else's hands.
  TextEdit typing_;
  Menu menu_;
};

class PhonePanel {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);
  void FocusSearch() { focus_search_ = true; }

 private:
  void DrawScreen(Ui& ui, const AppState& state, CommandQueue& commands, Rect screen);
  void DrawClosed(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& screen);
  float DrawBanner(Ui& ui, const AppState& state, const Rect& screen);
  void DrawList(Ui& ui, const AppState& state, CommandQueue& commands, Rect body, bool asleep);
  void DrawRows(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& body,
                bool asleep);
  void DrawSync(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& body,
                bool asleep);
  void DrawTabs(Ui& ui, const AppState& state, const Rect& bar, bool asleep);
  void DrawForeground(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& screen);
  void DrawQuestion(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& screen);

  enum class Tab : std::uint8_t { kRecords, kSync };
  Tab tab_ = Tab::kRecords;
  PhoneForm form_;
  Menu menu_;
  std::string search_;
  std::string searched_;  // Of which entity.
  bool focus_search_ = false;
};

}  // namespace satchel
