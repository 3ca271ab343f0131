// A private folder that goes away with the object, and never stays for long after a crash.
//
// Its owner holds a lock on a file inside for as long as the object lives. The system lets go of
// it when the process dies, however it dies; the next Make then removes what was left behind.
#pragma once

#include <filesystem>
#include <string>

#include "policy/support/result.h"

namespace satchel {

class ScratchFolder {
 public:
  // `prefix` names the kind ("satchel-preview-"); only abandoned folders of the same kind and the
  // same user are swept. Where it is made, and how it fails: MakePrivateFolder.
  [[nodiscard]] static Result<ScratchFolder> Make(const std::string& prefix);

  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&& other) noexcept;
  ~ScratchFolder();  // Removes the folder with all it holds.

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  ScratchFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_ = {};  // Empty once moved from.
  int lock_ = -1;
};

// Removes the folders `prefix`?????? of this user under `folder` that nobody owns any more.
void SweepAbandoned(const std::filesystem::path& folder, const std::string& prefix);

}  // namespace satchel
