#include "app/console/change_words.h"

#include <algorithm>
#include <string_view>

#include "app/console/panels/policy_words.h"
#include "policy/model/keywords.h"
#include "policy/wording/capital.h"

namespace satchel {
namespace {

constexpr std::size_t kAround = 2;  // Words left on each side of what differs, to find it by.

std::vector<std::string_view> WordsIn(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Words [from, to) and a few around them.
std::string Part(const std::vector<std::string_view>& words, std::size_t from, std::size_t to) {
  if (from == to) return {};
  from = from > kAround ? from - kAround : 0;
  to = std::min(words.size(), to + kAround);
  std::string part = from > 0 ? "…" : "";
  for (std::size_t i = from; i < to; ++i) {
    if (!part.empty()) part += ' ';
    part += words[i];
  }
  return to < words.size() ? part + " …" : part;
}

// What the policy file writes of these settings has names of its own in the window.
std::string ValueWords(const std::string& path, const std::string& written) {
  const auto quoted = [](const std::string& words) { return "“" + words + "”"; };
  if (path.ends_with(".incremental.reconcile")) {
    if (const auto found = FindReconcile(written)) return quoted(WordsOf(*found));
  } else if (path.ends_with(".incremental.changes")) {
    if (const auto found = FindKeyword<Changes>(written)) {
      return quoted(WordsOf(ChangesRules(), *found));
    }
  } else if (path.ends_with(".conflict")) {
    if (const auto found = FindKeyword<ConflictRule>(written)) {
      return quoted(WordsOf(ConflictRules(), *found));
    }
  }
  return written;
}

// The same sentence with the window's names; as it is where the window has no other.
std::string InWords(const Change& change) {
  const bool reconcile = change.path.ends_with(".incremental.reconcile");
  const bool changes = change.path.ends_with(".incremental.changes");
  if (!reconcile && !changes && !change.path.ends_with(".conflict")) return change.sentence;
  const std::string subject = change.sentence.substr(0, change.sentence.find(": "));
  const std::string name = reconcile ? kReconcileName : changes ? kChangesName : "Conflicts";
  const std::string before = ValueWords(change.path, change.before);
  const std::string after = ValueWords(change.path, change.after);
  if (change.before.empty()) return subject + ": " + name + " set to " + after;
  if (change.after.empty())
    return subject + ": " + name + " as the project says, no longer " + before;
  return subject + ": " + name + " changed from " + before + " to " + after;
}

// "Account: filter changed" in its two parts.
ChangeWords Parted(const std::string& sentence) {
  const std::size_t colon = sentence.find(": ");
  if (colon == std::string::npos) return {.about = sentence};
  return {.about = sentence.substr(0, colon), .what = Capital(sentence.substr(colon + 2))};
}

}  // namespace

ChangeWords WordsOf(const Change& change) {
  const bool filter = change.path.ends_with(".filter") || change.path.ends_with(".links");
  const auto title = change.sentence.find(" from “");
  if (!filter || title == std::string::npos) return Parted(InWords(change));
  const auto before = WordsIn(change.before);
  const auto after = WordsIn(change.after);
  const std::size_t least = std::min(before.size(), after.size());
  std::size_t first = 0;
  while (first < least && before[first] == after[first]) ++first;
  std::size_t last = 0;
  while (last < least - first &&
         before[before.size() - 1 - last] == after[after.size() - 1 - last]) {
    ++last;
  }
  ChangeWords words = Parted(change.sentence.substr(0, title));
  words.was = Part(before, first, before.size() - last);
  words.is = Part(after, first, after.size() - last);
  return words;
}

std::vector<ChangeWords> WordsOf(const std::vector<Change>& changes) {
  std::vector<ChangeWords> words;
  words.reserve(changes.size());
  for (const Change& change : changes) words.push_back(WordsOf(change));
  return words;
}

}  // namespace satchel
