// Every command there is.
#pragma once

#include <variant>

#include "app/console/commands.h"

namespace satchel {

struct AnyCommand {
  std::variant<OpenFile, AskForPath, ListFolder, ExportDraft, SaveFile, LoadTheirs, DiscardDraft,
               Undo, Redo, ShowScreen, SelectEntity, SetMode, SetField, AddEntities, RemoveEntities,
               EditPolicy, EditEntities, FillIn, FindRecords, NameRecords, TranslateFilter,
               CountWhileEditing, ReadAgain, ReadViews, StartFromView, SetPublishFolder,
               LookBesidePolicy, MakePublishFolder, SetPublishNote, Acknowledge,
               CompareWithPublished, PublishDraft, SelectVersion, RestoreVersion, ConnectTo,
               TryServer, ChooseUser, StartPreview, CompareWith, CompareRecords, SetSince,
               FindDrift, ExplainRecord, CheckExpectations, ShowChange, ChooseColumns,
               ExportRecords, CancelJob, CancelPreview, ShowRecords, SortRecords, SearchRecords,
               WantRows, SelectRecord, SetTheme, SetZoom, CloseToast, CloseDialog, CopyText,
               LabCommand, WantDay, EditDay, ResetDay, TrySandbox, StopSandbox, AddProfile,
               RemoveProfile, GiveSecret, TestProfile, NewPolicy, ReadProjects, DuplicateProject>
      command;
};

}  // namespace satchel
