// Whose device a preview, an explanation or a comparison is about.
#pragma once

#include <stop_token>
#include <string>

#include "engine/record/instant.h"
#include "engine/server/crm_server.h"
#include "policy/support/result.h"

namespace satchel {

struct Subject {
  std::string id = {};
  std::string name = {};
  std::string as = {};  // What to impersonate; empty: the signed-in user.
  std::string organization = {};
};

// `as`: user id, domain name or e-mail; empty: the signed-in user. kUnsupported where the server
// cannot read as somebody else.
[[nodiscard]] Result<Subject> FindSubject(CrmServer& server, const std::string& as,
                                          std::stop_token stop);

}  // namespace satchel
