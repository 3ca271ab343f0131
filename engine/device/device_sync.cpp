#include "engine/device/device_sync.h"

#include <algorithm>
#include <utility>

#include "engine/device/migration.h"
#include "engine/record/mutant.h"
#include "engine/store/local_meta.h"
#include "engine/sync/full_sync_plan.h"
#include "policy/check/diff.h"
#include "policy/support/text.h"
#include "policy/yaml/write_policy.h"

namespace satchel {

namespace {

std::string PolicyName(const Policy& policy) {
  std::string name = policy.project.name;
  if (policy.published) name += " version " + std::to_string(policy.published->version);
  return name;
}

// An upload that ended for one of these leaves nothing a download could be asked of.
bool NoServer(const std::optional<Error>& stopped) {
  return stopped && (stopped->code == ErrorCode::kCancelled ||
                     stopped->code == ErrorCode::kOffline || stopped->code == ErrorCode::kDenied);
}

}  // namespace

std::string RightsOf(CrmServer& server, const std::string& user_id, std::stop_token stop) {
  if (!server.capabilities().users) return {};
  // Roles decide what may be read; where they cannot be read, the daily sweep finds out.
  const auto user = server.FindUser(user_id, std::move(stop));
  if (!user) return {};
  std::vector<std::string> roles = user->roles;
  std::sort(roles.begin(), roles.end());
  return Join(roles, "\n");
}

Result<Identity> DeviceSync::Connect(const DeviceState& state, std::stop_token stop) {
  auto identity = server_.WhoAmI(std::move(stop));
  if (!identity) return Fail(identity.error().While("sign in"));
  if (!state.as.empty()) identity->user_id = state.as;
  auto bound =
      BindOwner(database_, server_.base_url(), identity->organization_id, identity->user_id);
  if (!bound) return Fail(bound.error());
  return identity;
}

Result<SyncRequest> DeviceSync::Prepare(const Policy& policy, const DeviceState& state,
                                        const Identity& identity, const DeviceSyncRequest& request,
                                        std::stop_token stop) {
  SyncRequest sync = {.identity = identity, .full = request.full, .sweep = request.sweep};
  auto context = server_.ContextOf(identity.user_id, stop);
  if (!context) return Fail(context.error());
  context->now = clock_.Now();
  if (Planted(Mutant::kB37WrongZone)) context->zone = "UTC";
  auto schema = server_.ReadSchema(EntitiesNamed(policy), stop);
  if (!schema) return Fail(schema.error());
  sync.what = {.policy = policy,
               .schema = *std::move(schema),
               .context = *std::move(context),
               .as = state.as,
               .organization = identity.organization_id,
               .user = identity.user_id,
               .background = request.style == SyncStyle::kBackground,
               .one_thread = request.one_thread,
               .rights = RightsOf(server_, identity.user_id, stop),
               .copied_rows = request.copied_rows};
  return sync;
}

Result<> DeviceSync::Adopt(const ArrivedPolicy& arrived, const Schema& schema, bool migrate,
                           DeviceState& state,
                           const std::function<void(const std::string&)>& told) {
  const auto write = [&](Database& database) -> Result<> {
    if (auto put = WritePolicy(database, arrived); !put) return put;
    return WriteStructurePending(database, false);
  };
  if (migrate) {
    const auto migrated = Migrate(database_, arrived.policy, schema, write);
    if (!migrated) return Fail(migrated.error().While("change the local tables"));
    std::string text = PolicyName(arrived.policy) + " is in force";
    if (!migrated->added.empty()) text += "; added " + Join(migrated->added, ", ");
    if (!migrated->removed.empty()) text += "; removed " + Join(migrated->removed, ", ");
    if (migrated->unmapped > 0) {
      text += "; " + std::to_string(migrated->unmapped) +
              " pending changes lost their place and are listed as errors";
    }
    told(text);
  } else {
    auto transaction = Transaction::Begin(database_);
    if (!transaction) return Fail(transaction.error());
    if (auto put = write(database_); !put) return put;
    if (auto done = transaction->Commit(); !done) return done;
    told(PolicyName(arrived.policy) + " is in force; its structure is the same");
  }
  state.policy = arrived.policy;
  state.policy_tag = arrived.tag;
  state.structure_pending = false;
  return {};
}

Result<> DeviceSync::Bind(const std::string& as, DeviceState& state, std::stop_token stop) {
  auto identity = server_.WhoAmI(stop);
  if (!identity) return Fail(identity.error().While("sign in"));
  if (!as.empty() && LowerAscii(as) != LowerAscii(identity->user_id)) {
    if (!server_.capabilities().impersonation) {
      return Fail(ErrorCode::kUnsupported,
                  "this server cannot work as another user (sign in as them, and leave --as away)");
    }
    const auto user = server_.FindUser(as, stop);
    if (!user) return Fail(user.error());
    if (LowerAscii(user->id) != LowerAscii(identity->user_id)) state.as = user->id;
    state.user_name = user->name;
  } else {
    state.user_name = identity->user_name;
  }
  auto arrived = policies_.Fetch("", stop);
  if (!arrived) return Fail(arrived.error());
  if (!*arrived) return Fail(ErrorCode::kNotFound, "there is no policy to follow");
  auto schema = server_.ReadSchema(EntitiesNamed((*arrived)->policy), stop);
  if (!schema) return Fail(schema.error());
  const std::string user = state.as.empty() ? identity->user_id : state.as;
  if (auto bound = BindOwner(database_, server_.base_url(), identity->organization_id, user);
      !bound) {
    return bound;
  }
  auto migrated = Migrate(database_, (*arrived)->policy, *schema, [&](Database& database) {
    if (auto put = WriteBinding(database, state); !put) return put;
    return WritePolicy(database, **arrived);
  });
  if (!migrated) return Fail(migrated.error());
  state.user = user;
  state.policy = std::move((*arrived)->policy);
  state.policy_tag = std::move((*arrived)->tag);
  return {};
}

SyncOutcome DeviceSync::Run(const DeviceSyncRequest& request, DeviceState& state,
                            const std::function<void(const std::string&)>& told,
                            const SyncSink& sink, std::stop_token stop) {
  SyncOutcome outcome = {.style = request.style};
  const auto fail = [&](Error error) {
    outcome.error = std::move(error);
    return outcome;
  };
  const auto identity = Connect(state, stop);
  if (!identity) return fail(identity.error());

  // A source that cannot be read now must not keep the records from flowing.
  std::optional<ArrivedPolicy> arrived;
  if (auto fetched = policies_.Fetch(state.policy_tag, stop)) {
    arrived = *std::move(fetched);
  } else if (fetched.error().code == ErrorCode::kCancelled) {
    return fail(fetched.error());
  } else {
    outcome.warnings.push_back("the policy could not be looked up: " + fetched.error().message);
  }
  const bool structural = arrived && StructureHash(arrived->policy) != StructureHash(*state.policy);
  if (arrived && !structural) {
    if (auto done = Adopt(*arrived, {}, false, state, told); !done) return fail(done.error());
    arrived.reset();
  }

  auto sync = Prepare(*state.policy, state, *identity, request, stop);
  if (!sync) return fail(sync.error());
  RunUploadPart(*sync, server_, database_, sink, stop, outcome);
  if (NoServer(outcome.upload.stopped)) return outcome;
  if (arrived) {
    if (request.style == SyncStyle::kBackground) {
      if (auto put = WriteStructurePending(database_, true); !put) return fail(put.error());
      state.structure_pending = outcome.structure_pending = true;
      told(PolicyName(arrived->policy) +
           " changes the structure; it waits for a foreground sync (nothing was downloaded)");
      return outcome;
    }
    // What could not be sent under the old structure must not be lost by the new one.
    if (outcome.upload.stopped) return outcome;
    sync = Prepare(arrived->policy, state, *identity, request, stop);
    if (!sync) return fail(sync.error());
    if (auto done = Adopt(*arrived, sync->what.schema, true, state, told); !done) {
      return fail(done.error());
    }
  } else if (state.structure_pending) {
    // It was taken back meanwhile.
    if (auto put = WriteStructurePending(database_, false); !put) return fail(put.error());
    state.structure_pending = false;
  }
  RunDownloadPart(*sync, server_, database_, sink, stop, outcome);
  return outcome;
}

}  // namespace satchel
