#include "app/cli/sources.h"

#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>

#include "app/cli/files.h"
#include "engine/filter/data_set.h"
#include "engine/filter/user_clock.h"
#include "policy/check/check.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr std::array<const char*, 7> kWeekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                  "thursday", "friday", "saturday"};

}  // namespace

tl::expected<ReadPolicy, ExitCode> LoadPolicy(const std::string& file, Terminal& terminal) {
  const Result<std::string> text = ReadText(file, terminal);
  if (!text) {
    terminal.Complain(text.error());
    return tl::unexpected(ExitCodeOf(text.error()));
  }
  ReadPolicy read = ParsePolicy(*text);
  if (HasErrors(read.findings)) {
    for (const Finding& finding : read.findings) terminal.Report(file, finding);
    return tl::unexpected(ExitCode::kFindings);
  }
  return read;
}

tl::expected<ReadPolicy, ExitCode> LoadSoundPolicy(const std::string& file, Terminal& terminal) {
  auto read = LoadPolicy(file, terminal);
  if (!read) return read;
  if (!ReportErrors(file, CheckPolicy(read->policy, nullptr, &read->marks), terminal)) {
    return tl::unexpected(ExitCode::kFindings);
  }
  return read;
}

bool ReportErrors(const std::string& file, const std::vector<Finding>& findings,
                  Terminal& terminal) {
  bool none = true;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::kError) continue;
    terminal.Report(file, finding);
    none = false;
  }
  return none;
}

void ComplainOfJson(Terminal& terminal, const std::string& file, const Error& error) {
  const bool has_remedy = error.message.ends_with(')') || error.message.ends_with('?');
  terminal.Complain(file + ": " + error.message +
                    (has_remedy ? "" : " (docs/schema-json.md describes the format)"));
}

void ComplainOfQuery(Terminal& terminal, const std::string& file, const std::string& entity,
                     const std::vector<Finding>& findings, const Error& stopped_by) {
  bool said = false;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::kError || finding.entity != entity) continue;
    terminal.Report(file, finding);
    said = true;
  }
  if (!said) terminal.Complain(file + ": " + stopped_by.message);
}

Result<ServerSession> ServerSession::Open(const std::string& name_or_url, Terminal& terminal,
                                          Access access) {
  const ProfileStore store(ProfileStore::DefaultFile());
  Result<Profile> profile = ResolveProfile(name_or_url, store);
  if (!profile) return Fail(profile.error());
  ServerSession session;
  session.profile_ = *std::move(profile);
  session.secrets_ = MakeSystemSecrets();
  session.network_ = MakeCurlTransport({.ca_file = session.profile_.ca_file});
  session.asked_to_wait_ = std::make_unique<AskedToWait>(*session.network_);
  session.read_only_ = MakeReadOnlyTransport(*session.asked_to_wait_);
  Transport& transport =
      access == Access::kReadOnly ? *session.read_only_ : *session.asked_to_wait_;
  auto server = Connect(session.profile_, *session.secrets_, transport);
  if (!server) return Fail(server.error());
  session.server_ = *std::move(server);
  session.server_->OnNotice([&terminal](const std::string& notice) { terminal.Note(notice); });
  return session;
}

void SchemaSource::AddOptions(CLI::App& command) {
  auto* from_file =
      command.add_option("--schema", file, "Schema from a file (satchel schema --json)");
  auto* from_server =
      command.add_option("--server", server, "Schema from a server: a profile name or a URL");
  from_file->excludes(from_server);
}

tl::expected<std::optional<Schema>, ExitCode> SchemaSource::Load(
    const std::vector<std::string>& entities, Terminal& terminal, std::stop_token stop) const {
  if (!file.empty()) {
    const Result<std::string> text = ReadText(file, terminal);
    if (!text) {
      terminal.Complain(text.error());
      return tl::unexpected(ExitCodeOf(text.error()));
    }
    Result<Schema> schema = ParseSchema(*text);
    if (!schema) {
      ComplainOfJson(terminal, file, schema.error());
      return tl::unexpected(ExitCode::kFindings);
    }
    return *std::move(schema);
  }
  if (server.empty()) return std::optional<Schema>();
  Result<ServerSession> session = ServerSession::Open(server, terminal);
  Result<Schema> schema =
      session ? session->server().ReadSchema(entities, stop) : Fail(session.error());
  if (!schema) {
    terminal.Complain(schema.error());
    return tl::unexpected(ExitCodeOf(schema.error()));
  }
  return *std::move(schema);
}

void ContextSource::AddOptions(CLI::App& command) {
  command.add_option("--user", user_file, "Who asks: a JSON file with id, business_unit, teams …");
  command.add_option("--now", now,
                     "The moment relative dates count from (ISO 8601; default: the present)");
  command.add_option("--tz", zone, "The user's time zone, an IANA name")->capture_default_str();
  command.add_option("--week-start", week_start, "First day of the week")
      ->check(CLI::IsMember(std::vector<std::string>(kWeekdays.begin(), kWeekdays.end())))
      ->capture_default_str();
}

tl::expected<FilterContext, ExitCode> ContextSource::Load(Terminal& terminal) const {
  FilterContext context;
  const Result<Instant> moment = ParseNow(now);
  if (!moment) {
    terminal.Complain(moment.error());
    return tl::unexpected(ExitCode::kUsage);
  }
  context.now = *moment;
  if (const auto clock = UserClock::In(zone); !clock) {
    terminal.Complain("--tz: " + clock.error().message);
    return tl::unexpected(ExitCode::kUsage);
  }
  context.zone = zone;
  context.week_start = static_cast<Weekday>(
      std::find(kWeekdays.begin(), kWeekdays.end(), week_start) - kWeekdays.begin());
  if (!user_file.empty()) {
    const Result<std::string> text = ReadText(user_file, terminal);
    if (!text) {
      terminal.Complain(text.error());
      return tl::unexpected(ExitCodeOf(text.error()));
    }
    Result<UserContext> user = ParseUser(*text, context.fiscal);
    if (!user) {
      ComplainOfJson(terminal, user_file, user.error());
      return tl::unexpected(ExitCode::kFindings);
    }
    context.user = *std::move(user);
  }
  return context;
}

Result<Instant> ParseNow(const std::string& text) {
  if (text.empty()) return SystemNow();
  const auto parsed = ParseInstant(text);
  if (!parsed) {
    return Fail(ErrorCode::kInvalid,
                "--now: " + Quoted(text) + " is no date and time (write 2026-11-23T10:00:00Z)");
  }
  return *parsed;
}

}  // namespace satchel
