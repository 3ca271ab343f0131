#include "app/sandbox/auth.h"

#include <cstdint>
#include <optional>
#include <random>
#include <tuple>
#include <utility>

#include "app/sandbox/json/writer.h"
#include "app/sandbox/web/call.h"
#include "app/sandbox/web/url.h"
#include "policy/support/sha256.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr std::string_view kUserToken = "user:";

tl::unexpected<ApiError> Unauthorized(std::string why) {
  return Refuse(401, "0x80072567", std::move(why));
}

std::string Field(const Url& form, std::string_view name) {
  return form.Get(name);
}

HttpResponse OAuthError(int status, const std::string& code, const std::string& description) {
  JsonWriter out;
  out.BeginObject();
  out.PlainKey("error").String(code).PlainKey("error_description").String(description);
  out.EndObject();
  return JsonAnswer(out.Take(), status);
}

// Of "Basic <base64 of client:secret>", both percent-encoded as a form is.
std::optional<std::pair<std::string, std::string>> BasicCredentials(std::string_view header) {
  if (LowerAscii(header.substr(0, 6)) != "basic ") return std::nullopt;
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : Trim(header.substr(6))) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) break;  // The padding.
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    text += static_cast<char>(bits >> held & 0xffu);
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto form =
      ParseUrl("?client=" + text.substr(0, colon) + "&secret=" + text.substr(colon + 1));
  if (!form) return std::nullopt;
  return std::pair(Field(*form, "client"), Field(*form, "secret"));
}

// Right to act as others: prvActOnBehalfOfAnotherUser goes with the System Administrator here.
bool MayImpersonate(const Directory& directory, const Guid& caller) {
  const Person* person = directory.people.Find(caller);
  if (person == nullptr) return false;
  for (const Guid& role : person->roles) {
    const auto name = directory.people.roles.find(role);
    if (name != directory.people.roles.end() && name->second == "System Administrator") return true;
  }
  return caller == directory.people.administrator;
}

}  // namespace

std::string RandomText() {
  std::random_device device;
  std::string seed;
  for (int word = 0; word < 8; ++word) seed += std::to_string(device()) + ":";
  return Sha256Hex(seed);
}

Auth::Auth(Crm& crm, bool required, Seconds token_life)
    : crm_(crm), required_(required), token_life_(token_life), secret_(RandomText()) {}

Answer<Actor> Auth::Identify(const HttpRequest& request, const Directory& directory) {
  Actor actor;
  actor.caller = directory.people.administrator;
  const std::string_view header = request.headers.Find("Authorization");
  const bool bearer = LowerAscii(header.substr(0, 7)) == "bearer ";
  const std::string_view token = bearer ? Trim(header.substr(7)) : std::string_view();
  if (required_) {
    const std::lock_guard lock(mutex_);
    const auto issued = tokens_.find(token);
    if (token.empty() || issued == tokens_.end()) {
      return Unauthorized("The request carries no bearer token of this server.");
    }
    if (issued->second.until < crm_.WallClock()) {
      return Unauthorized("The bearer token has expired. Get a new one.");
    }
    actor.caller = issued->second.user;
  } else if (token.substr(0, kUserToken.size()) == kUserToken) {
    const Person* person = directory.people.Find(token.substr(kUserToken.size()));
    if (person == nullptr) {
      return Unauthorized("No user is called " + Quoted(token.substr(kUserToken.size())) + ".");
    }
    actor.caller = person->id;
  }

  const std::string_view by_id = request.headers.Find("MSCRMCallerID");
  const std::string_view by_object = request.headers.Find("CallerObjectId");
  const std::string_view as = by_id.empty() ? by_object : by_id;
  if (!as.empty()) {
    const auto id = ParseGuid(as);
    const Person* person = id ? directory.people.Find(as) : nullptr;
    if (person == nullptr) {
      return Refuse(403, kCodeNotFound,
                    "systemuser With Id = " + std::string(Trim(as)) + " Does Not Exist");
    }
    if (!MayImpersonate(directory, actor.caller) && person->id != actor.caller) {
      return Refuse(403, kCodePrivilege,
                    "Principal user (Id=" + ToString(actor.caller) +
                        ") is missing prvActOnBehalfOfAnotherUser privilege");
    }
    actor.as = person->id;
  }
  const Person* user = directory.people.Find(actor.user());
  if (user != nullptr && user->disabled) {
    return Refuse(403, "0x80040225",
                  "The specified user (Id=" + ToString(user->id) +
                      ") is disabled. Consult your system administrator.");
  }
  return actor;
}

HttpResponse Auth::Token(const HttpRequest& request, const Directory& directory) {
  const auto form = ParseUrl("?" + request.body);
  if (!form) return OAuthError(400, "invalid_request", "The form is malformed.");
  const std::string grant = Field(*form, "grant_type");
  if (grant == "urn:ietf:params:oauth:grant-type:device_code") {
    return OAuthError(400, "authorization_pending",
                      "AADSTS70016: nobody can sign in to the sandbox with a device code; use "
                      "client credentials.");
  }
  if (grant != "client_credentials") {
    return OAuthError(400, "unsupported_grant_type", "Only client_credentials is supported.");
  }
  // The secret comes in the form, or with the client id as HTTP Basic.
  std::string client = Field(*form, "client_id");
  std::string secret = Field(*form, "client_secret");
  if (const auto basic = BasicCredentials(request.headers.Find("Authorization"))) {
    std::tie(client, secret) = *basic;
  }
  if (secret != secret_) {
    return OAuthError(401, "invalid_client",
                      "AADSTS7000215: Invalid client secret provided. It is printed when the "
                      "sandbox starts.");
  }
  // The client id may name a user; any other application acts as the administrator.
  const Person* person = directory.people.Find(std::string_view(client));
  const std::string token = RandomText();
  {
    const std::lock_guard lock(mutex_);
    const Instant now = crm_.WallClock();
    std::erase_if(tokens_, [&](const auto& issued) { return issued.second.until < now; });
    tokens_[token] = {person == nullptr ? directory.people.administrator : person->id,
                      {now.ticks + token_life_.count() * kTicksPerSecond}};
  }
  JsonWriter out;
  out.BeginObject().PlainKey("token_type").String("Bearer");
  out.PlainKey("expires_in").Integer(token_life_.count());
  out.PlainKey("ext_expires_in").Integer(token_life_.count());
  out.PlainKey("access_token").String(token).EndObject();
  HttpResponse response = JsonAnswer(out.Take());
  response.headers.Set("Cache-Control", "no-store");
  return response;
}

HttpResponse Auth::DeviceCode(const HttpRequest& request) const {
  const std::string host(request.headers.Find("Host"));
  JsonWriter out;
  out.BeginObject().PlainKey("user_code").String("SANDBOX1");
  out.PlainKey("device_code").String(RandomText());
  out.PlainKey("verification_uri").String("http://" + host + "/devicelogin");
  out.PlainKey("expires_in").Integer(900).PlainKey("interval").Integer(5);
  out.PlainKey("message").String("The sandbox has no sign-in page; use client credentials.");
  out.EndObject();
  return JsonAnswer(out.Take());
}

}  // namespace satchel::sandbox
