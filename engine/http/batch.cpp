#include "engine/http/batch.h"

#include <optional>

#include "engine/http/broken_answer.h"
#include "engine/http/multipart.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr std::string_view kBoundary = "satchel_batch";

tl::unexpected<Error> Unreadable(const char* what) {
  return Fail(ErrorCode::kUnsupported, std::string("the $batch body ") + what);
}

}  // namespace

Result<std::vector<BatchPart>> ReadBatchRequest(std::string_view content_type,
                                                std::string_view body) {
  const auto boundary = BoundaryOf(content_type);
  if (!boundary) return Unreadable("is no multipart/mixed with a boundary");
  const std::string open = "--" + *boundary + "\r\n";
  const std::string next = "\r\n--" + *boundary;
  if (!body.starts_with(open)) return Unreadable("does not begin with its boundary");
  body.remove_prefix(open.size());
  std::vector<BatchPart> parts;
  for (;;) {
    const std::size_t end = body.find(next);
    if (end == std::string_view::npos) return Unreadable("does not end with its boundary");
    std::string_view text = body.substr(0, end + 2);  // With the CRLF before the boundary.
    body.remove_prefix(end + next.size());

    std::vector<Header> outer;
    BatchPart part;
    std::string_view line;
    bool bare = false;
    bool bare_request = false;
    if (!TakeHeaders(text, outer, bare) ||
        LowerAscii(FindHeader(outer, "content-type")) != "application/http" ||
        !TakeLine(text, line, bare_request)) {
      return Unreadable("has a part that is not application/http");
    }
    const std::vector<std::string_view> words = Split(line, ' ');
    if (words.size() != 3 || words[2] != "HTTP/1.1") {
      return Unreadable("has a part without a request line");
    }
    part.method = std::string(words[0]);
    part.target = std::string(words[1]);
    if (!TakeHeaders(text, part.headers, bare) || bare || bare_request) {
      return Unreadable("has a part whose headers do not end");
    }
    part.body = std::string(Trim(text));
    parts.push_back(std::move(part));

    if (body == "--" || body == "--\r\n") return parts;
    if (!body.starts_with("\r\n")) return Unreadable("has something after a boundary");
    body.remove_prefix(2);
  }
}

HttpRequest WrapInBatch(const std::vector<HttpRequest>& gets, const std::string& batch_url) {
  HttpRequest outer;
  outer.method = Method::kPost;
  outer.url = batch_url;
  const std::string boundary(kBoundary);
  for (const HttpRequest& get : gets) {
    outer.body += "--" + boundary +
                  "\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
                  "\r\nGET " +
                  get.url + " HTTP/1.1\r\n";
    for (const Header& header : get.headers) {
      const std::string name = LowerAscii(header.name);
      const bool identity =
          name == "authorization" || name == "mscrmcallerid" || name == "callerobjectid";
      if (!identity) outer.body += header.name + ": " + header.value + "\r\n";
      const bool of_part = name == "prefer" || name == "accept";
      if (&get == &gets.front() && !of_part) outer.headers.push_back(header);
    }
    outer.body += "\r\n\r\n";
  }
  outer.body += "--" + boundary + "--\r\n";
  // Without quotes: some services do not read them. Asked for JSON, some answer with a JSON batch.
  outer.headers.push_back({"Accept", "multipart/mixed, application/json"});
  outer.headers.push_back({"Content-Type", "multipart/mixed; boundary=" + boundary});
  return outer;
}

namespace {

// One part of an answer: its own headers, then an HTTP answer.
std::optional<HttpResponse> ReadAnswerPart(std::string_view text) {
  bool bare = false;
  std::vector<Header> outer;
  if (!TakeHeaders(text, outer, bare)) return std::nullopt;
  return ReadHttpAnswer(text);
}

}  // namespace

Result<std::vector<HttpResponse>> UnwrapBatch(HttpResponse response) {
  std::vector<HttpResponse> answers;
  const auto boundary = BoundaryOf(response.Find("Content-Type"));
  if (!boundary) {
    answers.push_back(std::move(response));
    return answers;
  }
  const auto corrupt = [](const char* what) {
    return BrokenAnswer(std::string("the answer to a $batch ") + what);
  };
  const std::string mark = "--" + *boundary;
  std::string_view text = response.body;
  const std::size_t start = text.find(mark);
  if (start == std::string_view::npos) return corrupt("has no part");
  text.remove_prefix(start + mark.size());
  // `text` stands behind a boundary each time.
  while (text.substr(0, 2) != "--") {
    std::string_view rest_of_line;
    bool bare = false;
    if (!TakeLine(text, rest_of_line, bare)) return corrupt("is cut short");
    const std::size_t end = text.find("\n" + mark);
    if (end == std::string_view::npos) return corrupt("does not end with its boundary");
    std::string_view part = text.substr(0, end);
    if (!part.empty() && part.back() == '\r') part.remove_suffix(1);
    auto answer = ReadAnswerPart(part);
    if (!answer) return corrupt("has a part that is no HTTP answer");
    answers.push_back(std::move(*answer));
    text.remove_prefix(end + 1 + mark.size());
  }
  if (answers.empty()) return corrupt("has no part");
  answers.front().bytes_received = response.bytes_received;
  answers.front().seconds = response.seconds;
  return answers;
}

}  // namespace satchel
