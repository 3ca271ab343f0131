// The only file that knows libcurl.
#include <curl/curl.h>

#include <fstream>
#include <mutex>
#include <sstream>

#include "engine/http/body_sink.h"
#include "engine/http/broken_answer.h"
#include "engine/http/sigpipe.h"
#include "engine/http/transport.h"
#include "engine/http/url.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// Bounds how long a missed wake-up could delay a cancel.
constexpr int kPollMilliseconds = 50;

struct CloseMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct CloseEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

// One connection at work. The multi handle keeps the connection open between requests.
struct Session {
  std::unique_ptr<CURLM, CloseMulti> multi{curl_multi_init()};
  std::unique_ptr<CURL, CloseEasy> easy{curl_easy_init()};
  [[nodiscard]] bool ready() const { return multi && easy; }
};

bool SafeInHeader(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Result<> CheckHeaders(const HttpRequest& request) {
  for (const Header& header : request.headers) {
    if (header.name.empty() || header.name.find(':') != std::string::npos ||
        !SafeInHeader(header.name) || !SafeInHeader(header.value)) {
      return Fail(ErrorCode::kInvalid, "the header " + Quoted(header.name) +
                                           " holds a line break or NUL and is not sent");
    }
  }
  return {};
}

// What libcurl's callbacks fill while one exchange runs.
struct Exchange {
  Exchange(const HttpLimits& given, const HttpRequest& asked)
      : limits(given), request(asked), sink(given) {}

  const HttpLimits& limits;
  const HttpRequest& request;
  BodySink sink;
  std::vector<Header> headers;
  std::size_t header_bytes = 0;
  bool found = false;        // The status is 200.
  bool headers_end = false;  // The empty line was seen; libcurl takes a close for it as well.
  Result<> fault = {};       // Why a callback stopped the transfer.

  bool Accept(Result<> result) {
    if (result) return true;
    if (fault) fault = std::move(result);
    return false;
  }

  bool TakeHeader(std::string_view line) {
    header_bytes += line.size();
    if (header_bytes > limits.header_bytes) {
      return Accept(BrokenAnswer("the answer's headers are larger than any server's"));
    }
    if (line.substr(0, 5) == "HTTP/") {  // The final answer replaces an interim one.
      headers.clear();
      headers_end = false;
      const std::size_t blank = line.find(' ');
      found = blank != std::string_view::npos && line.substr(blank + 1, 3) == "200";
      return true;
    }
    if (!headers_end && (line == "\r\n" || line == "\n")) {
      headers_end = true;
      if (found && request.sink) sink.StreamTo(request.sink, request.most);
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return true;
    headers.push_back(
        {std::string(Trim(line.substr(0, colon))), std::string(Trim(line.substr(colon + 1)))});
    const std::string name = LowerAscii(headers.back().name);
    const std::string& value = headers.back().value;
    if (name == "content-encoding") return Accept(sink.SetEncoding(value));
    if (name == "transfer-encoding" && LowerAscii(value) != "chunked") {
      return Accept(BrokenAnswer("the server encoded its answer as " + Quoted(value) +
                                 ", which nobody asked for"));
    }
    return true;
  }
};

// One request on its way, with all that libcurl looks at until the answer is there.
struct Flight {
  Flight(const HttpLimits& limits, const HttpRequest& asked, const Url& to, HeaderList lines,
         Session connection)
      : request(asked),
        url(to),
        text(to.Text()),
        headers(std::move(lines)),
        session(std::move(connection)),
        exchange(limits, request) {}
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;
  ~Flight() {
    if (session.ready()) curl_multi_remove_handle(session.multi.get(), session.easy.get());
  }

  HttpRequest request;
  Url url;
  std::string text;
  HeaderList headers;
  Session session;
  Exchange exchange;
  char detail[CURL_ERROR_SIZE] = "";
};

std::size_t OnHeader(char* bytes, std::size_t size, std::size_t count, void* exchange) {
  const std::size_t length = size * count;
  return static_cast<Exchange*>(exchange)->TakeHeader({bytes, length}) ? length : 0;
}

std::size_t OnBody(char* bytes, std::size_t size, std::size_t count, void* exchange) {
  const std::size_t length = size * count;
  auto* into = static_cast<Exchange*>(exchange);
  // Not 0 for an empty piece: libcurl takes a short count for a refusal.
  return into->Accept(into->sink.Write({bytes, length})) ? length : length + 1;
}

Error ErrorOf(CURLcode code, const Url& url, const char* detail) {
  std::string why = *detail != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {ErrorCode::kOffline,
              "no host is called " + url.host + " (check the address and the connection)"};
    case CURLE_COULDNT_CONNECT:
      return {ErrorCode::kOffline, "no connection to " + url.host + ":" + std::to_string(url.port) +
                                       " (check the address, the connection and the proxy)"};
    case CURLE_OPERATION_TIMEDOUT:
      return {ErrorCode::kOffline, url.host + " did not answer in time (try again later)"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return {ErrorCode::kDenied, "the certificate of " + url.host + " is not trusted: " + why +
                                      " (a private CA is added with --ca-file)"};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED:
      return {ErrorCode::kDenied, "no protected connection to " + url.host + ": " + why +
                                      " (TLS 1.2 or later is needed)"};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return {ErrorCode::kCorrupt, url.host +
                                       " did not answer as an HTTP server does (check the "
                                       "port in the address)"};
    default:
      return {ErrorCode::kOffline,
              "the connection to " + url.host + " broke: " + why + " (try again)"};
  }
}

class CurlTransport : public Transport {
 public:
  explicit CurlTransport(CurlOptions options) : options_(std::move(options)) {
    // Counts its callers and is thread-safe from 7.84 on; libcurl is set up for the process's life.
    curl_global_init(CURL_GLOBAL_DEFAULT);
    ReadAuthorities();
  }
  ~CurlTransport() override {
    const SigpipeBlocked no_signal;  // Closing says goodbye to servers that may have left.
    foretold_.reset();
    idle_.clear();
  }

  void Foretell(const HttpRequest& request) override {
    if (request.method != Method::kGet || request.sink || request.may_have_left) return;
    const auto url = ParseUrl(request.url);
    if (!url || !CheckScheme(*url) || !CheckHeaders(request) || !authorities_) return;
    const SigpipeBlocked no_signal;
    auto flight = Start(request, *url);
    const std::lock_guard lock(mutex_);
    foretold_.swap(flight);  // One that nobody came for is dropped with its connection.
  }

  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop) override {
    if (request.may_have_left) *request.may_have_left = false;
    auto url = ParseUrl(request.url);
    if (!url) return Fail(url.error());
    if (const auto fine = CheckHeaders(request); !fine) return Fail(fine.error());
    if (!authorities_) return Fail(authorities_.error());

    std::int64_t bytes = 0;
    std::chrono::duration<double> seconds = {};
    for (int redirects = 0;; ++redirects) {
      if (const auto fine = CheckScheme(*url); !fine) return Fail(fine.error());
      if (stop.stop_requested()) return Fail(Cancelled());
      auto answer = SendOnce(request, *url, stop);
      if (!answer) return answer;
      answer->bytes_received = bytes += answer->bytes_received;
      answer->seconds = seconds += answer->seconds;

      const std::string_view location = answer->Find("Location");
      const bool redirect = answer->status >= 300 && answer->status < 400 &&
                            answer->status != 304 && !location.empty();
      if (request.method != Method::kGet || !redirect) return answer;
      auto target = ResolveLink(*url, location);
      if (!target || !SameOrigin(*url, *target)) {
        return Fail(ErrorCode::kDenied,
                    url->host + " redirects to " + (target ? target->Origin() : "nowhere valid") +
                        ", where the sign-in is not sent (check the address of the server and the "
                        "sign-in)");
      }
      if (redirects == options_.limits.redirects) {
        return Fail(ErrorCode::kCorrupt, url->host + " redirects more than " +
                                             std::to_string(options_.limits.redirects) +
                                             " times (check the address of the server)");
      }
      url = std::move(target);
    }
  }

 private:
  // The system's authorities and the private one, in one bundle.
  void ReadAuthorities() {
    if (options_.ca_file.empty()) return;
    std::string bundle;
    const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
    for (const std::string& file :
         {std::string(info->cainfo ? info->cainfo : ""), options_.ca_file}) {
      if (file.empty()) continue;
      std::ifstream in(file, std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      if (!in || text.str().find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
        if (file != options_.ca_file) continue;
        authorities_ = Fail(ErrorCode::kIo, "the CA file " + Quoted(file) +
                                                " cannot be read or holds no PEM certificate");
        return;
      }
      bundle += text.str() + "\n";
    }
    authorities_ = std::move(bundle);
  }

  Session Borrow() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Session session = std::move(idle_.back());  // The latest: its connection is the warmest.
        idle_.pop_back();
        return session;
      }
    }
    return {};
  }

  void Return(Session session) {
    curl_easy_reset(session.easy.get());
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(session));
  }

  void Configure(CURL* easy, const HttpRequest& request, const Url& url, const std::string& text,
                 const HeaderList& headers) const {
    const HttpLimits& limits = options_.limits;
    curl_easy_setopt(easy, CURLOPT_URL, text.c_str());
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);  // ParseUrl has resolved the dots.
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // Else a cancel would wait for a name server that does not answer.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!authorities_->empty()) {
      curl_blob blob = {const_cast<char*>(authorities_->data()), authorities_->size(),
                        CURL_BLOB_NOCOPY};
      curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
    }
    if (IsLoopback(url)) curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, limits.low_speed_bytes_per_second);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.low_speed_for.count()));
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    // On a connection that was open before, libcurl sends again when it breaks before the answer.
    if (request.may_have_left) curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256L * 1024L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, OnHeader);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, OnBody);
    if (request.method == Method::kGet) {
      curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
      return;
    }
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, std::string(Name(request.method)).c_str());
  }

  static HeaderList MakeHeaders(const HttpRequest& request) {
    HeaderList list;
    const auto append = [&list](const std::string& line) {
      curl_slist* longer = curl_slist_append(list.get(), line.c_str());
      list.release();  // `longer` begins with the same node.
      list.reset(longer);
    };
    append("Accept-Encoding: gzip");
    append("Expect:");  // No round trip before a body.
    if (request.method != Method::kGet && request.body.empty()) append("Content-Type:");
    for (const Header& header : request.headers) {
      // "Name;" is libcurl's way to send a header without a value.
      append(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
    }
    return list;
  }

  // The request leaves as far as that is possible without waiting. Null: out of memory.
  std::unique_ptr<Flight> Start(const HttpRequest& request, const Url& url) {
    auto flight =
        std::make_unique<Flight>(options_.limits, request, url, MakeHeaders(request), Borrow());
    if (!flight->session.ready()) return nullptr;
    CURL* easy = flight->session.easy.get();
    Configure(easy, flight->request, url, flight->text, flight->headers);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &flight->exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &flight->exchange);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, flight->detail);
    curl_multi_add_handle(flight->session.multi.get(), easy);
    int running = 0;
    curl_multi_perform(flight->session.multi.get(), &running);
    return flight;
  }

  // What was foretold, if it is this.
  std::unique_ptr<Flight> TakeForetold(const HttpRequest& request, const Url& url) {
    const std::lock_guard lock(mutex_);
    const bool same = foretold_ && request.method == Method::kGet && !request.sink &&
                      !request.may_have_left && foretold_->url == url &&
                      foretold_->request.headers == request.headers;
    return same ? std::move(foretold_) : nullptr;
  }

  Result<HttpResponse> SendOnce(const HttpRequest& request, const Url& url, std::stop_token stop) {
    const SigpipeBlocked no_signal;
    auto flight = TakeForetold(request, url);
    const bool foretold = flight != nullptr;
    if (!flight) flight = Start(request, url);
    if (!flight) return Fail(ErrorCode::kIo, "out of memory");
    const auto done = Await(flight->session, stop);
    auto response = Land(*flight, request, done);
    if (foretold && response) response->seconds = {};  // Our own work is in it, too.
    Return(std::move(flight->session));
    return response;
  }

  // Nothing: stopped before the end.
  static std::optional<CURLcode> Await(Session& session, std::stop_token stop) {
    CURLM* multi = session.multi.get();
    const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
    std::optional<CURLcode> done;
    int running = 1;
    while (!done && !stop.stop_requested()) {
      curl_multi_perform(multi, &running);
      int queued = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi, &queued)) {
        if (message->msg == CURLMSG_DONE) done = message->data.result;
      }
      if (!done) curl_multi_poll(multi, nullptr, 0, kPollMilliseconds, nullptr);
    }
    return done;
  }

  static Result<HttpResponse> Land(Flight& flight, const HttpRequest& request,
                                   std::optional<CURLcode> done) {
    CURL* easy = flight.session.easy.get();
    HttpResponse response;
    long status = 0;
    curl_off_t body_bytes = 0;
    long header_bytes = 0;
    long sent_bytes = 0;
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &body_bytes);
    curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &header_bytes);
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &microseconds);
    if (request.may_have_left) *request.may_have_left = sent_bytes > 0;
    curl_multi_remove_handle(flight.session.multi.get(), easy);

    if (!done) return Fail(Cancelled());
    Exchange& exchange = flight.exchange;
    const std::string& host = flight.url.host;
    if (!exchange.fault) return Fail(exchange.fault.error().While(host));
    if (*done != CURLE_OK) return Fail(ErrorOf(*done, flight.url, flight.detail));
    if (!exchange.headers_end) {
      return Fail(ErrorCode::kOffline,
                  "the connection to " + host + " ended in the middle of an answer (try again)");
    }
    auto body = exchange.sink.Finish();
    if (!body) return Fail(body.error().While(host));
    response.status = static_cast<int>(status);
    response.headers = std::move(exchange.headers);
    response.body = std::move(*body);
    response.bytes_received = static_cast<std::int64_t>(body_bytes) + header_bytes;
    response.seconds = std::chrono::microseconds(microseconds);
    return response;
  }

  CurlOptions options_;
  Result<std::string> authorities_ = std::string();  // PEM; empty: the system's own.
  std::mutex mutex_;
  std::vector<Session> idle_;         // Guarded by mutex_.
  std::unique_ptr<Flight> foretold_;  // Guarded by mutex_; at most one.
};

}  // namespace

std::unique_ptr<Transport> MakeCurlTransport(CurlOptions options) {
  return std::make_unique<CurlTransport>(std::move(options));
}

}  // namespace satchel
