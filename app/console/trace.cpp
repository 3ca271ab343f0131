#include "app/console/trace.h"

#include <cmath>
#include <fstream>
#include <sstream>

#include "app/console/screens.h"

namespace satchel {
namespace {

void PutControls(std::ostream& out, const FrameRecord& record, float scale) {
  const auto put = [&](const Rect& r) {
    for (const float at : {r.x0, r.y0, r.x1, r.y1}) out << ' ' << std::lround(at * scale);
  };
  for (const auto& [id, r] : record.controls) {
    const auto view = record.views.find(id);
    const Rect through = view == record.views.end() ? r : view->second;
    const Rect seen = r.Clip(through);
    // What is cut down to a sliver is not there to be clicked.
    const bool hidden = seen.empty() || seen.height() < std::min(10.0F, r.height()) ||
                        seen.width() < std::min(10.0F, r.width());
    out << (hidden ? "hidden" : "control");
    put(hidden ? r : seen);
    if (hidden) put(through);
    out << ' ' << id << '\n';
  }
}

std::string ScreenId(Screen screen) {
  for (const ScreenLook& look : Screens()) {
    if (look.screen == screen) return look.id;
  }
  return "start";
}

}  // namespace

void Trace::Write(Application& app, float scale, const InputCount& input) {
  const AppState& state = app.state();
  std::ostringstream out;
  out << "input " << input.clicks << ' ' << input.keys << ' ' << input.characters << ' '
      << input.notches << '\n';
  out << "screen " << (state.file ? ScreenId(state.screen) : "start") << '\n';
  out << "work " << (app.idle() ? "none" : "some") << '\n';
  out << "focus " << app.record().focused << '\n';
  if (state.preview.result && state.preview.state == PreviewState::State::kDone) {
    out << "preview " << state.preview.result->as_name << '\n';
    for (const EntityPreview& entity : state.preview.result->entities) {
      if (entity.mode != DeviceMode::kOffline) continue;
      out << "held " << entity.name << ' ' << entity.records << ' ' << entity.ids_sha256 << '\n';
    }
  }
  if (state.publish.view) out << "version " << state.publish.view->newest() << '\n';
  for (const Toast& toast : state.toasts) out << "toast " << toast.title << '\n';
  PutControls(out, app.record(), scale);
  std::string text = out.str();
  if (text == last_) return;
  const std::filesystem::path temporary = file_.string() + ".tmp";
  std::ofstream(temporary, std::ios::binary) << text;
  std::error_code failed;
  std::filesystem::rename(temporary, file_, failed);
  if (!failed) last_ = std::move(text);
}

}  // namespace satchel
