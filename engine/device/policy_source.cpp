#include "engine/device/policy_source.h"

#include <fstream>
#include <iterator>
#include <vector>

#include "engine/http/url.h"
#include "policy/model/limits.h"
#include "policy/model/name.h"
#include "policy/support/sha256.h"
#include "policy/support/text.h"
#include "policy/yaml/read_policy.h"

namespace satchel {

namespace {

constexpr const char* kCurrent = "current.yaml";

Result<ArrivedPolicy> Arrived(std::string text, std::string tag, const std::string& where) {
  ReadPolicy read = ParsePolicy(text);
  for (const Finding& finding : read.findings) {
    if (finding.severity != Severity::kError) continue;
    std::string place = where;
    if (finding.mark.known()) place += ":" + ToString(finding.mark);
    return Fail(ErrorCode::kInvalid,
                place + ": " + finding.message + " (the device keeps the policy it has)");
  }
  return ArrivedPolicy{std::move(text), std::move(read.policy), std::move(tag)};
}

class FileSource : public PolicySource {
 public:
  explicit FileSource(std::filesystem::path file) : file_(std::move(file)) {}

  Result<std::optional<ArrivedPolicy>> Fetch(const std::string& known_tag,
                                             std::stop_token) override {
    std::ifstream in(file_, std::ios::binary);
    if (!in) {
      return Fail(ErrorCode::kNotFound,
                  file_.string() +
                      ": there is no policy to follow (publish one there, see "
                      "satchel publish --help)");
    }
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (text.size() > kMaxFileBytes) {
      return Fail(ErrorCode::kInvalid, file_.string() + ": larger than a policy may be");
    }
    std::string tag = Sha256Hex(text);
    if (tag == known_tag) return std::nullopt;
    auto arrived = Arrived(std::move(text), std::move(tag), file_.string());
    if (!arrived) return Fail(arrived.error());
    return *std::move(arrived);
  }

 private:
  std::filesystem::path file_;
};

class UrlSource : public PolicySource {
 public:
  UrlSource(std::string url, Transport& transport) : url_(std::move(url)), transport_(transport) {}

  Result<std::optional<ArrivedPolicy>> Fetch(const std::string& known_tag,
                                             std::stop_token stop) override {
    HttpRequest request;
    request.url = url_;
    if (!known_tag.empty()) request.headers.push_back({"If-None-Match", known_tag});
    auto response = transport_.Send(request, std::move(stop));
    if (!response) return Fail(response.error().While(url_));
    if (response->status == 304) return std::nullopt;
    if (response->status != 200) {
      const bool later = response->status >= 500 || response->status == 429;
      return Fail(later ? ErrorCode::kOffline : ErrorCode::kNotFound,
                  url_ + ": the server answered " + std::to_string(response->status) +
                      " (check where the policy is published)");
    }
    if (response->body.size() > kMaxFileBytes) {
      return Fail(ErrorCode::kInvalid, url_ + ": larger than a policy may be");
    }
    std::string tag(response->Find("ETag"));
    if (tag.empty()) tag = Sha256Hex(response->body);
    if (tag == known_tag) return std::nullopt;
    auto arrived = Arrived(std::move(response->body), std::move(tag), url_);
    if (!arrived) return Fail(arrived.error());
    return *std::move(arrived);
  }

 private:
  std::string url_;
  Transport& transport_;
};

Result<std::filesystem::path> FileIn(const std::filesystem::path& folder,
                                     const std::string& project) {
  std::error_code ignored;
  if (!project.empty()) {
    if (!IsProjectName(project)) {
      return Fail(ErrorCode::kInvalid, Quoted(project) + " is not the name of a project");
    }
    return folder / project / kCurrent;
  }
  if (std::filesystem::exists(folder / kCurrent, ignored)) return folder / kCurrent;
  std::vector<std::string> projects;
  for (const auto& each : std::filesystem::directory_iterator(folder, ignored)) {
    if (std::filesystem::exists(each.path() / kCurrent, ignored)) {
      projects.push_back(each.path().filename().string());
    }
  }
  if (projects.size() == 1) return folder / projects.front() / kCurrent;
  if (projects.empty()) {
    return Fail(ErrorCode::kNotFound,
                folder.string() + ": no policy has been published here (publish one first)");
  }
  return Fail(ErrorCode::kInvalid, folder.string() + " holds several projects: " +
                                       Join(projects, ", ") + " (say which with --project)");
}

}  // namespace

Result<std::unique_ptr<PolicySource>> OpenPolicySource(const std::string& where,
                                                       const std::string& project,
                                                       Transport& transport) {
  if (where.starts_with("http://") || where.starts_with("https://")) {
    auto url = ParseUrl(where);
    if (!url) return Fail(url.error());
    if (auto safe = CheckScheme(*url); !safe) return Fail(safe.error());
    return std::make_unique<UrlSource>(url->Text(), transport);
  }
  std::error_code ignored;
  if (!std::filesystem::is_directory(where, ignored)) {
    return std::make_unique<FileSource>(where);
  }
  auto file = FileIn(where, project);
  if (!file) return Fail(file.error());
  return std::make_unique<FileSource>(*std::move(file));
}

}  // namespace satchel
