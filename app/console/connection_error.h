// What a connection says went wrong with it.
#pragma once

#include <string>
#include <string_view>

#include "policy/support/result.h"

namespace satchel {

// Some servers are asked for their schema to see whether they are there, and their answers name
// that. Whoever connects has asked for no schema: to them it is the connection that failed.
[[nodiscard]] inline std::string ConnectionError(const Error& error) {
  constexpr std::string_view kDoing = "read the schema: ";
  const bool named = error.message.starts_with(kDoing);
  return named ? error.message.substr(kDoing.size()) : error.message;
}

}  // namespace satchel
