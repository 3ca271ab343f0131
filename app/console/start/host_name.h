// How a server is called on screen.
#pragma once

#include <string>

namespace satchel {

// "org.crm4.dynamics.com" of "https://org.crm4.dynamics.com/api/data/v9.2/"; with its port.
[[nodiscard]] inline std::string HostOf(const std::string& url) {
  const auto scheme = url.find("://");
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  return url.substr(begin, url.find('/', begin) - begin);
}

}  // namespace satchel
