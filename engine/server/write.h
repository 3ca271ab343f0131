// Writes to a server, as values: what is asked, and what became of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/record/value.h"
#include "policy/support/result.h"

namespace satchel {

struct WriteOperation {
  enum class Kind : std::uint8_t {
    kCreate,  // With the client's id. Where the server has conditional creates it is sent with
              // If-None-Match: *, so that a repeated create has no second effect.
    kUpdate,
    kDelete,
    kAssociate,     // A row of an N:N intersect entity: `values` holds its two lookups.
    kDisassociate,  // Likewise.
  };
  Kind kind = Kind::kUpdate;
  std::string entity = {};
  std::string id = {};                  // As servers write it (IdText).
  std::vector<FieldValue> values = {};  // A null value clears the field. kDelete: empty.
  std::string if_match = {};            // ETag; empty: whatever is there is overwritten.
};

struct WriteResult {
  enum class Kind : std::uint8_t {
    kDone,
    kConflict,  // The precondition failed: somebody wrote it since, or it already exists.
    kGone,      // No such record (404, 410).
    kRejected,  // Permanent: 400, 403, 409, 413, 422 …; asking again cannot help.
    kTryLater,  // 408, 429, 5xx of this one operation: not carried out.
  };
  Kind kind = Kind::kDone;
  std::string version = {};  // kDone: the new ETag; empty where the server does not tell it.
  Error error = {};          // Otherwise: the server's own words.
};

struct WriteRequest {
  std::vector<WriteOperation> operations = {};
  std::string as = {};  // User id to write as; empty: the signed-in user.
  // All or nothing (a change set). Otherwise operations are independent: one that is refused does
  // not hold up its neighbours.
  bool together = false;
};

}  // namespace satchel
