// The controller's part that knows the projects of a folder.
#include <algorithm>

#include "app/console/controller.h"
#include "policy/support/text.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"

namespace satchel {
namespace {

// A folder of policies is a dozen files; more is not one.
constexpr std::size_t kMostFiles = 500;

bool LooksLikePolicy(const std::string& text) {
  return text.starts_with("satchel:") || text.find("\nsatchel:") != std::string::npos;
}

int PublishedVersion(const std::filesystem::path& folder, const std::string& project) {
  if (folder.empty()) return 0;
  const auto text = ReadWholeFile(folder / project / "current.yaml");
  if (!text) return 0;
  const ReadPolicy read = ParsePolicy(*text);
  return read.policy.published ? read.policy.published->version : 0;
}

Result<std::vector<FolderProject>> FindProjects(const std::filesystem::path& folder,
                                                const std::filesystem::path& published) {
  std::error_code error;
  std::vector<FolderProject> files;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const auto& path = at->path();
    const std::string extension = LowerAscii(path.extension().string());
    std::error_code ignored;
    if ((extension != ".yaml" && extension != ".yml") || !at->is_regular_file(ignored)) continue;
    const auto text = ReadWholeFile(path);
    if (!text || !LooksLikePolicy(*text)) continue;
    FolderProject file = {.file = path};
    ReadPolicy read = ParsePolicy(*text);
    for (const Finding& finding : read.findings) {
      if (finding.severity != Severity::kError || !file.error.empty()) continue;
      file.error = (finding.mark.known() ? ToString(finding.mark) + ": " : "") + finding.message;
    }
    file.entities = static_cast<int>(read.policy.entities.size());
    for (const Entity& entity : read.policy.entities) {
      file.offline += entity.mode == DeviceMode::kOffline ? 1 : 0;
    }
    file.project = std::move(read.policy.project);
    file.published = PublishedVersion(published, file.project.name);
    files.push_back(std::move(file));
    if (files.size() == kMostFiles) break;
  }
  if (error) {
    return Fail(ErrorCode::kIo, folder.string() + ": cannot be listed: " + error.message());
  }
  std::sort(files.begin(), files.end(),
            [](const FolderProject& a, const FolderProject& b) { return a.file < b.file; });
  return files;
}

}  // namespace

void Controller::Handle(const ReadProjects&) {
  ProjectsState& projects = state_.projects;
  if (!state_.file || projects.reading) return;
  projects.reading = true;
  projects.folder = state_.file->path.parent_path();
  jobs_.Submit(
      Lane::kDisk, "Reading the projects of the folder", false,
      [folder = projects.folder, published = state_.publish.folder](JobContext&) {
        return FindProjects(folder, published);
      },
      [this](Result<std::vector<FolderProject>> found) {
        ProjectsState& now = state_.projects;
        now.reading = false;
        now.read = true;
        now.error = found ? "" : found.error().message;
        if (found) now.files = std::move(*found);
      });
}

void Controller::Handle(const DuplicateProject& c) {
  if (!state_.file) return;
  std::optional<Policy> draft;
  if (c.file == state_.file->path) draft = state_.draft.current();
  const auto target = c.file.parent_path() / (c.name + ".yaml");
  jobs_.Submit(
      Lane::kDisk, "Duplicating the project", false,
      [draft, c, target](JobContext&) -> Result<> {
        Policy copy;
        if (draft) {
          copy = *draft;
        } else {
          const auto text = ReadWholeFile(c.file);
          if (!text) return Fail(text.error());
          copy = ParsePolicy(*text).policy;
        }
        copy.published.reset();
        copy.project.title =
            (copy.project.title.empty() ? copy.project.name : copy.project.title) + " (copy)";
        copy.project.name = c.name;
        const std::string text = PrintPolicy(copy);
        for (const Finding& finding : ParsePolicy(text).findings) {
          if (finding.severity == Severity::kError) {
            return Fail(ErrorCode::kInvalid, finding.message);
          }
        }
        return WriteNewFile(target, text);
      },
      [this, target](const Result<>& made) {
        if (!made) {
          Show({.severity = Severity::kError,
                .title = "The project was not duplicated",
                .text = made.error().message,
                .until = -1});
          return;
        }
        Show({.severity = Severity::kInfo,
              .title = target.filename().string() + " was made",
              .text = "A copy of the project, not published yet.",
              .action = "Open",
              .on_action = OpenFile{target},
              .until = -1});
        Handle(ReadProjects{});
      });
}

}  // namespace satchel
