// Multipart $batch bodies of OData, as far as reading needs them: GET parts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/http/transport.h"
#include "policy/support/result.h"

namespace satchel {

// One application/http part of a request.
struct BatchPart {
  std::string method = {};
  std::string target = {};
  std::vector<Header> headers = {};
  std::string body = {};
};

// Reads a request body strictly: lines end CRLF, every part is application/http, nothing stands
// before the first boundary. Change sets and anything unusual are kUnsupported: whoever guards
// writes must refuse what they cannot read.
[[nodiscard]] Result<std::vector<BatchPart>> ReadBatchRequest(std::string_view content_type,
                                                              std::string_view body);

// A POST to `batch_url` that carries GETs as its parts; their `url` is the part's target, in the
// form the server wants (absolute, or relative to the service root). Headers of the first go on the
// outside too, save Prefer and Accept; those that say who asks stay outside only.
[[nodiscard]] HttpRequest WrapInBatch(const std::vector<HttpRequest>& gets,
                                      const std::string& batch_url);

// The answers inside an answer to WrapInBatch, in its order, at least one: status, headers and body
// of the parts; size and time of the outside with the first. An answer that is no multipart (an
// error of the whole batch) comes as it is. kCorrupt: multipart that cannot be read.
[[nodiscard]] Result<std::vector<HttpResponse>> UnwrapBatch(HttpResponse response);

}  // namespace satchel
