// Writes to a server, as values: what is asked, and what became of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/cell.h"
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
  // As servers write it (IdText). Of no use to (dis)associating; empty for a new record where the
  // server numbers its own.
  std::string id = {};
  // A null value clears the field. A polymorphic lookup comes with its TypeColumn. The key may be
  // among them: it is left out. kDelete: empty.
  std::vector<FieldValue> values = {};
  // ETag (ETagOf); empty: whatever is there is overwritten, and a record that is not is not made.
  std::string if_match = {};
};

struct WriteResult {
  enum class Kind : std::uint8_t {
    kDone,
    kConflict,   // The precondition failed: somebody wrote it since, or it already exists.
    kGone,       // No such record (404, 410).
    kRejected,   // Permanent: 400, 403, 409, 413, 422 …; asking again cannot help.
    kTryLater,   // 408 or 503 of this one operation: not carried out.
    kNotSent,    // Nothing about it: the line broke, the server is too busy, or it was stopped.
    kUnguarded,  // Not carried out: the entity takes no precondition. Who must not overwrite others
                 // reads the record and writes with no if_match.
    kUnknown,    // Sent, but no answer to it came: it may or may not have been carried out. Ask the
                 // server about the record before anything else is decided.
  };
  Kind kind = Kind::kDone;
  std::string version = {};  // kDone: the new ETag; empty where the server does not tell it.
  std::string id = {};       // kDone of a new record without an id: what the server gave it.
  Error error = {};          // Otherwise: the server's own words.
};

struct WriteRequest {
  std::vector<WriteOperation> operations = {};
  std::string as = {};  // User id to write as; empty: the signed-in user.
  // All or nothing (a change set): either every result is kDone, or nothing was carried out (or all
  // are kUnknown). Otherwise operations are independent: one that is refused does not hold up its
  // neighbours.
  bool together = false;
};

// The ETag for what kVersionColumn holds: the server's own text, or W/"1234" for a row version.
// Empty for null.
[[nodiscard]] std::string ETagOf(const Cell& version);
// What kVersionColumn holds for an ETag: the number in W/"1234", else its text, else null.
[[nodiscard]] Value VersionOf(std::string_view etag);

}  // namespace satchel
