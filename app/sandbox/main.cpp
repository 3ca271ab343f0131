// satchel-sandbox: a Dataverse-compatible CRM server on 127.0.0.1 with a generated company.
#include <signal.h>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "app/sandbox/company/generate.h"
#include "app/sandbox/crm.h"
#include "app/sandbox/http/server.h"
#include "app/sandbox/options.h"
#include "app/sandbox/service.h"
#include "engine/store/scratch_folder.h"

namespace satchel::sandbox {

namespace {

int Complain(const Error& error) {
  std::fprintf(stderr, "satchel-sandbox: %s\n", error.message.c_str());
  return 3;
}

Result<> Generate(const SandboxOptions& options, const std::filesystem::path& file, Instant now) {
  auto database = Database::Open(file, Database::Use::kServer);
  if (!database) return Fail(database.error());
  auto tables = database->Prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'systemuser'");
  if (!tables) return Fail(tables.error());
  if (const auto row = tables->Step(); !row) return Fail(row.error());
  if (tables->Integer(0) > 0) return {};  // Kept from an earlier start.
  std::fprintf(stderr, "satchel-sandbox: generating %lld accounts …\n",
               static_cast<long long>(options.accounts));
  CompanyOptions company;
  company.accounts = options.accounts;
  company.users = options.users;
  company.seed = options.seed;
  company.now = now;
  return GenerateCompany(*database, company);
}

int Run(const SandboxOptions& options) {
  // Signals are waited for below; every thread inherits the mask.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  std::optional<ScratchFolder> folder;  // Of a database that nobody asked to keep.
  std::filesystem::path file = options.file;
  if (file.empty()) {
    auto made = ScratchFolder::Make("satchel-sandbox-");
    if (!made) return Complain(made.error());
    folder = *std::move(made);
    file = folder->path() / "crm.sqlite";
  }
  CrmOptions settings;
  settings.file = file;
  settings.metadata = CompanyMetadata();
  settings.now = options.now;
  settings.delta_expiry = options.delta_expiry;
  const Instant now = options.now.value_or(SystemNow());
  std::error_code ignored;
  const bool is_new = !std::filesystem::exists(file, ignored);
  if (auto made = Generate(options, file, now); !made) {
    // Half a company is of no use to anybody; a database that was there is not ours to remove.
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      if (is_new) std::filesystem::remove(file.string() + suffix, ignored);
    }
    return Complain(made.error());
  }
  auto crm = Crm::Open(std::move(settings));
  if (!crm) return Complain(crm.error());
  Service service(**crm, options);
  if (auto opened = service.OpenLog(); !opened) return Complain(opened.error());

  ServerOptions wire;
  wire.port = options.port;
  wire.bytes_per_second = options.bits_per_second / 8;
  auto server = HttpServer::Start(
      wire, [&service](const HttpRequest& request) { return service.Handle(request); });
  if (!server) return Complain(server.error());
  if (options.auth) {
    std::printf("CLIENT_SECRET %s\n", service.auth().secret().c_str());
  }
  std::printf("READY http://127.0.0.1:%d/api/data/v9.2/\n", (*server)->port());
  std::fflush(stdout);

  int received = 0;
  sigwait(&signals, &received);
  server->reset();
  return 0;
}

}  // namespace

}  // namespace satchel::sandbox

int main(int argc, char** argv) {
  const auto parsed = satchel::sandbox::ParseOptions(argc, argv);
  if (parsed.exit) return *parsed.exit;
  return satchel::sandbox::Run(parsed.options);
}
