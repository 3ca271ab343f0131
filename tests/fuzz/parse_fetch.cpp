// Any bytes as FetchXML: never a crash; what is accepted prints to FetchXML that says the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policy/check/check.h"
#include "policy/fetchxml/fetchxml.h"
#include "policy/wording/sentence.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto read = satchel::ParseFetch({reinterpret_cast<const char*>(bytes), size});
  if (!read) return 0;
  static_cast<void>(satchel::CheckQuery(read->query));
  static_cast<void>(satchel::Describe(read->query));
  const auto again = satchel::ParseFetch(satchel::PrintFetch(read->query));
  if (!again || !(again->query == read->query)) __builtin_trap();
  return 0;
}
