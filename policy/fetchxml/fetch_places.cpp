#include "policy/fetchxml/fetch_places.h"

#include <string>

namespace satchel {

namespace {

std::string Item(const std::string& path, const char* list, std::size_t i) {
  return path + (path.empty() ? "" : ".") + list + "[" + std::to_string(i) + "]";
}

void SetLink(const Link& link, const FetchPlaces& places, const std::string& path, SourceMap& out);

void SetGroup(const Group& group, const FetchPlaces& places, const std::string& path,
              SourceMap& out) {
  const char* list = group.conjunction == Conjunction::kOr ? "or" : "and";
  for (std::size_t i = 0; i < group.nodes.size(); ++i) {
    const std::string inner = Item(path, list, i);
    out.Set(inner, places.nodes[i].mark);
    if (const auto* nested = std::get_if<Group>(&group.nodes[i].item)) {
      SetGroup(*nested, places.nodes[i], inner, out);
    } else if (const auto* link = std::get_if<Link>(&group.nodes[i].item)) {
      SetLink(*link, places.nodes[i], inner, out);
    }
  }
}

void SetLinks(const std::vector<Link>& links, const FetchPlaces& places, const std::string& path,
              SourceMap& out) {
  for (std::size_t i = 0; i < links.size(); ++i) {
    const std::string inner = Item(path, "links", i);
    out.Set(inner, places.links[i].mark);
    SetLink(links[i], places.links[i], inner, out);
  }
}

void SetOrder(const FetchPlaces& places, const std::string& path, SourceMap& out) {
  for (std::size_t i = 0; i < places.order.size(); ++i) {
    out.Set(Item(path, "order", i), places.order[i]);
  }
}

void SetLink(const Link& link, const FetchPlaces& places, const std::string& path, SourceMap& out) {
  SetGroup(link.filter, places, path, out);
  SetOrder(places, path, out);
  SetLinks(link.links, places, path, out);
}

}  // namespace

SourceMap MarksOf(const Query& query, const FetchPlaces& places) {
  SourceMap out;
  for (const char* whole : {"entity", "filter", "links", "order", "max_records"}) {
    out.Set(whole, places.mark);
  }
  SetGroup(query.filter, places, "filter", out);
  SetOrder(places, "", out);
  SetLinks(query.links, places, "", out);
  return out;
}

}  // namespace satchel
