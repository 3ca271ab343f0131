#include "app/console/panels/device_words.h"

#include <ctime>

#include "app/console/icons.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/capital.h"

namespace satchel {
namespace {

constexpr std::string_view kWarning = "warning: ";

std::string Local(Instant moment, const char* format) {
  const std::time_t seconds = static_cast<std::time_t>(moment.ticks / kTicksPerSecond);
  std::tm parts = {};
  ::localtime_r(&seconds, &parts);
  char text[40] = {};
  std::strftime(text, sizeof text, format, &parts);
  return text;
}

// "15m", as the engine writes it, is "15 min".
std::string Spoken(const std::string& duration) {
  const auto read = ParseDuration(duration);
  return read ? SpokenDuration(*read) : duration;
}

}  // namespace

std::string ClockTime(Instant moment) {
  return Local(moment, "%H:%M");
}

std::string CalendarDay(Instant moment) {
  return Local(moment, "%a %e %b");
}

std::string Until(Instant due, Instant now) {
  const double seconds = static_cast<double>(due.ticks - now.ticks) / kTicksPerSecond;
  if (seconds < 0.5) return "now";
  if (seconds < 60) return "in " + std::to_string(static_cast<int>(seconds + 0.5)) + " s";
  if (seconds < 3600) return "in " + std::to_string(static_cast<int>(seconds / 60 + 0.5)) + " min";
  return "in " + HumanDuration(std::chrono::duration<double>(seconds));
}

std::string TriggerWords(const std::string& triggers) {
  std::string words;
  for (std::string_view one : Split(triggers, ',')) {
    one = Trim(one);
    std::string word(one);
    if (one == "on_start") word = "the start of the app";
    if (one == "on_change") word = "changed records";
    if (one == "on_save") word = "a save";
    if (one == "every") word = "the schedule";
    if (one == "reconnect") word = "the connection that came back";
    if (one == "retry") word = "the sync that failed before";
    if (one == "sync button") word = "the sync button";
    if (one == "mode switch") word = "the mode switch";
    if (one == "structural change") word = "the structural change";
    if (one == "again") word = "what was asked for during the last sync";
    words += (words.empty() ? "" : ", ") + word;
  }
  return words;
}

std::string WaitWords(const std::string& wait) {
  if (wait.starts_with("every ")) return "The schedule, every " + Spoken(wait.substr(6));
  if (wait == "on_save delay") return "The sync after saving";
  if (wait == "on_change poll") return "The next look for changes";
  if (wait == "retry") return "Another try";
  if (wait == "reconnect") return "What was missed offline";
  if (wait == "on_start") return "The next start of the app";
  if (wait == "on_save") return "A save";
  if (wait == "on_change") return "A change on the phone";
  return Capital(wait);
}

std::string ReasonWords(const std::string& reason) {
  constexpr std::string_view kSkips = "on_start skips within ";
  const auto at = reason.find(kSkips);
  if (at == std::string::npos) return Capital(reason);
  return Capital(reason.substr(0, at) + "a start skips within " +
                 Spoken(reason.substr(at + kSkips.size())));
}

StateLook LookOf(RowState state, const Theme& theme) {
  switch (state) {
    case RowState::kNew:
      return {"New", icon::kAddCircle, &theme.ok};
    case RowState::kChanged:
      return {"Changed", icon::kCloudUpload, &theme.accents};
    case RowState::kConflict:
      return {"Conflict", icon::kCallSplit, &theme.warn};
    case RowState::kRefused:
      return {"Refused", icon::kError, &theme.err};
    case RowState::kSynced:
      break;
  }
  return {"As on server", icon::kCheckCircle, &theme.neutral};
}

StateLook LookOf(const PhoneChange& change, const Theme& theme) {
  switch (change.state) {
    case EntryState::kConflict:
      return {"Conflict", icon::kCallSplit, &theme.warn};
    case EntryState::kError:
      return {"Refused", icon::kError, &theme.err};
    case EntryState::kDropped:
      return {"Replaced", icon::kHistory, &theme.neutral};
    case EntryState::kSending:
      return {"Sending", icon::kCloudUpload, &theme.info};
    case EntryState::kWaiting:
      break;
  }
  switch (change.kind) {
    case ChangeKind::kCreate:
      return {"Create", icon::kAddCircle, &theme.ok};
    case ChangeKind::kDelete:
      return {"Delete", icon::kDelete, &theme.err};
    case ChangeKind::kAssociate:
    case ChangeKind::kDisassociate:
      return {"Link", icon::kLink, &theme.violet};
    case ChangeKind::kUpdate:
      break;
  }
  return {"Update", icon::kEdit, &theme.accents};
}

EventWords WordsOf(const DeviceEvent& event, const Theme& theme) {
  const std::string because = TriggerWords(event.trigger);
  switch (event.kind) {
    case DeviceEvent::Kind::kStarted:
      return {"App started", "", icon::kLogin, &theme.neutral};
    case DeviceEvent::Kind::kStopped:
      return {"App closed", "", icon::kLogout, &theme.neutral};
    case DeviceEvent::Kind::kSync:
      return {Capital(event.text) + " began", "Because of " + because + ".", icon::kSync,
              &theme.info};
    case DeviceEvent::Kind::kSynced:
      return {"Sync finished", Capital(event.text) + ".", icon::kCheckCircle, &theme.ok};
    case DeviceEvent::Kind::kFailed:
      return {"Sync failed", event.text, icon::kSyncProblem, &theme.err};
    case DeviceEvent::Kind::kSuppressed:
      return {"No sync, despite " + because, ReasonWords(event.text), icon::kSyncDisabled,
              &theme.warn};
    case DeviceEvent::Kind::kPolicy:
      if (event.text.starts_with(kWarning)) {
        return {"Warning", event.text.substr(kWarning.size()), icon::kWarning, &theme.warn};
      }
      return {"Policy", Capital(event.text), icon::kLayers, &theme.violet};
    case DeviceEvent::Kind::kMode:
      return {"Mode", event.text, icon::kSwapHoriz, &theme.neutral};
    case DeviceEvent::Kind::kConflict:
      return {"Conflict", Capital(event.text), icon::kCallSplit, &theme.warn};
    case DeviceEvent::Kind::kSettled:
      return {"Decided", event.text, icon::kCheckCircle, &theme.neutral};
    case DeviceEvent::Kind::kConnection:
      break;
  }
  const bool gone = event.text.find("gone") != std::string::npos;
  return {gone ? "Connection lost" : "Connected", Capital(event.text),
          gone ? icon::kWifiOff : icon::kWifi, &theme.neutral};
}

}  // namespace satchel
