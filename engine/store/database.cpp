#include "engine/store/database.h"

#include <sqlite3.h>

#include <cstring>

#include "engine/store/chosen_rows.h"
#include "engine/store/database_file.h"
#include "engine/store/sqlite_error.h"
#include "engine/store/text_functions.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr int kBusyMilliseconds = 5000;            // Another connection commits well within this.
constexpr int kMaxValueBytes = 256 * 1024 * 1024;  // Largest attachment body we would ever keep.
constexpr int kMaxSqlBytes = 4 * 1024 * 1024;      // A policy's longest filter is far below.

int Length(std::string_view text) {
  return static_cast<int>(text.size());
}

// What each use asks for, in one place. journal_mode comes before defensive mode, which forbids
// OFF.
const char* Pragmas(Database::Use use) {
  switch (use) {
    case Database::Use::kDevice:
      return "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
             "PRAGMA secure_delete=ON; PRAGMA cache_size=-32768;";
    case Database::Use::kScratch:
      return "PRAGMA page_size=4096; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF;"
             "PRAGMA synchronous=OFF; PRAGMA secure_delete=OFF; PRAGMA cache_size=-32768;";
    case Database::Use::kServer:
      return "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
             "PRAGMA secure_delete=OFF; PRAGMA cache_size=-65536;";
    case Database::Use::kReadOnly:
      return "PRAGMA query_only=ON; PRAGMA cache_size=-32768;";
  }
  return "";
}

// The file is treated as untrusted: nothing in it may run code or reach outside.
void Harden(sqlite3* handle, Database::Use use) {
  const auto set = [&](int option, int value) {
    sqlite3_db_config(handle, option, value, nullptr);
  };
  set(SQLITE_DBCONFIG_DEFENSIVE, 1);
  set(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
  set(SQLITE_DBCONFIG_DQS_DDL, 0);
  set(SQLITE_DBCONFIG_DQS_DML, 0);
  set(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
  if (use != Database::Use::kServer) set(SQLITE_DBCONFIG_ENABLE_VIEW, 0);  // It has none.
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
  sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, kMaxSqlBytes);
}

// After some errors SQLite ends a transaction by itself. Whoever overlooked the error would go on
// outside of it, and every further statement would be committed on its own. So as long as a
// Transaction lives, nothing is committed but by it.
struct TransactionWatch {
  bool open = false;
  bool committing = false;
};

int RefuseStrayCommit(void* watch) {
  const auto* state = static_cast<const TransactionWatch*>(watch);
  return state->open && !state->committing ? 1 : 0;
}

// SQLite keeps it with the connection; asking for it is setting it anew.
TransactionWatch& WatchOf(sqlite3* handle) {
  void* watch = sqlite3_commit_hook(handle, RefuseStrayCommit, nullptr);
  sqlite3_commit_hook(handle, RefuseStrayCommit, watch);
  return *static_cast<TransactionWatch*>(watch);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Statement::Bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), parameter, value);
}

void Statement::Bind(int parameter, double value) {
  sqlite3_bind_double(statement_.get(), parameter, value);
}

void Statement::Bind(int parameter, std::string_view text) {
  // A null pointer would bind NULL instead of the empty text.
  sqlite3_bind_text(statement_.get(), parameter, text.data() ? text.data() : "", Length(text),
                    SQLITE_STATIC);
}

void Statement::Bind(int parameter, const Guid& id) {
  sqlite3_bind_blob(statement_.get(), parameter, id.bytes.data(), static_cast<int>(id.bytes.size()),
                    SQLITE_STATIC);
}

void Statement::Bind(int parameter, const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::kNull:
      sqlite3_bind_null(statement_.get(), parameter);
      break;
    case Cell::Kind::kInteger:
      sqlite3_bind_int64(statement_.get(), parameter, cell.integer);
      break;
    case Cell::Kind::kReal:
      sqlite3_bind_double(statement_.get(), parameter, cell.real);
      break;
    case Cell::Kind::kText:
      Bind(parameter, cell.view());
      break;
    case Cell::Kind::kId:
      sqlite3_bind_blob(statement_.get(), parameter, cell.bytes, static_cast<int>(cell.size),
                        SQLITE_STATIC);
      break;
  }
}

void Statement::Bind(int parameter, const ChosenRows& rows) {
  // SQLite hands it on as it is; only our function reads it.
  sqlite3_bind_pointer(statement_.get(), parameter, const_cast<ChosenRows*>(&rows),
                       kChosenRowsPointer, nullptr);
}

void Statement::BindNull(int parameter) {
  sqlite3_bind_null(statement_.get(), parameter);
}

void Statement::Bind(std::span<const SqlValue> values) {
  int parameter = 0;
  for (const SqlValue& value : values) {
    ++parameter;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      Bind(parameter, *integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
      Bind(parameter, *real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      Bind(parameter, std::string_view(*text));
    } else if (const auto* id = std::get_if<Guid>(&value)) {
      Bind(parameter, *id);
    } else {
      BindNull(parameter);
    }
  }
}

Result<bool> Statement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return Fail(SqliteError(sqlite3_db_handle(statement_.get()), code));
}

Result<> Statement::Run() {
  Result<bool> row = true;
  while (row && *row) row = Step();
  Reset();
  if (!row) return Fail(row.error());
  return {};
}

void Statement::Reset() {
  sqlite3_reset(statement_.get());
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::Real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::Text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  if (!bytes) return {};
  return {static_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Guid Statement::Id(int column) const {
  Guid id;
  const std::string_view bytes = Text(column);
  if (bytes.size() == id.bytes.size()) std::memcpy(id.bytes.data(), bytes.data(), bytes.size());
  return id;
}

Cell Statement::At(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER:
      return Cell::Integer(Integer(column));
    case SQLITE_FLOAT:
      return Cell::Real(Real(column));
    case SQLITE_TEXT:
      return Cell::Text(Text(column));
    case SQLITE_BLOB: {
      Cell cell = Cell::Text(Text(column));
      cell.kind = Cell::Kind::kId;
      return cell;
    }
    default:
      return Cell::Null();
  }
}

int Statement::columns() const {
  return sqlite3_column_count(statement_.get());
}

void Database::Close::operator()(sqlite3* handle) const {
  if (!handle) return;
  delete static_cast<TransactionWatch*>(sqlite3_commit_hook(handle, nullptr, nullptr));
  sqlite3_close_v2(handle);
}

Result<Database> Database::Open(const std::filesystem::path& file, Use use,
                                const DatabaseOptions& options) {
  std::filesystem::path path = file;
  if (file != ":memory:" && options.vfs.empty()) {
    auto prepared = use == Use::kReadOnly ? FindDatabaseFile(file) : PrepareDatabaseFile(file);
    if (!prepared) return Fail(prepared.error());
    path = *prepared;
  }
  // NOFOLLOW closes the gap between our look at the file and SQLite's opening it.
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW |
      (use == Use::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags,
                                   options.vfs.empty() ? nullptr : options.vfs.c_str());
  Database database(handle);
  if (code != SQLITE_OK) return Fail(SqliteError(handle, code));

  sqlite3_extended_result_codes(handle, 1);
  sqlite3_commit_hook(handle, RefuseStrayCommit, new TransactionWatch());
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  for (auto* add : {RegisterTextFunctions, RegisterChosenRows}) {
    if (const int failed = add(handle); failed != SQLITE_OK) {
      return Fail(SqliteError(handle, failed));
    }
  }
  if (auto ready = database.Execute("PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
                                    "PRAGMA trusted_schema=OFF;");
      !ready) {
    return Fail(ready.error());
  }
  if (auto ready = database.Execute(Pragmas(use)); !ready) return Fail(ready.error());
  // The first read finds out whether this is a database at all.
  if (auto read = database.Execute("SELECT count(*) FROM sqlite_schema"); !read) {
    return Fail(read.error());
  }
  Harden(handle, use);
  return database;
}

Result<Statement> Database::Prepare(std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), Length(sql),
                                      SQLITE_PREPARE_PERSISTENT, &prepared, &rest);
  Statement statement(prepared);
  if (code != SQLITE_OK) return Fail(SqliteError(handle_.get(), code));
  const auto used = static_cast<std::size_t>(rest - sql.data());
  if (!prepared || !Trim(sql.substr(used)).empty()) {
    return Fail(ErrorCode::kInvalid, "not exactly one SQL statement: " + Quoted(sql, 80));
  }
  return statement;
}

Result<> Database::Execute(std::string_view sql) {
  while (!Trim(sql).empty()) {
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), Length(sql), &prepared, &rest);
    Statement statement(prepared);
    if (code != SQLITE_OK) return Fail(SqliteError(handle_.get(), code));
    if (prepared) {  // A comment alone compiles to nothing.
      if (auto done = statement.Run(); !done) return done;
    }
    sql.remove_prefix(static_cast<std::size_t>(rest - sql.data()));
  }
  return {};
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_.get());
}

std::filesystem::path Database::file() const {
  const char* name = sqlite3_db_filename(handle_.get(), "main");
  return name ? name : "";
}

void Database::Interrupt() {
  sqlite3_interrupt(handle_.get());
}

Result<Transaction> Transaction::Begin(Database& database) {
  // Taking the write lock now means that waiting happens here and not in the middle.
  const bool read_only = sqlite3_db_readonly(database.handle(), "main") == 1;
  return Begin(database, read_only ? "BEGIN" : "BEGIN IMMEDIATE");
}

Result<Transaction> Transaction::BeginTemporary(Database& database) {
  return Begin(database, "BEGIN");
}

Result<Transaction> Transaction::Begin(Database& database, const char* sql) {
  if (WatchOf(database.handle()).open) {
    return Fail(ErrorCode::kInvalid, "a transaction is under way already");
  }
  if (auto begun = database.Execute(sql); !begun) return Fail(begun.error());
  WatchOf(database.handle()).open = true;
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(other.database_) {
  other.database_ = nullptr;
}

Transaction::~Transaction() {
  if (!database_) return;
  WatchOf(database_->handle()).open = false;
  // After some errors (disk full) SQLite has rolled back already.
  if (!sqlite3_get_autocommit(database_->handle())) (void)database_->Execute("ROLLBACK");
}

Result<> Transaction::Commit() {
  if (!database_) return Fail(ErrorCode::kInvalid, "the transaction is over");
  TransactionWatch& watch = WatchOf(database_->handle());
  watch.committing = true;
  auto done = database_->Execute("COMMIT");
  watch.committing = false;
  if (!done) return done;
  watch.open = false;
  database_ = nullptr;
  return {};
}

}  // namespace satchel
