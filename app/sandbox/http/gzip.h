// gzip for answers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace satchel::sandbox {

// Whether an Accept-Encoding header allows gzip.
[[nodiscard]] bool AcceptsGzip(std::string_view accept_encoding);
[[nodiscard]] std::string Gzip(std::string_view bytes);
// `size` zero bytes, compressed: a few kilobytes that decode to `size`.
[[nodiscard]] std::string GzipBomb(std::size_t size);

}  // namespace satchel::sandbox
