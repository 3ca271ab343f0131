#include "app/console/command_list.h"

namespace satchel {

template <class C>
Command::Command(C command)
    : any_(std::make_shared<const AnyCommand>(AnyCommand{std::move(command)})) {}

template Command::Command(OpenFile);
template Command::Command(AskForPath);
template Command::Command(ListFolder);
template Command::Command(ExportDraft);
template Command::Command(SaveFile);
template Command::Command(LoadTheirs);
template Command::Command(DiscardDraft);
template Command::Command(Undo);
template Command::Command(Redo);
template Command::Command(ShowScreen);
template Command::Command(SelectEntity);
template Command::Command(SetMode);
template Command::Command(SetField);
template Command::Command(AddEntities);
template Command::Command(RemoveEntities);
template Command::Command(EditPolicy);
template Command::Command(EditEntities);
template Command::Command(FillIn);
template Command::Command(FindRecords);
template Command::Command(NameRecords);
template Command::Command(TranslateFilter);
template Command::Command(CountWhileEditing);
template Command::Command(ReadAgain);
template Command::Command(ReadViews);
template Command::Command(StartFromView);
template Command::Command(SetPublishFolder);
template Command::Command(LookBesidePolicy);
template Command::Command(MakePublishFolder);
template Command::Command(SetPublishNote);
template Command::Command(Acknowledge);
template Command::Command(CompareWithPublished);
template Command::Command(PublishDraft);
template Command::Command(SelectVersion);
template Command::Command(RestoreVersion);
template Command::Command(ConnectTo);
template Command::Command(TryServer);
template Command::Command(ChooseUser);
template Command::Command(StartPreview);
template Command::Command(CompareWith);
template Command::Command(CompareRecords);
template Command::Command(SetSince);
template Command::Command(FindDrift);
template Command::Command(ExplainRecord);
template Command::Command(CheckExpectations);
template Command::Command(ShowChange);
template Command::Command(ChooseColumns);
template Command::Command(ExportRecords);
template Command::Command(CancelJob);
template Command::Command(CancelPreview);
template Command::Command(ShowRecords);
template Command::Command(SortRecords);
template Command::Command(SearchRecords);
template Command::Command(WantRows);
template Command::Command(SelectRecord);
template Command::Command(SetTheme);
template Command::Command(SetZoom);
template Command::Command(CloseToast);
template Command::Command(CloseDialog);
template Command::Command(CopyText);
template Command::Command(LabCommand);
template Command::Command(WantDay);
template Command::Command(EditDay);
template Command::Command(ResetDay);
template Command::Command(TrySandbox);
template Command::Command(StopSandbox);
template Command::Command(AddProfile);
template Command::Command(RemoveProfile);
template Command::Command(GiveSecret);
template Command::Command(TestProfile);
template Command::Command(NewPolicy);
template Command::Command(ReadProjects);
template Command::Command(DuplicateProject);

}  // namespace satchel
