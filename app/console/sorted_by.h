// Lists in order of something that takes time to find out, such as a name in small letters.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace satchel {

// By `key_of` each, which is asked once of every item and not in every comparison; what has the
// same key stays in its order.
template <class T, class KeyOf>
[[nodiscard]] std::vector<T> SortedBy(std::vector<T> items, const KeyOf& key_of) {
  std::vector<decltype(key_of(items.front()))> keys;
  keys.reserve(items.size());
  for (const T& item : items) keys.push_back(key_of(item));
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  std::vector<T> sorted;
  sorted.reserve(items.size());
  for (const std::size_t i : order) sorted.push_back(std::move(items[i]));
  return sorted;
}

}  // namespace satchel
