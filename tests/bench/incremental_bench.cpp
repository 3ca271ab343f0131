// What an incremental sync costs the local database, against plain SQL over the same rows in the
// same run.
//
//   incremental_bench [--records N] [--changes N] [--rounds N] [--folder DIR]
//
// The base is what a full sync leaves, from the page server over loopback. Each part is a process
// of its own, so that memory is its own too. Prints ratios; leaves nothing behind.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "engine/filter/sql.h"
#include "engine/server/profile.h"
#include "engine/store/publish.h"
#include "engine/sync/full_sync_runner.h"
#include "tests/bench/page_server.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::int64_t records = 1'000'000;
  std::int64_t changes = 10'000;
  int rounds = 3;
  fs::path folder = fs::temp_directory_path();
};

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Runs `work` in a process of its own; it prints its numbers itself. Peak memory in MB, or -1.
double Apart(const std::function<bool()>& work) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    const bool done = work();
    std::fflush(stdout);
    _exit(done ? 0 : 1);
  }
  int status = 0;
  rusage usage = {};
  wait4(child, &status, 0, &usage);
  const bool done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return done ? static_cast<double>(usage.ru_maxrss) / 1024 : -1;
}

class ServerProcess {
 public:
  ServerProcess(std::int64_t records, bool keys_only) {
    int ready[2] = {};
    if (pipe(ready) != 0) return;
    process_ = fork();
    if (process_ == 0) {
      close(ready[0]);
      PageServer pages(records, 5000, keys_only);
      const std::string& url = pages.url();
      if (write(ready[1], url.data(), url.size()) < 0) _exit(1);
      close(ready[1]);
      pages.Serve();
    }
    close(ready[1]);
    char text[200] = {};
    const ssize_t size = read(ready[0], text, sizeof text - 1);
    close(ready[0]);
    url_.assign(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  }
  ~ServerProcess() {
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  pid_t process_ = -1;
  std::string url_;
};

FullSyncRequest Request() {
  FullSyncRequest request;
  request.schema = BenchSchema();
  request.policy.project.name = "bench";
  request.policy.sync.include_labels = false;
  request.policy.entities = {{.name = "account", .all_fields = true}};
  request.context.now = *ParseInstant("2026-01-01T00:00:00Z");
  request.organization = request.user = "bench";
  request.note_marks = false;  // The page server has none.
  return request;
}

// A choice, a date and a text, of the record itself.
Query Filter() {
  Query query = {.entity = "account"};
  query.filter.nodes = {
      {Condition{.field = "statuscode", .op = Operator::kLt, .values = {"12"}}},
      {Condition{.field = "createdon", .op = Operator::kLastXYears, .values = {"7"}}},
      {Condition{.field = "text0", .op = Operator::kNotLike, .values = {"žilina%"}}}};
  return query;
}

LocalTable Table() {
  const Schema schema = BenchSchema();
  Entity entity = {.name = "account", .all_fields = true};
  return *PlanTable(*schema.Find("account"), *ResolveFields(entity, *schema.Find("account")));
}

bool Load(const std::string& url, const fs::path& file, std::int64_t records) {
  auto transport = MakeCurlTransport();
  auto secrets = MakeSystemSecrets();
  auto server = Connect({.name = "bench", .url = url}, *secrets, *transport);
  auto database = Database::Open(file, Database::Use::kDevice);
  if (!server || !database) return false;
  const auto outcome = RunFullSync(Request(), **server, *database, {}, {});
  if (!outcome) std::fprintf(stderr, "full sync: %s\n", outcome.error().message.c_str());
  return outcome && outcome->entities.front().records == records;
}

// Every so-many-th record, with another ETag, modified-on, text, choice and amount: spread evenly,
// which is the worst case.
Result<RowBatch> Changed(Database& database, const LocalTable& table, std::int64_t records,
                         std::int64_t changes, int round) {
  std::vector<RowBatch::Column> columns;
  std::string list;
  for (const LocalColumn& column : table.columns) {
    columns.push_back({column.name});
    list += (list.empty() ? "" : ",") + SqlName(column.name);
  }
  RowBatch batch(columns);
  auto rows = database.Prepare("SELECT " + list + " FROM account WHERE \"@rid\"=?1");
  if (!rows) return Fail(rows.error());
  const std::int64_t step = std::max<std::int64_t>(1, records / changes);
  for (std::int64_t i = 0; i < changes && 1 + i * step <= records; ++i) {
    rows->Reset();
    rows->Bind(1, 1 + (i * step + round) % records);
    if (const auto row = rows->Step(); !row || !*row) continue;
    Cell* cells = batch.AddRow();
    for (std::size_t c = 0; c < columns.size(); ++c) {
      cells[c] = rows->At(static_cast<int>(c));
      const std::string& name = columns[c].name;
      if (name == kVersionColumn) {
        cells[c] =
            Cell::Text(batch.Keep("W/\"" + std::to_string(10'000'000 * (round + 1) + i) + "\""));
      } else if (name == "text3") {
        cells[c] = Cell::Text(batch.Keep("changed " + std::to_string(i + round)));
      } else if (name == "modifiedon") {
        cells[c] = Cell::Integer(17'670'000'000'000'000 + (i * 7 + round) * 10'000'000);
      } else if (name == "industrycode" || name == "revenue") {
        cells[c] = Cell::Integer((i + round) % 16);
      } else if (cells[c].kind == Cell::Kind::kText || cells[c].kind == Cell::Kind::kId) {
        cells[c].bytes = batch.Keep(cells[c].view()).data();
      }
    }
  }
  return batch;
}

Result<double> MergeOnce(Database& database, const RowBatch& batch, std::int64_t expected) {
  const Schema schema = BenchSchema();
  const auto start = std::chrono::steady_clock::now();
  EntityMerge merge(database, schema, Request().context,
                    {.table = Table(), .raw = Table(), .query = Filter()});
  if (auto begun = merge.Begin(); !begun) return Fail(begun.error());
  if (auto added = merge.AddRows(batch, {}); !added) return Fail(added.error());
  Publication publication = {.merged = {{&merge, {.entity = "account"}}}, .order = {"account"}};
  const auto published = PublishSync(database, schema, publication, {});
  if (!published) return Fail(published.error());
  const double seconds = SecondsSince(start);
  if (published->entities.at("account").updated != expected) {
    return Fail(ErrorCode::kCorrupt, "not every row was updated");
  }
  if (auto ended = merge.End(); !ended) return Fail(ended.error());
  return seconds;
}

// What a plain script would have: a unique index, three more, ON CONFLICT DO UPDATE.
Result<> MakePlain(Database& database, const fs::path& from) {
  std::string sql = "ATTACH '" + from.string() + "' AS base;";
  std::string make = CreateTableSql(Table(), "account");
  sql += make +
         ";INSERT INTO account SELECT * FROM base.account;DETACH base;"
         "CREATE UNIQUE INDEX u ON account(accountid);";
  for (const char* field : {"parentaccountid", "ownerid", "primarycontactid"}) {
    sql += std::string("CREATE INDEX i") + field + " ON account(" + field + ");";
  }
  return database.Execute(sql);
}

Result<double> UpsertOnce(Database& database, const RowBatch& batch) {
  const LocalTable table = Table();
  std::string columns;
  std::string marks;
  std::string sets;
  for (const LocalColumn& column : table.columns) {
    const std::string name = SqlName(column.name);
    columns += (columns.empty() ? "" : ",") + name;
    marks += marks.empty() ? "?" : ",?";
    if (column.name != table.key) sets += (sets.empty() ? "" : ",") + name + "=excluded." + name;
  }
  auto put = database.Prepare("INSERT INTO account(" + columns + ") VALUES(" + marks +
                              ") ON CONFLICT(accountid) DO UPDATE SET " + sets);
  if (!put) return Fail(put.error());
  const auto start = std::chrono::steady_clock::now();
  auto transaction = Transaction::Begin(database);
  if (!transaction) return Fail(transaction.error());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      put->Bind(static_cast<int>(c) + 1, batch.cell(row, c));
    }
    if (auto done = put->Run(); !done) return Fail(done.error());
  }
  if (auto done = transaction->Commit(); !done) return Fail(done.error());
  return SecondsSince(start);
}

bool Told(const Error& error) {
  std::fprintf(stderr, "incremental bench: %s\n", error.message.c_str());
  return false;
}

// Each measurement is a process of its own; a file takes its figure to the parent.
bool Keep(const fs::path& file, double value) {
  FILE* kept = std::fopen(file.c_str(), "w");
  if (!kept) return false;
  std::fprintf(kept, "%f", value);
  return std::fclose(kept) == 0;
}

double Kept(const fs::path& file) {
  FILE* kept = std::fopen(file.c_str(), "r");
  if (!kept) return 0;
  double value = 0;
  if (std::fscanf(kept, "%lf", &value) != 1) value = 0;
  std::fclose(kept);
  return value;
}

// Ours and plain SQL, one after the other, round by round.
bool Changes(const Options& options, const fs::path& base, std::int64_t records) {
  const fs::path file = base.parent_path() / "plain.db";
  auto ours = Database::Open(base, Database::Use::kDevice);
  auto plain = Database::Open(file, Database::Use::kDevice);
  if (!ours || !plain) return false;
  if (auto made = MakePlain(*plain, base); !made) return Told(made.error());
  const Schema schema = BenchSchema();
  std::vector<double> merge;
  std::vector<double> upsert;
  std::vector<double> decide;
  std::vector<double> all;
  const auto everything = CompileSql(Filter(), BenchSchema(), Request().context);
  if (!everything) return Told(everything.error());
  for (int round = 0; round < options.rounds; ++round) {
    const auto batch = Changed(*ours, Table(), records, options.changes, round);
    if (!batch) return Told(batch.error());
    const auto expected = static_cast<std::int64_t>(batch->rows());
    const auto merged = MergeOnce(*ours, *batch, expected);
    if (!merged) return Told(merged.error());
    merge.push_back(*merged);
    const auto put = UpsertOnce(*plain, *batch);
    if (!put) return Told(put.error());
    upsert.push_back(*put);

    EntityMerge deciding(*ours, schema, Request().context,
                         {.table = Table(), .raw = Table(), .query = Filter(), .decide = true});
    if (auto begun = deciding.Begin(); !begun) return Told(begun.error());
    if (auto added = deciding.AddRows(*batch, {}); !added) return Told(added.error());
    const std::string incoming = "account@incoming";
    SqlOptions staged;
    staged.table = [&](std::string_view) { return incoming; };
    const auto few = CompileSql(Filter(), BenchSchema(), Request().context, staged);
    for (const auto& [sql, into] : {std::pair{&*few, &decide}, std::pair{&*everything, &all}}) {
      auto rows = ours->Prepare(sql->text);
      if (!rows) return Told(rows.error());
      rows->Bind(sql->binds);
      const auto start = std::chrono::steady_clock::now();
      Result<bool> row = true;
      while ((row = rows->Step()) && *row) {
      }
      if (!row) return Told(row.error());
      into->push_back(SecondsSince(start));
    }
    if (auto ended = deciding.End(); !ended) return Told(ended.error());
  }
  std::printf("%9lld records  %lld changed: %.3f s, plain UPSERT %.3f s: %.2fx of it\n",
              static_cast<long long>(records), static_cast<long long>(options.changes),
              Median(merge), Median(upsert), Median(merge) / Median(upsert));
  std::printf("%9lld records  deciding those: %.4f s, the filter over everything %.3f s: %.1f %%\n",
              static_cast<long long>(records), Median(decide), Median(all),
              100 * Median(decide) / Median(all));
  return Keep(base.parent_path() / "merge.txt", Median(merge));
}

// Ids and versions of everything, over HTTP, against what is here.
bool Reconcile(const Options& options, const std::string& url, const fs::path& base) {
  auto transport = MakeCurlTransport();
  auto secrets = MakeSystemSecrets();
  auto server = Connect({.name = "bench", .url = url}, *secrets, *transport);
  auto database = Database::Open(base, Database::Use::kDevice);
  if (!server || !database) return false;
  const Schema schema = BenchSchema();
  std::vector<double> times;
  for (int round = 0; round < options.rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    const auto plan =
        (*server)->Plan({.query = {.entity = "account"}, .context = Request().context}, schema);
    if (!plan) return Told(plan.error());
    EntityMerge merge(*database, schema, Request().context,
                      {.table = Table(), .raw = Table(), .query = {.entity = "account"}});
    if (auto begun = merge.Begin(); !begun) return Told(begun.error());
    std::string cursor = plan->first_cursor;
    double fetched = 0;
    do {
      const auto page = (*server)->ReadPage(*plan, cursor, {});
      if (!page) return Told(page.error());
      if (auto added = merge.AddSweep(page->rows); !added) return Told(added.error());
      cursor = page->next_cursor;
    } while (!cursor.empty());
    fetched = SecondsSince(start);
    const auto missing = merge.Compare({});
    if (!missing) return Told(missing.error());
    Publication publication = {.merged = {{&merge, {.entity = "account"}}}, .order = {"account"}};
    const auto published = PublishSync(*database, schema, publication, {});
    if (!published) return Told(published.error());
    times.push_back(SecondsSince(start));
    if (!missing->ids.empty() || missing->swept != options.records) {
      return Told({ErrorCode::kCorrupt, std::to_string(missing->ids.size()) + " ids missing of " +
                                            std::to_string(missing->swept)});
    }
    if (round == 0) std::printf("  of which reading the pages %.2f s\n", fetched);
    if (auto ended = merge.End(); !ended) return Told(ended.error());
  }
  std::printf("%9lld records  reconciled without a change: %.2f s\n",
              static_cast<long long>(options.records), Median(times));
  return true;
}

// Two rows in five leave.
bool Drop(const Options& options, const fs::path& file) {
  auto database = Database::Open(file, Database::Use::kDevice);
  if (!database) return false;
  const Schema schema = BenchSchema();
  EntityMerge merge(*database, schema, Request().context,
                    {.table = Table(), .raw = Table(), .query = {.entity = "account"}});
  if (auto begun = merge.Begin(); !begun) return Told(begun.error());
  auto rows = database->Prepare(
      "SELECT accountid,\"@version\" FROM account WHERE \"@rid\"%5>1 ORDER BY \"@rid\"");
  if (!rows) return Told(rows.error());
  RowBatch batch({{"accountid"}, {std::string(kVersionColumn)}});
  Result<bool> row = true;
  while ((row = rows->Step()) && *row) {
    Cell* cells = batch.AddRow();
    for (int c = 0; c < 2; ++c) {
      cells[c] = rows->At(c);
      cells[c].bytes = batch.Keep(cells[c].view()).data();
    }
  }
  rows->Reset();
  const auto start = std::chrono::steady_clock::now();
  if (auto added = merge.AddSweep(batch); !added) return Told(added.error());
  if (const auto missing = merge.Compare({}); !missing) return Told(missing.error());
  const double compared = SecondsSince(start);
  Publication publication = {.merged = {{&merge, {.entity = "account"}}}, .order = {"account"}};
  const auto published = PublishSync(*database, schema, publication, {});
  if (!published) return Told(published.error());
  const MergeCounts& counts = published->entities.at("account");
  const double seconds = SecondsSince(start);
  std::printf("%9lld records  %lld dropped: %.2f s, after comparing for %.2f s\n",
              static_cast<long long>(options.records), static_cast<long long>(counts.removed),
              seconds - compared, compared);
  return Keep(file.parent_path() / "drop.txt", seconds - compared) &&
         Keep(file.parent_path() / "drop_and_compare.txt", seconds) && counts.as_swept &&
         counts.removed >= options.records * 2 / 5 - 1;
}

bool DropPlainly(const fs::path& file) {
  auto database = Database::Open(file, Database::Use::kDevice);
  if (!database) return false;
  const auto start = std::chrono::steady_clock::now();
  auto done = database->Execute("DELETE FROM account WHERE \"@rid\"%5<2");
  if (!done) return Told(done.error());
  return Keep(file.parent_path() / "delete.txt", SecondsSince(start));
}

void Remove(const fs::path& file) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::error_code ignored;
    fs::remove(file.string() + suffix, ignored);
  }
}

int Run(const Options& options) {
  const fs::path folder = options.folder / ("satchel-incremental-" + std::to_string(getpid()));
  fs::create_directory(folder);
  fs::permissions(folder, fs::perms::owner_all);
  const fs::path base = folder / "base.db";
  bool ok = true;
  double memory = 0;
  const auto measure = [&](const std::function<bool()>& work) {
    const double peak = Apart(work);
    ok = ok && peak >= 0;
    memory = std::max(memory, peak);
  };
  std::vector<double> merges;
  for (const std::int64_t records : {options.records / 10, options.records}) {
    Remove(base);
    Remove(folder / "plain.db");
    {
      const ServerProcess server(records, false);
      ok = ok && Apart([&] { return Load(server.url(), base, records); }) >= 0;
    }
    if (records == options.records) {
      for (const char* copy : {"drop.db", "delete.db"}) fs::copy_file(base, folder / copy);
      ::sync();  // Or who drops rows first waits for the copies to reach the disk.
      const ServerProcess server(records, true);
      measure([&] { return Reconcile(options, server.url(), base); });
    }
    measure([&] { return Changes(options, base, records); });
    merges.push_back(Kept(folder / "merge.txt"));
  }
  if (merges[0] > 0) {
    std::printf("changes on the whole base against a tenth of it: %.2fx\n", merges[1] / merges[0]);
  }
  measure([&] { return Drop(options, folder / "drop.db"); });
  ok = ok && Apart([&] { return DropPlainly(folder / "delete.db"); }) >= 0;
  const double dropped = Kept(folder / "drop.txt");
  const double deleted = Kept(folder / "delete.txt");
  if (dropped > 0) {
    std::printf("one DELETE of the same rows: %.2f s: %.2fx as long; with the comparing %.2fx\n",
                deleted, deleted / dropped, deleted / Kept(folder / "drop_and_compare.txt"));
  }
  std::printf("peak memory %.0f MB\n", memory);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return ok ? 0 : 1;
}

}  // namespace
}  // namespace satchel

int main(int count, char** arguments) {
  satchel::Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = arguments[i];
    const std::string value = arguments[i + 1];
    if (name == "--records") options.records = std::atoll(value.c_str());
    if (name == "--changes") options.changes = std::atoll(value.c_str());
    if (name == "--rounds") options.rounds = std::atoi(value.c_str());
    if (name == "--folder") options.folder = value;
  }
  return satchel::Run(options);
}
