#include "app/sandbox/web/batch.h"

#include <map>

#include "app/sandbox/web/record_write.h"
#include "app/sandbox/web/router.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr std::size_t kMaxParts = 1000;
constexpr std::size_t kMaxUrl = 65'536;

// Headers and content of one part, line ends normalised to CRLF or LF.
struct Part {
  HttpHeaders headers = {};
  std::string_view content = {};
};

struct Operation {
  std::string content_id = {};
  HttpHeaders headers = {};
  std::string method = {};
  std::string target = {};
  std::string body = {};
};

using References = std::map<std::string, std::string, std::less<>>;  // Content-ID → entity URL.

std::string BoundaryOf(std::string_view content_type) {
  for (const std::string_view parameter : Split(content_type, ';')) {
    const std::string_view text = Trim(parameter);
    if (LowerAscii(text.substr(0, 9)) != "boundary=") continue;
    std::string_view boundary = Trim(text.substr(9));
    if (boundary.size() >= 2 && boundary.front() == '"') {
      boundary = boundary.substr(1, boundary.size() - 2);
    }
    return std::string(boundary);
  }
  return {};
}

// Takes the line at the front off, without its end.
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

HttpHeaders TakeHeaders(std::string_view& text) {
  HttpHeaders headers;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    headers.items.push_back(
        {std::string(Trim(line.substr(0, colon))), std::string(Trim(line.substr(colon + 1)))});
  }
  return headers;
}

Answer<std::vector<Part>> PartsOf(std::string_view body, const std::string& boundary) {
  const std::string delimiter = "--" + boundary;
  std::vector<Part> parts;
  std::size_t at = body.substr(0, delimiter.size()) == delimiter ? 0 : body.find("\n" + delimiter);
  if (at == std::string_view::npos || boundary.empty()) {
    return Refuse(400, kCodePayload, "The body has no part with the boundary of its Content-Type.");
  }
  if (body[at] == '\n') ++at;
  while (true) {
    body.remove_prefix(at + delimiter.size());
    if (body.substr(0, 2) == "--") return parts;
    (void)TakeLine(body);
    const std::size_t next = body.find("\n" + delimiter);
    if (next == std::string_view::npos) {
      return Refuse(400, kCodePayload, "The multipart body ends without its closing boundary.");
    }
    std::string_view content = body.substr(0, next);
    if (!content.empty() && content.back() == '\r') content.remove_suffix(1);
    Part part;
    part.headers = TakeHeaders(content);
    part.content = content;
    parts.push_back(std::move(part));
    if (parts.size() > kMaxParts) {
      return Refuse(400, kCodePayload, "The batch has more than 1000 parts.");
    }
    at = next + 1;
  }
}

bool IsChangeSet(const Part& part) {
  return LowerAscii(part.headers.Find("Content-Type")).rfind("multipart/mixed", 0) == 0;
}

Answer<Operation> OperationOf(const Part& part) {
  std::string_view text = part.content;
  Operation operation;
  operation.content_id = part.headers.Find("Content-ID");
  std::string_view line = TakeLine(text);
  while (line.empty() && !text.empty()) line = TakeLine(text);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || last == first) {
    return Refuse(400, kCodePayload, "A part of the batch has no request line.");
  }
  operation.method = line.substr(0, first);
  operation.target = Trim(line.substr(first, last - first));
  operation.headers = TakeHeaders(text);
  operation.body = Trim(text);
  if (operation.target.size() > kMaxUrl) {
    return Refuse(414, kCodePayload, "A URL of the batch is longer than 65536 characters.");
  }
  return operation;
}

// "$1/nav" and "\"$1\"" in bodies become the URL of what part 1 created.
Answer<> Resolve(Operation& operation, const References& references) {
  if (operation.target.rfind('$', 0) == 0 && operation.target.rfind("$metadata", 0) != 0 &&
      operation.target.rfind("$batch", 0) != 0) {
    const std::size_t end = operation.target.find_first_of("/?");
    const std::string name = operation.target.substr(1, end == std::string::npos ? end : end - 1);
    const auto known = references.find(name);
    if (known == references.end()) {
      return Refuse(400, kCodePayload,
                    "Content-ID Reference: '$" + name + "' does not exist in the batch context.");
    }
    operation.target =
        known->second + (end == std::string::npos ? "" : operation.target.substr(end));
  }
  for (std::size_t at = operation.body.find("\"$"); at != std::string::npos;
       at = operation.body.find("\"$", at + 1)) {
    const std::size_t end = operation.body.find('"', at + 1);
    if (end == std::string::npos) break;
    const std::string name = operation.body.substr(at + 2, end - at - 2);
    const bool number = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
    // Only in bindings: a text such as "$5" in a property is a text.
    const std::size_t before = operation.body.find_last_not_of(" \t\r\n:", at - 1);
    constexpr std::string_view kBind = "@odata.bind\"";
    constexpr std::string_view kId = "@odata.id\"";
    const std::string_view key(operation.body.data(), before + 1);
    const auto ends = [&](std::string_view with) {
      return key.size() >= with.size() && key.substr(key.size() - with.size()) == with;
    };
    if (!number || before == std::string::npos || !(ends(kBind) || ends(kId))) continue;
    const auto known = references.find(name);
    if (known == references.end()) {
      return Refuse(400, kCodePayload,
                    "Content-ID Reference: '$" + name + "' does not exist in the batch context.");
    }
    operation.body.replace(at + 1, end - at - 1, known->second);
  }
  return {};
}

// The target below the service root: absolute URL, absolute path or relative.
std::string BelowRoot(const Call& call, const std::string& target) {
  const std::size_t root = target.find("/api/data/v9.");
  const std::size_t mark = target.find('?');
  if (root != std::string::npos && (mark == std::string::npos || root < mark)) {
    const std::size_t slash = target.find('/', root + 13);
    return slash == std::string::npos ? std::string() : target.substr(slash + 1);
  }
  (void)call;
  return target.rfind('/', 0) == 0 ? target.substr(1) : target;
}

HttpResponse Perform(Call& batch, const Operation& operation) {
  auto url = ParseUrl(BelowRoot(batch, operation.target));
  if (!url) return ErrorAnswer(url.error());
  if (url->path == "$batch") {
    return ErrorAnswer({400, kCodePayload, "A batch cannot hold another batch."});
  }
  Call call{batch.crm, batch.database, batch.directory};
  call.actor = batch.actor;
  call.context = batch.context;
  call.base_url = batch.base_url;
  call.method = operation.method;
  call.url = std::move(*url);
  call.headers = operation.headers;
  call.body = operation.body;
  call.prefer = ParsePrefer(operation.headers.FindAll("Prefer"));
  call.in_transaction = batch.in_transaction;
  HttpResponse response = Route(call);
  batch.people_changed = batch.people_changed || call.people_changed;
  return response;
}

std::string PrintPart(const std::string& boundary, const HttpResponse& response,
                      const std::string& content_id) {
  std::string out = "--" + boundary +
                    "\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n";
  if (!content_id.empty()) out += "Content-ID: " + content_id + "\r\n";
  out += "\r\nHTTP/1.1 " + std::to_string(response.status) + " ";
  out += ReasonPhrase(response.status);
  out += "\r\n";
  for (const HttpHeader& header : response.headers.items) {
    out += header.name + ": " + header.value + "\r\n";
  }
  return out + "\r\n" + response.body + "\r\n";
}

struct SetAnswer {
  std::string text = {};
  std::optional<HttpResponse> failed = {};
};

// All or nothing: a failure is one error part in place of the whole set.
SetAnswer RunChangeSet(Call& batch, const Part& set, const std::string& outer,
                       References& references) {
  const auto parts = PartsOf(set.content, BoundaryOf(set.headers.Find("Content-Type")));
  if (!parts) return {{}, ErrorAnswer(parts.error())};
  const std::string boundary = "changesetresponse_" + ToString(NewGuid());
  auto scope = WriteScope::Begin(batch);
  if (!scope) return {{}, ErrorAnswer(scope.error())};
  batch.in_transaction = true;
  SetAnswer answer;
  answer.text =
      "--" + outer + "\r\nContent-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n";
  References known = references;
  for (const Part& part : *parts) {
    auto operation = OperationOf(part);
    HttpResponse response;
    if (!operation) {
      response = ErrorAnswer(operation.error());
    } else if (operation->method == "GET") {
      response = ErrorAnswer({400, kCodePayload, "A change set cannot hold GET requests."});
    } else if (auto resolved = Resolve(*operation, known); !resolved) {
      response = ErrorAnswer(resolved.error());
    } else {
      response = Perform(batch, *operation);
    }
    if (response.status >= 400) {
      answer.failed = std::move(response);
      break;
    }
    if (!operation->content_id.empty()) {
      known[operation->content_id] = response.headers.Find("OData-EntityId");
    }
    answer.text += PrintPart(boundary, response, operation->content_id);
  }
  batch.in_transaction = false;
  if (answer.failed) return answer;  // The scope rolls back.
  if (auto committed = scope->Commit(); !committed) return {{}, ErrorAnswer(committed.error())};
  references = std::move(known);
  answer.text += "--" + boundary + "--\r\n";
  return answer;
}

}  // namespace

Answer<HttpResponse> RunBatch(Call& call) {
  if (call.method != "POST") {
    return Refuse(405, kCodeBadQuery, "$batch takes POST.");
  }
  const std::string_view type = call.headers.Find("Content-Type");
  if (LowerAscii(type).rfind("multipart/mixed", 0) != 0) {
    return Refuse(415, kCodePayload, "$batch takes multipart/mixed, not " + Quoted(type) + ".");
  }
  const auto parts = PartsOf(call.body, BoundaryOf(type));
  if (!parts) return Refuse(parts.error());
  const std::string boundary = "batchresponse_" + ToString(NewGuid());
  References references;
  HttpResponse answer;
  for (const Part& part : *parts) {
    HttpResponse response;
    std::string content_id;
    if (IsChangeSet(part)) {
      SetAnswer set = RunChangeSet(call, part, boundary, references);
      if (!set.failed) {
        answer.body += set.text;
        continue;
      }
      response = std::move(*set.failed);
    } else {
      auto operation = OperationOf(part);
      if (operation) {
        if (auto resolved = Resolve(*operation, references); !resolved) {
          operation = Refuse(resolved.error());
        }
      }
      response = operation ? Perform(call, *operation) : ErrorAnswer(operation.error());
      if (operation) {
        content_id = operation->content_id;
        if (!content_id.empty() && response.status < 300) {
          references[content_id] = response.headers.Find("OData-EntityId");
        }
      }
    }
    answer.body += PrintPart(boundary, response, content_id);
    if (response.status >= 400 && !call.prefer.continue_on_error) {
      answer.status = response.status;
      break;
    }
  }
  answer.body += "--" + boundary + "--\r\n";
  answer.headers.Set("Content-Type", "multipart/mixed; boundary=" + boundary);
  answer.headers.Set("OData-Version", "4.0");
  if (call.prefer.continue_on_error) {
    answer.headers.Set("Preference-Applied", "odata.continue-on-error");
  }
  return answer;
}

}  // namespace satchel::sandbox
