#include "preview/explain/explain.h"

#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/policy_on_server.h"
#include "app/cli/preview_progress.h"
#include "preview/compare/compare.h"
#include "preview/explain/record_name.h"
#include "preview/report/explain_report.h"

namespace satchel {

namespace {

struct ExplainOptions {
  std::string file = {};
  std::string server = {};
  std::string user = {};
  std::string record = {};
  std::string now = {};
  std::string before = {};
  bool json = false;
};

// The policy before, as sound as the one that takes its place. What is wrong has been reported.
tl::expected<Policy, ExitCode> OpenBefore(const std::string& file, PolicyOnServer& opened,
                                          Terminal& terminal, const std::stop_token& stop) {
  auto read = LoadSoundPolicy(file, terminal);
  if (!read) return tl::unexpected(read.error());
  auto schema = CheckOnServer(file, *read, opened.session.server(), terminal, stop);
  if (!schema) return tl::unexpected(schema.error());
  Schema both = *opened.schema;
  both.entities.merge(schema->entities);
  opened.schema = std::make_shared<const Schema>(std::move(both));
  return std::move(read->policy);
}

// What leaves with the record, or stays without it, where the policy takes the place of `before`.
Result<std::vector<KnockOn>> FindOthers(const Explanation& explanation, CompareRequest request,
                                        PolicyOnServer& opened, Terminal& terminal,
                                        const std::stop_token& stop) {
  request.after = opened.read.policy;
  request.now = explanation.now;
  const auto comparison = RunComparison(
      request, opened.session.server(),
      [&](const CompareProgress& at) {
        ShowProgress(terminal, at.of_before ? "before" : "after", at.preview, at.fraction);
      },
      stop);
  terminal.EndProgress();
  if (!comparison) return Fail(comparison.error());
  auto others = FindKnockOns({explanation.entity, explanation.id, request.after},
                             comparison->after_preview, &*comparison);
  if (others) NameKnockOns(*others, opened.schema.get());
  return others;
}

ExitCode Explain(const ExplainOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  const Result<Instant> now = ParseNow(options.now);
  const Result<RecordName> name = ParseRecordName(options.record);
  if (!now || !name) {
    terminal.Complain(now ? name.error() : now.error());
    return ExitCode::kUsage;
  }
  auto opened = OpenPolicyOnServer(options.file, options.server, terminal, interrupt.token());
  if (!opened) return opened.error();
  CompareRequest comparing = {.as = options.user};
  if (!options.before.empty()) {
    auto before = OpenBefore(options.before, *opened, terminal, interrupt.token());
    if (!before) return before.error();
    comparing.before = *std::move(before);
  }
  const ExplainRequest request{
      .policy = opened->read.policy, .as = options.user, .record = options.record, .now = *now};
  auto explanation = satchel::Explain(
      request, opened->session.server(), [&](const std::string& what) { terminal.Status(what); },
      interrupt.token());
  terminal.EndProgress();
  if (!explanation) {
    terminal.Complain(explanation.error());
    return explanation.error().code == ErrorCode::kInvalid ? ExitCode::kUsage
                                                           : ExitCodeOf(explanation.error());
  }
  if (!options.before.empty() && !explanation->on_device) {
    auto others =
        FindOthers(*explanation, std::move(comparing), *opened, terminal, interrupt.token());
    if (!others) {
      terminal.Complain(others.error());
      return ExitCodeOf(others.error());
    }
    explanation->others = *std::move(others);
  }
  terminal.out() << (options.json ? ExplanationJson(*explanation) : ExplanationText(*explanation));
  return explanation->on_device ? ExitCode::kFine : ExitCode::kFindings;
}

}  // namespace

void AddExplain(CLI::App& app, Program& program) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command =
      app.add_subcommand("explain", "Why a record is, or is not, on a user's device");
  command->add_option("FILE", options->file, "Policy file; - is standard input")->required();
  command
      ->add_option("RECORD", options->record,
                   "ENTITY/ID, a bare id, or the record's address from the browser")
      ->required();
  command->add_option("--server", options->server, "A profile name or a URL")->required();
  command->add_option("--as", options->user,
                      "User id, domain name or e-mail. Default: the signed-in user");
  command->add_option("--now", options->now,
                      "The moment relative dates count from (ISO 8601; default: the present)");
  command->add_option("--before", options->before,
                      "A policy file: also tell which records leave with it, or stay without it, "
                      "when FILE takes its place (previews both)");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer(
      "Exit codes: 0 it is on the device, 1 it is not, 2 wrong usage, 3 server or network, 4 "
      "cancelled.\n"
      "Examples:\n"
      "  satchel explain field-service.yaml --server prod --as jana@contoso.example "
      "account/6f1d0c7e-0000-4000-8000-00000000000a\n"
      "  satchel explain field-service.yaml --server prod --as jana@contoso.example "
      "'https://org.crm4.dynamics.com/main.aspx?etn=account&id=%7B6F1D0C7E-…%7D' --json\n"
      "  satchel explain field-service.yaml --server prod --as jana@contoso.example "
      "6f1d0c7e-0000-4000-8000-00000000000a --before published/field-service/current.yaml");
  command->callback([options, &program] {
    program.run = [options, &program] { return Explain(*options, program.terminal); };
  });
}

}  // namespace satchel
