#include "preview/publish/project_folder.h"

#include <algorithm>
#include <fstream>
#include <optional>

#include "policy/check/finding.h"
#include "policy/model/limits.h"
#include "policy/support/text.h"
#include "policy/yaml/read_policy.h"

namespace satchel {

namespace {

namespace fs = std::filesystem;

constexpr const char* kCurrent = "current.yaml";

// YAML of another kind may lie in the folder; what says that it is a policy is one.
bool LooksLikePolicy(const std::string& text) {
  for (const std::string_view line : Split(text, '\n')) {
    if (line.starts_with("satchel:")) return true;
  }
  return false;
}

// Nothing: it may be something else (`any_yaml`), and is.
std::optional<ProjectFile> Read(const fs::path& file, bool any_yaml) {
  ProjectFile project{.file = file};
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    project.problem = "cannot be read (check its permissions)";
    return project;
  }
  std::string text(kMaxFileBytes + 1, '\0');  // One more: the reader says that it is too large.
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (any_yaml && !LooksLikePolicy(text)) return std::nullopt;
  ReadPolicy read = ParsePolicy(text);
  for (const Finding& finding : read.findings) {
    if (finding.severity != Severity::kError) continue;
    project.problem = finding.message;
    project.mark = finding.mark;
    return project;
  }
  project.policy = std::move(read.policy);
  return project;
}

}  // namespace

Result<std::vector<ProjectFile>> ReadProjectFolder(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Fail(ErrorCode::kNotFound,
                folder.string() + " is no folder (name the one the policies lie in)");
  }
  std::vector<fs::path> loose;
  std::vector<fs::path> published;
  for (const auto& each : fs::directory_iterator(folder, error)) {
    const std::string suffix = LowerAscii(each.path().extension().string());
    std::error_code ignored;
    if (each.is_directory(ignored)) {
      if (fs::exists(each.path() / kCurrent, ignored)) published.push_back(each.path() / kCurrent);
    } else if (suffix == ".yaml" || suffix == ".yml") {
      loose.push_back(each.path());
    }
  }
  if (error) {
    return Fail(ErrorCode::kIo, folder.string() + " cannot be read (check its permissions)");
  }
  if (fs::exists(folder / kCurrent, error)) {
    loose = {folder / kCurrent};  // Its versions lie beside it.
    published.clear();
  }
  std::vector<ProjectFile> projects;
  for (const fs::path& file : loose) {
    if (auto read = Read(file, file.filename() != kCurrent)) projects.push_back(*std::move(read));
  }
  for (const fs::path& file : published) {
    projects.push_back(*Read(file, false));
    projects.back().published = true;
  }
  std::sort(projects.begin(), projects.end(),
            [](const ProjectFile& a, const ProjectFile& b) { return a.file < b.file; });
  return projects;
}

}  // namespace satchel
