// The controller's part behind Publish and History: comparing, publishing, restoring.
#include <algorithm>

#include "app/console/controller.h"
#include "app/console/selectors.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/capital.h"

namespace satchel {
namespace {

constexpr const char* kNotPublished = "The policy was not published";
constexpr const char* kNotRestored = "The policy was not restored";

std::string CountedChanges(std::size_t count) {
  if (count == 0) return "no change";
  return HumanCount(static_cast<std::int64_t>(count)) + (count == 1 ? " change" : " changes");
}

// What devices make of them.
std::string TakenOver(const std::vector<Change>& changes) {
  return IsStructural(changes) ? "The changes are structural: the next sync of every device is a "
                                 "foreground one, and nobody can edit until it ends."
                               : "Devices take it over at their next sync.";
}

// Publishing writes current.yaml anew, also where that is the file that is open.
std::string LostComments(const OpenedFile& file, const std::filesystem::path& folder,
                         const std::string& project) {
  std::error_code unknown;
  if (file.comments == 0 ||
      std::filesystem::weakly_canonical(file.path, unknown) !=
          std::filesystem::weakly_canonical(folder / project / "current.yaml", unknown)) {
    return {};
  }
  return " It is the file that is open: its " +
         (file.comments == 1 ? "comment goes." : HumanCount(file.comments) + " comments go.");
}

}  // namespace

std::vector<Finding> Controller::Measured() const {
  return FindingsOf(Verdicts());
}

// The view is made anew when somebody looks at it; how much there is to publish is always told.
void Controller::CountUnpublished() {
  PublishState& publish = state_.publish;
  publish.changes = 0;
  if (!publish.view || publish.view->history.empty()) return;
  const Policy& published = publish.view->history.front().policy;
  const Policy& draft = state_.draft.current();
  if (published.project.name != draft.project.name) return;  // A view of another project.
  publish.changes = Diff(published, draft).size();
}

void Controller::Handle(const SetPublishFolder& c) {
  state_.publish.folder = c.folder;
  state_.publish.serial = -1;
  state_.publish.view.reset();
  CountUnpublished();
  state_.publish.error.clear();
  state_.publish.missing = false;
  RememberSettings();
}

// It can come and go while the window is open: every time the page asks for a folder.
void Controller::Handle(const LookBesidePolicy&) {
  PublishState& publish = state_.publish;
  if (publish.busy || !state_.file) return;
  publish.busy = true;
  jobs_.Submit(
      Lane::kDisk, "Looking for a folder to publish to", false,
      [path = state_.file->path.parent_path() / "published"](JobContext&) {
        std::error_code unknown;
        return SuggestedFolder{path, std::filesystem::is_directory(path, unknown)};
      },
      [this, beside = state_.file->path](SuggestedFolder found) {
        state_.publish.busy = false;
        if (state_.file && state_.file->path == beside) state_.publish.suggested = std::move(found);
      });
}

void Controller::Handle(const MakePublishFolder& c) {
  PublishState& publish = state_.publish;
  if (publish.busy) return;
  publish.busy = true;
  jobs_.Submit(
      Lane::kDisk, "Making the folder", false, [c](JobContext&) { return MakeFolder(c.folder); },
      [this, c](const Result<>& made) {
        PublishState& now = state_.publish;
        now.busy = false;
        now.missing = false;
        if (made) {
          Handle(SetPublishFolder{c.folder});  // What is in it is looked at anew.
        } else {
          now.error = made.error().message;  // The page says why it is not to be made.
        }
      });
}

void Controller::Handle(const Acknowledge& c) {
  if (Trim(c.reason).empty()) {
    state_.publish.acknowledged.erase(c.rule);
  } else {
    state_.publish.acknowledged[c.rule] = c.reason;
  }
  if (!state_.publish.view) return;
  for (GateItem& item : state_.publish.view->gate) {
    if (item.may_acknowledge && item.finding.rule == c.rule)
      item.reason = std::string(Trim(c.reason));
  }
}

void Controller::Handle(const CompareWithPublished&) {
  PublishState& publish = state_.publish;
  if (!state_.file || publish.folder.empty() || publish.busy) return;
  publish.busy = true;
  publish.serial = state_.draft_serial;
  ViewRequest request;
  request.draft = state_.draft.current();
  if (schema() != nullptr) request.schema = *schema();
  request.folder = publish.folder;
  publish.verdicts = Verdicts();
  request.measured = FindingsOf(publish.verdicts);
  request.acknowledged = publish.acknowledged;
  jobs_.Submit(
      Lane::kDisk, "Comparing with what is published", false,
      [request = std::move(request)](JobContext&) { return MakePublishView(request); },
      [this](Result<PublishView> view) {
        PublishState& now = state_.publish;
        now.busy = false;
        now.error = view ? "" : view.error().message;
        now.missing = !view && view.error().code == ErrorCode::kNotFound;
        now.view.reset();
        ++now.shown;
        if (view) now.view = std::move(*view);
        CountUnpublished();
      });
}

void Controller::Handle(const PublishDraft& c) {
  PublishState& publish = state_.publish;
  // A greyed-out button is a courtesy, not a guard.
  if (!state_.file || publish.busy || !publish.view || Blocks(publish.view->gate)) return;
  const int next = publish.view->newest() + 1;
  if (!c.confirmed) {
    const std::string lost =
        LostComments(*state_.file, publish.folder, state_.draft.current().project.name);
    state_.dialog = {.title = "Publish version " + std::to_string(next) + "?",
                     .text = "It goes to " + publish.folder.string() + ". " +
                             TakenOver(publish.view->changes) + lost,
                     .confirm = "Publish version " + std::to_string(next),
                     .on_confirm = PublishDraft{.confirmed = true},
                     .grave = !lost.empty()};
    return;
  }
  state_.dialog.reset();
  publish.busy = true;
  PublishRequest request;
  request.draft = state_.draft.current();
  request.folder = publish.folder;
  const std::string& who = state_.connection.identity.user_name;
  request.by = who.empty() ? CurrentPerson() : who;
  request.at = PresentMoment();
  request.note = std::string(Trim(publish.note));
  request.acknowledged = publish.acknowledged;
  request.measured = Measured();
  request.base = publish.view->newest();
  std::optional<Schema> known;
  if (schema() != nullptr) known = *schema();
  jobs_.Submit(
      Lane::kDisk, "Publishing", true,
      [request = std::move(request), known = std::move(known)](JobContext&) mutable {
        request.schema = known ? &*known : nullptr;
        return Publish(request);
      },
      [this](const Result<PublishedVersion>& made) { AfterPublishing(made, kNotPublished); });
}

void Controller::Handle(const RestoreVersion& c) {
  PublishState& publish = state_.publish;
  if (publish.busy || !publish.view || !state_.file) return;
  const std::string version = std::to_string(c.version);
  if (!c.confirmed) {
    const auto& history = publish.view->history;
    const auto old = std::find_if(history.begin(), history.end(),
                                  [&](const auto& each) { return each.version == c.version; });
    if (old == history.end()) return;
    const std::vector<Change> changes = Diff(history.front().policy, old->policy);
    const std::string lost =
        LostComments(*state_.file, publish.folder, state_.draft.current().project.name);
    state_.dialog = {.title = "Restore version " + version + "?",
                     .text = "It is published once more, as version " +
                             std::to_string(publish.view->newest() + 1) + ": " +
                             CountedChanges(changes.size()) + " against version " +
                             std::to_string(publish.view->newest()) + ". " + TakenOver(changes) +
                             lost +
                             " What was published stays in the history, and your draft as it is.",
                     .confirm = "Restore version " + version,
                     .on_confirm = RestoreVersion{.version = c.version, .confirmed = true},
                     .grave = !lost.empty()};
    return;
  }
  state_.dialog.reset();
  publish.busy = true;
  const std::string& who = state_.connection.identity.user_name;
  const RestoreRequest request{.folder = publish.folder,
                               .project = state_.draft.current().project.name,
                               .version = c.version,
                               .by = who.empty() ? CurrentPerson() : who,
                               .at = PresentMoment(),
                               .base = publish.view->newest()};
  jobs_.Submit(
      Lane::kDisk, "Restoring", true, [request](JobContext&) { return Restore(request); },
      [this](const Result<PublishedVersion>& made) { AfterPublishing(made, kNotRestored); });
}

void Controller::AfterPublishing(const Result<PublishedVersion>& made, const char* failed) {
  PublishState& publish = state_.publish;
  publish.busy = false;
  publish.serial = -1;  // What is published has changed, or somebody else changed it.
  // What an earlier attempt said is over.
  std::erase_if(state_.toasts, [](const Toast& toast) {
    return toast.title == kNotPublished || toast.title == kNotRestored;
  });
  if (!made) {
    const bool overtaken = made.error().code == ErrorCode::kConflict;
    Show({.severity = Severity::kError,
          .title = failed,
          .text = overtaken ? "Somebody published in between. The changes now stand against that "
                              "version: look at them once more."
                            : Capitalised(made.error().message)});
    return;
  }
  publish.note.clear();
  publish.acknowledged.clear();
  publish.selected = made->version;
  Show({.severity = Severity::kInfo,
        .title = "Version " + std::to_string(made->version) + " is published",
        .text = made->file.string(),
        .action = state_.screen == Screen::kHistory ? "" : "History",
        .on_action = ShowScreen{Screen::kHistory},
        .until = -1});
}

}  // namespace satchel
