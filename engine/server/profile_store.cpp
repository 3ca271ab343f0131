#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/http/url.h"
#include "engine/server/profile.h"
#include "policy/support/disk_error.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

using nlohmann::ordered_json;

template <class Kind, std::size_t N>
std::optional<Kind> Parse(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<Kind>(at - names.begin());
}

ordered_json ToJson(const Profile& profile) {
  ordered_json json;
  json["name"] = profile.name;
  json["url"] = profile.url;
  json["kind"] = Name(profile.kind);
  json["auth"] = Name(profile.auth);
  const auto add = [&json](const char* key, const std::string& value) {
    if (!value.empty()) json[key] = value;
  };
  add("tenant", profile.tenant);
  add("client_id", profile.client_id);
  add("authority", profile.authority);
  add("ca_file", profile.ca_file);
  add("user_id", profile.user_id);
  return json;
}

std::optional<Profile> FromJson(const ordered_json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto text = [&json](const char* key) {
    const auto at = json.find(key);
    return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  Profile profile;
  profile.name = text("name");
  profile.url = text("url");
  const auto kind = ParseServerKind(text("kind"));
  const auto auth = ParseAuthKind(text("auth"));
  if (profile.name.empty() || profile.url.empty() || !kind || !auth) return std::nullopt;
  profile.kind = *kind;
  profile.auth = *auth;
  profile.tenant = text("tenant");
  profile.client_id = text("client_id");
  profile.authority = text("authority");
  profile.ca_file = text("ca_file");
  profile.user_id = text("user_id");
  return profile;
}

tl::unexpected<Error> IoError(const std::string& doing, const std::filesystem::path& file) {
  return Fail(ErrorCode::kIo, doing + " " + Quoted(file.string(), 200) + ": " + DiskTrouble(errno));
}

// Temporary file beside the target, synced, renamed: a reader sees the old list or the new one.
Result<> WriteAtomically(const std::filesystem::path& file, const std::string& text) {
  std::error_code code;
  std::filesystem::create_directories(file.parent_path(), code);
  std::string temporary = file.string() + ".XXXXXX";
  const int descriptor = mkstemp(temporary.data());  // Creates with mode 0600.
  if (descriptor < 0) return IoError("cannot write", file);
  bool fine = true;
  for (std::size_t at = 0; fine && at < text.size();) {
    const ssize_t count = write(descriptor, text.data() + at, text.size() - at);
    fine = count > 0;
    if (fine) at += static_cast<std::size_t>(count);
  }
  fine = fine && fsync(descriptor) == 0;
  fine = close(descriptor) == 0 && fine;
  if (!fine || rename(temporary.c_str(), file.c_str()) != 0) {
    const auto error = IoError("cannot write", file);
    unlink(temporary.c_str());
    return error;
  }
  return {};
}

Result<> Write(const std::filesystem::path& file, const std::vector<Profile>& profiles) {
  ordered_json json;
  json["servers"] = ordered_json::array();
  for (const Profile& profile : profiles) json["servers"].push_back(ToJson(profile));
  return WriteAtomically(file,
                         json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

std::vector<std::string> Names(const std::vector<Profile>& profiles) {
  std::vector<std::string> names;
  for (const Profile& profile : profiles) names.push_back(profile.name);
  return names;
}

Result<> CheckUrl(const std::string& text) {
  const auto url = ParseUrl(text);
  if (!url) return Fail(url.error());
  return CheckScheme(*url);
}

bool IsProfileName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

constexpr std::string_view kWebApi = "/api/data/v";

// ORG.crm4.dynamics.com and its like: commercial, US government, US defence, China. Business
// Central and Finance have other names under the same domains, and speak OData.
bool IsDataverse(std::string_view host) {
  constexpr std::array<std::string_view, 4> kDomains = {".dynamics.com", ".microsoftdynamics.us",
                                                        ".appsplatform.us", ".dynamics.cn"};
  for (const std::string_view domain : kDomains) {
    if (!host.ends_with(domain)) continue;
    host.remove_suffix(domain.size());
    const std::size_t dot = host.rfind('.');
    std::string_view region = dot == std::string_view::npos ? "" : host.substr(dot + 1);
    if (!region.starts_with("crm")) return false;
    region.remove_prefix(3);
    return std::all_of(region.begin(), region.end(), [](char c) { return c >= '0' && c <= '9'; });
  }
  return false;
}

}  // namespace

std::optional<ServerKind> ParseServerKind(std::string_view name) {
  return Parse<ServerKind>(kServerKindNames, name);
}

std::optional<AuthKind> ParseAuthKind(std::string_view name) {
  return Parse<AuthKind>(kAuthKindNames, name);
}

ProfileStore::ProfileStore(std::filesystem::path file) : file_(std::move(file)) {}

std::filesystem::path ProfileStore::DefaultFile() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  std::filesystem::path folder;
  if (config && *config == '/') {  // The specification says to ignore relative ones.
    folder = config;
  } else if (const char* home = std::getenv("HOME")) {
    folder = std::filesystem::path(home) / ".config";
  }
  return folder / "satchel" / "servers.json";
}

Result<std::vector<Profile>> ProfileStore::Load() const {
  std::error_code code;
  if (!std::filesystem::exists(file_, code) && !code) return std::vector<Profile>();
  std::ifstream in(file_, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return IoError("cannot read", file_);
  const auto broken = [this](const std::string& what) {
    return Fail(ErrorCode::kCorrupt, Quoted(file_.string(), 200) + " " + what +
                                         " (repair it, or move it away and add the servers again)");
  };
  const auto json = ordered_json::parse(text.str(), nullptr, false);
  if (json.is_discarded() || !json.is_object() || !json.contains("servers") ||
      !json["servers"].is_array()) {
    return broken("is no list of servers");
  }
  std::vector<Profile> profiles;
  for (const ordered_json& item : json["servers"]) {
    auto profile = FromJson(item);
    if (!profile) {
      return broken("has a server that cannot be read, number " +
                    std::to_string(profiles.size() + 1));
    }
    profiles.push_back(std::move(*profile));
  }
  return profiles;
}

Result<> ProfileStore::Add(const Profile& profile) {
  if (!IsProfileName(profile.name)) {
    return Fail(ErrorCode::kInvalid, Quoted(profile.name) +
                                         " cannot name a server (use letters, "
                                         "digits, and - _ .)");
  }
  if (const auto fine = CheckUrl(profile.url); !fine) return Fail(fine.error().While("url"));
  if (!profile.authority.empty()) {
    if (const auto fine = CheckUrl(profile.authority); !fine) {
      return Fail(fine.error().While("authority"));
    }
  }
  auto profiles = Load();
  if (!profiles) return Fail(profiles.error());
  for (const Profile& other : *profiles) {
    if (other.name == profile.name) {
      return Fail(ErrorCode::kConflict, "a server " + Quoted(profile.name) +
                                            " is there already (remove it first, or use another "
                                            "name)");
    }
  }
  profiles->push_back(profile);
  return Write(file_, *profiles);
}

Result<> ProfileStore::Remove(const std::string& name) {
  auto profiles = Load();
  if (!profiles) return Fail(profiles.error());
  const auto at = std::find_if(profiles->begin(), profiles->end(),
                               [&name](const Profile& profile) { return profile.name == name; });
  if (at == profiles->end()) {
    const std::string near = Nearest(name, Names(*profiles));
    return Fail(ErrorCode::kNotFound, "no server is called " + Quoted(name) +
                                          (near.empty() ? " (satchel server list shows them)"
                                                        : " (did you mean " + Quoted(near) + "?)"));
  }
  profiles->erase(at);
  return Write(file_, *profiles);
}

Result<ServiceRoot> ReadServiceRoot(std::string_view typed) {
  const bool scheme = typed.find("://") != std::string_view::npos;
  auto url = ParseUrl((scheme ? "" : "https://") + std::string(typed));
  if (!url) return Fail(url.error());
  if (const auto fine = CheckScheme(*url); !fine) return Fail(fine.error());
  bool web_api = url->path.find(kWebApi) != std::string::npos;
  if (!web_api && IsDataverse(url->host)) {
    url->path = std::string(kWebApi) + "9.2/";
    url->query.clear();
    web_api = true;
  }
  if (url->query.empty() && !url->path.ends_with('/')) url->path += '/';
  return ServiceRoot{url->Text(), web_api ? ServerKind::kDataverse : ServerKind::kOData};
}

Result<Profile> ResolveProfile(const std::string& name_or_url, const ProfileStore& store) {
  if (name_or_url.find("://") != std::string::npos) {
    auto root = ReadServiceRoot(name_or_url);
    if (!root) return Fail(root.error().While("server"));
    Profile profile;
    profile.url = std::move(root->url);
    profile.kind = root->kind;
    // A bare URL says nothing about signing in: what the environment offers is used.
    if (std::getenv("SATCHEL_TOKEN")) {
      profile.auth = AuthKind::kToken;
    } else if (std::getenv("SATCHEL_BASIC")) {
      profile.auth = AuthKind::kBasic;
    }
    return profile;
  }
  auto profiles = store.Load();
  if (!profiles) return Fail(profiles.error());
  for (const Profile& profile : *profiles) {
    if (profile.name == name_or_url) return profile;
  }
  const std::string near = Nearest(name_or_url, Names(*profiles));
  return Fail(ErrorCode::kNotFound,
              "no server is called " + Quoted(name_or_url) +
                  (near.empty() ? " (give a URL, or add it with satchel server add)"
                                : " (did you mean " + Quoted(near) + "?)"));
}

}  // namespace satchel
