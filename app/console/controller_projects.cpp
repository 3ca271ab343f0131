// The controller's part that knows the projects of a folder.
#include <algorithm>
#include <map>
#include <set>

#include "app/console/controller.h"
#include "policy/support/units.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"
#include "preview/publish/project_folder.h"

namespace satchel {
namespace {

int NewestPublished(const std::filesystem::path& folder, const std::string& project) {
  if (folder.empty()) return 0;
  const auto text = ReadWholeFile(folder / project / "current.yaml");
  if (!text) return 0;
  const ReadPolicy read = ParsePolicy(*text);
  return read.policy.published ? read.policy.published->version : 0;
}

FolderProject Listed(ProjectFile found, const std::filesystem::path& published_in) {
  FolderProject file = {.file = std::move(found.file), .is_published = found.published};
  if (!found.problem.empty()) {
    file.error = (found.mark.known() ? ToString(found.mark) + ": " : "") + found.problem;
    return file;
  }
  file.entities = static_cast<int>(found.policy.entities.size());
  for (const Entity& entity : found.policy.entities) {
    file.offline += entity.mode == DeviceMode::kOffline ? 1 : 0;
  }
  file.project = std::move(found.policy.project);
  file.published = found.published && found.policy.published
                       ? found.policy.published->version
                       : NewestPublished(published_in, file.project.name);
  return file;
}

// What is published of a project that lies in the folder as well is a number beside it, not another
// project.
Result<std::vector<FolderProject>> FindProjects(const std::filesystem::path& folder,
                                                const std::filesystem::path& published_in) {
  auto found = ReadProjectFolder(folder);
  if (!found) return Fail(found.error());
  std::vector<FolderProject> files;
  for (ProjectFile& file : *found) files.push_back(Listed(std::move(file), published_in));
  std::map<std::string, int> published;
  for (const FolderProject& file : files) {
    if (file.is_published) published[file.project.name] = file.published;
  }
  std::set<std::string> loose;
  for (FolderProject& file : files) {
    if (file.is_published || !file.error.empty()) continue;
    loose.insert(file.project.name);
    const auto version = published.find(file.project.name);
    if (version != published.end()) file.published = std::max(file.published, version->second);
  }
  std::erase_if(files, [&](const FolderProject& file) {
    return file.is_published && loose.contains(file.project.name);
  });
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
  state_.dialog.reset();
  std::optional<Policy> draft;
  if (c.file == state_.file->path) draft = state_.draft.current();
  const int comments = state_.file->comments;
  const auto target = state_.file->path.parent_path() / (c.name + ".yaml");
  jobs_.Submit(
      Lane::kDisk, "Duplicating the project", false,
      [draft, comments, c, target](JobContext&) -> Result<int> {
        Policy copy;
        int lost = comments;
        if (draft) {
          copy = *draft;
        } else {
          const auto text = ReadWholeFile(c.file);
          if (!text) return Fail(text.error());
          ReadPolicy read = ParsePolicy(*text);
          copy = std::move(read.policy);
          lost = read.comments;
        }
        if (lost > 0 && !c.drop_comments) return lost;
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
        if (auto written = WriteNewFile(target, text); !written) return Fail(written.error());
        return 0;
      },
      [this, c, target](const Result<int>& made) {
        if (!made) {
          Show({.severity = Severity::kError,
                .title = "The project was not duplicated",
                .text = made.error().message,
                .until = -1});
          return;
        }
        if (*made > 0) {
          state_.dialog = {
              .title = "Duplicate without " + HumanCount(*made) +
                       (*made == 1 ? " comment?" : " comments?"),
              .text = c.file.filename().string() +
                      " keeps what it says. The copy is written anew, in the canonical form, which "
                      "has no YAML comments.",
              .confirm = "Duplicate without comments",
              .on_confirm =
                  DuplicateProject{.file = c.file, .name = c.name, .drop_comments = true}};
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
