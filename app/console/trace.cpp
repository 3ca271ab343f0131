#include "app/console/trace.h"

#include <fstream>

namespace satchel {

void WriteTrace(Application& app, float scale, const std::filesystem::path& file) {
  const std::filesystem::path temporary = file.string() + ".tmp";
  {
    std::ofstream out(temporary, std::ios::binary);
    for (const auto& [id, r] : app.record().controls) {
      out << "control " << id << ' ' << r.x0 * scale << ' ' << r.y0 * scale << ' ' << r.x1 * scale
          << ' ' << r.y1 * scale << '\n';
    }
    const AppState& state = app.state();
    if (state.preview.result && state.preview.state == PreviewState::State::kDone) {
      out << "preview " << state.preview.result->as_name << '\n';
      for (const EntityPreview& entity : state.preview.result->entities) {
        if (entity.mode != DeviceMode::kOffline) continue;
        out << "held " << entity.name << ' ' << entity.records << ' ' << entity.ids_sha256 << '\n';
      }
    }
    if (state.publish.view) out << "version " << state.publish.view->newest() << '\n';
  }
  std::error_code ignored;
  std::filesystem::rename(temporary, file, ignored);
}

}  // namespace satchel
