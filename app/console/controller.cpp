#include "app/console/controller.h"

#include <algorithm>

#include "app/console/command_list.h"
#include "app/console/selectors.h"
#include "policy/check/starting_point.h"
#include "policy/support/sha256.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/capital.h"

namespace satchel {
namespace {

constexpr double kToastSeconds = 8;
constexpr std::size_t kRecentFiles = 6;

// The undo of what is not the last edit any more would take back another one.
void WithdrawUndo(std::vector<Toast>& toasts) {
  std::erase_if(toasts, [](const Toast& toast) {
    return !toast.action.empty() && std::holds_alternative<Undo>(toast.on_action.any().command);
  });
}

}  // namespace

Controller::Controller(std::shared_ptr<Workbench> workbench, JobQueue& jobs,
                       Surroundings surroundings)
    : workbench_(std::move(workbench)), jobs_(jobs), surroundings_(std::move(surroundings)) {
  if (!surroundings_.settings_folder.empty()) {
    Settings settings = LoadSettings(surroundings_.settings_folder);
    state_.theme = settings.theme;
    state_.zoom = settings.zoom;
    state_.recent = std::move(settings.recent);
    for (const auto& file : state_.recent) {
      std::error_code unknown;
      const auto draft = DraftFile(surroundings_.settings_folder, file);
      if (std::filesystem::exists(draft, unknown)) state_.start.unsaved.insert(file);
    }
    state_.publish.folder = std::move(settings.publish_folder);
  }
  if (auto servers = workbench_->Servers()) state_.servers = std::move(*servers);
  ReadProfiles();
}

Controller::~Controller() = default;

void Controller::Apply(const Command& command) {
  std::visit([this](const auto& c) { Handle(c); }, command.any().command);
}

void Controller::Tick(double now) {
  now_ = now;
  lab_.Tick();
  // A phone has a connection of its own: when its sync failed, ask whether the server is there.
  const bool failed = state_.lab.life.refused && !state_.lab.life.syncing;
  if (failed && !phone_failed_) Handle(TryServer{});
  phone_failed_ = failed;
  std::erase_if(state_.toasts, [&](Toast& toast) {
    if (toast.until < 0) toast.until = now + kToastSeconds;
    return toast.until > 0 && toast.until <= now;
  });
  FollowFilter();
}

void Controller::Show(Toast toast) {
  toast.id = ++last_toast_;
  toast.text = Capitalised(std::move(toast.text));  // It may be an error as the engine says it.
  if (state_.toasts.size() >= 3) state_.toasts.erase(state_.toasts.begin());
  state_.toasts.push_back(std::move(toast));
}

const Schema* Controller::schema() const {
  return state_.connection.schema ? &*state_.connection.schema : nullptr;
}

void Controller::Restudy() {
  if (!state_.file) return;
  ++state_.draft_serial;
  lab_.DraftChanged();
  CountUnpublished();
  state_.study = workbench_->Examine(state_.draft.current(), state_.file->saved, schema());
  state_.measured = Measured();
}

// --- Files -------------------------------------------------------------------------------------

void Controller::Handle(const OpenFile& c) {
  if (c.file.empty()) return;
  std::error_code ignored;
  const auto path = std::filesystem::absolute(c.file, ignored);
  // A policy file is at most 1 MiB: reading it costs less than a frame.
  auto text = ReadWholeFile(path);
  if (!text) {
    state_.open_error = text.error().message + " (check the path)";
    return;
  }
  PolicyText read = workbench_->Parse(*text);
  for (const Finding& finding : read.findings) {
    if (finding.severity != Severity::kError) continue;
    state_.open_error = path.filename().string() +
                        (finding.mark.known() ? ":" + ToString(finding.mark) : "") + ": " +
                        finding.message;
    return;
  }
  state_.open_error.clear();
  lab_.Handle(LabCommand{lab::DropPhone{}});  // It followed the other file's policy.
  if (state_.file && state_.file->path != path) LeaveProject();
  OpenedFile file;
  file.path = path;
  const std::string file_hash = Sha256Hex(*text);
  file.text_hash = file_hash;
  file.comments = read.comments;
  file.saved = read.policy;
  state_.file = std::move(file);
  state_.draft.Reset(std::move(read.policy), file_hash);
  state_.filling_in = {};
  state_.selected_entity =
      state_.draft.current().entities.empty() ? "" : state_.draft.current().entities[0].name;

  const auto& folder = surroundings_.settings_folder;
  if (!folder.empty()) {
    std::erase(state_.recent, path);
    state_.recent.insert(state_.recent.begin(), path);
    if (state_.recent.size() > kRecentFiles) state_.recent.resize(kRecentFiles);
    RememberSettings();
    RestoreDraft(DraftFile(folder, path));
  }
  if (state_.screen == Screen::kStart) state_.screen = Screen::kEntities;
  state_.projects = {};
  Restudy();
  if (state_.connection.state == ServerConnection::State::kOnline) ReadSchema();
}

// What a crash left. Of a draft that the reader does not take whole, all that it does take comes
// back, and the draft as it was written is kept beside: edits to come are written over it.
void Controller::RestoreDraft(const std::filesystem::path& draft_file) {
  const auto kept = FindDraft(draft_file);
  if (!kept) return;
  PolicyText draft = workbench_->Parse(kept->yaml);
  const bool whole = !HasErrors(draft.findings);
  const bool readable = whole || !draft.policy.entities.empty();
  if (!whole) {
    auto aside = draft_file;
    aside += ".unread";
    std::error_code ignored;
    std::filesystem::copy_file(draft_file, aside, std::filesystem::copy_options::overwrite_existing,
                               ignored);
    Show({.severity = Severity::kWarning,
          .title = readable ? "Unsaved changes restored, but not all of them"
                            : "Unsaved changes could not be read",
          .text = draft.findings.front().message + ". As they were written they are kept in " +
                  ShortPath(aside) + "."});
  }
  if (!readable || draft.policy == state_.file->saved) return;
  state_.draft.Commit(std::move(draft.policy), {.name = "Restore unsaved changes",
                                                .selected = state_.selected_entity,
                                                .base = kept->base_hash});
  if (!whole) return;
  const bool same = kept->base_hash == state_.file->text_hash;
  Show({.severity = same ? Severity::kInfo : Severity::kWarning,
        .title = "Unsaved changes restored",
        .text = same ? "Satchel was closed before they were saved."
                     : "The file has changed on disk since. Saving asks which of the two is kept.",
        .action = "Discard",
        .on_action = DiscardDraft{},
        // Undo and the palette discard as well; what changed on disk somebody must have read.
        .until = same ? -1.0 : 0.0});
}

void Controller::AutosaveDraft() {
  if (surroundings_.settings_folder.empty() || !state_.file) return;
  const auto draft_file = DraftFile(surroundings_.settings_folder, state_.file->path);
  const bool unsaved = state_.draft.current() != state_.file->saved;
  KeptDraft draft{state_.draft.base(), workbench_->Print(state_.draft.current())};
  jobs_.Submit(
      Lane::kDisk, "Keeping the draft", false,
      [draft_file, draft = std::move(draft), unsaved](JobContext&) -> Result<bool> {
        if (unsaved) {
          if (auto kept = KeepDraft(draft_file, draft); !kept) return Fail(kept.error());
        } else {
          std::error_code ignored;
          std::filesystem::remove(draft_file, ignored);
        }
        return unsaved;
      },
      [this, path = state_.file->path](const Result<bool>& kept) {
        if (kept && *kept) state_.start.unsaved.insert(path);
        if (kept && !*kept) state_.start.unsaved.erase(path);
        if (!state_.file || state_.file->path != path) return;
        state_.file->draft_error = kept ? "" : kept.error().message;
        if (kept && *kept) state_.file->draft_saved_at = surroundings_.clock();
      });
}

void Controller::RememberSettings() {
  if (surroundings_.settings_folder.empty()) return;
  Settings settings{state_.theme, state_.zoom, state_.recent, state_.publish.folder};
  jobs_.Submit(
      Lane::kDisk, "Remembering settings", false,
      [settings, folder = surroundings_.settings_folder](JobContext&) {
        return SaveSettings(settings, folder);
      },
      [](const Result<>&) {});  // Losing a preference is not worth a message.
}

// --- Edits -------------------------------------------------------------------------------------

void Controller::Edit(Policy next, std::string name, const std::string& entity, std::string merge) {
  if (!state_.file) return;
  WithdrawUndo(state_.toasts);
  state_.draft.Commit(std::move(next), {.name = std::move(name),
                                        .selected = entity,
                                        .screen = state_.screen,
                                        .merge = std::move(merge),
                                        .at = now_});
  state_.filling_in = {};  // Whoever is still at it says so again.
  Restudy();
  AutosaveDraft();
  ReadNewEntities();
}

// Undo and redo show what they changed.
void Controller::AfterStep(const DraftHistory::Edit* edit) {
  if (edit == nullptr) return;
  WithdrawUndo(state_.toasts);
  if (!edit->selected.empty() && state_.draft.current().Find(edit->selected) != nullptr) {
    state_.selected_entity = edit->selected;
  }
  if (state_.screen != edit->screen && state_.screen != Screen::kPreview) {
    state_.screen = edit->screen;
  }
  state_.filling_in = {};
  Restudy();
  AutosaveDraft();
}

void Controller::Handle(const Undo&) {
  AfterStep(state_.draft.Undo());
}

void Controller::Handle(const Redo&) {
  AfterStep(state_.draft.Redo());
}

void Controller::Handle(const EditPolicy& c) {
  Edit(c.next, c.name, state_.selected_entity, c.merge);
}

void Controller::Handle(const EditEntities& c) {
  Policy next = state_.draft.current();
  for (const Entity& edited : c.next) {
    Entity* entity = next.Find(edited.name);
    if (entity == nullptr) return;  // Removed in the meantime.
    *entity = edited;
  }
  if (c.next.empty()) return;
  Edit(std::move(next), c.name, c.next[0].name, c.merge);
}

void Controller::Handle(const SetMode& c) {
  if (c.mode == EntityMode::kExcluded) {
    Handle(RemoveEntities{{c.entity}});
    return;
  }
  Policy next = state_.draft.current();
  Entity* entity = next.Find(c.entity);
  if (entity == nullptr) return;
  entity->mode = c.mode == EntityMode::kOnline ? DeviceMode::kOnline : DeviceMode::kOffline;
  Edit(std::move(next),
       "Set " + EntityWords(state_, c.entity) +
           (c.mode == EntityMode::kOnline ? " to online" : " to offline"),
       c.entity);
}

void Controller::Handle(const RemoveEntities& c) {
  Policy next = state_.draft.current();
  std::vector<std::string> labels;
  std::size_t first = next.entities.size();
  for (const std::string& name : c.entities) {
    const auto at = std::find_if(next.entities.begin(), next.entities.end(),
                                 [&](const Entity& e) { return e.name == name; });
    if (at == next.entities.end()) continue;
    labels.push_back(EntityWords(state_, name));
    first = std::min(first, static_cast<std::size_t>(at - next.entities.begin()));
    next.entities.erase(at);
  }
  if (labels.empty()) return;
  const std::size_t left = next.entities.size();
  state_.selected_entity = left == 0 ? "" : next.entities[std::min(first, left - 1)].name;
  const std::string what = labels.size() == 1
                               ? labels[0]
                               : HumanCount(static_cast<std::int64_t>(labels.size())) + " entities";
  Edit(std::move(next), "Exclude " + what, c.entities[0]);
  Show({.severity = Severity::kInfo,
        .title = what + " left the project",
        .text = "Once that is published, devices drop " +
                std::string(labels.size() == 1 ? "it and its" : "them and their") + " records.",
        .action = "Undo",
        .on_action = Undo{},
        .until = -1});
}

void Controller::Handle(const SetField& c) {
  Policy next = state_.draft.current();
  Entity* entity = next.Find(c.entity);
  if (entity == nullptr || FieldLocked(state_, *entity, c.field)) return;
  const EntitySchema* known = schema() ? schema()->Find(c.entity) : nullptr;
  if (entity->all_fields) {
    if (c.on || known == nullptr) return;
    entity->all_fields = false;
    entity->fields.clear();
    for (const auto& [name, field] : known->fields) entity->fields.push_back(name);
  }
  const auto at = std::find(entity->fields.begin(), entity->fields.end(), c.field);
  const bool had = at != entity->fields.end();
  if (had == c.on) return;
  if (c.on) {
    entity->fields.push_back(c.field);
  } else {
    if (entity->fields.size() == 1) {
      Show({.severity = Severity::kWarning,
            .title = "An entity needs at least one field",
            .text = "Exclude the entity instead, or choose another field first.",
            .until = -1});
      return;
    }
    entity->fields.erase(at);
  }
  Edit(std::move(next),
       (c.on ? "Add field " : "Remove field ") + FieldWords(state_, c.entity, c.field), c.entity);
}

// What an entity starts from depends on its fields, so those the server has not told of yet are
// asked for first.
void Controller::Handle(const AddEntities& c) {
  std::vector<std::string> unknown;
  for (const std::string& name : c.entities) {
    const bool known = schema() != nullptr && schema()->Find(name) != nullptr;
    if (!known && state_.draft.current().Find(name) == nullptr) unknown.push_back(name);
  }
  if (unknown.empty() || state_.connection.state != ServerConnection::State::kOnline) {
    AddToDraft(c.entities);
    return;
  }
  AskServer(
      "Reading the fields of what is added", true,
      [link = state_.connection.link, unknown](JobContext& job) {
        return link->ReadSchema(unknown, job.stop());
      },
      [this, epoch = connection_epoch_, wanted = c.entities,
       path = state_.file ? state_.file->path : std::filesystem::path()](Result<Schema> read) {
        if (epoch != connection_epoch_ || !state_.file || state_.file->path != path) return;
        if (!read) {
          Show({.severity = Severity::kError,
                .title = "Nothing was added",
                .text = read.error().message});
          return;
        }
        ServerConnection& now = state_.connection;
        for (const auto& [name, entity] : read->entities) now.asked.insert(name);
        if (now.schema) {
          now.schema->entities.merge(read->entities);
        } else {
          now.schema = std::move(*read);
          now.schema_at = surroundings_.clock();
        }
        KeepSchema();
        AddToDraft(wanted);
      });
}

void Controller::AddToDraft(const std::vector<std::string>& names) {
  Policy next = state_.draft.current();
  std::vector<std::string> added;
  for (const std::string& name : names) {
    if (next.Find(name) != nullptr) continue;
    const EntitySchema* known = schema() ? schema()->Find(name) : nullptr;
    // As in a new policy: what the user owns, until somebody chooses.
    Entity entity = known != nullptr ? StartingPoint(*known) : Entity{.name = name};
    entity.all_fields = known == nullptr;
    next.entities.push_back(std::move(entity));
    added.push_back(name);
  }
  if (added.empty()) return;
  state_.selected_entity = added[0];
  Edit(std::move(next),
       added.size() == 1
           ? "Add " + EntityWords(state_, added[0])
           : "Add " + HumanCount(static_cast<std::int64_t>(added.size())) + " entities",
       added[0]);
}

// --- Small things ------------------------------------------------------------------------------

void Controller::Handle(const SetTheme& c) {
  state_.theme = c.theme;
  RememberSettings();
}

void Controller::Handle(const SetZoom& c) {
  state_.zoom = std::clamp(c.percent, 100, 200);
  RememberSettings();
}

void Controller::Handle(const CloseToast& c) {
  std::erase_if(state_.toasts, [&](const Toast& toast) { return toast.id == c.id; });
}

void Controller::Handle(const CopyText& c) {
  surroundings_.copy(c.text);
  Show({.severity = Severity::kInfo, .title = "Copied to the clipboard", .until = -1});
}

}  // namespace satchel
