// SQLite behind small classes; engine/store is the only code that knows sqlite3.h.
//
// One Database per thread. Errors carry kIo (disk full, permission, busy), kCorrupt (not a
// database, malformed) or kInvalid (our SQL).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/filter/sql.h"
#include "engine/record/cell.h"
#include "policy/support/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace satchel {

class ChosenRows;

// A prepared statement. Reset and bind again for every use.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  // Parameters count from 1. Text and ids are not copied: they must live until Step or Run
  // returned, so temporaries are refused.
  void Bind(int parameter, std::int64_t value);
  void Bind(int parameter, double value);
  void Bind(int parameter, std::string_view text);
  void Bind(int parameter, const Guid& id);
  template <class T>
  requires std::is_same_v<T, Guid> || std::is_same_v<T, std::string>
  void Bind(int parameter, T&& temporary) = delete;
  void Bind(int parameter, const Cell& cell);
  void Bind(int parameter, const ChosenRows& rows);  // Not copied either.
  void BindNull(int parameter);
  void Bind(std::span<const SqlValue> values);  // 1, 2, …

  // True: a row is there. False: done.
  [[nodiscard]] Result<bool> Step();
  // For statements without rows. Resets, also after an error.
  [[nodiscard]] Result<> Run();
  void Reset();

  // Columns count from 0. Views live until the next Step or Reset.
  [[nodiscard]] bool IsNull(int column) const;
  [[nodiscard]] std::int64_t Integer(int column) const;
  [[nodiscard]] double Real(int column) const;
  [[nodiscard]] std::string_view Text(int column) const;  // Text or blob bytes.
  [[nodiscard]] Guid Id(int column) const;                // All zero when not 16 bytes.
  [[nodiscard]] Cell At(int column) const;                // By the stored type.
  [[nodiscard]] int columns() const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

struct DatabaseOptions {
  // A file system registered with SQLite under this name, instead of the disk: simulations put
  // theirs here. `file` is then only a name in it.
  std::string vfs = {};
};

class Database {
 public:
  enum class Use : std::uint8_t {
    kDevice,   // Durable: WAL, secure delete.
    kScratch,  // A preview's file: no journal, no syncs; a crash loses it.
    kReadOnly,
    kServer,  // The sandbox: WAL, no secure delete, several connections.
  };

  // Creates the file with mode 0600 before SQLite sees it. ":memory:" for tests.
  // Registers the text functions that CompileSql calls.
  [[nodiscard]] static Result<Database> Open(const std::filesystem::path& file, Use use,
                                             const DatabaseOptions& options = {});

  [[nodiscard]] Result<Statement> Prepare(std::string_view sql);
  [[nodiscard]] Result<> Execute(std::string_view sql);  // One or more statements, no parameters.
  [[nodiscard]] std::int64_t changes() const;            // Rows the last statement changed.
  // Another thread may call it; the running statement ends with kCancelled.
  void Interrupt();
  [[nodiscard]] std::filesystem::path file() const;  // Empty in memory.
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  std::unique_ptr<sqlite3, Close> handle_;
};

// Rolls back unless committed.
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> Begin(Database& database);
  // For what writes temporary tables only: others may go on writing the file meanwhile. Without
  // one each statement is a transaction of its own.
  [[nodiscard]] static Result<Transaction> BeginTemporary(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  [[nodiscard]] Result<> Commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  [[nodiscard]] static Result<Transaction> Begin(Database& database, const char* sql);
  Database* database_;  // Null once over.
};

}  // namespace satchel
