#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <ostream>
#include <set>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/json.h"
#include "app/cli/sources.h"
#include "policy/check/resolve.h"
#include "policy/support/text.h"
#include "preview/publish/project_folder.h"

namespace satchel {

namespace {

struct ResolveOptions {
  std::string folder = {};
  std::string server = {};
  std::string user = {};
  bool json = false;
};

using Kind = ProjectStanding::Kind;
constexpr std::array<const char*, 4> kStandings = {"chosen", "tied", "outranked", "not-theirs"};
constexpr std::array<const char*, 4> kMarks = {"✓", "!", "·", " "};

// The user with their roles. Where the server tells no roles, only projects for everyone can be
// judged.
Result<UserInfo> FindPerson(const ResolveOptions& options, const std::vector<Project>& projects,
                            CrmServer& server, std::stop_token stop) {
  if (server.capabilities().users) {
    std::string who = options.user;
    if (who.empty()) {
      const auto me = server.WhoAmI(stop);
      if (!me) return Fail(me.error());
      who = me->user_id;
    }
    const auto found = server.FindUser(who, stop);
    if (!found) return Fail(found.error());
    auto people = server.Users(stop);  // Only the list says who has which role.
    if (!people) return Fail(people.error());
    for (UserInfo& each : *people) {
      if (LowerAscii(each.id) == LowerAscii(found->id)) return std::move(each);
    }
    return *found;
  }
  const bool roles = std::any_of(projects.begin(), projects.end(),
                                 [](const Project& project) { return !project.roles.empty(); });
  if (roles) {
    return Fail(ErrorCode::kUnsupported,
                "this server does not say who has which role (projects for roles can only be "
                "resolved on a server that does)");
  }
  const auto me = server.WhoAmI(stop);
  if (!me) return Fail(me.error());
  return UserInfo{.id = me->user_id, .name = me->user_name};
}

std::string Headline(const UserInfo& user, const std::vector<ProjectFile>& files,
                     const Resolution& resolution) {
  std::string text = user.name.empty() ? user.id : user.name;
  text += user.roles.empty() ? " (no roles)" : " (" + Join(user.roles, ", ") + ")";
  if (resolution.chosen) return text + " gets " + files[*resolution.chosen].policy.project.name;
  const bool tie = std::any_of(resolution.standings.begin(), resolution.standings.end(),
                               [](const ProjectStanding& s) { return s.kind == Kind::kTied; });
  return text + (tie ? " gets one of several projects, which one is chance" : " gets no project");
}

Json ResolutionJson(const UserInfo& user, const std::vector<ProjectFile>& files,
                    const Resolution& resolution) {
  Json projects = Json::array();
  for (const ProjectStanding& standing : resolution.standings) {
    const ProjectFile& file = files[standing.project];
    projects.push_back({{"project", file.policy.project.name},
                        {"file", file.file.string()},
                        {"priority", file.policy.project.priority},
                        {"roles", file.policy.project.roles},
                        {"standing", kStandings[static_cast<std::size_t>(standing.kind)]},
                        {"reason", standing.reason}});
  }
  Json json = {{"user", {{"id", user.id}, {"name", user.name}, {"roles", user.roles}}}};
  json["chosen"] =
      resolution.chosen ? Json(files[*resolution.chosen].policy.project.name) : Json(nullptr);
  json["projects"] = std::move(projects);
  json["findings"] = ToJson(resolution.findings);
  return json;
}

ExitCode Resolve(const ResolveOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  auto read = ReadProjectFolder(options.folder);
  if (!read) {
    terminal.Complain(read.error());
    return ExitCodeOf(read.error());
  }
  if (read->empty()) {
    terminal.Complain(options.folder + " holds no policy (name the folder policies lie in)");
    return ExitCode::kNoAccess;
  }
  // Of a project that is published there, a draft lying beside it is not what users get.
  std::set<std::string> published;
  for (const ProjectFile& file : *read) {
    if (file.published && file.problem.empty()) published.insert(file.policy.project.name);
  }
  std::erase_if(*read, [&](const ProjectFile& file) {
    return !file.published && file.problem.empty() && published.contains(file.policy.project.name);
  });
  std::vector<ProjectFile> files;
  std::vector<Project> projects;
  std::vector<Finding> broken;
  for (ProjectFile& file : *read) {
    if (!file.problem.empty()) {
      broken.push_back({.severity = Severity::kError,
                        .rule = "unreadable-project",
                        .path = file.file.string(),
                        .mark = file.mark,
                        .message = file.problem + "; mend it, for it may be this user's project"});
      continue;
    }
    projects.push_back(file.policy.project);
    files.push_back(std::move(file));
  }
  Result<ServerSession> session = ServerSession::Open(options.server, terminal);
  const Result<UserInfo> user =
      session ? FindPerson(options, projects, session->server(), interrupt.token())
              : Fail(session.error());
  if (!user) {
    terminal.Complain(user.error());
    return ExitCodeOf(user.error());
  }
  Resolution resolution = ResolveProject(projects, user->roles);
  if (options.json) {
    std::vector<Finding>& all = resolution.findings;
    all.insert(all.begin(), broken.begin(), broken.end());
    terminal.out() << Print(ResolutionJson(*user, files, resolution));
  } else {
    terminal.out() << Headline(*user, files, resolution) << "\n\n";
    std::vector<std::vector<std::string>> rows;
    for (const ProjectStanding& standing : resolution.standings) {
      const ProjectFile& file = files[standing.project];
      rows.push_back({kMarks[static_cast<std::size_t>(standing.kind)], file.policy.project.name,
                      std::to_string(file.policy.project.priority), standing.reason,
                      file.file.string()});
    }
    PrintTable(terminal.out(), {{""}, {"Project"}, {"Priority", true}, {"Why"}, {"File"}}, rows);
    terminal.out() << std::flush;
    for (const Finding& finding : broken) terminal.Report(finding.path, finding);
    for (const Finding& finding : resolution.findings) terminal.Report(options.folder, finding);
  }
  const bool fine = resolution.chosen && broken.empty() && !HasErrors(resolution.findings);
  return fine ? ExitCode::kFine : ExitCode::kFindings;
}

}  // namespace

void AddResolve(CLI::App& app, Program& program) {
  auto options = std::make_shared<ResolveOptions>();
  CLI::App* command =
      app.add_subcommand("resolve", "Which of a folder's projects a user gets, and why");
  command
      ->add_option("DIR", options->folder,
                   "A folder of policy files, or the one projects are published to")
      ->required();
  command->add_option("--server", options->server, "A profile name or a URL")->required();
  command->add_option("--as", options->user,
                      "User id, domain name or e-mail (default: the signed-in user)");
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->footer(
      "A user gets the project with the highest priority of those for their security roles or for "
      "everyone.\n"
      "Exit code 1 when there is none, when several tie, or when a policy cannot be read.\n"
      "Example: satchel resolve published --server prod --as jana@contoso.example");
  command->callback([options, &program] {
    program.run = [options, &program] { return Resolve(*options, program.terminal); };
  });
}

}  // namespace satchel
