#include "app/console/lab/told.h"

namespace satchel {
namespace {

using What = Told::What;

// Whether it is about a change that the outbox has, or had.
bool IsInOutbox(What what) {
  return what == What::kWaits || what == What::kConflict || what == What::kRefused ||
         what == What::kReplaced;
}

What WhatOf(EntryState state) {
  switch (state) {
    case EntryState::kConflict:
      return What::kConflict;
    case EntryState::kError:
      return What::kRefused;
    case EntryState::kDropped:
      return What::kReplaced;
    case EntryState::kWaiting:
    case EntryState::kSending:
      break;
  }
  return What::kWaits;
}

}  // namespace

std::int64_t NewestSync(const PhoneView& view) {
  for (const DeviceEvent& event : view.events) {  // Newest first.
    if (event.kind == DeviceEvent::Kind::kSynced) return event.seq;
  }
  return 0;
}

void Follow(Told& told, const PhoneView& view, std::uint64_t look) {
  if (look < told.look) return;
  told.brought = told.brought || NewestSync(view) > told.synced;
  if (!IsInOutbox(told.what)) return;
  const PhoneChange* newest = nullptr;
  for (const PhoneChange& change : view.changes) {
    const bool its = change.entity == told.entity && change.id == told.id;
    if (its && (newest == nullptr || change.seq > newest->seq)) newest = &change;
  }
  // What the user decides about it is told elsewhere: an entry that went by itself was sent.
  told.what = newest == nullptr ? What::kSent : WhatOf(newest->state);
}

std::string WordsOf(const Told& told, bool live) {
  const auto elsewhere = [&](const char* done) {
    const bool ahead = !live && !told.brought;
    return std::string(done) + (ahead ? " The phone learns of it at its next sync." : "");
  };
  switch (told.what) {
    case What::kNothing:
      break;
    case What::kWaits:
      return "Saved on the phone.";
    case What::kConflict:
      return "Saved on the phone, but the server has something else: decide under Pending "
             "changes.";
    case What::kRefused:
      return "Saved on the phone, but the server refused it: see Pending changes.";
    case What::kReplaced:
      return "The server's version won. Yours stands under Pending changes.";
    case What::kSent:
      return "Sent to the server.";
    case What::kOnServer:
      return "Saved on the server.";
    case What::kElsewhere:
      return elsewhere("Changed on the server.");
    case What::kGoneElsewhere:
      return elsewhere("Deleted on the server.");
  }
  return {};
}

}  // namespace satchel
