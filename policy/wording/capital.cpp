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

std::string Capitals(std::string text) {
  for (char& letter : text) Raise(letter);
  return text;
}

}  // namespace satchel
