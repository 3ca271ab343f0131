// The only code that changes the console's state. Everything here runs on the console thread; slow
// work goes to the job queue and comes back as completions.
#pragma once

#include <functional>
#include <string>

#include "app/console/lab/device_lab.h"
#include "app/console/settings.h"
#include "app/console/state.h"

namespace satchel {

class Controller {
 public:
  struct Surroundings {
    std::filesystem::path settings_folder = {};  // Empty: nothing is remembered (tests, pictures).
    std::function<WallTime()> clock = [] { return std::chrono::system_clock::now(); };
    std::function<void(const std::string&)> copy = [](const std::string&) {};
  };

  Controller(std::shared_ptr<Workbench> workbench, JobQueue& jobs, Surroundings surroundings);
  ~Controller();
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  void Apply(const Command& command);
  // Once per frame: lets toasts go. `now` in seconds of any steady clock.
  void Tick(double now);
  [[nodiscard]] const AppState& state() const { return state_; }
  [[nodiscard]] const Surroundings& surroundings() const { return surroundings_; }

 private:
  void Handle(const OpenFile&);
  void Handle(const AskForPath&);
  void Handle(const ListFolder&);
  void Handle(const ExportDraft&);
  void Handle(const SaveFile&);
  void Handle(const LoadTheirs&);
  void Handle(const DiscardDraft&);
  void Handle(const Undo&);
  void Handle(const Redo&);
  void Handle(const ShowScreen& c) {
    state_.screen = c.screen;
    state_.filling_in = {};  // It is left.
    state_.publish.suggested.reset();
  }
  void Handle(const SelectEntity& c) {
    state_.selected_entity = c.entity;
    state_.filling_in = {};
  }
  void Handle(const SetMode&);
  void Handle(const SetField&);
  void Handle(const AddEntities&);
  void Handle(const RemoveEntities&);
  void Handle(const EditPolicy&);
  void Handle(const EditEntities&);
  void Handle(const FillIn& c) { state_.filling_in = c; }
  void Handle(const SetPublishFolder&);
  void Handle(const LookBesidePolicy&);
  void Handle(const MakePublishFolder&);
  void Handle(const SetPublishNote& c) { state_.publish.note = c.note; }
  void Handle(const Acknowledge&);
  void Handle(const CompareWithPublished&);
  void Handle(const PublishDraft&);
  void Handle(const SelectVersion& c) { state_.publish.selected = c.version; }
  void Handle(const RestoreVersion&);
  void Handle(const FindRecords&);
  void Handle(const NameRecords&);
  void Handle(const TranslateFilter&);
  void Handle(const CountWhileEditing&);
  void Handle(const ReadAgain&);
  void Handle(const ReadViews&);
  void Handle(const StartFromView&);
  void Handle(const ConnectTo&);
  void Handle(const TryServer&);
  void Handle(const ChooseUser&);
  void Handle(const StartPreview&);
  void Handle(const CompareWith&);
  void Handle(const CompareRecords&);
  void Handle(const SetSince&);
  void Handle(const FindDrift&);
  void Handle(const ExplainRecord&);
  void Handle(const CheckExpectations&);
  void Handle(const ShowChange&);
  void Handle(const ChooseColumns&);
  void Handle(const ExportRecords&);
  void Handle(const CancelJob& c) { jobs_.Cancel(c.job); }
  void Handle(const CancelPreview&) { jobs_.Cancel(state_.preview.job); }
  void Handle(const ShowRecords&);
  void Handle(const SortRecords&);
  void Handle(const SearchRecords&);
  void Handle(const WantRows&);
  void Handle(const SelectRecord&);
  void Handle(const SetTheme&);
  void Handle(const SetZoom&);
  void Handle(const CloseToast&);
  void Handle(const CloseDialog&) {
    state_.dialog.reset();
    state_.changed_file.reset();
  }
  void Handle(const CopyText&);
  void Handle(const LabCommand& c) { lab_.Handle(c); }
  void Handle(const WantDay&);
  void Handle(const EditDay&);
  void Handle(const ResetDay&);
  void Handle(const TrySandbox&);
  void Handle(const StopSandbox&);
  void Handle(const AddProfile&);
  void Handle(const RemoveProfile&);
  void Handle(const GiveSecret&);
  void Handle(const TestProfile&);
  void Handle(const NewPolicy&);
  void Handle(const ReadProjects&);
  void Handle(const DuplicateProject&);

  void Edit(Policy next, std::string name, const std::string& entity, std::string merge = {});
  void AddToDraft(const std::vector<std::string>& names);
  void AfterStep(const DraftHistory::Edit* edit);
  void ReadNewEntities();
  void AfterPublishing(const Result<PublishedVersion>& made, const char* failed);
  // What the previews of this very draft say about its budgets.
  [[nodiscard]] std::vector<Finding> Measured() const;
  [[nodiscard]] std::vector<Verdict> Verdicts() const;
  void Restudy();
  void CountUnpublished();
  void FindOthers();
  void LeaveProject();
  void RemovePreview();
  void AutosaveDraft();
  bool AskAboutFile(const SaveFile& c, const std::string& yaml);
  void NotSaved(const std::string& why);
  [[nodiscard]] Result<std::filesystem::path> KeepAside(const char* whose,
                                                        const std::string& text) const;
  void RestoreDraft(const std::filesystem::path& draft_file);
  void RememberSettings();
  void Disconnect();
  void ReadSchema();
  void ReadUsers();
  void ReadProfiles();
  void KeepSchema();
  void FindKeptSchema();
  void TakePreview(PreviewResult result, const Policy& draft, const std::string& user);
  void OpenResult();
  void OpenTable(const std::string& entity, RecordsView view);
  void ReadTable();
  struct Counterpart {
    Policy policy = {};
    std::string name = {};
  };
  [[nodiscard]] std::optional<Counterpart> CounterpartOf(int version) const;
  void OpenComparison();
  void MarkRecords();
  void ForgetComparison();
  void Remember(MeasuredUser measured, const Policy& policy);
  void CountRecords();
  void FetchRows();
  // Keeps the live count true to the draft; once per frame.
  void FollowFilter();
  void ReadRecords(const std::vector<NeededFields>& needs);
  void TakeRecords(std::shared_ptr<WorkingRead> read);
  void CountFilter(const Query& query);
  void DropWorkingSet();
  // A job that asks the connected server. Whatever comes back says whether the server is reached.
  template <class Work, class Done>
  JobId AskServer(std::string text, bool shown, Work work, Done done) {
    return jobs_.Submit(Lane::kServer, std::move(text), shown, std::move(work),
                        [this, epoch = connection_epoch_, done = std::move(done)](auto result) {
                          Heard(epoch, result ? nullptr : &result.error());
                          done(std::move(result));
                        });
  }
  void Heard(std::uint64_t epoch, const Error* error);
  void Show(Toast toast);
  [[nodiscard]] const Schema* schema() const;

  std::shared_ptr<Workbench> workbench_;
  JobQueue& jobs_;
  Surroundings surroundings_;
  AppState state_;
  DeviceLab lab_{state_, workbench_, jobs_};
  double now_ = 0;
  std::uint64_t last_toast_ = 0;
  std::int64_t asked_about_file_ = 0;
  std::uint64_t connection_epoch_ = 0;  // Answers for an earlier server are dropped.
  std::uint64_t project_epoch_ = 0;     // So are answers about an earlier project.
  std::uint64_t records_epoch_ = 0;  // Answers for an earlier table, order or search are dropped.
  JobId rows_job_ = 0;
  JobId lookup_job_ = 0;
  WantRows wanted_ = {};
  struct Counted {
    std::int64_t serial = -1;
    std::string entity = {};
  };
  Counted counted_ = {};          // Looked at last; a new draft or entity is looked at again.
  std::uint64_t live_epoch_ = 0;  // Answers about another user or server are dropped.
  std::uint64_t count_serial_ = 0;
  JobId working_job_ = 0;
  JobId count_job_ = 0;
  std::uint64_t explain_serial_ = 0;
  std::uint64_t others_serial_ = 0;
  bool phone_failed_ = false;  // Its last sync, as far as was looked after.
};

}  // namespace satchel
