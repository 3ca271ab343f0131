// The command palette: every place and every command of the window, found by typing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/console/screens.h"
#include "app/console/widgets/ui.h"

namespace satchel {

// A command by name, for the palette and for shortcuts.
struct NamedCommand {
  // Places first, then commands. Parts of an entity, and what switches it, are many: they are not
  // listed before something is typed.
  enum class Kind : std::uint8_t { kScreen, kEntity, kPart, kCommand, kSwitch };
  std::string title = {};
  std::string detail = {};
  std::string key = {};
  const char* icon = nullptr;
  Command command = CloseDialog{};
  std::optional<Screen> screen = {};  // Where its effect is seen.
  Kind kind = Kind::kCommand;
  std::string also = {};   // Words it is found by, beside those that are shown.
  std::string field = {};  // To be looked for in the fields of its entity.
};
[[nodiscard]] std::vector<NamedCommand> NamedCommands(const AppState& state);
void AddVerifyCommands(const AppState& state, std::vector<NamedCommand>& all);  // A part of them.
// How well a name meets what was typed, 0 best: it is that, begins with it, has it, is found
// otherwise.
[[nodiscard]] int RankOf(const std::string& name, const std::string& typed);
// The fields whose names have what was typed, of all entities of the draft: the best few.
[[nodiscard]] std::vector<NamedCommand> NamedFields(const AppState& state,
                                                    const std::string& typed);

class Palette {
 public:
  void Open() { opening_ = true; }
  // A field that was chosen in this frame, for the list of its entity's fields.
  [[nodiscard]] std::string Draw(Ui& ui, const AppState& state, CommandQueue& commands);

 private:
  struct Row {  // A title over what follows it has no command.
    std::string title = {};
    const NamedCommand* command = nullptr;
    float y = 0;
    float height = 0;
  };
  [[nodiscard]] std::vector<Row> Arrange(const std::vector<NamedCommand>& all) const;
  void DrawHead(Ui& ui, const Rect& box);
  static void DrawCommand(Ui& ui, const NamedCommand& command, const Rect& row, bool on);

  bool opening_ = false;
  std::string typed_;
  int at_ = 0;
  bool moved_ = false;                // By a key: the list follows.
  std::vector<NamedCommand> fields_;  // For what was searched: thousands are looked through.
  std::string searched_;
};

}  // namespace satchel
