// What an answer to a change means for the edit behind it: the same on every server.
#pragma once

#include <functional>
#include <stop_token>
#include <vector>

#include "engine/server/change_sender.h"
#include "engine/server/write.h"
#include "policy/support/result.h"

namespace satchel {

[[nodiscard]] WriteResult ResultOf(const WriteOperation& operation, const ChangeOutcome& outcome);

// Makes the request of each operation, sends what can be sent and reads the answers. An operation
// of which no request can be made is kRejected, and with it all that go together with it.
using MakeRequest = std::function<Result<HttpRequest>(const WriteOperation&)>;
[[nodiscard]] Result<std::vector<WriteResult>> SendWrites(const WriteRequest& request,
                                                          const MakeRequest& make,
                                                          const std::vector<Header>& outer,
                                                          ChangeSender& sender,
                                                          std::stop_token stop);

}  // namespace satchel
