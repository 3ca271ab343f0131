#include "policy/fetchxml/filter_files.h"

#include "policy/fetchxml/fetchxml.h"

namespace satchel {

std::vector<FilterFile> FilterFiles(const Policy& policy) {
  std::vector<FilterFile> files;
  for (const Entity& entity : policy.entities) {
    if (entity.mode != DeviceMode::kOffline) continue;
    FetchOptions print;
    print.attributes = entity.fields;
    files.push_back({entity.name + ".xml", PrintFetch(QueryOf(entity), print)});
  }
  return files;
}

}  // namespace satchel
