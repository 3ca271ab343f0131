// The start screen: recent files, a new policy from a server, the sandbox, connection profiles.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "app/console/selectors.h"
#include "app/console/widgets/fields.h"

namespace satchel {

// The page on which a policy is made from what a server has.
class NewPolicyPage {
 public:
  void Open() { opening_ = true; }
  // True when it was left.
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);

 private:
  void DrawServer(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);
  void DrawName(Ui& ui, const AppState& state, const Rect& column);
  void DrawEntities(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);
  void Toggle(const std::string& entity) {
    if (chosen_.erase(entity) == 0) chosen_.insert(entity);
  }
  void DrawCreate(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& foot);

  Picker server_;
  std::string search_;
  std::set<std::string> chosen_;
  std::string name_;
  std::string title_;
  std::string file_;
  bool name_typed_ = false;  // Else it follows the title.
  bool file_typed_ = false;  // Else it follows the name.
  bool opening_ = false;
  bool searching_ = false;  // In its field,
  bool refocus_ = false;    // and once more, after Enter.
};

// Connection profiles: which there are, whether they can sign in, a test, one more.
class ProfilesCard {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);
  [[nodiscard]] float Height(const AppState& state) const;

 private:
  float DrawProfile(Ui& ui, const AppState& state, CommandQueue& commands,
                    const KnownProfile& known, Rect row);
  void DrawSecret(Ui& ui, CommandQueue& commands, const KnownProfile& known, const Rect& line);
  void DrawForm(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);

  bool adding_ = false;
  std::string asking_;  // The profile whose secret is being typed.
  std::string secret_;
  bool focus_ = false;
  std::size_t before_ = 0;  // How many there were when one more was asked for.
  Profile typed_;
  float height_ = 0;  // What it took when it was last drawn.
};

class StartPanel {
 public:
  // Which of its pages it shows.
  [[nodiscard]] int page() const { return making_ ? 1 : 0; }
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);

 private:
  float DrawWays(Ui& ui, const AppState& state, CommandQueue& commands, Point at, float width);
  float DrawUnreached(Ui& ui, const AppState& state, CommandQueue& commands, Point at, float width);
  float DrawOpen(Ui& ui, const AppState& state, CommandQueue& commands, Point at, float width);
  [[nodiscard]] static float PoliciesHeight(const Ui& ui, const AppState& state, float width);
  void DrawPolicies(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);
  void DrawRecent(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);

  std::string path_;
  bool asked_ = false;    // To open it.
  bool writing_ = false;  // In it.
  bool making_ = false;
  std::filesystem::path beside_;  // The policy that was open when that began.
  NewPolicyPage page_;
  ProfilesCard profiles_;
};

}  // namespace satchel
