#include "policy/fetchxml/scan.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "policy/model/limits.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr auto kNone = std::string_view::npos;

bool IsReference(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNamed = {"amp", "lt", "gt", "quot", "apos"};
  if (std::find(kNamed.begin(), kNamed.end(), name) != kNamed.end()) return true;
  if (!name.starts_with('#')) return false;
  const bool hex = name.starts_with("#x");
  name.remove_prefix(hex ? 2 : 1);
  unsigned code = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
  if (name.empty() || parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) {
    return false;
  }
  return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code < 0xD800) ||
         (code >= 0xE000 && code < 0xFFFE) || (code >= 0x10000 && code <= 0x10FFFF);
}

}  // namespace

Mark XmlMarks::At(std::size_t offset) {
  if (offset < at_) {
    at_ = 0;
    mark_ = {1, 1};
  }
  for (; at_ < offset && at_ < xml_.size(); ++at_) {
    if (xml_[at_] == '\n') {
      mark_ = {mark_.line + 1, 1};
    } else if ((static_cast<unsigned char>(xml_[at_]) & 0xC0) != 0x80) {
      ++mark_.column;
    }
  }
  return mark_;
}

Mark MarkInXml(std::string_view xml, std::size_t offset) {
  return XmlMarks(xml).At(offset);
}

std::optional<FetchError> ScanXml(std::string_view xml) {
  const auto fail = [&](std::size_t at, std::string message) {
    return FetchError{MarkInXml(xml, at), std::move(message)};
  };
  if (xml.size() > kMaxFileBytes) return fail(0, "the document is larger than 1 MiB");
  if (const std::size_t bad = FirstInvalidUtf8(xml); bad != kNone) {
    return fail(bad, "this is not UTF-8; save the document as UTF-8");
  }
  for (std::size_t at = 0; at < xml.size(); ++at) {
    const auto c = static_cast<unsigned char>(xml[at]);
    // U+FFFE and U+FFFF are not characters either.
    const bool noncharacter = c == 0xEF && xml.substr(at + 1, 1) == "\xBF" &&
                              static_cast<unsigned char>(xml[at + 2]) >= 0xBE;
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F || noncharacter) {
      return fail(at, "a control character is not allowed here; remove it");
    }
  }
  int depth = 0;
  char quote = 0;
  bool in_tag = false;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    const auto c = static_cast<unsigned char>(xml[at]);
    if (c == '&') {
      const std::size_t end = xml.find(';', at);
      if (end == kNone || end - at > 12 || !IsReference(xml.substr(at + 1, end - at - 1))) {
        return fail(at,
                    "only the entities &amp; &lt; &gt; &quot; &apos; and numbers such as &#233; "
                    "are allowed; write &amp; for the sign itself");
      }
    } else if (in_tag) {
      if (quote != 0) {
        if (c == '<') return fail(at, "'<' within a value; write &lt;");
        if (c == static_cast<unsigned char>(quote)) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = static_cast<char>(c);
      } else if (c == '>') {
        in_tag = false;
        if (xml[at - 1] == '/') --depth;
      }
    } else if (c == '<') {
      const std::string_view rest = xml.substr(at);
      const std::string_view close = rest.starts_with("<!--")        ? "-->"
                                     : rest.starts_with("<![CDATA[") ? "]]>"
                                     : rest.starts_with("<?")        ? "?>"
                                                                     : "";
      if (!close.empty()) {
        const std::size_t end = xml.find(close, at + 2);
        if (end == kNone) return fail(at, "this is never closed; the document seems cut off");
        at = end + close.size() - 1;
      } else if (rest.starts_with("<!")) {
        return fail(at, "a DOCTYPE or other declaration is not allowed; remove it");
      } else if (rest.starts_with("</")) {
        --depth;
        const std::size_t end = xml.find('>', at);
        if (end == kNone) return fail(at, "this tag is never closed; the document seems cut off");
        at = end;
      } else {
        in_tag = true;
        if (++depth > kMaxXmlDepth) return fail(at, "nested too deeply; make the filter flatter");
      }
    } else if (depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      return fail(at, "text outside of <fetch>; remove it");
    }
  }
  if (in_tag || depth > 0) return fail(xml.size(), "the document ends too early; is it cut off?");
  return std::nullopt;
}

}  // namespace satchel
