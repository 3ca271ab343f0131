// $batch requests that change something, multipart or JSON, and their answers: pure text.
//
// An answer may be cut anywhere. What stands in it whole is believed, the rest stays unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/http/transport.h"

namespace satchel {

enum class BatchForm : std::uint8_t { kMultipart, kJson };

// A POST to `batch_url` with `parts`, whose `url` is the target relative to the service root and
// whose body is JSON. `together` makes them one change set; otherwise each is on its own and the
// server is asked to go on after a failure. `outer` goes on the outside only.
[[nodiscard]] HttpRequest WrapChanges(const std::vector<HttpRequest>& parts, BatchForm form,
                                      bool together, const std::string& batch_url,
                                      const std::vector<Header>& outer);

// What a server said to one change.
struct ChangeAnswer {
  int status = 0;
  std::string etag = {};         // From the header, else from the body.
  std::string location = {};     // Of what was created: its address.
  std::string code = {};         // Of an error: "0x80040217".
  std::string words = {};        // Of an error: the server's message, as it came.
  std::string retry_after = {};  // The header, where there is one.
};
[[nodiscard]] ChangeAnswer AnswerOf(const HttpResponse& response);

struct ChangeAnswers {
  // By part; nothing where the server stopped before it or its answer is missing. A set that failed
  // may have the one answer of its failure.
  std::vector<std::optional<ChangeAnswer>> parts = {};
  bool whole = false;  // The answer ends where its form says.
  bool any = false;    // It is an answer to a batch.
};
// What stands in the answer to WrapChanges of `count` parts.
[[nodiscard]] ChangeAnswers UnwrapChanges(const HttpResponse& response, std::size_t count);

}  // namespace satchel
