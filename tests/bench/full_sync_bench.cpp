// Full sync of a million records against a good Node script, in the same run.
//
//   full_sync_bench [--records N] [--rounds N] [--node PATH --peer full_sync.mjs] [--folder DIR]
//
// Each measurement is a process of its own, so that memory is its own too. Prints a table and
// ratios; leaves nothing behind.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>

#include "engine/filter/sql.h"
#include "engine/server/profile.h"
#include "engine/store/row_insert.h"
#include "engine/store/tuning.h"
#include "engine/sync/full_sync_runner.h"
#include "tests/bench/page_server.h"

namespace satchel {
namespace {

struct Options {
  std::int64_t records = 1'000'000;
  int rounds = 3;
  std::string node = {};
  std::string peer = {};
  std::filesystem::path folder = std::filesystem::temp_directory_path();
};

struct Measured {
  bool ok = false;
  double seconds = 0;
  double megabytes = 0;  // Peak memory.
};

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Runs `work` in a process of its own.
Measured Measure(const std::function<int()>& work) {
  const auto start = std::chrono::steady_clock::now();
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  rusage usage = {};
  wait4(child, &status, 0, &usage);
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, SecondsSince(start),
          static_cast<double>(usage.ru_maxrss) / 1024};
}

FullSyncRequest Request() {
  FullSyncRequest request;
  request.schema = BenchSchema();
  request.policy.project.name = "bench";
  request.policy.sync.include_labels = false;
  request.policy.entities = {{.name = "account", .all_fields = true}};
  request.context.now = *ParseInstant("2026-01-01T00:00:00Z");
  request.organization = "bench";
  request.user = "bench";
  return request;
}

int Sync(const std::string& url, const std::filesystem::path& file, std::int64_t records) {
  auto transport = MakeCurlTransport();
  auto secrets = MakeSystemSecrets();
  auto server = Connect({.name = "bench", .url = url}, *secrets, *transport);
  auto database = Database::Open(file, Database::Use::kDevice);
  if (!server || !database) return 1;
  const auto outcome = RunFullSync(Request(), **server, *database, {}, {});
  if (!outcome) std::fprintf(stderr, "full sync: %s\n", outcome.error().message.c_str());
  return outcome && outcome->entities.front().records == records ? 0 : 1;
}

// Three conditions and one link over what the sync left.
int Filter(const std::filesystem::path& file) {
  auto database = Database::Open(file, Database::Use::kDevice);
  if (!database) return 1;
  Query query = {.entity = "account"};
  query.filter.nodes = {
      {Condition{.field = "statuscode", .op = Operator::kLt, .values = {"8"}}},
      {Condition{.field = "modifiedon", .op = Operator::kLastXYears, .values = {"4"}}},
      {Condition{.field = "text0", .op = Operator::kLike, .values = {"žilina%"}}}};
  Link parent = {.entity = "account", .from = "accountid", .to = "parentaccountid"};
  parent.filter.nodes = {
      {Condition{.field = "industrycode", .op = Operator::kLt, .values = {"8"}}}};
  query.links = {parent};
  const FullSyncRequest request = Request();
  const auto last = LastRow(*database, "account");
  if (!last) return 1;
  const auto sql = CompileSql(query, request.schema, request.context,
                              {.sorted_keys = *last >= kFewestKeysSorted});
  if (!sql) return 1;
  auto statement = database->Prepare(sql->text);
  if (!statement) return 1;
  statement->Bind(sql->binds);
  const auto start = std::chrono::steady_clock::now();
  std::int64_t rows = 0;
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) ++rows;
  std::printf("filter, 3 conditions and a link: %.2f s, %lld rows\n", SecondsSince(start),
              static_cast<long long>(rows));
  std::fflush(stdout);
  return row && rows > 0 ? 0 : 1;
}

int Node(const Options& options, const std::string& url, const std::filesystem::path& file) {
  execl(options.node.c_str(), options.node.c_str(), "--no-warnings", options.peer.c_str(),
        url.c_str(), file.c_str(), static_cast<char*>(nullptr));
  return 1;
}

void Remove(const std::filesystem::path& file) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::error_code ignored;
    std::filesystem::remove(file.string() + suffix, ignored);
  }
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Run(const Options& options) {
  const std::filesystem::path folder =
      options.folder / ("satchel-bench-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  bool ok = true;
  std::vector<double> linear;
  for (const std::int64_t records : {options.records / 10, options.records}) {
    int ready[2] = {};
    if (pipe(ready) != 0) return 1;
    const pid_t server = fork();
    if (server == 0) {
      close(ready[0]);
      PageServer pages(records, 5000);
      const std::string& url = pages.url();
      if (write(ready[1], url.data(), url.size()) < 0) _exit(1);
      close(ready[1]);
      pages.Serve();
    }
    close(ready[1]);
    char text[200] = {};
    const ssize_t size = read(ready[0], text, sizeof text - 1);
    close(ready[0]);
    const std::string url(text, size > 0 ? static_cast<std::size_t>(size) : 0);

    std::vector<double> ours;
    std::vector<double> theirs;
    double memory = 0;
    for (int round = 0; round < options.rounds; ++round) {
      const auto file = folder / "satchel.db";
      Remove(file);
      const Measured sync = Measure([&] { return Sync(url, file, records); });
      ok = ok && sync.ok;
      ours.push_back(sync.seconds);
      memory = std::max(memory, sync.megabytes);
      std::printf("%9lld records  satchel  %6.2f s  %7.0f records/s  %4.0f MB%s\n",
                  static_cast<long long>(records), sync.seconds,
                  static_cast<double>(records) / sync.seconds, sync.megabytes,
                  sync.ok ? "" : "  FAILED");
      if (round == 0 && records == options.records) {
        ok = Measure([&] { return Filter(file); }).ok && ok;
      }
      if (options.node.empty()) continue;
      const auto other = folder / "node.db";
      Remove(other);
      const Measured node = Measure([&] { return Node(options, url, other); });
      ok = ok && node.ok;
      theirs.push_back(node.seconds);
      std::printf("%9lld records  node     %6.2f s  %7.0f records/s  %4.0f MB%s\n",
                  static_cast<long long>(records), node.seconds,
                  static_cast<double>(records) / node.seconds, node.megabytes,
                  node.ok ? "" : "  FAILED");
    }
    linear.push_back(Median(ours) / static_cast<double>(records));
    if (!theirs.empty()) {
      std::printf("%9lld records  %.2fx the Node script (medians of %d)\n",
                  static_cast<long long>(records), Median(theirs) / Median(ours), options.rounds);
    }
    std::printf("%9lld records  peak memory %.0f MB\n", static_cast<long long>(records), memory);
    kill(server, SIGTERM);
    waitpid(server, nullptr, 0);
  }
  std::printf("cost of a record, all against a tenth: %.2fx\n", linear[1] / linear[0]);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
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
    if (name == "--rounds") options.rounds = std::atoi(value.c_str());
    if (name == "--node") options.node = value;
    if (name == "--peer") options.peer = value;
    if (name == "--folder") options.folder = value;
  }
  return satchel::Run(options);
}
