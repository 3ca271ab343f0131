// The pieces that multipart bodies and the HTTP messages inside them are made of.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/transport.h"

namespace satchel {

// The boundary of "multipart/mixed; boundary=…", with or without quotes.
[[nodiscard]] std::optional<std::string> BoundaryOf(std::string_view content_type);
// Takes one line, without its end; false when there is none. `bare` tells a line that ended with LF
// alone.
[[nodiscard]] bool TakeLine(std::string_view& text, std::string_view& line, bool& bare);
// Header lines up to an empty one; false when a line is no header.
[[nodiscard]] bool TakeHeaders(std::string_view& text, std::vector<Header>& headers, bool& bare);
[[nodiscard]] std::string_view FindHeader(const std::vector<Header>& headers,
                                          std::string_view lower_name);
// "HTTP/1.1 204 No Content", headers, body; nothing for anything else.
[[nodiscard]] std::optional<HttpResponse> ReadHttpAnswer(std::string_view text);

}  // namespace satchel
