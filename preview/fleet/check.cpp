#include "preview/fleet/check.h"

#include <algorithm>
#include <set>

#include "policy/support/text.h"
#include "policy/yaml/write_policy.h"

namespace satchel {

namespace {

// Whom to preview, and what the server says of them.
struct Subject {
  std::string as = {};  // Empty: the signed-in user.
  std::optional<UserInfo> info = {};
};

// About this user alone: the others can be previewed nevertheless.
bool OnlyTheirs(const Error& error) {
  return error.code == ErrorCode::kDenied || error.code == ErrorCode::kNotFound ||
         error.code == ErrorCode::kUnsupported;
}

class Checker {
 public:
  Checker(const CheckRequest& request, CrmServer& server, const CheckSink& sink,
          std::stop_token stop)
      : request_(request), server_(server), sink_(sink), stop_(std::move(stop)) {}

  Result<CheckResult> Run() {
    if (server_.capabilities().users) {
      auto people = server_.Users(stop_);
      if (!people) return Fail(people.error());
      people_ = *std::move(people);
    }
    if (auto chosen = ChooseSubjects(); !chosen) return Fail(chosen.error());
    auto schema = server_.ReadSchema(EntitiesNamed(request_.policy), stop_);
    if (!schema) return Fail(schema.error());
    schema_ = std::make_shared<const Schema>(*std::move(schema));  // The same for every user.

    CheckResult result;
    result.policy_name = request_.policy.project.name;
    result.content_hash = ContentHash(request_.policy);
    result.server = server_.base_url();
    if (request_.now) now_ = request_.now;
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      if (auto done = CheckOne(i, result); !done) return Fail(done.error());
    }
    result.now = now_.value_or(Instant{});
    result.verdicts = Judge(request_.policy, result.users, people_ ? &*people_ : nullptr);
    return result;
  }

 private:
  Result<> ChooseSubjects() {
    if (!request_.role.empty()) return AddRole(request_.role);
    for (const std::string& as : request_.as) {
      if (auto added = AddUser(as); !added) return added;
    }
    if (!request_.as.empty()) return {};
    for (const Expectation& expectation : request_.policy.expect) {
      if (!server_.capabilities().impersonation) break;  // Only the signed-in user can be read as.
      const std::string_view role = RoleIn(expectation.as);
      const Result<> added = role.empty() ? AddUser(expectation.as) : AddRole(std::string(role));
      // Whom the server does not know fails their expectation, not the check.
      if (!added && added.error().code != ErrorCode::kNotFound) return added;
    }
    if (subjects_.empty()) subjects_.push_back({});
    return {};
  }

  Result<> AddRole(const std::string& role) {
    if (!people_) {
      return Fail(ErrorCode::kUnsupported, "this server does not say who has the role " +
                                               Quoted(role) + " (name the users with --as)");
    }
    bool any = false;
    for (const UserInfo& user : *people_) {
      if (!user.enabled || !HasRole(user, role)) continue;
      any = true;
      Add({.as = user.id, .info = user});
    }
    if (any) return {};
    return Fail(ErrorCode::kNotFound, "no enabled user has the role " + Quoted(role) +
                                          " (satchel users lists the roles)");
  }

  Result<> AddUser(const std::string& as) {
    if (!server_.capabilities().impersonation) {
      Add({.as = as});
      return {};
    }
    auto user = server_.FindUser(as, stop_);
    if (!user) return Fail(user.error());
    // The list says more of them than one answer does.
    const UserInfo* listed = FindById(user->id);
    Add({.as = user->id, .info = listed ? *listed : *user});
    return {};
  }

  const UserInfo* FindById(const std::string& id) const {
    if (!people_) return nullptr;
    const auto at = std::find_if(people_->begin(), people_->end(), [&](const UserInfo& each) {
      return LowerAscii(each.id) == LowerAscii(id);
    });
    return at == people_->end() ? nullptr : &*at;
  }

  void Add(Subject subject) {
    if (seen_.insert(LowerAscii(subject.as)).second) subjects_.push_back(std::move(subject));
  }

  Result<> CheckOne(std::size_t index, CheckResult& result) {
    const Subject& subject = subjects_[index];
    CheckProgress progress{.user = subject.info ? subject.info->name : subject.as,
                           .index = index,
                           .count = subjects_.size()};
    const auto preview = RunPreview(
        {.policy = request_.policy, .as = subject.as, .now = now_, .schema = schema_}, server_,
        [&](const PreviewProgress& at) {
          progress.preview = at;
          if (sink_) sink_(progress);
        },
        stop_);
    if (!preview) {
      if (!OnlyTheirs(preview.error())) return Fail(preview.error());
      result.unchecked.push_back({progress.user, preview.error().message});
      return {};
    }
    now_ = preview->now;  // One moment for all.
    auto measured = Measure(request_.policy, *preview,
                            subject.info ? &*subject.info : FindById(preview->as_id));
    if (!measured) return Fail(measured.error());
    for (const Finding& finding : preview->findings) {
      if (finding.rule != "not-exact" && finding.rule != "attachments-unknown") continue;
      if (said_.insert(finding.message).second) result.findings.push_back(finding);
    }
    progress.user = measured->user.name;
    progress.user_done = true;
    progress.preview.total_records = measured->records;
    if (sink_) sink_(progress);
    result.users.push_back(*std::move(measured));
    return {};  // The scratch database goes: one user's data is on disk at a time.
  }

  const CheckRequest& request_;
  CrmServer& server_;
  const CheckSink& sink_;
  std::stop_token stop_;
  std::optional<std::vector<UserInfo>> people_ = {};
  std::vector<Subject> subjects_ = {};
  std::set<std::string> seen_ = {};  // Users, by id.
  std::set<std::string> said_ = {};  // Findings, by message.
  std::optional<Instant> now_ = {};
  std::shared_ptr<const Schema> schema_ = {};
};

}  // namespace

std::vector<Finding> FindingsOf(const CheckResult& result) {
  std::vector<Finding> findings = FindingsOf(result.verdicts);
  for (const UncheckedUser& user : result.unchecked) {
    findings.push_back({.severity = Severity::kError,
                        .rule = "not-previewed",
                        .message = user.who + " could not be previewed: " + user.why});
  }
  return findings;
}

Result<CheckResult> RunCheck(const CheckRequest& request, CrmServer& server, const CheckSink& sink,
                             std::stop_token stop) {
  return Checker(request, server, sink, std::move(stop)).Run();
}

}  // namespace satchel
