#include "app/console/settings.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "policy/support/sha256.h"

namespace satchel {
namespace {

constexpr const char* kDraftHeader = "# satchel draft, based on ";

tl::unexpected<Error> Problem(const std::string& doing, const std::filesystem::path& file,
                              int error) {
  return Fail(error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
              doing + " " + file.string() + ": " + std::strerror(error));
}

}  // namespace

std::filesystem::path SettingsFolder() {
  if (const char* xdg = std::getenv("XDG_CONFIG_HOME"); xdg != nullptr && *xdg != 0) {
    return std::filesystem::path(xdg) / "satchel";
  }
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : ".") / ".config" / "satchel";
}

std::filesystem::path ExpandHome(const std::string& typed) {
  const char* home = std::getenv("HOME");
  if (typed.starts_with("~/") && home != nullptr) {
    return std::filesystem::path(home) / typed.substr(2);
  }
  return typed;
}

std::string ShortPath(const std::filesystem::path& path) {
  const char* home = std::getenv("HOME");
  const std::string whole = path.string();
  if (home == nullptr || *home == '\0') return whole;
  const std::string_view start = home;
  if (whole == start) return "~";
  const bool inside = whole.size() > start.size() && whole.starts_with(start) &&
                      (whole[start.size()] == '/' || start.back() == '/');
  if (!inside) return whole;
  return "~/" + whole.substr(start.size() + (start.back() == '/' ? 0 : 1));
}

Result<std::string> ReadWholeFile(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    return Fail(ErrorCode::kInvalid, "cannot open " + file.string() + ": it is a folder");
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return Problem("cannot open", file, errno == 0 ? ENOENT : errno);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return Problem("cannot read", file, EIO);
  return text;
}

Result<> WriteAtomically(const std::filesystem::path& file, const std::string& text) {
  std::error_code ignored;
  // Through a symbolic link: the file it names is replaced, not the link.
  std::filesystem::path target = std::filesystem::weakly_canonical(file, ignored);
  if (target.empty()) target = file;
  std::filesystem::path temporary = target;
  temporary += ".new" + std::to_string(::getpid());
  struct stat old = {};
  const bool existed = ::stat(target.c_str(), &old) == 0;
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return Problem("cannot write", target, errno);
  std::size_t written = 0;
  int error = 0;
  while (written < text.size() && error == 0) {
    const ssize_t n = ::write(fd, text.data() + written, text.size() - written);
    if (n > 0) written += static_cast<std::size_t>(n);
    if (n < 0 && errno != EINTR) error = errno;
  }
  if (error == 0) (void)::fchmod(fd, existed ? old.st_mode & 07777U : 0600);
  if (error == 0 && ::fsync(fd) != 0) error = errno;
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    return Problem("cannot write", target, error);
  }
  return {};
}

Result<> WriteNewFile(const std::filesystem::path& file, const std::string& text) {
  std::error_code ignored;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), ignored);
  // The name is taken first, so that two of us cannot both find it free.
  const int taken = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (taken < 0 && errno == EEXIST) {
    return Fail(ErrorCode::kConflict, file.string() + " is there already (choose another name)");
  }
  if (taken < 0) return Problem("cannot write", file, errno);
  ::close(taken);
  auto written = WriteAtomically(file, text);
  if (!written) ::unlink(file.c_str());
  return written;
}

Settings LoadSettings(const std::filesystem::path& folder) {
  Settings settings;
  const auto text = ReadWholeFile(folder / "settings.json");
  if (!text) return settings;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return settings;
  if (const auto at = json.find("theme"); at != json.end() && at->is_string()) {
    settings.theme = FindTheme(at->get<std::string>()).value_or(settings.theme);
  }
  if (const auto at = json.find("zoom"); at != json.end() && at->is_number_integer()) {
    settings.zoom = std::clamp(at->get<int>(), 100, 200);
  }
  if (const auto at = json.find("recent"); at != json.end() && at->is_array()) {
    for (const auto& item : *at) {
      if (item.is_string()) settings.recent.emplace_back(item.get<std::string>());
    }
  }
  if (const auto at = json.find("publish_folder"); at != json.end() && at->is_string()) {
    settings.publish_folder = at->get<std::string>();
  }
  return settings;
}

Result<> SaveSettings(const Settings& settings, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  nlohmann::ordered_json json;
  json["theme"] = Name(settings.theme);
  json["zoom"] = settings.zoom;
  json["recent"] = nlohmann::ordered_json::array();
  for (const auto& file : settings.recent) json["recent"].push_back(file.string());
  if (!settings.publish_folder.empty()) {
    json["publish_folder"] = settings.publish_folder.string();
  }
  return WriteAtomically(folder / "settings.json",
                         json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

std::filesystem::path DraftFile(const std::filesystem::path& folder,
                                const std::filesystem::path& policy_file) {
  std::error_code ignored;
  const auto path = std::filesystem::weakly_canonical(policy_file, ignored);
  return folder / "drafts" / (Sha256Hex(path.string()).substr(0, 24) + ".yaml");
}

Result<> KeepDraft(const std::filesystem::path& draft_file, const KeptDraft& draft) {
  std::error_code error;
  std::filesystem::create_directories(draft_file.parent_path(), error);
  return WriteAtomically(draft_file, kDraftHeader + draft.base_hash + "\n" + draft.yaml);
}

std::optional<KeptDraft> FindDraft(const std::filesystem::path& draft_file) {
  const auto text = ReadWholeFile(draft_file);
  const std::string header = kDraftHeader;
  if (!text || !text->starts_with(header)) return std::nullopt;
  const auto end = text->find('\n');
  if (end == std::string::npos) return std::nullopt;
  return KeptDraft{text->substr(header.size(), end - header.size()), text->substr(end + 1)};
}

}  // namespace satchel
