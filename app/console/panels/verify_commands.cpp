// The palette's commands of Preview, Device lab and Publish: each only while it can be carried out.
#include "app/console/panels/palette.h"
#include "app/console/selectors.h"

namespace satchel {
namespace {

using PhoneState = LabState::Phone;

void AddComparisons(const AppState& state, std::vector<NamedCommand>& all) {
  const auto compare = [&](int with, const std::string& words) {
    if (state.compare_with == with) return;
    all.push_back({"Compare the preview with " + words, "", "", icon::kSwapHoriz, CompareWith{with},
                   Screen::kPreview});
  };
  compare(0, "the saved file");
  if (state.publish.view && state.publish.view->newest() > 0) {
    const int newest = state.publish.view->newest();
    compare(newest, "version " + std::to_string(newest) + ", as published");
  }
  if (state.compare_with >= 0) compare(-1, "nothing");
  if (!state.since.empty() && !state.drift.running) {
    all.push_back({"Measure drift of " + state.since.filename().string(), "", "", icon::kSync,
                   FindDrift{}, Screen::kPreview});
  }
}

void AddPhone(const AppState& state, std::vector<NamedCommand>& all) {
  const auto phone = [&](const char* words, const char* glyph, auto action) {
    all.push_back({words, "", "", glyph, LabCommand{action}, Screen::kDevice});
  };
  if (state.lab.phone == PhoneState::kNone) {
    all.push_back({"Make a phone for " + UserWords(state), "Device lab", "", icon::kSmartphone,
                   LabCommand{lab::MakePhone{}}, Screen::kDevice});
  }
  if (state.lab.phone != PhoneState::kReady) return;
  if (!state.lab.life.app_runs) {
    phone("Start the app on the phone", icon::kPlayArrow, lab::StartApp{});
  } else {
    phone("Close the app on the phone", icon::kPowerSettingsNew, lab::CloseApp{});
    if (!state.lab.life.busy) phone("Synchronise the phone", icon::kSync, lab::SyncNow{});
  }
  if (state.lab.draft_differs) {
    phone("Give the phone the draft", icon::kSystemUpdate, lab::GiveDraft{});
  }
  phone("Another phone", icon::kRefresh, lab::DropPhone{});
}

}  // namespace

void AddVerifyCommands(const AppState& state, std::vector<NamedCommand>& all) {
  if (Connected(state)) {
    AddComparisons(state, all);
    AddPhone(state, all);
    if (!state.check.running && !state.draft.current().expect.empty()) {
      all.push_back({"Check everybody the expectations name", "", "", icon::kFactCheck,
                     CheckExpectations{}, Screen::kPublish});
    }
  }
  const PublishState& publish = state.publish;
  if (publish.view && !publish.busy && publish.serial == state.draft_serial &&
      !Blocks(publish.view->gate) && (publish.changes > 0 || publish.view->newest() == 0)) {
    all.push_back({"Publish version " + std::to_string(publish.view->newest() + 1) + "…",
                   publish.folder.string(), "Ctrl Enter", icon::kRocketLaunch, PublishDraft{},
                   Screen::kPublish});
  }
}

}  // namespace satchel
