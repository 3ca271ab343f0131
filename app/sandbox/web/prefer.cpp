#include "app/sandbox/web/prefer.h"

#include <charconv>

#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

// Parts between commas that stand outside double quotes.
std::vector<std::string_view> Items(std::string_view header) {
  std::vector<std::string_view> items;
  std::size_t start = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < header.size(); ++at) {
    if (header[at] == '"') quoted = !quoted;
    if (header[at] != ',' || quoted) continue;
    items.push_back(Trim(header.substr(start, at - start)));
    start = at + 1;
  }
  items.push_back(Trim(header.substr(start)));
  return items;
}

std::string_view WithoutQuotes(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

// '*' stands for any run of characters at the end.
bool Covers(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  return name.substr(0, star) == pattern.substr(0, star);
}

}  // namespace

bool Preferences::Wants(std::string_view annotation) const {
  bool wanted = false;
  for (const std::string& pattern : annotations) {
    if (pattern.front() == '-') {
      if (Covers(std::string_view(pattern).substr(1), annotation)) return false;
    } else if (Covers(pattern, annotation)) {
      wanted = true;
    }
  }
  return wanted;
}

Preferences ParsePrefer(std::string_view header) {
  Preferences preferences;
  for (const std::string_view item : Items(header)) {
    const std::string_view whole = item.substr(0, item.find(';'));
    const std::size_t equals = whole.find('=');
    std::string name = LowerAscii(Trim(whole.substr(0, equals)));
    const std::string_view value =
        equals == std::string_view::npos ? "" : WithoutQuotes(Trim(whole.substr(equals + 1)));
    if (name.rfind("odata.", 0) == 0) name.erase(0, 6);
    if (name == "maxpagesize") {
      int size = 0;
      const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), size);
      if (problem == std::errc() && end == value.data() + value.size() && size > 0) {
        preferences.max_page_size = size;
      }
    } else if (name == "return") {
      preferences.return_representation = LowerAscii(value) == "representation";
    } else if (name == "track-changes") {
      preferences.track_changes = true;
    } else if (name == "continue-on-error") {
      preferences.continue_on_error = LowerAscii(value) != "false";
    } else if (name == "include-annotations") {
      for (const std::string_view pattern : Split(value, ',')) {
        if (!Trim(pattern).empty()) preferences.annotations.emplace_back(Trim(pattern));
      }
    }
  }
  return preferences;
}

}  // namespace satchel::sandbox
