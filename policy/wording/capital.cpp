#include "policy/wording/capital.h"

namespace satchel {

namespace {

void Raise(char& letter) {
  if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
}

}  // namespace

std::string Capital(std::string text) {
  if (!text.empty()) Raise(text[0]);
  return text;
}

std::string Capitalised(std::string text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] >= 'a' && text[end] <= 'z') ++end;
  const bool word = end > 0 && (end == text.size() || text[end] == ' ' || text[end] == ',');
  return word ? Capital(std::move(text)) : text;
}

std::string Capitals(std::string text) {
  for (char& letter : text) Raise(letter);
  return text;
}

}  // namespace satchel
