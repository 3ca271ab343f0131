#include "app/sandbox/options.h"

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>
#include <cstdio>

#include "app/sandbox/company/generate.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr std::array<std::pair<std::string_view, FaultKind>, 11> kFaults = {{
    {"reset", FaultKind::kReset},
    {"truncate", FaultKind::kTruncate},
    {"slow", FaultKind::kSlow},
    {"500", FaultKind::k500},
    {"503", FaultKind::k503},
    {"429", FaultKind::k429},
    {"html", FaultKind::kHtml},
    {"wrong-type", FaultKind::kWrongType},
    {"repeat-next-link", FaultKind::kRepeatNextLink},
    {"foreign-next-link", FaultKind::kForeignNextLink},
    {"gzip-bomb", FaultKind::kGzipBomb},
}};

// CLI11 reports what a validator throws as its own usage error.
template <class T>
T OrThrow(const Result<T>& result, const std::string& option) {
  if (!result) throw CLI::ValidationError(option, result.error().message);
  return *result;
}

Fault ReadFault(const std::string& text) {
  const std::size_t equals = text.find('=');
  const auto kind = FindFault(text.substr(0, equals));
  double rate = -1;
  if (equals != std::string::npos) {
    const char* first = text.data() + equals + 1;
    const auto [end, problem] = std::from_chars(first, text.data() + text.size(), rate);
    if (problem != std::errc() || end != text.data() + text.size()) rate = -1;
  }
  if (!kind || !(rate >= 0 && rate <= 1)) {
    std::vector<std::string> names;
    for (const auto& [name, value] : kFaults) names.emplace_back(name);
    throw CLI::ValidationError("--fault", Quoted(text) +
                                              " is not KIND=RATE with a rate from 0 to 1"
                                              " and one of the kinds " +
                                              Join(names, ", "));
  }
  return {*kind, rate};
}

Throttle ReadThrottle(const std::string& text) {
  const std::size_t slash = text.find('/');
  std::int64_t requests = 0;
  std::int64_t seconds = 0;
  bool good = slash != std::string::npos;
  if (good) {
    const char* middle = text.data() + slash;
    const char* last = text.data() + text.size();
    good = std::from_chars(text.data(), middle, requests).ptr == middle &&
           std::from_chars(middle + 1, last, seconds).ptr == last;
  }
  if (!good || requests < 1 || seconds < 1) {
    throw CLI::ValidationError("--throttle",
                               Quoted(text) + " is not REQUESTS/SECONDS, such as 6000/300");
  }
  return {requests, Seconds(seconds)};
}

constexpr const char* kExamples = R"(Examples:
  satchel-sandbox                                     2000 accounts on any free port
  satchel-sandbox --port 8099 --db crm.sqlite         keeps its data for the next start
  satchel-sandbox --now 2026-06-01T08:00:00Z          the same answers on every run
  satchel-sandbox --auth                              only tokens of its own token endpoint
  satchel-sandbox --latency 80ms --bandwidth 5mbit    a slow line
  satchel-sandbox --throttle 60/10 --fault reset=0.05 a bad day

It binds to 127.0.0.1 only and prints READY with its URL once it accepts requests.
Exit codes: 0 ended by a signal, 2 wrong usage, 3 the port is taken or the database cannot be used.)";

}  // namespace

std::optional<FaultKind> FindFault(std::string_view name) {
  for (const auto& [known, kind] : kFaults) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

ParsedOptions ParseOptions(int argc, char** argv) {
  ParsedOptions parsed;
  SandboxOptions& options = parsed.options;
  std::string now;
  std::string file;
  std::string log;
  std::string latency;
  std::string bandwidth;
  std::string throttle;
  std::string token_expiry;
  std::string delta_expiry;
  std::vector<std::string> faults;

  CLI::App app("A Dataverse-compatible CRM server with a generated company, for trying things out.",
               "satchel-sandbox");
  app.footer(kExamples);
  app.add_option("--port", options.port, "Port; 0: any free one")->check(CLI::Range(0, 65535));
  app.add_option("--accounts", options.accounts, "Accounts to generate")
      ->check(CLI::Range(std::int64_t{1}, kMostAccounts))
      ->capture_default_str();
  app.add_option("--users", options.users, "Users to generate")
      ->check(CLI::Range(kFewestUsers, kMostUsers))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Seed of the data")->capture_default_str();
  app.add_option("--db", file, "Database file; kept and used again");
  app.add_option("--now", now, "Fixes the clock of the data and of relative dates (ISO 8601)");
  app.add_flag("--auth", options.auth, "Accept only tokens of the token endpoint");
  app.add_option("--log", log, "Log file: method, path, status, user of every request");
  app.add_option("--latency", latency, "Waits before every answer: 80ms");
  app.add_option("--bandwidth", bandwidth, "Of every connection: 5mbit");
  app.add_option("--throttle", throttle, "REQUESTS/SECONDS per user, then 429");
  app.add_option("--fault", faults, "KIND=RATE; may be given several times");
  app.add_option("--token-expiry", token_expiry, "Life of tokens: 60s");
  app.add_option("--delta-expiry", delta_expiry, "Life of delta links: 60s");
  try {
    app.parse(argc, argv);
    options.file = file;
    options.log = log;
    if (!now.empty()) {
      options.now = ParseInstant(now);
      if (!options.now) {
        throw CLI::ValidationError("--now", Quoted(now) +
                                                " is no moment such as "
                                                "2026-06-01T08:00:00Z");
      }
    }
    if (!latency.empty()) options.latency = OrThrow(ParseLatency(latency), "--latency");
    if (!bandwidth.empty()) {
      options.bits_per_second = OrThrow(ParseBandwidth(bandwidth), "--bandwidth");
    }
    if (!throttle.empty()) options.throttle = ReadThrottle(throttle);
    if (!token_expiry.empty()) {
      options.token_expiry = OrThrow(ParseDuration(token_expiry), "--token-expiry");
    }
    if (!delta_expiry.empty()) {
      options.delta_expiry = OrThrow(ParseDuration(delta_expiry), "--delta-expiry");
    }
    for (const std::string& fault : faults) options.faults.push_back(ReadFault(fault));
  } catch (const CLI::ParseError& problem) {
    if (problem.get_exit_code() == 0) {
      parsed.exit = app.exit(problem);  // --help
    } else {
      std::fprintf(stderr, "satchel-sandbox: %s (see --help)\n", problem.what());
      parsed.exit = 2;
    }
  }
  return parsed;
}

}  // namespace satchel::sandbox
