// A text with its long lines broken, for a text field that cannot break them itself: where a line
// is full a space becomes a line break, and nothing else changes, so every letter keeps its place.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace satchel {

using MeasureText = std::function<float(std::string_view)>;

// Words that are longer than a line stay whole.
[[nodiscard]] std::string SoftWrap(std::string text, float width, const MeasureText& measure);

// What somebody made of `text` by editing it wrapped: `now` is what stands in the field, `cursor`
// where they were left. Breaks that are only shown become spaces again; typed ones stay.
[[nodiscard]] std::string TakeEdited(const std::string& text, const std::string& now,
                                     std::size_t cursor, float width, const MeasureText& measure);

}  // namespace satchel
