#include "app/sandbox/http/parse.h"

#include <charconv>

#include "app/sandbox/http/limits.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

bool IsTokenCharacter(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  for (const char c : text) {
    if (!IsTokenCharacter(c)) return false;
  }
  return !text.empty();
}

bool HasControl(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) return true;
  }
  return false;
}

}  // namespace

RequestParser::State RequestParser::Bad(int status, std::string why) {
  error_status_ = status;
  error_ = std::move(why);
  return State::kBad;
}

RequestParser::State RequestParser::Next(HttpRequest& request, bool& keep_alive) {
  if (error_status_ != 0) return State::kBad;
  if (!head_done_) {
    const Head head = ReadHead();
    if (head == Head::kNeedMore) return State::kNeedMore;
    if (head == Head::kBad) return State::kBad;
  }
  if (chunked_) {
    const State state = ReadChunks();
    if (state != State::kComplete) return state;
  } else {
    if (buffer_.size() < body_size_) {
      if (!told_continue_ && EqualsNoCase(current_.headers.Find("Expect"), "100-continue")) {
        told_continue_ = true;
        return State::kWantsContinue;
      }
      return State::kNeedMore;
    }
    current_.body = buffer_.substr(0, body_size_);
    buffer_.erase(0, body_size_);
  }
  request = std::move(current_);
  keep_alive = keep_alive_;
  current_ = {};
  head_done_ = chunked_ = told_continue_ = false;
  body_size_ = 0;
  return State::kComplete;
}

RequestParser::Head RequestParser::ReadHead() {
  // Empty lines before a request are tolerated (RFC 9112 2.2).
  std::size_t start = 0;
  while (buffer_.compare(start, 2, "\r\n") == 0) start += 2;
  buffer_.erase(0, start);

  const std::size_t line_end = buffer_.find("\r\n");
  if (std::min(line_end, buffer_.size()) > kMaxRequestLine) {
    Bad(414, "The request line is longer than 32768 characters. Send the query inside a $batch.");
    return Head::kBad;
  }
  const std::size_t end = buffer_.find("\r\n\r\n");
  if (std::min(end, buffer_.size()) > kMaxRequestLine + kMaxHeaderBytes) {
    Bad(431, "The request headers are larger than 65536 bytes.");
    return Head::kBad;
  }
  // Who speaks another protocol (TLS, say) never sends an empty line and would wait for ever.
  const char first = buffer_.empty() || buffer_ == "\r" ? 'G' : buffer_.front();
  if ((first | 0x20) < 'a' || (first | 0x20) > 'z') {
    Bad(400, "This is a plain HTTP server; the request does not begin with a method.");
    return Head::kBad;
  }
  if (end == std::string::npos) return Head::kNeedMore;
  const std::string head = buffer_.substr(0, end);
  buffer_.erase(0, end + 4);
  if (!ParseHead(head) || !ReadFraming()) return Head::kBad;
  head_done_ = true;
  return Head::kDone;
}

bool RequestParser::ParseHead(std::string_view head) {
  std::size_t at = head.find("\r\n");
  if (!ParseRequestLine(head.substr(0, at))) return false;
  while (at != std::string_view::npos) {
    head.remove_prefix(at + 2);
    at = head.find("\r\n");
    const std::string_view line = head.substr(0, at);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !IsToken(line.substr(0, colon)) || HasControl(line)) {
      Bad(400, "A request header is malformed.");
      return false;
    }
    current_.headers.items.push_back(
        {std::string(line.substr(0, colon)), std::string(Trim(line.substr(colon + 1)))});
  }
  return true;
}

bool RequestParser::ParseRequestLine(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || !IsToken(line.substr(0, first)) ||
      HasControl(line)) {
    Bad(400, "The request line is malformed.");
    return false;
  }
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    Bad(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    return false;
  }
  keep_alive_ = version == "HTTP/1.1";
  current_.method = line.substr(0, first);
  current_.target = line.substr(first + 1, last - first - 1);
  // The absolute form (RFC 9112 3.2.2), as proxies send it.
  if (current_.target.rfind("http://", 0) == 0) {
    const std::size_t path = current_.target.find('/', 7);
    current_.target = path == std::string::npos ? "/" : current_.target.substr(path);
  }
  return true;
}

bool RequestParser::ReadFraming() {
  const std::string connection = LowerAscii(current_.headers.FindAll("Connection"));
  if (connection.find("close") != std::string::npos) keep_alive_ = false;
  if (connection.find("keep-alive") != std::string::npos) keep_alive_ = true;

  const std::string_view coding = current_.headers.Find("Transfer-Encoding");
  const std::string length = current_.headers.FindAll("Content-Length");
  if (!coding.empty()) {
    if (!EqualsNoCase(coding, "chunked") || !length.empty()) {
      Bad(400, "Only 'Transfer-Encoding: chunked' without Content-Length is understood.");
      return false;
    }
    chunked_ = true;
    return true;
  }
  body_size_ = 0;
  if (length.empty()) return true;
  const auto [stop, problem] =
      std::from_chars(length.data(), length.data() + length.size(), body_size_);
  if (problem != std::errc() || stop != length.data() + length.size()) {
    Bad(400, "Content-Length is not a number.");
    return false;
  }
  if (body_size_ > kMaxBodyBytes) {
    Bad(413, "The request body is larger than 128 MB.");
    return false;
  }
  return true;
}

RequestParser::State RequestParser::ReadChunks() {
  for (;;) {
    const std::size_t line_end = buffer_.find("\r\n");
    if (line_end == std::string::npos) {
      return buffer_.size() > 1024 ? Bad(400, "A chunk size is malformed.") : State::kNeedMore;
    }
    std::string_view digits(buffer_.data(), line_end);
    digits = Trim(digits.substr(0, digits.find(';')));
    std::size_t size = 0;
    const auto [stop, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (digits.empty() || problem != std::errc() || stop != digits.data() + digits.size()) {
      return Bad(400, "A chunk size is malformed.");
    }
    if (size > kMaxBodyBytes || current_.body.size() + size > kMaxBodyBytes) {
      return Bad(413, "The request body is larger than 128 MB.");
    }
    if (size == 0) {
      // Trailers, if any, end with an empty line; none of them means anything here.
      const std::size_t end = buffer_.compare(line_end, 4, "\r\n\r\n") == 0
                                  ? line_end
                                  : buffer_.find("\r\n\r\n", line_end);
      if (end == std::string::npos) {
        return buffer_.size() > kMaxHeaderBytes ? Bad(431, "The trailers are too large.")
                                                : State::kNeedMore;
      }
      buffer_.erase(0, end + 4);
      return State::kComplete;
    }
    if (buffer_.size() < line_end + 2 + size + 2) return State::kNeedMore;
    if (buffer_.compare(line_end + 2 + size, 2, "\r\n") != 0) {
      return Bad(400, "A chunk does not end where its size says.");
    }
    current_.body.append(buffer_, line_end + 2, size);
    buffer_.erase(0, line_end + 2 + size + 2);
  }
}

}  // namespace satchel::sandbox
