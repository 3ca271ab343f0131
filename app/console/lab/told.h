// What the phone's form says of the last save: true of the record as it is now, not as it was then.
#pragma once

#include <cstdint>
#include <string>

#include "app/console/lab/phone_view.h"

namespace satchel {

struct Told {
  enum class What : std::uint8_t {
    kNothing,
    kWaits,     // Saved on the phone, to be sent.
    kConflict,  // The server has something else; the user decides.
    kRefused,   // By the server.
    kReplaced,  // By the server's version.
    kSent,
    kOnServer,       // Saved there: the app works on the server's records.
    kElsewhere,      // Somebody else changed it on the server …
    kGoneElsewhere,  // … or deleted it there.
  };
  What what = What::kNothing;
  std::string entity = {};
  std::string id = {};
  std::uint64_t look = 0;   // The first look into the phone that knows of the save.
  std::int64_t synced = 0;  // The phone's last sync before it, as NewestSync.
  bool brought = false;     // A later one has brought the phone what the server has.
};

// The event of the last sync that succeeded; 0: none.
[[nodiscard]] std::int64_t NewestSync(const PhoneView& view);
// After a look into the phone: what has become of the change.
void Follow(Told& told, const PhoneView& view, std::uint64_t look);
// As a sentence; `live`: the app shows the server's record. Empty: nothing.
[[nodiscard]] std::string WordsOf(const Told& told, bool live);

}  // namespace satchel
