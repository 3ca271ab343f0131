// The words the policy file uses for the choices of a policy.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "policy/model/policy.h"

namespace satchel {

// All words of an enumeration, in its order; the argument only names the type.
[[nodiscard]] std::span<const std::string_view> Keywords(SyncStyle);
[[nodiscard]] std::span<const std::string_view> Keywords(Changes);
[[nodiscard]] std::span<const std::string_view> Keywords(ConflictRule);
[[nodiscard]] std::span<const std::string_view> Keywords(DeviceMode);
[[nodiscard]] std::span<const std::string_view> Keywords(SwitchRule);
[[nodiscard]] std::span<const std::string_view> Keywords(Watch);
[[nodiscard]] std::span<const std::string_view> Keywords(Network);
[[nodiscard]] std::span<const std::string_view> Keywords(LinkType);

template <class E>
[[nodiscard]] std::string_view Keyword(E value) {
  return Keywords(value)[static_cast<std::size_t>(value)];
}

template <class E>
[[nodiscard]] std::optional<E> FindKeyword(std::string_view word) {
  const std::span<const std::string_view> words = Keywords(E{});
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == word) return static_cast<E>(i);
  }
  return std::nullopt;
}

// "auto", "always", "never", "10", "24h".
[[nodiscard]] std::string PrintReconcile(const Reconcile& reconcile);

}  // namespace satchel
