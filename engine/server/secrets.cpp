// The only file that knows the keyring.
#include <cstdlib>

#include "engine/server/profile.h"

#ifdef SATCHEL_KEYRING
#include <libsecret/secret.h>
#endif

namespace satchel {

namespace {

#ifdef SATCHEL_KEYRING
std::optional<std::string> FromKeyring(const char* kind, const std::string& profile) {
  // Without a session bus there is no keyring, and libsecret would try to start one.
  if (!std::getenv("DBUS_SESSION_BUS_ADDRESS")) return std::nullopt;
  const SecretSchema schema = {"org.satchel.Server",
                               SECRET_SCHEMA_NONE,
                               {{"profile", SECRET_SCHEMA_ATTRIBUTE_STRING},
                                {"kind", SECRET_SCHEMA_ATTRIBUTE_STRING},
                                {nullptr, SECRET_SCHEMA_ATTRIBUTE_STRING}},
                               0,
                               nullptr,
                               nullptr,
                               nullptr,
                               nullptr,
                               nullptr,
                               nullptr,
                               nullptr};
  GError* error = nullptr;
  gchar* found = secret_password_lookup_sync(&schema, nullptr, &error, "profile", profile.c_str(),
                                             "kind", kind, nullptr);
  if (error) g_error_free(error);  // A locked or absent keyring holds no secret for us.
  if (!found) return std::nullopt;
  std::string secret = found;
  secret_password_free(found);
  return secret;
}
#else
std::optional<std::string> FromKeyring(const char*, const std::string&) {
  return std::nullopt;
}
#endif

class SystemSecrets : public Secrets {
 public:
  std::optional<std::string> Find(AuthKind kind, const std::string& profile) override {
    switch (kind) {
      case AuthKind::kNone:
        return std::nullopt;
      case AuthKind::kToken:
        return Find("SATCHEL_TOKEN", "token", profile);
      case AuthKind::kBasic:
        return Find("SATCHEL_BASIC", "basic", profile);
      case AuthKind::kClient:
        return Find("SATCHEL_CLIENT_SECRET", "client", profile);
    }
    return std::nullopt;
  }

 private:
  static std::optional<std::string> Find(const char* variable, const char* kind,
                                         const std::string& profile) {
    const char* value = std::getenv(variable);
    if (value && *value != '\0') return std::string(value);
    return profile.empty() ? std::nullopt : FromKeyring(kind, profile);
  }
};

}  // namespace

std::unique_ptr<Secrets> MakeSystemSecrets() {
  return std::make_unique<SystemSecrets>();
}

}  // namespace satchel
