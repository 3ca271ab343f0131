// The folder that --records names. It is made before anything is downloaded, so that a path that
// cannot be written is told at once; and it leaves nothing behind unless the command came to its
// end.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "policy/support/result.h"

namespace satchel {

class RecordsFolder {
 public:
  // Makes the folder with what is missing above it; "" is no folder at all, and nothing is made.
  // Fails (kIo) where it cannot be made or files cannot be made in it.
  [[nodiscard]] static Result<RecordsFolder> Make(const std::string& path);

  RecordsFolder(RecordsFolder&& other) noexcept;
  RecordsFolder& operator=(RecordsFolder&&) = delete;
  // Removes what was made and written, unless Keep was called.
  ~RecordsFolder();

  [[nodiscard]] bool wanted() const { return !folder_.empty(); }
  // Where one user's files go: the folder itself, or one of that name in it.
  [[nodiscard]] Result<std::filesystem::path> For(const std::optional<std::string>& user);
  void Wrote(const std::filesystem::path& file) { made_.push_back(file); }
  void Keep() { made_.clear(); }

 private:
  explicit RecordsFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  // Makes one folder and those above it.
  Result<> MakeFolder(const std::filesystem::path& folder);

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> made_ =
      {};  // Folders and files, in the order they came to be.
};

}  // namespace satchel
