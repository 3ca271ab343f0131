// Edits per second through Write to a sandbox in this process, over loopback HTTP.
//
//   sandbox_upload_bench [EDITS] [RUNS]
//
// The yardstick beside it: the same rows updated by SQL in the same file, one transaction each, as
// the sandbox must. Target: 3 000 edits a second (docs/performance.md).
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "app/sandbox/company/generate.h"
#include "app/sandbox/crm.h"
#include "app/sandbox/http/server.h"
#include "app/sandbox/service.h"
#include "engine/server/dataverse/dataverse_server.h"
#include "engine/store/database.h"
#include "tests/support/no_sign_in.h"

namespace satchel {
namespace {

using Clock = std::chrono::steady_clock;

std::string IdOf(int number) {
  char id[64];
  std::snprintf(id, sizeof id, "5a7c4e10-0000-4000-8000-%012d", number);
  return id;
}

int Failed(const Error& error) {
  std::fprintf(stderr, "sandbox_upload_bench: %s\n", error.message.c_str());
  return 1;
}

struct Timing {
  double create = 0;
  double update = 0;
  double yardstick = 0;
};

double Since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Result<double> Send(CrmServer& server, const Schema& schema, const WriteRequest& request,
                    std::vector<WriteResult>& results) {
  const auto start = Clock::now();
  auto written = server.Write(request, schema, {});
  if (!written) return Fail(written.error());
  const double seconds = Since(start);
  for (const WriteResult& result : *written) {
    if (result.kind != WriteResult::Kind::kDone || result.version.empty()) {
      return Fail(result.error.message.empty() ? Error{ErrorCode::kCorrupt, "no new version"}
                                               : result.error);
    }
  }
  results = std::move(*written);
  return seconds;
}

// As many commits of one changed row each, with nothing around them.
Result<double> Yardstick(const std::filesystem::path& file, int edits) {
  auto database = Database::Open(file, Database::Use::kServer);
  if (!database) return Fail(database.error());
  auto statement = database->Prepare("UPDATE account SET name=?1 WHERE accountid=?2");
  if (!statement) return Fail(statement.error());
  const auto start = Clock::now();
  for (int i = 0; i < edits; ++i) {
    const Guid id = *ParseGuid(IdOf(i));
    const std::string name = "Yardstick " + std::to_string(i);
    statement->Bind(1, std::string_view(name));
    statement->Bind(2, id);
    if (auto ran = statement->Run(); !ran) return Fail(ran.error());
  }
  return Since(start);
}

Result<Timing> Run(int edits) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() /
                                     ("sandbox_upload_bench." + std::to_string(edits) + ".db");
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
  sandbox::CrmOptions settings;
  settings.file = file;
  settings.metadata = sandbox::CompanyMetadata();
  settings.now = ParseInstant("2026-06-01T08:00:00Z");
  {
    auto database = Database::Open(file, Database::Use::kServer);
    if (!database) return Fail(database.error());
    const auto made = sandbox::GenerateCompany(
        *database, {.accounts = 2000, .users = 25, .seed = 1, .now = *settings.now});
    if (!made) return Fail(made.error());
  }
  auto crm = sandbox::Crm::Open(std::move(settings));
  if (!crm) return Fail(crm.error());
  sandbox::Service service(**crm, {});
  auto http = sandbox::HttpServer::Start(
      {}, [&service](const sandbox::HttpRequest& request) { return service.Handle(request); });
  if (!http) return Fail(http.error());
  const auto transport = MakeCurlTransport();
  const auto server = MakeDataverseServer(std::make_unique<Connection>(
      *ParseUrl("http://127.0.0.1:" + std::to_string((*http)->port()) + "/api/data/v9.2/"),
      *transport, MakeSystemWaiting(), std::make_unique<NoSignIn>()));
  const auto schema = server->ReadSchema({"account"}, {});
  if (!schema) return Fail(schema.error());

  Timing timing;
  WriteRequest request;
  for (int i = 0; i < edits; ++i) {
    request.operations.push_back(
        {.kind = WriteOperation::Kind::kCreate,
         .entity = "account",
         .id = IdOf(i),
         .values = {{"name", "Made " + std::to_string(i)}, {"revenue", std::int64_t{i} * 10000}}});
  }
  std::vector<WriteResult> results;
  auto seconds = Send(*server, *schema, request, results);
  if (!seconds) return Fail(seconds.error());
  timing.create = *seconds;
  for (int i = 0; i < edits; ++i) {
    WriteOperation& operation = request.operations[static_cast<std::size_t>(i)];
    operation.kind = WriteOperation::Kind::kUpdate;
    operation.values[0].value = "Changed " + std::to_string(i);
    operation.if_match = results[static_cast<std::size_t>(i)].version;
  }
  seconds = Send(*server, *schema, request, results);
  if (!seconds) return Fail(seconds.error());
  timing.update = *seconds;
  seconds = Yardstick(file, edits);
  if (!seconds) return Fail(seconds.error());
  timing.yardstick = *seconds;
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
  return timing;
}

}  // namespace
}  // namespace satchel

int main(int argc, char** argv) {
  const int edits = argc > 1 ? std::atoi(argv[1]) : 10'000;
  const int runs = argc > 2 ? std::atoi(argv[2]) : 3;
  if (edits <= 0 || runs <= 0) {
    std::fprintf(stderr, "usage: sandbox_upload_bench [EDITS] [RUNS]\n");
    return 2;
  }
  std::printf("%10s %14s %14s %14s\n", "", "create", "update", "SQL alone");
  for (int run = 0; run < runs; ++run) {
    const auto timing = satchel::Run(edits);
    if (!timing) return satchel::Failed(timing.error());
    std::printf("%10s %9.0f /s   %9.0f /s   %9.0f /s\n", "", edits / timing->create,
                edits / timing->update, edits / timing->yardstick);
  }
  return 0;
}
