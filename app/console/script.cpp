#include "app/console/script.h"

#include <chrono>
#include <cstdlib>
#include <map>
#include <sstream>
#include <thread>

#include "policy/support/text.h"

namespace satchel {
namespace {

const std::map<std::string, compat::Key, std::less<>>& Keys() {
  using compat::Key;
  static const std::map<std::string, Key, std::less<>> keys = {{"tab", Key::kTab},
                                                               {"left", Key::kLeft},
                                                               {"right", Key::kRight},
                                                               {"up", Key::kUp},
                                                               {"down", Key::kDown},
                                                               {"pageup", Key::kPageUp},
                                                               {"pagedown", Key::kPageDown},
                                                               {"home", Key::kHome},
                                                               {"end", Key::kEnd},
                                                               {"delete", Key::kDelete},
                                                               {"backspace", Key::kBackspace},
                                                               {"space", Key::kSpace},
                                                               {"enter", Key::kEnter},
                                                               {"escape", Key::kEscape},
                                                               {"f1", Key::kF1},
                                                               {"f6", Key::kF6},
                                                               {"a", Key::kA},
                                                               {"c", Key::kC},
                                                               {"d", Key::kD},
                                                               {"f", Key::kF},
                                                               {"k", Key::kK},
                                                               {"o", Key::kO},
                                                               {"r", Key::kR},
                                                               {"s", Key::kS},
                                                               {"v", Key::kV},
                                                               {"y", Key::kY},
                                                               {"z", Key::kZ},
                                                               {"0", Key::k0},
                                                               {"1", Key::k1},
                                                               {"2", Key::k2},
                                                               {"3", Key::k3},
                                                               {"4", Key::k4},
                                                               {"5", Key::k5},
                                                               {"6", Key::k6},
                                                               {"7", Key::k7},
                                                               {"8", Key::k8},
                                                               {"=", Key::kEqual},
                                                               {"-", Key::kMinus}};
  return keys;
}

// Draws on while jobs go on, as a window does.
void LetRun(std::chrono::duration<double> how_long, Application& app,
            const std::function<void()>& frame) {
  const auto end = std::chrono::steady_clock::now() + how_long;
  while (std::chrono::steady_clock::now() < end) {
    (void)app.Deliver();
    frame();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace

bool Click(const std::string& id, Application& app, const std::function<void()>& frame) {
  const auto at = app.record().controls.find(id);
  if (at == app.record().controls.end()) return false;
  const Rect r = at->second;
  compat::MoveMouse({r.cx(), r.cy()});
  frame();
  frame();
  compat::PressMouse(true);
  frame();
  compat::PressMouse(false);
  frame();
  frame();
  return true;
}

void TypeKey(compat::Key key, bool ctrl, bool shift, const std::function<void()>& frame, bool alt) {
  compat::PressKey(key, true, ctrl, shift, alt);
  frame();
  compat::PressKey(key, false, ctrl, shift, alt);
  frame();
  frame();
}

Result<> PlayScript(const std::string& file, Application& app, const std::function<void()>& frame,
                    const std::function<void()>& settle,
                    const std::function<Result<>(const std::string&)>& shoot) {
  const auto text = ReadWholeFile(file);
  if (!text) return Fail(text.error());
  std::istringstream lines(*text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::string_view trimmed = Trim(line);
    if (trimmed.empty() || trimmed[0] == '#') continue;
    const auto space = trimmed.find(' ');
    const std::string verb(trimmed.substr(0, space));
    const std::string rest(space == std::string_view::npos ? "" : Trim(trimmed.substr(space)));
    const auto wrong = [&](const std::string& message) {
      return Fail(ErrorCode::kInvalid, file + ":" + std::to_string(number) + ": " + message);
    };
    if (verb == "click") {
      if (!Click(rest, app, frame)) return wrong("there is no control '" + rest + "' on screen");
      settle();
    } else if (verb == "press") {
      if (!Click(rest, app, frame)) return wrong("there is no control '" + rest + "' on screen");
    } else if (verb == "watch") {
      LetRun(std::chrono::duration<double>(std::strtod(rest.c_str(), nullptr)), app, frame);
    } else if (verb == "type") {
      ImGui::GetIO().AddInputCharactersUTF8(rest.c_str());
      settle();
    } else if (verb == "key") {
      std::string name = LowerAscii(rest);
      const bool ctrl = name.starts_with("ctrl+");
      if (ctrl) name.erase(0, 5);
      const bool shift = name.starts_with("shift+");
      if (shift) name.erase(0, 6);
      const bool alt = name.starts_with("alt+");
      if (alt) name.erase(0, 4);
      const auto key = Keys().find(name);
      if (key == Keys().end()) return wrong("there is no key '" + rest + "'");
      TypeKey(key->second, ctrl, shift, frame, alt);
      settle();
    } else if (verb == "wheel") {
      compat::TurnWheel(std::strtof(rest.c_str(), nullptr));
      settle();
    } else if (verb == "wait") {
      settle();
    } else if (verb == "away") {
      compat::HideMouse();
      settle();
    } else if (verb == "shot") {
      if (auto written = shoot(rest); !written) return Fail(written.error());
    } else {
      return wrong("'" + verb +
                   "' is not click, press, watch, type, key, wheel, away, wait or shot");
    }
  }
  return {};
}

}  // namespace satchel
