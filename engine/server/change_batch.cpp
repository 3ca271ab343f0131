#include "engine/server/change_batch.h"

#include <charconv>

#include "engine/http/multipart.h"
#include "engine/server/json.h"
#include "engine/server/json_text.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr const char* kBatchBoundary = "satchel_batch";
constexpr const char* kSetBoundary = "satchel_set";

void AppendPart(std::string& body, const char* boundary, std::size_t number,
                const HttpRequest& part) {
  body += "--";
  body += boundary;
  body += "\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: ";
  body += std::to_string(number);
  body += "\r\n\r\n";
  body += Name(part.method);
  body += " " + part.url + " HTTP/1.1\r\n";
  for (const Header& header : part.headers) body += header.name + ": " + header.value + "\r\n";
  body += "\r\n" + part.body + "\r\n";
}

std::string MultipartBody(const std::vector<HttpRequest>& parts, bool together) {
  std::string body;
  if (together) {
    body = std::string("--") + kBatchBoundary +
           "\r\nContent-Type: multipart/mixed; boundary=" + kSetBoundary + "\r\n\r\n";
  }
  const char* boundary = together ? kSetBoundary : kBatchBoundary;
  for (std::size_t i = 0; i < parts.size(); ++i) AppendPart(body, boundary, i + 1, parts[i]);
  if (together) body += std::string("--") + kSetBoundary + "--\r\n";
  return body + "--" + kBatchBoundary + "--\r\n";
}

std::string JsonBody(const std::vector<HttpRequest>& parts, bool together) {
  std::string body = "{\"requests\":[";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const HttpRequest& part = parts[i];
    body += std::string(i ? "," : "") + "{\"id\":\"" + std::to_string(i + 1) + "\",\"method\":\"";
    body += Name(part.method);
    body += "\",\"url\":";
    AppendJsonText(body, part.url);
    if (together) body += ",\"atomicityGroup\":\"set\"";
    body += ",\"headers\":{";
    for (std::size_t h = 0; h < part.headers.size(); ++h) {
      if (h) body += ",";
      AppendJsonText(body, LowerAscii(part.headers[h].name));
      body += ":";
      AppendJsonText(body, part.headers[h].value);
    }
    body += "}";
    if (!part.body.empty()) body += ",\"body\":" + part.body;
    body += "}";
  }
  return body + "]}";
}

void FillError(const Json& body, ChangeAnswer& answer) {
  const Json& error = body["error"];
  answer.code = error["code"].AsText();
  answer.words = error["message"].AsText();
  if (answer.words.empty()) answer.words = error["message"]["value"].AsText();
}

// The number of a Content-ID we gave, as a place; nothing for anything else.
std::optional<std::size_t> PlaceOf(std::string_view id, std::size_t count) {
  std::size_t number = 0;
  const auto parsed = std::from_chars(id.data(), id.data() + id.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != id.data() + id.size() || number == 0 ||
      number > count) {
    return std::nullopt;
  }
  return number - 1;
}

// Fills `answers` from one multipart body; whether it ends with its boundary. `next` is the place
// of a part that does not say its own.
bool ReadParts(std::string_view text, const std::string& boundary, std::size_t& next,
               ChangeAnswers& answers) {
  const std::string mark = "--" + boundary;
  std::size_t start = text.substr(0, mark.size()) == mark ? 0 : text.find("\n" + mark);
  if (start == std::string_view::npos) return false;
  if (start > 0) ++start;
  text.remove_prefix(start + mark.size());
  const std::string next_mark = "\n" + mark;
  // `text` stands behind a boundary each time.
  while (text.substr(0, 2) != "--") {
    std::string_view line;
    bool bare = false;
    if (!TakeLine(text, line, bare)) return false;
    const std::size_t end = text.find(next_mark);
    if (end == std::string_view::npos) return false;  // It may go on: not believed.
    std::string_view part = text.substr(0, end);
    if (!part.empty() && part.back() == '\r') part.remove_suffix(1);
    text.remove_prefix(end + next_mark.size());

    std::vector<Header> outer;
    if (!TakeHeaders(part, outer, bare)) return false;
    if (const auto inner = BoundaryOf(FindHeader(outer, "content-type"))) {
      // Put back the line end that belongs to the outer boundary, so that the inner one is found.
      if (!ReadParts(std::string(part) + "\r\n", *inner, next, answers)) return false;
      continue;
    }
    const auto answer = ReadHttpAnswer(part);
    if (!answer) return false;
    answers.any = true;
    std::string_view id = FindHeader(outer, "content-id");
    if (id.empty()) id = answer->Find("Content-ID");
    const std::size_t place = PlaceOf(id, answers.parts.size()).value_or(next);
    if (place >= answers.parts.size()) return false;
    answers.parts[place] = AnswerOf(*answer);
    next = place + 1;
  }
  return true;
}

void ReadJson(const std::string& body, ChangeAnswers& answers) {
  const auto json = ParseJson(body);
  if (!json || !(*json)["responses"].Is(Json::Kind::kArray)) return;
  answers.any = true;
  answers.whole = true;
  std::size_t next = 0;  // The place of an answer whose id is not one that we gave.
  for (const Json& item : (*json)["responses"].items) {
    const std::size_t place = PlaceOf(item["id"].AsText(), answers.parts.size()).value_or(next);
    if (place >= answers.parts.size()) {
      answers.whole = false;
      continue;
    }
    next = place + 1;
    ChangeAnswer answer;
    answer.status = static_cast<int>(item["status"].AsInteger(0));
    for (const auto& [name, value] : item["headers"].members) {
      const std::string header = LowerAscii(name);
      if (header == "etag") answer.etag = value.AsText();
      if (header == "retry-after") answer.retry_after = value.AsText();
      if (header == "location") answer.location = value.AsText();
    }
    const Json& said = item["body"];
    if (answer.etag.empty()) answer.etag = said["@odata.etag"].AsText();
    if (answer.etag.empty()) answer.etag = said["@etag"].AsText();
    if (answer.status >= 400) FillError(said, answer);
    answers.parts[place] = std::move(answer);
  }
}

}  // namespace

HttpRequest WrapChanges(const std::vector<HttpRequest>& parts, BatchForm form, bool together,
                        const std::string& batch_url, const std::vector<Header>& outer) {
  HttpRequest request = {.method = Method::kPost, .url = batch_url, .headers = outer};
  if (form == BatchForm::kJson) {
    request.headers.push_back({"Content-Type", "application/json"});
    request.body = JsonBody(parts, together);
  } else {
    request.headers.push_back(
        {"Content-Type", std::string("multipart/mixed; boundary=") + kBatchBoundary});
    // Asked for JSON, some services answer a multipart batch with a JSON one.
    request.headers.push_back({"Accept", "multipart/mixed, application/json"});
    request.body = MultipartBody(parts, together);
  }
  if (!together) request.headers.push_back({"Prefer", "odata.continue-on-error"});
  return request;
}

ChangeAnswer AnswerOf(const HttpResponse& response) {
  ChangeAnswer answer = {.status = response.status,
                         .etag = std::string(response.Find("ETag")),
                         .location = std::string(response.Find("Location")),
                         .retry_after = std::string(response.Find("Retry-After"))};
  const bool failed = response.status >= 400;
  if ((!failed && !answer.etag.empty()) || response.body.empty()) return answer;
  const auto body = ParseJson(response.body);
  if (!body) return answer;
  if (failed) {
    FillError(*body, answer);
  } else {
    answer.etag = (*body)["@odata.etag"].AsText();
    if (answer.etag.empty()) answer.etag = (*body)["@etag"].AsText();
  }
  return answer;
}

ChangeAnswers UnwrapChanges(const HttpResponse& response, std::size_t count) {
  ChangeAnswers answers;
  answers.parts.resize(count);
  const std::string_view type = response.Find("Content-Type");
  if (const auto boundary = BoundaryOf(type)) {
    std::size_t next = 0;
    answers.whole = ReadParts(response.body, *boundary, next, answers);
  } else if (LowerAscii(type).find("json") != std::string::npos) {
    ReadJson(response.body, answers);
  }
  return answers;
}

}  // namespace satchel
