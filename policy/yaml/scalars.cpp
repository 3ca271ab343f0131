#include "policy/yaml/scalars.h"

#include "policy/model/limits.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

void TrimEnd(std::string& text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.pop_back();
}

// Control characters (tab, line feed and carriage return are fine) and what XML cannot carry.
bool IsForbidden(char32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F ||
         (c >= 0xD800 && c < 0xE000) || c == 0xFFFE || c == 0xFFFF || c > 0x10FFFF;
}

std::string Hexadecimal(char32_t c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string hex = "U+";
  for (int shift = c > 0xFFFF ? 20 : 12; shift >= 0; shift -= 4) {
    hex.push_back(kDigits[(c >> shift) & 0xF]);
  }
  return hex;
}

Mark MarkOf(std::string_view text, std::size_t offset) {
  Mark mark = {1, 1};
  for (std::size_t i = 0; i < offset; ++i) {
    if (text[i] == '\n') {
      ++mark.line;
      mark.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
      ++mark.column;
    }
  }
  return mark;
}

}  // namespace

bool CheckCharacters(std::string_view text, YamlDocument& document) {
  const std::size_t invalid = FirstInvalidUtf8(text);
  if (invalid != std::string_view::npos) {
    document.problems.push_back(
        {"encoding", MarkOf(text, invalid), "this is not UTF-8; save the file as UTF-8"});
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool lone_return = c == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    // U+FFFE and U+FFFF.
    const bool not_a_character = c == 0xEF && static_cast<unsigned char>(text[i + 1]) == 0xBF &&
                                 static_cast<unsigned char>(text[i + 2]) >= 0xBE;
    if (lone_return) {
      document.problems.push_back(
          {"encoding", MarkOf(text, i),
           "a carriage return without a line feed; save the file with LF or "
           "CRLF line ends"});
      return false;
    }
    if ((c < 0x80 && IsForbidden(c)) || not_a_character) {
      document.problems.push_back({"encoding", MarkOf(text, i),
                                   "the control character " +
                                       Hexadecimal(not_a_character ? 0xFFFE : c) +
                                       " is not allowed in a policy; remove it"});
      return false;
    }
  }
  return true;
}

bool IsNull(std::string_view plain) {
  return plain.empty() || plain == "~" || plain == "null" || plain == "Null" || plain == "NULL";
}

bool YamlScalars::Fits(const std::string& text, Mark mark) {
  if (text.size() <= kMaxScalarBytes) return true;
  Stop("limit", mark, "a text longer than 64 KiB; shorten it");
  return false;
}

std::string YamlScalars::Fold() {
  int breaks = 0;
  while (at_ < text_.size() && AtBreak() && !AtMarker()) {
    Break();
    ++breaks;
    if (!AtMarker()) SkipBlanks();
  }
  return breaks == 1 ? " "
                     : std::string(static_cast<std::size_t>(breaks > 1 ? breaks - 1 : 0), '\n');
}

std::string YamlScalars::QuotedScalar() {
  const Mark opened = Here();
  const char quote = Peek();
  std::string text;
  std::size_t escaped = 0;  // Length of `text` up to the last escape.
  ++at_;
  while (!stopped_) {
    if (at_ >= text_.size() || AtMarker()) {
      Stop(kSyntax, opened, "the quote opened here is never closed");
    } else if (AtBreak()) {
      // Blanks before a break go, unless an escape wrote them.
      while (text.size() > escaped && (text.back() == ' ' || text.back() == '\t')) text.pop_back();
      text += Fold();
    } else if (Peek() == quote && quote == '\'' && Peek(1) == quote) {
      text.push_back(quote);
      at_ += 2;
    } else if (Peek() == quote) {
      ++at_;
      break;
    } else if (Peek() == '\\' && quote == '"') {
      const Mark mark = Here();
      ++at_;
      if (AtBreak() && at_ < text_.size()) {  // An escaped break joins two lines.
        Break();
        SkipBlanks();
        for (; AtBreak() && at_ < text_.size() && !AtMarker(); SkipBlanks()) {
          Break();
          text.push_back('\n');
        }
        escaped = text.size();
        continue;
      }
      const char32_t c = Escape();
      if (stopped_) break;
      if (IsForbidden(c)) {
        Stop("encoding", mark,
             "the control character " + Hexadecimal(c) + " is not allowed in a policy; remove it");
      } else {
        AppendUtf8(text, c);
        escaped = text.size();
      }
    } else {
      text.push_back(Peek());
      ++at_;
    }
    if (!Fits(text, opened)) break;
  }
  return text;
}

char32_t YamlScalars::HexDigits(int count) {
  char32_t value = 0;
  for (int i = 0; i < count; ++i, ++at_) {
    const char c = Peek();
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) {
      Stop(kSyntax, Here(),
           "expected " + std::to_string(count) + " hexadecimal digits after the backslash");
      return 0;
    }
    value = value << 4 | static_cast<char32_t>(digit);
  }
  return value;
}

// Behind the backslash.
char32_t YamlScalars::Escape() {
  const char c = Peek();
  const Mark mark = MarkAt(at_ - 1);
  ++at_;
  switch (c) {
    case '0':
      return 0;
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 't':
    case '\t':
      return '\t';
    case 'n':
      return '\n';
    case 'v':
      return '\v';
    case 'f':
      return '\f';
    case 'r':
      return '\r';
    case 'e':
      return 0x1B;
    case ' ':
    case '"':
    case '/':
    case '\\':
      return static_cast<char32_t>(c);
    case 'N':
      return 0x85;
    case '_':
      return 0xA0;
    case 'L':
      return 0x2028;
    case 'P':
      return 0x2029;
    case 'x':
      return HexDigits(2);
    case 'U':
      return HexDigits(8);
    case 'u': {
      const char32_t first = HexDigits(4);
      // JSON writes characters beyond U+FFFF as two halves.
      if (first < 0xD800 || first >= 0xDC00 || Peek() != '\\' || Peek(1) != 'u') return first;
      at_ += 2;
      const char32_t second = HexDigits(4);
      if (second < 0xDC00 || second >= 0xE000) return first;
      return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    }
    default:
      Stop(kSyntax, mark,
           "a backslash followed by " + Quoted(std::string(1, c)) +
               " means nothing in double quotes; write \\\\ for a backslash, or use single quotes");
      return ' ';
  }
}

std::string YamlScalars::PlainKey(bool flow) {
  const Mark mark = Here();
  const std::size_t start = at_;
  while (!AtBreak()) {
    const char c = Peek();
    if (c == ':' && (AtBlank(1) || (flow && (Peek(1) == ',' || Peek(1) == '}')))) break;
    if (flow && (c == ',' || c == '[' || c == ']' || c == '{' || c == '}')) break;
    if (AtComment()) break;
    ++at_;
  }
  std::string text(text_.substr(start, at_ - start));
  TrimEnd(text);
  if (!Fits(text, mark)) text.clear();
  return text;
}

std::string YamlScalars::PlainScalar(int parent) {
  const Mark mark = Here();
  std::string text;
  for (;;) {
    const std::size_t start = at_;
    while (!AtBreak() && !AtComment()) ++at_;
    text += text_.substr(start, at_ - start);
    TrimEnd(text);
    if (!Fits(text, mark)) return {};
    if (AtComment()) break;

    // Does it go on below?
    const std::size_t at = at_;
    const std::size_t line_start = line_start_;
    const int line = line_;
    const std::string fold = Fold();
    if (AtEnd() || Column() <= parent || Peek() == '#' || fold.empty()) {
      at_ = at;
      line_start_ = line_start;
      line_ = line;
      break;
    }
    for (std::size_t ahead = 0; !AtBreak(ahead); ++ahead) {
      if (Peek(ahead) == '#' && (Peek(ahead - 1) == ' ' || Peek(ahead - 1) == '\t')) break;
      if (Peek(ahead) != ':' || !AtBlank(ahead + 1)) continue;
      Stop(kSyntax, Here(),
           "a key below a text: this line is indented as if it continued line " +
               std::to_string(line) + "; line it up with the keys it belongs to");
      return {};
    }
    text += fold;
  }
  SkipRestOfLine();
  return text;
}

std::string YamlScalars::FlowScalar() {
  const Mark mark = Here();
  std::string text;
  while (!stopped_) {
    const std::size_t start = at_;
    const auto ends = [&] {
      const char c = Peek();
      if (c == ',' || c == '[' || c == ']' || c == '{' || c == '}') return true;
      if (c == ':') {
        return AtBlank(1) || Peek(1) == ',' || Peek(1) == ']' || Peek(1) == '}' || Peek(1) == '[' ||
               Peek(1) == '{';
      }
      return AtComment();
    };
    while (!AtBreak() && !ends()) ++at_;
    text += text_.substr(start, at_ - start);
    TrimEnd(text);
    if (!Fits(text, mark)) return {};
    if (!AtBreak()) break;
    const std::string fold = Fold();
    if (AtEnd() || ends()) break;
    text += fold;
  }
  return text;
}

YamlScalars::Header YamlScalars::BlockHeader(int parent) {
  Header header = {.folded = Peek() == '>'};
  ++at_;
  for (; !AtBlank(); ++at_) {
    const char c = Peek();
    if ((c == '+' || c == '-') && header.chomp == ' ') {
      header.chomp = c;
    } else if (c >= '1' && c <= '9' && header.indent == 0) {
      header.indent = c - '0' + (parent < 0 ? 0 : parent);
    } else {
      Stop(kSyntax, Here(),
           "expected the end of the line here: a text after '|' or '>' begins on the next line");
      return header;
    }
  }
  ExpectEndOfLine("'|' or '>'");
  if (!stopped_) Break();
  return header;
}

std::string YamlScalars::BlockScalar(int parent) {
  const Mark mark = Here();
  Header header = BlockHeader(parent);
  std::string text;
  std::string breaks;         // Line ends since the last text.
  bool was_indented = false;  // The last text began with a blank: its break is never folded.
  bool first = true;
  while (!stopped_ && at_ < text_.size() && !AtMarker()) {
    std::size_t spaces = 0;
    while (Peek(spaces) == ' ' &&
           (header.indent == 0 || spaces < static_cast<std::size_t>(header.indent))) {
      ++spaces;
    }
    if (AtBreak(spaces)) {
      at_ += spaces;
      if (at_ < text_.size()) {
        breaks.push_back('\n');
        Break();
      }
      continue;
    }
    const int indent = static_cast<int>(spaces);
    if (header.indent == 0 && indent > parent) header.indent = indent;
    if (header.indent == 0 || indent < header.indent) break;  // The next content.
    at_ += spaces;
    const bool indented = Peek() == ' ' || Peek() == '\t';
    if (header.folded && !first && !indented && !was_indented && !breaks.empty()) {
      text += breaks.size() == 1 ? " " : breaks.substr(1);
    } else {
      text += breaks;
    }
    breaks.clear();
    const std::size_t start = at_;
    while (!AtBreak()) ++at_;
    text += text_.substr(start, at_ - start);
    if (!Fits(text, mark)) return {};
    was_indented = indented;
    first = false;
    if (at_ < text_.size()) {
      breaks.push_back('\n');
      Break();
    }
  }
  if (header.chomp == '+') {
    text += breaks;
  } else if (header.chomp == ' ' && !first && !breaks.empty()) {
    text.push_back('\n');
  }
  return text;
}

}  // namespace satchel
