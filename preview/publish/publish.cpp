#include "preview/publish/publish.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>

#include "policy/model/name.h"
#include "policy/support/text.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

Result<> CannotWrite(const fs::path& path) {
  return Fail(ErrorCode::kIo, path.string() + ": cannot be written: " + std::strerror(errno) +
                                  " (check the folder's permissions and the space on the disk)");
}

// The number of "12.yaml"; 0 for anything else.
int VersionOf(const fs::path& file) {
  if (file.extension() != ".yaml") return 0;
  const std::string stem = file.stem().string();
  int version = 0;
  const auto read = std::from_chars(stem.data(), stem.data() + stem.size(), version);
  const bool whole = read.ec == std::errc() && read.ptr == stem.data() + stem.size();
  return whole && version > 0 && stem[0] != '0' ? version : 0;
}

// Readable by devices, whole on the disk, not yet under its name.
Result<fs::path> WriteTemporary(const fs::path& folder, const std::string& text) {
  std::string name = (folder / ".publish-XXXXXX").string();
  const int file = ::mkstemp(name.data());
  if (file < 0) return Fail(CannotWrite(folder).error());
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::write(file, text.data() + written, text.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    written += static_cast<std::size_t>(n);
  }
  bool fine = written == text.size() && ::fchmod(file, 0644) == 0 && ::fsync(file) == 0;
  fine = ::close(file) == 0 && fine;
  if (!fine) {
    const auto error = CannotWrite(folder).error();
    ::unlink(name.c_str());
    return Fail(error);
  }
  return fs::path(name);
}

void SyncFolder(const fs::path& folder) {
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return;
  ::fsync(handle);
  ::close(handle);
}

// The file appears under its name only if nobody wrote that version before.
Result<> WriteVersion(const fs::path& file, const std::string& text) {
  auto temporary = WriteTemporary(file.parent_path(), text);
  if (!temporary) return Fail(temporary.error());
  const int linked = ::link(temporary->c_str(), file.c_str());
  const int why = errno;
  ::unlink(temporary->c_str());
  if (linked == 0) {
    SyncFolder(file.parent_path());
    return {};
  }
  if (why == EEXIST) {
    return Fail(ErrorCode::kConflict, file.string() +
                                          ": somebody else published this version just now (look "
                                          "at the changes again)");
  }
  errno = why;
  return CannotWrite(file);
}

Result<> WriteCurrent(const fs::path& file, const std::string& text) {
  auto temporary = WriteTemporary(file.parent_path(), text);
  if (!temporary) return Fail(temporary.error());
  if (::rename(temporary->c_str(), file.c_str()) != 0) {
    const auto error = CannotWrite(file).error();
    ::unlink(temporary->c_str());
    return Fail(error);
  }
  SyncFolder(file.parent_path());
  return {};
}

std::string ReadText(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {(std::istreambuf_iterator<char>(in)), {}};
}

int Newest(const std::vector<PublishedVersion>& history) {
  return history.empty() ? 0 : history.front().version;
}

Result<> CheckBase(const std::optional<int>& base, int newest, const std::string& project) {
  if (!base || *base == newest) return {};
  return Fail(ErrorCode::kConflict,
              project + ": version " + std::to_string(newest) +
                  " is in the folder, but the changes were looked at against " +
                  (*base == 0 ? "none" : "version " + std::to_string(*base)) +
                  " (somebody published in between: compare again, then publish)");
}

// Under the number after `newest`, and as current.yaml.
Result<PublishedVersion> Write(const fs::path& folder, Policy policy, int newest,
                               Published header) {
  const fs::path project = folder / policy.project.name;
  if (auto there = MakeFolder(project); !there) return Fail(there.error());
  policy.published.reset();
  header.version = newest + 1;
  header.content_hash = ContentHash(policy);
  header.structure_hash = StructureHash(policy);
  policy.published = std::move(header);
  const std::string text = PrintPolicy(policy);
  PublishedVersion made;
  made.version = newest + 1;
  made.file = project / (std::to_string(made.version) + ".yaml");
  if (auto written = WriteVersion(made.file, text); !written) return Fail(written.error());
  if (auto written = WriteCurrent(project / "current.yaml", text); !written) {
    return Fail(written.error().While("version " + std::to_string(made.version) +
                                      " is in the folder but not current yet"));
  }
  made.current = true;
  made.policy = std::move(policy);
  return made;
}

}  // namespace

Result<> MakeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return {};
  return Fail(ErrorCode::kIo, folder.string() + ": cannot be made: " + error.message() +
                                  " (check the path, and the permissions of what is above it)");
}

std::vector<std::string> ProjectsIn(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (IsProjectName(name) && fs::exists(entry.path() / "current.yaml", error)) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::vector<PublishedVersion>> ReadHistory(const fs::path& folder,
                                                  const std::string& project) {
  std::vector<PublishedVersion> history;
  if (!IsProjectName(project)) {
    return Fail(ErrorCode::kInvalid, Quoted(project) + " is not a project's name");
  }
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Fail(ErrorCode::kNotFound,
                folder.string() + ": there is no such folder (make it, or check the path)");
  }
  const fs::path here = folder / project;
  if (!fs::exists(here, error)) return history;
  const ReadPolicy current = ParsePolicy(ReadText(here / "current.yaml"));
  const int now = current.policy.published ? current.policy.published->version : 0;
  fs::directory_iterator files(here, error);
  if (error) {
    return Fail(ErrorCode::kIo, here.string() + ": cannot be read: " + error.message());
  }
  for (const auto& entry : files) {
    PublishedVersion version;
    version.version = VersionOf(entry.path());
    if (version.version == 0) continue;
    version.file = entry.path();
    ReadPolicy read = ParsePolicy(ReadText(version.file));
    for (const Finding& finding : read.findings) {
      if (finding.severity == Severity::kError && version.problem.empty()) {
        version.problem = finding.message;
      }
    }
    if (version.problem.empty() && !read.policy.published) {
      version.problem = "it has no published block";
    }
    version.policy = std::move(read.policy);
    version.current = version.version == now;
    history.push_back(std::move(version));
  }
  std::sort(history.begin(), history.end(),
            [](const auto& a, const auto& b) { return a.version > b.version; });
  return history;
}

Result<PublishedVersion> Publish(const PublishRequest& request) {
  Policy draft = request.draft;
  for (Entity& entity : draft.entities) {
    if (!entity.all_fields) continue;
    const EntitySchema* known =
        request.schema == nullptr ? nullptr : request.schema->Find(entity.name);
    if (known == nullptr) {
      return Fail(ErrorCode::kInvalid,
                  "entities." + entity.name +
                      ".fields: 'all' is published as the list the server has (connect to the "
                      "server, or give its schema)");
    }
    entity.all_fields = false;
    entity.fields.clear();
    for (const auto& [name, field] : known->fields) entity.fields.push_back(name);
  }
  draft.published.reset();
  const auto gate =
      Gate(draft, request.schema, request.folder, request.measured, request.acknowledged);
  for (const GateItem& item : gate) {
    if (!item.blocks()) continue;
    return Fail(ErrorCode::kInvalid,
                item.finding.path + ": " + item.finding.message +
                    (item.may_acknowledge
                         ? " (or acknowledge the rule " + item.finding.rule + " with a reason)"
                         : ""));
  }
  const auto history = ReadHistory(request.folder, draft.project.name);
  if (!history) return Fail(history.error());
  if (auto base = CheckBase(request.base, Newest(*history), draft.project.name); !base) {
    return Fail(base.error());
  }
  if (!history->empty() && history->front().problem.empty() && history->front().current) {
    Policy last = history->front().policy;
    last.published.reset();
    if (last == draft) {
      return Fail(ErrorCode::kInvalid, draft.project.name + ": nothing has changed since version " +
                                           std::to_string(history->front().version));
    }
  }
  Published header;
  header.at = request.at;
  header.by = request.by;
  header.note = request.note;
  for (const GateItem& item : gate) {
    if (item.may_acknowledge) header.acknowledged[item.finding.rule] = item.reason;
  }
  return Write(request.folder, std::move(draft), Newest(*history), std::move(header));
}

Result<PublishedVersion> Restore(const RestoreRequest& request) {
  auto history = ReadHistory(request.folder, request.project);
  if (!history) return Fail(history.error());
  const auto found = std::find_if(history->begin(), history->end(), [&](const PublishedVersion& v) {
    return v.version == request.version;
  });
  const std::string name = request.project + " version " + std::to_string(request.version);
  if (found == history->end()) {
    return Fail(ErrorCode::kNotFound, name + " is not in the folder (satchel history lists them)");
  }
  if (!found->problem.empty()) {
    return Fail(ErrorCode::kCorrupt, name + " cannot be restored: " + found->problem);
  }
  if (auto base = CheckBase(request.base, Newest(*history), request.project); !base) {
    return Fail(base.error());
  }
  if (found->current) {
    return Fail(ErrorCode::kInvalid, name + " is the current one already");
  }
  Published header;
  header.at = request.at;
  header.by = request.by;
  header.note =
      request.note.empty() ? "Restores version " + std::to_string(request.version) : request.note;
  if (found->policy.published) header.acknowledged = found->policy.published->acknowledged;
  return Write(request.folder, found->policy, Newest(*history), std::move(header));
}

std::string PresentMoment() {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  ::gmtime_r(&now, &utc);
  char text[32] = {};
  (void)std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

std::string CurrentPerson() {
  const struct passwd* entry = ::getpwuid(::getuid());
  if (entry != nullptr && entry->pw_name != nullptr) return entry->pw_name;
  const char* name = std::getenv("USER");
  return name == nullptr ? "unknown" : name;
}

}  // namespace satchel
