#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <filesystem>
#include <ostream>
#include <sstream>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/policy_on_server.h"
#include "app/cli/preview_progress.h"
#include "app/cli/records_folder.h"
#include "policy/support/text.h"
#include "preview/report/preview_report.h"
#include "preview/run/preview.h"
#include "preview/run/records.h"

namespace satchel {

namespace {

struct PreviewOptions {
  std::string file = {};
  std::string server = {};
  std::vector<std::string> users = {};
  std::string mode = "full";
  std::string since = {};
  std::string now = {};
  std::string records = {};
  std::string database = {};
  bool json = false;
};

// One JSON line per record and entity, private files.
Result<> WriteRecords(const PreviewResult& result, RecordsFolder& into,
                      const std::optional<std::string>& user) {
  const auto folder = into.For(user);
  if (!folder) return Fail(folder.error());
  auto records = OpenRecords(result.database);
  if (!records) return Fail(records.error());
  for (const EntityPreview& entity : result.entities) {
    if (entity.mode != DeviceMode::kOffline) continue;
    const std::filesystem::path file = *folder / (entity.name + ".jsonl");
    if (auto written = (*records)->WriteJsonLines(entity.name, file); !written) return written;
    into.Wrote(file);
  }
  return {};
}

ExitCode Preview(const PreviewOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  if (!options.database.empty() && options.users.size() > 1) {
    terminal.Complain("--db keeps one user's database (give one --as with it)");
    return ExitCode::kUsage;
  }
  if ((options.mode == "incremental") == options.since.empty()) {
    terminal.Complain("--mode incremental and --since DB go together (DB is a device's database)");
    return ExitCode::kUsage;
  }
  if (!options.since.empty() && options.users.size() > 1) {
    terminal.Complain("--since is one user's device (give one --as with it)");
    return ExitCode::kUsage;
  }
  const Result<Instant> now = ParseNow(options.now);
  if (!now) {
    terminal.Complain(now.error());
    return ExitCode::kUsage;
  }
  auto opened = OpenPolicyOnServer(options.file, options.server, terminal, interrupt.token());
  if (!opened) return opened.error();
  CrmServer& server = opened->session.server();

  Result<RecordsFolder> folder = RecordsFolder::Make(options.records);
  if (!folder) {
    terminal.Complain(folder.error());
    return ExitCodeOf(folder.error());
  }
  std::vector<PreviewResult> results;
  std::vector<std::string> users = options.users;
  if (users.empty()) users.emplace_back();  // The signed-in user.
  if (const auto missing = MissesUser(users, server, terminal, interrupt.token())) return *missing;
  for (const std::string& user : users) {
    PreviewRequest request{.policy = opened->read.policy,
                           .as = user,
                           .now = *now,
                           .database = options.database,
                           .since = options.since,
                           .schema = opened->schema};
    const std::string who = users.size() > 1 ? user : "";
    auto result = RunPreview(
        request, server,
        [&](const PreviewProgress& at) { ShowProgress(terminal, who, at, FractionOf(at)); },
        interrupt.token());
    terminal.EndProgress();
    if (!result) {
      terminal.Complain(result.error());
      return result.error().code == ErrorCode::kInvalid ? ExitCode::kFindings
                                                        : ExitCodeOf(result.error());
    }
    Result<> written;
    if (folder->wanted()) {
      // A folder each where there are several.
      written = WriteRecords(*result, *folder,
                             users.size() > 1 ? std::optional(result->as_id) : std::nullopt);
    }
    result->scratch.reset();  // One user's data is on disk at a time.
    if (!written) {
      terminal.Complain(written.error());
      return ExitCodeOf(written.error());
    }
    results.push_back(*std::move(result));
  }
  folder->Keep();
  terminal.out() << (options.json ? PreviewJson(results) : PreviewTable(results));
  return ExitCode::kFine;
}

}  // namespace

void AddPreview(CLI::App& app, Program& program) {
  auto options = std::make_shared<PreviewOptions>();
  CLI::App* command =
      app.add_subcommand("preview", "What a policy puts on a user's device, exactly");
  command->add_option("FILE", options->file, "Policy file; - is standard input")->required();
  command->add_option("--server", options->server, "A profile name or a URL")->required();
  command->add_option(
      "--as", options->users,
      "User id, domain name or e-mail; several make a table. Default: the signed-in user");
  command->add_option("--mode", options->mode, "Kind of sync to preview")
      ->check(CLI::IsMember({"full", "incremental"}))
      ->capture_default_str();
  command->add_option("--since", options->since,
                      "With --mode incremental: a device's database; a copy of it is synchronised");
  command->add_option("--now", options->now,
                      "The moment relative dates count from (ISO 8601; default: the present)");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->add_option("--records", options->records,
                      "Write ENTITY.jsonl with every record into this folder");
  command->add_option("--db", options->database, "Keep the device's database as this file");
  command->footer(
      "Nothing is written to the server: requests that are not reads are refused before they "
      "leave.\n"
      "Examples:\n"
      "  satchel preview field-service.yaml --server prod --as jana@contoso.example\n"
      "  satchel preview field-service.yaml --server prod --as jana@contoso.example --as "
      "petr@contoso.example --json");
  command->callback([options, &program] {
    program.run = [options, &program] { return Preview(*options, program.terminal); };
  });
}

}  // namespace satchel
