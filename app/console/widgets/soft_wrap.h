// A text with its long lines broken, for a text field that cannot break them itself: where a line
// is full a space becomes a line break, and nothing else changes, so every letter keeps its place.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace satchel {

using MeasureText = std::function<float(std::string_view)>;

// Words that are longer than a line stay whole.
[[nodiscard]] std::string SoftWrap(std::string text, float width, const MeasureText& measure);

// A text to be read, in lines that fit. Only at spaces, so that "crm.contoso.example" stays whole;
// a word longer than a line goes on below itself, behind a slash where it has one.
[[nodiscard]] std::string WrapWords(std::string_view text, float width, const MeasureText& measure);

// What somebody made of `text` by editing it wrapped: `now` is what stands in the field, `cursor`
// where they were left. Breaks that are only shown become spaces again; typed ones stay.
[[nodiscard]] std::string TakeEdited(const std::string& text, const std::string& now,
                                     std::size_t cursor, float width, const MeasureText& measure);

// The texts a field has had, so that a step back or forward finds them as they were: which breaks
// were typed cannot be seen in what stands in the field.
struct TextSteps {
  std::string field = {};
  std::vector<std::string> texts = {};
  std::size_t at = 0;  // The one that stands there.

  // Somebody begins to write. Who comes back to the text they left can step back from there.
  void Begin(std::string_view id, const std::string& text);
  void Add(const std::string& text);
  // The text that looks like `now`: the nearest in that direction, then any. Where there is none,
  // breaks are taken as typed unless the line is full there.
  [[nodiscard]] std::string Find(const std::string& now, bool forward, float width,
                                 const MeasureText& measure);
};

}  // namespace satchel
