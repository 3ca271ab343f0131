// Memory for SQLite from lists of free blocks. A simulation prepares thousands of statements a
// second, and a third of its time went into the C library's malloc and into SQLite's counting of
// it. For programs of tests; under a sanitizer, which must see every block, nothing changes.
#pragma once

namespace satchel {

// Before anything else asks SQLite for anything.
void GiveSqliteAPool();

}  // namespace satchel
