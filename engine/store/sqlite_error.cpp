#include "engine/store/sqlite_error.h"

#include <sqlite3.h>

#include "policy/support/text.h"

namespace satchel {

namespace {

std::string NameOf(sqlite3* handle) {
  const char* file = handle ? sqlite3_db_filename(handle, "main") : nullptr;
  return file && *file ? "database " + Quoted(file, 200) : std::string("database");
}

}  // namespace

Error SqliteError(sqlite3* handle, int code) {
  const std::string name = NameOf(handle);
  const std::string detail = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  if (code == SQLITE_CONSTRAINT_COMMITHOOK) {  // Transaction, in database.cpp.
    return {ErrorCode::kIo, name +
                                ": an error before this one ended the transaction, so nothing of "
                                "it was written (check the disk, then run it again)"};
  }
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {ErrorCode::kIo, name + ": the disk is full (free some space, then run it again)"};
    case SQLITE_IOERR:
      return {ErrorCode::kIo, name + ": the disk could not be read or written: " +
                                  sqlite3_errstr(code) + " (check the disk and its free space)"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kIo, name + ": another program is using it (close that, then try again)"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorCode::kIo, name + ": it may not be written: " + detail +
                                  " (check the permissions of the file and its folder)"};
    case SQLITE_CANTOPEN:
      return {ErrorCode::kIo, name + ": it cannot be opened: " + detail +
                                  " (check that the folder exists and is yours)"};
    case SQLITE_NOMEM:
      return {ErrorCode::kIo, name + ": out of memory (close other programs, then try again)"};
    case SQLITE_CORRUPT:
      return {ErrorCode::kCorrupt,
              name + ": the file is damaged: " + detail + " (synchronise into a new file)"};
    case SQLITE_NOTADB:
      return {ErrorCode::kCorrupt, name + ": this is no database of Satchel (choose another file)"};
    case SQLITE_INTERRUPT:
      return Cancelled();
    default:
      return {ErrorCode::kInvalid, name + ": " + detail};
  }
}

}  // namespace satchel
