// Memory for SQLite from lists of free blocks. A simulation prepares thousands of statements a
// second, and a third of its time went into the C library's malloc and into SQLite's counting of
// it. For programs of tests.
#pragma once

namespace satchel {

// Before anything else asks SQLite for anything. Under a sanitizer, which should see every block by
// itself, nothing changes, unless `sanitized_too`: many runs are then worth more.
void GiveSqliteAPool(bool sanitized_too = false);

}  // namespace satchel
