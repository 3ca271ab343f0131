#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/json.h"
#include "app/cli/preview_progress.h"
#include "app/cli/sources.h"
#include "policy/check/check.h"
#include "preview/fleet/check.h"
#include "preview/report/check_report.h"

namespace satchel {

namespace {

struct CheckOptions {
  std::string file = {};
  std::string server = {};
  std::vector<std::string> users = {};
  std::string role = {};  // "role/NAME"
  std::string now = {};
  bool strict = false;
  bool json = false;
};

Json Number(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json UserJson(const MeasuredUser& user) {
  Json json = {{"id", user.user.id},
               {"name", user.user.name},
               {"exact", user.exact},
               {"records", user.records},
               {"bytes_on_device", user.bytes_on_device},
               {"bytes_downloaded", user.bytes_downloaded},
               {"requests", user.requests},
               {"seconds", user.seconds}};
  json["first_sync_seconds"] =
      Number(user.first_sync ? std::optional(user.first_sync->total()) : std::nullopt);
  return json;
}

Json VerdictJson(const Verdict& verdict) {
  return {{"outcome", Name(verdict.outcome)},
          {"rule", verdict.rule},
          {"path", verdict.path},
          {"entity", verdict.entity},
          {"subject", verdict.subject},
          {"expected", verdict.expected},
          {"actual", verdict.actual},
          {"limit", Number(verdict.limit)},
          {"value", Number(verdict.value)},
          {"user", {{"id", verdict.user_id}, {"name", verdict.user_name}}},
          {"users", verdict.users},
          {"message", verdict.message}};
}

Json ToJson(const CheckResult& result, const std::vector<Finding>& findings, bool ok) {
  Json users = Json::array();
  for (const MeasuredUser& user : result.users) users.push_back(UserJson(user));
  Json unchecked = Json::array();
  for (const UncheckedUser& user : result.unchecked) {
    unchecked.push_back({{"user", user.who}, {"why", user.why}});
  }
  Json verdicts = Json::array();
  for (const Verdict& verdict : result.verdicts) verdicts.push_back(VerdictJson(verdict));
  return {{"ok", ok},
          {"policy", {{"name", result.policy_name}, {"content_hash", result.content_hash}}},
          {"server", result.server},
          {"now", ToString(result.now)},
          {"findings", ToJson(findings)},
          {"users", std::move(users)},
          {"unchecked", std::move(unchecked)},
          {"verdicts", std::move(verdicts)}};
}

// Everything the policy itself is blamed for, and what failed: a line each, with its place.
void Report(const CheckOptions& options, const CheckResult& result, std::vector<Finding> findings,
            const SourceMap& marks, Terminal& terminal) {
  for (Finding& finding : FindingsOf(result)) {
    finding.mark = marks.Find(finding.path);
    findings.push_back(std::move(finding));
  }
  for (const Finding& finding : findings) terminal.Report(options.file, finding);
  for (const Verdict& verdict : result.verdicts) {
    if (verdict.outcome != Verdict::Outcome::kNotMeasured) continue;
    terminal.Note("not measured: " + verdict.subject + ": " + verdict.message);
  }
}

ExitCode Check(const CheckOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  const Result<Instant> now = ParseNow(options.now);
  if (!now) {
    terminal.Complain(now.error());
    return ExitCode::kUsage;
  }
  const std::string role(RoleIn(options.role));
  if (!options.role.empty() && role.empty()) {
    terminal.Complain("--users " + options.role + ": write role/NAME (satchel users lists roles)");
    return ExitCode::kUsage;
  }
  const auto read = LoadPolicy(options.file, terminal);
  if (!read) return read.error();
  Result<ServerSession> session = ServerSession::Open(options.server, terminal);
  const Result<Schema> schema =
      session ? session->server().ReadSchema(EntitiesNamed(read->policy), interrupt.token())
              : Fail(session.error());
  if (!schema) {
    terminal.Complain(schema.error());
    return ExitCodeOf(schema.error());
  }
  std::vector<Finding> findings = CheckPolicy(read->policy, &*schema, &read->marks);
  CheckResult result;
  if (HasErrors(findings)) {
    // A policy that is wrong cannot be previewed: there is nothing to measure.
    if (options.json) {
      result.policy_name = read->policy.project.name;
      result.server = session->server().base_url();
      result.now = *now;
      terminal.out() << Print(ToJson(result, findings, false));
    } else {
      for (const Finding& finding : findings) terminal.Report(options.file, finding);
    }
    return ExitCode::kFindings;
  }
  auto checked = RunCheck({.policy = read->policy, .as = options.users, .role = role, .now = *now},
                          session->server(), ProgressOfCheck(terminal), interrupt.token());
  terminal.EndProgress();
  if (!checked) {
    terminal.Complain(checked.error());
    return checked.error().code == ErrorCode::kInvalid ? ExitCode::kFindings
                                                       : ExitCodeOf(checked.error());
  }
  result = *std::move(checked);
  findings.insert(findings.end(), result.findings.begin(), result.findings.end());
  const bool warned =
      std::any_of(findings.begin(), findings.end(),
                  [](const Finding& finding) { return finding.severity == Severity::kWarning; }) ||
      std::any_of(result.verdicts.begin(), result.verdicts.end(), [](const Verdict& verdict) {
        return verdict.outcome == Verdict::Outcome::kNotMeasured;
      });
  const bool ok = result.ok() && !(options.strict && warned);
  if (options.json) {
    terminal.out() << Print(ToJson(result, findings, ok));
  } else {
    terminal.out() << CheckTable(result) << std::flush;
    Report(options, result, findings, read->marks, terminal);
  }
  return ok ? ExitCode::kFine : ExitCode::kFindings;
}

}  // namespace

void AddCheck(CLI::App& app, Program& program) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand(
      "check", "Validate a policy and hold its budgets and expectations against real previews");
  command->add_option("FILE", options->file, "Policy file; - is standard input")->required();
  command->add_option("--server", options->server, "A profile name or a URL")->required();
  auto* as = command->add_option(
      "--as", options->users,
      "User id, domain name or e-mail; may be repeated. Default: everybody the expectations name, "
      "else the signed-in user");
  command->add_option("--users", options->role, "Every enabled user with a security role")
      ->type_name("role/NAME")
      ->excludes(as);
  command->add_option("--now", options->now,
                      "The moment relative dates count from (ISO 8601; default: the present)");
  command->add_flag("--strict", options->strict,
                    "Warnings, and what could not be measured, count as failures");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer(
      "Exit code 1 when the policy is wrong, or a budget or an expectation fails. The time of a "
      "first sync is estimated: measured time + bytes/bandwidth + requests x latency.\n"
      "Examples:\n"
      "  satchel check field-service.yaml --server prod\n"
      "  satchel check field-service.yaml --server prod --users role/Technician --json");
  command->callback([options, &program] {
    program.run = [options, &program] { return Check(*options, program.terminal); };
  });
}

}  // namespace satchel
