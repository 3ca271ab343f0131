// The order in which changes can be sent: a record before what points at it, what points at a
// record before its deletion, and circles of new records cut by sending some lookups later.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/store/outbox.h"

namespace satchel::upload {

// A record that an item points at.
struct Reference {
  std::string field = {};
  std::string entity = {};  // Empty: not known.
  std::string id = {};      // As IdText writes it.
  bool required = false;    // The server would refuse the record without it.
  bool old = false;         // Pointed at by the server's version, not by the new one.
  friend bool operator==(const Reference&, const Reference&) = default;
};

// An entry of the outbox, as far as order and rules need it.
struct Item {
  std::int64_t seq = 0;
  std::int64_t revision = 0;
  std::string entity = {};
  std::string id = {};
  ChangeKind kind = ChangeKind::kUpdate;
  EntryState state = EntryState::kWaiting;
  int attempts = 0;
  bool versioned = false;  // It is based on a known version.
  bool only_ours = false;  // As IsOnlyOurs says of the entry.
  bool unread = false;     // Of a record made here that the server has not shown and still may.
  std::vector<Reference> references = {};
};

struct Order {
  // By place in `items`: places of what must be settled before.
  std::vector<std::vector<std::size_t>> before = {};
  // Lookups to leave out of a create, and to send afterwards.
  std::vector<std::vector<std::string>> later = {};
};

// `items` in the order of seq. Takes time in proportion to items and references.
[[nodiscard]] Order WorkOutOrder(const std::vector<Item>& items);

}  // namespace satchel::upload
