// gzip for answers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace satchel::sandbox {

// Whether an Accept-Encoding header allows gzip.
[[nodiscard]] bool AcceptsGzip(std::string_view accept_encoding);
[[nodiscard]] std::string Gzip(std::string_view bytes);
// So many megabytes of zeros, each compressed to a kilobyte.
[[nodiscard]] std::string GzipBomb(std::size_t megabytes);

}  // namespace satchel::sandbox
