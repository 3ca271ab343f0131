#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/compare_json.h"
#include "app/cli/interrupt.h"
#include "app/cli/policy_on_server.h"
#include "app/cli/preview_progress.h"
#include "app/cli/records_folder.h"
#include "app/cli/sources.h"
#include "policy/check/check.h"
#include "policy/support/text.h"
#include "preview/report/compare_report.h"

namespace satchel {

namespace {

constexpr std::int64_t kAllRecords = std::numeric_limits<std::int64_t>::max();

struct CompareOptions {
  std::string before = {};
  std::string after = {};
  std::string server = {};
  std::vector<std::string> users = {};
  std::string now = {};
  std::string list = "5";
  std::string records = {};
  bool json = false;
};

// "all" or a number; nothing when it is neither.
std::optional<std::int64_t> MostListed(const std::string& text) {
  if (text == "all") return kAllRecords;
  std::int64_t most = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), most);
  if (error != std::errc() || end != text.data() + text.size() || most < 0) return std::nullopt;
  return most;
}

// ENTITY.added.jsonl, ENTITY.removed.jsonl and ENTITY.kept.jsonl of every entity that either policy
// keeps offline.
Result<> WriteRecords(const Comparison& comparison, RecordsFolder& into,
                      const std::optional<std::string>& user) {
  const auto folder = into.For(user);
  if (!folder) return Fail(folder.error());
  auto records = OpenComparedRecords(comparison);
  if (!records) return Fail(records.error());
  const auto offline = [](const std::optional<EntityPreview>& side) {
    return side && side->mode == DeviceMode::kOffline;
  };
  for (const EntityComparison& entity : comparison.entities) {
    if (!offline(entity.before) && !offline(entity.after)) continue;
    for (const RecordChange change :
         {RecordChange::kAdded, RecordChange::kRemoved, RecordChange::kKept}) {
      const std::filesystem::path file =
          *folder / (entity.name + "." + std::string(Name(change)) + ".jsonl");
      auto written = (*records)->WriteJsonLines(entity.name, change, file);
      if (!written) return written;
      into.Wrote(file);
    }
  }
  return {};
}

ExitCode Compare(const CompareOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  const Result<Instant> now = ParseNow(options.now);
  const std::optional<std::int64_t> most = MostListed(options.list);
  if (!now || !most) {
    terminal.Complain(now ? "--list " + Quoted(options.list) + ": write a number, or all"
                          : now.error().message);
    return ExitCode::kUsage;
  }
  const auto before = LoadSoundPolicy(options.before, terminal);
  if (!before) return before.error();
  const auto after = LoadSoundPolicy(options.after, terminal);
  if (!after) return after.error();
  Result<ServerSession> session = ServerSession::Open(options.server, terminal);
  std::vector<std::string> entities = EntitiesNamed(before->policy);
  for (const std::string& entity : EntitiesNamed(after->policy)) entities.push_back(entity);
  const Result<Schema> schema =
      session ? session->server().ReadSchema(entities, interrupt.token()) : Fail(session.error());
  if (!schema) {
    terminal.Complain(schema.error());
    return ExitCodeOf(schema.error());
  }
  const auto sound = [&](const std::string& file, const ReadPolicy& read) {
    return ReportErrors(file, CheckPolicy(read.policy, &*schema, &read.marks), terminal);
  };
  const bool old_sound = sound(options.before, *before);
  if (!sound(options.after, *after) || !old_sound) return ExitCode::kFindings;

  std::vector<std::string> users = options.users;
  if (users.empty()) users.emplace_back();  // The signed-in user.
  if (const auto missing = MissesUser(users, session->server(), terminal, interrupt.token())) {
    return *missing;
  }

  Result<RecordsFolder> folder = RecordsFolder::Make(options.records);
  if (!folder) {
    terminal.Complain(folder.error());
    return ExitCodeOf(folder.error());
  }
  std::vector<ComparedUser> compared;
  CompareRequest request{.before = before->policy, .after = after->policy, .now = *now};
  for (const std::string& user : users) {
    request.as = user;
    auto comparison = RunComparison(
        request, session->server(),
        [&](const CompareProgress& at) {
          const std::string side = at.of_before ? "before" : "after";
          ShowProgress(terminal, users.size() > 1 ? user + ", " + side : side, at.preview,
                       at.fraction);
        },
        interrupt.token());
    terminal.EndProgress();
    if (!comparison) {
      terminal.Complain(comparison.error());
      return comparison.error().code == ErrorCode::kInvalid ? ExitCode::kFindings
                                                            : ExitCodeOf(comparison.error());
    }
    request.now = comparison->now;  // One moment for all.
    auto lists = ListRecords(*comparison, *most);
    Result<> written = lists ? Result<>() : Fail(lists.error());
    if (written && folder->wanted()) {
      // A folder each where there are several.
      written = WriteRecords(*comparison, *folder,
                             users.size() > 1 ? std::optional(comparison->as_id) : std::nullopt);
    }
    // One user's data is on disk at a time.
    comparison->after_preview.scratch.reset();
    comparison->before_preview.reset();
    if (!written) {
      terminal.Complain(written.error());
      return ExitCodeOf(written.error());
    }
    compared.push_back({*std::move(comparison), *std::move(lists)});
  }
  folder->Keep();
  terminal.out() << (options.json ? Print(ToJson(compared)) : CompareTable(compared));
  return std::any_of(compared.begin(), compared.end(),
                     [](const ComparedUser& user) { return user.comparison.different(); })
             ? ExitCode::kFindings
             : ExitCode::kFine;
}

}  // namespace

void AddCompare(CLI::App& app, Program& program) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* command = app.add_subcommand(
      "compare", "What another policy changes on users' devices, record by record");
  command->add_option("OLD", options->before, "The policy before; - is standard input")->required();
  command->add_option("NEW", options->after, "The policy after")->required();
  command->add_option("--server", options->server, "A profile name or a URL")->required();
  command->add_option(
      "--as", options->users,
      "User id, domain name or e-mail; several make a table. Default: the signed-in user");
  command->add_option("--now", options->now,
                      "The moment relative dates count from (ISO 8601; default: the present)");
  command
      ->add_option("--list", options->list,
                   "How many of the records that come and go to name, per entity; or all")
      ->type_name("N|all")
      ->capture_default_str();
  command->add_option(
      "--records", options->records,
      "Write ENTITY.added.jsonl, .removed.jsonl and .kept.jsonl into this folder: id and name");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer(
      "Both policies are previewed as of one moment; what they read alike is read once. Nothing is "
      "written to the server.\n"
      "Exit code 1 when the policies or the devices differ.\n"
      "Examples:\n"
      "  satchel compare published/field-service/current.yaml draft.yaml --server prod --as "
      "jana@contoso.example\n"
      "  satchel compare old.yaml new.yaml --server prod --as jana@contoso.example --as "
      "petr@contoso.example --records changes --json");
  command->callback([options, &program] {
    program.run = [options, &program] { return Compare(*options, program.terminal); };
  });
}

}  // namespace satchel
