#include "app/console/files/folder_list.h"

#include <algorithm>

#include "engine/record/text_order.h"

namespace satchel {

FolderList ListFolderAt(const std::filesystem::path& folder) {
  constexpr std::size_t kMost = 1000;
  FolderList list{.folder = folder};
  std::error_code error;
  std::filesystem::directory_iterator at(folder, error);
  if (error) {
    list.error = folder.string() + " cannot be listed: " + error.message();
    return list;
  }
  for (; at != std::filesystem::directory_iterator() && list.entries.size() < kMost;
       at.increment(error)) {
    if (error) break;
    const std::string name = at->path().filename().string();
    if (name.empty() || name[0] == '.') continue;
    std::error_code ignored;
    const bool is_folder = at->is_directory(ignored);
    const auto type = at->path().extension();
    if (!is_folder && type != ".yaml" && type != ".yml") continue;
    list.entries.push_back({name, is_folder});
  }
  std::sort(list.entries.begin(), list.entries.end(), [](const auto& a, const auto& b) {
    if (a.folder != b.folder) return a.folder;
    return FoldText(a.name) < FoldText(b.name);
  });
  return list;
}

}  // namespace satchel
