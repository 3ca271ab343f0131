// Attachments as files beside a database: "crm.sqlite" has them in the folder "crm.sqlite.files",
// which only its owner may enter. A file is named by its record's id alone: what the server calls
// it is for people and never part of a path.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "policy/support/result.h"

namespace satchel {

class AttachmentFiles {
 public:
  // The folder beside `database`, made (0700) where there is none. kDenied: it is a link, or not
  // ours alone.
  [[nodiscard]] static Result<AttachmentFiles> Open(const std::filesystem::path& database);
  [[nodiscard]] static std::filesystem::path FolderOf(const std::filesystem::path& database);

  // `id` as servers write it; ids that are no plain names are hashed.
  [[nodiscard]] std::filesystem::path PathOf(std::string_view entity, std::string_view id) const;
  // Bytes of the file; nothing where there is none.
  [[nodiscard]] std::optional<std::int64_t> SizeOf(std::string_view entity,
                                                   std::string_view id) const;

  // A file on its way: it takes the place of the old one only with Commit, whole and on the disk.
  class Writer {
   public:
    Writer(Writer&& other) noexcept;
    Writer& operator=(Writer&&) = delete;
    ~Writer();  // Without Commit nothing is left.
    [[nodiscard]] Result<> Append(std::string_view bytes);
    [[nodiscard]] Result<> Commit();
    [[nodiscard]] std::int64_t bytes() const { return bytes_; }

   private:
    friend class AttachmentFiles;
    Writer(int file, std::filesystem::path temporary, std::filesystem::path target)
        : file_(file), temporary_(std::move(temporary)), target_(std::move(target)) {}
    int file_ = -1;
    std::filesystem::path temporary_;
    std::filesystem::path target_;
    std::int64_t bytes_ = 0;
  };
  [[nodiscard]] Result<Writer> Begin(std::string_view entity, std::string_view id) const;

  [[nodiscard]] Result<> Remove(std::string_view entity, std::string_view id) const;
  // Removes every file of `entity` whose id is not in `keep`, and what interrupted downloads left.
  // How many went.
  [[nodiscard]] Result<int> Sweep(std::string_view entity, const std::set<std::string>& keep) const;
  // Removes the files of every entity that is not among these, likewise.
  [[nodiscard]] Result<int> SweepOthers(const std::set<std::string>& entities) const;

 private:
  explicit AttachmentFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace satchel
