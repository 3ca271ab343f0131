#include "preview/explain/filter_place.h"

#include <charconv>

namespace satchel {
namespace {

class Finder {
 public:
  explicit Finder(std::string_view path) : path_(path) {}

  std::optional<FilterPlace> Walk(std::string entity, Group* group, std::vector<Link>* links) {
    std::optional<FilterPlace> place;
    if (!Take("entities." + entity)) return std::nullopt;
    if (Take(".filter")) links = nullptr;
    while (!path_.empty()) {
      const bool join = Take(".links[");
      if (!join && !Take(".and[") && !Take(".or[")) return std::nullopt;
      const auto index = Index();
      const std::size_t size =
          join ? (links ? links->size() : 0) : (group ? group->nodes.size() : 0);
      if (!index || *index >= size) return std::nullopt;
      place = FilterPlace{join ? nullptr : group, join ? links : nullptr, *index, entity};
      Link* link = nullptr;
      Group* inner = nullptr;
      if (join) {
        link = &(*links)[*index];
      } else {
        link = std::get_if<Link>(&group->nodes[*index].item);
        inner = std::get_if<Group>(&group->nodes[*index].item);
      }
      links = link ? &link->links : nullptr;
      group = link ? &link->filter : inner;
      if (link) entity = link->entity;
    }
    return place;
  }

 private:
  bool Take(std::string_view text) {
    if (!path_.starts_with(text)) return false;
    path_.remove_prefix(text.size());
    return true;
  }
  std::optional<std::size_t> Index() {
    std::size_t index = 0;
    const auto read = std::from_chars(path_.data(), path_.data() + path_.size(), index);
    if (read.ec != std::errc()) return std::nullopt;
    path_.remove_prefix(static_cast<std::size_t>(read.ptr - path_.data()));
    if (!Take("]")) return std::nullopt;
    return index;
  }
  std::string_view path_;
};

}  // namespace

Condition* FilterPlace::condition() const {
  return group ? std::get_if<Condition>(&group->nodes[index].item) : nullptr;
}

void FilterPlace::Remove() const {
  const auto at = static_cast<std::ptrdiff_t>(index);
  if (group) group->nodes.erase(group->nodes.begin() + at);
  if (links) links->erase(links->begin() + at);
}

std::optional<FilterPlace> FindPlace(const std::string& entity, Group& filter,
                                     std::vector<Link>& links, std::string_view path) {
  return Finder(path).Walk(entity, &filter, &links);
}

}  // namespace satchel
