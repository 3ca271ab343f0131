// A place in the text being read that knows its line, and the problems found on the way.
#pragma once

#include <string>
#include <string_view>

#include "policy/yaml/document.h"

namespace satchel {

inline constexpr std::string_view kSyntax = "syntax";  // The rule of every error in YAML itself.

class YamlCursor {
 public:
  YamlCursor(std::string_view text, YamlDocument& document) : text_(text), document_(document) {}

  [[nodiscard]] char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  // The end of the text, or the "---" or "..." that ends a document.
  [[nodiscard]] bool AtEnd() const { return at_ >= text_.size() || AtMarker(); }
  [[nodiscard]] bool AtMarker() const;
  [[nodiscard]] bool AtBreak(std::size_t ahead = 0) const {
    return at_ + ahead >= text_.size() || Peek(ahead) == '\n' || Peek(ahead) == '\r';
  }
  [[nodiscard]] bool AtBlank(std::size_t ahead = 0) const {
    return Peek(ahead) == ' ' || Peek(ahead) == '\t' || AtBreak(ahead);
  }
  // A '#' that begins a comment: at the start of a line or after a blank.
  [[nodiscard]] bool AtComment() const;
  // Bytes since the start of the line.
  [[nodiscard]] int Column() const { return static_cast<int>(at_ - line_start_); }
  [[nodiscard]] Mark Here() { return MarkAt(at_); }
  // Of an offset on the present line.
  [[nodiscard]] Mark MarkAt(std::size_t offset);

  void SkipBlanks();      // On this line.
  void SkipRestOfLine();  // Up to the break; counts a comment.
  void Break();           // Over one line break.
  // Over blanks, comments and breaks to the next content or the end. A tab in the indentation of
  // content is a syntax error except within brackets.
  void SkipToContent(bool within_brackets = false);
  // After a finished value: only a comment may follow on its line.
  void ExpectEndOfLine(std::string_view after);

  void Problem(std::string_view rule, Mark mark, std::string message);
  // Reports and moves to the end of the text, so that every loop of the reader ends.
  void Stop(std::string_view rule, Mark mark, std::string message);
  [[nodiscard]] bool stopped() const { return stopped_; }

 protected:
  std::string_view text_;
  YamlDocument& document_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
  bool stopped_ = false;

 private:
  // The last column counted: counting goes on from there, so that one long line stays linear.
  std::size_t counted_at_ = 0;
  std::size_t counted_line_start_ = 0;
  int counted_column_ = 1;
};

}  // namespace satchel
