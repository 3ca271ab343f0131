// The controller's part that writes the policy's file, and loses nothing that stands in it.
#include "app/console/controller.h"
#include "policy/support/sha256.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

constexpr std::size_t kHashLetters = 8;  // Enough to tell the copies of one file apart.

}  // namespace

// Keeps a copy of one side where drafts are kept (beside the file where there is no such place).
Result<std::filesystem::path> Controller::KeepAside(const char* whose,
                                                    const std::string& text) const {
  const auto& folder = surroundings_.settings_folder;
  std::filesystem::path file =
      folder.empty() ? state_.file->path : DraftFile(folder, state_.file->path);
  file.replace_extension();
  file += std::string(".") + whose + "-" + Sha256Hex(text).substr(0, kHashLetters) + ".yaml";
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  if (const auto kept = WriteAtomically(file, text); !kept) return Fail(kept.error());
  return file;
}

void Controller::NotSaved(const std::string& why) {
  Show({.severity = Severity::kError,
        .title = "The policy was not saved",
        .text = why + ". Your changes are kept as a draft."});
}

// True while somebody has to decide first.
bool Controller::AskAboutFile(const SaveFile& c, const std::string& yaml) {
  OpenedFile& file = *state_.file;
  auto text = ReadWholeFile(file.path);
  if (!text && text.error().code != ErrorCode::kNotFound) {  // Nobody knows what would be lost.
    NotSaved(text.error().message);
    return true;
  }
  if (text) {
    const std::string hash = Sha256Hex(*text);
    if (hash != state_.draft.base() && hash != c.over && *text != yaml) {
      ChangedFile changed = CompareWithFile(*workbench_, std::move(*text), state_.draft.current());
      changed.shown = ++asked_about_file_;
      state_.changed_file = std::move(changed);
      return true;
    }
    // What stands in it now is kept whole, its comments included.
    if (hash == c.over) return false;
  }
  if (file.comments == 0 || c.drop_comments) return false;
  state_.dialog = {.title = "Save and lose " + HumanCount(file.comments) +
                            (file.comments == 1 ? " comment?" : " comments?"),
                   .text =
                       "Satchel writes the policy in its canonical form, which keeps no YAML "
                       "comments. Put reasons into notes: to keep them.",
                   .confirm = "Save without comments",
                   .on_confirm = SaveFile{.drop_comments = true},
                   .grave = true};
  return true;
}

void Controller::Handle(const SaveFile& c) {
  if (!state_.file) return;
  OpenedFile& file = *state_.file;
  const std::string yaml = workbench_->Print(state_.draft.current());
  // A file that could not be opened again is worse than none.
  for (const Finding& finding : workbench_->Parse(yaml).findings) {
    if (finding.severity == Severity::kError) return NotSaved(finding.message);
  }
  state_.dialog.reset();
  std::optional<ChangedFile> theirs = std::exchange(state_.changed_file, std::nullopt);
  if (AskAboutFile(c, yaml)) return;
  if (theirs && theirs->hash != c.over) theirs.reset();
  std::filesystem::path aside;
  if (theirs) {
    auto kept = KeepAside("theirs", theirs->text);
    if (!kept) return NotSaved(kept.error().message);
    aside = *std::move(kept);
  }
  if (const auto written = WriteAtomically(file.path, yaml); !written) {
    return NotSaved(written.error().message);
  }
  file.saved = state_.draft.current();
  file.text_hash = Sha256Hex(yaml);
  file.comments = 0;
  file.file_saved_at = surroundings_.clock();
  file.draft_saved_at.reset();
  state_.draft.Rebase(file.text_hash);
  if (theirs) {
    Show({.severity = Severity::kInfo,
          .title = "Saved: yours was kept",
          .text = "What the file said before is in " + ShortPath(aside) + ".",
          .action = "Copy path",
          .on_action = CopyText{aside.string()}});
  }
  Restudy();
  AutosaveDraft();
}

void Controller::Handle(const LoadTheirs&) {
  if (!state_.file || !state_.changed_file || !state_.changed_file->policy) return;
  const ChangedFile theirs = *std::exchange(state_.changed_file, std::nullopt);
  OpenedFile& file = *state_.file;
  const auto kept = KeepAside("mine", workbench_->Print(state_.draft.current()));
  if (!kept) {
    Show({.severity = Severity::kError,
          .title = "The file was not loaded",
          .text = kept.error().message + ". Your draft is as it was."});
    return;
  }
  file.saved = *theirs.policy;
  file.text_hash = theirs.hash;
  file.comments = theirs.comments;
  file.draft_saved_at.reset();
  if (*theirs.policy == state_.draft.current()) {
    state_.draft.Rebase(theirs.hash);
  } else {
    state_.draft.Commit(*theirs.policy, {.name = "Load what is on disk",
                                         .selected = state_.selected_entity,
                                         .screen = state_.screen,
                                         .base = theirs.hash});
  }
  if (state_.draft.current().Find(state_.selected_entity) == nullptr) {
    const auto& entities = state_.draft.current().entities;
    state_.selected_entity = entities.empty() ? "" : entities[0].name;
  }
  Show({.severity = Severity::kInfo,
        .title = "The file's version is the draft now",
        .text = "Yours is one step back, and in " + ShortPath(*kept) + ".",
        .action = "Undo",
        .on_action = Undo{}});
  Restudy();
  AutosaveDraft();
  ReadNewEntities();
}

void Controller::Handle(const DiscardDraft&) {
  if (!state_.file) return;
  state_.draft.Commit(state_.file->saved, {.name = "Discard unsaved changes",
                                           .selected = state_.selected_entity,
                                           .screen = state_.screen,
                                           .at = now_,
                                           .base = state_.file->text_hash});
  Restudy();
  AutosaveDraft();
  ReadNewEntities();
}

}  // namespace satchel
