// The transport of a preview: what cannot be shown to read only is refused.
#include <optional>

#include "engine/http/batch.h"
#include "engine/http/transport.h"
#include "engine/http/url.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

std::string_view FindHeader(const HttpRequest& request, std::string_view lower_name) {
  for (const Header& header : request.headers) {
    if (LowerAscii(header.name) == lower_name) return header.value;
  }
  return {};
}

bool IsTokenRequest(const HttpRequest& request, const Url& url) {
  return url.path.ends_with("/oauth2/v2.0/token") &&
         LowerAscii(FindHeader(request, "content-type")) == "application/x-www-form-urlencoded";
}

// Some servers let a header override the method of a request.
bool OverridesMethod(const std::vector<Header>& headers) {
  for (const Header& header : headers) {
    const std::string name = LowerAscii(header.name);
    if (name.substr(0, 6) == "x-http" || name.substr(0, 8) == "x-method") return true;
  }
  return false;
}

bool OnlyReads(const HttpRequest& request) {
  if (OverridesMethod(request.headers)) return false;
  if (request.method == Method::kGet) return request.body.empty();
  if (request.method != Method::kPost) return false;
  const auto url = ParseUrl(request.url);
  if (!url) return false;
  if (IsTokenRequest(request, *url)) return true;
  if (!PercentDecode(url->path).ends_with("/$batch")) return false;
  const auto parts = ReadBatchRequest(FindHeader(request, "content-type"), request.body);
  if (!parts || parts->empty()) return false;
  for (const BatchPart& part : *parts) {
    if (part.method != "GET" || !part.body.empty() || OverridesMethod(part.headers)) return false;
  }
  return true;
}

class ReadOnlyTransport : public Transport {
 public:
  explicit ReadOnlyTransport(Transport& next) : next_(next) {}

  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop) override {
    if (!OnlyReads(request)) {
      return Fail(ErrorCode::kDenied, "a preview only reads; a " +
                                          std::string(Name(request.method)) +
                                          " that could change the server was not sent");
    }
    return next_.Send(request, stop);
  }

  void Foretell(const HttpRequest& request) override {
    if (OnlyReads(request)) next_.Foretell(request);
  }

 private:
  Transport& next_;
};

}  // namespace

std::unique_ptr<Transport> MakeReadOnlyTransport(Transport& next) {
  return std::make_unique<ReadOnlyTransport>(next);
}

}  // namespace satchel
