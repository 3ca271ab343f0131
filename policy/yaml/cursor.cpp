#include "policy/yaml/cursor.h"

#include "policy/support/text.h"

namespace satchel {

bool YamlCursor::AtMarker() const {
  if (at_ != line_start_ || at_ + 3 > text_.size()) return false;
  const std::string_view three = text_.substr(at_, 3);
  return (three == "---" || three == "...") && AtBlank(3);
}

bool YamlCursor::AtComment() const {
  return Peek() == '#' && at_ < text_.size() &&
         (at_ == line_start_ || text_[at_ - 1] == ' ' || text_[at_ - 1] == '\t');
}

Mark YamlCursor::MarkAt(std::size_t offset) {
  if (counted_line_start_ != line_start_ || offset < counted_at_) {
    counted_line_start_ = counted_at_ = line_start_;
    counted_column_ = 1;
  }
  for (; counted_at_ < offset; ++counted_at_) {
    if ((static_cast<unsigned char>(text_[counted_at_]) & 0xC0) != 0x80) ++counted_column_;
  }
  return {line_, counted_column_};
}

void YamlCursor::SkipBlanks() {
  while (Peek() == ' ' || Peek() == '\t') ++at_;
}

void YamlCursor::SkipRestOfLine() {
  SkipBlanks();
  if (AtComment()) ++document_.comments;
  while (!AtBreak()) ++at_;
}

void YamlCursor::Break() {
  if (at_ >= text_.size()) return;
  if (Peek() == '\r') ++at_;
  ++at_;
  ++line_;
  line_start_ = at_;
}

void YamlCursor::SkipToContent(bool within_brackets) {
  while (at_ < text_.size()) {
    const bool line_began = at_ == line_start_;
    const std::size_t blanks = at_;
    SkipBlanks();
    if (AtComment()) SkipRestOfLine();
    if (at_ >= text_.size()) return;
    if (AtBreak()) {
      Break();
      continue;
    }
    const std::size_t tab = text_.substr(blanks, at_ - blanks).find('\t');
    if (line_began && !within_brackets && tab != std::string_view::npos) {
      Stop(kSyntax, MarkAt(blanks + tab), "a line is indented with a tab; use spaces");
    }
    return;
  }
}

void YamlCursor::ExpectEndOfLine(std::string_view after) {
  SkipBlanks();
  if (AtBreak() || AtComment() || stopped_) {
    SkipRestOfLine();
    return;
  }
  std::size_t end = at_;
  while (end < text_.size() && text_[end] != '\n' && text_[end] != '\r') ++end;
  Stop(kSyntax, Here(),
       "unexpected " + Quoted(text_.substr(at_, end - at_), 20) + " after " + std::string(after) +
           "; put it on a line of its own or remove it");
}

void YamlCursor::Problem(std::string_view rule, Mark mark, std::string message) {
  if (!stopped_) document_.problems.push_back({rule, mark, std::move(message)});
}

void YamlCursor::Stop(std::string_view rule, Mark mark, std::string message) {
  Problem(rule, mark, std::move(message));
  stopped_ = true;
  at_ = text_.size();
}

}  // namespace satchel
