// A searchable list in a popup: type to narrow, arrows and Enter to choose, Esc to leave.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/console/widgets/ui.h"

namespace satchel {

struct PickerItem {
  std::string value = {};  // What is chosen.
  std::string title = {};
  std::string detail = {};
  std::string right = {};
  const char* icon = nullptr;
  int hue = -1;  // With one, an avatar of the title instead of the icon.
};

// Of a list that is no longer, lines out of sight are noted as well, so that scripts can name them.
inline constexpr int kMostNamed = 200;

// What becomes of a list when something in it was chosen.
enum class AfterChoice : std::uint8_t {
  kClose,
  kStay,  // For several, one after another: the search is emptied, Esc leaves.
};

class Picker {
 public:
  void Open(AfterChoice after = AfterChoice::kClose) {
    opening_ = true;
    after_ = after;
  }
  // Whether it is open, or about to be: else its items need not be made.
  [[nodiscard]] bool IsOpen(const char* id) const { return opening_ || ImGui::IsPopupOpen(id); }
  [[nodiscard]] const std::string& typed() const { return typed_; }
  // Draws the popup while it is open, its left top at `at`. The value chosen in this frame, if any.
  // `offer_typed`: what was typed can be chosen too, worded so ("Connect to …"). `failure`: why
  // items that come from elsewhere are not there, and what to do; with a button to search again.
  [[nodiscard]] std::optional<std::string> Draw(Ui& ui, const char* id, Point at, float width,
                                                const char* hint,
                                                const std::vector<PickerItem>& items,
                                                const std::string& empty,
                                                const char* offer_typed = nullptr,
                                                const std::string& failure = {});
  // "Search again" was pressed in this frame.
  [[nodiscard]] bool again() const { return again_; }

 private:
  bool opening_ = false;
  AfterChoice after_ = AfterChoice::kClose;
  int round_ = 0;  // Of choices since it was opened.
  bool next_round_ = false;
  bool again_ = false;
  std::string typed_;
  int at_ = 0;
};

// True when every word of `query` is somewhere in the texts (case-blind).
[[nodiscard]] bool Matches(std::string_view query, std::initializer_list<std::string_view> texts);

}  // namespace satchel
