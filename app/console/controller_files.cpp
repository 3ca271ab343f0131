// The controller's part that asks for paths and exports the draft.
#include "app/console/controller.h"
#include "app/console/selectors.h"
#include "policy/fetchxml/filter_files.h"
#include "policy/support/units.h"

namespace satchel {

void Controller::Handle(const AskForPath& c) {
  if (c.purpose != PathFor::kOpen && !state_.file) return;
  state_.path_for = c.purpose;
  state_.folder = {};
  ++state_.asked_for_path;
}

void Controller::Handle(const ListFolder& c) {
  if (state_.folder.reading && state_.folder.folder == c.folder) return;
  state_.folder.folder = c.folder;
  state_.folder.reading = true;
  jobs_.Submit(
      Lane::kDisk, "Listing " + c.folder.string(), false,
      [folder = c.folder](JobContext&) { return ListFolderAt(folder); },
      [this](FolderList list) { state_.folder = std::move(list); });
}

void Controller::Handle(const ExportDraft& c) {
  if (!state_.file) return;
  state_.dialog.reset();
  std::error_code unknown;
  if (c.as == PathFor::kExportYaml && std::filesystem::weakly_canonical(c.to, unknown) ==
                                          std::filesystem::weakly_canonical(state_.file->path)) {
    Handle(SaveFile{});  // Which knows what the file would lose.
    return;
  }
  struct File {
    std::filesystem::path path;
    std::string text;
  };
  std::vector<File> files;
  if (c.as == PathFor::kExportYaml) {
    files.push_back({c.to, workbench_->Print(state_.draft.current())});
  } else {
    for (FilterFile& filter : FilterFiles(state_.draft.current())) {
      files.push_back({c.to / filter.name, std::move(filter.text)});
    }
  }
  if (files.empty()) {
    Show({.severity = Severity::kWarning,
          .title = "There is nothing to export",
          .text = "No entity of the draft is offline, so there is no filter.",
          .until = -1});
    return;
  }
  struct Written {
    std::filesystem::path there = {};  // A file that would be written over.
    int comments = 0;                  // Its comments, where it is a policy.
    std::string error = {};
  };
  jobs_.Submit(
      Lane::kDisk, "Exporting", false,
      [files, c, bench = workbench_](JobContext&) {
        std::error_code error;
        if (!c.replace) {  // All or none: a name that is taken is found before the first is
                           // written.
          for (const File& file : files) {
            if (!std::filesystem::exists(file.path, error)) continue;
            const auto text = ReadWholeFile(file.path);
            const bool policy = c.as == PathFor::kExportYaml && text;
            return Written{file.path, policy ? bench->Parse(*text).comments : 0, ""};
          }
        }
        const auto folder = files[0].path.parent_path();
        if (!folder.empty()) std::filesystem::create_directories(folder, error);
        for (const File& file : files) {
          if (const auto done = WriteAtomically(file.path, file.text); !done) {
            return Written{{}, 0, done.error().message};
          }
        }
        return Written{};
      },
      [this, c, count = files.size()](const Written& written) {
        if (!written.there.empty()) {
          state_.dialog = {
              .title = "Write over what is there?",
              .text = ShortPath(written.there) + " exists. What it says now would be lost" +
                      (written.comments == 0 ? "."
                       : written.comments == 1
                           ? ", its comment too."
                           : ", its " + HumanCount(written.comments) + " comments too."),
              .confirm = "Write over it",
              .on_confirm = ExportDraft{c.as, c.to, true},
              .grave = true};
          return;
        }
        if (!written.error.empty()) {
          Show({.severity = Severity::kError, .title = "The export failed", .text = written.error});
          return;
        }
        Show({.severity = Severity::kInfo,
              .title = c.as == PathFor::kExportYaml
                           ? "Exported as YAML"
                           : HumanCount(static_cast<std::int64_t>(count)) +
                                 (count == 1 ? " filter" : " filters") + " exported as FetchXML",
              .text = ShortPath(c.to),
              .until = -1});
      });
}

}  // namespace satchel
