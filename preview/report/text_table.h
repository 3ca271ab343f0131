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
// "+12", "−3", "" for none: with the sign people write.
[[nodiscard]] std::string SignedCount(std::int64_t difference);
[[nodiscard]] std::string SignedSize(std::int64_t bytes);

}  // namespace satchel
