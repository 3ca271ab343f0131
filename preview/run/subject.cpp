#include "preview/run/subject.h"

#include <chrono>

#include "policy/support/text.h"

namespace satchel {

Result<Subject> FindSubject(CrmServer& server, const std::string& as, std::stop_token stop) {
  const auto me = server.WhoAmI(stop);
  if (!me) return Fail(me.error());
  if (as.empty() || LowerAscii(as) == LowerAscii(me->user_id))
    return Subject{me->user_id, me->user_name, "", me->organization_id};
  if (!server.capabilities().impersonation) {
    return Fail(ErrorCode::kUnsupported,
                "this server cannot read as another user, so " + Quoted(as) +
                    " cannot be previewed here (sign in as them, and leave --as away)");
  }
  const auto user = server.FindUser(as, stop);
  if (!user) return Fail(user.error());
  const bool myself = LowerAscii(user->id) == LowerAscii(me->user_id);
  return Subject{user->id, user->name, myself ? "" : user->id, me->organization_id};
}

}  // namespace satchel
