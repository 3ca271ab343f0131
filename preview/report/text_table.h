// Columns of text for terminals, lined up by characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace satchel {

enum class Align : std::uint8_t { kLeft, kRight };

// Two blanks between columns, none at the end of a line. A column without an alignment stands to
// the right; a row may be shorter than the others.
[[nodiscard]] std::string TextTable(const std::vector<Align>& columns,
                                    const std::vector<std::vector<std::string>>& rows);
// Characters, not bytes.
[[nodiscard]] std::size_t Width(std::string_view text);
// Blanks up to `width`; a longer text stays whole.
[[nodiscard]] std::string Padded(const std::string& text, std::size_t width,
                                 Align align = Align::kLeft);
// "+12", "−3", "" for none: with the sign people write.
[[nodiscard]] std::string SignedCount(std::int64_t difference);
[[nodiscard]] std::string SignedSize(std::int64_t bytes);

}  // namespace satchel
